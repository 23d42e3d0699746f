"""Body of a BGP UPDATE message (RFC 4271 s4.3): prefixes, AS_PATH, communities. Pure.

Rule: no length is believed before it is checked; what does not fit exactly is a ``FormatError`` without a place.
The body is what follows the 19-octet header. IPv4 and IPv6 unicast are read (RFC 4760); other families are noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.errors import FormatError
from bgpcheck.model import BITS, AsPath, Prefix, Segment, SegmentKind, address_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

AS_TRANS = 23456  # RFC 6793 s9: stands for an AS number that two octets can't hold
ORIGIN, AS_PATH, COMMUNITIES, MP_REACH, MP_UNREACH, LARGE_COMMUNITY = 1, 2, 8, 14, 15, 32  # attribute type codes
ORIGINS = (b"\0", b"\1", b"\2")  # RFC 4271 s4.3 a: IGP, EGP, INCOMPLETE
BAD_ORIGIN = "the ORIGIN attribute has no value that there is: malformed, and who receives it takes it for a withdrawal (RFC 7606 s7.1)"
KINDS = {  # RFC 4271 s4.3 b), RFC 5065 s3
    1: SegmentKind.SET,
    2: SegmentKind.SEQUENCE,
    3: SegmentKind.CONFED_SEQUENCE,
    4: SegmentKind.CONFED_SET,
}
UNICAST = {"ipv4 unicast": 4, "ipv6 unicast": 6}  # the families read here, and their IP version
FAMILIES = {(1, 1): "ipv4 unicast", (2, 1): "ipv6 unicast"}
WIDE, NARROW = 4, 2  # octets of an AS number, RFC 6793 and RFC 4271
EXTENDED_LENGTH = 0x10  # RFC 4271 s4.3: attribute flag


class Nlri(NamedTuple):
    """A prefix and its path identifier (RFC 7911 s3) such as ``0.0.0.1``, or empty where the session has none."""

    prefix: Prefix
    path_id: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What an UPDATE says.

    ``path`` is None without an AS_PATH; ``path_notes`` tell what it leaves open, ``notes`` what was masked or left out.
    ``end_of_rib`` is a family such as ``ipv4 unicast``, or empty.
    """

    announced: tuple[Nlri, ...] = ()
    withdrawn: tuple[Nlri, ...] = ()
    path: AsPath | None = None
    communities: tuple[str, ...] = ()
    path_notes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    end_of_rib: str = ""


def update(body: bytes, *, asn4: bool | None = None, add_path: Collection[str] | None = None) -> Body:
    """Read an UPDATE body; ``FormatError`` where it is malformed.

    ``asn4``: whether the session carries four-octet AS numbers (RFC 6793); None is "not known", see ``path``.
    ``add_path``: families received with path identifiers, such as ``{"ipv4 unicast"}``; None is "not known": taken as none.
    """
    gone, found, nlri = sections(body)
    reach, withdraw = _reach(found), _unreach(found)
    end = _end_of_rib(found, withdraw) if not gone and not nlri else ""
    if end:
        return Body(end_of_rib=end)
    withdrawn = _unicast([("ipv4 unicast", gone), *withdraw], add_path)
    announced = _unicast([("ipv4 unicast", nlri), *reach], add_path)
    way, path_notes = path(found.get(AS_PATH), asn4)
    notes = (BAD_ORIGIN,) * (announced[0] != () and found.get(ORIGIN, ORIGINS[0]) not in ORIGINS)
    return Body(announced[0], withdrawn[0], way, communities(found), (*path_notes, *notes), (*withdrawn[1], *announced[1]))


def sections(body: bytes) -> tuple[bytes, dict[int, bytes], bytes]:
    """Split a body into withdrawn routes, path attributes by type code, and NLRI."""
    gone, rest = _counted(body, "withdrawn routes")
    found, nlri = _counted(rest, "path attributes")
    return gone, attributes(found), nlri


