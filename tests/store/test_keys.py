"""Keys on the disk: for their owner alone, from the first byte on, and never over another one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.store import keys

KEY = b"-----BEGIN PRIVATE KEY-----\nx\n"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_its_owner_reads_it_whatever_the_mask(mask: int, tmp_path: Path) -> None:
    old = os.umask(mask)
    try:
        keys.write(tmp_path / "key.pem", KEY, force=False)
    finally:
        os.umask(old)
    assert (tmp_path / "key.pem").read_bytes() == KEY
    assert mode(tmp_path / "key.pem") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key.pem"]


def test_it_is_never_readable_by_others_even_for_an_instant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lies in the folder when the key is written, and when it gets its name, is its owner's alone."""
    seen = list[int]()
    for name in ("fsync", "link"):
        real = getattr(os, name)

        def watched(*args: object, real: object = real) -> object:
            seen.extend(mode(path) for path in tmp_path.iterdir())
            return real(*args)  # type: ignore[operator]

        monkeypatch.setattr(os, name, watched)
    old = os.umask(0)
    try:
        keys.write(tmp_path / "key.pem", KEY, force=False)
    finally:
        os.umask(old)
    assert set(seen) == {0o600}
    assert len(seen) >= 2


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(b"precious")
    for act in (lambda: keys.write(path, KEY, force=False), lambda: keys.check(path, force=False)):
        with pytest.raises(UsageError, match="is there already, and is not overwritten"):
            act()
    assert path.read_bytes() == b"precious"
    path.chmod(0o644)
    keys.write(path, KEY, force=True)
    assert (path.read_bytes(), mode(path)) == (KEY, 0o600)


def test_a_key_that_appears_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key.pem"
    real = os.fsync

    def meanwhile(handle: int) -> None:
        path.write_bytes(b"precious")
        real(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(UsageError, match="is there already"):
        keys.write(path, KEY, force=False)
    assert path.read_bytes() == b"precious"
    assert [one.name for one in tmp_path.iterdir()] == ["key.pem"]


def test_what_is_no_place_for_a_key(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    for force in (False, True):
        for path in (tmp_path, link, Path("/dev/null")):
            with pytest.raises(UsageError, match="is there already"):
                keys.write(path, KEY, force=force)
        with pytest.raises(UsageError, match="there is no folder"):
            keys.write(tmp_path / "none" / "key.pem", KEY, force=force)
    assert not target.exists()
    with pytest.raises(UsageError, match="cannot be written"):
        keys.write(Path("/proc/key.pem"), KEY, force=False)


def test_read_tells_whether_others_may(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    keys.write(path, KEY, force=False)
    assert keys.read(path) == (KEY, False)
    for wide in (0o640, 0o604):
        path.chmod(wide)
        assert keys.read(path) == (KEY, True)
    path.write_bytes(b"x" * (keys.LIMIT + 1))
    with pytest.raises(FormatError, match="more than"):
        keys.read(path)
    with pytest.raises(UsageError, match="No such file"):
        keys.read(tmp_path / "none")
