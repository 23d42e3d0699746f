"""What a ticket attaches: the bundle's members that matter, each with what it proves. Pure.

Rule: a member is said to prove what it can show, and nothing more; a draft proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.render.clean import prose
from bgpcheck.render.holding import holding
from bgpcheck.render.template import blank
from bgpcheck.render.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.render.cited import Sources
    from bgpcheck.result import Result


def attached(result: Result, letters: Sequence[Sequence[Assessment]], sources: Sources) -> Iterator[str]:
    """Write a line for each; ``letters``: the prefixes of each holder whose letter is needed; ``sources``: what the ticket named."""
    yield "The evidence bundle, a zip that standard tools read:"
    yield ""
    yield "* documents/: what the registries answered; of servers the answer itself (people's contacts may be left out), of bulk files the"
    yield "  lines that matter, word for word, with the whole file's SHA-256; documents.json says where and when each came from"
    yield "* statement.json: what follows from them for each prefix, with the digest of every document; report.html: the same to read"
    yield "* MANIFEST.sha256: the digest of every member (sha256sum -c MANIFEST.sha256); it shows damage, not who wrote the bundle;"
    yield "  where it lists statement.dsse.json, the bundle is signed (bgpcheck evidence verify --key)"
    if result.peering.listened:
        yield "* the recording of what a router announced, in documents.json under input/events: as it was heard outside Azure"
    for inside in letters:
        held = holding(inside[0])
        who = prose(held.name or held.handle) or "the holder"
        signed = blank(f"letter of the holder of {named(inside)}: attached, signed; or when it follows")
        yield f"* The letter of {who} for {named(inside)}: {signed}. loa-draft.md is its unsigned draft, and proves nothing."
    if listed := list(sources.listed()):
        yield from (
            "",
            "The numbers in brackets above; a document is the file in documents/ whose name, its SHA-256, begins so:",
            "",
            *listed,
        )
