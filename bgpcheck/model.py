"""The nouns: prefixes, AS numbers and the records that registries and routers send. Pure; parsed once, frozen.

Rule: nothing here knows where a record came from or what it means for a verdict.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from datetime import datetime

MAX_ASN = 4294967295  # RFC 6793 s1: four octets
BITS = {4: 32, 6: 128}
MAPPED = 0xFFFF  # the upper 96 bits of IPv4-mapped addresses (RFC 4291 s2.5.5.2)
Family = Literal["ipv4", "ipv6"]
FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")


def is_digits(text: str) -> bool:
    """Tell whether ``text`` is one or more of the ASCII digits (``"²"`` and ``"٣"`` are not)."""
    return text.isascii() and text.isdecimal()


def parse_asn(text: str | int) -> int:
    """Read ``64500``, ``AS64500`` or asdot ``1.10`` (RFC 5396) as an integer 0 to 4294967295; else ``FormatError``."""
    if isinstance(text, int) and not isinstance(text, bool):
        number = text
    else:
        word = str(text).strip()
        bare = word[2:] if word[:2] in {"AS", "As", "aS", "as"} else word  # and not the long s, whose capital is S
        high, dot, low = bare.rpartition(".")
        if not is_digits(low) or (dot and not is_digits(high)) or len(bare) > 20:  # noqa: PLR2004 (longer than any spelling)
            raise FormatError(f"{word[:40]!r} is not an AS number: write 0 to {MAX_ASN}, with or without AS")
        if dot and max(int(high), int(low)) > 65535:  # noqa: PLR2004 (RFC 5396 s2: asdot halves are 16 bits)
            raise FormatError(f"{word!r} is not an AS number: each half of asdot is at most 65535")
        number = int(low) + (int(high) << 16 if dot else 0)
    if not 0 <= number <= MAX_ASN:
        raise FormatError(f"{number} is not an AS number: write 0 to {MAX_ASN}")
    return number


def asplain(asn: int) -> str:
    """Spell an AS number the one way bgpcheck prints it (RFC 5396 asplain), such as ``AS64500``."""
    return f"AS{asn}"


@dataclass(frozen=True, slots=True, order=True)
class Prefix:
    """An IPv4 or IPv6 prefix with no host bits set; ``network`` is the address as an integer."""

    version: int
    network: int
    length: int

    @classmethod
    def parse(cls, text: str) -> Prefix:
        """Read a prefix, refusing host bits; ``FormatError`` says what would be right."""
        prefix, masked = cls.parse_masking(text)
        if masked:
            raise FormatError(f"{text.strip()} has host bits set: write {prefix}")
        return prefix

    @classmethod
    def parse_masking(cls, text: str) -> tuple[Prefix, bool]:
        """Read a prefix, masking host bits, and tell whether there were any."""
        return _parse(text)

    @property
    def bits(self) -> int:
        """Length of an address of this family in bits."""
        return BITS[self.version]

    @property
    def last(self) -> int:
        """Return the highest address in the prefix, as an integer."""
        return self.network | ((1 << (self.bits - self.length)) - 1)

    @property
    def family(self) -> Family:
        """The address family's name as the contract spells it."""
        return "ipv4" if self.version == 4 else "ipv6"  # noqa: PLR2004 (the IP version)

    def covers(self, other: Prefix) -> bool:
        """RFC 6811 s2: equal to, or less specific than, ``other``."""
        return (
            self.version == other.version
            and self.length <= other.length
            and other.network >> (self.bits - self.length) == self.network >> (self.bits - self.length)
        )

    def overlaps(self, other: Prefix) -> bool:
        """Tell whether any address is in both."""
        return self.covers(other) or other.covers(self)

    @property
    def range(self) -> AddressRange:
        """The same addresses as a range."""
        return AddressRange(self.version, self.network, self.last)

    def __str__(self) -> str:
        """RFC 5952 spelling."""
        return f"{address_text(self.version, self.network)}/{self.length}"


