"""Documents to records: the one place that knows which parser reads which document. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract
from bgpcheck.formats import bulk, rdap, whois_networks
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration, parse_asn

if TYPE_CHECKING:
    from bgpcheck.evidence.document import Document

RDAP_TYPE = "application/rdap+json"
WHOIS_TYPE = "text/x-rpsl"  # a whois server's answer as it came
_NETWORKS = re.compile(r"text/x-whois; registry=(\w+)")
_SUBJECT = re.compile(r"(?:^|/)(?P<kind>ip|autnum)/(?P<word>[^/]+?(?:/\d+)?)(?:\.json(?:\.\w+)?)?$")
BELONGS: dict[str, type] = {"rdap/ip": AddressRange, "rdap/autnum": AsnRange, "rdap/entity": Party}  # what each answers about
WORDS: dict[type, str] = {AddressRange: "a range of addresses", AsnRange: "an AS number", Party: "an organisation"}


def records(document: Document) -> tuple[Any, ...]:
    """Read every record of a document; ``FormatError`` where it can't be read."""
    if document.media_type == extract.MEDIA_TYPE:
        try:
            part = extract.decode(document.content)
        except FormatError as error:
            raise error.at(file=document.uri) from error
        return tuple(bulk.parse(part.format, line, text, file=part.file) for line, text in part.records)
    if document.media_type == WHOIS_TYPE:
        return tuple(bulk.whois(document.content, file=document.uri))
    if networks := _NETWORKS.fullmatch(document.media_type):
        return whois_networks.parse(document.content, networks[1], file=document.uri)
    record = rdap.parse(document.content, file=document.uri, subject=subject_of(document.uri))
    about = type(record.resource) if isinstance(record, Registration) else Party
    if about is not BELONGS.get(document.source, about):
        raise FormatError(f"is about {WORDS[about]}, which is not what {document.source} answers", file=document.uri)
    return (record,)


def networks_type(registry: str) -> str:
    """Name the media type of a whois answer that is no RPSL: ``arin``, ``lacnic``, ``jpnic``, ``krnic``."""
    return f"text/x-whois; registry={registry}"


def registry_of(url: str) -> str:
    """Name the regional registry whose RDAP server an address is of; empty where it is none's."""
    return rdap.registry_at(url)


def subject_of(uri: str) -> AddressRange | AsnRange | None:
    """Read what an RDAP answer is about from its name or address; None where it does not say.

    Names: ``ip/193.0.0.0_21.json``, ``autnum/3333.json``; addresses (RFC 9082 s3.1): ``https://…/ip/193.0.0.0/21``, ``…/autnum/3333``.
    """
    found = _SUBJECT.search(uri)
    try:
        if found and found["kind"] == "autnum":
            asn = parse_asn(found["word"])
            return AsnRange(asn, asn)
        return Prefix.parse(found["word"].replace("_", "/")).range if found else None
    except FormatError:
        return None
