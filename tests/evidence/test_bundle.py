from __future__ import annotations

import hashlib
import io
import random
import re
import shutil
import stat
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import IntegrityError, UsageError
from bgpcheck.evidence import bundle
from bgpcheck.evidence.bundle import MANIFEST, MAX_MEMBER, MAX_MEMBERS, MAX_TOTAL, damage, manifest, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Members = dict[str, bytes]
DOCUMENTS = [b"", b"x", bytes(range(256)), b"route: 193.0.0.0/21\norigin: AS3333\n" * 3, bytes(3000)]
MEMBERS = {
    "statement.json": b'{"predicate": {}}\n',
    "documents.json": b'{"documents": []}\n',
    "report.html": b"<!DOCTYPE html>\n" + b"<p>" * 900,
    "ticket.md": b"# ticket\n",
    **{f"documents/{hashlib.sha256(one).hexdigest()}": one for one in DOCUMENTS},
}
PACKED = pack(MEMBERS)
INTACT = unpack(PACKED)
SMALL = 512  # every byte of a member up to this size is changed, every so many of a larger one


def faults(members: dict[str, bytes]) -> list[str]:
    return list(damage(members))


def archive(rows: Iterable[tuple[zipfile.ZipInfo | str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in rows:
            made.writestr(name, content)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(IntegrityError) as caught:
        unpack(data)
    message = str(caught.value)
    assert len(message) < 400
    return message


def found_or_refused(data: bytes) -> Members | None:
    try:
        return unpack(data)
    except IntegrityError:
        return None


# ── an intact one ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_packed_is_unpacked() -> None:
    assert {**MEMBERS, MANIFEST: manifest(MEMBERS)} == INTACT
    assert faults(INTACT) == []


def test_equal_members_are_equal_bytes() -> None:
    rows = list(MEMBERS.items())
    for seed in range(5):
        random.Random(seed).shuffle(rows)  # noqa: S311 (no secret)
        assert pack(dict(rows)) == PACKED
    assert pack(INTACT) == PACKED
    assert pack({**MEMBERS, "ticket.md": b"# Ticket\n"}) != PACKED


def test_the_manifest_is_what_the_contract_says() -> None:
    rows = manifest(INTACT).decode().split("\n")
    assert rows.pop() == ""
    assert [row[66:] for row in rows] == sorted(MEMBERS)
    assert [row[:66] for row in rows] == [f"{hashlib.sha256(MEMBERS[name]).hexdigest()}  " for name in sorted(MEMBERS)]


def test_standard_tools_check_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as made:
        assert made.testzip() is None
        assert {stat.S_IMODE(info.external_attr >> 16) for info in made.infolist()} == {0o644}
        made.extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", MANIFEST]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    (tmp_path / "ticket.md").write_bytes(b"# Ticket\n")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def by_zipfile(method: int, seed: int) -> Callable[[Path], bytes]:
    def repack(_: Path) -> bytes:
        rows = list(INTACT.items())
        random.Random(seed).shuffle(rows)  # noqa: S311 (no secret)
        named: list[tuple[zipfile.ZipInfo | str, bytes]] = [("documents/", b"")] if seed else []
        for number, (name, content) in enumerate(rows):
            info = zipfile.ZipInfo(name, (1999 + number, 12, 31, 23, 59, 58))
            info.compress_type = method
            info.comment = b"repacked"
            named.append((info, content))
        return archive(named, method)

    return repack


def by_zip(*options: str) -> Callable[[Path], bytes]:
    def repack(folder: Path) -> bytes:
        inside = folder / "inside"
        for name, content in INTACT.items():
            (inside / name).parent.mkdir(parents=True, exist_ok=True)
            (inside / name).write_bytes(content)
        subprocess.run(["zip", "-q", "-r", *options, "../again.zip", "."], cwd=inside, check=True)
        return (folder / "again.zip").read_bytes()

    return repack


def by_stream(_: Path) -> bytes:
    """As a tool that writes to a pipe: sizes follow the content, times are Unix extra fields, sizes in the directory are zip64."""
    out, directory = bytearray(), bytearray()
    for name, content in INTACT.items():
        word = name.encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        crc = zlib.crc32(content)
        place = len(out)
        clock = struct.pack("<HHBL", 0x5455, 5, 1, 1_800_000_000)
        out += struct.pack("<4s5H3L2H", b"PK\x03\x04", 45, 8, 8, 0x6000, 0x5B00, 0, 0, 0, len(word), len(clock)) + word + clock + packed
        out += struct.pack("<4sLQQ", b"PK\x07\x08", crc, len(packed), len(content))
        extra = clock + struct.pack("<HHQQQ", 1, 24, len(content), len(packed), place)
        sizes = (crc, 0xFFFFFFFF, 0xFFFFFFFF, len(word), len(extra), 0, 0, 0, 0o100600 << 16, 0xFFFFFFFF)
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 0x032D, 45, 8, 8, 0x6000, 0x5B00, *sizes) + word + extra
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(INTACT), len(INTACT), len(directory), len(out), 4)
    return bytes(out + directory + end + b"note")


REPACKED = [
    pytest.param(by_zipfile(zipfile.ZIP_STORED, 0), id="stored"),
    pytest.param(by_zipfile(zipfile.ZIP_DEFLATED, 1), id="deflated, with a folder"),
    pytest.param(by_stream, id="streamed"),
]
if shutil.which("zip"):
    REPACKED += [pytest.param(by_zip(*options), id=f"zip {' '.join(options)}") for options in ((), ("-9", "-X", "-D"), ("-0", "-fz"))]


@pytest.mark.parametrize("repack", REPACKED)
def test_repacked_by_another_tool(tmp_path: Path, repack: Callable[[Path], bytes]) -> None:
    found = unpack(repack(tmp_path))
    assert found == INTACT
    assert faults(found) == []


HEADER = struct.Struct("<4s5H3L2H")
FORGED = pack({**MEMBERS, "report.html": b"FORGED"})


def with_end(data: bytes, more: int, tail: bytes = b"") -> bytes:
    """A directory that stands ``more`` bytes further back, as its end says too; and what is to follow that end."""
    made = bytearray(data)
    for place in entries(data):
        struct.pack_into("<L", made, place + 42, struct.unpack_from("<L", data, place + 42)[0] + more)
    struct.pack_into("<L", made, len(made) - 6, struct.unpack_from("<L", data, len(data) - 6)[0] + more)
    struct.pack_into("<H", made, len(made) - 2, len(tail))
    return bytes(made) + tail


def hidden(name: bytes, content: bytes) -> bytes:
    """A member that no directory names."""
    return HEADER.pack(b"PK\x03\x04", 20, 0, 0, 0, 33, zlib.crc32(content), len(content), len(content), len(name), 0) + name + content


def between(more: bytes) -> bytes:
    """Bytes between the last member and the directory."""
    start = entries(PACKED)[0]
    made = bytearray(PACKED[:start] + more + PACKED[start:])
    struct.pack_into("<L", made, len(made) - 6, start + len(more))
    return bytes(made)


def extended(kind: int, content: bytes = b"", **values: int) -> bytes:
    """With an extra field on every member."""
    rows = []
    for name, data in INTACT.items():
        info = special(name, **values)
        info.extra = struct.pack("<HH", kind, len(content)) + content if kind else b""
        rows.append((info, data))
    return archive(rows)


def renamed(place: int, name: bytes) -> bytes:
    """A member that its own header calls something else."""
    return PACKED[:place] + PACKED[place:].replace(b"report.html", name, 1)


def after_deflated() -> bytes:
    """A deflated member in whose packed bytes something follows the end of its content."""
    raw, content = zlib.compressobj(9, zlib.DEFLATED, -15), b"x" * 99
    packed = raw.compress(content) + raw.flush() + hidden(b"report.html", b"FORGED")
    sums = (zlib.crc32(content), len(packed), len(content), len(b"a.txt"), 0)
    local = HEADER.pack(b"PK\x03\x04", 20, 0, 8, 0, 33, *sums) + b"a.txt" + packed
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sums, 0, 0, 0, 0, 0) + b"a.txt"
    return local + entry + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)


