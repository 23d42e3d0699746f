"""A history in a bundle: written down, read back from a bundle that anybody may have changed, and held against its documents. Pure.

Rule: every word that it says a source said is computed again from the documents that it names; what cannot be is not claimed.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bgpcheck import says
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import plain
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.plain import just, maybe
from bgpcheck.formats.json_text import laid_out
from bgpcheck.history import CONFIGURED, MOST_CHANGES, First, History, Ref, Row, Seen
from bgpcheck.recheck import LEAST
from bgpcheck.shape import utc
from bgpcheck.sources.base import Gap, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bgpcheck.claim import Claim
    from bgpcheck.evidence.document import Key
    from bgpcheck.result import Result
    from bgpcheck.says import Place
    from bgpcheck.sources.base import Reply

SCHEMA = "bgpcheck/history/v1"
SOURCE, NAME = "input/history", "history.json"
MOST_APART = timedelta(minutes=10)  # between the answers that "ready" rests on


def document(one: History) -> Document:
    """Write a history as a document of a bundle."""
    content = laid_out({"schema": SCHEMA, "wanted": CONFIGURED, **_plain(asdict(one))}) + "\n"
    return Document(SOURCE, NAME, "application/json", content.encode())


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever a history holds)
    """Write times as texts."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return utc(value) if isinstance(value, datetime) else value


def read(content: bytes) -> History:
    """Read a history back; ``IntegrityError`` where it is none, or not as it is written."""
    try:
        body = plain.load(content)
        made = History(
            since=plain.moment(body["since"]),
            looks=just(int, body["looks"]),
            rows=tuple(_read_row(one) for one in _list(body["rows"])),
            changes=tuple(_read_seen(one) for one in _list(body["changes"])),
            first=maybe(_read_first, body["first"]),
            doubts=plain.texts(body["doubts"]),
        )
        written = document(made).content  # as deep as what was read
    except plain.FAULTS as error:
        raise IntegrityError(f"{NAME} is not a readable history: {error}") from error
    if written != content:
        raise IntegrityError(f"{NAME} is not a history as it is written")
    return made


def _text(value: object) -> str:
    return just(str, value)


def _list(value: object) -> list[Any]:
    return just(list, value)


def _read_row(body: Mapping[str, Any]) -> Row:
    """Read who was waited for."""
    return Row(_text(body["source"]), _text(body["subject"]), plain.moment(body["last_checked"]), maybe(_text, body["before"]))


def _read_seen(body: Mapping[str, Any]) -> Seen:
    """Read a change."""
    source, subject, before, after = (_text(body[name]) for name in ("source", "subject", "before", "after"))
    old, new = (tuple(Ref(_text(sha256), _text(uri)) for sha256, uri in _list(body[name])) for name in ("old", "new"))
    return Seen(source, subject, before, after, maybe(plain.moment, body["not_before"]), plain.moment(body["at"]), old, new)


def _read_first(body: Mapping[str, Any]) -> First:
    """Read the first result."""
    prefixes = tuple((_text(prefix), _text(verdict), _text(reason)) for prefix, verdict, reason in _list(body["prefixes"]))
    replies = tuple(just(dict, one) for one in _list(body["replies"]))
    return First(plain.moment(body["at"]), plain.texts(body["irr"]), _text(body["verdict"]), prefixes, replies)


def faults(
    history: History, result: Result, documents: Iterable[Document], replies: Mapping[Request, Reply], first: Mapping[Request, Reply]
) -> Iterator[str]:
    """Name what a history says that its documents do not: words, their order, the times, and answers that are not of one time.

    ``first``: what the first result rests on, nothing where there is none.
    """
    claims = [one.claim for one in result.assessments]
    final, known = says.answered(claims, replies), {one.key: one for one in documents}
    last: dict[Place, Seen] = {}
    for one in history.changes:
        yield from _wrong_times(
            one, last.get(one.place), history, result, _asked([known.get((ref.sha256, one.source, ref.uri)) for ref in one.old])
        )
        yield from _wrong_words(one, claims, known)
        last[one.place] = one
    yield from _wrong_frame(history, result, replies)
    for place, word in says.answered(claims, first).items():
        if place not in last and final.get(place, word) != word and len(history.changes) < MOST_CHANGES:
            yield f"{place}: {word!r:.80} at first, {final[place]!r:.80} in the end, and no change is told"
    for place, one in last.items():
        if place in final and final[place] != one.after:
            yield f"{place}: {one.after!r:.80} was seen last, and {final[place]!r:.80} is what the result rests on"
    if result.until and result.until.ready_at:
        yield from apart(replies)


def _wrong_frame(history: History, result: Result, replies: Mapping[Request, Reply]) -> Iterator[str]:
    """Hold beginning, count and last questions against one another, and against the answers that the cache had before the beginning."""
    begin, end, first, full = history.since, result.decided_at, history.first, len(history.changes) >= MOST_CHANGES
    least = 1 + bool(history.changes)
    if not least <= history.looks <= least + (end - begin) / LEAST:
        yield f"{history.looks} looks from {utc(begin)} to {utc(end)} cannot be"
    if first is None and result.peering.circuit is None:
        yield "there is no first result, and Azure, which could have changed the claim, was not asked"
    if first and not begin <= first.at <= end:
        yield f"the first result is of {utc(first.at)}, which does not fit the times around it"
    for row in history.rows:
        reply = replies.get(Request(*row.place), ())
        kept = row.last_checked == _asked(() if isinstance(reply, Gap) else reply)
        if not (kept or begin <= row.last_checked <= end):
            yield f"{row.place}: asked last at {utc(row.last_checked)}, which does not fit the times around it"
        if row.before is not None and not full:
            yield f"{row.place}: {row.before!r:.80} at first, and no change of it is left out"


def _asked(documents: Iterable[Document | None]) -> datetime | None:
    """Say when answers were asked for, where they tell."""
    return max((one.fetched_at for one in documents if one and one.fetched_at), default=None)


def _wrong_times(one: Seen, before: Seen | None, history: History, result: Result, asked: datetime | None) -> Iterator[str]:
    """Hold a change against the one before it, and against beginning and end. ``asked``: when the cache's answer before it was had."""
    if before and before.after != one.before:
        yield f"{one.place}: was {before.after!r:.80} before it changed from {one.before!r:.80}"
    earlier = [history.since, *([before.at] if before else ()), *([one.not_before] if one.not_before and one.not_before != asked else ())]
    if not (history.since <= min(earlier) and max(earlier) <= one.at <= result.decided_at):
        yield f"{one.place}: seen at {utc(one.at)}, which does not fit the times around it"


def _wrong_words(one: Seen, claims: Sequence[Claim], documents: Mapping[Key, Document]) -> Iterator[str]:
    """Compute the words of a change again from its documents; Azure's answers are not kept."""
    if one.source == says.AZURE:
        return
    for word, refs in ((one.before, one.old), (one.after, one.new)):
        reply = tuple(documents[ref.sha256, one.source, ref.uri] for ref in refs)
        again = says.answered(claims, {Request(*one.place): reply}).get(one.place, "") if reply or word else ""
        if again != word:
            yield f"{one.place}: its documents say {again!r:.80}, and not {word!r:.80}"


def apart(replies: Mapping[Request, Reply]) -> Iterator[str]:
    """Say that answers are of times too far apart to be taken together."""
    times = [one.fetched_at for reply in replies.values() if not isinstance(reply, Gap) for one in reply if one.fetched_at]
    if times and max(times) - min(times) > MOST_APART:
        yield f"answers are of {utc(min(times))} to {utc(max(times))}: too far apart for one whole check"
