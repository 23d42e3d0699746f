"""The report of a bundle: one self-contained HTML file without scripts, readable on a phone, on paper and without colour. Pure.

Rule: every string from outside goes through ``text``; nothing is loaded from anywhere.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bgpcheck.amend import amendments
from bgpcheck.circuit.outlook import actor
from bgpcheck.circuit.road import step_of
from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.circuit.workflow import state_of
from bgpcheck.differences import difference
from bgpcheck.explain import explain
from bgpcheck.model import asplain
from bgpcheck.remedy import remedies
from bgpcheck.render.clean import visible
from bgpcheck.render.diagram import as_svg
from bgpcheck.render.words import (
    SYMBOL,
    answer,
    deciding_first,
    facts,
    next_step,
    plural,
    step_text,
    tally,
    title,
    urgent_first,
    verdict_word,
    worst_first,
)
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.policy import Outcome
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding

STYLE = """
:root{color-scheme:light dark;--ground:#fff;--ink:#1b1f24;--pale:#59636e;--line:#d1d9e0;--soft:#f3f5f7;
--configured:#116329;--validation-needed:#8a4600;--manual-validation:#8250df;--undetermined:#0550ae;--blocker:#b31d28}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--pale:#9198a1;--line:#3d444d;--soft:#161b22;
--configured:#56d364;--validation-needed:#e3b341;--manual-validation:#bc8cff;--undetermined:#79c0ff;--blocker:#ff7b72}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:72rem;margin:0 auto;padding:1.5rem 1rem 3rem}
header{border-left:.4rem solid;padding:.2rem 0 .2rem 1rem}header>*{color:var(--ink)}header p{margin:.3rem 0}
h1{font-size:1.5rem;line-height:1.25;margin:0}h2{font-size:1.2rem;margin:2rem 0 .6rem}h3{font-size:1rem;margin:0 0 .2rem}
p{margin:.4rem 0}.pale{color:var(--pale);font-size:.9rem}h1,h3,p,li,.free{overflow-wrap:anywhere}
code,pre{font:.88em/1.45 ui-monospace,Menlo,Consolas,monospace}h3 code{margin-right:.6rem}a{color:inherit}
pre{background:var(--soft);border-radius:.3rem;padding:.5rem .7rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-size:.85rem;color:var(--pale);font-weight:600}
.verdict{font-weight:600;white-space:nowrap}.configured{color:var(--configured)}.validation-needed{color:var(--validation-needed)}
.manual-validation{color:var(--manual-validation)}.undetermined{color:var(--undetermined)}.blockers{color:var(--blocker)}
article{border-top:1px solid var(--line);padding:.8rem 0}ol{margin:.3rem 0;padding-left:1.4rem}li{margin:.3rem 0}
details{margin:.3rem 0}[data-label=rule]{white-space:nowrap}summary{cursor:pointer;color:var(--pale)}
.road{max-width:100%;height:auto;font:13px system-ui,sans-serif}.road text{fill:var(--ink)}.road .who{fill:var(--pale);font-size:12px}
.road rect{fill:var(--soft);stroke:var(--line)}.road .done{stroke-dasharray:4 3}.road .here{stroke:var(--undetermined);stroke-width:3}
.road path{fill:none;stroke:var(--pale);stroke-width:1.5}
@media (max-width:44rem){thead{position:absolute;left:-200vw}tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}
td{display:grid;grid-template-columns:6.5rem 1fr;border:0;padding:.05rem 0}
td::before{content:attr(data-label);color:var(--pale);font-size:.85rem}
.facts td:nth-child(-n+2){display:inline-block;margin-right:.8rem}.facts td:nth-child(-n+2)::before{content:none}}
@media print{:root{color-scheme:light}body{font-size:10pt;max-width:none;padding:0}tr,li{break-inside:avoid}h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto}summary{list-style:none}}
"""
LONG = 40  # characters of HTML from which a cell may be broken anywhere
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
VERIFY = "sha256sum -c MANIFEST.sha256\nbgpcheck evidence verify BUNDLE\nbgpcheck evidence replay BUNDLE"


def text(value: object) -> str:
    """Escape a value for HTML; characters that act are spelled out."""
    return html.escape(visible(str(value)))


def report(result: Result, documents: Sequence[Document]) -> str:
    """Write the whole page."""
    return "\n".join(_page(result, documents)) + "\n"


def _page(result: Result, documents: Sequence[Document]) -> Iterator[str]:
    """Give the page's parts."""
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{text(title(result))}: {verdict_word(result)}</title>"
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<style>{STYLE}</style>\n</head>\n<body>"
    yield from _answer(result)
    yield "<main>"
    yield from _findings('<h2 class="blockers">Blockers</h2>', result.blockers)
    yield from _matrix(result)
    yield from _why(result)
    yield from _circuit(result)
    yield from _findings("<h2>Findings</h2>", [one for one in result.findings if one not in result.blockers])
    yield from _gaps(result)
    yield from _documents(documents)
    yield f"<h2>How to verify</h2>\n<pre>{VERIFY}</pre>"
    yield "</main>\n</body>\n</html>"


