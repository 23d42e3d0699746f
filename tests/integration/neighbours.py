"""Other programs that read files, each asked the rows of the vector file: rov, rpki-ov-checker, npm's rpki-validator, ipwhois.

Each has ``ask(vectors, folder)``, which gives an answer for every row that it can be asked, by the row's id, and ``unasked(row)``, which
says why it can't be asked one, or nothing. rov and rpki-ov-checker: $BGPCHECK_PEERS names the folder of their programs.

Rule: an answer is what the program said, in bgpcheck's words as far as the program tells things apart (``invalid`` without a reason;
of route objects ``other`` and ``none``); nothing here knows what is right.
"""

from __future__ import annotations

import gzip
import ipaddress
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integration.daemons import daemon, node_package
from ipwhois.utils import ipv4_is_defined, ipv6_is_defined
from vectors import vrp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vectors import Row, Vectors

Answers = dict[str, str]
HERE = Path(__file__).parent
NO_ANSWER = "no-answer"
A_NUMBER = "takes an AS number: no AS_SET, no empty path, no confederation"
ONLY_RPKI = "knows the RPKI only"
ROV_RPKI = {"Valid": "valid", "NotFound": "not-found", "Invalid": "invalid-asn", "Invalid,more-specific": "invalid-length"}
ROV_IRR = {"Valid": "exact", "NotFound": "none", "Invalid": "other", "Invalid,more-specific": "covering"}
VALIDATOR = {
    None: "valid",
    "Not valid origin": "invalid-asn",
    "Not valid prefix length": "invalid-length",
    "No ROA available for this prefix": "not-found",
}
NOWHERE = {f"{name}_proxy": "http://127.0.0.1:9" for name in ("http", "https", "ftp")}  # nobody is there: every download fails
TORN = 40  # characters of an export that breaks off


def peer(name: str) -> str:
    """Path of a program in the peers' virtual environment; its Python is the one beside rov."""
    folder = os.environ.get("BGPCHECK_PEERS", "")
    return str(Path(daemon("rov", folder)).with_name(name)) if name == "python" else daemon(name, folder)


def run(argv: Sequence[str], asked: Iterable[object] = (), **env: str) -> subprocess.CompletedProcess[str]:
    """Run a program with lines of JSON for its input."""
    given = "".join(f"{json.dumps(one)}\n" for one in asked)
    return subprocess.run(argv, input=given, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **env})


def answers(done: subprocess.CompletedProcess[str], rows: list[Row]) -> list[Any]:
    """Give a program's answers line by line; none at all where it failed, as it may where its data are missing or torn."""
    if done.returncode == 0:
        return [json.loads(line) for line in done.stdout.splitlines()]
    assert all(row.kind == "silence" for row in rows), done.stderr[-2000:]
    return [None] * len(rows)


def plain(row: Row) -> bool:
    """Tell whether the origin can be told by a number."""
    return bool(row.path) and row.segments[-1][0] == "as-sequence"


def export(world: dict[str, Any], path: Path) -> Path:
    """Write a world's VRPs as rpki-client does."""
    roas = [{"asn": asn, "prefix": str(prefix), "maxLength": longest, "ta": world.get("anchor", "test"), "expires": 1900000000}
            for prefix, longest, asn in map(vrp, world.get("vrps", []))]  # fmt: skip
    text = json.dumps({"metadata": {"buildtime": world.get("built", "2026-11-01T12:00:00Z")}, "roas": roas})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
    return path


def torn(path: Path) -> Path:
    """Break an export off."""
    path.write_text(path.read_text(encoding="ascii")[:-TORN], encoding="ascii")
    return path


class Rov:
    """rov 0.6: its library for rows about data, its program for what it does without any."""

    name = "rov 0.6"

    def unasked(self, row: Row) -> str:
        if row.kind in {"special", "rdap"}:
            return "looks neither at special-purpose space nor at RDAP"
        return "" if row.kind != "rpki" or plain(row) else A_NUMBER

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            if world == "unreachable":
                found |= {row.id: self.without_data(row, folder) for row in rows}
                continue
            self.write(vectors.worlds[world], folder / world, broken=world == "torn")
            done = run(
                [peer("python"), str(HERE / "asking" / "rov_rows.py"), str(folder / world)], [(row.prefix, row.origin) for row in rows]
            )
            said = answers(done, rows)
            found |= {row.id: self.word(row, one) for row, one in zip(rows, said, strict=True)}
        return found

    def without_data(self, row: Row, folder: Path) -> str:
        """Run the program where it can download nothing."""
        done = run([peer("rov"), row.prefix, str(row.origin)], XDG_CACHE_HOME=str(folder / "cache"), **NOWHERE)
        return NO_ANSWER if done.returncode else self.word(row, json.loads(done.stdout))

    @staticmethod
    def word(row: Row, said: Any) -> str:  # noqa: ANN401 (JSON)
        if said is None:
            return NO_ANSWER
        if row.kind == "delegation":
            status = said["delegated"]["prefix"]["status"].strip()
            return "absent" if status == "NotFound" else str(status)
        return ROV_IRR[said["irr"]["status"]] if row.kind == "irr" else ROV_RPKI[said["rpki"]["status"]]

    @staticmethod
    def write(world: dict[str, Any], folder: Path, *, broken: bool) -> None:
        """Write the databases as rov downloads them."""
        path = export(world, folder / "rpki" / "vrps.json")
        if broken:
            torn(path)
        for name in ("irr", "delegated"):
            (folder / name).mkdir()
        for source, text in world.get("irr", {}).items():
            (folder / "irr" / f"{source.lower()}.db.gz").write_bytes(gzip.compress(text.encode("latin-1")))
        rows = [f"{rir}|{row}|e-stats" for rir, each in world.get("delegated", {}).items() for row in each]
        (folder / "delegated" / "nro-extended-stats").write_text("\n".join(rows) + "\n", encoding="ascii")


