"""Byte chunks to numbered lines. Pure. Rule: never holds more than one line (``limit``) beside the chunk at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINE_LIMIT = 1 << 20  # bytes


def lines(chunks: Iterable[bytes], *, file: str, limit: int = LINE_LIMIT) -> Iterator[tuple[int, bytes]]:
    r"""Split a stream into ``(number, line)``: numbers start at 1, lines come without their LF or CRLF.

    Chunks may break anywhere, also between CR and LF. A last line without a newline counts; nothing follows a final one.
    A line of more than ``limit`` bytes (its ending apart) raises ``FormatError`` with ``file`` and its number.
    """
    number, held, size = 1, list[bytes](), 0
    for chunk in chunks:
        first, *rest = chunk.split(b"\n")
        held.append(first)
        size += len(first)
        if rest:
            *whole, last = rest
            for line in (b"".join(held), *whole):
                yield number, _ended(line, file, number, limit)
                number += 1
            held, size = [last], len(last)
        if size > limit + 1:  # the one byte more may be the CR of a CRLF
            raise _too_long(file, number, limit)
    if size:
        yield number, _ended(b"".join(held), file, number, limit)


def _ended(line: bytes, file: str, number: int, limit: int) -> bytes:
    line = line.removesuffix(b"\r")
    if len(line) > limit:
        raise _too_long(file, number, limit)
    return line


def _too_long(file: str, number: int, limit: int) -> FormatError:
    return FormatError(f"line longer than {limit} bytes", file=file, line=number)
