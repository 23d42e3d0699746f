"""Results as JSON and JSON Lines: equal results are equal bytes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.formats.json_text import dumps, one_or_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.result import Result


def as_json(results: Sequence[Result]) -> str:
    """One object for one result, a list for several."""
    return one_or_list([result.to_json() for result in results])


def as_jsonl(results: Sequence[Result]) -> str:
    """One line a prefix."""
    return "".join(dumps(prefix) + "\n" for result in results for prefix in result.to_json()["prefixes"])
