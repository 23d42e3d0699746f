from __future__ import annotations

import pytest

from bgpcheck.evidence.document import Document
from bgpcheck.evidence.extract import MEDIA_TYPE, Extract
from bgpcheck.model import AsnRange, Party, Prefix, Registration, Unreadable
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
    assert found == Answer("s", (a, b), (Cited("1", a), Cited("2", a), Cited("3", b)), frozenset("xyu"), (gap, other), frozenset("zvw"))


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
    ("a common maintainer is asked about for all sources", (registration(NET, by=("A", "B")), registration(3333, by=("B", "C"))), []),
    ("a handle that looks like a prefix", (registration(NET, Party("10.0.0.0/8", "")),), ["org:10.0.0.0/8"]),
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


def test_maintainers_are_asked_about_with_the_rest() -> None:
    inquiry = Inquiry((NET,), (), ("A-MNT", "a/b"))
    subjects = ("193.0.0.0/21", "mnt:A-MNT", "mnt:a/b")
    assert Irr("RIPE").ask(inquiry, library()) == Need(tuple(Request("irr/RIPE", subject) for subject in subjects))
    assert Simple("a", prefixes=False, maintainers=True).requests(inquiry) == (Request("a", "mnt:A-MNT"), Request("a", "mnt:a/b"))
    shelf = library()
    shelf.add({Request("irr/RIPE", subject): () for subject in subjects})
    assert Irr("RIPE").ask(inquiry, shelf) == Answer("irr/RIPE", (), (), frozenset(subjects), ())


def dump(uri: str, *records: object, routes: int, rows: int = 1, size: int = 1) -> tuple[Document, tuple[object, ...]]:
    part = Extract(uri, "", size, "rpsl", None, rows, routes, (4,) if routes else (), (), ())
    return Document("irr/RIPE", uri, MEDIA_TYPE, part.encode()), records


def asked(*dumps: tuple[Document, tuple[object, ...]]) -> Answer:
    """What RIPE answers with these dumps about both prefixes of the inquiry and its AS numbers."""
    shelf = Library(lambda one: next(records for document, records in dumps if document is one))
    shelf.add(dict.fromkeys(Simple("irr/RIPE").requests(INQUIRY), tuple(document for document, _ in dumps)))
    found = Irr("RIPE").ask(INQUIRY, shelf)
    assert isinstance(found, Answer)
    return found


EVERY = frozenset({"193.0.0.0/21", "2001:db8::/32", "AS3333", "AS1103"})
NO_ROUTES = "{} holds no route object of this source: is it another file, or cut off?"
BELIEVED: list[tuple[str, list[tuple[Document, tuple[object, ...]]], frozenset[str], list[str]]] = [
    ("routes", [dump("a", routes=1)], EVERY, []),
    ("no record at all, which is told elsewhere", [dump("a", routes=0, rows=0)], EVERY, []),
    ("an empty file", [dump("a", routes=0, rows=0, size=0)], frozenset(), [NO_ROUTES.format("a")]),
    ("registrations only", [dump("a", routes=0)], frozenset(), [NO_ROUTES.format("a")]),
    ("two dumps without", [dump("a", routes=0), dump("b", routes=0)], frozenset(), [NO_ROUTES.format("a, b")]),
    ("one of two with", [dump("a", routes=0), dump("b", routes=1)], EVERY, []),
    (
        "an unreadable object",
        [dump("a", Unreadable(NET), routes=1)],
        EVERY - {"193.0.0.0/21"},
        ["a: the object of 193.0.0.0/21 can't be read"],
    ),
    (
        "a wide one and one inside, each told once",
        [dump("a", *[Unreadable(Prefix.parse("193.0.0.0/8")), Unreadable(Prefix.parse("193.0.1.0/24"))] * 2, routes=1)],
        EVERY - {"193.0.0.0/21"},
        ["a: the object of 193.0.0.0/8 can't be read", "a: the object of 193.0.1.0/24 can't be read"],
    ),
    ("one far away, kept to show an absence", [dump("a", Unreadable(Prefix.parse("192.0.0.0/8")), routes=1)], EVERY, []),
    (
        "only what is met is told",
        [dump("a", Unreadable(NET6), Unreadable(Prefix.parse("192.0.0.0/8")), routes=1)],
        EVERY - {"2001:db8::/32"},
        ["a: the object of 2001:db8::/32 can't be read"],
    ),
]


@pytest.mark.parametrize(("dumps", "answered", "told"), [row[1:] for row in BELIEVED], ids=[row[0] for row in BELIEVED])
def test_a_dump_is_believed_as_far_as_it_speaks(
    dumps: list[tuple[Document, tuple[object, ...]]], answered: frozenset[str], told: list[str]
) -> None:
    found = asked(*dumps)
    assert found.answered == answered
    assert found.gaps == tuple(Gap("irr/RIPE", GapReason.MALFORMED, detail) for detail in told)


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_sources() -> None:
    found = all_sources(configs.settings(), ["RIPE", "RADB"])
    names = [source.name for source in found]
    assert len(set(names)) == len(names)
    assert {"delegated/ripencc", "delegated/arin", "rdap/ip", "rdap/autnum", "irr/RIPE", "irr/RADB", "vrps", "slurm"} <= set(names)
    asked = {source.name: source.ask(NOBODY, library()) for source in found}
    assert {name for name, said in asked.items() if isinstance(said, Answer)} == {"rdap/autnum"}
