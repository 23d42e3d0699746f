"""The vector file ``fixtures/vectors.json``: read it, derive answers from RFC 6811's words, and make its generated rows.

    PYTHONPATH=tests:. python -m vectors     # writes the generated rows again; hand-made rows stay as they are

Rule: no answer in it comes from bgpcheck. Answers about RPKI are checked by ``rfc6811`` below, which knows the standard library only.
"""

from __future__ import annotations

import ipaddress
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integration.oracles import BIRD_REFUSES, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE = Path(__file__).resolve().parent.parent / "fixtures" / "vectors.json"
OWN = 64499  # of the speaker that validates (RFC 6811 s2)
KINDS = {"{": "as-set", "(": "confed-sequence", "[": "confed-set"}
GENERATED = {
    "nested": (8, 26, 18, 3, 24),
    "default": (80, 16, 14, 0, 9),
}  # world: seed, IPv4 and IPv6 VRPs, shortest length, rows of each why

Path_ = list[tuple[str, list[int]]]


@dataclass(frozen=True)
class Row:
    """One case. ``path`` is spelled as routers do; ``why`` and ``source`` say where ``expected`` comes from."""

    id: str
    kind: str
    world: str
    prefix: str
    path: str
    expected: str
    why: str
    source: str
    covering: tuple[str, ...] = ()
    matching: tuple[str, ...] = ()
    answer: Any = None

    @property
    def segments(self) -> Path_:
        """Typed segments of the AS_PATH, in order."""
        found: Path_ = []
        for text in re.findall(r"\{[^}]*\}|\([^)]*\)|\[[^]]*\]|[0-9 ]+", self.path):
            if text.strip():
                found.append((KINDS.get(text[0], "as-sequence"), [int(one) for one in re.findall("[0-9]+", text)]))
        return found

    @property
    def origin(self) -> int | None:
        """RFC 6811 s2, Route Origin ASN: None is NONE."""
        kind, asns = self.segments[-1] if self.path else ("confed-sequence", [])
        return OWN if kind.startswith("confed") else asns[-1] if kind == "as-sequence" else None

    @property
    def network(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        """The prefix without host bits."""
        return ipaddress.ip_network(self.prefix, strict=False)


@dataclass(frozen=True)
class Vectors:
    """All of the file. ``worlds``: what the sources hold, by name."""

    worlds: dict[str, dict[str, Any]]
    rows: tuple[Row, ...]

    def of(self, kind: str) -> dict[str, list[Row]]:
        """Rows of a kind by world."""
        return {world: rows for world in self.worlds if (rows := [row for row in self.rows if (row.kind, row.world) == (kind, world)])}


def read(text: str = "") -> Vectors:
    """Read the file."""
    body = json.loads(text or FILE.read_text(encoding="utf-8"))
    rows = [Row(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}) for row in body["rows"]]
    return Vectors(body["worlds"], tuple(rows))


def rfc6811(prefix: str, origin: int | None, vrps: Iterable[str]) -> tuple[str, str, list[str], list[str]]:
    """RFC 6811 s2 in its own words: state, why, the VRPs that cover and those that match; Invalid is told apart by the nearest miss."""
    route = ipaddress.ip_network(prefix, strict=False)
    table = [(one, *vrp(one)) for one in vrps]
    covering = [one for one in table if one[1].version == route.version and route.subnet_of(one[1])]  # type: ignore[arg-type]
    named = [
        one for one in covering if one[3] == origin and origin
    ]  # "no Route can be Matched by a VRP whose ASN is zero", nor one of NONE
    matching = [one for one in named if route.prefixlen <= one[2]]
    fits = any(route.prefixlen <= one[2] for one in covering)
    misses = (origin is None, "no-origin"), (all(one[3] == 0 for one in covering), "as0"), (fits, "wrong-asn"), (True, "both")
    why = next(word for holds, word in ((not covering, "none"), (matching, "matched"), (named, "too-long"), *misses) if holds)
    state = {"none": "not-found", "matched": "valid", "too-long": "invalid-length"}.get(why, "invalid-asn")
    return state, why, [one[0] for one in covering], [one[0] for one in matching]


def vrp(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int, int]:
    """Read ``10.1.0.0/16-20 64496``: prefix, maxLength, AS number."""
    block, asn = text.split()
    prefix, _, longest = block.partition("-")
    network = ipaddress.ip_network(prefix)
    return network, int(longest or network.prefixlen), int(asn)


def generated(name: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Make a world's VRPs and rows: announcements at the edges of nested VRPs, from AS numbers that they name and others, AS0 and NONE.

    Space that BIRD takes for no unicast routes is left out; of the rest, as many of each ``why``, by chance from the seed.
    """
    seed, ipv4, ipv6, shortest, share = GENERATED[name]
    made = World.made(seed, ipv4, ipv6, shortest)
    vrps = [f"{one.prefix}-{one.max_length} {one.asn}" for one in made.vrps if not any(block.overlaps(one.prefix) for block in BIRD_REFUSES)
            or one.prefix.length == 0]  # fmt: skip
    chance = random.Random(seed)  # noqa: S311 (the same at every run)
    fair = [case for case in made.cases if not any(block.overlaps(case.prefix) for block in BIRD_REFUSES)]
    rows: list[dict[str, Any]] = []
    for case in chance.sample(fair, len(fair)):
        way = "64510 " * chance.randint(0, 2)
        path = f"{way}{{64496,64511}}" if case.origin is None else f"{way}{case.origin}"
        told = {"kind": "rpki", "world": name, "path": path, "source": f"RFC 6811 s2; generated, seed {seed}"}
        row = answered({"id": f"{name}-{len(rows) + 1:03}", "prefix": str(case.prefix), **told}, vrps)
        if sum(one["why"] == row["why"] for one in rows) < share:
            rows.append(row)
    return vrps, rows


def answered(row: dict[str, Any], vrps: list[str]) -> dict[str, Any]:
    """Give a row about RPKI its answer."""
    state, why, covering, matching = rfc6811(row["prefix"], Row(**row, expected="", why="").origin, vrps)
    return {**row, "expected": state, "why": why, "covering": covering, "matching": matching}


def written(body: dict[str, Any]) -> str:
    """Spell the file: a row a line."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in body["rows"])
    worlds = ",\n".join(f"{json.dumps(name)}: {json.dumps(world, indent=1, ensure_ascii=False)}" for name, world in body["worlds"].items())
    return f'{{\n"worlds": {{\n{worlds}\n}},\n"rows": [\n{rows}\n]\n}}\n'


def renewed(body: dict[str, Any]) -> dict[str, Any]:
    """Make the generated worlds and their rows again; the others stay."""
    made = {name: generated(name) for name in GENERATED}
    worlds = {**body["worlds"], **{name: {"vrps": vrps} for name, (vrps, _) in made.items()}}
    rows = [row for row in body["rows"] if row["world"] not in made]
    return {"worlds": worlds, "rows": [*rows, *(row for _, made_rows in made.values() for row in made_rows)]}


def main() -> Iterator[str]:
    """Write the file again."""
    FILE.write_text(written(renewed(json.loads(FILE.read_text(encoding="utf-8")))), encoding="utf-8")
    yield f"{FILE}: {len(read().rows)} rows"


if __name__ == "__main__":
    for line in main():
        print(line)  # noqa: T201 (a program's output)
