"""Sentences that several outputs share: the answer, and what to do next. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bgpcheck.policy import Outcome

if TYPE_CHECKING:
    from bgpcheck.result import Result

SYMBOL = {
    Outcome.CONFIGURED: "✔",
    Outcome.VALIDATION_NEEDED: "✘",
    Outcome.MANUAL_VALIDATION: "✋",
    Outcome.UNDETERMINED: "?",
}
ANSWER = {
    Outcome.CONFIGURED: "Azure is expected to accept every prefix",
    Outcome.VALIDATION_NEEDED: "Azure is expected to answer ValidationNeeded; you can put that right yourself",
    Outcome.MANUAL_VALIDATION: "Azure is not expected to validate this automatically; Microsoft support must",
    Outcome.UNDETERMINED: "no verdict: a source that could decide gave no answer",
}
NEXT = {
    Outcome.CONFIGURED: "nothing to do: request the peering",
    Outcome.VALIDATION_NEEDED: "do the steps below, then check again",
    Outcome.MANUAL_VALIDATION: "collect the letters named below and open a ticket with the bundle (--evidence FILE.zip)",
    Outcome.UNDETERMINED: "make the sources marked deciding available, then check again",
}


def answer(result: Result) -> str:
    """Answer the question in one sentence."""
    if result.blockers:
        return "Microsoft would refuse or drop this peering, whatever the registries say"
    return ANSWER[result.verdict]


def next_step(result: Result) -> str:
    """Say what to do next."""
    return "mend the blockers below, then check again" if result.blockers else NEXT[result.verdict]


def counts(result: Result) -> str:
    """Count prefixes by verdict, such as ``3 configured, 1 undetermined``."""
    found = Counter(one.verdict.outcome for one in result.assessments)
    return ", ".join(f"{found[outcome]} {outcome}" for outcome in Outcome if found[outcome])
