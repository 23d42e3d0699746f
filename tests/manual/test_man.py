"""The manual page: whole, safe from its own macros, the same as the file that is installed, and without a complaint of any formatter."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from integration.daemons import daemon
from program import ROOT, run

from bgpcheck.cli import COMMANDS
from bgpcheck.cli.walk import commands
from bgpcheck.manual import about
from bgpcheck.manual.command import Command, Group, Option
from bgpcheck.manual.facts import ENVIRONMENT, FILES, FORMATS, STATUSES
from bgpcheck.manual.kinds import KINDS
from bgpcheck.manual.man import literal, man, plain
from bgpcheck.manual.page import Example, Page
from bgpcheck.manual.shells import SHELLS, script
from bgpcheck.render import FORMATS as KNOWN

if TYPE_CHECKING:
    from pathlib import Path

LEAVES = tuple(commands())
PAGE = man(LEAVES)
# File of the tree → what it holds; ``BGPCHECK_WRITE_GOLDENS=1`` writes them.
INSTALLED = {"configs/man/bgpcheck.1": PAGE} | {
    f"configs/completion/{name}": script(shell, LEAVES, COMMANDS) for shell, name in SHELLS.items()
}
HOSTILE = r".SH \fBx\fP 'quoted' ~^`\n"


@pytest.mark.parametrize("name", INSTALLED)
def test_what_is_installed_is_what_the_program_writes(name: str) -> None:
    if os.environ.get("BGPCHECK_WRITE_GOLDENS") == "1":
        (ROOT / name).write_text(INSTALLED[name], encoding="utf-8")
    assert (ROOT / name).read_text(encoding="utf-8") == INSTALLED[name]


def test_a_user_gets_it_from_explain() -> None:
    ran = run("explain", "--man", COLUMNS="40")  # which changes nothing
    assert (ran.status, ran.stdout, ran.stderr) == (0, PAGE, "")


@pytest.mark.parametrize("more", [("PFX-1",), ("--schema", "result"), ("--template", "ticket"), ("--format", "markdown")])
def test_the_manual_comes_alone(more: tuple[str, ...]) -> None:
    ran = run("explain", "--man", *more)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == "bgpcheck: --man prints the manual and nothing else: leave out the code and the other options\n"


def shown(text: str) -> str:
    """What a reader sees of a line of the source."""
    text = re.sub(r"\\f[BIRP]", "", text).removeprefix(r"\&")
    for spelled, one in {r"\-": "-", r"\(aq": "'", r"\(dq": '"', r"\(ga": "`", r"\(ha": "^", r"\(ti": "~"}.items():
        text = text.replace(spelled, one)
    text = re.sub(r"\\\[u([0-9A-F]{4})\]", lambda found: chr(int(found[1], 16)), text)
    return text.replace(r"\e", "\\")


def test_it_tells_all_that_the_program_knows() -> None:
    text = "\n".join(map(shown, PAGE.splitlines()))
    for one in LEAVES:
        section = text.partition(f'.SS "bgpcheck {one.name}"\n')[2].partition("\n.SS")[0].partition("\n.SH")[0]
        told = re.findall(r"^\.TP\n(--.*)$", section, re.MULTILINE)
        wanted = [f"{option.names[-1]} {option.metavar}".strip() for option in one.options() if option.names and option.names[0] != "-h"]
        assert told == wanted, one.name
        assert section.count(".EX") >= len(one.page.examples)
    for table in (STATUSES, ENVIRONMENT, FILES, FORMATS, KINDS):
        for word in table:
            assert f"\n.TP\n{word}\n" in text


def test_formats_are_the_programs() -> None:
    assert FORMATS.keys() == KNOWN.keys()


def test_the_environment_is_what_the_program_reads() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "bgpcheck").rglob("*.py"))
    read = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', code))
    ours = {name for name in read if name.startswith("BGPCHECK_")}  # from one of its processes to another
    told_by_libraries = {"https_proxy"}  # urllib.request.getproxies
    assert read - ours - {"TERM"} == ENVIRONMENT.keys() - told_by_libraries


def test_files_are_where_the_program_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from bgpcheck.store.places import default_answers, default_downloads, default_snapshot  # noqa: PLC0415

    monkeypatch.setenv("XDG_DATA_HOME", "/x")
    monkeypatch.setenv("XDG_CACHE_HOME", "/y")
    places = [name.replace("$XDG_DATA_HOME", "/x").replace("$XDG_CACHE_HOME", "/y") for name in FILES]
    assert places == [str(one) for one in (default_snapshot(), default_downloads(), default_answers())]


@pytest.mark.parametrize(
    ("text", "typed", "told"),
    [
        ("--peer-asn", r"\-\-peer\-asn", [r"\-\-peer\-asn"]),
        ("microsoft-peering", r"microsoft\-peering", ["microsoft-peering"]),
        (".SH", r"\&.SH", [r"\&.SH"]),
        ("'tis", r"\(aqtis", [r"\&'tis"]),
        (r"a\nb", r"a\enb", [r"a\enb"]),
        ('say "x"', r"say \(dqx\(dq", ['say "x"']),
        ("a … b", r"a \[u2026] b", [r"a \[u2026] b"]),
        ("One. Two: Three", "One. Two: Three", ["One.", "Two:", "Three"]),
        (f"{'x' * 70} yyyyyyyyy .z", f"{'x' * 70} yyyyyyyyy .z", ["x" * 70, "yyyyyyyyy .z"]),
        (f"{'x' * 78} .z", f"{'x' * 78} .z", ["x" * 78, r"\&.z"]),
    ],
)
def test_spelling(text: str, typed: str, told: list[str]) -> None:
    assert literal(text) == typed
    assert plain(text) == told


def test_no_line_is_longer_than_formatters_like() -> None:
    verbatim = re.sub(r"\.EX\n.*?\.EE\n", "", PAGE, flags=re.DOTALL)
    assert [line for line in verbatim.splitlines() if len(line) > 80 and not line.startswith((".", r"\fB", r"\fI"))] == []
    assert [line for line in PAGE.splitlines() if line != line.rstrip() or not line or "\t" in line] == []
    assert PAGE.isascii()


def complaints(page: Path) -> str:
    """What groff and mandoc have to say."""
    told = ""
    for words in ((daemon("groff"), "-man", "-Tutf8", "-ww", "-z"), (daemon("mandoc"), "-T", "lint")):
        done = subprocess.run([*words, str(page)], capture_output=True, text=True, check=False)
        told += done.stdout + done.stderr
    return told


def test_formatters_have_no_complaint(tmp_path: Path) -> None:
    page = tmp_path / "bgpcheck.1"
    page.write_text(PAGE)
    assert complaints(page) == ""
    page.write_text(PAGE.replace(".TP", ".TQP", 1))
    assert "TQP" in complaints(page)


def test_hostile_words_are_shown_as_they_are(tmp_path: Path) -> None:
    option = Option(("--x",), "N", HOSTILE)
    page = Page((Example(f"bgpcheck {HOSTILE}", HOSTILE),), {0: HOSTILE}, (), (HOSTILE, f"  {HOSTILE}"))
    target = tmp_path / "x.1"
    target.write_text(man((Command(("x",), HOSTILE, (Group(HOSTILE, (option,)),), page),)))
    assert complaints(target) == ""
    drawn = subprocess.run([daemon("mandoc"), "-T", "ascii", "-O", "width=200", target], capture_output=True, text=True, check=True).stdout
    plain_text = re.sub(r".\x08", "", drawn)
    assert plain_text.count(HOSTILE) >= 6


def test_the_page_of_the_program_itself_is_there() -> None:
    assert [one.line for one in about().examples if literal(one.line.split()[1]) not in PAGE] == []
