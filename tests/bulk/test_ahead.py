"""Items made in a thread: the same ones, the same error, and nobody who waits for what nobody wants."""

from __future__ import annotations

import threading
import time
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bgpcheck.bulk import ahead as module
from bgpcheck.bulk import memory
from bgpcheck.bulk.ahead import ahead
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator


def until_error(many: int, error: BaseException) -> Iterator[int]:
    yield from range(many)
    raise error


@pytest.mark.parametrize("many", [0, 1, 3, 100])
@pytest.mark.parametrize("depth", [1, 4])
def test_the_same_items_in_order(many: int, depth: int) -> None:
    assert list(ahead(range(many), depth)) == list(range(many))
    assert list(ahead(ahead(range(many), depth), depth)) == list(range(many))


@pytest.mark.parametrize("error", [FormatError("x", file="f", line=3), KeyboardInterrupt(), StopIteration()])
def test_an_error_comes_where_it_belongs(error: BaseException) -> None:
    items = ahead(until_error(5, error))
    assert [next(items) for _ in range(5)] == list(range(5))
    with pytest.raises(RuntimeError if isinstance(error, StopIteration) else type(error)):  # a generator turns the one into the other
        next(items)
    assert list(items) == []


def test_no_more_is_made_than_may_wait() -> None:
    made = list[int]()
    items = ahead((made.append(number) or number for number in count()), 3)
    assert next(items) == 0
    time.sleep(4 * module.PATIENCE)
    assert len(made) <= 5  # three wait, one was given, one is in hand


def test_a_thread_ends_when_nobody_listens() -> None:
    before = threading.active_count()
    items = ahead(count(), 2)
    assert [next(items), next(items)] == [0, 1]
    items.close()
    deadline = time.monotonic() + 60
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(module.PATIENCE)


def test_memory_is_kept_where_it_can_be() -> None:
    memory.keep()
    memory.keep()