@lru_cache(maxsize=8192)  # the same few prefixes come up in every source
def _parse(text: str) -> tuple[Prefix, bool]:
    """Read a prefix, masking host bits."""
    word = text.strip()
    address, slash, length = word.partition("/")
    try:
        if "%" in address:  # a zone is not part of an address (RFC 4007 s11)
            raise ValueError(address)
        ip = ipaddress.ip_address(address)
    except ValueError as error:
        raise FormatError(f"{word[:60]!r} is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24") from error
    bits = BITS[ip.version]
    if not slash:
        raise FormatError(f"{word} has no length: for the one address write {address_text(ip.version, int(ip))}/{bits}")
    if not is_digits(length) or len(length) > 3 or int(length) > bits:  # noqa: PLR2004 (no length has four digits)
        raise FormatError(f"{word[:60]!r}: the length must be 0 to {bits}")
    shift = bits - int(length)
    return Prefix(ip.version, int(ip) >> shift << shift, int(length)), bool(int(ip) & ((1 << shift) - 1))


@lru_cache(maxsize=8192)
def address_text(version: int, number: int) -> str:
    """Spell an address given as an integer."""
    if version == 6 and number >> 32 == MAPPED:  # noqa: PLR2004
        return f"::ffff:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}"  # Python 3.13 makes 192.0.2.1 of these digits, those before do not
    return str(ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number))  # noqa: PLR2004


@dataclass(frozen=True, slots=True, order=True)
class AddressRange:
    """Addresses ``first`` to ``last``, both included; need not be a CIDR block."""

    version: int
    first: int
    last: int

    def covers(self, prefix: Prefix) -> bool:
        """Tell whether every address of ``prefix`` is in the range."""
        return self.version == prefix.version and self.first <= prefix.network and prefix.last <= self.last

    def overlaps(self, prefix: Prefix) -> bool:
        """Tell whether any address of ``prefix`` is in the range."""
        return self.version == prefix.version and self.first <= prefix.last and prefix.network <= self.last

    @property
    def size(self) -> int:
        """Count of addresses."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """``first - last``, as RPSL writes it."""
        return f"{address_text(self.version, self.first)} - {address_text(self.version, self.last)}"


@dataclass(frozen=True, slots=True, order=True)
class AsnRange:
    """AS numbers ``first`` to ``last``, both included."""

    first: int
    last: int

    def holds(self, asn: int) -> bool:
        """Tell whether ``asn`` is in the range."""
        return self.first <= asn <= self.last


@dataclass(frozen=True, slots=True, order=True)
class Vrp:
    """A validated ROA payload (RFC 6811 s2). ``expires`` is Unix seconds, or None where the exporter gave none."""

    prefix: Prefix
    max_length: int
    asn: int
    trust_anchor: str = ""
    expires: int | None = None

    def __str__(self) -> str:
        """``192.0.2.0/24-28 => AS64500``."""
        length = f"-{self.max_length}" if self.max_length != self.prefix.length else ""
        return f"{self.prefix}{length} => {asplain(self.asn)}"


@dataclass(frozen=True, slots=True, order=True)
class Aspa:
    """A validated ASPA payload: the providers that ``customer`` authorises. Kept, not judged."""

    customer: int
    providers: tuple[int, ...]
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class RouteObject:
    """An RPSL route or route6 object (RFC 2622 s4, RFC 4012 s3). ``source`` is upper case, as written in the object."""

    source: str
    prefix: Prefix
    origin: int
    maintainers: tuple[str, ...] = ()
    holes: tuple[Prefix, ...] = ()
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A route object of which only the prefix can be read: its registry says something about it, and nobody knows what."""

    prefix: Prefix


