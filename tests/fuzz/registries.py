"""Targets of what registries publish and answer: dumps, exports, statistics, whois, IRRd, RDAP."""

from __future__ import annotations

from dataclasses import replace

from fuzz.answers import excerpts
from fuzz.target import answer, cuts, halves, same

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.formats import (
    as_set,
    assume,
    bulk,
    delegated,
    irrd_status,
    jsonscan,
    rpsl,
    rpsl_contacts,
    rpsl_plain,
    slurm,
    vrps,
)
from bgpcheck.formats.slurm import Slurm
from bgpcheck.model import Prefix, RouteObject, Vrp

PREFIX = Prefix.parse("193.0.0.0/21")
Rows = list[bulk.Record]


def _scanned(data: bytes, source: str) -> tuple[bulk.Scan, Rows | type[FormatError]]:
    """Read a bulk file to its end; in pieces it is the same."""
    scan = bulk.Scan([data], "f", source)
    rows = answer(lambda: list(scan.records()))
    again = bulk.Scan(cuts(data), "f", source)
    same(answer(lambda: list(again.records())), rows, "records of a file in pieces")
    same((again.rows, again.routes, again.dated, again.notes), (scan.rows, scan.routes, scan.dated, scan.notes), "a file in pieces")
    return scan, rows


def _bulk(data: bytes, source: str) -> Rows:
    """What a scan gave, ``parse`` gives again from the text alone, also out of an extract."""
    scan, rows = _scanned(data, source)
    if rows is FormatError:
        raise FormatError("refused", file="f")
    for line, text, one in rows:
        same(bulk.parse(scan.format, line, text, file="f"), one, "a record and its text read again")
    same(scan.rows, len(rows), "rows counted and given")
    _extracted(scan, rows)
    return rows


def _extracted(scan: bulk.Scan, rows: Rows) -> None:
    """An extract says again what the file said."""
    dated = scan.dated.isoformat() if scan.dated else None
    made = extract.Extract("f", "0" * 64, 1, scan.format, dated, scan.rows, scan.routes, (4,), (), tuple(row[:2] for row in rows))
    back = extract.decode(made.encode())
    same(back.encode(), made.encode(), "an extract written again")
    for (line, text), (_, before, one) in zip(back.records, rows, strict=True):
        again = bulk.parse(back.format, line, text, file="f")
        if text == before:
            same(again, one, "a record out of an extract")
        elif isinstance(one, RouteObject):
            same((again.prefix, again.origin), (one.prefix, one.origin), "a route whose contacts were masked")


# ── RPSL ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rpsl_dump(data: bytes) -> None:
    """A dump: the quick reader of routes is the careful one; the registry's own routes are counted."""
    rows = _bulk(data, "irr/RIPE")
    for _, text, _ in rows:
        quick = rpsl_plain.route(text)
        if quick is not None:
            same(quick, rpsl.route_object(rpsl.parse_text(text)), "a route read quickly and carefully")
    shorter = bulk.Scan([data[: len(data) // 2]], "f", "irr/RIPE")
    before = answer(lambda: list(shorter.records()))
    if before is not FormatError and len(before) > 1:
        same(before[:-1], rows[: len(before) - 1], "all but the last record of half a dump")


def rpsl_contacts_out(data: bytes) -> None:
    """What is kept of an answer names the same routes, and nothing is left to take out."""
    kept = rpsl_contacts.without(data)
    same(rpsl_contacts.without(kept), kept, "an answer without contacts, cleaned again")
    text = data.decode("latin-1")
    covered = rpsl_contacts.covered(text)
    same(covered.count("\n"), text.count("\n"), "lines of a covered text")
    before = answer(lambda: list(bulk.whois(data, file="f")))
    after = answer(lambda: list(bulk.whois(kept, file="f")))
    if FormatError not in (before, after):
        routes = [{(one.prefix, one.origin) for one in found if isinstance(one, RouteObject)} for found in (before, after)]
        assert routes[1] <= routes[0], f"routes that nobody wrote: {routes!r:.300}"


def whois_answer(data: bytes) -> None:
    """A whois answer: what is read is what a dump of the same text has."""
    found = list(bulk.whois(data, file="f"))
    scan = bulk.Scan([data], "f", "irr/RIPE")
    rows = answer(lambda: [one for _, _, one in scan.records()])
    if rows is not FormatError and not scan.notes:
        same(found, rows, "records of an answer and of a dump")
    excerpts(Document("irr/RIPE", "f", reading.WHOIS_TYPE, data))


def as_sets(data: bytes) -> None:
    """An as-set's object, those that refer to it, and IRRd's list."""
    first, second, _ = halves(data)
    as_set.listed(second)
    as_set.takes_referrers(first)
    found = as_set.named("AS-EXAMPLE", first, second)
    for one in found.sets if found else ():
        same(as_set.set_name(one), one, "a set's name")


def planned(data: bytes) -> None:
    """Planned objects: none but those that are written there."""
    found = assume.parse(data.decode("utf-8", "replace"), file="f")
    for one in found:
        if isinstance(one, Vrp):
            same(assume.parse(str(replace(one)), file="f")[0], one, "a planned VRP written again")


def irrd(data: bytes) -> None:
    """What IRRd says of a source."""
    found = irrd_status.parse(data, "RIPE")
    assert found.updated is None or found.updated.tzinfo is not None
    assert len(found.error) <= 200


# ── statistics and payloads ─────────────────────────────────────────────────────────────────────────────────────────────────


def delegated_file(data: bytes) -> None:
    """Statistics: a file that lost a row, or the end of its last line, is no smaller file but a damaged one."""
    header, _ = delegated.scan([data], file="f")
    source = f"delegated/{header.registry}"
    rows = _bulk(data, source)
    assert header.date.tzinfo is not None
    whole = data.rstrip(b"\r\n \t\x0b\x0c")
    last = whole.rpartition(b"\n")[2]
    if rows and b"|" in last and last[:1] != b"#":
        same(_scanned(whole[:-1], source)[1], FormatError, "statistics whose last line is cut")


def vrps_file(data: bytes) -> None:
    """An export: the quick reader is the careful one, and JSON that was cut is damaged."""
    export = vrps.scan(data, file="f")
    rows = _bulk(data, "vrps")
    if export.dialect == "json":
        plain = [vrps.parse_record(text, "json") for _, text, _ in jsonscan.elements(export.text, "roas")]
        same([one for _, _, one in rows if isinstance(one, Vrp)], plain, "VRPs read quickly and carefully")
        same(_scanned(data.rstrip(b" \t\r\n")[:-1], "vrps")[1], FormatError, "an export that is cut")
    elif rows:
        same(_scanned(data.rstrip(b"\r\n"), "vrps")[1], FormatError, "a list whose last line has no end")


def slurm_file(data: bytes) -> None:
    """Local exceptions: applied twice they change nothing more, and every assertion stands."""
    found = slurm.parse(data, file="f")
    given = [Vrp(PREFIX, 24, 3333), Vrp(Prefix.parse("2001:67c:2e8::/48"), 48, 3333)]
    once = slurm.apply(found, given)
    assert all(vrp in once for _, _, vrp in found.assertions)
    assert all(vrp in once or any(one.matches(vrp) for one in found.filters) for vrp in given)
    ((_, text, one),) = _bulk(data, "slurm")
    assert isinstance(one, Slurm)
    assert text
