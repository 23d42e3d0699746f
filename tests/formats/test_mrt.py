from __future__ import annotations

import ipaddress
import os
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import mrt_files as made
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from integration.daemons import daemon
from mrt_files import CONFED_SEQUENCE, CONFED_SET, SEQUENCE, SET, attribute, attributes, message, nlri, record, rib, segments, table, update

from bgpcheck.errors import FormatError
from bgpcheck.fetch.files import Reading
from bgpcheck.formats import bgp_update, mrt
from bgpcheck.formats.mrt_attributes import MOST_KEYS, Origins
from bgpcheck.formats.mrt_block import BLOCK, MAX_RECORD
from bgpcheck.formats.mrt_single import Messages, Table
from bgpcheck.formats.mrt_steps import FEW, STEPS
from bgpcheck.model import Prefix
from bgpcheck.routes import NONE, Routes

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(os.environ.get("BGPCHECK_DATA", "data")) / "bgp"
REAL = (
    "sample.mrt",
    "bgpdump/bview.20020722.2337.gz",
    "bgpdump/bview.ipv4_unicast_add_path.gz",
    "bgpdump/bview.ipv6_unicast_add_path.gz",
    "bgpdump/updates.20160811.1600.gz",
    "bgpdump/updates.long_withdrawal.gz",
)
CUT = "bgpdump/updates.nlri_mask_trailing_bits.gz"
V4, V6 = "193.0.0.0/21", "2001:67c:2e8::/48"


def rows(data: bytes, size: int = 1 << 18, notes: list[str] | None = None) -> list[tuple[int, int, int, int]]:
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    return [row for rows in mrt.batches(chunks, file="x.mrt", note=None if notes is None else notes.append) for row in rows.numbers()]


def said(data: bytes) -> list[str]:
    """The rows as text, such as ``193.0.0.0/21 3333``."""
    return [f"{Prefix(version, network, length)} {origin}" for version, network, length, origin in rows(data)]


def mp4(subtype: int, body: bytes, **how: int) -> bytes:
    return record(16, subtype, message(body, octets=2 if subtype in {1, 6, 8, 10} else 4, **how))