def with_zip64_end(elsewhere: int = 0) -> bytes:
    """With the end of a zip64, whose locator points ``elsewhere``."""
    start, at = entries(PACKED)[0], len(PACKED) - 22
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, len(INTACT), len(INTACT), at - start, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + elsewhere, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return PACKED[:at] + record + locator + end


def other_name(name: bytes) -> bytes:
    """What Info-ZIP's Unicode path holds."""
    return struct.pack("<BL", 1, zlib.crc32(b"report.html")) + name


TWOFOLD: dict[str, tuple[Callable[[], bytes], str]] = {
    "another bundle before": (lambda: FORGED + PACKED, "the end of the zip does not agree with its directory"),
    "another bundle before, places set right": (lambda: FORGED + with_end(PACKED, len(FORGED)), "bytes stand before the zip"),
    "a page before": (lambda: b"<html><h1>FORGED</h1><!--" + PACKED, "does not agree"),
    "bytes after": (lambda: PACKED + b"garbage", "bytes stand after the zip"),
    "another bundle as the comment": (
        lambda: with_end(PACKED, 0, b"FORGED" + hidden(b"a", b"b")),
        "the zip's comment holds parts of a zip",
    ),
    "a member that is not in the directory, first": (lambda: hidden(b"evil.txt", b"evil") + PACKED, "does not agree"),
    "the same, places set right": (
        lambda: hidden(b"evil.txt", b"evil") + with_end(PACKED, len(hidden(b"evil.txt", b"evil"))),
        "bytes stand before the zip",
    ),
    "the same, last": (lambda: between(hidden(b"evil.txt", b"evil")), "something stands after it that the zip's directory does not name"),
    "bytes in the directory": (
        lambda: PACKED[:-22] + b"!" * 76 + PACKED[-22:],
        "does not agree|in or after the zip's directory|not an intact zip",
    ),
    "one byte in the directory": (
        lambda: PACKED[:-22] + b"!" + PACKED[-22:],
        "does not agree|in or after the zip's directory|not an intact zip",
    ),
    "another end of a zip64": (lambda: with_zip64_end(7), "not an intact zip|in or after the zip's directory"),
    "another name in its own header": (lambda: renamed(0, b"report.htmX"), "not an intact zip|its own header does not agree"),
    "packed bytes that are no content": (after_deflated, "its size is not what the archive says"),
    "another name in an extra field": (lambda: extended(0x7075, other_name(b"evil.html")), "has an extra field 0x7075"),
    "another comment in an extra field": (lambda: extended(0x6375, b"x" * 9), "has an extra field 0x6375"),
    "PKWARE's Unix field, which may name a link": (lambda: extended(0x000D, bytes(12) + b"/etc/passwd"), "has an extra field 0x000d"),
    "rights of its owner": (lambda: extended(0, external_attr=0o104755 << 16), "nor run with somebody else's rights"),
    "a folder, as DOS says": (lambda: extended(0, external_attr=0o100644 << 16 | 0x10), "members are neither folders"),
    "a folder, as Unix says": (lambda: extended(0, external_attr=0o040755 << 16), "members are neither encrypted nor links"),
    "a device": (lambda: extended(0, external_attr=0o020644 << 16), "members are neither encrypted nor links"),
}


