"""``bgpcheck evidence verify|replay|show``: integrity, the decision made again, and what a bundle holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import BROKEN, OK, complain
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

EXAMPLES = """\
examples:
  bgpcheck evidence verify evidence.zip      are these the bytes that were collected?
  bgpcheck evidence replay evidence.zip      do they still lead to the same verdict?
  bgpcheck evidence show evidence.zip        what was asked, and what came back?

exit status: verify 0 intact, 6 damaged; replay as the original check, 6 where it differs"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("action", choices=("verify", "replay", "show"), help="what to do")
    parser.add_argument("bundle", metavar="BUNDLE", help="a bundle written by check --evidence")
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace) -> int:
    """Open the bundle, hold it against its manifest, then do what is asked."""
    from bgpcheck.evidence import bundle  # noqa: PLC0415 (loaded when called)
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415

    members = bundle.unpack(read_whole(Path(args.bundle), args.bundle, limit=bundle.MAX_TOTAL))
    faults = list(bundle.damage(members))
    for fault in faults:
        complain(f"{args.bundle}: {fault}")
    if faults:
        return BROKEN
    return {"verify": _verify, "replay": _replay, "show": _show}[args.action](args.bundle, members)


def _verify(name: str, members: Mapping[str, bytes]) -> int:
    """Say that it is intact: bytes against the manifest, and the members against one another."""
    from bgpcheck.evidence import statement  # noqa: PLC0415

    statement.read(members)
    sys.stdout.write(f"{visible(name)}: intact, {len(members)} members\n")
    return OK


def _replay(name: str, members: Mapping[str, bytes]) -> int:
    """Decide again from the stored bytes; exit as the original check did."""
    import asyncio  # noqa: PLC0415

    from bgpcheck.engine import replay  # noqa: PLC0415
    from bgpcheck.cli.check import STATUS  # noqa: PLC0415
    from bgpcheck.evidence import statement  # noqa: PLC0415

    done = asyncio.run(replay(statement.read(members)))
    if done.version:
        sys.stdout.write(f"decided by bgpcheck {visible(done.version)}, replayed by another version\n")
    for line in done.differences:
        complain(f"{name}: {line}")
    if done.differences:
        return BROKEN
    sys.stdout.write(f"{visible(name)}: replayed, the same verdict: {done.result.verdict}\n")
    return STATUS[done.result.verdict]


def _show(_: str, members: Mapping[str, bytes]) -> int:
    """List verdicts, documents and gaps."""
    import json  # noqa: PLC0415

    from bgpcheck.evidence import statement  # noqa: PLC0415

    result = statement.read(members).result
    listing = json.loads(members["documents.json"])
    sys.stdout.write(f"decided at {visible(str(result['decidedAt']))}: {visible(str(result['verdict']))}\n\nprefixes\n")
    for one in result["prefixes"]:
        sys.stdout.write(
            visible(f"  {one['prefix']:<24} {one['verdict']:<18} {one['confidence'] or '-':<7} {one['reasons'][0]['code']}") + "\n"
        )
    sys.stdout.write("\ndocuments\n")
    for one in listing["documents"]:
        sys.stdout.write(visible(f"  {one['sha256'][:16]}  {one['size']:>9}  {one['source']:<20} {one['uri']}") + "\n")
    if result["gaps"]:
        sys.stdout.write("\nno answer from\n")
    for one in result["gaps"]:
        sys.stdout.write(visible(f"  {one['source']:<20} {one['reason']}: {one['detail']}") + "\n")
    return OK