WIDE, SHORT = attributes(64496, 3333), attributes(64496, 3333, octets=2)
KINDS = {
    "table dump, IPv4": (table(V4, SHORT), [f"{V4} 3333"]),
    "table dump, IPv6": (table(V6, SHORT), [f"{V6} 3333"]),
    "table dump, host bits": (table("193.0.7.255/21", SHORT), [f"{V4} 3333"]),
    "peers": (made.peers(), []),
    "RIB, IPv4": (rib(2, V4, [WIDE, attributes(1, 196615)]), [f"{V4} 3333", f"{V4} 196615"]),
    "RIB, IPv6, short MP_REACH_NLRI": (rib(4, V6, [made.short_reach() + WIDE, WIDE + made.short_reach()]), [f"{V6} 3333"] * 2),
    "RIB, IPv6, whole MP_REACH_NLRI": (rib(4, V6, [made.reach(nlri(V6)) + WIDE]), [f"{V6} 3333"]),
    "RIB, IPv4, path identifiers": (rib(8, V4, [WIDE, WIDE]), [f"{V4} 3333"] * 2),
    "RIB, IPv6, path identifiers": (rib(10, V6, [WIDE]), [f"{V6} 3333"]),
    "RIB, no entries": (rib(2, V4, []), []),
    "RIB, default route": (rib(2, "0.0.0.0/0", [WIDE]), ["0.0.0.0/0 3333"]),
    "RIB, host route": (rib(4, "2001:67c:2e8::1/128", [WIDE]), ["2001:67c:2e8::1/128 3333"]),
    "RIB, host bits": (rib(4, "2001:67c:2e8:ffff::/49", [WIDE]), ["2001:67c:2e8:8000::/49 3333"]),
    "RIB, AS4_PATH where it has no business": (
        rib(2, V4, [WIDE + attribute(made.AS4_PATH, segments((SEQUENCE, [1])))]),
        [f"{V4} 3333"],
    ),
    "message": (mp4(1, update(SHORT, nlri(V4, "10.0.0.0/8"))), [f"{V4} 3333", "10.0.0.0/8 3333"]),
    "message, AS4": (mp4(4, update(WIDE, nlri(V4))), [f"{V4} 3333"]),
    "message, local": (mp4(6, update(SHORT, nlri(V4))), [f"{V4} 3333"]),
    "message, AS4, local": (mp4(7, update(WIDE, nlri(V4))), [f"{V4} 3333"]),
    "message, path identifiers": (mp4(8, update(SHORT, nlri(V4, V4, path_id=1))), [f"{V4} 3333"] * 2),
    "message, AS4, path identifiers": (mp4(9, update(WIDE, nlri(V4, path_id=1))), [f"{V4} 3333"]),
    "message, local, path identifiers": (mp4(10, update(SHORT, nlri(V4, path_id=1))), [f"{V4} 3333"]),
    "message, AS4, local, path identifiers": (
        mp4(11, update(WIDE + made.reach(nlri(V6, path_id=1)))),
        [f"{V6} 3333"],
    ),
    "message, microseconds": (record(17, 4, message(update(WIDE, nlri(V4))), microseconds=9), [f"{V4} 3333"]),
    "message, IPv6": (mp4(4, update(made.reach(nlri(V6, "::/0")) + WIDE), afi=2), [f"{V6} 3333", "::/0 3333"]),
    "message, IPv4 in MP_REACH_NLRI": (mp4(4, update(made.reach(nlri(V4), afi=1, hop=bytes(4)) + WIDE)), [f"{V4} 3333"]),
    "message, both": (mp4(4, update(made.reach(nlri(V6)) + WIDE, nlri(V4))), [f"{V4} 3333", f"{V6} 3333"]),
    "message, host bits": (mp4(4, update(WIDE, nlri("193.0.7.0/21", "10.255.0.0/9"))), [f"{V4} 3333", "10.128.0.0/9 3333"]),
    "message, withdrawals": (mp4(4, update(attribute(made.MP_UNREACH, b"\0\2\1" + nlri(V6)), withdrawn=nlri(V4))), []),
    "message, nothing": (mp4(4, update()), []),
    "message, no attributes": (mp4(4, update(b"", nlri(V4))), [f"{V4} {NONE}"]),
    "message, multicast": (mp4(4, update(made.reach(nlri(V6), safi=2) + WIDE, nlri(V4))), [f"{V4} 3333"]),
    "message, VPN": (mp4(4, update(made.reach(b"\1\2\3", afi=1, safi=128) + WIDE)), []),
    "OPEN": (mp4(4, b"\4" + bytes(9), kind=1), []),
    "KEEPALIVE": (mp4(4, b"", kind=4), []),
    "state changes": (record(16, 0, bytes(20)) + record(16, 5, bytes(24)) + record(17, 5, bytes(28)), []),
    "nothing": (b"", []),
}  # fmt: skip
ALL = b"".join(data for data, _ in KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, FEW * 3])
def test_every_kind_of_record_gives_its_routes(kind: str, times: int) -> None:
    data, found = KINDS[kind]
    assert said(data * times) == found * times


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 20])
def test_records_of_all_kinds_stay_in_order_however_chunks_are_cut(size: int) -> None:
    assert rows(ALL * 3, size) == [row for data, _ in KINDS.values() for row in rows(data)] * 3


SEQ = (SEQUENCE, [64496, 3333])
PATHS = {
    "a sequence": (segments(SEQ), 3333),
    "two sequences": (segments(SEQ, (SEQUENCE, [1])), 1),
    "a set last": (segments(SEQ, (SET, [1])), NONE),
    "a set first": (segments((SET, [1, 2]), SEQ), 3333),
    "a confederation first": (segments((CONFED_SEQUENCE, [65000]), (CONFED_SET, [1]), SEQ), 3333),
    "a confederation sequence last": (segments(SEQ, (CONFED_SEQUENCE, [1])), NONE),
    "a confederation set last": (segments(SEQ, (CONFED_SET, [1])), NONE),
    "empty": (b"", NONE),
    "AS0": (segments((SEQUENCE, [0])), 0),
    "the last AS": (segments((SEQUENCE, [4294967295])), 4294967295),
    "255 numbers": (segments((SEQUENCE, list(range(255)))), 254),
    "longer than a segment": (segments((SEQUENCE, list(range(255))), (SEQUENCE, [7])), 7),
}


