"""Inputs that are known to kill parsers, against every parser: nesting, aliases, endless numbers, what regular expressions fear, bombs."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import struct
import sys
import tracemalloc
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from fuzz import mutate, seeding
from fuzz.targets import BY_NAME

from bgpcheck.errors import FormatError, IntegrityError
from bgpcheck.evidence import bundle
from bgpcheck.fetch.files import CHUNK, Reading
from bgpcheck.formats import yaml_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAUGHS = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (one, one, b",".join([b"*%c" % (one - 1)] * 9)) for one in range(ord("b"), ord("j"))
)
KILLERS: dict[str, bytes] = {
    "lists in lists": b"[" * 100_000 + b"]" * 100_000,
    "lists without end": b"[" * 200_000,
    "objects in objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of 200,000 digits": b"9" * 200_000,
    "a JSON number of 200,000 digits": b'{"asn": ' + b"9" * 200_000 + b"}",
    "a fraction of 200,000 digits": b"[0." + b"9" * 200_000 + b"]",
    "an exponent of 200,000 digits": b"[1e" + b"9" * 200_000 + b"]",
    "a billion laughs": LAUGHS,
    "YAML in flow, nested": b"a: " + b"[" * 5_000 + b"]" * 5_000,
    "YAML in blocks, nested": b"".join(b" " * depth + b"- a:\n" for depth in range(0, 1_500, 2)),
    "XML's laughs": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b'<!ENTITY b "&a;&a;&a;">' * 20 + b"]><x>&b;</x>",
    "zeros": bytes(200_000),
    "ones": b"\xff" * 200_000,
    "blanks": b" " * 200_000,
    "newlines": b"\n" * 100_000,
    "carriage returns": b"\r" * 100_000,
    "a's and no @": b"a" * 100_000,
    "almost a mailbox": b"a.b-" * 80_000 + b"@",
    "mailboxes without hosts": b"a@" * 50_000,
    "almost a telephone": b"+1 " + b"2 " * 50_000 + b"x",
    "telephones' signs": b"+" * 100_000,
    "almost a token": b"eyJ" + b"a" * 100_000 + b"." + b"b" * 100_000,
    "almost a key": b"-----BEGIN PRIVATE KEY-----" + b"A" * 100_000,
    "certificates that begin": b"MII" * 100_000,
    "almost a certificate, with prefixes": b"a:" * 100_000 + b"MIIC",
    "quotes": b'"' * 100_000,
    "backslashes": b"\\" * 100_000,
    "a quote and backslashes": b'"' + b"\\" * 99_999,
    "colons": b":" * 100_000,
    "commas": b"," * 100_000,
    "hashes": b"#" * 100_000,
    "percents": b"%\n" * 50_000,
    "tabs and blanks": b"\t " * 50_000,
    "a prefix with a long length": b"193.0.0.0/" + b"0" * 100_000,
    "dots": b"." * 100_000,
    "an RPSL attribute that goes on": b"route: 193.0.0.0/21\n" + b"+\n" * 50_000,
    "an AS_SET of many": b"prefix,asn\n" + b"193.0.0.0/21,{" + b"1 " * 2_000 + b"}\n",
    "as-sets' names": b"as-set: " + b"AS-X:" * 60_000 + b"\n",
    "PowerShell's braces": b"Peerings : {\n" + b"{" * 100_000,
    "PowerShell's columns": b"Network NextHop LocPrf Weight Path\n" + b"- " * 100_000,
    "an RTR PDU of four gigabytes": struct.pack(">BBHI", 1, 10, 0, 0xFFFFFFFF),
    "MRT records of nothing": struct.pack(">IHHI", 0, 13, 2, 0) * 20_000,
    "an MRT record of four gigabytes": struct.pack(">IHHI", 0, 13, 2, 0xFFFFFFFF) + bytes(100),
    "a RIB entry of 65535 peers": struct.pack(">IHHI", 0, 13, 2, 11) + struct.pack(">IBBBBH", 0, 16, 193, 0, 0, 65535)[:11],
    "half characters": "\ud800".encode("utf-8", "surrogatepass") * 100_000,
    "combining marks": "a\u0301".encode() * 100_000,
    "right to left": "\u202e".encode() * 100_000,
    "digits of other scripts": "٣".encode() * 100_000,
    "a byte order mark of UTF-16": b"\xff\xfe" + "{".encode("utf-16-le") * 100_000,
}
MOST = 60.0  # bytes of memory for a byte of these inputs, which are all refused early or read in pieces
JSONS = [name for name, target in BY_NAME.items() if any(seed.lstrip()[:1] in (b"{", b"[") for seed in target.seeds()[:40])]


@pytest.mark.parametrize("killer", KILLERS)
def test_every_parser_survives(killer: str) -> None:
    data = KILLERS[killer]
    for target in BY_NAME.values():
        target.check(data)
        target.check((target.seeds() or [b""])[0][:200] + data[: 1 << 16])


@pytest.mark.parametrize("name", JSONS)
def test_nesting_to_every_depth(name: str) -> None:
    """The interpreter's own limit is somewhere here: what was just read must not be too deep for what follows."""
    target, limit = BY_NAME[name], sys.getrecursionlimit()
    good = [json.loads(seed) for seed in target.seeds() if seed.lstrip()[:1] in (b"{", b"[") and _is_json(seed)][:2]
    holes = [hole for value in good for hole in _with_holes(value)] or [HOLE]
    for number, depth in enumerate((2, 21, 60, 100, 150, 151, 200, 201, 333, 500, *range(limit - 130, limit + 10), 3_000, 9_000)):
        nested = "[" * depth + "]" * depth if number % 2 else '{"a":' * depth + "1" + "}" * depth
        for hole in (HOLE, holes[number % len(holes)], holes[-1 - number % len(holes)]):
            target.check(hole.replace(HOLE, nested).encode())


