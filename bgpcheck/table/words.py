"""Words as numbers, for indexes. Pure."""

from __future__ import annotations

from hashlib import blake2b

STATUSES = ("available", "reserved", "assigned", "allocated")  # of a delegated row, as numbers
HELD = frozenset((STATUSES.index("assigned"), STATUSES.index("allocated")))


def token(word: str) -> int:
    """Give a word's place in an index: 63 bits of its BLAKE2b digest. Who looks it up compares the word itself too."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
