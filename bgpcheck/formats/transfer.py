"""What servers say of a file: which version they have, which part of it comes, and its digest. Pure.

Rule: a file is taken for unchanged, or gone on with, only where the server itself said which version it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.model import is_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_DIGITS = 15  # of a size in bytes
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)", re.ASCII)  # RFC 9110 s14.4
_BSD = re.compile(r"MD5 ?\(([^()]*)\) ?= ?([0-9a-fA-F]{32})", re.ASCII)
_GNU = re.compile(r"([0-9a-fA-F]{32})(?:[ \t]+\*?(\S+))?", re.ASCII)
_MDTM = re.compile(r"(\d{14})(?:\.\d+)?", re.ASCII)  # RFC 3659 s2.3


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a file a server has, in its own words: entity tag, HTTP date or FTP's time (``20261101120000``), bytes.

    ``strong``: the word by which it can be asked to go on with just this version; empty where none is good enough.
    """

    etag: str = ""
    modified: str = ""
    size: int | None = None
    strong: str = ""

    @property
    def moment(self) -> datetime | None:
        """When the file was last changed, UTC; None where the server did not say."""
        try:
            if is_digits(self.modified):
                return datetime.strptime(self.modified, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            found = parsedate_to_datetime(self.modified)
            return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return None


def http_version(headers: Mapping[str, str]) -> Version:
    """Read the version from an answer's headers (names in lower case)."""
    length = headers.get("content-length", "")
    size = int(length) if is_digits(length) and len(length) <= MOST_DIGITS else None
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    strong = etag if etag and not etag.startswith("W/") else ""  # RFC 9110 s13.1.5: a weak tag says nothing about bytes
    if not etag and _settled(modified, headers.get("date", "")):
        strong = modified
    return Version(etag, modified, size, strong)


def _settled(modified: str, date: str) -> bool:
    """Tell whether a time of change tells versions apart: a second or more lies between it and the answer (RFC 9110 s8.8.2.2)."""
    changed, now = Version(modified=modified).moment, Version(modified=date).moment
    return changed is not None and now is not None and (now - changed).total_seconds() >= 1


def conditions(known: Version) -> dict[str, str]:
    """Give the headers that ask for a file only if it is another version (RFC 9110 s13.1)."""
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in asked.items() if value}


def resuming(version: Version, have: int) -> dict[str, str]:
    """Give the headers that ask for the rest of a version after ``have`` bytes; none where it can't be gone on with."""
    whole = version.size is not None and have >= version.size
    return {"Range": f"bytes={have}-", "If-Range": version.strong} if have and version.strong and not whole else {}


def rest_of(text: str, version: Version, have: int) -> int:
    """Read Content-Range of the rest that was asked for; gives the bytes of the whole. ``FormatError`` where another part comes."""
    found = _RANGE.fullmatch(text)
    if not found:
        raise FormatError(f"{text[:60]!r} is no range of bytes")
    first, last = int(found[1]), int(found[2])
    total = last + 1 if found[3] == "*" else int(found[3])
    if first != have or last + 1 != total or total != (version.size or total):
        raise FormatError(f"bytes {first} to {last} of {found[3]} come, after {have} of {version.size or 'unknown'} were wanted")
    return total


def same(known: Version, found: Version) -> bool:
    """Tell whether two versions are one by size and time; what was not said is never the same."""
    return known.size is not None and bool(known.modified) and (known.size, known.modified) == (found.size, found.modified)


def ftp_time(reply: str) -> str:
    """Read a reply to MDTM, ``213 20261101120000``; empty where it says no time."""
    code, _, rest = reply.partition(" ")
    found = _MDTM.fullmatch(rest.strip())
    return found[1] if code == "213" and found else ""


def md5_of(text: str, name: str) -> str:
    """Find a file's MD5 in the lines beside it, ``MD5 (name) = hex`` or ``hex  name``; lower case.

    Where there is one digest alone, it is the file's, whatever the line calls it: registries name the day's file, of which theirs is a
    copy. ``FormatError`` where there is none, or several and none by that name.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if bsd := _BSD.fullmatch(line.strip()):
            found[bsd[1]] = bsd[2].lower()
        elif gnu := _GNU.fullmatch(line.strip()):
            found[gnu[2] or ""] = gnu[1].lower()
    digests = {*found.values()}
    if len(digests) == 1:
        return digests.pop()
    if name not in found:
        raise FormatError(f"says no MD5 of {name}" if found else "is no MD5 of a file")
    return found[name]
