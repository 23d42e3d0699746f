"""A package that looks like ExaBGP, as far as the launcher looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOOP = """
class Daemon:
    def drop_privileges(self):
        pass
class Reactor:
    def __init__(self):
        self.{name} = 1
    def _wait_for_io(self):
        return self.{name}
    def shutdown(self):
        pass
"""
PROCESSES = "class Processes:\n    def notification(self):\n        pass\n"


def fake(
    folder: Path, release: str = "5.0.99", loop: str = LOOP.format(name="_poller"), processes: str = PROCESSES, main: str = ""
) -> Path:
    """Write the package; ``main``: one line of its main function, which says how it was called first."""
    files = {
        "__init__": "", "reactor/__init__": "", "reactor/api/__init__": "", "application/__init__": "",
        "version": f"release = {release!r}\n", "reactor/loop": loop, "reactor/api/processes": processes,
        "application/main": f"import os, sys, time\ndef main():\n    print('ran', sys.argv[1:], flush=True)\n    {main or 'return 0'}\n",
    }  # fmt: skip
    for name, text in files.items():
        path = folder / "exabgp" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
