from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.model import BITS, MAX_ASN, Prefix
from bgpcheck.routes import NONE, Routes

TABLE = [
    ("0.0.0.0/0", 0),
    ("255.255.255.255/32", MAX_ASN),
    ("193.0.0.0/21", 3333),
    ("::/0", None),
    ("::ffff:192.0.2.1/128", 1),
    ("::1/128", 2),
    ("2001:db8::/32", 64496),
    ("2001:db8:0:1::/64", 64496),
    ("2001:0:0:1::/64", 64496),
    ("2001:0:0:1:0:0:0:1/128", 64496),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", None),
]


def prefixes() -> st.SearchStrategy[Prefix]:
    def masked(version: int, network: int, length: int) -> Prefix:
        shift = BITS[version] - length
        return Prefix(version, network >> shift << shift, length)

    four = st.builds(masked, st.just(4), st.integers(0, (1 << 32) - 1), st.integers(0, 32))
    words = st.lists(st.sampled_from((0, 1, 0xFFFF, 0x2001, 0xDB8)), min_size=8, max_size=8)
    number = words.map(lambda parts: int.from_bytes(b"".join(part.to_bytes(2, "big") for part in parts), "big"))
    return four | st.builds(masked, st.just(6), st.integers(0, (1 << 128) - 1) | number, st.integers(0, 128))


def test_columns_give_back_what_was_put_in() -> None:
    pairs = [(Prefix.parse(text), asn) for text, asn in TABLE]
    made = Routes.of(pairs)
    assert len(made) == len(pairs)
    assert list(made.pairs()) == pairs
    assert made.origin[3] == NONE
    assert list(made.take(np.array([4, 2])).pairs()) == [pairs[4], pairs[2]]


def test_no_rows() -> None:
    assert list(Routes.of([]).pairs()) == Routes.of([]).prefixes() == []


@given(st.lists(prefixes(), max_size=20))
def test_spelling_is_the_models(found: list[Prefix]) -> None:
    assert Routes.of((one, 1) for one in found).prefixes() == [str(one) for one in found]
