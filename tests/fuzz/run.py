"""Run the fuzz targets under atheris (libFuzzer), each in a process of its own; prints a table in Markdown.

    python tests/fuzz/run.py [--seconds N | --runs N] [--seed N] [--only NAME ...] [--corpus DIR] [--crashes DIR]

Exit status 1 where anything crashed: the input is kept, and the table is followed by how to run it again.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).resolve()
MISSING = "fuzzing needs atheris, which is not installed: pip install 'bgpcheck[fuzz]' (wheels: Linux x86-64, Python 3.11 and later)"
SECONDS = 30  # for a target, where nothing is said
MOST_MEMORY = 2048  # MiB of a process
PATIENCE = 60  # seconds for one input: others share the machine
DONE = re.compile(r"^Done (\d+) runs|stat::number_of_executed_units:\s*(\d+)|^#(\d+)\t", re.MULTILINE)
WORD = re.compile(rb"[A-Za-z][A-Za-z0-9_.:-]{2,30}|[0-9.:/]{6,20}")
MOST_WORDS, MOST_LOG = 300, 1 << 20
MOST_SHOWN = 2 << 10  # bytes of an input
KINDS = ("crash-*", "oom-*", "timeout-*", "leak-*")


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a target. ``crashes``: files with the inputs; ``log``: what libFuzzer and the target said."""

    name: str
    runs: int
    crashes: tuple[Path, ...]
    failed: bool
    seconds: float
    log: Path


def main(words: Sequence[str] | None = None) -> int:
    """Fuzz; gives the exit status."""
    args = _arguments(words)
    try:
        import atheris  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError:
        print(MISSING, file=sys.stderr)  # noqa: T201 (this is a command)
        return 2
    sys.path.insert(0, str(HERE.parents[1]))
    warnings.simplefilter("error")
    with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["bgpcheck"], enable_loader_override=False):
        import fuzz.mutate  # noqa: F401, PLC0415 (before anything is forked: whoever edits it meanwhile edits no run)
        from fuzz.targets import BY_NAME  # noqa: PLC0415 (instrumented)
    unknown = [name for name in args.only if name not in BY_NAME]
    if unknown:
        print(f"{unknown[0]!r} is no target: {', '.join(BY_NAME)}", file=sys.stderr)  # noqa: T201 (as above)
        return 2
    names = args.only or list(BY_NAME)
    parent = os.getpid()
    if args.input:
        return 0 if all(again(BY_NAME[name], args.input) for name in names) else 1
    made = Path(tempfile.mkdtemp(prefix="bgpcheck-fuzz-"))  # whose end is the parent's alone: children end as libFuzzer ends them
    try:
        return told([_run(BY_NAME[name], args, made) for name in names])
    finally:
        if os.getpid() == parent:
            shutil.rmtree(made, ignore_errors=True)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Fuzz the parsers of bgpcheck under atheris; prints a table in Markdown.")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--seconds", type=int, metavar="N", help=f"for each target ({SECONDS})")
    amount.add_argument("--runs", type=int, metavar="N", help="executions of each target")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn (0: another each time)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these targets")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="a folder whose inputs are begun with, and which keeps new ones, by target"
    )
    parser.add_argument("--crashes", type=Path, default=Path("fuzz-crashes"), metavar="DIR", help="where crashing inputs are left")
    parser.add_argument("--input", type=Path, metavar="FILE", help="run the targets on this one input, and do not fuzz")
    return parser.parse_args(words)


def again(target: Any, path: Path) -> bool:  # noqa: ANN401 (a Target; its module is loaded when it is instrumented)
    """Run a target on one input, which tells what is wrong with it."""
    answered = target.check(path.read_bytes())
    print(f"{target.name}: {'answered' if answered else 'refused'}")  # noqa: T201 (as above)
    return True


def _run(target: Any, args: argparse.Namespace, made: Path) -> Ran:  # noqa: ANN401 (as above)
    """Fuzz one target in a process of its own, and wait for its end."""
    args.crashes.mkdir(parents=True, exist_ok=True)
    corpus = (args.corpus or made) / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    log, before, begin = made / f"{target.name}.log", set(_crashes(args.crashes, target.name)), time.monotonic()
    child = os.fork()
    if child == 0:
        os._exit(_child(target, args, corpus, log))
    _, status = os.waitpid(child, 0)
    text = log.read_text(errors="replace")[-MOST_LOG:] if log.is_file() else ""
    runs = max((int(one) for found in DONE.findall(text) for one in found if one), default=0)
    new = tuple(one for one in _crashes(args.crashes, target.name) if one not in before)
    ran = Ran(target.name, runs, new, status != 0, time.monotonic() - begin, log)
    if ran.failed:
        (args.crashes / f"{target.name}.log").write_text(text)
    print(f"{ran.name}: {ran.runs} executions, {len(new) or int(ran.failed)} crashes", file=sys.stderr)  # noqa: T201 (as above)
    return ran