@pytest.mark.parametrize("case", PATHS)
def test_the_origin_is_that_of_rfc_6811(case: str) -> None:
    path, origin = PATHS[case]
    found = attribute(made.ORIGIN, b"\0") + attribute(made.AS_PATH, path, long=True)
    short = attribute(made.AS_PATH, path)
    data = rib(2, V4, [found, short]) + mp4(4, update(found, nlri(V4))) + mp4(9, update(short, nlri(V4, path_id=0)))
    assert [row[3] for row in rows(data)] == [origin] * 4


def test_where_there_is_no_path_the_origin_is_none() -> None:
    one = attribute(made.ORIGIN, b"\0")
    assert [row[3] for row in rows(rib(2, V4, [b"", one]) + table(V4, one) + table(V4, b""))] == [NONE] * 4


TRANS = 23456
OLD = [64496, TRANS, TRANS]
MERGED = {
    "AS4_PATH is the end of the path": (OLD, [(SEQUENCE, [196608, 196615])], b"", 196615),
    "as long": (OLD, [(SEQUENCE, [64496, 196608, 196615])], b"", 196615),
    "longer: ignored": (OLD, [(SEQUENCE, [1, 64496, 196608, 196615])], b"", TRANS),
    "a set counts as one": (OLD, [(SEQUENCE, [1, 2]), (SET, [3, 4, 5])], b"", NONE),
    "confederations are left out": (OLD, [(SEQUENCE, [196615]), (CONFED_SEQUENCE, [1, 2, 3, 4])], b"", 196615),
    "nothing but confederations": (OLD, [(CONFED_SET, [1, 2])], b"", TRANS),
    "empty": (OLD, [], b"", TRANS),
    "a segment of an unknown type: discarded": (OLD, [(9, [1])], b"", TRANS),
    "aggregated by one of two octets: ignored": (
        OLD,
        [(SEQUENCE, [196615])],
        attribute(made.AGGREGATOR, struct.pack(">HI", 3333, 0)) + attribute(made.AS4_AGGREGATOR, bytes(8)),
        TRANS,
    ),
    "aggregated by one of four octets": (
        OLD,
        [(SEQUENCE, [196615])],
        attribute(made.AGGREGATOR, struct.pack(">HI", TRANS, 0)) + attribute(made.AS4_AGGREGATOR, struct.pack(">II", 196615, 0)),
        196615,
    ),
    "aggregated, AGGREGATOR alone": (OLD, [(SEQUENCE, [196615])], attribute(made.AGGREGATOR, struct.pack(">HI", 3333, 0)), 196615),
    "aggregated, AS4_AGGREGATOR alone": (OLD, [(SEQUENCE, [196615])], attribute(made.AS4_AGGREGATOR, bytes(8)), 196615),
}


@pytest.mark.parametrize("case", MERGED)
def test_as4_path_is_merged_as_rfc_6793_says(case: str) -> None:
    old, new, more, origin = MERGED[case]
    found = attributes(*old, octets=2, more=more + attribute(made.AS4_PATH, segments(*new)))
    assert [row[3] for row in rows(table(V4, found) + mp4(1, update(found, nlri(V4))))] == [origin] * 2
    # A path of four octets needs none (RFC 6793 s4.1).
    assert [row[3] for row in rows(mp4(4, update(attributes(64496, 3333, more=more), nlri(V4))))] == [3333]


