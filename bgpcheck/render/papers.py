"""The papers of a bundle: the report, the ticket and the letter's draft. Pure.

Rule: they say what the result says, and nothing that a reader could not check in the documents beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.render import letter, ticket
from bgpcheck.render.report import Told, report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.evidence.document import Document
    from bgpcheck.render.template import Template
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Reply, Request

KINDS = {one.file: one for one in (ticket.KIND, letter.KIND)}


def members(
    result: Result,
    replies: Mapping[Request, Reply],
    templates: Mapping[str, Template],
    others: tuple[Document, ...] = (),
) -> dict[str, bytes]:
    """Give the papers by member name.

    ``templates``: by the paper's name; ``others``: recorded events, tables and the like that the user put in.
    """
    papers = {
        "report.html": report(Told(result, replies, others)),
        ticket.KIND.file: ticket.ticket(result, replies, templates[ticket.KIND.file]),
        letter.KIND.file: letter.letters(result, templates[letter.KIND.file]),
    }
    return {name: text.encode("utf-8", "backslashreplace") for name, text in papers.items()}
