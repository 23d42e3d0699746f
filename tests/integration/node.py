"""Programs and libraries from npm: $BGPCHECK_NODE names the folder that ``npm install --prefix`` filled; found or skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = ("@microsoft/sarif-multitool@5", "axe-core@4", "junit2json@4")


def package(name: str) -> Path:
    """The folder of an npm package; skips without it, or fails if $BGPCHECK_NO_SKIP is 1."""
    folder = Path(os.environ.get("BGPCHECK_NODE") or os.devnull) / "node_modules" / name
    if folder.is_dir():
        return folder
    skip(f"needs {name} from npm: npm install --prefix DIR {' '.join(PACKAGES)}, and BGPCHECK_NODE=DIR")
    return None


def node() -> str:
    """Path of Node.js; skips without it."""
    found = shutil.which("node")
    if found is None:
        skip("needs node from Debian: apt-get install nodejs")
    return found


def skip(reason: str) -> NoReturn:
    """Skip with a reason, or fail where skipping is forbidden."""
    if os.environ.get("BGPCHECK_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
