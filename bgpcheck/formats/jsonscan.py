"""Long arrays in a JSON document (RFC 8259), element by element, with line and verbatim text. Pure.

Rule: the whole document is checked, but of the long arrays only one element at a time is held decoded, and no value that is decoded
is longer than ``LONGEST``: decoded JSON takes up to 25 times the memory of its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str, ...]
Found = tuple[Path, int, int, int, object]  # path, line, start and end offset, value
Run = Callable[[str, int, int], tuple[tuple[object, ...], int, int]]
LONGEST = 1 << 20  # characters of one value
MOST_KEYS = 1000  # of an object that is walked
MOST_PASSED = 500_000  # elements of an array that nobody wants
_WINDOWS = (1 << 10, 1 << 13, 1 << 16, LONGEST)  # characters that are offered to the decoder, the next where a value is longer
_MARGIN = 16  # no token but a string is longer in which the decoder finds a fault; nor can so much text turn 1 into 1e+5
_SPACE = re.compile(r"[ \t\n\r]*")
_NEXT = re.compile(r"[ \t\n\r]*([,\]}])[ \t\n\r]*")
_COLON = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")


def _no_constant(name: str) -> NoReturn:
    raise FormatError(f"not JSON: {name} is no number there")


_DECODE = json.JSONDecoder(object_pairs_hook=distinct, parse_constant=_no_constant).raw_decode


def _none(_: str, at: int, line: int) -> tuple[tuple[object, ...], int, int]:
    """Know no elements."""
    return (), at, line


def decode(text: str, *, file: str | None = None) -> object:
    """Decode one JSON value that fills ``text``, such as an element's verbatim text; else ``FormatError`` with its line."""
    walk = Walk(text, file=file)
    start = walk.skip(0)
    value, end = walk.value(start)
    walk.finish(end)
    return value


def elements(text: str, *path: str, file: str | None = None) -> Iterator[tuple[int, str, object]]:
    """Give ``(line, verbatim text, value)`` of each element of the array that the keys ``path`` lead to; it must be there.

    Raises ``FormatError`` with line for what is no JSON, at the end of the document if need be.
    """
    walk = Walk(text, path, file=file)
    for found, line, start, end, value in walk:
        if found == path:
            yield line, text[start:end], value
    walk.require(path)


