"""What speaks against a snapshot's files: a table of what a header says, and the doubts that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from snapshot_files import FILE

from bgpcheck.store import configs
from bgpcheck.table.doubts import doubts

NOW = datetime(2025, 7, 21, tzinfo=UTC)
SETTINGS = configs.settings()
DOUBTS: list[tuple[dict[str, Any], dict[str, int], list[tuple[str, str]]]] = [
    ({}, {}, []),
    ({}, {"vrps": 100}, []),
    ({}, {"vrps": 101}, [("vrps", "shrunken")]),
    ({}, {"vrps ripe": 70}, [("vrps", "shrunken")]),
    ({}, {"irr/RADB": 5}, [("irr/RADB", "shrunken")]),
    ({"dated": "2025-07-19T12:00:00+00:00"}, {}, [("vrps", "stale")]),
    ({"dated": None}, {}, []),
    ({"lapsed": 3}, {}, [("vrps", "lapsed")]),
    ({"rows": 0, "anchors": {}}, {}, [("vrps", "empty")]),
    ({"fetched": {"at": "2025-07-20T13:00:00+00:00", "failed": "", "reason": ""}}, {}, []),
    ({"fetched": {"at": "2025-07-20T13:00:00+00:00", "failed": "2025-07-21T00:00:00+00:00", "reason": "silent"}}, {}, [("vrps", "kept")]),
]


@pytest.mark.parametrize(("change", "before", "expected"), DOUBTS)
def test_doubts(change: dict[str, Any], before: dict[str, int], expected: list[tuple[str, str]]) -> None:
    found = doubts([{**FILE, **change}], before, NOW, SETTINGS)
    assert [(one["source"], one["kind"]) for one in found] == expected


KEPT = [
    ("2025-07-01T12:00:00+00:00", "vrps.json could not be renewed on 2025-07-20 (silent): it is of 2025-07-01, 19 days old"),
    (None, "vrps.json could not be renewed on 2025-07-20 (silent): it is of 2025-07-02, 18 days old"),
]


@pytest.mark.parametrize(("dated", "sentence"), KEPT)
def test_a_file_that_was_not_renewed(dated: str | None, sentence: str) -> None:
    told = {"at": "2025-07-02T12:00:00+00:00", "failed": "2025-07-20T12:00:00+00:00", "reason": "silent"}
    found = doubts([{**FILE, "dated": dated, "fetched": told}], {}, NOW, SETTINGS)
    assert [one["message"] for one in found if one["kind"] == "kept"] == [sentence]
