"""A snapshot described: what it was made from, how old, how much, and what is doubtful in it. Pure; needs no numpy.

Rule: what is doubtful is said beside the source, in words that say what to do.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Facts = dict[str, Any]


def brief(name: str, header: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in a few lines what a snapshot was made from."""
    files = (f"{facts['source']}: {facts['rows']:,} of {(facts['dated'] or 'no date')[:10]}, {facts['file']}" for facts in header["files"])
    return (f"{name}, built {header['builtAt'][:16].replace('T', ' ')} UTC", *files)


def as_json(name: str, identity: str, header: Mapping[str, Any], found: Sequence[Facts]) -> str:
    """Write a snapshot's description as one JSON object."""
    kept = ("source", "file", "sha256", "size", "format", "dated", "rows", "routes", "families", "notes", "anchors", "fetched")
    body = {
        "schema": "bgpcheck/registry/v1",
        "snapshot": name,
        "sha256": identity,
        "builtAt": header["builtAt"],
        "files": [{key: facts[key] for key in kept if key in facts} for facts in header["files"]],
        "rdapAnswers": header["rdap"],
        "before": header["before"],
        "doubts": list(found),
    }
    return json.dumps(body, indent=1, sort_keys=True) + "\n"


def as_text(name: str, identity: str, header: Mapping[str, Any], found: Sequence[Facts]) -> str:
    """Write a snapshot's description for people."""
    return "".join(f"{visible(line)}\n" for line in _lines(name, identity, header, found))


def _lines(name: str, identity: str, header: Mapping[str, Any], found: Sequence[Facts]) -> Iterator[str]:
    """Give the lines: what it is, its files, what to doubt."""
    yield f"{name}: {'doubtful: see below' if found else 'fresh and whole'}"
    yield f"  built {header['builtAt'][:16].replace('T', ' ')} UTC, {len(header['files'])} files, header {identity[:16]}"
    yield ""
    rows = [("source", "rows", "of", "file", "")]
    marks: dict[str, list[str]] = {}
    for one in found:
        marks.setdefault(one["source"], []).append(one["kind"])
    for facts in header["files"]:
        day = (facts["dated"] or "no date")[:10]
        rows.append((facts["source"], f"{facts['rows']:,}", day, facts["file"], ", ".join(dict.fromkeys(marks.get(facts["source"], ())))))
    if header["rdap"]:
        rows.append(("rdap", f"{header['rdap']:,}", "", "recorded answers", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for source, number, day, file, mark in rows:
        yield f"  {source:<{widths[0]}}  {number:>{widths[1]}}  {day:<{widths[2]}}  {file:<{widths[3]}}  {mark}".rstrip()
    anchors = Counter[str]()
    for facts in header["files"]:
        anchors.update(facts["anchors"])
    if anchors:
        yield ""
        yield "  VRPs by trust anchor: " + ", ".join(f"{anchor or '(none)'} {number:,}" for anchor, number in sorted(anchors.items()))
    notes = [f"{facts['file']}: {note}" for facts in header["files"] for note in facts["notes"]]
    for title, lines in (("Doubts", [one["message"] for one in found]), ("Notes", notes)):
        if lines:
            yield ""
            yield title
            yield from (f"  {line}" for line in lines)
