from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.store.atomic import begun, check_writable, clear, write

if TYPE_CHECKING:
    from collections.abc import Iterator

BIG = bytes(range(256)) * 10_000
# Writes to its argument; at the moment when the new file would take the old one's place, does what is filled in.
INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from bgpcheck.store.atomic import write
def hook(event, args):
    if event == "os.rename":
        {}
sys.addaudithook(hook)
write(Path(sys.argv[1]), b"new")
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("data", [b"", b"new", BIG], ids=len)
@pytest.mark.parametrize("name", ["a.json", "x" * 255, "caf\u00e9 \n", "-"])
def test_a_new_file(tmp_path: Path, name: str, data: bytes) -> None:
    write(tmp_path / name, data)
    assert (tmp_path / name).read_bytes() == data
    assert len(names(tmp_path)) == 1


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(BIG)
    with path.open("rb") as reader:
        write(path, b"new")
        assert reader.read() == BIG  # who had it open reads on in the old one
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0, 0o666)])
def test_a_new_file_has_the_rights_of_any_other(tmp_path: Path, mask: int, expected: int) -> None:
    with umask(mask):
        write(tmp_path / "a.json", b"new")
        assert os.umask(mask) == mask
    assert mode(tmp_path / "a.json") == expected


@pytest.mark.parametrize("rights", [0o600, 0o640, 0o444, 0o755])
def test_an_old_file_keeps_its_rights(tmp_path: Path, rights: int) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    path.chmod(rights)
    write(path, b"new")
    assert (mode(path), path.read_bytes()) == (rights, b"new")


def test_nothing_is_readable_by_others_on_the_way(tmp_path: Path) -> None:
    """While a private file is being replaced, no other user can read the new one."""
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            for one in tmp_path.iterdir():
                try:
                    seen.add(mode(one))
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(30):
        write(path, BIG)
    done.set()
    watcher.join()
    assert seen == {0o600}


@pytest.mark.parametrize(
    ("what", "status", "left_over"),
    [
        ("raise KeyboardInterrupt", -signal.SIGINT, 0),
        ("raise OSError(28, 'No space left on device')", 1, 0),
        ("raise ValueError", 1, 0),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, 1),
    ],
)
def test_interrupted_before_it_takes_its_place(tmp_path: Path, what: str, status: int, left_over: int) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", INTERRUPTED.format(what), str(path)], capture_output=True, check=False)
    assert done.returncode == status
    assert path.read_bytes() == b"old"
    assert len(names(tmp_path)) == 1 + left_over
    if "28" in what:
        assert (
            b"UsageError: " + os.fsencode(path) + b": cannot be written: No space left on device: make room, or name another folder"
            in done.stderr
        )


