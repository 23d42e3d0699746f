"""YAML as a tree that knows its lines, so that every complaint names file, line and field. Pure.

Rule: no anchors, no tags, no duplicate keys: a file means what it says at the line where it says it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import yaml

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

MAX_BYTES = 4 << 20
MAX_DEPTH = 20
BREAK = re.compile(r"\r\n?|\n")  # what ends a line for editors and GitHub, and in YAML 1.2 (s5.4); PyYAML adds U+0085, U+2028 and U+2029
TRUTHS = {"true": True, "false": False}  # YAML 1.2 s10.3.2; YAML 1.1, which PyYAML reads, has yes, no, on and off as well
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's reader, where PyYAML was built with it: ten times as fast


@dataclass(frozen=True, slots=True)
class Tree:
    """A value with its place. ``value`` is text, a bool, None, ``dict[str, Tree]`` or ``list[Tree]``; ``line`` is its key's."""

    value: Any
    file: str
    line: int
    field: str

    def error(self, message: str) -> FormatError:
        """Make an error that names this place."""
        return FormatError(message, file=self.file, line=self.line, field=self.field or None)

    def mapping(self, known: Collection[str], *, required: Collection[str] = ()) -> dict[str, Tree]:
        """Give the keys of a mapping; an unknown or missing one is an error that lists what is right."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be a mapping with {', '.join(known)}")
        for key, child in self.value.items():
            if key not in known:
                raise child.error(f"unknown key {key[:60]!r}: known are {', '.join(known)}{_near(key, known)}")
        for key in required:
            if key not in self.value:
                raise self.error(f"{key} is missing")
        return self.value

    def entries(self) -> dict[str, Tree]:
        """Give a mapping whose keys are free."""
        if not isinstance(self.value, dict):
            raise self.error("must be a mapping")
        return self.value

    def items(self) -> Iterator[Tree]:
        """Give the items of a list."""
        if not isinstance(self.value, list):
            raise self.error("must be a list, such as [a, b]")
        return iter(self.value)

    def text(self, choices: Collection[str] | None = None) -> str:
        """Give a scalar as text; where ``choices`` are named it must be one of them."""
        if not isinstance(self.value, str):
            raise self.error("must be text" + (f": {', '.join(choices)}" if choices else ""))
        if choices is not None and self.value not in choices:
            raise self.error(f"{self.value[:60]!r} is not one of {', '.join(choices)}")
        return self.value

    def number(self, *, most: int, least: int = 0) -> int:
        """Give a whole number from ``least`` to ``most``."""
        text = self.text()
        if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise self.error(f"{text[:60]!r} is not a number from {least} to {most}")
        return int(text)

    def read(self, parse: Callable[[str], Any]) -> Any:  # noqa: ANN401 (whatever ``parse`` gives)
        """Give ``parse(text)``; its ``FormatError`` gets this place."""
        try:
            return parse(self.text())
        except FormatError as error:
            raise error.at(file=self.file, line=self.line, field=self.field) from error


def parse(data: bytes, *, file: str) -> Tree:
    """Read one YAML document of at most 4 MiB; ``FormatError`` names file and line."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"larger than {MAX_BYTES} bytes", file=file)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")  # a mark that some readers count as a character, and some do not
    except UnicodeDecodeError as error:
        line = _Lines(data[: error.start].decode("utf-8")).of(error.start)
        raise FormatError("is not UTF-8 text: save it as UTF-8", file=file, line=line) from error
    lines = _Lines(text)
    if (mark := text.find("\ufeff")) >= 0:  # YAML 1.2 s5.2: not within a document
        raise FormatError("not YAML: character U+FEFF is not allowed", file=file, line=lines.of(mark))
    with suppress(yaml.YAMLError, ValueError, OverflowError):  # the reader below says it in one set of words
        return _Document(FAST(text), file, lines).tree()
    return _slowly(text, file, lines)


def _slowly(text: str, file: str, lines: _Lines) -> Tree:
    """Read with PyYAML's own reader, for its words."""
    try:
        parser = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line, code = lines.of(error.position), ord(text[error.position])
        also = "" if code else " (is it UTF-16? save it as UTF-8)"
        raise FormatError(f"not YAML: character U+{code:04X} is not allowed{also}", file=file, line=line) from error
    try:
        return _Document(parser, file, lines).tree()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or parser.get_mark()
        also = ": indent with spaces" if "'\\t'" in str(error.problem) else ""
        raise FormatError(f"not YAML: {str(error.problem)[:120]}{also}", file=file, line=lines.of(mark.index)) from error
    except (ValueError, OverflowError) as error:  # PyYAML lets these through: \UFFFFFFFF, %YAML 1.999…
        raise FormatError("not YAML: a number is out of range", file=file, line=lines.of(parser.get_mark().index)) from error


