"""What ``lab`` makes of its options: each session's role and both its addresses, as a table."""

from __future__ import annotations

import argparse

import pytest
from peerings import block, peering

from bgpcheck import plan
from bgpcheck.cli import lab
from bgpcheck.cli.lab_plan import plan_of
from bgpcheck.errors import UsageError

FIRST, SECOND, FIRST6, SECOND6 = "193.0.24.1", "193.0.24.5", "2001:67c:2e8:1::1", "2001:67c:2e8:1::5"
A, B, C, A6, B6 = "127.0.0.11", "127.0.0.12", "127.0.0.13", "fd00::11", "fd00::12"
US, US2, US6 = "127.0.0.1", "127.0.0.21", "::1"
P, S, NET = "primary", "secondary", "internet"
MADE = plan.Plan(
    peering(
        block("ipv4", "193.0.0.0/21", primary="193.0.24.0/30", secondary="193.0.24.4/30"),
        block("ipv6", primary="2001:67c:2e8:1::/126", secondary="2001:67c:2e8:1::4/126"),
    ),
    *("", "", (), ()),
)
Session = tuple[str, str, str]


def planned(neighbors: tuple[str, ...], local: tuple[str, ...], *words: str) -> list[Session]:
    """Neighbor, our address and role of each session."""
    parser = argparse.ArgumentParser()
    lab.configure(parser)
    options = [word for name, some in (("--neighbor", neighbors), ("--local", local)) for one in some for word in (name, one)]
    return [(one.address, one.local, one.role) for one in plan_of(parser.parse_args([*options, *words]), MADE).neighbors]


NETWORK = ("--internet-neighbor", C)
PLANS: list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], list[Session]]] = [
    ((A,), (US,), (), [(A, US, P)]),
    # the link subnet first, then what is left, in order
    ((A, B), (US,), (), [(A, US, P), (B, US, S)]),
    ((SECOND, FIRST), (US,), (), [(SECOND, US, S), (FIRST, US, P)]),
    ((A, FIRST), (US,), (), [(A, US, S), (FIRST, US, P)]),
    ((A, SECOND), (US,), (), [(A, US, P), (SECOND, US, S)]),
    ((FIRST, B), (US,), (), [(FIRST, US, P), (B, US, S)]),
    ((SECOND, B), (US,), (), [(SECOND, US, S), (B, US, P)]),
    ((SECOND,), (US,), (), [(SECOND, US, S)]),
    # each family has its own two
    ((A, A6, B, B6), (US, US6), (), [(A, US, P), (A6, US6, P), (B, US, S), (B6, US6, S)]),
    ((A6, FIRST6, B), (US, US6), (), [(A6, US6, S), (FIRST6, US6, P), (B, US, P)]),
    ((SECOND6, FIRST6), (US6,), (), [(SECOND6, US6, S), (FIRST6, US6, P)]),
    # our addresses: in order where there are as many as neighbors, the Internet's last
    ((A, B), (US, US2), (), [(A, US, P), (B, US2, S)]),
    ((A, B), (US2, US), (), [(A, US2, P), (B, US, S)]),
    ((A,), (US, US2), NETWORK, [(A, US, P), (C, US2, NET)]),
    ((A,), (US,), NETWORK, [(A, US, P), (C, US, NET)]),
    ((A, A6), (US, US6), (), [(A, US, P), (A6, US6, P)]),
    ((A, A6), (US6, US), (), [(A, US, P), (A6, US6, P)]),  # one a family
    ((A, A6, B), (US2, US6, US), (), [(A, US2, P), (A6, US6, P), (B, US, S)]),
    # none: the one that the system would take
    ((A,), (), (), [(A, US, P)]),
    (("127.0.0.2", "fd00::2"), ("fd00::3",), (), [("127.0.0.2", US, P), ("fd00::2", "fd00::3", P)]),
]


@pytest.mark.parametrize(("neighbors", "local", "words", "sessions"), PLANS)
def test_sessions(neighbors: tuple[str, ...], local: tuple[str, ...], words: tuple[str, ...], sessions: list[Session]) -> None:
    assert planned(neighbors, local, *words) == sessions


REFUSED: list[tuple[tuple[str, ...], tuple[str, ...], str]] = [
    ((FIRST, "193.0.24.2"), (US,), "lies in the primary link subnet"),
    ((SECOND6, "2001:67c:2e8:1::6"), (US6,), "lies in the secondary link subnet"),
    ((A, B, C), (US,), "127.0.0.13: two sessions of a family"),
    ((A,), (US, US2), f"--local {US2}: no neighbor uses it"),
    ((A, B, A6), (US, US2), f"--local {US2}: no neighbor uses it"),
    ((A, B, A6), (US, US2, US), f"--local {US2}: no neighbor uses it"),
    ((A,), (US6,), "--local ::1: no neighbor has an IPv6 address"),
    ((A,), (A,), "is our own address too"),
]


@pytest.mark.parametrize(("neighbors", "local", "says"), REFUSED)
def test_refused(neighbors: tuple[str, ...], local: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        planned(neighbors, local)
