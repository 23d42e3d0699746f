"""``check --diff OLD.json``: the earlier result is read before anything is judged, and what changed is written before the new one.

Rule: the exit status stays that of the new result; an output that has no place for changes is refused, not silently left without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli import streams
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bgpcheck.earlier import Earlier
    from bgpcheck.result import Result

WRITTEN = ("table", "json", "markdown")
STDIN = "standard input"
ZIP = b"PK\x03\x04"  # how a bundle begins
WRITER = "check --format json --output FILE"


def refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is read.

    Raises:
        UsageError: the format has no place for changes, or nothing is judged.
    """
    if args.diff is None:
        return
    if args.format not in WRITTEN:
        raise UsageError(f"--diff is written as {', '.join(WRITTEN)}, not as {args.format}: choose one of these")
    if args.dry_run:
        raise UsageError("--dry-run and --diff: nothing is judged, so there is nothing to compare")


def read(name: str | None) -> tuple[Earlier, ...]:
    """Read the earlier result or results; none where no file is named.

    Raises:
        UsageError: it is a bundle.
    """
    if name is None:
        return ()
    from pathlib import Path  # noqa: PLC0415 (only where there is something to compare)

    from bgpcheck import earlier  # noqa: PLC0415 (as above)
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415

    file = _file(name)
    data = read_whole(Path(name), file, limit=earlier.MAX_BYTES, instead=f"give the JSON file that {WRITER} wrote")
    if data.startswith(ZIP):
        raise UsageError(f"{file}: is a bundle: give the JSON file that {WRITER} wrote")
    return earlier.read(data, file=file)


def written(before: Sequence[Earlier], name: str, results: Sequence[Result], form: str, drawing: dict[str, object]) -> str:
    """Write what changed and the results, in a form of ``WRITTEN``; ``drawing`` is for the table."""
    from bgpcheck import earlier, matching  # noqa: PLC0415 (as above)
    from bgpcheck.render import changes as draw  # noqa: PLC0415
    from bgpcheck.render import render  # noqa: PLC0415

    bodies = [result.to_json() for result in results]
    matched = matching.match(before, [earlier.of(body) for body in bodies], file=_file(name))
    if form == "json":  # which has no place for what is not judged now
        for one in matched.idle:
            streams.complain(f"{one.title} was checked then, and is not now")
        return draw.as_json(bodies, matched)
    head = draw.as_markdown(matched) if form == "markdown" else draw.as_table(matched, **drawing)  # type: ignore[arg-type]
    return head + render(results, form, **drawing)


def _file(name: str) -> str:
    """Name a file in messages."""
    return STDIN if name == "-" else name
