"""Why bgpcheck's neighbours answer otherwise: ``differences.toml`` says it in words, and each rule here foretells the very answer.

A rule takes a row and what the sources hold (its world), and gives the answer of a neighbour that does as the entry says, or None where
that does not touch the row. Rule of the rules: none looks at what a neighbour has answered.
"""

from __future__ import annotations

import ipaddress
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integration.neighbours import NO_ANSWER, host_bits
from vectors import rfc6811, vrp

if TYPE_CHECKING:
    from collections.abc import Callable

    from vectors import Row

    World = dict[str, Any]
    Rule = Callable[[Row, World], str | None]

IRR_WORDS = {"conflicting": "other", "other-origin": "other", "absent": "none"}  # rov has fewer
SOMEBODY = 4294967290  # an AS number that no row has
UNKNOWN_TO_IPWHOIS = [ipaddress.ip_network("100.64.0.0/10"), ipaddress.ip_network("3fff::/20")]


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the table."""

    title: str
    neighbour: str
    basis: str
    words: str
    rule: str

    def foretells(self, row: Row, world: World) -> str | None:
        """Give the answer that the neighbour gives for this reason; None where the reason is not there."""
        return RULES[self.rule](row, world)


@cache
def known() -> tuple[Known, ...]:
    """Read the table."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tuple(Known(**entry) for entry in tomllib.loads(text)["known"])


def agrees(row: Row, answer: str) -> bool:
    """Tell whether an answer says what the row expects, in the words that the neighbour has."""
    if answer == "invalid":  # without a reason
        return row.expected.startswith("invalid")
    return answer == (IRR_WORDS.get(row.expected, row.expected) if row.kind == "irr" and answer in IRR_WORDS.values() else row.expected)


def coarse(state: str | None) -> str | None:
    """Leave the reason out."""
    return "invalid" if state and state.startswith("invalid") else state


# ── RPKI ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def state(row: Row, vrps: list[str]) -> str:
    return rfc6811(row.prefix, row.origin, vrps)[0]


def taking_zero_for_somebody(row: Row, vrps: list[str]) -> str:
    """Judge a route of AS0 as if 0 were an AS number as any other."""
    return rfc6811(row.prefix, SOMEBODY, [one.removesuffix(" 0") + f" {SOMEBODY}" if one.endswith(" 0") else one for one in vrps])[0]


def as_zero(row: Row, _: World) -> str | None:
    return taking_zero_for_somebody(row, [*row.covering]) if row.kind == "rpki" and row.origin == 0 and row.covering else None


def set_not_found(row: Row, _: World) -> str | None:
    return "not-found" if row.kind == "rpki" and row.origin is None else None


def gobgps(row: Row, covering: list[str]) -> str | None:
    """GoBGP's rule on the VRPs that cover: what is too short for the prefix is told before whom it names."""
    if row.kind != "rpki" or row.origin is None:
        return set_not_found(row, {})
    found = state(row, covering)
    if not found.startswith("invalid"):
        return found
    return "invalid-asn" if any(row.network.prefixlen <= vrp(one)[1] for one in covering) else "invalid-length"


def without_default(row: Row) -> list[str] | None:
    """Covering VRPs but those of 0.0.0.0/0 and ::/0; None where there are none of these."""
    left = [one for one in row.covering if vrp(one)[0].prefixlen]
    return left if len(left) < len(row.covering) else None


def no_default_gobgp(row: Row, _: World) -> str | None:
    left = without_default(row)
    return None if left is None else gobgps(row, left)


def no_default_coarse(row: Row, _: World) -> str | None:
    left = without_default(row)
    return None if left is None else coarse(state(row, left))


def no_default_npm(row: Row, _: World) -> str | None:
    left = without_default(row)
    return None if left is None else taking_zero_for_somebody(row, left) if row.origin == 0 else state(row, left)


def birds_last(row: Row, _: World) -> str | None:
    """``bgp_path.last`` in the place of the own AS number."""
    kind, asns = row.segments[-1] if row.path else ("confed-set", [0])
    if row.kind != "rpki" or not kind.startswith("confed"):
        return None
    return coarse(rfc6811(row.prefix, asns[-1] if kind == "confed-sequence" else 0, row.covering)[0])


def ends_at_host_bits(row: Row, _: World) -> str | None:
    return NO_ANSWER if row.kind == "rpki" and row.covering and host_bits(row.prefix) else None


