"""The header of a snapshot is believed only where every member is of the type that it was written with."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.store.snapshot import Writer, registry_data
from bgpcheck.table.header import check

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-11-01T00:00:00+00:00"
FILE: dict[str, Any] = {
    "source": "vrps",
    "file": "vrps.json",
    "sha256": "0" * 64,
    "format": "vrps/json",
    "size": 9,
    "rows": 2,
    "routes": 0,
    "dated": AT,
    "families": [4, 6],
    "notes": ["a note"],
    "anchors": {"ripe": 2},
    "lapsed": [],
    "words": {"registries": ["ripencc"], "countries": ["NL"]},
    "fetched": {"at": AT, "failed": AT, "reason": "silent"},
}
HEADER: dict[str, Any] = {
    "schema": "bgpcheck/snapshot/v1",
    "builtAt": AT,
    "rdap": 0,
    "irr": ["RIPE"],
    "before": {"vrps": 3},
    "sections": {},
    "views": {"each": [0], "published": 0, "shown": None},
    "files": [FILE, {**FILE, "dated": None, "fetched": {**FILE["fetched"], "failed": ""}}],
}
WRONG: list[tuple[str, Any]] = [
    *(("builtAt", one) for one in (None, 5, "soon", "2026-11-01", "0001-01-01T00:00:00+23:00")),
    *(("rdap", one) for one in (None, "x", -1, True, 1.0)),
    *(("irr", one) for one in (None, "RIPE", [1])),
    *(("before", one) for one in ([], {"vrps": "3"}, {"vrps": None})),
    *(("views", one) for one in (None, {}, {"each": [None], "published": 0, "shown": 0}, {"each": [], "published": "0", "shown": 0})),
    *(("files", one) for one in (None, 5, {}, [None], [[]])),
    *((f"files.0.{name}", None) for name in ("source", "file", "sha256", "format", "size", "rows", "routes", "notes", "anchors", "words")),
    *(("files.1.dated", one) for one in (5, "", "2026-01-01")),
    *(("files.0.families", one) for one in (None, [5], [True], ["4"], [[4]])),
    *(("files.0.notes", one) for one in ("a", [1])),
    *(("files.0.anchors", one) for one in ([1], {"ripe": "2"})),
    *(("files.0.words", one) for one in ({}, {"registries": [], "countries": [1]})),
    *(("files.0.fetched", one) for one in (None, {}, {"at": AT, "failed": "soon", "reason": ""}, {"at": AT, "failed": AT})),
]


def changed(path: str, value: object) -> dict[str, Any]:
    """The header with something else at a path."""
    made: Any = deepcopy(HEADER)
    inside, (*names, last) = made, path.split(".")
    for name in names:
        inside = inside[int(name) if name.isdecimal() else name]
    inside[last] = value
    return made  # type: ignore[no-any-return]


def test_as_it_is_written() -> None:
    check(HEADER)


@pytest.mark.parametrize(("path", "value"), WRONG, ids=[f"{path} {json.dumps(value)[:40]}" for path, value in WRONG])
def test_what_is_no_header(path: str, value: object) -> None:
    field = path.replace(".0", "[0]").replace(".1", "[1]")
    with pytest.raises(FormatError) as error:
        check(changed(path, value))
    assert (error.value.field or "").startswith(f"header.{field}")


@pytest.mark.parametrize("name", [name for name in HEADER if name not in {"schema", "sections"}])
def test_what_is_missing(name: str) -> None:
    with pytest.raises(FormatError, match=rf"^header\.{name}: missing$"):
        check({key: value for key, value in HEADER.items() if key != name})


def test_a_snapshot_with_such_a_header_is_refused_by_its_name(tmp_path: Path) -> None:
    for header, says in (
        (HEADER, ""),
        (changed("files.0.rows", "x"), r"^my\.snapshot: is damaged: header\.files\[0\]\.rows: must be an integer"),
    ):
        with (tmp_path / "my.snapshot").open("wb") as stream:
            Writer(stream).close({name: value for name, value in header.items() if name not in {"schema", "sections"}})
        if says:
            with pytest.raises(FormatError, match=says.replace("^", "")):
                registry_data(tmp_path / "my.snapshot")
        else:
            assert registry_data(tmp_path / "my.snapshot").header["rdap"] == 0
