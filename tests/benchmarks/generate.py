"""Routes, route objects and VRPs in any number, for the other benchmarks. The same words give the same bytes.

    python tests/benchmarks/generate.py routes 10000000 --like routes.csv.xz > routes.csv
    python tests/benchmarks/generate.py objects 1000000 --like routes.csv.xz | gzip > radb.db.gz
    python tests/benchmarks/generate.py vrps 700000 > vrps.json

``--like`` takes a real list of routes (CSV with header prefix,asn). It comes first, as it is; what is more than it has are
more-specifics of its rows. Without it all is drawn: IPv4 and IPv6 six to one, most of them /24 and /48, as in real tables.
One route object, VRP or further row in ten has another origin than the route that it was made from.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import lzma
import random
import sys
from itertools import islice
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20260101
OTHER = 0.1  # share of origins that differ
BITS = {4: 32, 6: 128}
LONGEST = {4: 24, 6: 48}
OPEN = {".xz": lzma.open, ".gz": gzip.open}
LENGTHS = {  # what a real table has, in hundredths
    4: {24: 60, 23: 10, 22: 12, 21: 5, 20: 5, 19: 3, 18: 2, 17: 1, 16: 2},
    6: {48: 48, 44: 8, 40: 10, 36: 7, 32: 20, 29: 7},
}


class Row(NamedTuple):
    """One route: the network is a number of 32 or 128 bits."""

    version: int
    network: int
    length: int
    origin: int

    @property
    def prefix(self) -> str:
        """Spell it."""
        size = BITS[self.version] // 8
        return f"{inet_ntop(AF_INET6 if self.version == 6 else AF_INET, self.network.to_bytes(size))}/{self.length}"


def drawn(chance: random.Random) -> Row:
    """Draw a route of public space."""
    version = 4 if chance.random() < 6 / 7 else 6
    length = chance.choices(*zip(*LENGTHS[version].items(), strict=True))[0]
    free = BITS[version] - length
    network = chance.randrange(11 << 24, 127 << 24) if version == 4 else 1 << 125 | chance.getrandbits(124)
    return Row(version, network >> free << free, length, chance.randrange(1, 64000))


def read(name: str) -> Iterator[Row]:
    """Read a list of routes, whatever it is packed with."""
    with OPEN.get(Path(name).suffix, open)(name, "rt", encoding="ascii") as lines:
        for row in csv.DictReader(lines):
            address, _, length = row["prefix"].partition("/")
            version = 6 if ":" in address else 4
            network = int.from_bytes(inet_pton(AF_INET6 if version == 6 else AF_INET, address))
            yield Row(version, network, int(length), int(row["asn"] or 0))


def beneath(row: Row, chance: random.Random, origins: list[int]) -> Row:
    """Make a more-specific of a row; where it is too long for one, a neighbour of the same length."""
    longest = LONGEST[row.version]
    length = chance.randint(row.length + 1, longest) if row.length < longest else row.length
    free, room = BITS[row.version] - length, length - row.length or 8
    return row._replace(network=row.network ^ chance.getrandbits(room) << free, length=length, origin=other(row.origin, chance, origins))


def other(origin: int, chance: random.Random, origins: list[int]) -> int:
    """Give the origin, or once in ten another one."""
    return origin if chance.random() >= OTHER else chance.choice(origins)


def routes(count: int, like: str = "") -> Iterator[Row]:
    """Give that many routes."""
    chance = random.Random(SEED)  # noqa: S311 (the same at every run)
    base = list(islice(read(like), count)) if like else [drawn(chance) for _ in range(min(count, 1_000_000))]
    yield from base
    origins = [row.origin for row in base]
    for _ in range(count - len(base)):
        yield beneath(chance.choice(base), chance, origins)


def objects(count: int, like: str = "") -> Iterator[str]:
    """Give route objects as RADB's dump has them."""
    chance = random.Random(SEED + 1)  # noqa: S311 (as above)
    rows = list(routes(count, like))
    origins = [row.origin for row in rows]
    for number, row in enumerate(rows):
        origin, kind = other(row.origin, chance, origins), "route6:    " if row.version == 6 else "route:     "
        yield (
            f"{kind} {row.prefix}\n"
            f"descr:      Generated customer {number % 40000}\n"
            "            of a generated provider\n"
            f"origin:     AS{origin}\n"
            f"mnt-by:     MAINT-AS{origin}\n"
            f"changed:    noc@as{origin}.example 20250101  #00:00:00Z\n"
            "source:     RADB\n"
            "last-modified: 2025-01-01T00:00:00Z\n\n"
        )


ANCHORS = ("afrinic", "apnic", "arin", "lacnic", "ripe")  # an export without one of them says nothing of its registry's space


def vrps(count: int, like: str = "") -> Iterator[str]:
    """Give VRPs in the shape of rpki-client's export."""
    chance = random.Random(SEED + 2)  # noqa: S311 (as above)
    rows = list(routes(count, like))
    origins = [row.origin for row in rows]
    yield '{\n\t"metadata": {\n\t\t"buildtime": "2026-01-01T00:00:00Z"\n\t},\n\n\t"roas": [\n'
    for number, row in enumerate(rows, 1):
        origin, reach = other(row.origin, chance, origins), max(row.length, LONGEST[row.version] if chance.random() < OTHER else 0)
        end = "\n" if number == len(rows) else ",\n"
        anchor = ANCHORS[number % len(ANCHORS)]
        yield f'\t\t{{ "asn": {origin}, "prefix": "{row.prefix}", "maxLength": {reach}, "ta": "{anchor}", "expires": 1767312000 }}{end}'
    yield "\t]\n}\n"


def lines(count: int, like: str = "") -> Iterator[str]:
    """Give routes as CSV."""
    yield "prefix,asn\n"
    for row in routes(count, like):
        yield f"{row.prefix},{row.origin}\n"


KINDS = {"routes": lines, "objects": objects, "vrps": vrps}


def write(kind: str, count: int, like: str, out: io.TextIOBase) -> None:
    """Write that many of a kind."""
    pieces = KINDS[kind](count, like)
    while part := "".join(islice(pieces, 10000)):
        out.write(part)


def main() -> None:
    """Write what is asked for to standard output."""
    parser = argparse.ArgumentParser(description="Generate routes, route objects or VRPs.")
    parser.add_argument("kind", choices=tuple(KINDS))
    parser.add_argument("count", type=int)
    parser.add_argument("--like", default="", metavar="ROUTES", help="a real list to take first, .xz and .gz too")
    args = parser.parse_args()
    with io.TextIOWrapper(sys.stdout.buffer, encoding="ascii", newline="\n") as out:
        write(args.kind, args.count, args.like, out)


if __name__ == "__main__":
    main()