def attributes(data: bytes) -> dict[int, bytes]:
    """Read path attributes by type code; of one that comes twice the first counts (RFC 7606 s3 g).

    Raises:
        FormatError: MP_REACH_NLRI or MP_UNREACH_NLRI comes twice.
    """
    found: dict[int, bytes] = {}
    while data:
        head, data = _split(data, 2, "path attribute")
        size, data = _split(data, 2 if head[0] & EXTENDED_LENGTH else 1, "path attribute")
        value, data = _split(data, int.from_bytes(size, "big"), f"path attribute {head[1]}")
        if head[1] in found and head[1] in (MP_REACH, MP_UNREACH):
            raise FormatError(f"path attribute {head[1]} comes twice (RFC 7606 s3 g)")
        found.setdefault(head[1], value)
    return found


def path(data: bytes | None, asn4: bool | None) -> tuple[AsPath | None, tuple[str, ...]]:  # noqa: FBT001 (three-valued)
    """Read an AS_PATH attribute, with notes on what it can't tell. AS4_PATH is not merged: ``AS_TRANS`` stays, noted."""
    if data is None:
        return None, ()
    octets = width(data, asn4)
    way = as_path(data, octets)
    guessed = asn4 is None and octets == NARROW
    return way, (("AS_PATH fits only two-octet AS numbers: read so",) if guessed else ()) + trans_notes(way)


def width(data: bytes, asn4: bool | None) -> int:  # noqa: FBT001 (three-valued)
    """Count the octets of an AS number: 4, or 2 where the session is known to carry these.

    Where that is not known, 2 only if four octets do not fit: a path of two-octet numbers all but never passes for one of four.
    """
    if asn4 is None:
        return NARROW if not _fits(data, WIDE) and _fits(data, NARROW) else WIDE
    return WIDE if asn4 else NARROW


def as_path(data: bytes, octets: int) -> AsPath:
    """Read AS_PATH segments whose AS numbers have 4 ``octets`` or 2 (RFC 4271 s4.3 b, RFC 6793 s3).

    Raises:
        FormatError: a segment has a type that there is none of, or is empty.
    """
    segments = []
    while data:
        head, data = _split(data, 2, "AS_PATH segment")
        asns, data = _split(data, head[1] * octets, "AS_PATH segment")
        if head[0] not in KINDS or not asns:  # RFC 7606 s7.2
            raise FormatError(f"AS_PATH segment of type {head[0]} with {head[1]} AS numbers: types are 1 to 4, and none is empty")
        segments.append(Segment(KINDS[head[0]], tuple(_numbers(asns, octets))))
    return tuple(segments)


def _fits(data: bytes, octets: int) -> bool:
    try:
        as_path(data, octets)
    except FormatError:
        return False
    return True


def trans_notes(way: AsPath | None) -> tuple[str, ...]:
    """Say so where ``AS_TRANS`` stands last, and the origin is therefore somebody else (RFC 6793 s4.2.2)."""
    last = way[-1].asns[-1] if way and way[-1].asns else None
    return ("AS_PATH ends in AS23456 (AS_TRANS), which stands for an AS number that is not shown",) if last == AS_TRANS else ()


def communities(found: dict[int, bytes]) -> tuple[str, ...]:
    """Spell communities (RFC 1997) as ``65003:666``, then large ones (RFC 8092) as ``65003:1:2``."""
    plain = _groups(found.get(COMMUNITIES, b""), 2, 2, "COMMUNITIES")
    return (*plain, *_groups(found.get(LARGE_COMMUNITY, b""), 4, 3, "LARGE_COMMUNITY"))


def _groups(data: bytes, width: int, size: int, what: str) -> Iterator[str]:
    if len(data) % (width * size):
        raise FormatError(f"{what} has {len(data)} octets, which is no multiple of {width * size}")
    numbers = [str(number) for number in _numbers(data, width)]
    return (":".join(numbers[at : at + size]) for at in range(0, len(numbers), size))


def _numbers(data: bytes, width: int) -> Iterator[int]:
    return (int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width))


def distinct(found: Iterable[Nlri]) -> tuple[Nlri, ...]:
    """Drop repetitions, keeping order."""
    return tuple(dict.fromkeys(found))


def masked_note(text: str, prefix: Prefix) -> str:
    """Say that host bits were masked."""
    return f"{text} has host bits set: read as {prefix}"


