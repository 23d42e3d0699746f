"""What a bundle says and how it is read back: the statement, the list of documents, and the replies that led to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bgpcheck import case as cases
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import past, plain
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.plain import just, maybe
from bgpcheck.formats.json_text import dumps, laid_out
from bgpcheck.sources.base import Gap, GapReason, Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bgpcheck.case import Case
    from bgpcheck.evidence.document import Key
    from bgpcheck.history import History
    from bgpcheck.sources.base import Reply

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:bgpcheck:result:v1"
TEMPLATES = ("input/template-ticket", "input/template-letter")  # a user's own, in the place of ours
HISTORY = past.SOURCE
INPUTS = (
    *("input/case", "input/policy", "input/policy-base", "input/settings", "input/events", "input/circuit", "input/internet"),
    *TEMPLATES,
    HISTORY,
)
CASE, POLICY, BASE, SETTINGS, EVENTS, CIRCUIT, INTERNET = INPUTS[:7]
FOLDER = "documents/"
STATEMENT, LISTING = MACHINE = ("statement.json", "documents.json")
SIGNED = "statement.dsse.json"  # the signature, where there is one


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents that are no answer of a source: the case, the policy (with the one it extends), settings, recorded events, tables."""

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


def members(inputs: Inputs, replies: Mapping[Request, Reply], result: Mapping[str, Any], more: Iterable[Document] = ()) -> dict[str, bytes]:
    """Give the machine-readable members of a bundle, by name; ``more``: a history, and the answers of before that it speaks of."""
    answers = [document for reply in replies.values() if not isinstance(reply, Gap) for document in reply]
    documents = {one.key: one for one in (*more, *inputs.all(), *answers)}
    ordered = [documents[key] for key in sorted(documents)]
    return {
        STATEMENT: encode(_statement(ordered, result)),
        LISTING: encode({"documents": [_describe(one) for one in ordered], "replies": replies_json(replies)}),
        **{FOLDER + one.sha256: one.content for one in ordered},
    }


def encode(value: Mapping[str, Any]) -> bytes:
    """Write JSON the one way there is: equal objects are equal bytes."""
    return (laid_out(value) + "\n").encode()


def _statement(documents: Collection[Document], result: Mapping[str, Any]) -> dict[str, Any]:
    """Write an in-toto statement: these bytes led to this result."""
    return {"_type": TYPE, "subject": _subjects(documents), "predicateType": PREDICATE, "predicate": dict(result)}


def _subjects(documents: Collection[Document]) -> list[dict[str, Any]]:
    """Name the bytes that a statement speaks of: the case, which is called ``claim``, then every other document once."""
    (claim,) = {one.sha256 for one in documents if one.source == CASE}
    others = sorted({one.sha256 for one in documents} - {claim})
    named = [("claim", claim), *((FOLDER + digest, digest) for digest in others)]
    return [{"name": name, "digest": {"sha256": digest}} for name, digest in named]


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


