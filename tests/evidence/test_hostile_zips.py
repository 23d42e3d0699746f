"""Zips that somebody made to be opened by ``bgpcheck evidence``: one line, status 6, little memory, and nothing written anywhere."""

from __future__ import annotations

import re
import stat
import struct
import tracemalloc
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundles import PREFLIGHT, checked, sealed
from hostile import acting
from signers import ed25519_key, private_pem

from bgpcheck.cli import main
from bgpcheck.evidence.bundle import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LOCAL = struct.Struct("<4s5H3L2H")
ENTRY = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
MOST_MEMORY = 24 << 20  # bytes that opening may take


def entry(name: bytes, sums: tuple[int, int, int], place: int, **told: int) -> bytes:
    """A row of a zip's directory; ``sums``: CRC-32, packed size, size; ``told``: method, flags, mode."""
    method, flags, mode = (told.get(key, usual) for key, usual in (("method", 0), ("flags", 0), ("mode", 0o100644)))
    return ENTRY.pack(b"PK\x01\x02", 0x0314, 20, flags, method, 0, 33, *sums, len(name), 0, 0, 0, 0, mode << 16, place) + name


def local(name: bytes, sums: tuple[int, int, int], packed: bytes, *, method: int = 0, flags: int = 0) -> bytes:
    return LOCAL.pack(b"PK\x03\x04", 20, flags, method, 0, 33, *sums, len(name), 0) + name + packed


def end(count: int, size: int, place: int, comment: bytes = b"") -> bytes:
    return END.pack(b"PK\x05\x06", 0, 0, count, count, size, place, len(comment)) + comment


def deflated(data: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(data) + machine.flush()


def zipped(rows: Iterable[tuple[bytes, bytes]], **told: int) -> bytes:
    """A stored zip of names and contents, whose names no library looks at."""
    body, directory, count = b"", b"", 0
    for name, content in rows:
        sums = (zlib.crc32(content), len(content), len(content))
        directory += entry(name, sums, len(body), **told)
        body += local(name, sums, content, flags=told.get("flags", 0), method=told.get("method", 0))
        count += 1
    return body + directory + end(count, len(directory), len(body))


def members() -> dict[str, bytes]:
    return unpack(checked(preflight=str(PREFLIGHT / "ready.yaml")).bundle())


MEMBERS = members()
ROWS = [(name.encode(), content) for name, content in sorted(MEMBERS.items())]


def with_row(name: bytes, content: bytes = b"x") -> Callable[[], bytes]:
    """An intact bundle, whose manifest even lists the member that is too many, where that can be."""
    more = {**MEMBERS, name.decode("latin-1"): content}
    return lambda: zipped([(one.encode("latin-1"), data) for one, data in sorted(sealed(more).items())])


def of_kind(kind: int) -> Callable[[], bytes]:
    """A bundle all of whose members are links, devices and the like."""
    return lambda: zipped(ROWS, mode=kind | 0o777)


def overlapping() -> bytes:
    """Four hundred rows of one member: 400 MB in a file of 30 kB, as a flat bomb has it."""
    content = bytes(1 << 20)
    packed = deflated(content)
    sums = (zlib.crc32(content), len(packed), len(content))
    directory = b"".join(entry(b"%d.txt" % number, sums, 0, method=8) for number in range(400))
    body = local(b"0.txt", sums, packed, method=8)
    return body + directory + end(400, len(directory), len(body))


def quoted() -> bytes:
    """Members inside one another: each one's content quotes the next one's header in a stored block, and shares the kernel."""
    content = bytes(1 << 20)
    body, rows = local(b"z", (zlib.crc32(content), len(deflated(content)), len(content)), deflated(content), method=8), []
    rows.append((b"z", zlib.crc32(content), len(deflated(content)), len(content), len(body)))
    for number in range(60):
        header = body[: len(body) - rows[-1][2]] if number == 0 else body[: LOCAL.size + len(rows[-1][0])]
        packed = b"\x00" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + body
        machine = zlib.decompressobj(-15)
        whole = machine.decompress(packed)
        name = b"y%d" % number
        body = local(name, (zlib.crc32(whole), len(packed), len(whole)), packed, method=8)
        rows.append((name, zlib.crc32(whole), len(packed), len(whole), len(body)))
    directory = b"".join(entry(name, (crc, size, whole), len(body) - start, method=8) for name, crc, size, whole, start in rows)
    return body + directory + end(len(rows), len(directory), len(body))


def nested() -> bytes:
    """A zip in a zip in a zip: only the outermost is ever opened."""
    data = zipped([(b"bomb", bytes(1 << 20))])
    for _ in range(5):
        data = zipped([(b"inner.zip", data)])
    return data


def lying(size: int, *, in_both: bool) -> Callable[[], bytes]:
    """A gigabyte of zeros that says it is ``size`` bytes, in the directory, or in the member's own header too."""

    def made() -> bytes:
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = (machine.compress(bytes(1 << 20)) + machine.flush(zlib.Z_FULL_FLUSH)) * 1024 + deflated(b"")
        true = (0, len(packed), 1 << 30)
        told = (0, len(packed), size)
        body = local(b"a.txt", told if in_both else true, packed, method=8)
        directory = entry(b"a.txt", told, 0, method=8)
        return body + directory + end(1, len(directory), len(body))

    return made


def a_million(count: int) -> Callable[[], bytes]:
    """The end of a zip64 that says there are a million members, or 2^64 - 1."""

    def made() -> bytes:
        body = pack(MEMBERS)
        start, at = body.index(b"PK\x01\x02"), len(body) - END.size
        record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, at - start, start)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
        return body[:at] + record + locator + END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    return made