def test_what_is_left_out_is_said_once_with_its_count() -> None:
    notes: list[str] = []
    data = record(13, 3, b"x") * 2 + rib(2, V4, [WIDE]) + record(13, 6, b"") + record(48, 1, b"???") + KINDS["message, multicast"][0] * 2
    data += KINDS["message, VPN"][0] + record(16, 4, message(b"")[:10] + b"\xff\xff" + bytes(40))
    assert len(rows(data, notes=notes)) == 3
    assert notes == [
        "left out: 2 records of RIB_IPV4_MULTICAST",
        "left out: 1 records of RIB_GENERIC",
        "left out: 1 records of BGP4MP with peers of AFI 65535",
        "left out: 2 announcements of afi 2 safi 2",
        "left out: 1 announcements of afi 1 safi 128",
        "left out: 1 records of MRT type 48 subtype 1",
    ]


def test_there_is_an_end_to_the_kinds_told_apart() -> None:
    notes: list[str] = []
    rows(b"".join(record(99, subtype, b"") for subtype in range(20_000)) * 2, notes=notes)
    assert len(notes) == mrt.MOST_KINDS + 1
    assert notes[-1] == f"left out: {2 * (20_000 - mrt.MOST_KINDS)} records of other kinds"


DAMAGE = {
    "a cut header": (b"\0" * 5, "byte 0: truncated: 12 bytes announced, 5 there"),
    "a cut record": (record(16, 0, bytes(20)) + record(16, 0, bytes(20))[:-1], "byte 32: truncated: 32 bytes announced, 31 there"),
    "a record too long": (struct.pack(">IHHI", 0, 13, 2, MAX_RECORD + 1), f"byte 0: a record has at most {MAX_RECORD} bytes"),
    "RIB: prefix too long": (rib(2, "::/33", [WIDE]), "the prefix length must be 0 to 32"),
    "RIB: cut prefix": (record(13, 4, bytes(4) + b"\x80" + bytes(10)), "prefix and count of entries do not fit"),
    "RIB: no count": (record(13, 2, bytes(5)), "prefix and count of entries do not fit"),
    "RIB: too many entries": (record(13, 2, bytes(5) + b"\xff\xff" + bytes(16)), "the entries do not fit"),
    "RIB: attributes too long": (record(13, 2, bytes(5) + b"\0\2" + b"\0\0\0\0\0\0\0\5" + bytes(8)), "the entries do not fit"),
    "RIB: more than entries": (record(13, 2, bytes(5) + b"\0\1" + bytes(9)), "octets after the last entry"),
    "RIB: cut attribute": (rib(2, V4, [WIDE, b"\x40\2\7\2\1"]), "path attribute 2: 7 octets announced, 2 there"),
    "RIB: cut head of an attribute": (rib(2, V4, [b"\x50\1\0"]), "path attribute: 2 octets announced, 1 there"),
    "RIB: empty segment": (rib(2, V4, [attribute(2, b"\2\0")]), "none is empty"),
    "RIB: unknown segment": (rib(2, V4, [attribute(2, b"\7\1\0\0\0\1")]), "AS_PATH segment of type 7"),
    "table: attributes too long": (record(12, 1, bytes(20) + b"\0\1"), "the length of the attributes"),
    "table: attributes too short": (record(12, 1, bytes(23)), "the length of the attributes"),
    "table: cut": (record(12, 2, bytes(20)), "the length of the attributes"),
    "table: prefix too long": (record(12, 1, bytes(8) + b"\x21" + bytes(13)), "prefix length must be 0 to 32"),
    "table: cut attribute": (table(V4, b"\x40\2\7\2\1"), "path attribute 2"),
    "message: cut addresses": (record(16, 4, message(b"")[:13]), "not a BGP message"),
    "message: no marker": (record(16, 4, message(update()).replace(b"\xff\xff", b"\xff\0")), "not a BGP message"),
    "message: too short": (record(16, 4, message(update()) + b"\0"), "not a BGP message"),
    "message: withdrawals too long": (mp4(4, b"\0\5\0"), "withdrawn routes: 5 octets announced"),
    "message: empty": (mp4(4, b""), "withdrawn routes: 2 octets announced, 0 there"),
    "message: attributes too long": (mp4(4, b"\0\0\0\5\0"), "path attributes: 5 octets announced"),
    "message: cut attribute": (mp4(4, update(b"\x40\1\2\0")), "path attribute 1: 2 octets announced"),
    "message: cut NLRI": (mp4(4, update(WIDE, nlri(V4) + b"\x18\1")), "NLRI: 3 octets announced, 1 there"),
    "message: NLRI too long": (mp4(4, update(WIDE, b"\x21" + bytes(5))), "NLRI of /33"),
    "message: cut path identifier": (mp4(9, update(WIDE, b"\0\0\0")), "path identifier: 4 octets announced"),
    "message: MP_REACH_NLRI twice": (mp4(4, update(WIDE + made.reach(b"") * 2)), "path attribute 14 comes twice"),
    "message: MP_UNREACH_NLRI twice": (mp4(4, update(attribute(15, b"\0\2\1") * 2)), "path attribute 15 comes twice"),
    "message: cut head": (record(16, 4, bytes(11)), "AS numbers, interface and AFI do not fit"),
    "message: cut MP_REACH_NLRI": (mp4(4, update(WIDE + attribute(14, b"\0\2\1"))), "MP_REACH_NLRI: 5 octets announced, 3 there"),
    "message: cut next hop": (mp4(4, update(WIDE + attribute(14, b"\0\2\1\x10" + bytes(16)))), "MP_REACH_NLRI: 21 octets announced"),
    "message: bad path": (mp4(4, update(attribute(2, b"\2\0"), nlri(V4))), "none is empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGE)
@pytest.mark.parametrize("times", [0, FEW * 2])
def test_damage_is_told_with_file_and_offset(case: str, times: int) -> None:
    damaged, words = DAMAGE[case]
    before = ALL * times
    with pytest.raises(FormatError) as caught:
        rows(before + damaged)
    assert words.removeprefix("byte 0: ").removeprefix("byte 32: ") in str(caught.value)
    assert str(caught.value).startswith("x.mrt: record at byte ")
    if "byte 32" not in words:
        assert f"record at byte {len(before)}:" in str(caught.value)


@pytest.mark.parametrize("case", [case for case in DAMAGE if not case.startswith("a ")])
def test_damage_among_many_of_the_same_kind_is_found(case: str) -> None:
    damaged, words = DAMAGE[case]
    kind, subtype = struct.unpack_from(">HH", damaged, 4)
    whole = next(data for data, found in KINDS.values() if found and struct.unpack_from(">HH", data, 4) == (kind, subtype))
    with pytest.raises(FormatError, match=f"record at byte {len(whole) * 40}: ") as caught:
        rows(whole * 40 + damaged * 20 + whole * 40)
    assert words in str(caught.value)


@pytest.mark.parametrize("case", [case for case in DAMAGE if not case.startswith("a ")])
def test_a_damaged_record_is_named_and_left_out(case: str) -> None:
    damaged, words = DAMAGE[case]
    told, notes, heard = list[str](), list[str](), list[str]()
    data = ALL * 3 + damaged + ALL * 2 + damaged
    found = list(mrt.batches([data], file="x.mrt", bad=lambda error: told.append(str(error)), note=notes.append))
    list(mrt.batches([ALL * 5], file="x.mrt", note=heard.append))
    assert [row for batch in found for row in batch.pairs()] == [
        (Prefix(version, network, length), None if origin == NONE else origin) for version, network, length, origin in rows(ALL) * 5
    ]
    assert notes == heard
    assert [text.split(":")[1].strip() for text in told] == [f"record at byte {at}" for at in (len(ALL) * 3, len(ALL) * 5 + len(damaged))]
    assert all(words in text for text in told)


def test_a_file_of_damaged_records_is_no_such_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mrt, "MOST_DAMAGED", 20)
    told = list[FormatError]()
    with pytest.raises(FormatError, match=r"record at byte .*: not a BGP message"):
        list(mrt.batches([(ALL + DAMAGE["message: cut addresses"][0]) * 21], file="x.mrt", bad=told.append))
    assert len(told) == 20


def test_what_comes_twice_counts_once() -> None:
    twice = attribute(2, segments((SEQUENCE, [1]))) + attribute(2, segments((SEQUENCE, [2])))
    assert said(mp4(4, update(twice, nlri(V4))) + rib(2, V4, [twice])) == [f"{V4} 1"] * 2


def test_attributes_without_end_are_read() -> None:
    many = b"".join(attribute(kind, b"") for kind in range(100, 101 + STEPS)) + WIDE
    assert said(mp4(4, update(many, nlri(V4))) + rib(2, V4, [many])) == [f"{V4} 3333"] * 2


def test_entries_of_unequal_number_stay_with_their_prefix() -> None:
    records = [(f"10.{at}.0.0/16", [attributes(at, step + 1) for step in range(at % 50)]) for at in range(200)]
    expected = [f"{prefix} {step + 1}" for prefix, entries in records for step in range(len(entries))]
    assert said(b"".join(rib(2, prefix, entries) for prefix, entries in records)) == expected


def test_prefixes_of_unequal_number_stay_with_their_message() -> None:
    lists = [[f"10.{at}.{step}.0/24" for step in range(at % 50)] for at in range(200)]
    expected = [f"{prefix} {at}" for at, prefixes in enumerate(lists) for prefix in prefixes]
    assert said(b"".join(mp4(4, update(attributes(1, at), nlri(*some))) for at, some in enumerate(lists))) == expected


@pytest.mark.parametrize("count", [1, 3, 7, 1000])
def test_batches_have_the_rows_asked_for(count: int) -> None:
    found = list(mrt.batches([ALL, ALL], file="x", rows=count))
    assert {len(one) for one in found[:-1]} <= {count}
    assert 0 < len(found[-1]) <= count
    whole = [pair for one in found for pair in one.pairs()]
    assert whole == [(Prefix(version, network, length), None if asn == NONE else asn) for version, network, length, asn in rows(ALL + ALL)]
    assert all(isinstance(one, Routes) for one in found)
    assert {name: getattr(found[0], name).dtype for name in ("version", "high", "low", "length", "origin")} == {
        "version": np.uint8, "high": np.uint64, "low": np.uint64, "length": np.uint8, "origin": np.int64,
    }  # fmt: skip


def test_a_file_of_many_blocks_is_one_file() -> None:
    one = rib(2, V4, [WIDE] * 100) + mp4(4, update(WIDE, nlri(V4)))
    times = BLOCK * 2 // len(one) + 9
    found = list(mrt.batches((one[:50], one[50:] + one * (times - 2), one), file="x"))
    assert sum(len(routes) for routes in found) == 101 * times
    assert {len(routes) for routes in found[:-1]} == {mrt.ROWS}


def test_a_record_too_long_is_not_waited_for() -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        yield ALL + struct.pack(">IHHI", 0, 13, 2, MAX_RECORD + 1)
        while True:
            read.append(BLOCK // 4)
            yield bytes(BLOCK // 4)

    with pytest.raises(FormatError, match=f"record at byte {len(ALL)}: a record has at most"):
        list(mrt.batches(endless(), file="x.mrt"))
    assert sum(read) < 2 * BLOCK


def test_a_record_too_long_is_refused_though_it_is_there() -> None:
    assert rows(ALL + record(99, 0, bytes(MAX_RECORD)), 1 << 30) == rows(ALL)
    with pytest.raises(FormatError, match=f"record at byte {len(ALL)}: a record has at most"):
        rows(ALL + record(99, 0, bytes(MAX_RECORD + 1)), 1 << 30)


def test_origins_are_remembered_within_bounds() -> None:
    origins = Origins(4)
    path = attributes(1, 2, more=bytes((0x40, 99, 255)) + bytes(255)) * 3
    assert {origins.of(attribute(2, segments((SEQUENCE, [asn])))) == asn for asn in range(MOST_KEYS + 10)} == {True}
    assert origins.of(path) == origins.of(path) == 2
    assert origins.of(WIDE) == origins.of(WIDE) == 3333


def answers(data: bytes) -> bool:
    try:
        rows(data, 64)
    except FormatError as error:
        assert str(error).startswith("x.mrt: record at byte ")  # noqa: PT017 (either is right)
        return False
    return True


def test_a_file_cut_anywhere_is_whole_at_the_end_of_a_record_only() -> None:
    records = [KINDS[kind][0] for kind in ("peers", "RIB, IPv4", "message, IPv6", "table dump, IPv6", "message, microseconds")]
    data, ends = b"".join(records), {sum(map(len, records[:count])) for count in range(len(records) + 1)}
    assert {at for at in range(len(data) + 1) if answers(data[:at])} == ends


@pytest.mark.parametrize("kind", [kind for kind, (_, found) in KINDS.items() if found])
def test_a_record_cut_anywhere_within_its_frame_is_damaged(kind: str) -> None:
    data, _ = KINDS[kind]
    _, number, subtype, size = struct.unpack_from(">IHHI", data)
    outcomes = [answers(record(number, subtype, data[12 : 12 + cut])) for cut in range(size)]
    assert not any(outcomes)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ALL) - 1), st.integers(1, 255)), min_size=1, max_size=4), st.integers(1, 3))
