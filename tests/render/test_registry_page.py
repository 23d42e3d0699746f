"""A snapshot described."""

from __future__ import annotations

import json
from typing import Any

from snapshot_files import FILE

from bgpcheck.render.registry import as_json, as_text, brief


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