class OvChecker:
    """rpki-ov-checker 0.0.6: the program, on lines of prefix and AS number. What has host bits is asked apart: it ends the program."""

    name = "rpki-ov-checker 0.0.6"

    def unasked(self, row: Row) -> str:
        if row.kind not in {"rpki", "silence"}:
            return ONLY_RPKI
        return "" if plain(row) else A_NUMBER

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            path = export(vectors.worlds[world], folder / f"ov-{world}.json")
            if world == "torn":
                torn(path)
            cache = "http://127.0.0.1:9/vrps.json" if world == "unreachable" else str(path)
            odd = [row for row in rows if host_bits(row.prefix)]
            for batch in [[row for row in rows if row not in odd], *([row] for row in odd)]:
                found |= self.judged(batch, cache)
        return found

    @staticmethod
    def judged(rows: list[Row], cache: str) -> Answers:
        """Run the program once."""
        argv = [peer("rpki-ov-checker"), "-j", "-c", cache]
        lines = "".join(f"{row.prefix} {row.origin}\n" for row in rows)
        done = subprocess.run(argv, input=lines, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            return dict.fromkeys((row.id for row in rows), NO_ANSWER)
        said = {ipaddress.ip_network(prefix): one for prefix, one in json.loads(done.stdout).items()}
        words = {"valid": "valid", "notfound": "not-found"}
        return {row.id: words.get(said[row.network][str(row.origin)]["state"], "invalid") for row in rows}


class Validator:
    """npm's rpki-validator 2.14.7, its VRPs by its API connector."""

    name = "rpki-validator 2.14.7 (npm)"
    unasked = OvChecker.unasked

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        package = str(node_package("rpki-validator"))
        for world, rows in by_world(self, vectors):
            path = export(vectors.worlds[world], folder / f"npm-{world}.json")
            file = [str(torn(path) if world == "torn" else path)] if world != "unreachable" else []
            argv = [daemon("node"), str(HERE / "asking" / "validator_rows.mjs"), package, *file]
            done = run(argv, [(row.prefix, row.origin) for row in rows])
            found |= {row.id: self.word(one) for row, one in zip(rows, answers(done, rows), strict=True)}
        return found

    @staticmethod
    def word(said: Any) -> str:  # noqa: ANN401 (JSON)
        return NO_ANSWER if said is None or "error" in said else VALIDATOR[said["reason"]]


class Ipwhois:
    """ipwhois 1.3.0: what it takes for addresses that nobody can hold, by the first address of each prefix."""

    name = "ipwhois 1.3.0"

    def unasked(self, row: Row) -> str:
        return "" if row.kind == "special" else "asked about special-purpose space only"

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        del folder
        answers = {row: self.defined(row) for rows in vectors.of("special").values() for row in rows}
        return {row.id: "special" if defined else "public" for row, defined in answers.items()}

    @staticmethod
    def defined(row: Row) -> bool:
        first = str(row.network.network_address)
        return bool((ipv6_is_defined if row.network.version == 6 else ipv4_is_defined)(first)[0])


def host_bits(prefix: str) -> bool:
    """Tell whether a prefix has bits set behind its length."""
    try:
        ipaddress.ip_network(prefix)
    except ValueError:
        return True
    return False


def by_world(neighbour: Any, vectors: Vectors) -> list[tuple[str, list[Row]]]:  # noqa: ANN401 (any of the classes here)
    """Rows that a neighbour can be asked, world by world."""
    found = [(world, [row for row in vectors.rows if row.world == world and not neighbour.unasked(row)]) for world in vectors.worlds]
    return [(world, rows) for world, rows in found if rows]
