"""RPSL objects (RFC 2622, RFC 4012) of dumps and whois answers, and the route objects among them. Pure.

Rule: an object is its verbatim text, and that text alone gives the same records again (``parse_text``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import prefix
from bgpcheck.model import RouteObject, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.model import Prefix

OBJECT_LIMIT = 1 << 20  # bytes; the largest aut-num seen has half of this
_ROUTE_VERSIONS = {"route": 4, "route6": 6}
_NAME = re.compile(r"\*?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")  # "*xx" is how RADB marks what it has struck out
_LEADING = re.compile(r"(?:[%#][^\n]*(?:\n|\Z)|[ \t\f\v\r]*\n|[ \t\f\v\r]+\Z)+")
_SPACED = re.compile(r"\n[ \t]")
_BLANK = re.compile(r"\n[ \t\f\v\r]+(?=\n)")
# Tab, the line ends, form feed and escape (ISO-2022-JP) occur in text; the other C0 control bytes do not.
_BINARY = bytes(sorted({*range(32)} - {9, 10, 11, 12, 13, 27}))
_CONTINUES = " \t+"  # RFC 2622 s2: the first column of a continuation line
_UNUSUAL = _CONTINUES + "%#"


@dataclass(frozen=True, slots=True)
class RpslObject:
    r"""One object: the number of its first line (from 1) and its verbatim text (latin-1, rows ended by ``\n``)."""

    line: int
    text: str

    @property
    def kind(self) -> str:
        """Class of the object, lower case: the name of its first attribute (RFC 2622 s2)."""
        return self.text.partition(":")[0].lower()

    @property
    def key(self) -> str:
        """Value of the first attribute, which is what the object is about; cheaper than ``attributes``."""
        first, _, rest = self.text.partition("\n")
        if rest[:1] and rest[0] in _UNUSUAL:
            return self.attributes[0][1]
        return first.partition(":")[2].partition("#")[0].strip()

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """``(name, value)`` in order, parsed anew at each access; ``FormatError`` for a row that is no attribute.

        Names are lower case; comments are cut, continuation lines joined by a space (RFC 2622 s2).
        """
        found = list[tuple[str, list[str]]]()
        for number, row in enumerate(self.text.split("\n"), self.line):
            code = row.partition("#")[0]  # a comment runs from the first # to the end of the line
            if row[:1] in _CONTINUES:
                found[-1][1].append(code[1:].strip())
            elif row[0] not in "%#":
                name, colon, value = code.partition(":")
                if not colon:
                    raise FormatError(f"{row[:40]!r} is no attribute: write 'name: value', or indent what continues", line=number)
                found.append((name.lower(), [value.strip()]))
        return tuple((name, " ".join(part for part in parts if part)) for name, parts in found)

    def values(self, name: str) -> tuple[str, ...]:
        """Values of every attribute called ``name`` (lower case), in order."""
        return tuple(value for key, value in self.attributes if key == name)

    def error(self, field: str, message: str) -> FormatError:
        """Build an error that points to the attribute called ``field``, else to the object's first line."""
        for number, row in enumerate(self.text.split("\n"), self.line):
            if row.partition(":")[0].lower() == field:
                return FormatError(message, line=number, field=field)
        return FormatError(message, line=self.line, field=field)


def objects(
    chunks: Iterable[bytes], *, file: str, classes: frozenset[str] | None = None, limit: int = OBJECT_LIMIT
) -> Iterator[RpslObject]:
    """Yield the objects of a dump or an answer; arguments and errors as in ``texts``."""
    for line, _, text in texts(chunks, file=file, classes=classes, limit=limit):
        yield RpslObject(line, text)


def texts(
    chunks: Iterable[bytes], *, file: str, classes: frozenset[str] | None = None, limit: int = OBJECT_LIMIT
) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, class, verbatim text)`` of each object whose class (lower case) is in ``classes``; None means every class.

    Chunks may break anywhere. Rows that start with ``%`` or ``#`` before an object are skipped, within one they stay in its text.
    Raises ``FormatError`` with ``file`` and line for what is not RPSL, for binary data and for an object of more than ``limit`` bytes.
    """
    line = 0
    for paragraphs, may_be_binary, waiting in _paragraphs(chunks):
        for raw in paragraphs:  # the hot loop
            start, text = (line, raw) if raw > "&" else _led(line, raw)
            line += raw.count("\n") + 2
            if len(text) > limit:
                raise _too_long(limit, file, start)
            kind = text.partition(":")[0].lower()
            if may_be_binary and _is_binary(text.encode("latin-1")):
                raise FormatError("not an RPSL file: it has binary control bytes (is it still compressed?)", file=file, line=start)
            if (classes is not None and kind in classes) or (text and _is_object(text, kind, file, start) and classes is None):
                yield start, kind, text
        if waiting > limit:
            raise _too_long(limit, file, line)


def parse_text(text: str, *, file: str = "") -> RpslObject:
    """Take one object's verbatim text, as ``RpslObject.text`` keeps it; ``FormatError`` where it is not exactly one object."""
    try:
        found = list(objects([text.encode("latin-1")], file=file))
    except UnicodeEncodeError as error:
        raise FormatError("not the text of an RPSL object: it has characters that latin-1 has not", file=file) from error
    if len(found) != 1:
        raise FormatError(f"{len(found)} objects: one is wanted", file=file)
    return found[0]


