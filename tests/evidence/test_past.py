"""A history in a bundle: what it claims is computed again, and whoever changes it is found out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from bundles import Members, altered, digest_of, sealed
from fuzz import seeds_proofs
from waited import ASN, PREFIX, ROA, world

from bgpcheck.engine import replay
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import bundle, past, statement

if TYPE_CHECKING:
    from collections.abc import Callable

OBJECT = f"{PREFIX} AS{ASN}"
Body = dict[str, Any]


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """A bundle of an object that came, went and came, then a ROA."""
    place = tmp_path_factory.mktemp("waited")

    async def wait() -> bytes:
        async with world(place) as made:
            made.at(15, lambda: made.write("RADB", OBJECT))
            made.at(75, lambda: made.write("RADB", "8.0.0.0/8 AS64500"))
            made.at(95, lambda: made.write("RADB", OBJECT))
            made.at(130, lambda: made.vrps.append(ROA))
            return (await made.until(600)).outcomes.bundle()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        patch.setenv("XDG_DATA_HOME", str(place / "data"))
        return bundle.unpack(asyncio.run(wait()))


def told(found: Members) -> Body:
    body: Body = json.loads(found[f"documents/{digest_of(found, past.SOURCE)}"])
    return body


def forged(found: Members, change: Callable[[Body], object]) -> Members:
    """Change the history and all digests of it."""
    body = told(found)
    change(body)
    return altered(found, digest_of(found, past.SOURCE), (past.laid_out(body) + "\n").encode())


async def found_out(found: Members) -> str:
    """Give what a replay says first."""
    assert list(bundle.damage(found)) == []
    again = await replay(statement.read(found))
    return (*again.differences, "")[0]


async def test_it_holds_what_happened(members: Members) -> None:
    assert await found_out(members) == ""
    body = told(members)
    assert [(one["source"], one["before"], one["after"]) for one in body["changes"]] == [
        ("irr/RADB", "no route object", "route object for AS3333"),
        ("irr/RADB", "route object for AS3333", "no route object"),
        ("irr/RADB", "no route object", "route object for AS3333"),
        ("vrps", "not-found", "valid"),
    ]
    listed = {row["sha256"] for row in json.loads(members["documents.json"])["documents"]}
    assert {ref[0] for one in body["changes"] for ref in (*one["old"], *one["new"])} <= listed
    assert body["first"]["verdict"] == "manual-validation"


def later(body: Body) -> None:
    body["changes"][0]["at"] = body["changes"][0]["not_before"] = "2027-01-01T00:00:00Z"


ROW = f"irr/RADB {PREFIX}"
FORGED: list[tuple[Callable[[Body], object], str]] = [
    (
        lambda body: body["changes"][0].update(after="route object for AS1"),
        "irr/RADB 193.0.0.0/21: its documents say 'route object for AS3333'",
    ),
    (lambda body: body["changes"][0].update(before="route object for AS1"), "irr/RADB 193.0.0.0/21: its documents say 'no route object'"),
    (lambda body: body["changes"][0].update(before=""), "irr/RADB 193.0.0.0/21: its documents say 'no route object', and not ''"),
    (lambda body: body["changes"][3].update(new=[]), "documents/"),
    (
        lambda body: body["changes"][0].update(at="2026-11-02T12:00:00Z"),
        "irr/RADB 193.0.0.0/21: seen at 2026-11-02T12:00:00Z, which does not fit",
    ),
    (
        lambda body: body["changes"][0].update(not_before="2026-11-02T12:00:00Z"),
        "irr/RADB 193.0.0.0/21: seen at 2026-11-02T13:20:00Z, which does not fit",
    ),
    (later, "irr/RADB 193.0.0.0/21: seen at 2027-01-01T00:00:00Z, which does not fit"),
    (lambda body: body["changes"].pop(1), "irr/RADB 193.0.0.0/21: was 'route object for AS3333' before it changed from 'no route object'"),
    (lambda body: body["changes"].pop(2), "irr/RADB 193.0.0.0/21: 'no route object' was seen last, and 'route object for AS3333' is what"),
    (lambda body: body["first"].update(verdict="validation-needed"), 'history.first[0]: "validation-needed" then, "manual-validation" now'),
    (lambda body: body.update(since="2026-11-01T00:00:00Z"), "until.since"),
    (lambda body: body.update(looks=999_999), "999999 looks from 2026-11-02T13:00:00Z to"),
    (lambda body: body.update(looks=1), "1 looks from 2026-11-02T13:00:00Z to"),
    (lambda body: body.update(changes=[], looks=1, first=None), "documents/"),
    (lambda body: body["changes"].pop(3), "documents/"),
    (lambda body: body["first"].update(at="2026-11-02T12:00:00Z"), "the first result is of 2026-11-02T12:00:00Z, which does not fit"),
    (lambda body: body["rows"][0].update(last_checked="2036-11-02T12:00:00Z"), f"{ROW}: asked last at 2036-11-02T12:00:00Z, which"),
    (lambda body: body["rows"][0].update(last_checked="2026-11-02T12:00:00Z"), f"{ROW}: asked last at 2026-11-02T12:00:00Z, which"),
    (lambda body: body["rows"][0].update(before="valid"), f"{ROW}: 'valid' at first, and no change of it is left out"),
    (lambda body: body.update(looks=1), "until.rounds"),
    (lambda body: body.update(first=None), "documents/"),
    (lambda body: body.update(wanted="undetermined"), "history.json is not a history as it is written"),
    (lambda body: body.update(looks="1"), "history.json is not a readable history"),
    (lambda body: body["changes"][0]["new"].append(["0" * 64, "x"]), f"documents/{'0' * 64} is spoken of, and not in documents.json"),
]


@pytest.mark.parametrize(("change", "words"), FORGED, ids=range(len(FORGED)))
async def test_a_changed_history_is_found_out(members: Members, change: Callable[[Body], object], words: str) -> None:
    found = forged(members, change)
    try:
        again = await replay(statement.read(found))
    except IntegrityError as error:
        assert words in str(error)  # noqa: PT017 (either way to be found out is right)
        return
    assert any(line.startswith(words) for line in again.differences), again.differences


async def test_answers_of_different_times_are_found_out(members: Members) -> None:
    listing = json.loads(members["documents.json"])
    one = next(row for row in listing["documents"] if row["source"] == "rdap/autnum")
    one["fetchedAt"] = "2020-01-01T00:00:00+00:00"
    found = sealed({**members, "documents.json": json.dumps(listing).encode()})
    again = await replay(statement.read(found))
    assert any("answers are of 2020-01-01T00:00:00Z to" in line for line in again.differences)


async def test_a_ready_at_that_does_not_follow_is_found_out(members: Members) -> None:
    whole = json.loads(members["statement.json"])
    whole["predicate"]["until"]["readyAt"] = "2026-11-02T13:00:00Z"
    found = sealed({**members, "statement.json": json.dumps(whole).encode()})
    assert (await found_out(found)).startswith("until.readyAt")


async def test_until_without_a_history_is_found_out(members: Members) -> None:
    """A result that says "ready at" and has nothing to prove it."""
    digest = digest_of(members, past.SOURCE)
    listing = json.loads(members["documents.json"])
    spoken = {(one["sha256"], row["source"], one["uri"]) for row in listing["replies"] for one in row.get("documents", ())}
    listing["documents"] = [
        row
        for row in listing["documents"]
        if row["sha256"] != digest and (row["source"].startswith("input/") or (row["sha256"], row["source"], row["uri"]) in spoken)
    ]
    kept = {f"documents/{row['sha256']}" for row in listing["documents"]}
    whole = json.loads(members["statement.json"])
    whole["subject"] = [one for one in whole["subject"] if one["name"] == "claim" or one["name"] in kept]
    found = {name: data for name, data in members.items() if not name.startswith("documents/") or name in kept}
    found |= {"documents.json": json.dumps(listing).encode(), "statement.json": json.dumps(whole).encode()}
    assert (await found_out(sealed(found))).startswith("until: ")


def test_what_does_not_end_in_ready_may_rest_on_older_answers() -> None:
    assert list(past.apart({})) == []


async def test_a_history_is_held_against_its_frame(members: Members) -> None:
    """What digests give away first, asked of the function itself: a change that is not told, and a beginning without a result."""
    stored = statement.read(members)
    assert stored.history is not None
    result = (await replay(stored)).result
    about = (result, stored.documents, stored.replies, stored.first)
    assert list(past.faults(stored.history, *about)) == []
    untold = replace(stored.history, changes=stored.history.changes[:-1])
    assert any("'not-found' at first, 'valid' in the end, and no change is told" in line for line in past.faults(untold, *about))
    nobody = replace(stored.history, first=None)
    assert any(line.startswith("there is no first result, and Azure") for line in past.faults(nobody, *about))


@pytest.mark.parametrize("depth", [10, 100, 600, 900, 980, 5000])
def test_replies_that_are_nested_too_deep(depth: int) -> None:
    (content,) = seeds_proofs.histories()
    nested = content.replace(b'"subjects": []', b'"subjects": ' + b"[" * depth + b"]" * depth)
    assert nested != content
    if depth <= 100:
        assert past.read(nested).first
    else:
        with pytest.raises(IntegrityError, match=r"history\.json is not"):
            past.read(nested)
