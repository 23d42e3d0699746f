"""Where the user's own files lie: by the environment, else in the home folder."""

from __future__ import annotations

import pwd
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.store import places

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES: dict[str, tuple[Callable[[], Path], str, str, str]] = {
    "snapshot": (places.default_snapshot, "XDG_DATA_HOME", "/home/ada/.local/share", "bgpcheck/registry.snapshot"),
    "downloads": (places.default_downloads, "XDG_DATA_HOME", "/home/ada/.local/share", "bgpcheck/downloads"),
    "answers": (places.default_answers, "XDG_CACHE_HOME", "/home/ada/.cache", "bgpcheck/answers"),
}


@pytest.mark.parametrize("what", PLACES)
@pytest.mark.parametrize(("named", "taken"), [("/else/where", True), ("", False), ("else/where", False), (None, False)])
def test_places(what: str, named: str | None, taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 (a column)
    """A folder that is not named whole is left aside, as the XDG Base Directory Specification has it."""
    place, variable, usual, below = PLACES[what]
    monkeypatch.setenv("HOME", "/home/ada")
    if named is None:
        monkeypatch.delenv(variable, raising=False)
    else:
        monkeypatch.setenv(variable, named)
    assert place() == Path("/else/where" if taken else usual) / below


@pytest.mark.parametrize("what", PLACES)
def test_somebody_without_a_home(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run as a number that no user has."""

    def nobody(_: int) -> object:
        raise KeyError

    place, variable, _, _ = PLACES[what]
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(UsageError, match="you have no home folder: set HOME to one that is yours"):
        place()
