"""The report: one self-contained HTML file without scripts, readable on a phone, on paper and without colour. Pure.

Rule: every string from outside goes through ``text``; nothing is loaded from anywhere.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.amend import amendments
from bgpcheck.circuit.outlook import actor
from bgpcheck.circuit.road import step_of
from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.circuit.workflow import state_of
from bgpcheck.differences import difference
from bgpcheck.explain import explain
from bgpcheck.render import report_pictures, report_steps, waited
from bgpcheck.render.clean import text, visible
from bgpcheck.render.diagram import as_svg
from bgpcheck.render.report_answer import header
from bgpcheck.render.report_evidence import Evidence
from bgpcheck.render.report_parts import digest, plain, table, verdict
from bgpcheck.render.report_style import STYLE
from bgpcheck.render.words import deciding_first, title, urgent_first, verdict_word, worst_first
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Reply, Request

    Replies = Mapping[Request, Reply]

MOST = 1000  # prefixes of a result that a page shows
PRINTED = 5  # prefixes whose sources' lines are printed though nobody opened them
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
VERIFY = (
    ("sha256sum -c MANIFEST.sha256", "in the unpacked bundle: every member is as it was written"),
    ("bgpcheck evidence verify BUNDLE.zip", "the same, and that documents, list and statement fit together"),
    ("bgpcheck evidence replay BUNDLE.zip", "the stored answers lead to the same verdict when it is judged again"),
    (
        "bgpcheck evidence verify BUNDLE.zip --key PUBLIC.pem",
        "where it is signed: by whom; else nothing shows who wrote it",
    ),
)


class Told(NamedTuple):
    """A result with what it rests on: the replies to every question, and the documents that the user put in."""

    result: Result
    replies: Replies
    others: tuple[Document, ...] = ()


def as_html(results: Sequence[Result], told: Sequence[Told] = ()) -> str:
    """Write results as one page that stands alone; ``told``: the same results with what they rest on."""
    return page(told or [Told(one, {}) for one in results], beside=False)


def report(told: Told) -> str:
    """Write the page of a bundle, which links the documents that lie beside it."""
    return page([told], beside=True)


def page(told: Sequence[Told], *, beside: bool) -> str:
    """Write a page of one or several results."""
    return "\n".join(_page(told, beside=beside)) + "\n"


def _page(told: Sequence[Told], *, beside: bool) -> Iterator[str]:
    """Give the page's parts."""
    names = "; ".join(f"{title(one.result)}: {verdict_word(one.result)}" for one in told)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{text(names)}</title>"
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<style>{STYLE}{report_pictures.STYLE}</style>\n</head>\n<body>\n<main>"
    for number, one in enumerate(told):
        mark = f"r{number}" if len(told) > 1 else ""
        yield "<section>"
        yield from _result(one, mark, beside=beside)
        yield "</section>"
    yield "</main>\n</body>\n</html>"


def _result(told: Told, mark: str, *, beside: bool) -> Iterator[str]:
    """Write one result: what matters most first."""
    result, every = told.result, told.result.assessments
    shown = every if len(every) <= MOST else urgent_first(every)[:MOST]
    evidence = Evidence(shown, told.replies, mark=mark, beside=beside)
    yield from header(result, beside=beside)
    yield from _findings('<h2 class="blockers">Blockers</h2>', result.blockers)
    yield "<h2>Prefixes and sources</h2>"
    if len(every) > MOST:
        yield f"<p>The {MOST} prefixes that need most attention are shown; the result has all {len(every)} (--format json).</p>"
    yield from evidence.matrix(shown)
    yield from report_steps.section(shown, mark)
    yield from _waited(result)
    yield from _why(shown, evidence, mark)
    yield from report_pictures.delegations(shown, mark=mark, beside=beside)
    yield from report_pictures.plan(result)
    yield from report_pictures.timeline_of(result, told.others)
    yield from _circuit(result)
    yield from _findings("<h2>Findings</h2>", [one for one in result.findings if one not in result.blockers])
    yield from _gaps(result)
    yield from _documents(told, beside=beside)
    if beside:
        rows = "".join(f"<dt><code>{command}</code></dt><dd>{shows}</dd>" for command, shows in VERIFY)
        yield f"<h2>How to verify</h2>\n<dl>{rows}</dl>"


