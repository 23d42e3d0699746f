"""What an IRRd server says of one of its sources (``!J``): how new its data are, and whether it hides what ROAs make invalid. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import Fields, decode

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class Status:
    """A source. ``mirrored``: its data come from elsewhere, so that they may be old; ``updated``: when they last changed, UTC.

    ``error``: why it can't be asked; ``filters``: objects that ROAs make invalid are hidden. None where IRRd does not say.
    """

    mirrored: bool | None = None
    updated: datetime | None = None
    filters: bool | None = None
    error: str = ""


def parse(data: bytes, source: str) -> Status:
    """Read the answer to ``!JSOURCE``; a source without any data is not in it. ``FormatError`` with field where it is no JSON object."""
    try:
        top = Fields.of(decode(data.decode()), "")
    except UnicodeDecodeError as error:
        raise FormatError("not JSON: it is not UTF-8") from error
    if top.values.get(source) is None:
        return Status()
    found = Fields.of(top.value(source), source)
    own = _flag(found.values.get("authoritative"))
    return Status(
        mirrored=None if own is None else not own,
        updated=_time(found.values.get("rpsl_data_updated") or found.values.get("last_update")),
        filters=_flag(found.values.get("rpki_rov_filter")),
        error=str(found.values.get("error") or "")[:200],
    )


def _flag(value: Any) -> bool | None:  # noqa: ANN401 (JSON)
    """Take true or false."""
    return value if isinstance(value, bool) else None


def _time(value: Any) -> datetime | None:  # noqa: ANN401 (JSON)
    """Take a time with its zone; anything else says nothing."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC).replace(microsecond=0) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