def test_flipped_bits_give_an_answer_or_an_error(flips: list[tuple[int, int]], times: int) -> None:
    data = bytearray(ALL)
    for at, bits in flips:
        data[at] ^= bits
    answers(bytes(data) * times)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=120), st.sampled_from([(12, 1), (12, 2), (13, 2), (13, 4), (13, 8), (13, 10), (16, 1), (16, 4), (16, 9), (17, 4)])
)
def test_any_record_gives_an_answer_or_an_error(body: bytes, kind: tuple[int, int]) -> None:
    answers(record(*kind, body) * 2)


ASNS = st.lists(st.sampled_from([1, 3333, TRANS, 65535]), max_size=4)
SEGMENTS = st.lists(st.tuples(st.sampled_from([SEQUENCE, SEQUENCE, SET, CONFED_SEQUENCE, 5]), ASNS), max_size=3)
LISTS = st.lists(st.sampled_from([V4, V6, "0.0.0.0/0", "10.1.2.3/31", "::/0", "193.0.7.0/21"]), max_size=3)


def things(octets: int) -> st.SearchStrategy[bytes]:
    """Path attributes, mostly right ones."""
    pathlike = st.tuples(SEGMENTS, st.booleans()).map(lambda it: attribute(2, segments(*it[0], octets=octets), long=it[1]))
    four = SEGMENTS.map(lambda it: attribute(made.AS4_PATH, segments(*it)))
    good = ASNS.filter(bool).map(lambda asns: attribute(2, segments((SEQUENCE, asns), octets=octets)))
    mp = st.tuples(LISTS, st.integers(1, 3), st.integers(1, 2), st.sampled_from([0, 4, 16])).map(
        lambda it: made.reach(nlri(*it[0]), afi=it[1], safi=it[2], hop=bytes(it[3]))
    )
    other = st.sampled_from([attribute(1, b"\0"), attribute(15, b"\0\2\1"), attribute(7, bytes(6)), attribute(18, bytes(8))])
    return st.lists(st.one_of(good, good, pathlike, four, mp, other, other, st.binary(max_size=5)), max_size=6).map(b"".join)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][0][4:8] == b"\0\x10\0\4"])
