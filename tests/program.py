"""The program as its users run it: a process with arguments, input, an environment, and what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-11-02T00:00:00Z"  # a day after the files of fixtures/registry


@dataclass(frozen=True)
class Ran:
    status: int
    stdout: str
    stderr: str


def environment(**more: str) -> dict[str, str]:
    """What the program sees of the outside: little, and always the same."""
    plain = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    return plain | more


def command(*words: str | bytes) -> list[str | bytes]:
    return [sys.executable, "-m", "bgpcheck", *words]


def run(*words: str | bytes, given: bytes = b"", cwd: Path = ROOT, timeout: float = 60, **more: str) -> Ran:
    done = subprocess.run(command(*words), input=given, capture_output=True, cwd=cwd, env=environment(**more), timeout=timeout, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
