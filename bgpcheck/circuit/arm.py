"""Circuits and peerings as JSON of Azure's REST API, ``az``, the SDKs and PowerShell's ConvertTo-Json. Pure.

Rule: the shapes differ in spelling and in whether ``properties`` is flattened, and in nothing else; unknown fields are ignored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, PrefixInfo, Session
from bgpcheck.errors import FormatError
from bgpcheck.rules.links import key_faults

if TYPE_CHECKING:
    from bgpcheck.circuit.loose import Part
    from bgpcheck.model import Family

CIRCUIT_MARKS = (
    *("circuitProvisioningState", "serviceProviderProvisioningState", "serviceProviderProperties", "serviceKey"),
    *("expressRoutePort", "bandwidthInGbps", "allowClassicOperations"),
)
CROSS_MARK = "expressRouteCircuit"  # a cross-connection names its circuit
PEERING_MARKS = ("peeringType", "peerASN", "microsoftPeeringConfig", "primaryPeerAddressPrefix")
MASKED_KEY, MASKED_GUID = "*#", "*#xX-"  # what people write over them
_ROLE = re.compile(
    r"(?i)customer|(?:connectivity|service)?[ _-]?provider|gateway(?:[ _-]?manager)?|microsoft|azure"
)  # who changes peerings
LEFT_OUT = "(left out)"
MOST_PEERINGS, MOST_PREFIXES = 50, 10_000
# How the resource types end that say what an object is, in lower case.
CIRCUIT, CROSS, PEERING = "/expressroutecircuits", "/expressroutecrossconnections", "/peerings"


def is_circuit(part: Part) -> bool:
    """Tell whether an object describes a circuit or cross-connection."""
    kind = part.text("type").lower()
    if kind.endswith((CIRCUIT, CROSS)):
        return True
    return not kind and not is_peering(part) and (any(mark in part for mark in CIRCUIT_MARKS) or "peerings" in part.fields)


def is_peering(part: Part) -> bool:
    """Tell whether an object describes a peering."""
    kind = part.text("type").lower()
    return kind.endswith(PEERING) or (not kind and any(mark in part for mark in PEERING_MARKS))


def circuit(part: Part) -> Circuit:
    """Read a circuit; ``FormatError`` names the field that is wrong."""
    provider, sku = part.part("serviceProviderProperties"), part.part("sku")
    cross = part.text("type").lower().endswith(CROSS) or CROSS_MARK in part
    port = part.part("expressRoutePort")
    listed = "peerings" in part.fields
    peerings = part.parts("peerings") if listed else ()
    if len(peerings) > MOST_PEERINGS:
        raise FormatError(f"more than {MOST_PEERINGS} peerings", field=part.name("peerings"))
    of = part.part(CROSS_MARK)
    return Circuit(
        name=part.called(),
        id=(of.text("id") if of else "") or part.text("id"),
        kind="cross-connection" if cross else "circuit",
        listed=listed,
        provider_state=part.text("serviceProviderProvisioningState"),
        status=part.text("circuitProvisioningState"),
        provisioning_state=part.text("provisioningState"),
        service_key=part.text("serviceKey") if part.text("serviceKey").strip(MASKED_GUID) else "",
        provider=provider.text("serviceProviderName") if provider else "",
        location=(provider.text("peeringLocation") if provider else "") or part.text("peeringLocation"),
        bandwidth=_bandwidth(part, provider),
        tier=sku.text("tier") if sku else "",
        billing=sku.text("family") if sku else "",
        port=port.text("id") if port else "",
        links_in_use=_in_use(part),
        peerings=tuple(peering(one) for one in peerings),
    )


def _bandwidth(part: Part, provider: Part | None) -> int | None:
    """Give Mbit/s; a Direct circuit's are written in Gbit/s, with a fraction at times."""
    if provider and "bandwidthInMbps" in provider:
        return provider.count("bandwidthInMbps")
    if "bandwidthInMbps" in part:
        return part.count("bandwidthInMbps")
    return part.thousands("bandwidthInGbps")


