"""A module imported as its mutant is, with everything that imports it, and the tests collected anew."""

from __future__ import annotations

import json
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING

import pytest
from mutant_tests import ROOT

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

    from mutated import Mutant

OPTIONS = ["-s", "-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-o", "tmp_path_retention_policy=none"]


class Failed:
    """A plugin that knows the first failure."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.name:
            self.name = f"{report.nodeid} (collecting)"


class Loader(SourceFileLoader):
    """Gives the mutant for a module's source."""

    text = ""

    def get_code(self, fullname: str) -> object:
        return compile(self.text, self.get_filename(fullname), "exec", dont_inherit=True)


class Finder:
    """Finds one module, the mutant."""

    def __init__(self, module: str, text: str) -> None:
        self.name, self.path = dotted(module), ROOT / module
        self.loader = Loader(self.name, str(self.path))
        self.loader.text = text

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 (importlib's protocol)
        if name != self.name:
            return None
        places = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return spec_from_file_location(name, self.path, loader=self.loader, submodule_search_locations=places)


def dotted(module: str) -> str:
    """Give the name that a file is imported by."""
    return module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


class Chosen:
    """A plugin that keeps and orders the tests."""

    def __init__(self, tests: list[str]) -> None:
        self.place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self.place), key=lambda one: self.place[one.nodeid])


def anew(module: str, one: Mutant, tests: list[str]) -> str:
    """Import everything again, the mutant in its place, and run tests: those of a few files first."""
    sys.dont_write_bytecode = True
    for known, one_known in list(sys.modules.items()):
        file = getattr(one_known, "__file__", None) or ""
        if (file.startswith(str(ROOT)) and "benchmarks" not in file) or known.split(".")[0] in {"bgpcheck", "tests"}:
            del sys.modules[known]
    sys.meta_path.insert(0, Finder(module, one.source))
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    for some in (files[:1], files[1:]):
        failed, kept = Failed(), [test for test in tests if test.split("::")[0] in some]
        status = pytest.main([*OPTIONS, "-x", *some], plugins=[failed, Chosen(kept)]) if some else 0
        if failed.name or status not in {0, 5}:
            return json.dumps({"status": "killed", "by": failed.name or f"pytest {status}"})
    return json.dumps({"status": "survived", "by": ""})
