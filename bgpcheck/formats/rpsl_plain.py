r"""Plain route objects, read in a third of the time. Pure.

Plain: names are in lower case; origin, maintainers and source come in the order that registries give them in, each once or in one
block, in one row and without comment; there are no holes. Other attributes may say anything, in any number of rows.
Rule: the short way answers or gives way (None) to ``rpsl.route_object``, so that both accept the same and refuse in the same words.
"""

from __future__ import annotations

import re
from typing import Any

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import prefix
from bgpcheck.formats.quick import TwinRoute
from bgpcheck.model import MAX_ASN, RouteObject

# Nothing that has matched is tried again in another way, so that the time is in proportion to the length whatever the text says.
_GAP = r"[ \t]*+"
_VALUE = r'([!"$-~]++)'  # one printable word, no comment
_LIST = r'[ \t!"$-~]*+'
_OTHERS = r"(?>(?:\n(?![hlmos](?:oles|ast-modified|nt-by|rigin|ource):)[a-z0-9-]++:.*+(?>(?:\n[ \t+].*+)*))*)"  # of other names
_ROUTE = re.compile(
    rf"route(6?):{_GAP}{_VALUE}{_GAP}{_OTHERS}"
    rf"\norigin:{_GAP}AS([0-9]{{1,10}}+){_GAP}{_OTHERS}"
    rf"(?:\nmnt-by:({_LIST}(?:\nmnt-by:{_LIST})*){_OTHERS})?"
    rf"(?:\nlast-modified:{_GAP}{_VALUE}{_GAP}{_OTHERS})?"
    rf"\nsource:{_GAP}{_VALUE}{_GAP}{_OTHERS}"
    rf"(?:\nlast-modified:{_GAP}{_VALUE}{_GAP}{_OTHERS})?"
).fullmatch


def route(text: str) -> RouteObject | None:
    """Read an object of class route or route6."""
    match = _ROUTE(text)
    if match is None:
        return None
    six, word, digits, maintainers, before, source, after = match.groups("")
    try:
        about, origin = prefix(word), int(digits)
    except FormatError:
        return None
    if about.version != (6 if six else 4) or origin > MAX_ASN:
        return None
    if "\n" in maintainers:
        maintainers = maintainers.replace("\nmnt-by:", " ")
    if "," in maintainers:
        maintainers = maintainers.replace(",", " ")
    made: Any = TwinRoute(source.upper(), about, origin, tuple(maintainers.upper().split()), (), (before or after).upper())
    made.__class__ = RouteObject
    return made  # type: ignore[no-any-return]
