"""Planned objects for ``--assume``: RPSL, or VRPs as ``PREFIX[-MAX] => ASn``, one a line (interface.md). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import rpsl
from bgpcheck.model import Prefix, Vrp, is_digits, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import RouteObject

VRP_LINE = re.compile(r"\s*([0-9A-Fa-f.:]+/[0-9]+)(?:-([^\s=]+))?\s*=>\s*(\S+)\s*")
RPSL_LINE = re.compile(r"[ \t+%#]|[A-Za-z][A-Za-z0-9_-]*:")  # a comment, a continuation or an attribute: an arrow in it is text


def parse(text: str, *, file: str) -> tuple[RouteObject | Vrp, ...]:
    """Read planned objects, VRP lines and RPSL paragraphs in any order; ``FormatError`` with file and line."""
    found = tuple(_records(text, file))
    if not found:
        raise FormatError("holds no planned object: write RPSL, or a VRP such as 192.0.2.0/24-28 => AS64500", file=file)
    return found


def _records(text: str, file: str) -> Iterator[RouteObject | Vrp]:
    """Take VRP lines out, then read the rest as RPSL."""
    rest: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        is_vrp = "=>" in line and (VRP_LINE.fullmatch(line) or not RPSL_LINE.match(line))
        if is_vrp:
            yield _vrp(line, file, number)
        rest.append("" if is_vrp else line)
    for one in rpsl.objects(["\n".join(rest).encode("latin-1", "replace")], file=file):
        yield _route(one, file)


def _vrp(line: str, file: str, number: int) -> Vrp:
    """Read one VRP line."""
    found = VRP_LINE.fullmatch(line)
    try:
        if not found:
            raise FormatError("not a VRP: write PREFIX[-MAXLENGTH] => ASn, such as 192.0.2.0/24-28 => AS64500")
        prefix, longest = Prefix.parse(found[1]), found[2] or found[1].rpartition("/")[2]
        if not is_digits(longest) or len(longest) > 3 or not prefix.length <= int(longest) <= prefix.bits:  # noqa: PLR2004 (no length has four digits)
            raise FormatError(f"maxLength must be {prefix.length} to {prefix.bits}")
        return Vrp(prefix, int(longest), parse_asn(found[3]), "planned")
    except FormatError as error:
        raise error.at(file=file, line=number) from error


def _route(one: rpsl.RpslObject, file: str) -> RouteObject:
    """Read one planned route object."""
    if one.kind not in {"route", "route6"}:
        raise FormatError(f"{one.kind} objects can't be assumed: write route or route6", file=file, line=one.line)
    try:
        return rpsl.route_object(one)
    except FormatError as error:
        raise error.at(file=file, line=one.line) from error
