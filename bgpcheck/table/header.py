"""What the header of a snapshot of registry data says, held against what ``registry build`` writes. Pure.

Rule: whoever reads a header may rely on its types: one that has others is refused when the snapshot is opened, with the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.evidence import plain
from bgpcheck.formats.json_fields import Fields, integer, text
from bgpcheck.model import BITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MOST = 1 << 62  # of whatever is counted
WORDS = ("registries", "countries")


def check(header: Mapping[str, Any]) -> None:
    """Read every member that anything rests on; ``FormatError`` names the first that is not as it is written."""
    top = Fields.of(header, "header")
    _moment(top, "builtAt")
    top.integer("rdap", MOST)
    _texts(top, "irr")
    _counts(top, "before")
    views = top.table("views")
    for number, one in enumerate(views.items("each")):
        integer(one, f"{views.name('each')}[{number}]", MOST)
    for name in ("published", "shown"):
        if views.value(name) is not None:
            views.integer(name, MOST)
    for number, one in enumerate(top.items("files")):
        _file(Fields.of(one, f"{top.name('files')}[{number}]"))


def _file(facts: Fields) -> None:
    """Read what is said of one file."""
    for name in ("source", "file", "sha256", "format"):
        facts.text(name)
    for name in ("size", "rows", "routes"):
        facts.integer(name, MOST)
    if facts.value("dated") is not None:
        _moment(facts, "dated")
    for number, one in enumerate(facts.items("families")):
        if integer(one, f"{facts.name('families')}[{number}]", max(BITS)) not in BITS:
            raise FormatError("must be 4 or 6", field=f"{facts.name('families')}[{number}]")
    _texts(facts, "notes")
    _counts(facts, "anchors")
    words = facts.table("words")
    for name in WORDS:
        _texts(words, name)
    if "fetched" in facts:
        fetched = facts.table("fetched")
        _moment(fetched, "at")
        if fetched.text("failed"):
            _moment(fetched, "failed")
        fetched.text("reason")


def _moment(fields: Fields, key: str) -> None:
    """Read an aware time."""
    try:
        plain.moment(fields.text(key))
    except (ValueError, OverflowError) as error:
        raise FormatError("must be a time with its zone", field=fields.name(key)) from error


def _texts(fields: Fields, key: str) -> None:
    """Read a list of texts."""
    for number, one in enumerate(fields.items(key)):
        text(one, f"{fields.name(key)}[{number}]")


def _counts(fields: Fields, key: str) -> None:
    """Read counts by name."""
    table = fields.table(key)
    for name in table.values:
        table.integer(name, MOST)
