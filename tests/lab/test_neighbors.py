"""What ExaBGP says of its neighbors."""

from __future__ import annotations

import json

import pytest

from bgpcheck.lab.neighbors import Known, read

FOUR = {"ipv4 unicast": True, "ipv6 unicast": False}
IDLE = {"fsm": "IDLE", "peer": {"as": None, "capabilities": {"route-refresh": None}}}


def row(**more: object) -> dict[str, object]:
    """One neighbor as ExaBGP 5.0.15 gives it, as far as it is read."""
    peer = {"address": "127.0.0.2", "as": 3333, "capabilities": {"route-refresh": True}, **more.pop("peer", {})}
    return {"state": "down", "fsm": "ESTABLISHED", "peer": peer, "md5-password": "secret", **more}


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([], ()),
        ([row()], (Known("127.0.0.2", 3333, up=True, refreshes=True),)),
        (
            [row(**IDLE)],
            (Known("127.0.0.2", None, up=False, refreshes=None),),
        ),
        ([row(peer={"address": "2001:DB8::1"})], (Known("2001:db8::1", 3333, up=True, refreshes=True),)),
        (
            [row(local={"families": {"ipv4 unicast": True, "ipv6 unicast": False}})],
            (Known("127.0.0.2", 3333, up=True, refreshes=True, families=("ipv4",)),),
        ),
        ([row(local=7)], (Known("127.0.0.2", 3333, up=True, refreshes=True),)),
        ({"a": 1}, None),
        ([row(peer={"address": "nobody"})], None),
        ([{"peer": 7}], None),
        ([7], None),
    ],
)
def test_answers(rows: object, known: tuple[Known, ...] | None) -> None:
    text = json.dumps(rows)
    assert read(text if text.startswith("[") else f"[{text}") == known


def test_what_is_no_answer() -> None:
    assert read("done") is None
    assert read("[[[[") is None
