"""A lab as a page that follows it: the answer first, then sessions, prefixes with both links side by side, findings, silences. Pure.

Rule: as in ``report``: every string from outside goes through ``text``. The page is whole without its script, then it loads itself anew.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from bgpcheck.render import live_words as words
from bgpcheck.render import page_rows as rows
from bgpcheck.render.clean import text
from bgpcheck.render.page_cells import table, verdict
from bgpcheck.render.page_script import SCRIPT
from bgpcheck.render.page_style import STYLE
from bgpcheck.render.words import worst_first
from bgpcheck.rules.base import Severity
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.lab.view import View
    from bgpcheck.rules.base import Finding

AGAIN = 5  # seconds after which the page loads itself anew where no script runs
LISTED = 60  # prefixes up to which the order of the list stays; of more the most urgent come first


def _hash(source: str) -> str:
    """Name a style or script by its bytes (CSP Level 3 s2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_hash(STYLE)}",
        f"script-src {_hash(SCRIPT)}",
        "img-src data:",  # the empty icon: without one browsers ask for /favicon.ico
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def page(view: View) -> str:
    """Write the whole page, with ``part`` in it."""
    return "\n".join(_page(view)) + "\n"


def part(view: View) -> str:
    """Write the part that changes."""
    return "\n".join(_part(view)) + "\n"


def title(view: View) -> str:
    """Write the page's title, raw."""
    return f"{words.answer_sign(view)} {view.title}: {words.answer_word(view)}"


def _page(view: View) -> Iterator[str]:
    """Give the page's parts."""
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{text(title(view))}</title>"
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">\n<link rel="icon" href="data:,">'
    yield f'<noscript><meta http-equiv="refresh" content="{AGAIN}"></noscript>'
    yield f"<style>{STYLE}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#prefixes">Skip to the prefixes</a>'
    yield f'<div role="status" id="link" class="link">As of {utc(view.at)}.'
    yield f"<noscript>Without scripts this page loads itself anew every {AGAIN} seconds.</noscript></div>"
    yield '<div role="status" id="told" class="told"></div>'
    yield f'<div id="view">\n{part(view)}</div>'
    yield f"<script>{SCRIPT}</script>\n</body>\n</html>"


def _part(view: View) -> Iterator[str]:
    """Give what changes."""
    yield from _answer(view)
    yield "<main>"
    blockers = [one for one in view.findings if one.severity is Severity.BLOCKER]
    others = worst_first([one for one in view.findings if one.severity is not Severity.BLOCKER])
    if blockers:
        yield from _section("blockers", "Blockers", *_findings("What Microsoft would refuse or drop this peering for", blockers))
    yield from _section("sessions", "Sessions", *_sessions(view))
    yield from _section("prefixes", "Prefixes", *_prefixes(view))
    if others:
        yield from _section("findings", "Findings", *_findings("What the rules say about this peering, worst first", others))
    if view.gaps:
        yield from _section("gaps", "No answer from", *_gaps(view))
    yield "</main>"
    numbers = "".join(f"<div><dt>{text(name)}</dt><dd>{count}</dd></div>" for name, count in words.counts(view))
    yield f'<footer class="pale"><dl class="counts">{numbers}</dl></footer>' if numbers else '<footer class="pale"></footer>'


def _answer(view: View) -> Iterator[str]:
    """Write the answer and the next step."""
    yield f'<header class="{text(view.verdict or "open")}" data-title="{text(title(view))}">'
    yield f"<h1>{text(view.title)}: {verdict(words.answer_sign(view), words.answer_word(view), view.verdict)}</h1>"
    yield f"<p>{text(words.sentence(view.answer))}</p>"
    if view.next:
        yield f"<p><strong>Next:</strong> {text(view.next)}.</p>"
    yield f'<p class="pale">Listening for {rows.age(view.begun, view.at)}; last change shown {utc(view.at)}.</p>\n</header>'


def _section(name: str, heading: str, *content: str) -> Iterator[str]:
    """Write a part with its heading."""
    yield f'<section id="{name}" aria-labelledby="{name}-heading" tabindex="-1"><h2 id="{name}-heading">{heading}</h2>'
    yield from content
    yield "</section>"


def _sessions(view: View) -> Iterator[str]:
    """Write the sessions."""
    heads = ("session", "state", "IPv4 routes", "IPv6 routes", "to know")
    yield table("The BGP sessions with the routers", heads, [(one.peer, rows.session(one, view.at)) for one in view.sessions], "sessions")


def _prefixes(view: View) -> Iterator[str]:
    """Write the prefixes."""
    yield f"<p>{text(words.heading(view))}</p>"
    if view.prefixes:
        links = words.links(view)
        some = view.prefixes if len(view.prefixes) <= LISTED else words.urgent_first(view.prefixes, links)
        heads = ("prefix", "verdict", *(links or ("announced",)), "reason")
        yield table(
            "Each prefix: its verdict and who announces it", heads, [(one.prefix, rows.prefix(one, links)) for one in some], "prefixes"
        )


def _findings(caption: str, some: Sequence[Finding]) -> Iterator[str]:
    """Write findings."""
    cells = [(f"{one.rule} {one.subject} {one.message}", rows.finding(one)) for one in some]
    yield table(caption, ("rule", "severity", "what", "do"), cells, "findings")


def _gaps(view: View) -> Iterator[str]:
    """Write the sources that kept silent."""
    silences = words.silences(view.gaps)
    cells = [(f"{reason} {detail}", [text(sources), text(reason), text(detail)]) for sources, reason, detail in silences]
    yield table("Sources that did not answer", ("source", "reason", "detail"), cells, "gaps")
