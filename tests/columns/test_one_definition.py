"""One definition: what columns say of many routes is what a check says of each, on a hundred thousand generated cases."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from universe import Universe

from bgpcheck.assess import Assessment
from bgpcheck.claim import Claim
from bgpcheck.columns.judge import Judge
from bgpcheck.columns.judged import Words
from bgpcheck.columns.known import Known
from bgpcheck.evidence import extract
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.reading import RDAP_TYPE, records
from bgpcheck.formats import bulk
from bgpcheck.knowledge import Knowledge
from bgpcheck.model import Vrp
from bgpcheck.routes import Routes
from bgpcheck.sources import all_sources
from bgpcheck.sources.base import Gap, GapReason, Library, Need, Request
from bgpcheck.store import configs
from bgpcheck.store.build import build
from bgpcheck.store.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.doubts import Doubts
    from bgpcheck.model import Prefix
    from bgpcheck.policy import Policy

NOW = datetime(2025, 7, 21, tzinfo=UTC)
SETTINGS = configs.settings()
UNIVERSES = int(os.environ.get("BGPCHECK_UNIVERSES", "500"))
CASES = 200  # in each universe


def whole(universe: Universe) -> dict[str, tuple[Document, ...]]:
    """Give every file as a document with all its records, by source."""
    found: dict[str, list[Document]] = {}
    for name, (source, content) in sorted(universe.files.items()):
        scan = bulk.Scan([content.encode()], name, source)
        rows: list[Any] = list(scan.records())
        own = [one for _, _, one in rows if type(one).__name__ == "RouteObject" and source == f"irr/{one.source}"]
        part = extract.Extract(
            file=name,
            sha256="",
            size=len(content),
            format=scan.format,
            dated=scan.dated.isoformat() if scan.dated else None,
            rows=scan.rows,
            routes=scan.routes,
            families=tuple(sorted({one.prefix.version for one in own})),
            notes=(),
            records=tuple((line, text) for line, text, _ in rows),
            anchors=Counter(one.trust_anchor for _, _, one in rows if isinstance(one, Vrp)),
        )
        found.setdefault(source, []).append(Document(source, name, extract.MEDIA_TYPE, part.encode(), dated=scan.dated))
    for name, (source, content) in sorted(universe.rdap.items()):
        found.setdefault(source, []).append(Document(source, name, RDAP_TYPE, content.encode()))
    return {source: tuple(parts) for source, parts in found.items()}


def knowledge(universe: Universe, claims: list[tuple[Prefix, int]], doubts: Doubts | None = None) -> Knowledge:
    """Give what a check would know that is given whole files for every question."""
    from bgpcheck.sources.base import Inquiry  # noqa: PLC0415

    documents = whole(universe)
    irr = tuple(dict.fromkeys((*sorted(SETTINGS.accepted_sources), *(name[4:] for name in documents if name.startswith("irr/")))))
    inquiry = Inquiry(tuple(dict.fromkeys(prefix for prefix, _ in claims)), tuple(dict.fromkeys(asn for _, asn in claims if asn)))
    library = Library(records)
    answers = {}
    for source in all_sources(SETTINGS, irr):
        said = source.ask(inquiry, library)
        while isinstance(said, Need):
            replies: dict[Request, tuple[Document, ...] | Gap] = {
                request: documents.get(request.source, () if request.source == "slurm" else Gap(request.source, GapReason.MISSING, ""))
                for request in said.requests
            }
            library.add(doubts.judge(replies) if doubts else replies)
            said = source.ask(inquiry, library)
        answers[source.name] = said
    return Knowledge(answers, SETTINGS)


def one_by_one(prefix: Prefix, asn: int, known: Knowledge, policy: Policy) -> Words:
    """Assess one route as ``check`` does."""
    one = Assessment(Claim(prefix, asn, block=prefix.family), known, policy)
    return Words(
        verdict=str(one.verdict.outcome),
        confidence=str(one.verdict.confidence or ""),
        rpki=str(one.rpki.state) if one.rpki else "unknown",
        irr=one.irr.match,
        holder=one.holder.match,
        registration=one.registration.status,
        reason=one.verdict.reason,
        registry=one.registration.registry or "",
    )


@pytest.mark.parametrize("block", range(10))
def test_columns_say_what_a_check_says(block: int, tmp_path: Path) -> None:
    policies = [configs.policy(name) for name in ("microsoft-peering", "strict", "published-criterion")]
    for seed in range(block * UNIVERSES // 10, (block + 1) * UNIVERSES // 10):
        universe = Universe(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        inputs, rdap = universe.write(folder)
        build(folder / "s", inputs, rdap, now=NOW)
        snapshot = Snapshot.open(folder / "s")
        claims = universe.claims(CASES)
        policy = policies[seed % 3]
        judged = Judge(Known(snapshot, snapshot.header, SETTINGS, NOW), policy).judge(Routes.of(claims))
        known = knowledge(universe, claims)
        for (prefix, asn), case in zip(claims, judged.case.tolist(), strict=True):
            assert judged.cases[case] == one_by_one(prefix, asn, known, policy), (seed, str(prefix), asn)
