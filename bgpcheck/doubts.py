"""What speaks against a source: a document that is too old, or holds nothing. Pure.

Rule: a doubt is a warning; only who wants to be strict takes it for silence (interface.md, Clock).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bgpcheck.evidence import extract
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bgpcheck.evidence.document import Document
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Reply, Request

MOST_AHEAD = timedelta(hours=24)  # registries date files by their own midnight


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against taking a document for an answer: it is older than its limit, or holds nothing at all."""

    now: datetime
    strict: bool
    settings: Settings

    def judge(self, replies: Mapping[Request, Reply]) -> dict[Request, Reply]:
        """Turn doubtful answers into gaps where they are to be judged strictly; else give them as they are (interface.md, Clock)."""
        return {request: self._one(reply) for request, reply in replies.items()}

    def _one(self, reply: Reply) -> Reply:
        """Judge one reply."""
        if isinstance(reply, Gap) or not self.strict:
            return reply
        for document in reply:
            if sentence := self.stale(document):
                return Gap(document.source, GapReason.STALE, sentence)
            if sentence := empty(document):
                return Gap(document.source, GapReason.MALFORMED, sentence)
        return reply

    def stale(self, document: Document) -> str | None:
        """Say that a document is older than its source's limit, or None."""
        hours = self.settings.stale_after_hours.get(document.source.partition("/")[0])
        if document.dated is None or hours is None:
            return None
        if document.dated - self.now > MOST_AHEAD:
            return f"{document.uri} is of {document.dated:%Y-%m-%d}, which is not yet: its date can't be believed"
        if self.now - document.dated <= timedelta(hours=hours):
            return None
        age = (self.now - document.dated).days
        return f"{document.uri} is of {document.dated:%Y-%m-%d}, {age} days old: the limit is {hours} hours"


def empty(document: Document) -> str | None:
    """Say that a bulk file holds no record: more likely an outage than a registry without any."""
    if document.media_type != extract.MEDIA_TYPE or extract.decode(document.content).rows:
        return None
    return f"{document.uri} holds no record at all"
