from __future__ import annotations

import hashlib
import json
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import pytest
from bundles import PREFLIGHT, Members, altered, checked, digest_of, members, places, put, sealed

from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import statement
from bgpcheck.evidence.bundle import MANIFEST, damage
from bgpcheck.evidence.compare import ABSENT, differences
from bgpcheck.evidence.statement import read
from bgpcheck.sources.base import Gap

if TYPE_CHECKING:
    from collections.abc import Callable

OUTCOMES = checked(peer_asn=3333, prefixes=["193.0.0.0/21"], registry="RIPENCC")
INTACT = members(OUTCOMES)
TOUR = checked(preflight=str(PREFLIGHT / "tour.yaml"))
STATEMENT: dict[str, Any] = json.loads(INTACT["statement.json"])
LISTING: dict[str, Any] = json.loads(INTACT["documents.json"])
CASE = digest_of(INTACT, statement.CASE)
RIPE = digest_of(INTACT, "irr/RIPE")


def refused(found: Members) -> str:
    assert list(damage(found)) == []
    with pytest.raises(IntegrityError) as caught:
        read(found)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ── as it was written ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("outcomes", [OUTCOMES, TOUR], ids=["one", "tour"])
def test_read_back_as_written(outcomes: Any) -> None:  # noqa: ANN401 (as in bundles)
    found = read(members(outcomes))
    inputs = outcomes.inputs
    assert found.case.encode() == inputs.case.content
    assert (found.policy, found.base, found.settings) == (inputs.policy, None, inputs.settings)
    assert found.replies == outcomes.checked.replies
    assert found.result == outcomes.result.to_json()
    assert found.version == outcomes.result.to_json()["tool"]["version"]
    assert set(found.papers) == {MANIFEST, "report.html", "ticket.md", "loa-draft.md"}


def test_the_statement_is_one_of_in_toto() -> None:
    assert STATEMENT["_type"] == "https://in-toto.io/Statement/v1"
    assert STATEMENT["predicateType"] == statement.PREDICATE
    assert STATEMENT["predicate"] == OUTCOMES.result.to_json()
    names = [one["name"] for one in STATEMENT["subject"]]
    assert names == ["claim", *sorted(name for name in INTACT if name.startswith("documents/") and name != f"documents/{CASE}")]
    for one in STATEMENT["subject"]:
        digest = one["digest"]["sha256"]
        assert hashlib.sha256(INTACT[f"documents/{digest}"]).hexdigest() == digest


def test_the_list_says_of_each_document_what_the_contract_wants() -> None:
    for row in LISTING["documents"]:
        assert row.keys() == {"sha256", "source", "uri", "mediaType", "size", "fetchedAt", "dated"}
        assert row["size"] == len(INTACT[f"documents/{row['sha256']}"])
    assert [row["sha256"] for row in LISTING["documents"]] == sorted(row["sha256"] for row in LISTING["documents"])
    answered = {(row["source"], subject) for row in LISTING["replies"] for subject in row["subjects"]}
    assert answered == set(OUTCOMES.checked.replies)
    assert {row["gap"]["source"] for row in LISTING["replies"] if "gap" in row} == {
        reply.source for reply in OUTCOMES.checked.replies.values() if isinstance(reply, Gap)
    }


def test_equal_content_of_two_sources_is_one_member() -> None:
    """ALTDB and LACNIC with equal bytes: two documents, one name."""
    inputs = OUTCOMES.inputs
    request, reply = next((request, reply) for request, reply in OUTCOMES.checked.replies.items() if isinstance(reply, tuple) and reply)
    twin = statement.Document("irr/TWIN", reply[0].uri, reply[0].media_type, reply[0].content, dated=reply[0].dated)
    replies = {request: reply, statement.Request("irr/TWIN", request.subject): (twin,)}
    result = {**OUTCOMES.result.to_json(), "prefixes": []}
    found = statement.members(inputs, replies, result)
    assert len([name for name in found if name.startswith("documents/")]) == 4
    assert read(found).replies == replies


# ── as nobody wrote it ──────────────────────────────────────────────────────────────────────────────────────────────────────


def without(name: str) -> Members:
    return sealed({other: content for other, content in INTACT.items() if other not in {name, MANIFEST}})


def with_json(name: str, change: Callable[[dict[str, Any]], Any]) -> Members:
    value = json.loads(INTACT[name])
    change(value)
    return sealed({**INTACT, name: json.dumps(value).encode()})


def subjects(change: Callable[[list[Any]], Any]) -> Members:
    return with_json("statement.json", lambda value: change(value["subject"]))


def documents(change: Callable[[list[Any]], Any]) -> Members:
    return with_json("documents.json", lambda value: change(value["documents"]))


