"""Audited routes as Parquet, for those who count further. Pure; the one module that knows pyarrow (extra ``parquet``)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.errors import UsageError
from bgpcheck.render.audit import SCHEMA
from bgpcheck.render.csv import AUDIT
from bgpcheck.routes import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bgpcheck.columns.judged import Judged

WORDS = AUDIT[2:]
GROUP = 1 << 18  # rows of a row group, at least; what memory holds is this and one chunk


class Parquet:
    """A Parquet file in row groups: words as dictionaries; ``asn`` uint32; ``asn`` and ``confidence`` null where they are empty.

    The schema's metadata names ``SCHEMA`` under ``schema``. The same rows, chunks and pyarrow give the same bytes.
    """

    def __init__(self) -> None:
        """Find pyarrow; ``UsageError`` where it is not installed."""
        try:
            import pyarrow as pa  # noqa: PLC0415 (an extra)
            import pyarrow.parquet as pq  # noqa: PLC0415 (as above)
        except ImportError as error:
            raise UsageError("--format parquet needs pyarrow: pip install 'bgpcheck[parquet]'") from error
        self._pa = pa
        words = [(name, pa.dictionary(pa.int32(), pa.string())) for name in WORDS]
        self._schema = pa.schema([("prefix", pa.string()), ("asn", pa.uint32()), *words], metadata={"schema": SCHEMA})
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(pa.PythonFile(self._sink, "w"), self._schema, compression="zstd")
        self._known: dict[str, dict[str, int]] = {name: {} for name in WORDS}  # word → its place in the column's dictionary
        self._held: list[tuple[Any, Any, dict[str, NDArray[np.int32]]]] = []
        self._rows = 0

    def start(self) -> bytes:
        """Give the first bytes."""
        return self._sink.taken()

    def add(self, judged: Judged) -> bytes:
        """Take a chunk; gives a row group when there is enough for one."""
        pa = self._pa
        origin = judged.routes.origin
        asns = pa.array(np.maximum(origin, 0).astype(np.uint32), mask=origin == NONE)
        self._held.append((pa.array(judged.routes.prefixes(), pa.string()), asns, {name: self._places(judged, name) for name in WORDS}))
        self._rows += len(judged)
        if self._rows >= GROUP:
            self._write()
        return self._sink.taken()

    def _places(self, judged: Judged, name: str) -> NDArray[np.int32]:
        """Give each row's place in a column's dictionary, which grows with new words."""
        known = self._known[name]
        places = [known.setdefault(getattr(case, name), len(known)) for case in judged.cases]
        found: NDArray[np.int32] = np.array(places, np.int32)[judged.case]
        return found

    def _write(self) -> None:
        """Write what is held as a row group."""
        pa = self._pa
        columns = [pa.chunked_array([held[place] for held in self._held]) for place in (0, 1)]
        for name in WORDS:
            words = pa.array(list(self._known[name]), pa.string())
            places = np.concatenate([held[2][name] for held in self._held])
            empty = places == self._known[name].get("", -1)
            columns.append(pa.DictionaryArray.from_arrays(pa.array(places, mask=empty), words))
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema), row_group_size=self._rows)
        self._held, self._rows = [], 0

    def end(self) -> bytes:
        """Give the rest and the footer."""
        if self._rows:
            self._write()
        self._writer.close()
        return self._sink.taken()


class _Sink(io.RawIOBase):
    """Bytes that were written and not yet taken."""

    def __init__(self) -> None:
        """Begin empty."""
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 (whatever has bytes)
        """Hold some bytes."""
        block = bytes(data)
        self._held.append(block)
        return len(block)

    def taken(self) -> bytes:
        """Give what was written since."""
        found, self._held = b"".join(self._held), []
        return found
