"""The result of a check: claims with their verdicts, blocks, findings, gaps (interface.md, Result JSON). Pure.

Rule: every state is computed from the prefixes and findings below it; nothing is stored beside what implies it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bgpcheck.amend import amendments
from bgpcheck.circuit.standing import BLOCK_STATE, overall
from bgpcheck.model import FAMILIES
from bgpcheck.policy import Outcome
from bgpcheck.rules.base import Severity
from bgpcheck.shape import finding_json, gap_json, prefix_json, utc
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bgpcheck.amend import Amendment
    from bgpcheck.assess import Assessment
    from bgpcheck.peering import Block, Peering
    from bgpcheck.policy import Policy
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap
    from bgpcheck.waited import Until

SCHEMA = "bgpcheck/result/v1"
# The first of these that is present is the verdict of several (verdicts.md, Per block and overall).
FIRST = (Outcome.MANUAL_VALIDATION, Outcome.VALIDATION_NEEDED, Outcome.UNDETERMINED, Outcome.CONFIGURED)
# Open facts → the sources whose answers could settle them.
SETTLING = {
    "registration": ("delegated/", "rdap/ip"),
    "asn": ("delegated/", "rdap/autnum", "vrps"),
    "holder": ("delegated/", "rdap/"),
    "rpki": ("vrps", "slurm"),
    "signature": ("rdap/ip",),
    "irr": (),  # its own silent sources, and what tells the prefix's RIR and allocation
}


def first_present(outcomes: Iterable[Outcome]) -> Outcome:
    """Give the verdict of several; undetermined of none."""
    present = set(outcomes)
    return next((outcome for outcome in FIRST if outcome in present), Outcome.UNDETERMINED)


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Everything that a check found out. ``decided_at`` is the verdict's ``now``, aware UTC; ``until``: how waiting for it ended."""

    peering: Peering
    policy: Policy
    decided_at: datetime
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    until: Until | None = None

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """Findings that stop the peering whatever the registries say."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.BLOCKER)

    @property
    def verdict(self) -> Outcome | None:
        """The overall verdict; a blocker makes it validation-needed. None where nothing is validated (private peering, ST-13)."""
        if self.peering.nothing_validated:
            return None
        return Outcome.VALIDATION_NEEDED if self.blockers else first_present(one.verdict.outcome for one in self.assessments)

    @property
    def unconfirmed(self) -> bool:
        """Tell whether somebody waited for ``configured``, and it was seen by answers that were not all asked for at once."""
        return self.verdict is Outcome.CONFIGURED and self.until is not None and self.until.ready_at is None

    @property
    def reason(self) -> str | None:
        """``blocker`` where a blocker decides, else None: the prefixes say why."""
        return "blocker" if self.blockers else None

    @property
    def predicted_state(self) -> str | None:
        """Azure's state as rows 2 to 27 predict it for the whole."""
        if self.peering.nothing_validated:
            return None
        return BLOCK_STATE[first_present(one.prediction.outcome for one in self.assessments)]

    @property
    def actual_state(self) -> str | None:
        """Azure's own settled state of the whole, where it is known for these very claims."""
        return overall([self.peering.standing(block) for block, _ in self.blocks()])

    @cached_property
    def deciding_gaps(self) -> frozenset[Gap]:
        """Gaps whose filling could change an undetermined verdict."""
        deciding = frozenset[str]().union(*(deciding_sources(one, self.gaps) for one in self.assessments))
        return frozenset(gap for gap in self.gaps if gap.source in deciding)

    def blocks(self) -> Iterator[tuple[Block, tuple[Assessment, ...]]]:
        """Give the address families that have prefixes, IPv4 first, with their assessments."""
        for family in FAMILIES:
            inside = tuple(one for one in self.assessments if one.claim.block == family)
            if inside:
                yield self.peering.block(family), inside

    def to_json(self) -> dict[str, Any]:
        """Give the result as the contract's JSON object."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "bgpcheck", "version": __version__},
            "decidedAt": utc(self.decided_at),
            "policy": {"name": self.policy.name, "sha256": self.policy.sha256, "requiredSources": list(self.policy.required)},
            "claim": {"name": self.peering.name, "peerAsn": self.peering.peer_asn, "cloud": self.peering.cloud},
            "verdict": self.verdict,
            "reason": self.reason,
            "predictedAzureState": self.predicted_state,
            "actualAzureState": self.actual_state,
            "blocks": [self._block_json(block, inside) for block, inside in self.blocks()],
            "prefixes": [prefix_json(one) for one in self.assessments],
            "findings": [finding_json(one) for one in self.findings],
            "amendments": [_amendment_json(one) for one in amendments(self)],
            "gaps": [gap_json(one, deciding=one in self.deciding_gaps) for one in self.gaps],
            **({"until": self.until.to_json()} if self.until else {}),
        }

    def _block_json(self, block: Block, inside: tuple[Assessment, ...]) -> dict[str, Any]:
        """Give one address family's outcome."""
        return {
            "family": block.family,
            "customerAsn": block.customer_asn,
            "routingRegistryName": block.registry,
            "verdict": first_present(one.verdict.outcome for one in inside),
            "predictedAzureState": BLOCK_STATE[first_present(one.prediction.outcome for one in inside)],
            "actualAzureState": self.peering.standing(block).actual,
        }


def _amendment_json(one: Amendment) -> dict[str, Any]:
    """Give what is to be written in Azure, and how."""
    wanted = one.wanted
    return {
        "family": wanted.family,
        "kinds": list(one.kinds),
        "customerAsn": wanted.customer_asn,
        "routingRegistryName": wanted.registry,
        "advertisedPublicPrefixes": list(wanted.prefixes),
        "commands": [{"tool": each.tool, "text": each.text} for each in one.commands],
    }


def deciding_sources(assessment: Assessment, gaps: Iterable[Gap]) -> frozenset[str]:
    """Name the silent sources that could settle what an undetermined verdict hangs on."""
    facts = assessment.deciding
    starts = tuple(start for fact in facts for start in SETTLING[fact])
    silent = {f"irr/{source}" for source in assessment.irr.silent} if facts & {"irr", "asn"} else set()
    if "irr" in facts and not (assessment.registration.registry and assessment.registration.direct):
        starts += SETTLING["registration"]  # the prefix's RIR or allocation is not known
    if "irr" in facts and assessment.knowledge.published is None:
        starts += SETTLING["rpki"]  # whether a server hides an object is not known
    return frozenset(gap.source for gap in gaps if gap.source in silent or gap.source.startswith(starts or ("-",)))
