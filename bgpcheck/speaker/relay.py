"""The process that ExaBGP starts: hands its events to bgpcheck, and bgpcheck's commands to it. Waits; run as a file of its own.

Rule: it always drains what ExaBGP says, because ExaBGP waits for it without an end and BGP with it; it never closes its standard
output, which ExaBGP takes for its death; and it leaves nobody behind: where bgpcheck is gone, it ends ExaBGP, which ends it.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading

CHUNK = 1 << 16  # bytes


def main(path: str, parent: int) -> None:
    """Copy until ExaBGP ends. ``path``: bgpcheck's socket; ``parent``: ExaBGP's process."""
    gone = threading.Event()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda *_: None)  # the loop below ends when everything that was said has been handed on
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(path)
    except OSError as error:
        sys.stderr.write(f"bgpcheck: ExaBGP's helper can't reach bgpcheck ({error.strerror}), so ExaBGP ends\n")
        gone.set()
        end(parent)
    threading.Thread(target=commands, args=(server, gone, parent), daemon=True).start()
    place = bytearray(CHUNK)  # always the same: a new one for each event leaves the heap in pieces (speaker/reader.py)
    while True:
        ready = select.select([0, woken], [], [])[0]
        if 0 in ready:
            count = os.readv(0, [place])
            if not count:
                return
            hand_on(memoryview(place)[:count], server, gone)
        else:
            return


def hand_on(chunk: memoryview, server: socket.socket, gone: threading.Event) -> None:
    """Give events to bgpcheck; where it is gone they are drained all the same."""
    if not gone.is_set():
        try:
            server.sendall(chunk)
        except OSError:
            gone.set()


def commands(server: socket.socket, gone: threading.Event, parent: int) -> None:
    """Give commands to ExaBGP until bgpcheck is gone, then end ExaBGP."""
    try:
        while not gone.is_set() and (chunk := server.recv(CHUNK)):
            while chunk:
                chunk = chunk[os.write(1, chunk) :]
    except OSError:
        pass
    gone.set()
    end(parent)


def end(parent: int) -> None:
    """Ask ExaBGP to end, while it is still the one who started this."""
    if os.getppid() == parent:
        os.kill(parent, signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1], int(os.environ["BGPCHECK_EXABGP"]))
