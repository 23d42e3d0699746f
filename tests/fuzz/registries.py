"""Targets of what registries publish and answer: dumps, exports, statistics, whois, IRRd, RDAP."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.excerpt import Reader
from bgpcheck.formats import (
    as_set,
    assume,
    bootstrap,
    bulk,
    delegated,
    irrd_status,
    jsonscan,
    rdap,
    record,
    rpsl,
    rpsl_contacts,
    rpsl_plain,
    slurm,
    vrps,
    whois_networks,
)
from bgpcheck.formats.slurm import Slurm
from bgpcheck.model import Party, Prefix, Registration, RouteObject, Vrp
from fuzz.target import answer, cuts, halves, same

if TYPE_CHECKING:
    from collections.abc import Callable

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
            same((again.prefix, again.origin, again.source), (one.prefix, one.origin, one.source), "a route whose contacts were masked")


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
        routes = [[one for one in found if isinstance(one, RouteObject)] for found in (before, after)]
        assert set(routes[1]) <= set(routes[0]), f"routes that nobody wrote: {routes!r:.300}"


def whois_answer(data: bytes) -> None:
    """A whois answer: what is read is what a dump of the same text has."""
    found = list(bulk.whois(data, file="f"))
    scan = bulk.Scan([data], "f", "irr/RIPE")
    rows = answer(lambda: [one for _, _, one in scan.records()])
    if rows is not FormatError and not scan.notes:
        same(found, rows, "records of an answer and of a dump")
    _excerpt(Document("irr/RIPE", "f", reading.WHOIS_TYPE, data))


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


# ── RDAP and registries' own words ──────────────────────────────────────────────────────────────────────────────────────────


def rdap_answer(data: bytes) -> None:
    """An answer, and what is kept of it: never another range, another kind, or a holder that was not there."""
    kept = rdap.spared(data, file="f")
    found = rdap.parse(data, file="f", subject=PREFIX.range)
    same(rdap.spared(kept, file="f"), kept, "an answer spared twice")
    _excerpt(Document("rdap/ip", "ip/193.0.0.0_21.json", reading.RDAP_TYPE, data))
    after = answer(lambda: rdap.parse(kept, file="f", subject=PREFIX.range))
    if after is FormatError:
        return
    same(type(after), type(found), "the kind of an answer that was spared")
    if isinstance(found, Registration):
        same((after.resource, after.missing), (found.resource, found.missing), "an answer that was spared")
        assert {one.handle for one in after.holders} <= {"", *(one.handle for one in found.holders)}
        assert {one.name for one in after.holders} <= {"", *(one.name for one in found.holders)}
    elif isinstance(found, Party):
        assert after.handle in {"", found.handle}


def rdap_bootstrap(data: bytes) -> None:
    """IANA's list of servers: only https is asked."""
    found = bootstrap.parse(data, file="f")
    assert all(url.startswith("https://") and url.endswith("/") for _, url in (*found.prefixes, *found.asns))
    found.of_prefix(PREFIX)
    found.of_asn(3333)


def record_file(data: bytes) -> None:
    """A record that somebody saved or pasted: ranges that there can be."""
    for one in record.parse(data, file="f"):
        assert one.resource.first <= one.resource.last


def networks(registry: str) -> Callable[[bytes], None]:
    """Make the target of a registry whose whois is no RPSL: what is kept of an answer says the same as the answer."""

    def run(data: bytes) -> None:
        whois_networks.is_whole(registry, data)
        kept = whois_networks.reduced(data, registry)
        twice = whois_networks.reduced(kept, registry)
        same(
            answer(lambda: whois_networks.parse(twice, registry, file="f")),
            answer(lambda: whois_networks.parse(kept, registry, file="f")),
            "an answer reduced twice",
        )
        source = f"nir/{registry}" if registry in whois_networks.NIRS else "rdap/ip"
        _excerpt(Document(source, "f", reading.networks_type(registry), data))
        found = whois_networks.parse(kept, registry, file="f")
        for one in found:
            assert one.resource.first <= one.resource.last

    return run


def _excerpt(document: Document) -> None:
    """Show the lines of a document: those of its records, and those nearest to something else."""
    records = answer(lambda: reading.records(document))
    if records is not FormatError:
        reader = Reader()
        for about in ("193.0.0.0/21", "AS3333", "*"):
            reader.excerpts(document, records[:1], about)
            reader.excerpts(document, (), about)


def extract_member(data: bytes) -> None:
    """An extract in a bundle: written again it is the same, and its records are read or refused."""
    found = extract.decode(data)
    same(extract.decode(found.encode()).encode(), found.encode(), "an extract written again")
    extract.silent_anchors([Document("vrps", "f", extract.MEDIA_TYPE, data)])
    _excerpt(Document("irr/RIPE", "f", extract.MEDIA_TYPE, data))


def names_of_answers(data: bytes) -> None:
    """The name of a recorded answer says what it is about, or nothing."""
    text = data.decode("utf-8", "replace")
    found = reading.subject_of(text)
    assert found is None or found.first <= found.last
    assert rdap.registry_at(text) in {"", *rdap.REGISTRIES.values()}


def json_twins(data: bytes) -> None:
    """Two readers of JSON take the same, keys that come twice within long arrays apart."""
    from bgpcheck.formats import json_fields  # noqa: PLC0415 (beside the one above)

    text = data.decode("utf-8", "replace")
    one, other = answer(lambda: json_fields.decode(text)), answer(lambda: jsonscan.decode(text))
    if one is not FormatError:
        same(json.dumps(other) if other is not FormatError else other, json.dumps(one), "JSON read by two readers")