def _crashes(folder: Path, name: str) -> Iterator[Path]:
    """Give the inputs that made a target crash."""
    return (path for kind in KINDS for path in sorted(folder.glob(f"{name}-{kind}")))


def _child(target: Any, args: argparse.Namespace, corpus: Path, log: Path) -> int:  # noqa: ANN401 (as above)
    """Be the process that fuzzes; gives its status."""
    import atheris  # noqa: PLC0415 (an extra)
    from fuzz.mutate import mutated  # noqa: PLC0415 (beside the targets)

    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    with contextlib.suppress(ValueError):
        os.nice(1)
    seeds = [one[: target.most] for one in target.seeds()]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:03}").write_bytes(seed)

    def mutator(data: bytes, most: int, draw: int) -> bytes:
        random = Random(draw)  # noqa: S311 (drawn by libFuzzer)
        changed = mutated(data, random, seeds, most) if random.random() < 0.5 else b""
        return changed or atheris.Mutate(data, most)

    def once(data: bytes) -> None:
        try:
            target.check(data)
        except BaseException:  # libFuzzer keeps what takes too long or too much; of exceptions it knows nothing
            (args.crashes / f"{target.name}-crash-{hashlib.sha256(data).hexdigest()[:16]}").write_bytes(data)
            raise

    amount = f"-runs={args.runs}" if args.runs else f"-max_total_time={args.seconds or SECONDS}"
    options = [amount, f"-max_len={target.most}", f"-rss_limit_mb={MOST_MEMORY}", f"-timeout={PATIENCE}", "-print_final_stats=1"]
    options += [
        f"-seed={args.seed}",
        f"-artifact_prefix={args.crashes.resolve()}/{target.name}-",
        *dictionary(seeds, log.with_suffix(".dict")),
    ]
    try:
        atheris.Setup([str(HERE), *options, str(corpus)], once, custom_mutator=mutator)
        atheris.Fuzz()
    except SystemExit as ended:  # how libFuzzer ends
        return int(ended.code or 0)
    except Exception:  # noqa: BLE001 (whatever it is, this process ends with it, and the log has it)
        traceback.print_exc()
        return 1
    return 0


def dictionary(seeds: Sequence[bytes], path: Path) -> list[str]:
    """Write the words of the seeds as libFuzzer reads them; gives the option, nothing where there are none."""
    words = list(dict.fromkeys(word for seed in seeds for word in WORD.findall(seed)))[:MOST_WORDS]
    path.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in words))
    return [f"-dict={path}"] if words else []


def told(ran: Sequence[Ran]) -> int:
    """Print the table, and what crashed; gives the exit status."""
    lines = ["| parser | executions | crashes | time |", "|---|---:|---:|---:|"]
    lines += [f"| {one.name} | {one.runs} | {len(one.crashes) or int(one.failed)} | {one.seconds:.0f} s |" for one in ran]
    bad = [one for one in ran if one.failed or one.crashes]
    total = sum(len(one.crashes) or int(one.failed) for one in ran)
    lines.append(f"| all {len(ran)} | {sum(one.runs for one in ran)} | {total} | {sum(one.seconds for one in ran):.0f} s |")
    for one in bad:
        lines += [f"\n{one.name} crashed; run it again with:"]
        lines += [f"    {again_with(one.name, path)}" for path in one.crashes]
    print("\n".join(lines))  # noqa: T201 (as above)
    return 1 if bad else 0


def again_with(name: str, path: Path) -> str:
    """Give the command that runs a crash again: with the input itself where it is short, for who has this log and no more."""
    again = f"python tests/fuzz/run.py --only {name} --input"
    if path.stat().st_size > MOST_SHOWN:
        return f"{again} {shlex.quote(str(path))}"
    return f"{again} <(echo {base64.b64encode(path.read_bytes()).decode()} | base64 -d)"


if __name__ == "__main__":
    sys.exit(main())