@pytest.mark.parametrize(("made", "says"), TWOFOLD.values(), ids=TWOFOLD)
def test_what_other_readers_would_see_otherwise(made: Callable[[], bytes], says: str) -> None:
    message = refused(made())
    assert re.search(says, message), message


def test_the_end_of_a_zip64() -> None:
    assert unpack(with_zip64_end()) == INTACT


def test_a_content_that_is_not_its_checksum() -> None:
    place = PACKED.index(MEMBERS["ticket.md"])
    assert refused(PACKED[:place] + b"!" + PACKED[place + 1 :]) == "not an intact zip: Bad CRC-32 of 'ticket.md'"


def test_extra_fields_that_are_cut_off() -> None:
    info = special("a.txt")
    info.extra = b"UT\x00\x00!"
    assert "an extra field is cut off" in refused(archive([(info, b"x")]))


@pytest.mark.parametrize(
    ("kind", "content"), [(0x5455, b"\x01" + bytes(4)), (0x7875, b"\x01\x04" + bytes(4) + b"\x04" + bytes(4)), (0x000A, bytes(32))]
)
def test_extra_fields_that_name_nothing(kind: int, content: bytes) -> None:
    assert unpack(extended(kind, content)) == INTACT


# ── damage to members ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(INTACT))
def test_any_byte_that_is_changed_removed_or_added(name: str) -> None:
    content = INTACT[name]
    step = 1 if len(content) <= SMALL else len(content) // SMALL
    for place in range(0, len(content) + 1, step):
        byte = content[place : place + 1]
        changed = [content[:place] + bytes([byte[0] ^ flip]) + content[place + 1 :] for flip in (1, 0x20, 0x80)] if byte else []
        shorter = [content[:place] + content[place + 1 :]] if byte else []
        longer = [content[:place] + bytes([more]) + content[place:] for more in (0, 10, 65)]
        for other in (*changed, *shorter, *longer):
            found = faults({**INTACT, name: other})
            assert found
            assert any(fault.startswith(name) for fault in found)


