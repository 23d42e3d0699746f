"""From the bytes of a file to circuits and tables, whichever of Azure's tools wrote them. Pure.

Rule: a shape is known by what stands in it, never by the file's name; what is no shape of Azure's is a ``FormatError`` that says
what would be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit import arm
from bgpcheck.circuit.loose import Loose, Part
from bgpcheck.circuit.model import Reading
from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE = 16 << 20  # bytes
MOST = 5000  # circuits in one file
ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))  # PowerShell 5 redirects as UTF-16
WANTED = "give a circuit or peering as JSON (ARM, az, ConvertTo-Json -Depth 10, Terraform) or as PowerShell prints it"


def read(data: bytes, *, file: str) -> Reading:
    """Read a file of at most ``MAX_FILE`` bytes; ``FormatError`` with file and field."""
    try:
        if len(data) > MAX_FILE:
            raise FormatError(f"more than {MAX_FILE >> 20} MiB: no description of circuits is that large")
        text = _text(data)
        if text.lstrip()[:1] in ("{", "["):
            return _json(decode(text))
        raise FormatError(f"neither JSON nor text of PowerShell: {WANTED}")
    except FormatError as error:
        raise error.at(file=file) from None


def _text(data: bytes) -> str:
    """Decode, by the mark at the beginning where there is one."""
    encoding = next((name for mark, name in ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(f"not text: it is not {encoding.upper()}") from error


def _json(value: object) -> Reading:
    """Read a JSON value."""
    found = Reading()
    for path, body in _bodies(value, ""):
        found = found.joined(_body(body, path))
        if len(found.circuits) > MOST:
            raise FormatError(f"more than {MOST} circuits in one file")
    return found


def _bodies(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Give the objects that a JSON value holds, each with its path: those of a list, of ARM's ``value``, of a specification's example."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _bodies(one, f"{path}[{index}]")
    elif isinstance(value, dict) and (inside := _inside(Loose(value))):
        key, body = inside
        yield from _bodies(body, f"{path}.{key}" if path else key)
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


def _body(value: object, path: str) -> Reading:
    """Read one object."""
    part = Part.of(value, path)
    error = part.part("error")
    if error:
        raise FormatError(f"an error of Azure's and no circuit: {error.text('code')[:60]} {error.text('message')[:200]}".rstrip())
    if arm.is_circuit(part):
        return Reading((arm.circuit(part),))
    if arm.is_peering(part):
        return Reading((arm.alone(part),))
    raise FormatError(f"nothing that bgpcheck knows of Azure: {WANTED}", field=path or None)
