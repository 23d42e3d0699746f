"""What a result rests on beside the registries, as far as it says so, and what of that another one lacks. Pure.

Rule: what is not told may well be as it was; where it fell away nothing got better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.changes import Change

if TYPE_CHECKING:
    from bgpcheck.earlier import Earlier, Said

AZURE, ANNOUNCED, INTERNET = KINDS = ("evidence.azure", "evidence.announced", "evidence.internet")
TOLD = "told"
# Kinds of evidence → the findings that are there only with it, and the fact of a prefix that is.
RULES = {AZURE: {"ST-10", "ST-11"}, ANNOUNCED: {"LIST-3"}, INTERNET: {"PFX-4", "NET-1", "ST-16"}}
FACT = {AZURE: "actualAzureState", ANNOUNCED: "announced.origin"}
KNOWN = (*FACT.values(), "rpki.state", "irr.match", "holder.match", "registration.status")
NOTHING = ("", "unknown")
ASSUMED, PLANNED = "evidence.assumed", "DATA-8"
DATA, TAKEN, REFUSED = "evidence.data/", "taken", "refused"
DOUBTFUL = {"DATA-1": "stale", "DATA-9": "malformed"}  # findings about data that are taken, and the gap where they are not (--strict)


def told(one: Earlier) -> dict[str, str]:
    """Say of each kind of evidence whether the result tells anything by it, ``told`` or empty; and what was assumed."""
    return {kind: TOLD if _tells(one, kind) else "" for kind in KINDS} | {ASSUMED: ", ".join(sorted(_planned(one)))}


def assumes_more(before: Earlier, after: Earlier) -> bool:
    """Tell whether planned objects were taken to be there that were not (DATA-8); of a file only its name is known."""
    return not _planned(after) <= _planned(before)


def strictness(before: Earlier, after: Earlier) -> tuple[Change, ...]:
    """Name the sources whose doubtful data one of the two took and the other refused."""
    (took, refused), (takes, refuses) = ((_taken(one) - _silent(one), _silent(one) - _taken(one)) for one in (before, after))
    ways = ((TAKEN, REFUSED, took & refuses), (REFUSED, TAKEN, refused & takes))
    return tuple(Change(f"{DATA}{source}", was, now) for was, now, both in ways for source in sorted({source for source, _ in both}))


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


def _planned(one: Earlier) -> set[str]:
    """Name the files whose planned objects were taken to be there."""
    return {finding.subject for finding in one.findings if finding.rule == PLANNED}


def _taken(one: Earlier) -> set[tuple[str, str]]:
    """Name the sources whose doubtful data were taken, each with the reason for which they could have been refused."""
    return {(finding.subject, DOUBTFUL[finding.rule]) for finding in one.findings if finding.rule in DOUBTFUL}


def _silent(one: Earlier) -> set[tuple[str, str]]:
    """Name the silent sources, each with the reason."""
    return {(gap.source, gap.reason) for gap in one.gaps}
