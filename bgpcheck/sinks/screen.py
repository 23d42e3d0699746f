"""A lab on a terminal, drawn anew as it changes. Waits for the terminal, in a thread: one that is stopped holds up nobody.

Rule: at most four pictures a second, one a second where only time went by; at the end the cursor is back, and the last picture stays as
text. A terminal that went away is no error.
"""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from threading import Condition, Thread
from typing import IO, TYPE_CHECKING, Self, cast

from rich.console import Console
from rich.live import Live

from bgpcheck.render.live import as_screen, as_text

if TYPE_CHECKING:
    from typing import TextIO

    from rich.console import RenderableType

    from bgpcheck.lab.view import View

PAUSE = 0.25  # seconds between two pictures at least
IDLE = 1.0  # the same where nothing but the time changed
PATIENCE = 2.0  # seconds that the end waits for a terminal that takes nothing
PLAIN = str.maketrans("✔✘…→·○", "+x.>.o")  # as wide, for a terminal whose encoding has none of these
SIZE = 80, 24  # of a terminal that does not tell


class Screen:
    """The pictures on one terminal, from ``show`` to ``close``. Both never wait for long."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Draw on a stream that is a terminal, by default standard output; one that can only be written on gets the last picture."""
        self._file = _Terminal(stream or sys.stdout)
        self._news = Condition()
        self._view: View | None = None
        self._ended = False
        self._thread = Thread(target=self._run, name="bgpcheck-screen", daemon=True)
        self._thread.start()

    def show(self, view: View) -> None:
        """Take the latest picture."""
        with self._news:
            self._view = view
            self._news.notify()

    def close(self) -> None:
        """Give the terminal back with the last picture as text; may be called again."""
        with self._news:
            self._ended = True
            self._news.notify()
        self._thread.join(PATIENCE)

    def __enter__(self) -> Self:
        """Give the screen."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back, whatever happened."""
        self.close()

    def _run(self) -> None:
        """Draw until the end."""
        with suppress(OSError):
            self._draw()

    def _draw(self) -> None:
        """Draw every picture, then the last one as text."""
        console = Console(file=cast("IO[str]", self._file), force_terminal=True, highlight=False, markup=False, emoji=False)
        live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False)
        drawn: View | None = None
        try:
            while view := self._next(drawn):
                size = self._file.size()
                if drawn is None:
                    console.size = size
                    live.start()
                elif size != console.size:  # what stands there has been wrapped by the terminal
                    console.size = size
                    console.clear()
                live.update(self._fitting(view, size), refresh=True)
                drawn = view
        finally:
            live.stop()
        if self._view:
            text = as_text(self._view, width=self._file.size()[0], color=console.color_system is not None and not console.no_color)
            self._file.write(self._plain(text))

    def _next(self, drawn: View | None) -> View | None:
        """Wait for the next picture that is worth drawing; None at the end."""
        begun = time.monotonic()
        with self._news:
            if drawn is not None and not self._ended:
                self._news.wait_for(lambda: self._ended, PAUSE)
            while not self._ended:
                if self._view is not None and (_differs(self._view, drawn) or time.monotonic() - begun >= IDLE):
                    return self._view
                self._news.wait(IDLE)
            return None

    def _fitting(self, view: View, size: tuple[int, int]) -> RenderableType:
        """Draw a picture a line lower than the terminal, so that nothing scrolls."""
        picture = as_screen(view, size[0], size[1] - 1)
        picture.plain = self._plain(picture.plain)
        return picture

    def _plain(self, text: str) -> str:
        """Replace signs that the terminal has no character for."""
        return text.translate(PLAIN) if self._file.poor else text


def _differs(view: View, drawn: View | None) -> bool:
    """Tell whether more than the time changed."""
    return drawn is None or replace(view, at=drawn.at) != drawn


class _Terminal(io.TextIOBase):
    """A terminal's descriptor as a stream without a buffer: a thread that waits in it holds no lock that the end would need."""

    def __init__(self, stream: TextIO) -> None:
        """Keep a copy of the descriptor."""
        self._handle, self._words = os.dup(stream.fileno()), stream.encoding or "utf-8"
        self.poor = "✔".encode(self._words, "replace") == b"?"

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Name of the encoding."""
        return self._words

    def isatty(self) -> bool:
        """It is one."""
        return True

    def fileno(self) -> int:
        """Give the descriptor."""
        return self._handle

    def write(self, text: str) -> int:
        """Write all at once."""
        rest = memoryview(text.encode(self._words, "replace"))
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        return len(text)

    def size(self) -> tuple[int, int]:
        """Give columns and rows."""
        width, height = os.get_terminal_size(self._handle)
        return (width or SIZE[0]), (height or SIZE[1])
