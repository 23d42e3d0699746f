"""As-sets (RFC 2622 s5.1) in RPSL objects and in IRRd's answers to ``!i``. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import rpsl
from bgpcheck.model import parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterable

# RFC 2622 s5: hierarchical names are set names and AS numbers separated by colons, at least one of them a set's name.
_NAME = re.compile(r"(?:(?:AS-[A-Z0-9_-]{1,60}|AS\d{1,10}):){0,8}(?:AS-[A-Z0-9_-]{1,60}|AS\d{1,10})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Members:
    """What a set names itself: AS numbers, and other sets (upper case). ``unread``: words that are neither."""

    asns: tuple[int, ...]
    sets: tuple[str, ...]
    unread: tuple[str, ...] = ()


def set_name(text: str) -> str:
    """Read the name of an as-set, in upper case; ``FormatError`` where it is none (RFC 2622 s5)."""
    if not _NAME.fullmatch(text) or not any(part.upper().startswith("AS-") for part in text.split(":")):
        raise FormatError(f"{text[:80]!r} is no as-set: its name begins with AS-, or AS64500:AS-")
    return text.upper()


def members(words: Iterable[str]) -> Members:
    """Tell what words of ``members:``, or of an answer to ``!i``, name."""
    asns, sets, unread = dict[int, None](), dict[str, None](), dict[str, None]()
    for word in words:
        for kind, read in ((asns, _asn), (sets, set_name)):
            try:
                kind[read(word)] = None  # type: ignore[index]
                break
            except FormatError:
                continue
        else:
            unread[word[:80]] = None
    return Members(tuple(asns), tuple(sets), tuple(unread))


def _asn(word: str) -> int:
    """Read ``AS64500``."""
    if not word.upper().startswith("AS"):
        raise FormatError(f"{word[:40]!r} is no AS number")
    return parse_asn(word)


def listed(answer: bytes) -> Members | None:
    """Read an answer to ``!i``: words, or nothing where there is no such set."""
    words = answer.decode("latin-1").split()
    return members(words) if words else None


def takes_referrers(answer: bytes) -> bool:
    """Tell whether a set's object takes members that name it (``mbrs-by-ref``)."""
    return any(obj.values("mbrs-by-ref") for obj in rpsl.objects([answer], file="as-set"))


def named(name: str, answer: bytes, referrers: bytes) -> Members | None:
    """Read a set's object, and those that say they belong to it, where one of their maintainers may say so; None without a set."""
    found = next((obj for obj in rpsl.objects([answer], file=name) if obj.kind == "as-set" and obj.key.upper() == name), None)
    if found is None:
        return None
    allowed = _upper(found, "mbrs-by-ref")
    saying = (obj for obj in rpsl.objects([referrers], file=name) if name in _upper(obj, "member-of"))
    accepted = [obj.key for obj in saying if "ANY" in allowed or allowed & _upper(obj, "mnt-by")]
    return members((*rpsl.words(found.values("members")), *accepted))


def _upper(obj: rpsl.RpslObject, field: str) -> set[str]:
    """Give the words of an attribute in upper case."""
    return {word.upper() for word in rpsl.words(obj.values(field))}
