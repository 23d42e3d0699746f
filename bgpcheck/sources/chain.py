"""From one registration to the next wider one, up to the registry's own allocation (verdicts.md, holder). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.facts.registration import is_direct, is_placeholder
from bgpcheck.model import BITS, AddressRange, Prefix, Registration

if TYPE_CHECKING:
    from collections.abc import Iterable


def further(record: object, placeholders: Iterable[str]) -> Prefix | None:
    """Give the prefix that lies around a registration and is more than it; None above what the registry itself gave out.

    ``placeholders``: names of networks that stand for space that nobody has.
    """
    if not isinstance(record, Registration) or record.missing or not isinstance(record.resource, AddressRange):
        return None
    if is_direct(record) or is_placeholder(record, placeholders):
        return None
    span, bits = record.resource, BITS[record.resource.version]
    free = (span.first ^ span.last).bit_length()
    if span.size == 1 << free:
        free += 1  # a prefix: the one around it; a range that is none has one around it already
    return Prefix(span.version, span.first >> free << free, bits - free) if free <= bits else None
