"""From the bytes of a file to circuits and tables, whichever of Azure's tools wrote them. Pure.

Rule: a shape is known by what stands in it, never by the file's name; what is no shape of Azure's is a ``FormatError`` that says
what would be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.circuit import arm, communities, filters, powershell, tables, terraform
from bgpcheck.circuit.loose import DEEPEST, Loose, Part, json_of
from bgpcheck.circuit.seen import Reading, Tables
from bgpcheck.circuit.together import together
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.circuit.seen import RouteFilter

MAX_FILE = 16 << 20  # bytes
MOST = 5000  # circuits in one file
MOST_ROWS = 200_000  # of tables: Azure learns 10,000 routes of a session at most (LIM-1)
ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))  # PowerShell 5 redirects as UTF-16
WANTED = "give a circuit or peering as JSON (ARM, az, ConvertTo-Json -Depth 10, Terraform) or as PowerShell prints it"
EMPTY = "an empty list, and nothing says of what"
COMMUNITIES = f"a table of Microsoft's BGP communities and no circuit; bgpcheck has that of {communities.AS_OF}"


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    circuits: list[Circuit] = field(default_factory=list)
    rows: list[Tables] = field(default_factory=list)
    filters: list[RouteFilter] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def reading(self) -> Reading:
        """Put it together: lone peerings with their circuit; each note once."""
        return Reading(together(self.circuits), Tables.of(self.rows), tuple(self.filters), tuple(dict.fromkeys(self.notes)))


def read(data: bytes, *, file: str) -> Reading:
    """Read a file of at most ``MAX_FILE`` bytes; ``FormatError`` with file and field."""
    try:
        if len(data) > MAX_FILE:
            raise FormatError(f"more than {MAX_FILE >> 20} MiB: no description of circuits is that large")
        text = _text(data)
        return _json(json_of(text)) if text.lstrip()[:1] in ("{", "[") else _printed(text)
    except FormatError as error:
        raise error.at(file=file) from None


def _text(data: bytes) -> str:
    """Decode, by the mark at the beginning where there is one."""
    encoding = next((name for mark, name in ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(f"not text: it is not {encoding.upper()}") from error


def _printed(text: str) -> Reading:
    """Read what PowerShell printed."""
    printed = powershell.parse(text)
    found = _Found(notes=printed.notes)
    found.rows += [Tables(**{kind: ()}) for kind in printed.empty]
    for one in printed.objects:
        _body(one, "", found)
    return found.reading()


def _json(value: object) -> Reading:
    """Read a JSON value."""
    if isinstance(value, dict) and terraform.is_terraform(Loose(value)):
        return terraform.parse(value)
    found = _Found()
    for path, body in _bodies(value, ""):
        _body(body, path, found)
    if not (found.circuits or found.rows or found.filters or found.notes):
        found.notes.append(EMPTY)
    return found.reading()


def _bodies(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Give the objects that a JSON value holds, each with its path: those of a list, of ARM's ``value``, of a specification's example."""
    if depth > DEEPEST:
        raise FormatError("nested too deep", field=path[:60])
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _bodies(one, f"{path}[{index}]", depth + 1)
    elif isinstance(value, dict) and (inside := _inside(Loose(value))):
        key, body = inside
        yield from _bodies(body, f"{path}.{key}" if path else key, depth + 1)
    else:
        yield path, value


def _inside(outer: Loose) -> tuple[str, object] | None:
    """Find what a wrapping object is around: (key, value)."""
    responses = outer.get("responses")
    if "parameters" in outer and isinstance(responses, dict):  # an example of the API specification
        for status in ("200", "201"):
            answer = responses.get(status)
            if isinstance(answer, dict) and "body" in answer:
                return f"responses.{status}.body", answer["body"]
    for key in ("value", "data"):  # ARM's lists, Resource Graph's rows
        if isinstance(outer.get(key), list):
            return key, outer[key]
    return None


def _body(value: object, path: str, found: _Found) -> None:
    """Read one object."""
    part = Part.of(value, path)
    error = part.part("error")
    if error:
        raise FormatError(f"an error of Azure's and no circuit: {error.text('code')[:60]} {error.text('message')[:200]}".rstrip())
    row = tables.row(part)
    if row is not None:
        found.rows.append(row)
    elif filters.is_filter(part):
        found.filters.append(filters.route_filter(part))
    elif arm.is_circuit(part):
        found.circuits.append(arm.circuit(part))
    elif arm.is_peering(part):
        found.circuits.append(arm.alone(part))
    elif communities.is_table(part.fields.values):
        found.notes.append(COMMUNITIES)
    else:
        raise FormatError(f"nothing that bgpcheck knows of Azure: {WANTED}", field=path or None)
    if len(found.circuits) > MOST or len(found.rows) > MOST_ROWS or len(found.filters) > MOST:
        raise FormatError(f"more than {MOST} circuits or filters, or {MOST_ROWS} rows of tables in one file")
