"""Registrations and organisations in RPSL: what RIPE, APNIC, AFRINIC and LACNIC answer by whois or publish in bulk. Pure.

Rule: a holder is whom the registry names as such; who merely maintains a record is told apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate
from bgpcheck.formats.address import address, prefix
from bgpcheck.formats.rpsl import words
from bgpcheck.model import AddressRange, AsnRange, Party, Registration, asplain, parse_asn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.formats.rpsl import RpslObject

REMARKS_LIMIT, REMARK_LIMIT = 64, 512  # remarks that a registration keeps, characters of each
STATISTICS_NAMES = {"RIPE": "ripencc", "ARIN": "arin", "APNIC": "apnic", "AFRINIC": "afrinic", "LACNIC": "lacnic"}
_VERSIONS = {"inetnum": (4, 6), "inet6num": (6,)}  # LACNIC's inetnum is of either family


def resource(obj: RpslObject) -> AddressRange | AsnRange:
    """Read what an inetnum, inet6num or aut-num is about, from its first attribute; ``FormatError`` with line and field."""
    kind = obj.kind
    try:
        if kind == "aut-num":
            asn = parse_asn(obj.key)
            return AsnRange(asn, asn)
        if kind not in _VERSIONS:
            raise FormatError(f"{kind[:40]!r} is no registration: its class is inetnum, inet6num or aut-num")
        found = addresses(obj.key)
        if found.version not in _VERSIONS[kind]:
            raise FormatError(f"{obj.key[:80]!r} is of the other address family than {kind}")
    except FormatError as error:
        raise obj.error(kind, error.message) from None
    return found


def registration(obj: RpslObject) -> Registration:
    """Read an inetnum, inet6num or aut-num (RFC 2622 s6, RFC 4012 s2.2) as its registry's record; ``FormatError`` as in ``resource``.

    Holders are the ``org:`` handles, without names (``organisation`` has those), or LACNIC's ``ownerid:`` and ``owner:``. Who may only
    change routes, more specifics or references (``mnt-routes:`` and the like) is not among the maintainers.
    """
    about = resource(obj)
    found: dict[str, list[str]] = {}
    for name, value in obj.attributes:
        found.setdefault(name, []).append(value)
    if len(found.get("source", ())) > 1:
        raise obj.error("source", "2 attributes source or more: write one")
    first = {name: _utf8(values[0]) for name, values in found.items()}
    holders = [Party(handle.upper(), "") for handle in words(found.get("org", ()))]
    if "owner" in first:
        holders.append(Party(first.get("ownerid", "").upper(), first["owner"]))
    return Registration(
        registry=STATISTICS_NAMES.get(first.get("source", "").upper(), ""),
        resource=about,
        handle=asplain(about.first) if isinstance(about, AsnRange) else " ".join(obj.key.split()),
        parent_handle=first.get("inetnum-up", ""),
        name=first.get("netname") or first.get("as-name") or "",
        status=first.get("status", "").upper(),
        holders=tuple(holders),
        maintainers=tuple(word.upper() for word in words(found.get("mnt-by", ()))),
        remarks=tuple(_utf8(value)[:REMARK_LIMIT] for value in found.get("remarks", ())[:REMARKS_LIMIT]),
        certificates=_certificates(found),
    )


def _certificates(found: Mapping[str, list[str]]) -> tuple[bytes, ...]:
    """Find certificates in remarks, and in ``descr:``, which RDAP shows as remarks too; most records have too little text for one."""
    texts = [value for name in ("descr", "remarks") for value in found.get(name, ())]
    return certificate.find(texts) if sum(map(len, texts)) > certificate.LEAST else ()


def organisation(obj: RpslObject) -> Party:
    """Read an object of class organisation (RPSL of the RIPE database); ``FormatError`` with line and field."""
    handles, names = obj.values("organisation"), obj.values("org-name")
    if obj.kind != "organisation" or len(handles) != 1 or not handles[0]:
        raise obj.error("organisation", "not an organisation: its first attribute is organisation, with a handle")
    return Party(handles[0].upper(), _utf8(names[0]) if names else "")


def addresses(text: str) -> AddressRange:
    """Read ``192.0.2.0 - 192.0.2.255``, a prefix, or a prefix whose last zeros LACNIC leaves out (``192.0.2/24``).

    Raises:
        FormatError: it is none of these.
    """
    low, dash, high = text.partition("-")
    if not dash:
        network, slash, length = text.partition("/")
        missing = 0 if ":" in network else 3 - network.count(".")
        return prefix(network.strip() + ".0" * missing + slash + length).range
    (version, first), (other, last) = address(low.strip()), address(high.strip())
    if version != other or first > last:
        raise FormatError(f"{text[:80]!r} is no range: write the lower address, ' - ', the higher address")
    return AddressRange(version, first, last)


def _utf8(text: str) -> str:
    """Read again as UTF-8 what was read as latin-1, where it is UTF-8: a dump does not say which it is."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