def foreign_note(family: str) -> str:
    """Say that a family was left out."""
    return f"{family} left out: only ipv4 unicast and ipv6 unicast are judged"


def prefixes(data: bytes, version: int, *, with_id: bool = False) -> Iterator[tuple[Nlri, str]]:
    """Read NLRI (RFC 4271 s4.3; ``with_id``: RFC 7911 s3), each with a note or an empty one.

    Raises:
        FormatError: a length is too long for the family.
    """
    at = 0
    while at < len(data):
        path_id = ".".join(map(str, _cut(data, at, 4, "path identifier"))) if with_id else ""
        at += 4 if with_id else 0
        length = _cut(data, at, 1, "NLRI")[0]
        if length > BITS[version]:
            raise FormatError(f"NLRI of /{length}: the length must be 0 to {BITS[version]}")
        octets = _cut(data, at + 1, (length + 7) // 8, "NLRI")
        prefix, note = _masked(version, int.from_bytes(octets.ljust(BITS[version] // 8, b"\0"), "big"), length)
        yield Nlri(prefix, path_id), note
        at += 1 + len(octets)


def _masked(version: int, number: int, length: int) -> tuple[Prefix, str]:
    shift = BITS[version] - length
    prefix = Prefix(version, number >> shift << shift, length)
    return prefix, masked_note(f"{address_text(version, number)}/{length}", prefix) if prefix.network != number else ""


def _unicast(fields: list[tuple[str, bytes]], add_path: Collection[str] | None) -> tuple[tuple[Nlri, ...], tuple[str, ...]]:
    """Read the NLRI of (family, octets) pairs, giving distinct ones and notes."""
    notes = [foreign_note(family) for family, _ in fields if family not in UNICAST]
    found: list[tuple[Nlri, str]] = []
    for family, data in fields:
        if family in UNICAST:
            found += prefixes(data, UNICAST[family], with_id=family in (add_path or ()))
    # Read as prefixes, small path identifiers begin with default routes, one for each octet of nought.
    defaults = [nlri for nlri, _ in found if nlri.prefix.length == 0]
    if add_path is None and len(set(defaults)) < len(defaults):
        raise FormatError("NLRI seem to carry path identifiers (RFC 7911): record with 'negotiated', which tells")
    return distinct(nlri for nlri, _ in found), (*notes, *(note for _, note in found if note))


def _reach(found: dict[int, bytes]) -> list[tuple[str, bytes]]:
    if MP_REACH not in found:
        return []
    head, rest = _split(found[MP_REACH], 4, "MP_REACH_NLRI")  # RFC 4760 s3: AFI, SAFI, length of next hop
    _, rest = _split(rest, head[3] + 1, "MP_REACH_NLRI")  # next hop, reserved octet
    return [(_family(head), rest)]


def _unreach(found: dict[int, bytes]) -> list[tuple[str, bytes]]:
    if MP_UNREACH not in found:
        return []
    head, rest = _split(found[MP_UNREACH], 3, "MP_UNREACH_NLRI")  # RFC 4760 s4: AFI, SAFI
    return [(_family(head), rest)]


def _family(head: bytes) -> str:
    afi = int.from_bytes(head[:2], "big")
    return FAMILIES.get((afi, head[2]), f"afi {afi} safi {head[2]}")


def _end_of_rib(found: dict[int, bytes], withdraw: list[tuple[str, bytes]]) -> str:
    """RFC 4724 s2: no path attributes, or MP_UNREACH_NLRI alone and withdrawing nothing."""
    if not found:
        return "ipv4 unicast"
    return withdraw[0][0] if len(found) == len(withdraw) and not withdraw[0][1] else ""


def _counted(data: bytes, what: str) -> tuple[bytes, bytes]:
    size, rest = _split(data, 2, what)
    return _split(rest, int.from_bytes(size, "big"), what)


def _split(data: bytes, count: int, what: str) -> tuple[bytes, bytes]:
    return _cut(data, 0, count, what), data[count:]


def _cut(data: bytes, at: int, count: int, what: str) -> bytes:
    if len(data) - at < count:
        raise FormatError(f"{what}: {count} octets announced, {len(data) - at} there")
    return data[at : at + count]
