"""What somebody says about a prefix, before anybody has checked it. Pure.

Rule: a claim holds what the user or Azure said and what a router announced, nothing that a registry said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bgpcheck.model import Family, Prefix, Route, Signed

Cloud = Literal["public", "usgov", "china"]
CLOUDS: tuple[Cloud, ...] = ("public", "usgov", "china")


@dataclass(frozen=True, slots=True)
class Claim:
    """One prefix of a planned or existing peering.

    ``registry``: accepted name, or None where none is named. ``block``: the address family's list it stands in, which may be the
    wrong one (PFX-3). ``routes``: what was announced of it. ``azure``: a value of ``situation.DOMAIN``; ``actual``: Azure's settled
    state for this very claim, in its own spelling; ``actual_own``: whether it is the prefix's own, and not that of its whole list.
    ``signed``: what was submitted for it, or None; ``service_key``: the circuit's, or empty.
    """

    prefix: Prefix
    peer_asn: int
    customer_asn: int = 0
    registry: str | None = None
    block: Family = "ipv4"
    cloud: Cloud = "public"
    listed: bool = True
    routes: tuple[Route, ...] = ()
    azure: str = "none"
    actual: str | None = None
    actual_own: bool = False
    signed: Signed | None = None
    service_key: str = ""

    @property
    def asns(self) -> tuple[int, ...]:
        """The AS numbers that Microsoft may try (REG-1): customer first where set."""
        return tuple(dict.fromkeys((self.customer_asn, self.peer_asn))) if self.customer_asn else (self.peer_asn,)
