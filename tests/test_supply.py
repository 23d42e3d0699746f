"""What bgpcheck rests on: declared, with lower bounds (``.ci/lowest`` tries them), under licences that let it be used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import metadata

import pytest
from licences import allowed, licence, needed, parts
from program import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
TOOLS = {"test", "fuzz"}  # extras for whoever works on bgpcheck
RUNTIME = [*PROJECT["dependencies"], *(one for name in EXTRAS if name not in TOOLS for one in EXTRAS[name])]
BOUNDED = re.compile(r"([\w-]+)>=([\d.]+)(,<[\d.]+)?")
MODULES = {"pyyaml": "yaml", "azure-identity": "azure", "azure-mgmt-network": "azure"}  # that are called otherwise than their distribution
PART_OF = {"yarl": "aiohttp"}  # aiohttp takes and gives its URLs


def imported() -> set[str]:
    """Name every module of others that a module of ours imports, anywhere in it."""
    nodes = [node for path in (ROOT / "bgpcheck").rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    given = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in plain | given} - sys.stdlib_module_names - {"bgpcheck"}


def test_every_dependency_has_a_lower_bound() -> None:
    assert [one for one in RUNTIME if not BOUNDED.fullmatch(one)] == []
    ours = [one for name in TOOLS for one in EXTRAS[name] if not one.startswith(("bgpcheck[", "types-"))]
    assert [one for one in ours if ">=" not in one] == []


def test_what_is_imported_is_declared_and_the_other_way() -> None:
    declared = {MODULES.get(name, name) for name in (re.match(r"[\w-]+", one)[0] for one in RUNTIME)}  # type: ignore[index]
    assert imported() - set(PART_OF) == declared
    assert set(PART_OF.values()) <= declared


def test_the_test_tools_take_every_extra() -> None:
    [ours] = [one for one in EXTRAS["test"] if one.startswith("bgpcheck[")]
    assert set(ours.removeprefix("bgpcheck[").removesuffix("]").split(",")) == set(EXTRAS) - TOOLS


def test_each_python_that_is_claimed_is_allowed_and_the_other_way() -> None:
    said = [one.rpartition(" :: ")[2] for one in PROJECT["classifiers"] if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", one)]
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()  # type: ignore[union-attr]
    assert said == [f"3.{minor}" for minor in range(int(low), int(high))]


def test_every_licence_lets_it_be_used() -> None:
    names = needed("bgpcheck", tuple(name for name in EXTRAS if name not in TOOLS))
    assert names >= {metadata.metadata(re.match(r"[\w-]+", one)[0])["Name"] for one in RUNTIME}  # type: ignore[index]
    assert {name: licence(name) for name in names if not allowed(licence(name))} == {}


@pytest.mark.parametrize(
    ("expression", "split", "fine"),
    [
        ("MIT", [{"MIT"}], True),
        ("Apache-2.0 OR BSD-3-Clause", [{"Apache-2.0", "BSD-3-Clause"}], True),
        ("MIT AND (GPL-3.0-only OR Zlib)", [{"MIT"}, {"GPL-3.0-only", "Zlib"}], True),
        ("MIT AND GPL-3.0-only", [{"MIT"}, {"GPL-3.0-only"}], False),
        ("GPL-3.0-only", [{"GPL-3.0-only"}], False),
        ("", [{""}], False),
        ("as is", [{"as is"}], False),
    ],
)
def test_expressions(expression: str, split: list[set[str]], fine: bool) -> None:  # noqa: FBT001 (a row of the table)
    assert (parts(expression), allowed(expression)) == (split, fine)
