"""A thread that only reads what a speaker says, so that nothing else can make BGP wait. Waits for the pipe.

Rule: it never does more than split lines and put them into the inbox: ExaBGP writes to its helpers without a timeout, and while it
waits no keepalive leaves, so a helper that stops reading for the hold time ends the sessions. It reads into one place, always the same:
a new one of ``CHUNK`` bytes for each line, of which the line keeps the beginning, leaves the heap in pieces too small for the next.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

from bgpcheck.formats.lines import LINE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.speaker.inbox import Inbox

CHUNK = 1 << 18  # bytes
TOO_LONG = b'{"exabgp": "5.0.0", "bgpcheck": "a line longer than the limit was left out"}'  # read as an event that can't be read


@dataclass(slots=True)
class Reader:
    """Reads ``source`` (a file descriptor) to its end into ``inbox``.

    ``heard`` is called after every read, ``ended`` once at the end with why, empty for its plain end; both from the reader's thread.
    ``keep`` is given every byte as it came, for a transcript.
    """

    source: int
    inbox: Inbox
    heard: Callable[[], object]
    ended: Callable[[str], object]
    keep: Callable[[bytes], object] | None = None

    def start(self) -> None:
        """Begin; nobody waits for the thread, which ends with its source."""
        Thread(target=self._run, name="bgpcheck-reader", daemon=True).start()

    def _run(self) -> None:
        """Read to the end."""
        try:
            self._read()
        except OSError as error:
            self.ended(error.strerror or "cannot be read")
        else:
            self.ended("")

    def _read(self) -> None:
        """Read, split, put."""
        held, skipping, place = b"", False, bytearray(CHUNK)
        while count := os.readv(self.source, [place]):
            chunk = bytes(memoryview(place)[:count])
            if self.keep:
                self.keep(chunk)
            *lines, held = (held + chunk).split(b"\n")
            if skipping and lines:  # the rest of a line that was too long
                lines, skipping = lines[1:], False
            if len(held) > LINE_LIMIT:
                lines, held, skipping = [*lines, TOO_LONG] if not skipping else lines, b"", True
            if lines:
                self.inbox.put(line if len(line) <= LINE_LIMIT else TOO_LONG for line in lines)
                self.heard()
        if held and not skipping:
            self.inbox.put([held])
            self.heard()
