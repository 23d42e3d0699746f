"""Whois answers that are not RPSL: ARIN's and LACNIC's networks, JPNIC's and KRNIC's pages. Pure: ipwhois reads the text it is given.

Rule: ipwhois finds the networks and their fields, and this is the one module that knows it; nothing is asked or resolved here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate
from bgpcheck.formats.address import prefix
from bgpcheck.formats.credentials import fit
from bgpcheck.formats.masks import unmasked
from bgpcheck.model import AddressRange, AsnRange, Party, Registration, asplain, parse_asn

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT, LONGEST, MOST = 1 << 16, 240, 64  # characters of an answer and of a line, networks: ipwhois' expressions are not linear
NIRS = {"jpnic": "apnic", "krnic": "apnic"}  # national registries → whose members their space is
# What ipwhois leaves out and whose it is depends on: expressions in its own form, each for the whole of a line.
_REST = r"[^\S\n]*(?P<val>[^\n]*?)[^\S\n]*\n"
FIELDS = {
    "arin": {
        "name": r"(?m)^(NetName|ASName):" + _REST,
        "handle": r"(?m)^(NetHandle|ASHandle):" + _REST,
        "parent": r"(?m)^(Parent):" + _REST,
        "status": r"(?m)^(NetType):" + _REST,
        "owner": r"(?m)^(OrgName|CustName):" + _REST,
        "ownerid": r"(?m)^(OrgId):" + _REST,
    },
    "lacnic": {
        "status": r"(?m)^(status):" + _REST,
        "owner": r"(?m)^(owner):" + _REST,
        "ownerid": r"(?m)^(ownerid):" + _REST,
        "parent": r"(?m)^(inetnum-up):" + _REST,
    },
}
# The line that a network or AS number begins with; what stands before the next such line is its own.
_BEGINS = {
    "arin": re.compile(r"(?m)^(?=(?:NetRange|ASNumber):)"),
    "lacnic": re.compile(r"(?m)(?:\A|(?<=\n\n))(?=(?:inetnum|aut-num):)"),
    "jpnic": re.compile(r"(?m)^(?=(?:[a-z]\. )?\[Network Number\])"),
    "krnic": re.compile(r"(?m)^(?=IPv[46] Address[^\S\n]*:)"),
}
_ASN = re.compile(r"(?:ASNumber:\s+(\d{1,10})(?:\s+-\s+(\d{1,10}))?|aut-num:\s+(?:AS)?(\d{1,10}))\s*\n")
_COMMENT = re.compile(r"(?m)^Comment:([^\n]*)(?:\n|\Z)")  # ARIN's remarks, which may be long
_WHOSE = re.compile(r"(?m)^(?:Org|Cust)Name:")  # what stands from here on is of the organisation
_NOTHING = re.compile(r"(?im)^(?:No match found for|No match!!|% No match for|# ?No match found)")
_PARENT = re.compile(r"\(([A-Z0-9-]{1,60})\)\Z")
# Lines that name nobody's telephone: what is kept of an answer.
KEPT = {
    "arin": re.compile(
        r"(?:NetRange|CIDR|NetName|NetHandle|Parent|NetType|OriginAS|Organization|Customer|RegDate|Updated|OrgName|OrgId|CustName"
        r"|ASNumber|ASName|ASHandle|Comment):|#|No match"
    ),
    "lacnic": re.compile(r"(?:inetnum|inetnum-up|aut-num|status|owner|ownerid|country|created|changed):|%"),
    "jpnic": re.compile(r"(?:[a-z]\. )?\[(?:Network Number|Network Name|Organization|Assigned Date|Last Update)\]|No match"),
    "krnic": re.compile(r"(?:IPv4 Address|IPv6 Address|Organization Name|Service Name|Network Type|Registration Date)\s*:|\[ Network"),
}


def reduced(data: bytes, registry: str) -> bytes:
    """Keep the lines of an answer that say whose a network is; who answers for it, by which telephone, is left out.

    The words that a line is kept for stay as they are, so that it is kept again.
    """
    kept = (_kept(line, KEPT[registry].match(line)) for line in _text(data).split("\n"))
    return "\n".join(line for line in kept if line is not None).encode()


def _kept(line: str, head: re.Match[str] | None) -> str | None:
    """Give what is kept of a line; blank ones part networks."""
    if head is None:
        return None if line.strip() else line
    return head[0] + fit(line[head.end() :])


def is_whole(registry: str, data: bytes) -> bool:
    """Tell whether an answer came to its end: LACNIC's closes with a comment, ARIN's with an empty one, after as many ends as starts."""
    lines = [line.strip() for line in data.splitlines() if line.strip()]
    if registry == "lacnic" or (lines and b"No match" in lines[-1]):
        return bool(lines) and (lines[-1].startswith(b"%") or b"No match" in lines[-1])
    return bool(lines) and lines[-1] == b"#" and lines.count(b"# start") == lines.count(b"# end")


def parse(data: bytes, registry: str, *, file: str) -> tuple[Registration, ...]:
    """Read every network or AS number of an answer of ``arin``, ``lacnic``, ``jpnic`` or ``krnic``; none where it says that there is none.

    ``FormatError`` for what is neither, or has one that can't be read.
    """
    text = _text(data) + "\n"
    try:
        found = tuple(_section(part, registry) for part in _sections(text, registry))
    except FormatError as error:
        raise error.at(file=file) from None
    if not found and not _NOTHING.search(text):
        raise FormatError("not an answer: it names no network, and does not say that there is none", file=file)
    return found


def _text(data: bytes) -> str:
    """Read the characters of an answer."""
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _sections(text: str, registry: str) -> list[str]:
    """Split an answer, so that no network gets a line of another one."""
    if len(text) > LIMIT:
        raise FormatError(f"an answer of more than {LIMIT >> 10} KB")
    if any(len(line) > LONGEST for line in text.split("\n") if not line.startswith("Comment:")):
        raise FormatError(f"a line of more than {LONGEST} characters")
    first, *parts = _BEGINS[registry].split(text)
    if len(parts) > MOST:
        raise FormatError(f"more than {MOST} networks")
    del first  # the registry's own words
    return [part.partition("\n\n")[0] + "\n" for part in parts] if registry == "lacnic" else parts  # there an object ends at a blank


def _section(text: str, registry: str) -> Registration:
    """Read one network or AS number. Only ARIN's answers show remarks; they stand apart from what ipwhois is given."""
    whose = _WHOSE.search(text)
    comments = _COMMENT.findall(text[: whose.start()] if whose else text)
    one = _without_comments(_COMMENT.sub("", text), registry)
    if registry != "arin":
        return replace(one, certificates=None)
    remarks = tuple(line.strip()[:LONGEST] for line in comments[:MOST])
    return replace(one, remarks=remarks, certificates=certificate.find(comments))


