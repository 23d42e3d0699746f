"""As-sets from an IRR server, level by level. Waits for the network.

Rule: one source is asked, never a mirror; a server that fails fails the whole, since a part would look like all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bgpcheck.as_set import AsSet
from bgpcheck.errors import FetchError, FormatError
from bgpcheck.fetch.irr_live import Irr
from bgpcheck.formats import as_set
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from bgpcheck.fetch.session import Session
    from bgpcheck.formats.as_set import Members
    from bgpcheck.settings import IrrSource

MOST_SETS, DEEPEST = 2000, 30


async def expand(session: Session, source: IrrSource, name: str) -> AsSet:
    """Ask for a set (upper case), for those that it names, and so on; ``FetchError`` where the server fails."""
    try:
        async with asyncio.timeout_at(session.deadline):
            return await _expanded(Irr(session, source), name)
    except TimeoutError as error:
        raise FetchError(f"{source.name}: {name} is not expanded in {session.seconds:.0f} s", GapReason.TIMEOUT) from error
    except FormatError as error:
        raise FetchError(f"{source.name}: {error}", GapReason.MALFORMED) from error


async def _expanded(irr: Irr, first: str) -> AsSet:
    """Ask level by level, up to the limits."""
    found: dict[str, Members | None] = {}
    level = [first]
    for _ in range(DEEPEST):
        level = level[: MOST_SETS - len(found)]
        if not level:
            break
        found |= await _ask(irr, level)
        level = _new(found)
    return AsSet(first, found, tuple(_new(found)))


def _new(found: dict[str, Members | None]) -> list[str]:
    """Give the sets that are named and were not asked for."""
    return [one for one in dict.fromkeys(one for known in found.values() if known for one in known.sets) if one not in found]


async def _ask(irr: Irr, names: list[str]) -> dict[str, Members | None]:
    """Ask for the direct members of sets, those by reference (RFC 2622 s5.1, mbrs-by-ref) too."""
    source = irr.source.name
    if irr.source.protocol == "irrd":
        answers = await irr.raw({name: f"!i{name}" for name in names})
        return {name: as_set.listed(answer) for name, answer in answers.items()}
    answers = await irr.raw({name: f"-r -s {source} -T as-set {name}" for name in names})
    open_ones = [name for name in names if as_set.takes_referrers(answers[name])]
    referrers = await irr.raw({name: f"-r -s {source} -T aut-num,as-set -i member-of {name}" for name in open_ones})
    return {name: as_set.named(name, answers[name], referrers.get(name, b"")) for name in names}
