"""What every fetcher that stands above another passes on of it. Pure, though its kin wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.gather import Fetcher


class Over:
    """A fetcher above ``below``, which answers what it does not answer itself."""

    __slots__ = ()
    below: Fetcher

    @property
    def irr_sources(self) -> tuple[str, ...]:
        """IRR sources that files hold besides."""
        return tuple(getattr(self.below, "irr_sources", ()))

    @property
    def notes(self) -> Sequence[str]:
        """What files could not be told."""
        return tuple(getattr(self.below, "notes", ()))
