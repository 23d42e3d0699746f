from __future__ import annotations

import gzip
import lzma
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.rpsl import RpslObject, objects
from bgpcheck.formats.rpsl_registration import organisation, registration, resource
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "irr"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")

INETNUM = """inetnum: 193.0.0.0  -  193.0.7.255
netname: RIPE-NCC
org: ORG-RIEN1-RIPE # the registry
sponsoring-org: ORG-OTHER-RIPE
status: assigned pi
mnt-by: ripe-ncc-mnt, OTHER-MNT
mnt-lower: LOWER-MNT
mnt-routes: ROUTES-MNT
mnt-ref: REF-MNT
remarks: one
remarks: caf\xc3\xa9
source: RIPE # Filtered"""
LACNIC = """inetnum: 200.3.12/22
status: allocated
owner: LACNIC
ownerid: uy-lacn-lacnic
inetnum-up: 200.3/16"""
REGISTRATIONS = [
    (
        INETNUM,
        Registration(
            registry="ripencc",
            resource=Prefix.parse("193.0.0.0/21").range,
            handle="193.0.0.0 - 193.0.7.255",
            parent_handle="",
            name="RIPE-NCC",
            status="ASSIGNED PI",
            holders=(Party("ORG-RIEN1-RIPE", ""),),
            maintainers=("RIPE-NCC-MNT", "OTHER-MNT"),
            remarks=("one", "caf\xe9"),
        ),
    ),
    (
        LACNIC,
        Registration(
            "", Prefix.parse("200.3.12.0/22").range, "200.3.12/22", "200.3/16", "", "ALLOCATED", (Party("UY-LACN-LACNIC", "LACNIC"),)
        ),
    ),
    (
        "inet6num: 2001:67c:2e8::/48\nsource: AFRINIC\nowner: caf\xe9",
        Registration("afrinic", Prefix.parse("2001:67c:2e8::/48").range, "2001:67c:2e8::/48", "", "", "", (Party("", "caf\xe9"),)),
    ),
    ("aut-num: as3333\nas-name: RIPE-NCC-AS\nsource: TEST", Registration("", AsnRange(3333, 3333), "AS3333", "", "RIPE-NCC-AS", "")),
]
RESOURCES = [
    ("inetnum: 10/8", AddressRange(4, 10 << 24, (11 << 24) - 1)),
    ("inetnum: 24.232/16", Prefix.parse("24.232.0.0/16").range),
    ("inetnum: 192.0.2.7", None),
    ("inetnum: 192.0.2.7 - 192.0.2.6", None),
    ("inetnum: 192.0.2.7 - 2001:db8::", None),
    ("inetnum: 192.0.2.7 - ", None),
    ("inetnum: 192.0.2.7/24", None),
    ("inetnum: 2001:db8::/32", Prefix.parse("2001:db8::/32").range),
    ("inet6num: 192.0.2.0/24", None),
    ("inetnum: 192.0.2.0 -\n 192.0.2.2", AddressRange(4, 0xC0000200, 0xC0000202)),
    ("aut-num: 278", AsnRange(278, 278)),
    ("aut-num: AS", None),
    ("route: 192.0.2.0/24", None),
]


@pytest.mark.parametrize(("text", "expected"), REGISTRATIONS)
def test_registrations(text: str, expected: Registration) -> None:
    assert registration(RpslObject(1, text)) == expected


@pytest.mark.parametrize(("text", "expected"), RESOURCES)
def test_what_a_registration_is_about(text: str, expected: AddressRange | AsnRange | None) -> None:
    one = RpslObject(7, text)
    if expected is not None:
        assert resource(one) == expected
        return
    with pytest.raises(FormatError) as caught:
        resource(one)
    assert (caught.value.line, caught.value.field) == (7, one.kind)


def test_one_source_only() -> None:
    with pytest.raises(FormatError) as caught:
        registration(RpslObject(1, "aut-num: AS1\nsource: RIPE\nsource: X"))
    assert (caught.value.line, caught.value.field) == (2, "source")


def test_remarks_are_bounded() -> None:
    text = "aut-num: AS1\n" + "\n".join(["remarks: " + "x" * 1000] * 100)
    remarks = registration(RpslObject(1, text)).remarks
    assert (len(remarks), {len(one) for one in remarks}) == (64, {512})


