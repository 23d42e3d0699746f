"""Results as SARIF 2.1.0, for code scanning and editors: one run, one result a prefix and a finding. Pure.

Rule: what has no verdict is ``open``, never ``pass`` (SARIF 3.27.9); nothing in it names a place of the user's machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from bgpcheck.explain import explain
from bgpcheck.policy import Outcome
from bgpcheck.render.clean import markdown, visible
from bgpcheck.render.places import line_of_finding, line_of_peering, line_of_prefix, paired
from bgpcheck.render.sarif_rules import FAULT, LEVEL, driver, gap_id, quoted
from bgpcheck.render.told import sentence, steps
from bgpcheck.render.words import answer, facts, title, worst_first
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.formats.preflight_places import Places
    from bgpcheck.render.told import Fault
    from bgpcheck.result import Result

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"  # the user's folder: the checkout, as code scanning takes it
LEVELS = ("none", "note", "warning", "error")
KIND = {
    Outcome.CONFIGURED: "pass",
    Outcome.VALIDATION_NEEDED: "fail",
    Outcome.MANUAL_VALIDATION: "fail",
    Outcome.UNDETERMINED: "open",
}
LOCAL = re.compile(r"(?<![\w.:/])(?:file://)?/(?:[^\s/'\"]+/)+(?=[^\s/])|(?<![\w.])[A-Za-z]:\\(?:[^\s\\'\"]+\\)*")  # folders from the root


class Entry(NamedTuple):
    """A result on its way. ``key``: what it is about, by which it is known again; ``file`` and ``line``: where that stands."""

    key: tuple[str | int, ...]
    rule: str
    body: dict[str, Any]
    file: str
    line: int | None


def as_sarif(results: Sequence[Result], places: Sequence[Places] = (), faults: Sequence[Fault] = ()) -> str:
    """Write one run for all results."""
    pairs = list(paired(results, places))
    entries = [entry for result, place in pairs for entry in _entries(result, place)]
    files = list(dict.fromkeys(filter(None, (*(place.file for _, place in pairs), *(one.file for one in faults)))))
    ranked = sorted((entry.rule, LEVELS.index(entry.body["level"])) for entry in entries)
    levels = {rule: LEVELS[rank] for rule, rank in ranked}  # the worst, since it comes last
    gaps, broken = _gaps(results), [_fault(one, files) for one in faults]
    kinds = sorted({one["descriptor"]["id"] for one in (*gaps, *broken)})
    run = {
        "tool": {"driver": driver(levels, kinds)},
        "invocations": [
            {
                "executionSuccessful": not faults,
                "toolExecutionNotifications": _indexed(gaps, kinds),
                "toolConfigurationNotifications": _indexed(broken, kinds),
            }
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder from which preflight files are named."}}},
        "artifacts": [{"location": _artifact(file), "roles": ["analysisTarget"], "mimeType": "application/yaml"} for file in files],
        "results": list(_results(entries, [*levels], files)),
        "properties": {"peerings": [_peering(result) for result in results]},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _entries(result: Result, places: Places) -> Iterator[Entry]:
    """Give what is said of one peering: its prefixes, then its findings."""
    peering = (result.peering.name or "", result.peering.peer_asn)
    for one in result.assessments:
        line = line_of_prefix(one.claim.prefix, places)
        yield Entry((*peering, "prefix", str(one.claim.prefix)), visible(one.verdict.reason), _of_prefix(one), places.file, line)
    for finding in worst_first(result.findings):
        body = {"kind": "fail", "level": LEVEL[finding.severity], "message": _message(sentence(finding))}
        line = line_of_finding(finding, places)
        yield Entry((*peering, finding.rule, finding.subject), finding.rule, body, places.file, line)
    if result.unconfirmed:
        body = {"kind": KIND[Outcome.UNDETERMINED], "level": "none", "message": _message(f"{visible(answer(result))}.")}
        yield Entry((*peering, "unconfirmed"), "source-unavailable", body, places.file, line_of_peering(places))
    if result.verdict is None:  # private peering: nothing is validated (ST-13)
        body = {"kind": "notApplicable", "level": "none", "message": _message(f"{visible(answer(result))}.")}
        yield Entry((*peering, "ST-13"), "ST-13", body, places.file, line_of_peering(places))


def _of_prefix(one: Assessment) -> dict[str, Any]:
    """Say what a prefix came to, why, and what to do."""
    kind, verdict = KIND[one.verdict.outcome], one.verdict
    what, why = f"{one.claim.prefix}: {verdict.outcome}.", visible(explain(one))
    todo = list(steps(one))
    plain = "\n".join((f"{what} {why}", *(("To do:", *todo) if todo else ())))
    marked = [
        f"**{one.claim.prefix}**: {verdict.outcome}. {markdown(explain(one))}",
        *(("", "```text", *map(_unfenced, todo), "```") if todo else ()),
    ]
    return {
        "kind": kind,
        "level": "error" if kind == "fail" else "none",  # 3.27.10: what does not fail has no level
        "message": {**_message(plain), "markdown": quoted(LOCAL.sub("", "\n".join(marked)))},
        "properties": {
            "verdict": str(verdict.outcome),
            "confidence": verdict.confidence,
            "listed": one.claim.listed,
            "actualAzureState": one.claim.actual,
            "facts": {name: str(word) for name, word in facts(one).items()},
        },
    }


def _unfenced(line: str) -> str:
    """Keep a line from ending a block of code."""
    return line.replace("```", "'''")


def _message(text: str) -> dict[str, str]:
    """Write a message without folders of the user's machine."""
    return {"text": quoted(LOCAL.sub("", text))}


