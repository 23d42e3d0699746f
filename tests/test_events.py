from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.events import NOTE_LIMIT, Announcements, record
from bgpcheck.formats.exabgp import EndOfRib, Event, Other, Session, Update, events
from bgpcheck.formats.lines import lines
from bgpcheck.model import Prefix, Route, Segment, SegmentKind

FIXTURES = Path(__file__).parents[1] / "fixtures" / "events"
AT = datetime(2026, 1, 1, tzinfo=UTC)
A, B = "192.0.2.1", "192.0.2.2"


def route(prefix: str, *asns: int, peer: str = A) -> Route:
    return Route(peer, Prefix.parse(prefix), (Segment(SegmentKind.SEQUENCE, asns),), AT)


def say(*announced: str, gone: tuple[str, ...] = (), peer: str = A, asn: int = 1, notes: tuple[str, ...] = ()) -> Update:
    return Update(peer, 1, AT, tuple(route(one, asn, peer=peer) for one in announced), tuple(map(Prefix.parse, gone)), notes)


def state(word: str) -> Session:
    return Session(A, B, 1, word, "", AT)  # type: ignore[arg-type]


NET, OTHER, SIX = "192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"
STANDING: list[tuple[str, list[Event], list[Route]]] = [
    ("nothing", [], []),
    ("announced", [say(NET)], [route(NET, 1)]),
    ("the last word counts", [say(NET), say(NET, asn=2)], [route(NET, 2)]),
    ("withdrawn", [say(NET, OTHER), say(gone=(NET,))], [route(OTHER, 1)]),
    ("withdrawn and announced again", [say(NET), say(gone=(NET,)), say(NET, asn=3)], [route(NET, 3)]),
    ("withdrawn before it was announced", [say(gone=(NET,)), say(NET)], [route(NET, 1)]),
    ("withdrawn and announced at once: announced", [say(NET, gone=(NET,))], [route(NET, 1)]),
    ("withdrawn by another peer", [say(NET), say(gone=(NET,), peer=B)], [route(NET, 1)]),
    ("a session that ends withdraws nothing", [say(NET), state("down"), state("connected"), state("up")], [route(NET, 1)]),
    ("other events change nothing", [say(NET), EndOfRib(A, "ipv4 unicast", AT), Other("fsm")], [route(NET, 1)]),
    (
        "by prefix, then peer",
        [say(SIX, OTHER, NET, peer=B), say(NET)],
        [route(NET, 1), route(NET, 1, peer=B), route(OTHER, 1, peer=B), route(SIX, 1, peer=B)],
    ),
    (
        "each path identifier stands for itself",
        [
            Update(A, 1, AT, (route(NET, 1), route(NET, 2)), (), announced_ids=("0.0.0.1", "0.0.0.2")),
            Update(A, 1, AT, (), (Prefix.parse(NET),), withdrawn_ids=("0.0.0.1",)),
        ],
        [route(NET, 2)],
    ),
]


@pytest.mark.parametrize(("heard", "standing"), [row[1:] for row in STANDING], ids=[row[0] for row in STANDING])
def test_what_stands_at_the_end(heard: list[Event], standing: list[Route]) -> None:
    assert record(heard).routes == tuple(standing)


def test_counts_and_notes() -> None:
    found = record([state("up"), say(NET, notes=("masked", "left out")), say(OTHER, notes=("masked",)), Other("fsm"), Other("fsm")])
    assert (found.counts, list(found.counts)) == ({"fsm": 2, "session": 1, "update": 2}, ["fsm", "session", "update"])
    assert found.notes == (f"{A}: masked", f"{A}: left out")
    assert found.routes == (route(NET, 1), route(OTHER, 1))


def test_notes_are_bounded() -> None:
    found = record(say(notes=(str(number),)) for number in [*range(NOTE_LIMIT + 2), 0])
    assert len(found.notes) == NOTE_LIMIT + 1
    assert found.notes[-2:] == (f"{A}: {NOTE_LIMIT - 1}", "and 2 more notes")


WORDS = st.lists(st.tuples(st.sampled_from([A, B]), st.sampled_from([NET, OTHER, SIX]), st.integers(0, 3)))


