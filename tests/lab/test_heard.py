"""What stands announced: the last word counts, and what was not said again is stale, then gone."""

from __future__ import annotations

import exabgp_lines as lines
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.events import Announcements
from bgpcheck.formats.exabgp import event
from bgpcheck.formats.exabgp_events import Update
from bgpcheck.lab.heard import Heard
from bgpcheck.model import Prefix

A, B, SIX = "193.0.0.0/21", "193.0.18.0/23", "2001:67c:2e8::/48"
PEER = lines.PEER


def update(*args: object, **more: object) -> Update:
    """An update as an event."""
    found = event(lines.update(*args, **more))
    assert isinstance(found, Update)
    return found


def texts(heard: Heard) -> list[str]:
    """Prefixes that stand."""
    return [str(route.prefix) for route in heard.routes()]


@given(
    st.lists(
        st.builds(
            lambda new, old, peer, asn: lines.update(new, old, peer=peer, path=[3333, asn]),
            st.lists(st.sampled_from((A, B, SIX, f"{A} 0.0.0.1")), max_size=3, unique=True),
            st.lists(st.sampled_from((A, B, SIX, f"{A} 0.0.0.1")), max_size=3, unique=True),
            st.sampled_from((PEER, "127.0.0.3")),
            st.integers(1, 3),
        ),
        max_size=20,
    )
)
def test_without_sessions_it_is_what_a_recording_comes_to(said: list[bytes]) -> None:
    heard, recording = Heard(), Announcements()
    for one in map(event, said):
        heard.update(one)
        recording.hear(one)
    assert heard.routes() == recording.routes()
    assert len(heard) == len(recording.routes())
    for peer in (PEER, "127.0.0.3"):
        counted = [route.prefix.family for route in heard.routes() if route.peer == peer]
        assert (heard.count(peer, "ipv4"), heard.count(peer, "ipv6")) == (counted.count("ipv4"), counted.count("ipv6"))
        assert heard.stale(peer) == 0


def test_what_is_new_and_what_is_gone() -> None:
    heard = Heard()
    assert [str(route.prefix) for route, _ in heard.update(update([A, B])).announced] == [A, B]
    again = heard.update(update([A], [B, SIX]))
    assert (again.announced, [str(prefix) for prefix, _ in again.withdrawn]) == ((), [B])  # the same again is nothing new
    other = heard.update(update([A], path=[3333, 3333]))
    assert len(other.announced) == 1
    both = heard.update(update([A], [A], path=[3333, 7]))  # RFC 4271 s4.3: the announcement counts
    assert (len(both.announced), both.withdrawn) == (1, ())
    assert [str(one) for one in heard.prefixes()] == [A]
    assert heard.of(Prefix.parse(B)) == ()


def test_what_is_not_said_again_is_stale_and_then_gone() -> None:
    heard = Heard()
    heard.update(update([A, B, SIX]))
    heard.mark(PEER)
    assert (texts(heard), heard.stale(PEER), heard.count(PEER, "ipv4")) == ([A, B, SIX], 3, 0)
    heard.update(update([A]))
    assert (heard.stale(PEER), heard.count(PEER, "ipv4")) == (2, 1)
    heard.update(update((), [B]))
    assert heard.stale(PEER) == 1
    assert heard.sweep(PEER, "ipv4") == ()
    assert [str(prefix) for prefix, _ in heard.sweep(PEER)] == [SIX]
    assert (texts(heard), heard.stale(PEER)) == ([A], 0)
    assert heard.sweep("127.0.0.7") == ()


def test_one_family_is_marked() -> None:
    heard = Heard()
    heard.update(update([A, SIX]))
    heard.mark(PEER, "ipv6")
    assert (heard.count(PEER, "ipv4"), heard.count(PEER, "ipv6")) == (1, 0)
    heard.mark("127.0.0.7")
    assert heard.stale("127.0.0.7") == 0


def test_who_has_said_half_of_it_again_has_answered() -> None:
    heard = Heard()
    assert heard.answered(PEER, "ipv4")
    heard.update(update([A, B, SIX]))
    heard.mark(PEER)
    assert (heard.answered(PEER, "ipv4"), heard.answered(PEER, "ipv6"), heard.stale(PEER, "ipv4")) == (False, False, 2)
    heard.update(update(["193.0.14.0/23"]))  # something new is no answer
    assert not heard.answered(PEER, "ipv4")
    heard.update(update([A]))
    assert (heard.answered(PEER, "ipv4"), heard.answered(PEER, "ipv6"), heard.stale(PEER, "ipv4")) == (True, False, 1)
    assert (heard.peers(), heard.speaks(PEER), heard.speaks("x")) == ((PEER,), True, False)


def test_what_is_remembered_is_stale() -> None:
    first, heard = Heard(), Heard()
    first.update(update([A, f"{B} 0.0.0.1"]))
    heard.remember([(route, path_id) for route, path_id in zip(first.routes(), ("", "0.0.0.1"), strict=True)])
    assert (texts(heard), heard.stale(PEER)) == ([A, B], 2)
    heard.update(update([A]))
    assert [path_id for _, path_id in heard.sweep(PEER)] == ["0.0.0.1"]
