"""Circuits, peerings and tables as PowerShell prints them: ``Name : value`` lines and tables. Pure.

Rule: the text is turned into the objects that JSON would have given, and nothing else is read from it; where the console's line
breaks leave more than one reading, the value is left out or refused, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.circuit import columns
from bgpcheck.circuit.values import Pasted, keep_value
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from bgpcheck.circuit.columns import Header

MAX_TEXT = 8 << 20  # characters
MOST_LINES = 400_000
NARROW = 79  # characters: a console has no fewer columns, so a shorter line was not broken by one
KEY = re.compile(r"([ \t]*)([A-Za-z][A-Za-z0-9_]{0,60})[ \t]+:(?:[ \t](.*))?")
COMMENT = re.compile(r"\s*#(?!#)")  # several of them are a masked word
STARTS = frozenset({"name", "network", "neighbor", "age", "primarybytesin"})  # the first fields of an object
ABSENT = "Sequence contains no matching element"
ERROR = re.compile(r"\s*[A-Za-z]+-Az[A-Za-z]+ ?: (.*)")
NOTHING = "neither JSON nor text of PowerShell: give what Get-AzExpressRouteCircuit printed, or its ConvertTo-Json -Depth 10"


@dataclass(slots=True)
class Text:
    """What a text holds: objects as JSON would give them, tables without rows, and what was noticed."""

    objects: list[dict[str, object]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Scanner:
    """Where the reading of the lines stands."""

    found: Text = field(default_factory=Text)
    current: dict[str, object] = field(default_factory=dict)
    key: str = ""
    pasted: Pasted | None = None
    indent: int = 0
    width: int = 0  # of the last line
    gap: bool = False  # whether a blank line came since the last field
    table: Header | None = None
    named: str = ""  # the kind of a titled table that has shown no row yet
    errors: list[str] = field(default_factory=list)
    odd: int = 0

    def line(self, line: str) -> None:
        """Read one line."""
        if self.pasted is not None and self.pasted.open:
            self.pasted.more(line)
        elif not line.strip():
            self.gap = True
        elif not COMMENT.match(line) and not any(
            take(line) for take in (self._failed, self._titled, self._headed, self._field, self._rest)
        ):
            self._other(line)
        self.width = len(line)

    def _failed(self, line: str) -> bool:
        """Keep an error that PowerShell printed."""
        error = ERROR.fullmatch(line)
        if error:
            self.close()
            self.errors.append(error[1][:200])
        return bool(error)

    def _titled(self, line: str) -> bool:
        """Take a classic command's title."""
        kind = columns.title(line)
        if kind:
            self.close()
            self.named, self.table = kind, None
        return bool(kind)

    def _headed(self, line: str) -> bool:
        """Take a line of column names."""
        head = columns.header(line)
        if head is None:
            return False
        if self.named == head.kind:
            self.named = ""
        self.close()
        self.table, self.named, self.gap = head, head.kind, False
        return True

    def _field(self, line: str) -> bool:
        """Take ``Name : value``."""
        match = KEY.fullmatch(line)
        if match is None or (self.table is not None and not self.gap):
            return False
        name = match[2]
        if name in self.current or name == self.key or (self.gap and name.lower() in STARTS):
            if not self.gap and name != next(iter(self.current), self.key):
                raise FormatError("stands twice in one object", field=name)
            self.close()
        self._end_field()
        if self.table is not None or self.named:
            self.close()
        self.key, self.pasted, self.indent, self.gap = name, Pasted(name, match[3] or ""), len(match[1]), False
        return True

    def _deeper(self, line: str) -> bool:
        """Tell whether a line is indented more than the field before it, as the rest of a value is."""
        return len(line) - len(line.lstrip()) > self.indent + 1

    def _rest(self, line: str) -> bool:
        """Take the rest of a value that the console broke: indented, or at the line's begin where the line before was full."""
        if self.pasted is None or self.gap or not (self._deeper(line) or self.width >= NARROW):
            return False
        self.pasted.more(line)
        return True

    def _other(self, line: str) -> None:
        """Read a row of a table, or count a line that is nothing of Azure's."""
        if self.table is None:
            self.odd += ABSENT not in line
            self.errors += [ABSENT] if ABSENT in line else []
            return
        try:
            row = columns.row(self.table, line)
        except FormatError:
            if not self.gap:
                raise
            self.table, self.odd = None, self.odd + 1
            return
        self.gap = False
        if row is not None:
            self.found.objects.append(row)
            self.named = ""

    def _end_field(self) -> None:
        """Keep a field whose value is whole."""
        if self.pasted is not None:
            keep_value(self.key, self.pasted, self.current, self.found.notes)
        self.key, self.pasted = "", None

    def close(self) -> None:
        """Keep the object that has come to its end."""
        self._end_field()
        if self.current:
            self.found.objects.append(self.current)
        if self.table is not None and self.table.waiting:
            raise FormatError(f"the row of {self.table.waiting} has no next hop")
        if self.named:
            self.found.empty.append(self.named)
        self.current, self.table, self.named = {}, None, ""


def parse(text: str) -> Text:
    """Read what PowerShell printed; ``FormatError`` with the line where it can't be that."""
    if len(text) > MAX_TEXT:
        raise FormatError(f"more than {MAX_TEXT >> 20} MiB of text: no print-out of circuits is that long")
    scanner = _Scanner()
    number = 0
    for number, line in enumerate(text.splitlines(), 1):
        if number > MOST_LINES:
            raise FormatError(f"more than {MOST_LINES} lines")
        try:
            scanner.line(line)
        except FormatError as error:
            raise error.at(line=number) from None
    try:
        scanner.close()
    except FormatError as error:
        raise error.at(line=number) from None
    return _judged(scanner)


def _judged(scanner: _Scanner) -> Text:
    """Say what PowerShell's own errors mean, and that lines were left out."""
    found, absent = scanner.found, any(ABSENT in one for one in scanner.errors)
    if not found.objects and not found.empty:
        if absent:
            raise FormatError(f"the circuit has no such peering: PowerShell says {ABSENT!r}; configure it, or ask for another")
        if scanner.errors:
            raise FormatError(f"an error of PowerShell's and no circuit: {scanner.errors[0]}")
        raise FormatError(NOTHING)
    if absent:
        found.notes.append(f"one of the commands found no such peering on the circuit ({ABSENT!r})")
    elif scanner.errors:
        found.notes.append(f"one of the commands failed: {scanner.errors[0][:200]}")
    if scanner.odd:
        found.notes.append(f"{scanner.odd} lines are nothing of Azure's and were left out")
    return found
