"""What IANA's own tables say at the top of a delegation chain, and where a registry's word differs from them, in words. Pure.

Rule: the table speaks of whole /8s; that a range in one has moved is called inferred; a table that is not embedded is called missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.iana.legacy import AMENDED
from bgpcheck.iana.space import given
from bgpcheck.render.delegation_said import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import Prefix

SAID = f"said by IANA's table of {AMENDED} in bgpcheck"
NO_ANSWER = "what it gave to the registry is in no answer"
NO_IPV6 = (NO_ANSWER, "its table of IPv6 allocations is not in bgpcheck")
NO_ASNS = (NO_ANSWER, "its table of AS number blocks is not in bgpcheck")
MOST = 4  # /8s named


def table_lines(prefix: Prefix) -> tuple[str, ...]:
    """Say to whom IANA gave the /8s of a prefix, and when; nothing for IPv6 and for what IANA keeps."""
    blocks = given(prefix)
    lines = tuple(
        f"{one}: {NAMES[one.registry]}, allocated {one.month}"
        if one.status == "ALLOCATED"
        else f"{one}: status LEGACY, {one.month}; with {NAMES[one.registry]}'s whois"
        for one in blocks[:MOST]
    )
    return lines + ((f"and {len(blocks) - MOST} more",) if len(blocks) > MOST else ())


def moved(prefix: Prefix, registry: str) -> Iterator[str]:
    """Say that IANA has a /8 of the prefix with another than ``registry``, which answers for the prefix."""
    for other, status in dict.fromkeys((one.registry, one.status) for one in given(prefix) if one.registry != registry):
        if status == "ALLOCATED":
            yield f"transferred from {NAMES[other]} (inferred: IANA has the /8 there)"
        else:
            yield f"IANA has the LEGACY /8 with {NAMES[other]}: transferred from there, or never administered there (inferred)"