def _near(key: str, known: Collection[str]) -> str:
    """Propose the key that may have been meant, as the end of a sentence."""
    from difflib import get_close_matches  # noqa: PLC0415 (only when something is wrong)

    like = get_close_matches(key[:60].lower(), {one.lower(): one for one in known}, 1, 0.75)
    return f"; did you mean {next(one for one in known if one.lower() == like[0])}?" if like else ""


class _Lines:
    """Where the lines of a text begin: all line numbers come from here."""

    __slots__ = ("starts",)

    def __init__(self, text: str) -> None:
        self.starts = [found.end() for found in BREAK.finditer(text)]

    def of(self, index: int) -> int:
        """Give the line (1-based) of a character (0-based)."""
        return bisect_right(self.starts, index) + 1


@dataclass(frozen=True, slots=True)
class _Document:
    """The parser's events and the file that they come from; an event that ``Tree`` could not hold is refused at its line."""

    parser: yaml.SafeLoader
    file: str
    lines: _Lines

    def tree(self) -> Tree:
        """Read the one document of a stream."""
        self.next()  # the stream begins
        if isinstance(self.next(), yaml.StreamEndEvent):
            raise FormatError("is empty", file=self.file)
        tree = self.value(self.next(), "", None, 0)
        self.next()  # the document ends
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.place(event, "").error("a second document begins here: a file holds one")
        return tree

    def next(self) -> Any:  # noqa: ANN401 (PyYAML's events have no common type with their fields)
        """Take the next event."""
        return self.parser.get_event()  # type: ignore[no-untyped-call]

    def value(self, event: Any, field: str, line: int | None, depth: int) -> Tree:  # noqa: ANN401 (see next)
        """Read the value that ``event`` begins, and all below it; ``line``: where its key stands."""
        here = self.plain(event, field)
        if depth > MAX_DEPTH:
            raise here.error(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.MappingStartEvent):
            value: object = self.mapping(field, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(field, depth)
        else:
            value = self.scalar(event)
        return replace(here, value=value, line=line or here.line)

    def mapping(self, field: str, depth: int) -> dict[str, Tree]:
        """Read a mapping up to its end."""
        found: dict[str, Tree] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            here = self.plain(event, field)
            if not isinstance(event, yaml.ScalarEvent):
                raise here.error("a key must be a plain word")
            key = str(event.value)
            if key in found:
                raise here.error(f"key {key[:60]!r} is there twice")
            found[key] = self.value(self.next(), f"{field}.{key}" if field else key, here.line, depth + 1)
        return found

    def sequence(self, field: str, depth: int) -> list[Tree]:
        """Read a list up to its end."""
        found: list[Tree] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            found.append(self.value(event, f"{field}[{len(found)}]", None, depth + 1))
        return found

    def scalar(self, event: yaml.ScalarEvent) -> str | bool | None:
        """Resolve a scalar; dates and numbers stay text, as prefixes and AS numbers need."""
        text = str(event.value)
        tag = self.parser.resolve(yaml.ScalarNode, text, event.implicit)  # type: ignore[no-untyped-call]
        if tag == "tag:yaml.org,2002:null":
            return None
        return TRUTHS.get(text.lower(), text) if tag == "tag:yaml.org,2002:bool" else text

    def plain(self, event: Any, field: str) -> Tree:  # noqa: ANN401 (see next)
        """Give the place of an event that means what it says; aliases, anchors, tags and half characters are errors."""
        here = self.place(event, field)
        if isinstance(event, yaml.AliasEvent):
            raise here.error("aliases (*name) are not supported: write the value again")
        if event.anchor is not None:
            raise here.error("anchors (&name) are not supported")
        if event.tag is not None:
            raise here.error("tags (!name) are not supported")
        if isinstance(event, yaml.ScalarEvent) and any("\ud800" <= sign <= "\udfff" for sign in event.value):
            raise here.error("half a surrogate pair is not a character")
        return here

    def place(self, event: Any, field: str) -> Tree:  # noqa: ANN401 (see next)
        """Give the place of an event."""
        return Tree(None, self.file, self.lines.of(event.start_mark.index), field)
