"""Where a chain of registrations goes on, and where it ends."""

from __future__ import annotations

import pytest

from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration
from bgpcheck.sources.chain import further

NAMES = ("IANA-BLK",)


def span(text: str) -> AddressRange:
    if "-" in text:
        first, last = (Prefix.parse(f"{end}/32").network for end in text.split("-"))
        return AddressRange(4, first, last)
    return Prefix.parse(text).range


def registration(text: str, status: str = "ASSIGNED PA", name: str = "X", *, missing: bool = False) -> Registration:
    return Registration("ripencc", span(text), "", "", name, status, missing=missing)


ON = [
    ("193.0.0.0/21", "193.0.0.0/20"),
    ("193.0.8.0/21", "193.0.0.0/20"),
    ("193.0.0.0-193.0.2.255", "193.0.0.0/22"),
    ("193.0.1.0-193.0.2.255", "193.0.0.0/22"),
    ("193.0.0.1/32", "193.0.0.0/31"),
    ("2001:67c:2e8::/48", "2001:67c:2e8::/47"),
    ("128.0.0.0/9", "128.0.0.0/8"),
]


@pytest.mark.parametrize(("text", "expected"), ON)
def test_further(text: str, expected: str) -> None:
    found = further(registration(text), NAMES)
    assert found == Prefix.parse(expected)
    assert found.range.first <= span(text).first
    assert found.range.last >= span(text).last
    assert found.range != span(text)


ENDS = {
    "the registry's own allocation": registration("193.0.0.0/21", "ALLOCATED PA"),
    "a placeholder": registration("193.0.0.0/21", name="IANA-BLK"),
    "nothing there": registration("193.0.0.0/21", missing=True),
    "everything": registration("0.0.0.0/0"),
    "an AS number": Registration("ripencc", AsnRange(1, 1), "", "", "", ""),
    "an organisation": Party("ORG-A", "A"),
}


@pytest.mark.parametrize("case", ENDS)
def test_the_end(case: str) -> None:
    assert further(ENDS[case], NAMES) is None
