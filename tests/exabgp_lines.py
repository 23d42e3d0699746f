"""Lines as ExaBGP 5 prints them, for tests: JSON without its odd spacing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PEER = "127.0.0.2"
BEGUN = 1_790_000_000.0  # Unix seconds


def line(kind: str, said: Mapping[str, Any], *, peer: str = PEER, asn: int = 3333, at: float = 0.0) -> bytes:
    """Give one event about a neighbor; ``at``: seconds after ``BEGUN``."""
    neighbor = {"address": {"local": "127.0.0.1", "peer": peer}, "asn": {"local": 12076, "peer": asn}, **said}
    return json.dumps({"exabgp": "5.0.0", "time": BEGUN + at, "type": kind, "neighbor": neighbor}).encode()


def state(word: str, *, reason: str = "", **more: object) -> bytes:
    """Give a change of state."""
    return line("state", {"state": word, **({"reason": reason} if reason else {})}, **more)


def update(announce: Sequence[str] = (), withdraw: Sequence[str] = (), *, path: Sequence[int] | None = (3333,), **more: object) -> bytes:
    """Give an update; ``path`` None: without AS_PATH. A prefix may be ``193.0.0.0/21 0.0.0.1``, with a path identifier."""
    said: dict[str, Any] = {"attribute": _attribute(path, more.pop("communities", ()))}
    if announce:
        said["announce"] = {f"{family} unicast": {"192.0.2.1": _nlris(some)} for family, some in _families(announce).items()}
    if withdraw:
        said["withdraw"] = {f"{family} unicast": _nlris(some) for family, some in _families(withdraw).items()}
    return line("update", {"direction": "receive", "message": {"update": said}}, **more)


def end_of_rib(family: str = "ipv4", **more: object) -> bytes:
    """Give an End-of-RIB."""
    return line("update", {"direction": "receive", "message": {"eor": {"afi": family, "safi": "unicast"}}}, **more)


def notification(code: int, subcode: int, *, message: str = "", direction: str = "receive", **more: object) -> bytes:
    """Give a NOTIFICATION."""
    said = {"code": code, "subcode": subcode, "data": f"0x{message.encode().hex()}"}
    return line("notification", {"direction": direction, "notification": said}, **more)


def refresh(subtype: str, family: str = "ipv4", **more: object) -> bytes:
    """Give a ROUTE-REFRESH."""
    return line("refresh", {"direction": "receive", "route-refresh": {"afi": family, "safi": "unicast", "subtype": subtype}}, **more)


def opened(*, asn: int = 3333, hold_time: int = 30, direction: str = "receive", **more: object) -> bytes:
    """Give an OPEN."""
    able = {"1": {"name": "multiprotocol", "families": ["ipv4/unicast", "ipv6/unicast"]}, "65": {"name": "asn4", "asn4": asn}}
    said = {"version": 4, "asn": asn, "hold_time": hold_time, "router_id": "127.0.0.2", "capabilities": able}
    return line("open", {"direction": direction, "open": said}, **more)


def shutdown() -> bytes:
    """Give ExaBGP's own end."""
    return json.dumps({"exabgp": "5.0.0", "time": BEGUN, "type": "notification", "notification": "shutdown"}).encode()


def _attribute(path: Sequence[int] | None, communities: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Give the attributes."""
    found: dict[str, Any] = {"origin": "igp"}
    if path is not None:
        found["as-path"] = {"0": {"element": "as-sequence", "value": list(path)}} if path else {}
    return {**found, **({"community": [list(one) for one in communities]} if communities else {})}


def _families(prefixes: Sequence[str]) -> dict[str, list[str]]:
    """Put prefixes by family."""
    found: dict[str, list[str]] = {}
    for one in prefixes:
        found.setdefault("ipv6" if ":" in one else "ipv4", []).append(one)
    return found


def _nlris(prefixes: Sequence[str]) -> list[dict[str, str]]:
    """Give NLRI objects."""
    pairs = (one.split() for one in prefixes)
    return [{"nlri": one[0], **({"path-information": one[1]} if len(one) > 1 else {})} for one in pairs]
