"""Audited routes as text for machines: CSV and JSON Lines (interface.md, Audit CSV). Pure; needs numpy.

To add a format: one class here or in a file beside, and one line in ``FORMATS``. Rule: one line a route, in the order of the input.
"""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bgpcheck import padded
from bgpcheck.formats.json_text import dumps
from bgpcheck.render.clean import cell
from bgpcheck.render.csv import AUDIT
from bgpcheck.routes import NONE

if TYPE_CHECKING:
    from bgpcheck.columns.judged import Judged, Words

SCHEMA = "bgpcheck/audit/v1"
MOST_CASES = 4096  # whose text is remembered
# Name → (module, class). Imported when asked for.
FORMATS = {
    "csv": ("audit", "Csv"),
    "jsonl": ("audit", "JsonLines"),
    "parquet": ("audit_parquet", "Parquet"),
    "summary": ("audit_summary", "Summary"),
}


class Writer(Protocol):
    """Turns judged chunks into bytes as they come."""

    def start(self) -> bytes:
        """Give what stands before the first chunk."""

    def add(self, judged: Judged) -> bytes:
        """Give what can be written of a chunk and of those before it."""

    def end(self) -> bytes:
        """Give the rest."""


def writer(form: str, **options: Any) -> Writer:  # noqa: ANN401 (each form has its own)
    """Make a writer of a form of ``FORMATS``; ``sources`` (lines about the registry data) are for the summary."""
    module, name = FORMATS[form]
    made: Writer = getattr(import_module(f"bgpcheck.render.{module}"), name)(**options)
    return made


def _asns(judged: Judged, none: bytes) -> padded.Octets:
    """Spell every row's origin; ``none`` is for NONE."""
    origin = judged.routes.origin
    spelled = padded.decimal(np.maximum(origin, 0))
    nowhere = np.flatnonzero(origin == NONE)
    spelled[nowhere] = padded.of([none.ljust(spelled.shape[1], b"\0")])
    return spelled


class Csv:
    """The contract's CSV."""

    def start(self) -> bytes:
        """Give the header."""
        return (",".join(AUDIT) + "\n").encode()

    def add(self, judged: Judged) -> bytes:
        """Give the lines of a chunk."""
        ends = padded.picked([_cells(case) for case in judged.cases], judged.case)
        return padded.joined(judged.routes.spelled(), b",", _asns(judged, b""), ends)

    def end(self) -> bytes:
        """Give nothing more."""
        return b""


@lru_cache(maxsize=MOST_CASES)
def _cells(case: Words) -> bytes:
    """Write what follows the AS number; a policy file's own reason may be any text, so that it is cleaned and quoted as in ``csv``."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["", *(cell(getattr(case, name)) for name in AUDIT[2:])])
    return out.getvalue().encode()


class JsonLines:
    """One JSON object a route, with the names of ``AUDIT`` as keys, sorted; ``asn`` and ``confidence`` are null where they are empty."""

    def start(self) -> bytes:
        """Give nothing before."""
        return b""

    def add(self, judged: Judged) -> bytes:
        """Give the lines of a chunk."""
        around = [_around(case) for case in judged.cases]
        before, after = (padded.picked([one[side] for one in around], judged.case) for side in (0, 1))
        return padded.joined(b'{"asn": ', _asns(judged, b"null"), b", ", before, judged.routes.spelled(), after)

    def end(self) -> bytes:
        """Give nothing more."""
        return b""


@lru_cache(maxsize=MOST_CASES)
def _around(case: Words) -> tuple[bytes, bytes]:
    """Write the members of a case that stand before the prefix, in the order of their keys, and those after it."""
    values: dict[str, str | None] = {name: getattr(case, name) for name in AUDIT[2:]}
    values["confidence"] = values["confidence"] or None
    before, after = (dumps({name: values[name] for name in values if (name < "prefix") is early})[1:-1] for early in (True, False))
    return f'{before}, "prefix": "'.encode(), f'", {after}}}\n'.encode()
