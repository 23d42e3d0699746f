"""Sentences and orders that several outputs share: the answer, what to do next, what comes first. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bgpcheck.differences import differs
from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.render.clean import visible
from bgpcheck.result import FIRST
from bgpcheck.rules.base import Severity
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.model import RouteObject, Vrp
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap
    from bgpcheck.steps import Remedy

# One column wide on every terminal, and in every font. None: private peering, where nothing is validated (ST-13).
SYMBOL: dict[Outcome | None, str] = {
    Outcome.CONFIGURED: "✔",
    Outcome.VALIDATION_NEEDED: "✘",
    Outcome.MANUAL_VALIDATION: "!",
    Outcome.UNDETERMINED: "?",
    None: "○",
}
ANSWER: dict[Outcome | None, str] = {
    Outcome.CONFIGURED: "Azure is expected to accept every prefix",
    Outcome.VALIDATION_NEEDED: "Azure is expected to answer ValidationNeeded; you can put that right yourself",
    Outcome.MANUAL_VALIDATION: "Azure is not expected to validate this automatically; Microsoft support has to do it by hand",
    Outcome.UNDETERMINED: "no verdict: a source that could decide gave no answer",
    None: "the circuit has no Microsoft peering; what is advertised on other peerings is not validated",
}
NEXT: dict[Outcome | None, str] = {
    Outcome.CONFIGURED: "nothing to do: request the peering",
    Outcome.VALIDATION_NEEDED: "do the steps below, then check again",
    Outcome.MANUAL_VALIDATION: "do the steps below; the ticket needs the bundle (--evidence FILE.zip)",
    Outcome.UNDETERMINED: "make the sources marked deciding available, then check again",
    None: "nothing to do here: bgpcheck circuit says where the circuit stands",
}
NO_DATA = "give registry data with --registry-data DIR: nothing was asked, so nothing is known"
MOST_NAMED = 3  # prefixes named where several share something
RPSL_STEPS = frozenset({"create-route-object", "delete-route-object"})  # remedies whose text has several lines


def title(result: Result) -> str:
    """Name a result: what the user called the peering, or its AS number."""
    name = result.peering.name
    return name if name and name.strip() else f"peering of {asplain(result.peering.peer_asn)}"


def verdict_word(result: Result) -> str:
    """Write the verdict, or that there is none."""
    return result.verdict or "no verdict"


def answer(result: Result, clean: Callable[[str], str] = visible) -> str:
    """Answer the question in one sentence; ``clean`` makes Azure's word in it harmless for the output at hand."""
    if result.blockers:
        return "Microsoft would refuse or drop this peering, whatever the registries say"
    if result.unconfirmed:
        return "configured by what was asked last, but not confirmed: not everything was asked at once"
    if result.actual_state:
        return f"Azure's own state is {clean(result.actual_state)}{_as_expected(result)}"
    if _updating(result):
        return "no verdict: Azure is still working on the last change, or the change did not succeed"
    if result.verdict is Outcome.CONFIGURED and is_assumed(result):
        return f"{ANSWER[result.verdict]}, once the planned objects are there"
    return ANSWER[result.verdict]


def _as_expected(result: Result) -> str:
    """Say whether Azure's state is what the registries let expect; their silence is no agreement."""
    if any(map(differs, result.assessments)):
        return ", not what the registries let expect"
    if any(one.claim.actual and one.prediction.outcome is Outcome.UNDETERMINED for one in result.assessments):
        return "; what the registries let expect is not known, since some kept silent"
    return ", as the registries let expect"


def _updating(result: Result) -> bool:
    """Tell whether it is Azure that has no answer yet (ST-12)."""
    reasons = {one.verdict.reason for one in result.assessments if one.verdict.outcome is Outcome.UNDETERMINED}
    return result.verdict is Outcome.UNDETERMINED and reasons == {"azure-updating"}


def next_step(result: Result) -> str:
    """Say what to do next: the first of these that holds."""
    configured, undetermined = result.verdict is Outcome.CONFIGURED, result.verdict is Outcome.UNDETERMINED
    steps = (
        (bool(result.blockers), "mend the blockers below, then check again"),
        (_updating(result), "ask Azure again in a minute, then check again"),
        (undetermined and bool(result.gaps) and all(gap.reason is GapReason.DISABLED for gap in result.gaps), NO_DATA),
        (result.unconfirmed, "check again, or let --until come to its end"),
        (configured and is_assumed(result), "create the planned objects, then check again without --assume"),
        (configured and result.actual_state is not None, "nothing to do: Azure has validated the list"),
        (
            configured and any(one.severity is Severity.WARNING for one in result.findings),
            "read the warnings below, then request the peering",
        ),
    )
    return next((step for holds, step in steps if holds), NEXT[result.verdict])


def is_assumed(result: Result) -> bool:
    """Tell whether planned objects were assumed to be there (DATA-8)."""
    return any(one.rule == "DATA-8" for one in result.findings)


def is_planned(one: Assessment, record: RouteObject | Vrp) -> bool:
    """Tell whether a record is assumed (``--assume``) and stands in no document."""
    return record in one.knowledge.assumed and record not in one.knowledge.cited


def capital(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def few(words: Iterable[object], most: int = MOST_NAMED) -> str:
    """Name the first few, and how many more there are: ``a, b, c and 2 more``."""
    found = list(words)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return f"{', '.join(map(str, found[:most]))}{more}"


def plural(count: int, noun: str, several: str = "") -> str:
    """Count things: ``1 prefix``, ``2 prefixes``."""
    return f"{count} {noun if count == 1 else several or noun + 's'}"


def named(group: Sequence[Assessment]) -> str:
    """Name prefixes that share something: the first few, and how many more."""
    return few(one.claim.prefix for one in group)


def counts(result: Result) -> str:
    """Count prefixes by verdict, such as ``4 prefixes: 3 configured, 1 undetermined``."""
    several = by_verdict(result.assessments)
    return f"{plural(len(result.assessments), 'prefix', 'prefixes')}{f': {several}' if several else ''}"


def by_verdict(assessments: Sequence[Assessment]) -> str:
    """Write a tally, such as ``3 configured, 1 undetermined``."""
    return ", ".join(f"{count} {outcome}" for outcome, count in tally(assessments).items())


def tally(assessments: Sequence[Assessment]) -> dict[Outcome, int]:
    """Count assessments by verdict, in the order of ``Outcome``; those that do not occur are left out."""
    found = Counter(one.verdict.outcome for one in assessments)
    return {outcome: found[outcome] for outcome in Outcome if found[outcome]}


def urgent_first(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Order by what needs most attention; the user's order within a verdict."""
    return sorted(assessments, key=lambda one: FIRST.index(one.verdict.outcome))


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Order findings by severity."""
    return sorted(findings, key=lambda one: tuple(Severity).index(one.severity))


def deciding_first(result: Result) -> list[tuple[bool, Gap]]:
    """Order gaps: (decides, gap), those that decide first."""
    return sorted(((gap in result.deciding_gaps, gap) for gap in result.gaps), key=lambda pair: not pair[0])


def step_text(step: Remedy) -> str:
    """Clean the text of a remedy; only what is RPSL keeps its lines, so that no name from outside makes lines of its own."""
    return visible(step.text, lines=step.kind in RPSL_STEPS)


def facts(one: Assessment) -> dict[str, str]:
    """Give the fact words of a prefix by the headings that outputs show them under."""
    return {
        "RPKI": one.rpki.state if one.rpki else "unknown",
        "IRR": one.irr.match,
        "holder": one.holder.match,
        "registration": one.registration.status,
    }
