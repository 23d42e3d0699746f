"""bgpcheck, asked the vector file's rows as its neighbours are: its facts, ``audit`` and ``check``.

Rule: as in ``neighbours``; where the fact says more than its state (which VRPs cover, which match), that is held against the row too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from integration.neighbours import NO_ANSWER, Answers, by_world, export, torn
from integration.neighbours_bgp import way
from program import NOW, run
from registry import Registry
from vectors import vrp

from bgpcheck.facts.rpki import validate
from bgpcheck.facts.special import special
from bgpcheck.formats.bgp_update import as_path
from bgpcheck.formats.vrps import scan
from bgpcheck.model import Prefix, Vrp, origin_as

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vectors import Row, Vectors

SAMPLE = 64496  # ``check`` is put all hand-made rows of this origin,
SOME = {f"{kind}-{number:03}" for kind in ("irr", "delegation") for number in range(0, 200, 3)}  # and every third of these
OWN_NAMED = "no other AS can send it (RFC 4271 s5.1.2, RFC 5065 s5), so no own AS number is at stake; the lab says so (PATH-4)"


class Facts:
    """The facts *rpki* and *special* themselves, fed by the same parsers as always."""

    name = "bgpcheck: facts"

    def unasked(self, row: Row) -> str:
        if row.kind not in {"rpki", "special"}:
            return "by the commands"
        inside = not row.path or any(kind.startswith("confed") for kind, _ in row.segments[-1:])
        return OWN_NAMED if row.kind == "rpki" and inside and row.why in {"matched", "too-long"} else ""

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            path = export(vectors.worlds[world], folder / f"{world}.json")
            table = [one for _, _, one in scan(path.read_bytes(), file=path.name).records() if isinstance(one, Vrp)]
            found |= {row.id: self.state(row, table) for row in rows}
        return found

    @staticmethod
    def state(row: Row, table: list[Vrp]) -> str:
        prefix, _ = Prefix.parse_masking(row.prefix)
        if row.kind == "special":
            return "special" if special(prefix) else "public"
        origin = origin_as(as_path(way(row), 4))
        fact = validate(prefix, () if origin is None else (origin,), table)
        assert {spelled(one) for one in fact.covering} == set(map(numbers, row.covering)), row
        assert {spelled(one) for one in fact.matched} == set(map(numbers, row.matching)), row
        assert fact.only_as0 or row.why != "as0", row
        return str(fact.state)


class Audit:
    """``bgpcheck audit``, on rows of a CSV file and a snapshot."""

    name = "bgpcheck audit"

    def unasked(self, row: Row) -> str:
        if row.kind not in {"rpki", "irr", "delegation"}:
            return "by the other ways"
        return "" if row.path and row.segments[-1][0] in {"as-sequence", "as-set"} else "a CSV row holds an AS number or an AS_SET"

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            data, snapshot, routes = registry(vectors.worlds[world], folder / world), folder / f"{world}.snapshot", folder / f"{world}.csv"
            routes.write_text("prefix,asn\n" + "".join(f"{row.prefix},{cell(row)}\n" for row in rows), encoding="ascii")
            built = run("registry", "build", "--from", str(data), "--out", str(snapshot), timeout=300)
            assert built.status == 0, built.stderr
            done = run("audit", str(routes), "--registry-data", str(snapshot), "--now", NOW, "--format", "jsonl", timeout=300)
            assert done.status == 0, done.stderr
            found |= {row.id: fact(row, json.loads(line)) for row, line in zip(rows, done.stdout.splitlines(), strict=True)}
        return found


class Check:
    """``bgpcheck check``: all that is about missing data, and a sample of the rest."""

    name = "bgpcheck check"

    def unasked(self, row: Row) -> str:
        asked = row.kind in {"silence", "rdap"} or (row.world, row.path) == ("hand", str(SAMPLE)) or row.id in SOME
        return "" if asked else "a sample is put to it"

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            data = registry(vectors.worlds[world], folder / world, empty=world == "unreachable")
            if world == "torn":
                torn(data / "vrps.json")
            for number, batch in enumerate(batches(rows)):
                if batch[0].kind == "rdap":
                    data = recorded(batch[0], folder / f"rdap-{number}")
                found |= self.judged(batch, data)
        return found

    @staticmethod
    def judged(rows: list[Row], data: Path) -> Answers:
        asked = [word for row in rows for word in ("--prefix", row.prefix)]
        strict = ["--strict"] if rows[0].world == "stale" else []
        done = run(
            "check",
            "--peer-asn",
            str(rows[0].origin),
            *asked,
            "--registry-data",
            str(data),
            "--now",
            NOW,
            "--format",
            "json",
            *strict,
            timeout=300,
        )
        if done.status == 2:  # a file is damaged: said, and nothing judged
            return dict.fromkeys((row.id for row in rows), NO_ANSWER)
        said = {one["prefix"]: one for one in json.loads(done.stdout)["prefixes"]}
        return {row.id: fact(row, said[str(row.network)]) for row in rows}


def fact(row: Row, said: dict[str, Any]) -> str:
    """Pick the fact that a row is about."""
    name = {"irr": "irr", "delegation": "registration", "rdap": "registration"}.get(row.kind, "rpki")
    found = said.get("facts", said)[name]
    word = found if isinstance(found, str) else found.get("state", found.get("match", found.get("status")))
    return NO_ANSWER if word == "unknown" and row.kind in {"silence", "rdap"} else str(word)


def cell(row: Row) -> str:
    """Spell an origin as ``audit`` reads it."""
    return str(row.origin) if row.origin is not None else '"{' + ",".join(map(str, row.segments[-1][1])) + '}"'


def batches(rows: list[Row]) -> Iterable[list[Row]]:
    """Rows that one command can judge: of one AS number, no prefix twice, and none with an answer of its own."""
    found: list[list[Row]] = []
    for row in rows:
        free = next(
            (
                one
                for one in found
                if row.kind != "rdap" and all(row.origin == other.origin and row.network != other.network for other in one)
            ),
            None,
        )
        if free is None:
            found.append(free := [])
        free.append(row)
    return found


def registry(world: dict[str, Any], folder: Path, *, empty: bool = False) -> Path:
    """Write a world as a folder of registry data."""
    folder.mkdir(parents=True, exist_ok=True)
    if empty:
        return folder
    Registry(rows=world.get("delegated", {})).write(folder)
    for source, text in world.get("irr", {}).items():
        (folder / f"{source}.db").write_bytes(text.encode("latin-1"))
    export(world, folder / "vrps.json")
    return folder


def recorded(row: Row, folder: Path) -> Path:
    """Write an RDAP answer, and statistics of nobody: only RDAP can say whether there is a registration."""
    Registry(silent_rirs=("afrinic", "apnic", "arin", "lacnic", "ripencc")).write(folder)
    path = folder / "rdap" / "ip" / f"{row.prefix.replace('/', '_')}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(row.answer), encoding="ascii")
    return folder


def spelled(one: Vrp) -> tuple[str, int, int]:
    return str(one.prefix), one.max_length, one.asn


def numbers(text: str) -> tuple[str, int, int]:
    network, longest, asn = vrp(text)
    return str(Prefix.parse(str(network))), longest, asn
