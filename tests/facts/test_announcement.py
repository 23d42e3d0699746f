"""The announcement fact: which origin is left after stripping, for every kind of segment in every place."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.facts.announcement import Announcement, length, origin, spelled, strip_private
from bgpcheck.model import AsPath, Prefix, Route, Segment, SegmentKind

KINDS = {
    "seq": SegmentKind.SEQUENCE,
    "set": SegmentKind.SET,
    "conf": SegmentKind.CONFED_SEQUENCE,
    "confset": SegmentKind.CONFED_SET,
    "unplaced": SegmentKind.UNPLACED_SET,
    "ambiguous": SegmentKind.AMBIGUOUS,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def path(text: str) -> AsPath:
    """Read ``seq 3333 1103 / set 64512``."""
    parts = [part.split() for part in text.split("/")] if text else []
    return tuple(Segment(KINDS[kind], tuple(map(int, asns))) for kind, *asns in parts)


def spell(segments: AsPath) -> str:
    return " / ".join(" ".join([NAMES[one.kind], *map(str, one.asns)]) for one in segments)


ORIGINS = [
    # RFC 6811 s2: the last AS of a final AS_SEQUENCE
    ("seq 3333", 3333),
    ("seq 1103 3333", 3333),
    ("seq 1103 3333 3333", 3333),  # prepended
    ("seq 1103 / seq 3333", 3333),
    ("seq 0", 0),  # nobody authorises it
    ("seq 23456", 23456),
    # ASN-6: private AS numbers are stripped, of two octets and of four
    ("seq 3333 64512", 3333),
    ("seq 3333 65534", 3333),
    ("seq 3333 4200000000 4294967294", 3333),
    ("seq 3333 / seq 64512 65000", 3333),
    ("seq 64512 3333", 3333),
    ("seq 3333 64511", 64511),  # documentation, not private
    ("seq 3333 65535", 65535),
    ("seq 3333 4199999999", 4199999999),
    ("seq 3333 4294967295", 4294967295),
    ("seq 64512", None),
    ("seq 64512 / seq 4200000000", None),
    # a final set is no origin, even of one AS, or of private ones only
    ("set 3333", None),
    ("seq 1103 / set 3333", None),
    ("seq 3333 / set 1103 1104", None),
    ("seq 3333 / set 64512", None),
    ("seq 3333 / set", None),
    ("set 64512", None),
    # a set before it changes nothing
    ("seq 1103 / set 1104 1105 / seq 3333", 3333),
    ("set 64512 / seq 3333", 3333),
    ("seq 1103 / set 1104 / seq 3333 / set 64512", None),
    ("seq 3333 / set 1104 / seq 64512", None),  # the set is last once the private AS is gone
    # confederations (RFC 5065): in front they say nothing, at the end there is no origin
    ("conf 65001 65002 / seq 3333", 3333),
    ("confset 65001 / seq 3333", 3333),
    ("seq 3333 / conf 65001", None),
    ("seq 3333 / confset 65001", None),
    ("conf 3333", None),
    ("confset 3333", None),
    # what can't be told apart
    ("seq 3333 / unplaced 1103", None),
    ("unplaced 1103 / seq 3333", None),
    ("unplaced 64512 / seq 3333", None),
    ("ambiguous 3333", None),
    ("ambiguous 65001 / seq 3333", None),
    ("seq 1103 / ambiguous 3333", None),
    # none at all
    ("seq", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "asn"), ORIGINS)
def test_origin(text: str, asn: int | None) -> None:
    assert origin(path(text)) == asn


def test_no_as_path_attribute_has_no_origin() -> None:
    assert origin(None) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("seq 64512 3333 4200000000", "seq 3333"),
        ("seq 64512 / seq 3333", "seq 3333"),
        ("set 64512 3333", "set 3333"),
        ("seq 3333 / set 64512", "seq 3333 / set"),  # a set keeps its place
        ("conf 65001 / seq 3333", "conf / seq 3333"),
        ("unplaced 64512", "unplaced"),
        ("seq 64511 65535 65536 4294967295", "seq 64511 65535 65536 4294967295"),
        ("seq", ""),
        ("", ""),
    ],
)
def test_stripping(before: str, after: str) -> None:
    assert spell(strip_private(path(before))) == after


ASNS = st.sampled_from([0, 1, 3333, 64511, 64512, 65534, 65535, 4199999999, 4200000000, 4294967294, 4294967295])
PATHS = st.lists(st.builds(Segment, st.sampled_from(SegmentKind), st.lists(ASNS, max_size=3).map(tuple)), max_size=4).map(tuple)


def private(asn: int) -> bool:
    """RFC 6996 s5."""
    return 64512 <= asn <= 65534 or 4200000000 <= asn <= 4294967294


@given(PATHS)
def test_an_origin_is_the_last_public_as_of_a_plain_sequence(segments: AsPath) -> None:
    found = origin(segments)
    told = [one for one in segments if one.kind is not SegmentKind.SEQUENCE or any(not private(asn) for asn in one.asns)]
    clear = told and told[-1].kind is SegmentKind.SEQUENCE and not {one.kind for one in told} & {KINDS["unplaced"], KINDS["ambiguous"]}
    expected = [asn for asn in told[-1].asns if not private(asn)][-1] if clear else None
    assert found == expected


@given(PATHS)
def test_stripping_again_changes_nothing(segments: AsPath) -> None:
    assert strip_private(strip_private(segments)) == strip_private(segments)
    assert origin(strip_private(segments)) == origin(segments)


PREFIX = Prefix.parse("193.0.0.0/21")


def heard(*texts: str) -> Announcement:
    """One route a peer, along these paths."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Announcement(tuple(Route(f"192.0.2.{number}", PREFIX, path(text), now) for number, text in enumerate(texts)))


