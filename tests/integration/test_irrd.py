"""``check --live`` asks a real IRRd, which mirrors the fixture's files: the same verdicts as from the files, and what IRRd hides is found.

IRRd takes the files as they are, but for RIPE's object in RADB.db, which our readers leave out too. RADB has one object more than the
fixture: ROAs make it invalid. RDAP is the test's own server.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml
from fetch.registry_servers import registries
from fetch.test_live import FOLDER, PAIRS, options, words
from integration.daemons import wait_until
from integration.irrd import LONG, irrd

from bgpcheck import api
from bgpcheck.errors import FetchError
from bgpcheck.fetch.irr_live import FILTERS, Irr
from bgpcheck.fetch.registries import Asking, network
from bgpcheck.model import Prefix
from bgpcheck.settings import IrrSource
from bgpcheck.sources.base import GapReason
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.irrd import Irrd

    from bgpcheck.facts.irr import IrrFact

pytestmark = pytest.mark.daemon


class Hidden(NamedTuple):
    """A route object that IRRd hides; what a check says of its prefix and AS number, and what it would say without it."""

    source: str
    prefix: str
    asn: int
    match: str
    without: str


HIDDEN = {  # by the filter that hides it
    "rpki-filter": Hidden("RADB", "193.0.22.0/23", 1103, "hidden", "absent"),
    "scope-filter": Hidden("ALTDB", "198.51.100.0/24", 64500, "other-origin", "absent"),
    "route-preference-filter": Hidden("RADB", "1.1.1.0/24", 13335, "exact", "exact"),  # APNIC's is preferred
}
INVALID = b"\nroute:          193.0.22.0/23\norigin:         AS1103\nmnt-by:         SN-LIR-MNT\nsource:         RADB\n"
NOTHING = b"%  No entries found for the selected source(s).\n\n\n"
UNAVAILABLE = b"One or more selected sources are unavailable.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("registry")
    shutil.copytree(FOLDER, made, dirs_exist_ok=True)
    with (made / "RADB.db").open("ab") as file:
        file.write(INVALID)
    return made


@pytest.fixture(scope="module")
def running(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Irrd]:
    sources: dict[str, dict[str, object]] = {name: {} for name in configs.settings().irr}
    for path in folder.glob("*.db"):
        sources[path.stem]["import_source"] = path.as_uri()
    sources["APNIC"]["route_object_preference"], sources["RADB"]["route_object_preference"] = 200, 100
    rpki = {"roa_source": (folder / "vrps.json").as_uri(), "roa_import_timer": 10}
    with irrd(sources, tmp_path_factory.mktemp("irrd"), rpki=rpki, scopefilter={"asns": [64500]}) as made:
        wait_until(lambda: not any(shown(made, one) for one in HIDDEN.values()), seconds=LONG, what="ROAs")
        yield made


@pytest.fixture
def server(running: Irrd) -> Iterator[Irrd]:
    """What IRRd writes during a test is shown where that fails."""
    start = running.log.stat().st_size
    yield running
    sys.stdout.write(running.log.read_bytes()[start:].decode(errors="replace"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def shown(server: Irrd, one: Hidden, *before: str) -> bool:
    """Tell whether a plain ``!r`` shows an object, after other lines on the same connection."""
    return b"\nroute:" in server.says("!!", *before, f"!s{one.source}", f"!r{one.prefix}", "!q")


async def checked(server: Irrd, asked: api.Options, out: Path, protocol: str = "") -> api.Outcomes:
    """Check live; ``protocol``: in which all sources are asked, instead of the settings' own."""
    async with registries(FOLDER, out) as other:
        tree = yaml.safe_load(out.read_text())  # noqa: ASYNC240 (a test's small file)
        for one in tree["irr"].values():
            one.update(server=f"127.0.0.1:{server.port}", protocol=protocol or one["protocol"])
        out.write_text(yaml.safe_dump(tree))  # noqa: ASYNC240
        live = await api.check(replace(asked, live=True, deadline=LONG, sources=str(out)))
    assert all(question.startswith("rdap ") for question in other.asked)
    return live


def fact(outcomes: api.Outcomes) -> IrrFact:
    (one,) = outcomes.result.assessments
    return one.irr


