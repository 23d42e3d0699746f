"""What generated registries seldom hold: crossing ranges, holes, blocks that end, sources beyond the limit."""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, Any
from zlib import compress

import numpy as np
import pytest
from universe import Universe

from bgpcheck.columns import distinct, segments
from bgpcheck.columns import judge as judging
from bgpcheck.columns import registered as registrations
from bgpcheck.columns.judge import Judge
from bgpcheck.columns.known import Known
from bgpcheck.errors import FormatError
from bgpcheck.model import Aspa, Prefix
from bgpcheck.routes import Routes
from bgpcheck.store import configs
from bgpcheck.store.build import Input, build
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import Snapshot
from bgpcheck.table import layers, pick
from bgpcheck.table.collect import Collector
from bgpcheck.table.forest import IPV4
from bgpcheck.table.growing import BLOCK

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.columns.judged import Words

NOW = now_of("2025-07-21")
SETTINGS, POLICY = configs.settings(), configs.policy("microsoft-peering")
VRPS = json.dumps({"metadata": {"buildtime": "2025-07-20T12:00:00Z"}, "roas": []})
INETNUM = "inetnum: {}\nnetname: X\ncountry: NL\nstatus: ASSIGNED PI\norg: ORG-A\nmnt-by: A-MNT\nsource: {}\n"


def made(folder: Path, rdap: dict[str, Any] | None = None, **files: str) -> Snapshot:
    """Build a snapshot of IRR dumps by name, an empty VRP export, and RDAP answers."""
    inputs = [Input("vrps", folder / "vrps.json", "vrps.json")]
    (folder / "vrps.json").write_text(VRPS)
    for name, text in files.items():
        (folder / name).write_text(text)
        inputs.append(Input(f"irr/{name}", folder / name, name))
    answers = []
    for name, body in (rdap or {}).items():
        (folder / name).write_text(json.dumps(body))
        answers.append(Input("rdap/autnum", folder / name, f"rdap/autnum/{name}"))
    build(folder / "s", inputs, answers, now=NOW)
    return Snapshot.open(folder / "s")


def words(snapshot: Snapshot, *pairs: tuple[str, int]) -> list[Words]:
    """Judge pairs twice: what is remembered is what was said."""
    judge = Judge(Known(snapshot, snapshot.header, SETTINGS, NOW), POLICY)
    routes = Routes.of([(Prefix.parse(prefix), asn) for prefix, asn in pairs])
    first, second = judge.judge(routes), judge.judge(routes)
    found = [first.cases[case] for case in first.case.tolist()]
    assert found == [second.cases[case] for case in second.case.tolist()]
    return found


def route(prefix: str, more: str = "") -> str:
    return f"route: {prefix}\norigin: AS15\n{more}source: RADB\n"


PARTS = [
    ("both halves", [route("4.0.0.0/9"), route("4.128.0.0/9")], True),
    ("a half, twice", [route("4.0.0.0/9"), route("4.0.0.0/10"), route("4.64.0.0/10")], False),
    ("the other half, twice", [route("4.128.0.0/9"), route("4.128.0.0/10"), route("4.192.0.0/10")], False),
    ("a hole in a half", [route("4.0.0.0/9", "holes: 4.1.0.0/16\n"), route("4.128.0.0/9")], False),
    ("a hole that another fills", [route("4.0.0.0/9", "holes: 4.1.0.0/16\n"), route("4.1.0.0/16"), route("4.128.0.0/9")], True),
]


@pytest.mark.parametrize(("objects", "fill"), [row[1:] for row in PARTS], ids=[row[0] for row in PARTS])
def test_parts(objects: list[str], tmp_path: Path, *, fill: bool) -> None:
    snapshot = made(tmp_path, RADB="\n".join(objects))
    known = Known(snapshot, snapshot.header, SETTINGS, NOW)
    judge = Judge(known, POLICY)
    judged = judge.judge(Routes.of([(Prefix.parse("4.0.0.0/8"), 15)]))
    numbers = [number for number in range(1 << len(judge.irr.values.order)) if judge.irr.values.values(number)]
    assert judged.cases[0].irr == judge._about(Prefix.parse("4.0.0.0/8"), 15).irr.match  # noqa: SLF001 (the long way)
    assert any(value.match == "parts" for number in numbers for value in judge.irr.values.values(number)) or not fill


