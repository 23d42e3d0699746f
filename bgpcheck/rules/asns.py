"""Rules about AS numbers: ASN-1 to ASN-7. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bgpcheck.facts.announcement import length, spelled, strip_private
from bgpcheck.facts.asn import AsnKind, registry_kind
from bgpcheck.iana.asns import MICROSOFT_ASN, RESERVED_BY_MICROSOFT
from bgpcheck.model import asplain
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import AsPath, Route
    from bgpcheck.peering import Block, Peering

MAX_INT32 = 2147483647
DOCUMENTATION_IN_PATH = range(64496, 64512)  # ASN-6
MOST_NAMED = 4  # AS numbers
PREPEND = "prepend with your public AS number only"


def check(peering: Peering) -> Iterator[Finding]:
    """Judge the peer ASN, every customer ASN, and every announced path."""
    if not peering.nothing_validated:  # ST-13: a circuit without Microsoft peering has no peer ASN here
        yield from _peer(peering.peer_asn)
    for block in peering.blocks:
        yield from _customer(block)
    for route in peering.towards_microsoft:
        yield from _path(route)


def _peer(asn: int) -> Iterator[Finding]:
    """Judge the peer ASN."""
    name = asplain(asn)
    if RESERVED_BY_MICROSOFT.holds(asn):
        yield Finding("ASN-2", Severity.BLOCKER, name, f"{name} is reserved by Microsoft (65515 to 65520)", "use another AS number")
    if asn == 0:
        yield Finding("ASN-3", Severity.BLOCKER, name, "0 can't be a peer ASN: the API takes 1 to 4294967295", "give your AS number")
    if asn == MICROSOFT_ASN:
        yield Finding("ASN-1", Severity.WARNING, name, "AS12076 is Microsoft's own side of the session", "give your own AS number")
    kind = registry_kind(asn)
    if kind is AsnKind.RESERVED:
        message = f"{name} is reserved by IANA and can't be anybody's peer (inferred)"
        yield Finding("ASN-7", Severity.BLOCKER, name, message, "give the AS number that your router really uses")
    elif kind is AsnKind.PRIVATE:
        yield Finding(
            "ASN-4",
            Severity.WARNING,
            name,
            f"{name} is private: allowed, but validated by hand",
            "use a public AS number, or open a ticket",
        )


def _customer(block: Block) -> Iterator[Finding]:
    """Judge the customer ASN of one family."""
    asn, name = block.customer_asn, asplain(block.customer_asn)
    if asn > MAX_INT32:
        message = f"the API can't express customer ASN {asn}: its largest is {MAX_INT32}, and Azure shows this one as {asn - (1 << 32)}"
        yield Finding("ASN-3", Severity.BLOCKER, name, message, "use the peer ASN, or another public AS number")
    kind = registry_kind(asn) if asn else None
    if kind is not None:
        message = f"customer ASN {name} is {kind}: it must be a public one"
        yield Finding("ASN-5", Severity.BLOCKER, name, message, "set the AS number that the prefixes are registered to, or 0")


def _path(route: Route) -> Iterator[Finding]:
    """Judge the AS numbers of an announced path."""
    asns = dict.fromkeys(asn for segment in route.path or () for asn in segment.asns)
    where = f"{route.prefix} from {route.peer}"
    if any(registry_kind(asn) is AsnKind.PRIVATE for asn in asns):
        yield Finding("ASN-6", Severity.NOTE, str(route.prefix), f"{where}: {_stripped(route.path or ())}", PREPEND)
    for asn in (asn for asn in asns if asn in DOCUMENTATION_IN_PATH):
        message = f"{where}: {asplain(asn)} is for documentation and not allowed in a path towards Microsoft: the route is refused"
        yield Finding("ASN-6", Severity.WARNING, str(route.prefix), message, "take documentation AS numbers out of the path")


def _stripped(path: AsPath) -> str:
    """ASN-6: say what is stripped, what is left, and what that does to a path that was made longer with private AS numbers."""
    asns = [asn for segment in path for asn in segment.asns]
    names = [asplain(asn) for asn in dict.fromkeys(asns) if registry_kind(asn) is AsnKind.PRIVATE]
    named = f"{', '.join(names[:MOST_NAMED])}{' …' if len(names) > MOST_NAMED else ''}"
    left = strip_private(path)
    before, after = length(path), length(left)
    said = f"Microsoft strips {named} from the path {spelled(path)}, which leaves {spelled(left) or 'no AS number'}"
    if before == after:
        return f"{said}; its length stays {after}"
    repeated = any(one == other and registry_kind(one) is AsnKind.PRIVATE for one, other in pairwise(asns))
    does = "these prepends do nothing" if repeated else "prepending with private AS numbers does nothing"
    return f"{said}: its length is {after} instead of {before}, so {does}"