@pytest.mark.parametrize(("prefix", "asn"), dict.fromkeys([*PAIRS, *((one.prefix, one.asn) for one in HIDDEN.values())]))
async def test_live_says_what_the_files_say(prefix: str, asn: int, server: Irrd, folder: Path, tmp_path: Path) -> None:
    asked = replace(options(prefix, asn), registry_data=str(folder))
    live, offline = await checked(server, asked, tmp_path / "sources.yaml"), await api.check(asked)
    assert words(live) == words(offline)
    assert fact(live) == fact(offline)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_is_off_for_the_rest_of_a_connection(name: str, server: Irrd) -> None:
    """For RIPE's style as well; one filter for itself."""
    one = HIDDEN[name]
    off, others = f"!fno-{name}", [f"!fno-{other}" for other in FILTERS if other != name]
    ripe = f"-r -s {one.source} -T route -L {one.prefix}"
    assert not shown(server, one)
    assert not shown(server, one, *others)
    assert shown(server, one, off)
    assert shown(server, one, off, f"!r{one.prefix}", "!sRIPE", *others)
    assert server.says(ripe) == server.says("!!", *others, ripe, "!q").rpartition(b"C\n")[2] == NOTHING
    assert f"route:          {one.prefix}\n".encode() in server.says("!!", off, ripe, "!q")


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("protocol", ["irrd", "ripe"])
async def test_what_is_hidden_is_found(name: str, protocol: str, server: Irrd, folder: Path, tmp_path: Path) -> None:
    """As long as it is asked as an IRRd: in RIPE's style, each question has a connection of its own, whose filters are on."""
    one = HIDDEN[name]
    asked = replace(options(one.prefix, one.asn), registry_data=str(folder))
    live = fact(await checked(server, asked, tmp_path / "sources.yaml", protocol))
    found = [(other.source, str(other.prefix), other.origin) for other in live.objects]
    assert ((one.source, one.prefix, one.asn) in found, live.match) == ((True, one.match) if protocol == "irrd" else (False, one.without))


SAID = {  # byte by byte
    "no entry": (["!!", "!sRADB", "!r8.8.8.0/24", "!q"], b"C\nD\n"),
    "a source that it has not": (["!!", "!sNOWHERE", "!r8.8.8.0/24", "!q"], b"F " + UNAVAILABLE + b"D\n"),
    "a filter that it has not": (["!!", "!fno-such-filter", "!sRADB", "!q"], b"F Unrecognised command: f\nC\n"),
    "RIPE's style: no entry": (["-r -s RIPE -T route -L 8.8.8.0/24"], NOTHING),
    "RIPE's style: a source that it has not": (["-r -s NOWHERE -T route -L 8.8.8.0/24"], b"%% ERROR: " + UNAVAILABLE + b"\n\n"),
    "serials": (["!jRIPE,NOWHERE"], b"A36\nRIPE:N:-\nNOWHERE:X:Database unknown\nC\n"),
}


@pytest.mark.parametrize("case", SAID)
def test_its_words(case: str, server: Irrd) -> None:
    lines, answer = SAID[case]
    assert server.says(*lines) == answer


def test_its_status(server: Irrd) -> None:
    """A source all of whose objects are hidden has none: ALTDB."""
    length, _, status = server.says("!JRADB,ALTDB").partition(b"\n")
    assert length == b"A%d" % len(status.removesuffix(b"C\n"))
    found = json.loads(status.removesuffix(b"C\n"))
    assert list(found) == ["RADB"]
    assert found["RADB"] | {"rpki_rov_filter": True, "scopefilter_enabled": True, "route_preference": 100} == found["RADB"]
    assert datetime.fromisoformat(found["RADB"]["rpsl_data_updated"]).utcoffset() == timedelta(0)


@pytest.mark.parametrize("protocol", ["irrd", "ripe"])
async def test_a_source_that_it_has_not(protocol: str, server: Irrd) -> None:
    source = IrrSource("NOWHERE", f"127.0.0.1:{server.port}", protocol, filtering=False, dumps=())
    with pytest.raises(FetchError, match="refuses: One or more selected sources are unavailable") as caught:
        async with network(replace(configs.settings(), irr={"NOWHERE": source}), Asking(LONG)) as way:
            await Irr(way.session(), source).about([Prefix.parse("8.8.8.0/24")])
    assert caught.value.reason == GapReason.MALFORMED
