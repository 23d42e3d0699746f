"""A circuit as Azure describes it, whatever shape the description came in. Pure.

Rule: kept as found, states in Azure's own spelling; what is not in the data is None or empty, never a guess. Keys of sessions are
judged when they are read and not kept (LNK-3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.model import Family  # noqa: TC001 (a stored circuit is read back by its annotations)

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the API documents (ST-1, ST-2, ST-3, ST-8, ST-9, ST-10); another word is kept, named, and nothing is concluded from it.
PROVIDER_STATES = ("NotProvisioned", "Provisioning", "Provisioned", "Deprovisioning", "DeProvisioned")
STATUSES = ("Enabled", "Disabled")
PROVISIONING_STATES = ("Succeeded", "Failed", "Canceled", "Creating", "Updating", "Deleting")
PEERING_STATES = ("Enabled", "Disabled")
PREFIX_STATES = ("NotConfigured", "Configuring", "Configured", "ValidationNeeded")
VALIDATION_STATES = (
    *PREFIX_STATES,
    "ValidationFailed",
    "ManualValidationNeeded",
    "AsnValidationFailed",
    "CertificateMissingInRoutingRegistry",
    "InvalidSignatureEncoding",
    "SignatureVerificationFailed",
)
MICROSOFT, PRIVATE, PUBLIC = "MicrosoftPeering", "AzurePrivatePeering", "AzurePublicPeering"
SUCCEEDED, BROKEN = "succeeded", frozenset({"failed", "canceled"})  # ST-3, in lower case
PEERING_TYPES = (PRIVATE, MICROSOFT, PUBLIC)


@dataclass(frozen=True, slots=True)
class PrefixInfo:
    """What Azure says of one prefix (ST-10, API 2024-07-01 or later). Texts as found; empty where not given."""

    prefix: str
    validation_id: str = ""
    signature: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class PrefixConfig:
    """``microsoftPeeringConfig`` of one address family. ``registry``: as written, ``NONE`` where unset; ``state``: ST-9.

    ``customer_asn``: 0 where it is not set, None where it is masked.
    """

    prefixes: tuple[str, ...] = ()
    state: str = ""
    customer_asn: int | None = 0
    registry: str = ""
    infos: tuple[PrefixInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One address family of a peering: its links (as written, or empty), its state (ST-8), and what is advertised over it.

    ``config`` is None where the data have none, as on private peerings. ``filtered``: whether a route filter is attached (RF-1);
    None where the shape of the data would not say.
    """

    family: Family
    primary: str = ""
    secondary: str = ""
    state: str = ""
    config: PrefixConfig | None = None
    filtered: bool | None = None
    filter_id: str = ""