# ── Sources that fail ───────────────────────────────────────────────────────────────────────────────────────────────────────


def not_found(world: str) -> Rule:
    return lambda row, _: "not-found" if row.world == world else None


def stale(row: Row, world: World) -> str | None:
    return state(row, world["vrps"]) if row.world == "stale" else None


# ── Delegations ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def best(row: Row, world: World, blocks: Callable[[str, int], list[Any]]) -> str:
    """Status of the most specific block around a prefix; ``blocks`` makes them of an IPv4 row's start and count."""
    found = [(-1, "absent")]
    for line in (line for lines in world["delegated"].values() for line in lines):
        _, kind, start, value, _, status, _ = line.split("|")
        if kind == f"ipv{row.network.version}":
            made = blocks(start, int(value)) if kind == "ipv4" else [ipaddress.ip_network(f"{start}/{value}")]
            found += [(block.prefixlen, status) for block in made if row.network.subnet_of(block)]
    return max(found)[1]


def rounded(start: str, count: int) -> list[Any]:
    return [ipaddress.ip_network(f"{start}/{int(32 - math.log2(count))}", strict=False)]


def exactly(start: str, count: int) -> list[Any]:
    first = ipaddress.IPv4Address(start)
    return [*ipaddress.summarize_address_range(first, first + count - 1)]


def powers(row: Row, world: World) -> str | None:
    found = best(row, world, rounded) if row.kind == "delegation" else None
    return found if found and found != best(row, world, exactly) else None


def spanning(row: Row, world: World) -> str | None:
    return best(row, world, exactly) if row.kind == "delegation" and row.expected != "legacy" else None


def legacy(row: Row, _: World) -> str | None:
    return "allocated" if (row.kind, row.expected) == ("delegation", "legacy") else None


# ── Route objects ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def objects(expected: str, answer: str, source: str = "", why: str = "") -> Rule:
    """Foretell an answer about route objects where a row expects a word for a reason."""
    return lambda row, _: (
        answer if (row.kind, row.expected) == ("irr", expected) and row.source.startswith(source) and why in row.why else None
    )


def as_text(row: Row, _: World) -> str | None:
    return "covering" if (row.kind, row.expected) == ("irr", "exact") and row.prefix != str(row.network) else None


def last_object(row: Row, world: World) -> str | None:
    ends = [text.rpartition("\n\n")[2] for text in world.get("irr", {}).values() if not text.endswith("\n\n")]
    return "none" if row.kind == "irr" and any(f" {row.prefix}\n" in end for end in ends) else None


def tables_of_old(row: Row, _: World) -> str | None:
    around = [block for block in UNKNOWN_TO_IPWHOIS if block.version == row.network.version]
    return "public" if row.kind == "special" and any(row.network.subnet_of(block) for block in around) else None


RULES: dict[str, Rule] = {
    "as_zero": as_zero,
    "as_zero_coarse": lambda row, world: coarse(as_zero(row, world)),
    "set_not_found": set_not_found,
    "gobgps_reason": lambda row, _: gobgps(row, [*row.covering]) if row.origin is not None else None,
    "no_default_gobgp": no_default_gobgp,
    "no_default_coarse": no_default_coarse,
    "no_default_npm": no_default_npm,
    "birds_last": birds_last,
    "ends_at_host_bits": ends_at_host_bits,
    "unreachable_not_found": not_found("unreachable"),
    "torn_not_found": not_found("torn"),
    "outage_not_found": not_found("outage"),
    "stale": stale,
    "stale_coarse": lambda row, world: coarse(stale(row, world)),
    "as_text": as_text,
    "last_object": last_object,
    "powers": powers,
    "spanning": spanning,
    "legacy": legacy,
    "conflicting_covered": objects("conflicting", "covering", "peers.md 8"),
    "others_aggregate": objects("absent", "other", why="only a covering one of another AS"),
    "beyond_allocation": objects("absent", "covering", why="wider than the direct allocation"),
    "parts": objects("parts", "none"),
    "elsewhere": objects("elsewhere", "exact"),
    "pseudo_object": objects("absent", "exact", "peers.md 9"),
    "hidden": objects("hidden", "exact", "peers.md 9"),
    "rpsl_lost": objects("exact", "none", "RFC 2622 s2"),
    "rpsl_mistaken": objects("exact", "other", "RFC 2622 s2, continuation"),
    "tables_of_old": tables_of_old,
}