def replies(change: Callable[[list[Any]], Any]) -> Members:
    return with_json("documents.json", lambda value: change(value["replies"]))


def row_of(rows: list[Any], digest: str) -> Any:  # noqa: ANN401 (a row of a list)
    return next(row for row in rows if row["sha256"] == digest)


OTHER = hashlib.sha256(b"other").hexdigest()
NOT_ITS_SUBJECTS = "statement.json does not name the case and every document as its subjects"
TAMPERED: list[tuple[str, Members, str]] = [
    ("no statement", without("statement.json"), "KeyError 'statement.json'"),
    ("no list", without("documents.json"), "KeyError 'documents.json'"),
    ("a document is missing", without(f"documents/{RIPE}"), f"KeyError 'documents/{RIPE}'"),
    ("other bytes", sealed({**INTACT, f"documents/{RIPE}": b"x"}), f"documents/{RIPE} holds other bytes than documents.json says"),
    ("a document more", sealed({**INTACT, f"documents/{OTHER}": b"other"}), f"documents/{OTHER} is not in documents.json"),
    ("a subject is missing", subjects(lambda rows: rows.pop()), NOT_ITS_SUBJECTS),
    ("the claim is missing", subjects(lambda rows: rows.pop(0)), NOT_ITS_SUBJECTS),
    ("no subjects", subjects(lambda rows: rows.clear()), NOT_ITS_SUBJECTS),
    ("a subject more", subjects(lambda rows: rows.append({"name": f"documents/{OTHER}", "digest": {"sha256": OTHER}})), NOT_ITS_SUBJECTS),
    ("a subject twice", subjects(lambda rows: rows.append(rows[-1])), NOT_ITS_SUBJECTS),
    ("another digest", subjects(lambda rows: rows[1]["digest"].update(sha256=OTHER)), NOT_ITS_SUBJECTS),
    ("another claim", subjects(lambda rows: rows[0].update(digest=rows[1]["digest"])), NOT_ITS_SUBJECTS),
    ("another name", subjects(lambda rows: rows[1].update(name="claim")), NOT_ITS_SUBJECTS),
    ("an unlisted document", documents(lambda rows: rows.remove(row_of(rows, RIPE))), f"KeyError ('{RIPE}', 'irr/RIPE', 'RIPE.db')"),
    ("the case is unlisted", documents(lambda rows: rows.remove(row_of(rows, CASE))), f"documents/{CASE} is not in documents.json"),
    ("a document twice", documents(lambda rows: rows.append(rows[0])), " twice as "),
    ("another size", documents(lambda rows: row_of(rows, RIPE).update(size=1)), f"documents/{RIPE} holds other bytes"),
    ("a size that is none", documents(lambda rows: row_of(rows, RIPE).update(size=True)), "True is not of type int"),
    ("two cases", documents(lambda rows: row_of(rows, RIPE).update(source="input/case")), "KeyError"),
    ("a date without a zone", documents(lambda rows: rows[0].update(dated="2026-11-01T00:00:00")), "is of no time zone"),
    ("no date", documents(lambda rows: rows[0].update(dated="x")), "Invalid isoformat string"),
    ("a path for a name", documents(lambda rows: rows[0].update(sha256="../../etc/passwd")), "KeyError 'documents/../../etc/passwd'"),
    (
        "an answer to nothing",
        replies(lambda rows: next(row for row in rows if row["source"] == "irr/RIPE").update(documents=[])),
        " is no answer to anything",
    ),
    ("no replies", replies(lambda rows: rows.clear()), "is no answer to anything"),
    ("a reply twice", replies(lambda rows: rows.append(rows[0])), " twice"),
    ("a subject twice in a reply", replies(lambda rows: rows[0]["subjects"].append(rows[0]["subjects"][0])), " twice"),
    (
        "a reason that is none",
        replies(lambda rows: next(row for row in rows if "gap" in row)["gap"].update(reason="tired")),
        "'tired' is not a valid GapReason",
    ),
    ("neither gap nor documents", replies(lambda rows: rows.append({"source": "a", "subjects": ["b"]})), "KeyError 'documents'"),
    ("another type", with_json("statement.json", lambda value: value.update(_type="x")), "statement.json is no statement of a result"),
    (
        "another predicate",
        with_json("statement.json", lambda value: value.update(predicateType="x")),
        "statement.json is no statement of a result",
    ),
    ("a result that is none", with_json("statement.json", lambda value: value.update(predicate=[])), "[] is not of type dict"),
    ("no tool", with_json("statement.json", lambda value: value["predicate"].pop("tool")), "KeyError 'tool'"),
    (
        "a cited document that is not there",
        with_json("statement.json", lambda value: value["predicate"]["prefixes"][0]["reasons"][0]["documents"].append(f"sha256:{OTHER}")),
        f"statement.json cites sha256:{OTHER}, which is not there",
    ),
    ("a case that is none", altered(INTACT, CASE, b"{}"), "not a readable case: 'schema'"),
    (
        "a key twice",
        sealed({**INTACT, "statement.json": INTACT["statement.json"].replace(b'"predicate":', b'"predicate": {}, "predicate":', 1)}),
        "a key comes twice",
    ),
    ("not JSON", sealed({**INTACT, "documents.json": b"{"}), "not JSON"),
    ("not text", sealed({**INTACT, "documents.json": b"\xff"}), "UnicodeDecodeError"),
    ("a list", sealed({**INTACT, "documents.json": b"[]"}), "[] is not of type dict"),
    ("nested", sealed({**INTACT, "statement.json": b"[" * 100_000}), "nested too deep"),
    ("nothing", sealed({}), "KeyError 'statement.json'"),
]