@dataclass(frozen=True, slots=True)
class CircuitPeering:
    """One peering. AS numbers are None where the data have none, or have them masked. ``modified_by``: ``Customer`` or somebody else.

    ``key_faults``: what is wrong with the MD5 key, where the data have one (LNK-3); never the key.
    """

    type: str
    name: str = ""
    provisioning_state: str = ""
    state: str = ""
    azure_asn: int | None = None
    peer_asn: int | None = None
    vlan_id: int | None = None
    modified_by: str = ""
    sessions: tuple[Session, ...] = ()
    key_faults: tuple[str, ...] = ()

    @property
    def is_microsoft(self) -> bool:
        """Tell whether prefixes are validated here; other peerings' prefix states mean nothing (ST-13)."""
        return self.type.lower() == MICROSOFT.lower()

    @property
    def is_private(self) -> bool:
        """Tell whether the peering reaches virtual networks (ST-15)."""
        return self.type.lower() == PRIVATE.lower()

    @property
    def unsettled(self) -> bool:
        """ST-3: tell whether Azure says something other than that its last change succeeded; unsaid is not unsettled."""
        return bool(self.provisioning_state) and self.provisioning_state.lower() != SUCCEEDED

    @property
    def settled(self) -> bool:
        """ST-3: tell whether Azure says that its last change succeeded; unsaid is neither settled nor unsettled."""
        return self.provisioning_state.lower() == SUCCEEDED

    @property
    def failed(self) -> bool:
        """ST-3: tell whether Azure's last change ended without success."""
        return self.provisioning_state.lower() in BROKEN

    @property
    def prefix_states(self) -> tuple[str, ...]:
        """What Azure says of each list and of each prefix (ST-9, ST-10), in its spelling; nothing on other peerings (ST-13).

        A list without prefixes and without a state waits for nothing; a state that is not said of a list with prefixes is empty.
        """
        configs = [one.config for one in self.sessions if one.config and self.is_microsoft]
        lists = [one.state for one in configs if one.state or one.prefixes or one.infos]
        return (*lists, *(info.state for one in configs for info in one.infos if info.state))


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit. Texts are empty where the data do not have them.

    ``provider_state``: ST-1; ``status``: ST-2; ``provisioning_state``: ST-3. ``port``: the ExpressRoute Direct port's id, empty for
    a circuit of a provider. ``known``: whether the circuit itself was described, and not only a peering of it; ``listed``: whether
    the description has its peerings. ``kind``: ``circuit``, ``cross-connection`` (what a provider sees), ``plan`` (not made yet).
    ``links_in_use``: authorizations that other subscriptions use (ST-15), or None. ``notes``: what was noticed in reading.
    """

    name: str = ""
    id: str = ""
    kind: str = "circuit"
    known: bool = True
    listed: bool = True
    provider_state: str = ""
    status: str = ""
    provisioning_state: str = ""
    service_key: str = ""
    provider: str = ""
    location: str = ""
    bandwidth: int | None = None  # Mbit/s
    tier: str = ""
    billing: str = ""  # MeteredData or UnlimitedData
    port: str = ""
    links_in_use: int | None = None
    peerings: tuple[CircuitPeering, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def direct(self) -> bool:
        """Tell whether it is an ExpressRoute Direct circuit (ST-7)."""
        return bool(self.port)

    @property
    def layer(self) -> int | None:
        """2 where the customer configures routing, 3 where the provider does, None where the data do not tell (inferred).

        Azure's data have no such field: a Direct circuit has no provider, and on others ``lastModifiedBy`` names who made a peering.
        """
        makers = {one.modified_by.lower() for one in self.peerings}
        if self.direct or "customer" in makers:
            return 2
        return 3 if any("provider" in one for one in makers) else None

    @property
    def failed(self) -> bool:
        """ST-3: tell whether Azure's last change of the circuit ended without success."""
        return self.provisioning_state.lower() in BROKEN

    def unsettled(self, peering: CircuitPeering) -> bool:
        """ST-3: tell whether a peering is not to be judged, since it or the circuit is not ``Succeeded``; unsaid is not unsettled."""
        return peering.unsettled or (bool(self.provisioning_state) and self.provisioning_state.lower() != SUCCEEDED)

    @property
    def microsoft(self) -> CircuitPeering | None:
        """The Microsoft peering, of which a circuit has at most one (ST-14)."""
        return next((one for one in self.peerings if one.is_microsoft), None)

    def unknown_words(self) -> Iterator[tuple[str, str]]:
        """Give every state that is none that the API documents, as (field, word)."""
        yield from _unknown("serviceProviderProvisioningState", self.provider_state, PROVIDER_STATES)
        yield from _unknown("circuitProvisioningState", self.status, STATUSES)
        yield from _unknown("provisioningState", self.provisioning_state, PROVISIONING_STATES)
        for peering in self.peerings:
            where = f"{peering.type or 'peering'}."
            yield from _unknown("peeringType", peering.type, PEERING_TYPES)
            yield from _unknown(f"{where}provisioningState", peering.provisioning_state, PROVISIONING_STATES)
            yield from _unknown(f"{where}state", peering.state, PEERING_STATES)
            for session in peering.sessions:
                config = session.config or PrefixConfig()
                yield from _unknown(f"{where}{session.family}.state", session.state, PEERING_STATES)
                yield from _unknown(f"{where}{session.family}.advertisedPublicPrefixesState", config.state, PREFIX_STATES)
                for info in config.infos:
                    yield from _unknown(f"{where}{session.family}.validationState", info.state, VALIDATION_STATES)


def _unknown(name: str, word: str, known: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give a word that is not documented."""
    if word and word.lower() not in {one.lower() for one in known}:
        yield name, word
