"""Outputs that point at lines of the preflight file: the names of files as others see them, faults, and GitHub's step summary.

Rule: the environment that GitHub sets up is read here only; a name leaves out where on this machine the file lies.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.api import Outcomes
    from bgpcheck.formats.preflight_places import Places
    from bgpcheck.render.told import Fault

# Options → what of a preflight file they replace.
REPLACING = {"prefix": "prefixes", "peer_asn": "peerAsn", "customer_asn": "customerAsn", "registry": "routingRegistryName"}
REPLACING |= {"registry_data": "registryData", "all_prefixes_of": "prefixes"}


def drawing(args: argparse.Namespace, outcomes: Sequence[Outcomes], faults: Mapping[str, UsageError | FormatError]) -> dict[str, object]:
    """Give what an output of ``render.PLACING`` wants besides results."""
    replaced = {name for option, name in REPLACING.items() if getattr(args, option) not in (None, [])}
    return {
        "places": [places(name, content, replaced) for name, content in (outcome.written for outcome in outcomes)],
        "faults": list(told(faults, args.preflight)),
    }


def places(name: str, content: bytes, replaced: Iterable[str]) -> Places:
    """Find the places in a preflight file; nowhere where there is none, or it came from standard input.

    A file that was judged and whose places cannot be read is named without lines: what was found out matters more than where it stands.
    """
    from bgpcheck.formats import preflight_places  # noqa: PLC0415 (only for outputs that point somewhere)

    if not name or name == "-":
        return preflight_places.NOWHERE
    try:
        found = preflight_places.read(content, file=shown(name))
    except FormatError:
        found = preflight_places.Places(shown(name))
    return found.without(frozenset(replaced))


def told(faults: Mapping[str, UsageError | FormatError], preflights: Iterable[str]) -> Iterable[Fault]:
    """Give faults with the preflight file that they stand in."""
    from bgpcheck.render.told import Fault  # noqa: PLC0415 (as above)

    files = {name for name in preflights if name != "-"}
    for text, error in faults.items():
        file = next((name for name in files if text.startswith(f"{name}:")), "")
        line = error.line if isinstance(error, FormatError) and error.file == file else None
        rest = text.removeprefix(f"{file}:{line}: " if line else f"{file}: ") if file else text
        yield Fault(rest, shown(file) if file else "", line)


def shown(name: str) -> str:
    """Name a file from the checkout's root on GitHub, else from the folder that bgpcheck runs in; only its own name where it is outside."""
    root = os.path.realpath(os.environ.get("GITHUB_WORKSPACE") or os.curdir)
    place = os.path.relpath(os.path.realpath(name), root)
    outside = place == os.pardir or place.startswith(os.pardir + os.sep)
    return os.path.basename(name) if outside else place.replace(os.sep, "/")  # noqa: PTH119 (start-up without pathlib)


def summarise(outcomes: Sequence[Outcomes], faults: Iterable[Fault]) -> None:
    """Add the results to GitHub's step summary, where there is one; ``UsageError`` where it cannot be written."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from bgpcheck.render import render  # noqa: PLC0415 (as above)
    from bgpcheck.render.github import MOST, as_summary  # noqa: PLC0415

    written = render([outcome.result for outcome in outcomes], "markdown") if outcomes else ""
    try:
        with open(name, "ab") as file:  # noqa: PTH123 (start-up without pathlib)
            file.write(as_summary(written, list(faults), MOST - file.tell()).encode())
    except OSError as error:
        raise UsageError(f"GITHUB_STEP_SUMMARY {name}: cannot be written: {error.strerror}") from error
