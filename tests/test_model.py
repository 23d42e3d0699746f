from __future__ import annotations

import pytest

from bgpcheck.model import Prefix

SPELLINGS = [  # as given, as spelled: the same in every Python, so that a bundle made under one is replayed under another
    ("193.0.0.0/21", "193.0.0.0/21"),
    ("2001:DB8:0:0:1:0:0:0/80", "2001:db8:0:0:1::/80"),
    ("::/0", "::/0"),
    ("::ffff:192.0.2.0/120", "::ffff:c000:200/120"),
    ("::ffff:c000:200/120", "::ffff:c000:200/120"),
    ("::ffff:0:0/96", "::ffff:0:0/96"),
    ("::ffff:0.0.0.255/128", "::ffff:0:ff/128"),
    ("::192.0.2.0/120", "::c000:200/120"),
    ("::fffe:192.0.2.0/120", "::fffe:c000:200/120"),
    ("64:ff9b::192.0.2.0/120", "64:ff9b::c000:200/120"),
]


@pytest.mark.parametrize(("given", "spelled"), SPELLINGS)
def test_a_prefix_has_one_spelling(given: str, spelled: str) -> None:
    assert str(Prefix.parse(given)) == spelled
    assert Prefix.parse(spelled) == Prefix.parse(given)