class Walk:
    """One pass over a document that is an object: it gives ``(path, line, start, end, value)`` of what it has, in order.

    The arrays at ``arrays`` are given element by element, each under the array's path, any other member as a whole. ``seen`` has the
    paths of the arrays met so far. Line numbers start at 1. No key of a walked object may come twice.

    ``wanted``: the other members to give; where it is set, an array beside it is checked, not held, and not given.

    ``runs`` has readers, by the arrays' paths, of several elements at once: given the text, an offset and its line, such a reader tells
    what it has made of the elements that it knows, and offset and line of the next one, which must be there. What it has made is given
    as a value that is a tuple, with the place of all of it.
    """

    def __init__(
        self,
        text: str,
        *arrays: Path,
        file: str | None = None,
        runs: Mapping[Path, Run] | None = None,
        wanted: frozenset[Path] | None = None,
    ) -> None:
        """Prepare; nothing is read yet."""
        self._wanted = wanted
        self._runs = runs or {}
        self._text = text
        self._file = file
        self._arrays = frozenset(arrays)
        self._outer = frozenset(path[:length] for path in arrays for length in range(len(path)))
        self._line, self._counted = 1, 0
        self._at = 0
        self.seen: set[Path] = set()

    def __iter__(self) -> Iterator[Found]:
        """Walk from the start."""
        self._at = self.skip(0)
        yield from self._object(())
        self.finish(self._at)

    def require(self, path: Path) -> None:
        """Refuse a document that had no array at ``path``.

        Raises:
            FormatError: there was none.
        """
        if path not in self.seen:
            raise FormatError("missing: an array is wanted", file=self._file, field=".".join(path))

    def skip(self, at: int) -> int:
        """Give the offset of the next character that is no white space."""
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def value(self, at: int, path: Path = ()) -> tuple[object, int]:
        """Decode the value at an offset, which belongs to a ``path``, and tell where it ends.

        Raises:
            FormatError: it is no JSON, holds a key twice in one object, or is longer than any real value.
        """
        for size in _WINDOWS:
            window = self._text[at : at + size]
            last = at + size >= len(self._text)
            try:
                value, end = _DECODE(window)
            except json.JSONDecodeError as error:
                if last or (error.pos + _MARGIN < size and not error.msg.startswith("Unterminated")):
                    raise self._fault(at + error.pos, error.msg) from error
            except FormatError as error:
                raise error.at(file=self._file, line=self._line_of(at)) from None
            except (ValueError, RecursionError) as error:  # a number of more digits, or deeper nesting, than Python takes
                raise self._error(at, "a number is too long" if isinstance(error, ValueError) else "nested too deep") from error
            else:
                if last or end + _MARGIN < size:
                    return value, at + end
        raise FormatError(
            f"a value has more than {LONGEST} characters", file=self._file, line=self._line_of(at), field=".".join(path)[:80] or None
        )

    def finish(self, at: int) -> None:
        """Refuse text after the end of the document."""
        if self.skip(at) != len(self._text):
            raise self._error(self.skip(at), "the document has ended here, but more text follows")

    def _object(self, path: Path) -> Iterator[Found]:
        self._open("{", path)
        keys = set[str]()
        more = self._text[self._at : self._at + 1] != "}"
        if not more:
            self._at = self.skip(self._at + 1)
        while more:
            key = self._key()
            if key in keys:
                raise self._error(self._at, f"the key {key[:40]!r} comes twice")
            keys.add(key)
            if len(keys) > MOST_KEYS:
                raise self._error(self._at, f"an object has more than {MOST_KEYS} keys")
            yield from self._member((*path, key))
            match = _NEXT.match(self._text, self._at)
            if not match or match[1] == "]":
                raise self._error(self.skip(self._at), "',' or '}' is wanted (is the file truncated?)")
            self._at = match.end()
            more = match[1] == ","

    def _key(self) -> str:
        key, end = self.value(self._at)
        colon = _COLON.match(self._text, end)
        if not isinstance(key, str) or not colon:
            raise self._error(self._at, "a key in quotes and a colon are wanted")
        self._at = colon.end()
        return key

    def _member(self, path: Path) -> Iterator[Found]:
        if path in self._arrays:
            yield from self._array(path)
        elif path in self._outer:
            yield from self._object(path)
        elif self._wanted is not None and path not in self._wanted and self._text[self._at : self._at + 1] == "[":
            self._pass(path)
        else:
            start, line = self._at, self._line_of(self._at)
            value, self._at = self.value(start, path)
            yield path, line, start, self._at, value

    def _pass(self, path: Path) -> None:
        """Check an array that nobody wants, and hold none of it."""
        for count, (_, line, *_) in enumerate(self._array(path), 1):
            if count > MOST_PASSED:
                raise FormatError(f"an array has more than {MOST_PASSED} elements", file=self._file, line=line, field=".".join(path)[:80])

    def _array(self, path: Path) -> Iterator[Found]:
        self._open("[", path)
        self.seen.add(path)
        text, count, step, at = self._text, self._text.count, _NEXT.match, self._at
        run = self._runs.get(path, _none)
        if text[at : at + 1] == "]":
            self._at = self.skip(at + 1)
            return
        while True:  # the hot loop
            self._line += count("\n", self._counted, at)
            self._counted = at
            made, following, line = run(text, at, self._line)
            if made:
                yield path, self._line, at, following, made
                at = self._counted = following
                self._line = line
                continue
            value, end = self.value(at, path)
            yield path, self._line, at, end, value
            match = step(text, end)
            if not match or match[1] == "}":
                raise self._error(self.skip(end), "',' or ']' is wanted (is the file truncated?)")
            at = match.end()
            if match[1] == "]":
                self._at = at
                return

    def _open(self, bracket: str, path: Path) -> None:
        if self._text[self._at : self._at + 1] != bracket:
            what = "an array" if bracket == "[" else "an object"
            raise FormatError(f"{what} is wanted here", file=self._file, line=self._line_of(self._at), field=".".join(path) or None)
        self._at = self.skip(self._at + 1)

    def _line_of(self, at: int) -> int:
        return self._line + self._text.count("\n", self._counted, at)

    def _fault(self, at: int, message: str) -> FormatError:
        """Say what the decoder says; it knows nothing of truncated files."""
        return self._error(at, f"{message} (is the file truncated?)" if at >= len(self._text) else message)

    def _error(self, at: int, message: str) -> FormatError:
        return FormatError(f"not JSON: {message}", file=self._file, line=self._line_of(at))
