"""IANA's bootstrap files: brought by an update and used, or those that come with bgpcheck."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import yaml
from fetch.file_servers import Web
from fetch.servers import serving

from bgpcheck.fetch.aside import aside
from bgpcheck.formats.sources_yaml import load
from bgpcheck.model import Prefix
from bgpcheck.store import configs, iana
from bgpcheck.store.downloads import Downloads
from bgpcheck.store.places import default_downloads
from bgpcheck.store.update import Update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bgpcheck.settings import Settings
    from bgpcheck.store.update import Updated

NOW = datetime(2026, 11, 2, tzinfo=UTC)
NEW = "https://rdap.apnic.net/"
FILES = {
    "ipv4": {"services": [[["193.0.0.0/8"], [NEW]]]},
    "ipv6": {"services": [[["2001:600::/23"], [NEW]]]},
    "asn": {"services": [[["3333-3333"], [NEW]]]},
}
OLD = "https://rdap.db.ripe.net/"


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def settings(port: int) -> Settings:
    tree = yaml.safe_load(configs.sources_bytes())
    tree["bootstrap"] = {kind: f"http://127.0.0.1:{port}/{kind}.json" for kind in FILES}
    return load(yaml.safe_dump(tree).encode(), file="s.yaml")


async def update(files: dict[str, bytes], tmp_path: Path) -> tuple[Settings, Updated]:
    async with serving(Web({f"/{kind}.json": body for kind, body in files.items()})) as port:
        made = settings(port)
        one = Update(made, Downloads(default_downloads()), NOW, only=["iana"])
        updated: Updated = await aside(lambda: one.run(tmp_path / "s"))
    return made, updated


def whose(made: Settings) -> tuple[str | None, str | None, str | None]:
    found = iana.servers(made)
    return found.of_prefix(Prefix.parse("193.0.0.0/21")), found.of_prefix(Prefix.parse("2001:67c:2e8::/48")), found.of_asn(3333)


async def test_those_that_were_brought(tmp_path: Path) -> None:
    made, updated = await update({kind: json.dumps(body).encode() for kind, body in FILES.items()}, tmp_path)
    assert ([one.kind for one in updated.outcomes], updated.built) == (["renewed"] * 3, None)  # no snapshot is made of them
    assert whose(made) == (NEW, NEW, NEW)


SPOILED: list[tuple[str, Callable[[dict[str, bytes]], object]]] = [
    ("one is missing", lambda files: files.pop("asn")),
    ("one is HTML", lambda files: files.update(ipv6=b"<html></html>")),
    ("one is another", lambda files: files.update(ipv4=files["asn"])),
    ("one is empty", lambda files: files.update(ipv4=b'{"services": []}')),
]


@pytest.mark.parametrize(("why", "spoil"), SPOILED, ids=[row[0] for row in SPOILED])
async def test_all_three_or_none(why: str, spoil: Callable[[dict[str, bytes]], object], tmp_path: Path) -> None:
    del why
    files = {kind: json.dumps(body).encode() for kind, body in FILES.items()}
    spoil(files)
    made, updated = await update(files, tmp_path)
    assert sorted(one.kind for one in updated.outcomes) == ["failed", "renewed", "renewed"]
    assert whose(made) == (OLD, OLD, OLD)


async def test_one_that_was_damaged_later(tmp_path: Path) -> None:
    made, _ = await update({kind: json.dumps(body).encode() for kind, body in FILES.items()}, tmp_path)
    kept = Downloads(default_downloads()).kept(made.bootstrap["ipv4"])
    assert kept
    path = Downloads(default_downloads()).path(kept)
    path.write_bytes(b"x" * path.stat().st_size)
    assert whose(made) == (OLD, OLD, OLD)


def test_without_any() -> None:
    assert whose(configs.settings()) == (OLD, OLD, OLD)
