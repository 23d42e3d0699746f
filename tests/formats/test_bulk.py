from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.fetch.files import Reading
from bgpcheck.formats import bulk
from bgpcheck.formats.bulk import MOST_NOTES, Scan
from bgpcheck.formats.slurm import Slurm
from bgpcheck.model import AsnRange, Aspa, Delegation, DelegationStatus, Party, Prefix, Registration, RouteObject, Unreadable, Vrp

FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"
DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")
NET = Prefix.parse("193.0.0.0/21")
RPSL = """\
% RIPE database

route:  193.0.0.0/21
origin: AS3333
source: RIPE

mntner: RIPE-NCC-MNT
source: RIPE

inetnum: 193.0.0.0 - 193.0.7.255
org:     ORG-RIEN1-RIPE
source:  RIPE

route:  banana
origin: AS3333
source: RIPE

aut-num: AS3333
source:  RIPE

organisation: ORG-RIEN1-RIPE
org-name:     Reseaux IP Europeens
"""
DELEGATED = """\
2|ripencc|20261101|2|19830705|20261101|+0100
ripencc|*|ipv4|*|1|summary
ripencc|*|asn|*|1|summary
# a comment
ripencc|NL|ipv4|193.0.0.0|2048|19930901|assigned|id-1
ripencc|NL|asn|3333|1|19930901|allocated|id-1
"""
VRPS = """\
{"metadata": {"buildtime": "2026-11-01T12:00:00Z"},
 "roas": [{"asn": 3333, "prefix": "193.0.0.0/21", "maxLength": 24, "ta": "ripe"}, {"asn": 0, "prefix": "10.0.0.0/8", "ta": "x"}],
 "aspas": [{"customer_asid": 3333, "providers": [1103]}]}
"""
CSV = "ASN,IP Prefix,Max Length,Trust Anchor\nAS3333,193.0.0.0/21,24,ripe\n"
SLURM = json.dumps(
    {
        "slurmVersion": 1,
        "validationOutputFilters": {"prefixFilters": [{"asn": 3333, "comment": "\u00e9\U0001f600"}], "bgpsecFilters": []},
        "locallyAddedAssertions": {"prefixAssertions": [{"asn": 1, "prefix": "193.0.0.0/21"}], "bgpsecAssertions": []},
    },
    ensure_ascii=False,
)


def scanned(source: str, data: str | bytes, size: int = 1 << 18) -> tuple[Scan, list[tuple[int, str, object]]]:
    content = data.encode() if isinstance(data, str) else data
    scan = Scan([content[at : at + size] for at in range(0, len(content), size)], "a.file", source)
    return scan, list(scan.records())


@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_rpsl(size: int) -> None:
    scan, records = scanned("irr/RIPE", RPSL, size)
    assert [(line, record) for line, _, record in records] == [
        (3, RouteObject("RIPE", NET, 3333)),
        (10, Registration("ripencc", NET.range, "193.0.0.0 - 193.0.7.255", "", "", "", (Party("ORG-RIEN1-RIPE", ""),))),
        (18, Registration("ripencc", AsnRange(3333, 3333), "AS3333", "", "", "")),
        (21, Party("ORG-RIEN1-RIPE", "Reseaux IP Europeens")),
    ]
    assert (scan.format, scan.dated, scan.rows, scan.keep_all) == ("rpsl", None, 4, False)
    (note,) = scan.notes
    assert note.startswith("left out: a.file:14: route: 'banana' is not")


@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_delegated(size: int) -> None:
    scan, records = scanned("delegated/ripencc", DELEGATED, size)
    assert [(line, record) for line, _, record in records] == [
        (5, Delegation("ripencc", "NL", NET.range, "19930901", DelegationStatus.ASSIGNED, "id-1")),
        (6, Delegation("ripencc", "NL", AsnRange(3333, 3333), "19930901", DelegationStatus.ALLOCATED, "id-1")),
    ]
    dated = datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert (scan.format, scan.dated, scan.rows, scan.notes) == ("delegated", dated, 2, [])


