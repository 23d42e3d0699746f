"""A result for people on a terminal: the answer first, then what each prefix rests on, then what to do. Pure (makes text).

Rule: rich draws, and every string that it is given has been cleaned and is plain text to it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
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

STYLE = {"configured": "green", "validation-needed": "yellow", "manual-validation": "magenta", "undetermined": "cyan"}
SEVERITY = {"blocker": "bold red", "warning": "yellow", "note": "dim"}
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
    console.print(Text(f"  {answer(result)}: {counts(result)}."))
    console.print(Text(f"  Next: {next_step(result)}."))
    console.print()
    console.print(_facts(result.assessments))
    _steps(console, result.assessments)
    _list(console, "Findings", (_finding(result, number) for number in range(len(result.findings))), len(result.findings))
    gaps = [
        Text(f"{'deciding  ' if gap in result.deciding_gaps else ''}{visible(gap.source)}: {gap.reason}; {visible(gap.detail)}")
        for gap in sorted(result.gaps, key=lambda gap: gap not in result.deciding_gaps)
    ]
    _list(console, "No answer from", gaps, len(gaps))
    console.print(Text(f"\nDecided at {utc(result.decided_at)} by policy {visible(result.policy.name)}.", style="dim"))


def _facts(assessments: Iterable[Assessment]) -> Table:
    """Draw prefixes and facts."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    table.add_column("prefix", no_wrap=True)
    for heading in ("verdict", "sure", "RPKI", "IRR", "holder", "registration", "reason"):
        table.add_column(heading)
    for one in assessments:
        verdict = one.verdict
        rpki = str(one.rpki.state) if one.rpki else "unknown"
        irr = f"{one.irr.match}{' *' if one.irr.match == 'exact' and one.irr.authoritative else ''}"
        cells = (verdict.confidence or "-", rpki, irr, one.holder.match, one.registration.status, verdict.reason)
        prefix = str(one.claim.prefix) + ("" if one.claim.listed else " (not listed)")
        table.add_row(prefix, Text(verdict.outcome, style=STYLE[verdict.outcome]), *(Text(str(cell)) for cell in cells))
    return table


def _steps(console: Console, assessments: Iterable[Assessment]) -> None:
    """Draw what to do; steps that several prefixes share are told once."""
    shared: dict[tuple[str, tuple[Remedy, ...]], list[Assessment]] = {}
    for one in assessments:
        if one.verdict.outcome != "configured":
            shared.setdefault((explain(one), remedies(one)), []).append(one)
    if not shared:
        return
    console.print(Text("\nWhy, and what to do", style="bold"))
    for number, ((why, steps), group) in enumerate(shared.items()):
        if number == MOST_ROWS:
            console.print(Text(f"  … and {len(shared) - MOST_ROWS} more: --format json has all"))
            return
        more = f" and {len(group) - 3} more" if len(group) > 3 else ""  # noqa: PLR2004 (three names tell enough)
        console.print(Text(f"  {', '.join(str(one.claim.prefix) for one in group[:3])}{more}: {visible(why)}"))
        for step in steps:
            console.print(Text(f"    → {step.kind}, by {visible(step.who)}", style="bold"))
            for line in visible(step.text, lines=True).splitlines():
                console.print(Text(f"        {line}"))


def _finding(result: Result, number: int) -> Text:
    """Draw one finding."""
    finding = result.findings[number]
    head = Text(f"{finding.severity:<8}{finding.rule:<7}", style=SEVERITY[finding.severity])
    return head.append(f" {visible(finding.message)}; {visible(finding.remedy)}", style="default")


def _list(console: Console, title: str, rows: Iterable[Text], count: int) -> None:
    """Draw a titled list, or nothing where it is empty."""
    if not count:
        return
    console.print(Text(f"\n{title}", style="bold"))
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            console.print(Text(f"  … and {count - MOST_ROWS} more: --format json has all"))
            return
        console.print(Text("  ").append_text(row))
