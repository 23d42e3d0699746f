"""What others do with the same files: load them, judge every route, count the states. Runs in a Python of its own, without bgpcheck.

    python peers.py {rov|radix|pytricia} VRPS ROUTES [--irr DIR --delegated DIR]
    python peers.py bird CONFIG

``VRPS``: rpki-client's JSON, plain. ``ROUTES``: CSV with header prefix,asn, plain. Prints the counts of RPKI states by name:
valid, invalid, not-found. rov judges IRR and delegations as well; what it says of them is made, and thrown away. BIRD holds the
routes in tables t4 and t6, with their origin as an attribute, and counts those that its own ``roa_check`` calls so.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = {"valid": "ROA_VALID", "invalid": "ROA_INVALID", "not-found": "ROA_UNKNOWN"}  # BIRD's
NAMES = {"Valid": "valid", "NotFound": "not-found", "Invalid": "invalid", "Invalid,more-specific": "invalid"}  # rov's


def rov(args: argparse.Namespace) -> Callable[[str, int], str]:
    """Load rov's three databases."""
    from rov import ROV  # noqa: PLC0415 (only one of the peers is wanted)

    folders = {"irr_dir": args.irr, "rpki_dir": Path(args.vrps).parent, "delegated_dir": args.delegated}
    made = ROV([], [], [], **{name: f"{folder}/" for name, folder in folders.items()})
    made.load_delegated()
    made.load_irr()
    made.load_rpki()
    return lambda prefix, asn: NAMES[made.check(prefix, asn)["rpki"]["status"]]


def vrps(name: str) -> Iterator[tuple[str, int, int]]:
    """Read the VRPs."""
    with Path(name).open(encoding="ascii") as file:
        for row in json.load(file)["roas"]:
            yield row["prefix"], row["asn"], row["maxLength"]


def state(length: int, asn: int, covering: list[list[tuple[int, int]]]) -> str:
    """RFC 6811 s2."""
    if not covering:
        return "not-found"
    return "valid" if asn and any(asn == one and length <= longest for node in covering for one, longest in node) else "invalid"


def radix(args: argparse.Namespace) -> Callable[[str, int], str]:
    """Load a tree of py-radix."""
    from radix import Radix  # noqa: PLC0415 (only one of the peers is wanted)

    tree = Radix()
    for prefix, asn, longest in vrps(args.vrps):
        tree.add(prefix).data.setdefault("vrps", []).append((asn, longest))

    def judge(prefix: str, asn: int) -> str:
        covering = [node.data["vrps"] for node in tree.search_covering(prefix)]
        return state(int(prefix.partition("/")[2]), asn, covering)

    return judge


def pytricia(args: argparse.Namespace) -> Callable[[str, int], str]:
    """Load two trees of pytricia."""
    from pytricia import PyTricia  # noqa: PLC0415 (only one of the peers is wanted)

    trees: dict[bool, Any] = {False: PyTricia(32), True: PyTricia(128)}
    for prefix, asn, longest in vrps(args.vrps):
        tree = trees[":" in prefix]
        if tree.has_key(prefix):
            tree[prefix].append((asn, longest))
        else:
            tree[prefix] = [(asn, longest)]

    def judge(prefix: str, asn: int) -> str:
        tree, covering = trees[":" in prefix], []
        around = tree.get_key(prefix)
        while around is not None:
            covering.append(tree[around])
            around = tree.parent(around)
        return state(int(prefix.partition("/")[2]), asn, covering)

    return judge


def bird(config: str) -> dict[str, int]:
    """Start BIRD, wait until it has read all, let it count, end it."""
    with tempfile.TemporaryDirectory() as folder:
        control, path = f"{folder}/ctl", os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
        argv = [shutil.which("bird", path=path) or "bird", "-f", "-c", config, "-s", control, "-P", f"{folder}/pid"]
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                while not _ask(control, "show status").count("Daemon is up"):
                    time.sleep(0.02)
                return {name: sum(_count(control, family, word) for family in (4, 6)) for name, word in WORDS.items()}
            finally:
                process.terminate()


def _count(control: str, family: int, word: str) -> int:
    """Let BIRD count the routes of a state."""
    told = _ask(control, f"show route table t{family} where roa_check(r{family}, net, origin_as) = {word} count")
    return int(re.findall(r"(\d+) of \d+ routes", told)[0])


def _ask(control: str, command: str) -> str:
    """Give BIRD a command; an empty answer while it is not there."""
    birdc = shutil.which("birdc", path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])) or "birdc"
    return subprocess.run([birdc, "-s", control, command], capture_output=True, text=True, check=False).stdout


PEERS = {"rov": rov, "radix": radix, "pytricia": pytricia}


def main() -> None:
    """Load, judge, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=("bird", *PEERS))
    parser.add_argument("vrps")
    parser.add_argument("routes", nargs="?")
    parser.add_argument("--irr")
    parser.add_argument("--delegated")
    args = parser.parse_args()
    if args.peer == "bird":
        print(json.dumps(bird(args.vrps), sort_keys=True))  # noqa: T201 (a program's output)
        return
    judge = PEERS[args.peer](args)
    with Path(args.routes).open(encoding="ascii", newline="") as lines:
        counts = Counter(judge(row["prefix"], int(row["asn"] or 0)) for row in csv.DictReader(lines))
    print(json.dumps(counts, sort_keys=True))  # noqa: T201 (a program's output)


if __name__ == "__main__":
    main()
