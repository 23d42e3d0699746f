"""Rows of columns told apart: which different ones there are, and which of them each row is. Pure; needs numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_CODES = 1 << 62
HASH_BITS, SMALL = 16, 1 << 20
_SCATTER, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(64 - HASH_BITS)  # multiplicative hashing


def unique_rows(keys: Sequence[NDArray[Any]]) -> tuple[list[tuple[int, ...]], NDArray[np.intp], NDArray[np.intp]]:
    """Give the different rows of columns of numbers from 0 on, where each stands first, and which of them each row is."""
    code, size = np.zeros(len(keys[0]), np.int64), 1
    for column in keys:
        numbers, most = column.astype(np.int64), int(column.max(initial=0)) + 1
        if most > MOST_CODES or size * most > MOST_CODES:
            code, numbers = (unique(one)[1] for one in (code, numbers))
            size, most = int(code.max(initial=0)) + 1, int(numbers.max(initial=0)) + 1
        code = code * most + numbers
        size *= most
    first, which = unique(code)
    rows = zip(*(column[first].tolist() for column in keys), strict=True)
    return list(rows), first, which


def unique(code: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give where each different value stands first, in no order that means anything, and which of them each row has.

    Small numbers are told apart by themselves, others by their hash where no two different ones share it, which for few of them is
    nearly always: a sort costs more.
    """
    most = int(code.max(initial=0)) if code.min(initial=0) >= 0 else SMALL
    place = code if most < SMALL else (code.view(np.uint64) * _SCATTER >> _SHIFT).astype(np.intp)
    heads = np.empty(most + 1 if most < SMALL else 1 << HASH_BITS, np.int32)
    heads[place[::-1]] = np.arange(len(code) - 1, -1, -1)  # whoever is written last stands first
    head = heads[place]
    if (code[head] != code).any():
        _, first, which = np.unique(code, return_index=True, return_inverse=True)
        return first, which.reshape(-1)
    first = np.flatnonzero(head == np.arange(len(code)))
    number = np.empty(len(code), np.intp)
    number[first] = np.arange(len(first))
    return first, number[head]
