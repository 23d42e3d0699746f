from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.bgp_update import Body, Nlri, as_path, update
from bgpcheck.model import Prefix, Segment, SegmentKind

ORIGIN = bytes.fromhex("40010100")
NEXT_HOP = bytes.fromhex("4003047f000003")
NET = bytes.fromhex("18c00002")  # 192.0.2.0/24
SEQUENCE, SET = SegmentKind.SEQUENCE, SegmentKind.SET


def attribute(code: int, value: bytes, flags: int = 0x40) -> bytes:
    return bytes([flags, code, len(value)]) + value


def segment(kind: int, *asns: int, octets: int = 4) -> bytes:
    return bytes([kind, len(asns)]) + b"".join(asn.to_bytes(octets, "big") for asn in asns)


def body(attributes: bytes = b"", nlri: bytes = b"", gone: bytes = b"") -> bytes:
    return len(gone).to_bytes(2, "big") + gone + len(attributes).to_bytes(2, "big") + attributes + nlri


def along(path: bytes) -> bytes:
    return body(ORIGIN + attribute(2, path) + NEXT_HOP, NET)


def nlris(*prefixes: str) -> tuple[Nlri, ...]:
    return tuple(Nlri(Prefix.parse(prefix)) for prefix in prefixes)


# Octets that ExaBGP 5.0.15 captured from BIRD 2.0.12 and GoBGP 3.10.0.
CAPTURED = [
    (
        "000000144001010040020602010000FDEB4003047F000003000A6440080A",
        Body(nlris("0.0.0.0/0", "100.64.0.0/10", "10.0.0.0/8"), path=(Segment(SEQUENCE, (65003,)),)),
    ),
    (
        "000000324001010040020E02030000FDEB00000D1C00003B414003047F000003C00804FDEB029AC0200C0000FDEB000000010000000218080808",
        Body(nlris("8.8.8.0/24"), path=(Segment(SEQUENCE, (65003, 3356, 15169)),), communities=("65003:666", "65003:1:2")),
    ),
    (
        "000000224001010240021402020000FDEAFA56EA0101020000FC000000FC014003047F00000218C63364",
        Body(nlris("198.51.100.0/24"), path=(Segment(SEQUENCE, (65002, 4200000001)), Segment(SET, (64512, 64513)))),
    ),
    (
        "00000038900E001C00020110FD00000000000003000000000000000100302001067C02E84001010040020A02020000FDEB00000D05C00804FDEB0006",
        Body(nlris("2001:67c:2e8::/48"), path=(Segment(SEQUENCE, (65003, 3333)),), communities=("65003:6",)),
    ),
    ("00000000", Body(end_of_rib="ipv4 unicast")),
    ("00000006800F03000201", Body(end_of_rib="ipv6 unicast")),
]


@pytest.mark.parametrize(("octets", "expected"), CAPTURED)
def test_captured_bodies(octets: str, expected: Body) -> None:
    assert update(bytes.fromhex(octets)) == expected


PATHS = [
    ("no attribute", body(ORIGIN + NEXT_HOP, NET), None, None, ()),
    ("empty", along(b""), None, (), ()),
    (
        "confederation",
        along(segment(3, 65100) + segment(4, 65101, 65102) + segment(2, 3333)),
        True,
        (Segment(SegmentKind.CONFED_SEQUENCE, (65100,)), Segment(SegmentKind.CONFED_SET, (65101, 65102)), Segment(SEQUENCE, (3333,))),
        (),
    ),
    ("two octets known", along(segment(2, 65003, 3333, octets=2)), False, (Segment(SEQUENCE, (65003, 3333)),), ()),
    (
        "two octets guessed",
        along(segment(2, 65003, 3333, octets=2)),
        None,
        (Segment(SEQUENCE, (65003, 3333)),),
        ("AS_PATH fits only two-octet AS numbers: read so",),
    ),
    (
        "AS_TRANS last",
        along(segment(2, 65003, 23456)),
        None,
        (Segment(SEQUENCE, (65003, 23456)),),
        ("AS_PATH ends in AS23456 (AS_TRANS), which stands for an AS number that is not shown",),
    ),
    ("AS_TRANS on the way", along(segment(2, 23456, 3333)), None, (Segment(SEQUENCE, (23456, 3333)),), ()),
    ("of two AS_PATHs the first", body(attribute(2, b"") + attribute(2, segment(2, 1)), NET), None, (), ()),
    (
        "extended length",
        body(b"\x50\x02\x00\x06" + segment(2, 3333), NET),
        None,
        (Segment(SEQUENCE, (3333,)),),
        (),
    ),
]


