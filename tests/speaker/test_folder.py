from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.speaker.folder import Folder


@pytest.fixture(autouse=True)
def _forget_where_temporary_files_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)


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


@pytest.mark.parametrize("name", ["with space", "semi;colon", "l" * 90, "é"])
def test_where_exabgp_can_not_run_it_goes_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / name))
    with Folder.make() as folder:
        assert folder.path.parent == Path("/tmp")  # noqa: S108 (as it is)


def test_without_a_place_it_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "a b"))
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
