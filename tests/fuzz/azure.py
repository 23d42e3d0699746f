"""Targets of what Azure and its tools write: circuits in every shape, tables of the edge, filters; and what bgpcheck wrote of them."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, replace

from certificates import NOW
from fuzz.target import answer, same, written

from bgpcheck import case as cases
from bgpcheck import changes, earlier, matching
from bgpcheck.circuit import communities, feedback, resource
from bgpcheck.circuit import read as reader
from bgpcheck.circuit.claims import peering_of
from bgpcheck.circuit.model import Circuit
from bgpcheck.circuit.seen import Reading, Seen
from bgpcheck.circuit.survey import Survey
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.evidence import plain
from bgpcheck.fetch.answers import waits
from bgpcheck.render import changes as drawn
from bgpcheck.render.changes_json import changes_json
from bgpcheck.rules import data as _rules  # noqa: F401 (loaded before anything is counted)
from bgpcheck.store import configs
from bgpcheck.store.feedback import append

SETTLED = "Configured"


def described(data: bytes) -> None:
    """A description of circuits: in another encoding it says the same; what is read goes into a case and comes back."""
    found = reader.read(data, file="f")
    with contextlib.suppress(UnicodeDecodeError):
        text = data.decode()
        if not text.startswith("\ufeff"):
            for encoding in ("utf-8-sig", "utf-16"):
                same(reader.read(text.encode(encoding), file="f"), found, f"the same as {encoding}")
    _judged(found)
    if data.lstrip()[:1] != b"{" or found.notes:
        return
    listed = answer(lambda: reader.read(b"[" + data + b"]", file="f"))
    if listed is not FormatError and not _terraform(data):
        same(listed.circuits, found.circuits, "a circuit alone and in a list")


def _terraform(data: bytes) -> bool:
    return any(mark.encode() in data.lower() for mark in reader.terraform.MARKS)


def _judged(found: Reading) -> None:
    """Survey what was read: rules, road and outlook answer for whatever a parser lets in."""
    settings = configs.settings()
    for circuit in found.circuits[:3]:
        same(plain.record(Circuit, json.loads(json.dumps(asdict(circuit)))), circuit, "a circuit in a case")
        survey = Survey(Seen(circuit, found.tables, found.filters), settings)
        json.dumps(survey.to_json())
        peering, _ = peering_of(circuit, settings)
        made = cases.Case(replace(peering, circuit=circuit), NOW)
        back = answer(lambda made=made: cases.decode(made.encode()))
        same(back, made, "a case of a circuit")


def resource_id(data: bytes) -> None:
    """A resource id: spelled again it is the same."""
    found = resource.parse(data.decode("utf-8", "replace"))
    same(resource.parse(found.id), found, "a resource id spelled again")


def community(data: bytes) -> None:
    """A community's number and name."""
    text = data.decode("utf-8", "replace")
    found = communities.number(text)
    assert found is None or 0 <= found < 1 << 16
    assert isinstance(communities.name(text), str)


def feedback_file(data: bytes) -> None:
    """A file of feedback that is there already: added to as it is, or left alone."""
    path = written("feedback.jsonl", data)
    line = {"schema": feedback.SCHEMA, "decidedAt": "2026-01-01T00:00:00Z", "prefix": "193.0.0.0/21"}
    try:
        count = append(path, [line])
    except FormatError:
        same(path.read_bytes(), data, "a file that was refused")
        raise
    assert path.read_bytes().startswith(data)
    assert count <= 1
    same(append(path, [line]), 0, "lines that are there already")


def feedback_result(data: bytes) -> None:
    """A result to take feedback from."""
    value = json.loads(data)
    if isinstance(value, dict):
        for line in feedback.lines(value):
            feedback.identity(line)


def earlier_result(data: bytes) -> None:
    """An earlier result: held against itself nothing has changed, whatever it says."""
    found = earlier.read(data, file="f")
    for one in found:
        made = changes.Changes(one, one)
        assert not made.changed, "a result that differs from itself"
        changes_json(made)
    matched = answer(lambda: matching.match(found, found, file="f"), UsageError)
    if matched is not UsageError:
        drawn.as_table(matched)
        drawn.as_markdown(matched)


def retry_after(data: bytes) -> None:
    """How long Azure or a registry wants to be left alone: a number of seconds that can be slept."""
    found = waits({"retry-after": data.decode("latin-1")}, NOW)
    assert found is None or 0 <= found < float("inf"), found
