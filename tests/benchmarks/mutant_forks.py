"""Forks that judge mutants: few at a time, each within limits of time and memory."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY = 3 << 30  # bytes of address space that a mutant may take more
RAISED = 70  # exit status of a fork that ended by an exception


def forked(work: Callable[[], str], cpu: float) -> tuple[int, int, int]:
    """Do ``work`` in a fork that writes to a pipe; its process id, the pipe, and a descriptor that tells its end."""
    reads, writes = os.pipe()
    if (pid := os.fork()) == 0:
        status = RAISED
        try:
            os.close(reads)
            quiet = os.open(os.devnull, os.O_RDWR)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 2))
            used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.setpgid(0, 0)
            told = work()
            os.write(writes, told.encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writes)
    return pid, reads, os.pidfd_open(pid)


class Forks:
    """Mutants that are being judged, at most ``jobs`` at once, and where their results go."""

    def __init__(self, jobs: int, results: Path) -> None:
        self.jobs, self.results = jobs, results
        self.running: dict[int, tuple[dict[str, object], int, int, float]] = {}
        self.poll = select.poll()

    def start(self, row: dict[str, object], work: Callable[[], str], cpu: float) -> None:
        """Begin with one as soon as there is room."""
        self.reap(self.jobs - 1)
        pid, reads, descriptor = forked(work, cpu)
        self.running[descriptor] = row, pid, reads, time.monotonic() + 60 + 15 * cpu
        self.poll.register(descriptor, select.POLLIN)

    def reap(self, most: int) -> None:
        """Wait until ``most`` are left."""
        while len(self.running) > most:
            for descriptor, _ in self.poll.poll(1000):
                self._end(descriptor)
            for descriptor, (_, pid, _, deadline) in list(self.running.items()):
                if time.monotonic() > deadline:
                    os.killpg(pid, signal.SIGKILL)
                    self._end(descriptor)

    def _end(self, descriptor: int) -> None:
        row, pid, reads, _ = self.running.pop(descriptor)
        self.poll.unregister(descriptor)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        told = os.read(reads, 1 << 16)
        os.close(descriptor)
        os.close(reads)
        late = code in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGPROF}
        raised = {"status": "killed", "by": "raises where it is defined"} if code == RAISED else {"status": "crash", "by": f"exit {code}"}
        row |= json.loads(told) if told else {"status": "timeout", "by": ""} if late else raised
        with self.results.open("a") as out:
            out.write(json.dumps(row) + "\n")
        sys.stdout.write(f"{row['status']:9} {row['module']}:{row['line']} {row['operator']} {row['by'][:90]}\n")
        sys.stdout.flush()
