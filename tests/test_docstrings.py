"""Docstrings beyond ruff's D rules: which of our errors a function raises, which source a rule follows. Read from the syntax alone."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bgpcheck import errors
from bgpcheck.rules.catalogue import CATALOGUE, RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(errors.__file__).parent
OURS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.BgpcheckError)}
CITED = re.compile(r"\bRFC \d+|\b[A-Z]{2,8}-\d+\b|\b(?:registries|verdicts|interface|product|expressroute)\.md\b|\bIANA\b")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Documented:
    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    doc: str


def documented(tree: ast.Module | ast.ClassDef, path: str) -> Iterator[Documented]:
    """Public classes and functions, and what is public in public classes."""
    for node in tree.body:
        if isinstance(node, FUNCTIONS | ast.ClassDef) and not node.name.startswith("_"):
            yield Documented(f"{path}:{node.name}", node, ast.get_docstring(node) or "")
            if isinstance(node, ast.ClassDef):
                yield from documented(node, f"{path}:{node.name}")


def raised(node: ast.AST) -> set[str]:
    """Our errors that a function raises itself, not in what it calls or defines."""
    found: set[str] = set()
    for one in ast.iter_child_nodes(node):
        if isinstance(one, FUNCTIONS | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(one, ast.Raise) and one.exc:
            called = one.exc.func if isinstance(one.exc, ast.Call) else one.exc
            found |= {called.id} & OURS if isinstance(called, ast.Name) else set()
        found |= raised(one)
    return found


def section(doc: str) -> dict[str, str]:
    """What stands under ``Raises:`` (Google's style)."""
    rows = re.search(r"^Raises:\n((?:    .*(?:\n|$))+)", doc, re.MULTILINE)
    return dict(re.findall(r"^    (\w[\w.]*): (.+)$", rows[1], re.MULTILINE)) if rows else {}


TREES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
PUBLIC = [one for path, tree in TREES.items() for one in documented(tree, path)]
CALLED = [(one.place, one.doc, raised(one.node)) for one in PUBLIC if isinstance(one.node, FUNCTIONS)]


def test_there_is_something_to_look_at() -> None:
    assert len(TREES) > 400
    assert len(PUBLIC) > 1500
    assert sum(bool(errors_) for _, _, errors_ in CALLED) > 150


def test_everything_public_says_what_it_is() -> None:
    assert [path for path, tree in TREES.items() if not ast.get_docstring(tree)] == []
    assert [one.place for one in PUBLIC if not one.doc] == []


def test_a_function_names_the_errors_of_ours_that_it_raises() -> None:
    """In a ``Raises:`` section, or in a sentence as ``FormatError`` with its reason."""
    unnamed = {place: missing for place, doc, found in CALLED if (missing := {name for name in found if name not in doc})}
    assert unnamed == {}


def test_a_raises_section_names_these_errors_and_no_others() -> None:
    sections = {place: (section(doc), found) for place, doc, found in CALLED if "Raises:" in doc}
    assert len(sections) > 70
    assert {place: rows for place, (rows, found) in sections.items() if rows.keys() & OURS != found and found} == {}
    assert [place for place, (rows, _) in sections.items() if not rows or not all(text.endswith(".") for text in rows.values())] == []


@pytest.mark.parametrize("folder", ["facts", "rules"])
def test_what_applies_a_rule_says_which(folder: str) -> None:
    """Each module names its source: an RFC, a rule or reason of the catalogue, a page of the specification."""
    here = [path for path in TREES if path.startswith(f"{folder}/") and not path.endswith("__init__.py")]
    without = [path for path in here if not CITED.search((PACKAGE / path).read_text())]
    assert len(here) > 10
    assert without == []


def test_rules_that_are_cited_are_in_the_catalogue() -> None:
    known = {code.split("-")[0] for code in RULES if re.fullmatch(r"[A-Z]+-\d+", code)}
    texts = {path: ast.get_docstring(tree) or "" for path, tree in TREES.items()} | {one.place: one.doc for one in PUBLIC}
    cited = {(place, code) for place, text in texts.items() for code in re.findall(r"\b[A-Z]{2,4}-\d+\b", text)}
    ours = {(place, code) for place, code in cited if code.split("-")[0] in known}
    assert len(ours) > 100
    assert {(place, code) for place, code in ours if code not in CATALOGUE} == set()
