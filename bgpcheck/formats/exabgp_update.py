"""The ``message`` of an ExaBGP update event, parsed, raw or both, as an UPDATE ``Body``. Pure.

Rule: path segments keep the kinds that can be told. ExaBGP 5 spells confederation segments ``as-sequence`` too, ExaBGP 4
reports sets apart from the path; only the raw body (``packets``, ``consolidate``) tells all kinds and places.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.errors import FormatError
from bgpcheck.formats import bgp_update
from bgpcheck.formats.bgp_update import AS_TRANS, BAD_ORIGIN, UNICAST, Body, Nlri, distinct, foreign_note, masked_note, trans_notes
from bgpcheck.formats.json_fields import Fields, integer, items, text
from bgpcheck.model import MAX_ASN, AsPath, Prefix, Segment, SegmentKind, is_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = 19  # RFC 4271 s4.1: octets before the body
BODY_LIMIT = 65535 - HEADER  # RFC 8654 s3
HEX = re.compile(r"0x((?:[0-9A-Fa-f]{2})*)")
TYPED = {"as-sequence": SegmentKind.SEQUENCE, "as-set": SegmentKind.SET}  # ExaBGP 5
FLAT = {  # ExaBGP 4, in the order given to the segments
    "confederation-path": SegmentKind.CONFED_SEQUENCE,
    "confederation-set": SegmentKind.CONFED_SET,
    "as-path": SegmentKind.SEQUENCE,
    "as-set": SegmentKind.UNPLACED_SET,
}
ORIGINS = ("igp", "egp", "incomplete")  # RFC 4271 s4.3 a
FULL = 255  # RFC 4271 s4.3: AS numbers in a segment; only a full one is followed by another of its kind
EMPTY = "the AS_PATH has an empty segment: it is malformed (RFC 7606)"
AMBIGUOUS = "ExaBGP spells confederation segments as sequences: which of this AS_PATH's are cannot be told"
GROUPS = {"community": (2, 0xFFFF), "large-community": (3, 0xFFFFFFFF)}  # RFC 1997, RFC 8092: numbers and their greatest


def body(event: Fields, neighbor: Fields) -> Body:
    """Read what an update event says, wherever it says it; ``FormatError`` names the field that is wrong."""
    message = neighbor.table("message")
    if "eor" in message:
        return Body(end_of_rib=family(message.table("eor")))
    if "update" in message:
        said = _parsed(message.table("update"))
        raw = next((place for place in (event, message) if "body" in place), None)
        return _with_raw_path(said, raw, _terms(neighbor)) if raw and said.announced else said
    terms = _terms(neighbor)
    try:
        return bgp_update.update(octets(message, 2), asn4=terms.asn4, add_path=terms.add_path)
    except FormatError as error:
        raise error.at(field=message.name("body")) from error


def family(fields: Fields) -> str:
    """Read ``{"afi": "ipv4", "safi": "unicast"}`` as ``ipv4 unicast``."""
    return f"{fields.text('afi')} {fields.text('safi')}"


def octets(fields: Fields, kind: int) -> bytes:
    """Read the hexadecimal ``body`` of a BGP message, checked against ``header`` where there is one (RFC 4271 s4.1).

    Raises:
        FormatError: the header is another message's.
    """
    content = hexadecimal(fields, "body")
    header = (
        hexadecimal(fields, "header") if "header" in fields else b"\xff" * 16 + (HEADER + len(content)).to_bytes(2, "big") + bytes([kind])
    )
    if len(header) != HEADER or int.from_bytes(header[16:18], "big") != HEADER + len(content) or header[18] != kind:
        raise FormatError(f"must be the header of a message of type {kind} and {len(content)} octets", field=fields.name("header"))
    return content


def hexadecimal(fields: Fields, key: str) -> bytes:
    """Read ``0x`` and hexadecimal digits at ``key``.

    Raises:
        FormatError: it is anything else, or too long.
    """
    found = HEX.fullmatch(fields.text(key, 2 + 2 * BODY_LIMIT))
    if not found:
        raise FormatError(f"must be 0x and at most {BODY_LIMIT} octets in hexadecimal", field=fields.name(key))
    return bytes.fromhex(found[1])


class _Terms(NamedTuple):
    """What the session negotiated, as far as the line says."""

    asn4: bool | None = None
    add_path: tuple[str, ...] | None = None


def _terms(neighbor: Fields) -> _Terms:
    if "negotiated" not in neighbor:
        return _Terms()
    agreed = neighbor.table("negotiated")
    asn4 = agreed.value("asn4")
    if not isinstance(asn4, bool):
        raise FormatError("must be true or false", field=agreed.name("asn4"))
    received = agreed.table("add_path")
    return _Terms(asn4, tuple(text(one, received.name("receive")) for one in received.items("receive")))


def _with_raw_path(said: Body, raw: Fields, terms: _Terms) -> Body:
    """Take the path from the raw body, save where two octets hide AS numbers: ExaBGP has merged AS4_PATH (RFC 6793 s4.2.3)."""
    try:
        _, found, _ = bgp_update.sections(octets(raw, 2))
        data = found.get(bgp_update.AS_PATH)
        way, notes = bgp_update.path(data, terms.asn4)
    except FormatError as error:
        raise error.at(field=raw.name("body")) from error
    if data and bgp_update.width(data, terms.asn4) == bgp_update.NARROW and any(AS_TRANS in segment.asns for segment in way or ()):
        return said
    kept = tuple(one for one in said.path_notes if one == BAD_ORIGIN)
    return replace(said, path=way, path_notes=(*notes, *kept))


def _parsed(update: Fields) -> Body:
    attribute = update.table("attribute") if "attribute" in update else Fields({}, update.name("attribute"))
    announced = list(_announced(update.table("announce"))) if "announce" in update else []
    withdrawn = list(_by_family(update.table("withdraw"))) if "withdraw" in update else []
    way = _path(attribute)
    unclear = [segment for segment in way or () if segment.kind == SegmentKind.AMBIGUOUS]
    path_notes = (AMBIGUOUS,) * any(one.asns for one in unclear) + (EMPTY,) * any(not one.asns for one in unclear)
    path_notes += trans_notes(way) + (BAD_ORIGIN,) * ("origin" in attribute and attribute.value("origin") not in ORIGINS)
    notes = [note for _, note in (*withdrawn, *announced) if note]
    error = attribute.text("error") if "error" in attribute else ""
    if error:
        notes.append(f"ExaBGP found the update malformed: {error}")
    if error.startswith("treat-as-withdraw"):  # RFC 7606 s2; a session reports a withdrawal then, "exabgp decode" does not
        withdrawn, announced = withdrawn + announced, []
    return Body(_kept(announced), _kept(withdrawn), way, tuple(_communities(attribute)), path_notes, tuple(notes))


def _kept(found: list[tuple[Nlri | None, str]]) -> tuple[Nlri, ...]:
    return distinct(nlri for nlri, _ in found if nlri)


def _announced(announce: Fields) -> Iterator[tuple[Nlri | None, str]]:
    """Read ``{family: {next hop: [NLRI]}}``."""
    for name in announce.values:
        if name not in UNICAST:
            yield None, foreign_note(text(name, announce.path))
            continue
        hops = announce.table(name)
        for hop in hops.values:
            yield from _nlris(hops.items(hop), UNICAST[name], hops.path)


def _by_family(withdraw: Fields) -> Iterator[tuple[Nlri | None, str]]:
    """Read ``{family: [NLRI]}``."""
    for name in withdraw.values:
        if name not in UNICAST:
            yield None, foreign_note(text(name, withdraw.path))
        else:
            yield from _nlris(withdraw.items(name), UNICAST[name], withdraw.name(name))


def _nlris(found: list[object], version: int, field: str) -> Iterator[tuple[Nlri, str]]:
    """Read ``{"nlri": "192.0.2.0/24"}``, with ``"path-information": "0.0.0.1"`` in it or not, or ``"192.0.2.0/24"``."""
    for one in found:
        fields = Fields({"nlri": one}, field) if isinstance(one, str) else Fields.of(one, field)
        path_id = fields.text("path-information") if "path-information" in fields else ""
        spelled = fields.text("nlri")
        try:
            prefix, masked = Prefix.parse_masking(spelled)
        except FormatError as error:
            raise error.at(field=field) from error
        if prefix.version != version:
            raise FormatError(f"{prefix} is of another family", field=field)
        yield Nlri(prefix, path_id), masked_note(spelled.strip(), prefix) if masked else ""


def _path(attribute: Fields) -> AsPath | None:
    if isinstance(attribute.values.get("as-path"), dict):
        return _ambiguous(tuple(_typed(attribute.table("as-path"))))
    if not any(key in attribute for key in FLAT):
        return None
    parts = [(kind, _asns(attribute.items(key), attribute.name(key))) for key, kind in FLAT.items() if key in attribute]
    return tuple(Segment(kind, asns) for kind, asns in parts if asns)


def _typed(way: Fields) -> Iterator[Segment]:
    """Read ``{"0": {"element": "as-sequence", "value": [AS number]}}`` in the order of the numbers."""
    for key in way.values:
        if not is_digits(key) or len(key) > len(str(BODY_LIMIT)):
            raise FormatError("segments must be numbered from 0", field=way.path)
    for key in sorted(way.values, key=int):
        segment = way.table(key)
        asns = _asns(segment.items("value"), segment.name("value"))
        kind = TYPED[segment.word("element", TYPED)]
        yield Segment(kind if asns else SegmentKind.AMBIGUOUS, asns)  # RFC 7606 s7.2: malformed, and then no origin can be told


def _ambiguous(way: AsPath) -> AsPath:
    """Withhold a kind from sequences of which one is followed by another without need: it may be a confederation's (RFC 5065)."""
    both = SegmentKind.SEQUENCE, SegmentKind.SEQUENCE
    if not any((one.kind, other.kind) == both and len(one.asns) < FULL for one, other in pairwise(way)):
        return way
    return tuple(Segment(SegmentKind.AMBIGUOUS, part.asns) if part.kind == SegmentKind.SEQUENCE else part for part in way)


def _asns(found: list[object], field: str) -> tuple[int, ...]:
    return tuple(integer(one, field, MAX_ASN) for one in found)


def _communities(attribute: Fields) -> Iterator[str]:
    for key, (size, top) in GROUPS.items():
        for group in attribute.items(key) if key in attribute else []:
            numbers = [integer(one, attribute.name(key), top) for one in items(group, attribute.name(key))]
            if len(numbers) != size:
                raise FormatError(f"must be groups of {size} numbers", field=attribute.name(key))
            yield ":".join(map(str, numbers))
