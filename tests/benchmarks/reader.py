"""How fast a watch reads, beside how fast ExaBGP writes: the same stream, in one run.

    python tests/benchmarks/reader.py                      100,000 routes, 1, 3 and 100 in an update
    python tests/benchmarks/reader.py --routes 3000        less of it

A speaker of the tests' own announces routes to ExaBGP, which writes its events to a process that only records them: that is as fast as
ExaBGP can be. Then the recording goes through a pipe into the reader and its inbox, as in a watch whose judge is asleep: every line is
decoded, and what later ones make needless is left out. The ratio is what counts: both are of the same machine and the same minute.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from integration.sessions import LOOPBACK, Neighbor, edge  # noqa: E402 (its place is known only now)
from integration.talker import Talker, many  # noqa: E402

from bgpcheck.speaker.inbox import Inbox  # noqa: E402
from bgpcheck.speaker.reader import Reader  # noqa: E402

PEER = Neighbor("127.0.3.2", 3333)
SHAPES = (1, 3, 100)  # routes in an update
UPDATE = b'"type": "update"'


def written(folder: Path, routes: int, each: int) -> tuple[bytes, float]:
    """Have ExaBGP hear so many routes; gives its events, and the seconds from its first update to its last."""
    said = many(routes, each, [PEER.asn])
    with edge(folder, [PEER]) as one, Talker(*PEER, LOOPBACK, one.port) as talker:
        assert talker.up.wait(60)
        begun, seen, size = time.perf_counter(), 0, 0
        threading.Thread(target=talker.say, args=(said,), daemon=True).start()
        while seen < len(said):
            time.sleep(0.01)
            with one.events.open("rb") as stream:
                stream.seek(size)
                chunk = stream.read().rpartition(b"\n")[0]  # whole lines
            seen, size = seen + chunk.count(UPDATE), size + len(chunk)
            assert time.perf_counter() - begun < 600, f"{seen} of {len(said)} updates"
        return one.events.read_bytes(), time.perf_counter() - begun


def read(recording: Path) -> tuple[int, float]:
    """Read a recording from another process's pipe into an inbox, as from ExaBGP; gives its updates and seconds."""
    over, box = threading.Event(), Inbox(most=1 << 40)
    begun = time.perf_counter()
    with subprocess.Popen(["cat", str(recording)], stdout=subprocess.PIPE) as cat:
        Reader(cat.stdout.fileno(), box, lambda: None, lambda _: over.set()).start()
        over.wait()
    return box.updates, time.perf_counter() - begun


def main() -> None:
    """Print a table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--routes", type=int, default=100_000)
    routes = words.parse_args().routes
    sys.stdout.write(f"{'routes in an update':>20} {'updates':>9} {'ExaBGP /s':>11} {'reader /s':>11} {'ratio':>7}\n")
    for each in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            stream, slow = written(Path(folder), routes, each)
            recording = Path(folder) / "recording.jsonl"
            recording.write_bytes(stream)
            updates, fast = read(recording)
        sys.stdout.write(f"{each:>20} {updates:>9} {updates / slow:>11.0f} {updates / fast:>11.0f} {slow / fast:>6.1f}x\n")


if __name__ == "__main__":
    main()
