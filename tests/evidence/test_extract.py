from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bgpcheck.api import finish
from bgpcheck.case import Case
from bgpcheck.engine import run
from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.extract import CLEANERS, MAINTAINED, Extract, Selector, decode
from bgpcheck.formats import bulk
from bgpcheck.formats.credentials import fit
from bgpcheck.model import (
    AsnRange,
    Aspa,
    Delegation,
    DelegationStatus,
    Party,
    Prefix,
    Registration,
    RouteObject,
    Unreadable,
    Vrp,
    address_text,
)
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.sources.base import Gap, GapReason, Request
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WHOLE = Extract(
    "RIPE.db", "0" * 64, 1234, "rpsl", "2026-11-01T12:00:00+00:00", 77, 5, (4, 6), ("left out: a",), ((3, "route: x\nsource: y"), (9, ""))
)


def net(text: str) -> Prefix:
    return Prefix.parse(text)


def route(prefix: str, origin: int = 1, source: str = "RIPE") -> RouteObject:
    return RouteObject(source, net(prefix), origin)


def row(prefix: str) -> Delegation:
    return Delegation("ripencc", "NL", net(prefix).range, "", DelegationStatus.ALLOCATED, "")


def asn_row(first: int, last: int) -> Delegation:
    return Delegation("ripencc", "NL", AsnRange(first, last), "", DelegationStatus.ALLOCATED, "")


def registered(span: str | int, *holders: str, by: str = "") -> Registration:
    resource = AsnRange(span, span) if isinstance(span, int) else net(span).range
    return Registration("ripencc", resource, str(span), "", "", "", tuple(Party(one, "") for one in holders), (by,) if by else ())


def kept(subjects: Iterable[str], records: Iterable[object], *, always: bool = False) -> list[int]:
    """Give the positions of the records that are kept; all of them stand on line 1."""
    selector = Selector(subjects)
    for number, record in enumerate(records):
        selector.offer(1, str(number), record, always=always)
    return [int(text) for _, text in selector.lines]


# ── writing and reading back ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "part",
    [
        WHOLE,
        replace(WHOLE, dated=None, notes=(), records=()),
        replace(WHOLE, file="\udcff\u2028\x1b", records=((1, "\xfc\x85\ud800\U0001f600\x00\n"),)),
        replace(WHOLE, records=tuple((number, f"a{number}") for number in range(1000))),
    ],
)
def test_read_back_as_written(part: Extract) -> None:
    data = part.encode()
    assert decode(data) == part
    assert decode(data).encode() == data
    assert data.isascii()
    assert len(data.splitlines()) == 4 + max(len(part.records), 1)  # a line for each record


@given(
    st.builds(
        Extract,
        *(st.text(max_size=5),) * 2,
        st.integers(0),
        st.text(max_size=5).filter(lambda name: name not in CLEANERS),
        st.none() | st.text(max_size=5),
        st.integers(0),
        st.integers(0),
        st.lists(st.sampled_from([4, 6]), max_size=2).map(tuple),
        st.lists(st.text(max_size=3), max_size=3).map(tuple),
        st.lists(st.tuples(st.integers(1), st.text(max_size=5)), max_size=3).map(tuple),
    )
)
@example(replace(WHOLE, file="a@b", notes=("c@d",)))
def test_any_extract_is_read_back(part: Extract) -> None:
    """As it was, but for people in the file's name and in notes."""
    assert decode(part.encode()) == replace(part, file=fit(part.file), notes=tuple(map(fit, part.notes)))


def body() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WHOLE.encode())
    return found


TWICE = json.dumps(body()).replace('{"file": {', '{"file": {"rows": 1, ', 1).encode()
HEAD_FAULTS: list[tuple[str, Any]] = [
    *(("schema", value) for value in ("bgpcheck/extract/v2", None, 1)),
    *((key, value) for key in ("file", "sha256", "format") for value in (None, 1, ["a"], {"a": 1}, True)),
    ("families", 4),
    ("families", ["4"]),
    ("families", [5]),
    *((key, value) for key in ("size", "rows", "routes") for value in (None, "1", 1.0, True, float("inf"))),
    *(("dated", value) for value in (1, True, [])),
    *(("notes", value) for value in (None, "a", {"a": 1}, [1], [None])),
]


