from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bgpcheck.case import Case
from bgpcheck.claim import Claim
from bgpcheck.conclude import about_holders, common_maintainers, conclude, inquiry, notes, other_origins
from bgpcheck.doubts import Doubts, empty
from bgpcheck.errors import FormatError
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.extract import MEDIA_TYPE, Extract
from bgpcheck.model import AsnRange, Party, Prefix, Registration, RouteObject
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.policy import Outcome
from bgpcheck.sources.base import Answer, Cited, Gap, GapReason, Inquiry, Request
from bgpcheck.store import configs

NOW = datetime(2026, 11, 2, tzinfo=UTC)
NET, MORE = Prefix.parse("193.0.0.0/21"), Prefix.parse("193.0.1.0/24")
SETTINGS = configs.settings()
CASE = Case(Peering(3333, (Block("ipv4", prefixes=(Listed(NET, str(NET)),)),)), NOW, irr=("RIPE",))
STRICT = Case(CASE.peering, NOW, strict=True)


def document(source: str, dated: datetime | None = None, rows: int = 1, told: tuple[str, ...] = ()) -> Document:
    part = Extract("a.file", "", 1, "rpsl", None, rows, 1, (4,), told, ())
    return Document(source, "a.file", MEDIA_TYPE, part.encode(), dated=dated)


def answer(source: str, *documents: Document, records: tuple[object, ...] = ()) -> Answer:
    return Answer(source, documents, tuple(Cited(record, documents[0]) for record in records), frozenset({str(NET)}), ())


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_prefix_and_as_number_is_asked_about_once() -> None:
    claims = (Claim(NET, 3333), Claim(MORE, 3333, 1103), Claim(NET, 3333, 0), Claim(NET, 0))
    assert inquiry(claims) == Inquiry((NET, MORE), (3333, 1103))
    assert inquiry(()) == Inquiry((), ())


def test_other_origins_of_exact_objects() -> None:
    def route(prefix: Prefix, origin: int) -> RouteObject:
        return RouteObject("RIPE", prefix, origin)

    records = (route(NET, 3333), route(NET, 25152), route(NET, 0), route(MORE, 1), route(NET, 1103), route(NET, 25152), "other")
    answers = [answer("irr/RIPE", document("irr/RIPE"), records=records)]
    assert other_origins([Claim(NET, 3333)], answers) == (1103, 25152)
    assert other_origins([Claim(NET, 3333, 1103)], answers) == (25152,)
    assert other_origins([Claim(MORE, 1)], answers) == ()
    assert other_origins([], answers) == ()


def test_common_maintainers_of_all_sources() -> None:
    def registered(resource: Prefix | int, *maintainers: str) -> Registration:
        span = AsnRange(resource, resource) if isinstance(resource, int) else resource.range
        return Registration("ripencc", span, "", "", "", "", (), maintainers)

    answers = [
        answer("irr/RIPE", document("irr/RIPE"), records=(registered(NET, "B", "A", "C", "RIPE-NCC-HM-MNT"), Party("A", ""))),
        answer("rdap/autnum", document("rdap/autnum"), records=(registered(3333, "C", "B", "RIPE-NCC-HM-MNT"), registered(1, "D"))),
    ]
    assert common_maintainers(answers, SETTINGS.holders) == ("B", "C")  # a registry's own proves nothing
    assert common_maintainers(answers[:1], SETTINGS.holders) == ()


def test_who_knows_about_holders() -> None:
    names = about_holders(SETTINGS)
    assert {"rdap/ip", "rdap/autnum", "delegated/arin", "irr/RIPE", "irr/LACNIC"} <= names
    assert not names & {"vrps", "slurm", "irr/RADB", "irr/ALTDB"}


# ── doubts ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

AGES: list[tuple[str, timedelta | None, str | None]] = [
    ("vrps", timedelta(hours=24), None),
    ("vrps", timedelta(hours=24, seconds=1), "a.file is of 2026-10-31, 1 days old: the limit is 24 hours"),
    ("vrps", None, None),
    ("vrps", timedelta(hours=-24), None),
    ("vrps", timedelta(hours=-24, seconds=-1), "a.file is of 2026-11-03, which is not yet: its date can't be believed"),
    ("delegated/arin", timedelta(hours=72), None),
    ("delegated/arin", timedelta(days=30), "a.file is of 2026-10-03, 30 days old: the limit is 72 hours"),
    ("irr/RIPE", timedelta(days=4), "a.file is of 2026-10-29, 4 days old: the limit is 72 hours"),
    ("slurm", timedelta(days=4000), None),
    ("input/case", timedelta(days=4000), None),
]


