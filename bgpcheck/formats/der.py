"""Tags and lengths of DER (X.690), as far as certificates need them. Pure.

Rule: no length is believed before the bytes are seen to be there; nothing recurses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

INTEGER, BIT_STRING, OCTET_STRING, NULL, SEQUENCE = 0x02, 0x03, 0x04, 0x05, 0x30
_LONG, _MOST_LENGTH = 0x80, 2  # a length of more bytes than this is of no certificate


def header(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Read what begins at ``at``: ``(tag, where its content begins, where it should end)``, which may be past the end of ``data``.

    ``FormatError`` for a length that is cut, indefinite, or not the shortest one (X.690 s10.1).
    """
    if at + 2 > len(data):
        raise FormatError("DER ends within a header")
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= _LONG:
        count = length - _LONG
        digits = data[start : start + count]
        if not 0 < count <= _MOST_LENGTH or len(digits) != count:
            raise FormatError("DER has a length that can't be read")
        length, start = int.from_bytes(digits, "big"), start + count
        if length < (_LONG if count == 1 else 256):
            raise FormatError("DER has a length that is written too long")
    return tag, start, start + length


def parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give every ``(tag, content)`` that stands side by side in ``data``, to its very end; ``FormatError`` as in ``header``."""
    at = 0
    while at < len(data):
        tag, start, end = header(data, at)
        if end > len(data):
            raise FormatError("DER ends within a value")
        yield tag, data[start:end]
        at = end


def put(tag: int, *contents: bytes) -> bytes:
    """Write one value; its content is at most 65,535 bytes."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    digits = size.to_bytes(1 if size < 256 else _MOST_LENGTH, "big")  # noqa: PLR2004 (one byte's worth)
    return bytes((tag, _LONG + len(digits))) + digits + content
