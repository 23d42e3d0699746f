"""Local exceptions to the RPKI (SLURM, RFC 8416): read, and applied to VRPs. Pure.

Rule: a file that deviates is refused whole (s3.1). Its BGPsec parts, and the ASPA parts of a version 2 draft, must have their shape
but change nothing here: only prefixes are judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import prefix
from bgpcheck.formats.json_fields import Fields, decode
from bgpcheck.formats.jsonscan import Walk
from bgpcheck.model import MAX_ASN, Vrp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.model import Prefix

FILTERS = ("validationOutputFilters", "prefixFilters")
ASSERTIONS = ("locallyAddedAssertions", "prefixAssertions")
_BGPSEC = (("validationOutputFilters", "bgpsecFilters"), ("locallyAddedAssertions", "bgpsecAssertions"))
_ASPA = (("validationOutputFilters", "aspaFilters"), ("locallyAddedAssertions", "aspaAssertions"))
_VERSION = ("slurmVersion",)


@dataclass(frozen=True, slots=True)
class PrefixFilter:
    """What is taken out of the validated payloads (s3.3.1); None: any. At least one of ``prefix`` and ``asn`` is set."""

    prefix: Prefix | None
    asn: int | None
    comment: str = ""

    def matches(self, vrp: Vrp) -> bool:
        """s3.3.1: the VRP's prefix is equal to or covered by the filter's, and its AS number equal, as far as the filter has them."""
        return (self.prefix is None or self.prefix.covers(vrp.prefix)) and self.asn in (None, vrp.asn)


@dataclass(frozen=True, slots=True)
class Slurm:
    """A file. ``assertions`` are ``(line, verbatim text, VRP)``; such a VRP has no trust anchor and does not expire."""

    filters: tuple[PrefixFilter, ...]
    assertions: tuple[tuple[int, str, Vrp], ...]


def apply(slurm: Slurm, vrps: Iterable[Vrp]) -> list[Vrp]:
    """Take out what a filter matches, then add the assertions, which no filter touches (s4.2)."""
    kept = [vrp for vrp in vrps if not any(one.matches(vrp) for one in slurm.filters)]
    return kept + [vrp for _, _, vrp in slurm.assertions]


def parse(data: bytes, *, file: str) -> Slurm:
    """Read a file; ``FormatError`` with file, line and field for every deviation from s3.

    Two are let pass: version 2 of the draft where its prefix parts are those of version 1, and members that s3 does not know inside a
    filter or an assertion, as DN42 adds ``source`` and ``mnt-by`` to each of its own.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError("not a SLURM file: it is not UTF-8", file=file) from error
    walk = Walk(text, FILTERS, ASSERTIONS, *_BGPSEC, *_ASPA, file=file)
    filters, assertions, version, line = list[PrefixFilter](), list[tuple[int, str, Vrp]](), 0, 1
    try:
        for path, line, start, end, value in walk:
            if path == FILTERS:
                filters.append(_filter(_entry(text[start:end], path)))
            elif path == ASSERTIONS:
                assertions.append((line, text[start:end], _assertion(_entry(text[start:end], path))))
            elif path == _VERSION:
                version = _version(value)
            else:
                _other(path, value)
    except FormatError as error:
        raise error.at(file=file, line=line) from None
    _complete(walk, version, file)
    return Slurm(tuple(filters), tuple(assertions))


def _version(value: object) -> int:
    if type(value) is not int or value not in (1, 2):
        raise FormatError(f"{value!r:.40}: write 1", field="slurmVersion")
    return value


def _other(path: tuple[str, ...], value: object) -> None:
    """s3.1: members that are not defined must not be used."""
    if path not in (*_BGPSEC, *_ASPA):
        raise FormatError("RFC 8416 knows no such member", field=".".join(path)[:80])
    Fields.of(value, ".".join(path))


def _complete(walk: Walk, version: int, file: str) -> None:
    """s3.2: which members there are."""
    if not version:
        raise FormatError("missing: write 1", file=file, field="slurmVersion")
    for path in (FILTERS, ASSERTIONS, *_BGPSEC):
        walk.require(path)
    for path in _ASPA:
        if version == 1 and path in walk.seen:
            raise FormatError("version 1 knows no such member", file=file, field=".".join(path))


def _entry(text: str, path: tuple[str, ...]) -> Fields:
    return Fields.of(decode(text), path[-1])


def _filter(entry: Fields) -> PrefixFilter:
    """s3.3.1."""
    covered = _prefix(entry) if "prefix" in entry else None
    asn = entry.integer("asn", MAX_ASN) if "asn" in entry else None
    if covered is None and asn is None:
        raise FormatError("a filter has a prefix, an asn, or both", field=entry.path)
    return PrefixFilter(covered, asn, _comment(entry))


def _assertion(entry: Fields) -> Vrp:
    """s3.4.1."""
    found, asn = _prefix(entry), entry.integer("asn", MAX_ASN)
    _comment(entry)
    longest = entry.integer("maxPrefixLength", found.bits) if "maxPrefixLength" in entry else found.length
    if longest < found.length:
        raise FormatError(f"{longest}: for {found} write {found.length} to {found.bits}", field=entry.name("maxPrefixLength"))
    return Vrp(found, longest, asn)


def _prefix(entry: Fields) -> Prefix:
    try:
        return prefix(entry.text("prefix"))
    except FormatError as error:
        raise error.at(field=entry.name("prefix")) from None


def _comment(entry: Fields) -> str:
    return entry.text("comment") if "comment" in entry else ""
