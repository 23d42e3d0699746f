"""A live check of many prefixes beside sequential ipwhois, against servers on loopback that take 80 ms for every answer.

    python tests/benchmarks/live.py                    200 prefixes in 20 blocks at five registries; ipwhois asks about all of them
    python tests/benchmarks/live.py --sample 20        ipwhois asks about 20, and its time is multiplied

The check is the whole process, start to end: registrations by RDAP, route objects from five IRR servers, verdicts. ipwhois looks
up the same prefixes one after the other: RDAP once, and whois at each of the five registries. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from fetch.registry_servers import registries  # noqa: E402 (its place is known only now)

if TYPE_CHECKING:
    from collections.abc import Iterator

DELAY = 0.08
ASN = 3333
RIRS = {"ripencc": (193, "RIPE"), "arin": (63, "ARIN"), "apnic": (14, "APNIC"), "afrinic": (41, "AFRINIC"), "lacnic": (177, "LACNIC")}
BLOCKS, EACH = 4, 10  # /16 of each registry, /24 of each block


def prefixes() -> list[tuple[str, str]]:
    """Give (statistics name, prefix) of all."""
    places = [(rir, first, block) for rir, (first, _) in RIRS.items() for block in range(BLOCKS)]
    return [(rir, f"{first}.{block}.{number}.0/24") for rir, first, block in places for number in range(EACH)]


def write(folder: Path) -> None:
    """Write what the registries hold: an allocation for each block, a route object for each prefix, the AS number."""
    for first, source in RIRS.values():
        rows = [
            f"aut-num: AS{ASN}\nas-name: X\norg: ORG-X\nsource: {source}\n",
            f"organisation: ORG-X\norg-name: Example\nsource: {source}\n",
        ]
        for block in range(BLOCKS):
            span = f"{first}.{block}.0.0 - {first}.{block}.255.255"
            rows.append(f"inetnum: {span}\nnetname: X\nstatus: ALLOCATED PA\norg: ORG-X\nsource: {source}\n")
            rows += [f"route: {first}.{block}.{number}.0/24\norigin: AS{ASN}\nmnt-by: X-MNT\nsource: {source}\n" for number in range(EACH)]
        (folder / f"{source}.db").write_text("\n".join(rows))


async def serve(folder: Path) -> None:
    """Serve the folder, every registry on ports of its own, until standard input ends."""
    async with contextlib.AsyncExitStack() as stack:
        own = {rir: await stack.enter_async_context(registries(folder, folder / f"{rir}.yaml", delay=DELAY)) for rir in RIRS}
        trees = {rir: yaml.safe_load((folder / f"{rir}.yaml").read_text()) for rir in RIRS}
        tree = trees["ripencc"]
        tree["irr"] = {source: trees[rir]["irr"][source] for rir, (_, source) in RIRS.items()}
        tree["rirs"] = {rir: trees[rir]["rirs"][rir] for rir in RIRS}
        tree["registries"] = {name: one for name, one in tree["registries"].items() if one.get("statistics")}
        tree["registries"]["RIPENCC"] |= {"irr": ["RIPE"], "weak": []}
        (folder / "sources.yaml").write_text(yaml.safe_dump(tree))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        sys.stdout.write(json.dumps([[line, count] for made in own.values() for line, count in made.asked.items()]))


def checked(folder: Path) -> tuple[float, dict[str, Any]]:
    """Run the check; gives seconds and result."""
    words = [word for _, prefix in prefixes() for word in ("--prefix", prefix)]
    command = [
        sys.executable,
        "-m",
        "bgpcheck",
        "check",
        "--live",
        "--sources",
        str(folder / "sources.yaml"),
        "--peer-asn",
        str(ASN),
        *words,
    ]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
    begun = time.monotonic()
    done = subprocess.run(
        [*command, "--format", "json"], capture_output=True, text=True, check=False, env=environment, cwd=HERE.parent.parent
    )
    seconds = time.monotonic() - begun
    assert done.returncode in {0, 3, 4, 5}, done.stderr
    return seconds, json.loads(done.stdout)


def looked_up(folder: Path, sample: int) -> float:
    """Look up every so many prefixes with ipwhois, one after the other; gives the seconds that all would take."""
    import ipwhois  # noqa: PLC0415 (what is measured beside)
    from ipwhois.rdap import RDAP  # noqa: PLC0415

    settings = yaml.safe_load((folder / "sources.yaml").read_text())
    places = [one["server"].rpartition(":") for one in settings["irr"].values()]

    class Redirect(urllib.request.HTTPSHandler):
        """Takes questions to the registry of the settings."""

        def https_open(self, req: urllib.request.Request) -> Any:  # noqa: ANN401 (urllib's)
            return urllib.request.urlopen(base + req.full_url.rpartition("/ip/")[2])  # noqa: S310 (loopback)

    opener = urllib.request.build_opener(Redirect())
    every = prefixes()
    chosen = every[:: max(len(every) // sample, 1)]
    begun = time.monotonic()
    for rir, prefix in chosen:
        base, net = settings["rirs"][rir]["rdap"] + "ip/", ipwhois.Net(prefix.partition("/")[0], proxy_opener=opener)
        RDAP(net).lookup(asn_data={"asn_registry": rir}, root_ent_check=False, retry_count=0)
        for host, _, port in places:
            net.get_whois(asn_registry=rir, server=host, port=int(port), retry_count=0, get_recursive=False)
    return (time.monotonic() - begun) / len(chosen) * len(every)


def figures(sample: int) -> Iterator[tuple[str, object]]:
    """Measure both in one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        command = [sys.executable, str(Path(__file__)), "--serve", name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            seconds, result = checked(folder)
            asked, _ = server.communicate("")
        questions = sum(count for line, count in json.loads(asked) if line.startswith(("rdap", "whois", "irrd !r")))
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            one_by_one = looked_up(folder, sample)
            server.communicate("")
    yield "prefixes", len(result["prefixes"])
    yield "registries", len(RIRS)
    yield "irr", sorted({one["irr"]["match"] for one in result["prefixes"]})
    yield "holder", sorted({one["holder"]["match"] for one in result["prefixes"]})
    yield "questions", questions
    yield "questions per prefix and registry", round(questions / len(result["prefixes"]) / len(RIRS), 3)
    yield "seconds, whole process", round(seconds, 2)
    yield "seconds, ipwhois one after the other", round(one_by_one, 1)
    yield "times faster", round(one_by_one / seconds, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--serve", metavar="DIR")
    args = parser.parse_args()
    if args.serve:
        asyncio.run(serve(Path(args.serve)))
    else:
        sys.stdout.write(json.dumps(dict(figures(args.sample)), indent=1) + "\n")
