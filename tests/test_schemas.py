"""The published schemas: written from the code's words, true of every output, and closed to broken ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
import pytest
from jsonschema import Draft202012Validator
from schemas import circuit, events, preflight, result
from bgpcheck.store import schemas as published

WHOLE = {"result": result.WHOLE, "events": events.WHOLE, "circuit": circuit.WHOLE, "preflight": preflight.WHOLE}
FOLDER = Path(__file__).resolve().parents[1] / "bgpcheck" / "schemas"


@pytest.mark.parametrize("name", published.NAMES)
def test_the_published_file_is_what_the_code_says(name: str) -> None:
    text = json.dumps(WHOLE[name], indent=2, ensure_ascii=True) + "\n"
    if os.environ.get("BGPCHECK_WRITE_GOLDENS") == "1":
        (FOLDER / f"{name}.schema.json").write_text(text, encoding="utf-8")
    assert published.read(name) == text
    Draft202012Validator.check_schema(WHOLE[name])