@pytest.mark.parametrize("name", sorted(INTACT))
def test_a_member_that_is_missing(name: str) -> None:
    assert faults({other: content for other, content in INTACT.items() if other != name}) == (
        [f"{name} is missing"] if name == MANIFEST else [f"{name} is missing", f"{MANIFEST} was changed"]
    )


@pytest.mark.parametrize("name", ["more.txt", "documents/" + "0" * 64, "a", "Ticket.md"])
def test_a_member_that_was_added(name: str) -> None:
    assert faults({**INTACT, name: b""}) == [f"{name!r} is not in the manifest: it was added", f"{MANIFEST} was changed"]


def test_a_member_that_was_renamed() -> None:
    renamed = {("note.md" if name == "ticket.md" else name): content for name, content in INTACT.items()}
    assert faults(renamed) == ["ticket.md is missing", "'note.md' is not in the manifest: it was added", f"{MANIFEST} was changed"]


def test_members_that_were_exchanged() -> None:
    swapped = {**INTACT, "ticket.md": INTACT["report.html"], "report.html": INTACT["ticket.md"]}
    assert faults(swapped) == ["report.html was changed", "ticket.md was changed", f"{MANIFEST} was changed"]


MANIFESTS: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "was changed"),
    ("no line end", INTACT[MANIFEST][:-1], "was changed"),
    ("one line end more", INTACT[MANIFEST] + b"\n", "is not a list"),
    ("CRLF", INTACT[MANIFEST].replace(b"\n", b"\r\n"), "was changed"),
    ("another order", b"".join(reversed(INTACT[MANIFEST].splitlines(keepends=True))), "was changed"),
    ("a row twice", INTACT[MANIFEST] + INTACT[MANIFEST].splitlines(keepends=True)[0], "was changed"),
    ("upper case", INTACT[MANIFEST].upper(), "is not a list"),
    ("binary mark", INTACT[MANIFEST].replace(b"  ", b" *"), "is not a list"),
    ("a comment", b"# digests\n" + INTACT[MANIFEST], "is not a list"),
    ("itself", INTACT[MANIFEST] + b"0" * 64 + b"  MANIFEST.sha256\n", "was changed"),
    ("not text", b"\xff" + INTACT[MANIFEST], "is not a list"),
    ("zeros", bytes(100), "was changed"),
]


@pytest.mark.parametrize(("data", "says"), [row[1:] for row in MANIFESTS], ids=[row[0] for row in MANIFESTS])
def test_any_other_manifest(data: bytes, says: str) -> None:
    found = faults({**INTACT, MANIFEST: data})
    assert any(fault.startswith(f"{MANIFEST} {says}") for fault in found)


@given(st.dictionaries(st.sampled_from([MANIFEST, "a", "b", "documents/c"]), st.binary(max_size=3) | st.just(manifest({"a": b"1"}))))
def test_only_what_fits_is_intact(members: dict[str, bytes]) -> None:
    assert (faults(members) == []) == (members.get(MANIFEST) == manifest(members))


# ── hostile zips ────────────────────────────────────────────────────────────────────────────────────────────────────────────