@pytest.mark.parametrize(("found", "says"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED])
def test_members_that_do_not_fit_together(found: Members, says: str) -> None:
    assert says in refused(found)


@pytest.mark.parametrize("source", [statement.CASE, statement.POLICY, statement.SETTINGS])
def test_an_input_that_is_missing_or_there_twice(source: str) -> None:
    digest = digest_of(INTACT, source)
    found = {name: content for name, content in INTACT.items() if digest not in name}
    listing = {**LISTING, "documents": [row for row in LISTING["documents"] if row["sha256"] != digest]}
    told = {**STATEMENT, "subject": [one for one in STATEMENT["subject"] if one["digest"]["sha256"] != digest]}
    found |= {"documents.json": json.dumps(listing).encode(), "statement.json": json.dumps(told).encode()}
    assert "not enough values to unpack" in refused(sealed(found))
    twin = {**row_of(LISTING["documents"], digest), "uri": "twin"}
    assert "too many values to unpack" in refused(with_json("documents.json", lambda value: value["documents"].append(twin)))


OTHERS: list[Any] = [None, True, 1.5, -1, 1 << 130, "\ud800", "x", [], [[]], {}, {"a": 1}]


@pytest.mark.parametrize("name", ["statement.json", "documents.json"])
def test_any_other_value_anywhere_is_read_or_refused(name: str) -> None:
    for number, path in enumerate(places(json.loads(INTACT[name]))):
        if path[:1] == ("predicate",) and len(path) > 4:  # the result itself is for the replay to compare
            continue
        for value in islice(cycle(OTHERS), number, number + 3):
            try:
                found = read({**INTACT, name: json.dumps(put(INTACT[name], path, value)).encode()})
            except IntegrityError:
                continue
            assert found.case == read(INTACT).case


# ── what differs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

DIFFERENCES: list[tuple[Any, Any, list[str]]] = [
    ({}, {}, []),
    ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, []),
    ({"a": 1}, {"a": 2}, ["a: 1 then, 2 now"]),
    ({"a": 1}, {"a": True}, ["a: 1 then, true now"]),
    ({"a": 1}, {"a": 1.0}, ["a: 1 then, 1.0 now"]),
    ({"a": 1}, {}, ["a: 1 then, nothing now"]),
    ({"a": None}, {}, ["a: null then, nothing now"]),
    ({}, {"a": None}, ["a: nothing then, null now"]),
    ({"a": [1, 2]}, {"a": [2, 1]}, ["a[0]: 1 then, 2 now", "a[1]: 2 then, 1 now"]),
    ({"a": [1]}, {"a": [1, 2]}, ["a: [1] then, [1, 2] now"]),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 2, "d": 3}}, ["a.b: 1 then, 2 now", "a.c: 2 then, nothing now", "a.d: nothing then, 3 now"]),
    ({"a": [{"b": {"c": "x" * 200}}]}, {"a": [{"b": {"c": ""}}]}, [f'a[0].b.c: "{"x" * 79} then, "" now']),
    ({"a": "\x1b[2J\u202e"}, {"a": {}}, ['a: "\\u001b[2J\\u202e" then, {} now']),
    ([1], {"a": 1}, [': [1] then, {"a": 1} now']),
]


@pytest.mark.parametrize(("before", "after", "expected"), DIFFERENCES)
def test_differences(before: Any, after: Any, expected: list[str]) -> None:  # noqa: ANN401 (any JSON value)
    assert list(differences(before, after)) == expected
    assert list(differences(before, before)) == list(differences(after, after)) == []


def test_what_is_absent_is_nothing_else() -> None:
    assert list(differences(ABSENT, ABSENT)) == []
