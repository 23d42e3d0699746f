"""What Azure's edge shows: ARP tables, summaries, route tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from peerings import spell

from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, Session
from bgpcheck.circuit.seen import ArpEntry, RouteEntry, Seen, SummaryEntry, Tables
from bgpcheck.model import Prefix
from bgpcheck.rules.base import Severity
from bgpcheck.rules.edge import check
from bgpcheck.rules.edge_arp import mac

FOUR = Session("ipv4", "193.0.8.0/30", "193.0.8.4/30", "Enabled", PrefixConfig(("193.0.0.0/21", "193.0.10.0/23"), "Configured"))
SIX = Session("ipv6", "2001:67c:2e8::/126", "2001:67c:2e8::4/126", "Enabled", PrefixConfig(("2001:67c:64::/48",), "Configured"))
MICROSOFT = CircuitPeering("MicrosoftPeering", state="Enabled", peer_asn=3333, sessions=(FOUR, SIX))
PRIVATE = CircuitPeering(
    "AzurePrivatePeering",
    state="Enabled",
    peer_asn=65001,
    sessions=(Session("ipv4", "10.0.0.0/30", "10.0.0.4/30"), Session("ipv6", "fd00::/126", "fd00::4/126")),
)
PUBLIC = CircuitPeering("AzurePublicPeering", peer_asn=3333, sessions=(Session("ipv4", "193.0.9.0/30", ""),))
CIRCUIT = Circuit(name="example", tier="Standard", peerings=(MICROSOFT, PRIVATE, PUBLIC))
MS1, MS2, PR1 = (
    "MicrosoftPeering primary 193.0.8.0/30",
    "MicrosoftPeering secondary 193.0.8.4/30",
    "AzurePrivatePeering primary 10.0.0.0/30",
)
A, B = "0000.5e00.5301", "0000.5e00.5302"


def arp(*rows: tuple[str, str, str]) -> tuple[ArpEntry, ...]:
    return tuple(ArpEntry("On-Prem" if side == "O" else "Microsoft", address, written) for side, address, written in rows)


def findings(circuit: Circuit = CIRCUIT, announced: frozenset[Prefix] | None = None, **tables: object) -> list[str]:
    return spell(check(Seen(circuit, Tables(**tables), announced=announced)))  # type: ignore[arg-type] (tables by name)


GOOD = (("O", "193.0.8.1", A), ("M", "193.0.8.2", B))
ARP = [
    (GOOD, []),
    ((*GOOD, ("O", "193.0.8.5", A), ("M", "193.0.8.6", B)), []),
    ((("O", "10.0.0.1", A), ("M", "10.0.0.2", B)), []),
    ((), ["EDGE-2 warning ARP table"]),
    # the other side's entry
    (GOOD[1:], [f"EDGE-1 warning {MS1}"]),
    ((("O", "193.0.8.1", "Incomplete"), GOOD[1]), [f"EDGE-1 warning {MS1}"]),
    ((("O", "193.0.8.1", ""), GOOD[1]), [f"EDGE-1 warning {MS1}"]),
    ((("O", "193.0.8.1", "0000.0000.0000"), GOOD[1]), [f"EDGE-1 warning {MS1}"]),
    ((("O", "193.0.8.1", "####"), GOOD[1]), []),
    ((("O", "193.0.8.1", "Incomplete"), *GOOD), []),  # it has answered by now
    (GOOD[:1], [f"EDGE-3 note {MS1}"]),
    ((GOOD[0], ("M", "193.0.8.2", "Incomplete")), []),
    # masked addresses may be what seems to be missing
    ((("O", "####", A), GOOD[1]), []),
    ((GOOD[0], ("M", "x.x.x.x", B)), []),
    ((("O", "####", A), ("M", "####", B)), []),
    ((("O", "####", "Incomplete"), ("M", "####", B)), ["EDGE-1 warning ARP table"]),
    # addresses
    ((("O", "193.0.8.2", A), ("M", "193.0.8.1", B)), [f"LNK-1 warning {MS1}"]),
    ((("O", "193.0.8.2", A), ("M", "193.0.8.1", B), ("O", "193.0.8.3", A)), [f"LNK-1 warning {MS1}"]),  # the swap is what matters
    ((("O", "193.0.8.3", A), ("M", "193.0.8.2", B)), [f"LNK-1 warning {MS1}"]),
    ((("O", "193.0.8.1", A), ("M", "193.0.8.3", B)), [f"LNK-1 warning {MS1}"]),
    ((("O", "193.0.8.3", A), ("M", "193.0.8.0", B)), [f"LNK-1 warning {MS1}"] * 2),
    ((("O", "192.0.2.1", A), GOOD[1]), ["LNK-1 warning 192.0.2.1"]),
    (
        (("O", "192.0.2.1", A), ("M", "192.0.2.2", "Incomplete")),
        ["LNK-1 warning 192.0.2.1", "LNK-1 warning 192.0.2.2"],
    ),
    # MAC addresses
    ((("O", "193.0.8.1", A), ("M", "193.0.8.2", A)), ["EDGE-4 warning 00005e005301"]),
    ((("O", "193.0.8.1", "ffff.ffff.ffff"), GOOD[1]), ["EDGE-4 warning 193.0.8.1"]),
    ((("O", "193.0.8.1", "01-00-5E-00-00-05"), GOOD[1]), ["EDGE-4 warning 193.0.8.1"]),
    ((*GOOD, ("O", "193.0.8.1", "0000.5e00.5303")), ["EDGE-4 warning 193.0.8.1"]),
    ((("O", "193.0.8.1", "####"), ("M", "193.0.8.2", "ffff.ffff.ffff")), ["EDGE-4 warning 193.0.8.2"]),
]


@pytest.mark.parametrize(("rows", "expected"), ARP)
def test_arp(rows: tuple[tuple[str, str, str], ...], expected: list[str]) -> None:
    assert findings(arp=arp(*rows)) == expected


def test_what_a_swap_and_a_wrong_address_say() -> None:
    (swapped,) = check(Seen(CIRCUIT, Tables(arp=arp(("O", "193.0.8.2", A), ("M", "193.0.8.1", B)))))
    assert "each other's address" in swapped.message
    assert "193.0.8.1" in swapped.remedy
    (wrong,) = check(Seen(CIRCUIT, Tables(arp=arp(("O", "193.0.8.3", A), GOOD[1]))))
    assert "not the first host address 193.0.8.1" in wrong.message


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0000.5E00.5301", "00005e005301"),
        ("00:00:5e:00:53:01", "00005e005301"),
        ("00-00-5e-00-53-01", "00005e005301"),
        (" incomplete ", ""),
        ("", ""),
        ("0000.0000.0000", ""),
        ("macAddress", None),
        ("####.####.####", None),
        ("0000.5e00", None),
    ],
)
def test_mac(written: str, read: str | None) -> None:
    assert mac(written) == read


ALONE = replace(CIRCUIT, known=False, listed=False, peerings=(MICROSOFT,))
NOWHERE = replace(CIRCUIT, peerings=(replace(MICROSOFT, sessions=(Session("ipv4", "193.0.8.0/29", "what"),)),))


def test_a_table_of_a_peering_that_is_not_described() -> None:
    private = arp(("O", "10.0.0.1", A), ("M", "10.0.0.2", "Incomplete"))
    assert findings(ALONE, arp=private) == ["LNK-1 note 10.0.0.1", "LNK-1 note 10.0.0.2"]
    assert findings(ALONE, summary=(SummaryEntry("10.0.0.1", 65001, "1d", "Idle"),)) == ["EDGE-6 note 10.0.0.1", "EDGE-8 warning 10.0.0.1"]
    assert findings(ALONE, routes=(RouteEntry("192.0.2.0/24", "10.0.0.1", "65001"),)) == ["EDGE-6 note route table"]
    for known, listed, weight in ((True, False, "note"), (False, True, "note"), (True, True, "warning")):
        assert findings(replace(ALONE, known=known, listed=listed), arp=private[:1]) == [
            f"LNK-1 {weight} 10.0.0.1",
            "EDGE-3 note ARP table",
        ]


def test_a_circuit_of_which_no_link_is_known() -> None:
    assert findings(NOWHERE) == []
    assert findings(NOWHERE, arp=arp(*GOOD)) == ["EDGE-6 note tables"]
    assert findings(NOWHERE, arp=arp(*GOOD[1:])) == ["EDGE-6 note tables", "EDGE-1 warning ARP table"]
    assert findings(NOWHERE, summary=(SummaryEntry("193.0.8.1", 1, "1d", "", 500),)) == ["EDGE-6 note tables"]
    assert findings(NOWHERE, routes=(RouteEntry("10.0.0.0/8", "193.0.8.1", "1"),)) == ["EDGE-6 note tables"]


def row(neighbor: str = "193.0.8.1", asn: int | None = 3333, state: str = "", received: int | None = None) -> SummaryEntry:
    return SummaryEntry(neighbor, asn, "1d", state, received)


PR6, MS6 = "AzurePrivatePeering primary fd00::/126", "MicrosoftPeering primary 2001:67c:2e8::/126"
SUMMARY = [
    (row(received=50), []),
    (row("193.0.8.5", received=50), []),
    (row("2001:67c:2e8::1", received=50), []),
    (row(state="Established"), []),
    (row(state=" "), []),
    (row(asn=None, received=50), []),
    (row("####", state="Idle"), ["EDGE-8 warning ####"]),
    # neighbors
    (row("193.0.8.2", received=50), [f"LNK-1 warning {MS1}"]),
    (row("192.0.2.1", received=500), ["EDGE-6 warning 192.0.2.1"]),
    (row("193.0.8.1/30", received=500), []),
    # AS numbers
    (row(asn=3334, received=50), [f"EDGE-7 warning {MS1}"]),
    (row(asn=23456, received=50), [f"EDGE-7 warning {MS1}"]),
    # states
    (row(state="Idle"), [f"EDGE-8 warning {MS1}"]),
    (row("193.0.8.5", state="Idle"), [f"EDGE-8 warning {MS2}"]),
    (row(state="Active"), [f"EDGE-8 warning {MS1}"]),
    (row(state="Connect"), [f"EDGE-9 warning {MS1}"]),
    (row(state="OpenSent"), [f"EDGE-9 warning {MS1}"]),
    (row(state="OpenConfirm"), [f"EDGE-9 warning {MS1}"]),
    (row(state="Closing"), [f"EDGE-9 warning {MS1}"]),
    (row(state="Idle (Admin)"), [f"EDGE-9 warning {MS1}"]),
    (row(state="Idle (PfxCt)"), [f"LIM-1 warning {MS1}"]),
    (row(state="Dreaming"), [f"EDGE-9 note {MS1}"]),
    # counts
    (row(received=0), [f"EDGE-10 warning {MS1}"]),
    (row(received=179), []),
    (row(received=180), [f"LIM-1 warning {MS1}"]),
    (row(received=200), [f"LIM-1 warning {MS1}"]),
    (row(received=201), [f"LIM-1 warning {MS1}"]),
    (row("2001:67c:2e8::1", received=180), [f"LIM-1 warning {MS6}"]),
    (row("10.0.0.1", 65001, received=3599), []),
    (row("10.0.0.1", 65001, received=3600), [f"LIM-1 warning {PR1}"]),
    (row("fd00::1", 65001, received=89), []),
    (row("fd00::1", 65001, received=90), [f"LIM-1 warning {PR6}"]),
    (row("193.0.9.1", received=5000), []),  # public peering has gone, and its limits with it
]


@pytest.mark.parametrize(("entry", "expected"), SUMMARY)
def test_summary(entry: SummaryEntry, expected: list[str]) -> None:
    assert findings(summary=(entry,)) == expected


def test_premium_has_more_room_on_private_peering() -> None:
    premium = replace(CIRCUIT, tier="Premium")
    assert findings(premium, summary=(row("10.0.0.1", 65001, received=8999),)) == []
    assert findings(premium, summary=(row("10.0.0.1", 65001, received=9000),)) == [f"LIM-1 warning {PR1}"]
    assert findings(premium, summary=(row(received=180),)) == [f"LIM-1 warning {MS1}"]


def test_the_limit_in_words() -> None:
    words = {}
    for count in (200, 201):
        (found,) = check(Seen(CIRCUIT, Tables(summary=(row(received=count),))))
        words[count] = found.message
    assert "near the limit of 200" in words[200]
    assert "drops the session above 200" in words[201]


def test_a_summary_of_nothing() -> None:
    assert findings(summary=()) == ["EDGE-5 warning route table summary"]


def test_what_old_routers_see_of_long_as_numbers() -> None:
    for asn, expected in ((4200000000, []), (65536, []), (65535, [f"EDGE-7 warning {MS1}"]), (None, [])):
        circuit = replace(CIRCUIT, peerings=(replace(MICROSOFT, peer_asn=asn),))
        assert findings(circuit, summary=(row(asn=23456, received=50),)) == expected


WAITING = replace(FOUR, config=PrefixConfig(("193.0.0.0/21",), "ValidationNeeded"))
REASONS = [
    (MICROSOFT, "compare", ""),
    (replace(MICROSOFT, state="Disabled"), "", "the peering is disabled (ST-8)"),
    (replace(MICROSOFT, sessions=(replace(FOUR, state="Disabled"),)), "", "the peering is disabled (ST-8)"),
    (replace(MICROSOFT, sessions=(WAITING,)), "", "its prefixes are ValidationNeeded"),
    (replace(MICROSOFT, sessions=(replace(FOUR, config=PrefixConfig()),)), "compare", ""),
    (replace(MICROSOFT, sessions=(replace(FOUR, config=None),)), "compare", ""),
    (replace(MICROSOFT, type="AzurePrivatePeering", sessions=(WAITING,)), "compare", ""),  # ST-13
]


@pytest.mark.parametrize(("peering", "remedy", "reason"), REASONS)
def test_why_a_session_is_down(peering: CircuitPeering, remedy: str, reason: str) -> None:
    (found,) = check(Seen(Circuit(peerings=(peering,)), Tables(summary=(row(state="Idle"),))))
    assert (remedy or "compare") in found.remedy
    assert reason in found.message
    assert bool(reason) == (";" in found.message)


LEARNT = (RouteEntry("193.0.0.0/21", "193.0.8.1", "3333"), RouteEntry("193.0.10.0/24", "193.0.8.5", "3333"))
ROUTES = [
    (LEARNT, []),
    ((), ["EDGE-11 warning route table"]),
    # the list
    ((*LEARNT, RouteEntry("193.0.22.0/23", "193.0.8.1", "3333")), ["PFX-5 warning 193.0.22.0/23"]),
    ((*LEARNT, RouteEntry("193.0.1.0/24", "193.0.8.1", "3333")), []),
    (LEARNT[:1], ["LIST-3 warning 193.0.10.0/23"]),
    ((RouteEntry("193.0.0.0/16", "193.0.8.1", "3333"),), ["PFX-5 warning 193.0.0.0/16"]),
    ((RouteEntry("2001:67c:64::/48", "2001:67c:2e8::1", "3333"),), []),  # nothing is said of a family that is not there
    # what is not public
    ((*LEARNT, RouteEntry("0.0.0.0/0", "193.0.8.1", "3333")), ["PFX-1 warning 0.0.0.0/0", "PFX-5 warning 0.0.0.0/0"]),
    ((*LEARNT, RouteEntry("10.1.0.0/16", "193.0.8.1", "3333")), ["PFX-1 warning 10.1.0.0/16", "PFX-5 warning 10.1.0.0/16"]),
    # paths
    ((replace(LEARNT[0], path="3333 65001 65001"), LEARNT[1]), ["ASN-6 note 193.0.0.0/21"]),
    ((replace(LEARNT[0], path="3333 64496 i"), LEARNT[1]), ["ASN-6 warning 193.0.0.0/21"]),
    ((replace(LEARNT[0], path="3333 64512 64511 64496"), LEARNT[1]), ["ASN-6 note 193.0.0.0/21"] + ["ASN-6 warning 193.0.0.0/21"] * 2),
    ((replace(LEARNT[0], path="#### ##### 9999999999 99999999999 {1}"), LEARNT[1]), []),
    # what is not from you, or not of Microsoft peering, or masked
    ((*LEARNT, RouteEntry("10.1.0.0/16", "193.0.8.2", "8075")), []),
    ((*LEARNT, RouteEntry("10.1.0.0/16", "10.0.0.1", "65001")), []),
    ((*LEARNT, RouteEntry("10.1.0.0/16", "####", "64496")), []),
    ((*LEARNT, RouteEntry("####", "193.0.8.1", "3333")), []),
    ((*LEARNT, RouteEntry("10.0.0.0", "193.0.8.1", "3333")), []),  # a whole class, as old routers show it
    ((RouteEntry("10.1.0.0/16", "####", "65001"),), []),
    ((RouteEntry("10.1.0.0/16", "192.0.2.1", "65001"),), ["EDGE-6 note route table"]),
]


@pytest.mark.parametrize(("rows", "expected"), ROUTES)
def test_routes(rows: tuple[RouteEntry, ...], expected: list[str]) -> None:
    assert findings(routes=rows) == expected


def test_a_private_peer_is_not_called_a_prepend() -> None:
    circuit = replace(CIRCUIT, peerings=(replace(MICROSOFT, peer_asn=65001),))
    rows = tuple(replace(one, path="65001 65001") for one in LEARNT)
    assert findings(circuit, routes=rows) == []


def test_lists_that_are_missing_or_can_not_be_read() -> None:
    odd = replace(FOUR, config=PrefixConfig(("what", "193.0.0.0/21", "193.0.0.0/21")))
    for session, expected in ((replace(FOUR, config=None), []), (odd, ["PFX-5 warning 193.0.10.0/24"])):
        circuit = replace(CIRCUIT, peerings=(replace(MICROSOFT, sessions=(session,)),))
        assert findings(circuit, routes=LEARNT) == expected


def test_a_family_that_the_peering_does_not_have_has_no_list() -> None:
    circuit = replace(CIRCUIT, peerings=(replace(MICROSOFT, sessions=(FOUR,)),))
    assert findings(circuit, routes=(*LEARNT, RouteEntry("2001:67c:64::/48", "193.0.8.1", "3333"))) == []


def test_a_circuit_without_microsoft_peering_has_no_list() -> None:
    private = replace(CIRCUIT, peerings=(PRIVATE,))
    assert findings(private, routes=(RouteEntry("10.1.0.0/16", "10.0.0.1", "65001"),)) == []


def prefixes(*texts: str) -> frozenset[Prefix]:
    return frozenset(map(Prefix.parse, texts))


SAME = prefixes("193.0.0.0/21", "193.0.10.0/24")
LAB = [
    (SAME, LEARNT, []),
    (None, LEARNT, []),
    (SAME | prefixes("193.0.11.0/24"), LEARNT, ["EDGE-11 warning 193.0.11.0/24"]),
    (prefixes("193.0.0.0/21"), LEARNT, ["EDGE-11 warning 193.0.10.0/24"]),
    (frozenset(), LEARNT, ["EDGE-11 warning 193.0.0.0/21", "EDGE-11 warning 193.0.10.0/24"]),
    (SAME | prefixes("2001:67c:64::/48"), LEARNT, []),  # a table of the other family was not given
    (SAME, (RouteEntry("10.1.0.0/16", "10.0.0.1", "65001"),), []),
    (SAME, (), ["EDGE-11 warning route table"]),
]


@pytest.mark.parametrize(("announced", "rows", "expected"), LAB)
def test_against_the_lab(announced: frozenset[Prefix] | None, rows: tuple[RouteEntry, ...], expected: list[str]) -> None:
    assert findings(announced=announced, routes=rows) == expected


def test_an_empty_table_names_what_the_lab_heard() -> None:
    (found,) = check(Seen(CIRCUIT, Tables(routes=()), announced=SAME))
    assert "the lab heard 2 prefixes" in found.message
    (found,) = check(Seen(CIRCUIT, Tables(routes=())))
    assert "lab" not in found.message


def test_every_finding_has_words_and_no_more_than_a_warning_for_tables() -> None:
    tables = Tables(arp=arp(*GOOD[1:], ("O", "192.0.2.1", A)), summary=(row(state="Idle"), row(received=0)), routes=(*LEARNT, LEARNT[0]))
    found = list(check(Seen(CIRCUIT, tables, announced=frozenset())))
    assert len(found) == len(set(found))
    for one in found:
        assert one.severity is not Severity.BLOCKER
        assert one.message
        assert one.remedy
        assert one.message.isprintable()
        assert one.basis