BAD_NAMES = [
    *("../a", "/etc/passwd", "a/b", "documents/a", "documents/../a", "documents//" + "0" * 63, "documents/" + "0" * 65),
    *("documents/" + "A" * 64, "..", ".", ".hidden", "-rf", "C:\\a", "a\\b", "a\nb", "a\r", "a\x1b[2J", " ", "a b", "folder/"),
    *("\u202egpj.exe", "\u00e9", "x" * 101, "a:b", "~", "./a", "con/", "documents/" + "0" * 64 + "/", "a\x7f"),
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_no_member_has(name: str) -> None:
    assert "no member of a bundle has such a name" in refused(archive([*INTACT.items(), (name, b"x")]))


def test_a_name_that_is_cut_off_by_a_null() -> None:
    data = archive([*INTACT.items(), ("report.htmlX", b"x")]).replace(b"report.htmlX", b"report.html\0")
    assert "'report.html\\x00'" in refused(data)


def test_a_name_that_is_no_text() -> None:
    data = archive([*INTACT.items(), ("report.htmlX", b"x")]).replace(b"report.htmlX", b"report.htm\xff\xfe")
    assert refused(data)
    info = zipfile.ZipInfo("caf\u00e9X")  # a flag says that it is UTF-8
    data = archive([*INTACT.items(), (info, b"x")]).replace("caf\u00e9X".encode(), b"caf\xff\xffX")
    assert refused(data)


def test_a_folder_that_holds_something() -> None:
    assert "'documents/'" in refused(archive([*INTACT.items(), ("documents/", b"x")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice() -> None:
    assert refused(archive([*INTACT.items(), ("ticket.md", INTACT["ticket.md"])])) == "'ticket.md': this member is there twice"


def special(name: str, **values: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for key, value in values.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    "info",
    [
        special("ticket.txt", external_attr=(stat.S_IFLNK | 0o777) << 16),
        special("ticket.txt", compress_type=zipfile.ZIP_BZIP2),
        special("ticket.txt", compress_type=zipfile.ZIP_LZMA),
    ],
    ids=["link", "bzip2", "lzma"],
)
def test_members_of_another_kind(info: zipfile.ZipInfo) -> None:
    assert refused(archive([*INTACT.items(), (info, b"/etc/passwd")])).startswith("'ticket.txt': members are neither encrypted nor links")


def entries(data: bytes) -> list[int]:
    """Places of the entries in the directory of a zip."""
    return [place for place in range(len(data)) if data.startswith(b"PK\x01\x02", place)]


def patched(place: int, form: str, value: int) -> bytes:
    """Change a field in every entry of the directory."""
    data = bytearray(PACKED)
    for entry in entries(PACKED):
        struct.pack_into(form, data, entry + place, value)
    return bytes(data)


@pytest.mark.parametrize(
    ("place", "form", "value", "says"),
    [
        (8, "<H", 1, "members are neither encrypted nor links"),
        (8, "<H", 0x20, "its own header does not agree with"),
        (8, "<H", 0x40, "its own header does not agree with"),
        (10, "<H", 99, "members are neither encrypted"),
        (10, "<H", 9, "members are neither encrypted"),
        (6, "<H", 255, "not an intact zip"),
        (16, "<L", 0, "its own header does not agree with"),
        (24, "<L", MAX_MEMBER + 1, f"unpacks to more than {MAX_MEMBER} bytes"),
        (24, "<L", MAX_MEMBER, f"unpacks to more than {MAX_TOTAL} bytes"),
        (24, "<L", 0xFFFFFFFE, f"unpacks to more than {MAX_MEMBER} bytes"),
        (24, "<L", 0xFFFFFFFF, f"unpacks to more than {MAX_MEMBER} bytes"),
        (24, "<L", 1 << 20, "its own header does not agree with"),
        (42, "<L", 0xFFFFFFFE, "bytes stand before the zip"),
        (42, "<L", 7, "bytes stand before the zip"),
        (28, "<H", 0, "not an intact zip"),
        (28, "<H", 0xFFFF, "no member of a bundle has such a name"),
        (30, "<H", 0xFFFF, "not an intact zip"),
    ],
)
def test_a_directory_that_lies(place: int, form: str, value: int, says: str) -> None:
    assert says in refused(patched(place, form, value))


def test_a_directory_that_leaves_members_out() -> None:
    """A comment that swallows all entries but the first."""
    assert "bytes stand after the zip" in refused(patched(32, "<H", 0xFFFF))


def test_a_packed_size_that_says_nothing() -> None:
    assert found_or_refused(patched(20, "<L", 0xFFFFFFFE)) in (INTACT, None)  # newer Pythons refuse entries that overlap


def test_a_member_larger_than_it_says() -> None:
    """Deflated zeros whose directory and local header say that they are few."""
    data = bytearray(archive([("ticket.md", bytes(1 << 20))], zipfile.ZIP_DEFLATED))
    (entry,) = entries(bytes(data))
    struct.pack_into("<L", data, entry + 24, 10)
    struct.pack_into("<L", data, 22, 10)
    assert "its size is not what the archive says" in refused(bytes(data))


def test_a_bomb_takes_no_memory() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("a.txt", bytes(MAX_MEMBER + 1))
    tracemalloc.start()
    assert refused(out.getvalue()) == f"'a.txt': unpacks to more than {MAX_MEMBER} bytes"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_thousands_of_members() -> None:
    """One entry, and its copies in the directory: small as a file, large as Python objects."""
    data = archive([("a", b"")])
    (entry,) = entries(data)
    end = data.index(b"PK\x05\x06")
    count = MAX_MEMBERS + 1
    directory = data[entry:end] * count
    hostile = data[:entry] + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), entry, 0)
    tracemalloc.start()
    assert refused(hostile) == f"more than {MAX_MEMBERS} members: no bundle has as many"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(17), bytes(100_000), b"\x1f\x8b" + bytes(100), b"<html>", PACKED[:-1]])
