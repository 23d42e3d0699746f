"""A result for people on a terminal: the answer first, then what each prefix rests on, then what to do. Pure (makes text).

Rule: rich draws, and every string that it is given has been cleaned and is plain text to it. No word is cut to make it fit.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bgpcheck.amend import amendments
from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.differences import by_sentences
from bgpcheck.explain import explain
from bgpcheck.remedy import remedies
from bgpcheck.render import waited
from bgpcheck.render.clean import visible
from bgpcheck.render.terminal import drawn, line
from bgpcheck.render.words import (
    SYMBOL,
    answer,
    by_verdict,
    capital,
    counts,
    deciding_first,
    facts,
    named,
    next_step,
    plural,
    step_text,
    title,
    urgent_first,
    verdict_word,
    worst_first,
)
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from bgpcheck.assess import Assessment
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding
    from bgpcheck.steps import Remedy

STYLE = {"configured": "green", "validation-needed": "yellow", "manual-validation": "magenta", "undetermined": "cyan", "no verdict": ""}
SEVERITY = {"blocker": "bold red", "warning": "yellow", "note": "dim"}
Row = tuple[Text, ...]
WIDEST = 1000  # columns that no table reaches
MOST_ALIKE = 4  # findings of one rule, or ways of one reason, that are worth telling apart
MOST_ROWS = 60  # prefixes, findings or gaps that are worth a screen; the rest is counted
# Columns in the order in which they stand; where the terminal is too narrow for all, the facts go first to last.
HEADINGS = ("prefix", "verdict", "confidence", "RPKI", "IRR", "holder", "registration", "predicted", "Azure", "reason")
DROPPED = ("registration", "holder", "RPKI", "IRR", "confidence", "predicted", "Azure")
AZURE = ("predicted", "Azure")  # only where Azure has said something


def as_table(results: Sequence[Result], *, width: int = 100, color: bool = False) -> str:
    """Draw every result, several after a list of their verdicts; ``width`` in columns."""
    return drawn(lambda console: _results(console, results), width=width, color=color)


def _results(console: Console, results: Sequence[Result]) -> None:
    """Draw every result."""
    for result in results if len(results) > 1 else ():
        console.print(_title(result))
    for number, result in enumerate(results):
        if number or len(results) > 1:
            console.print()
        _draw(console, result)


def _draw(console: Console, result: Result) -> None:
    """Draw one result."""
    console.print(_title(result))
    for told in (f"{capital(answer(result))}.", f"{counts(result)}.", f"Next: {next_step(result)}."):
        line(console, Text(told))
    _list(console, "Blockers", list(_findings(result.blockers, most=len(result.blockers))))
    console.print()
    _prefixes(console, result.assessments)
    _differences(console, result.assessments)
    _steps(console, result.assessments)
    _amendments(console, result)
    _list(console, "Findings", list(_findings([one for one in result.findings if one not in result.blockers])))
    _list(console, "No answer from", list(_gaps(result)))
    _list(console, "Waited for", [(Text(visible(told)),) for told in waited.lines(result)])
    console.print(Text(f"\nDecided at {utc(result.decided_at)} by policy {visible(result.policy.name)}.", style="dim"))


def _title(result: Result) -> Text:
    """Write a result's name and verdict."""
    word = verdict_word(result)
    return Text(f"{SYMBOL[result.verdict]} {visible(title(result))}: {word}", style=f"bold {STYLE[word]}")


def _prefixes(console: Console, assessments: Sequence[Assessment]) -> None:
    """Draw prefixes and facts; of a long list the most urgent, and a count of the others."""
    rows = assessments if len(assessments) <= MOST_ROWS else urgent_first(assessments)
    shown, left = rows[:MOST_ROWS], rows[MOST_ROWS:]
    table = _table(console, shown)
    if table:
        console.print(table)
    for one in () if table else shown:
        console.print(_cells(one)["prefix"])
        line(console, Text.assemble(_cells(one)["verdict"], f"  {one.verdict.confidence or ''}\n{visible(one.verdict.reason)}"))
    if left:
        console.print(Text(f"… and {len(left)} more: {by_verdict(left)} (--format csv has all)"))


def _table(console: Console, assessments: Sequence[Assessment]) -> Table | None:
    """Make a table with as many facts as fit; None where not even prefix, verdict and reason do."""
    rows = [_cells(one) for one in assessments]
    idle = () if any(one.claim.actual for one in assessments) else AZURE
    for count in range(len(DROPPED) + 1):
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
        headings = [heading for heading in HEADINGS if heading not in (*DROPPED[:count], *idle)]
        for heading in headings:
            table.add_column(heading, no_wrap=True)
        for row in rows:
            table.add_row(*(row[heading] for heading in headings))
        if Measurement.get(console, console.options.update(max_width=WIDEST), table).maximum <= console.width:
            return table
    return None