@given(WORDS)
def test_only_the_last_word_on_a_prefix_counts(words: list[tuple[str, str, int]]) -> None:
    heard = [say(*([prefix] if asn else []), gone=() if asn else (prefix,), peer=peer, asn=asn) for peer, prefix, asn in words]
    last = {(Prefix.parse(prefix), peer): route(prefix, asn, peer=peer) if asn else None for peer, prefix, asn in words}
    assert record(heard).routes == tuple(found for _, found in sorted(last.items(), key=lambda item: item[0]) if found)


@given(WORDS)
def test_state_grows_event_by_event(words: list[tuple[str, str, int]]) -> None:
    heard = [say(prefix, peer=peer, asn=asn) for peer, prefix, asn in words]
    state = Announcements()
    for at, event in enumerate(heard, 1):
        state.hear(event)
        assert state.routes() == record(heard[:at]).routes


def recording(name: str) -> list[Event]:
    return list(events(lines([(FIXTURES / name).read_bytes()], file=name), file=name))


@pytest.mark.parametrize(
    ("name", "events_in_all", "prefixes"),
    [("v4.2.25-parsed.jsonl", 85, 24), ("v5-consolidate.jsonl", 17, 14), ("v5-packets.jsonl", 30, 24), ("v5-malformed-peer.jsonl", 6, 2)],
)
def test_recordings(name: str, events_in_all: int, prefixes: int) -> None:
    found = record(recording(name))
    assert (sum(found.counts.values()), len(found.routes), found.notes) == (events_in_all, prefixes, ())


def test_three_modes_end_with_the_same_announcements() -> None:
    def bird(name: str) -> list[tuple[object, ...]]:
        return [(one.prefix, one.path, one.communities) for one in record(recording(name)).routes if one.peer == "127.0.0.3"]

    assert len(bird("v5-packets.jsonl")) == 14
    assert bird("v4.2.25-parsed.jsonl") == bird("v5-consolidate.jsonl") == bird("v5-packets.jsonl")


def test_every_fault_that_is_read_nonetheless() -> None:
    found = record(recording("faults.jsonl"))
    assert found.counts == {"notification": 1, "refresh": 1, "reply": 7, "sent update": 1, "session": 3, "shutdown": 1, "update": 14}
    assert found.notes == (
        "127.0.0.3: 1.2.255.0/20 has host bits set: read as 1.2.240.0/20",
        "127.0.0.3: 193.0.0.0/21: ExaBGP spells confederation segments as sequences: which of this AS_PATH's are cannot be told",
        "127.0.0.3: 8.8.8.0/24: AS_PATH ends in AS23456 (AS_TRANS), which stands for an AS number that is not shown",
        "127.0.0.3: ipv4 multicast left out: only ipv4 unicast and ipv6 unicast are judged",
        "127.0.0.3: ExaBGP found the update malformed: treat-as-withdraw due to as-path",
    )
    sequence, ambiguous = SegmentKind.SEQUENCE, SegmentKind.AMBIGUOUS
    paths = [(str(one.prefix), one.peer[-1], one.path and tuple((part.kind, part.asns) for part in one.path)) for one in found.routes]
    assert paths == [
        ("1.0.0.0/24", "3", None),
        (
            "1.0.0.0/24",
            "4",
            (
                (SegmentKind.CONFED_SEQUENCE, (65100, 65101)),
                (sequence, (65004, 3356)),
                (SegmentKind.UNPLACED_SET, (64512, 64513)),
            ),
        ),
        ("1.1.1.0/24", "3", ((sequence, (65003,)),)),
        ("1.2.240.0/20", "3", ((sequence, (65003,)),)),
        ("4.0.0.0/9", "3", ((sequence, (65003, 174, 3356)),)),
        ("8.8.8.0/24", "3", ((sequence, (65003, 23456)),)),
        ("104.16.0.0/13", "3", ((sequence, (65003, 13335)),)),
        ("193.0.0.0/21", "3", ((ambiguous, (65100, 65101)), (ambiguous, (65003, 3333)))),
    ]
