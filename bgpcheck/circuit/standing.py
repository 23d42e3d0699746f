"""What Azure itself says of one claim: row 1 of the procedure (verdicts.md). Pure.

Rule: only a settled state, and only for this very claim: the same prefix, AS numbers and registry (ST-10, ST-12); a block's state
speaks for an identical list alone. Everything else is no statement of Azure's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.errors import FormatError
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, PrefixInfo, Session
    from bgpcheck.model import Family

NONE, UPDATING, OTHER_STATE, MANUAL = "none", "updating", "other-state", "manual-validation-needed"
# ST-9, ST-10: Azure's words in lower case → values of the fact ``azure`` (situation.DOMAIN).
VALUES = {
    "configured": "configured",
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
UNNAMED = frozenset({"", "NONE"})  # REG-2: unset reads back as NONE
# Of several blocks' states the first present is the whole's; one that is not known hides ``Configured``.
WORST = (MANUAL, *(value for value in VALUES.values() if value not in {MANUAL, "configured"}), OTHER_STATE, "configured")


# Azure's states as rows 2 to 27 predict them, for a block or the whole, and for a prefix (verdicts.md, Per block and overall).
BLOCK_STATE: dict[str, str | None] = {
    "configured": "Configured",
    "validation-needed": "ValidationNeeded",
    "manual-validation": "ValidationNeeded",
    "undetermined": None,
}
PREFIX_STATE = BLOCK_STATE | {"manual-validation": "ManualValidationNeeded"}


class Terms(NamedTuple):
    """What one family's block of a claim says: its AS numbers, its registry as accepted and as written, and its list."""

    family: Family
    peer_asn: int
    customer_asn: int
    registry: str | None
    registry_text: str
    prefixes: Collection[Prefix]


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
    """Give what Azure says of each prefix of its list under these terms; of others it says nothing."""
    found = _session(circuit, terms)
    if found is None:
        return {}
    moving, config = found
    whole = _standing(config.state, moving=moving) if _is_the_list(config, terms) else Standing()
    each = dict.fromkeys(_prefixes(config.prefixes), whole)
    for info in config.infos:
        for prefix in _prefixes([info.prefix]):
            if prefix in each and info.state and _speaks_of(info, terms):
                each[prefix] = _standing(info.state, moving=moving)._replace(own=True)
    return each


def of_block(circuit: Circuit | None, terms: Terms) -> Standing:
    """Give what Azure says of one family's whole list under these terms."""
    found = _session(circuit, terms)
    if found is None or not _is_the_list(found[1], terms):
        return Standing()
    return _standing(found[1].state, moving=found[0])


def overall(standings: Sequence[Standing]) -> str | None:
    """Give Azure's state of several blocks: the worst one; None where none is known, or one is not and the others are fine."""
    known = sorted((one for one in standings if one.actual), key=lambda one: WORST.index(one.value))
    if not known or (known[0].value == "configured" and len(known) < len(standings)):
        return None
    return known[0].actual


def _standing(word: str, *, moving: bool) -> Standing:
    """Judge a state; while Azure works, or where its last change failed, there is none (ST-3, ST-12)."""
    if not word:
        return Standing()
    value = UPDATING if moving else value_of(word)
    return Standing(value, None if value == UPDATING else word)


def _session(circuit: Circuit | None, terms: Terms) -> tuple[bool, PrefixConfig] | None:
    """Find what Azure has of the very terms: whether it is still moving, and the list; None where it has something else."""
    peering = circuit.microsoft if circuit else None
    if circuit is None or peering is None or not peering.provisioning_state:
        return None
    session = session_of(peering, terms.family)
    config = session.config if session else None
    if config is None or peering.peer_asn != terms.peer_asn or config.customer_asn != terms.customer_asn:
        return None
    return (circuit.unsettled(peering), config) if _same_registry(config.registry, terms) else None


def session_of(peering: CircuitPeering, family: Family) -> Session | None:
    """Give one address family's part of a peering."""
    return next((one for one in peering.sessions if one.family == family), None)


def _same_registry(written: str, terms: Terms) -> bool:
    """Tell whether Azure's registry is the one of the terms."""
    name = written.strip().upper()
    if terms.registry is None:
        return name in UNNAMED
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


def _speaks_of(info: PrefixInfo, terms: Terms) -> bool:
    """Tell whether a prefix's entry is about these terms: its validation id names the AS number that was tried (SIG-1)."""
    _, marked, asn = info.validation_id.rpartition("|ASN-")
    return not marked or asn in {str(terms.peer_asn), str(terms.customer_asn)}
