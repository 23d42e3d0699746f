"""The links of a circuit's peerings, and which of them an address of a table lies on: LNK-1. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.model import BITS, Prefix, address_text

if TYPE_CHECKING:
    from bgpcheck.circuit.model import Circuit, CircuitPeering, Session

HOST_BITS = 2  # a link has room for two hosts and no more


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the peering and family that it carries, ``primary`` or ``secondary``, and its subnet."""

    peering: CircuitPeering
    session: Session
    path: str
    prefix: Prefix

    @property
    def yours(self) -> Prefix:
        """Your address: the first host address (LNK-1)."""
        return Prefix(self.prefix.version, self.prefix.network + 1, self.prefix.bits)

    @property
    def microsofts(self) -> Prefix:
        """Microsoft's address: the second (LNK-1)."""
        return Prefix(self.prefix.version, self.prefix.network + 2, self.prefix.bits)

    def __str__(self) -> str:
        """``MicrosoftPeering primary 192.0.2.0/30``."""
        return f"{self.peering.type[:40]} {self.path} {self.prefix}"


@dataclass(frozen=True, slots=True)
class Links:
    """Every link of a circuit whose subnet can be read. ``whole``: whether the circuit's data list all of its peerings."""

    all: tuple[Link, ...]
    whole: bool

    @classmethod
    def of(cls, circuit: Circuit) -> Links:
        """Take the links of a circuit; a subnet of a wrong length has no host addresses that are known, and is left to LNK-1."""
        found = [
            Link(peering, session, path, prefix)
            for peering in circuit.peerings
            for session in peering.sessions
            for path, text in (("primary", session.primary), ("secondary", session.secondary))
            if (prefix := _subnet(text)) is not None and prefix.bits - prefix.length == HOST_BITS
        ]
        return cls(tuple(found), circuit.known and circuit.listed)

    def holding(self, address: Prefix) -> Link | None:
        """Find the link that an address lies on."""
        return next((link for link in self.all if link.prefix.covers(address)), None)


def _subnet(text: str) -> Prefix | None:
    """Read a subnet as written; None where it can't be read."""
    try:
        return Prefix.parse_masking(text)[0]
    except FormatError:
        return None


def network(text: str) -> Prefix | None:
    """Read a prefix of a table; None where it is masked, or has no length as old routers show whole classes."""
    return _subnet(text)


def address(text: str) -> Prefix | None:
    """Read an address of a table as a prefix of one address; None where it is masked or none."""
    return _subnet(f"{text.strip()}/{BITS[6 if ':' in text else 4]}")


def spell(one: Prefix) -> str:
    """Spell an address without its length."""
    return address_text(one.version, one.network)
