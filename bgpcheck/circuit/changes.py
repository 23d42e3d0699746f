"""A circuit that is watched: what changed between two readings, and whether what is awaited is there. Pure.

Rule: a state in a word that the API does not document settles nothing, and what the data do not have is never taken for reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.circuit.model import BROKEN, PROVIDER_STATES, PROVISIONING_STATES, VALIDATION_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import Circuit, CircuitPeering, Session

# Words of states that go on by themselves (ST-3, ST-4, ST-9); an undocumented word counts as one of them, since what follows it is unknown.
MOVING = frozenset(("creating", "updating", "deleting", "provisioning", "deprovisioning", "configuring"))
KNOWN = frozenset(word.lower() for word in (*PROVIDER_STATES, *PROVISIONING_STATES, *VALIDATION_STATES))


class Want(StrEnum):
    """What can be awaited."""

    CONFIGURED = "configured"  # every prefix of the Microsoft peering is (ST-9, ST-10)
    PROVISIONED = "provisioned"  # the provider has done its part (ST-5)
    SETTLED = "settled"  # nothing changes by itself any more


class Progress(StrEnum):
    """How what is awaited stands. ``STUCK``: nothing will change by itself, though it can when somebody acts."""

    REACHED = "reached"
    MOVING = "moving"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Change:
    """One field whose value changed: the path to it, and both values as Azure spells them; empty where there was or is none."""

    where: str
    before: str
    after: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.where}: {self.before or 'nothing'} → {self.after or 'nothing'}"


def changes(before: Circuit, after: Circuit) -> tuple[Change, ...]:
    """Give what changed, circuit first, then its peerings in the order in which they are described."""
    old, new = dict(_fields(before)), dict(_fields(after))
    return tuple(
        Change(where, old.get(where, ""), new.get(where, ""))
        for where in dict.fromkeys((*new, *old))
        if old.get(where, "") != new.get(where, "")
    )


def _fields(circuit: Circuit) -> Iterator[tuple[str, str]]:
    """Give the fields that people wait for or must know of, each with the path to it."""
    yield "serviceProviderProvisioningState", circuit.provider_state
    yield "circuitProvisioningState", circuit.status
    yield "provisioningState", circuit.provisioning_state
    yield "bandwidthInMbps", _number(circuit.bandwidth)
    yield "sku.tier", circuit.tier
    for peering in circuit.peerings:
        yield from _peering_fields(peering)


def _peering_fields(peering: CircuitPeering) -> Iterator[tuple[str, str]]:
    """Give those of a peering; its presence is one of them."""
    name = peering.type or "peering"
    yield name, "there"
    yield f"{name}.provisioningState", peering.provisioning_state
    yield f"{name}.state", peering.state
    yield f"{name}.azureASN", _number(peering.azure_asn)
    yield f"{name}.peerASN", _number(peering.peer_asn)
    yield f"{name}.vlanId", _number(peering.vlan_id)
    for session in peering.sessions:
        yield from _session_fields(f"{name}.{session.family}", session, validated=peering.is_microsoft)


def _session_fields(where: str, session: Session, *, validated: bool) -> Iterator[tuple[str, str]]:
    """Give those of an address family; ``validated``: whether the states of its prefixes mean anything (ST-13)."""
    yield f"{where}.primaryPeerAddressPrefix", session.primary
    yield f"{where}.secondaryPeerAddressPrefix", session.secondary
    yield f"{where}.state", session.state
    yield f"{where}.routeFilter", session.filter_id
    config = session.config
    if config is None or not validated:
        return
    yield f"{where}.advertisedPublicPrefixesState", config.state
    yield f"{where}.customerASN", str(config.customer_asn)
    yield f"{where}.routingRegistryName", config.registry
    for prefix in config.prefixes:
        yield f"{where}.{prefix}", "listed"
    for info in config.infos:
        yield f"{where}.{info.prefix}.validationState", info.state
        yield f"{where}.{info.prefix}.signature", "given" if info.signature else ""


def _number(value: int | None) -> str:
    """Write a number that may be missing."""
    return "" if value is None else str(value)


def settled(circuit: Circuit) -> bool:
    """Tell whether no state of the circuit or its peerings goes on by itself; failed is settled too, and so is ValidationNeeded."""
    return not any(_moves(word) for word in _states(circuit))


def _moves(word: str) -> bool:
    """Tell whether a state goes on by itself; what is not said does not."""
    return word.lower() in MOVING or (bool(word) and word.lower() not in KNOWN)


def _states(circuit: Circuit) -> Iterator[str]:
    """Give every state that may go on by itself."""
    yield circuit.provisioning_state
    yield circuit.provider_state
    for peering in circuit.peerings:
        yield peering.provisioning_state
        yield from peering.prefix_states


def reached(circuit: Circuit, want: Want) -> Progress:
    """Tell how what is awaited stands.

    A settled ValidationNeeded, like a circuit whose provider has not begun, is ``STUCK``, not lost: a registry that is mended and a list
    that is submitted again change it, so whoever waits may go on (inferred from ST-4, ST-11).
    """
    if _there(circuit, want):
        return Progress.REACHED
    return Progress.STUCK if settled(circuit) else Progress.MOVING


def _there(circuit: Circuit, want: Want) -> bool:
    """Tell whether what is awaited is there."""
    if want is Want.SETTLED:
        return settled(circuit)
    if want is Want.PROVISIONED:
        provided = circuit.direct or circuit.provider_state.lower() == "provisioned"  # ST-5, ST-7
        return circuit.known and provided and circuit.status.lower() == "enabled" and circuit.provisioning_state.lower() == "succeeded"
    peering = circuit.microsoft
    if peering is None or not peering.provisioning_state or circuit.unsettled(peering):  # ST-3
        return False
    states = [word.lower() for word in peering.prefix_states]
    return bool(states) and set(states) == {"configured"}


def hindrance(circuit: Circuit, want: Want) -> str:
    """Say in one line what a ``STUCK`` circuit waits for."""
    failed = next((word for word in _states(circuit) if word.lower() in BROKEN), "")
    if failed:
        return f"Azure's last change ended as {failed}: it has to be repeated or undone"
    if want is Want.PROVISIONED:
        return f"the provider's state is {circuit.provider_state or 'not said'}: give the provider the service key"  # ST-4
    if circuit.microsoft is None:
        return "the circuit has no Microsoft peering yet"
    words = sorted({word for word in circuit.microsoft.prefix_states if word.lower() != "configured"} - {""})
    if not words:
        return "the Microsoft peering says nothing of prefixes"
    return f"prefixes stand at {', '.join(words)}: this changes when a registry or the list is mended and the list is submitted again"
