"""What changed since an earlier result, for the table, Markdown and JSON. Pure.

Rule: both are drawn from one list of parts; whatever came from a file is cleaned where it is drawn.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from bgpcheck.changes import ASSUMED, BETTER, DIRECTIONS, LOST, SAME, SETTLED, WORSE
from bgpcheck.earlier import POSSIBLE, REASON, REMEDIES
from bgpcheck.formats.json_text import one_or_list
from bgpcheck.grounds import DATA
from bgpcheck.render.changes_json import changes_json
from bgpcheck.render.clean import markdown, visible
from bgpcheck.render.terminal import drawn, line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from rich.console import Console

    from bgpcheck.changes import Changes, Moved
    from bgpcheck.circuit.changes import Change
    from bgpcheck.earlier import Noted, Said, Silent
    from bgpcheck.matching import Matched

    Clean = Callable[[str], str]

MOST, MOST_NAMED = 20, 4  # lines of a part on a screen, prefixes that are named where several share something
HEADINGS = {
    WORSE: "Worse",
    LOST: "Lost: no verdict any more, or not all that the earlier one rested on",
    ASSUMED: "If the planned objects were there",
    SETTLED: "No verdict then, one now",
    BETTER: "Better",
    SAME: "Same verdict, other facts",
}
COUNTS = {
    WORSE: "worse",
    LOST: "lost (no verdict now, or less to go by)",
    ASSUMED: "if the planned objects were there",
    SETTLED: "with a verdict now",
    BETTER: "better",
    SAME: "with other facts only",
}
# Of what is too long for a line only that it is another; and what goes with a verdict is told only where that is the same.
ANOTHER = {"policy.sha256": "the policy's content is another", REMEDIES: "what is to be done is another"}
ALONG = (REMEDIES, POSSIBLE, "predictedAzureState")
# What a place of the contract is called.
WORDS = {
    "tool.version": "bgpcheck",
    "policy.name": "policy",
    "claim.name": "name",
    "claim.peerAsn": "peer ASN",
    "claim.cloud": "cloud",
    "ipv4.customerAsn": "customer ASN (IPv4)",
    "ipv6.customerAsn": "customer ASN (IPv6)",
    "ipv4.routingRegistryName": "registry (IPv4)",
    "ipv6.routingRegistryName": "registry (IPv6)",
    REASON: "reason",
    "rpki.state": "RPKI",
    "irr.match": "IRR",
    "holder.match": "holder",
    "holder.prefixHolder": "prefix held by",
    "holder.asnHolder": "AS number held by",
    "registration.registry": "registered at",
    "registration.status": "registration",
    "announced.origin": "announced origin",
    "actualAzureState": "Azure",
    "predictedAzureState": "Azure is expected to say",
    POSSIBLE: "possible verdicts",
    "evidence.azure": "Azure's own state",
    "evidence.announced": "what was announced",
    "evidence.internet": "what the Internet sees",
    "evidence.assumed": "planned objects that are assumed (DATA-8)",
}


class Part(NamedTuple):
    """A heading and its lines, cleaned. ``weighs``: a word of ``bgpcheck.changes.DIRECTIONS``, for its colour, or empty."""

    heading: str
    lines: list[str]
    weighs: str = ""


STYLE = {WORSE: "bold red", LOST: "bold cyan", BETTER: "bold green"}


def as_table(matched: Matched, *, width: int = 100, color: bool = False) -> str:
    """Draw for a terminal; ``width`` in columns. Ends with an empty line: the results follow."""
    return drawn(lambda console: _matched(console, matched), width=width, color=color)


def _matched(console: Console, matched: Matched) -> None:
    """Draw what changed of every result, and what is not judged any more."""
    for changes, title in _each(matched):
        console.print(Text(_head(changes, visible(title)), style="bold"))
        for told in _about(changes, visible) if changes else ():
            line(console, Text(told))
        for part in _parts(changes, visible) if changes else ():
            line(console, Text(part.heading, style=STYLE.get(part.weighs, "bold")))
            for told in _few(part.lines):
                line(console, Text(told), 4)
        console.print()
    for one in matched.idle:
        console.print(Text(f"{visible(one.title)} was checked then, and is not now.\n", style="bold"))


def as_markdown(matched: Matched) -> str:
    """Write for a pull request or ticket: all lines. Ends with an empty line: the results follow."""
    lines: list[str] = []
    for changes, title in _each(matched):
        lines += [f"## {_head(changes, markdown(title))}", ""]
        for told in _about(changes, markdown) if changes else ():
            lines += [told, ""]
        for part in _parts(changes, markdown) if changes else ():
            lines += [f"**{part.heading}**", "", *(f"* {told}" for told in part.lines), ""]
    lines += [f"{markdown(one.title)} was checked then, and is not now.\n" for one in matched.idle]
    return "\n".join(lines) + "\n"


def as_json(results: Sequence[Mapping[str, Any]], matched: Matched) -> str:
    """Write results with what changed at ``changes``; null where the earlier file has none of that peering."""
    return one_or_list(
        [{**one, "changes": changes and changes_json(changes)} for one, changes in zip(results, matched.changes, strict=True)]
    )


def _each(matched: Matched) -> Iterator[tuple[Changes | None, str]]:
    """Give each result's changes with its title, which is left out where there is only one."""
    several = len(matched.changes) + len(matched.idle) > 1
    return ((changes, title if several else "") for changes, title in zip(matched.changes, matched.titles, strict=True))


