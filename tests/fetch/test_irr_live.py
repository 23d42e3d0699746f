"""Which prefixes are asked about together."""

from __future__ import annotations

import pytest

from bgpcheck.fetch.irr_live import blocks
from bgpcheck.model import Prefix

TOGETHER = [
    (["193.0.0.0/21"], {"193.0.0.0/21": ["193.0.0.0/21"]}),
    (["193.0.0.0/24", "193.0.1.0/24", "193.0.0.0/24"], {"193.0.0.0/23": ["193.0.0.0/24", "193.0.1.0/24"]}),
    (["193.0.0.0/24", "193.0.7.0/24"], {"193.0.0.0/21": ["193.0.0.0/24", "193.0.7.0/24"]}),
    (["193.0.0.0/16", "193.0.0.0/24"], {"193.0.0.0/16": ["193.0.0.0/16", "193.0.0.0/24"]}),
    (["193.0.0.0/24", "193.1.0.0/24"], {"193.0.0.0/24": ["193.0.0.0/24"], "193.1.0.0/24": ["193.1.0.0/24"]}),
    (["193.0.0.0/15", "193.0.0.0/24"], {"193.0.0.0/15": ["193.0.0.0/15"], "193.0.0.0/24": ["193.0.0.0/24"]}),
    (["2001:67c:1::/48", "2001:67c:2::/48"], {"2001:67c::/46": ["2001:67c:1::/48", "2001:67c:2::/48"]}),
    (["2001:67c::/32", "2001:67d::/32"], {"2001:67c::/32": ["2001:67c::/32"], "2001:67d::/32": ["2001:67d::/32"]}),
    (["0.0.0.0/0", "::/0"], {"0.0.0.0/0": ["0.0.0.0/0"], "::/0": ["::/0"]}),
]  # fmt: skip


@pytest.mark.parametrize(("prefixes", "expected"), TOGETHER)
def test_blocks(prefixes: list[str], expected: dict[str, list[str]]) -> None:
    prefixes = [str(Prefix.parse_masking(one)[0]) for one in prefixes]
    found = blocks(map(Prefix.parse, prefixes))
    expected = {
        str(Prefix.parse_masking(block)[0]): [str(Prefix.parse_masking(one)[0]) for one in members] for block, members in expected.items()
    }
    assert {str(block): [str(one) for one in members] for block, members in found.items()} == expected
    assert all(block.covers(one) for block, members in found.items() for one in members)
