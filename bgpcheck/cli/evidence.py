"""``bgpcheck evidence verify|replay|show``: integrity, the decision made again, and what a bundle holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import BROKEN, OK, one_of
from bgpcheck.cli.streams import complain, say
from bgpcheck.errors import FormatError, IntegrityError
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from typing import Any

    from bgpcheck.evidence.statement import Stored

EXAMPLES = """\
examples:
  bgpcheck evidence verify evidence.zip      are these the bytes that were collected?
  bgpcheck evidence replay evidence.zip      do they still lead to the same verdict?
  bgpcheck evidence show evidence.zip        what was asked, and what came back?

Bundles of lab and watch work too: they hold what stood announced at the end, and a transcript of every event.

exit status: verify 0 intact, 6 damaged; replay as the original check, 6 where it differs; show 0, 6 damaged"""
ACTIONS = ("verify", "replay", "show")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("action", type=one_of(ACTIONS), metavar="ACTION", help="verify, replay or show")
    parser.add_argument("bundle", metavar="BUNDLE", help="a bundle written by --evidence of check, lab or watch")
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace) -> int:
    """Open the bundle, hold it against its manifest, then do what is asked."""
    from bgpcheck.evidence import bundle, statement  # noqa: PLC0415 (loaded when called)
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415

    data = read_whole(Path(args.bundle), args.bundle, limit=bundle.MAX_TOTAL)
    try:
        members = bundle.unpack(data)
        faults = list(bundle.damage(members))
        for fault in faults:
            complain(f"{args.bundle}: {fault}")
        if faults:
            return BROKEN
        return {"verify": _verify, "replay": _replay, "show": _show}[args.action](args.bundle, members, statement.read(members))
    except (FormatError, IntegrityError) as error:
        raise IntegrityError(f"{args.bundle}: {error}") from error


def _verify(name: str, members: Mapping[str, bytes], _: Stored) -> int:
    """Say that it is intact: bytes against the manifest, and the members against one another."""
    say(f"{visible(name)}: intact, {len(members)} members\n")
    return OK


def _replay(name: str, _: Mapping[str, bytes], stored: Stored) -> int:
    """Decide again from the stored bytes; exit as the original check did."""
    from bgpcheck.api import finish  # noqa: PLC0415
    from bgpcheck.cli.check import STATUS  # noqa: PLC0415
    from bgpcheck.engine import replay  # noqa: PLC0415

    done = finish(replay(stored))
    if done.version:
        say(f"decided by bgpcheck {visible(done.version)}, replayed by another version\n")
    for line in done.differences:
        complain(f"{name}: {line}")
    if done.differences:
        return BROKEN
    say(f"{visible(name)}: replayed, the same verdict: {done.result.verdict}\n")
    return STATUS[done.result.verdict]


def _show(name: str, members: Mapping[str, bytes], stored: Stored) -> int:
    """List verdicts, documents and gaps."""
    from bgpcheck.evidence import plain  # noqa: PLC0415

    try:
        text = "".join(f"{visible(line)}\n" for line in _lines(name, stored.result, plain.load(members["documents.json"])))
    except (*plain.FAULTS, AttributeError, IndexError) as error:
        raise IntegrityError(f"its result is not one of bgpcheck: {type(error).__name__} {error}") from error
    say(text)
    return OK


def _lines(name: str, result: Mapping[str, Any], listing: Mapping[str, Any]) -> Iterator[str]:
    """Write the lines of ``show``: what was decided, on what, and who kept silent."""
    tool, policy = result["tool"], result["policy"]
    yield f"{name}: {result['verdict']}"
    yield f"  decided at {result['decidedAt']} by {tool['name']} {tool['version']}, policy {policy['name']}"
    yield ""
    yield "prefixes"
    for one in result["prefixes"]:
        yield f"  {one['prefix']:<24} {one['verdict']:<18} {one['confidence'] or '-':<7} {one['reasons'][0]['code']}"
    yield ""
    yield "documents (first 16 digits of the SHA-256, bytes, source, file or query)"
    for one in sorted(listing["documents"], key=lambda one: (one["source"], one["uri"], one["sha256"])):
        yield f"  {one['sha256'][:16]}  {one['size']:>9}  {one['source']:<20} {one['uri']}"
    if result["gaps"]:
        yield ""
        yield "no answer from"
    for one in result["gaps"]:
        yield f"  {'deciding' if one['deciding'] else '':<8} {one['source']:<20} {one['reason']}: {one['detail']}"
