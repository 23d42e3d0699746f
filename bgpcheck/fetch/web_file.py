"""A file over HTTPS: asked for only if it is another version, and gone on with where it broke off. Waits for the network.

Rule: what comes is what was asked for, as long as the server said it is, or it is a failure.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.fetch.answers import LATER
from bgpcheck.formats import transfer
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from bgpcheck.fetch.answers import Answer
    from bgpcheck.fetch.http import Http
    from bgpcheck.fetch.part import Order, Part
    from bgpcheck.formats.transfer import Version


class BusyError(FetchError):
    """The server wants to be left alone, for ``wait`` seconds where it says so."""

    def __init__(self, message: str, wait: float | None) -> None:
        """Keep how long."""
        super().__init__(message, GapReason.RATE_LIMITED)
        self.wait = wait


async def renew(http: Http, url: str, order: Order) -> Version | None:
    """Bring what the server has into the part; None where it still has the known version. ``FetchError`` for all else."""
    part, limits = order.part, order.limits
    while True:
        resume = transfer.resuming(part.version, part.have)
        headers = resume or transfer.conditions(order.known)
        async with http.stream(url, seconds=limits.seconds, silence=limits.silence, headers=headers) as answer:
            if resume and answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.drop()
                continue
            if headers and not resume and answer.status == HTTPStatus.NOT_MODIFIED:
                part.drop()
                return None
            return await _taken(answer, _begun(answer, part, resumed=bool(resume)), order)


def _begun(answer: Answer, part: Part, *, resumed: bool) -> Version:
    """Look at an answer's head: which version comes, from which byte on."""
    if answer.status in LATER:
        raise BusyError(f"answers {answer.status}: it wants to be left alone", answer.wait)
    if answer.status == HTTPStatus.OK:
        version = transfer.http_version(answer.headers)
        part.begin(version)
        return version
    if not resumed or answer.status != HTTPStatus.PARTIAL_CONTENT:
        raise FetchError(f"answers {answer.status}", GapReason.UNREACHABLE)
    version = part.version
    try:
        total = transfer.rest_of(answer.headers.get("content-range", ""), version, part.have)
    except FormatError as error:
        part.drop()
        raise FetchError(f"another part than was asked for: {error}", GapReason.MALFORMED) from error
    if answer.headers.get("etag", version.etag) != version.etag:
        part.drop()
        raise FetchError("goes on with another version than it began with", GapReason.MALFORMED)
    return replace(version, size=total)


async def _taken(answer: Answer, version: Version, order: Order) -> Version:
    """Take what comes."""
    part, most, host = order.part, order.limits.most, urlsplit(answer.url).hostname
    have = part.have
    too_long = FetchError(f"{host} sends more than {most} bytes", GapReason.MALFORMED)
    if (version.size or 0) > most:
        part.drop()
        raise too_long
    with part.writing() as write:
        async for chunk in answer.chunks:
            have += len(chunk)
            if have > most:
                part.drop()
                raise too_long
            write(chunk)
            order.came(have, version.size)
    if have != (version.size if version.size is not None else have):
        raise FetchError(f"{host} sent {have} of {version.size} bytes", GapReason.UNREACHABLE)
    return replace(version, size=have)