def _head(changes: Changes | None, title: str) -> str:
    """Say since when, and whether anything changed."""
    name = f"{title}: " if title else ""
    if changes is None:
        return f"{name}was not checked then: all of it is new"
    return f"{name}{'what changed' if name else 'What changed'} since {changes.before.decided_at}" if changes.changed else (
        f"{name}{'nothing' if name else 'Nothing'} changed since {changes.before.decided_at}"
    )  # fmt: skip


def _about(changes: Changes, clean: Clean) -> Iterator[str]:
    """Say what keeps the two from being compared like with like, how much changed, and what became of the whole."""
    if changes.basis:
        yield f"Not like with like: {_all(changes.basis, clean)}. What follows may come from that alone."
    if counted := _counts(changes):
        yield f"Prefixes: {counted}."
    if changes.claim:
        yield f"Asked otherwise: {_all(changes.claim, clean)}."
    if changes.after.decided_at < changes.before.decided_at:
        yield f"The earlier result was decided later than this one ({changes.after.decided_at})."
    if changes.verdict:
        yield "The whole: {} → {}.".format(*(word or "no verdict" for word in changes.verdict))
    elif changes.states:
        yield f"Of the whole: {_all(changes.states, clean)}."
    both, earlier, new = changes.documents
    if earlier or new:
        yield f"Of the registries' data that count, {both} documents are the same, {earlier} are gone, {new} are new."


def _counts(changes: Changes) -> str:
    """Count prefixes by what became of them, what got worse first."""
    ways = Counter(one.direction for one in (*changes.verdicts, *changes.facts))
    named = {"new": len(changes.added), "not listed any more": len(changes.removed), COUNTS[SAME]: ways.pop(SAME, 0)}
    found = {**{COUNTS[way]: ways[way] for way in DIRECTIONS if way != SAME}, **named}
    return ", ".join(f"{count} {word}" for word, count in found.items() if count)


def _parts(changes: Changes, clean: Clean) -> Iterator[Part]:
    """Give what changed, what got worse first; parts without a line are left out."""
    bad = (WORSE, LOST, ASSUMED, SETTLED)
    parts = (
        *(_moved(changes, one, clean) for one in bad),
        Part("New findings", [_finding(one, clean) for one in changes.new_findings]),
        Part("Silent now", [_gap(one, clean) for one in changes.new_gaps]),
        Part("Silent as before, otherwise", [f"{clean(one.where)}: {one.before} → {one.after}" for one in changes.other_gaps]),
        _moved(changes, BETTER, clean),
        Part("New in the list", _standing(changes.added)),
        Part("Not in the list any more", _standing(changes.removed)),
        _moved(changes, SAME, clean),
        Part("Findings that are not there any more", [_finding(one, clean) for one in changes.resolved]),
        Part("Findings that are not seen any more: there is less to see them by", [_finding(one, clean) for one in changes.unseen]),
        Part(
            "Findings that say something else",
            [
                f"{one.after.severity} {clean(one.after.rule)} {clean(one.before.message)} → {clean(one.after.message)}"
                for one in changes.reworded
            ],
        ),
        Part("Not silent any more (answered, or not asked)", [_gap(one, clean) for one in changes.filled]),
    )
    return (one for one in parts if one.lines)


def _moved(changes: Changes, direction: str, clean: Clean) -> Part:
    """Give the prefixes that went one way; those of which the same is said stand in one line."""
    alike: dict[str, list[str]] = {}
    for one in (*changes.verdicts, *changes.facts):
        if one.direction == direction:
            alike.setdefault(_way(one, clean), []).append(one.after.prefix)
    return Part(HEADINGS[direction], [f"{_named(prefixes)}: {way}" for way, prefixes in alike.items()], direction)


def _way(one: Moved, clean: Clean) -> str:
    """Say what became of a prefix: its verdict, and the facts that changed."""
    if one.direction == SAME:
        return f"{one.after.verdict}; {_all(one.changed, clean)}"
    facts = _all((each for each in one.changed if each.where not in ALONG), clean)
    return f"{one.before.verdict} → {one.after.verdict}{f' ({facts})' if facts else ''}"


def _all(changes: Iterable[Change], clean: Clean) -> str:
    """Write changes one after the other."""
    return ", ".join(ANOTHER.get(one.where) or _change(one, clean) for one in changes)


def _change(one: Change, clean: Clean) -> str:
    """Write a change."""
    what = WORDS.get(one.where) or clean(
        f"old or empty data of {one.where.removeprefix(DATA)}" if one.where.startswith(DATA) else one.where
    )
    return f"{what} {clean(one.before) or 'none'} → {clean(one.after) or 'none'}"


def _standing(some: Iterable[Said]) -> list[str]:
    """Write prefixes with their verdicts, those of one verdict in one line."""
    alike: dict[str, list[str]] = {}
    for one in some:
        alike.setdefault(one.verdict, []).append(one.prefix)
    return [f"{_named(prefixes)}: {verdict}" for verdict, prefixes in alike.items()]


def _finding(one: Noted, clean: Clean) -> str:
    """Write a finding."""
    return f"{one.severity} {clean(one.rule)} {clean(one.message)}"


def _gap(one: Silent, clean: Clean) -> str:
    """Write a gap."""
    return f"{clean(one.source)}: {one.reason}{' (deciding)' if one.deciding else ''}"


def _named(prefixes: Sequence[str]) -> str:
    """Name prefixes, of many the first ones and how many there are."""
    first = ", ".join(prefixes[:MOST_NAMED])
    return first if len(prefixes) <= MOST_NAMED else f"{first} … ({len(prefixes)} prefixes)"


def _few(lines: Sequence[str]) -> list[str]:
    """Give the lines that are worth a screen, and how many more there are."""
    more = len(lines) - MOST
    return list(lines) if more <= 0 else [*lines[:MOST], f"… and {more} more (--format json has all)"]
