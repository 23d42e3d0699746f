"""What outputs for other programs say alike: faults, the steps of a prefix, findings as sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.policy import Outcome
from bgpcheck.remedy import remedies
from bgpcheck.render.clean import visible
from bgpcheck.render.words import step_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.assess import Assessment
    from bgpcheck.rules.base import Finding

# Verdicts that end in a failure; undetermined is none, and no success either.
FAILING = frozenset({Outcome.VALIDATION_NEEDED, Outcome.MANUAL_VALIDATION})


class Fault(NamedTuple):
    """Why a peering was not judged at all. ``file`` is empty and ``line`` (1-based) None where that is not known."""

    text: str
    file: str = ""
    line: int | None = None


def named(one: Fault) -> str:
    """Write a fault with its place in front, as errors are written."""
    place = f"{one.file}:{one.line}" if one.line else one.file
    return f"{place}: {one.text}" if place else one.text


def steps(one: Assessment) -> Iterator[str]:
    """Write the remedies of a prefix, numbered; each with the lines to paste below it."""
    for number, step in enumerate(remedies(one), 1):
        yield f"{number}. {step.kind}, by {visible(step.who)}:"
        yield from (f"   {line}" for line in step_text(step).split("\n"))


def sentence(one: Finding) -> str:
    """Write a finding and what to do about it as one sentence."""
    return f"{visible(one.message)}; {visible(one.remedy)}."