class DelegationStatus(StrEnum):
    """Status column of a delegated-extended file."""

    ALLOCATED = "allocated"
    ASSIGNED = "assigned"
    AVAILABLE = "available"
    RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class Delegation:
    """A row of a delegated-extended file: a range of addresses or AS numbers, and who answers for it.

    ``registry`` and ``status`` are lower case; ``day`` is ``YYYYMMDD`` or empty; ``opaque_id`` may be empty.
    """

    registry: str
    country: str
    resource: AddressRange | AsnRange
    day: str
    status: DelegationStatus
    opaque_id: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whom a registry names as holder: ``handle`` (upper case, or empty) and ``name`` (or empty)."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Registration:
    """A registry's record of one range of addresses or AS numbers: RDAP, or an RPSL inetnum, inet6num or aut-num.

    ``registry`` is the statistics name (``ripencc``) or empty where the answer does not say; ``status`` is the
    registry's own word, upper case (``ASSIGNED PI``, ``DIRECT ALLOCATION``, ``LEGACY``), or empty. ``certificates``: DER of those
    that stand in its remarks (SIG-2); None where the answer is of a kind that shows no remarks, so that nothing is known of them.
    """

    registry: str
    resource: AddressRange | AsnRange
    handle: str
    parent_handle: str
    name: str
    status: str
    holders: tuple[Party, ...] = ()
    maintainers: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    missing: bool = False  # the registry answered that it has no such registration (RDAP 404)
    country: str = ""  # upper case, where RDAP says it
    certificates: tuple[bytes, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an X.509 certificate says (RFC 5280). ``not_before`` and ``not_after`` are aware UTC, both included.

    ``key_bits``: size of its RSA key, 0 where its key is none. ``self_signed``: issuer and subject are one, and its own key made its
    signature. ``texts``: what stands in its subject and alternative names; ``ranges`` and ``asns``: what RFC 3779 extensions name.
    """

    der: bytes
    subject: str
    not_before: datetime
    not_after: datetime
    key_bits: int
    self_signed: bool
    texts: tuple[str, ...] = ()
    ranges: tuple[AddressRange, ...] = ()
    asns: tuple[AsnRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """What was submitted for a prefix (Azure's ``advertisedPublicPrefixInfo``), as it stands there; either text may be empty."""

    validation_id: str
    signature: str


class SegmentKind(StrEnum):
    """Type of an AS_PATH segment (RFC 4271 s4.3, RFC 5065 s3)."""

    SET = "as-set"
    SEQUENCE = "as-sequence"
    CONFED_SEQUENCE = "confed-sequence"
    CONFED_SET = "confed-set"
    UNPLACED_SET = "unplaced-as-set"  # ExaBGP 4 reports sets apart from the path: position lost
    AMBIGUOUS = "ambiguous"  # ExaBGP calls confederation segments sequences too: kind can't be told


@dataclass(frozen=True, slots=True)
class Segment:
    """One typed segment of an AS_PATH."""

    kind: SegmentKind
    asns: tuple[int, ...]


AsPath = tuple[Segment, ...]


def origin_as(path: AsPath | None) -> int | None:
    """Give the origin AS of a path, or None for NONE.

    RFC 6811 s2: the last AS of a final AS_SEQUENCE; NONE where the path ends in an AS_SET. An empty path, confederation segments and
    segments whose place or kind is not known name none either.
    """
    if not path or path[-1].kind is not SegmentKind.SEQUENCE:
        return None
    if any(segment.kind in {SegmentKind.UNPLACED_SET, SegmentKind.AMBIGUOUS} for segment in path):
        return None  # ExaBGP 4 loses a set's place, ExaBGP 5 the kind: the last AS need not be the origin
    return path[-1].asns[-1] if path[-1].asns else None


@dataclass(frozen=True, slots=True)
class Route:
    """A prefix as announced: by whom (``peer``, an address), when, and along which path.

    ``path`` is None where the update had no AS_PATH attribute at all.
    """

    peer: str
    prefix: Prefix
    path: AsPath | None
    observed_at: datetime
    peer_asn: int | None = None
    communities: tuple[str, ...] = ()
