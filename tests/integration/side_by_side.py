"""bgpcheck and its neighbours on the vector file: who was asked what, who said what, and why.

PYTHONPATH=tests:. python -m integration.side_by_side > side-by-side.md     # the whole table; needs all of the programs

Rule: what could not be asked is no difference, and what no explanation foretells is not explained.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integration import neighbours, neighbours_bgp, ourselves
from integration.differences import agrees, known
from vectors import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integration.differences import Known
    from vectors import Row, Vectors

OURS = (ourselves.Facts, ourselves.Audit, ourselves.Check)
THEIRS = (
    neighbours.Rov,
    neighbours.OvChecker,
    neighbours_bgp.Bird,
    neighbours_bgp.Gobgp,
    neighbours_bgp.RpkiRov,
    neighbours.Validator,
    neighbours.Ipwhois,
)


@dataclass(frozen=True)
class Column:
    """What one of them was asked: its answers by row, and why it was not asked the others."""

    name: str
    answers: Mapping[str, str]
    unasked: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """An answer that is not the expected one."""

    row: Row
    neighbour: str
    answer: str
    explanation: Known | None


@dataclass(frozen=True)
class Comparison:
    """All columns, ours first."""

    vectors: Vectors
    ours: tuple[Column, ...]
    theirs: tuple[Column, ...]

    def differences(self, columns: tuple[Column, ...]) -> list[Difference]:
        """Every answer in ``columns`` that is not what its row expects."""
        found = []
        for column in columns:
            for row in self.vectors.rows:
                answer = column.answers.get(row.id)
                if answer is not None and not agrees(row, answer):
                    found.append(Difference(row, column.name, answer, explained(self.vectors, row, column.name, answer)))
        return found


def explained(vectors: Vectors, row: Row, neighbour: str, answer: str) -> Known | None:
    """Find the explanation that foretells a neighbour's answer."""
    about = (one for one in known() if one.neighbour == neighbour)
    return next((one for one in about if one.foretells(row, vectors.worlds[row.world]) == answer), None)


def ask(one: Any, vectors: Vectors, folder: Path) -> Column:  # noqa: ANN401 (any of OURS and THEIRS)
    """Ask one of them everything that it can be asked; it must answer just that."""
    unasked = {row.id: why for row in vectors.rows if (why := one.unasked(row))}
    answers = one.ask(vectors, folder)
    assert answers.keys() == {row.id for row in vectors.rows} - unasked.keys(), one.name
    return Column(one.name, answers, unasked)


def compare(folder: Path) -> Comparison:
    """Ask all of them, some at a time."""
    vectors = read()
    everyone = [make() for make in (*OURS, *THEIRS)]
    folders = [folder / type(one).__name__ for one in everyone]
    for each in folders:
        each.mkdir()
    with ThreadPoolExecutor(3) as pool:
        columns = tuple(pool.map(lambda one, each: ask(one, vectors, each), everyone, folders))
    return Comparison(vectors, columns[: len(OURS)], columns[len(OURS) :])


def markdown(made: Comparison) -> Iterator[str]:
    """Write the summary, the differences by explanation, and what was not asked."""
    columns, rows = (*made.ours, *made.theirs), made.vectors.rows
    yield f"# Side by side: {len(rows)} cases\n"
    kinds = Counter(row.kind for row in rows)
    yield "fixtures/vectors.json: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()) + ".\n"
    yield "| | asked | agreed | differs | of these explained | not asked |\n|---|---:|---:|---:|---:|---:|"
    differences = made.differences(columns)
    for column in columns:
        own = [one for one in differences if one.neighbour == column.name]
        told = sum(one.explanation is not None for one in own)
        asked = len(column.answers)
        yield f"| {column.name} | {asked} | {asked - len(own)} | {len(own)} | {told} | {len(column.unasked)} |"
    yield "\n## Differences by explanation\n"
    groups: dict[tuple[str, str, str, str], list[Difference]] = defaultdict(list)
    for one in differences:
        why = one.explanation
        groups[(one.neighbour, why.title, why.basis, why.words) if why else (one.neighbour, "NOT EXPLAINED", "", "")].append(one)
    yield "| neighbour | what it does | cases | expected → its answer | basis | its own words |\n|---|---|---:|---|---|---|"
    for (neighbour, title, basis, words), group in groups.items():
        pairs = Counter(f"{one.row.expected} → {one.answer}" for one in group)
        said = ", ".join(f"{pair} ({count})" for pair, count in pairs.items())
        yield f"| {neighbour} | {title} | {len(group)} | {said} | {basis} | {escaped(words)} |"
    yield "\n## Every difference\n\n| case | prefix | AS_PATH | expected | why | source | neighbour | its answer |\n" + "|---" * 8 + "|"
    for one in sorted(differences, key=lambda each: each.row.id):
        row = one.row
        cells = row.id, row.prefix, row.path, row.expected, row.why, row.source, one.neighbour, one.answer
        yield "| " + " | ".join(map(escaped, cells)) + " |"
    yield "\n## Not asked\n\n| | why | cases |\n|---|---|---:|"
    for column in columns:
        for why, count in Counter(column.unasked.values()).items():
            yield f"| {column.name} | {why} | {count} |"


def escaped(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Compare, and write the table."""
    with tempfile.TemporaryDirectory() as folder:
        for line in markdown(compare(Path(folder))):
            print(line)  # noqa: T201 (a program's output)


if __name__ == "__main__":
    main()