def test_what_is_no_zip(data: bytes) -> None:
    assert refused(data).startswith("not an intact zip: ")


def test_an_empty_zip_has_no_manifest() -> None:
    assert unpack(b"PK\x05\x06" + bytes(18)) == {}
    assert faults({}) == [f"{MANIFEST} is missing"]


def test_truncated_anywhere() -> None:
    for end in range(0, len(PACKED), 37):
        assert refused(PACKED[:end])


def test_any_byte_of_the_zip_itself() -> None:
    """A flipped bit is damage, or stands where nothing is said about members: a time, a right, a comment."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    places = {
        *chance.sample(range(len(PACKED)), 400),
        *range(entries(PACKED)[0], entries(PACKED)[1]),
        *range(len(PACKED) - 22, len(PACKED)),
    }
    for place in sorted(places):
        for flip in (1, 0x80, 0xFF):
            changed = bytearray(PACKED)
            changed[place] ^= flip
            found = found_or_refused(bytes(changed))
            assert found is None or found == INTACT or faults(found)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for hostile in (data, PACKED[:300] + data, data + PACKED[-300:], PACKED[:-22] + data):
        found = found_or_refused(hostile)
        assert found is None or found == INTACT or faults(found)


@pytest.mark.parametrize("size", [b"\xff" * 8, b"\x00" * 7 + b"\x80", b"\xff" * 7 + b"\x7f"])
@pytest.mark.parametrize("place", range(4))
def test_zip64_with_sizes_that_no_machine_has(place: int, size: bytes) -> None:
    """The extra field of a zip64 entry: size, packed size, place of the header, disk."""
    fields = [struct.pack("<Q", 1), struct.pack("<Q", 1), struct.pack("<Q", 0)]
    if place < len(fields):
        fields[place] = size
    extra = b"".join(fields)
    info = zipfile.ZipInfo("a.txt")
    info.extra = struct.pack("<HH", 1, len(extra)) + extra
    data = bytearray(archive([(info, b"x")]))
    (entry,) = entries(bytes(data))
    struct.pack_into("<LL", data, entry + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<L", data, entry + 42, 0xFFFFFFFF)
    expected: list[Members | None] = [{"a.txt": b"x"}] if place == len(fields) else [None]
    if place == 1:  # of what is stored, only the size counts; newer Pythons refuse entries that overlap
        expected.append({"a.txt": b"x"})
    assert found_or_refused(bytes(data)) in expected


# ── what could not be opened is not written ─────────────────────────────────────────────────────────────────────────────────


def test_what_is_too_large_is_not_packed() -> None:
    big = bytes(MAX_MEMBER)
    for members in (
        {"a": big + b"x"},
        {str(number): big for number in range(MAX_TOTAL // MAX_MEMBER)},
        {str(number): b"" for number in range(MAX_MEMBERS)},
    ):
        with pytest.raises(UsageError, match="the evidence is larger than a bundle may be"):
            pack(members)


def test_as_many_members_as_there_may_be() -> None:
    data = pack({f"{number}.txt": b"" for number in range(MAX_MEMBERS - 1)})
    assert len(unpack(data)) == MAX_MEMBERS
    assert len(data) < bundle.ROOM * MAX_MEMBERS
