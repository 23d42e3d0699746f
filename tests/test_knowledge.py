from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bgpcheck.evidence.document import Document
from bgpcheck.evidence.extract import MEDIA_TYPE, Extract
from bgpcheck.formats.slurm import PrefixFilter, Slurm
from bgpcheck.knowledge import Knowledge
from bgpcheck.model import AsnRange, Aspa, Delegation, DelegationStatus, Party, Prefix, Registration, RouteObject, Vrp
from bgpcheck.sources.base import Answer, Cited, Gap, GapReason
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2026, 11, 1, tzinfo=UTC)
NET, MORE, FAR = (Prefix.parse(text) for text in ("193.0.0.0/21", "193.0.1.0/24", "10.0.0.0/8"))
SUBJECTS = ("193.0.0.0/21", "AS3333")
GAP = Gap("x", GapReason.TIMEOUT, "slow")


def document(source: str, uri: str, dated: datetime | None = None, routes: int = 1) -> Document:
    part = Extract(uri, "", 1, "rpsl", None, 1, routes, (4,) if routes else (), (), ())
    return Document(source, uri, MEDIA_TYPE, part.encode(), dated=dated)


def answer(
    source: str, *files: tuple[Document, Iterable[object]], subjects: Iterable[str] = SUBJECTS, gaps: tuple[Gap, ...] = ()
) -> Answer:
    records = tuple(Cited(record, one) for one, found in files for record in found)
    return Answer(source, tuple(one for one, _ in files), records, frozenset(subjects), gaps)


def said(source: str, *records: object, **options: Any) -> Answer:  # noqa: ANN401 (as ``answer`` takes them)
    return answer(source, (document(source, f"{source}.file", NOW), records), **options)


def known(*answers: Answer, assumed: tuple[object, ...] = ()) -> Knowledge:
    return Knowledge({one.source: one for one in answers}, configs.settings(), assumed)


def route(prefix: Prefix = NET, origin: int = 3333, source: str = "RIPE") -> RouteObject:
    return RouteObject(source, prefix, origin)


def row(prefix: Prefix = NET, opaque: str = "") -> Delegation:
    return Delegation("ripencc", "NL", prefix.range, "", DelegationStatus.ALLOCATED, opaque)


def asn_row(first: int, last: int) -> Delegation:
    return Delegation("ripencc", "NL", AsnRange(first, last), "", DelegationStatus.ALLOCATED, "")


def registered(resource: Prefix | int, *holders: Party, by: tuple[str, ...] = (), registry: str = "ripencc") -> Registration:
    span = AsnRange(resource, resource) if isinstance(resource, int) else resource.range
    return Registration(registry, span, str(resource), "", "", "", holders, by)


# ── who answered ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_answers_and_silence_are_kept_apart() -> None:
    found = known(said("irr/RIPE"), said("irr/RADB", subjects=["AS3333"], gaps=(GAP,)), said("slurm", subjects=["*"]))
    assert found.answered("irr/RIPE", "193.0.0.0/21")
    assert not found.answered("irr/RIPE", "10.0.0.0/8")
    assert not found.answered("irr/RADB", "193.0.0.0/21")
    assert not found.answered("irr/ARIN", "193.0.0.0/21")
    assert found.answered("slurm", "anything")
    assert found.irr_answered(NET) == {"RIPE"}


def test_every_gap_once_in_the_order_of_the_sources() -> None:
    other = Gap("y", GapReason.STALE, "")
    assert known(said("b", gaps=(other, GAP)), said("a", gaps=(GAP,)), said("c")).gaps == (other, GAP)
    assert known().gaps == ()


def test_a_record_names_every_document_that_it_stands_in() -> None:
    a, b, again = document("irr/RIPE", "a"), document("irr/RADB", "b"), document("irr/RIPE", "c")
    about = registered(NET, Party("ORG-A", ""))
    found = known(answer("irr/RIPE", (a, [route(), about]), (again, [about])), answer("irr/RADB", (b, [route()])))
    assert found.cited[route()] == (a, b)
    assert found.cited[about.resource, about.handle] == (a, again)


