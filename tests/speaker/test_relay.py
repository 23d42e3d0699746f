"""The relay between an ExaBGP that this test plays and a bgpcheck that it plays too."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from bgpcheck.speaker import relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARGV = [sys.executable, "-I", "-S", relay.__file__]
PARENT = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTERM, lambda *_: (print("asked to end", flush=True), os._exit(0)))
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, env=os.environ | {"BGPCHECK_EXABGP": str(os.getpid())})
print(child.pid, flush=True)
child.wait()
signal.pause()
"""


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """The relay, and the other end of its socket."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "s"))
        server.listen(1)
        argv = [*ARGV, str(folder / "s")]
        # The parent's number is not ours: it must not end the tests.
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"BGPCHECK_EXABGP": "1"}) as process:
            server.settimeout(60)
            channel = server.accept()[0]
            channel.settimeout(60)
            with channel:
                yield process, channel
            process.kill()


def everything(channel: socket.socket) -> bytes:
    return b"".join(iter(lambda: channel.recv(1 << 16), b""))


def test_events_go_one_way_and_commands_the_other(tmp_path: Path) -> None:
    events = b"".join(b'{ "exabgp": "5.0.0", "number": %d }\n' % number for number in range(50_000))
    with running(tmp_path) as (process, channel):
        assert process.stdin
        assert process.stdout
        channel.sendall(b"neighbor 192.0.2.1 teardown 1\n")
        assert process.stdout.readline() == b"neighbor 192.0.2.1 teardown 1\n"
        with contextlib.closing(process.stdin) as stdin:
            stdin.write(b"")
            os.set_blocking(stdin.fileno(), True)
            heard = bytearray()
            for start in range(0, len(events), 1000):
                stdin.write(events[start : start + 1000])
                stdin.flush()
                if start % 20_000 == 0:
                    heard += channel.recv(1 << 20)
        heard += everything(channel)
        assert bytes(heard) == events
        assert process.wait(60) == 0


def test_asked_to_end_it_hands_on_what_was_said_first(tmp_path: Path) -> None:
    with running(tmp_path) as (process, channel):
        assert process.stdin
        process.send_signal(signal.SIGSTOP)
        process.stdin.write(b"last words\n")
        process.stdin.flush()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        assert everything(channel) == b"last words\n"
        assert process.wait(60) == 0


def test_without_bgpcheck_it_drains_still(tmp_path: Path) -> None:
    with running(tmp_path) as (process, channel):
        assert process.stdin
        channel.close()
        for _ in range(100):
            process.stdin.write(b"x" * 10_000)
            process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(60) == 0


def parent(*argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PARENT, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_where_bgpcheck_is_gone_it_ends_exabgp(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen(1)
        server.settimeout(60)
        with parent(*ARGV, str(tmp_path / "s")) as process:
            server.accept()[0].close()
            assert process.communicate(timeout=60)[0].endswith("asked to end\n")


def test_where_bgpcheck_does_not_answer_it_says_so_and_ends_exabgp(tmp_path: Path) -> None:
    with parent(*ARGV, str(tmp_path / "none")) as process:
        out, err = process.communicate(timeout=60)
    assert out.endswith("asked to end\n")
    assert err == "bgpcheck: ExaBGP's helper can't reach bgpcheck (No such file or directory), so ExaBGP ends\n"
