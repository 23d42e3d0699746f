"""A result as Markdown, for pull requests and tickets. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.remedy import remedies
from bgpcheck.render.clean import markdown, visible
from bgpcheck.render.words import SYMBOL, answer, counts, next_step
from bgpcheck.result import explain, utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.result import Result


def as_markdown(results: Sequence[Result]) -> str:
    """One section a result."""
    return "\n".join(line for result in results for line in section(result)) + "\n"


def section(result: Result) -> Iterator[str]:
    """Write one result."""
    title = markdown(result.peering.name or f"Peering of {asplain(result.peering.peer_asn)}")
    yield f"## {SYMBOL[result.verdict]} {title}: {result.verdict}"
    yield ""
    yield f"{answer(result)}: {counts(result)}. Next: {next_step(result)}."
    yield ""
    yield "| prefix | verdict | confidence | reason | RPKI | IRR | holder | registration |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in result.assessments:
        yield row(one)
    yield ""
    for one in result.assessments:
        if one.verdict.outcome != "configured":
            yield f"* **{one.claim.prefix}**: {markdown(explain(one))}"
            yield from _steps(one)
    for finding in result.findings:
        yield f"* {finding.severity} {finding.rule}: {markdown(finding.message)}. {markdown(finding.remedy)}"
    for gap in result.gaps:
        deciding = "deciding " if gap in result.deciding_gaps else ""
        yield f"* {deciding}gap {markdown(gap.source)}: {gap.reason}; {markdown(gap.detail)}"
    yield ""
    yield f"Decided at {utc(result.decided_at)} by policy {markdown(result.policy.name)}."


def row(one: Assessment) -> str:
    """Write one prefix as a table row."""
    verdict = one.verdict
    rpki = one.rpki.state if one.rpki else "unknown"
    cells = (
        verdict.outcome,
        verdict.confidence or "-",
        f"`{verdict.reason}`",
        rpki,
        one.irr.match,
        one.holder.match,
        one.registration.status,
    )
    return f"| {one.claim.prefix} | " + " | ".join(cells) + " |"


def _steps(one: Assessment) -> Iterator[str]:
    """Write the remedies of a prefix; what is to be pasted stands in a code block."""
    for step in remedies(one):
        yield f"  * {step.kind} ({markdown(step.who)})"
        yield ""
        yield "    ```"
        for line in visible(step.text, lines=True).replace("```", "'''").splitlines():
            yield f"    {line}"
        yield "    ```"
