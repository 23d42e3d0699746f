"""A case: all that a user put in, apart from what registries say. It can be written down and read back. Pure.

Rule: a verdict is a function of (case, documents, policy); so the case holds ``now`` and every switch, and no secret.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.model import Prefix, Route, Segment, SegmentKind
from bgpcheck.peering import Block, Listed, Peering

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Read a case back; ``FormatError`` where it is none."""
    try:
        body = json.loads(data)
        if body["schema"] != SCHEMA:
            raise FormatError(f"not a case of schema {SCHEMA}")
        return Case(
            peering=_peering(body["peering"]),
            now=_time(body["now"]),
            strict=bool(body["strict"]),
            irr=tuple(body["irr"]),
            assumed=tuple((str(name), str(text)) for name, text in body["assumed"]),
            notes=tuple((str(rule), str(subject), str(text)) for rule, subject, text in body["notes"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise FormatError("not a readable case") from error


def _time(text: str) -> datetime:
    """Read an aware time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _peering(body: Mapping[str, Any]) -> Peering:
    """Read a peering."""
    plain = {name: value for name, value in body.items() if name not in {"blocks", "routes", "secret_faults"}}
    return Peering(
        **plain,
        blocks=tuple(_block(one) for one in body["blocks"]),
        routes=tuple(_route(one) for one in body["routes"]),
        secret_faults=tuple(body["secret_faults"]),
    )


def _block(body: Mapping[str, Any]) -> Block:
    """Read one address family's part."""
    links: dict[str, Any] = {name: _listed(body[name]) if body[name] else None for name in ("primary", "secondary")}
    return Block(**{**body, **links, "prefixes": tuple(_listed(one) for one in body["prefixes"])})


def _listed(body: Mapping[str, Any]) -> Listed:
    """Read a listed prefix."""
    return Listed(Prefix(**body["prefix"]), body["text"], body["masked"])


def _route(body: Mapping[str, Any]) -> Route:
    """Read a route."""
    path = body["path"]
    segments = None if path is None else tuple(Segment(SegmentKind(one["kind"]), tuple(one["asns"])) for one in path)
    changed = {"prefix": Prefix(**body["prefix"]), "path": segments, "observed_at": _time(body["observed_at"])}
    return Route(**{**body, **changed, "communities": tuple(body["communities"])})
