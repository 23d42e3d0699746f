"""What a running lab holds: memory, descriptors and threads of each of its processes, and what its metrics say; and whether it grows.

Rule: growth is a slope with its uncertainty (Theil and Sen, Kendall's interval), never the difference of two readings.
"""

from __future__ import annotations

import contextlib
import math
import re
import statistics
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = ("bgpcheck", "exabgp", "relay")  # from the parent to its child
SAMPLE = re.compile(r'^bgpcheck_(\w+?)(?:_total)?(?:\{name="(\w+)"\})? (\S+)$', re.MULTILINE)
TIED = 1.96  # of a normal distribution, for 95 %
MOST_GROWTH = 0.05  # of what a process holds, in an hour
MOST_STEP = 1.03  # median of the last third over that of the second
# In an hour. The lower end of it was -14 % to +6 % in six runs that lost nothing, +15 % where 256 bytes of each event were kept.
MOST_IN_USE = 0.10


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds: ``rss`` in KiB, open descriptors, threads."""

    rss: int
    descriptors: int
    threads: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: seconds since the beginning, what each process holds, and the numbers of the metrics by name."""

    at: float
    held: Mapping[str, Held]
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Slope:
    """A robust slope and the ends of its 95 % interval."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:+.2f} ({self.low:+.2f} to {self.high:+.2f})"


def tree(pid: int) -> dict[str, int]:
    """Give the process ids of the engine, of its ExaBGP and of that one's relay, as far as they are there."""
    found: dict[str, int] = {}
    for name in NAMES:
        found[name] = pid
        children: list[int] = []
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
                children += map(int, (task / "children").read_text().split())
        if len(children) != 1:
            break
        pid = children[0]
    return found


def held(pid: int) -> Held:
    """Look at one process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return Held(int(status["VmRSS"].split()[0]), len(list(Path(f"/proc/{pid}/fd").iterdir())), int(status["Threads"]))


def numbers(url: str) -> dict[str, float]:
    """Read the metrics that have no label but a name."""
    with urllib.request.urlopen(f"{url}metrics", timeout=30) as answer:  # noqa: S310 (our own address)
        return {name or family: float(value) for family, name, value in SAMPLE.findall(answer.read().decode())}


def look(pid: int, url: str, at: float) -> Sample:
    """Look at all of it."""
    return Sample(at, {name: held(one) for name, one in tree(pid).items()}, numbers(url))


def slope(x: Sequence[float], y: Sequence[float]) -> Slope:
    """Theil's and Sen's slope: the median of the slopes of all pairs; its interval by Kendall's variance, without ties."""
    pairs = sorted((y[late] - y[early]) / (x[late] - x[early]) for late in range(len(x)) for early in range(late) if x[late] != x[early])
    count = len(x)
    reach = TIED * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low, high = int((len(pairs) - reach) / 2), math.ceil((len(pairs) + reach) / 2)
    return Slope(statistics.median(pairs), pairs[max(low, 0)], pairs[min(high, len(pairs) - 1)])


@dataclass(frozen=True, slots=True)
class Growth:
    """Memory of one process after the first third. KiB a minute, KiB for 1,000 events; medians of the second and of the last third."""

    minute: Slope
    events: Slope
    second: float
    last: float

    @property
    def flat(self) -> bool:
        """Tell whether it is flat: no growth above 5 % an hour is shown, nor a step above 3 % between the thirds."""
        return self.minute.low * 60 <= MOST_GROWTH * self.second and self.last <= MOST_STEP * self.second


@dataclass(frozen=True, slots=True)
class InUse:
    """Pieces of memory that the engine has in use, not what the system gave it: more a minute, after the first third, and the median."""

    minute: Slope
    median: float

    @property
    def flat(self) -> bool:
        """Tell whether no growth above a tenth an hour is shown."""
        return self.minute.low * 60 <= MOST_IN_USE * self.median


def in_use(samples: Sequence[Sample]) -> InUse:
    """Judge the pieces of memory in use."""
    some = samples[len(samples) // 3 :]
    pieces = [one.numbers["blocks"] for one in some]
    return InUse(slope([one.at / 60 for one in some], pieces), statistics.median(pieces))


def growth(samples: Sequence[Sample], name: str) -> Growth:
    """Judge the memory of one process."""
    third = len(samples) // 3
    second, last = samples[third : 2 * third], samples[2 * third :]
    some = [*second, *last]
    memory = [float(one.held[name].rss) for one in some]
    return Growth(
        slope([one.at / 60 for one in some], memory),
        slope([one.numbers["events"] / 1000 for one in some], memory),
        statistics.median(memory[:third]),
        statistics.median(memory[third:]),
    )
