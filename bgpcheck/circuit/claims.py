"""From a circuit's Microsoft peering to a peering that can be judged. Pure.

Rule: a value that cannot be read is named and never left out in silence: who judges must not judge the rest alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bgpcheck.circuit.model import PrefixConfig
from bgpcheck.circuit.standing import value_of
from bgpcheck.errors import FormatError
from bgpcheck.formats.preflight import listed, registry_name
from bgpcheck.model import Signed
from bgpcheck.peering import Block, Peering

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.circuit.model import Circuit, Session
    from bgpcheck.claim import Cloud
    from bgpcheck.peering import Listed
    from bgpcheck.settings import Settings

T = TypeVar("T")
Faults = list[FormatError]


def peering_of(circuit: Circuit, settings: Settings, *, cloud: Cloud = "public", layer: int | None = None) -> tuple[Peering, Faults]:
    """Give the circuit's Microsoft peering as a claim, and what of it cannot be read; an empty one where the circuit has none."""
    faults: Faults = []
    peering = circuit.microsoft
    if sum(one.is_microsoft for one in circuit.peerings) > 1:
        faults.append(FormatError("there are two Microsoft peerings, and a circuit has one (ST-14): which is meant?", field="peerings"))
    if peering and peering.peer_asn is None:
        faults.append(FormatError("the AS number is masked or missing: nothing can be judged without it", field="peerASN"))
    made = Peering(
        peer_asn=(peering.peer_asn if peering else None) or 0,
        blocks=tuple(_block(one, settings, faults) for one in peering.sessions) if peering else (),
        name=circuit.name or None,
        cloud=cloud,
        layer=layer or circuit.layer or 2,
        vlan_id=peering.vlan_id if peering else None,
        service_key=circuit.service_key,
        secret_faults=peering.key_faults if peering else (),
        circuit=circuit,
    )
    return made, faults


def _block(session: Session, settings: Settings, faults: Faults) -> Block:
    """Read one address family's part."""
    where = "ipv6PeeringConfig." if session.family == "ipv6" else ""
    config = session.config
    if config and config.customer_asn is None:
        faults.append(FormatError("the AS number is masked: nothing can be judged without it", field=f"{where}customerASN"))
    return Block(
        family=session.family,
        customer_asn=(config.customer_asn if config else 0) or 0,
        registry=_registry(config, settings, where, faults) if config else None,
        registry_text=config.registry if config else "",
        prefixes=_all(config or PrefixConfig(), f"{where}advertisedPublicPrefixes", faults),
        primary=_one(session.primary, f"{where}primaryPeerAddressPrefix", faults),
        secondary=_one(session.secondary, f"{where}secondaryPeerAddressPrefix", faults),
    )


def _registry(config: PrefixConfig, settings: Settings, where: str, faults: Faults) -> str | None:
    """Find the accepted name (REG-2)."""
    return _read(lambda text: registry_name(text, settings), config.registry, f"{where}routingRegistryName", faults)


def _one(text: str, field: str, faults: Faults) -> Listed | None:
    """Read a link subnet."""
    return _read(listed, text, field, faults)


def _all(config: PrefixConfig, field: str, faults: Faults) -> tuple[Listed, ...]:
    """Read a list of prefixes, each with the signature that was submitted for it (SIG-3).

    What Azure itself has found wanting is no signature to count on, and of several entries for one prefix none is.
    """
    several = Counter(one.prefix for one in config.infos)
    counting = (one for one in config.infos if one.signature and several[one.prefix] == 1 and _may_count(one.state))
    signed = {one.prefix: Signed(one.validation_id, one.signature) for one in counting}
    found = [_read(listed, text, f"{field}[{index}]", faults) for index, text in enumerate(config.prefixes)]
    return tuple(replace(one, signed=signed.get(one.text)) for one in found if one)


def _may_count(state: str) -> bool:
    """Tell whether Azure's state of an entry leaves open that its signature is good (ST-10)."""
    return not state or value_of(state) in {"configured", "updating", "not-configured", "validation-needed"}


def _read(read: Callable[[str], T], text: str, field: str, faults: Faults) -> T | None:
    """Read one value, or note why it cannot be."""
    if not text:
        return None
    try:
        return read(text)
    except FormatError as error:
        faults.append(error.at(field=field))
        return None
