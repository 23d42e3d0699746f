"""Which line of the preflight file a prefix or a finding is about. Pure.

Rule: one thing has one line, the one to change; what came from the command line has none.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.preflight_places import ASNS, NOWHERE
from bgpcheck.model import Prefix, asplain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.formats.preflight_places import Placed, Places
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding

WHOLE = "peering"  # where what is about the peering as a whole is shown
OF_CUSTOMER = frozenset({"ASN-3", "ASN-5"})  # rules about customer ASNs; ASN-3 is about a peer ASN of 0 too
# Subjects of findings that are no field's name.
FIELDS = {"MD5 key": "md5KeyVariable", "ipv4": "ipv4.prefixes", "ipv6": "ipv6.prefixes"}


def paired(results: Sequence[Result], places: Sequence[Places]) -> Iterator[tuple[Result, Places]]:
    """Give each result with the places of its preflight file; nowhere for all of them where ``places`` is empty."""
    return zip(results, places or repeat(NOWHERE), strict=bool(places))


def line_of_peering(places: Places) -> int | None:
    """Give the line where the peering begins."""
    return places.lines.get(WHOLE)


def line_of_prefix(prefix: Prefix, places: Places) -> int | None:
    """Give the line where a prefix is listed first; where it is not, the line of the list that it could be in."""
    found = places.of(prefix)
    return found[0].line if found else _of_list(prefix, places)


def line_of_finding(finding: Finding, places: Places) -> int | None:
    """Give the line of what a finding is about; of the peering where that has none of its own."""
    prefix = _prefix(finding.subject)
    if prefix is not None:
        found = places.of(prefix)
        return _choose(finding, found).line if found else _of_list(prefix, places)
    field = _field(finding, places)
    return None if field.rpartition(".")[2] in places.replaced else places.lines.get(field) or line_of_peering(places)


def _of_list(prefix: Prefix, places: Places) -> int | None:
    """Give the line of the list of a prefix's family."""
    return None if "prefixes" in places.replaced else places.lines.get(f"{prefix.family}.prefixes") or line_of_peering(places)


def _choose(finding: Finding, found: Sequence[Placed]) -> Placed:
    """Choose among items that are the same prefix: the one that is misspelled, in the wrong list, or there again."""
    chosen = {
        "PFX-8": (item for item in found if finding.message.startswith(f"{item.one.text} ")),
        "PFX-3": (item for item in found if not item.field.startswith(item.one.prefix.family)),
        "LIST-1": iter(found[1:]),
    }
    return next(chosen.get(finding.rule, iter(found)), found[0])


def _field(finding: Finding, places: Places) -> str:
    """Name the field that a finding about no prefix is about."""
    if finding.rule.startswith("DATA-"):
        return "registryData"
    likely = ASNS[1:] if finding.rule in OF_CUSTOMER and finding.subject != asplain(0) else ASNS[:1]
    of_asn = (name for name in likely if name in places.asns and asplain(places.asns[name]) == finding.subject)
    return next(of_asn, likely[0] if finding.rule.startswith("ASN-") else FIELDS.get(finding.subject, finding.subject))


def _prefix(text: str) -> Prefix | None:
    """Read a prefix, or None where it is none."""
    try:
        return Prefix.parse_masking(text)[0]
    except FormatError:
        return None
