"""Rules about route filters on Microsoft peering: RF-1 to RF-3. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit import communities
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import Session
    from bgpcheck.circuit.seen import RouteFilter, Seen

SHOWN = 5


def check(seen: Seen) -> Iterator[Finding]:
    """Judge each family of the Microsoft peering, then each filter that is attached to it and given."""
    microsoft = seen.circuit.microsoft
    attached = set()
    for session in microsoft.sessions if microsoft else ():
        yield from _missing(session)
        attached.add(session.filter_id.lower())
    for one in seen.filters:
        if one.id and one.id.lower() in attached:
            yield from _content(one)


def _missing(session: Session) -> Iterator[Finding]:
    """RF-1: no filter, no routes; each family has its own. A shape that does not say whether there is one says nothing."""
    if session.filtered is False:
        message = f"no route filter is attached for {session.family}: a Microsoft peering made since August 2017 gets no routes without"
        yield Finding(
            "RF-1", Severity.WARNING, f"{session.family} route filter", message, "attach a route filter with the services you need"
        )


def _content(one: RouteFilter) -> Iterator[Finding]:
    """Judge the communities that an attached filter allows."""
    where = one.name or one.id
    if not one.communities:
        message = f"the route filter {where} allows no community, so nothing passes it"
        yield Finding("RF-1", Severity.WARNING, where, message, "add the communities of the services you need to its rule")
    guarded = [text for text in one.communities if communities.number(text) in communities.AUTHORISED]
    if guarded:  # RF-2
        message = f"the route filter {where} allows {_named(guarded)}: Microsoft 365 needs Microsoft's authorisation"
        yield Finding("RF-2", Severity.NOTE, where, message, "ask your Microsoft account team for it, or take them out")
    private = [text for text in one.communities if communities.number(text) in communities.PRIVATE]
    if private:  # RF-3
        message = f"the route filter {where} allows {_named(private)}: private peering's routes do not come over this one (inferred)"
        yield Finding("RF-3", Severity.NOTE, where, message, "take them out of the filter")
    unknown = [text for text in one.communities if text not in private and not communities.name(text)]
    if unknown:
        message = f"the route filter {where} allows {_named(unknown)}: not in the table of {communities.AS_OF}"
        yield Finding("RF-3", Severity.NOTE, where, message, "compare with what Get-AzBgpServiceCommunity lists")


def _named(texts: list[str]) -> str:
    """Give communities with their names, the first few of many."""
    spelled = [f"{text.strip()} ({name})" if (name := communities.name(text)) else text[:40] for text in texts[:SHOWN]]
    return ", ".join(spelled) + (" …" if len(texts) > SHOWN else "")
