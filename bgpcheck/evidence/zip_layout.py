"""A zip as every reader sees it, whether it reads from the front, from the back, or what the directory names. Pure.

Rule: the members' own headers and contents, in a row from the first byte on; the directory that names just these; its end; and at most
a comment. Nothing before, between or after, nothing twice, and no extra field that gives a member another name.
Source: PKWARE APPNOTE.TXT 6.3, sections in the lines.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from bgpcheck.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = struct.Struct("<4s5H3L2H")  # s4.3.7
ENTRY = struct.Struct("<4s6H3L5H2L")  # s4.3.12
END = struct.Struct("<4s4H2LH")  # s4.3.16
END_64 = struct.Struct("<4sQ2H2L4Q")  # s4.3.14, and the locator (s4.3.15), which stands after it
LOCATOR = struct.Struct("<4sLQL")
MARK, MARK_64, MARK_LOCATOR, MARK_DESCRIPTOR = b"PK\x03\x04", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
SHORT, LONG = struct.Struct("<3L"), struct.Struct("<LQQ")  # s4.3.9: a descriptor's CRC-32, packed size, size
SIZES = 1  # s4.5.3: the extra field of sizes beyond 32 bits
# Times (0x5455, 0x000a), owners (0x7875, 0x5855, 0x7855) and Java's mark (0xcafe): what those who repack honestly write.
HARMLESS = frozenset({SIZES, 0x5455, 0x000A, 0x7875, 0x5855, 0x7855, 0xCAFE})
ELSEWHERE, FULL = 0xFFFFFFFF, 0xFFFF  # in that field; in the end of a zip64
HIDDEN = 0x2061  # flags: encrypted, patches, strongly encrypted, with a masked directory
STREAMED = 8  # flag: sizes follow the content
OTHERS = "other readers would see something else"


def contents(data: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Give each member and what it holds; ``IntegrityError`` at the first thing that not every reader sees alike."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    _directory(data, archive.start_dir, infos, len(archive.comment))
    if b"PK" in archive.comment:
        raise IntegrityError(f"the zip's comment holds parts of a zip: {OTHERS}")
    places = [*(info.header_offset for info in infos), archive.start_dir]
    if places[0]:
        raise IntegrityError(f"{places[0]} bytes stand before the zip: {OTHERS}")
    for info, end in zip(infos, places[1:], strict=True):
        yield info, _content(info, _packed(data, info, end))


def _directory(data: bytes, start: int, infos: list[zipfile.ZipInfo], comment: int) -> None:
    """Hold the directory, which begins at ``start``, and the zip's end against one another and against the members."""
    place, count = start, 0
    while data[place : place + 4] == b"PK\x01\x02":
        *_, name, extra, words = ENTRY.unpack_from(data, place)[:13]
        place, count = place + ENTRY.size + name + extra + words, count + 1
    wanted = (len(infos), len(infos), place - start, start)
    at = len(data) - END.size - comment
    mark, _, _, *told, length = END.unpack_from(data, at)
    if mark != b"PK\x05\x06" or place > at:
        raise IntegrityError(f"bytes stand after the zip: {OTHERS}")
    if place != at:  # then a zip64's two records are between
        mark, size, *_, here, all_, long, offset = END_64.unpack_from(data, place)
        marked = (mark, size, (here, all_, long, offset)) == (MARK_64, END_64.size - 12, wanted)
        if (
            not marked
            or at != place + END_64.size + LOCATOR.size
            or LOCATOR.unpack_from(data, at - LOCATOR.size) != (MARK_LOCATOR, 0, place, 1)
        ):
            raise IntegrityError(f"something stands in or after the zip's directory: {OTHERS}")
        told = [right if one in {FULL, ELSEWHERE} else one for one, right in zip(told, wanted, strict=True)]
    if (count, *told, length) != (len(infos), *wanted, comment):
        raise IntegrityError(f"the end of the zip does not agree with its directory, or something stands after it: {OTHERS}")


def _packed(data: bytes, info: zipfile.ZipInfo, end: int) -> bytes:
    """Give a member as it is stored; its own header must say what the directory says, and it must reach to ``end``."""
    mark, _, flags, method, _, _, *sums, name_size, extra_size = LOCAL.unpack_from(data, info.header_offset)
    name_at = info.header_offset + LOCAL.size
    start = name_at + name_size + extra_size
    extra = _extra(data[start - extra_size : start], info)
    _extra(info.extra, info)
    wanted = [info.CRC, info.compress_size, info.file_size]
    sizes = iter(_numbers(extra))
    sums[2] = next(sizes, -1) if sums[2] == ELSEWHERE else sums[2]  # s4.5.3: the size first, then the packed size
    sums[1] = next(sizes, -1) if sums[1] == ELSEWHERE else sums[1]
    alike = all(one == right or (flags & STREAMED and one == 0) for one, right in zip(sums, wanted, strict=True))
    named = data[name_at : name_at + name_size] == info.orig_filename.encode()
    if mark != MARK or (flags | info.flag_bits) & HIDDEN or method != info.compress_type or not alike or not named:
        raise IntegrityError(f"{info.filename!r}: its own header does not agree with the zip's directory: {OTHERS}")
    stop = start + info.compress_size
    if not (stop == end or (flags & STREAMED and data[stop:end] in _descriptors(wanted))) or stop > end:
        raise IntegrityError(f"{info.filename!r}: something stands after it that the zip's directory does not name: {OTHERS}")
    return data[start:stop]


def _descriptors(sums: list[int]) -> set[bytes]:
    """Give what may follow a streamed member."""
    forms = {LONG.pack(*sums), *([SHORT.pack(*sums)] if max(sums) <= ELSEWHERE else [])}
    return forms | {MARK_DESCRIPTOR + one for one in forms}


def _extra(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """Give what the extra field of sizes holds (s4.5.1); ``IntegrityError`` where there are fields that no bundle needs."""
    found, place = b"", 0
    while place < len(data):
        if place + 4 > len(data):
            raise IntegrityError(f"{info.filename!r}: an extra field is cut off")
        kind, size = struct.unpack_from("<HH", data, place)
        if kind not in HARMLESS or place + 4 + size > len(data):
            raise IntegrityError(f"{info.filename!r}: has an extra field 0x{kind:04x}, which may give it another name or content: {OTHERS}")
        found = data[place + 4 : place + 4 + size] if kind == SIZES else found
        place += 4 + size
    return found


def _numbers(field: bytes) -> tuple[int, ...]:
    """Read numbers of 64 bits."""
    return struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8])


def _content(info: zipfile.ZipInfo, packed: bytes) -> bytes:
    """Unpack a member, no further than it says it goes, and to its last byte."""
    content, whole = packed, True
    if info.compress_type == zipfile.ZIP_DEFLATED:
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        content = machine.decompress(packed, info.file_size + 1)
        whole = machine.eof and not machine.unused_data
    if len(content) != info.file_size or not whole:
        raise IntegrityError(f"{info.filename!r}: its size is not what the archive says")
    if zlib.crc32(content) != info.CRC:
        raise IntegrityError(f"not an intact zip: Bad CRC-32 of {info.filename!r}")
    return content
