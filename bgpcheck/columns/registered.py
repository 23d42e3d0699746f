"""Registrations in a snapshot, by range, maintainer and organisation. Pure; needs numpy.

Rule: a record is read when it is asked for and remembered by the node that it stands at; what a mirror or a silent source says is none.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.evidence.document import Document
from bgpcheck.evidence.reading import RDAP_TYPE, records
from bgpcheck.knowledge import filled, is_own
from bgpcheck.model import Party, Registration
from bgpcheck.table import pick
from bgpcheck.table.columnar import Grove
from bgpcheck.table.forest import IPV6, SPACES, Forest
from bgpcheck.table.words import token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.columns.known import Known

MOST_READ = 1 << 16  # registered ranges, organisations, maintainers that are remembered


class Registered:
    """Registrations by range, read when asked for and remembered by the node that they stand at."""

    def __init__(self, known: Known) -> None:
        """Take the forests of all files."""
        self._known = known
        self._parts = [one for name, files in pick.files(known.columns, known.header).items() if name.startswith("irr/") for one in files]
        self._parts = sorted(self._parts, key=lambda one: int(one.name.partition("/")[2]))
        self._forests = {space: Forest.of(known.columns, f"registered/{space}", space) for space in SPACES}
        self._at: dict[tuple[int, int], tuple[Registration, ...]] = {}
        self._parties: dict[tuple[str, str], Party | None] = {}
        self._maintained: dict[str, tuple[Registration, ...]] = {}

    def grove(self, space: int) -> Grove:
        """Give the forest of one space as arrays."""
        return Grove.of(self._known.columns, f"registered/{space}", space)

    def odd(self, space: int) -> list[tuple[Any, Any]]:
        """Give the keys of the ranges that cross others."""
        kind = np.dtype("S20" if space == IPV6 else np.uint64)
        low, high = (np.frombuffer(self._known.columns.column(f"registered/{space}/odd_{one}"), kind) for one in ("key", "reach"))
        return list(zip(low.tolist(), high.tolist(), strict=True))

    def over(self, space: int, first: int, last: int) -> Iterator[Registration]:
        """Give the registrations that hold a range, and some that do not."""
        for node in self._forests[space].covering(first, last):
            yield from self.at(space, node)
        odd = (self._known.columns.column(f"registered/{space}/odd_{one}") for one in ("part", "record"))
        for part, ordinal in zip(*odd, strict=True):
            yield from self._read(part, ordinal)

    def at(self, space: int, node: int) -> tuple[Registration, ...]:
        """Give the registrations of one range."""
        if (space, node) not in self._at:
            if len(self._at) >= MOST_READ:
                self._at.clear()
            columns = self._known.columns
            parts, ordinals = (columns.column(f"registered/{space}/{one}") for one in ("part", "record"))
            span = self._forests[space].records(node)
            found = [one for position in span for one in self._read(parts[position], ordinals[position])]
            self._at[space, node] = tuple(dict.fromkeys(found))
        return self._at[space, node]

    def maintained(self, maintainer: str) -> tuple[Registration, ...]:
        """Give the first registrations of a maintainer, and of the first organisations that it serves."""
        if maintainer not in self._maintained:
            if len(self._maintained) >= MOST_READ:
                self._maintained.clear()
            found = [
                one
                for part in self._parts
                for one in part.listed("mnt", token(maintainer))
                if isinstance(one, Registration) and is_own(self._known.settings, part.facts["source"], one) and self._counts(part)
            ]
            found += [one for records_ in self._answers for one in records_ if maintainer in one.maintainers]
            self._maintained[maintainer] = tuple(found)
        return self._maintained[maintainer]

    def _counts(self, part: pick.File) -> bool:
        """Tell whether a file's source answered."""
        return part.facts["source"] in self._known.files

    @cached_property
    def _answers(self) -> list[list[Registration]]:
        """Read every recorded RDAP answer."""
        return [list(self._answer(number)) for number in range(self._known.header["rdap"])]

    def _answer(self, number: int) -> Iterator[Registration]:
        """Read one."""
        text = self._rdap[number][1]
        source, name = self._names[number]
        document = Document(source, name, RDAP_TYPE, text.encode("utf-8", "surrogateescape"))
        yield from (one for one in records(document) if isinstance(one, Registration))

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        """Whose answers those of RDAP are, and their names, which say what they are about."""
        return [(source, name) for source, name, _ in pick.rdap_index(self._known.columns)]

    @cached_property
    def _rdap(self) -> pick.Texts:
        return pick.Texts(self._known.columns, "rdap")

    def _read(self, number: int, ordinal: int) -> Iterator[Registration]:
        """Read one record of a part, or an RDAP answer; nothing of a source that is silent, or of a mirror."""
        if number == len(self._parts):
            yield from self._answers[ordinal]
            return
        part = self._parts[number]
        one = part.record(ordinal)[2]
        if isinstance(one, Registration) and self._counts(part) and is_own(self._known.settings, part.facts["source"], one):
            yield filled(one, lambda handle: self._party(part.facts["source"], handle))

    def _party(self, source: str, handle: str) -> Party | None:
        """Find an organisation by handle."""
        if (source, handle) not in self._parties:
            if len(self._parties) >= MOST_READ:
                self._parties.clear()
            found = [
                one
                for part in self._parts
                if part.facts["source"] == source
                for one in part.listed("org", token(handle))
                if isinstance(one, Party) and one.handle == handle
            ]
            self._parties[source, handle] = found[-1] if found else None
        return self._parties[source, handle]
