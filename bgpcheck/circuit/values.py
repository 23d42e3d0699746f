"""Values of ``Name : value`` lines: plain words, JSON over many lines, and what Format-List shortens. Pure.

Rule: a value that the console broke is put together where only one way is possible; a shortened one is left out, and a note says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bgpcheck.circuit.loose import TYPE_NAMES, json_of
from bgpcheck.errors import FormatError

DEEPEST = 60
MARKS = re.compile(r'\\.|["\[\]{}]')
NAMES = re.compile(r"\{[^\"'{}\[\]:]*\}")  # how Format-List shows a list: bare words
LISTS = frozenset({"peerings", "authorizations", "rules", "communities", "ipv6peerings"})
FREE = frozenset({"serviceprovidernotes", "tag", "tags", "tagstable", "etag", "sharedkey"})  # may hold anything, and are never JSON
JOINING = re.compile(r"[A-Za-z0-9.+-]")
HOW = {
    "peerings": "its peerings are not in the text: give ConvertTo-Json -Depth 10, or Get-AzExpressRouteCircuitPeeringConfig's text",
}


@dataclass(slots=True)
class Pasted:
    """A value while its lines come in."""

    key: str
    first: str
    parts: list[str] = field(default_factory=list)
    depth: int = 0
    quoted: bool = False
    escape: str = ""  # a backslash at the end of a line
    json: bool = False

    def __post_init__(self) -> None:
        """Look at the value's first line."""
        self.first = self.first.strip()
        self.json = self.first[:1] in ("{", "[") and self.key.lower() not in FREE
        self._take(self.first)

    @property
    def open(self) -> bool:
        """Tell whether more lines belong to it whatever they look like."""
        return self.json and self.depth > 0

    @property
    def text(self) -> str:
        """The whole value."""
        return "".join(self.parts)

    def more(self, line: str) -> None:
        """Add a line; inside a text, a number or an id the break was the console's, and nothing stood there.

        Raises:
            FormatError: the value has ended already.
        """
        rest = line.strip()
        if self.json and not self.open and rest:
            raise FormatError("something follows the end of its value", field=self.key)  # not shown: a key may stand there
        last = next((part[-1] for part in reversed(self.parts) if part), "")
        glued = self.quoted if self.json else self.first[:1] in ("/", "W")
        split = self.json and JOINING.fullmatch(last) and JOINING.match(rest)
        self._take(rest if glued or split else f" {rest}")

    def _take(self, piece: str) -> None:
        """Keep a piece and count its brackets."""
        self.parts.append(piece)
        if not self.json:
            return
        for mark in MARKS.findall(self.escape + piece):
            if mark == '"':
                self.quoted = not self.quoted
            elif not self.quoted and mark in "[{":
                self.depth += 1
            elif not self.quoted and mark in "]}":
                self.depth -= 1
        self.escape = "\\" if (len(piece) - len(piece.rstrip("\\"))) % 2 else ""
        if self.depth > DEEPEST:
            raise FormatError("nested too deep")


def keep_value(key: str, pasted: Pasted, into: dict[str, object], notes: list[str]) -> None:
    """Put a whole value into its object as JSON would have it, or leave it out with a note.

    Raises:
        FormatError: JSON in it does not end.
    """
    text = pasted.text.strip()
    if pasted.open:
        raise FormatError("its JSON does not end", field=_shown(key))
    if text.startswith(TYPE_NAMES) or (pasted.json and NAMES.fullmatch(text)):
        _shortened(key, text, into, notes)
    elif pasted.json:
        try:
            into[key] = json_of(text)
        except FormatError as error:
            raise error.at(field=_shown(key)) from None
    else:
        into[key] = None if text == "null" else text


def _shown(key: str) -> str | None:
    """Give a name that an error may repeat: one like Azure's, which have no figures but for Ipv6; a key may stand in its place."""
    return key if key.lower().replace("ipv6", "").isalpha() and key.isascii() else None


def _shortened(key: str, text: str, into: dict[str, object], notes: list[str]) -> None:
    """Take what Format-List shows of objects: nothing, or names without content."""
    name = key.lower()
    if not text.strip("{} "):
        into[key] = [] if name in LISTS else None
    else:
        notes.append(HOW.get(name) or f"{key[:60]} is shortened in the text; ConvertTo-Json -Depth 10 gives the whole")
