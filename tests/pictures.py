"""Results made by hand for the pictures of a report, and what can be read in an SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bgpcheck.api import DEFAULT_POLICY, policies_of
from bgpcheck.assess import Assessment
from bgpcheck.evidence.document import Document
from bgpcheck.knowledge import Knowledge
from bgpcheck.model import AddressRange, AsnRange, Delegation, DelegationStatus, Party, Prefix, Registration
from bgpcheck.result import Result
from bgpcheck.sources.base import Answer, Cited, Gap
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.claim import Claim
    from bgpcheck.peering import Peering

NOW = datetime(2026, 11, 2, tzinfo=UTC)
RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
SPACE = "{http://www.w3.org/1999/xhtml}"


def row(registry: str, what: str | int, *, country: str = "NL", day: str = "19930901", status: str = "allocated") -> Delegation:
    """A delegated-extended row of a prefix, a range or an AS number."""
    span = AsnRange(what, what) if isinstance(what, int) else addresses(what)
    return Delegation(registry, country, span, day, DelegationStatus(status), "")


def addresses(text: str) -> AddressRange:
    """A range, written as a prefix or with a hyphen."""
    if "/" in text:
        return Prefix.parse(text).range
    first, last = (Prefix.parse(f"{one.strip()}/32").network for one in text.split("-"))
    return AddressRange(4, first, last)


def registered(  # noqa: PLR0913 (what a registration has)
    registry: str, what: str | int, *holders: Party, status: str = "", name: str = "", mnt: tuple[str, ...] = (), country: str = ""
) -> Registration:
    """A registry's record."""
    span = AsnRange(what, what) if isinstance(what, int) else addresses(what)
    return Registration(registry, span, str(what), "", name, status, holders, mnt, country=country)


def heard(source: str, *records: object, uri: str = "", fetched: datetime | None = None, dated: datetime | None = NOW) -> Answer:
    """An answer about everything, of one document."""
    one = Document(source, uri or f"{source}.file", "text/plain", f"{source} {uri} {records}".encode(), fetched, dated)
    return Answer(source, (one,), tuple(Cited(record, one) for record in records), frozenset({"*"}), ())


def files(*rows: Delegation, but: tuple[str, ...] = ()) -> list[Answer]:
    """The five delegated-extended files, or all ``but`` some."""
    return [heard(f"delegated/{rir}", *(one for one in rows if one.registry == rir)) for rir in RIRS if rir not in but]


def silent(source: str, reason: str = "missing") -> Answer:
    """A source that kept silent."""
    return Answer(source, (), (), frozenset(), (Gap(source, reason, ""),), frozenset({"*"}))  # type: ignore[arg-type]


def judged(claims: Iterable[Claim], answers: Iterable[Answer]) -> tuple[Assessment, ...]:
    """Judge claims by answers, in the usual way."""
    known = Knowledge({one.source: one for one in answers}, configs.settings())
    policy, _, _ = policies_of(DEFAULT_POLICY)
    return tuple(Assessment(claim, known, policy, NOW) for claim in claims)


def result(peering: Peering, answers: Iterable[Answer] = ()) -> Result:
    """Judge a peering."""
    policy, _, _ = policies_of(DEFAULT_POLICY)
    return Result(peering, policy, NOW, judged(peering.claims(), answers), (), ())


def parsed(picture: str) -> ET.Element:
    """Read a picture as XML."""
    return ET.fromstring(picture)  # noqa: S314 (our own)


def texts(picture: str) -> list[str]:
    """Every text of a picture as it is meant: where it was cut, its title."""
    found = list(parsed(picture).iter("text"))
    return [next((title.text or "" for title in one.iter("title")), one.text or "") for one in found]


def cut(picture: str) -> list[str]:
    """Texts that were cut."""
    return [one.text or "" for one in parsed(picture).iter("text") if one.find("title") is not None]


def tokens(lines: Iterable[str]) -> set[str]:
    """Words of texts, without the marks around them."""
    return {word.strip("();:,…") for line in lines for word in line.split()} - {""}
