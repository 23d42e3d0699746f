from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import der
from bgpcheck.formats.rfc3779 import MOST, addresses, asns, encode_addresses, encode_asn
from bgpcheck.model import MAX_ASN, AddressRange, AsnRange, Prefix

prefixes = st.one_of(
    st.integers(0, 32).flatmap(lambda length: st.integers(0, (1 << length) - 1).map(lambda net: Prefix(4, net << 32 - length, length))),
    st.integers(0, 128).flatmap(lambda length: st.integers(0, (1 << length) - 1).map(lambda net: Prefix(6, net << 128 - length, length))),
)


@given(st.lists(prefixes, max_size=5))
def test_prefixes_are_read_as_written(some: list[Prefix]) -> None:
    assert addresses(encode_addresses(some)) == tuple(one.range for one in sorted(some))


@given(st.integers(0, MAX_ASN))
def test_as_numbers_are_read_as_written(asn: int) -> None:
    assert asns(encode_asn(asn)) == (AsnRange(asn, asn),)


def block(*choices: bytes, afi: bytes = b"\x00\x01") -> bytes:
    return der.put(der.SEQUENCE, der.put(der.SEQUENCE, der.put(der.OCTET_STRING, afi), *choices))


def ids(*choices: bytes, tag: int = 0xA0) -> bytes:
    return der.put(der.SEQUENCE, der.put(tag, *choices))


def bits(*content: int) -> bytes:
    return der.put(der.BIT_STRING, bytes(content))


def number(value: int) -> bytes:
    return der.put(der.INTEGER, value.to_bytes(5, "big", signed=True))


def test_the_example_of_the_rfc() -> None:
    """RFC 3779 appendix B: 10.0.32/20, 10.0.64/24, 10.1/16, 10.2.48/20, 10.2.64/24, 10.3/16, as unicast, and IPv6 inherited."""
    listed = [bits(4, 10, 0, 0x20), bits(0, 10, 0, 0x40), bits(0, 10, 1), der.put(der.SEQUENCE, bits(4, 10, 2, 0x30), bits(0, 10, 2, 0x40))]
    v4 = der.put(der.SEQUENCE, der.put(der.OCTET_STRING, b"\x00\x01\x01"), der.put(der.SEQUENCE, *listed, bits(0, 10, 3)))
    v6 = der.put(der.SEQUENCE, der.put(der.OCTET_STRING, b"\x00\x02"), der.put(der.NULL))
    found = [str(one) for one in addresses(der.put(der.SEQUENCE, v4, v6))]
    assert found == [
        "10.0.32.0 - 10.0.47.255",
        "10.0.64.0 - 10.0.64.255",
        "10.1.0.0 - 10.1.255.255",
        "10.2.48.0 - 10.2.64.255",
        "10.3.0.0 - 10.3.255.255",
    ]


def test_ranges_of_as_numbers_inherit_and_routing_domains() -> None:
    pair = der.put(der.SEQUENCE, number(64512), number(65534))
    assert asns(ids(der.put(der.SEQUENCE, number(7), pair))) == (AsnRange(7, 7), AsnRange(64512, 65534))
    assert asns(ids(der.put(der.NULL))) == ()
    assert asns(ids(der.put(der.SEQUENCE, number(7)), tag=0xA1)) == ()


BAD_ADDRESSES = [
    (b"", "not one sequence"),
    (der.put(der.SEQUENCE) * 2, "not one sequence"),
    (der.put(der.SEQUENCE, der.put(der.SEQUENCE)), "0 parts"),
    (block(der.put(der.NULL), afi=b"\x00\x03"), "neither IPv4 nor IPv6"),
    (der.put(der.SEQUENCE, der.put(der.SEQUENCE, der.put(der.INTEGER, b"\x00\x01"), der.put(der.NULL))), "neither IPv4 nor IPv6"),
    (block(der.put(der.SEQUENCE, der.put(der.NULL))), "neither a prefix nor a range"),
    (block(der.put(der.SEQUENCE, bits())), "can't be read"),
    (block(der.put(der.SEQUENCE, bits(8, 10))), "can't be read"),
    (block(der.put(der.SEQUENCE, bits(1))), "can't be read"),
    (block(der.put(der.SEQUENCE, bits(0, 1, 2, 3, 4, 5))), "can't be read"),
    (block(der.put(der.SEQUENCE, der.put(der.SEQUENCE, bits(0, 11), bits(0, 10)))), "end is before its start"),
    (block(der.put(der.SEQUENCE, der.put(der.SEQUENCE, bits(0, 11)))), "1 parts"),
    (block(der.put(der.SEQUENCE, *[bits(0, 10)] * (MOST + 1))), f"more than {MOST} ranges"),
]
BAD_ASNS = [
    (b"\x02", "ends within"),
    (ids(der.put(der.SEQUENCE, der.put(der.NULL))), "neither one nor a range"),
    (ids(der.put(der.SEQUENCE, number(-1))), "can't be one"),
    (ids(der.put(der.SEQUENCE, number(MAX_ASN + 1))), "can't be one"),
    (ids(der.put(der.SEQUENCE, der.put(der.SEQUENCE, number(2), number(1)))), "can't be one"),
]


@pytest.mark.parametrize(("data", "says"), BAD_ADDRESSES)
def test_addresses_that_can_not_be_read(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        addresses(data)


@pytest.mark.parametrize(("data", "says"), BAD_ASNS)
def test_as_numbers_that_can_not_be_read(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        asns(data)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (addresses, asns):
        for form in (data, der.put(der.SEQUENCE, data), block(data), block(der.put(der.SEQUENCE, data)), ids(der.put(der.SEQUENCE, data))):
            try:
                found = read(form)
            except FormatError:
                continue
            assert all(isinstance(one, (AddressRange, AsnRange)) for one in found)
