"""The whole Internet table against BIRD: the RPKI state of every row, not of samples."""

from __future__ import annotations

import csv
import lzma
import os
import re
from collections import Counter
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from integration.daemons import bird, birdc
from integration.test_rpki_oracles import bird_config

from bgpcheck.columns.judge import Judge
from bgpcheck.columns.known import Known
from bgpcheck.fetch.files import Reading
from bgpcheck.formats import vrps
from bgpcheck.model import Prefix, Vrp
from bgpcheck.routes import Routes
from bgpcheck.store import configs
from bgpcheck.store.build import Input, build
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data"))
EXPORT, TABLE = DATA / "rpki/rpki-client-20250720.json.bz2", DATA / "routes/routes-1.1M.csv.xz"
pytestmark = [
    pytest.mark.daemon,
    pytest.mark.skipif(not TABLE.is_file(), reason=f"{TABLE} is not there: real routes are not part of the project"),
]
WORDS = {"valid": "valid", "not-found": "not-found", "invalid-length": "invalid", "invalid-asn": "invalid"}
CHUNK = 1 << 16
T = TypeVar("T")


def batched(values: Iterable[T]) -> Iterator[list[T]]:
    """Give values in lists (``itertools.batched`` is of Python 3.12)."""
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part


def table() -> list[tuple[Prefix, int | None]]:
    """Read the table row by row, as anybody would."""
    with lzma.open(TABLE, "rt", encoding="ascii") as lines:
        return [(Prefix.parse(row["prefix"]), int(row["asn"]) if row["asn"] else None) for row in csv.DictReader(lines)]


def test_bird_agrees_on_every_row(tmp_path: Path) -> None:
    rows = table()
    now = now_of("2025-07-21")
    build(tmp_path / "s", [Input("vrps", EXPORT, EXPORT.name)], [], now=now)
    snapshot = Snapshot.open(tmp_path / "s")
    judge = Judge(Known(snapshot, snapshot.header, configs.settings(), now), configs.policy("microsoft-peering"))
    judged = [judge.judge(Routes.of(part)) for part in batched(rows)]
    ours = [one.cases[case].rpki for one in judged for case in one.case.tolist()]
    export = vrps.scan(b"".join(Reading(EXPORT, EXPORT.name).chunks()), file=EXPORT.name)
    served = [one for _, _, one in export.records() if isinstance(one, Vrp)]
    checks = (f"eval roa_check(r{prefix.version}, {prefix}, {asn or 0})" for prefix, asn in rows)
    with bird(tmp_path, bird_config(served)) as control:
        names = birdc(control, ["eval ROA_VALID", "eval ROA_INVALID", "eval ROA_UNKNOWN"])
        answers = list(chain.from_iterable(birdc(control, part) for part in batched(checks)))
    assert not re.search("Ignoring bogus route", (tmp_path / "bird.log").read_text(encoding="ascii"))
    words = dict(zip(names, ["valid", "invalid", "not-found"], strict=True))
    differences = [(row, one, words[other]) for row, one, other in zip(rows, ours, answers, strict=True) if WORDS[one] != words[other]]
    assert differences == []
    counts = Counter(ours)
    assert len(ours) == len(answers) == 1146274
    assert min(counts.values()) > 1000, counts