@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_vrps(size: int) -> None:
    scan, records = scanned("vrps", VRPS, size)
    assert [(line, record) for line, _, record in records] == [
        (2, Vrp(NET, 24, 3333, "ripe")),
        (2, Vrp(Prefix.parse("10.0.0.0/8"), 8, 0, "x")),
        (3, Aspa(3333, (1103,))),
    ]
    assert (scan.format, scan.dated, scan.rows) == ("vrps/json", datetime(2026, 11, 1, 12, tzinfo=UTC), 3)
    scan, records = scanned("vrps", CSV, size)
    assert records == [(2, "AS3333,193.0.0.0/21,24,ripe", Vrp(NET, 24, 3333, "ripe"))]
    assert (scan.format, scan.dated, scan.rows) == ("vrps/csv:ASN,IP Prefix,Max Length,Trust Anchor", None, 1)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_slurm(start: str) -> None:
    scan, ((line, text, record),) = scanned("slurm", start + SLURM, 7)
    assert isinstance(record, Slurm)
    assert record.assertions[0][2] == Vrp(NET, 21, 1)
    assert (line, text, scan.format, scan.rows, scan.keep_all) == (1, start + SLURM, "slurm", 1, True)


EVERY = [
    ("irr/RIPE", RPSL),
    ("delegated/ripencc", DELEGATED),
    ("vrps", VRPS),
    ("vrps", CSV),
    ("slurm", SLURM),
    ("slurm", "\ufeff" + SLURM),
    *((f"irr/{path.stem}", path.read_text()) for path in sorted(FIXTURES.glob("*.db"))),
    *((f"delegated/{path.name.split('-')[1]}", path.read_text()) for path in sorted(FIXTURES.glob("delegated-*"))),
    ("vrps", (FIXTURES / "vrps.json").read_text()),
]


@pytest.mark.parametrize(("source", "data"), EVERY, ids=[source for source, _ in EVERY])
def test_a_records_words_give_it_again(source: str, data: str) -> None:
    scan, records = scanned(source, data)
    assert scan.rows == len(records)
    for line, text, record in records:
        assert bulk.parse(scan.format, line, text, file=scan.file) == record
        if source != "slurm":
            assert text in data


BROKEN = [
    (
        "irr/RIPE",
        "route: 193.0.0.0/21\norigin: AS33",
        "a.file:1: source: 0 attributes source: write one, with a value: the file is truncated",
    ),
    ("irr/RIPE", f"{RPSL}\nmntner: A\n\nroute: b", "a.file:26: route: 'b' is not an IPv4 or IPv6 prefix"),
    ("irr/RIPE", "<html>", "a.file:1: not an RPSL file"),
    ("irr/RIPE", b"\x00\x01\x02" * 1000, "a.file:1: not an RPSL file"),
    ("delegated/arin", DELEGATED, "a.file: is the file of ripencc, its name says arin"),
    ("delegated/ripencc", DELEGATED[:-50], "a.file"),
    ("delegated/ripencc", "\n".join(DELEGATED.splitlines()[:-1]) + "\n", "a.file: 0 asn rows, the summary says 1"),
    ("delegated/ripencc", "", "a.file: not delegation statistics"),
    ("delegated/ripencc", b"\xff\xfe" * 1000, "a.file:1: not delegation statistics"),
    ("vrps", VRPS[:100], "a.file:2: "),
    ("vrps", "", "a.file:1: not a VRP export"),
    ("vrps", b"\x00" * 1000, "a.file:1: not a VRP export"),
    ("vrps", b"\xff", "a.file:1: not a VRP export: it is not UTF-8"),
    ("slurm", "{}", "a.file: slurmVersion: missing"),
    ("slurm", SLURM[:-1], "a.file:1: not JSON"),
    ("slurm", b"\xff", "a.file: not a SLURM file: it is not UTF-8"),
]


