"""A planned or existing peering as its user describes it. Pure.

Rule: kept as given, so that rules can speak about spelling; claims are computed from it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bgpcheck.circuit.standing import Standing, Terms, of_block, of_prefixes
from bgpcheck.claim import Claim
from bgpcheck.errors import FormatError
from bgpcheck.facts.special import special
from bgpcheck.model import BITS, Prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.claim import Cloud
    from bgpcheck.model import Family, Route, Signed

PRIMARY, SECONDARY, INTERNET = ROLES = ("primary", "secondary", "internet")  # what a peer can be to a peering


@dataclass(frozen=True, slots=True)
class Listed:
    """A prefix of the list: as read, and as it was written; ``signed``: what was submitted for it (SIG-5), or None."""

    prefix: Prefix
    text: str
    masked: bool = False  # host bits were set
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One address family's part. ``registry``: accepted name or None; ``registry_text``: as written; links: as read or None."""

    family: Family
    customer_asn: int = 0
    registry: str | None = None
    registry_text: str = ""
    prefixes: tuple[Listed, ...] = ()
    primary: Listed | None = None
    secondary: Listed | None = None

    @property
    def links(self) -> tuple[tuple[str, Listed], ...]:
        """The link subnets that are given, with their names."""
        named = (("primary", self.primary), ("secondary", self.secondary))
        return tuple((name, link) for name, link in named if link is not None)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the Internet sees of some addresses: a prefix, and its origin as received (RFC 6811 s2), None for NONE."""

    prefix: Prefix
    origin: int | None


@dataclass(frozen=True, slots=True)
class Peering:
    """A Microsoft peering. ``secret_faults`` says what is wrong with the MD5 key (LNK-3); the key itself is never kept.

    ``circuit``: what Azure says of the circuit, where it was read; ``circuit_from``: the file's name and digest. ``peers``: (address,
    role) of peers whose role is given. ``internet``: what a table of the Internet has that overlaps a listed or announced prefix;
    ``internet_from``: the table's name and digest, empty where none was read.
    """

    peer_asn: int
    blocks: tuple[Block, ...]
    name: str | None = None
    cloud: Cloud = "public"
    layer: int = 2
    vlan_id: int | None = None
    service_key: str = ""
    organisation: str = ""
    contact: str = ""
    secret_faults: tuple[str, ...] = ()
    routes: tuple[Route, ...] = field(default=(), repr=False)  # what was announced, when somebody listened
    listened: bool = False
    circuit: Circuit | None = None
    circuit_from: str = ""
    peers: tuple[tuple[str, str], ...] = ()
    internet: tuple[Sighting, ...] = field(default=(), repr=False)
    internet_from: str = ""

    @property
    def nothing_validated(self) -> bool:
        """Tell whether the circuit has other peerings than Microsoft's only, so that there is nothing to give a verdict on (ST-13)."""
        circuit = self.circuit
        return bool(circuit and circuit.peerings and not circuit.microsoft and not self.listed and not self.towards_microsoft)

    @property
    def listed(self) -> tuple[tuple[Block, Prefix], ...]:
        """Every prefix of the list once, with the block it stands in first."""
        seen: dict[Prefix, Block] = {}
        for block in self.blocks:
            for one in block.prefixes:
                seen.setdefault(one.prefix, block)
        return tuple((block, prefix) for prefix, block in seen.items())

    def role_of(self, peer_address: str) -> str:
        """Say what a peer is: the role that is given, else the link whose subnet it lies in; empty where it is neither."""
        given = dict(self.peers).get(peer_address)
        if given is not None:
            return given
        try:
            place, _ = Prefix.parse_masking(f"{peer_address}/{BITS[6 if ':' in peer_address else 4]}")
        except FormatError:  # no address, or one of a zone
            return ""
        links = (pair for block in self.blocks for pair in block.links)
        return next((name for name, link in links if link.prefix.covers(place)), "")

    def roles(self) -> dict[str, str]:
        """Give the role of every peer that announced something, in the order in which they come."""
        return {peer: self.role_of(peer) for peer in dict.fromkeys(route.peer for route in self.routes)}

    @property
    def towards_microsoft(self) -> tuple[Route, ...]:
        """What is announced over the peering: everything heard, but for what an Internet session says."""
        outside = {peer for peer, role in self.roles().items() if role == INTERNET}
        return tuple(route for route in self.routes if route.peer not in outside) if outside else self.routes

    def claims(self) -> tuple[Claim, ...]:
        """One claim for every listed prefix, then one for every announced prefix that is not listed (interface.md, Events)."""
        routes: dict[Prefix, list[Route]] = defaultdict(list)
        for route in self.towards_microsoft:
            routes[route.prefix].append(route)
        listed = [self.claim(block, prefix, routes.pop(prefix, []), listed=True) for block, prefix in self.listed]
        extra = [self.claim(self.block(prefix.family), prefix, routes[prefix], listed=not listed) for prefix in sorted(routes)]
        return tuple(self._with_azure((*listed, *extra)))

    def _with_azure(self, claims: Iterable[Claim]) -> Iterator[Claim]:
        """Add what Azure says of each claim, and what was submitted for it."""
        said = {block.family: of_prefixes(self.circuit, self.terms(block)) for block in self.blocks}
        signed = {one.prefix: one.signed for block in reversed(self.blocks) for one in reversed(block.prefixes) if one.signed}
        for claim in claims:
            azure = said.get(claim.block, {}).get(claim.prefix, Standing())
            yield replace(claim, azure=azure.value, actual=azure.actual, actual_own=azure.own, signed=signed.get(claim.prefix))

    def terms(self, block: Block) -> Terms:
        """Give what a block claims, to hold against what Azure has."""
        prefixes = frozenset(one.prefix for one in block.prefixes)
        return Terms(block.family, self.peer_asn, block.customer_asn, block.registry, block.registry_text, prefixes, self.service_key)

    def standing(self, block: Block) -> Standing:
        """Give what Azure says of a block's whole list."""
        return of_block(self.circuit, self.terms(block))

    def public_links(self) -> tuple[Prefix, ...]:
        """The link subnets that registries can know of, each once (REG-3)."""
        links = (link.prefix for block in self.blocks for _, link in block.links)
        return tuple(dict.fromkeys(one for one in links if special(one) is None)) if self.listed else ()

    def block(self, family: Family) -> Block:
        """The block of a family; an empty one where none is configured."""
        return next((block for block in self.blocks if block.family == family), Block(family))

    def claim(self, block: Block, prefix: Prefix, routes: Iterable[Route], *, listed: bool) -> Claim:
        """Put one claim together, without what Azure says of it."""
        return Claim(
            prefix=prefix,
            peer_asn=self.peer_asn,
            customer_asn=block.customer_asn,
            registry=block.registry,
            block=block.family,
            cloud=self.cloud,
            listed=listed,
            routes=tuple(routes),
            service_key=self.service_key,
        )
