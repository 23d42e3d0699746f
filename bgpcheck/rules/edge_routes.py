"""Rules about route tables: what Azure has learnt from your side, against the list and the lab. PFX-1, PFX-5, ASN-6, LIST-3, EDGE-11. Pure.

Rule: only routes whose next hop is on a link count as learnt from you, and only those of Microsoft peering are held against lists.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bgpcheck.facts.asn import AsnKind, registry_kind
from bgpcheck.facts.special import special
from bgpcheck.model import MAX_ASN, Prefix, asplain, is_digits
from bgpcheck.rules.asns import DOCUMENTATION_IN_PATH
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.edge_links import address, network
from bgpcheck.table import PrefixIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.circuit.seen import RouteEntry, Seen
    from bgpcheck.rules.edge_links import Link, Links

LONGEST = 10  # digits of an AS number
SHOWN = 4


def check(seen: Seen, links: Links) -> Iterator[Finding]:
    """Judge what was learnt over Microsoft peering."""
    table = seen.tables.routes
    if table is None:
        return
    if not table:
        yield from _empty(seen)
    yield from _strange(table, links)
    learnt: dict[Prefix, None] = {}
    for entry, link in _yours(table, links):
        yield from _path(entry, link)
        prefix = network(entry.network)
        if prefix is not None:
            learnt[prefix] = None
    for prefix in learnt:
        yield from _public(prefix)
    yield from _listed(seen, learnt)
    if seen.announced is not None:
        yield from _announced(seen.announced, learnt)


def _empty(seen: Seen) -> Iterator[Finding]:
    """EDGE-11: a table without any route."""
    heard = f", though the lab heard {len(seen.announced)} prefixes" if seen.announced else ""
    message = f"Azure's route table is empty: it has learnt nothing from you{heard} (inferred)"
    yield Finding("EDGE-11", Severity.WARNING, "route table", message, "see that the session is up, then look at your router's export")


def _strange(table: tuple[RouteEntry, ...], links: Links) -> Iterator[Finding]:
    """EDGE-6: a table none of whose next hops is on a link."""
    hops = [hop for hop in (address(entry.next_hop) for entry in table) if hop is not None]
    if hops and links.all and not any(map(links.holding, hops)):
        message = "no next hop of the route table lies on a link of the peerings that are described: it is not judged"
        yield Finding("EDGE-6", Severity.NOTE, "route table", message, "give the data of the peering that the table is of")


def _yours(table: tuple[RouteEntry, ...], links: Links) -> Iterator[tuple[RouteEntry, Link]]:
    """Give the routes that Microsoft peering has learnt from your side of a link."""
    for entry in table:
        hop = address(entry.next_hop)
        link = links.holding(hop) if hop else None
        if link is not None and hop != link.microsofts and link.peering.is_microsoft:
            yield entry, link


def _path(entry: RouteEntry, link: Link) -> Iterator[Finding]:
    """ASN-6: AS numbers that do nothing in a path, or are not allowed; the private peer itself is ASN-4's."""
    words = [word for word in entry.path.split() if is_digits(word) and len(word) <= LONGEST]
    asns = [asn for asn in dict.fromkeys(map(int, words)) if asn <= MAX_ASN and asn != link.peering.peer_asn]
    private = [asplain(asn) for asn in asns if registry_kind(asn) is AsnKind.PRIVATE]
    if private:
        named = f"{', '.join(private[:SHOWN])}{' …' if len(private) > SHOWN else ''}"
        message = f"{entry.network}: Microsoft strips {named} from the path; prepending with it does nothing"
        yield Finding("ASN-6", Severity.NOTE, entry.network, message, "prepend with your public AS number only")
    for asn in asns:
        if asn in DOCUMENTATION_IN_PATH:
            message = f"{entry.network}: {asplain(asn)} is not allowed in a path towards Microsoft"
            yield Finding("ASN-6", Severity.WARNING, entry.network, message, "take documentation AS numbers out of the path")


def _public(prefix: Prefix) -> Iterator[Finding]:
    """PFX-1: neither the default route nor special-purpose space."""
    block = special(prefix)
    if block is not None:
        message = f"{prefix} was learnt from you and is not public: {block.name}"
        yield Finding("PFX-1", Severity.WARNING, str(prefix), message, "stop announcing it on Microsoft peering")


def _listed(seen: Seen, learnt: dict[Prefix, None]) -> Iterator[Finding]:
    """PFX-5 and LIST-3: the list and the table, family by family; a family of which the table has no route is left alone."""
    wanted: dict[str, list[Prefix]] = defaultdict(list)
    microsoft = seen.circuit.microsoft
    for session in microsoft.sessions if microsoft else ():
        texts = session.config.prefixes if session.config else ()
        wanted[session.family] = [prefix for prefix in map(network, texts) if prefix is not None]
    index = PrefixIndex((prefix, prefix) for prefixes in wanted.values() for prefix in prefixes)
    known = PrefixIndex((prefix, prefix) for prefix in learnt)
    for prefix in sorted(learnt):
        if wanted[prefix.family] and not index.covering(prefix):
            message = f"{prefix} was learnt from you, but no listed prefix covers it: Microsoft's routers drop its traffic"
            yield Finding("PFX-5", Severity.WARNING, str(prefix), message, "list it, or stop announcing it")
    for prefix in _of_families(wanted, learnt):
        if not known.covering(prefix) and not known.inside(prefix):
            message = f"{prefix} is listed, but Azure has not learnt it or any part of it from you"
            yield Finding("LIST-3", Severity.WARNING, str(prefix), message, "announce it, or take it out of the list")


def _of_families(wanted: dict[str, list[Prefix]], learnt: Iterable[Prefix]) -> list[Prefix]:
    """Give the listed prefixes of families of which something was learnt."""
    families = {prefix.family for prefix in learnt}
    return [prefix for family, prefixes in wanted.items() if family in families for prefix in dict.fromkeys(prefixes)]


def _announced(announced: frozenset[Prefix], learnt: dict[Prefix, None]) -> Iterator[Finding]:
    """EDGE-11: what the lab heard from the same router, and what Azure has."""
    families = {prefix.family for prefix in learnt}
    for prefix in sorted(announced - learnt.keys()):
        if prefix.family in families:
            message = f"{prefix} was announced in the lab and is not in Azure's table (inferred: the same router)"
            yield Finding("EDGE-11", Severity.WARNING, str(prefix), message, "compare the export to Azure with the export to the lab")
    for prefix in sorted(learnt.keys() - announced):
        message = f"{prefix} is in Azure's table and was not announced in the lab (inferred: the same router)"
        yield Finding("EDGE-11", Severity.WARNING, str(prefix), message, "compare the export to Azure with the export to the lab")
