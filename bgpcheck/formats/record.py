"""A registry's record of address ranges in a file of the user's: an RDAP answer, or any whois text with the range in it. Pure.

Whois text is read leniently, since it was copied from a page or a terminal: all of its lines may be quoted or indented, and lines of a
record may have lost their indents and names. Rule: a record begins where its range stands, and ends where another object begins, which
after an empty line (RFC 2622 s2) is all that is not of a record of addresses: nothing of somebody else's is taken for its own. A range
that can't be read makes no record.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate, rdap, rpsl_registration
from bgpcheck.model import AddressRange, Registration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 1 << 20  # bytes of a file
MOST = 64  # records of a file
LARGEST = {4: 1 << 24, 6: 1 << 116}  # addresses of the largest blocks that IANA gives to a registry: /8 and /12
# How an object begins: those of address ranges, and those that end one.
_RANGE = re.compile(r"(?m)^(inetnum|inet6num|NetRange)[ \t]*+:([^\n]*)$", re.IGNORECASE)
_OTHERS = (
    "route6?|aut-num|ASNumber|ASHandle|organisation|org-name|OrgName|OrgId|CustName|role|person|contact|mntner|irt|domain|as-block|as-set"
    "|route-set|rtr-set|filter-set|peering-set|inet-rtr|key-cert|poem|poetic-form|limerick|nic-hdl|nic-hdl-br"
    "|R?(?:Org)?(?:Abuse|Admin|DNS|NOC|Routing|Tech)Handle"
)
_NEXT = re.compile(rf"^(?:{_OTHERS})[ \t]*+:", re.IGNORECASE)
_NAME = re.compile(r"^([A-Za-z][A-Za-z0-9-]*)[ \t]*+:")
# What may stand after an empty line and still be of the record, where a page has put its lines apart.
_OWN = frozenset({"remarks", "comment", "descr"})
_BARE = re.compile(r"^[A-Za-z0-9+/=]{16,}$|^-----(?:BEGIN|END)")  # a certificate's line that has lost its name
_QUOTE = re.compile(r"(?m)^(?>(?:[ \t]*+>)+)[ \t]?+")
_SOURCE = re.compile(r"(?m)^source[ \t]*+:[ \t]*+([A-Za-z]{1,20})", re.IGNORECASE)


def parse(data: bytes, *, file: str) -> tuple[Registration, ...]:
    """Read every record of an address range; ``FormatError`` with file where there is none."""
    if len(data) > LIMIT:
        raise FormatError(f"holds more than {LIMIT} bytes", file=file)
    if data.lstrip()[:1] in {b"{", b"["}:
        found = rdap.parse(data, file=file)
        if not isinstance(found, Registration) or not isinstance(found.resource, AddressRange) or found.missing:
            raise FormatError("is an RDAP answer, but not about a range of addresses", file=file)
        return (found,)
    records = tuple(_records(_plain(data.decode("utf-8", "replace").replace("\r", ""))))
    if not records:
        raise FormatError("is neither an RDAP answer nor whois text with a range (inetnum, inet6num or NetRange) in it", file=file)
    return records


def _plain(text: str) -> str:
    """Take away what stands before every line alike: the marks of a quotation, then the indent."""
    lines = [line for line in text.split("\n") if line.strip()]
    if all(map(_QUOTE.match, lines)):
        text = _QUOTE.sub("", text)
    return dedent(text)


def _records(text: str) -> Iterator[Registration]:
    """Read the records of a text; others' lines are left to them."""
    starts = list(_RANGE.finditer(text))
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for one, after in zip(starts[:MOST], ends, strict=False):
        lines = list(_own(text[one.end() : after].split("\n")[1:]))
        try:
            span = rpsl_registration.addresses(one[2].strip())
        except FormatError:
            continue
        if span.size > LARGEST[span.version] or (one[1].lower() == "inet6num") != (span.version == 6):  # noqa: PLR2004 (the IP version)
            continue  # a placeholder of everything, which is nobody's; or no such range
        yield Registration(
            registry=_registry(one[1], "\n".join(lines)),
            resource=span,
            handle=" ".join(one[2].split())[:100],
            parent_handle="",
            name="",
            status="",
            remarks=tuple(line[: rdap.REMARK_LIMIT] for line in lines[: rdap.REMARKS_LIMIT]),
            certificates=certificate.find(lines),
        )


def _own(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines up to where another object begins: one of a known class, or after an empty line all but remarks and bare Base64."""
    apart = False
    for line in lines:
        bare = line.strip()
        if _NEXT.match(line) or (apart and bare and not _continues(bare)):
            return
        apart = not bare
        yield line


def _continues(line: str) -> bool:
    """Tell whether a line after an empty one can still be of the record."""
    name = _NAME.match(line)
    return name[1].lower() in _OWN if name else bool(_BARE.match(line))


def _registry(kind: str, body: str) -> str:
    """Name the registry; empty where the text does not say."""
    if kind.lower() == "netrange":
        return "arin"
    source = _SOURCE.search(body)
    return rpsl_registration.STATISTICS_NAMES.get(source[1].upper(), "") if source else ""
