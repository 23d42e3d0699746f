"""The evidence bundle: a zip that anyone can check with standard tools (interface.md, Evidence bundle). Pure: bytes in, bytes out.

Rule: same members, same bytes: sorted names, one fixed time, stored without compression settings that may differ between machines.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from bgpcheck.errors import IntegrityError, UsageError
from bgpcheck.evidence import zip_layout
from bgpcheck.evidence.document import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MANIFEST = "MANIFEST.sha256"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold
MAX_MEMBERS = 10_000
MAX_MEMBER = 128 << 20  # bytes of one member, unpacked
MAX_TOTAL = 512 << 20  # bytes of all of them, and of a bundle itself
ROOM = 512  # bytes that a zip needs for a member, at most
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}|documents/[0-9a-f]{64}")
FOLDER = "documents/"  # other tools write a member for a folder
ROW = re.compile(r"([0-9a-f]{64})  (.+)")
ENTRY = b"PK\x01\x02"  # what each member's entry in a zip's directory begins with
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 1
PLAIN = frozenset({0, 0o10})  # no file type, or a regular file's, in the upper bits of Unix rights
SPECIAL, AS_FOLDER = 0o7000, 0x10  # rights: as the owner, as the group, sticky; DOS: a folder


def manifest(members: Mapping[str, bytes]) -> bytes:
    """List every other member as ``sha256sum -c`` reads it: sorted, lower-case hex, two spaces, LF."""
    rows = (f"{digest(members[name])}  {name}\n" for name in sorted(members) if name != MANIFEST)
    return "".join(rows).encode()


def pack(members: Mapping[str, bytes]) -> bytes:
    """Write a zip of the members and their manifest; equal members give equal bytes. ``UsageError`` where nobody could open it."""
    out = io.BytesIO()
    whole = {**members, MANIFEST: manifest(members)}
    sizes = [len(content) for content in whole.values()]
    if len(sizes) > MAX_MEMBERS or max(sizes) > MAX_MEMBER or sum(sizes) > MAX_TOTAL - ROOM * len(sizes):
        raise UsageError("the evidence is larger than a bundle may be: judge fewer or narrower prefixes at a time")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(whole):
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o644 << 16
            info.create_system = 3  # Unix, whatever this machine is
            archive.writestr(info, whole[name])
    return out.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Read a bundle's members, within limits; ``IntegrityError`` where the archive itself is damaged or hostile.

    It must be one that every reader sees alike (``zip_layout``), so that nobody is shown other members than those that are proven.
    Names are checked, never used as paths: no folders but ``documents/``, no duplicates, no absolute or climbing names.
    """
    if data.count(ENTRY) > MAX_MEMBERS:  # before anything is made of them
        raise IntegrityError(f"more than {MAX_MEMBERS} members: no bundle has as many")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.filename != FOLDER or info.file_size]
            _check(infos)
            names = {info.filename for info in infos}
            return {info.filename: content for info, content in zip_layout.contents(data, archive) if info.filename in names}
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        ValueError,
        OverflowError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise IntegrityError(f"not an intact zip: {error}") from error


def _check(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse what no bundle has."""
    for info in infos:
        if not NAME.fullmatch(info.orig_filename):
            raise IntegrityError(f"{info.orig_filename[:60]!r}: no member of a bundle has such a name")
        if info.flag_bits & ENCRYPTED or info.compress_type not in METHODS or info.external_attr >> 28 not in PLAIN:
            raise IntegrityError(f"{info.filename!r}: members are neither encrypted nor links, and stored or deflated")
        if info.external_attr >> 16 & SPECIAL or info.external_attr & AS_FOLDER:
            raise IntegrityError(f"{info.filename!r}: members are neither folders nor run with somebody else's rights")
        if info.file_size > MAX_MEMBER:
            raise IntegrityError(f"{info.filename!r}: unpacks to more than {MAX_MEMBER} bytes")
    _refuse_alike([info.filename for info in infos])
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise IntegrityError(f"unpacks to more than {MAX_TOTAL} bytes")


def _refuse_alike(names: Iterable[str]) -> None:
    """Refuse names that stand there twice, or that a system takes for one which knows no case, or drops a dot at the end."""
    seen = {FOLDER[:-1]: FOLDER}
    for name in names:
        key = name.lower().rstrip(".")
        if seen.get(key) == name:
            raise IntegrityError(f"{name!r}: this member is there twice")
        if key in seen:
            raise IntegrityError(f"{name!r} and {seen[key]!r}: where a bundle is unpacked, one may hide the other")
        seen[key] = name


def damage(members: Mapping[str, bytes]) -> Iterator[str]:
    """Name everything that does not fit the manifest, in words; nothing where the bundle is intact."""
    if MANIFEST not in members:
        yield f"{MANIFEST} is missing"
        return
    rows = listed(members[MANIFEST])
    if rows is None:
        yield f"{MANIFEST} is not a list of digests and names"
        return
    for name in sorted(rows.keys() - members.keys()):
        yield f"{name} is missing"
    for name in sorted(members.keys() - rows.keys() - {MANIFEST}):
        yield f"{name!r} is not in the manifest: it was added"
    for name in sorted(rows.keys() & members.keys()):
        if digest(members[name]) != rows[name]:
            yield f"{name} was changed"
    if members[MANIFEST] != manifest(members):
        yield f"{MANIFEST} was changed"


def listed(data: bytes) -> dict[str, str] | None:
    """Read the manifest: name → digest; None where it is no manifest."""
    try:
        rows = [ROW.fullmatch(row) for row in data.decode().split("\n")[:-1]]
    except UnicodeDecodeError:
        return None
    return {row[2]: row[1] for row in rows if row} if all(rows) else None