@pytest.mark.parametrize(("octets", "asn4", "path", "notes"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS])
def test_paths(octets: bytes, asn4: bool | None, path: object, notes: tuple[str, ...]) -> None:  # noqa: FBT001 (a table's column)
    read = update(octets, asn4=asn4)
    assert (read.path, read.path_notes, read.announced) == (path, notes, nlris("192.0.2.0/24"))


def reach(afi: int, safi: int, nlri: bytes, code: int = 14) -> bytes:
    head = afi.to_bytes(2, "big") + bytes([safi])
    return attribute(code, head + (b"\x04\x7f\x00\x00\x03\x00" if code == 14 else b"") + nlri, 0x80)


ONE, TWO = bytes([0, 0, 0, 1]), bytes([0, 0, 0, 2])
LISTS = [
    ("withdrawn", body(gone=NET), None, Body(withdrawn=nlris("192.0.2.0/24"))),
    (
        "host bits masked, then the same once",
        body(nlri=bytes.fromhex("140102ff140102f0")),
        None,
        Body(nlris("1.2.240.0/20"), notes=("1.2.255.0/20 has host bits set: read as 1.2.240.0/20",)),
    ),
    ("no octet for a default route", body(nlri=b"\0"), None, Body(nlris("0.0.0.0/0"))),
    (
        "both families at once, withdrawn and announced",
        body(reach(2, 1, b"\0") + reach(2, 1, bytes.fromhex("2020010db8"), 15), b"\0", NET),
        None,
        Body(nlris("0.0.0.0/0", "::/0"), nlris("192.0.2.0/24", "2001:db8::/32")),
    ),
    (
        "ipv4 in MP_REACH_NLRI",
        body(reach(1, 1, NET)),
        None,
        Body(nlris("192.0.2.0/24")),
    ),
    (
        "other families",
        body(reach(1, 2, NET) + reach(25, 70, b"\1\2", 15)),
        None,
        Body(notes=tuple(f"{name} left out: only ipv4 unicast and ipv6 unicast are judged" for name in ("afi 25 safi 70", "afi 1 safi 2"))),
    ),
    (
        "path identifiers",
        body(reach(2, 1, b"\0" + b"\0"), ONE + NET + TWO + NET, ONE + NET),
        ("ipv4 unicast",),
        Body(
            (Nlri(Prefix.parse("192.0.2.0/24"), "0.0.0.1"), Nlri(Prefix.parse("192.0.2.0/24"), "0.0.0.2"), *nlris("::/0")),
            (Nlri(Prefix.parse("192.0.2.0/24"), "0.0.0.1"),),
        ),
    ),
    ("end of another family's RIB", body(reach(25, 70, b"", 15)), None, Body(end_of_rib="afi 25 safi 70")),
    ("attributes alone are no end of RIB", body(ORIGIN), None, Body()),
    ("nor is an MP_UNREACH_NLRI among others", body(ORIGIN + reach(2, 1, b"", 15)), None, Body()),
]