def _answer(result: Result) -> Iterator[str]:
    """Write the answer and the next step."""
    sentence = text(answer(result))
    yield f'<header class="{result.verdict or "none"}">'
    yield f"<h1>{text(title(result))}: {_verdict(result.verdict)}</h1>"
    words = (f'<span class="verdict {outcome}">{count} {outcome}</span>' for outcome, count in tally(result.assessments).items())
    yield f"<p>{sentence[0].upper()}{sentence[1:]}.</p>"
    yield f"<p>{plural(len(result.assessments), 'prefix', 'prefixes')}: {', '.join(words)}.</p>"
    yield f"<p><strong>Next:</strong> {text(next_step(result))}.</p>"
    yield f'<p class="pale">Decided at {utc(result.decided_at)} by policy {text(result.policy.name)}.</p>\n</header>'


def _verdict(verdict: Outcome | None) -> str:
    """Write a verdict: a sign, a word and a colour."""
    return f'<span class="verdict {verdict or "none"}">{SYMBOL[verdict]} {verdict or "no verdict"}</span>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], name: str = "records") -> str:
    """Write a table of cells that are HTML already; on a phone each cell names its heading."""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "\n".join("<tr>" + "".join(map(_cell, heads, row)) + "</tr>" for row in rows)
    return f'<table class="{name}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def _cell(head: str, content: str) -> str:
    """Write a cell; one that may hold a word of any length can be broken."""
    free = ' class="free"' if len(content) > LONG else ""
    return f'<td data-label="{head}"{free}>{content}</td>'


def _plain(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table of values that still are to be escaped."""
    return _table(heads, [[text(one) for one in row] for row in rows])


def _matrix(result: Result) -> Iterator[str]:
    """Write prefixes and facts."""
    yield "<h2>Prefixes</h2>"
    heads = ("prefix", "verdict", "confidence", "reason", "RPKI", "IRR", "holder", "registration")
    rows = []
    for one in result.assessments:
        name = f"<code>{one.claim.prefix}</code>{'' if one.claim.listed else ' (not listed)'}"
        words = (one.verdict.confidence or "none", one.verdict.reason, *facts(one).values())
        rows.append((name, _verdict(one.verdict.outcome), *map(text, words)))
    yield _table(heads, rows, "facts")


def _why(result: Result) -> Iterator[str]:
    """Write each prefix's reason, steps and records, what needs most attention first."""
    yield "<h2>Why, and what to do</h2>"
    for one in urgent_first(result.assessments):
        yield f"<article>\n<h3><code>{one.claim.prefix}</code> {_verdict(one.verdict.outcome)}</h3>\n<p>{text(explain(one))}</p>"
        steps = remedies(one)
        if steps:
            items = (
                f"<li><strong>{step.kind}</strong>, by {text(step.who)}<pre>{html.escape(step_text(step))}</pre></li>" for step in steps
            )
            yield "<ol>\n" + "\n".join(items) + "\n</ol>"
        yield from _evidence(one)
        yield "</article>"


def _evidence(one: Assessment) -> Iterator[str]:
    """Write the records that concern a prefix."""
    objects = [(route.source, route.prefix, asplain(route.origin), ", ".join(route.maintainers)) for route in one.irr.objects]
    vrps = [(vrp, vrp.trust_anchor) for vrp in (one.rpki.covering if one.rpki else ())]
    chain = [(record.name or record.handle, record.resource, record.status) for record in one.registration.records]
    if not (objects or vrps or chain):
        return
    yield "<details><summary>Records</summary>"
    for heads, rows in (
        (("route object in", "prefix", "origin", "maintained by"), objects),
        (("VRP", "trust anchor"), vrps),
        (("registration", "range", "status"), chain),
    ):
        if rows:
            yield _plain(heads, rows)
    yield "</details>"


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
        yield _plain(("prefix", "predicted", "Azure", "what could explain a difference"), rows)
    for one in amendments(result):
        yield f"<h2>To write it in Azure: {one.wanted.family}</h2>"
        yield from (f"<pre>{html.escape(visible(command.text, lines=True))}</pre>" for command in one.commands)


def _findings(heading: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Write findings, worst first."""
    if findings:
        yield heading
        rows = [(one.severity, one.rule, one.message, one.remedy, one.basis) for one in worst_first(findings)]
        yield _plain(("severity", "rule", "what", "do", "basis"), rows)


def _gaps(result: Result) -> Iterator[str]:
    """Write the sources that kept silent, those that decide first."""
    if result.gaps:
        yield "<h2>No answer from</h2>"
        rows = [(gap.source, gap.reason, "yes" if deciding else "no", gap.detail) for deciding, gap in deciding_first(result)]
        yield _plain(("source", "reason", "decides", "detail"), rows)


def _documents(documents: Sequence[Document]) -> Iterator[str]:
    """List the documents of the bundle, which lie beside the report."""
    yield "<h2>Documents</h2>"
    rows = []
    for one in documents:
        link = f'<a href="documents/{one.sha256}"><code>{one.sha256}</code></a>'
        rows.append((text(one.source), text(one.uri), f"{one.dated:%Y-%m-%d}" if one.dated else "undated", link))
    yield _table(("source", "from", "date", "SHA-256"), rows)
