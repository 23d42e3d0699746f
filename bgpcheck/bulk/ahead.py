"""Something made in a thread beside whatever uses it: numpy works without Python's lock, so that two steps share two cores. Waits.

Rule: the same items in the same order, the same error in the same place; nobody waits for a thread whose items are not wanted any more.
"""

from __future__ import annotations

from functools import partial
from queue import Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DEPTH = 4  # items that may wait
PATIENCE = 0.1  # seconds between looks at whether items are still wanted
T = TypeVar("T")


def ahead(items: Iterable[T], depth: int = DEPTH) -> Iterator[T]:
    """Give items that a thread makes, ``depth`` of them before they are asked for; an error of theirs is raised where it belongs."""
    line: Queue[Callable[[], T]] = Queue(depth)
    unwanted = Event()
    Thread(target=_make, args=(items, line, unwanted), daemon=True).start()
    try:
        while True:
            try:
                yield line.get()()
            except _End:
                return
    finally:
        unwanted.set()


class _End(Exception):  # noqa: N818 (no error)
    """There are no more items."""


def _make(items: Iterable[T], line: Queue[Callable[[], T]], unwanted: Event) -> None:
    """Make items until there are no more, or nobody wants them."""
    try:
        for one in items:
            if not _put(line, partial(_given, one), unwanted):
                return
        raise _End
    except BaseException as error:  # noqa: BLE001 (whatever it is, the other thread gets it)
        _put(line, partial(_raised, error), unwanted)


def _put(line: Queue[Callable[[], T]], one: Callable[[], T], unwanted: Event) -> bool:
    """Put one in line; tells whether it is wanted."""
    while not unwanted.is_set():
        try:
            line.put(one, timeout=PATIENCE)
        except Full:
            continue
        return True
    return False


def _given(one: T) -> T:
    return one


def _raised(error: BaseException) -> Any:  # noqa: ANN401 (never comes back)
    raise error
