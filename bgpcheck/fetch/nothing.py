"""The fetcher of somebody who has no registry data: every answer is a gap that says how to get some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.sources.base import Reply, Request

HELP = "no registry data: run bgpcheck registry update, or name a folder with --registry-data (its files are listed in the README)"


class NoFetcher:
    """Has nothing, and says so."""

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Answer every request with a gap; local exceptions are nobody's duty."""
        return {request: () if request.source == "slurm" else Gap(request.source, GapReason.DISABLED, HELP) for request in requests}
