from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import address, prefix
from bgpcheck.model import Prefix

ADDRESSES = [
    ("192.0.2.1", (4, 0xC0000201)),
    ("0.0.0.0", (4, 0)),
    (" 255.255.255.255 ", (4, 0xFFFFFFFF)),
    ("::", (6, 0)),
    ("::1", (6, 1)),
    ("2001:db8::", (6, 0x20010DB8 << 96)),
    ("2001:0DB8:0:0:0:0:0:1", (6, (0x20010DB8 << 96) + 1)),
    ("1:2:3:4:5:6:7::", (6, 0x00010002000300040005000600070000)),
    ("::ffff:192.0.2.1", (6, 0xFFFFC0000201)),
]
NONE = [
    *("", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.٤", "+1.2.3.4", "1.2.3.4/8", "fe80::1%eth0", ":", ":::", "1::2::3"),
    *("1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", ":1:2:3:4:5:6:7", "12345::", "+1::", "1_0::", "0x1::", "g::", "::1:"),
]
words = st.sampled_from(
    [*"0123456789abcdefABCDEF", ":", ":", "::", ".", "/", "2001", "db8", "192", "255", "256", "00", " ", "%", "-", "_", "²"]
)
spellings = st.lists(words, max_size=14).map("".join)


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_addresses(text: str, expected: tuple[int, int]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        address(text)
    with pytest.raises(FormatError):
        prefix(text + "/0")


@given(spellings | st.ip_addresses().map(str))
def test_an_address_is_what_ipaddress_says(text: str) -> None:
    try:
        ip = ipaddress.ip_address(text.strip()) if "%" not in text else None
    except ValueError:
        ip = None
    if ip is None:
        with pytest.raises(FormatError):
            address(text)
    else:
        assert address(text) == (ip.version, int(ip))


prefixes = st.tuples(st.ip_addresses(), st.integers(0, 129)).map(lambda pair: f"{pair[0]}/{pair[1]}")
networks = st.tuples(st.ip_addresses(), st.integers(0, 32)).map(lambda pair: str(ipaddress.ip_network(pair, strict=False)))


@given(spellings | prefixes | networks)
@example("192.0.2.0/24")
@example("192.0.2.0/024")
@example("192.0.2.0/24/24")
@example("192.0.2.1/24")
@example("2001:db8::1/32")
@example("2001:db8::/129")
def test_a_prefix_is_what_the_model_says_in_the_same_words(text: str) -> None:
    outcomes: list[Prefix | str] = []
    for read in (Prefix.parse, prefix):
        try:
            outcomes.append(read(text))
        except FormatError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