def replies_json(replies: Mapping[Request, Reply]) -> list[dict[str, Any]]:
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
    """What a bundle holds, read back: everything that a replay needs.

    ``papers``: what was written for people, by name; ``others``: inputs beside case, policy and settings, as in ``Inputs``;
    ``documents``: all of them; ``history``: what happened while it was waited for, None where nobody waited; ``first``: the replies
    that its first result rests on.
    """

    case: Case
    policy: Document
    base: Document | None
    settings: Document
    replies: Mapping[Request, Reply]
    result: Mapping[str, Any]
    papers: Mapping[str, bytes]
    others: tuple[Document, ...] = ()
    documents: tuple[Document, ...] = ()
    history: History | None = None
    first: Mapping[Request, Reply] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Version of the bgpcheck that decided."""
        version: str = self.result["tool"]["version"]
        return version


def read(found: Mapping[str, bytes]) -> Stored:
    """Read the members of an intact bundle; ``IntegrityError`` where they do not fit together."""
    try:
        statement, listing = plain.load(found[STATEMENT]), plain.load(found[LISTING])
        documents = _documents(just(list, listing["documents"]), found)
        replies = dict(_read_replies(just(list, listing["replies"]), documents))
        history = past.read(_input(documents, HISTORY).content) if any(one.source == HISTORY for one in documents.values()) else None
        first = dict(_read_replies(history.first.replies, documents)) if history and history.first else {}
        _check_documents(documents, {*_answers(replies), *_answers(first), *(history.refs() if history else ())}, found)
        return Stored(
            case=cases.decode(_input(documents, CASE).content),
            policy=_input(documents, POLICY),
            base=_input(documents, BASE) if any(one.source == BASE for one in documents.values()) else None,
            settings=_input(documents, SETTINGS),
            replies=replies,
            result=_result(statement, documents),
            papers={name: found[name] for name in found.keys() - {*MACHINE, SIGNED} if not name.startswith(FOLDER)},
            others=tuple(
                documents[key] for key in sorted(documents) if key[1] in INPUTS and key[1] not in {CASE, POLICY, SETTINGS, HISTORY}
            ),
            documents=tuple(documents.values()),
            history=history,
            first=first,
        )
    except plain.FAULTS as error:
        raise IntegrityError(f"its members do not fit together: {type(error).__name__} {error}") from error


def _documents(rows: Iterable[Mapping[str, Any]], found: Mapping[str, bytes]) -> dict[Key, Document]:
    """Read the documents back, and hold their bytes against their names."""
    documents: dict[Key, Document] = {}
    for row in rows:
        digest, source, uri, media_type = (just(str, row[name]) for name in ("sha256", "source", "uri", "mediaType"))
        dates = [maybe(plain.moment, row[name]) for name in ("fetchedAt", "dated")]
        one = Document(source, uri, media_type, found[FOLDER + digest], *dates)
        if one.sha256 != digest or len(one.content) != just(int, row["size"]):
            raise IntegrityError(f"documents/{digest} holds other bytes than documents.json says")
        if documents.setdefault(one.key, one) is not one:
            raise IntegrityError(f"documents.json names documents/{digest} twice as {source} {uri}")
    return documents


def _answers(replies: Mapping[Request, Reply]) -> Iterator[Key]:
    """Name the documents of replies."""
    return (one.key for reply in replies.values() if not isinstance(reply, Gap) for one in reply)


def _check_documents(documents: Mapping[Key, Document], answers: Collection[Key], found: Mapping[str, bytes]) -> None:
    """Hold members, list and what is spoken of against one another: nothing is there that nobody speaks of, and nothing is missing."""
    unlisted = {name for name in found if name.startswith(FOLDER)} - {FOLDER + one.sha256 for one in documents.values()}
    if unlisted:
        raise IntegrityError(f"{min(unlisted)} is not in documents.json")
    if missing := set(answers) - documents.keys():
        raise IntegrityError(f"documents/{min(missing)[0]} is spoken of, and not in documents.json")
    idle = {key for key in documents.keys() - set(answers) if documents[key].source not in INPUTS}
    if idle:
        raise IntegrityError(f"documents/{min(idle)[0]} is no answer to anything")


def _input(documents: Mapping[Key, Document], source: str) -> Document:
    """Give the one document of an input."""
    (one,) = (document for document in documents.values() if document.source == source)
    return one


def _result(statement: Mapping[str, Any], documents: Mapping[Key, Document]) -> Mapping[str, Any]:
    """Take the result from a statement that speaks of just these documents."""
    if (statement["_type"], statement["predicateType"]) != (TYPE, PREDICATE):
        raise IntegrityError("statement.json is no statement of a result")
    if statement["subject"] != _subjects(documents.values()):
        raise IntegrityError("statement.json does not name the case and every document as its subjects")
    result = just(dict, statement["predicate"])
    just(str, result["tool"]["version"])
    ids = {one.id for one in documents.values()}
    cited = {cited for prefix in just(list, result["prefixes"]) for reason in prefix["reasons"] for cited in reason["documents"]}
    if cited - ids:
        raise IntegrityError(f"statement.json cites {min(cited - ids)}, which is not there")
    return result


def _read_replies(rows: Iterable[Mapping[str, Any]], documents: Mapping[Key, Document]) -> Iterator[tuple[Request, Reply]]:
    """Read back what each request got; each request stands there once."""
    seen: set[Request] = set()
    for row in rows:
        source = just(str, row["source"])
        reply: Reply
        if "gap" in row:
            gap = row["gap"]
            reply = Gap(just(str, gap["source"]), GapReason(gap["reason"]), just(str, gap["detail"]))
        else:
            reply = tuple(documents[one["sha256"], source, one["uri"]] for one in just(list, row["documents"]))
        for request in [Request(source, subject) for subject in plain.texts(row["subjects"])]:
            if request in seen:
                raise IntegrityError(f"documents.json answers {request.source} {request.subject} twice")
            seen.add(request)
            yield request, reply
