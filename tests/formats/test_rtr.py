"""RTR: what a cache may send, cut anywhere, and what it may not."""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import rtr
from bgpcheck.formats.rtr import Cache, Pdu, Told
from bgpcheck.model import Prefix, Vrp

if TYPE_CHECKING:
    from collections.abc import Callable

NET, NET6 = Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:67c:2e8::/48")


def pdu(kind: int, session: int = 0, body: bytes = b"", version: int = 1) -> bytes:
    return struct.pack(">BBHI", version, kind, session, 8 + len(body)) + body


def prefix(one: Prefix, longest: int, asn: int, *, flags: int = 1, version: int = 1) -> bytes:
    address = one.network.to_bytes(one.bits // 8, "big")
    return pdu(
        Pdu.IPV4 if one.version == 4 else Pdu.IPV6,
        0,
        struct.pack(">BBBx", flags, one.length, longest) + address + struct.pack(">I", asn),
        version,
    )


def end(serial: int, session: int = 7, version: int = 1) -> bytes:
    return pdu(Pdu.END_OF_DATA, session, struct.pack(">I", serial) + (struct.pack(">III", 3600, 600, 7200) if version else b""), version)


def begin(session: int = 7, version: int = 1) -> bytes:
    return pdu(Pdu.CACHE_RESPONSE, session, version=version)


def error(code: int, text: bytes = b"", version: int = 1) -> bytes:
    return pdu(Pdu.ERROR, code, struct.pack(">I", 0) + struct.pack(">I", len(text)) + text, version)


WHOLE = begin() + prefix(NET, 24, 3333) + prefix(NET6, 48, 3333) + end(1)
VRPS = {Vrp(NET, 24, 3333), Vrp(NET6, 48, 3333)}


def fed(data: bytes, cache: Cache | None = None) -> tuple[Cache, list[Told]]:
    cache = cache or Cache()
    return cache, list(cache.feed(data))


@given(st.lists(st.integers(0, len(WHOLE)), max_size=6))
def test_whole_data_however_they_are_cut(cuts: list[int]) -> None:
    cache, told, places = Cache(), list[Told](), sorted({0, *cuts, len(WHOLE)})
    assert cache.query() == pdu(Pdu.RESET_QUERY)
    for first, last in itertools.pairwise(places):
        told += cache.feed(WHOLE[first:last])
    assert (told, set(cache.vrps()), cache.serial) == ([Told.SYNCED], VRPS, 1)
    assert cache.query() == pdu(Pdu.SERIAL_QUERY, 7, struct.pack(">I", 1))


def test_changes() -> None:
    cache, _ = fed(WHOLE)
    _, told = fed(begin() + prefix(NET6, 48, 3333, flags=0) + prefix(NET, 22, 1) + end(2), cache)
    assert (told, cache.serial) == ([Told.SYNCED], 2)
    assert set(cache.vrps()) == {Vrp(NET, 24, 3333), Vrp(NET, 22, 1)}


def test_what_is_cut_off_does_not_count() -> None:
    cache, _ = fed(WHOLE)
    fed(begin() + prefix(NET, 22, 1), cache)
    cache.reconnected()
    assert set(cache.vrps()) == VRPS
    assert cache.query() == pdu(Pdu.RESET_QUERY)
    assert fed(begin() + prefix(NET, 23, 1) + end(1), cache)[1] == [Told.SYNCED]
    assert set(cache.vrps()) == {Vrp(NET, 23, 1)}


def test_a_cut_at_the_very_beginning() -> None:
    cache, _ = fed(begin() + prefix(NET, 22, 1))
    cache.reconnected()
    assert cache.query() == pdu(Pdu.RESET_QUERY)
    assert (fed(WHOLE, cache)[1], set(cache.vrps())) == ([Told.SYNCED], VRPS)


@pytest.mark.parametrize("data", [pdu(Pdu.CACHE_RESET), begin(8), pdu(Pdu.SERIAL_NOTIFY, 8, bytes(4))])
def test_another_session(data: bytes) -> None:
    cache, _ = fed(WHOLE)
    assert fed(data, cache)[1] == [Told.RESET]
    assert cache.query() == pdu(Pdu.RESET_QUERY)
    assert set(cache.vrps()) == VRPS  # until there is something newer
    assert (fed(begin(8) + prefix(NET, 21, 1) + end(9, 8), cache)[1], set(cache.vrps())) == ([Told.SYNCED], {Vrp(NET, 21, 1)})


def test_news() -> None:
    cache, _ = fed(WHOLE)
    assert fed(pdu(Pdu.SERIAL_NOTIFY, 7, struct.pack(">I", 2)), cache)[1] == [Told.NEWER]


def test_no_data_yet() -> None:
    assert fed(error(2))[1] == [Told.NO_DATA]


def test_router_keys_are_passed_over() -> None:
    assert fed(WHOLE.replace(prefix(NET6, 48, 3333), prefix(NET6, 48, 3333) + pdu(Pdu.ROUTER_KEY, 0, bytes(60))))[1] == [Told.SYNCED]


@pytest.mark.parametrize("answer", [error(4, version=0), begin(version=0)])
def test_an_older_version(answer: bytes) -> None:
    cache, told = fed(answer)
    assert told == [Told.VERSION]
    assert cache.query() == pdu(Pdu.RESET_QUERY, version=0)
    cache.reconnected()
    data = begin(version=0) + prefix(NET, 24, 3333, version=0) + end(1, version=0)
    assert (fed(data, cache)[1], set(cache.vrps())) == ([Told.SYNCED], {Vrp(NET, 24, 3333)})


FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no RTR": (lambda: b"HTTP/1.1 400 Bad Request\r\n", "not RTR"),
    "too short": (lambda: struct.pack(">BBHI", 1, 3, 0, 7), "not RTR: a PDU of 7 bytes"),
    "too long": (lambda: struct.pack(">BBHI", 1, 10, 0, 1 << 30), "not RTR: a PDU of"),
    "a wrong size": (lambda: pdu(Pdu.CACHE_RESPONSE, 7, b"x"), "CACHE_RESPONSE of 9 bytes"),
    "an unknown type": (lambda: pdu(77), "type 77"),
    "a question": (lambda: pdu(Pdu.RESET_QUERY), "type 2"),
    "a newer version": (lambda: begin(version=2), "speaks version 2"),
    "a prefix outside": (lambda: prefix(NET, 24, 1), "outside of any transaction"),
    "an end without a beginning": (lambda: end(1), "has not begun"),
    "an end of another session": (lambda: begin(7) + end(1, 8), "has not begun"),
    "two beginnings": (lambda: begin() + begin(), "begins within another"),
    "twice the same": (lambda: begin() + prefix(NET, 24, 1) * 2, "announces a VRP twice"),
    "a stranger withdrawn": (lambda: begin() + prefix(NET, 24, 1, flags=0), "has not announced"),
    "a maxLength too short": (lambda: begin() + prefix(NET, 20, 1), "maxLength 20"),
    "a maxLength too long": (lambda: begin() + prefix(NET, 33, 1), "maxLength 33"),
    "an error": (lambda: error(1, b"out of memory"), "reports error 1: out of memory"),
    "an error without words": (lambda: pdu(Pdu.ERROR, 0, b"\0\0\0\x09"), "reports error 0"),
    "an error that lies": (lambda: pdu(Pdu.ERROR, 3, b"\xff\xff\xff\xff"), "reports error 3"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_no_cache_may_send(case: str) -> None:
    data, words = FAULTS[case]
    with pytest.raises(FormatError, match=words):
        list(Cache().feed(data()))


def test_a_router_key_in_version_0() -> None:
    with pytest.raises(FormatError, match="type 9"):
        list(Cache(version=0).feed(pdu(Pdu.ROUTER_KEY, version=0)))


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtr, "MOST_VRPS", 1)
    with pytest.raises(FormatError, match="more than 1 VRPs"):
        list(Cache().feed(WHOLE))


def test_host_bits() -> None:
    one = bytearray(prefix(NET, 24, 1))
    one[15] = 1
    cache, _ = fed(begin() + bytes(one) + end(1))
    with pytest.raises(FormatError, match="host bits"):
        list(cache.vrps())


@given(st.binary(max_size=200))
def test_any_bytes_are_told_or_refused(data: bytes) -> None:
    try:
        cache, _ = fed(data)
        list(cache.vrps())
    except FormatError:
        return
