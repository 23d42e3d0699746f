"""A case: all that a user put in, apart from what registries say. It can be written down and read back. Pure.

Rule: a verdict is a function of (case, documents, policy); so the case holds ``now`` and every switch, and no secret.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from bgpcheck.circuit.model import Circuit
from bgpcheck.claim import CLOUDS
from bgpcheck.errors import FormatError
from bgpcheck.evidence import plain
from bgpcheck.evidence.plain import just, maybe
from bgpcheck.model import FAMILIES, Prefix, Route, Segment, SegmentKind, Signed, parse_asn
from bgpcheck.peering import ROLES, Block, Listed, Peering, Sighting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.model import AsPath

T = TypeVar("T")
SCHEMA = "bgpcheck/case/v1"


@dataclass(frozen=True, slots=True)
class Case:
    """One check. ``now``: the verdict's time, aware UTC. ``strict``: stale sources are gaps. ``irr``: IRR sources to ask.

    ``assumed``: texts of planned objects, as (file name, text). ``notes``: what reading the input noticed: (rule, subject, text).
    """

    peering: Peering
    now: datetime
    strict: bool = False
    irr: tuple[str, ...] = ()
    assumed: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str, str], ...] = ()

    def encode(self) -> bytes:
        """Write the one way there is."""
        body = {"schema": SCHEMA, **asdict(self)}
        return (json.dumps(body, sort_keys=True, ensure_ascii=True, indent=1, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    """Write a time as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def decode(data: bytes) -> Case:
    """Read a case back; ``FormatError`` where it is none, or not as ``encode`` writes it."""
    try:
        body = plain.load(data)
        if body["schema"] != SCHEMA:
            raise FormatError(f"not a case of schema {SCHEMA}")
        made = Case(
            peering=_peering(body["peering"]),
            now=plain.moment(body["now"]),
            strict=just(bool, body["strict"]),
            irr=plain.texts(body["irr"]),
            assumed=tuple((just(str, name), just(str, text)) for name, text in just(list, body["assumed"])),
            notes=tuple((just(str, rule), just(str, subject), just(str, text)) for rule, subject, text in just(list, body["notes"])),
        )
    except plain.FAULTS as error:
        raise FormatError(f"not a readable case: {error}") from error
    if made.encode() != data:
        raise FormatError("not a case as it is written")
    return made


def _peering(body: Mapping[str, Any]) -> Peering:
    """Read a peering."""
    return Peering(
        peer_asn=_asn(body["peer_asn"]),
        blocks=tuple(_block(one) for one in just(list, body["blocks"])),
        name=maybe(_text, body["name"]),
        cloud=_one_of(CLOUDS, body["cloud"]),
        layer=_one_of((2, 3), just(int, body["layer"])),
        vlan_id=maybe(_number, body["vlan_id"]),
        service_key=_text(body["service_key"]),
        organisation=_text(body["organisation"]),
        contact=_text(body["contact"]),
        secret_faults=plain.texts(body["secret_faults"]),
        routes=tuple(_route(one) for one in just(list, body["routes"])),
        listened=just(bool, body["listened"]),
        circuit=maybe(lambda one: plain.record(Circuit, one), body["circuit"]),
        circuit_from=_text(body["circuit_from"]),
        peers=tuple((_text(peer), _one_of(ROLES, role)) for peer, role in just(list, body["peers"])),
        internet=tuple(_sighting(one) for one in just(list, body["internet"])),
        internet_from=_text(body["internet_from"]),
    )


def _block(body: Mapping[str, Any]) -> Block:
    """Read one address family's part."""
    return Block(
        family=_one_of(FAMILIES, body["family"]),
        customer_asn=_asn(body["customer_asn"]),
        registry=maybe(_text, body["registry"]),
        registry_text=_text(body["registry_text"]),
        prefixes=tuple(_listed(one) for one in just(list, body["prefixes"])),
        primary=maybe(_listed, body["primary"]),
        secondary=maybe(_listed, body["secondary"]),
    )


def _listed(body: Mapping[str, Any]) -> Listed:
    """Read a listed prefix."""
    return Listed(_prefix(body["prefix"]), _text(body["text"]), just(bool, body["masked"]), maybe(_signed, body["signed"]))


def _sighting(body: Mapping[str, Any]) -> Sighting:
    """Read what the Internet sees."""
    return Sighting(_prefix(body["prefix"]), maybe(_asn, body["origin"]))


def _signed(body: Mapping[str, Any]) -> Signed:
    """Read what was submitted for a prefix."""
    return Signed(_text(body["validation_id"]), _text(body["signature"]))


def _route(body: Mapping[str, Any]) -> Route:
    """Read a route."""
    return Route(
        peer=_text(body["peer"]),
        prefix=_prefix(body["prefix"]),
        path=maybe(_path, body["path"]),
        observed_at=plain.moment(body["observed_at"]),
        peer_asn=maybe(_asn, body["peer_asn"]),
        communities=plain.texts(body["communities"]),
    )


def _path(body: object) -> AsPath:
    """Read an AS path."""
    return tuple(Segment(SegmentKind(one["kind"]), tuple(_asn(asn) for asn in just(list, one["asns"]))) for one in just(list, body))


def _prefix(body: Mapping[str, Any]) -> Prefix:
    """Read a prefix; its parts must be what its spelling means."""
    made = Prefix(just(int, body["version"]), just(int, body["network"]), just(int, body["length"]))
    if Prefix.parse(str(made)) != made:
        raise ValueError(f"{body} is no prefix")
    return made


def _asn(value: object) -> int:
    """Read an AS number."""
    return parse_asn(just(int, value))


def _text(value: object) -> str:
    """Read a text."""
    return just(str, value)


def _number(value: object) -> int:
    """Read a number."""
    return just(int, value)


def _one_of(allowed: tuple[T, ...], value: object) -> T:
    """Read one of some values."""
    return allowed[allowed.index(value)]
