"""Under which licence each dependency is given, as its own metadata say. ``python tests/licences.py`` prints the table.

Pure but for reading what is installed. Rule: what is not said in words that stand here is not guessed; the test then names it.
"""

from __future__ import annotations

import re
from importlib import metadata

from packaging.requirements import Requirement

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "Zlib",
}  # fmt: skip
SAID = {  # what older metadata say, in SPDX's words; "BSD" where they do not say which
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def needed(name: str, extras: tuple[str, ...] = ()) -> set[str]:
    """Name each distribution that ``name`` with these extras needs here, itself included, directly or not."""
    found, waiting = set[str](), [(name, extras)]
    seen = set[tuple[str, tuple[str, ...]]]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        found.add(metadata.distribution(one[0]).metadata["Name"])
        for text in metadata.requires(one[0]) or []:
            wanted = Requirement(text)
            if any(wanted.marker is None or wanted.marker.evaluate({"extra": extra}) for extra in ("", *one[1])):
                waiting.append((wanted.name, tuple(sorted(wanted.extras))))
    return found


def licence(name: str) -> str:
    """Give the SPDX expression, or what stands for one: the field of one line, or else the classifier."""
    said = metadata.metadata(name)
    expression = said.get("License-Expression")  # and not [..]: importlib_metadata, which some bring along, raises there
    if expression:
        return str(expression)
    classifiers = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License :: ")]
    field = str(said.get("License") or "").strip()
    text = field if field and "\n" not in field and len(field) <= 40 else " AND ".join(classifiers)  # longer: it is the licence itself
    return SAID.get(text, text)


def parts(expression: str) -> list[set[str]]:
    """Split an expression into what must all be accepted, each a choice: ``A AND (B OR C)`` gives ``[{A}, {B, C}]``."""
    return [set(re.split(r"\s+OR\s+", one.strip("() "))) for one in re.split(r"\s+AND\s+", expression)]


def allowed(expression: str) -> bool:
    """Say whether every part has a choice that is allowed."""
    return all(one & ALLOWED for one in parts(expression))


if __name__ == "__main__":
    for package in sorted(needed("bgpcheck", ("azure", "dask", "parquet", "plot")), key=str.casefold):
        print(f"{package} {metadata.version(package)}\t{licence(package)}")  # noqa: T201 (what it is for)