HOLE = '"(a value)"'


def _with_holes(value: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Write a value once for each place in it, with a hole there."""
    whole = {"": value}
    for holder, key in mutate.places(whole):
        kept, holder[key] = holder[key], HOLE[1:-1]
        yield json.dumps(whole[""])
        holder[key] = kept


def _is_json(data: bytes) -> bool:
    try:
        return bool(json.loads(data))
    except ValueError:
        return False


def test_aliases_are_no_yaml_here() -> None:
    with pytest.raises(FormatError, match="anchors"):
        yaml_tree.parse(LAUGHS, file="f")


# ── bombs ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

HUGE = 256 << 20  # bytes of content
LIMIT = 1 << 20


def pieces() -> Iterator[bytes]:
    return (bytes(1 << 20) for _ in range(HUGE >> 20))


def gzipped() -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(machine.compress(one) for one in pieces()), machine.flush()])


def zipped2() -> bytes:
    machine = bz2.BZ2Compressor(9)
    return b"".join([*(machine.compress(one) for one in pieces()), machine.flush()])


def xzed() -> bytes:
    machine = lzma.LZMACompressor(preset=0)
    return b"".join([*(machine.compress(one) for one in pieces()), machine.flush()])


BOMBS = {
    "gzip": gzipped,
    "bzip2": zipped2,
    "xz": xzed,
    "gzip of many members": lambda: gzip.compress(b"", mtime=0) * 50_000 + gzip.compress(bytes(2 * LIMIT), mtime=0),
    "xz of many streams": lambda: lzma.compress(b"") * 20_000 + lzma.compress(bytes(2 * LIMIT)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_takes_a_chunk_and_no_more(bomb: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(BOMBS[bomb]())
    given = 0
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="holds more than"):  # noqa: PT012 (what came before counts)
            for chunk in Reading(path, "bomb", LIMIT).chunks():
                given += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert given <= LIMIT
    assert peak <= 64 * CHUNK


def test_a_zip_that_unpacks_to_more_than_it_says() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(64 << 20))
    whole = out.getvalue()
    lying = whole.replace(struct.pack("<L", 64 << 20), struct.pack("<L", 10))
    assert lying != whole
    tracemalloc.start()
    try:
        with pytest.raises(IntegrityError):
            bundle.unpack(lying)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_seeds_are_short() -> None:
    """What is fuzzed is changed in few places: a long seed would hide them."""
    assert all(len(seed) <= 64 << 10 for target in BY_NAME.values() for seed in target.seeds())
    assert seeding.LONGEST < 64 << 10
