"""How the user's organisation stands to the holders that the registries name (TKT-1). Pure.

Rule: names are compared as ``facts.holder`` compares them; unlike names are told as no more than that, and decide no verdict.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.facts.holder import normalise
from bgpcheck.model import asplain
from bgpcheck.render.clean import prose
from bgpcheck.render.holding import holding
from bgpcheck.render.template import blank
from bgpcheck.render.words import few

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bgpcheck.assess import Assessment

MOST = 3  # holders, and what is theirs, named


class Relation(StrEnum):
    """What the names say. ``OPEN``: one of the two is not given."""

    OWN = "own"
    OTHER = "other"
    OPEN = "open"


def relation(one: Assessment, organisation: str, names: Iterable[str]) -> Relation:
    """Compare what the user calls his organisation (claimed by him) with a holder's names (as registered)."""
    forms = one.holder.yardstick.words.legal_forms
    mine, theirs = normalise(organisation, forms), {normalise(name, forms) for name in names} - {""}
    if not mine or not theirs:
        return Relation.OPEN
    return Relation.OWN if mine in theirs else Relation.OTHER


def to_space(one: Assessment, organisation: str) -> Relation:
    """Compare with the holder of the direct allocation."""
    return relation(one, organisation, (holding(one).name,))


def asn_holders(one: Assessment, asn: int) -> tuple[str, ...]:
    """Name the holders of an AS number of the claim, as registered; none where only a name that stands for many is there."""
    yardstick = one.holder.yardstick
    records = next((side.records for number, side in one.holder.asns if number == asn), ())
    return tuple(dict.fromkeys(party.name for record in records for party in record.holders if yardstick.name(party)))


def to_asn(one: Assessment, asn: int, organisation: str) -> Relation:
    """Compare with the holder of an AS number."""
    return relation(one, organisation, asn_holders(one, asn))


def _others(several: Sequence[Assessment], organisation: str, lettered: Collection[Assessment]) -> dict[str, list[str]]:
    """Give what is registered to whom else: AS numbers, then prefixes, by holder; ``lettered``: a letter speaks for these already."""
    found: dict[str, dict[str, None]] = {}
    for one in several:
        for asn in one.claim.asns:
            if to_asn(one, asn, organisation) is Relation.OTHER:
                found.setdefault(asn_holders(one, asn)[0], {})[asplain(asn)] = None
    for one in several:
        if one not in lettered and to_space(one, organisation) is Relation.OTHER:
            found.setdefault(holding(one).name, {})[str(one.claim.prefix)] = None
    return {name: list(what) for name, what in found.items()}


def unlike(several: Sequence[Assessment], organisation: str, lettered: Collection[Assessment]) -> Iterator[str]:
    """Write a line for each holder who is called otherwise than the organisation, with a blank for how the two relate."""
    others, mine = _others(several, organisation, lettered), prose(organisation)
    for name, what in list(others.items())[:MOST]:
        listed = few(what, MOST)
        yield (
            f"* The registries name {prose(name)}, not {mine}, as the holder of {listed}."
            f" How the two relate: {blank(f'how your organisation relates to the holder of {listed}, with proof')}"
        )
    if len(others) > MOST:
        yield f"* {len(others) - MOST} holders more are called otherwise than {mine} (report.html)"
