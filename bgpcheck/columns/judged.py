"""Many routes with their verdicts: one line of words for all that share a case. Pure; needs numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bgpcheck.routes import Routes


class Words(NamedTuple):
    """What is said of a route, in the words of verdicts.md; ``confidence`` is empty where undetermined.

    ``registry``: statistics name of the RIR that answers for the space, empty where it is not known or there is none.
    """

    verdict: str
    confidence: str
    rpki: str
    irr: str
    holder: str
    registration: str
    reason: str
    registry: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Judged:
    """Routes, and for each the position of its ``Words`` in ``cases``, which are all different. ``case``: intp, as long as ``routes``."""

    routes: Routes
    case: NDArray[np.intp]
    cases: tuple[Words, ...]

    def __len__(self) -> int:
        """Count of rows."""
        return len(self.case)
