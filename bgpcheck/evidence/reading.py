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
_NETWORKS = re.compile(r"text/x-whois; registry=(arin|lacnic|jpnic|krnic)")
_SUBJECT = re.compile(r"(?:^|/)(?P<kind>ip|autnum)/(?P<word>[^/]+?(?:/\d+)?)(?:\.json(?:\.\w+)?)?$")
# What each answers about.
BELONGS: dict[str, type] = {
    "rdap/ip": AddressRange,
    "rdap/autnum": AsnRange,
    "rdap/entity": Party,
    "nir/jpnic": AddressRange,
    "nir/krnic": AddressRange,
}
WORDS: dict[type, str] = {AddressRange: "a range of addresses", AsnRange: "an AS number", Party: "an organisation"}


def records(document: Document) -> tuple[Any, ...]:
    """Read every record of a document; ``FormatError`` where it can't be read."""
    if document.media_type == extract.MEDIA_TYPE:
        try:
            part = extract.decode(document.content)
        except FormatError as error:
            raise error.at(file=document.uri) from error
        return tuple(bulk.parse(part.format, line, text, file=part.file) for line, text in part.records)
    networks = networks_of(document.media_type)
    if networks or document.media_type == WHOIS_TYPE:
        found = _networks(document, networks) if networks else bulk.whois(document.content, file=document.uri)
        about = BELONGS.get(document.source)
        return tuple(one for one in found if about is None or (isinstance(one, Registration) and isinstance(one.resource, about)))
    record = rdap.parse(document.content, file=document.uri, subject=subject_of(document.uri))
    about = type(record.resource) if isinstance(record, Registration) else Party
    if about is not BELONGS.get(document.source, about):
        raise FormatError(f"is about {WORDS[about]}, which is not what {document.source} answers", file=document.uri)
    return (record,)


def identity(record: Any) -> Any:  # noqa: ANN401 (any record)
    """Name a record for look-up; registrations are changed on the way, their range and handle are not."""
    return (record.resource, record.handle) if isinstance(record, Registration) else record


def _networks(document: Document, registry: str) -> tuple[Registration, ...]:
    """Read a whois answer that is no RPSL; contacts that were kept on demand say nothing."""
    return whois_networks.parse(whois_networks.reduced(document.content, registry), registry, file=document.uri)


def networks_type(registry: str) -> str:
    """Name the media type of a whois answer that is no RPSL: ``arin``, ``lacnic``, ``jpnic``, ``krnic``."""
    return f"text/x-whois; registry={registry}"


def networks_of(media_type: str) -> str:
    """Name the registry of such an answer by its media type; empty where it is something else."""
    found = _NETWORKS.fullmatch(media_type)
    return found[1] if found else ""


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
