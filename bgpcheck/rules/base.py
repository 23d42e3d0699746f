"""What every rule makes: findings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.model import Prefix
    from bgpcheck.rules.catalogue import Basis


MOST_NAMED = 4  # prefixes: enough to recognise what is meant


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


def named(prefixes: Sequence[Prefix]) -> str:
    """Name prefixes, the first ones and their count where there are many: ``193.0.0.0/24, 193.0.1.0/24 … (57 prefixes)``."""
    first = ", ".join(map(str, prefixes[:MOST_NAMED]))
    return first if len(prefixes) <= MOST_NAMED else f"{first} … ({len(prefixes)} prefixes)"


def subject(prefixes: Sequence[Prefix], several: str) -> str:
    """Say what a finding about prefixes is about: the one prefix, or what they have in common."""
    return str(prefixes[0]) if len(prefixes) == 1 else several
