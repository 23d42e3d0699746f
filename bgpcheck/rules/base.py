"""What every rule makes: findings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from bgpcheck.rules.catalogue import Basis


class Severity(StrEnum):
    """How much a finding weighs (interface.md); only a blocker changes the verdict."""

    BLOCKER = "blocker"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a peering. ``rule``: an id of the catalogue; ``subject``: what it is about."""

    rule: str
    severity: Severity
    subject: str
    message: str
    remedy: str

    @property
    def basis(self) -> Basis:
        """On what the rule rests: documented, api, observed or inferred."""
        return CATALOGUE[self.rule].basis
