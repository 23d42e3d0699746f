"""The small words that outputs share."""

from __future__ import annotations

import pytest

from bgpcheck.render.words import capital, few


@pytest.mark.parametrize(
    ("count", "words"), [(0, ""), (1, "10"), (2, "10, 11"), (3, "10, 11, 12"), (4, "10, 11, 12 and 1 more"), (5, "10, 11, 12 and 2 more")]
)
def test_many_are_named_by_the_first(count: int, words: str) -> None:
    assert few(range(10, 10 + count)) == words


def test_how_many_is_said() -> None:
    assert few("abc", 1) == "a and 2 more"


@pytest.mark.parametrize(("text", "found"), [("", ""), ("a b", "A b"), ("Ab", "Ab"), ("\u00e9", "\u00c9")])
def test_a_capital(text: str, found: str) -> None:
    assert capital(text) == found
