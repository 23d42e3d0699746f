"""Rules about a circuit's states and peerings: ST-1 to ST-15, ASN-1, LNK-2 and LNK-4 across them. Pure.

Rule: nothing is concluded from what a private peering says of prefixes (ST-13), nor from any state while Azure works (ST-3).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bgpcheck.circuit.model import PROVIDER_STATES
from bgpcheck.circuit.standing import MANUAL, UPDATING, value_of
from bgpcheck.circuit.workflow import state_of
from bgpcheck.iana.asns import MICROSOFT_ASN
from bgpcheck.model import asplain
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, Session
    from bgpcheck.circuit.seen import Seen

MOST_NAMED = 4  # prefixes that a finding names
NOT_YET = frozenset(PROVIDER_STATES) - {"Provisioned"}
# ST-11: what Azure's state of a list, or of one prefix, means.
MEANING = {
    "configured": "validated",
    "not-configured": "nothing is validated, and the BGP session is not enabled",
    "validation-needed": "the prefixes did not match the AS number in any routing registry, and the BGP session is not enabled",
    "validation-failed": "the validation failed, and the BGP session is not enabled",
    "asn-validation-failed": "the AS number could not be validated as yours",
    "certificate-missing-in-routing-registry": "no certificate was found in the registry record",
    "invalid-signature-encoding": "the submitted signature is not one line of Base64",
    "signature-verification-failed": "the submitted signature does not fit the published certificate",
    MANUAL: "Microsoft support has to validate by hand: open a ticket with proof that you own the addresses and the AS number",
    UPDATING: "Azure is still at work",
    "other-state": "a state that the documentation does not name; it is not Configured",
}


def check(seen: Seen) -> Iterator[Finding]:
    """Judge one circuit's states."""
    circuit = seen.circuit
    yield from _unknown(circuit)
    yield from _circuit(circuit)
    yield from _peerings(circuit)
    for peering in circuit.peerings:
        yield from _peering(peering, circuit)
    yield from _elsewhere(seen)


def _elsewhere(seen: Seen) -> Iterator[Finding]:
    """PFX-6: prefixes that other circuits advertise too."""
    own = dict.fromkeys(_listed(seen.circuit))
    for other in seen.others:
        shared = [text for text in dict.fromkeys(_listed(other)) if text in own]
        if shared and other.id != seen.circuit.id:
            names = f"{', '.join(shared[:MOST_NAMED])}{' …' if len(shared) > MOST_NAMED else ''}"
            where = other.name or "another circuit"
            message = f"{names} {'is' if len(shared) == 1 else 'are'} advertised on {where} too, which is allowed"
            yield Finding("PFX-6", Severity.NOTE, where, message, "prepend on the circuit that is to be second")


def _listed(circuit: Circuit) -> Iterator[str]:
    """Give the prefixes of a circuit's Microsoft peering."""
    for session in circuit.microsoft.sessions if circuit.microsoft else ():
        yield from session.config.prefixes if session.config else ()


def _unknown(circuit: Circuit) -> Iterator[Finding]:
    """ST-1: open enums; an unknown word is said, and nothing concluded from it."""
    for name, word in circuit.unknown_words():
        message = f"{name} is {word!r}, which the documentation does not name: nothing is concluded from it"
        yield Finding("ST-1", Severity.WARNING, name, message, "see whether a newer bgpcheck knows it, or ask Microsoft")


def _circuit(circuit: Circuit) -> Iterator[Finding]:
    """ST-2, ST-3, ST-5: the circuit's own states."""
    state = state_of(circuit)
    if circuit.failed:
        message = f"the circuit's last change ended {circuit.provisioning_state}: its states are not judged"
        yield Finding("ST-3", Severity.WARNING, "provisioningState", message, "refresh the circuit in the portal, or repeat the change")
    if state.provisioning == "Succeeded" and state.status == "Disabled":
        message = "the status is Disabled although Azure's last change succeeded; only an Enabled circuit can be used"
        yield Finding("ST-2", Severity.WARNING, "circuitProvisioningState", message, "contact Microsoft support")
    if circuit.peerings and state.provider in NOT_YET:
        message = (
            f"there are peerings, but the provider state is {circuit.provider_state}: they cannot work before it is Provisioned. "
            "That Azure accepts them earlier has been observed"
        )
        yield Finding(
            "ST-5", Severity.WARNING, "serviceProviderProvisioningState", message, "have the provider provision the circuit first"
        )