def rows_of_a_million() -> bytes:
    """A directory that has them all, of members that are none."""
    directory = entry(b"a", (0, 0, 0), 0) * 300_000
    return local(b"a", (0, 0, 0), b"") + directory + end(0xFFFF, len(directory), 31)


def other_end(where: str) -> bytes:
    """Two ends of a zip: one for whoever looks from the back, the other in its comment, or before it."""
    body, other = pack(MEMBERS), end(0, 0, 0)
    if where == "comment":
        return body[:-2] + struct.pack("<H", len(other)) + other
    return body[: -END.size] + other + body[-END.size :]


def other_header(form: str, place: int, value: int) -> Callable[[], bytes]:
    """A field of the first member's own header that is another one than in the directory."""

    def made() -> bytes:
        data = bytearray(pack(MEMBERS))
        struct.pack_into(form, data, place, value)
        return bytes(data)

    return made


HIDES = "where a bundle is unpacked, one may hide the other"
NAME = "no member of a bundle has such a name"
KIND = "members are neither encrypted nor links"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "climbs": (with_row(b"../evil"), NAME),
    "climbs from below": (with_row(b"documents/../../evil"), NAME),
    "absolute": (with_row(b"/tmp/evil"), NAME),
    "a drive": (with_row(b"C:evil"), NAME),
    "a drive's root": (with_row(b"C:\\evil"), NAME),
    "another system's slash": (with_row(b"..\\evil"), NAME),
    "a share": (with_row(b"\\\\host\\evil"), NAME),
    "a stream of a file": (with_row(b"report.html:evil"), NAME),
    "a NUL": (with_row(b"report.html\0.txt"), NAME),
    "a newline": (with_row(b"a\nb"), NAME),
    "a control character": (with_row(b"\x9b31mred"), NAME),
    "an escape": (with_row(b"\x1b]0;owned\x07"), NAME),
    "an accent": (with_row("caf\u00e9.txt".encode()), NAME),
    "the accent apart": (with_row("cafe\u0301.txt".encode()), NAME),
    "letters that are wide": (with_row("ｒeport.html".encode()), NAME),  # noqa: RUF001 (what it is about)
    "a letter without dot": (with_row("tıcket.md".encode()), NAME),  # noqa: RUF001 (as above)
    "another case": (with_row(b"Report.html"), HIDES),
    "another case of the manifest": (with_row(b"manifest.SHA256"), HIDES),
    "a dot at the end": (with_row(b"report.html."), HIDES),
    "a file where a folder is": (with_row(b"documents"), HIDES),
    "the folder in another case": (with_row(b"Documents"), HIDES),
    "twice": (lambda: zipped([*ROWS, ROWS[-1]]), "this member is there twice"),
    "links": (of_kind(stat.S_IFLNK), KIND),
    "devices": (of_kind(stat.S_IFBLK), KIND),
    "devices by character": (of_kind(stat.S_IFCHR), KIND),
    "pipes": (of_kind(stat.S_IFIFO), KIND),
    "sockets": (of_kind(stat.S_IFSOCK), KIND),
    "folders": (of_kind(stat.S_IFDIR), KIND),
    "as the owner": (of_kind(stat.S_IFREG | stat.S_ISUID), "nor run with somebody else's rights"),
    "encrypted": (lambda: zipped(ROWS, flags=1), KIND),
    "strongly encrypted": (lambda: zipped(ROWS, flags=0x41), KIND),
    "no known compression": (lambda: zipped(ROWS, method=98), KIND),
    "one member many times": (overlapping, "stands after it|not an intact zip: Overlapped"),
    "members in one another": (quoted, "its own header does not agree|stands after it|not an intact zip: Overlapped"),
    "nested": (nested, "MANIFEST.sha256 is missing"),
    "says less than it holds": (lying(10, in_both=True), "its size is not what the archive says"),
    "says less in the directory alone": (lying(10, in_both=False), "its own header does not agree"),
    "says what it holds": (lying(1 << 30, in_both=True), "unpacks to more than"),
    "says a million": (a_million(10**6), "in or after the zip's directory|not an intact zip"),
    "says all there can be": (a_million(2**64 - 1), "in or after the zip's directory|not an intact zip"),
    "has hundreds of thousands": (rows_of_a_million, "more than 10000 members"),
    "another end in the comment": (lambda: other_end("comment"), "does not agree with its directory"),
    "another end before": (lambda: other_end("before"), "in or after the zip's directory|not an intact zip"),
    "another method in its own header": (other_header("<H", 8, 8), "its own header does not agree"),
    "another flag in its own header": (other_header("<H", 6, 1), "its own header does not agree|not an intact zip"),
    "another size in its own header": (other_header("<L", 22, 7), "its own header does not agree"),
    "a longer extra field in its own header": (other_header("<H", 28, 4), "extra field|own header|after it"),
    "bytes before": (lambda: b"MZ\x90\0" + pack(MEMBERS), "before the zip|does not agree"),
    "bytes after": (lambda: pack(MEMBERS) + bytes(9), "after the zip|not an intact zip"),
}  # fmt: skip


@cache
def hostile_zip(case: str) -> bytes:
    return HOSTILE[case][0]()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "key.pem"
    path.write_bytes(private_pem(ed25519_key()))
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("action", ["verify", "replay", "show", "sign", "copy"])
def test_a_hostile_zip(case: str, action: str, place: Path, signing_key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says, data = HOSTILE[case][1], hostile_zip(case)
    Path("e.zip").write_bytes(data)
    more = {"sign": ("--key", str(signing_key)), "copy": ("--redact", "--output", "copy.zip")}.get(action, ())
    tracemalloc.start()
    status = main(["evidence", "show" if action == "copy" else action, "e.zip", *more])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    out, err = capsys.readouterr()
    assert (status, out) == (6, "")
    assert re.search(says, err), err
    assert err.count("\n") == 1
    assert not acting(err)
    assert peak < MOST_MEMORY + 4 * len(data)
    assert [path.name for path in place.iterdir()] == ["e.zip"]
    assert Path("e.zip").read_bytes() == data
