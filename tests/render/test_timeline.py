"""The timeline: what a recording tells, what it does not, and that it stays small however long it is."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import exabgp_lines as lines
import pytest
from hostile import TEXTS, acting
from pace import Pace
from peerings import block, peering, route
from pictures import NOW, files, parsed, result, row, texts, tokens
from program import ROOT

from bgpcheck.evidence.document import Document
from bgpcheck.evidence.statement import EVENTS
from bgpcheck.formats.exabgp import event
from bgpcheck.model import Prefix
from bgpcheck.render import timeline, timeline_lanes, timeline_story
from bgpcheck.render.timeline import HEADS, LEGEND, MOST_PREFIXES, MOST_SESSIONS, STYLE, Row, as_rows, as_svg
from bgpcheck.render.timeline_lanes import MOST_KEPT, Lane, Mark, Span, Story
from bgpcheck.render.timeline_story import WHOLE, follow, told
from bgpcheck.store.transcript import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.result import Result

ONE, TWO = "127.0.0.2", "127.0.0.3"
NET, OTHER, MORE = "193.0.0.0/21", "193.0.18.0/23", "193.0.14.0/23"
HELD = (row("ripencc", "193.0.0.0/19"), row("ripencc", 3333))


def planned(*prefixes: str) -> Result:
    return result(peering(block("ipv4", *(prefixes or (NET, OTHER))), listened=True), files(*HELD))


def story(*found: bytes, of: Result | None = None) -> Story:
    return follow(map(event, found), of or planned())


def spelled(*found: bytes, of: Result | None = None) -> dict[str, Row]:
    result_ = of or planned()
    return {one.of: one for one in as_rows(story(*found, of=result_), result_)}


def happened(name: str, *found: bytes) -> list[str]:
    return spelled(*found)[name].happened.split("; ")


def transcript(*found: bytes, uri: str = WHOLE) -> Document:
    return Document(EVENTS, uri, "application/x-ndjson", b"".join(one + b"\n" for one in found))


# ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

UP = (lines.state("connected", at=0), lines.state("up", at=5))
T = "14:13:{:02}".format  # ``exabgp_lines.BEGUN`` is 14:13:20
SESSIONS = {
    "up": (UP, [f"{T(20)} to {T(25)}: connected", f"{T(25)} to the end: up"], "up", "0"),
    "down": (
        (*UP, lines.state("down", reason="peer closed", at=10)),
        [f"{T(20)} to {T(25)}: connected", f"{T(25)} to {T(30)}: up", f"{T(30)}: down, peer closed", f"{T(30)} to the end: down"],
        "down, 1 flap",
        "1",
    ),
    "never up": ((lines.state("down", at=0),), [f"{T(20)} to the end: down", f"{T(20)}: down"], "down", "0"),
    "a notification": (
        (*UP, lines.notification(6, 2, message="\x05bye", at=9)),
        [
            f"{T(20)} to {T(25)}: connected",
            f"{T(25)} to the end: up",
            f"{T(29)}: notification received: cease, administrative shutdown (6/2): \x05bye",
        ],
        "up",
        "0",
    ),
    "a clock that goes back": (
        (lines.state("connected", at=9), lines.state("up", at=0)),
        [f"{T(20)} to the end: up", f"{T(29)} to {T(29)}: connected"],
        "up",
        "0",
    ),
    "a notification alone": (
        (lines.notification(4, 0, direction="send", at=0),),
        [f"{T(20)}: notification sent: hold timer expired (4/0)"],
        "not known",
        "0",
    ),
}


@pytest.mark.parametrize(("found", "words", "end", "changes"), SESSIONS.values(), ids=SESSIONS)
def test_a_session(found: tuple[bytes, ...], words: list[str], end: str, changes: str) -> None:
    (one,) = [each for each in as_rows(story(*found), planned()) if each.lane == "session"]
    assert sorted(one.happened.split("; ")) == sorted(words)
    assert (one.end, one.changes) == (end, changes)


def test_a_session_is_named_by_role_address_and_number() -> None:
    made = peering(block("ipv4", NET, primary="127.0.0.0/30"), listened=True)
    found = result(made, files(*HELD))
    assert [one.of for one in as_rows(story(*UP, of=found), found)][1] == f"primary {ONE} AS3333"


# ── prefixes ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

ANNOUNCED = lines.update([NET], at=6)
ROUTES = {
    "announced": ((ANNOUNCED,), [f"{T(26)} to the end: announced by {ONE}, origin AS3333, path 3333"], "0"),
    "announced again": ((ANNOUNCED, lines.update([NET], at=9)), [f"{T(26)} to the end: announced by {ONE}, origin AS3333, path 3333"], "0"),
    "withdrawn": (
        (ANNOUNCED, lines.update([], [NET], at=9)),
        [f"{T(26)} to {T(29)}: announced by {ONE}, origin AS3333, path 3333", f"{T(29)}: withdrawn by {ONE}"],
        "1",
    ),
    "withdrawn, never announced": ((lines.update([], [NET], at=9),), ["never announced"], "0"),
    "withdrawn and announced in one": (
        (ANNOUNCED, lines.update([NET], [NET], at=9)),
        [
            f"{T(26)} to {T(29)}: announced by {ONE}, origin AS3333, path 3333",
            f"{T(29)}: withdrawn by {ONE}",
            f"{T(29)} to the end: announced by {ONE}, origin AS3333, path 3333",
        ],
        "1",
    ),
    "gone with its session": (
        (*UP, ANNOUNCED, lines.state("down", at=9)),
        [f"{T(26)} to {T(29)}: announced by {ONE}, origin AS3333, path 3333", f"{T(29)}: gone with the session of {ONE}"],
        "1",
    ),
    "another path": (
        (ANNOUNCED, lines.update([NET], path=[65003, 3333], at=9)),
        [
            f"{T(26)} to {T(29)}: announced by {ONE}, origin AS3333, path 3333",
            f"{T(29)}: path changed by {ONE}: origin AS3333, path 65003 3333",
            f"{T(29)} to the end: announced by {ONE}, origin AS3333, path 65003 3333",
        ],
        "1",
    ),
    "another origin": (
        (ANNOUNCED, lines.update([NET], path=[174], at=9)),
        [
            f"{T(26)} to {T(29)}: announced by {ONE}, origin AS3333, path 3333",
            f"{T(29)}: origin changed by {ONE}: other origin AS174, path 174",
            f"{T(29)} to the end: announced by {ONE}, other origin AS174, path 174",
        ],
        "1",
    ),
    "no path": ((lines.update([NET], path=None, at=6),), [f"{T(26)} to the end: announced by {ONE}, other origin NONE, path empty"], "0"),
    "two paths of one peer": (
        (lines.update([f"{NET} 0.0.0.1", f"{NET} 0.0.0.2"], at=6), lines.update([], [f"{NET} 0.0.0.1"], at=9)),
        [
            f"{T(26)} to {T(29)}: announced by {ONE}, origin AS3333, path 3333",
            f"{T(26)} to the end: announced by {ONE}, origin AS3333, path 3333",
            f"{T(29)}: withdrawn by {ONE}",
        ],
        "1",
    ),
}


@pytest.mark.parametrize(("found", "words", "changes"), ROUTES.values(), ids=ROUTES)
def test_a_prefix(found: tuple[bytes, ...], words: list[str], changes: str) -> None:
    one = spelled(*found)[NET]
    assert sorted(one.happened.split("; ")) == sorted(words)
    assert one.changes == changes


def test_two_peers_have_a_bar_each() -> None:
    found = planned()
    made = story(ANNOUNCED, lines.update([NET], path=[65003, 3333], peer=TWO, asn=65003, at=9), of=found)
    assert f"announced by {TWO}" in spelled_row(made, found, NET)
    svg = parsed(as_svg(made, found))
    bars = [one.get("d") or "" for one in svg.iter("path") if one.get("class") == "told"]
    assert len({bar.split("H")[0].split()[1] for bar in bars}) == 2


def test_more_peers_than_bars_are_counted() -> None:
    found = planned()
    made = story(*(lines.update([NET], peer=f"127.0.0.{number}", at=number) for number in range(2, 9)), of=found)
    name = f"{NET} (+3 peers)"
    assert spelled_row(made, found, name).count("announced by") == 7
    assert name in texts(as_svg(made, found))
    assert len([one for one in parsed(as_svg(made, found)).iter("path") if one.get("class") == "told"]) == 4


def spelled_row(made: Story, found: Result, name: str) -> str:
    return next(one.happened for one in as_rows(made, found) if one.of == name)


def test_what_is_listed_and_what_is_not() -> None:
    made = result(peering(block("ipv4", NET), routes=[route(MORE)]), files(*HELD))
    rows = spelled(lines.update([MORE, "8.8.8.0/24"], at=1), of=made)
    assert f"{MORE} (not listed)" in rows
    assert rows["8.8.8.0/24"].end == "not judged"
    assert rows[NET].happened == "never announced"
    assert rows[NET].end.split(" ", 1)[1] in {"undetermined", "validation-needed", "manual-validation", "configured"}


def test_times_have_their_day_where_there_are_several() -> None:
    one = spelled(ANNOUNCED, lines.update([], [NET], at=90_000))[NET]
    assert one.happened.startswith("2026-09-21T14:13:26Z to 2026-09-22T15:13:20Z: announced")


# ── what is not told ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_name_of_a_transcript_is_the_stores() -> None:
    assert WHOLE == NAME


def notes(made: Story | None, found: Result) -> list[str]:
    assert made is not None
    return [one.happened for one in as_rows(made, found) if one.lane == "to know"]


def test_a_bundle_without_a_transcript_says_what_stood_at_the_end() -> None:
    kept = result(peering(block("ipv4", NET, OTHER), routes=[route(NET), route(NET, (174,))]), files(*HELD))
    for document in (None, Document(EVENTS, "events.jsonl sha256:00", "x", ANNOUNCED)):
        made = told(document, kept)
        assert notes(made, kept) == ["kept is only what stood announced at the end: sessions, withdrawals and earlier paths are not known"]
        assert made is not None
        assert made.sessions == {}
        assert "all at 2026-11-01T00:00:00Z" in texts(as_svg(made, kept))
        rows = {one.of: one for one in as_rows(made, kept)}
        assert rows[OTHER].happened == "not announced at the end"
        assert rows[NET].happened.count("announced by") == 2
        assert rows[NET].changes == "0"


def test_where_nobody_listened_there_is_no_timeline() -> None:
    assert told(None, result(peering(block("ipv4", NET)), files(*HELD))) is None


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (transcript(ANNOUNCED), []),
        (
            transcript(ANNOUNCED, uri=f"{WHOLE} (the first 9 of 99 bytes)"),
            ["the transcript was cut when it was kept: the first 9 of 99 bytes"],
        ),
        (transcript(ANNOUNCED, b'{"exabgp": "5.0.0", "type": 3}', b"done"), ["lines that could not be read: 1"]),
        (transcript(ANNOUNCED, b"x" * (2 << 20), ANNOUNCED), ["lines that could not be read: 1", "only the first 2 of 3 lines are drawn"]),
    ],
)
def test_what_a_transcript_does_not_tell(document: Document, words: list[str]) -> None:
    found = planned()
    assert notes(told(document, found), found) == words


def test_a_long_transcript_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    found, document = planned(), transcript(*[ANNOUNCED] * 30)
    monkeypatch.setattr(timeline_story, "MOST_LINES", 10)
    assert notes(told(document, found), found) == ["only the first 10 of 30 lines are drawn"]
    monkeypatch.setattr(timeline_story, "MOST_BYTES", len(ANNOUNCED) * 5)
    assert notes(told(document, found), found) == ["only the first 4 of 30 lines are drawn"]
    monkeypatch.setattr(timeline_story, "MOST_EVENTS", 3)
    assert notes(follow(map(event, [ANNOUNCED] * 5), found), found) == ["only the first 3 events are drawn"]
    assert notes(follow(map(event, [ANNOUNCED] * 3), found), found) == []


def test_the_end_of_what_was_read_is_not_called_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    found, document = planned(), transcript(*UP, ANNOUNCED, lines.state("down", at=9), lines.update([OTHER], at=10))
    monkeypatch.setattr(timeline_story, "MOST_LINES", 3)
    made = told(document, found)
    assert made is not None
    rows = {one.of: one for one in as_rows(made, found)}
    assert rows[f"{ONE} AS3333"].end == "not known"
    assert rows[NET].happened == f"{T(26)} to the last that was read: announced by {ONE}, origin AS3333, path 3333"
    assert rows[OTHER].happened == "not announced in what was read"


def test_other_events_change_nothing() -> None:
    quiet = (lines.opened(), lines.end_of_rib(), lines.refresh("query"), lines.shutdown(), b"done")
    found = planned()
    assert as_rows(story(*quiet, of=found), found) == as_rows(story(of=found), found)


def test_more_lanes_than_are_followed_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_lanes, "MOST_LANES", 2)
    monkeypatch.setattr(timeline_lanes, "MOST_SESSIONS", 2)
    monkeypatch.setattr(timeline, "MOST_SESSIONS", 1)
    found = planned()
    peers = [lines.state("up", peer=f"127.0.0.{number}") for number in range(2, 6)]
    made = story(*peers, lines.update(["1.0.0.0/24", "1.0.1.0/24", "1.0.2.0/24", "1.0.3.0/24", NET], at=1), of=found)
    assert notes(made, found) == ["2 more announced prefixes not followed", "3 more sessions not drawn"]
    assert {str(one) for one in made.prefixes} == {"1.0.0.0/24", "1.0.1.0/24", NET}


def test_more_prefixes_than_are_drawn_are_counted_the_calm_ones_last() -> None:
    names = [f"193.0.{number}.0/24" for number in range(MOST_PREFIXES + 5)]
    found = planned(*names)
    made = story(lines.update([*names, "8.8.8.0/24"], at=1), lines.update([], [names[-1]], at=2), of=found)
    rows = [one for one in as_rows(made, found) if one.lane == "prefix"]
    assert len(rows) == MOST_PREFIXES
    assert rows[0].of == names[-1]
    (note,) = notes(made, found)
    assert note.startswith("6 more prefixes not drawn: ")
    assert "1 not judged" in note
    assert note in texts(as_svg(made, found))


def test_the_calm_and_configured_come_last() -> None:
    from bgpcheck.api import Options, check_sync  # noqa: PLC0415 (only here)

    kept = check_sync(Options(preflight=str(ROOT / "configs" / "preflight" / "tour.yaml"), now="2026-11-02T00:00:00Z")).result
    made = story(
        lines.update([NET, "193.0.10.0/24"], at=1), lines.update([NET], path=[1, 3333], at=3), lines.update(["5.0.0.0/24"], at=4), of=kept
    )
    names = [one.of for one in as_rows(made, kept) if one.lane == "prefix"]
    assert names == ["192.87.0.0/16", "193.0.14.0/23", "192.149.252.0/24", NET, "5.0.0.0/24", "2001:67c:2e8::/48", "193.0.10.0/24"]


def flapping(count: int) -> Iterable[bytes]:
    for number in range(count):
        yield lines.state("up", at=4 * number)
        yield lines.update([NET], path=[number + 1, 3333], at=4 * number + 1)
        yield lines.state("down", reason="x" * 5000, at=4 * number + 2)


def test_a_lane_that_never_rests_is_kept_in_part() -> None:
    found = planned()
    made = story(*flapping(200), of=found)
    for lane in (*made.sessions.values(), *made.prefixes.values()):
        assert (len(lane.spans), len(lane.marks), lane.changes) == (MOST_KEPT, MOST_KEPT, 200)
        assert all(len(one.words) <= 200 for one in lane.marks)
    session, prefix = (one for one in as_rows(made, found) if one.changes.startswith("200"))
    assert session.changes == f"200; {400 + 200 - 2 * MOST_KEPT - 1} more events after the first {MOST_KEPT} are not told one by one"
    assert f"{2 * MOST_KEPT - 24} more that are drawn" in prefix.happened
    assert "busy" in {one.get("class") for one in parsed(as_svg(made, found)).iter("path")}


def test_a_lane() -> None:
    lane = Lane()
    lane.finish("a", NOW)
    assert lane.whole() == []
    lane.begin("a", Span("p", NOW, None, "x"))
    lane.begin("a", Span("p", NOW + timedelta(1), None, "y"))
    assert [(one.state, one.end) for one in lane.whole()] == [("x", NOW + timedelta(1)), ("y", None)]
    for number in range(MOST_KEPT + 2):
        lane.mark(Mark(NOW + timedelta(number), "p", "path", ""))
    assert (lane.more, lane.since) == (2, NOW + timedelta(MOST_KEPT))


def test_a_hundred_thousand_events_are_bounded() -> None:
    found = planned()
    made = (lines.update([f"10.{number >> 8 & 255}.{number & 255}.0/24"], path=[number + 1], at=number) for number in range(30_000))
    document = transcript(*made)
    with Pace() as pace:
        made_ = told(document, found)
        assert made_ is not None
        svg, rows = as_svg(made_, found), as_rows(made_, found)
    assert pace.millions < 4800
    assert len(svg) < 60_000
    assert len(json.dumps(rows)) < 60_000
    assert notes(made_, found)[0] == "only the first 20000 of 30000 lines are drawn"


def test_sessions_that_flap_with_many_routes_take_no_square_of_time() -> None:
    found = planned()
    many = [f"10.{number >> 8}.{number & 255}.0/24" for number in range(3000)]
    calm = [lines.update(many, at=1)]
    flaps = [one for number in range(3000) for one in (lines.state("up", peer=TWO, at=number), lines.state("down", peer=TWO, at=number))]
    with Pace() as pace:
        story(*calm, *flaps, of=found)
    assert pace.millions < 2400


# ── the picture ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

RECORDINGS = {
    "nothing": (),
    "one moment": (ANNOUNCED,),
    "a session": SESSIONS["down"][0],
    "a path": ROUTES["another path"][0],
    "an origin": ROUTES["another origin"][0],
    "a notification": SESSIONS["a notification"][0],
    "flapping": tuple(flapping(40)),
    **{
        f"{seconds} seconds": (ANNOUNCED, lines.update([], [NET], at=6 + seconds))
        for seconds in (0.01, 1, 59, 3600, 86_400, 600_000, 6e7, 3e9)
    },
}
ALLOWED = tokens([*HEADS, "at the end"])


@pytest.mark.parametrize("found", RECORDINGS.values(), ids=RECORDINGS)
def test_the_picture_says_what_the_rows_say(found: tuple[bytes, ...]) -> None:
    made, of = story(*found), planned()
    svg, rows = as_svg(made, of), as_rows(made, of)
    ticks = {one.text for one in parsed(svg).iter("text") if "mid" in (one.get("class") or "")}
    assert tokens(one for one in texts(svg) if one not in ticks) <= tokens(part for each in rows for part in each) | ALLOWED
    assert len(ticks) <= 6
    assert as_svg(story(*found), of) == svg
    xs = sorted(float(one.get("x") or 0) for one in parsed(svg).iter("text") if "mid" in (one.get("class") or ""))
    assert all(other - one >= 50 for one, other in pairwise(xs))


def test_every_recording_of_the_fixtures_is_drawn() -> None:
    for file in sorted((ROOT / "fixtures" / "events").glob("*.jsonl")):
        found = planned()
        made = told(Document(EVENTS, WHOLE, "x", file.read_bytes()), found)
        assert made is not None
        parsed(as_svg(made, found))
        assert len(made.sessions) in {1, 2}


def test_nothing_to_show_is_no_picture() -> None:
    empty = result(peering())
    assert (as_svg(story(of=empty), empty), as_rows(story(of=empty), empty)) == ("", ())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_peer_says_is_only_text(text: str) -> None:
    message = text.encode("utf-8", "replace").decode()[:120]
    found = planned()
    made = story(*UP, ANNOUNCED, lines.notification(6, 2, message=message, at=9), lines.state("down", reason=message, at=9), of=found)
    made.notes.append(text)
    svg = as_svg(made, found)
    assert acting(svg) == []
    assert {each.tag for each in parsed(svg).iter()} <= {"div", "svg", "text", "title", "path"}


def test_the_legend_and_the_style() -> None:
    assert "◆" in LEGEND
    assert ".busy" in STYLE
    assert MOST_SESSIONS
    assert Prefix.parse(NET) in story(ANNOUNCED).prefixes
