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
from bgpcheck.model import BITS, AddressRange, Registration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 1 << 20  # bytes of a file
MOST = 64  # records of a file
# How an object begins: those of address ranges, and those that end one.
_RANGE = re.compile(r"(?m)^(inetnum|inet6num|NetRange)[ \t]*+:([^\n]*)$", re.IGNORECASE)
_OTHERS = (
    "route6?|aut-num|ASNumber|ASHandle|organisation|org-name|OrgName|OrgId|CustName|role|person|contact|mntner|irt|domain|as-block|as-set"
    "|route-set|rtr-set|filter-set|peering-set|inet-rtr|key-cert|poem|poetic-form|limerick|nic-hdl|nic-hdl-br"
    "|R?(?:Org)?(?:Abuse|Admin|DNS|NOC|Routing|Tech)Handle"
)
_NEXT = re.compile(rf"^(?:{_OTHERS})[ \t]*+:", re.IGNORECASE)
_NAME = re.compile(r"^([A-Za-z][A-Za-z0-9-]*)[ \t]*+:")
# What may stand after an empty line and still be of the record, where a page has put lines apart.
_OWN = frozenset(
    {
        *("remarks", "comment", "descr", "netname", "country", "org", "admin-c", "tech-c", "abuse-c", "status", "notify", "changed"),
        *("mnt-by", "mnt-lower", "mnt-routes", "mnt-domains", "mnt-irt", "created", "last-modified", "source", "sponsoring-org"),
        *("cidr", "nethandle", "parent", "nettype", "originas", "customer", "regdate", "updated", "ref", "geoloc", "language"),
    }
)
_QUOTE = re.compile(r"(?m)^[ \t]*+>[ \t]?+")
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
    while lines and all(_QUOTE.match(line) for line in lines):
        text = _QUOTE.sub("", text)
        lines = [line for line in text.split("\n") if line.strip()]
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
        if span.first == 0 and span.size == 1 << BITS[span.version]:
            continue  # a placeholder: everything, which is nobody's
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
    """Give the lines up to where another object begins: one of a known class, or after an empty line any that is none of the record's."""
    apart = False
    for line in lines:
        name = _NAME.match(line)
        if _NEXT.match(line) or (apart and name and name[1].lower() not in _OWN):
            return
        apart = not line.strip()
        yield line


def _registry(kind: str, body: str) -> str:
    """Name the registry; empty where the text does not say."""
    if kind.lower() == "netrange":
        return "arin"
    source = _SOURCE.search(body)
    return rpsl_registration.STATISTICS_NAMES.get(source[1].upper(), "") if source else ""
