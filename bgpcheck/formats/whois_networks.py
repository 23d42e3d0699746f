"""Whois answers that are not RPSL: ARIN's and LACNIC's networks, JPNIC's and KRNIC's pages. Pure: ipwhois reads the text it is given.

Rule: ipwhois finds the networks and their fields, and this is the one module that knows it; nothing is asked or resolved here.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import prefix
from bgpcheck.model import AddressRange, AsnRange, Party, Registration, asplain, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LIMIT = 1 << 19  # characters that its expressions may search
NIRS = {"jpnic": "apnic", "krnic": "apnic"}  # national registries → whose members their space is
# What ipwhois leaves out and whose it is depends on: expressions in its own form. A value ends where its line does.
_REST = r"[^\S\n]+(?P<val>[^\n]+?)[^\S\n]*\n"
FIELDS = {
    "arin": {
        "name": r"(NetName|ASName):" + _REST,
        "handle": r"(NetHandle|ASHandle):" + _REST,
        "parent": r"(Parent):" + _REST,
        "status": r"(NetType):" + _REST,
        "owner": r"(OrgName|CustName):" + _REST,
        "ownerid": r"(OrgId):" + _REST,
    },
    "lacnic": {
        "status": r"(status):" + _REST,
        "owner": r"(owner):" + _REST,
        "ownerid": r"(ownerid):" + _REST,
        "parent": r"(inetnum-up):" + _REST,
    },
}
_ASN = {
    "arin": re.compile(r"^ASNumber:\s+(\d+)(?:\s+-\s+(\d+))?\s*$", re.MULTILINE),
    "lacnic": re.compile(r"^aut-num:\s+(?:AS)?(\d+)()\s*$", re.MULTILINE),
}
_NOTHING = re.compile(r"^(?:No match found for|No match!!|% No match for|# ?No match found)", re.MULTILINE | re.IGNORECASE)
_PARENT = re.compile(r"\(([A-Z0-9-]+)\)\s*$")
# Lines that name nobody's telephone: what is kept of an answer.
KEPT = {
    "arin": re.compile(
        r"(?:NetRange|CIDR|NetName|NetHandle|Parent|NetType|OriginAS|Organization|Customer|RegDate|Updated|OrgName|OrgId|CustName"
        r"|ASNumber|ASName|ASHandle):|#|No match"
    ),
    "lacnic": re.compile(r"(?:inetnum|inetnum-up|aut-num|status|owner|ownerid|country|created|changed):|%"),
    "jpnic": re.compile(r"(?:[a-z]\. )?\[(?:Network Number|Network Name|Organization|Assigned Date|Last Update)\]|No match"),
    "krnic": re.compile(r"(?:IPv4 Address|IPv6 Address|Organization Name|Service Name|Network Type|Registration Date)\s*:|\[ Network"),
}


def reduced(data: bytes, registry: str) -> bytes:
    """Keep the lines of an answer that say whose a network is; who answers for it, by which telephone, is left out."""
    kept = KEPT[registry]
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return "".join(f"{line}\n" for line in lines if not line.strip() or kept.match(line)).encode()


def parse(data: bytes, registry: str, *, file: str) -> tuple[Registration, ...]:
    """Read every network or AS number of an answer of ``arin``, ``lacnic``, ``jpnic`` or ``krnic``; none where it says that there is none.

    ``FormatError`` for what is neither.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n") + "\n"
    if len(text) > LIMIT:
        raise FormatError(f"an answer of more than {LIMIT >> 10} KB", file=file)
    try:
        found = tuple(_nir(text, registry) if registry in NIRS else (*_networks(text, registry), *_asns(text, registry)))
    except FormatError as error:
        raise error.at(file=file) from None
    if not found and not _NOTHING.search(text):
        raise FormatError("not an answer: it names no network, and does not say that there is none", file=file)
    return found


def _networks(text: str, registry: str) -> Iterator[Registration]:
    """Read ARIN's or LACNIC's networks."""
    reader = _reader()
    nets = reader.get_nets_arin(text) if registry == "arin" else reader.get_nets_lacnic(text)
    for net, after in zip_longest(nets, nets[1:]):
        end = after["start"] if after else None
        found = reader.parse_fields(text, FIELDS[registry], end, net["end"], field_list=list(FIELDS[registry]))
        yield _registration(registry, _range(net), found)


def _asns(text: str, registry: str) -> Iterator[Registration]:
    """Read ARIN's or LACNIC's AS numbers, of which ipwhois has no reader."""
    for match in _ASN[registry].finditer(text):
        first = parse_asn(match[1])
        last = parse_asn(match[2]) if match[2] else first
        found = _reader().parse_fields(text, FIELDS[registry], None, match.end() - 1, field_list=list(FIELDS[registry]))
        if first <= last:
            yield _registration(registry, AsnRange(first, last), found)


def _nir(text: str, registry: str) -> Iterator[Registration]:
    """Read a national registry's networks: a name, and no handle that means the same elsewhere."""
    from ipwhois.nir import NIR_WHOIS, NIRWhois  # noqa: PLC0415 (only where such an answer is)

    reader = NIRWhois(_net())
    nets = reader.get_nets_jpnic(text) if registry == "jpnic" else reader.get_nets_krnic(text)
    fields = {name: NIR_WHOIS[registry]["fields"][name] for name in ("name", "handle")}
    for net, after in zip_longest(nets, nets[1:]):
        end = after["start"] if after else None
        found = reader.parse_fields(text, fields, end, net["end"], field_list=list(fields))
        holder = Party("", found["name"].strip())
        yield Registration(
            NIRS[registry], _range(net), found["handle"].strip(), "", found["handle"].strip(), "", (holder,) if holder.name else ()
        )


def _registration(registry: str, resource: AddressRange | AsnRange, found: Mapping[str, str]) -> Registration:
    """Put the fields of a network together."""
    party = Party(found.get("ownerid", "").upper(), found.get("owner", ""))
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


def _range(net: Mapping[str, Any]) -> AddressRange:
    """Read a network's range from its prefixes; what ipwhois gives as ``range`` is the next network's where there are several."""
    blocks = [prefix(part.strip()).range for part in str(net["cidr"]).split(",")]
    found = AddressRange(blocks[0].version, min(one.first for one in blocks), max(one.last for one in blocks))
    if sum(one.size for one in blocks) != found.size or any(one.version != found.version for one in blocks):
        raise FormatError(f"{str(net['cidr'])[:80]!r} is no one range")
    return found


def _reader() -> Any:  # noqa: ANN401 (ipwhois has no types)
    """Give ipwhois' reader of whois text."""
    from ipwhois.whois import Whois  # noqa: PLC0415 (as above)

    return Whois(_net())


def _net() -> Any:  # noqa: ANN401 (as above)
    """Give a ``Net`` for ipwhois' readers that can neither resolve nor ask: they only look at its kind."""
    from ipwhois.net import Net  # noqa: PLC0415 (as above)

    class Silent(Net):  # type: ignore[misc]
        """Knows an address and nothing else."""

        def __init__(self) -> None:
            """Leave out what Net would read of the machine's resolver."""
            self.address, self.address_str, self.version = IPv4Address(0), "0.0.0.0", 4  # noqa: S104 (not bound to)

    return Silent()
