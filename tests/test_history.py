"""What a history comes to: tables over changes and answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bundles import checked

from bgpcheck.evidence.document import Document
from bgpcheck.history import MOST_CHANGES, Seen
from bgpcheck.keeping import Keeping
from bgpcheck.render import waited
from bgpcheck.sources.base import Gap, GapReason, Request
from bgpcheck.waited import basis, told

THEN = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)
ASKED = Document("irr/RADB", "q", "text/plain", b"", fetched_at=THEN)
OLD, NEW = (Document("vrps", "f", "text/plain", b"", dated=datetime(2026, 11, day, tzinfo=UTC)) for day in (1, 3))
UNDATED = Document("slurm", "f", "text/plain", b"")
ALL = "by answers that were all asked for then"
BASES = [
    ((ASKED,), ALL),
    ((OLD,), "by files of 2026-11-01"),
    ((OLD, NEW), "by files of 2026-11-01 to 2026-11-03"),
    ((UNDATED,), "by files without a date of their own"),
    ((OLD, UNDATED), "by files of 2026-11-01 and files without a date of their own"),
    ((ASKED, OLD), "by answers asked for then, and by files of 2026-11-01"),
    ((), ALL),
]


@pytest.mark.parametrize(("documents", "words"), BASES)
def test_what_ready_rests_on(documents: tuple[Document, ...], words: str) -> None:
    gap = Gap("irr/RIPE", GapReason.TIMEOUT, "x")
    assert basis({Request("irr/RADB", "193.0.0.0/21"): documents, Request("irr/RIPE", "193.0.0.0/21"): gap}) == words


def test_the_first_word_of_a_place_outlives_its_change() -> None:
    keeping = Keeping(THEN)
    outcomes = checked(prefixes=["193.0.0.0/21"], peer_asn=3333)
    keeping.add(outcomes.result, outcomes.checked.replies, {})
    keeping.keep_changes([Seen("vrps", "193.0.0.0/21", "not-found", "valid", THEN, THEN)])
    keeping.keep_changes([Seen("irr/RADB", "193.0.0.0/21", "a", "b", THEN, THEN)] * MOST_CHANGES)
    found = told(keeping.history(), outcomes.result, outcomes.checked.replies)
    line = next(one for one in waited.lines(found) if one.startswith("vrps"))
    assert line == "vrps 193.0.0.0/21: not-found → valid, when that was seen is not kept"