def test_ranges_that_cross(tmp_path: Path) -> None:
    dump = [INETNUM.format("193.0.0.0 - 193.0.2.255", "RIPE"), INETNUM.format("193.0.1.0 - 193.0.5.255", "RIPE")]
    dump += [INETNUM.format("193.0.16.0 - 193.0.16.255", "APNIC"), "aut-num: AS15\nas-name: X\norg: ORG-A\nmnt-by: A-MNT\nsource: RIPE\n"]
    autnum = {"objectClassName": "autnum", "handle": "B", "port43": "whois.ripe.net"}
    answers = {"a.json": {**autnum, "startAutnum": 15, "endAutnum": 20}, "b.json": {**autnum, "startAutnum": 18, "endAutnum": 25}}
    snapshot = made(tmp_path, answers, RIPE="\n".join(dump))
    known = Known(snapshot, snapshot.header, SETTINGS, NOW)
    assert len(known.registered.odd(IPV4)) == 1
    pairs = [("193.0.0.0/24", 15), ("193.0.1.0/24", 15), ("193.0.4.0/24", 19), ("193.0.16.0/24", 15), ("193.0.0.0/24", 15)]
    judge = Judge(known, POLICY)
    for (prefix, asn), found in zip(pairs, words(snapshot, *pairs), strict=True):
        one = judge._about(Prefix.parse(prefix), asn)  # noqa: SLF001 (the long way)
        assert (found.holder, found.registration, found.reason) == (one.holder.match, one.registration.status, one.verdict.reason)
    file = pick.files(snapshot, snapshot.header)["irr/RIPE"][0]
    assert [str(one.resource) for one in file.registered(IPV4, 0xC1000000, 0xC10000FF)] == ["193.0.0.0 - 193.0.2.255"]


def test_rows_that_overlap_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["arin|US|ipv4|4.0.0.0|1024||allocated|", "arin|US|ipv4|4.0.0.0|512||allocated|", "arin|US|ipv4|4.0.0.0|256||allocated|"]
    text = "2|arin|20250720|3|19830101|20250720|+0000\narin|*|ipv4|*|3|summary\n" + "\n".join(rows) + "\n"
    (tmp_path / "d").write_text(text)
    build(tmp_path / "s", [Input("delegated/arin", tmp_path / "d", "d")], [], now=NOW)
    snapshot = Snapshot.open(tmp_path / "s")
    monkeypatch.setattr(segments, "MOST_PIECES", 5)
    with pytest.raises(FormatError, match="overlap each other"):
        _ = Known(snapshot, snapshot.header, SETTINGS, NOW).segments


@pytest.mark.parametrize("longest", [64, 65])
def test_rows_of_ipv6(tmp_path: Path, longest: int) -> None:
    """Where no row is longer than a /64, the upper halves of addresses are looked at alone."""
    rows = ["arin|US|ipv6|2600::|32|20100101|allocated|a", f"arin|US|ipv6|2600:0:8000::|{longest}|20100101|reserved|"]
    rows += ["arin|US|ipv6|2600:1::|32|20100101|allocated|b", "arin|US|asn|15|1|20100101|allocated|b"]
    text = "2|arin|20250720|4|19830101|20250720|+0000\narin|*|ipv6|*|3|summary\narin|*|asn|*|1|summary\n" + "\n".join(rows) + "\n"
    (tmp_path / "d").write_text(text)
    build(tmp_path / "s", [Input("delegated/arin", tmp_path / "d", "d")], [], now=NOW)
    snapshot = Snapshot.open(tmp_path / "s")
    known = Known(snapshot, snapshot.header, SETTINGS, NOW)
    assert known.segments[6].short is (longest == 64)
    prefixes = ["2600::/32", "2600::/33", "2600:0:8000::/33", "2600:0:8000::/64", "2600:0:8000::/66", "2600:0:8000:0:8000::/65"]
    prefixes += ["2600::/31", "2600:1::/32", "2600:1::1/128", "2600:1::/64", "2600:2::/32", "::/0"]
    judge = Judge(known, POLICY)
    for prefix, found in zip(prefixes, words(snapshot, *((one, 15) for one in prefixes)), strict=True):
        one = judge._about(Prefix.parse(prefix), 15)  # noqa: SLF001 (the long way)
        assert (prefix, found.holder, found.registration) == (prefix, one.holder.match, one.registration.status)


