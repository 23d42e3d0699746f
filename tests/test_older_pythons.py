"""Nothing is written that an older Python of those which bgpcheck takes reads otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from program import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Before Python 3.11.5 a possessive repeat of a group that backtracks within does not match (python/cpython#106052): atomic groups do.
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\{?\d*,?\d*\}\}?)\+")
# Before Python 3.11.4 what is raised in such a block is raised within a group (python/cpython#103590).
EXCEPT_GROUP = re.compile(r"(?m)^\s*except\s*\*")
PATHS = sorted((ROOT / "bgpcheck").rglob("*.py"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_older_pythons_read_otherwise(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not POSSESSIVE_GROUP.findall(text), "write (?>(?:…)*) for (?:…)*+"
    assert not EXCEPT_GROUP.findall(text), "catch the group, and split it"


@pytest.mark.parametrize("text", ["(?:a|b)*+", "(a)++", "(a){2,3}+", "(a){{2,}}+", "(a)?+"])
def test_one_would_be_found(text: str) -> None:
    assert POSSESSIVE_GROUP.search(text)
    assert EXCEPT_GROUP.search("    except* ValueError as failed:\n")
