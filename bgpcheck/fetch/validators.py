"""VRPs from validators: an export over HTTPS, or a cache over RTR. Waits for the network.

Rule: what a validator says is kept as a file's is: what matters to the subjects, with the digest and count of all.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.fetch.answers import LATER
from bgpcheck.fetch.folder import extracted
from bgpcheck.fetch.rtr import RtrClient
from bgpcheck.fetch.session import server_of
from bgpcheck.formats import bulk
from bgpcheck.formats.credentials import without_credentials
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.evidence.document import Document
    from bgpcheck.fetch.session import Session
    from bgpcheck.model import Vrp

LIMIT = 512 << 20  # bytes of an export
RTR = "rtr://"
CHUNK = 1 << 18


async def ask(session: Session, url: str, subjects: Iterable[str]) -> Document:
    """Ask one validator; ``FetchError`` where it does not answer."""
    content, at, new = await _rtr(session, url) if url.startswith(RTR) else await _export(session, url)
    try:
        scan = bulk.Scan(iter(lambda: content.read(CHUNK), b""), without_credentials(url), "vrps")
        document = extracted(scan, subjects, lambda: (hashlib.sha256(content.getbuffer()).hexdigest(), content.getbuffer().nbytes))
    except FormatError as error:
        raise FetchError(str(error), GapReason.MALFORMED) from error
    if not scan.rows:
        raise FetchError(f"{url} has no VRP at all", GapReason.MALFORMED)
    if new:
        session.keep("vrps", url, content.getvalue(), at)
    return replace(document, fetched_at=at)


async def _export(session: Session, url: str) -> tuple[io.BytesIO, datetime, bool]:
    """Get an export, or take the one of before; with its time, and whether it is new."""
    if kept := session.kept("vrps", url):
        return io.BytesIO(kept.content), kept.at, False
    page = await session.http.get(url, limit=LIMIT, seconds=session.left())
    if page.status != HTTPStatus.OK:
        raise FetchError(f"{url} answers {page.status}", GapReason.RATE_LIMITED if page.status in LATER else GapReason.UNREACHABLE)
    return io.BytesIO(page.body), page.at, True


async def _rtr(session: Session, url: str) -> tuple[io.BytesIO, datetime, bool]:
    """Get a cache's data, written as an export in the order of prefixes: the same data are the same bytes."""
    host, port = server_of(url)
    async with session.politeness.turn(host, port), RtrClient(session.guard, f"[{host}]:{port}") as client:
        session.politeness.count(host, port)
        await client.sync(session.left())
        try:
            vrps = sorted(client.cache.vrps(), key=lambda one: (one.prefix, one.max_length, one.asn))
        except FormatError as error:
            raise FetchError(f"{url}: {error}", GapReason.MALFORMED) from error
    return io.BytesIO("".join(_written(vrps)).encode()), datetime.now(UTC).replace(microsecond=0), False


def _written(vrps: Iterable[Vrp]) -> Iterator[str]:
    """Write VRPs as rpki-client's export has them, without a date: they are of now."""
    yield '{"roas": [\n'
    before = ""
    for one in vrps:
        yield before + json.dumps({"asn": one.asn, "prefix": str(one.prefix), "maxLength": one.max_length})
        before = ",\n"
    yield "\n]}\n"
