"""The report of a bundle: one self-contained HTML file without scripts, readable on paper and without colour. Pure.

Rule: every string from outside goes through ``text``; nothing is loaded from anywhere.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.remedy import remedies
from bgpcheck.render.clean import visible
from bgpcheck.render.words import SYMBOL, answer, counts, next_step
from bgpcheck.result import explain, utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result

STYLE = """
:root{color-scheme:light dark;--line:#8886;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.6rem;
white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
.verdict{font-weight:600;white-space:nowrap}td{overflow-wrap:anywhere}details{margin:.2rem 0}
@media print{body{font-size:11px;max-width:none;margin:0}details>*{display:block}}
"""


def text(value: object) -> str:
    """Escape a value for HTML; characters that act are spelled out."""
    return html.escape(visible(str(value)))


def report(result: Result, documents: Sequence[Document]) -> str:
    """Write the whole page."""
    return "\n".join(_page(result, documents)) + "\n"


def _page(result: Result, documents: Sequence[Document]) -> Iterator[str]:
    """Give the page's parts."""
    title = text(result.peering.name or f"Peering of {asplain(result.peering.peer_asn)}")
    yield f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}: {result.verdict}</title>'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<style>{STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{SYMBOL[result.verdict]} {title}: {result.verdict}</h1>"
    yield f"<p>{text(answer(result))}: {text(counts(result))}.<br>Next: {text(next_step(result))}.</p>"
    yield f"<p>Decided at {utc(result.decided_at)} by policy {text(result.policy.name)}.</p>"
    yield from _matrix(result)
    yield from _why(result)
    yield from _findings(result)
    yield from _documents(documents)
    yield "<h2>How to verify</h2>"
    yield "<pre>sha256sum -c MANIFEST.sha256\nbgpcheck evidence verify BUNDLE\nbgpcheck evidence replay BUNDLE</pre>"
    yield "</main>\n</body>\n</html>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of cells that are HTML already."""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    whole = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="table">{whole}</div>'


def _matrix(result: Result) -> Iterator[str]:
    """Write prefixes and facts."""
    yield "<h2>Prefixes</h2>"
    heads = ("prefix", "verdict", "confidence", "RPKI", "IRR", "holder", "registration", "reason")
    rows = []
    for one in result.assessments:
        verdict, rpki = one.verdict, one.rpki.state if one.rpki else "unknown"
        shown = f'<span class="verdict">{SYMBOL[verdict.outcome]} {verdict.outcome}</span>'
        facts = (verdict.confidence or "none", rpki, one.irr.match, one.holder.match, one.registration.status, verdict.reason)
        rows.append((f"<code>{one.claim.prefix}</code>", shown, *map(text, facts)))
    yield _table(heads, rows)


def _why(result: Result) -> Iterator[str]:
    """Write each prefix's reason, evidence and steps."""
    yield "<h2>Why, and what to do</h2>"
    for one in result.assessments:
        yield f"<h3><code>{one.claim.prefix}</code></h3>\n<p>{text(explain(one))}</p>"
        for step in remedies(one):
            yield f"<p>→ <strong>{text(step.kind)}</strong>, by {text(step.who)}</p>"
            yield f"<pre>{html.escape(visible(step.text, lines=True))}</pre>"
        yield from _evidence(one)


def _evidence(one: Assessment) -> Iterator[str]:
    """Write the records that concern a prefix."""
    objects = [(route.source, str(route.prefix), asplain(route.origin), ", ".join(route.maintainers)) for route in one.irr.objects]
    vrps = [(str(vrp), vrp.trust_anchor) for vrp in (one.rpki.covering if one.rpki else ())]
    chain = [(record.name or record.handle, str(record.resource), record.status) for record in one.registration.records]
    if not (objects or vrps or chain):
        return
    yield "<details><summary>Records</summary>"
    for heads, rows in (
        (("route object in", "prefix", "origin", "maintained by"), objects),
        (("VRP", "trust anchor"), vrps),
        (("registration", "range", "status"), chain),
    ):
        if rows:
            yield _table(heads, [tuple(map(text, row)) for row in rows])
    yield "</details>"


def _findings(result: Result) -> Iterator[str]:
    """Write findings and gaps."""
    if result.findings:
        yield "<h2>Findings</h2>"
        rows = [(one.severity, one.rule, one.message, one.remedy, one.basis) for one in result.findings]
        yield _table(("severity", "rule", "what", "do", "basis"), [tuple(map(text, row)) for row in rows])
    if result.gaps:
        yield "<h2>No answer from</h2>"
        gaps = [(one.source, one.reason, "yes" if one in result.deciding_gaps else "no", one.detail) for one in result.gaps]
        yield _table(("source", "reason", "decides", "detail"), [tuple(map(text, row)) for row in gaps])


def _documents(documents: Sequence[Document]) -> Iterator[str]:
    """List the documents of the bundle."""
    yield "<h2>Documents</h2>"
    rows = [(one.source, one.uri, f"{one.dated:%Y-%m-%d}" if one.dated else "undated", one.sha256) for one in documents]
    yield _table(("source", "from", "date", "documents/"), [tuple(map(text, row)) for row in rows])