ORGANISATIONS = [
    ("organisation: org-a1-ripe\norg-name: Soci\xc3\xa9t\xc3\xa9\nsource: RIPE", Party("ORG-A1-RIPE", "Soci\xe9t\xe9")),
    ("organisation: ORG-A1-RIPE\norg-name: Soci\xe9t\xe9", Party("ORG-A1-RIPE", "Soci\xe9t\xe9")),
    ("organisation: ORG-A1-RIPE", Party("ORG-A1-RIPE", "")),
    ("organisation: ORG-A1-RIPE\norg-name: \u0142", Party("ORG-A1-RIPE", "\u0142")),
    ("organisation:", None),
    ("organisation: A\norganisation: B", None),
    ("person: A", None),
]


@pytest.mark.parametrize(("text", "expected"), ORGANISATIONS)
def test_organisations(text: str, expected: Party | None) -> None:
    if expected is not None:
        assert organisation(RpslObject(1, text)) == expected
        return
    with pytest.raises(FormatError):
        organisation(RpslObject(1, text))


keys = st.sampled_from(["inetnum", "inet6num", "aut-num", "organisation", "person"])
values = st.sampled_from(["193.0.0.0 - 193.0.0.255", "193.0/16", "2001:db8::/32", "AS1", "ORG-X", "- -", "/", ""]) | st.text(max_size=12)
rows = st.tuples(st.sampled_from(["org", "source", "status", "mnt-by", "remarks", "owner", "netname"]), values)


@given(keys, values, st.lists(rows, max_size=6))
def test_it_answers_or_raises_a_format_error(kind: str, key: str, others: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{name}: {value}" for name, value in [(kind, key), *others])
    one = RpslObject(1, "\n".join(row for row in text.split("\n") if row.strip()))
    for read in (registration, organisation):
        try:
            read(one)
        except FormatError:
            continue


@needs_data
def test_the_registrations_of_dn42() -> None:
    data = lzma.decompress((DATA / "dn42-20231022.rpsl.xz").read_bytes())
    classes = frozenset({"inetnum", "inet6num", "aut-num"})
    found = list(objects([data], file="dn42", classes=classes))
    (wrong,) = (one for one in found if one.key == "172.23.161.64 - 172.23.159.96")  # runs backwards
    with pytest.raises(FormatError, match="no range"):
        registration(wrong)
    whole = [registration(one) for one in found if one is not wrong]
    assert Counter(type(one.resource).__name__ for one in whole) == {"AddressRange": 4922, "AsnRange": 2981}
    assert sum(bool(one.holders) for one in whole) == 563
    organisations = [organisation(one) for one in objects([data], file="dn42", classes=frozenset({"organisation"}))]
    assert (len(organisations), sum(bool(one.name) for one in organisations)) == (419, 419)


@needs_data
def test_the_registrations_of_small_dumps() -> None:
    found = {}
    for name in ("afrinic.test.gz", "lacnic.test", "radb.test.gz"):
        path = DATA / "grs-dumps" / name
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        classes = frozenset({"inetnum", "inet6num", "aut-num"})
        for one in objects([data], file=name, classes=classes):
            record = registration(one)
            found[record.handle] = (record.registry, record.status)
    assert found == {
        "196.207.3.172 - 196.207.3.175": ("afrinic", "ASSIGNED PA"),
        "196.204.208.1 - 196.204.208.255": ("afrinic", "ASSIGNED PA"),
        "AS278": ("lacnic", ""),
        "24.232.16/24": ("lacnic", "REALLOCATED"),
        "2001:1200:2000::/48": ("lacnic", "REALLOCATED"),
        "AS1263": ("", ""),
    }


@needs_data
def test_the_aut_num_of_nine_thousand_lines() -> None:
    (one,) = objects([lzma.decompress((DATA / "AS3257.autnum.rpsl.xz").read_bytes())], file="AS3257")
    record = registration(one)
    assert (record.handle, record.status, record.holders) == ("AS3257", "ASSIGNED", (Party("ORG-GCI2-RIPE", ""),))
    assert record.maintainers == ("RIPE-NCC-END-MNT", "AS3257-ROUTE-MNT")
