"""Extracts as they are written and read back, and facts on them, which are those on whole files."""

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
from bgpcheck.evidence.extract import CLEANERS, Extract, decode
from bgpcheck.evidence.select import MAINTAINED, Selector
from bgpcheck.formats import bulk
from bgpcheck.formats.credentials import fit
from bgpcheck.model import (
    Prefix,
    address_text,
)
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.sources.base import Gap, GapReason, Request
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WHOLE = Extract(
    "RIPE.db", "0" * 64, 1234, "rpsl", "2026-11-01T12:00:00+00:00", 77, 5, (4, 6), ("left out: a",), ((3, "route: x\nsource: y"), (9, ""))
)


def net(text: str) -> Prefix:
    return Prefix.parse(text)


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