# ── delegated-extended ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_dates_are_those_of_the_newest_files_that_answered() -> None:
    old, new = (document("delegated/ripencc", uri, dated) for uri, dated in [("a", NOW - timedelta(days=9)), ("b", NOW)])
    found = known(
        answer("delegated/ripencc", (old, []), (new, [])),
        answer("delegated/arin", (document("delegated/arin", "c", NOW), []), gaps=(GAP,)),
        answer("delegated/apnic", (document("delegated/apnic", "d"), [])),
        answer("delegated/lacnic", gaps=(GAP,), subjects=[]),
        answer("delegated/afrinic", (document("delegated/afrinic", "e", NOW), []), subjects=[]),
        answer("vrps", (document("vrps", "f", NOW), [])),
    )
    assert found.delegated_dates == {"ripencc": NOW}


def test_what_an_older_file_says_beside_a_newer_one_is_over() -> None:
    old, new = (document("delegated/ripencc", uri, dated) for uri, dated in [("a", NOW - timedelta(days=9)), ("b", NOW)])
    found = known(answer("delegated/ripencc", (old, [row(opaque="old"), asn_row(3333, 3333)]), (new, [row(opaque="new"), row(FAR)])))
    assert [one.opaque_id for one in found.rows(NET)] == ["new"]
    assert found.asn_rows(3333) == []
    alone = known(answer("delegated/ripencc", (old, [row(opaque="old"), asn_row(3330, 3339)])))
    assert [one.opaque_id for one in alone.rows(MORE)] == ["old"]
    assert (len(alone.asn_rows(3333)), alone.asn_rows(3340)) == (1, [])


# ── RPKI ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

ONE, TWO, THREE = Vrp(NET, 21, 3333, "ripe"), Vrp(NET, 24, 1103, "ripe"), Vrp(FAR, 8, 1, "x")
HIDES = Slurm((PrefixFilter(None, 3333),), ())
ADDS = Slurm((), ((1, "", Vrp(NET, 24, 64496)),))


def covering(found: Knowledge) -> list[list[Vrp]]:
    return [view.covering(NET) for view in found.vrp_views]


def test_no_validator_no_vrps() -> None:
    for found in (known(), known(said("vrps", ONE, gaps=(GAP,))), known(said("vrps", ONE, subjects=[]))):
        assert (found.published, found.vrps, found.published_index, found.vrp_views, found.origins_heard) == (None, None, None, (), False)
        assert found.origins == frozenset()


def test_no_vrp_is_an_answer() -> None:
    found = known(said("vrps"))
    assert found.published == ()
    assert found.origins_heard
    assert covering(found) == [[]]


def test_one_export_is_one_view() -> None:
    found = known(said("vrps", ONE, TWO, ONE, THREE))
    assert found.published == (ONE, TWO, THREE)
    assert covering(found) == [[ONE, TWO]]
    assert found.vrps is not None
    assert found.vrps.covering(NET) == [ONE, TWO]


def test_each_export_is_a_view_unless_they_agree() -> None:
    a, b, c = (document("vrps", uri) for uri in "abc")
    found = known(answer("vrps", (a, [ONE]), (b, [TWO]), (c, [ONE])))
    assert covering(found) == [[ONE], [TWO]]
    assert found.published == (ONE, TWO)
    again = document("vrps", "a", NOW)  # the same export, asked a second time
    assert covering(known(answer("vrps", (a, [ONE]), (again, [TWO])))) == [[ONE, TWO]]


def test_local_exceptions_are_a_view_of_their_own() -> None:
    found = known(said("vrps", ONE, TWO), said("slurm", HIDES, ADDS, subjects=["*"]))
    added = ADDS.assertions[0][2]
    assert covering(found) == [[ONE, TWO], [TWO, added]]
    assert found.vrps is not None
    assert found.published_index is not None
    assert found.vrps.covering(NET) == [TWO, added]
    assert found.published_index.covering(NET) == [ONE, TWO]
    assert covering(known(said("vrps", TWO), said("slurm", HIDES))) == [[TWO]]


def test_planned_vrps_are_in_every_view() -> None:
    planned = Vrp(NET, 24, 12654, "planned")
    found = known(said("vrps", ONE), said("slurm", HIDES), assumed=(planned, route(), planned))
    assert covering(found) == [[ONE, planned], [planned]]
    assert found.published_index is not None
    assert found.published_index.covering(NET) == [ONE, planned]
    assert found.published == (ONE,)
    assert found.origins == {3333}  # a plan shows nothing about an AS number