def test_a_disk_that_is_full() -> None:
    """A file system that takes nothing more: the size limit of a process stands for it."""
    code = """
import resource, signal, sys
from pathlib import Path
from bgpcheck.store.atomic import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write(Path(sys.argv[1]), bytes(5000))
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_bytes(b"old")
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False)
        assert b": cannot be written: " + os.strerror(errno.EFBIG).encode() in done.stderr
        assert (path.read_bytes(), names(Path(folder))) == (b"old", ["a.json"])


def test_a_folder_that_takes_no_file() -> None:
    mine = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.json").write_bytes(b"old")
        folder.chmod(0o555)
        if mine == 0:
            os.seteuid(65534)
        try:
            for path in (folder / "a.json", folder / "b.json"):
                with pytest.raises(UsageError, match=rf"^{path}: cannot be written: Permission denied: name another folder$"):
                    write(path, b"new")
        finally:
            os.seteuid(mine)
            folder.chmod(0o755)
        assert (names(folder), (folder / "a.json").read_bytes()) == (["a.json"], b"old")


@pytest.mark.parametrize("kind", ["", "EC ", "ENCRYPTED ", "RSA "])
def test_a_private_key_is_never_overwritten(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    held = f"a comment\n-----BEGIN {kind}PRIVATE KEY-----\nMC4=\n".encode()
    path.write_bytes(held)
    for refused in (lambda: write(path, b"new"), lambda: check_writable([path])):
        with pytest.raises(UsageError, match=r"key\.pem: holds a private key, and is not overwritten: name another file"):
            refused()
    assert (names(tmp_path), path.read_bytes()) == (["key.pem"], held)
    path.write_bytes(held.replace(b"PRIVATE", b"PUBLIC"))
    write(path, b"new")
    assert path.read_bytes() == b"new"


def test_what_can_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for path, says in [
        (tmp_path / "folder", "Is a directory: name a file"),
        (tmp_path / "none" / "a.json", "No such file or directory: name another folder"),
        (tmp_path / "file" / "a.json", "Not a directory: name another folder"),
        (tmp_path / ("x" * 256), "File name too long: give it a shorter name"),
    ]:
        with pytest.raises(UsageError, match=rf": cannot be written: {says}$"):
            write(path, b"new")
    assert names(tmp_path) == ["file", "folder"]


def test_what_is_not_bytes_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write(path, "text")  # type: ignore[arg-type]
    assert (names(tmp_path), path.read_bytes()) == (["a.json"], b"old")


def test_told_before_any_work_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    check_writable([])
    check_writable([tmp_path / "a.json", tmp_path / "file", Path("a.json")])
    for path, says in [
        (tmp_path, "is a folder: name a file"),
        (tmp_path / "none" / "a.json", f"there is no folder {tmp_path / 'none'}"),
        (tmp_path / "file" / "a.json", f"there is no folder {tmp_path / 'file'}"),
    ]:
        with pytest.raises(UsageError) as caught:
            check_writable([tmp_path / "a.json", path])
        assert str(caught.value) == f"{path}: {says}"
    assert names(tmp_path) == ["file"]


def test_what_a_kill_left_is_gone_with_the_next_file(tmp_path: Path) -> None:
    """Ten kills leave one file at most, and what another process is at stays."""
    path = tmp_path / "a.json"
    killed = [sys.executable, "-c", INTERRUPTED.format("os.kill(os.getpid(), signal.SIGKILL)"), str(path)]
    for _ in range(10):
        assert subprocess.run(killed, capture_output=True, check=False).returncode == -signal.SIGKILL
        assert len(names(tmp_path)) == 1
    strangers = {".bgpcheck-settings": b"a user's", ".bgpcheck-x.begun.txt": b"a user's", "x.begun": b"a user's"}
    for name, data in strangers.items():
        (tmp_path / name).write_bytes(data)
    with begun(tmp_path) as (_, beside):
        write(path, b"new")
        assert names(tmp_path) == sorted([*strangers, "a.json", beside.name])
    assert names(tmp_path) == sorted([*strangers, "a.json"])


def test_who_is_taken_for_left_over_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process clears in the instant between a file's being made and its being locked."""
    made = list[str]()
    real = tempfile.mkstemp

    def cleared(**words: str) -> tuple[int, str]:
        found = real(**words)
        made.append(found[1])
        if len(made) < 3:
            clear(tmp_path)
        return found

    monkeypatch.setattr(tempfile, "mkstemp", cleared)
    write(tmp_path / "a.json", b"new")
    assert len(made) == 3
    assert names(tmp_path) == ["a.json"]


def test_only_files_are_replaced(tmp_path: Path) -> None:
    """No pipe, and so no ``/dev/null`` either, which root could replace; of a link, what it points to."""
    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match=rf"^{pipe}: cannot be written: is neither a file nor free: name a file$"):
        write(pipe, b"new")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    link.symlink_to(target)
    write(link, b"new")
    assert (link.is_symlink(), target.read_bytes()) == (True, b"new")
    assert names(tmp_path) == ["link", "pipe", "target"]
