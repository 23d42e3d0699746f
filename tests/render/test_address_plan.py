"""The address plan: blocks, what is in them, what covers it, and all that is left out."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hostile import acting
from peerings import block, peering, route
from pictures import files, heard, parsed, registered, result, row, silent, texts, tokens

from bgpcheck.model import Party, Prefix, RouteObject, Vrp
from bgpcheck.peering import Peering
from bgpcheck.render import address_plan
from bgpcheck.render.address_map import MOST_CELLS
from bgpcheck.render.address_plan import HEADS, LEGEND, MOST_GAPS, MOST_ROWS, STYLE, Row, as_rows, as_svg
from bgpcheck.render.address_tree import LINKS, NO_BLOCK, nested, plan

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Answer

ALPHA = Party("ORG-A", "Alpha")
HELD = (row("ripencc", "193.0.0.0/20"), row("ripencc", 3333), row("ripencc", "2001:67c::/32"), row("ripencc", "194.0.0.0/15"))
ALLOWED = tokens([*HEADS, "IPv4 IPv6 covered by; to know object VRP announced link"])  # words that are no facts


def objects(*found: str) -> Answer:
    """RIPE's routing registry: ``193.0.0.0/21 3333``."""
    pairs = [one.split() for one in found]
    return heard("irr/RIPE", *(RouteObject("RIPE", Prefix.parse(prefix), int(asn)) for prefix, asn in pairs))


def vrps(*found: str) -> Answer:
    """VRPs: ``193.0.0.0/21-24 3333``."""
    made = []
    for text in found:
        prefix, asn = text.split()
        plain, _, longest = prefix.partition("-")
        one = Prefix.parse(plain)
        made.append(Vrp(one, int(longest or one.length), int(asn)))
    return heard("vrps", *made)


def holders() -> list[Answer]:
    net, autnum = registered("ripencc", "193.0.0.0/20", ALPHA, status="ALLOCATED PA"), registered("ripencc", 3333, ALPHA)
    return [heard("rdap/ip", net), heard("rdap/autnum", autnum), heard("irr/RADB")]


def planned(*prefixes: str, answers: tuple[Answer, ...] = (), family: str = "ipv4", **more: str) -> Result:
    return result(peering(block(family, *prefixes, registry="RIPENCC", **more)), [*files(*HELD), *holders(), *answers])  # type: ignore[arg-type]


def said(found: Result) -> dict[str, Row]:
    return {one.what: one for one in as_rows(found)}


def test_blocks_members_and_gaps_in_address_order() -> None:
    found = planned("193.0.8.0/24", "193.0.0.0/21", "193.0.1.0/24", "194.0.0.0/16", "194.1.0.0/16", "195.0.0.0/24")
    (first, second, unknown) = plan(found, 4)
    assert [(str(one.prefix), one.depth, str(one.inside or "")) for one in first.members] == [
        ("193.0.0.0/21", 0, ""), ("193.0.1.0/24", 1, "193.0.0.0/21"), ("193.0.8.0/24", 0, ""),
    ]  # fmt: skip
    assert [(str(part.span), str(part.member.prefix) if part.member else "") for part in first.parts] == [
        ("193.0.0.0 - 193.0.0.255", "193.0.0.0/21"),
        ("193.0.1.0 - 193.0.1.255", "193.0.1.0/24"),
        ("193.0.2.0 - 193.0.7.255", "193.0.0.0/21"),
        ("193.0.8.0 - 193.0.8.255", "193.0.8.0/24"),
        ("193.0.9.0 - 193.0.15.255", ""),
    ]
    assert [str(gap) for gap in first.gaps] == ["193.0.9.0 - 193.0.15.255"]
    assert (second.name, second.gaps) == ("194.0.0.0/15", ())
    assert (unknown.name, unknown.parts) == (NO_BLOCK, ())
    assert plan(found, 6) == ()


@pytest.mark.parametrize("prefixes", [["10.0.0.0/8"], ["10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/24", "10.1.0.0/16", "11.0.0.0/8"]])
def test_every_address_is_in_one_piece(prefixes: list[str]) -> None:
    whole = row("ripencc", "10.0.0.0/7")
    found = result(peering(block("ipv4", *prefixes)), files(whole))
    (only,) = plan(found, 4)
    parts = only.parts
    assert parts[0].span.first == 10 << 24
    assert parts[-1].span.last == (12 << 24) - 1
    assert all(one.span.last + 1 == other.span.first for one, other in pairwise(parts))
    assert {one.member.prefix for one in parts if one.member} <= {Prefix.parse(one) for one in prefixes}


