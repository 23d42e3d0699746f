"""Which earlier result belongs to which new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bgpcheck.earlier import Earlier
from bgpcheck.errors import UsageError
from bgpcheck.matching import match

if TYPE_CHECKING:
    from collections.abc import Sequence


def whole(name: str, asn: int) -> Earlier:
    return Earlier(name, asn, "2026-01-01T00:00:00Z", "configured", {}, {"claim.peerAsn": str(asn)}, {}, (), ())


A, B = whole("a", 1), whole("b", 2)
NAMELESS, OTHER = whole("", 1), whole("", 2)


@pytest.mark.parametrize(
    ("before", "after", "pairs", "idle"),
    [
        ([A], [A], ["a"], []),
        ([A, B], [B, A], ["b", "a"], []),
        ([A], [NAMELESS], ["a"], []),  # by peer ASN
        ([NAMELESS], [A], ["peering of AS1"], []),
        ([A], [replace(A, name="renamed")], ["a"], []),
        ([A], [replace(A, peer_asn=7)], ["a"], []),
        ([A, B], [A], ["a"], ["b"]),
        ([A], [A, B], ["a", None], []),
        ([A, NAMELESS], [A, NAMELESS], ["a", "peering of AS1"], []),  # what is taken by name is not taken by ASN
        ([NAMELESS, OTHER], [OTHER, NAMELESS], ["peering of AS2", "peering of AS1"], []),
    ],
)
def test_results_are_matched(before: Sequence[Earlier], after: Sequence[Earlier], pairs: list[str | None], idle: list[str]) -> None:
    found = match(before, after, file="old.json")
    assert [one and one.before.title for one in found.changes] == pairs
    assert [one.title for one in found.idle] == idle
    assert found.titles == tuple(one.title for one in after)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([A], [B], "holds other peerings: a (AS1); judged is b (AS2)"),
        ([A, A], [A], "a (AS1) may be any of a (AS1), a (AS1) there: give each preflight file a name of its own"),
        ([A, replace(B, peer_asn=1)], [NAMELESS], "peering of AS1 may be any of a (AS1), b (AS1) there"),
        ([A], [A, A], "a (AS1) there may be any of a (AS1), a (AS1)"),
        ([A], [NAMELESS, replace(A, name="x")], "a (AS1) there may be any of peering of AS1, x (AS1)"),
    ],
)
def test_what_is_not_clear_is_refused(before: Sequence[Earlier], after: Sequence[Earlier], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        match(before, after, file="old.json")
    assert str(caught.value).startswith(f"--diff old.json: {says}")
