"""Registrations by whois, where RDAP keeps silent: what they say, what they leave open, and what is left out of what is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from fetch.registry_servers import registries, sources
from fetch.servers import saying, serving
from fetch.test_live import FOLDER, options, words

from bgpcheck import api
from bgpcheck.engine import replay
from bgpcheck.evidence import bundle, statement

if TYPE_CHECKING:
    from pathlib import Path

ARIN = b"""
#
# ARIN WHOIS data and services are subject to the Terms of Use
#

NetRange:       8.0.0.0 - 8.127.255.255
CIDR:           8.0.0.0/9
NetName:        LVLT-ORG-8-8
NetHandle:      NET-8-0-0-0-1
Parent:          ()
NetType:        Direct Allocation
Organization:   Level 3 Parent, LLC (LPL-141)
RegDate:        1992-12-01

OrgName:        Level 3 Parent, LLC
OrgId:          LPL-141
Address:        100 Somewhere
OrgTechName:   Jane Doe
OrgTechPhone:  +1-555-0100
OrgTechEmail:  jane@example.net

NetRange:       8.8.8.0 - 8.8.8.255
CIDR:           8.8.8.0/24
NetName:        GOGL
NetHandle:      NET-8-8-8-0-2
Parent:         LVLT-ORG-8-8 (NET-8-0-0-0-1)
NetType:        Reassigned
Organization:   Google LLC (GOGL)

OrgName:        Google LLC
OrgId:          GOGL

#
# ARIN WHOIS data and services are subject to the Terms of Use
#
"""
ARIN_ASN = b"""
ASNumber:       15169
ASName:         GOOGLE
ASHandle:       AS15169
RegDate:        2000-03-30

OrgName:        Google LLC
OrgId:          GOGL
OrgTechName:   Jane Doe

#
# ARIN WHOIS data and services are subject to the Terms of Use
#
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def alone(tmp_path: Path) -> api.Options:
    """ARIN's space with nothing but live answers."""
    (tmp_path / "nothing").mkdir()
    return replace(options("8.8.8.0/24", 15169), registry_data=str(tmp_path / "nothing"), live=True, sources=str(tmp_path / "s.yaml"))


def contents(live: api.Outcomes) -> bytes:
    stored = statement.read(bundle.unpack(live.bundle()))
    return b"".join(one.content for reply in stored.replies.values() if isinstance(reply, tuple) for one in reply)


async def test_ripes_whois_says_who_holds_what(tmp_path: Path) -> None:
    asked = replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "sources.yaml"))
    async with registries(FOLDER, tmp_path / "sources.yaml", web=saying(b""), whois=True) as made:
        live = await api.check(asked)
        count = made.asked.total()
        again = await api.check(asked)
    assert (made.asked.total(), words(again)) == (count, words(live))  # from the cache
    assert words(live) == words(await api.check(options("193.0.0.0/21", 3333)))
    assert words(live)["holder"] == "same"
    assert [gap for gap in live.result.to_json()["gaps"] if gap["source"].startswith("rdap")] == []
    assert (await replay(statement.read(bundle.unpack(live.bundle())))).differences == ()


async def test_both_silent_is_a_gap_that_names_both(tmp_path: Path) -> None:
    async with registries(FOLDER, tmp_path / "sources.yaml", web=saying(b""), ripe=saying(b"%ERROR:201: access denied\n"), whois=True):
        live = await api.check(replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "sources.yaml")))
    (gap,) = [gap for gap in live.result.to_json()["gaps"] if gap["source"] == "rdap/ip"]
    assert gap["reason"] == "unreachable"
    assert gap["detail"].count("127.0.0.1") == 2
    assert words(live)["holder"] == "unknown"


@pytest.mark.parametrize("keep", [False, True])
async def test_arins_whois_and_its_contacts(tmp_path: Path, *, keep: bool) -> None:
    async def whois(reader, writer) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        line = await reader.readline()
        writer.write({b"n": ARIN, b"a": ARIN_ASN}[line[:1]] if line[:1] in b"na" else b"%ERROR:101: no entries found\n")

    async with serving(whois) as port, serving(saying(b"")) as web:
        tree = yaml.safe_load(sources(web, port, web))
        tree["rirs"]["arin"]["whois"] = f"127.0.0.1:{port}"
        (tmp_path / "s.yaml").write_text(yaml.safe_dump(tree))
        live = await api.check(replace(alone(tmp_path), keep_contacts=keep))
    (row,) = live.result.to_json()["prefixes"]
    assert row["holder"] == {
        "match": "same",
        "prefixHolder": "Google LLC",
        "asnHolder": "Google LLC",
        "chain": ["Google LLC", "Level 3 Parent, LLC"],
    }
    assert (b"Jane" in contents(live), b"555-0100" in contents(live)) == (keep, keep)


@pytest.mark.parametrize("answer", [b"<html>Welcome</html>\n", b"\n", b"NetRange: 8.8.8.0 - 8.8.8.255\n"])
async def test_what_is_no_answer(answer: bytes, tmp_path: Path) -> None:
    async with serving(saying(answer)) as port, serving(saying(b"")) as web:
        tree = yaml.safe_load(sources(web, web, web))
        tree["rirs"]["arin"]["whois"] = f"127.0.0.1:{port}"
        (tmp_path / "s.yaml").write_text(yaml.safe_dump(tree))
        live = await api.check(alone(tmp_path))
    assert {gap["source"] for gap in live.result.to_json()["gaps"]} >= {"rdap/ip", "rdap/autnum"}
    assert words(live)["holder"] == "unknown"


async def test_an_answer_that_was_cut(tmp_path: Path) -> None:
    """Between two networks: what is missing is the nearer holder."""

    async def whois(reader, writer) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        line = await reader.readline()
        writer.write(ARIN[: ARIN.index(b"NetRange:       8.8.8.0")] if line[:1] == b"n" else ARIN_ASN)

    async with serving(whois) as port, serving(saying(b"")) as web:
        tree = yaml.safe_load(sources(web, web, web))
        tree["rirs"]["arin"]["whois"] = f"127.0.0.1:{port}"
        (tmp_path / "s.yaml").write_text(yaml.safe_dump(tree))
        live = await api.check(alone(tmp_path))
    assert "rdap/ip" in {gap["source"] for gap in live.result.to_json()["gaps"]}
    assert words(live)["holder"] == "unknown"