def _in_use(part: Part) -> int | None:
    """Count the authorizations with which others have linked virtual networks (ST-15)."""
    if "authorizations" not in part.fields:
        return None
    return sum(one.text("authorizationUseStatus").lower() not in {"", "available"} for one in part.parts("authorizations"))


def peering(part: Part) -> CircuitPeering:
    """Read a peering; ``FormatError`` names the field that is wrong."""
    key = part.text("sharedKey")
    return CircuitPeering(
        type=part.text("peeringType") or part.text("name"),
        name=part.text("name"),
        provisioning_state=part.text("provisioningState"),
        state=part.text("state"),
        azure_asn=part.asn("azureASN"),
        peer_asn=part.asn("peerASN"),
        vlan_id=part.count("vlanId"),
        modified_by=_role(part.text("lastModifiedBy")),
        sessions=tuple(_sessions(part)),
        key_faults=key_faults(key) if key and key.strip(MASKED_KEY) else (),
    )


def _role(text: str) -> str:
    """Give the role that changed a peering; whoever is named otherwise is a person, and nobody's evidence."""
    return text if not text or _ROLE.fullmatch(text) else LEFT_OUT


def _sessions(part: Part) -> list[Session]:
    """Read IPv4's part, which stands in the peering itself, and IPv6's."""
    found = []
    four = _session("ipv4", part)
    if four.primary or four.secondary or (four.config and four.config.prefixes) or "ipv6PeeringConfig" not in part:
        found.append(four)
    six = part.part("ipv6PeeringConfig")
    if six:
        found.append(_session("ipv6", six))
    return found


def _session(family: Family, part: Part) -> Session:
    """Read one address family's part."""
    config, attached = part.part("microsoftPeeringConfig"), part.part("routeFilter")
    silent = part.powershell and "routeFilter" not in part.fields  # it leaves out what is null, and older modules have no such field
    return Session(
        family=family,
        primary=part.text("primaryPeerAddressPrefix"),
        secondary=part.text("secondaryPeerAddressPrefix"),
        state=part.text("state"),
        config=_config(config) if config else None,
        filtered=None if silent else attached is not None,
        filter_id=attached.text("id") if attached else "",
    )


def _config(part: Part) -> PrefixConfig:
    """Read what is advertised."""
    prefixes, infos = part.texts("advertisedPublicPrefixes"), part.parts("advertisedPublicPrefixInfo")
    if max(len(prefixes), len(infos)) > MOST_PREFIXES:
        raise FormatError(f"more than {MOST_PREFIXES} prefixes", field=part.name("advertisedPublicPrefixes"))
    return PrefixConfig(
        prefixes=prefixes,
        state=part.text("advertisedPublicPrefixesState"),
        customer_asn=part.asn("customerASN") if part.fields.values.get("customerASN") not in (None, "") else 0,
        registry=part.text("routingRegistryName"),
        infos=tuple(
            PrefixInfo(one.text("prefix"), one.text("validationId"), one.text("signature"), one.text("validationState")) for one in infos
        ),
    )


def alone(part: Part) -> Circuit:
    """Read a peering that comes without its circuit: a circuit of unknown states, named as the peering's id says."""
    name, identity = _circuit_of(part.text("id"))
    return Circuit(name=name, id=identity, known=False, listed=False, peerings=(peering(part),))


def _circuit_of(identity: str) -> tuple[str, str]:
    """Give a circuit's name and id from the id of one of its peerings."""
    words = identity.split("/")
    lower = [word.lower() for word in words]
    for kind in (CIRCUIT, CROSS):
        if kind[1:] in lower[:-1]:
            place = lower.index(kind[1:]) + 2
            return words[place - 1], "/".join(words[:place])
    return "", ""
