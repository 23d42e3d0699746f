"""Which tests judge a mutant, and in what order: what each costs without one, and which lines it runs."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mutated import statement

if TYPE_CHECKING:
    import coverage
    from mutated import Mutant

ROOT = Path(__file__).resolve().parents[2]
OWN = {"irr_lines": "irr", "irr_marks": "irr"}  # modules that share a test file


@dataclass
class Baseline:
    """What each test costs, in seconds, and which tests run which line of which module."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)  # SHA-256 of each module when its lines were counted
    new: list[str] = field(default_factory=list)  # tests to come last

    def add(self, other: Baseline) -> None:
        """Take over what was measured since."""
        self.seconds |= other.seconds
        for name, lines in other.lines.items():
            mine = self.lines.setdefault(name, {})
            for line, tests in lines.items():
                mine[line] = sorted({*mine.get(line, ()), *tests})
            self.sources.setdefault(name, digest(name))


def loaded(file: Path) -> Baseline:
    """Read what was measured before, if anything was."""
    if not file.exists():
        return Baseline()
    found = Baseline(**json.loads(file.read_text()))
    found.lines = {name: {int(line): tests for line, tests in lines.items()} for name, lines in found.lines.items()}
    return found


def digest(module: str) -> str:
    """Give the SHA-256 of a module."""
    return hashlib.sha256((ROOT / module).read_bytes()).hexdigest()


def chosen(baseline: Baseline, module: str, source: str, one: Mutant, *, whole: bool) -> list[str]:
    """Give the tests that run a mutant's lines, the quickest first, those of its own file before."""
    lines = baseline.lines.get(module, {})
    known = baseline.seconds.keys()
    name, part = Path(module).stem, "rules" if "rules" in module else "facts"
    own = OWN.get(name, name.split("_")[0] if name.startswith("edge") else name)
    files = (f"tests/{part}/test_{own}.py", f"tests/test_{own}.py")
    near = set() if whole else known & {test for line in statement(source, one.lines) for test in lines.get(line, ())}
    if not near or baseline.sources.get(module) != digest(module):  # outside functions, what reads a name runs no line of the module
        near = known & {test for tests in lines.values() for test in tests} | {test for test in known if test.startswith(files)}
    return sorted(near, key=lambda test: (test in baseline.new, baseline.seconds[test] * (0.2 if test.startswith(files) else 1)))


def by_line(data: coverage.CoverageData) -> dict[str, dict[int, list[str]]]:
    """Give the tests that run each line of each module, by its path in the project."""
    found = {os.path.relpath(one, ROOT): data.contexts_by_lineno(one) for one in data.measured_files()}
    return {name: {line: [one for one in tests if one] for line, tests in lines.items()} for name, lines in found.items()}
