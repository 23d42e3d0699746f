"""Where a circuit stands, for people on a terminal: the next step first, then the road, what is allowed, and the peerings. Pure.

Rule: as in ``table``: rich draws, and every string that it is given has been cleaned.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bgpcheck.circuit.model import PrefixConfig
from bgpcheck.circuit.outlook import billing
from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.circuit.workflow import TITLES, Answer, state_of
from bgpcheck.differences import by_sentences
from bgpcheck.model import asplain
from bgpcheck.render.clean import visible
from bgpcheck.render.diagram import as_lines
from bgpcheck.render.terminal import drawn, line
from bgpcheck.render.words import capital, named, worst_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from bgpcheck.circuit.model import CircuitPeering, Session
    from bgpcheck.circuit.outlook import Next
    from bgpcheck.circuit.survey import Survey
    from bgpcheck.circuit.workflow import Ruling

SIGN = {Answer.ALLOWED: "✔", Answer.FORBIDDEN: "✘", Answer.UNKNOWN: "?"}
STYLE = {Answer.ALLOWED: "green", Answer.FORBIDDEN: "yellow", Answer.UNKNOWN: "cyan"}
SEVERITY = {"blocker": "bold red", "warning": "yellow", "note": "dim"}
WHEN = {"done": "dim", "here": "bold", "ahead": "", "": ""}
NARROW = 80  # columns below which columns make no sense
MOST_PREFIXES, MOST_ALIKE = 20, 4  # worth a screen; json has all
SHOWN = ("az", "bgpcheck")  # the tools whose commands the screen has room for


def as_text(surveys: Sequence[Survey], *, width: int = 100, color: bool = False) -> str:
    """Draw every circuit; ``width`` in columns."""
    return drawn(lambda console: _circuits(console, surveys), width=width, color=color)


def _circuits(console: Console, surveys: Sequence[Survey]) -> None:
    """Draw every circuit."""
    for number, one in enumerate(surveys):
        if number:
            console.print()
        _draw(console, one)


def answer(ruling: Ruling, name: str) -> str:
    """Answer one question in a line."""
    return f"{SIGN[ruling.answer]} {visible(name)}: {TITLES[ruling.operation]}: {ruling.answer} ({ruling.rule}): {ruling.why}"


def title_of(one: Survey) -> str:
    """Name a circuit, as far as it is named."""
    circuit = one.seen.circuit
    return visible(circuit.name) or (
        "a circuit without a name" if circuit.known or circuit.peerings else "what was given without a circuit"
    )


def _draw(console: Console, one: Survey) -> None:
    """Draw one circuit."""
    circuit = one.seen.circuit
    states = ", ".join(visible(word) for word in (circuit.provider_state, circuit.status, circuit.provisioning_state) if word)
    console.print(Text(f"{title_of(one)}: {one.step}{f' ({states})' if states else ''}", style="bold"))
    step = one.outlook[0]
    line(console, Text(f"Next: {_who(step)} {visible(step.what)} ({step.rule})."))
    for told in _about(one):
        line(console, Text(told))
    if circuit.known:
        _heading(console, "The road")
        for text, when in as_lines(one.step, state_of(circuit, one.layer), one.outlook[0].who, aligned=console.width >= NARROW):
            line(console, Text(text, style=WHEN[when]))
        _heading(console, "What is allowed now")
        _rulings(console, one.rulings)
    _steps(console, one.outlook)
    _peerings(console, one)
    _findings(console, one)


def _heading(console: Console, text: str) -> None:
    """Draw a heading."""
    console.print(Text(f"\n{text}", style="bold"))


def _who(step: Next) -> str:
    """Say who acts."""
    return {"you": "you:", "provider": "your provider:"}.get(step.who, f"{step.who}:")


def _about(one: Survey) -> Iterator[str]:
    """Say what the circuit is."""
    circuit = one.seen.circuit
    speed = f"{circuit.bandwidth} Mbit/s" if circuit.bandwidth is not None else ""
    kind = "ExpressRoute Direct" if circuit.direct else circuit.provider
    words = (kind, circuit.location, speed, " ".join(filter(None, (circuit.tier, circuit.billing))))
    what = ", ".join(visible(word) for word in words if word)
    if what:
        yield f"{what}."
    known = {2: "Layer 2: you configure routing.", 3: "Layer 3: your provider configures routing."}
    if circuit.known and not circuit.direct:
        yield known.get(one.layer_known or 0, "Layer 2 or 3: Azure's data do not say; --layer says it.")
    if circuit.service_key:
        yield f"Service key {visible(circuit.service_key)}."
    if sentence := billing(circuit):
        yield f"{capital(visible(sentence))}."


def _rulings(console: Console, rulings: Sequence[Ruling]) -> None:
    """Draw what is allowed and what is not."""
    for one in rulings if console.width < NARROW else ():
        line(console, Text(f"{SIGN[one.answer]} {TITLES[one.operation]} ({one.rule}): {one.why}"))
    grid = Table.grid(padding=(0, 1, 0, 0))
    for _ in range(3):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for one in rulings if console.width >= NARROW else ():
        grid.add_row(Text(SIGN[one.answer], style=STYLE[one.answer]), Text(TITLES[one.operation]), Text(one.rule), Text(one.why))
    console.print(Padding(grid, (0, 0, 0, 2)))


def _steps(console: Console, steps: Sequence[Next]) -> None:
    """Draw what comes next, with the commands of one tool."""
    _heading(console, "What comes next")
    for number, one in enumerate(steps, 1):
        line(console, Text(f"{number}. {_who(one)} {visible(one.what)} ({one.rule})"))
        for command in one.commands:
            if command.tool in SHOWN:
                console.print(Text(f"     {command.text}"), soft_wrap=True)  # a command that is cut into lines can't be pasted


def _peerings(console: Console, one: Survey) -> None:
    """Draw the peerings."""
    circuit = one.seen.circuit
    if not circuit.peerings:
        return
    _heading(console, "Peerings")
    for peering in circuit.peerings:
        line(console, Text(_title(peering), style="bold"))
        for session in peering.sessions:
            _session(console, peering, session)
    _prediction(console, one)


def _prediction(console: Console, one: Survey) -> None:
    """Draw what the registries let expect beside what Azure says, and what could explain a difference."""
    if one.result is None:
        return
    _heading(console, "What the registries let expect")
    for each in one.result.assessments[:MOST_PREFIXES]:
        predicted, actual = PREFIX_STATE[each.prediction.outcome] or "not known", visible(each.claim.actual or "nothing settled")
        line(console, Text(f"{each.claim.prefix}: {predicted} ({visible(each.prediction.reason)}); Azure says {actual}"))
    if len(one.result.assessments) > MOST_PREFIXES:
        line(console, Text(f"… and {len(one.result.assessments) - MOST_PREFIXES} more (--format json has all)"))
    for (_, *why), group in by_sentences(one.result.assessments)[:MOST_ALIKE]:
        line(console, Text(f"What could explain the difference of {named(group)}:"))
        for sentence in why:
            line(console, Text(f"- {visible(sentence)}"), 4)


def _title(peering: CircuitPeering) -> str:
    """Write what a peering is."""
    states = ", ".join(visible(word) for word in (peering.state, peering.provisioning_state) if word)
    yours, theirs = peering.peer_asn, f"AS{peering.azure_asn}" if peering.azure_asn else "Microsoft"
    asns = f"{'AS (not told)' if yours is None else asplain(yours)} to {theirs}"
    vlan = f", VLAN {peering.vlan_id}" if peering.vlan_id is not None else ""
    return f"{visible(peering.type)}: {states + ', ' if states else ''}{asns}{vlan}"


def _session(console: Console, peering: CircuitPeering, session: Session) -> None:
    """Draw one address family's part."""
    links = " and ".join(visible(word) for word in (session.primary, session.secondary) if word) or "no links"
    config = session.config or PrefixConfig()
    state = f": {visible(session.state)}" if session.family == "ipv6" and session.state else ""
    line(console, Text(f"{session.family}{state}, links {links}"), 4)
    if not peering.is_microsoft:
        return  # ST-13: what stands there of prefixes means nothing
    customer = (
        f"customer {asplain(config.customer_asn)}"
        if config.customer_asn
        else "no customer ASN"
        if config.customer_asn == 0
        else "customer ASN masked"
    )
    line(
        console,
        Text(f"prefixes {visible(config.state or '(state not told)')}, {customer}, registry {visible(config.registry or 'NONE')}"),
        6,
    )
    states = {info.prefix: info.state for info in config.infos}
    for prefix in config.prefixes[:MOST_PREFIXES]:
        own = f"  {visible(states[prefix])}" if states.get(prefix) else ""
        line(console, Text(f"{visible(prefix)}{own}"), 8)
    if len(config.prefixes) > MOST_PREFIXES:
        line(console, Text(f"… and {len(config.prefixes) - MOST_PREFIXES} more (--format json has all)"), 8)


def _findings(console: Console, one: Survey) -> None:
    """Draw the findings, worst first; of many alike the first few and a count."""
    if not one.findings:
        return
    _heading(console, "Findings")
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for (severity, rule), group in groupby(worst_first(one.findings), key=lambda each: (each.severity, each.rule)):
        alike = list(group)
        for finding in alike[:MOST_ALIKE]:
            grid.add_row(
                Text(severity, style=SEVERITY[severity]), Text(rule), Text(f"{visible(finding.message)}; {visible(finding.remedy)}")
            )
        if len(alike) > MOST_ALIKE:
            grid.add_row(Text(severity), Text(rule), Text(f"… and {len(alike) - MOST_ALIKE} more like these"))
    console.print(Padding(grid, (0, 0, 0, 2)))
