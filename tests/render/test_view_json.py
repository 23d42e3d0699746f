"""The picture as JSON: every field, the contract's spelling."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import hostile
import pytest
import views

from bgpcheck.render.view_json import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator


def keys(value: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    for name, one in value.items() if isinstance(value, dict) else ():
        yield name
        yield from keys(one)
    for one in value if isinstance(value, list) else ():
        yield from keys(one)


def test_all_of_it_in_the_contracts_spelling() -> None:
    found = json.loads(as_json(views.view(tally=(("configured", "announced", 3),))))
    assert all(re.fullmatch("[a-z][A-Za-z0-9]*", name) for name in keys(found))
    assert (found["schema"], found["at"], found["verdict"], found["leftOut"]) == ("bgpcheck/view/v1", "2026-11-02T10:03:04Z", None, 0)
    assert found["sessions"][0]["routes"] == {"ipv4": 187, "ipv6": 2}
    assert found["sessions"][1]["peerAsn"] == 3333
    assert found["prefixes"][1]["heard"][0]["at"] == "2026-11-02T08:01:00Z"
    assert found["prefixes"][-1]["standing"] == "inside"
    assert found["findings"][1]["basis"] == "documented"
    assert found["gaps"] == [{"source": "whois.radb.net", "reason": "timeout", "detail": "no answer in 5 s: try again later"}]
    assert found["counts"]["events"] == 1234
    assert found["tally"] == [{"verdict": "configured", "standing": "announced", "count": 3}]


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    told = as_json(views.hostile(text))
    assert told.isascii()
    assert told.count("\n") == 1
    assert json.loads(told)["title"] == text
