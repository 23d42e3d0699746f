"""The delegation chain: every level that is known, and a level for every one that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hostile import acting
from pictures import addresses, cut, files, heard, judged, parsed, registered, row, silent, texts, tokens

from bgpcheck.claim import Claim
from bgpcheck.facts.holder import HolderFact, Side, Yardstick
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Vrp
from bgpcheck.render.delegation import HEADS, LOOKS, SIGNS, STYLE, Row, as_rows, as_svg, grouped, key
from bgpcheck.render.delegation_links import evidence
from bgpcheck.render.delegation_said import range_words
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.api import Outcomes
    from bgpcheck.assess import Assessment
    from bgpcheck.sources.base import Answer

A, B, BLANK = Party("ORG-A", "Alpha B.V."), Party("ORG-B", "Beta"), Party("", "")
NAMELESS, HANDLELESS = Party("ORG-N", ""), Party("", "Gamma")
NET = "193.0.0.0/20"
HELD = [row("ripencc", NET), row("ripencc", 3333, day="19940519")]
AUT = registered("ripencc", 3333, A, status="ASSIGNED", name="A-AS")
TOP = registered("ripencc", NET, A, status="ALLOCATED PA", name="A-NET")
SUB = registered("ripencc", "193.0.0.0/21", B, status="ASSIGNED PA", name="B-NET")


def one(answers: Iterable[Answer], prefix: str = "193.0.0.0/24", *, peer: int = 3333, customer: int = 0) -> Assessment:
    return judged([Claim(Prefix.parse(prefix), peer, customer)], answers)[0]


def spelled(found: Assessment, of: str = "prefix") -> list[str]:
    """The levels of a side as ``title [state]``."""
    return [f"{each.level} [{each.sure}]" for each in as_rows([found]) if each.of == of]


def level(found: Assessment, title: str, of: str = "") -> Row:
    return next(each for each in as_rows([found]) if each.level.startswith(title) and each.of.startswith(of))


def whole(*more: Answer) -> list[Answer]:
    return [*files(*HELD), heard("rdap/ip", TOP, SUB), heard("rdap/autnum", AUT), *more]


# ── the prefix ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

LACNIC = row("lacnic", "200.0.0.0/20", country="BR")
JAPAN = row("apnic", "202.0.0.0/20", country="JP")
JAPANESE = registered("apnic", "202.0.0.0/20", A, status="ALLOCATED PORTABLE", country="JP")
TRANSFER = [row("arin", "192.149.252.0/24"), row("ripencc", "192.149.252.0/24")]
CHAINS = {
    "whole": (
        whole(),
        {},
        ["IANA [known]", "RIPE NCC [known]", "direct allocation [known]", "reassignment [known]", "the prefix [known]"],
    ),
    "RDAP kept silent": (
        [*files(*HELD), silent("rdap/ip")],
        {},
        ["IANA [known]", "RIPE NCC [known]", "direct allocation [known]", "reassignments: not known [not known]", "the prefix [known]"],
    ),
    "nothing at hand": (
        [],
        {},
        [
            *("IANA [known]", "regional registry: not known [not known]", "direct allocation: not known [not known]"),
            *("reassignments: not known [not known]", "the prefix [known]"),
        ],
    ),
    "a chain that does not reach the top": (
        [heard("rdap/ip", SUB)],
        {},
        [
            *("IANA [known]", "RIPE NCC [known]", "direct allocation: not known [not known]", "registration [known]"),
            *("links between: not known [not known]", "the prefix [known]"),
        ],
    ),
    "the registry's own block is told": (
        [*whole(), heard("irr/RIPE", registered("ripencc", "193.0.0.0/8", status="ALLOCATED UNSPECIFIED"))],
        {},
        ["IANA [known]", "RIPE NCC [known]", "direct allocation [known]", "reassignment [known]", "the prefix [known]"],
    ),
    "special purpose": ([], {"prefix": "10.0.0.0/8"}, ["IANA [nobody's]", "the prefix [known]"]),
    "the default route": ([], {"prefix": "0.0.0.0/0"}, ["IANA [nobody's]", "the prefix [known]"]),
    "in no file": (
        files(),
        {},
        ["IANA [known]", "no regional registry [nobody's]", "not given to anybody [nobody's]", "the prefix [known]"],
    ),
    "available": (
        files(row("ripencc", NET, status="available")),
        {},
        ["IANA [known]", "RIPE NCC [known]", "not given to anybody [nobody's]", "the prefix [known]"],
    ),
    "in part": (
        files(row("ripencc", "193.0.0.0/21"), row("ripencc", "193.0.8.0/21", status="reserved")),
        {"prefix": NET},
        ["IANA [known]", "RIPE NCC [known]", "not given to anybody [nobody's]", "the prefix [known]"],
    ),
    "in two allocations": (
        files(row("ripencc", "193.0.0.0/21"), row("ripencc", "193.0.8.0/21", day="")),
        {"prefix": NET},
        [
            "IANA [known]",
            "RIPE NCC [known]",
            "no single direct allocation [known]",
            "reassignments: not known [not known]",
            "the prefix [known]",
        ],
    ),
    "legacy": (
        [*files(row("ripencc", "192.87.0.0/16")), heard("rdap/ip", registered("ripencc", "192.87.0.0/16", A, status="LEGACY"))],
        {"prefix": "192.87.0.0/16"},
        ["IANA [known]", "RIPE NCC [known]", "legacy space [known]", "the prefix [known]"],
    ),
    "legacy by inference": (
        files(row("arin", "192.149.252.0/24", day="19971105")),
        {"prefix": "192.149.252.0/24"},
        ["IANA [known]", "ARIN [known]", "legacy space (inferred) [known]", "reassignments: not known [not known]", "the prefix [known]"],
    ),
    "listed by two registries": (
        files(*TRANSFER),
        {"prefix": "192.149.252.0/24"},
        [
            *("IANA [known]", "regional registry: not known [not known]", "legacy space (inferred) [known]"),
            *("reassignments: not known [not known]", "the prefix [known]"),
        ],
    ),
    "a national registry that nobody asked": (
        files(LACNIC),
        {"prefix": "200.0.0.0/24"},
        [
            *("IANA [known]", "LACNIC [known]", "national registry: BR [inferred]", "direct allocation [known]"),
            *("reassignments: not known [not known]", "the prefix [known]"),
        ],
    ),
    "a national registry that answered": (
        [*files(JAPAN), heard("rdap/ip", JAPANESE), heard("nir/jpnic", JAPANESE)],
        {"prefix": "202.0.0.0/24"},
        ["IANA [known]", "APNIC [known]", "national registry: JPNIC [known]", "direct allocation [known]", "the prefix [known]"],
    ),
    "IPv6, whose table is not at hand": (
        files(row("ripencc", "2001:67c::/32")),
        {"prefix": "2001:67c::/32"},
        ["IANA [inferred]", "RIPE NCC [known]", "direct allocation [known]", "reassignments: not known [not known]", "the prefix [known]"],
    ),
    "IPv6, the registry's own block is told": (
        [
            *files(row("ripencc", "2001:67c::/32")),
            heard("irr/RIPE", registered("ripencc", "2001:600::/23", status="ALLOCATED UNSPECIFIED")),
        ],
        {"prefix": "2001:67c::/32"},
        ["IANA [known]", "RIPE NCC [known]", "direct allocation [known]", "reassignments: not known [not known]", "the prefix [known]"],
    ),
}


@pytest.mark.parametrize(("answers", "claim", "levels"), CHAINS.values(), ids=CHAINS)
def test_every_level_stands_there_known_or_not(answers: list[Answer], claim: dict[str, str], levels: list[str]) -> None:
    assert spelled(one(answers, **claim)) == levels  # type: ignore[arg-type]


WORDS = {
    "the day and the holder": (whole(), {}, "direct", "193.0.0.0/20; allocated on 1993-09-01, ALLOCATED PA; holder: Alpha B.V. (ORG-A)"),
    "who says so": (whole(), {}, "RIPE", ""),
    "a reassignment": (whole(), {}, "reassignment", "193.0.0.0/21; ASSIGNED PA, B-NET; holder: Beta (ORG-B)"),
    "why a holder is not known": (
        [*files(*HELD), silent("rdap/ip", "timeout")],
        {},
        "direct",
        "193.0.0.0/20; allocated on 1993-09-01; holder not known: rdap/ip kept silent (timeout)",
    ),
    "nobody asked": (files(*HELD), {}, "direct", "193.0.0.0/20; allocated on 1993-09-01; holder not known: no registration of it at hand"),
    "a record without holders": (
        [heard("rdap/ip", registered("ripencc", NET))],
        {},
        "registration",
        "193.0.0.0/20; status not said; holder: the registration names none",
    ),
    "an allocation without words": (
        [heard("rdap/ip", registered("lacnic", NET, HANDLELESS, NAMELESS, status="ALLOCATED"))],
        {},
        "direct",
        "193.0.0.0/20; ALLOCATED; holder: Gamma; holder: ORG-N",
    ),
    "IANA's block": (
        [heard("irr/RIPE", registered("ripencc", "193.0.0.0/8", status="ALLOCATED UNSPECIFIED"))],
        {},
        "IANA",
        "193.0.0.0/8: RIPE NCC, allocated 1993-05; a record of 193.0.0.0/8: ALLOCATED UNSPECIFIED",
    ),
    "IANA's ALLOCATED": (files(), {}, "IANA", "193.0.0.0/8: RIPE NCC, allocated 1993-05"),
    "IANA's LEGACY": (files(), {"prefix": "192.149.252.0/24"}, "IANA", "192.0.0.0/8: status LEGACY, 1993-05; with ARIN's whois"),
    "several /8s": (
        files(),
        {"prefix": "24.0.0.0/7"},
        "IANA",
        "24.0.0.0/8: ARIN, allocated 2001-05; 25.0.0.0/8: status LEGACY, 1995-01; with RIPE NCC's whois",
    ),
    "many /8s": (
        files(),
        {"prefix": "80.0.0.0/5"},
        "IANA",
        (
            "80.0.0.0/8: RIPE NCC, allocated 2001-04; 81.0.0.0/8: RIPE NCC, allocated 2001-04; 82.0.0.0/8: RIPE NCC, allocated 2002-11; "
            "83.0.0.0/8: RIPE NCC, allocated 2003-11; and 4 more"
        ),
    ),
    "no table of IPv6": (
        files(),
        {"prefix": "2001:67c::/32"},
        "IANA",
        "what it gave to the registry is in no answer; its table of IPv6 allocations is not in bgpcheck",
    ),
    "special": (
        [],
        {"prefix": "10.0.0.0/8"},
        "IANA",
        "10.0.0.0/8: Private-Use (RFC 1918); kept for a special purpose: no registry gives it to anybody",
    ),
    "moved": (files(row("arin", "193.0.0.0/16")), {}, "ARIN", "transferred from RIPE NCC (inferred: IANA has the /8 there)"),
    "moved, or never there": (
        files(row("ripencc", "192.87.0.0/16")),
        {"prefix": "192.87.0.0/16"},
        "RIPE",
        "IANA has the LEGACY /8 with ARIN: transferred from there, or never administered there (inferred)",
    ),
    "not moved": (files(row("ripencc", "141.0.0.0/16")), {"prefix": "141.0.0.0/16"}, "RIPE", ""),
    "asked where the bootstrap points": (
        [*files(*HELD), heard("rdap/ip", TOP, uri="https://rdap.db.ripe.net/ip/193.0.0.0/24", fetched=datetime(2026, 11, 1, tzinfo=UTC))],
        {},
        "RIPE",
        "rdap.db.ripe.net answered: IANA's RDAP bootstrap names it",
    ),
    "parts": (
        files(row("ripencc", "193.0.0.0/21"), row("ripencc", "193.0.8.0 - 193.0.15.254", day="")),
        {"prefix": NET},
        "not given",
        "in no registry's file; a part of the prefix only: the worst part counts",
    ),
    "two allocations": (
        files(row("ripencc", "193.0.0.0/21"), row("ripencc", "193.0.8.0/21", day="")),
        {"prefix": NET},
        "no single",
        "the prefix is in several, or only in part of one; 193.0.0.0/21: allocated on 1993-09-01; 193.0.8.0/21: allocated, day not said",
    ),
    "available": (files(row("ripencc", NET, status="available")), {}, "not given", "193.0.0.0/20: available"),
    "two registries": (files(*TRANSFER), {"prefix": "192.149.252.0/24"}, "regional", "ARIN or RIPE NCC"),
    "any registry": ([], {}, "regional", "any of the five"),
    "many reassignments": (
        [
            *files(*HELD),
            heard("rdap/ip", *(registered("ripencc", f"193.0.0.0 - 193.0.{last}.255", A, name=f"N{last}") for last in range(1, 15))),
        ],
        {"prefix": "193.0.0.0/24"},
        "6 more reassignments",
        "not drawn",
    ),
    "the prefix": (whole(), {}, "the prefix", "193.0.0.0/24; registration: allocated; ? 1 undetermined"),
}


@pytest.mark.parametrize(("answers", "claim", "title", "words"), WORDS.values(), ids=WORDS)
def test_what_a_level_says(answers: list[Answer], claim: dict[str, str], title: str, words: str) -> None:
    assert level(one(answers, **claim), title).what == words  # type: ignore[arg-type]


SAID = {
    "IANA": (files(), {}, "IANA", "said by IANA's table of 2023-12-18 in bgpcheck"),
    "IANA, and the registry of its own block": (
        [heard("irr/RIPE", registered("ripencc", "193.0.0.0/8", status="ALLOCATED UNSPECIFIED"))],
        {},
        "IANA",
        "said by IANA's table of 2023-12-18 in bgpcheck; the record said by irr/RIPE of 2026-11-02",
    ),
    "the registry alone": (
        [heard("irr/RIPE", registered("ripencc", "2001:600::/23", status="ALLOCATED UNSPECIFIED"))],
        {"prefix": "2001:67c::/32"},
        "IANA",
        "said by irr/RIPE of 2026-11-02",
    ),
    "nobody for IPv6": (files(), {"prefix": "2001:67c::/32"}, "IANA", "follows from the registry's own word"),
    "a file and an answer": (whole(), {}, "direct", "said by delegated/ripencc of 2026-11-02, rdap/ip of 2026-11-02"),
    "an answer over the network": (
        [heard("rdap/ip", TOP, fetched=datetime(2026, 11, 1, tzinfo=UTC), dated=None)],
        {},
        "direct",
        "said by rdap/ip on 2026-11-01",
    ),
    "undated": ([heard("rdap/ip", TOP, dated=None)], {}, "direct", "said by rdap/ip"),
    "many": (
        [*files(*HELD), *(heard(source, TOP) for source in ("rdap/ip", "nir/x", "nir/y"))],
        {},
        "direct",
        "said by delegated/ripencc of 2026-11-02, nir/x of 2026-11-02 and 2 more",
    ),
    "silent": (
        [silent(f"delegated/{one}") for one in ("a", "b", "c")],
        {},
        "regional",
        "delegated/a kept silent (missing), delegated/b kept silent (missing) and 1 more",
    ),
    "a transfer": (
        files(*TRANSFER),
        {"prefix": "192.149.252.0/24"},
        "regional",
        "listed by several: a transfer, or parts of different ones",
    ),
    "nobody's": (files(), {}, "not given", "the answers at hand do not say"),
}


@pytest.mark.parametrize(("answers", "claim", "title", "said"), SAID.values(), ids=SAID)
def test_who_says_so(answers: list[Answer], claim: dict[str, str], title: str, said: str) -> None:
    assert level(one(answers, **claim), title).said == said  # type: ignore[arg-type]


def test_levels_cite_their_documents() -> None:
    answers = whole()
    found = one(answers)
    held = {document.id for answer in answers for document in answer.documents}
    cited = {title: level(found, title, "prefix").documents for title in ("IANA", "RIPE", "direct", "reassignment")}
    assert [len(documents) for documents in cited.values()] == [0, 2, 2, 1]
    assert {document for documents in cited.values() for document in documents} <= held
    assert all(document.startswith("sha256:") for documents in cited.values() for document in documents)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (addresses(NET), NET),
        (AddressRange(4, 1, 2), "0.0.0.1 - 0.0.0.2"),
        (AddressRange(4, 0, 2), "0.0.0.0 - 0.0.0.2"),
        (AddressRange(6, 1, 1), "::1/128"),
        (AsnRange(3, 5), "AS3 to AS5"),
    ],
)
def test_a_range_that_is_a_prefix_is_written_as_one(span: AddressRange | AsnRange, words: str) -> None:
    assert range_words(span) == words


# ── the AS number ───────────────────────────────────────────────────────────────────────────────────────────────────────────

VRPS = heard("vrps", Vrp(Prefix.parse("1.0.0.0/24"), 24, 1))
ASNS = {
    "whole": (whole(), 3333, ["IANA [inferred]", "RIPE NCC [known]", "AS3333 [known]"]),
    "a row only": (files(*HELD), 3333, ["IANA [inferred]", "RIPE NCC [known]", "AS3333 [not known]"]),
    "nothing": ([], 3333, ["IANA [inferred]", "regional registry: not known [not known]", "AS3333 [not known]"]),
    "nobody's": ([*files(), VRPS], 3333, ["IANA [inferred]", "no regional registry [nobody's]", "AS3333 [nobody's]"]),
    "two registries": (
        files(*HELD, row("arin", 3333)),
        3333,
        ["IANA [inferred]", "regional registry: not known [not known]", "AS3333 [not known]"],
    ),
    "private": ([], 64512, ["IANA [nobody's]", "AS64512 [known]"]),
    "documentation": ([], 64500, ["IANA [nobody's]", "AS64500 [known]"]),
    "reserved without an RFC": ([], 65552, ["IANA [nobody's]", "AS65552 [known]"]),
}


@pytest.mark.parametrize(("answers", "asn", "levels"), ASNS.values(), ids=ASNS)
def test_the_same_for_as_numbers(answers: list[Answer], asn: int, levels: list[str]) -> None:
    assert spelled(one(answers, peer=asn), f"AS{asn}") == levels


def test_what_is_said_of_an_as_number() -> None:
    found = one(whole())
    assert level(found, "AS3333", "AS").what == "allocated on 1994-05-19, ASSIGNED; A-AS; holder: Alpha B.V. (ORG-A)"
    assert (
        level(found, "IANA", "AS").what == "what it gave to the registry is in no answer; its table of AS number blocks is not in bgpcheck"
    )
    assert level(one([]), "AS3333", "AS").what == "unknown; holder not known: no registration of it at hand"
    assert level(one([], peer=65552), "IANA", "AS").what == "AS65552 to AS131071: Reserved; kept out of use: nobody can be given it"
    assert level(one([], peer=64512), "IANA", "AS").what == (
        "AS64512 to AS65534: Private use (RFC 6996); for private use: nobody is registered as its holder"
    )
    other = one([heard("rdap/autnum", registered("", 3333, A))])
    assert level(other, "regional", "AS").sure == "not known"


def test_both_as_numbers_stand_there() -> None:
    assert [each.of for each in as_rows([one([], peer=64512, customer=3333)]) if each.level == "IANA"] == ["prefix", "AS3333", "AS64512"]


# ── what links the holders ──────────────────────────────────────────────────────────────────────────────────────────────────

MNT = ("A-MNT",)


def compared(*nets: object, autnum: object = AUT, more: Iterable[Answer] = ()) -> Assessment:
    return one([*files(*HELD), heard("rdap/ip", *nets), heard("rdap/autnum", autnum), *more])


LINKS = {
    "same handle": (compared(TOP), "prefix and AS3333: one holder", "same handle ORG-A at RIPE NCC; same name: Alpha B.V.", "known"),
    "names alike": (
        compared(registered("ripencc", NET, Party("ORG-A2", "ALPHA BV"), status="ALLOCATED PA")),
        "prefix and AS3333: probably one holder: similar",
        "names alike: ALPHA BV / Alpha B.V.",
        "known",
    ),
    "different": (
        compared(registered("ripencc", NET, B, status="ALLOCATED PA")),
        "prefix and AS3333: two holders: different",
        "prefix: Beta (ORG-B); AS number: Alpha B.V. (ORG-A); no common handle, name or maintainer that counts",
        "nobody's",
    ),
    "no holder named": (
        compared(registered("ripencc", NET, status="ALLOCATED PA")),
        "prefix and AS3333: no holders to compare: unlisted",
        "prefix: no holder named; AS number: Alpha B.V. (ORG-A); registered with different registries, or under no name of their own",
        "nobody's",
    ),
    "silence": (
        one([silent("rdap/ip")]),
        "prefix and AS3333: not known",
        "still possible: same, similar, different, unlisted",
        "not known",
    ),
    "private": (one([], peer=64512), "no holder to compare with", "no AS number of this peering is registered to anybody", "nobody's"),
}


@pytest.mark.parametrize(("found", "title", "words", "sure"), LINKS.values(), ids=LINKS)
def test_what_links_the_holders(found: Assessment, title: str, words: str, sure: str) -> None:
    (link,) = [each for each in as_rows([found]) if each.of == "holders"]
    assert (link.level, link.what, link.sure) == (title, words, sure)


def test_many_links_are_counted() -> None:
    many = [Party(f"ORG-{number}", f"Name {number}") for number in range(4)]
    found = compared(registered("ripencc", NET, *many, status="ALLOCATED PA"), autnum=registered("ripencc", 3333, *many))
    (link,) = [each for each in as_rows([found]) if each.of == "holders"]
    assert link.what.endswith("same handle ORG-3 at RIPE NCC; and 4 more")


SETTINGS = configs.settings()
EVIDENCE = {
    "a maintainer of one": (
        registered("ripencc", NET, B, mnt=MNT),
        registered("ripencc", 3333, A, mnt=MNT),
        {"A-MNT": frozenset({"ORG-A"})},
        True,
    ),
    "a maintainer of many": (
        registered("ripencc", NET, B, mnt=MNT),
        registered("ripencc", 3333, A, mnt=MNT),
        {"A-MNT": frozenset({"ORG-A", "ORG-B"})},
        True,
    ),
    "a maintainer of one, below the top": (
        registered("ripencc", NET, B, mnt=MNT),
        registered("ripencc", 3333, A, mnt=MNT),
        {"A-MNT": frozenset({"ORG-A"})},
        False,
    ),
    "a placeholder": (
        registered("ripencc", NET, Party("X", "Private Customer")),
        registered("ripencc", 3333, Party("X", "Private Customer")),
        {},
        True,
    ),
    "the registry itself": (registered("ripencc", NET, Party("ORG-NCC1-RIPE", "RIPE NCC")), AUT, {}, True),
    "other registries": (registered("arin", NET, A), AUT, {}, True),
    "same handle, no name": (registered("ripencc", NET, Party("ORG-A", "")), AUT, {}, True),
    "nothing": (registered("", NET, BLANK), AUT, {}, True),
}


@pytest.mark.parametrize(("net", "aut", "serves", "complete"), EVIDENCE.values(), ids=EVIDENCE)
def test_shown_is_what_the_fact_counts(net: object, aut: object, serves: dict[str, frozenset[str]], complete: bool) -> None:  # noqa: FBT001 (a row of the table)
    prefix, asn = Side((), (net,), answered=True, complete=complete), Side((), (aut,), answered=True, complete=True)  # type: ignore[arg-type]
    yardstick = Yardstick(SETTINGS.holders, SETTINGS.rirs, serves)
    values = HolderFact(prefix, ((3333, asn),), yardstick).values
    assert bool(list(evidence(prefix, asn, yardstick))) == bool(values <= {"same", "similar"})


def test_equal_ids_of_a_registry_whose_ids_tell() -> None:
    rows = [row("arin", "8.0.0.0/24"), row("arin", 3333)]
    sides = [Side((replace(each, opaque_id="id1"),), (), answered=False, complete=True) for each in rows]
    yardstick = Yardstick(SETTINGS.holders, SETTINGS.rirs, {})
    assert list(evidence(sides[0], sides[1], yardstick)) == ["same holder's id in ARIN's delegated-extended: id1"]


# ── the picture ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_prefixes_of_one_chain_share_a_picture() -> None:
    claims = [Claim(Prefix.parse(f"193.0.{number}.0/24"), 3333) for number in range(16)]
    groups = grouped(judged(claims, whole()))
    assert [len(group) for group in groups] == [8, 8]
    assert len({key(each) for group in groups for each in group}) == 2
    last = level(groups[0][0], "the prefix")
    assert last.what.startswith("193.0.0.0/24; registration")
    together = next(each for each in as_rows(groups[0]) if each.level == "the 8 prefixes")
    assert together.what == "193.0.0.0/24, 193.0.1.0/24, 193.0.2.0/24 and 5 more; registration: allocated; ? 8 undetermined"


@pytest.mark.parametrize(("answers", "claim", "levels"), CHAINS.values(), ids=CHAINS)
def test_the_picture_says_what_the_rows_say(answers: list[Answer], claim: dict[str, str], levels: list[str]) -> None:
    found = one(answers, **claim)  # type: ignore[arg-type]
    svg, rows = as_svg([found]), as_rows([found])
    assert tokens(texts(svg)) - {"~", "?", "✘"} <= tokens(part for each in rows for part in each[:5])
    boxes = [rect.get("class") for rect in parsed(svg).iter("rect")]
    assert boxes == [LOOKS[each.sure] for each in rows]
    assert len(levels) == len([each for each in rows if each.of == "prefix"])
    assert [each.lstrip("~?✘ ") for each in texts(svg) if each.startswith(("~ ", "? ", "✘ "))] != [] or set(boxes) == {"box"}
    assert as_svg([one(answers, **claim)]) == svg  # type: ignore[arg-type]


def test_nothing_is_wider_than_its_box() -> None:
    long = Party("ORG-LONG", "Gesellschaft mit beschränkter Haftung und sehr langem Namen " * 5)
    found = one([*files(*HELD), heard("rdap/ip", registered("ripencc", NET, long, status="ALLOCATED PA"))])
    svg = as_svg([found])
    assert all(line.endswith("…") for line in cut(svg))
    assert cut(svg)
    assert any("Haftung und sehr" in text and len(text) > 200 for text in texts(svg))


def test_the_tour(tour: Outcomes) -> None:
    groups = grouped(tour.result.assessments)
    assert sum(map(len, groups)) == len(tour.result.assessments)
    assert [len(group) for group in groups] == [1, 2, 1, 1, 1]
    assert len(HEADS) == len(Row._fields) - 1
    assert "flex" in STYLE
    assert set(SIGNS) == set(LOOKS)


def test_a_hostile_registry_is_only_text(dangerous: tuple[str, Outcomes]) -> None:
    _, outcomes = dangerous
    for group in grouped(outcomes.result.assessments):
        svg = as_svg(group)
        assert acting(svg) == []
        assert {each.tag for each in parsed(svg).iter()} <= {"div", "svg", "rect", "text", "title", "path"}
        assert len(svg) < 40_000
