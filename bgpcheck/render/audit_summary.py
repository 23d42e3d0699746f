"""An audit in numbers: what would pass as it is, what would not, why and what to do, whose it is. Pure.

Rule: the first lines answer the question; every count is of rows, and where one is not exact the text says so.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from bgpcheck.explain import OWN
from bgpcheck.model import asplain
from bgpcheck.render.audit_counts import EXAMPLES, FAMILIES, PASSES, VERDICTS, Counts
from bgpcheck.render.audit_space import UNIT
from bgpcheck.render.clean import visible
from bgpcheck.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.columns.judged import Judged

SCHEMA = "bgpcheck/audit-summary/v1"
CONFIDENCES = ("high", "medium", "low")
# Heading → (field of Words, order of its words; the most common first where there is none).
TABLES: Mapping[str, tuple[str, Sequence[str]]] = {
    "confidence": ("confidence", CONFIDENCES),
    "RPKI": ("rpki", ()),
    "IRR": ("irr", ()),
    "holder": ("holder", ()),
    "registration": ("registration", ()),
    "registry": ("registry", ()),
    "reason": ("reason", ()),
}
FAMILY = {4: "IPv4", 6: "IPv6"}
SHOWN = 10  # offenders
STEPS = 5  # reasons that something is said of
WIDTH = 100  # columns
# What to do about a reason is told in the catalogue for one claim; for a whole table these are better.
NEXT = {
    "source-unavailable": "Put the missing sources into the snapshot (bgpcheck registry build), then audit again.",
    "sources-disagree": "Fetch newer files of the registries, all of one day, then audit again.",
}


class Summary:
    """Counts chunks; ``end`` writes what they say. ``sources``: lines about the registry data, which are put at the end."""

    def __init__(self, sources: Sequence[str] = ()) -> None:
        """Begin with nothing counted."""
        self._sources = tuple(sources)
        self._counts = Counts()

    def start(self) -> bytes:
        """Give nothing before."""
        return b""

    def add(self, judged: Judged) -> bytes:
        """Count a chunk."""
        self._counts.add(judged)
        return b""

    def merge(self, other: Summary) -> None:
        """Add what another summary counted, of rows that come later."""
        self._counts.merge(other._counts)

    def end(self) -> bytes:
        """Write the summary as text."""
        lines = (visible(line).rstrip() for line in _lines(self._counts, self._sources))
        return ("\n".join(lines).rstrip("\n") + "\n").encode()

    def to_json(self) -> dict[str, Any]:
        """Give all counts as a JSON object; words that a row lacks (its confidence, its registry) are counted as ``none``."""
        counts = self._counts
        return {
            "schema": SCHEMA,
            "routes": counts.cases.total(),
            "families": {name: self._family(version) for version, name in FAMILIES.items()},
            "verdict": dict(counts.by("verdict")),
            **{field: {word or "none": count for word, count in counts.by(field).items()} for field, _ in TABLES.values()},
            "offenders": [
                {"asn": one.asn, "routes": one.routes, "reason": one.reason, "reasonRoutes": one.reason_routes}
                for one in counts.offences.top(SHOWN)
            ],
            "offendersMissing": counts.offences.missing,
            "sources": list(self._sources),
        }

    def _family(self, version: int) -> dict[str, Any]:
        """Give one family's counts."""
        rows, passing = self._counts.family(version)
        spaces = {verdict: self._counts.space[version, verdict] for verdict in VERDICTS}
        return {
            "routes": rows,
            "wouldPass": passing,
            "examples": [{"prefix": prefix, "asn": asn} for prefix, asn in self._counts.examples[version]],
            "space": {verdict: space.size() for verdict, space in spaces.items()},
            "spaceUnit": UNIT[version],
            "spaceComplete": all(space.complete for space in spaces.values()),
        }


def _lines(counts: Counts, sources: Sequence[str]) -> Iterator[str]:
    """Give the lines: the answer, what to do, then what it consists of."""
    yield from _answer(counts)
    yield from _steps(counts)
    yield from _verdicts(counts)
    total = counts.cases.total()
    for heading, (field, order) in TABLES.items():
        yield from _table(heading, counts.by(field), total, order)
    yield from _offenders(counts)
    for version, examples in counts.examples.items():
        if examples:
            _, passing = counts.family(version)
            more = f", the first {EXAMPLES} of {passing:,}" if passing > EXAMPLES else ""
            yield f"Would pass as they are: {FAMILY[version]}{more}"
            yield from (f"  {prefix:<20} {_origin(asn)}" for prefix, asn in examples)
            yield ""
    if sources:
        yield "Registry data"
        yield from (f"  {line}" for line in sources)


