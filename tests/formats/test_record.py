"""Certificates in every shape of record: each registry's RDAP and whois, folded, masked, reduced, copied by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import FOLDED, LINE, ONE, SHAPES, SPAN, TWO, arin, rpsl

from bgpcheck.errors import FormatError
from bgpcheck.formats import rdap, record, rpsl_contacts, rpsl_registration, whois_networks
from bgpcheck.formats.certificate import one_line
from bgpcheck.formats.rpsl import parse_text
from bgpcheck.model import Registration

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("shape", SHAPES)
def test_found_in_a_file_of_the_users(shape: str) -> None:
    (one,) = record.parse(SHAPES[shape], file="f")
    assert (one.resource, one.certificates) == (SPAN, (ONE,))
    assert one.registry == next((name for name in ("arin", "apnic", "afrinic", "lacnic") if shape.lower().startswith(name)), "ripencc")


def read(data: bytes, shape: str) -> Registration:
    """As a check reads it."""
    if "RDAP" in shape:
        found = rdap.parse(data, file="f")
        assert isinstance(found, Registration)
        return found
    if "ARIN's" in shape:
        (network,) = whois_networks.parse(data, "arin", file="f")
        return network
    return rpsl_registration.registration(parse_text(data.decode("latin-1")))


def kept(data: bytes, shape: str) -> bytes:
    """As a live answer is kept without ``--keep-contacts``."""
    if "RDAP" in shape:
        return rdap.without_contacts(data)
    return whois_networks.reduced(data, "arin") if "ARIN's" in shape else rpsl_contacts.without(data)


@pytest.mark.parametrize("shape", SHAPES)
def test_found_by_a_check_and_once_contacts_are_left_out(shape: str) -> None:
    assert read(SHAPES[shape], shape).certificates == (ONE,)
    reduced = kept(SHAPES[shape], shape)
    assert read(reduced, shape).certificates == (ONE,)
    assert not any(word in reduced for word in (b"@", b"4444", b"9840", b"JD1"))


def test_what_shows_no_remarks_says_nothing_about_certificates() -> None:
    lacnic = b"inetnum:     193.0.0.0/21\nstatus:      allocated\nowner:       X\nownerid:     UY-X-LACNIC\n\n% end\n"
    (one,) = whois_networks.parse(lacnic, "lacnic", file="f")
    assert one.certificates is None
    (other,) = whois_networks.parse(b"ASNumber: 7\nASName: X\nASHandle: AS7\n", "arin", file="f")
    assert other.certificates == ()


def test_of_arin_only_the_networks_own_comments_count() -> None:
    inside = arin("hello").replace(b"call +1 703 227 9840", LINE.encode())
    (one,) = whois_networks.parse(inside, "arin", file="f")
    assert (one.certificates, one.remarks) == ((), ("hello",))
    assert record.parse(inside, file="f")[0].certificates == ()
    several = arin(LINE) + arin(one_line(TWO))
    assert [one.certificates for one in whois_networks.parse(several, "arin", file="f")] == [(ONE,), (TWO,)]


def test_each_record_has_its_own() -> None:
    text = rpsl(f"remarks: {LINE}") + "\n" + rpsl("remarks: none").replace("193.0.0.0 - 193.0.7.255", "193.0.0.0 - 193.0.23.255")
    route = f"\nroute: 193.0.0.0/21\norigin: AS3333\nremarks: {one_line(TWO)}\nsource: RIPE\n"
    first, second = record.parse((text + route).encode(), file="f")
    assert (first.certificates, second.certificates) == ((ONE,), ())
    assert str(second.resource) == "193.0.0.0 - 193.0.23.255"


COPIED = {
    "names lost": ["inetnum: 193.0.0.0 - 193.0.7.255", "Example Ltd", *FOLDED[64], "source: RIPE"],
    "quoted": [f"> {row}" for row in ("inetnum: 193.0.0.0 - 193.0.7.255", *(f"remarks: {row}" for row in FOLDED[64]))],
    "indented": [f"    {row}" for row in ("inetnum: 193.0.0.0/21", f"remarks: {LINE}")],
    "blank lines in it": [row for each in ("inetnum: 193.0.0.0/21", *(f"remarks: {row}" for row in FOLDED[64])) for row in (each, "")],
    "IPv6 beside it": ["inet6num: 2001:67c::/48", "remarks: no", "inetnum: 193.0.0.0/21", f"remarks: {LINE}"],
    "a range that can't be read beside it": ["inetnum: nowhere", "inetnum: 193.0.0.0/21", f"remarks: {LINE}"],
}


@pytest.mark.parametrize("how", COPIED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_copied_by_hand(how: str, end: str) -> None:
    found = [one for one in record.parse(end.join(COPIED[how]).encode(), file="f") if one.resource == SPAN]
    assert [one.certificates for one in found] == [(ONE,)]


WRONG = [
    (b"", "neither an RDAP answer nor whois text"),
    (LINE.encode(), "neither an RDAP answer nor whois text"),
    (b"inetnum: nowhere\n", "neither an RDAP answer nor whois text"),
    (b"\x00\xff" * 100, "neither"),
    (b"{", "not JSON"),
    (b"[]", "an object"),
    (b'{"objectClassName": "autnum", "startAutnum": 1, "endAutnum": 1}', "not about a range"),
    (b'{"objectClassName": "entity", "handle": "X"}', "not about a range"),
    (b'{"errorCode": 404}', "nothing says what was asked for"),
    (b" " * (record.LIMIT + 1), "more than"),
]


@pytest.mark.parametrize(("data", "says"), WRONG, ids=range(len(WRONG)))
def test_what_is_no_record(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        record.parse(data, file="f")
    assert caught.value.file == "f"


def test_of_many_records_the_last_that_is_read_ends_where_the_next_begins() -> None:
    text = "inetnum: 193.0.0.0/21\n" * record.MOST + f"inetnum: 10.0.0.0/8\nremarks: {LINE}\n"
    assert [one.certificates for one in record.parse(text.encode(), file="f")] == [()] * record.MOST


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_none(data: bytes) -> None:
    shapes: list[Callable[[bytes], bytes]] = [lambda one: one, lambda one: b"inetnum: 193.0.0.0/21\n" + one, lambda one: b"NetRange:" + one]
    for shape in shapes:
        try:
            found = record.parse(shape(data), file="f")
        except FormatError:
            continue
        assert found


OTHERS = [
    *(
        f"\n{kind}: X\nremarks: {LINE}"
        for kind in ("as-set", "key-cert", "poem", "organization", "OrgId", "RTechHandle", "contact", "whatever")
    ),
    f"as-set: X\nremarks: {LINE}",
    f"inetnum: 8.0.0.0 - 8.0.0.255\nremarks: {LINE}",
]


@pytest.mark.parametrize("other", OTHERS)
def test_what_stands_in_another_object_is_not_the_records(other: str) -> None:
    found = [one for one in record.parse(f"inetnum: 193.0.0.0/21\nremarks: no\n{other}\n".encode(), file="f") if one.resource == SPAN]
    assert [one.certificates for one in found] == [()]


@pytest.mark.parametrize("begin", [" ", "> ", "\t"])
def test_a_range_within_somebody_elses_record_begins_none(begin: str) -> None:
    text = f"inetnum: 8.0.0.0 - 8.0.0.255\nremarks: hi\n{begin}inetnum: 193.0.0.0/21\n{begin}remarks: {LINE}\n"
    assert [one for one in record.parse(text.encode(), file="f") if one.resource == SPAN] == []


def test_the_whole_address_space_is_nobodys() -> None:
    with pytest.raises(FormatError, match="neither an RDAP answer nor whois text"):
        record.parse(f"inetnum: 0.0.0.0 - 255.255.255.255\nremarks: {LINE}\n".encode(), file="f")


APART = [
    f"  person: Foo\n  remarks: {LINE}",
    f"> inetnum: 8.0.0.0 - 8.0.0.255\n> remarks: {LINE}",
    f"* pe: Foo\nremarks: {LINE}",
    f"NIC Handle: X\nremarks: {LINE}",
    f"% Information related to 'AS9999'\n\nremarks: {LINE}",
    f"Somebody wrote this:\n\n{LINE}",
    f"CIDR: 8.0.0.0/24\nComment: {LINE}",
    f"a. [JPNIC Handle] X\n{LINE}",
]


@pytest.mark.parametrize("other", APART)
def test_what_stands_apart_is_the_records_only_where_it_can_be_nothing_else(other: str) -> None:
    found = [one for one in record.parse(f"inetnum: 193.0.0.0/21\nremarks: no\n\n{other}\n".encode(), file="f") if one.resource == SPAN]
    assert [one.certificates for one in found] == [()]


def test_quoted_again_and_again_is_read_at_once() -> None:
    with pytest.raises(FormatError):
        record.parse(b"> " * (record.LIMIT // 2), file="f")
    quoted = "\n".join(f"> > >{row}" for row in ("inetnum: 193.0.0.0/21", f"remarks: {LINE}"))
    assert [one.certificates for one in record.parse(quoted.encode(), file="f")] == [(ONE,)]


@pytest.mark.parametrize("span", ["inetnum: 128.0.0.0 - 255.255.255.255", "inet6num: 193.0.0.0/21", "inetnum: 2001:67c::/32"])
def test_half_the_internet_or_the_other_family_is_no_record(span: str) -> None:
    with pytest.raises(FormatError):
        record.parse(f"{span}\nremarks: {LINE}\n".encode(), file="f")