def test_a_message_alone_gives_its_routes(kind: str) -> None:
    data, found = KINDS[kind]
    alone: list[tuple[int, int, int, int]] = []
    Messages(4, lambda _: None).read(data, 12, len(data), alone)
    assert [f"{Prefix(version, network, length)} {origin}" for version, network, length, origin in alone] == found


@pytest.mark.parametrize("subtype", [1, 4, 8, 9])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_messages_read_together_are_as_messages_read_alone(subtype: int, data: st.DataObject) -> None:
    octets, path_id = 2 if subtype in {1, 8} else 4, 5 if subtype > 4 else None
    reader = Messages(octets, lambda _: None, with_id=path_id is not None)
    good, expected = b"", list[tuple[int, int, int, int]]()
    for _ in range(data.draw(st.integers(1, 4))):
        found = data.draw(things(octets))
        announced = nlri(*data.draw(LISTS), path_id=path_id) + data.draw(st.sampled_from([b"", b"", b"", b"\x18", b"\x81"]))
        one = mp4(subtype, update(found, announced), afi=data.draw(st.integers(1, 2)))
        alone: list[tuple[int, int, int, int]] = []
        try:
            reader.read(one + bytes(128), 12, len(one), alone)
        except FormatError as error:
            with pytest.raises(FormatError) as caught:
                rows(KINDS["message"][0] * 20 + one)
            assert caught.value.message == error.message  # noqa: PT017 (both must refuse alike)
        else:
            good, expected = good + one, expected + alone
    assert rows(good * 20) == expected * 20


