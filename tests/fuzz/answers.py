"""Targets of answers that are no bulk file: RDAP, registries' own whois, IANA's lists, saved records, extracts, JSON itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fuzz.target import answer, same

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.excerpt import Reader
from bgpcheck.formats import bootstrap, jsonscan, rdap, record, whois_networks
from bgpcheck.model import Party, Prefix, Registration

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = Prefix.parse("193.0.0.0/21")


def rdap_answer(data: bytes) -> None:
    """An answer, and what is kept of it: never another range, another kind, or a holder that was not there."""
    kept = rdap.spared(data, file="f")
    found = rdap.parse(data, file="f", subject=PREFIX.range)
    same(rdap.spared(kept, file="f"), kept, "an answer spared twice")
    excerpts(Document("rdap/ip", "ip/193.0.0.0_21.json", reading.RDAP_TYPE, data))
    after = answer(lambda: rdap.parse(kept, file="f", subject=PREFIX.range))
    if after is FormatError:
        return
    same(type(after), type(found), "the kind of an answer that was spared")
    if isinstance(found, Registration):
        same((after.resource, after.missing), (found.resource, found.missing), "an answer that was spared")
        assert {one.handle for one in after.holders} <= {"", *(one.handle for one in found.holders)}
        assert {one.name for one in after.holders} <= {"", *(one.name for one in found.holders)}
    elif isinstance(found, Party):
        assert after.handle in {"", found.handle}


def rdap_bootstrap(data: bytes) -> None:
    """IANA's list of servers: only https is asked."""
    found = bootstrap.parse(data, file="f")
    assert all(url.startswith("https://") and url.endswith("/") for _, url in (*found.prefixes, *found.asns))
    found.of_prefix(PREFIX)
    found.of_asn(3333)


def record_file(data: bytes) -> None:
    """A record that somebody saved or pasted: ranges that there can be."""
    for one in record.parse(data, file="f"):
        assert one.resource.first <= one.resource.last


def networks(registry: str) -> Callable[[bytes], None]:
    """Make the target of a registry whose whois is no RPSL: what is kept of an answer says the same as the answer."""

    def run(data: bytes) -> None:
        whois_networks.is_whole(registry, data)
        kept = whois_networks.reduced(data, registry)
        twice = whois_networks.reduced(kept, registry)
        same(
            answer(lambda: whois_networks.parse(twice, registry, file="f")),
            answer(lambda: whois_networks.parse(kept, registry, file="f")),
            "an answer reduced twice",
        )
        source = f"nir/{registry}" if registry in whois_networks.NIRS else "rdap/ip"
        excerpts(Document(source, "f", reading.networks_type(registry), data))
        found = whois_networks.parse(kept, registry, file="f")
        for one in found:
            assert one.resource.first <= one.resource.last

    return run


def excerpts(document: Document) -> None:
    """Show the lines of a document: those of its records, and those nearest to something else."""
    records = answer(lambda: reading.records(document))
    if records is not FormatError:
        reader = Reader()
        for about in ("193.0.0.0/21", "AS3333", "*"):
            reader.excerpts(document, records[:1], about)
            reader.excerpts(document, (), about)


def extract_member(data: bytes) -> None:
    """An extract in a bundle: written again it is the same, and its records are read or refused."""
    found = extract.decode(data)
    same(extract.decode(found.encode()).encode(), found.encode(), "an extract written again")
    extract.silent_anchors([Document("vrps", "f", extract.MEDIA_TYPE, data)])
    excerpts(Document("irr/RIPE", "f", extract.MEDIA_TYPE, data))


def names_of_answers(data: bytes) -> None:
    """The name of a recorded answer says what it is about, or nothing."""
    text = data.decode("utf-8", "replace")
    found = reading.subject_of(text)
    assert found is None or found.first <= found.last
    assert rdap.registry_at(text) in {"", *rdap.REGISTRIES.values()}


def json_twins(data: bytes) -> None:
    """What the reader of whole documents takes, the one of long arrays takes alike; both refuse keys that come twice."""
    from bgpcheck.formats import json_fields  # noqa: PLC0415 (beside the one above)

    text = data.decode("utf-8", "replace")
    one, other = answer(lambda: json_fields.decode(text)), answer(lambda: jsonscan.decode(text))
    if one is not FormatError:
        same(json.dumps(other) if other is not FormatError else other, json.dumps(one), "JSON read by two readers")
