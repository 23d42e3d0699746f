"""The templates of ticket and letter: those that come with bgpcheck, and a user's own in their place. Waits for the disk.

Rule: an own template goes into the bundle as a document of the input, so that a replay writes the same papers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.evidence.statement import input_document
from bgpcheck.fetch.files import read_whole
from bgpcheck.render.papers import KINDS
from bgpcheck.render.template import MOST_BYTES, Template, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.evidence.document import Document
    from bgpcheck.render.template import Kind

_HERE = Path(__file__).resolve().parent.parent / "templates"
MEDIA_TYPE = "text/markdown"
MOST_QUOTED = 60  # characters of a strange file's name
KNOWN = " and ".join(KINDS)
BEGIN = "begin with: " + ", ".join(f"bgpcheck explain --template {kind.name} > DIR/{file}" for file, kind in KINDS.items())


def shipped_bytes(kind: Kind) -> bytes:
    """Read a template that comes with bgpcheck."""
    return read_whole(_HERE / kind.file, kind.file, limit=MOST_BYTES)


@cache
def _shipped(file: str) -> Template:
    """Give a template that comes with bgpcheck."""
    return parse(shipped_bytes(KINDS[file]), KINDS[file], file=file)


def own(folder: str) -> tuple[Document, ...]:
    """Read a folder of own templates, as documents for the bundle; ``UsageError`` or ``FormatError`` says what to mend."""
    where = Path(folder)
    if not where.is_dir():
        raise UsageError(f"--templates {folder}: no such folder; {BEGIN}")
    names = sorted(path.name for path in where.iterdir() if not path.name.startswith("."))
    if strange := [name for name in names if name not in KINDS]:
        raise UsageError(f"--templates {folder}: {strange[0][:MOST_QUOTED]!r} is no template: name them {KNOWN}, and nothing else")
    if not names:
        raise UsageError(f"--templates {folder}: holds neither {KNOWN.replace(' and ', ' nor ')}; {BEGIN}")
    return tuple(_own(where / name, f"{folder.rstrip('/')}/{name}") for name in names)


def _own(path: Path, shown: str) -> Document:
    """Read one template, and see that it is one."""
    if not path.is_file():
        raise UsageError(f"{shown}: is no file")
    kind = KINDS[path.name]
    try:
        data = read_whole(path, shown, limit=MOST_BYTES)
    except FormatError as error:
        raise FormatError(f"{error.message}: a template is text and names of fields", file=shown) from error
    parse(data, kind, file=shown)
    return input_document(kind.source, path.name, data, MEDIA_TYPE)


def used(documents: Iterable[Document]) -> dict[str, Template]:
    """Give the templates by the paper's name: ours, and in their place those that are among the documents of an input.

    Raises:
        FormatError: there are two of one paper.
    """
    given: dict[str, Document] = {}
    for one in documents:
        if given.setdefault(one.source, one) is not one and one.source in {kind.source for kind in KINDS.values()}:
            raise FormatError(f"there are two documents of {one.source}: one at most can be the template", file=one.uri)
    return {
        file: parse(given[kind.source].content, kind, file=given[kind.source].uri) if kind.source in given else _shipped(file)
        for file, kind in KINDS.items()
    }
