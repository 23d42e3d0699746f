"""Tables of Azure's edge as PowerShell prints them: a line of column names, then rows. Pure.

Rule: a column may be empty, so what stands where decides; a row that can't be one is a ``FormatError`` and never half a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bgpcheck.errors import FormatError

WORD = re.compile(r"\S+")
DASHES = frozenset("- \t")
SIDES = ("on-prem", "onprem", "on-premises", "microsoft")
TABLES = {
    "arp": ("age", "interface", "interfaceproperty", "ipaddress", "macaddress"),
    "summary": ("neighbor", "v", "as", "updown", "statepfxrcd"),
    "routes": ("network", "nexthop", "locprf", "weight", "path"),
    "counters": ("primarybytesin", "primarybytesout", "secondarybytesin", "secondarybytesout"),
}
TITLES = {"arp info:": "arp", "route table summary:": "summary", "route table info:": "routes"}  # of the classic commands
SUMMARY_WORDS = 5
ROUTE_WORDS = 2
ADDRESS = re.compile(r"[0-9A-Fa-f.:/#*xX]{3,60}")


@dataclass(slots=True)
class Header:
    """A table's kind, and where the columns before the path end; 0 where there is no such column.

    ``waiting``: a network whose row goes on in the next line, empty where there is none.
    """

    kind: str
    weight: int = 0
    waiting: str = ""


def header(line: str) -> Header | None:
    """Take a line of column names; None where it is none."""
    words = list(WORD.finditer(line))
    names = [word.group().lower() for word in words]
    if len(names) < 2 or len(set(names)) < len(names):  # noqa: PLR2004 (one word is no table)
        return None
    kind = next((kind for kind, columns in TABLES.items() if set(names) <= set(columns)), None)
    ends = {name: word.end() for name, word in zip(names, words, strict=True)}
    return Header(kind, ends.get("weight", 0)) if kind else None


def title(line: str) -> str | None:
    """Take a title of a classic command's table: its kind, or None."""
    return TITLES.get(line.strip().lower())


def row(head: Header, line: str) -> dict[str, object] | None:
    """Read a row under its header; None where the line only separates, or is the first half of a row."""
    if "-" in line and not set(line) - DASHES:
        return None
    words = line.split()
    if head.kind == "arp":
        return _arp(words)
    if head.kind == "summary":
        return _summary(words)
    if head.kind == "counters":
        return _counters(words)
    return _route(head, line)


def _arp(words: list[str]) -> dict[str, object]:
    """Read ``10 On-Prem 192.0.2.1 aaaa.bbbb.cccc``; age and MAC address may be missing."""
    place = next((index for index, word in enumerate(words[:2]) if word.lower() in SIDES), None)
    after = words[place + 1 :] if place is not None else []
    if place is None or not 1 <= len(after) <= 2 or not ADDRESS.fullmatch(after[0]):  # noqa: PLR2004 (address, MAC)
        raise FormatError("a row of an ARP table has age, interface (On-Prem or Microsoft), IP address and MAC address")
    return {
        "age": words[0] if place else None,
        "interface": words[place],
        "ipAddress": after[0],
        "macAddress": after[1] if after[1:] else "",
    }


def _summary(words: list[str]) -> dict[str, object]:
    """Read ``192.0.2.1 4 64500 8w4d 50``; a state may have a second word, such as ``Idle (Admin)``."""
    if len(words) < SUMMARY_WORDS or not ADDRESS.fullmatch(words[0]):
        raise FormatError("a row of a route table summary has neighbor, V, AS, UpDown and StatePfxRcd")
    return {"neighbor": words[0], "v": words[1], "as": words[2], "upDown": words[3], "statePfxRcd": " ".join(words[4:])}


def _counters(words: list[str]) -> dict[str, object]:
    """Read the four octet counts."""
    names = TABLES["counters"]
    if len(words) != len(names):
        raise FormatError("a row of counters has four numbers")
    return dict(zip(names, words, strict=True))


def _route(head: Header, line: str) -> dict[str, object] | None:
    """Read ``192.0.2.0/24 198.51.100.1 [LocPrf] Weight Path``; a long network has a line of its own."""
    words = [(match.group(), match.start()) for match in WORD.finditer(line)]
    if head.waiting:
        words.insert(0, (head.waiting, 0))
        head.waiting = ""
    if not words or not all(ADDRESS.fullmatch(word) for word, _ in words[:ROUTE_WORDS]):
        raise FormatError("a row of a route table has network, next hop, LocPrf, weight and path")
    if len(words) < ROUTE_WORDS:
        head.waiting = words[0][0]
        return None
    return {"network": words[0][0], "nextHop": words[1][0], "path": " ".join(_path(head, words[ROUTE_WORDS:], spaced="  " in line.strip()))}


def _path(head: Header, rest: list[tuple[str, int]], *, spaced: bool) -> list[str]:
    """Leave out LocPrf, which may be empty, and the weight; where blanks were squeezed, AS 0 is in no path (RFC 7607) but a weight."""
    if not head.weight:
        return [word for word, _ in rest]
    before = sum(start < head.weight for _, start in rest)
    if not spaced or before not in (1, 2) or not all(word.isdecimal() for word, _ in rest[:before]):
        before = 2 if [word for word, _ in rest[1:2]] == ["0"] else 1
    return [word for word, _ in rest[before:]]