@pytest.mark.parametrize("seed", range(1, 60, 7))
def test_what_is_forgotten_is_learned_again(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    universe = Universe(seed)
    inputs, answers = universe.write(tmp_path)
    build(tmp_path / "s", inputs, answers, now=NOW)
    snapshot = Snapshot.open(tmp_path / "s")
    claims = universe.claims(120)

    def judged() -> list[Words]:
        judge = Judge(Known(snapshot, snapshot.header, SETTINGS, NOW), POLICY)
        parts = [judge.judge(Routes.of(claims[at : at + 30])) for at in range(0, len(claims), 30)]
        return [part.cases[case] for part in parts for case in part.case.tolist()]

    remembered = judged()
    monkeypatch.setattr(judging, "MOST_REMEMBERED", 0)
    monkeypatch.setattr(registrations, "MOST_READ", 1)
    assert judged() == remembered


def test_more_sources_than_bits() -> None:
    many = [(f"S{number}", Collector(f"irr/S{number}", lambda _: None)) for number in range(layers.MOST_SOURCES + 1)]
    with pytest.raises(FormatError, match="41 IRR sources: a snapshot holds at most 40"):
        list(layers.irr_sections(many, layers.views([], [])))


def test_rows_of_large_numbers() -> None:
    large = np.array([1 << 61, 5, 1 << 61, 7], np.uint64)
    rows, first, which = distinct.unique_rows((np.array([1, 2, 1, 2]), large, large))
    assert sorted(rows) == [(1, 1 << 61, 1 << 61), (2, 5, 5), (2, 7, 7)]
    assert [rows[place] for place in which.tolist()] == [(1, 1 << 61, 1 << 61), (2, 5, 5), (1, 1 << 61, 1 << 61), (2, 7, 7)]
    assert first.tolist() == [0, 1, 3]


def test_words_in_many_blocks(tmp_path: Path) -> None:
    """Each block is unpacked when it is asked for, and few are kept."""
    long = "x" * (BLOCK // 2)
    count = 3 * pick.MOST_CACHED
    text = "\n".join(f"route: 4.{number}.0.0/16\ndescr: {long}\norigin: AS15\nsource: RADB\n" for number in range(count))
    snapshot = made(tmp_path, RADB=text)
    file = pick.files(snapshot, snapshot.header)["irr/RADB"][0]
    assert [file.record(ordinal)[2].prefix.network >> 16 & 255 for ordinal in range(count)] == list(range(count))
    assert len(file.texts.cache) == pick.MOST_CACHED


class Torn:
    """Columns of one block that ends too early."""

    def column(self, name: str) -> Any:  # noqa: ANN401 (numbers)
        packed = len(compress(b"hello")) - 3
        numbers = {"start": [0, 5], "raw": [0, 5], "packed": [0, packed], "line": [1]}
        return memoryview(array("Q", numbers[name.rpartition("/")[2]]))

    def pieces(self, _: str) -> memoryview:
        return memoryview(compress(b"hello"))


def test_a_block_without_an_end() -> None:
    with pytest.raises(FormatError, match="has no end"):
        _ = pick.Texts(Torn(), "x")[0]


def test_what_nobody_asks_about(tmp_path: Path) -> None:
    snapshot = made(tmp_path, RADB=route("4.0.0.0/8"))
    file = pick.files(snapshot, snapshot.header)["irr/RADB"][0]
    assert json.loads(file.extract(["nothing"]).content)["records"] == []


def test_maintainers_that_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrations, "MOST_READ", 1)
    other = INETNUM.replace("A-MNT", "B-MNT").format("193.0.2.0 - 193.0.2.255", "RIPE")
    snapshot = made(tmp_path, RIPE="\n".join([INETNUM.format("193.0.1.0 - 193.0.1.255", "RIPE"), other]))
    registered = Known(snapshot, snapshot.header, SETTINGS, NOW).registered
    first, second = registered.maintained("A-MNT"), registered.maintained("B-MNT")
    assert [str(one.resource) for one in (*first, *second)] == ["193.0.1.0 - 193.0.1.255", "193.0.2.0 - 193.0.2.255"]
    assert (registered.maintained("A-MNT"), registered.maintained("B-MNT")) == (first, second)


def test_what_is_kept_of_a_maintainer(tmp_path: Path) -> None:
    """The first twenty, and who is new; an owner without a handle is no index's."""
    dump = [INETNUM.format(f"193.0.{number}.0 - 193.0.{number}.255", "RIPE") for number in range(30)]
    dump.append("inetnum: 200.0.0.0 - 200.0.0.255\nstatus: ALLOCATED\nowner: Me\nmnt-by: B-MNT\nsource: LACNIC\n")
    snapshot = made(tmp_path, RIPE="\n".join(dump))
    assert len(snapshot.column("file/1/mnt/record")) == 21
    assert len(snapshot.column("file/1/holder/record")) == 30


def test_aspas() -> None:
    collector = Collector("vrps", lambda _: None)
    collector.add(1, "{}", Aspa(15, (1,)))
    found = {name: list(data) for name, _, data in collector.sections() if name.startswith("asn/")}
    assert found == {"asn/key": [15], "asn/record": [0]}