def _without_comments(text: str, registry: str) -> Registration:
    """Read the fields of one network or AS number."""
    if found := _ASN.match(text):
        first = parse_asn(found[1] or found[3])
        last = parse_asn(found[2]) if found[2] else first
        if last < first:
            raise FormatError(f"AS{first} - AS{last} is no range")
        return _registration(registry, AsnRange(first, last), _fields(text, FIELDS[registry]))
    return _nir(text, registry) if registry in NIRS else _registration(registry, _network(text, registry), _fields(text, FIELDS[registry]))


def _network(text: str, registry: str) -> AddressRange:
    """Read the range of a section's one network."""
    reader = _reader(registry)
    nets = getattr(reader, f"get_nets_{registry}")(text)
    if len(nets) != 1:
        raise FormatError(f"{text.partition(chr(10))[0][:80]!r}: a network whose range can't be read")
    blocks = [prefix(part.strip()).range for part in str(nets[0]["cidr"]).split(",")]
    found = AddressRange(blocks[0].version, min(one.first for one in blocks), max(one.last for one in blocks))
    if sum(one.size for one in blocks) != found.size or any(one.version != found.version for one in blocks):
        raise FormatError(f"{str(nets[0]['cidr'])[:80]!r} is no one range")
    return found


def _fields(text: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Read a section's fields, each from the first line that has it."""
    found = _reader("arin").parse_fields(text, fields, field_list=list(fields))
    return {name: value.partition("\n")[0].strip() for name, value in found.items()}


def _nir(text: str, registry: str) -> Registration:
    """Read a national registry's network: a name, and no handle that means the same elsewhere."""
    from ipwhois.nir import NIR_WHOIS  # noqa: PLC0415 (only where such an answer is)

    fields = {name: NIR_WHOIS[registry]["fields"][name] for name in ("name", "handle")}
    found = _fields(text, fields)
    holder, name = Party("", unmasked(found.get("name", ""))), found.get("handle", "")
    return Registration(NIRS[registry], _network(text, registry), name, "", name, "", (holder,) if holder.name else ())


def _registration(registry: str, resource: AddressRange | AsnRange, found: Mapping[str, str]) -> Registration:
    """Put the fields of a network together."""
    party = Party(unmasked(found.get("ownerid", "")).upper(), unmasked(found.get("owner", "")))
    parent = _PARENT.search(found.get("parent", ""))
    name = asplain(resource.first) if isinstance(resource, AsnRange) else str(resource)
    return Registration(
        registry=registry,
        resource=resource,
        handle=found.get("handle", "") or name,
        parent_handle=parent[1] if parent else found.get("parent", ""),
        name=found.get("name", ""),
        status=found.get("status", "").upper(),
        holders=(party,) if party.handle or party.name else (),
    )


def _reader(registry: str) -> Any:  # noqa: ANN401 (ipwhois has no types)
    """Give ipwhois' reader of a registry's text."""
    from ipwhois.nir import NIRWhois  # noqa: PLC0415 (as above)
    from ipwhois.whois import Whois  # noqa: PLC0415 (as above)

    return NIRWhois(_net()) if registry in NIRS else Whois(_net())


def _net() -> Any:  # noqa: ANN401 (as above)
    """Give a ``Net`` for ipwhois' readers that can neither resolve nor ask: they only look at its kind."""
    from ipwhois.net import Net  # noqa: PLC0415 (as above)

    class Silent(Net):  # type: ignore[misc]
        """Knows an address and nothing else."""

        def __init__(self) -> None:
            """Leave out what Net would read of the machine's resolver."""
            self.address, self.address_str, self.version = IPv4Address(0), "0.0.0.0", 4  # noqa: S104 (not bound to)

    return Silent()
