"""A result as Markdown, for pull requests and tickets: whole, where the table counts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.amend import amendments
from bgpcheck.differences import difference
from bgpcheck.explain import explain
from bgpcheck.remedy import remedies
from bgpcheck.render import waited
from bgpcheck.render.clean import code, markdown
from bgpcheck.render.words import (
    SYMBOL,
    answer,
    capital,
    counts,
    deciding_first,
    facts,
    next_step,
    step_text,
    title,
    verdict_word,
    worst_first,
)
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bgpcheck.amend import Amendment
    from bgpcheck.assess import Assessment
    from bgpcheck.result import Result

HEADINGS = ("prefix", "verdict", "confidence", "reason", "RPKI", "IRR", "holder", "registration")


def as_markdown(results: Sequence[Result]) -> str:
    """One section a result."""
    return "\n\n".join("\n".join(section(result)) for result in results) + "\n"


def section(result: Result) -> Iterator[str]:
    """Write one result."""
    yield f"## {SYMBOL[result.verdict]} {markdown(title(result))}: {verdict_word(result)}"
    yield ""
    yield f"{capital(answer(result, markdown))}. {counts(result)}."
    yield ""
    yield f"**Next:** {next_step(result)}."
    yield ""
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|" + "---|" * len(HEADINGS)
    yield from map(row, result.assessments)
    yield from _part(
        "Why, and what to do", (line for one in result.assessments if one.verdict.outcome != "configured" for line in why(one))
    )
    yield from _part("To write it in Azure", (line for one in amendments(result) for line in _commands(one)))
    yield from _part(
        "Where Azure and the registries differ",
        (f"* **{one.claim.prefix}**: {'; '.join(map(markdown, found))}" for one in result.assessments if (found := difference(one))),
    )
    yield from _part(
        "Findings",
        (f"* **{one.severity} {one.rule}** {markdown(one.message)}; {markdown(one.remedy)}" for one in worst_first(result.findings)),
    )
    yield from _part(
        "No answer from",
        (
            f"* {'**deciding** ' if deciding else ''}{markdown(gap.source)}: {gap.reason}; {markdown(gap.detail)}"
            for deciding, gap in deciding_first(result)
        ),
    )
    yield from _part("Waited for", (f"* {markdown(line)}" for line in waited.lines(result)))
    yield ""
    yield f"Decided at {utc(result.decided_at)} by policy {markdown(result.policy.name)}."


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Write a part with its heading, or nothing where it is empty."""
    found = list(lines)
    if found:
        yield from ("", f"### {heading}", "", *found)


def row(one: Assessment) -> str:
    """Write one prefix as a table row."""
    name = f"{one.claim.prefix}{'' if one.claim.listed else ' (not listed)'}"
    cells = (name, one.verdict.outcome, one.verdict.confidence or "-", code(one.verdict.reason), *facts(one).values())
    return f"| {' | '.join(cells)} |"


def _commands(one: Amendment) -> Iterator[str]:
    """Write how to change one address family's part; bgpcheck runs none of it."""
    yield f"* **{one.wanted.family}**, for {', '.join(one.kinds)}:"
    for command in one.commands:
        yield ""
        yield "  ```sh" if command.tool != "powershell" else "  ```powershell"
        yield from (f"  {line}" for line in command.text.split("\n"))
        yield "  ```"


def why(one: Assessment) -> Iterator[str]:
    """Write why, and the remedies of a prefix; what is to be pasted stands in a code block."""
    yield f"* **{one.claim.prefix}**: {markdown(explain(one))}"
    for step in remedies(one):
        yield f"  * {step.kind}, by {markdown(step.who)}"
        yield ""
        yield "    ```text"
        for line in step_text(step).replace("```", "'''").split("\n"):
            yield f"    {line}"
        yield "    ```"
