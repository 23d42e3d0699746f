"""The items of a lab's screen: a session, a prefix, a finding, a silence, each as lines of a given width. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from bgpcheck.render import live_words as words
from bgpcheck.render.clean import visible
from bgpcheck.render.live_fit import wrapped
from bgpcheck.render.table import SEVERITY, STYLE
from bgpcheck.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.lab.view import HeardRow, PrefixRow, SessionRow, View
    from bgpcheck.render.live_fit import Item
    from bgpcheck.rules.base import Finding

SESSION = {"up": "green", "down": "bold red", "connected": "yellow", "waiting": "cyan"}
LOAD = {"": "", "near the limit": "yellow", "over the limit": "bold red"}
SIDE_BY_SIDE = 40  # columns that each link has at least where they stand side by side
INDENT = 4
FULL, MIDDLE, SHORT = 3, 2, 1  # how much is said of each
FEW = 3  # prefixes up to which alike ones are told one by one, and which are named where there are more


def sessions(view: View, width: int, detail: int, most: int) -> list[Item]:
    """Draw the first ``most`` sessions."""
    return [_session(one, view, width, detail) for one in view.sessions[:most]]


def _session(one: SessionRow, view: View, width: int, detail: int) -> Item:
    """Draw a session: who and how, then its load, then why."""
    style = SESSION[one.state]
    who = f"{visible(one.role) + ' ' if one.role else ''}{visible(one.peer)}{f' AS{one.peer_asn}' if one.peer_asn is not None else ''}"
    lines = [Text.assemble((f"{words.SESSION_SIGN[one.state]} ", style), (who, "bold"), "  ", (words.state(one, view.at), style))]
    parts = [Text.assemble(f"{family} {count}", (f" ({mark})" if mark else "", LOAD[mark])) for family, count, mark in words.loads(one)]
    plain = [words.flaps(one), f"hold {one.hold_time} s" if one.hold_time is not None and detail == FULL else ""]
    parts += [Text(word) for word in plain if word]
    if parts:
        lines.append(Text(" · ").join(parts))
    if len(lines) > 1 and lines[0].cell_len + lines[1].cell_len + INDENT < width:
        lines = [lines[0].append("  ").append_text(lines[1])]
    told = [visible(text) for text in (one.explanation, f"last: {one.last}" if one.last else "") if text]
    lines += map(Text, told if detail > SHORT else told[: one.state != "up"])  # what to do, rather than what was
    return [each for number, line in enumerate(lines) for each in wrapped(line, width, INDENT, INDENT if number else 2)]


def prefixes(rows: Sequence[PrefixRow], both: Sequence[str], width: int, detail: int) -> list[Item]:
    """Draw prefixes: all whole, those that are well in a line, or each as short as can be."""
    names = max((cell_len(visible(one.prefix)) for one in rows), default=0)
    names = min(names, 43, max(width // 2 - 2, 1))  # aligned, as far as a narrow screen lets them
    whole = [detail == FULL or (detail == MIDDLE and not words.calm(one, both)) for one in rows]
    return [_prefix(one, width, names, _head(one, both, detail), whole=each) for one, each in zip(rows, whole, strict=True)]


def alike(rows: Sequence[PrefixRow]) -> list[list[PrefixRow]]:
    """Put prefixes together of which all but the prefix is told alike, where they are more than ``FEW``; each where its first stood."""
    found: dict[tuple[object, ...], list[PrefixRow]] = {}
    for one in rows:
        found.setdefault(_told(one), []).append(one)
    some = ((one, found[_told(one)]) for one in rows)
    return [[one] if len(group) <= FEW else group for one, group in some if len(group) <= FEW or one is group[0]]


def _told(one: PrefixRow) -> tuple[object, ...]:
    """Give all that is told of a prefix, without its name."""
    said = [(each.role or each.peer, *_said(each)) for each in one.heard]
    texts = (one.why, one.next, *(each.why for each in one.heard))
    nameless = tuple(text.replace(one.prefix, "") for text in texts)
    return one.standing, one.verdict, one.confidence, one.reason, nameless, *(each[:-1] for each in said)  # the last is a text too


def together(groups: Sequence[Sequence[PrefixRow]], both: Sequence[str], width: int) -> list[Item]:
    """Draw groups of prefixes: the first whole, the others by name."""
    firsts = prefixes([some[0] for some in groups], both, width, FULL)
    return [[*item, *_others(some[1:], width)] for item, some in zip(firsts, groups, strict=True)]


def _others(rest: Sequence[PrefixRow], width: int) -> Item:
    """Name the first of those that are like the one before, and count them; nothing where there are none."""
    if not rest:
        return []
    named = ", ".join(visible(one.prefix) for one in rest[:FEW])
    more = f" and {plural(len(rest) - FEW, 'other')}" if len(rest) > FEW else ""
    return wrapped(Text(f"and {len(rest)} more just like it: {named}{more}"), width, INDENT + 2, INDENT)


def _head(one: PrefixRow, both: Sequence[str], detail: int) -> Text:
    """Draw a prefix's verdict, and how it stands between list and links."""
    head = Text(words.verdict_word(one), STYLE.get(one.verdict or "", "cyan"))
    if one.confidence and detail > SHORT:
        head.append(f" ({visible(one.confidence)})", "dim")
    refusal = next((f"refused ({visible(each.rule)})" for each in one.heard if not each.accepted), "") if detail == SHORT else ""
    reason = visible(one.reason) if detail == SHORT and one.verdict != "configured" else ""
    told = (
        (words.STANDING[one.standing], "dim" if one.standing in words.FINE else "bold yellow"),
        (words.compared(one, both), ""),
        (refusal, "yellow"),
        (reason, "dim"),
    )
    for word, look in told:
        if word and not (detail == SHORT and word == words.SAME):
            head.append(" · ").append(word, look)
    return head


