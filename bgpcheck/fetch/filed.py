"""What registry data in a folder and in a snapshot answer alike: which sources there are, and what is a gap. Waits for nothing.

Rule: a source that has a file answers, if only with nothing; one that has none is a gap which says what would fill it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.sources.base import Gap, GapReason, by_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bgpcheck.evidence.document import Document
    from bgpcheck.sources.base import Reply, Request

    Recorded = Callable[[str, Sequence[Request]], Mapping[Request, Sequence[Document]]]  # RDAP answers for each request to a source
    Bulk = Callable[[str, set[str]], tuple[Document, ...] | None]  # a document for each file of a source; None where it has no file

OPTIONAL = frozenset({"slurm"})  # nobody has to have these: no file means no exceptions


def irr_sources(sources: Iterable[str]) -> tuple[str, ...]:
    """Name the IRR databases among sources."""
    return tuple(name.removeprefix("irr/") for name in sources if name.startswith("irr/"))


def replies(requests: Sequence[Request], recorded: Recorded, bulk: Bulk, wanting: Mapping[str, str]) -> dict[Request, Reply]:
    """Answer requests, a source at a time; ``wanting``: kind of source → what to do where it is missing, with ``{name}`` in it."""
    found: dict[Request, Reply] = {}
    for source, asked in by_source(requests).items():
        if source.startswith("rdap/"):
            for request, documents in recorded(source, asked).items():
                answered = documents or request.subject.startswith("mnt:")
                found[request] = tuple(documents) if answered else _missing(source, wanting)
        else:
            read = bulk(source, {request.subject for request in asked if request.subject != "*"})
            reply: Reply = _missing(source, wanting) if read is None and source not in OPTIONAL else read or ()
            found.update(dict.fromkeys(asked, reply))
    return found


def _missing(source: str, wanting: Mapping[str, str]) -> Gap:
    """Say what would fill the gap."""
    kind, _, name = source.partition("/")
    return Gap(source, GapReason.MISSING, wanting[kind].format(name=name))
