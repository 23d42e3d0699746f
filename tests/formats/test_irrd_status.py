"""IRRd's answer to ``!J``."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats.irrd_status import Status, parse

# As IRRd 4.5.4 answered.
RADB = {
    "source_type": "regular",
    "authoritative": False,
    "rpki_rov_filter": True,
    "serial_newest_mirror": 4711,
    "rpsl_data_updated": "2026-11-28T10:54:03.240726+00:00",
    "last_update": "2026-11-28T10:55:00+00:00",
}
ROWS = [
    (RADB, Status(mirrored=True, updated=datetime(2026, 11, 28, 10, 54, 3, tzinfo=UTC), filters=True)),
    ({**RADB, "authoritative": True, "rpki_rov_filter": False, "rpsl_data_updated": None},
     Status(mirrored=False, updated=datetime(2026, 11, 28, 10, 55, tzinfo=UTC), filters=False)),
    ({"rpsl_data_updated": "2026-11-28T11:54:03+01:00"}, Status(updated=datetime(2026, 11, 28, 10, 54, 3, tzinfo=UTC))),
    ({"error": "Unknown source"}, Status(error="Unknown source")),
    ({"rpsl_data_updated": "2026-11-28T10:54:03"}, Status()),  # of no zone: it says nothing
    ({"rpsl_data_updated": "0001-01-01T00:00:00+14:00"}, Status()),  # before all times
    ({"rpsl_data_updated": "yesterday", "authoritative": "yes", "rpki_rov_filter": 1}, Status()),
    (None, Status()),  # a source that holds nothing is left out
]  # fmt: skip


@pytest.mark.parametrize(("said", "status"), ROWS)
def test_what_it_says(said: object, status: Status) -> None:
    assert parse(json.dumps({"RADB": said, "RIPE": RADB}).encode(), "RADB") == status


def test_another_source_says_nothing() -> None:
    assert parse(b"{}", "RADB") == Status()


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"RADB": []}', b'{"RADB": "x"}', b"RADB:N:0-4711"])
def test_what_is_no_status(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse(data, "RADB")
