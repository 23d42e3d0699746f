"""Bulk files by what they answer for: a scan gives every record with its line and words, ``parse`` reads one record's words again. Pure.

Rule: what ``scan`` gave, ``parse`` gives again from the text alone; that is why a bundle can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats import delegated, rpsl, rpsl_plain, rpsl_registration, slurm, vrps
from bgpcheck.model import RouteObject, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Record = tuple[int, str, Any]  # (1-based line, the record's text, the record)
MOST_NOTES = 20
LIFETIME = timedelta(hours=24, minutes=30)  # registries.md: the median from an export's making to the expiry of its VRPs
VRPS = "vrps/"  # the export's dialect follows
CLASSES = frozenset({"route", "route6", "inetnum", "inet6num", "aut-num", "organisation"})
PLAIN: dict[str, Callable[[str], RouteObject | None]] = {"route": rpsl_plain.route, "route6": rpsl_plain.route}  # these may give way
READERS: dict[str, Callable[[rpsl.RpslObject], Any]] = {
    "route": rpsl.route_object,
    "route6": rpsl.route_object,
    "organisation": rpsl_registration.organisation,
}


@dataclass(slots=True)
class Scan:
    """One pass over a file. ``format``, ``dated``, ``rows`` and ``notes`` are whole once ``records`` has been taken to its end.

    ``routes``: how many route objects of the source that the file is named for. ``keep_all``: every record belongs into an extract.
    """

    chunks: Iterable[bytes]
    file: str
    source: str
    format: str = ""
    dated: datetime | None = None
    rows: int = 0
    routes: int = 0
    notes: list[str] = field(default_factory=list)
    keep_all: bool = False

    def records(self) -> Iterator[Record]:
        """Give every record; ``FormatError`` with file and line where the file is damaged. ``rows`` counts them when all were given."""
        kind = self.source.partition("/")[0]
        return {"irr": self._rpsl, "delegated": self._delegated, "vrps": self._vrps, "slurm": self._slurm}[kind]()

    def _rpsl(self) -> Iterator[Record]:
        """Read route objects and registrations; a malformed one is noted, but a malformed last one means a truncated file."""
        self.format = "rpsl"
        fault: FormatError | None = None
        skipped = rows = routes = 0
        source, plain = self.source.partition("/")[2], PLAIN.get
        for line, kind, text in rpsl.texts(self.chunks, file=self.file, classes=CLASSES):
            fault = None
            try:
                quick = plain(kind)
                record = (quick(text) if quick else None) or _rpsl_record(rpsl.RpslObject(line, text))
            except FormatError as error:
                fault, skipped = error.at(file=self.file, line=line), skipped + 1
                if skipped <= MOST_NOTES:
                    self.notes.append(f"left out: {fault}")
                record = _unreadable(rpsl.RpslObject(line, text))
                if record is None:
                    continue
            if type(record) is RouteObject and record.source == source:
                routes += 1
            rows += 1
            yield line, text, record
        self.rows, self.routes = rows, routes
        if fault:
            raise FormatError(f"{fault.message}: the file is truncated or damaged", file=self.file, line=fault.line, field=fault.field)
        if skipped > MOST_NOTES:
            self.notes.append(f"left out: {skipped - MOST_NOTES} more objects")

    def _delegated(self) -> Iterator[Record]:
        """Read delegations; the file must be of the registry that its name says."""
        self.format = "delegated"
        header, rows = delegated.scan(self.chunks, file=self.file)
        registry = self.source.partition("/")[2]
        if header.registry != registry:
            raise FormatError(f"is the file of {header.registry}, its name says {registry}", file=self.file)
        self.dated = header.date
        for row in rows:
            self.rows += 1
            yield row

    def _vrps(self) -> Iterator[Record]:
        """Read VRPs and ASPAs."""
        export = vrps.scan(b"".join(self.chunks), file=self.file)
        self.format = VRPS + export.dialect
        for record in export.records():
            self.rows += 1
            yield record
        self.dated = export.built_at or _estimated(export.expiries)

    def _slurm(self) -> Iterator[Record]:
        """Read local exceptions: the file is one record."""
        self.format, self.keep_all = "slurm", True
        data = b"".join(self.chunks)
        self.rows = 1
        yield 1, data.decode("utf-8", "replace"), slurm.parse(data, file=self.file)


def whois(answer: bytes, *, file: str) -> Iterator[Any]:
    """Read a whois server's answer: every object of ``CLASSES``.

    A malformed route object is kept as such; one of which not even the prefix can be read is a ``FormatError``, for it may be about
    anything that was asked. Other malformed objects are left out.
    """
    for one in rpsl.objects([answer], file=file, classes=CLASSES):
        try:
            yield _rpsl_or_unreadable(one)
        except FormatError as error:
            if one.kind in PLAIN:
                raise error.at(file=file, line=one.line) from None


def _estimated(times: Iterable[int]) -> datetime | None:
    """Estimate when an export was made that does not say: a day before half of its VRPs must be looked up again (registries.md)."""
    expiries = sorted(times)
    return datetime.fromtimestamp(expiries[len(expiries) // 2], UTC) - LIFETIME if expiries else None


def _unreadable(one: rpsl.RpslObject) -> Unreadable | None:
    """Keep what can be known of a malformed route object: whom it is about; None where not even that."""
    try:
        return Unreadable(rpsl.route_prefix(one))
    except FormatError:
        return None


def _rpsl_record(one: rpsl.RpslObject) -> Any:  # noqa: ANN401 (any of the model's records)
    """Read one object of ``CLASSES``."""
    return READERS.get(one.kind, rpsl_registration.registration)(one)


def _rpsl_or_unreadable(one: rpsl.RpslObject) -> Any:  # noqa: ANN401 (as above)
    """Read an object that a scan kept, readable or not."""
    try:
        return _rpsl_record(one)
    except FormatError:
        found = _unreadable(one)
        if found is None:
            raise
        return found


def parse(form: str, line: int, text: str, *, file: str) -> Any:  # noqa: ANN401 (any of the model's records)
    """Read one record's text as ``scan`` gave it, in the format that it named.

    Raises:
        FormatError: there is no such format.
    """
    try:
        if form == "rpsl":
            return _rpsl_or_unreadable(rpsl.parse_text(text))
        if form == "delegated":
            return delegated.parse_row(text)
        if form == "slurm":
            return slurm.parse(text.encode("utf-8", "surrogatepass"), file=file)
        if form.startswith(VRPS):
            return vrps.parse_record(text, form.removeprefix(VRPS))
        raise FormatError(f"{form[:40]!r} is no format of records")
    except FormatError as error:
        raise error.at(file=file, line=line) from error
