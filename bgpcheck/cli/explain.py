"""``bgpcheck explain CODE``: what a reason code or rule id means, its source and its remedy; and what else is to be read."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from bgpcheck.cli import OK
from bgpcheck.cli.reading import MOST_QUOTED, OneOf, near
from bgpcheck.cli.shared import format_of
from bgpcheck.cli.streams import say
from bgpcheck.errors import UsageError
from bgpcheck.rules.catalogue import CATALOGUE, REASONS, RULES, weight
from bgpcheck.store import schemas

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from bgpcheck.rules.catalogue import Entry

PAPERS = ("ticket", "letter")
ALIASES = {"loa": "letter", "loa-draft": "letter"}  # as the letter's file is called
WIDTH, MOST_CODE = 100, 22  # columns of a line, and of the codes in it but for the longest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what to explain")
    what.add_argument("code", nargs="?", metavar="CODE", help="a reason code or rule id (default: all, one a line)")
    format_of(what, "table", "markdown", help="table, or markdown: a table of all rules (default: table)")
    other = parser.add_argument_group("what else to print")
    other.add_argument("--schema", type=OneOf(schemas.NAMES), metavar="SCHEMA", help=f"a JSON Schema: {', '.join(schemas.NAMES)}")
    other.add_argument("--template", type=_paper, metavar="PAPER", help="our template of ticket or letter, with every field explained")
    other.add_argument("--man", action="store_true", help="the manual page, for man -l -")


def _paper(word: str) -> str:
    """Read the name of a paper, or of its file."""
    plain = word.removesuffix(".md")
    return OneOf(PAPERS)(ALIASES.get(plain, plain if plain in PAPERS else word))


def run(args: argparse.Namespace) -> int:
    """Print one entry, the list, a schema, a template or the manual.

    Raises:
        UsageError: there is no such code, or options exclude one another.
    """
    if args.man:
        return _manual(args)
    if args.schema is not None:
        if args.code is not None or args.format != "table" or args.template is not None:
            raise UsageError("--schema writes a JSON Schema and nothing else: leave out the code and --format")
        say(schemas.read(args.schema))
        return OK
    if args.template is not None:
        return _template(args)
    if args.format == "markdown":
        if args.code is not None:
            raise UsageError("--format markdown writes the table of all rules: leave out the code")
        say("\n".join(_markdown()) + "\n")
        return OK
    if args.code is None:
        say("\n".join([*_list("reason codes of verdicts", REASONS), "", *_list("rules of findings", RULES)]) + "\n")
        return OK
    code = next((one for one in CATALOGUE if one.lower() == args.code.strip().lower()), None)
    if code is None:
        raise UsageError(
            f"{args.code[:MOST_QUOTED]!r} is no reason code or rule id{near(args.code, CATALOGUE)} (bgpcheck explain lists all)"
        )
    say("\n".join(_entry(code, CATALOGUE[code])) + "\n")
    return OK


def _manual(args: argparse.Namespace) -> int:
    """Print the manual page."""
    if args.code is not None or args.format != "table" or args.template is not None or args.schema is not None:
        raise UsageError("--man prints the manual and nothing else: leave out the code and the other options")
    from bgpcheck.cli.walk import commands  # noqa: PLC0415 (only where the manual is asked for)
    from bgpcheck.manual.man import man  # noqa: PLC0415 (as above)

    say(man(tuple(commands())))
    return OK


def _template(args: argparse.Namespace) -> int:
    """Print our template of a paper, to begin one's own with."""
    from bgpcheck.render.papers import KINDS  # noqa: PLC0415 (only where a template is asked for)
    from bgpcheck.render.template import commented  # noqa: PLC0415
    from bgpcheck.store.templates import shipped_bytes  # noqa: PLC0415

    if args.code is not None or args.format != "table":
        raise UsageError("--template prints a template and nothing else: leave out the code and --format")
    kind = next(one for one in KINDS.values() if one.name == args.template)
    say(commented(shipped_bytes(kind).decode(), kind))
    return OK


def _markdown() -> Iterator[str]:
    """Write every rule as a row of a table."""
    yield "| rule | weighs | basis | what it says |"
    yield "|---|---|---|---|"
    for code, entry in RULES.items():
        yield f"| {code} | {weight(code) or 'background'} | {entry.basis} | {entry.meaning.replace('|', chr(92) + '|')} |"


def _list(title: str, entries: Mapping[str, Entry]) -> Iterator[str]:
    """Write every code with the beginning of its meaning."""
    wide = min(max(map(len, entries)), MOST_CODE)
    yield title
    for code, entry in entries.items():
        room = WIDTH - max(wide, len(code)) - 4
        yield f"  {code:<{wide}}  {textwrap.shorten(entry.meaning, room, placeholder=' …', break_on_hyphens=False)}"


def _entry(code: str, entry: Entry) -> Iterator[str]:
    """Write one code with all that is known about it."""
    yield f"{code} ({'reason code' if code in REASONS else 'rule'})"
    weighs = {"weighs": f"{weight(code)} at worst"} if code in RULES and weight(code) else {}
    rows = {"meaning": entry.meaning, "do": entry.remedy, "basis": entry.basis, "source": entry.source, **weighs}
    for title, text in rows.items():
        yield textwrap.fill(text, WIDTH, initial_indent=f"  {title:<9}", subsequent_indent=" " * 11, break_on_hyphens=False)
