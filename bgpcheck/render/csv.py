"""Results as CSV: the audit's columns and the family (interface.md). Pure."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bgpcheck.render.clean import cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.result import Result

AUDIT = ("prefix", "asn", "verdict", "confidence", "rpki", "irr", "holder", "registration", "reason")  # the audit's columns
COLUMNS = (*AUDIT, "family")


def as_csv(results: Sequence[Result]) -> str:
    """One line a prefix, after a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        for one in result.assessments:
            facts = (one.rpki.state if one.rpki else "unknown", one.irr.match, one.holder.match, one.registration.status)
            verdict = (one.verdict.outcome, one.verdict.confidence or "")
            row = (str(one.claim.prefix), one.claim.peer_asn, *verdict, *facts, one.verdict.reason, one.claim.prefix.family)
            writer.writerow([cell(str(value)) for value in row])
    return out.getvalue()