def test_nesting() -> None:
    found = nested(map(Prefix.parse, ("10.0.1.0/24", "10.0.0.0/8", "10.0.0.0/16", "11.0.0.0/8", "2001:db8::/32")))
    assert [(str(prefix), depth, str(parent)) for prefix, depth, parent in found] == [
        ("10.0.0.0/8", 0, "None"), ("10.0.0.0/16", 1, "10.0.0.0/8"), ("10.0.1.0/24", 2, "10.0.0.0/16"),
        ("11.0.0.0/8", 0, "None"), ("2001:db8::/32", 0, "None"),
    ]  # fmt: skip


COVERS = {
    "what covers it": (
        (objects("193.0.0.0/21 3333", "193.0.0.0/20 174", "193.0.0.0/24 3333"), vrps("193.0.0.0/20-24 3333", "193.0.0.0/21 0")),
        ("/21 (/20)", "/20-24 (/21)"),
    ),
    "nothing": ((objects(), vrps()), ("none", "none")),
    "nobody spoke": ((), ("not known", "not known")),
    "a silent registry": ((silent("irr/RIPE"), vrps()), ("not known", "none")),
    "a silent validator": ((objects("193.0.0.0/21 3333"), silent("vrps")), ("/21", "not known")),
    "many": (
        (objects("193.0.0.0/21 3333"), vrps(*(f"193.0.0.0/{length}-24 3333" for length in range(16, 22)))),
        ("/21", "/16-24 /17-24 /18-24 /19-24 +2"),
    ),
}


@pytest.mark.parametrize(("answers", "words"), COVERS.values(), ids=COVERS)
def test_what_covers_a_prefix(answers: tuple[Answer, ...], words: tuple[str, str]) -> None:
    found = said(planned("193.0.0.0/21", answers=answers))["193.0.0.0/21"]
    assert (found.objects, found.vrps) == words


@pytest.mark.parametrize(
    ("routes", "listened", "announced", "notes"),
    [
        ([], False, "nobody listened", ""),
        ([], True, "no", ""),
        ([route("193.0.0.0/21")], True, "yes", ""),
    ],
)
def test_what_is_announced(routes: list[object], listened: bool, announced: str, notes: str) -> None:  # noqa: FBT001 (a row of the table)
    found = result(peering(block("ipv4", "193.0.0.0/21"), routes=routes, listened=listened), files(*HELD))  # type: ignore[arg-type]
    one = said(found)["193.0.0.0/21"]
    assert (one.announced, one.notes) == (announced, notes)
    assert ("announced" in as_svg(found).replace("announced or", "")) == bool(routes)


def test_what_is_announced_and_not_listed_stands_there() -> None:
    found = result(peering(block("ipv4", "193.0.0.0/21"), routes=[route("193.0.8.0/24")]), files(*HELD))
    one = said(found)["193.0.8.0/24"]
    assert (one.announced, one.notes) == ("yes", "announced, not listed")
    assert "announced, not listed" in "".join(texts(as_svg(found)))


def test_what_else_is_to_be_known() -> None:
    found = said(planned("193.0.0.0/19", "193.0.0.0/21", "193.0.0.0/21", "10.0.0.0/8", primary="193.0.0.0/30", secondary="195.0.0.0/30"))
    assert found["193.0.0.0/21"].notes == "listed 2 times; inside 193.0.0.0/19"
    assert found["10.0.0.0/8"].notes == "special purpose: Private-Use"
    assert (found["193.0.0.0/30"].verdict, found["193.0.0.0/30"].notes) == ("link: primary", "inside 193.0.0.0/21")
    assert (found["193.0.0.0/30"].block, found["195.0.0.0/30"].block) == ("193.0.0.0/20", LINKS)
    assert found[LINKS].verdict == ""
    linked = said(planned("193.0.0.0/30", primary="193.0.0.0/30"))["193.0.0.0/30"]
    assert linked.notes == "link: primary"
    parts = result(peering(block("ipv4", "194.0.0.0/15")), files(row("ripencc", "194.0.0.0/16"), row("ripencc", "194.1.0.0/16")))
    assert said(parts)["194.0.0.0/15"].notes == "in several allocations"


# ── the picture ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int) -> Result:
    return planned(*(f"194.{number >> 8}.{number & 255}.0/25" for number in range(count)), answers=(objects(), vrps()))


PICTURES = {
    "one prefix that is the block": planned("193.0.0.0/20"),
    "nested": planned("193.0.0.0/21", "193.0.1.0/24", "193.0.8.0/24", primary="193.0.9.0/30", secondary="195.0.0.0/30"),
    "many": many(100),
    "IPv6": planned("2001:67c:2e8::/48", "2001:67c:2e9::/48", family="ipv6", answers=(vrps("2001:67c::/32-48 3333", "2001:67c::/32 174"),)),
    "a host": planned("193.0.0.1/32", answers=(objects("193.0.0.0/20 174"),)),
    "everything": planned("0.0.0.0/0", answers=(vrps("0.0.0.0/0-32 174"),)),
}


