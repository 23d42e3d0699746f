"""The screen: few pictures, a terminal that is given back whatever happens, and nobody waits for one that is stopped."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
import views

from bgpcheck.render.live import as_text
from bgpcheck.sinks.screen import Screen

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


class Terminal:
    """A terminal of a given size; what is written on it is read all the time, or not at all."""

    def __init__(self, width: int = 100, height: int = 40, *, encoding: str = "utf-8", reading: bool = True) -> None:
        self.far, self.near = pty.openpty()
        self.resize(width, height)
        self.stream: TextIO = os.fdopen(self.near, "w", encoding=encoding)
        self._read: list[bytes] = []
        self._reader = threading.Thread(target=self._run, daemon=True)
        if reading:
            self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stream.close()

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self.near, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def _run(self) -> None:
        while select.select([self.far], [], [], 60)[0]:
            try:
                self._read.append(os.read(self.far, 1 << 16))
            except OSError:
                return

    @property
    def text(self) -> str:
        return b"".join(self._read).decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def plain(self) -> str:
        return uncoloured(self.text)

    def wait(self, wanted: str, count: int = 1) -> None:
        deadline = time.monotonic() + 60
        while (self.text if wanted.startswith("\x1b") else self.plain).count(wanted) < count:
            assert time.monotonic() < deadline, f"no {wanted!r} in {self.text[-2000:]!r}"
            time.sleep(0.01)


@pytest.fixture(autouse=True)
def _a_usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "")
    monkeypatch.delenv("NO_COLOR", raising=False)


def uncoloured(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def test_the_picture_follows_and_stays_as_text() -> None:
    with Terminal() as terminal:
        with Screen(terminal.stream) as screen:
            screen.show(views.empty())
            terminal.wait("nothing was announced yet")
            screen.show(views.view())
            terminal.wait("the registries' answers")
        last = as_text(views.view(), width=100)
        terminal.wait(SHOW)
        terminal.wait("1 waiting")
        assert terminal.text.startswith(HIDE)
        assert terminal.text.count(HIDE) == terminal.text.count(SHOW) == 1
        assert terminal.plain.endswith(last)
        assert HIDE not in terminal.text[terminal.text.index(SHOW) :]


def test_it_is_drawn_at_most_four_times_a_second_and_nothing_is_missed_at_the_end() -> None:
    begun = time.monotonic()
    with Terminal() as terminal:
        with Screen(terminal.stream) as screen:
            for number in range(2000):
                screen.show(views.view(title=f"number {number}"))
            terminal.wait("number 1999:")
        terminal.wait("1 waiting")
        lasted = time.monotonic() - begun
        assert terminal.plain.count(": no verdict yet") <= lasted * 4 + 3  # the first, one that is taken back at the end, and the text


def test_where_only_time_goes_by_it_is_drawn_once_a_second() -> None:
    begun = time.monotonic()
    with Terminal() as terminal, Screen(terminal.stream) as screen:
        number = 0
        while terminal.text.count("ams-primary:") < 3:
            assert time.monotonic() - begun < 60
            number += 1
            screen.show(views.view(at=views.AT + timedelta(milliseconds=number)))
            time.sleep(0.005)
    assert time.monotonic() - begun >= 1.9  # the first, and two seconds
    assert number > 100


def test_a_new_size_is_drawn_anew() -> None:
    with Terminal(100, 40) as terminal, Screen(terminal.stream) as screen:
        screen.show(views.view())
        terminal.wait("12 coalesced")
        terminal.resize(60, 12)
        screen.show(views.view(title="smaller"))
        terminal.wait("smaller:")
        terminal.wait("2026-11-02T10:03:04Z", 2)
        terminal.wait("\x1b[2J")
        picture = uncoloured(terminal.text[terminal.text.index("\x1b[2J") :])
        assert max(map(len, picture.splitlines())) <= 60
        assert picture.count("\n") <= 12


def test_a_poor_terminal_gets_plain_signs() -> None:
    with Terminal(encoding="ascii") as terminal:
        with Screen(terminal.stream) as screen:
            screen.show(views.view(title="höh"))
            terminal.wait("x secondary")
        terminal.wait("1 waiting")
        assert ". h?h: no verdict yet" in terminal.plain
        assert terminal.text.isascii()


def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal() as terminal:
        with Screen(terminal.stream) as screen:
            screen.show(views.view())
        terminal.wait("1 waiting")
        assert not re.search(r"\x1b\[[0-9;]*3[0-9]", terminal.text)


def test_who_shows_and_who_ends_does_not_wait_for_a_stopped_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpcheck.sinks.screen.PATIENCE", 0.1)
    with Terminal(400, 300, reading=False) as terminal, Screen(terminal.stream) as screen:
        for number in range(50):
            screen.show(views.large(200 + number))
    assert terminal.stream.closed


def test_nothing_is_drawn_where_nothing_was_shown() -> None:
    with Terminal() as terminal:
        Screen(terminal.stream).close()
        assert not terminal.text


def test_a_terminal_that_went_away_is_no_error() -> None:
    terminal = Terminal(reading=False)
    with terminal, Screen(terminal.stream) as screen:
        screen.show(views.view())
        os.close(terminal.far)
        screen.show(views.empty())


PROGRAM = """
import sys
import views
from bgpcheck.sinks.screen import Screen
with Screen(sys.stderr) as screen:
    screen.show(views.view())
    {ends}
"""


@pytest.mark.parametrize("ends", ["raise ValueError", "sys.exit(3)", "raise KeyboardInterrupt"])
def test_the_terminal_is_given_back_whatever_happens(ends: str) -> None:
    tests = str(Path(__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {tests!r})\n" + PROGRAM.format(ends=ends)
    with Terminal() as terminal:
        subprocess.run([sys.executable, "-c", code], stderr=terminal.near, stdin=subprocess.DEVNULL, check=False, timeout=60)
        terminal.wait("1 waiting")
        assert terminal.text.count(HIDE) == terminal.text.count(SHOW)
        assert "✘ secondary" in terminal.plain


def test_a_terminal_that_can_not_be_drawn_anew_gets_the_last_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with Terminal() as terminal:
        with Screen(terminal.stream) as screen:
            screen.show(views.empty())
            screen.show(views.view())
        terminal.wait("1 waiting")
        assert terminal.text.strip() == as_text(views.view(), width=100).strip()


def test_a_view_that_changed_only_in_time_is_the_same() -> None:
    from bgpcheck.sinks.screen import _differs  # noqa: PLC0415 (the one place that is hard to see from outside)

    assert not _differs(replace(views.view(), at=views.BEGUN), views.view())
    assert _differs(views.empty(), views.view())
