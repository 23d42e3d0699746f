"""Results as JUnit XML, for CI servers: a suite a peering, a case a prefix and a case a blocker. Pure.

Rule: a suite is green only where the verdict is configured; no answer is an error, never a pass and never a skip. Characters that XML
has no place for are spelled out, and the text is ASCII, so that whatever carries it cannot spoil it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bgpcheck.explain import explain
from bgpcheck.render.clean import visible
from bgpcheck.render.places import line_of_finding, line_of_prefix, paired
from bgpcheck.render.told import FAILING, sentence, steps
from bgpcheck.render.words import answer, deciding_first, facts, next_step, title, verdict_word, worst_first
from bgpcheck.result import deciding_sources
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.formats.preflight_places import Places
    from bgpcheck.render.told import Fault
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
COUNTED = ("failure", "error", "skipped")  # what a case can hold but for a pass
LONGEST = 200  # characters of an attribute that lists show


def as_junit(results: Sequence[Result], places: Sequence[Places] = (), faults: Sequence[Fault] = ()) -> str:
    """Write one suite a result, and one with an error for each peering that could not be judged."""
    root = Element("testsuites", name="bgpcheck")
    root.extend([suite(result, place) for result, place in paired(results, places)])
    root.extend(map(_faulty, faults))
    _count(root, [case for one in root for case in one.iter("testcase")])
    indent(root, " ")
    written: bytes = tostring(root, encoding="us-ascii")
    return f"{HEAD}{written.decode('ascii')}\n"


def suite(result: Result, places: Places) -> Element:
    """Write one result."""
    name = visible(title(result))
    made = Element("testsuite", name=name, timestamp=utc(result.decided_at).rstrip("Z"))
    made.append(_properties(result))
    for one in result.assessments:
        made.append(_case(name, str(one.claim.prefix), places.file, line_of_prefix(one.claim.prefix, places)))
        _judge(made[-1], one, result)
    failing = result.blockers if result.verdict else ()  # where nothing is validated, nothing fails (ST-13)
    for called, blocker in _named(failing):
        made.append(_case(name, called, places.file, line_of_finding(blocker, places)))
        _fill(SubElement(made[-1], "failure", type=blocker.rule), blocker.message, sentence(blocker))
    if result.unconfirmed:
        made.append(_case(name, "not confirmed", "", None))
        _fill(SubElement(made[-1], "error"), answer(result), next_step(result))
    if len(made) == 1:  # no prefix and no blocker: the verdict itself is the case
        made.append(_case(name, verdict_word(result), "", None))
        _fill(SubElement(made[-1], "skipped" if result.verdict is None else "error"), answer(result), next_step(result))
    _count(made, [*made.iter("testcase")])
    _say(SubElement(made, "system-out"), _told(result, failing))
    return made


def _properties(result: Result) -> Element:
    """Write what is true of a whole result."""
    made = Element("properties")
    values = {
        "verdict": verdict_word(result),
        "predictedAzureState": result.predicted_state,
        "actualAzureState": result.actual_state,
        "policy": result.policy.name,
        "decidedAt": utc(result.decided_at),
    }
    for name, value in values.items():
        if value is not None:
            SubElement(made, "property", name=name, value=visible(value))
    return made


def _case(suite_name: str, name: str, file: str, line: int | None) -> Element:
    """Begin a case; ``file`` and ``line`` where the preflight file has it."""
    place = {"file": visible(file), "line": str(line)} if file and line else {}
    return Element("testcase", {"classname": suite_name, "name": visible(name), **place})


def _judge(case: Element, one: Assessment, result: Result) -> None:
    """Write the verdict on a prefix."""
    verdict, why = one.verdict, explain(one)
    shown = ", ".join(f"{fact} {word}" for fact, word in facts(one).items())
    if verdict.outcome == "configured":
        _say(SubElement(case, "system-out"), [f"{verdict.outcome} ({verdict.confidence}): {visible(why)}", shown])
        return
    body = [visible(why), shown, *steps(one)]
    if verdict.outcome in FAILING:
        _fill(SubElement(case, "failure", type=visible(verdict.reason)), f"{verdict.outcome}: {why}", *body)
        return
    silent = (f"no answer from {visible(gap.source)}: {gap.reason}; {visible(gap.detail)}" for gap in _deciding(one, result))
    _fill(SubElement(case, "error", type=visible(verdict.reason)), f"{verdict.outcome}: {why}", *body, *silent)


def _deciding(one: Assessment, result: Result) -> Iterator[Gap]:
    """Give the gaps whose filling could settle the verdict on a prefix."""
    silent = deciding_sources(one, result.gaps)
    return (gap for gap in result.gaps if gap.source in silent)


def _fill(element: Element, message: str, *body: str) -> None:
    """Write a message, shortened where it is for a list, and the whole below it."""
    clean = visible(message).strip()
    element.set("message", clean if len(clean) <= LONGEST else f"{clean[:LONGEST]} …")
    _say(element, body)


def _say(element: Element, lines: Sequence[str]) -> None:
    """Write clean lines as text."""
    element.text = "\n".join(lines)


def _named(blockers: Sequence[Finding]) -> Iterator[tuple[str, Finding]]:
    """Name each blocker, and number those that would be named alike: a reader may take the name for its key."""
    seen: Counter[str] = Counter()
    for one in blockers:
        name = f"{one.rule} {one.subject}"
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), one


def _told(result: Result, failing: Sequence[Finding]) -> list[str]:
    """Write what is to be read beside the cases: the answer, findings that fail nothing, gaps."""
    return [
        f"{visible(answer(result))}.",
        f"next: {next_step(result)}.",
        *(f"{one.severity} {one.rule} {sentence(one)}" for one in worst_first(result.findings) if one not in failing),
        *(f"no answer from {visible(gap.source)}: {gap.reason}; {visible(gap.detail)}" for _, gap in deciding_first(result)),
    ]


def _faulty(fault: Fault) -> Element:
    """Write a suite for what could not be judged."""
    name = visible(fault.file).strip() or "input"
    made = Element("testsuite", name=name)
    made.append(_case(name, "can be judged", fault.file, fault.line))
    _fill(SubElement(made[0], "error", type="input"), fault.text, visible(fault.text))
    _count(made, [made[0]])
    return made


def _count(element: Element, cases: Sequence[Element]) -> None:
    """Write how many cases there are, and of which kind."""
    kinds = Counter(child.tag for case in cases for child in case)
    element.set("tests", str(len(cases)))
    for name, kind in zip(("failures", "errors", "skipped"), COUNTED, strict=True):
        element.set(name, str(kinds[kind]))