def _why(assessments: Sequence[Assessment], evidence: Evidence, mark: str) -> Iterator[str]:
    """Write each prefix's reason and what every source says of it, what needs most attention first."""
    yield "<h2>Why, prefix by prefix</h2>"
    numbers = report_steps.numbers(assessments)
    for place, one in enumerate(urgent_first(assessments)):
        yield f'<article id="{evidence.id_of(one)}">'
        yield f"<h3><code>{one.claim.prefix}</code> {verdict(one.verdict.outcome)}</h3>\n<p>{text(explain(one))}</p>"
        todo = [f'<a href="#{mark}s{number}">{number}</a>' for number in numbers.get(str(one.claim.prefix), ())]
        if todo:
            yield f"<p>What to do: {'step' if len(todo) == 1 else 'steps'} {', '.join(todo)}.</p>"
        yield from evidence.entries(one, printed=place < PRINTED and one.verdict.outcome != "configured")
        yield "</article>"
    if len(assessments) > PRINTED or any(one.verdict.outcome == "configured" for one in assessments):
        yield '<p class="paper">Printed are the lines of what needs most attention, and of whatever is opened before printing.</p>'


def _waited(result: Result) -> Iterator[str]:
    """Tell what waiting came to, source by source."""
    told = list(waited.lines(result))
    if told:
        yield "<h2>Waited for</h2>\n<ul>" + "".join(f"<li>{text(line)}</li>" for line in told) + "</ul>"


def _circuit(result: Result) -> Iterator[str]:
    """Draw where the circuit stands, and what Azure says beside what is predicted."""
    circuit = result.peering.circuit
    if circuit is None:
        return
    if circuit.known:
        layer = result.peering.layer
        yield f"<h2>Where the circuit stands</h2>\n{as_svg(step_of(circuit, layer), state_of(circuit, layer), actor(circuit, layer))}"
    rows = [
        (one.claim.prefix, PREFIX_STATE[one.prediction.outcome] or "-", one.claim.actual or "-", "; ".join(difference(one)))
        for one in result.assessments
    ]
    if any(one.claim.actual for one in result.assessments):
        yield "<h2>Azure's state beside the prediction</h2>"
        yield plain(("prefix", "predicted", "Azure", "what could explain a difference"), rows)
    for one in amendments(result):
        yield f"<h2>To write it in Azure: {one.wanted.family}</h2>"
        yield from (f"<pre>{html.escape(visible(command.text, lines=True))}</pre>" for command in one.commands)


def _findings(heading: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Write findings, worst first."""
    if findings:
        yield heading
        rows = [(one.severity, one.rule, one.message, one.remedy, one.basis) for one in worst_first(findings)]
        yield plain(("severity", "rule", "what", "do", "basis"), rows)


def _gaps(result: Result) -> Iterator[str]:
    """Write the sources that kept silent, those that decide first."""
    if result.gaps:
        yield "<h2>No answer from</h2>"
        rows = [(gap.source, gap.reason, "yes" if deciding else "no", gap.detail) for deciding, gap in deciding_first(result)]
        yield plain(("source", "reason", "decides", "detail"), rows)


def _documents(told: Told, *, beside: bool) -> Iterator[str]:
    """List the documents that the result rests on."""
    answers = [one for reply in told.replies.values() if isinstance(reply, tuple) for one in reply]
    found = {(one.source, one.uri, one.sha256): one for one in (*answers, *told.others)}
    if not found:
        return
    yield "<h2>Documents</h2>"
    rows = []
    for _, one in sorted(found.items()):
        when = utc(one.fetched_at) if one.fetched_at else f"{one.dated:%Y-%m-%d}" if one.dated else "undated"
        rows.append((text(one.source), text(one.uri), when, digest(one, beside=beside)))
    yield table(("source", "file or query", "fetched or dated", "SHA-256"), rows)
    if beside:
        yield '<p class="pale">The links lead to documents/ beside this page, in the unpacked bundle.</p>'
