"""Who holds a prefix by its direct allocation: what a ticket and a letter name. Pure.

Rule: only what a registry's record says; a name that stands for many, or a chain that does not reach the top, is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.facts.holder import normalise
from bgpcheck.model import AddressRange, is_digits
from bgpcheck.render.clean import prose
from bgpcheck.render.delegation_links import evidence
from bgpcheck.render.delegation_said import NAMES, range_words

if TYPE_CHECKING:
    from bgpcheck.assess import Assessment
    from bgpcheck.model import Party, Registration

DAY = 8  # digits of YYYYMMDD


@dataclass(frozen=True, slots=True)
class Holding:
    """The direct allocation of a prefix. Texts are as the registries have them, empty where they do not say.

    ``registry``: its name; ``name``, ``handle``: the holder; ``network``: handle of the range's record; ``span``: the range;
    ``status``: the registry's word for it; ``day``: ``YYYY-MM-DD`` of the statistics; ``reaches``: the chain reaches the direct
    allocation, so that the holder is its holder; ``stands_for``: a name that the registry gives and that stands for many.
    """

    registry: str
    name: str
    handle: str
    network: str
    span: str
    status: str
    day: str
    reaches: bool
    stands_for: str = ""

    @property
    def who(self) -> tuple[str, str]:
        """What tells holders apart: the registry, and the handle there, else the name."""
        return self.registry, self.handle or self.name

    @property
    def known(self) -> bool:
        """Tell whether a registry names a holder."""
        return bool(self.name or self.handle)


def registry_name(one: Assessment) -> str:
    """Name the regional registry that answers for a prefix; empty where that is not one."""
    registry = one.registration.registry or ""
    return NAMES.get(registry, registry)


def holding(one: Assessment) -> Holding:
    """Give the direct allocation of a prefix, as far as the documents show it."""
    fact, side = one.registration, one.holder.prefix
    record, party = _top(side.records)
    name, handle = (party.name, party.handle) if party else ("", "")
    yardstick = one.holder.yardstick
    speaks = party is None or bool(yardstick.handle(party) and not yardstick.stands_for_others(party)) or bool(yardstick.name(party))
    days = {row.day for row in fact.holding if len(row.day) == DAY and is_digits(row.day) and row.day.strip("0")}
    span = fact.direct or (record.resource if record else None)
    return Holding(
        registry=registry_name(one),
        name=name if speaks else "",
        handle=handle if speaks else "",
        network=record.handle if record and record.resource == span and record.handle != str(span) else "",
        span=range_words(span) if isinstance(span, AddressRange) else "",
        status=(record.status if record and record.resource == span else "") or fact.status,
        day=_day(days.pop()) if len(days) == 1 else "",
        reaches=side.complete,
        stands_for="" if speaks else name or handle,
    )


def _top(records: tuple[Registration, ...]) -> tuple[Registration | None, Party | None]:
    """Find the least specific registration that names somebody, and whom; records are the most specific first."""
    found = ((record, party) for record in reversed(records) for party in reversed(record.holders) if party.name or party.handle)
    return next(found, (records[-1] if records else None, None))


def _day(text: str) -> str:
    """Write a day of the statistics."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def is_own(one: Assessment, organisation: str) -> bool:
    """Tell whether the holder is called as the user calls his own organisation (claimed by the user, not shown by a registry)."""
    forms = one.holder.yardstick.words.legal_forms
    plain = normalise(organisation, forms)
    return bool(plain) and plain == normalise(holding(one).name, forms)


def tie(one: Assessment) -> str:
    """Say how the registries tie prefix and AS number together, where they do: by the very link that they have in common."""
    common = (words for _, side in one.holder.asns for words in evidence(one.holder.prefix, side, one.holder.yardstick))
    shown = next((f" ({prose(words)})" for words in common), "")
    if one.holder.match == "same":
        return f"by the registries one organisation stands behind the prefix and the AS number{shown}"
    return f"by the registries the holders of the prefix and of the AS number share a name or a maintainer{shown}"