@pytest.mark.parametrize("found", PICTURES.values(), ids=PICTURES)
def test_the_picture_says_what_the_rows_say(found: Result) -> None:
    svg = as_svg(found)
    written = [one for one in texts(svg) if set(one) - set("✔✘!?=") and not one.startswith("/")]
    assert tokens(written) <= tokens(part for each in as_rows(found) for part in each) | ALLOWED
    assert as_svg(found) == svg
    for one in parsed(svg).iter("svg"):
        assert int(one.get("height") or 0) <= 1000
        assert one.get("role") == "img"


@pytest.mark.parametrize("found", PICTURES.values(), ids=PICTURES)
def test_nothing_is_drawn_beside_the_sheet(found: Result) -> None:
    for svg in parsed(as_svg(found)).iter("svg"):
        wide = int(svg.get("width") or 0)
        for one in svg.iter("text"):
            assert all(0 <= float(x) <= wide for x in (one.get("x") or "").split())
        for one in svg.iter("path"):
            moves = [part.split("h")[0].split("l")[0].split("v")[0] for part in (one.get("d") or "").split("M")[1:]]
            assert all(-10 <= float(move.split()[0]) <= wide for move in moves)


def test_every_cell_has_its_sign_and_gaps_none() -> None:
    svg = parsed(as_svg(planned("193.0.0.0/21", "193.0.8.0/24", answers=(objects("193.0.0.0/21 3333"), vrps("193.0.0.0/21 3333")))))
    gaps = [one for one in svg.iter("path") if one.get("class") == "gap"]
    assert len(gaps) == 1
    named = [one.text or "" for one in svg.iter("text") if "mid" in (one.get("class") or "")]
    assert [one for one in named if not one.startswith("/")] == ["✔", "✘"]


def test_two_hundred_prefixes_are_all_there_and_small() -> None:
    found = many(200)
    svg = as_svg(found)
    assert len(svg) < 150_000
    shown = texts(svg)
    assert all(str(one.claim.prefix) in shown for one in found.assessments)
    assert not [one for one in shown if "not drawn" in one]
    assert "each cell is 2 neighbouring pieces, of 400: the sign is the worst of them" in shown
    assert MOST_CELLS < 400


def test_two_hundred_blocks_are_small_too() -> None:
    rows = [row("ripencc", f"194.{number}.0.0/16") for number in range(200)]
    found = result(peering(block("ipv4", *(f"194.{number}.0.0/16" for number in range(200)))), files(*rows))
    assert len(as_svg(found)) < 150_000
    assert len(as_rows(found)) == 400


def test_what_is_not_drawn_is_counted() -> None:
    count = MOST_ROWS + 40
    found = many(count)
    rest = next(one for one in texts(as_svg(found)) if "not drawn" in one)
    assert rest.startswith("and 40 more prefixes not drawn: 40 ")
    assert rest in said(found)
    gaps = [one for one in as_rows(found) if one.notes == "not listed"]
    assert len(gaps) == MOST_GAPS + 1
    assert gaps[-1].what == f"{len(plan(found, 4)[0].gaps) - MOST_GAPS} more gaps"


def test_what_needs_attention_is_drawn_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_plan, "MOST_ROWS", 2)
    names = ("193.0.0.0/24", "193.0.1.0/24", "193.0.2.0/24")
    made = planned(*names, primary="193.0.3.0/30", answers=(*(objects(f"{names[0]} 3333"), vrps(f"{names[0]} 3333")),))
    found = said(made)
    assert names[0] not in found
    assert "193.0.3.0/30" in found
    assert any(one.startswith("and 2 more prefixes not drawn: ") for one in found)


def test_thousands_of_prefixes_take_no_square_of_time() -> None:
    def seconds(count: int) -> float:
        found = planned(*(f"194.{number >> 8 & 1}.{number & 255}.{number >> 9 << 3}/29" for number in range(count)))
        for one in found.assessments:
            assert one.verdict.outcome
        start = time.perf_counter()
        as_svg(found)
        as_rows(found)
        return time.perf_counter() - start

    assert seconds(4000) < 60 * max(seconds(500), 0.01)


def test_no_prefix_no_picture() -> None:
    empty = result(Peering(3333, ()))
    assert (as_svg(empty), as_rows(empty)) == ("", ())


def test_the_tour(tour: Outcomes) -> None:
    rows = as_rows(tour.result)
    assert [one.verdict for one in rows if one.what == "192.149.252.0/24" and one.verdict] == ["? undetermined"]
    assert {len(one) for one in rows} == {len(HEADS)}
    assert "true area" in LEGEND
    assert ".gap" in STYLE


def test_a_hostile_registry_is_only_text(dangerous: tuple[str, Outcomes]) -> None:
    svg = as_svg(dangerous[1].result)
    assert acting(svg) == []
    assert {each.tag for each in parsed(svg).iter()} <= {"div", "svg", "text", "title", "path"}
