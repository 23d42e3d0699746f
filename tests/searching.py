"""Everything that a bundle's members say, in every way in which they may say it: what a reader with patience would find."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
FLAT = re.compile(r"\\+[nrt]|[\s\"'|>#%*,\\]+")  # what lines are folded with


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON value)
    """Every text in a JSON value, names too; a text that is JSON itself is looked into."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from strings(key)
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value
        yield from inside(value)


def inside(text: str) -> Iterator[str]:
    """What a text is, where it is JSON."""
    for line in (text, *text.splitlines()):
        if line.strip()[:1] in {"{", "["}:
            try:
                yield from strings(json.loads(line))
            except ValueError:
                continue


def spellings(text: str, depth: int = 2) -> Iterator[str]:
    """A text, and what it is when JSON, HTML, percent and Base64 are undone, as far down as ``depth``."""
    yield text
    if depth == 0:
        return
    for one in {unquote(text), html.unescape(text), ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)} - {text}:
        yield from spellings(one, depth - 1)
    yield from inside(text)
    for found in BASE64.findall(text):
        for one in (found, found.rstrip("=") + "=" * (-len(found.rstrip("=")) % 4)):
            try:
                plain = base64.b64decode(one.replace("-", "+").replace("_", "/"), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                continue
            yield from spellings(plain, depth - 1)


def said(members: Mapping[str, bytes]) -> dict[str, str]:
    """All that each member says, its name included, in lower case; and all of that without what folds lines."""
    found = {}
    for name, content in members.items():
        text = "\n".join((name, *spellings(content.decode("utf-8", "replace")))).lower()
        found[name] = f"{text}\n{FLAT.sub('', text)}"
    return found


def holding(members: Mapping[str, bytes], secret: str) -> list[str]:
    """Members that say a secret, in any spelling."""
    wanted = {secret.lower(), FLAT.sub("", secret.lower())}
    return sorted(name for name, text in said(members).items() if any(one in text for one in wanted))
