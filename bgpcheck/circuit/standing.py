"""What Azure itself says of one claim: row 1 of the procedure (verdicts.md). Pure.

Rule: only a settled state, and only for this very claim: the same prefix, AS numbers and registry (ST-10, ST-12); a block's state
speaks for an identical list alone. Everything else is no statement of Azure's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.errors import FormatError
from bgpcheck.facts.validation_id import parse_id
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, PrefixInfo, Session
    from bgpcheck.model import Family

NONE, UPDATING, OTHER_STATE, MANUAL, CONFIGURED = "none", "updating", "other-state", "manual-validation-needed", "configured"
# ST-9, ST-10: Azure's words in lower case → values of the fact ``azure`` (situation.DOMAIN).
VALUES = {
    "configured": CONFIGURED,
    "configuring": UPDATING,
    "notconfigured": "not-configured",
    "validationneeded": "validation-needed",
    "validationfailed": "validation-failed",
    "manualvalidationneeded": MANUAL,
    "asnvalidationfailed": "asn-validation-failed",
    "certificatemissinginroutingregistry": "certificate-missing-in-routing-registry",
    "invalidsignatureencoding": "invalid-signature-encoding",
    "signatureverificationfailed": "signature-verification-failed",
}
NO_REGISTRY = frozenset({"", "NONE"})  # REG-2: unset reads back as NONE
# Of several blocks' states the first present is the whole's; one that is not known hides ``Configured``.
WORST = (MANUAL, *(value for value in VALUES.values() if value not in {MANUAL, CONFIGURED}), OTHER_STATE, CONFIGURED)


# Azure's states as rows 2 to 27 predict them, for a block or the whole, and for a prefix (verdicts.md, Per block and overall).
BLOCK_STATE: dict[str, str | None] = {
    "configured": "Configured",
    "validation-needed": "ValidationNeeded",
    "manual-validation": "ValidationNeeded",
    "undetermined": None,
}
PREFIX_STATE = BLOCK_STATE | {"manual-validation": "ManualValidationNeeded"}


class Terms(NamedTuple):
    """What one family's block of a claim says: its AS numbers, its registry as accepted and as written, its list and service key."""

    family: Family
    peer_asn: int
    customer_asn: int
    registry: str | None
    registry_text: str
    prefixes: Collection[Prefix]
    service_key: str = ""


class Standing(NamedTuple):
    """Azure's word on something. ``value``: of the fact ``azure``; ``actual``: the settled state in Azure's spelling, or None.

    ``own``: whether it is the prefix's own state, and not that of its whole list.
    """

    value: str = NONE
    actual: str | None = None
    own: bool = False


def value_of(word: str) -> str:
    """Give the fact's value for a state of Azure's; a word that nobody documented is ``other-state``, and never configured (ST-1)."""
    bare = word.lower()
    return VALUES.get(bare) or (MANUAL if "manual" in bare else OTHER_STATE)  # ST-9: a page names a "manual validation" state


def of_prefixes(circuit: Circuit | None, terms: Terms) -> dict[Prefix, Standing]:
    """Give what Azure says of each prefix of its list under these terms; of others it says nothing.

    A prefix's own state stands above that of the list (ST-10), but is never better than what the list's leaves open: ``Configured`` counts
    only under a list that is so too, or that is ``ValidationNeeded`` for the sake of another of its prefixes. Data that contradict
    themselves say of nothing that it is configured.
    """
    found = _session(circuit, terms)
    if found is None:
        return {}
    config = found.config
    whole = _standing(config.state, moving=found.moving) if _is_the_list(config, terms) or found.moving else Standing()
    entries = _entries(config)
    own = {prefix: _own(entries.get(prefix, ()), prefix, terms, moving=found.moving) for prefix in _prefixes(config.prefixes)}
    anothers = any(one and one.value not in {CONFIGURED, UPDATING, NONE} for one in own.values())
    each = {prefix: whole if one is None else _bounded(one, config.state, anothers=anothers) for prefix, one in own.items()}
    foreign = {prefix for prefix in each if not all(_speaks_of(info, prefix, terms) for info in entries.get(prefix, ()))}
    doubted = each.keys() if found.doubtful else foreign
    return {prefix: Standing() if prefix in doubted and one.value == CONFIGURED else one for prefix, one in each.items()}


def _own(entries: Iterable[PrefixInfo], prefix: Prefix, terms: Terms, *, moving: bool) -> Standing | None:
    """Give what Azure says of one prefix apart: the worst that it says; None where it says nothing of these terms."""
    told = [_standing(info.state, moving=moving)._replace(own=True) for info in entries if info.state and _speaks_of(info, prefix, terms)]
    return min(told, key=lambda one: WORST.index(one.value)) if told else None


def _bounded(own: Standing, state: str, *, anothers: bool) -> Standing:
    """Hold a prefix's own ``Configured`` against its list's ``state``; ``anothers``: whether another prefix explains ValidationNeeded."""
    value = value_of(state)
    if own.value != CONFIGURED or value == CONFIGURED or (value == "validation-needed" and anothers):
        return own
    return _standing(state, moving=False)


