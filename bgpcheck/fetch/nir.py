"""National registries' pages: JPNIC's and KRNIC's, which have no RDAP of their own. Waits for the network."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.evidence import reading
from bgpcheck.evidence.document import Document
from bgpcheck.fetch.answers import LATER
from bgpcheck.fetch.session import server_of
from bgpcheck.formats import whois_networks
from bgpcheck.model import address_text
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.fetch.session import Session
    from bgpcheck.model import Prefix

LIMIT = 1 << 19  # bytes of a page


def question(session: Session, nir: str, prefix: Prefix) -> str:
    """Name the question about a prefix: its first address, since that is all that these registries take."""
    one, address = session.settings.national[nir], quote(address_text(prefix.version, prefix.network))
    return f"{one.url}?{one.form}={address}" if one.form else one.url.replace("{address}", address)


async def about(session: Session, nir: str, prefix: Prefix) -> Document:
    """Ask about a prefix; ``FetchError`` where there is no answer."""
    source, uri, one = f"nir/{nir}", question(session, nir, prefix), session.settings.national[nir]
    if kept := session.kept(source, uri):
        return _document(source, uri, kept.content, kept.at)
    form = {one.form: address_text(prefix.version, prefix.network)} if one.form else None
    page = await session.http.get(one.url if form else uri, limit=LIMIT, seconds=session.seconds_for(server_of(uri)[0]), form=form)
    if page.status != HTTPStatus.OK:
        reason = GapReason.RATE_LIMITED if page.status in LATER else GapReason.UNREACHABLE
        raise FetchError(f"{uri} answers {page.status}", reason)
    document = _document(source, uri, page.body if session.keep_contacts else whois_networks.reduced(page.body, nir), page.at)
    session.keep(source, uri, document.content, page.at)
    return document


def _document(source: str, uri: str, content: bytes, at: datetime) -> Document:
    """Keep a page; ``FetchError`` where it is no answer."""
    document = Document(source, uri, reading.networks_type(source.partition("/")[2]), content, fetched_at=at)
    try:
        reading.records(document)
    except FormatError as error:
        raise FetchError(str(error), GapReason.MALFORMED) from error
    return document
