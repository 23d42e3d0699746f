"""The top of the report: the answer, what is asked of Microsoft, what comes next, and which circuit it is about. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.render import waited
from bgpcheck.render.appeal import OF_MICROSOFT, ask, listed
from bgpcheck.render.asking import is_stopped
from bgpcheck.render.clean import text
from bgpcheck.render.report_parts import verdict
from bgpcheck.render.words import answer, capital, few, next_step, plural, tally, title
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.result import Result

WITH_THE_BUNDLE = "do the steps below; ticket.md is the text of the ticket, and this bundle goes with it"


def header(result: Result, *, beside: bool) -> Iterator[str]:
    """Write the answer and the next step; ``beside``: the page lies in a bundle, and its reader may be Microsoft's."""
    yield f'<header class="{result.verdict or "none"}">'
    yield f"<h1>{text(title(result))}: {verdict(result.verdict)}</h1>"
    words = (f'<span class="verdict {outcome}">{count} {outcome}</span>' for outcome, count in tally(result.assessments).items())
    yield f"<p>{capital(text(answer(result)))}.</p>"
    yield f"<p>{plural(len(result.assessments), 'prefix', 'prefixes')}: {', '.join(words)}.</p>"
    if beside:
        yield f"<p><strong>Asked of Microsoft:</strong> {_asked(result)}.</p>"
    step = WITH_THE_BUNDLE if beside and result.verdict is Outcome.MANUAL_VALIDATION else next_step(result)
    yield f"<p><strong>Next:</strong> {text(step)}.</p>"
    yield from (f"<p>{text(line)}</p>" for line in list(waited.lines(result))[:1])
    rows = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in _particulars(result).items() if value)
    yield f"<dl>{rows}</dl>"
    yield f'<p class="pale">Decided at {utc(result.decided_at)} by policy {text(result.policy.name)}.</p>\n</header>'


def _asked(result: Result) -> str:
    """Name what only Microsoft can do, as the ticket does."""
    wanted = [] if is_stopped(result) or result.peering.nothing_validated else [one for one in listed(result) if ask(one) in OF_MICROSOFT]
    parts = []
    for kind in OF_MICROSOFT:
        inside = [one.claim.prefix for one in wanted if ask(one) is kind]
        if inside:
            parts.append(f"{kind}: {few(inside)}")
    return "; ".join(parts) or "nothing"


def _particulars(result: Result) -> dict[str, str]:
    """Say whose circuit it is about, as far as that is known."""
    peering, circuit = result.peering, result.peering.circuit
    blocks = [block for block, _ in result.blocks()]
    customers = dict.fromkeys(block.customer_asn for block in blocks if block.customer_asn)
    registries = dict.fromkeys(block.registry for block in blocks if block.registry)
    return {
        "circuit": ", ".join(filter(None, (circuit.name, circuit.location, circuit.provider))) if circuit else "",
        "resource id": circuit.id if circuit else "",
        "service key": peering.service_key,
        "organisation": peering.organisation,
        "AS numbers": ", ".join([f"peer {asplain(peering.peer_asn)}", *(f"customer {asplain(one)}" for one in customers)]),
        "routing registry": ", ".join(registries) or "not named",
        "cloud": peering.cloud,
        "VLAN id": str(peering.vlan_id or ""),
        "links": ", ".join(str(link.prefix) for block in blocks for _, link in block.links),
    }
