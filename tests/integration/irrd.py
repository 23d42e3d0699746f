"""A real IRRd with a PostgreSQL and a Redis of its own: it mirrors files, and what it says is given byte by byte.

IRRd pins all that it depends on, so it has a virtual environment of its own: $BGPCHECK_IRRD names the folder of its programs.
Only IRRd listens on TCP; the databases have sockets in a folder that goes at the end. All of them write to ``logs``, which stays.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from integration.daemons import Process, daemon, free_port

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

LONG = 120.0  # seconds: no test is about how quick a start is
USER = "postgres"  # where the tests run as root, whom PostgreSQL refuses
FORGETFUL = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=")
UNFILTERED = ("!!", "!fno-rpki-filter", "!fno-scope-filter", "!fno-route-preference-filter")


class Irrd(NamedTuple):
    """An IRRd that answers at ``port`` of 127.0.0.1 and writes to ``log``."""

    port: int
    log: Path

    def says(self, *lines: str) -> bytes:
        """All that it says to lines on one connection, until it hangs up: after the first line, or at ``!q`` where that is ``!!``."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LONG) as sock, sock.makefile("rb") as answers:
            sock.sendall("".join(f"{line}\r\n" for line in lines).encode())
            return answers.read()

    def has(self, sources: Collection[str]) -> bool:
        """Tell whether it has IPv4 route objects of each source."""
        try:
            found = self.says(*UNFILTERED, f"!s{','.join(sources)}", "!r0.0.0.0/0,M", "!q")
        except OSError:
            return False
        return set(re.findall(r"^source: +(\S+)$", found.decode(), re.MULTILINE)) >= set(sources)


@contextlib.contextmanager
def irrd(sources: Mapping[str, Mapping[str, object]], logs: Path, **settings: object) -> Iterator[Irrd]:
    """Run IRRd with sources and other settings, in the words of its own settings; it is there once it mirrors every file."""
    program, upgrade = (daemon(name, os.environ.get("BGPCHECK_IRRD", "")) for name in ("irrd", "irrd_database_upgrade"))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bgpcheck-irrd-")))
        made = Irrd(free_port(), logs / "irrd.log")
        config = folder / "irrd.yaml"
        config.write_text(yaml.safe_dump({"irrd": {**basis(folder, made.port), "sources": dict(sources), **settings}}))
        stack.enter_context(postgres(folder, logs))
        stack.enter_context(redis(folder, logs))
        finish([upgrade, "--config", config], logs / "upgrade.log")
        filled = [name for name, one in sources.items() if "import_source" in one]
        argv = [program, "--foreground", "--config", str(config)]
        stack.enter_context(Process(argv, log=made.log, env=environment(), cwd=folder, ready=lambda: made.has(filled), seconds=LONG))
        yield made


def basis(folder: Path, port: int) -> dict[str, Any]:
    """Settings without which IRRd does not start."""
    web = free_port()
    return {
        "database_url": f"postgresql://{USER}@/postgres?host={folder}",
        "redis_url": f"unix://{folder}/redis",
        "piddir": str(folder),
        "auth": {"gnupg_keyring": str(folder)},
        "email": {"from": "irrd@example.net", "smtp": "127.0.0.1"},
        "rpki": {"roa_source": None},  # else it asks on the Internet
        "server": {
            "whois": {"interface": "127.0.0.1", "port": port, "max_connections": 4},
            "http": {"interface": "127.0.0.1", "port": web, "url": f"http://127.0.0.1:{web}/", "workers": 1},
        },
    }


def environment() -> dict[str, str]:
    """What programs see of the outside: little, for both IRRd and PostgreSQL take settings from variables."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "CI": "true",  # IRRd may be root
        "IRRD_TESTING_FAST_SCHEDULER_OVERRIDE": "1",  # it begins to mirror a source each second, not each third
    }


@contextlib.contextmanager
def postgres(folder: Path, logs: Path) -> Iterator[None]:
    """Run PostgreSQL with its socket in ``folder``, and what IRRd wants of it."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name), reverse=True)
    initdb, server, psql = (daemon(name, *map(str, versions)) for name in ("initdb", "postgres", "psql"))
    user, data = unprivileged(folder), folder / "data"
    finish([*user, initdb, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], logs / "initdb.log")
    options = [f"unix_socket_directories={folder}", *FORGETFUL]
    argv = [*user, server, "-D", str(data), *(word for option in options for word in ("-c", option))]
    extend = [psql, "-h", str(folder), "-U", USER, "-c", "CREATE EXTENSION IF NOT EXISTS pgcrypto"]

    def ready() -> bool:
        return subprocess.run(extend, env=environment(), capture_output=True, timeout=LONG, check=False).returncode == 0

    with Process(argv, log=logs / "postgres.log", env=environment(), cwd=folder, ready=ready, seconds=LONG):
        yield


def unprivileged(folder: Path) -> list[str]:
    """Words in front of what root may not run, and to whom its folder is given."""
    if os.getuid():
        return []
    user = pwd.getpwnam(USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [daemon("setpriv"), f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@contextlib.contextmanager
def redis(folder: Path, logs: Path) -> Iterator[None]:
    """Run Redis with its socket in ``folder``."""
    path = folder / "redis"
    argv = [daemon("redis-server"), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    with Process(argv, log=logs / "redis.log", env=environment(), cwd=folder, ready=path.is_socket, seconds=LONG):
        yield


def finish(argv: Sequence[str | Path], log: Path) -> None:
    """Run a program to its end, which must be a good one."""
    with log.open("wb") as out:
        done = subprocess.run(argv, stdout=out, stderr=subprocess.STDOUT, env=environment(), cwd="/", timeout=LONG, check=False)
    assert done.returncode == 0, f"{argv[0]} ended with {done.returncode}:\n{log.read_text(errors='replace')[-2000:]}"