@pytest.mark.parametrize(("source", "data", "says"), BROKEN)
def test_a_damaged_file(source: str, data: str | bytes, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        scanned(source, data)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_what_a_dump_says_of_routes() -> None:
    """Objects of the source that the file is named for; of a malformed one, the prefix is kept where it can be read."""
    objects = ["route: 193.0.0.0/21\norigin: AS1\nsource: RIPE", "route: 193.0.0.0/21\norigin: AS1\nsource: RADB", "mntner: A"]
    broken = ["route: 193.0.0.0/21\norigin: ASX\nsource: RIPE", "route6: 193.0.0.0/21\norigin: AS1\nsource: RIPE", "aut-num: ASX"]
    scan, records = scanned("irr/RIPE", "\n\n".join([*broken, *objects]))
    assert [record for _, _, record in records] == [Unreadable(NET), RouteObject("RIPE", NET, 1), RouteObject("RADB", NET, 1)]
    assert (scan.rows, scan.routes, len(scan.notes)) == (3, 1, 3)
    assert bulk.parse("rpsl", 1, records[0][1], file="a.file") == Unreadable(NET)


def test_an_export_without_a_date_is_judged_by_what_expires() -> None:
    def dated(*expiries: int) -> datetime | None:
        rows = "".join(f"AS1,193.0.0.0/21,21,ripe,{expiry}\n" for expiry in expiries)
        return scanned("vrps", f"ASN,IP Prefix,Max Length,Trust Anchor,Expires\n{rows}")[0].dated

    day = datetime(2026, 11, 2, tzinfo=UTC)
    assert dated() is None
    assert scanned("vrps", CSV)[0].dated is None
    times = [int((day + timedelta(hours=hours)).timestamp()) for hours in (-5000, 24.5, 5000)]
    assert dated(*times) == day


def test_many_malformed_objects_are_counted() -> None:
    scan, records = scanned("irr/RIPE", "route: banana\n\n" * (MOST_NOTES + 7) + "route: 193.0.0.0/21\norigin: AS1\nsource: RIPE\n")
    assert len(records) == scan.rows == 1
    assert len(scan.notes) == MOST_NOTES + 1
    assert scan.notes[-1] == "left out: 7 more objects"


WORDS = [
    ("rpsl", "route: banana\norigin: AS1\nsource: RIPE", "a.file:1: route: 'banana' is not"),
    ("rpsl", "", "a.file:9: 0 objects: one is wanted"),
    ("rpsl", "mntner: A-MNT", "a.file:1: mntner: 'mntner' is no registration"),
    ("rpsl", "route: \ud800", "a.file:9: not the text of an RPSL object"),
    ("delegated", "ripencc|NL", "a.file:9: 2 fields"),
    ("delegated", "\ud800", "a.file:9: 1 fields"),
    ("vrps/json", "[1]", "a.file:9: "),
    ("vrps/json", '{"asn": 1, "prefix": "193.0.0.1/24"}', "a.file:9: prefix: 193.0.0.1/24 has host bits set"),
    ("vrps/csv:", "a", "a.file:9: not a VRP export"),
    ("vrps/csv:ASN,IP Prefix", "a", "a.file:9: 1 cells in a row: the header has 2"),
    ("vrps/csv:ASN,IP Prefix", '"a', "a.file:9: not CSV"),
    ("slurm", "{}", "a.file:9: slurmVersion: missing"),
    ("slurm", "\ud800", "a.file:9: not a SLURM file"),
    ("", "", "a.file:9: '' is no format of records"),
    ("RPSL", "", "a.file:9: 'RPSL' is no format of records"),
]


@pytest.mark.parametrize(("form", "text", "says"), WORDS)
def test_words_that_are_no_record(form: str, text: str, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        bulk.parse(form, 9, text, file="a.file")
    assert str(caught.value).startswith(says)


REAL = [
    ("irr/RADB", "irr/grs-dumps/radb.test.gz"),
    ("irr/AFRINIC", "irr/grs-dumps/afrinic.test.gz"),
    ("irr/RIPE", "irr/ripe-samples/ripe-db-route6.txt"),
    ("delegated/afrinic", "rir/delegated-afrinic-extended-20250720.txt.xz"),
    ("vrps", "rpki/routinator-style.subset.json"),
    ("vrps", "rpki/vrps.subset.csv"),
]


@needs_data
@pytest.mark.parametrize(("source", "name"), REAL, ids=[name for _, name in REAL])
def test_real_records_words_give_them_again(source: str, name: str) -> None:
    scan = Scan(Reading(DATA / name, name).chunks(), name, source)
    records = list(scan.records())
    assert len(records) == scan.rows > 0
    for line, text, record in records[:: 1 + len(records) // 2000]:
        assert bulk.parse(scan.format, line, text, file=name) == record
