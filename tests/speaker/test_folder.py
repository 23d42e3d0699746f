from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.speaker.folder import YOUNG, Folder

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Choose where temporary files go, here and in programs."""

    def choose(path: Path) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(path))
        monkeypatch.setenv("TMPDIR", str(path))

    return choose


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_its_user_looks_inside_and_nothing_stays() -> None:
    old = os.umask(0)
    try:
        with Folder.make() as folder:
            folder.write("password SECRET")
            assert mode(folder.path) == 0o700
            assert {path.name: mode(path) for path in folder.path.iterdir()} == {"relay": 0o600, "exabgp.env": 0o600, "exabgp.conf": 0o600}
            assert folder.configuration.read_text() == "password SECRET"
            folder.forget()
            assert {path.name for path in folder.path.iterdir()} == {"relay", "exabgp.env"}
            folder.forget()
        assert not folder.path.exists()
    finally:
        os.umask(old)


def test_it_is_removed_after_a_failure_too() -> None:
    with pytest.raises(ZeroDivisionError), Folder.make() as folder:
        folder.write(str(1 / 0))
    assert not folder.path.exists()


LEFT = """
import os, sys
from bgpcheck.speaker.folder import Folder
folder = Folder.make()
folder.write("password SECRET")
print(folder.path, flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_left_the_next_one_removes(tmp_path: Path, temporary: Callable[[Path], None]) -> None:
    temporary(tmp_path)
    command = [sys.executable, "-c", LEFT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        left = Path(process.stdout.readline().strip())
        aged(left)
        with Folder.make():
            assert left.is_dir()  # somebody runs in it
        process.kill()
    os.utime(left)
    with Folder.make():
        assert left.is_dir()  # somebody may be about to run in it
    aged(left)
    with Folder.make():
        assert not left.exists()


def test_without_locks_it_works(tmp_path: Path, temporary: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    temporary(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refuse)
    with Folder.make() as one:
        aged(one.path)
        with Folder.make():
            assert one.path.is_dir()
    assert list(tmp_path.iterdir()) == []


def aged(path: Path) -> None:
    then = time.time() - YOUNG - 1
    os.utime(path, (then, then))


@pytest.mark.parametrize(
    "make",
    [
        lambda path: (path.mkdir(0o700), (path / "notes").touch()),  # somebody's own, whose name is like ours
        lambda path: (path.mkdir(0o700), (path / "relay").mkdir(), (path / "relay" / "notes").touch(), (path / "x").touch()),
        lambda path: path.mkdir(0o755),
        lambda path: path.touch(0o700),
        lambda path: path.symlink_to(path.parent / "elsewhere"),
    ],
)
def test_what_it_did_not_make_it_leaves(make: Callable[[Path], object], tmp_path: Path, temporary: Callable[[Path], None]) -> None:
    temporary(tmp_path)
    (tmp_path / "elsewhere").mkdir(0o700)
    aged(tmp_path / "elsewhere")
    path = tmp_path / "bgpcheck-evidence"
    make(path)
    aged(path)
    with Folder.make():
        assert path.exists()
        assert (tmp_path / "elsewhere").is_dir()


@pytest.mark.parametrize("name", ["with space", "semi;colon", "l" * 90, "é"])
def test_where_exabgp_can_not_run_it_goes_elsewhere(tmp_path: Path, temporary: Callable[[Path], None], name: str) -> None:
    (tmp_path / name).mkdir()
    temporary(tmp_path / name)
    with Folder.make() as folder:
        assert folder.path.parent == Path("/tmp")  # noqa: S108 (as it is)


def test_without_a_place_it_says_what_to_set(tmp_path: Path, temporary: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b").mkdir()
    temporary(tmp_path / "a b")
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    with pytest.raises(UsageError, match="set TMPDIR to a short path"):
        Folder.make()


def test_the_relays_script_starts_it_whatever_its_paths_hold(tmp_path: Path) -> None:
    folder = Folder(tmp_path / 'it\'s a "folder"; $HOME')
    folder.path.mkdir()
    folder.write("")
    done = subprocess.run(
        folder.relay, env={"BGPCHECK_EXABGP": "0"}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == "bgpcheck: ExaBGP's helper can't reach bgpcheck (No such file or directory), so ExaBGP ends\n"
