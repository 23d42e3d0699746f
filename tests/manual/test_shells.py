"""Completion in real shells: words are typed, and what the shell makes of them is looked at."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from integration.daemons import daemon
from program import run

from bgpcheck.cli import COMMANDS
from bgpcheck.cli.walk import commands
from bgpcheck.manual.shells import SHELLS, groups, script
from bgpcheck.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAVES = tuple(commands())
REGISTRIES = {"RIPENCC", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RADB", "ALTDB", "LEVEL3"}
FOLDERS = {"sub", "a dir"}
EMPTY: set[str] = set()
# What is typed, of which the last word is completed → what is offered.
TYPED: list[tuple[tuple[str, ...], set[str]]] = [
    (("re",), {"registry"}),
    (("",), {*COMMANDS}),
    (("registry", ""), {"build", "update", "status"}),
    (("sign", "ver"), {"verify"}),
    (("registry", "build", "--d"), {"--delegated"}),
    (("registry", "status", "--d"), EMPTY),
    (("check", "--format", "j"), {"json", "jsonl", "junit"}),
    (("audit", "--format", "j"), {"jsonl"}),
    (("check", "--registry", ""), REGISTRIES),
    (("check", "--peer-asn", ""), EMPTY),
    (("check", "--strict", "--cloud", ""), {"public", "usgov", "china"}),
    (("check", ""), {"a.yaml", "c d.yaml"} | FOLDERS),
    (("check", "--evidence", ""), {"x.zip"} | FOLDERS),
    (("check", "--templates", ""), FOLDERS),
    (("check", "--policy", ""), {"microsoft-peering", "published-criterion", "strict", "a.yaml", "c d.yaml"} | FOLDERS),
    (("check", "--sign-key", "k"), {"k.pem"}),
    (("check", "--output", "b"), {"b.txt"}),
    (("check", "--diff", "b"), {"b.txt"}),  # none ends in .json: any file
    (("evidence", "verify", "x"), {"x.zip"}),
    (("explain", "PFX-"), {one for one in CATALOGUE if one.startswith("PFX-")}),
    (("explain", "--schema", ""), {"result", "events", "preflight", "circuit"}),
    (("explain", "--template", ""), {"ticket", "letter"}),
    (("registry", "update", "--only", "RA"), {"RADB"}),
    (("circuit", "--want", ""), {"peer", "link", "delete"}),
    (("completion", ""), {*SHELLS}),
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    for name in ("a.yaml", "c d.yaml", "b.txt", "x.zip", "k.pem"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of(shell: str) -> str:
    return script(shell, LEAVES, COMMANDS)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_user_gets_the_script(shell: str) -> None:
    ran = run("completion", shell)
    assert (ran.status, ran.stdout, ran.stderr) == (0, of(shell), "")
    assert subprocess.run([daemon(shell), "-n"], input=of(shell), capture_output=True, text=True, check=True).stderr == ""


def test_another_shell_is_refused() -> None:
    ran = run("completion", "tcsh")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == "bgpcheck: argument SHELL: 'tcsh' is not one of bash, zsh, fish (see bgpcheck completion --help)\n"


def test_commands_with_actions() -> None:
    assert groups(LEAVES).keys() == {"registry", "sign", "evidence"}


def offered(name: str) -> str:
    """A folder as shells offer it, or not: with a slash."""
    return name.rstrip("/")


BASH = """
source bgpcheck.bash
complete -p bgpcheck >/dev/null
COMP_WORDS=(bgpcheck "$@"); COMP_CWORD=$#
_bgpcheck
for word in "${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done
"""


@pytest.mark.parametrize(("words", "wanted"), TYPED, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_bash(words: tuple[str, ...], wanted: set[str], desk: Path) -> None:
    source = desk / ".scripts"
    source.mkdir()
    (source / "bgpcheck.bash").write_text(of("bash"))
    line = BASH.replace("bgpcheck.bash", f"{source}/bgpcheck.bash")
    done = subprocess.run([daemon("bash"), "--norc", "-c", line, "bash", *words], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    found = {offered(one) for one in done.stdout.splitlines()} - {"--help", "--version", ".scripts"}
    assert found == wanted


@pytest.mark.parametrize(("words", "wanted"), TYPED, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_fish(words: tuple[str, ...], wanted: set[str], desk: Path) -> None:
    line = f"source {desk}/.fish; complete -C 'bgpcheck {' '.join(words)}'"
    (desk / ".fish").write_text(of("fish"))
    fish = [daemon("fish"), "--no-config", "-c", line]
    done = subprocess.run(fish, capture_output=True, text=True, check=True, env={**os.environ, "HOME": str(desk)})
    assert done.stderr == ""
    assert {offered(one.partition("\t")[0]) for one in done.stdout.splitlines()} == wanted


ZSH = """PS1='> '; unsetopt zle_bracketed_paste list_beep
autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-separator '#'
unset zle_bracketed_paste; setopt list_rows_first no_list_packed; LISTMAX=1000
compadd() { local -a kept; builtin compadd -O kept "$@"; print -rl -- "<"$^kept">"; builtin compadd "$@"; }
completed() { zle expand-or-complete; print; print ov"er"; }; zle -N completed; bindkey '^I' completed
source {script}
"""


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, *words: str, **more: str) -> None:
        self.pid, self.ours = pty.fork()
        if not self.pid:
            os.execve(words[0], words, {**os.environ, "TERM": "dumb", "COLUMNS": "300", "LC_ALL": "C.UTF-8", **more})  # noqa: S606

    def send(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def until(self, mark: str) -> str:
        """What is shown until ``mark`` has been."""
        text, end = "", time.monotonic() + 60
        while mark not in text and time.monotonic() < end:
            if select.select([self.ours], [], [], 1)[0]:
                text += os.read(self.ours, 1 << 16).decode(errors="replace")
        assert mark in text, text
        return text

    def close(self) -> None:
        os.close(self.ours)
        os.waitpid(self.pid, 0)


@pytest.fixture
def zsh(desk: Path) -> Iterator[Terminal]:
    (desk / ".zsh").write_text(of("zsh"))
    terminal = Terminal(daemon("zsh"), "-f", "-i", HOME=str(desk))
    terminal.send(ZSH.replace("{script}", f"{desk}/.zsh") + "print rea''dy\n")
    terminal.until("ready\r\n")
    yield terminal
    terminal.close()


def test_zsh(zsh: Terminal) -> None:
    """A whole table in one shell, which takes a while to start."""
    for words, wanted in TYPED:
        zsh.send(f"bgpcheck {' '.join(words)}\t")
        shown = zsh.until("over\r\n")  # keys that are typed before that would end the search
        zsh.send("\x15print en''d\n")
        zsh.until("end\r\n")
        found = {offered(one.replace("\\", "")) for one in re.findall(r"<([^<>\r\n]+)>", shown)}
        assert found - {"--help", "--version", "-h"} == wanted, words