@given(found=things(2), prefix=st.sampled_from([V4, V6, "10.1.2.3/31"]))
@settings(max_examples=80, deadline=None)
def test_old_tables_read_together_are_as_read_alone(found: bytes, prefix: str) -> None:
    one, alone = table(prefix, found), list[tuple[int, int, int, int]]()
    try:
        Table(6 if ":" in prefix else 4).read(one, 12, len(one), alone)
    except FormatError as error:
        with pytest.raises(FormatError) as caught:
            rows(table(V4, SHORT) * 20 + one)
        assert caught.value.message == error.message  # noqa: PT017 (both must refuse alike)
    else:
        assert rows(one * 20 + table(V4, SHORT)) == alone * 20 + rows(table(V4, SHORT))


@given(found=things(4))
@settings(max_examples=80, deadline=None)
def test_entries_have_the_origin_of_their_attributes(found: bytes) -> None:
    try:
        path = bgp_update.path(bgp_update.attributes(found).get(2), asn4=True)[0] or ()
    except FormatError:
        answers(rib(2, V4, [WIDE, found]))  # after a plain AS_PATH nothing is looked at
    else:
        expected = path[-1].asns[-1] if path and path[-1].kind == "as-sequence" else NONE
        assert [row[3] for row in rows(rib(2, V4, [WIDE, found]) * 20)] == [3333, expected] * 20