STATES = [
    ((), {3333}, "none"),
    ((), set(), "none"),
    (("seq 3333",), {3333}, "authorised"),
    (("seq 3333 64512",), {3333}, "authorised"),
    (("seq 3333",), {1103}, "not-authorised"),
    (("seq 3333",), set(), "not-authorised"),
    (("seq 1103 / set 3333",), {3333}, "not-authorised"),
    (("",), {3333}, "not-authorised"),
    (("seq 0",), {3333}, "not-authorised"),
    # every peer's route must be right
    (("seq 3333", "seq 1103 3333"), {3333}, "authorised"),
    (("seq 3333", "seq 1103"), {3333, 1103}, "authorised"),
    (("seq 3333", "seq 1103"), {3333}, "not-authorised"),
    (("seq 3333", "set 3333"), {3333}, "not-authorised"),
    (("seq 3333", "ambiguous 3333"), {3333}, "not-authorised"),
]


@pytest.mark.parametrize(("texts", "authorised", "state"), STATES)
def test_state(texts: tuple[str, ...], authorised: set[int], state: str) -> None:
    assert heard(*texts).state(authorised) == state


def test_origins_of_peers_that_disagree() -> None:
    assert heard("seq 3333", "seq 1103 3333", "seq 1103", "set 3333").origins == {3333, 1103, None}


@pytest.mark.parametrize(("last", "authorised"), list(product(KINDS, [{3333}, {3333, 1103}])))
def test_only_a_sequence_at_the_end_authorises(last: str, authorised: set[int]) -> None:
    assert heard(f"seq 1103 / {last} 3333").state(authorised) == ("authorised" if last == "seq" else "not-authorised")


LENGTHS = [
    ("", 0, ""),
    ("seq 3333", 1, "3333"),
    ("seq 3333 3333 1103", 3, "3333 3333 1103"),
    ("seq 3333 / set 1 2 3", 2, "3333 {1 2 3}"),  # RFC 4271 s9.1.2.2
    ("seq 3333 / unplaced 1 2", 2, "3333 {1 2}"),
    ("set", 1, "{}"),
    ("conf 65001 65002 / seq 3333", 1, "(65001 65002) 3333"),  # RFC 5065 s5.3
    ("confset 65001 / seq 3333", 1, "[65001] 3333"),
    ("ambiguous 1 2 / ambiguous 3", 3, "1 2 3"),
]


@pytest.mark.parametrize(("text", "long", "shown"), LENGTHS)
def test_length_and_spelling(text: str, long: int, shown: str) -> None:
    assert (length(path(text)), spelled(path(text))) == (long, shown)


def test_a_long_path_is_cut_where_it_is_spelled() -> None:
    whole = " ".join(map(str, range(16)))
    assert spelled(path(f"seq {whole}")) == whole
    assert spelled(path(f"seq {whole} 99")) == f"{whole} …"
    assert spelled(path(f"seq {whole} / set 1")) == f"{whole} …"
    assert spelled(path(f"seq {whole} 99 / set 1 / seq 2")) == f"{whole} …"  # said once
    assert spelled(path(f"set {whole} / set 1 / seq 2")) == f"{{{whole}}} …"
    assert spelled(path(f"seq {whole[:-3]} / set 15 99 / seq 3333")) == f"{whole[:-3]} {{15 …}}"
    assert spelled(path(f"seq {whole[:-3]} / set 15 / seq 3333")) == f"{whole[:-3]} {{15}} …"
    assert spelled(path(f"seq 3333 / set {whole}")) == f"3333 {{{' '.join(map(str, range(15)))} …}}"
