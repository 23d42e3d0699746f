from __future__ import annotations

import pytest

from bgpcheck.evidence.document import Document
from bgpcheck.model import AsnRange, Party, Prefix, Registration
from bgpcheck.sources import all_sources
from bgpcheck.sources.base import Answer, Cited, Gap, GapReason, Inquiry, Library, Need, Request, Simple
from bgpcheck.sources.irr import Irr
from bgpcheck.store import configs

NET, NET6 = Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:db8::/32")
INQUIRY = Inquiry((NET, NET6), (3333, 1103))
NOBODY = Inquiry((NET,), ())


def document(uri: str, content: str = "") -> Document:
    return Document("irr/RIPE", uri, "text/plain", (content or uri).encode())


def registration(resource: Prefix | int, *holders: Party, by: tuple[str, ...] = ()) -> Registration:
    span = AsnRange(resource, resource) if isinstance(resource, int) else resource.range
    return Registration("ripencc", span, str(resource), "", "", "", holders, by)


def library(**records: tuple[object, ...]) -> Library:
    """A library whose documents, named by their URI, hold these records."""
    return Library(lambda one: records.get(one.uri, ()))


# ── Library and Answer ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_library_knows_what_is_missing() -> None:
    one = library()
    requests = [Request("a", str(number)) for number in range(3)]
    assert one.missing(requests) == tuple(requests)
    one.add({requests[1]: (), requests[2]: Gap("a", GapReason.TIMEOUT, "")})
    assert one.missing(requests) == (requests[0],)
    assert set(one.replies) == set(requests[1:])


def test_a_document_is_read_once() -> None:
    read: list[str] = []

    def count(one: Document) -> tuple[str, ...]:
        read.append(one.uri)
        return (one.uri,)

    shelf = Library(count)
    same = [document("a"), document("a"), document("b", "a")]
    assert [shelf.records(one) for one in same] == [("a",), ("a",), ("b",)]
    assert read == ["a", "b"]


def test_an_answer_puts_replies_together() -> None:
    shelf = library(a=("1", "2"), b=("3",))
    gap, other = Gap("s", GapReason.TIMEOUT, "slow"), Gap("s", GapReason.STALE, "old")
    a, b = document("a"), document("b")
    shelf.add(
        {
            Request("s", "x"): (a,),
            Request("s", "y"): (a, b),
            Request("s", "z"): gap,
            Request("s", "v"): gap,
            Request("s", "w"): other,
            Request("s", "u"): (),
        }
    )
    found = shelf.answer("s", [Request("s", subject) for subject in "xyzvwu"])
    assert found == Answer("s", (a, b), (Cited("1", a), Cited("2", a), Cited("3", b)), frozenset("xyu"), (gap, other))


# ── Simple ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "inquiry", "subjects"),
    [
        (Simple("a"), INQUIRY, ["193.0.0.0/21", "2001:db8::/32", "AS3333", "AS1103"]),
        (Simple("a", asns=False), INQUIRY, ["193.0.0.0/21", "2001:db8::/32"]),
        (Simple("a", prefixes=False), INQUIRY, ["AS3333", "AS1103"]),
        (Simple("a", prefixes=False, asns=False), INQUIRY, ["*"]),
        (Simple("a", prefixes=False), NOBODY, []),
        (Simple("a"), Inquiry((), ()), []),
        (Simple("a", prefixes=False, asns=False), Inquiry((), ()), ["*"]),
    ],
)
def test_what_a_simple_source_asks(source: Simple, inquiry: Inquiry, subjects: list[str]) -> None:
    requests = tuple(Request("a", subject) for subject in subjects)
    assert source.requests(inquiry) == requests
    shelf = library()
    assert source.ask(inquiry, shelf) == (Need(requests) if requests else Answer("a", (), (), frozenset(), ()))
    shelf.add(dict.fromkeys(requests, ()))
    assert source.ask(inquiry, shelf) == Answer("a", (), (), frozenset(subjects), ())


def test_a_simple_source_asks_only_for_what_is_missing() -> None:
    shelf = library()
    shelf.add({Request("a", "AS3333"): ()})
    assert Simple("a", prefixes=False).ask(INQUIRY, shelf) == Need((Request("a", "AS1103"),))


# ── Irr ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

ORG, NAMED, NAMELESS = Party("ORG-A", ""), Party("ORG-B", "B"), Party("", "")
FOLLOWED: list[tuple[str, tuple[object, ...], list[str]]] = [
    ("nothing", (), []),
    ("an organisation without a name", (registration(NET, ORG),), ["org:ORG-A"]),
    ("with a name, or without a handle", (registration(NET, NAMED, NAMELESS),), []),
    ("of both sides", (registration(NET, ORG), registration(3333, ORG, Party("ORG-C", ""))), ["org:ORG-A", "org:ORG-C"]),
    ("a maintainer of one side", (registration(NET, by=("A", "B")), registration(NET6, by=("A",))), []),
    ("a common maintainer", (registration(NET, by=("A", "B")), registration(3333, by=("B", "C"))), ["mnt:B"]),
    ("both", (registration(NET, ORG, by=("A",)), registration(3333, by=("A",))), ["mnt:A", "org:ORG-A"]),
    ("other records", ("a", Party("ORG-D", "")), []),
]


@pytest.mark.parametrize(("records", "subjects"), [row[1:] for row in FOLLOWED], ids=[row[0] for row in FOLLOWED])
def test_a_second_round_asks_for_what_the_first_named(records: tuple[object, ...], subjects: list[str]) -> None:
    source, shelf = Irr("RIPE"), library(a=records, b=("more",))
    assert source.name == "irr/RIPE"
    first = source.ask(INQUIRY, shelf)
    assert first == Need(Simple("irr/RIPE").requests(INQUIRY))
    shelf.add(dict.fromkeys(first.requests, (document("a"),)))
    second = source.ask(INQUIRY, shelf)
    if subjects:
        assert second == Need(tuple(Request("irr/RIPE", subject) for subject in subjects))
        shelf.add(dict.fromkeys(second.requests, (document("b"),)))
        second = source.ask(INQUIRY, shelf)
    assert isinstance(second, Answer)
    assert [cited.record for cited in second.records] == [*records, *(["more"] if subjects else [])]
    assert second.answered == {*("193.0.0.0/21", "2001:db8::/32", "AS3333", "AS1103"), *subjects}


def test_a_second_round_that_fails_is_a_gap_beside_the_first() -> None:
    source, shelf = Irr("RIPE"), library(a=(registration(NET, ORG),))
    gap = Gap("irr/RIPE", GapReason.TIMEOUT, "")
    shelf.add(dict.fromkeys(Simple("irr/RIPE").requests(INQUIRY), (document("a"),)))
    shelf.add({Request("irr/RIPE", "org:ORG-A"): gap})
    found = source.ask(INQUIRY, shelf)
    assert isinstance(found, Answer)
    assert (len(found.records), found.gaps) == (1, (gap,))
    assert "org:ORG-A" not in found.answered


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_sources() -> None:
    found = all_sources(configs.settings(), ["RIPE", "RADB"])
    names = [source.name for source in found]
    assert len(set(names)) == len(names)
    assert {"delegated/ripencc", "delegated/arin", "rdap/ip", "rdap/autnum", "irr/RIPE", "irr/RADB", "vrps", "slurm"} <= set(names)
    asked = {source.name: source.ask(NOBODY, library()) for source in found}
    assert {name for name, said in asked.items() if isinstance(said, Answer)} == {"rdap/autnum"}
