"""Route filters on Microsoft peering."""

from __future__ import annotations

import pytest
from peerings import spell

from bgpcheck.circuit.model import Circuit, CircuitPeering, Session
from bgpcheck.circuit.seen import RouteFilter, Seen
from bgpcheck.rules.filters import check

ID = "/subscriptions/x/routeFilters/example"


def seen(*sessions: Session, kind: str = "MicrosoftPeering", communities: tuple[str, ...] | None = None, identity: str = ID) -> Seen:
    filters = () if communities is None else (RouteFilter(identity, "example", communities),)
    return Seen(Circuit(peerings=(CircuitPeering(kind, sessions=sessions),)), filters=filters)


FOUR, SIX = Session("ipv4", filtered=True, filter_id=ID.upper()), Session("ipv6", filtered=True, filter_id=ID)
BARE4, BARE6 = Session("ipv4", filtered=False), Session("ipv6", filtered=False)
MISSING = [
    (seen(BARE4), ["RF-1 warning ipv4 route filter"]),
    (seen(BARE4, BARE6), ["RF-1 warning ipv4 route filter", "RF-1 warning ipv6 route filter"]),
    (seen(FOUR, BARE6), ["RF-1 warning ipv6 route filter"]),
    (seen(FOUR, SIX), []),
    (seen(Session("ipv4")), []),  # the shape does not say
    (seen(BARE4, kind="AzurePrivatePeering"), []),
    (Seen(Circuit()), []),
]


@pytest.mark.parametrize(("one", "findings"), MISSING)
def test_no_filter(one: Seen, findings: list[str]) -> None:
    assert spell(check(one)) == findings


CONTENT = [
    (("12076:51004",), []),
    ((), ["RF-1 warning example"]),
    (("12076:5010",), ["RF-2 note example"]),
    (("12076:5010", "12076:5020", "12076:5030", "12076:5100"), ["RF-2 note example"]),
    (("12076:5060",), []),
    (("12076:50004",), ["RF-3 note example"]),
    (("12076:50099",), ["RF-3 note example"]),  # private, whatever the region: said once
    (("12076:59999",), ["RF-3 note example"]),
    (("64500:1", "what"), ["RF-3 note example"]),
    (("12076:5010", "12076:50004", "12076:59999"), ["RF-2 note example", "RF-3 note example", "RF-3 note example"]),
]


@pytest.mark.parametrize(("communities", "findings"), CONTENT)
def test_communities(communities: tuple[str, ...], findings: list[str]) -> None:
    assert spell(check(seen(FOUR, SIX, communities=communities))) == findings
    assert spell(check(seen(FOUR, communities=communities, identity="/another"))) == []
    assert spell(check(seen(Session("ipv4"), communities=communities, identity=""))) == []


def test_words() -> None:
    many = tuple(f"12076:599{number:02}" for number in range(10))
    guarded, unknown = check(seen(FOUR, communities=("12076:5010", *many)))
    assert "12076:5010 (Exchange Online)" in guarded.message
    assert unknown.message.count("12076:") == 5
    assert "…" in unknown.message
    (private,) = check(seen(FOUR, communities=("12076:50004",)))
    assert "12076:50004 (private peering, East US)" in private.message
    assert "inferred" in private.message


def test_a_filter_without_a_name_is_called_by_its_id() -> None:
    peering = CircuitPeering("MicrosoftPeering", sessions=(FOUR,))
    (found,) = check(Seen(Circuit(peerings=(peering,)), filters=(RouteFilter(ID, "", ()),)))
    assert found.subject == ID
