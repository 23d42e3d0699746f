"""Plain entries of VRP exports, read in well under half the time. Pure.

Plain: asn, prefix, maxLength, ta and maybe expires in this order and nothing else, as most exporters write JSON, and no line broken
within; or a CSV row of the same, without quotes and blanks.
Rule: the short way answers or gives way to the reader in ``vrps``, so that both accept the same and refuse in the same words.
"""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import prefix
from bgpcheck.formats.quick import TwinVrp
from bgpcheck.model import BITS, MAX_ASN, Vrp

if TYPE_CHECKING:
    from collections.abc import Callable

Record = tuple[int, str, Vrp]
LATEST = 253402300799  # Unix seconds: the last of the year 9999
BATCH = range(256)
_PREFIX = "([0-9A-Fa-f.:/]++)"  # if it is one
_GAP = r"[ \t]*+"
# RFC 8259: numbers have no leading zeros; strings here have no escapes. Another element must follow.
_ELEMENT = (
    rf'({{{_GAP}"asn":{_GAP}("AS[0-9]{{1,10}}+"|0|[1-9][0-9]{{0,9}}+),{_GAP}"prefix":{_GAP}"{_PREFIX}",'
    rf'{_GAP}"maxLength":{_GAP}(0|[1-9][0-9]{{0,2}}+),{_GAP}"ta":{_GAP}"([ !#-\[\]-~]*+)"'
    rf'(?:,{_GAP}"expires":{_GAP}(0|[1-9][0-9]{{0,11}}+))?{_GAP}}})({_GAP},[ \t\n\r]*+)'
)
_CELLS = {
    "asn": "((?:AS)?[0-9]{1,10}+)",
    "prefix": _PREFIX,
    "maxLength": "([0-9]{1,3}+)",
    "ta": r"([!#-+\--~]++)",
    "expires": "([0-9]{1,12}+)",
}


class Plain:
    """Reads entries of one shape. ``noted`` hears when each VRP expires that does, in Unix seconds."""

    def __init__(self, shape: str, noted: Callable[[int], None]) -> None:
        """Take a regular expression: its groups are the entry, in there asn, prefix, maxLength, ta and expires, and what follows it."""
        self._match = re.compile(shape).match
        self._noted = noted

    def run(self, text: str, at: int, line: int) -> tuple[tuple[Record, ...], int, int]:
        """Read plain entries from an offset and its line on: ``(them, with line and verbatim text; offset and line of the next)``."""
        found, step, noted = list[Record](), self._match, self._noted
        for _ in BATCH:
            match = step(text, at)
            if match is None:
                break
            words, asn, word, longest, anchor, expires, gap = match.groups("")
            try:
                about = prefix(word)
            except FormatError:
                break
            number, length = int(asn.strip('"AS')), int(longest or about.length)
            if number > MAX_ASN or not about.length <= length <= BITS[about.version]:
                break
            end = None
            if expires:
                end = int(expires)
                if end > LATEST:
                    break
                noted(end)
            vrp: Any = TwinVrp(about, length, number, intern(anchor), end)
            vrp.__class__ = Vrp
            found.append((line, words, vrp))
            line += gap.count("\n")
            at = match.end()
        return tuple(found), at, line


def elements(noted: Callable[[int], None]) -> Plain:
    """Make a reader of the elements of a JSON array."""
    return Plain(_ELEMENT, noted)


def rows(columns: tuple[str, ...], noted: Callable[[int], None]) -> Plain:
    """Make a reader of the rows of a CSV with these columns (``""``: any other)."""
    known = [name for name in columns if name]
    cells = ",".join(_cell(name, known) for name in columns)
    if known != [name for name in _CELLS if name in known]:
        cells = "(?!)" + "()" * len(_CELLS)  # columns in another order: no row is plain
    return Plain(rf"({cells})(\r?\n)", noted)


def _cell(name: str, known: list[str]) -> str:
    """Match one cell; what should stand between it and the next known one, and is no column here, is an empty group."""
    if not name:
        return r'[^,"\r\n]*+'
    after = [*_CELLS][[*_CELLS].index(name) + 1 :]
    missing = next((at for at, one in enumerate(after) if one in known), len(after))
    return _CELLS[name] + "()" * missing
