"""Work in a thread that nobody waits for at the end: what can take minutes may not keep a process from leaving."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """Give what ``work`` gives or raises. Who stops waiting leaves it to itself: it must have limits of its own."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001 (raised where the answer is awaited)
            _settle(answer, error=error)
        else:
            _settle(answer, found)

    Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(answer)


def _settle(answer: Future[T], found: T | None = None, error: BaseException | None = None) -> None:
    """Answer, if somebody still waits."""
    if not answer.set_running_or_notify_cancel():
        return
    if error:
        answer.set_exception(error)
    else:
        answer.set_result(found)  # type: ignore[arg-type]
