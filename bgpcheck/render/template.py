"""The template language of ticket and letter: Python's ``string.Template``, with comment lines and known fields. Pure.

Rule: a template holds text and names of fields; it can neither run nor reach anything. Values are put in once and never read again
as a template, so that nothing from outside becomes a field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from string import Template as Pattern
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_BYTES = 64 << 10  # of a template
MOST_TIMES = 20  # that one field may stand in it: a paper stays as long as what it says
COMMENT = "$#"  # a line that begins so is for who edits the template, and is left out
BLANKS = "blanks"  # the field that lists what is left to fill in: known when everything else stands there
TO_FILL_IN = "To be filled in before this goes out (then take this list away):"
BLANK = re.compile(r"_{8} \(([^()\n]{1,200})\)")
LEAST_ALIKE = 0.6
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # controls; a tabulator and a newline are text


def blank(what: str) -> str:
    """Write a place to fill in; ``what``: our own words for it, without brackets."""
    return f"________ ({what})"


@dataclass(frozen=True, slots=True)
class Field:
    """What a template may name. ``says``: what stands there in the end; ``block``: it has lines of its own, and may be empty."""

    says: str
    block: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A paper that has a template. ``name``: what people call it; ``file``: the template's and the paper's file name."""

    name: str
    file: str
    fields: Mapping[str, Field]

    @property
    def source(self) -> str:
        """Name the input document of a bundle that holds the user's own template."""
        return f"input/template-{self.name}"


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read and holds known fields only."""

    text: str

    def fill(self, values: Mapping[str, str]) -> str:
        """Put the values in: inline ones without newlines, all of them clean Markdown already. Blanks are listed in the end."""
        pattern = Pattern(self.text)
        bare = pattern.substitute({**values, BLANKS: ""})
        left = [f"* {what}" for what in dict.fromkeys(BLANK.findall(bare))]
        whole = pattern.substitute({**values, BLANKS: "\n".join((TO_FILL_IN, "", *left)) if left else ""})
        return re.sub(r"\n{3,}", "\n\n", whole).strip("\n") + "\n"


def parse(data: bytes, kind: Kind, *, file: str) -> Template:
    """Read a template; ``FormatError`` with file, line and field where it is none."""
    try:
        lines = _text(data, file).split("\n")
        used: dict[str, int] = {}
        for number, line in enumerate(lines, 1):
            for name in () if line.startswith(COMMENT) else _fields(line, number, kind):
                used[name] = used.get(name, 0) + 1
                if used[name] > MOST_TIMES:
                    raise FormatError(f"stands there more than {MOST_TIMES} times: name it less often", line=number, field=f"${name}")
    except FormatError as error:
        raise error.at(file=file) from error
    kept = [line for line in lines if not line.startswith(COMMENT)]
    if not any(line.strip() for line in kept):
        raise FormatError(f"is empty: begin with {_ours(kind)}", file=file)
    return Template("\n".join(kept))


def commented(text: str, kind: Kind) -> str:
    """Give a template as users start from it: every field explained in comment lines, then the text."""
    return "\n".join((*(f"{COMMENT} {line}".rstrip() for line in _explained(kind)), text))


def _explained(kind: Kind) -> Iterator[str]:
    """Explain the language and the fields."""
    yield f"Template of {kind.file}. Save it as DIR/{kind.file}, change it, and give --templates DIR beside --evidence FILE.zip."
    yield "Lines that begin with $# are left out. A field is $name or ${name}; a dollar sign itself is $$. Fields hold Markdown,"
    yield "so they do not belong into code. A field marked as a block stands alone on its line."
    yield f"A place to fill in is eight underscores and a word in brackets, such as {blank('date')}; $blanks lists them all."
    yield ""
    wide = max(map(len, kind.fields))
    for name, field in kind.fields.items():
        yield f"  ${name:<{wide}}  {'block: ' if field.block else ''}{field.says}"


def _text(data: bytes, file: str) -> str:
    """Decode a template."""
    if len(data) > MOST_BYTES:
        raise FormatError(f"holds more than {MOST_BYTES} bytes: a template is text and names of fields", file=file)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError("is not UTF-8: save it as UTF-8", file=file, line=line) from error
    strange = ACTING.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise FormatError(f"holds the character \\u{ord(strange[0]):04x}, which is no text: take it out", file=file, line=line)
    return text


def _fields(line: str, number: int, kind: Kind) -> Iterator[str]:
    """Give the fields that a line names, each as often as it stands there."""
    for found in Pattern.pattern.finditer(line):
        name = found["named"] or found["braced"]
        if found["invalid"] is not None:
            shown = line[found.start() : found.start() + 12].strip()
            raise FormatError(f"{shown!r} names no field: write $$ for a dollar sign, or $name", line=number)
        if name is None:
            continue
        if name not in kind.fields:
            raise FormatError(f"is no field of {kind.file}{_near(name, kind)}", line=number, field=f"${name}")
        if kind.fields[name].block and line.strip() != found[0]:
            raise FormatError("is a block of several lines: put it alone on its line", line=number, field=f"${name}")
        yield name


def _near(name: str, kind: Kind) -> str:
    """Propose what may have been meant."""
    found = get_close_matches(name.lower(), kind.fields, cutoff=LEAST_ALIKE)
    return f"; did you mean ${found[0]}?" if found else f": {_ours(kind)} explains them all"


def _ours(kind: Kind) -> str:
    """Name the command that shows our own template."""
    return f"bgpcheck explain --template {kind.name}"
