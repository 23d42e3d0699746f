"""What a result rests on beside the registries, as far as it says so, and what of that another one lacks. Pure.

Rule: what is not told may well be as it was; where it fell away nothing got better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bgpcheck.earlier import Earlier, Said

AZURE, ANNOUNCED, INTERNET = KINDS = ("evidence.azure", "evidence.announced", "evidence.internet")
TOLD = "told"
# Kinds of evidence → the findings that are there only with it, and the fact of a prefix that is.
RULES = {AZURE: {"ST-10", "ST-11"}, ANNOUNCED: {"LIST-3"}, INTERNET: {"PFX-4", "NET-1", "ST-16"}}
FACT = {AZURE: "actualAzureState", ANNOUNCED: "announced.origin"}
KNOWN = (*FACT.values(), "rpki.state", "irr.match", "holder.match", "registration.status")
NOTHING = ("", "unknown")


def told(one: Earlier) -> dict[str, str]:
    """Say of each kind of evidence whether the result tells anything by it: ``told``, or empty."""
    return {kind: TOLD if _tells(one, kind) else "" for kind in KINDS}


def less(before: Earlier, after: Earlier) -> bool:
    """Tell whether a kind of evidence was there and is not."""
    return any(_tells(before, kind) and not _tells(after, kind) for kind in KINDS)


def fell_away(before: Said, after: Said) -> bool:
    """Tell whether something was known of a prefix and is not."""
    return any(before.facts.get(fact, "") not in NOTHING and after.facts.get(fact, "") in NOTHING for fact in KNOWN)


def _tells(one: Earlier, kind: str) -> bool:
    """Tell whether a result has evidence of a kind."""
    noted = any(finding.rule in RULES[kind] for finding in one.findings)
    return noted or (kind in FACT and any(said.facts.get(FACT[kind]) for said in one.prefixes.values()))
