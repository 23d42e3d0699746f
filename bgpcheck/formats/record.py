"""A registry's record of address ranges in a file of the user's: an RDAP answer, or any whois text with the range in it. Pure.

Whois text is read leniently, since it was copied from a page or a terminal: a record begins where its range stands and goes on to where
the next object begins; lines may have lost their indents and names. Rule: a range that can't be read makes no record.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate, rdap, rpsl_registration
from bgpcheck.model import AddressRange, Registration

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 1 << 20  # bytes of a file
MOST = 64  # records of a file
# How an object begins: those of address ranges, and those that end one.
_RANGE = re.compile(r"(?m)^[ \t>]*+(inetnum|inet6num|NetRange)[ \t]*+:([^\n]*)$", re.IGNORECASE)
_OTHERS = "route|route6|aut-num|ASNumber|organisation|org-name|OrgName|CustName|role|person|mntner|irt|domain|as-block|nic-hdl"
_NEXT = re.compile(rf"(?m)^[ \t>]*+(?:{_OTHERS})[ \t]*+:", re.IGNORECASE)
_SOURCE = re.compile(r"(?m)^[ \t>]*+source[ \t]*+:[ \t]*+([A-Za-z]{1,20})", re.IGNORECASE)


def parse(data: bytes, *, file: str) -> tuple[Registration, ...]:
    """Read every record of an address range; ``FormatError`` with file where there is none."""
    if len(data) > LIMIT:
        raise FormatError(f"holds more than {LIMIT} bytes", file=file)
    if data.lstrip()[:1] in {b"{", b"["}:
        found = rdap.parse(data, file=file)
        if not isinstance(found, Registration) or not isinstance(found.resource, AddressRange) or found.missing:
            raise FormatError("is an RDAP answer, but not about a range of addresses", file=file)
        return (found,)
    records = tuple(_records(data.decode("utf-8", "replace").replace("\r", "")))
    if not records:
        raise FormatError("is neither an RDAP answer nor whois text with a range (inetnum, inet6num or NetRange) in it", file=file)
    return records


def _records(text: str) -> Iterator[Registration]:
    """Read the records of a text; others' lines are left to them."""
    starts = list(_RANGE.finditer(text))
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for one, after in zip(starts[:MOST], ends, strict=False):
        other = _NEXT.search(text, one.end(), after)
        body = text[one.end() : other.start() if other else after]
        try:
            span = rpsl_registration.addresses(one[2].strip())
        except FormatError:
            continue
        lines = body.splitlines()
        yield Registration(
            registry=_registry(one[1], body),
            resource=span,
            handle=" ".join(one[2].split())[:100],
            parent_handle="",
            name="",
            status="",
            remarks=tuple(line[: rdap.REMARK_LIMIT] for line in lines[: rdap.REMARKS_LIMIT]),
            certificates=certificate.find(lines),
        )


def _registry(kind: str, body: str) -> str:
    """Name the registry; empty where the text does not say."""
    if kind.lower() == "netrange":
        return "arin"
    source = _SOURCE.search(body)
    return rpsl_registration.STATISTICS_NAMES.get(source[1].upper(), "") if source else ""
