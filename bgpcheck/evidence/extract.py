"""Extracts: of a bulk file, the records that matter (``select``), word for word, with the file's digest, date and row count. Pure.

Rule: word for word but for people: what contact attributes and texts say of them is masked in its line, as in live answers it is left
out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.evidence.plain import FAULTS, just, texts
from bgpcheck.formats import json_fields, rpsl_contacts
from bgpcheck.formats.credentials import fit, fit_json
from bgpcheck.model import BITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from bgpcheck.evidence.document import Document

SCHEMA = "bgpcheck/extract/v1"
MEDIA_TYPE = "application/vnd.bgpcheck.extract+json"
# RIR → word in the names of its trust anchor.
ANCHORS = {"afrinic": "afrinic", "apnic": "apnic", "arin": "arin", "lacnic": "lacnic", "ripencc": "ripe"}
CLEANERS: dict[str, Callable[[str], str]] = {  # format → what takes people out of a record's text
    "rpsl": rpsl_contacts.covered,
    "slurm": lambda text: fit_json(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass"),
}
Line = tuple[int, str]  # (1-based line number, the record's text as it stands in the file)


@dataclass(frozen=True, slots=True)
class Extract:
    """Part of a file.

    ``rows``: how many records the whole file has; ``routes``: how many of them are route objects of the source that it is named
    for, and ``families`` of what addresses (4, 6); ``notes``: what was skipped in it, and why; ``anchors``: VRPs by trust anchor.
    """

    file: str
    sha256: str
    size: int
    format: str
    dated: str | None
    rows: int
    routes: int
    families: tuple[int, ...]
    notes: tuple[str, ...]
    records: tuple[Line, ...]
    anchors: Mapping[str, int] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Write the one way there is: equal extracts are equal bytes."""
        head = {"schema": SCHEMA, **{name: getattr(self, name) for name in self.__slots__ if name != "records"}}
        head |= {"file": fit(self.file), "notes": [fit(note) for note in self.notes]}
        clean = CLEANERS.get(self.format, str)
        rows = ",\n".join(json.dumps((line, clean(text))) for line, text in self.records)
        return f'{{"file":\n{json.dumps(head, sort_keys=True)},\n"records": [\n{rows}\n]}}\n'.encode()


@lru_cache(maxsize=256)  # an extract is asked for its records, its notes and what it says of its file
def decode(data: bytes) -> Extract:
    """Read an extract back; ``FormatError`` where it is none."""
    try:
        body: Any = json_fields.decode(data.decode())
        head = body["file"]
        if head["schema"] != SCHEMA:
            raise FormatError(f"not an extract of schema {SCHEMA}")
        return Extract(
            file=just(str, head["file"]),
            sha256=just(str, head["sha256"]),
            size=just(int, head["size"]),
            format=just(str, head["format"]),
            dated=None if head["dated"] is None else just(str, head["dated"]),
            rows=just(int, head["rows"]),
            routes=just(int, head["routes"]),
            families=tuple(_family(one) for one in just(list, head["families"])),
            notes=texts(head["notes"]),
            records=tuple((just(int, line), just(str, text)) for line, text in just(list, body["records"])),
            anchors={just(str, name): just(int, count) for name, count in just(dict, head.get("anchors", {})).items()},
        )
    except FAULTS as error:
        raise FormatError(f"not a readable extract: {error}") from error


def silent_anchors(documents: Iterable[Document]) -> frozenset[str]:
    """Name the regional registries of whose trust anchor a VRP export holds nothing, though it names others' (statistics names).

    A validator that could not reach one, or was never told of it, knows nothing of that registry's space.
    """
    exports = [decode(one.content).anchors for one in documents if one.media_type == MEDIA_TYPE]
    return frozenset().union(*map(_silent, exports))


def _silent(anchors: Mapping[str, int]) -> frozenset[str]:
    """Name them for one export; none where its names say nothing about registries."""
    heard = {rir for rir, word in ANCHORS.items() if any(word in name.lower() and count for name, count in anchors.items())}
    return frozenset(ANCHORS) - heard if heard else frozenset()


def _family(value: object) -> int:
    """Read an address family: 4 or 6."""
    if just(int, value) not in BITS:
        raise ValueError(f"{value} is no address family")
    return just(int, value)


def families(document: Document) -> frozenset[int]:
    """Give the address families of which a document may hold route objects."""
    return frozenset(decode(document.content).families) if document.media_type == MEDIA_TYPE else frozenset(BITS)


def speaks_of_routes(document: Document) -> bool:
    """Tell whether a document says something about a source's route objects by holding some, or none of anything."""
    if document.media_type != MEDIA_TYPE:
        return True
    part = decode(document.content)
    return speaks(part.routes, part.rows, part.size)


def speaks(routes: int, rows: int, size: int) -> bool:
    """Tell whether a file of so many route objects, records and bytes says something about route objects."""
    return routes > 0 or (rows == 0 and size > 0)
