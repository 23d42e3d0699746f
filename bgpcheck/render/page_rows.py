"""The rows of a lab's page: a session, a prefix, a finding, each as cells of HTML. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bgpcheck.peering import INTERNET
from bgpcheck.render import live_words as words
from bgpcheck.render.clean import text
from bgpcheck.render.page_cells import badge, key, verdict
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bgpcheck.lab.view import HeardRow, PrefixRow, SessionRow
    from bgpcheck.rules.base import Finding

FULL = "over the limit"


def age(since: datetime, at: datetime) -> str:
    """Write how long ago something began; the script goes on counting."""
    return f'<span data-since="{since.timestamp():.0f}">{words.age(since, at)}</span>'


def session(one: SessionRow, at: datetime) -> list[str]:
    """Write a session."""
    asn = f" <span>AS{one.peer_asn}</span>" if one.peer_asn is not None else ""
    who = f"{text(one.role)} " if one.role else ""
    since = f" for {age(one.since, at)}" if one.since else ""
    sign = f'<span aria-hidden="true">{words.SESSION_SIGN[one.state]}</span>'
    more = [words.flaps(one), f"hold time {one.hold_time} s" if one.hold_time is not None else ""]
    state = f'<span class="verdict {one.state}">{sign} {one.state}</span>{since}'
    small = "".join(f'<div class="pale">{text(word)}</div>' for word in more if word)
    said = [text(one.explanation), f'<span class="pale">last:</span> {text(one.last)}' if one.last else ""]
    loads = {family: _load(count, one.limit) for family, count in one.routes}
    why = "".join(f"<div>{word}</div>" for word in said if word)
    return [f"{who}<code>{text(one.peer)}</code>{asn}", state + small, loads.get("ipv4", "-"), loads.get("ipv6", "-"), why]


def _load(count: int, limit: int | None) -> str:
    """Write a count of routes, with a bar that says the same again."""
    if not limit:
        return f"{count}"
    mark = words.load(count, limit)
    near = limit * words.NEAR // 200
    bounds = f'min="0" low="{near}" high="{limit}" max="{limit + limit // 10}" optimum="0"'
    bar = f'<meter aria-hidden="true" {bounds} value="{count}"></meter>'
    return f"{count} of {limit}{badge(mark, 'full' if mark == FULL else 'badge')}{bar}"


def prefix(one: PrefixRow, links: Sequence[str]) -> list[str]:
    """Write a prefix."""
    sure = f' <span class="pale">{text(one.confidence)}</span>' if one.confidence else ""
    name = f"<code>{text(one.prefix)}</code>{badge(words.STANDING[one.standing])}"
    return [name, verdict(words.verdict_sign(one), words.verdict_word(one), one.verdict) + sure, *_links(one, links), _why(one, links)]


def _links(one: PrefixRow, links: Sequence[str]) -> list[str]:
    """Write who announces a prefix: a cell a link, or one for all where links are not compared."""
    by = dict(words.by_link(one.heard))
    if not links:
        told = [f'<div><span class="pale">{text(name)}:</span> {_path(each)}</div>' for name, some in by.items() for each in some]
        return ["".join(told) or _nobody()]
    first, second = (by.get(role, []) for role in links)
    same = words.compared(one, links) == words.SAME and [each.origin for each in first] == [each.origin for each in second]
    accepted = all(each.accepted for each in chain(first, second))
    return [_paths(first) or _nobody(), '<span class="pale">the same</span>' if same and accepted else _paths(second) or _nobody()]


def _nobody() -> str:
    """Write that a link announces nothing."""
    return '<span class="pale">not announced</span>'


def _paths(some: Sequence[HeardRow]) -> str:
    """Write announcements, one below the other."""
    return "".join(f"<div>{_path(one)}</div>" for one in some)


def _path(one: HeardRow) -> str:
    """Write a path with what is stripped struck out, and its origin."""
    spelled = " ".join(f"<del>{text(word)}</del>" if gone else text(word) for word, gone in words.spelled(one)) or "empty path"
    after = f" → {text(one.stripped) or 'empty path'}" if one.stripped != one.path else ""
    refused = "" if one.accepted else badge(f"refused ({one.rule})")
    return f'<code>{spelled}{after}</code> <span class="pale">{text(words.origin_text(one))}</span>{refused}'


def _why(one: PrefixRow, links: Sequence[str]) -> str:
    """Write the reason, how the links differ, and the rest behind a detail."""
    told = words.compared(one, links)
    differs = f"<div>{text(told)}</div>" if told and told != words.SAME else ""
    if links and any(each.role == INTERNET for each in one.heard):
        differs += "<div>also announced to the Internet</div>"
    reason = text(one.reason) if one.reason else '<span class="pale">the registries are being asked</span>'
    more = "".join(_details(one))
    summary = f'<summary>{reason}<span class="hidden"> of {text(one.prefix)}</span></summary>'
    return differs + (f'<details data-key="{key("why " + one.prefix)}">{summary}{more}</details>' if more else reason)


def _details(one: PrefixRow) -> Iterator[str]:
    """Write all else that is known of a prefix."""
    if one.why:
        yield f"<p>{text(words.sentence(one.why))}</p>"
    if one.next:
        yield f"<p><strong>To do:</strong> {text(one.next)}.</p>"
    for name, some in words.by_link(one.heard):
        for each in some:
            yield f"<p>{text(name)} (<code>{text(each.peer)}</code>), {utc(each.at)}: {_path(each)}</p>"
            if not each.accepted:
                yield f"<p>{text(words.sentence(words.refused(each)))}</p>"
            if each.communities:
                yield f"<p>Communities: {', '.join(f'<span>{text(word)}</span>' for word in each.communities)}</p>"


def finding(one: Finding) -> list[str]:
    """Write a finding."""
    return [text(one.rule), f'<span class="verdict {one.severity}">{one.severity}</span>', text(one.message), text(one.remedy)]
