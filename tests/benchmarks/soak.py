"""A lab that is soaked: three routers that flap, registries that fail in turn; is its memory flat, and was anything lost?

    python tests/benchmarks/soak.py                                    20 minutes
    python tests/benchmarks/soak.py --minutes 1 --plot soak.png        shorter, with a picture of what each process held

BIRD and GoBGP are shut down, restarted, killed, reset and stopped until their hold timer expires; a scripted router changes ten routes a
second, each by a path of its own, sends rubbish, more routes than the edge takes, and ends in every way. Five servers on loopback answer
for the registries, and fail in eleven ways in turn. Afterwards the books are looked through: every UPDATE on the wire, every event of a
session, every withdrawal and every verdict is there once, in order, or it is counted why not. Prints figures; exit status 1 where there
is a fault, or memory is not flat. It is flat where, after the first third, the lower end of the 95 % interval of its slope is at most 5 %
an hour, the median of the last third at most 3 % above that of the second, and where the same end of the slope of the pieces of memory that
the engine has in use is at most 10 % an hour. ``integration/test_vitals.py`` shows what that finds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from integration.settling import books  # noqa: E402 (its place is known only now)
from integration.soaking import soaking  # noqa: E402 (as above)
from integration.vitals import NAMES, growth, in_use  # noqa: E402 (as above)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.soaking import Soak
    from integration.vitals import Sample

SETTLING = 1200.0  # seconds: more than the longest pause before a prefix is asked about again
SHOWN = ("tasks", "open", "waiting", "connections")


def main() -> int:
    """Soak, look, say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", type=int, default=1000, help="prefixes that are announced, beside those that always are; at most 61440")
    parser.add_argument("--plot", metavar="FILE.png", help="needs matplotlib (the extra plot)")
    parser.add_argument("--figures", metavar="FILE.json", help="write every sample")
    parser.add_argument("--keep", metavar="DIR", help="work there, and leave it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return soaked(args, Path(args.keep or temporary))


def soaked(args: argparse.Namespace, folder: Path) -> int:
    """Soak a lab in a folder."""
    with soaking(folder, seed=args.seed, fresh=args.fresh) as soak:
        soak.run(60 * args.minutes, args.every, each=2 * args.every)
        during = list(soak.samples)
        soak.calm()
        took = settle(soak, args.every)
        if args.figures:
            Path(args.figures).write_text(json.dumps([as_json(one) for one in soak.samples]))
        if args.plot:
            plot(soak.samples, during[-1].at, args.plot)
        flat = told_memory(during)
        summary = soak.lab.stop()
        found = books(soak, summary)
    told_numbers(during, soak.samples[-1])
    say("flaps", {one.peer: dict(one.done) for one in soak.flapping})
    say("servers made to fail", dict(soak.faults))
    say("connections to registries", dict(soak.registries.met()))
    say("the lab's counts", summary["counts"])
    say("the books", dict(found.counts))
    say("settled after", f"{took:.0f} s")
    for one in found.faults:
        say("FAULT", one)
    say("verdict", f"memory {'flat' if flat else 'NOT FLAT'}, {len(found.faults)} faults")
    return 0 if flat and not found.faults else 1


def settle(soak: Soak, every: float) -> float:
    """Wait until every prefix that was left open has its verdict; gives the seconds."""
    begun = time.monotonic()
    while not soak.settled() and time.monotonic() < begun + SETTLING:
        soak.sample()
        time.sleep(every)
    for _ in range(3):
        soak.sample()
        time.sleep(every)
    return time.monotonic() - begun


def told_memory(samples: Sequence[Sample]) -> bool:
    """Say how memory went; tells whether it was flat."""
    flat = True
    for name in NAMES:
        one = growth(samples, name)
        flat = flat and one.flat
        thirds = f"medians {one.second:.0f} and {one.last:.0f} KiB ({100 * (one.last / one.second - 1):+.2f} %)"
        say(f"memory of {name}", f"{one.minute} KiB/min, {one.events} KiB/1000 events, {thirds}: {'flat' if one.flat else 'NOT FLAT'}")
    used = in_use(samples)
    say("blocks in use of bgpcheck", f"{used.minute} /min, median {used.median:.0f}: {'flat' if used.flat else 'NOT FLAT'}")
    return flat and used.flat


def told_numbers(samples: Sequence[Sample], last: Sample) -> None:
    """Say what else was held: least, most, and when all was calm again."""
    for name in NAMES:
        for what in ("descriptors", "threads"):
            values = [getattr(one.held[name], what) for one in samples]
            say(f"{what} of {name}", f"{min(values)} to {max(values)}, at last {getattr(last.held[name], what)}")
    for name in SHOWN:
        values = [round(one.numbers[name]) for one in samples]
        say(name, f"{min(values)} to {max(values)}, at last {round(last.numbers[name])}")


def as_json(one: Sample) -> dict[str, object]:
    """Write one sample."""
    held = {name: {"rss": each.rss, "descriptors": each.descriptors, "threads": each.threads} for name, each in one.held.items()}
    return {"at": round(one.at, 2), "held": held, "numbers": one.numbers}


def plot(samples: Sequence[Sample], calm: float, name: str) -> None:
    """Draw memory of each process, descriptors and tasks, and events over time; ``calm``: seconds from which nothing failed."""
    import matplotlib as mpl  # noqa: PLC0415 (an extra)

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 (as above)

    minutes = [one.at / 60 for one in samples]
    figure, (memory, things, events) = plt.subplots(3, 1, figsize=(9, 9), sharex=True)
    for process in NAMES:
        memory.plot(minutes, [one.held[process].rss / 1024 for one in samples], label=process)
        things.plot(minutes, [one.held[process].descriptors for one in samples], label=f"descriptors of {process}")
    things.plot(minutes, [one.numbers["tasks"] for one in samples], label="tasks", linewidth=0.7)
    events.plot(minutes, [one.numbers["events"] for one in samples], label="events")
    events.plot(minutes, [one.numbers["lookups"] for one in samples], label="look-ups")
    memory.set(ylabel="resident memory, MiB", ylim=(0, None), title="bgpcheck lab, three flapping routers, failing registries")
    things.set(ylabel="open at once", yscale="log")
    events.set(ylabel="so far", xlabel="minutes")
    for axes in (memory, things, events):
        axes.axvspan(calm / 60, minutes[-1], alpha=0.15, color="grey", label="calm")
        axes.legend(loc="center left", fontsize="small")
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(name, dpi=110)


def say(what: str, value: object) -> None:
    """Say one thing."""
    sys.stdout.write(f"{what:<28} {value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
