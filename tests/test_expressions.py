"""Regular expressions that every Python which bgpcheck takes reads alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from program import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Before Python 3.11.5 a possessive repeat of a group that backtracks within does not match (python/cpython#106052): atomic groups do.
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\{?\d*,?\d*\}\}?)\+")


@pytest.mark.parametrize("path", sorted((ROOT / "bgpcheck").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_group_is_possessive(path: Path) -> None:
    assert not POSSESSIVE_GROUP.findall(path.read_text(encoding="utf-8")), "write (?>(?:…)*) for (?:…)*+"


@pytest.mark.parametrize("text", ["(?:a|b)*+", "(a)++", "(a){2,3}+", "(a){{2,}}+", "(a)?+"])
def test_one_would_be_found(text: str) -> None:
    assert POSSESSIVE_GROUP.search(text)