def test_aspas_are_kept() -> None:
    found = known(said("vrps", ONE, Aspa(3333, (1,))))
    assert (found.aspas, found.published) == ((Aspa(3333, (1,)),), (ONE,))


# ── IRR ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def routes(found: Knowledge) -> set[RouteObject]:
    return set(found.routes.overlapping(NET))


def test_only_a_registrys_own_objects_count() -> None:
    mirrored = route(source="RADB")
    found = known(said("irr/RIPE", route(), mirrored), said("irr/RADB", route(MORE, source="RADB")))
    assert routes(found) == {route(), route(MORE, source="RADB")}
    assert found.mirrored == (("RIPE", mirrored),)
    assert known(said("vrps"), said("irr/NTTCOM", route(source="NTTCOM"), route(origin=1, source="RADB"))).origins == frozenset()
    assert known(said("vrps", TWO), said("irr/RIPE", route(), route(origin=1, source="RADB"))).origins == {3333, 1103}


def test_planned_objects_count() -> None:
    planned = route(origin=12654)
    assert routes(known(said("irr/RIPE", route()), assumed=(planned, ONE))) == {route(), planned}
    assert known(assumed=(planned,)).origins == frozenset()


def test_files_that_disagree_leave_a_source_silent() -> None:
    a, b = document("irr/RIPE", "a"), document("irr/RIPE", "b")
    found = known(answer("irr/RIPE", (a, [route(), route(MORE)]), (b, [route()])))
    assert routes(found) == {route()}
    assert found.irr_answered(NET) == frozenset()
    assert found.irr_answered(MORE) == frozenset()
    agreed = known(answer("irr/RIPE", (a, [route(), route(FAR)]), (b, [route()])))
    assert routes(agreed) == {route()}
    assert agreed.irr_answered(NET) == {"RIPE"}


def test_a_file_that_says_nothing_about_routes_does_not_disagree() -> None:
    a, b = document("irr/RIPE", "a"), document("irr/RIPE", "b", routes=0)
    found = known(answer("irr/RIPE", (a, [route()]), (b, [registered(3333)])))
    assert routes(found) == {route()}
    assert found.irr_answered(NET) == {"RIPE"}


# ── registrations ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ORG = Party("ORG-A", "")


def test_registrations_of_rdap_and_of_the_registrys_own_database() -> None:
    found = known(
        said("irr/RIPE", registered(NET), registered(3333), registered(MORE, registry="arin")),
        said("irr/RADB", registered(MORE), registered(MORE, registry="")),
        said("rdap/ip", registered(FAR, registry=""), registered(MORE, registry="apnic")),
    )
    assert [one.registry for one in found.networks(NET)] == ["ripencc", "apnic"]
    assert [one.resource for one in found.networks(FAR)] == [FAR.range]
    assert (len(found.autnums(3333)), found.autnums(1)) == (1, [])


def test_organisations_get_their_names_from_the_same_source() -> None:
    found = known(
        said("irr/RIPE", registered(NET, ORG, Party("ORG-B", "own name"), Party("ORG-X", "")), Party("ORG-A", "A"), Party("ORG-B", "B")),
        said("rdap/ip", registered(MORE, ORG)),
    )
    names = {one.handle: one.holders for one in found.networks(NET)}
    assert names == {"193.0.0.0/21": (Party("ORG-A", "A"), Party("ORG-B", "own name"), Party("ORG-X", "")), "193.0.1.0/24": (ORG,)}


def test_equal_registrations_are_one() -> None:
    assert len(known(said("irr/RIPE", registered(NET)), said("rdap/ip", registered(NET))).networks(NET)) == 1


def test_whom_maintainers_serve() -> None:
    found = known(
        said(
            "irr/RIPE",
            registered(NET, ORG, by=("A", "B")),
            registered(MORE, Party("ORG-B", ""), by=("A",)),
            registered(3333, by=("B",)),
        )
    ).organisations_of
    assert found["A"] == {"ORG-A", "ORG-B"}
    assert len(found["B"]) == 2  # one organisation, and somebody unknown
    assert "C" not in found