def _prefix(one: PrefixRow, width: int, names: int, head: Text, *, whole: bool) -> Item:
    """Draw a prefix: its verdict, who announces it, why."""
    name = visible(one.prefix)
    sign = Text.assemble(
        (f"{words.verdict_sign(one)} ", STYLE.get(one.verdict or "", "cyan")), name, " " * max(names - cell_len(name), 0), "  "
    )
    lines = wrapped(sign.append_text(head), width, INDENT, 2)
    return [*lines, *(line for part in _about(one, width) for line in part)] if whole else lines


def _about(one: PrefixRow, width: int) -> Iterator[Item]:
    """Draw who announces a prefix, and why its verdict is what it is."""
    yield from _heard(one, width)
    if one.verdict and (one.verdict != "configured" or one.standing not in words.FINE):
        yield wrapped(Text(visible(f"{one.reason}: {one.why}" if one.why else one.reason)), width, INDENT + 2, INDENT)
    if one.next:
        yield wrapped(Text(f"→ {visible(one.next)}"), width, INDENT + 2, INDENT)


def _heard(one: PrefixRow, width: int) -> Iterator[Item]:
    """Draw the announcements: alike ones together, two links side by side where there is room."""
    cells = [(name, each) for name, some in words.by_link(one.heard) for each in some]
    alike: list[tuple[str, HeardRow]] = []
    for name, each in cells:
        if alike and _said(alike[-1][1]) == _said(each):
            alike[-1] = (f"{alike[-1][0]}, {name}", each)
        else:
            alike.append((name, each))
    texts = [_announcement(name, each) for name, each in alike]
    half = (width - INDENT - 2) // 2
    if len(texts) == 2 and half >= SIDE_BY_SIDE and all(text.cell_len <= half for text in texts):  # noqa: PLR2004 (two sides)
        left = texts[0].copy()
        yield [Text(" " * INDENT).append_text(left).append(" " * (half + 2 - left.cell_len)).append_text(texts[1])]
    else:
        yield from (wrapped(text, width, INDENT + 2, INDENT) for text in texts)
    for each in (each for _, each in alike):
        if not each.accepted:
            yield wrapped(Text(visible(words.refused(each)), style="yellow"), width, INDENT + 2, INDENT)


def _said(one: HeardRow) -> tuple[object, ...]:
    """Give what makes two announcements look the same."""
    return one.path, one.stripped, one.origin, one.communities, one.accepted, one.rule, one.why


def _announcement(name: str, one: HeardRow) -> Text:
    """Draw an announcement: the link, the path with what is stripped pale, the origin, the communities."""
    text = Text.assemble((f"{visible(name)}: ", "bold"))
    for number, (word, gone) in enumerate(words.spelled(one)):
        text.append(" " if number else "").append(visible(word), "dim" if gone else "")
    text.append("" if one.path else "empty path")
    if one.stripped != one.path:
        text.append(f" → {visible(one.stripped) or 'empty path'}")
    text.append(f", {words.origin_text(one)}")
    for community in one.communities:
        text.append(f", {visible(community)}")
    return text


def findings(some: Sequence[Finding], width: int) -> list[Item]:
    """Draw findings."""
    words_of = ((one.severity, f" {visible(one.rule)}  {visible(one.message)}; {visible(one.remedy)}") for one in some)
    return [wrapped(Text.assemble((severity, SEVERITY[severity]), rest), width, INDENT, 2) for severity, rest in words_of]


def gaps(some: Sequence[tuple[str, str, str]], width: int) -> list[Item]:
    """Draw silences: sources, reason, detail."""
    return [wrapped(Text(f"{visible(sources)}: {reason}; {visible(detail)}"), width, INDENT, 2) for sources, reason, detail in some]
