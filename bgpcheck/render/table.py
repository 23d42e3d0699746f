"""A result for people on a terminal: the answer first, then what each prefix rests on, then what to do. Pure (makes text).

Rule: rich draws, and every string that it is given has been cleaned and is plain text to it.
"""

from __future__ import annotations

import io
from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bgpcheck.model import asplain
from bgpcheck.remedy import remedies
from bgpcheck.render.clean import visible
from bgpcheck.render.words import SYMBOL, answer, counts, next_step
from bgpcheck.result import explain, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.remedy import Remedy
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding

STYLE = {"configured": "green", "validation-needed": "yellow", "manual-validation": "magenta", "undetermined": "cyan"}
SEVERITY = {"blocker": "bold red", "warning": "yellow", "note": "dim"}
WIDEST = 1000  # columns that no table reaches
MOST_ALIKE = 4  # findings of one rule that are worth a line each
MOST_ROWS = 60  # findings and steps of one kind that are worth a screen; the rest is counted


def as_table(results: Sequence[Result], *, width: int = 100, color: bool = False) -> str:
    """Draw every result; ``width`` in columns."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False, markup=False, emoji=False)
    for number, result in enumerate(results):
        if number:
            console.print()
        _draw(console, result)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _draw(console: Console, result: Result) -> None:
    """Draw one result."""
    name = visible(result.peering.name or f"peering of {asplain(result.peering.peer_asn)}")
    console.print(Text(f"{SYMBOL[result.verdict]} {name}: {result.verdict}", style=f"bold {STYLE[result.verdict]}"))
    _line(console, Text(f"{answer(result)}: {counts(result)}."))
    _line(console, Text(f"Next: {next_step(result)}."))
    console.print()
    console.print(_facts(console, result.assessments))
    _steps(console, result.assessments)
    _list(console, "Findings", _findings(result.findings))
    gaps = sorted(result.gaps, key=lambda gap: gap not in result.deciding_gaps)
    decides = {True: "decides  ", False: "         "}
    rows = [Text(f"{decides[gap in result.deciding_gaps]}{visible(gap.source)}: {gap.reason}; {visible(gap.detail)}") for gap in gaps]
    _list(console, "No answer from", rows)
    console.print(Text(f"\nDecided at {utc(result.decided_at)} by policy {visible(result.policy.name)}.", style="dim"))


def _line(console: Console, text: Text, indent: int = 2) -> None:
    """Draw a line, every row of it indented."""
    console.print(Padding(text, (0, 0, 0, indent)))


# Columns in the order in which they stand; where the terminal is too narrow for all, the facts go first to last.
HEADINGS = ("prefix", "verdict", "sure", "RPKI", "IRR", "holder", "registration", "reason")
DROPPED = ("registration", "holder", "RPKI", "IRR", "sure")


def _facts(console: Console, assessments: Iterable[Assessment]) -> Table:
    """Draw prefixes and facts, as many as fit."""
    rows = [_row(one) for one in assessments]
    for count in range(len(DROPPED) + 1):
        shown = [index for index, heading in enumerate(HEADINGS) if heading not in DROPPED[:count]]
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
        for index in shown:
            table.add_column(HEADINGS[index], no_wrap=True)
        for row in rows:
            table.add_row(*(row[index] for index in shown))
        if Measurement.get(console, console.options.update(max_width=WIDEST), table).maximum <= console.width:
            break
    return table


def _row(one: Assessment) -> tuple[Text, ...]:
    """Write one prefix's cells."""
    verdict = one.verdict
    irr = f"{one.irr.match}{' *' if one.irr.match == 'exact' and one.irr.authoritative else ''}"
    facts = (verdict.confidence or "-", one.rpki.state if one.rpki else "unknown", irr, one.holder.match, one.registration.status)
    prefix = str(one.claim.prefix) + ("" if one.claim.listed else " (not listed)")
    return (Text(prefix), Text(verdict.outcome, style=STYLE[verdict.outcome]), *(Text(str(fact)) for fact in facts), Text(verdict.reason))


def _steps(console: Console, assessments: Iterable[Assessment]) -> None:
    """Draw what to do; steps that several prefixes share are told once."""
    shared: dict[tuple[str, tuple[Remedy, ...]], list[Assessment]] = {}
    for one in assessments:
        if one.verdict.outcome != "configured":
            shared.setdefault((explain(one), remedies(one)), []).append(one)
    if not shared:
        return
    console.print(Text("\nWhy, and what to do", style="bold"))
    for (why, steps), group in list(shared.items())[:MOST_ROWS]:
        more = f" and {len(group) - 3} more" if len(group) > 3 else ""  # noqa: PLR2004 (three names tell enough)
        _line(console, Text(f"{', '.join(str(one.claim.prefix) for one in group[:3])}{more}: {visible(why)}"))
        for step in steps:
            _line(console, Text(f"→ {step.kind}, by {visible(step.who)}", style="bold"), 4)
            _line(console, Text(visible(step.text, lines=True)), 6)
    if len(shared) > MOST_ROWS:
        _line(console, Text(f"… and {len(shared) - MOST_ROWS} more: --format json has all"))


def _findings(findings: Sequence[Finding]) -> list[Text]:
    """Draw findings, worst first; of many alike the first few and a count."""
    ranked = sorted(findings, key=lambda one: list(SEVERITY).index(one.severity))
    rows: list[Text] = []
    for (severity, rule), group in groupby(ranked, key=lambda one: (one.severity, one.rule)):
        alike = list(group)
        for finding in alike[:MOST_ALIKE]:
            head = Text(f"{severity:<8} {rule:<6} ", style=SEVERITY[severity])
            rows.append(head.append(f"{visible(finding.message)}; {visible(finding.remedy)}", style="default"))
        if len(alike) > MOST_ALIKE:
            rows.append(Text(f"{severity:<8} {rule:<6} … and {len(alike) - MOST_ALIKE} more like these", style=SEVERITY[severity]))
    return rows


def _list(console: Console, title: str, rows: Sequence[Text]) -> None:
    """Draw a titled list, or nothing where it is empty."""
    if not rows:
        return
    console.print(Text(f"\n{title}", style="bold"))
    for row in rows[:MOST_ROWS]:
        _line(console, row)
    if len(rows) > MOST_ROWS:
        _line(console, Text(f"… and {len(rows) - MOST_ROWS} more: --format json has all"))
