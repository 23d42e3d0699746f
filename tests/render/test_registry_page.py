"""A snapshot described."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bgpcheck.render.registry import as_json, as_text, brief, doubts
from bgpcheck.store import configs

NOW = datetime(2025, 7, 21, tzinfo=UTC)
SETTINGS = configs.settings()
FILE: dict[str, Any] = {
    "source": "vrps",
    "file": "vrps.json",
    "sha256": "0" * 64,
    "size": 1,
    "format": "vrps/json",
    "dated": "2025-07-20T12:00:00+00:00",
    "rows": 90,
    "routes": 0,
    "families": [],
    "notes": [],
    "anchors": {"ripe": 60, "": 30},
}
DOUBTS: list[tuple[dict[str, Any], dict[str, int], list[tuple[str, str]]]] = [
    ({}, {}, []),
    ({}, {"vrps": 100}, []),
    ({}, {"vrps": 101}, [("vrps", "shrunken")]),
    ({}, {"vrps ripe": 70}, [("vrps", "shrunken")]),
    ({}, {"irr/RADB": 5}, [("irr/RADB", "shrunken")]),
    ({"dated": "2025-07-19T12:00:00+00:00"}, {}, [("vrps", "stale")]),
    ({"dated": None}, {}, []),
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


def header(*files: dict[str, Any], rdap: int = 0) -> dict[str, Any]:
    return {"builtAt": "2025-07-21T00:00:00+00:00", "files": list(files), "rdap": rdap, "before": {}}


def test_text() -> None:
    told = {**FILE, "notes": ["left out: \x1b[31mx"]}
    other = {**FILE, "source": "irr/RADB", "file": "radb.db", "dated": None, "anchors": {}}
    text = as_text("s", "f" * 64, header(told, other, rdap=2), [{"source": "vrps", "kind": "stale", "message": "old"}])
    assert text.startswith("s: doubtful: see below\n  built 2025-07-21 00:00 UTC, 2 files, header ffffffffffffffff\n")
    for words in (
        "vrps.json  ",
        "stale",
        "no date",
        "recorded answers",
        "VRPs by trust anchor: (none) 30, ripe 60",
        "Doubts\n  old",
        "Notes\n",
    ):
        assert words in text
    assert "\x1b" not in text


def test_nothing_to_say() -> None:
    text = as_text("s", "f" * 64, header({**FILE, "anchors": {}}), [])
    assert text.startswith("s: fresh and whole\n")
    assert "trust anchor" not in text
    assert "Doubts" not in text


def test_json() -> None:
    body = json.loads(as_json("s", "f" * 64, header(FILE), []))
    assert body["schema"] == "bgpcheck/registry/v1"
    assert body["files"] == [FILE]
    fetched = {**FILE, "fetched": {"at": "2025-07-20T13:00:00+00:00", "failed": "", "reason": ""}}
    assert json.loads(as_json("s", "f" * 64, header(fetched), []))["files"] == [fetched]


def test_brief() -> None:
    undated = {**FILE, "dated": None}
    assert brief("s", header(FILE, undated)) == (
        "s, built 2025-07-21 00:00 UTC",
        "vrps: 90 of 2025-07-20, vrps.json",
        "vrps: 90 of no date, vrps.json",
    )
