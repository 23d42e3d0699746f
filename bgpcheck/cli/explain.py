"""``bgpcheck explain CODE``: what a reason code or rule id means, its source and its remedy."""

from __future__ import annotations

import sys
import textwrap
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.rules.catalogue import CATALOGUE, REASONS

if TYPE_CHECKING:
    import argparse

EXAMPLES = """\
examples:
  bgpcheck explain route-object-exact
  bgpcheck explain PFX-1
  bgpcheck explain            lists every code"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="a reason code or rule id; without one, all are listed")
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace) -> int:
    """Print one entry, or the list."""
    if args.code is None:
        sys.stdout.write("".join(f"{code:<48}{entry.basis}\n" for code, entry in CATALOGUE.items()))
        return 0
    code = next((one for one in CATALOGUE if one.lower() == args.code.lower()), None)
    if code is None:
        near = get_close_matches(args.code, CATALOGUE, n=3, cutoff=0.5)
        raise UsageError(
            f"{args.code!r} is no code or rule: {'did you mean ' + ', '.join(near) if near else 'explain without a code lists all'}"
        )
    entry = CATALOGUE[code]
    kind = "reason code" if code in REASONS else "rule"
    sys.stdout.write(f"{code} ({kind})\n")
    for title, text in (("meaning", entry.meaning), ("do", entry.remedy), ("basis", entry.basis), ("source", entry.source)):
        sys.stdout.write(textwrap.fill(text, 96, initial_indent=f"  {title:<9}", subsequent_indent=" " * 11) + "\n")
    return 0