def _paragraphs(chunks: Iterable[bytes]) -> Iterator[tuple[list[str], bool, int]]:
    """Split chunks at blank rows, with LF ends: ``(paragraphs, whether they may be binary, how much of an older one waits)``."""
    rest, binary = "\n", False
    for chunk in chain(chunks, (b"\n\n",)):
        binary = _is_binary(chunk) or (binary and _is_binary(rest.encode("latin-1")))
        data = rest + chunk.decode("latin-1")
        if "\r" in data or _SPACED.search(data):
            data = _BLANK.sub("\n", data.replace("\r\n", "\n"))
        *whole, rest = data.split("\n\n")
        yield whole, binary, len(rest) - len(chunk)


def _led(line: int, raw: str) -> tuple[int, str]:
    """Leave out the blank and comment rows at the start of a paragraph."""
    skipped = match.end() if (match := _LEADING.match(raw)) else 0
    return line + raw.count("\n", 0, skipped), raw[skipped:]


def _is_binary(data: bytes) -> bool:
    return len(data.translate(None, _BINARY)) != len(data)


def _is_object(text: str, kind: str, file: str, line: int) -> bool:
    """Refuse what does not start as an object does."""
    if ":" not in text or not _is_name(kind):
        raise FormatError(f"not an RPSL file: {kind[:40]!r} stands where an object starts, as 'class: value'", file=file, line=line)
    return True


@lru_cache(maxsize=256)
def _is_name(kind: str) -> bool:
    return _NAME.fullmatch(kind) is not None


def _too_long(limit: int, file: str, line: int) -> FormatError:
    return FormatError(f"object longer than {limit} bytes", file=file, line=line)


def route_object(obj: RpslObject) -> RouteObject:
    """Read an object of class route or route6 (RFC 2622 s4, RFC 4012 s3); ``FormatError`` with line and field.

    Host bits, a prefix of the other family, and more or fewer than one origin or source are errors. RPSL words do not depend on
    case, so ``source`` and maintainers come in upper case.
    """
    route = route_prefix(obj)
    found = _fields(obj)
    field = "origin"
    try:
        origin = _origin(_one(found, field))
        field = "source"
        source = _one(found, field)
        field = "holes"
        holes = tuple([prefix(word) for word in words(found["HOLES"])])
    except FormatError as error:
        raise obj.error(field, error.message) from None
    return RouteObject(source, route, origin, words(found["MNT-BY"]), holes, "".join(found["LAST-MODIFIED"][:1]))


def route_prefix(obj: RpslObject) -> Prefix:
    """Read only the prefix of a route or route6, to tell cheaply whether the object concerns anybody; errors as ``route_object``.

    Raises:
        FormatError: the class or the family is another.
    """
    kind = obj.kind
    try:
        if kind not in _ROUTE_VERSIONS:
            raise FormatError(f"{kind[:40]!r} is not a route object: its class is route or route6")
        found = prefix(obj.key)
        if found.version != _ROUTE_VERSIONS[kind]:
            raise FormatError(f"{found} is {found.family}: {kind} is for the other family")
    except FormatError as error:
        raise obj.error(kind, error.message) from None
    return found


def _fields(obj: RpslObject) -> dict[str, list[str]]:
    """Values that a route object is read for, in upper case: what ``attributes`` has, in half the time where rows are plain."""
    found: dict[str, list[str]] = {"ORIGIN": [], "SOURCE": [], "MNT-BY": [], "HOLES": [], "LAST-MODIFIED": []}
    if not _plain(obj.text, found):
        found = {name: [value.upper() for value in obj.values(name.lower())] for name in found}
    return found


def _plain(text: str, found: dict[str, list[str]]) -> bool:
    """Fill ``found`` and tell whether that was right: there are neither comments nor continuation lines."""
    for row in text.upper().split("\n"):
        name, colon, value = row.partition(":")
        if name in found:
            found[name].append(value.strip())
        elif not colon or row[0] in _UNUSUAL:
            return False
    return "#" not in text


def _one(found: dict[str, list[str]], field: str) -> str:
    values = found[field.upper()]
    if len(values) != 1 or not values[0]:
        raise FormatError(f"{len(values)} attributes {field}: write one, with a value")
    return values[0]


def words(values: Iterable[str]) -> tuple[str, ...]:
    """Split lists of words, at commas or spaces (RFC 2622 s2)."""
    return tuple(" ".join(values).replace(",", " ").split())


_origin = lru_cache(maxsize=65536)(parse_asn)
