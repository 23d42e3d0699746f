"""What a live check says of its questions."""

from __future__ import annotations

import pytest

from bgpcheck.asked import Tally

ROWS = [
    (Tally({"a:43": 2, "b:443": 5}, {}, 1.26), "7 questions to 2 servers in 1.3 s"),
    (Tally({}, {"irr": 3, "rdap": 1}, 0), "0 questions to 0 servers in 0.0 s; 4 answers were in the cache"),
]


@pytest.mark.parametrize(("tally", "text"), ROWS)
def test_in_a_line(tally: Tally, text: str) -> None:
    assert str(tally) == text