def _results(entries: Iterable[Entry], rules: Sequence[str], files: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Write the results, each with a fingerprint of its own that another line or another wording leaves as it is."""
    seen: Counter[tuple[str | int, ...]] = Counter()
    for entry in entries:
        seen[entry.key] += 1
        digest = hashlib.sha256(json.dumps([*entry.key, seen[entry.key]]).encode()).hexdigest()
        yield {
            "ruleId": entry.rule,
            "ruleIndex": rules.index(entry.rule),
            **entry.body,
            "locations": [_location(entry.file, entry.line, files)] if entry.file and entry.line else [],
            "partialFingerprints": {"bgpcheckSubject/v1": digest},
        }


def _location(file: str, line: int | None, files: Sequence[str]) -> dict[str, Any]:
    """Write a place in a preflight file; all of the file where the line is not known."""
    region = {"region": {"startLine": line}} if line else {}
    return {"physicalLocation": {"artifactLocation": {**_artifact(file), "index": files.index(file)}, **region}}


def _artifact(file: str) -> dict[str, str]:
    """Name a file as a URI below the user's folder."""
    return {"uri": quote(file.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": ROOT}


def _gaps(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Write every source that gave no answer, once; those that decide are warnings."""
    found: dict[Any, bool] = {}
    for result in results:
        for gap in result.gaps:
            found[gap] = found.get(gap, False) or gap in result.deciding_gaps
    return [
        {
            "descriptor": {"id": gap_id(gap.reason)},
            "level": "warning" if deciding else "note",
            "message": _message(f"{visible(gap.source)} gave no answer: {gap.reason}; {visible(gap.detail)}."),
            "properties": {"source": visible(gap.source), "deciding": deciding},
        }
        for gap, deciding in sorted(found.items(), key=lambda pair: not pair[1])
    ]


def _fault(fault: Fault, files: Sequence[str]) -> dict[str, Any]:
    """Write why something could not be judged."""
    place = {"locations": [_location(fault.file, fault.line, files)]} if fault.file else {}
    return {"descriptor": {"id": FAULT}, "level": "error", "message": _message(f"{visible(fault.text)}."), **place}


def _indexed(notifications: Iterable[dict[str, Any]], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Point each notification at its description."""
    return [{**one, "descriptor": {**one["descriptor"], "index": kinds.index(one["descriptor"]["id"])}} for one in notifications]


def _peering(result: Result) -> dict[str, Any]:
    """Say what a whole result came to."""
    return {
        "name": visible(title(result)),
        "verdict": result.verdict,
        "predictedAzureState": result.predicted_state,
        "actualAzureState": result.actual_state,
        "policy": visible(result.policy.name),
        "decidedAt": utc(result.decided_at),
    }