def of_block(circuit: Circuit | None, terms: Terms) -> Standing:
    """Give what Azure says of one family's whole list under these terms."""
    found = _session(circuit, terms)
    if found is None or not _is_the_list(found.config, terms):
        return Standing()
    whole = _standing(found.config.state, moving=found.moving)
    return Standing() if found.doubtful and whole.value == CONFIGURED else whole


def overall(standings: Sequence[Standing]) -> str | None:
    """Give Azure's state of several blocks: the worst one; None where none is known, or one is not and the others are fine."""
    known = sorted((one for one in standings if one.actual), key=lambda one: WORST.index(one.value))
    if not known or (known[0].value == CONFIGURED and len(known) < len(standings)):
        return None
    return known[0].actual


def _standing(word: str, *, moving: bool) -> Standing:
    """Judge a state; while Azure works, or where its last change failed, there is none (ST-3, ST-12), whatever stands there."""
    if moving:
        return Standing(UPDATING)
    if not word:
        return Standing()
    value = value_of(word)
    return Standing(value, None if value == UPDATING else word)


class _Found(NamedTuple):
    """What Azure has of the very terms: whether it is still moving, the list, and whether what it says contradicts itself."""

    moving: bool
    config: PrefixConfig
    doubtful: bool


def _session(circuit: Circuit | None, terms: Terms) -> _Found | None:
    """Find what Azure has of the very terms; None where it has something else.

    A plan is what somebody wants and no word of Azure's; of two Microsoft peerings (ST-14) nobody knows which is meant.
    """
    if circuit is None or circuit.kind == "plan" or sum(one.is_microsoft for one in circuit.peerings) != 1:
        return None
    peering = next(one for one in circuit.peerings if one.is_microsoft)
    if not peering.provisioning_state or (circuit.known and not circuit.provisioning_state):
        return None  # ST-3: not said whether it is settled
    session = session_of(peering, terms.family)
    config = session.config if session else None
    if config is None or peering.peer_asn != terms.peer_asn or config.customer_asn != terms.customer_asn:
        return None
    if terms.service_key and circuit.service_key and terms.service_key.lower() != circuit.service_key.lower():
        return None  # TKT-2: the service key tells circuits apart
    moving = circuit.unsettled(peering) or peering.azure_asn == 0  # ST-12: azureASN is 0 until the change is done
    return _Found(moving, config, _contradicts_itself(peering)) if _same_registry(config.registry, terms) else None


def _contradicts_itself(peering: CircuitPeering) -> bool:
    """Tell whether entries of prefixes are of none that is listed, or of several circuits: then nothing is configured for sure."""
    configs = [one.config for one in peering.sessions if one.config]
    strays = any(None in _entries(config) for config in configs)
    keys = {info.validation_id.split("|")[1:2][0].lower() for one in configs for info in one.infos if "|" in info.validation_id}
    return strays or len(keys) > 1


def session_of(peering: CircuitPeering, family: Family) -> Session | None:
    """Give one address family's part of a peering."""
    return next((one for one in peering.sessions if one.family == family), None)


def _same_registry(written: str, terms: Terms) -> bool:
    """Tell whether Azure's registry is the one of the terms."""
    name = written.strip().upper()
    if terms.registry is None:
        return name in NO_REGISTRY
    return name in {terms.registry.upper(), terms.registry_text.strip().upper()}


def _is_the_list(config: PrefixConfig, terms: Terms) -> bool:
    """Tell whether Azure's list and that of the terms hold the same prefixes."""
    there = list(_prefixes(config.prefixes))
    return len(there) == len(config.prefixes) and set(there) == set(terms.prefixes)


def _prefixes(texts: Iterable[str]) -> Iterable[Prefix]:
    """Read prefixes; what cannot be read is left out."""
    for text in texts:
        try:
            yield Prefix.parse_masking(text)[0]
        except FormatError:
            continue


def _entries(config: PrefixConfig) -> dict[Prefix | None, list[PrefixInfo]]:
    """Give the entries that say anything by the listed prefix that they are about; under None those that are about none."""
    listed = {text: prefix for text in config.prefixes for prefix in _prefixes([text])}
    there = frozenset(listed.values())
    found: dict[Prefix | None, list[PrefixInfo]] = {}
    for info in config.infos:
        if info.state or info.validation_id:
            found.setdefault(listed.get(info.prefix) or _spelled(info.prefix, there), []).append(info)
    return found


def _spelled(text: str, listed: Collection[Prefix]) -> Prefix | None:
    """Find a listed prefix that is spelled in another way, without host bits (PFX-8); None where there is none."""
    try:
        found = Prefix.parse(text)
    except FormatError:
        return None
    return found if found in listed else None


def _speaks_of(info: PrefixInfo, prefix: Prefix, terms: Terms) -> bool:
    """Tell whether an entry is about these terms: its validation id names prefix, AS number and circuit (SIG-1), where it has one."""
    if not info.validation_id:
        return True
    try:
        about = parse_id(info.validation_id)
    except FormatError:
        return False
    key, asn = terms.service_key.lower(), terms.customer_asn or terms.peer_asn
    return about.prefix == prefix and about.asn == asn and key in {"", about.service_key.lower()}