@pytest.mark.parametrize(("key", "value"), HEAD_FAULTS)
def test_a_head_that_is_none(key: str, value: Any) -> None:  # noqa: ANN401 (any JSON value)
    found = body()
    found["file"][key] = value
    with pytest.raises(FormatError, match="not a readable extract: "):
        decode(json.dumps(found).encode())
    del found["file"][key]
    with pytest.raises(FormatError, match="not a readable extract: "):
        decode(json.dumps(found).encode())


@pytest.mark.parametrize(
    "records", [None, {}, "ab", [1], [[1]], [["1", "a"]], [[1.5, "a"]], [[1e400, "a"]], [[True, "a"]], [[1, 2]], [[1, "a", 2]]]
)
def test_records_that_are_none(records: Any) -> None:  # noqa: ANN401 (any JSON value)
    with pytest.raises(FormatError, match="not a readable extract: "):
        decode(json.dumps(body() | {"records": records}).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"1", b"null", b'{"file": []}', b"\xff\xfe\xfd", b"[" * 100_000, b"9" * 5000, TWICE])
def test_what_is_no_extract(data: bytes) -> None:
    with pytest.raises(FormatError, match="not a readable extract: "):
        decode(data)


# ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────────────────

SPACE = [route(text) for text in ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24", "10.0.8.0/24")]
KEPT: list[tuple[str, list[str], list[object], list[int]]] = [
    ("exact", ["10.0.1.0/24"], SPACE, [1]),
    ("covering and inside", ["10.0.4.0/23"], [route("10.0.0.0/8"), *SPACE], [0, 4, 5]),
    ("nearest on both sides", ["10.0.3.0/24"], SPACE, [2, 3]),
    ("nearest, whatever the order", ["10.0.3.0/24"], SPACE[::-1], [3, 4]),
    ("nothing below", ["9.0.0.0/24"], SPACE, [0]),
    ("nothing above", ["11.0.0.0/24"], SPACE, [6]),
    ("the first of equals", ["10.0.3.0/24"], [*SPACE, *SPACE], [2, 3]),
    ("a neighbour may be a wide one", ["10.0.3.0/24"], [route("10.0.2.0/24"), route("10.0.0.0/23")], [0]),
    ("between two wanted", ["10.0.3.0/24", "10.0.7.0/24"], SPACE, [2, 3, 5, 6]),
    ("one neighbour of two", ["10.0.3.0/24", "10.0.7.0/24"], [SPACE[0]], [0]),
    ("a gap without any", ["10.0.3.0/24", "10.0.7.0/24"], [SPACE[0], SPACE[-1]], [0, 1]),
    ("what is met is a neighbour, too", ["10.0.3.0/24", "10.0.4.0/24"], SPACE, [2, 3]),
    ("beyond what is met, nobody looks", ["10.0.3.0/24", "10.0.4.0/24"], [SPACE[3], SPACE[6]], [0]),
    ("nested wishes", ["10.0.0.0/22", "10.0.1.0/24", "10.0.1.128/25"], SPACE, [0, 1, 2]),
    ("the other family is far away", ["2001:db8::/32"], SPACE, []),
    ("IPv6", ["2001:db8::/32"], [route("2001:db7::/32"), route("2001:db9::/32"), route("2001:dba::/32")], [0, 1]),
    ("no wish", [], SPACE, []),
    ("a wish of another kind", ["*", "org:", "mnt:"], SPACE, []),
    ("delegations", ["10.0.3.0/24"], [row("10.0.0.0/23"), row("10.0.4.0/22"), row("10.0.8.0/21")], [0, 1]),
    ("an AS number's row", ["AS5"], [asn_row(1, 3), asn_row(4, 6), asn_row(7, 9)], [1]),
    ("an AS number without a row", ["AS5"], [asn_row(1, 2), asn_row(3, 4), asn_row(7, 9), asn_row(10, 10)], [1, 2]),
    ("origins", ["AS5"], [route("10.0.0.0/24", 5)] * 9, [0, 1, 2]),
    ("origins of each source", ["AS5"], [route("10.0.0.0/24", 5, source) for source in "AAAABAAABBBB"], [0, 1, 2, 4, 8, 9]),
    ("origins beside prefixes", ["AS5", "10.0.0.0/24"], [*[route("10.0.1.0/24", 5)] * 4, route("10.0.0.0/24", 5)], [0, 1, 2, 4]),
    ("VRPs", ["10.0.0.0/24"], [Vrp(net("10.0.0.0/16"), 24, 1), Vrp(net("10.0.0.128/25"), 25, 1), Vrp(net("10.1.0.0/16"), 16, 1)], [0, 1]),
    ("VRPs of an AS number", ["AS1"], [Vrp(net("10.0.0.0/16"), 24, 1)] * 5, [0, 1, 2]),
    ("ASPAs", ["AS1", "10.0.0.0/24"], [Aspa(1, (2,)), Aspa(2, (1,))], [0]),
    ("organisations", ["org:ORG-A"], [Party("ORG-A", "a"), Party("ORG-B", "b"), Party("", "")], [0]),
    ("registrations cover", ["10.0.0.0/24"], [registered("10.0.0.0/8"), registered("10.0.0.0/24"), registered("10.0.0.0/25")], [0, 1]),
    ("registrations of AS numbers", ["AS5"], [registered(4), registered(5)], [1]),
    ("registrations are no neighbours", ["10.0.3.0/24", "AS5"], [registered("10.0.2.0/24"), registered(4)], []),
    ("maintainers", ["mnt:A"], [registered("10.0.2.0/24", by="B"), registered(4, by="A")], [1]),
    ("what can't be read", ["10.0.0.0/24"], [Unreadable(net("10.0.0.0/16")), Unreadable(net("10.1.0.0/16"))], [0]),
    ("unknown records", ["AS5", "10.0.0.0/24"], ["a", None], []),
]


@pytest.mark.parametrize(("subjects", "records", "expected"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_is_kept(subjects: list[str], records: list[object], expected: list[int]) -> None:
    assert kept(subjects, records) == expected
    assert kept(subjects, records, always=True) == list(range(len(records)))


def test_a_maintainer_of_one_organisation() -> None:
    records = [registered(number, "ORG-A", by="A") for number in range(100)]
    assert kept(["mnt:A"], records) == list(range(MAINTAINED))


def test_a_maintainer_of_several_organisations() -> None:
    """However late another one comes, it is kept; so is one that names nobody, who may be anybody."""
    records = [registered(number, "ORG-A", by="A") for number in range(100)]
    records += [registered(1, "ORG-A", "ORG-B", by="A"), registered(2, by="A"), registered(3, "ORG-B", by="A"), registered(2, by="A")]
    assert kept(["mnt:A"], records) == [*range(MAINTAINED), 100, 101]


def test_many_organisations_take_no_time() -> None:
    assert len(kept(["mnt:A"], [registered(number, f"ORG-{number}", by="A") for number in range(10_000)])) == MAINTAINED


def test_many_wishes_take_no_time() -> None:
    subjects = [f"10.{number >> 8}.{number & 255}.0/25" for number in range(4_000)]
    records = [record for text in subjects for record in (route(text), registered(text))]
    assert kept(subjects, records) == list(range(8_000))
    assert kept(subjects, [route("9.0.0.0/24"), *[route("10.0.0.0/8")] * 10]) == list(range(1, 11))
    assert kept(subjects, [route("9.0.0.0/24"), route("11.0.0.0/24")]) == [0, 1]


PREFIXES = st.builds(
    lambda place, length: Prefix(4, (place << 24) >> (32 - length) << (32 - length), length), st.integers(0, 255), st.integers(4, 10)
)


@given(st.lists(PREFIXES, max_size=5), st.lists(PREFIXES, max_size=12))
@example([net("176.0.0.0/4"), net("176.0.0.0/5")], [net("0.0.0.0/4"), net("184.0.0.0/5")])
def test_neighbours_are_the_nearest(wanted: list[Prefix], there: list[Prefix]) -> None:
    found = kept(map(str, wanted), [RouteObject("RIPE", prefix, 1) for prefix in there])
    overlapping = {number for number, one in enumerate(there) if any(one.overlaps(prefix) for prefix in wanted)}
    assert overlapping <= set(found)
    chosen = [there[number] for number in found]
    for prefix in wanted:
        block = [one for one in wanted if one.overlaps(prefix)]  # all that meets it is kept, which shows what there is not inside
        if any(one.overlaps(other) for one in there for other in block):
            continue
        below = max((one.last for one in there if one.last < prefix.network), default=None)
        above = min((one.network for one in there if one.network > prefix.last), default=None)
        assert below is None or any(one.last == below for one in chosen)
        assert above is None or any(one.network == above for one in chosen)
    outside = [one for number, one in enumerate(there) if number in set(found) - overlapping]
    assert len(outside) <= 2 * len(wanted)


# ── facts on an extract are the facts on the whole file ─────────────────────────────────────────────────────────────────────

SETTINGS = configs.settings()
POLICY = configs.policy("microsoft-peering")
NOW = datetime(2026, 11, 2, tzinfo=UTC)
RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
BASE = net("193.0.0.0/16").network
nets = st.builds(
    lambda place, length: Prefix(4, (BASE + (place << 8)) >> (32 - length) << (32 - length), length),
    st.integers(0, 15),
    st.integers(20, 25),
)
asns = st.sampled_from([3333, 1103, 12654, 64512])
sources = st.sampled_from(["RIPE", "RIPE", "RIPE", "RADB", "ALTDB", "NTTCOM"])
orgs = st.sampled_from(["", "", "ORG-A", "ORG-B", "ORG-C"])
maintainers = st.sampled_from(["", "A-MNT", "B-MNT", "RIPE-NCC-HM-MNT"])
statuses = st.sampled_from(["ALLOCATED PA", "ASSIGNED PA", "ASSIGNED PI", "LEGACY", ""])


def span_text(prefix: Prefix) -> str:
    return f"{address_text(4, prefix.network)} - {address_text(4, prefix.last)}"


def rpsl(**attributes: str) -> str:
    return "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in attributes.items() if value)


routes = st.builds(lambda prefix, asn, source: rpsl(route=str(prefix), origin=f"AS{asn}", source=source), nets, asns, sources)
inetnums = st.builds(
    lambda prefix, org, by, status: rpsl(inetnum=span_text(prefix), org=org, mnt_by=by, status=status, source="RIPE"),
    nets,
    orgs,
    maintainers,
    statuses,
)
broken = st.builds(lambda prefix, source: rpsl(route=str(prefix), origin="ASX", source=source), nets, sources)
autnums = st.builds(lambda asn, org, by: rpsl(aut_num=f"AS{asn}", org=org, mnt_by=by, source="RIPE"), asns, orgs, maintainers)
organisations = st.builds(lambda org: rpsl(organisation=org or "ORG-D", org_name=f"Name {org[:5]}", source="RIPE"), orgs)
ripe = st.lists(routes | inetnums | autnums | organisations | broken, max_size=14).map(
    lambda found: "\n".join([*found, "organisation: ORG-Z\n"])
)
radb = st.lists(routes, max_size=6).map("\n".join)
vrps = st.lists(
    st.builds(
        lambda prefix, more, asn: {"prefix": str(prefix), "maxLength": prefix.length + more, "asn": asn}, nets, st.integers(0, 4), asns
    ),
    max_size=6,
)
rows = st.lists(
    st.builds(
        lambda prefix, status, who: f"ipv4|{address_text(4, prefix.network)}|{1 << (32 - prefix.length)}|20000101|{status}|{who}",
        nets,
        st.sampled_from(["allocated", "assigned", "reserved", "available"]),
        st.sampled_from(["x", "y"]),
    )
    | st.builds(lambda asn, status: f"asn|{asn}|1|20000101|{status}|x", asns, st.sampled_from(["allocated", "available"])),
    max_size=4,
)


def delegated(name: str, found: list[str]) -> str:
    kinds = {kind: sum(one.startswith(kind) for one in found) for kind in ("asn", "ipv4", "ipv6")}
    head = [
        f"2|{name}|20261101|{len(found)}|19830705|20261101|+0000",
        *(f"{name}|*|{kind}|*|{count}|summary" for kind, count in kinds.items()),
    ]
    return "\n".join([*head, *(f"{name}|NL|{one}" for one in found)]) + "\n"


class Files:
    """A fetcher with files in memory; ``whole``: documents hold all of a file."""

    def __init__(self, files: Mapping[str, str], *, whole: bool) -> None:
        self.files, self.whole = files, whole
        self.most = 0

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
        replies: dict[Request, tuple[Document, ...] | Gap] = {}
        for source in {request.source for request in requests}:
            asked = [request for request in requests if request.source == source]
            reply = (self.document(source, asked),) if source in self.files else Gap(source, GapReason.MISSING, "")
            replies.update(dict.fromkeys(asked, reply))
        return replies

    def document(self, source: str, asked: list[Request]) -> Document:
        scan = bulk.Scan([self.files[source].encode()], source, source)
        selector = Selector(request.subject for request in asked)
        for line, text, record in scan.records():
            selector.offer(line, text, record, always=self.whole)
        dated, notes = scan.dated.isoformat() if scan.dated else None, tuple(scan.notes)
        part = Extract(source, "", 0, scan.format, dated, scan.rows, scan.routes, (4, 6), notes, selector.lines)
        return Document(source, source, extract.MEDIA_TYPE, part.encode(), dated=scan.dated)


def judged(case: Case, files: Mapping[str, str], *, whole: bool) -> dict[str, Any]:
    found = finish(run(case, Files(files, whole=whole), POLICY, SETTINGS)).result.to_json()
    for one in found["prefixes"]:
        for reason in one["reasons"]:
            del reason["documents"]
    return found


FAR = net("193.0.15.0/24")
NEAR = rpsl(inetnum=span_text(net("193.0.0.0/24")), mnt_by="A-MNT", status="ASSIGNED PI", source="RIPE")
SERVED = [rpsl(inetnum=span_text(FAR), org=org, mnt_by="A-MNT", source="RIPE") for org in ("ORG-A", "ORG-B")]
AUTNUM = rpsl(aut_num="AS3333", mnt_by="A-MNT", source="RIPE")
MIRRORED = rpsl(route=str(FAR), origin="AS3333", source="RADB")
OWN = rpsl(route=str(FAR), origin="AS3333", source="RIPE")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.lists(nets, min_size=1, max_size=3, unique=True),
    asns,
    st.sampled_from([0, 0, 1103]),
    st.sampled_from([None, "RIPENCC", "RADB"]),
    ripe,
    radb,
    vrps,
    st.tuples(rows, rows),
)
@example([net("193.0.0.0/24")], 3333, 0, None, "\n".join([NEAR, AUTNUM, SERVED[0]]), "", [], ([], []))  # a maintainer of one
@example([net("193.0.0.0/24")], 3333, 0, None, "\n".join([NEAR, AUTNUM, *[SERVED[0]] * MAINTAINED, SERVED[1]]), "", [], ([], []))  # of two
@example([net("193.0.0.0/24")], 3333, 0, None, "\n".join([*[MIRRORED] * 5, OWN]), "", [], ([], []))  # an origin, in a mirror before
def test_facts_on_an_extract_are_the_facts_on_the_whole_file(  # noqa: PLR0913, PLR0917 (what is generated)
    wanted: list[Prefix],
    peer: int,
    customer: int,
    registry: str | None,
    own: str,
    third: str,
    roas: list[object],
    delegations: tuple[list[str], list[str]],
) -> None:
    block = Block("ipv4", customer, registry, registry or "", tuple(Listed(one, str(one)) for one in wanted))
    case = Case(Peering(peer, (block,)), NOW, irr=tuple(sorted(SETTINGS.accepted_sources)))
    given_rows = dict(zip(RIRS, ([], delegations[1], [], [], delegations[0]), strict=True))
    files = {
        "irr/RIPE": own,
        "irr/RADB": third,
        "vrps": json.dumps({"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": roas}),
        **{f"delegated/{name}": delegated(name, found) for name, found in given_rows.items()},
    }
    assert judged(case, files, whole=False) == judged(case, files, whole=True)