def _cells(one: Assessment) -> dict[str, Text]:
    """Write one prefix's cells by heading."""
    verdict = one.verdict
    azure = {"predicted": PREFIX_STATE[one.prediction.outcome] or "-", "Azure": visible(one.claim.actual or "-")}
    plain = {"confidence": verdict.confidence or "-", **facts(one), **azure, "reason": visible(verdict.reason)}
    return {
        "prefix": Text(f"{one.claim.prefix}{'' if one.claim.listed else ' (not listed)'}"),
        "verdict": Text(verdict.outcome, style=STYLE[verdict.outcome]),
        **{heading: Text(str(word)) for heading, word in plain.items()},
    }


def _differences(console: Console, assessments: Sequence[Assessment]) -> None:
    """Draw what could explain that Azure's states are not the predicted ones; what prefixes share is told once."""
    alike = by_sentences(assessments)
    if alike:
        console.print(Text("\nWhere Azure and the registries differ", style="bold"))
    for (head, *why), group in alike[:MOST_ALIKE]:
        line(console, Text.assemble((named(group), "bold"), f": {visible(head)}"))
        for sentence in why:
            line(console, Text(f"- {visible(sentence)}"), 4)


def _steps(console: Console, assessments: Sequence[Assessment]) -> None:
    """Draw what to do; steps that prefixes share are told once, and of many alike the first few."""
    shared: dict[str, dict[tuple[str, tuple[Remedy, ...]], list[Assessment]]] = {}
    for one in assessments:
        if one.verdict.outcome != "configured":
            shared.setdefault(one.verdict.reason, {}).setdefault((explain(one), remedies(one)), []).append(one)
    if not shared:
        return
    console.print(Text("\nWhy, and what to do", style="bold"))
    for reason, ways in shared.items():
        groups = list(ways.items())
        for (why, steps), group in groups[:MOST_ALIKE]:
            line(console, Text.assemble((named(group), "bold"), f": {visible(why)}"))
            for step in steps:
                line(console, Text.assemble((f"→ {step.kind}", "bold"), f", by {visible(step.who)}"), 4)
                line(console, Text(step_text(step)), 6)
        left = sum(len(group) for _, group in groups[MOST_ALIKE:])
        if left:
            line(
                console,
                Text(f"… and {plural(left, 'more prefix', 'more prefixes')} with {visible(reason)}: --format markdown has every step"),
            )


def _amendments(console: Console, result: Result) -> None:
    """Draw the commands that change the peering in Azure; bgpcheck runs none of them."""
    found = amendments(result)
    if found:
        console.print(Text("\nTo write it in Azure (after the steps above; bgpcheck changes nothing)", style="bold"))
    for one in found:
        shortest = min(one.commands, key=lambda each: each.text.count("\n"))  # az, which has no command for IPv6's part
        line(console, Text.assemble((f"{one.wanted.family}", "bold"), f", for {', '.join(one.kinds)}:"))
        for row in visible(shortest.text, lines=True).split("\n"):
            console.print(Text(f"    {row}"), soft_wrap=True)  # a command that is cut into lines can't be pasted


def _findings(findings: Sequence[Finding], *, most: int = MOST_ALIKE) -> Iterator[Row]:
    """Draw findings, worst first; of many alike the first ``most`` and a count."""
    for (severity, rule), group in groupby(worst_first(findings), key=lambda one: (one.severity, one.rule)):
        alike = list(group)
        head = Text(severity, style=SEVERITY[severity]), Text(rule)
        for finding in alike[:most]:
            yield *head, Text(f"{visible(finding.message)}; {visible(finding.remedy)}")
        if len(alike) > most:
            yield *head, Text(f"… and {len(alike) - most} more like these")


def _gaps(result: Result) -> Iterator[Row]:
    """Draw the sources that kept silent, those that decide first; one line for those with the same to do."""
    alike: dict[tuple[bool, str, str], list[str]] = {}
    for deciding, gap in deciding_first(result):
        alike.setdefault((deciding, gap.reason, gap.detail), []).append(gap.source)
    for (deciding, reason, detail), sources in alike.items():
        mark = (Text("deciding" if deciding else "", style="bold"),) if result.deciding_gaps else ()
        yield *mark, Text(f"{visible(', '.join(sources))}: {reason}; {visible(detail)}")


def _list(console: Console, heading: str, rows: Sequence[Row]) -> None:
    """Draw a list with its heading, the last cell of each row wrapped below itself; nothing where it is empty."""
    if not rows:
        return
    console.print(Text(f"\n{heading}", style="bold"))
    grid = Table.grid(padding=(0, 1, 0, 0))
    for _ in rows[0][:-1]:
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows[:MOST_ROWS]:
        grid.add_row(*row)
    console.print(Padding(grid, (0, 0, 0, 2)))
    if len(rows) > MOST_ROWS:
        line(console, Text(f"… and {len(rows) - MOST_ROWS} more: --format json has all"))
