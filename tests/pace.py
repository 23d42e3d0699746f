"""How long something takes, in turns of a loop that the same process has just made: says the same on a slow or a busy machine."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

TURNS = 1_000_000  # some 12 ms


class Pace:
    """Measures what is done within it. ``millions``: how many million turns of an empty loop take as long on this processor."""

    millions = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        self._turns = _turns()
        self._began = process_time()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End: the slower of the loops before and after is what it is held against."""
        spent = process_time() - self._began
        self.millions = spent / max(self._turns, _turns())


def _turns() -> float:
    """Take the time of a million turns."""
    began = process_time()
    for _ in range(TURNS):
        pass
    return process_time() - began