def dumped(path: Path) -> list[tuple[int, int, int, int]]:
    """What ``bgpdump -m`` says of a file; host bits, which it leaves as they are, masked."""
    lines = subprocess.run([daemon("bgpdump"), "-m", path], check=True, capture_output=True, text=True).stdout.splitlines()
    found = []
    for fields in (line.split("|") for line in lines):
        if fields[2] in {"A", "B"}:
            network = ipaddress.ip_network(fields[5], strict=False)
            last = ["", *fields[7 if fields[0].endswith("_AP") else 6].split()][-1]
            found.append((network.version, int(network.network_address), network.prefixlen, int(last) if last.isdecimal() else NONE))
    return found


@pytest.mark.daemon
@pytest.mark.parametrize("name", REAL)
def test_real_files_give_what_bgpdump_gives(name: str) -> None:
    if not (path := DATA / name).is_file():
        pytest.skip(f"needs {name} in $BGPCHECK_DATA/bgp")
    found = [row for rows in mrt.batches(Reading(path, name).chunks(), file=name) for row in rows.numbers()]
    assert found == dumped(path)
    assert found or "withdrawal" in name


def test_a_real_message_with_a_cut_prefix_is_damaged() -> None:
    if not (path := DATA / CUT).is_file():
        pytest.skip(f"needs {CUT} in $BGPCHECK_DATA/bgp")
    with pytest.raises(FormatError, match="record at byte 0: NLRI: 2 octets announced, 0 there"):
        list(mrt.batches(Reading(path, CUT).chunks(), file=CUT))


# What bgpdump reads otherwise (it gives the multicast announcements of messages) or aborts at.
OURS = ("path identifiers", "multicast", "VPN", "state", "whole MP_REACH", "IPv4 in MP_REACH")


@pytest.mark.daemon
def test_files_made_here_are_those_that_bgpdump_reads(tmp_path: Path) -> None:
    made_up = [data for kind, (data, _) in KINDS.items() if not any(word in kind for word in OURS)]
    file = tmp_path / "made.mrt"
    file.write_bytes(made.peers() + b"".join(made_up))
    assert dumped(file) == rows(file.read_bytes())
