"""A lab as a whole: what events change, who is judged again, what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import exabgp_lines as lines
import pytest
from lab_builders import FIRST, LISTED, OUTSIDE, SECOND, hear, judged, lab

from bgpcheck.bulk.internet import Table
from bgpcheck.events import NOTE_LIMIT
from bgpcheck.lab.heard import MOST_SESSIONS
from bgpcheck.lab.sessions import SessionFacts
from bgpcheck.model import Prefix
from bgpcheck.peering import Sighting
from bgpcheck.policy import Outcome
from bgpcheck.rules.base import Finding, Severity

UP, DOWN = lines.state("up"), lines.state("down", reason="reset")
BLOCKER = Finding("PFX-1", Severity.BLOCKER, "x", "m", "r")


def changed(step: object) -> dict[str, str]:
    """Prefixes to judge, and whose word changed them."""
    return {str(prefix): peer for prefix, peer in step.changed.items()}


def test_an_update_is_kept_and_judged() -> None:
    one = lab()
    step = hear(one, UP, lines.update([*LISTED, "193.0.14.0/23"]))
    assert changed(step) == dict.fromkeys((*LISTED, "193.0.14.0/23"), FIRST)
    assert [str(route.prefix) for route, _ in step.announced] == [*LISTED, "193.0.14.0/23"]
    assert [str(prefix) for prefix in one.prefixes()] == [*LISTED, "193.0.14.0/23"]
    assert step.told == []
    assert changed(hear(one, lines.update([*LISTED]))) == {}  # the same again


def test_a_withdrawal_is_told_and_what_is_listed_judged_again() -> None:
    one = lab()
    hear(one, UP, lines.update([LISTED[0], "193.0.14.0/23"]))
    one.judged.update({Prefix.parse("193.0.14.0/23"): judged(listed=False), Prefix.parse(LISTED[0]): judged()})
    step = hear(one, lines.update((), [LISTED[0], "193.0.14.0/23", "193.0.18.0/23"]))
    assert changed(step) == {LISTED[0]: FIRST}
    assert [(told["type"], told["prefix"], told["listed"], told["why"]) for told in step.told] == [
        ("withdrawn", LISTED[0], True, "withdrawn"),
        ("withdrawn", "193.0.14.0/23", False, "withdrawn"),
    ]
    assert [str(prefix) for prefix in one.judged] == [LISTED[0]]  # what nobody announces or lists is forgotten


def test_what_another_peer_still_announces_is_judged_again() -> None:
    one = lab(roles={FIRST: "primary", SECOND: "secondary"})
    hear(one, lines.update(["193.0.14.0/23"]), lines.update(["193.0.14.0/23"], peer=SECOND))
    assert changed(hear(one, lines.update((), ["193.0.14.0/23"]))) == {"193.0.14.0/23": FIRST}


def test_sessions_are_told() -> None:
    one = lab()
    told = [hear(one, line).told for line in (lines.opened(), UP, lines.end_of_rib(), lines.notification(6, 2), DOWN)]
    assert [step[0]["event"] for step in told] == ["open", "up", "end-of-rib", "notification", "down"]
    assert {step[0]["role"] for step in told} == {"primary"}
    assert hear(one, b'{"exabgp": "5.0.0", "time": 1, "type": "keepalive", "neighbor": {}}').told == []


def test_what_is_not_announced_again_in_a_new_session_is_gone() -> None:
    one = lab()
    hear(one, UP, lines.update(LISTED), DOWN)
    assert one.heard.stale(FIRST) == 0  # a session that ends withdraws nothing
    hear(one, UP)
    assert one.heard.stale(FIRST) == 2
    hear(one, lines.update([LISTED[0]]), lines.end_of_rib())
    assert one.heard.stale(FIRST) == 1  # an End-of-RIB decides nothing
    step = one.sweep(FIRST, "ipv4", one.sessions[FIRST].since)
    assert [(told["prefix"], told["why"]) for told in step.told] == [(LISTED[1], "not announced again")]
    assert [(peer, str(prefix), path_id) for peer, prefix, path_id in step.withdrawn] == [(FIRST, LISTED[1], "")]


@pytest.mark.parametrize(("family", "left"), [("ipv4", []), ("ipv6", [*LISTED])])
def test_a_refresh_with_its_end_is_exact(family: str, left: list[str]) -> None:
    one = lab()
    hear(one, UP, lines.update(LISTED), lines.refresh("begin", family), lines.refresh("end", family))
    assert [str(route.prefix) for route in one.heard.routes()] == left


def test_an_end_of_refresh_without_its_beginning_proves_nothing() -> None:
    one = lab()
    hear(one, UP, lines.update(LISTED), DOWN, UP, lines.update([LISTED[0]]), lines.refresh("end"))
    assert len(one.heard.routes()) == 2
    hear(one, lines.refresh("begin"), DOWN, UP, lines.refresh("end"))  # a beginning of the session before
    assert len(one.heard.routes()) == 2
    hear(one, lines.refresh("end", "l2vpn"))
    assert len(one.heard.routes()) == 2


def test_a_session_that_nobody_heard_come_up() -> None:
    one, at = lab(), datetime(2026, 1, 1, tzinfo=UTC)
    assert not one.tried
    one.known(FIRST, None, at)
    one.known(FIRST, 3333, at)
    assert (one.sessions[FIRST].state, one.sessions[FIRST].ups, one.tried) == ("up", 1, True)


def test_who_sends_updates_is_up_though_nobody_heard_it_come_up() -> None:
    one = lab()
    hear(one, lines.update(LISTED))
    assert (one.sessions[FIRST].state, one.sessions[FIRST].ups, one.tried) == ("up", 1, True)
    hear(one, DOWN, lines.update(LISTED))  # what ended has ended
    assert (one.sessions[FIRST].state, one.sessions[FIRST].flaps) == ("down", 1)


def test_a_peer_that_the_speaker_does_not_know_leaves() -> None:
    one = lab()
    hear(one, lines.update([LISTED[0], "193.0.14.0/23"], peer=SECOND))
    step = one.leave(SECOND, datetime(2026, 1, 1, tzinfo=UTC))
    assert [told["why"] for told in step.told] == ["the speaker has no such neighbor any more"] * 2
    assert (len(one.heard), SECOND in one.sessions, changed(step)) == (0, False, {LISTED[0]: SECOND})


def test_what_only_a_journal_remembers_is_not_waited_for() -> None:
    one = lab(roles={})
    one.sessions[SECOND] = SessionFacts(SECOND, remembered=True)
    assert (one.awaited(), one.tried) == ([], False)
    hear(one, lines.state("up", peer=SECOND))
    assert [facts.peer for facts in one.awaited()] == [SECOND]


def test_of_what_no_table_was_read_for_nothing_is_said() -> None:
    one = lab()
    one.peering = replace(one.peering, internet_from="t sha256:0")
    one.looked = frozenset(map(Prefix.parse, LISTED))
    assert "NET-1" in {found.rule for found in one.findings()}
    hear(one, lines.update(["193.0.14.0/23", "0.0.0.0/0"]))
    assert one.unseen() == {Prefix.parse("193.0.14.0/23")}
    assert "NET-1" not in {found.rule for found in one.findings()}
    one.see(
        one.looked | one.unseen(),
        Table((Sighting(Prefix.parse("193.0.14.0/23"), 3333),), "t sha256:1", (("NET-2", "t", "t: capped"),), None),
    )
    assert {found.rule for found in one.findings()} >= {"NET-1", "NET-2", "PFX-4"}


def test_what_there_is_to_know_about_documents_is_a_finding() -> None:
    one = lab()
    one.read([BLOCKER, BLOCKER])
    assert [found for found in one.findings() if found == BLOCKER] == [BLOCKER]


def test_a_request_of_the_peers_changes_nothing() -> None:
    one = lab()
    hear(one, UP, lines.update(LISTED), lines.refresh("query"))
    assert one.heard.stale(FIRST) == 0


def test_an_internet_session_is_no_announcement() -> None:
    one = lab(roles={FIRST: "primary", OUTSIDE: "internet"})
    many = [f"8.{number >> 8}.{number & 255}.0/24" for number in range(201)]
    hear(one, lines.update([LISTED[0], *many], peer=OUTSIDE))
    prefix = Prefix.parse(LISTED[0])
    assert one.prefixes() == [*map(Prefix.parse, LISTED)]
    assert (one.claim(prefix).routes, one.over(OUTSIDE)) == ((), None)
    assert not one.concerns(Prefix.parse(many[0]))
    assert one.concerns(prefix)
    assert "LIM-1" not in {found.rule for found in one.findings()}
    assert "PFX-4" in {found.rule for found in one.findings()}


def test_the_limit_counts_each_family_and_session() -> None:
    one = lab("193.0.0.0/16")
    many = [f"193.0.{number >> 8}.{number & 255}/32" for number in range(201)]
    hear(one, UP, lines.update(many[:200]), lines.update(["2001:67c:2e8::/48"]), lines.update(many[200:], peer=SECOND))
    assert (one.over(FIRST), one.over(SECOND)) == (None, None)
    hear(one, lines.update(many[200:]))
    assert one.over(FIRST) == ("ipv4", 201)
    hear(one, DOWN, UP, lines.update(many[:5]))
    assert one.over(FIRST) is None  # what a session before had does not count


def test_roles_are_given_or_told_by_the_link_subnets() -> None:
    one = lab()
    assert [one.role_of(peer) for peer in (FIRST, "193.0.24.1", "193.0.24.5", "127.0.0.77")] == ["primary", "primary", "secondary", ""]


def test_claims() -> None:
    one, none = lab(), lab(roles={})
    hear(one, lines.update(["193.0.14.0/23"]))
    unlisted = one.claim(Prefix.parse("193.0.14.0/23"))
    assert (unlisted.listed, len(unlisted.routes), unlisted.registry) == (False, 1, "RIPENCC")
    none.listed.clear()
    assert none.claim(Prefix.parse("193.0.14.0/23")).listed  # without a list every prefix counts as listed (interface.md, Events)


def test_missing_is_known_only_when_somebody_listened() -> None:
    one = lab()
    assert "LIST-3" not in {found.rule for found in one.findings()}
    hear(one, UP)
    assert {found.subject for found in one.findings() if found.rule == "LIST-3"} == {*LISTED}


def test_what_reading_noticed_is_a_finding() -> None:
    one = lab()
    hear(one, lines.update(["193.0.0.1/21"]))
    assert [found.message for found in one.findings() if found.rule == "LIST-4"] == [
        f"{FIRST}: 193.0.0.1/21 has host bits set: read as 193.0.0.0/21"
    ]
    for number in range(NOTE_LIMIT + 10):
        hear(one, lines.update([f"10.{number >> 8}.{number & 255}.1/24"]))
    assert len(one.notes) == NOTE_LIMIT


def test_what_is_not_said_again_in_several_sessions_is_gone() -> None:
    """Sessions that flap before their peer has ever been quiet: what the last ones did not say stands no more; what one said does."""
    one = lab()
    hear(one, UP, lines.update([LISTED[0], "193.0.14.0/23", "193.0.16.0/24"]))
    for number in range(MOST_SESSIONS - 1):
        step = hear(one, DOWN, UP)
        assert (step.withdrawn, len(one.heard)) == ([], 3), number
        hear(one, lines.update(["193.0.16.0/24"]))
    step = hear(one, DOWN, UP)
    assert [(told["prefix"], told["why"]) for told in step.told if told["type"] == "withdrawn"] == [
        (LISTED[0], "not announced again"),
        ("193.0.14.0/23", "not announced again"),
    ]
    assert changed(step) == {LISTED[0]: FIRST}  # it is listed, and judged as missing
    assert [str(route.prefix) for route in one.heard.routes()] == ["193.0.16.0/24"]
    assert one.heard.stale(FIRST) == 1


def test_of_what_documents_let_know_not_more_than_so_much_is_kept() -> None:
    one = lab()
    for number in range(NOTE_LIMIT + 10):
        one.read([Finding("DATA-2", Severity.NOTE, "irr/RIPE", f"answer {number}: a record could not be read", "fetch it again")])
    assert len(one.documents) == NOTE_LIMIT


def test_the_verdict_waits_for_all_and_a_blocker_decides() -> None:
    one = lab()
    assert one.verdict(()) is None
    assert one.verdict((BLOCKER,)) is Outcome.VALIDATION_NEEDED
    assert one.last_verdict(()) is Outcome.UNDETERMINED
    one.judged.update({Prefix.parse(prefix): judged() for prefix in LISTED})
    assert one.verdict(()) is Outcome.CONFIGURED
    assert one.verdict((BLOCKER,)) is Outcome.VALIDATION_NEEDED
    hear(one, lines.update(["193.0.14.0/23"]))
    assert one.verdict(()) is None
    assert one.last_verdict(()) is Outcome.UNDETERMINED
    one.judged[Prefix.parse("193.0.14.0/23")] = judged("manual-validation", listed=False)
    assert one.verdict(()) is Outcome.MANUAL_VALIDATION