@pytest.mark.parametrize(("octets", "add_path", "expected"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
def test_prefixes(octets: bytes, add_path: tuple[str, ...] | None, expected: Body) -> None:
    assert update(octets, add_path=add_path) == expected


MALFORMED = [
    ("nothing", b"", "withdrawn routes: 2 octets announced, 0 there"),
    ("withdrawn routes cut", b"\0\5\x18", "withdrawn routes: 5 octets announced, 1 there"),
    ("no attribute length", b"\0\0\0", "path attributes: 2 octets announced, 1 there"),
    ("attribute beyond the end", body(b"\x40\x01\x05\0"), "path attribute 1: 5 octets announced, 1 there"),
    ("attribute of one octet", body(b"\x40"), "path attribute: 2 octets announced, 1 there"),
    ("extended length cut", body(b"\x50\x02\0"), "path attribute: 2 octets announced, 1 there"),
    ("MP_REACH_NLRI twice", body(reach(2, 1, b"") * 2), "path attribute 14 comes twice (RFC 7606 s3 g)"),
    ("MP_REACH_NLRI too short", body(attribute(14, b"\0\1")), "MP_REACH_NLRI: 4 octets announced, 2 there"),
    ("next hop too short", body(attribute(14, b"\0\1\1\4\x7f")), "MP_REACH_NLRI: 5 octets announced, 1 there"),
    ("MP_UNREACH_NLRI too short", body(attribute(15, b"\0")), "MP_UNREACH_NLRI: 3 octets announced, 1 there"),
    ("segment beyond the end", along(b"\2\5\0\0"), "AS_PATH segment: 20 octets announced, 2 there"),
    ("segment type", along(segment(5, 1)), "AS_PATH segment of type 5 with 1 AS numbers: types are 1 to 4, and none is empty"),
    ("empty segment", along(b"\2\0"), "AS_PATH segment of type 2 with 0 AS numbers: types are 1 to 4, and none is empty"),
    ("communities", body(attribute(8, b"\0\1\2")), "COMMUNITIES has 3 octets, which is no multiple of 4"),
    ("large communities", body(attribute(32, b"\0" * 13)), "LARGE_COMMUNITY has 13 octets, which is no multiple of 12"),
    ("length of a prefix", body(nlri=bytes([33, 1, 2, 3, 4, 5])), "NLRI of /33: the length must be 0 to 32"),
    ("length of an IPv6 prefix", body(reach(2, 1, bytes([129]) + bytes(17))), "NLRI of /129: the length must be 0 to 128"),
    ("prefix cut", body(nlri=b"\x18\xc0"), "NLRI: 3 octets announced, 1 there"),
    (
        "path identifiers that nobody told of",
        body(nlri=ONE + NET),
        "NLRI of /192: the length must be 0 to 32",
    ),
    (
        "path identifiers that pass for prefixes",
        body(reach(2, 1, ONE + bytes.fromhex("200db80000") + b"\0")),
        "NLRI seem to carry path identifiers (RFC 7911): record with 'negotiated', which tells",
    ),
]


@pytest.mark.parametrize(("octets", "message"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_malformed(octets: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        update(octets)
    assert str(caught.value) == message


@pytest.mark.parametrize("data", [b"\0\0\0\1", b"\0\0"])
def test_path_identifier_cut(data: bytes) -> None:
    with pytest.raises(FormatError):
        update(body(nlri=data), add_path=("ipv4 unicast",))


def test_a_full_attribute_of_sets_and_sequences() -> None:
    asns = tuple(range(1, 256))
    assert as_path(segment(2, *asns) + segment(1, 7), 4) == (Segment(SEQUENCE, asns), Segment(SET, (7,)))


WORDS = st.lists(st.tuples(st.sampled_from([1, 2, 3, 4]), st.lists(st.integers(0, 65535), min_size=1, max_size=255)), max_size=3)


@given(WORDS, st.sampled_from([2, 4]))
def test_paths_come_back(parts: list[tuple[int, list[int]]], octets: int) -> None:
    written = b"".join(segment(kind, *asns, octets=octets) for kind, asns in parts)
    assert [list(part.asns) for part in as_path(written, octets)] == [asns for _, asns in parts]


@given(st.binary(max_size=80), st.sampled_from([None, True, False]), st.sampled_from([None, (), ("ipv4 unicast",)]))
def test_any_octets_are_read_or_refused(octets: bytes, asn4: bool | None, add_path: tuple[str, ...] | None) -> None:  # noqa: FBT001
    try:
        read = update(octets, asn4=asn4, add_path=add_path)
    except FormatError:
        return
    assert isinstance(read, Body)


@given(st.data())
def test_mutated_bodies_are_read_or_refused(data: st.DataObject) -> None:
    octets = bytearray(bytes.fromhex(data.draw(st.sampled_from(CAPTURED))[0]))
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = update(bytes(octets))
    except FormatError:
        return
    assert isinstance(read, Body)
