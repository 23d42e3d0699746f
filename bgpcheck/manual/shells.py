"""Scripts by which bash, zsh and fish complete words; each shell's writer is a module of its own. Pure.

Rule: a script starts no program and asks nothing: all words are in it, and files come from the shell.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.manual.command import Command

# Shell → what the script is called where the shell looks for it.
SHELLS = {"bash": "bgpcheck", "zsh": "_bgpcheck", "fish": "bgpcheck.fish"}
HEAD = "Written by bgpcheck completion {} from what the program itself knows: not to be edited."


def script(shell: str, commands: Sequence[Command], names: Mapping[str, str]) -> str:
    """Write the script of a shell; ``names``: the commands, each with its one line."""
    written: str = import_module(f"bgpcheck.manual.in_{shell}").script(commands, names)
    return written


def quoted(text: str) -> str:
    """Quote a word for bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def groups(commands: Sequence[Command]) -> dict[str, tuple[str, ...]]:
    """Give the commands that have actions, with these."""
    found: dict[str, tuple[str, ...]] = {}
    for one in commands:
        if len(one.path) > 1:
            found[one.path[0]] = (*found.get(one.path[0], ()), one.path[1])
    return found
