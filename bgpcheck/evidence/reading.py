"""Documents to records: the one place that knows which parser reads which document. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract
from bgpcheck.formats import bulk, rdap
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration, parse_asn

if TYPE_CHECKING:
    from bgpcheck.evidence.document import Document

RDAP_TYPE = "application/rdap+json"
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
    record = rdap.parse(document.content, file=document.uri, subject=subject_of(document.uri))
    about = type(record.resource) if isinstance(record, Registration) else Party
    if about is not BELONGS.get(document.source, about):
        raise FormatError(f"is about {WORDS[about]}, which is not what {document.source} answers", file=document.uri)
    return (record,)


def subject_of(uri: str) -> AddressRange | AsnRange | None:
    """Read what an RDAP answer is about from its name: ``ip/193.0.0.0_21.json``, ``autnum/3333.json``; None where it does not say."""
    kind, _, name = uri.rpartition("/")
    stem = name.partition(".json")[0]
    try:
        if kind.endswith("autnum"):
            asn = parse_asn(stem)
            return AsnRange(asn, asn)
        return Prefix.parse(stem.replace("_", "/")).range if kind.endswith("ip") else None
    except FormatError:
        return None