@pytest.mark.parametrize(("source", "age", "sentence"), AGES)
def test_how_old_a_document_may_be(source: str, age: timedelta | None, sentence: str | None) -> None:
    one = document(source, None if age is None else NOW - age)
    assert Doubts(CASE.now, CASE.strict, SETTINGS).stale(one) == sentence
    request = Request(source, "x")
    assert Doubts(CASE.now, CASE.strict, SETTINGS).judge({request: (one,)}) == {request: (one,)}
    reply = (one,) if sentence is None else Gap(source, GapReason.STALE, sentence)
    assert Doubts(STRICT.now, STRICT.strict, SETTINGS).judge({request: (one,)}) == {request: reply}


def test_a_file_without_records_is_doubted() -> None:
    hollow, whole = document("vrps", NOW, rows=0), document("vrps", NOW)
    assert (empty(hollow), empty(whole)) == ("a.file holds no record at all", None)
    assert empty(Document("rdap/ip", "a.json", "application/rdap+json", b"")) is None
    request = Request("vrps", "x")
    assert Doubts(CASE.now, CASE.strict, SETTINGS).judge({request: (hollow,)}) == {request: (hollow,)}
    gap = Gap("vrps", GapReason.MALFORMED, "a.file holds no record at all")
    assert Doubts(STRICT.now, STRICT.strict, SETTINGS).judge({request: (whole, hollow)}) == {request: gap}


def test_gaps_and_empty_replies_are_left_alone() -> None:
    replies = {Request("a", "b"): Gap("a", GapReason.TIMEOUT, ""), Request("slurm", "*"): ()}
    assert Doubts(STRICT.now, STRICT.strict, SETTINGS).judge(replies) == replies


def test_notes_of_an_extract() -> None:
    assert notes(document("irr/RIPE", told=("left out: x",))) == ("left out: x",)
    assert notes(Document("rdap/ip", "a.json", "application/rdap+json", b"")) == ()


# ── the result ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_findings_about_documents_come_once_each() -> None:
    old, hollow = document("vrps", NOW - timedelta(days=9)), document("irr/RADB", rows=0)
    told = document("irr/RIPE", told=("left out: one", "left out: two"))
    answers = [answer("vrps", old, old), answer("irr/RADB", hollow), answer("irr/RIPE", told, told)]
    found = conclude(CASE, {one.source: one for one in answers}, configs.policy("microsoft-peering"), SETTINGS).findings
    assert [(one.rule, one.subject, one.severity) for one in found if one.rule.startswith("DATA-")] == [
        ("DATA-1", "vrps", "warning"),
        ("DATA-9", "irr/RADB", "warning"),
        ("DATA-2", "irr/RIPE", "note"),
        ("DATA-2", "irr/RIPE", "note"),
    ]


def test_nothing_known_is_undetermined() -> None:
    gap = Gap("irr/RIPE", GapReason.MISSING, "")
    silent = Answer("irr/RIPE", (), (), frozenset(), (gap,))
    result = conclude(CASE, {"irr/RIPE": silent}, configs.policy("microsoft-peering"), SETTINGS)
    assert (result.verdict, result.gaps, result.decided_at) == (Outcome.UNDETERMINED, (gap,), NOW)


def test_plans_are_read_and_told() -> None:
    plan = "193.0.0.0/21 => AS3333\n"
    case = Case(CASE.peering, NOW, assumed=(("plan.txt", plan),))
    result = conclude(case, {}, configs.policy("microsoft-peering"), SETTINGS)
    assert [one.subject for one in result.findings if one.rule == "DATA-8"] == ["plan.txt"]
    with pytest.raises(FormatError, match=r"^bad.txt: holds no planned object"):
        conclude(Case(CASE.peering, NOW, assumed=(("bad.txt", ""),)), {}, configs.policy("microsoft-peering"), SETTINGS)