def _answer(counts: Counts) -> Iterator[str]:
    """Answer the question."""
    total, verdicts = counts.cases.total(), counts.by("verdict")
    if not total:
        yield "0 routes: nothing was judged"
        return
    passing, unknown = verdicts[PASSES], verdicts["undetermined"]
    yield f"{routes(total)}: {passing:,} ({share(passing, total)}) would pass as they are"
    failing = total - passing - unknown
    yield f"  {failing:,} ({share(failing, total)}) would not, {unknown:,} ({share(unknown, total)}) have no verdict"
    yield f"  {', '.join(f'{counts.family(version)[0]:,} {name}' for version, name in FAMILY.items())}"
    yield ""


def _steps(counts: Counts) -> Iterator[str]:
    """Say what to do about the most common reasons."""
    failing = counts.by("reason", failing=True)
    ranked = _ranked(failing)
    if ranked:
        yield "What to do about the others, by reason (bgpcheck explain REASON says more)"
    for reason in ranked[:STEPS]:
        step = NEXT.get(reason) or CATALOGUE.get(reason, OWN).remedy
        line = f"{failing[reason]:>12,}  {visible(reason)}: {step}"
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=" " * 14)
    if len(ranked) > STEPS:
        yield f"{sum(failing[reason] for reason in ranked[STEPS:]):>12,}  with other reasons, which the table below counts"
    if ranked:
        yield ""


def _verdicts(counts: Counts) -> Iterator[str]:
    """Give routes and address space by verdict."""
    total, verdicts = counts.cases.total(), counts.by("verdict")
    if not total:
        return
    units = [f"{FAMILY[version]} /{UNIT[version]}s" for version in FAMILY]
    yield f"  {'verdict':<14}{'':<24}{'routes':>12}  {'share':>6}  {units[0]:>14}  {units[1]:>18}"
    for verdict in VERDICTS:
        spaces = [counts.space[version, verdict] for version in FAMILY]
        sizes = [f"{'' if space.complete else '>='}{space.size():,}" for space in spaces]
        yield f"  {'':<14}{verdict:<24}{verdicts[verdict]:>12,}  {share(verdicts[verdict], total):>6}  {sizes[0]:>14}  {sizes[1]:>18}"
    yield f"  {'':<14}Space is counted once a verdict, whoever shares it; a longer prefix counts as one /24 or /48."
    yield ""


def _table(heading: str, counts: Counter[str], total: int, order: Sequence[str]) -> Iterator[str]:
    """Give the rows of one count: in an order first, then the most common."""
    names = [name for name in order if counts[name]] + [name for name in _ranked(counts) if name not in order]
    for number, name in enumerate(names):
        yield f"  {'' if number else heading:<14}{name or 'none':<24}{counts[name]:>12,}  {share(counts[name], total):>6}"
    if names:
        yield ""


def _offenders(counts: Counts) -> Iterator[str]:
    """Give the AS numbers with most routes that would not pass."""
    found = counts.offences.top(SHOWN)
    if not found:
        return
    yield "Most routes that would not pass, or have no verdict"
    yield f"  {'origin':<14}{'routes':>10}  most common reason"
    for one in found:
        yield f"  {_origin(one.asn):<14}{one.routes:>10,}  {one.reason} ({one.reason_routes:,})"
    if counts.offences.missing:
        yield f"  More AS numbers than can be counted one by one: each count here may be up to {counts.offences.missing:,} too low."
    yield ""


def _ranked(counts: Counter[str]) -> list[str]:
    """Order words, the most common first."""
    return sorted((word for word in counts if counts[word]), key=lambda word: (-counts[word], word))


def _origin(asn: int | None) -> str:
    """Spell an origin."""
    return "no origin" if asn is None else asplain(asn)


def routes(count: int) -> str:
    """Count routes."""
    return f"{count:,} route{'' if count == 1 else 's'}"


def share(count: int, total: int) -> str:
    """Write a share in per cent; neither nothing nor all where it is not quite that."""
    written = f"{count / total:.1%}"
    if written == "0.0%" and count:
        return "<0.1%"
    return ">99.9%" if written == "100.0%" and count < total else written
