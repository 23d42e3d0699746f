"""The manual page ``bgpcheck(1)``, in the macros that groff and mandoc share (man(7)). Pure.

Rule: text reaches the page through ``plain`` or ``literal`` alone: nothing in it can be taken for a request or an escape.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from bgpcheck.manual import about, facts
from bgpcheck.manual.kinds import KINDS
from bgpcheck.manual.page import INDENT, typed
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.manual.command import Command, Option
    from bgpcheck.manual.page import Page

REVISED = "2026-11-29"  # when help last changed in earnest
WIDE = 74  # columns of a command, which stands indented
LONGEST = 78  # bytes of a line of text, as mandoc's style has it
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")  # in running text


def man(commands: Sequence[Command]) -> str:
    """Write the page."""
    return "\n".join([*_head(commands), *_commands(commands), *_foot()]) + "\n"


def plain(text: str) -> list[str]:
    """Spell running text, in lines: no escape, no request, options with the hyphens of a keyboard; a sentence begins a line."""
    sentences = re.split(r"(?<=[.?:;]) (?=[A-Z])", OPTION.sub(lambda found: found[0].replace("-", r"\-"), _characters(text)))
    lines = (line for one in sentences for line in textwrap.wrap(one, LONGEST, break_on_hyphens=False, break_long_words=False))
    return [_line(line) for line in lines]


def literal(text: str) -> str:
    """Spell what is typed: every character as a keyboard has it."""
    special = {"-": r"\-", "'": r"\(aq", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
    return _line("".join(special.get(one, one) for one in _characters(text)))


def _characters(text: str) -> str:
    """Spell the backslash, and what ASCII has not."""
    return "".join(r"\e" if one == "\\" else one if one.isascii() else rf"\[u{ord(one):04X}]" for one in text)


def _line(text: str) -> str:
    """Keep the beginning of a line from being a request."""
    return rf"\&{text}" if text[:1] in {".", "'"} else text


def _head(commands: Sequence[Command]) -> Iterator[str]:
    """Write what the page is about, and how the program is called."""
    yield r".\" Written by bgpcheck explain \-\-man from what the program itself knows: not to be edited."
    yield f'.TH BGPCHECK 1 {REVISED} "bgpcheck {__version__}" "User Commands"'
    yield from (".SH NAME", rf"bgpcheck \- {facts.NAME}", ".SH SYNOPSIS", ".nf")
    for one in commands:
        operands = " ".join(rf"\fI{literal(option.usage)}\fP" for option in one.options() if not option.names)
        yield rf"\fBbgpcheck {literal(one.name)}\fP [\fIOPTION\fP]... {operands}".rstrip()
    yield from (r"\fBbgpcheck \-\-version\fP", r"\fBbgpcheck\fP [\fICOMMAND\fP [\fIACTION\fP]] \fB\-\-help\fP", ".fi")
    yield from (".SH DESCRIPTION", *plain(facts.ABOUT), ".PP", *plain(facts.RULES))


def _commands(commands: Sequence[Command]) -> Iterator[str]:
    """Write a section for each command."""
    yield ".SH COMMANDS"
    for one in commands:
        yield from (f'.SS "bgpcheck {literal(one.name)}"', *plain(one.text))
        for group in one.groups:
            options = [option for option in group.options if option.names[:1] != ("-h",)]
            if options:
                title = group.title[0].upper() + group.title[1:]
                yield from (".PP", rf"\fI{literal(title)}\fP")
                for option in options:
                    yield from _option(option)
        yield from _page(one.page)


def _option(option: Option) -> Iterator[str]:
    """Write an option or operand, and what it does."""
    names = ", ".join(rf"\fB{literal(name)}\fP" for name in option.names)
    metavar = rf"\fI{literal(option.metavar)}\fP" if option.metavar else ""
    yield from (".TP", f"{names} {metavar}".strip(), *plain(option.text))


def _page(page: Page) -> Iterator[str]:
    """Write notes, statuses and examples."""
    for note in page.notes:
        yield from _verbatim(note.splitlines()) if note.startswith(INDENT) else (".PP", *plain(note))
    yield from (".PP", r"\fIExit status\fP", *_table({str(status): meaning for status, meaning in page.status.items()}))
    yield from (".PP", r"\fIExamples\fP")
    for example in page.examples:
        yield from (".PP", *plain(example.told), *_verbatim([f"{INDENT}{line}" for line in typed(example.line, WIDE)]))


def _foot() -> Iterator[str]:
    """Write what holds for all commands."""
    yield from (".SH VALUES", *_table({name: kind.text for name, kind in KINDS.items()}))
    yield from (".SH FORMATS", *_table(facts.FORMATS))
    yield from (".SH EXIT STATUS", *_table({str(status): meaning for status, meaning in facts.STATUSES.items()}))
    yield from (".SH ENVIRONMENT", *_table(facts.ENVIRONMENT))
    yield from (".SH FILES", *_table(facts.FILES))
    yield from (".SH EXAMPLES",)
    for number, example in enumerate(about().examples):
        yield from ([".PP"] if number else [])
        yield from (*plain(example.told), *_verbatim([f"{INDENT}{line}" for line in typed(example.line, WIDE)]))
    yield from (".SH SEE ALSO", r"\fBaz\fP(1), \fBexabgp\fP(1), \fBwhois\fP(1)")


def _table(rows: Mapping[str, str]) -> Iterator[str]:
    """Write words, each with its meaning."""
    for word, meaning in rows.items():
        yield from (".TP", rf"\fB{literal(word)}\fP", *plain(meaning))


def _verbatim(lines: Sequence[str]) -> Iterator[str]:
    """Write lines as they are."""
    yield from (".PP", ".EX", *(literal(line) for line in lines), ".EE")
