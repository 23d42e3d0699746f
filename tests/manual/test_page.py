"""Pages as the end of help: wrapped to what the terminal has, commands as a shell takes them."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from bgpcheck.manual import about, page
from bgpcheck.manual.command import Option
from bgpcheck.manual.page import Example, Page, epilog, typed

MANUAL = Path(page.__file__).parent
LINE = 'bgpcheck x y --one "a b" --two c --three < in > out'


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, [LINE]),
        (40, ['bgpcheck x y --one "a b" --two c \\', "    --three < in > out"]),
        (24, ["bgpcheck x y \\", '    --one "a b" \\', "    --two c --three \\", "    < in > out"]),
        (5, ["bgpcheck x y \\", '    --one "a b" \\', "    --two c \\", "    --three \\", "    < in \\", "    > out"]),
    ],
)
def test_a_command_is_broken_before_options(width: int, lines: list[str]) -> None:
    assert typed(LINE, width) == lines
    assert shlex.split(" ".join(one.removesuffix("\\") for one in lines)) == shlex.split(LINE)


def test_an_epilog() -> None:
    shown = Page(
        (Example("bgpcheck x", "why it is typed"), Example("bgpcheck y", "and this", 3)),
        {0: "good", 130: "a meaning that is longer than a line has room for"},
        ("elsewhere",),
        ("A note that is longer than a line has room for.", "  as   it is\n  here"),
    )
    assert epilog(shown, 30).splitlines() == [
        "examples:",
        "  # why it is typed",
        "  bgpcheck x",
        "  # and this (exit status 3)",
        "  bgpcheck y",
        "",
        "A note that is longer than a",
        "line has room for.",
        "",
        "  as   it is",
        "  here",
        "",
        "exit status:",
        "  0   good",
        "  130 a meaning that is longer",
        "      than a line has room for",
        "",
        "see also:",
        "  elsewhere",
    ]


@pytest.mark.parametrize(
    ("required", "repeated", "usage"),
    [(False, False, "[FILE]"), (False, True, "[FILE]..."), (True, False, "FILE"), (True, True, "FILE...")],
)
def test_an_operand_in_a_line_of_usage(required: bool, repeated: bool, usage: str) -> None:  # noqa: FBT001 (a table)
    assert Option((), "FILE", "", required=required, repeated=repeated).usage == usage


def test_every_page_belongs_to_something() -> None:
    """Modules with pages are found by the name of the command."""
    from bgpcheck.cli import COMMANDS  # noqa: PLC0415 (only here)

    with_pages = {path.stem for path in MANUAL.glob("*.py") if "\nPAGES = {" in path.read_text()}
    assert with_pages == {*COMMANDS, "top"}
    with pytest.raises(KeyError):
        about("check", "nothing")
