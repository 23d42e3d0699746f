"""The settings and policies that come with bgpcheck: one copy in the tree, in the wheel as package data. Waits for the disk."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck import policy as policies
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.fetch.files import read_whole
from bgpcheck.formats import sources_yaml

if TYPE_CHECKING:
    from bgpcheck.settings import Settings

_HERE = Path(__file__).resolve().parent.parent
_LIMIT = 1 << 20


def folder() -> Path:
    """Find ``configs/``: inside the package when installed, beside it in the tree."""
    inside = _HERE / "configs"
    return inside if inside.is_dir() else _HERE.parent / "configs"


def sources_bytes(name: str = "") -> bytes:
    """Read ``sources.yaml``, or another file in its place."""
    return read_whole(Path(name) if name else folder() / "sources.yaml", name or "sources.yaml", limit=_LIMIT)


@cache
def settings(name: str = "") -> Settings:
    """Give the settings of ``sources.yaml``, or of another file in its place."""
    return sources_yaml.load(sources_bytes(name), file=name or "sources.yaml")


def samples_bytes() -> bytes:
    """Read the sample prefixes that ``bgpcheck lab`` can announce."""
    return read_whole(folder() / "exabgp" / "samples.yaml", "samples.yaml", limit=_LIMIT)


def policy_names() -> tuple[str, ...]:
    """Give the policies that come with bgpcheck."""
    return tuple(sorted(path.stem for path in (folder() / "policies").glob("*.yaml")))


def policy_bytes(name: str) -> tuple[bytes, str]:
    """Read a policy by name, or a file where the text names one; gives content and file name."""
    known = policy_names()
    if name in known:
        file = f"{name}.yaml"
        return read_whole(folder() / "policies" / file, file, limit=_LIMIT), file
    if "/" in name or name.endswith((".yaml", ".yml")):
        return read_whole(Path(name), name, limit=_LIMIT), name
    raise policies.unknown_policy(name, known)


def shipped_policy_bytes(name: str) -> tuple[bytes, str]:
    """Read a policy that another one extends: only those that come with bgpcheck.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in policy_names():
        raise UsageError(f"a policy can extend one of {', '.join(policy_names())}, not {name!r}")
    return policy_bytes(name)


def policy(name: str) -> policies.Policy:
    """Load a policy by name or file.

    Raises:
        FormatError: it calls itself as one that comes with bgpcheck.
    """
    data, file = policy_bytes(name)
    return own_name(policies.load(data, file=file, find=shipped_policy_bytes), file)


def own_name(made: policies.Policy, file: str) -> policies.Policy:
    """Give a policy on; outputs tell policies by their names, so none may look like another that comes with bgpcheck.

    Raises:
        FormatError: it calls itself so, in whatever spelling.
    """
    alike = [name for name in policy_names() if _letters(name) == _letters(made.name)]
    if alike and not comes_with_us(made):
        text = f"a policy that comes with bgpcheck is called {alike[0]}: give your own another name"
        raise FormatError(text, file=file, field="name")
    return made


def comes_with_us(made: policies.Policy) -> bool:
    """Tell whether a policy is, to the byte, one that comes with this bgpcheck."""
    return made.name in policy_names() and made.sha256 == _shipped(made.name).sha256


@cache
def _shipped(name: str) -> policies.Policy:
    """Load a policy that comes with bgpcheck."""
    data, file = policy_bytes(name)
    return policies.load(data, file=file, find=shipped_policy_bytes)


def _letters(name: str) -> str:
    """Give what is left of a name for the eye: without case, width, blanks and marks."""
    return "".join(one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum())
