"""As-sets: their names, their members, and those who say that they belong to them."""

from __future__ import annotations

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats.as_set import Members, listed, members, named, set_name, takes_referrers

GOOD = ["AS-RIPENCC", "as-ripencc", "AS3333:AS-ALL", "AS-A:AS3333:AS-B", "AS-1_x"]
BAD = [
    "",
    "AS3333",
    "AS3333:AS12654",
    "RS-ROUTES",
    "AS-",
    "AS-A,AS-B",
    "AS-A B",
    "AS-A\r\n!q",
    "-i mnt-by X",
    "AS-" + "A" * 100,
    "A:" * 9 + "AS-A",
]


@pytest.mark.parametrize("text", GOOD)
def test_names(text: str) -> None:
    assert set_name(text) == text.upper()


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(FormatError):
        set_name(text)


def test_members_are_told_apart() -> None:
    found = members(["AS3333", "as-ripencc", "AS12654", "AS3333", "AS3333:AS-X", "rs-routes", "AS99999999999", "3333"])
    assert found == Members((3333, 12654), ("AS-RIPENCC", "AS3333:AS-X"), ("rs-routes", "AS99999999999", "3333"))


def test_irrds_answer() -> None:
    assert listed(b"AS3333 AS-RIPENCC\n") == Members((3333,), ("AS-RIPENCC",))
    assert listed(b"") is None


SET = b"""as-set: AS-X
members: AS3333, AS-Y
members: AS12654 # one more
mbrs-by-ref: X-MNT
mnt-by: X-MNT
source: RIPE

"""
REFERRERS = b"""aut-num: AS1103
member-of: AS-X, AS-Z
mnt-by: x-mnt
source: RIPE

aut-num: AS1104
member-of: AS-X
mnt-by: OTHER-MNT
source: RIPE

as-set: AS-W
member-of: AS-Z
mnt-by: X-MNT
source: RIPE
"""


def test_an_object_with_members_by_reference() -> None:
    assert named("AS-X", SET, REFERRERS) == Members((3333, 12654, 1103), ("AS-Y",))
    assert named("AS-X", SET.replace(b"X-MNT\nmnt", b"ANY\nmnt"), REFERRERS) == Members((3333, 12654, 1103, 1104), ("AS-Y",))
    assert named("AS-X", SET, b"") == Members((3333, 12654), ("AS-Y",))
    assert named("AS-X", SET.replace(b"mbrs-by-ref: X-MNT\n", b""), REFERRERS) == Members((3333, 12654), ("AS-Y",))


def test_another_object_is_none() -> None:
    assert named("AS-Y", SET, b"") is None
    assert named("AS-X", b"", b"") is None
    assert named("AS-X", SET.replace(b"as-set", b"route-set"), b"") is None


def test_who_takes_referrers() -> None:
    assert takes_referrers(SET)
    assert not takes_referrers(REFERRERS)