def _peerings(circuit: Circuit) -> Iterator[Finding]:
    """ST-14 and LNK-2: the peerings beside one another."""
    for kind, count in Counter(one.type for one in circuit.peerings).items():
        if count > 1:
            yield Finding(
                "ST-14", Severity.WARNING, kind, f"{count} peerings of type {kind}: a circuit has one of each", "look at the data"
            )
    moving = [one.type for one in circuit.peerings if one.unsettled]
    if len(moving) > 1:
        message = f"{' and '.join(moving)} are not settled at the same time"
        yield Finding("ST-14", Severity.WARNING, "peerings", message, "finish the peerings one at a time")
    vlans = Counter(one.vlan_id for one in circuit.peerings if one.vlan_id)
    for vlan, count in vlans.items():
        if count > 1:
            message = f"VLAN id {vlan} is used by {count} peerings of the circuit"
            yield Finding("LNK-2", Severity.BLOCKER, "vlanId", message, "give each peering a VLAN id of its own")


def _peering(peering: CircuitPeering, circuit: Circuit) -> Iterator[Finding]:
    """Judge one peering's states."""
    if peering.failed:
        message = f"the last change of {peering.type} ended {peering.provisioning_state}: its states are not judged"
        yield Finding("ST-3", Severity.WARNING, peering.type, message, "repeat the change")
    elif peering.unsettled:
        message = f"{peering.type} is {peering.provisioning_state}: its states are not judged before it is Succeeded"
        yield Finding("ST-12", Severity.NOTE, peering.type, message, "ask again in a minute; 20 to 45 seconds were observed")
    for session in peering.sessions:
        if session.state.lower() == "disabled":
            message = f"{peering.type} {session.family} is Disabled: both of its BGP sessions are down"
            yield Finding("ST-8", Severity.WARNING, f"{peering.type} {session.family}", message, "enable it when it should carry traffic")
    if not peering.is_microsoft:
        return
    if peering.azure_asn and peering.azure_asn != MICROSOFT_ASN:
        message = f"Azure's side is {asplain(peering.azure_asn)}, where AS12076 is documented"
        yield Finding("ASN-1", Severity.WARNING, "azureASN", message, "configure on your router what Azure says, and ask Microsoft")
    moving = circuit.unsettled(peering)
    for session in peering.sessions:
        yield from _links(session)
        yield from _prefixes(session, moving=moving or not peering.provisioning_state)


def _links(session: Session) -> Iterator[Finding]:
    """LNK-4: both sessions are needed."""
    if bool(session.primary) != bool(session.secondary):
        there = "primary" if session.primary else "secondary"
        message = f"{session.family}: only the {there} link has a subnet, and both sessions are needed for the service level agreement"
        yield Finding("LNK-4", Severity.WARNING, session.family, message, "configure both links")


def _prefixes(session: Session, *, moving: bool) -> Iterator[Finding]:
    """ST-9 to ST-11: what Azure says of a list and of its prefixes, once it is settled."""
    config = session.config
    if config is None or moving or not (config.prefixes or config.infos):
        return
    if config.state:
        value = value_of(config.state)
        follows = ": the BGP session can come up" if value == "configured" else ""
        message = f"Azure's state of the {session.family} list is {config.state}: {MEANING[value]}{follows}"
        yield Finding("ST-11", _severity(value), f"{session.family} list", message, _remedy(value))
    for info in config.infos:
        if info.state and info.state.lower() != config.state.lower():
            value = value_of(info.state)
            message = f"Azure's state of {info.prefix} is {info.state}: {MEANING[value]}"
            yield Finding("ST-10", _severity(value), info.prefix, message, _remedy(value))
    yield from _not_listed(config)


def _severity(value: str) -> Severity:
    """Weigh a state."""
    return Severity.NOTE if value in {"configured", UPDATING} else Severity.WARNING


def _remedy(value: str) -> str:
    """Say what to do about a state."""
    if value in {"configured", UPDATING}:
        return "nothing to do" if value == "configured" else "ask again in a minute"
    return "open a ticket with the evidence bundle" if value == MANUAL else "bgpcheck check --circuit says what the registries lack"


def _not_listed(config: PrefixConfig) -> Iterator[Finding]:
    """PFX-8: a prefix that is validated under another spelling than it is listed under."""
    listed = set(config.prefixes)
    for info in config.infos:
        if info.prefix and info.prefix not in listed:
            message = f"{info.prefix} has a validation state, but is not listed under that spelling"
            yield Finding("PFX-8", Severity.NOTE, info.prefix, message, "write prefixes in canonical form in both places")
