"""What a bundle says and how it is read back: the statement, the list of documents, and the replies that led to them. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bgpcheck import case as cases
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence.document import Document
from bgpcheck.render.json_lines import dumps, laid_out
from bgpcheck.sources.base import Gap, GapReason, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.case import Case

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:bgpcheck:result:v1"
CASE, POLICY, BASE, SETTINGS, EVENTS = "input/case", "input/policy", "input/policy-base", "input/settings", "input/events"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents that are no answer of a source: the case, the policy (with the one it extends), settings, recorded events."""

    case: Document
    policy: Document
    settings: Document
    others: tuple[Document, ...] = ()

    def all(self) -> tuple[Document, ...]:
        """Give every one of them."""
        return (self.case, self.policy, self.settings, *self.others)


def input_document(source: str, uri: str, content: bytes, media_type: str = "application/json") -> Document:
    """Make a document of something that the user, or bgpcheck, put in."""
    return Document(source, uri, media_type, content)


def members(inputs: Inputs, replies: Mapping[Request, tuple[Document, ...] | Gap], result: Mapping[str, Any]) -> dict[str, bytes]:
    """Give the machine-readable members of a bundle, by name."""
    answers = [document for reply in replies.values() if not isinstance(reply, Gap) for document in reply]
    documents = {(one.sha256, one.source, one.uri): one for one in (*inputs.all(), *answers)}
    ordered = [documents[key] for key in sorted(documents)]
    return {
        "statement.json": _encode(_statement(ordered, result)),
        "documents.json": _encode({"documents": [_describe(one) for one in ordered], "replies": _replies(replies)}),
        **{f"documents/{one.sha256}": one.content for one in ordered},
    }


def _encode(value: Mapping[str, Any]) -> bytes:
    """Write JSON."""
    return (laid_out(value) + "\n").encode()


def _statement(documents: Sequence[Document], result: Mapping[str, Any]) -> dict[str, Any]:
    """Write an in-toto statement: these bytes led to this result. The case is its first subject, named ``claim``."""
    named = sorted(documents, key=lambda one: one.source != CASE)
    subjects = {one.sha256: "claim" if one.source == CASE else f"documents/{one.sha256}" for one in reversed(named)}
    subject = [
        {"name": name, "digest": {"sha256": digest}}
        for digest, name in sorted(subjects.items(), key=lambda pair: (pair[1] != "claim", pair))
    ]
    return {"_type": TYPE, "subject": subject, "predicateType": PREDICATE, "predicate": dict(result)}


def _describe(one: Document) -> dict[str, Any]:
    """Describe a document."""
    return {
        "sha256": one.sha256,
        "source": one.source,
        "uri": one.uri,
        "mediaType": one.media_type,
        "size": len(one.content),
        "fetchedAt": one.fetched_at.isoformat() if one.fetched_at else None,
        "dated": one.dated.isoformat() if one.dated else None,
    }


def _replies(replies: Mapping[Request, tuple[Document, ...] | Gap]) -> list[dict[str, Any]]:
    """Write what each request got: documents, or why there are none. Requests with equal replies stand together."""
    grouped: dict[str, dict[str, Any]] = {}
    for request in sorted(replies):
        reply = replies[request]
        got: dict[str, Any]
        if isinstance(reply, Gap):
            got = {"gap": {"source": reply.source, "reason": reply.reason, "detail": reply.detail}}
        else:
            got = {"documents": [{"sha256": one.sha256, "uri": one.uri} for one in reply]}
        row = grouped.setdefault(dumps([request.source, got]), {"source": request.source, "subjects": [], **got})
        row["subjects"].append(request.subject)
    return list(grouped.values())


@dataclass(frozen=True, slots=True)
class Stored:
    """What a bundle holds, read back: everything that a replay needs."""

    case: Case
    policy: Document
    base: Document | None
    settings: Document
    replies: Mapping[Request, tuple[Document, ...] | Gap]
    result: Mapping[str, Any]


def read(found: Mapping[str, bytes]) -> Stored:
    """Read the members of an intact bundle; ``IntegrityError`` where they do not fit together."""
    try:
        statement, listing = json.loads(found["statement.json"]), json.loads(found["documents.json"])
        documents = {(row["sha256"], row["source"], row["uri"]): _document(row, found) for row in listing["documents"]}
        by_source = {one.source: one for one in documents.values()}
        return Stored(
            case=cases.decode(by_source[CASE].content),
            policy=by_source[POLICY],
            base=by_source.get(BASE),
            settings=by_source[SETTINGS],
            replies=dict(_read_replies(listing["replies"], documents)),
            result=statement["predicate"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise IntegrityError(f"its members do not fit together: {type(error).__name__} {error}") from error


def _document(row: Mapping[str, Any], found: Mapping[str, bytes]) -> Document:
    """Read one document back, and hold its bytes against its name."""
    dates = [datetime.fromisoformat(row[name]).astimezone(UTC) if row[name] else None for name in ("fetchedAt", "dated")]
    made = Document(row["source"], row["uri"], row["mediaType"], found[f"documents/{row['sha256']}"], *dates)
    if made.sha256 != row["sha256"]:
        raise IntegrityError(f"documents/{row['sha256']} holds other bytes than its name says")
    return made


def _read_replies(
    rows: Iterable[Mapping[str, Any]], documents: Mapping[tuple[str, str, str], Document]
) -> Iterable[tuple[Request, tuple[Document, ...] | Gap]]:
    """Read back what each request got."""
    for row in rows:
        reply: tuple[Document, ...] | Gap
        if "gap" in row:
            reply = Gap(row["gap"]["source"], GapReason(row["gap"]["reason"]), row["gap"]["detail"])
        else:
            reply = tuple(documents[one["sha256"], row["source"], one["uri"]] for one in row["documents"])
        for subject in row["subjects"]:
            yield Request(row["source"], subject), reply


def differences(before: Any, after: Any, place: str = "") -> list[str]:  # noqa: ANN401 (any JSON value)
    """Name every place where two results differ, by its path; nothing where they are equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted(before.keys() | after.keys())
        return [line for key in keys for line in differences(before.get(key), after.get(key), f"{place}.{key}" if place else str(key))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for index, pair in enumerate(zip(before, after, strict=True)) for line in differences(*pair, f"{place}[{index}]")]
    return [] if before == after else [f"{place}: {json.dumps(before)[:80]} then, {json.dumps(after)[:80]} now"]
