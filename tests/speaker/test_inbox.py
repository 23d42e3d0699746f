"""The inbox leaves nothing out but what later lines say again, and orders nothing anew."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import exabgp_lines as lines
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.events import Announcements
from bgpcheck.formats.exabgp import event
from bgpcheck.formats.exabgp_events import Session
from bgpcheck.speaker.inbox import Inbox, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIXES = ("193.0.0.0/21", "193.0.14.0/23", "2001:67c:2e8::/48")
PEERS = ("127.0.0.2", "127.0.0.3")
spoken = st.one_of(
    st.builds(
        lambda new, old, peer, origin: lines.update(new, old, peer=peer, path=[3333, origin]),
        st.lists(st.sampled_from(PREFIXES), max_size=3),
        st.lists(st.sampled_from(PREFIXES), max_size=2),
        st.sampled_from(PEERS),
        st.integers(1, 9),
    ),
    st.builds(lambda word, peer: lines.state(word, peer=peer), st.sampled_from(("up", "down")), st.sampled_from(PEERS)),
    st.just(b"done"),
)


def standing(some: Iterable[bytes]) -> tuple[list[object], list[object]]:
    """What stands after these lines, and the session events in their order."""
    heard, sessions = Announcements(), []
    for one in map(event, some):
        heard.hear(one)
        if isinstance(one, Session):
            sessions.append((one.peer, one.state))
    return [(route.peer, route.prefix, route.path) for route in heard.routes()], sessions


@given(st.lists(spoken, max_size=30), st.lists(st.integers(0, 4), max_size=30))
def test_whatever_is_taken_when_the_end_is_the_same(said: list[bytes], takes: list[int]) -> None:
    box, taken = Inbox(), list[bytes]()
    turns = deque(takes)
    for one in said:
        box.put([one])
        if turns:
            taken += box.take(turns.popleft()).lines
    taken += box.take(10**6).lines
    assert standing(taken) == standing(said)
    assert taken.count(b"done") == said.count(b"done")
    assert box.read == len(said)
    assert len(taken) + box.coalesced == len(said)
    assert (len(box), box.size) == (0, 0)


def test_the_last_word_stands_for_all_before() -> None:
    box = Inbox()
    box.put([lines.update([PREFIXES[0]], path=[3333, number]) for number in range(1, 1001)])
    assert box.take(10**6).lines == (lines.update([PREFIXES[0]], path=[3333, 1000]),)
    assert box.coalesced == 999


def test_a_line_stays_as_long_as_it_is_the_last_word_about_one_prefix() -> None:
    both, one, other = lines.update(PREFIXES[:2]), lines.update(PREFIXES[:1], path=[3333, 1]), lines.update((), PREFIXES[1:2])
    box = Inbox()
    box.put([both, one])
    assert box.take(9).lines == (both, one)
    box.put([both, one, other])
    assert box.take(9).lines == (one, other)


def test_path_identifiers_are_places_of_their_own() -> None:
    box, said = Inbox(), [lines.update([f"193.0.0.0/21 0.0.0.{number}"]) for number in (1, 2)]
    box.put(said)
    assert box.take(9).lines == tuple(said)


def test_what_has_no_room_is_counted_by_peer_and_sessions_stay() -> None:
    some = [lines.update([f"10.{number}.0.0/16"]) for number in range(10)]
    box = Inbox(most=4 * len(some[0]))
    box.put(some)
    box.put([lines.state("down")])
    taken = box.take(99)
    assert (taken.lines, dict(taken.shed)) == ((*some[:4], lines.state("down")), {lines.PEER: 6})
    assert dict(box.take(99).shed) == {}


def test_who_puts_waits_where_lines_about_sessions_alone_are_too_many() -> None:
    said = lines.state("up")
    box = Inbox(most=len(said))
    box.put([said] * 3)
    writer = threading.Thread(target=box.put, args=([said],), daemon=True)
    writer.start()
    writer.join(0.05)
    assert writer.is_alive()
    assert box.take(3).lines == (said,) * 3
    writer.join(30)
    assert box.take(9).lines == (said,)


def test_keys_of_lines_long_gone_are_cleared_away() -> None:
    box = Inbox()
    for number in range(5000):
        box.put([lines.update([f"10.{number >> 8}.{number & 255}.0/24"])])
        box.take(1 if number % 1000 else 0)  # never empty for long, never much in it
    assert box.keys < 3000


@pytest.mark.parametrize(
    "line",
    [
        b"done",
        b"",
        lines.state("up"),
        lines.end_of_rib(),
        b'{"exabgp": "5.0.0", "type": "update"',
        b'{"exabgp": "5.0.0", "type": "update", "neighbor": 7}',
        b'{"exabgp": "5.0.0", "type": "update", "neighbor": {"address": {"peer": "x"}, "message": {"update": {"announce": 5}}}}',
        b'{"type": "update", "neighbor": {"message": {"category": 2, "body": "0x00"}}}',
        b'["update"]',
        b'{"update": ' + b"[" * 100_000,
    ],
)
def test_lines_that_say_nothing_readable_of_prefixes_stay(line: bytes) -> None:
    assert keys_of(line) is None
    box = Inbox()
    box.put([line, line])
    assert box.take(9).lines == (line, line)


NEWS = lines.update([PREFIXES[0]], path=[3333, 15169])
ASIDE = {
    "another family": NEWS.replace(b"ipv4 unicast", b"ipv4 multicast"),
    "sent, not heard": NEWS.replace(b'"receive"', b'"send"'),
    "unreadable": NEWS.replace(b"15169", b'"x"'),
    "no event": NEWS.replace(b'"exabgp"', b'"exabGp"'),
    "an End-of-RIB beside": NEWS.replace(b'"update": {', b'"eor": {"afi": "ipv4", "safi": "unicast"}, "update": {'),
    "another event": NEWS.replace(b'"type": "update"', b'"type": "keepalive"'),
}


@pytest.mark.parametrize("name", ASIDE)
def test_a_line_that_says_nothing_of_a_prefix_makes_nothing_needless(name: str) -> None:
    box = Inbox()
    box.put([NEWS, ASIDE[name], NEWS])
    assert box.take(9).lines[-1] == NEWS
    box.put([NEWS, ASIDE[name]])
    assert box.take(9).lines == (NEWS, ASIDE[name])


def test_prefixes_as_plain_text() -> None:
    update = b'{"announce": {"ipv4 unicast": {"192.0.2.1": ["1.0.0.0/24"]}}}'
    said = b'{"type": "update", "neighbor": {"address": {"peer": "::1"}, "direction": "in", "message": {"update": %s}}}' % update
    assert keys_of(said) == {("::1", "1.0.0.0/24")}
