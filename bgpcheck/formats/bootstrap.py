"""RDAP bootstrap files (RFC 9224): which server answers for which addresses and AS numbers. Pure.

Rule: only https addresses are taken; of entries that hold a resource the most specific one decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import Fields, decode, items, text
from bgpcheck.model import AsnRange, Prefix, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = ("ipv4", "ipv6", "asn")


@dataclass(frozen=True, slots=True, repr=False)
class Bootstrap:
    """Servers by what they answer for, the narrowest first."""

    prefixes: tuple[tuple[Prefix, str], ...]
    asns: tuple[tuple[AsnRange, str], ...]

    def of_prefix(self, prefix: Prefix) -> str | None:
        """Give the base address for a prefix, with a slash at its end; None where no one server answers for all of it."""
        return next((server for one, server in self.prefixes if one.covers(prefix)), None)

    def of_asn(self, asn: int) -> str | None:
        """Give the base address for an AS number."""
        return next((server for one, server in self.asns if one.holds(asn)), None)


def parse(data: bytes, *, file: str) -> Bootstrap:
    """Read the files of IPv4, IPv6 and AS numbers, as members of one object by these names; ``FormatError`` with file and field."""
    try:
        top = Fields.of(decode(data.decode()), "")
        entries = {kind: list(_services(Fields.of(top.value(kind), kind))) for kind in KINDS}
        prefixes = [(Prefix.parse(word), server) for kind in ("ipv4", "ipv6") for word, server in entries[kind]]
        asns = [(_range(word), server) for word, server in entries["asn"]]
    except UnicodeDecodeError as error:
        raise FormatError("not JSON: it is not UTF-8", file=file) from error
    except FormatError as error:
        raise error.at(file=file) from None
    return Bootstrap(
        tuple(sorted(prefixes, key=lambda one: -one[0].length)),
        tuple(sorted(asns, key=lambda one: one[0].last - one[0].first)),
    )


def joined(parts: Mapping[str, bytes]) -> bytes:
    """Put files by kind together as ``parse`` wants them; a kind that is not there has no entry."""
    bodies = (b'"%s":%s' % (kind.encode(), parts.get(kind, b'{"services":[]}')) for kind in KINDS)
    return b"{" + b",".join(bodies) + b"}"


def _services(table: Fields) -> Iterator[tuple[str, str]]:
    """Give every entry with its server; entries without an https address are left out (RFC 9224 s3)."""
    for number, service in enumerate(table.items("services")):
        name = f"{table.name('services')}[{number}]"
        words, servers = (items(part, name) for part in [*items(service, name), [], []][:2])
        secure = [one for one in (text(server, name) for server in servers) if one.startswith("https://")]
        if secure:
            base = secure[0] if secure[0].endswith("/") else f"{secure[0]}/"
            yield from ((text(word, name), base) for word in words)


def _range(word: str) -> AsnRange:
    """Read ``64496-64511`` or ``64496``."""
    first, _, last = word.partition("-")
    found = AsnRange(parse_asn(first), parse_asn(last or first))
    if found.first > found.last:
        raise FormatError(f"{word[:40]!r}: the end of a range is not before its start", field="asn")
    return found
