"""Columns of text in numpy: each row in as many octets as the widest, filled up with NUL, which no text of ours has. Pure; needs numpy.

NUL may stand anywhere in a row, so that columns are laid side by side by copying; ``joined`` takes it out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Octets = NDArray[np.uint8]  # rows by width

_THOUSAND = np.uint64(1000)
_GROUPS = 4  # of three digits each: up to 999,999,999,999


def picked(texts: Sequence[bytes], which: NDArray[np.intp]) -> Octets:
    """Give each row one of some texts."""
    return _octets(np.array(texts or [b""], np.bytes_))[which]


def of(texts: Sequence[bytes]) -> Octets:
    """Take a text for each row."""
    return _octets(np.array(texts, np.bytes_)) if texts else np.zeros((0, 1), np.uint8)


def decimal(numbers: NDArray[Any]) -> Octets:
    """Spell numbers of 0 to 999,999,999,999."""
    rest = numbers.astype(np.uint64)
    found = np.empty((len(rest), _GROUPS, 3), np.uint8)
    for place in range(_GROUPS):
        above = rest // _THOUSAND
        table = _FIRST if place == 0 else _LATER
        found[:, _GROUPS - 1 - place] = table[(rest - above * _THOUSAND + (above > 0) * _THOUSAND).astype(np.intp)]
        rest = above
    return found.reshape(len(rest), 3 * _GROUPS)


def hexadecimal(numbers: NDArray[Any], digits: int) -> Octets:
    """Spell numbers in lower case, of ``digits`` at most."""
    rest = numbers.astype(np.uint64)[:, None] >> np.arange(4 * digits - 4, -1, -4, dtype=np.uint64)
    found = _DIGITS[(rest & np.uint64(15)).astype(np.intp)]
    found[:, :-1][rest[:, :-1] == 0] = 0  # no zeros before
    return found


def joined(*columns: Octets | bytes) -> bytes:
    """Lay columns side by side and take the NULs out; bytes stand in every row."""
    count = next((len(one) for one in columns if not isinstance(one, bytes)), 0)
    laid = [np.broadcast_to(np.frombuffer(one, np.uint8), (count, len(one))) if isinstance(one, bytes) else one for one in columns]
    return np.concatenate(laid, axis=1).tobytes().translate(None, b"\0")


def _octets(texts: NDArray[np.bytes_]) -> Octets:
    """See texts as octets."""
    return texts.view(np.uint8).reshape(len(texts), max(texts.dtype.itemsize, 1))


_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)


def _table(zero: bytes) -> Octets:
    """Spell 0 to 999 where nothing stands before, then where something does."""
    return of([zero, *(b"%d" % number for number in range(1, 1000)), *(b"%03d" % number for number in range(1000))])


_FIRST, _LATER = _table(b"0"), _table(b"")  # the last group spells a zero that stands alone
