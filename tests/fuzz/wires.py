"""Targets of what servers answer on the wire, before anything is made of it: whois and IRRd, FTP, HTTP's headers and referrals; text.

Rule: an answer that was cut is no shorter answer.
"""

from __future__ import annotations

import asyncio
import ftplib
import json
import re
import socket
import struct
from contextlib import closing, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp.test_utils import make_mocked_request
from circuits import ID
from fuzz.target import answer, same
from hostile import acting
from multidict import CIMultiDict

from bgpcheck.circuit.resource import parse
from bgpcheck.cloud.faults import refused
from bgpcheck.cloud.places import PLACES
from bgpcheck.errors import BgpcheckError, FetchError, FormatError, UsageError
from bgpcheck.fetch import ftp, guard, http
from bgpcheck.fetch.whois import Irrd, place, ripe_is_whole, whois_uri
from bgpcheck.formats import credentials, masks, transfer
from bgpcheck.formats.json_fields import decode
from bgpcheck.formats.transfer import Version
from bgpcheck.model import is_digits
from bgpcheck.render import clean
from bgpcheck.sinks.web import Web

if TYPE_CHECKING:
    from collections.abc import Coroutine

MOST = 1 << 12  # bytes of an answer here
TIMES = 8  # looks at a text
LONGEST_SECRET = 4096  # characters of a value that are covered at once
PUBLIC = guard.Guard(frozenset())
RESOURCE = parse(ID)
WORD = re.compile(r"\w+")
ACTION = re.compile(r"(?i)action '(Microsoft\.[\w/.]{1,150})'")

# ── whois ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Nowhere:
    """Takes what is sent."""

    def write(self, _: bytes) -> None:
        """Take bytes."""

    async def drain(self) -> None:
        """Have room."""

    def close(self) -> None:
        """Hang up."""

    async def wait_closed(self) -> None:
        """Be gone."""


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 (whatever the work gives)
    return _loop().run_until_complete(work)


async def _irrd(data: bytes, questions: int) -> tuple[object, ...]:
    """Let an IRRd client hear these bytes."""
    wire = Irrd(PUBLIC, "127.0.0.1", seconds=5)
    wire._reader, wire._writer = asyncio.StreamReader(limit=1 << 16), _Nowhere()  # type: ignore[assignment]  # noqa: SLF001 (its connection)
    wire._reader.feed_data(data)  # noqa: SLF001 (as above)
    wire._reader.feed_eof()  # noqa: SLF001 (as above)
    await wire.begin("RIPE")
    found = await wire.together([f"!r{number}" for number in range(questions)], limit=MOST)
    return tuple(one if isinstance(one, bytes) else FetchError for one in found)


def irrd(data: bytes) -> None:
    """IRRd's answers: one for each question; from a connection that was cut come no other ones."""
    found = _run(_irrd(data, 3))
    same(len(found), 3, "answers to three questions")
    for one in found:
        assert one is FetchError or one == b"" or b"A%d\n" % len(one) in data.replace(b"\r\n", b"\n") or b"A0" in data
    for end in {len(data) - 1, len(data) // 2, len(data) * 3 // 4}:
        cut = answer(lambda end=end: _run(_irrd(data[: max(end, 0)], 3)), FetchError)
        assert cut in (FetchError, found), f"cut answers: {cut!r:.200}"


def whole_answer(data: bytes) -> None:
    """Where an answer of RIPE's kind ends, and whom a server's name stands for."""
    if ripe_is_whole(data):
        assert not ripe_is_whole(data.rstrip(b"\r\n"))
    text = data.decode("latin-1")[:100]
    host, port = answer(lambda: place(text), ValueError) or ("", 0)
    assert isinstance(port, int)
    assert whois_uri(text).startswith("whois://")
    assert isinstance(host, str)


# ── FTP and HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ftp_replies(data: bytes) -> None:
    """Replies of an FTP server: a version, or what ``ftplib`` raises, which ends as a ``FetchError``."""
    ours, theirs = _pair()
    with closing(ours), closing(theirs):
        theirs.sendall(data[:16384])
        theirs.shutdown(socket.SHUT_WR)
        client = ftp._Client(timeout=5, encoding="latin-1")  # noqa: SLF001 (the client of the one module that knows ftplib)
        try:
            client.meet(ours)
            client.login()
            client.voidcmd("TYPE I")
            version = ftp._Session._version(_Of("/x"), client)  # type: ignore[arg-type]  # noqa: SLF001 (as above)
            assert isinstance(version, Version)
            assert version.size is None or 0 <= version.size < 10**transfer.MOST_DIGITS
            assert version.moment is None or version.moment.tzinfo is not None
            _, port = client.makepasv()
            assert 0 <= port < 1 << 16, f"port {port}"
        except (ftplib.Error, EOFError, OSError, ValueError):
            pass
        finally:
            client.close()


class _Of:
    """A session, as far as it asks for a version."""

    _asked = staticmethod(ftp._Session._asked)  # noqa: SLF001 (as above)

    def __init__(self, path: str) -> None:
        self.path = path


@cache
def _listening() -> socket.socket:
    found = socket.create_server(("127.0.0.1", 0), backlog=4)
    found.settimeout(5)
    return found


def _pair() -> tuple[socket.socket, socket.socket]:
    """Give both ends of a connection, which is forgotten at once when it ends."""
    ours = socket.create_connection(_listening().getsockname(), 5)
    theirs, _ = _listening().accept()
    for one in (ours, theirs):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return ours, theirs


def http_headers(data: bytes) -> None:
    """Headers that say what a file is, and of what part of it comes."""
    rows = [line.partition(b":") for line in data.split(b"\n")]
    headers = {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, _, value in rows}
    found = transfer.http_version(headers)
    assert found.size is None or 0 <= found.size < 10**transfer.MOST_DIGITS
    assert found.moment is None or found.moment.tzinfo is not None
    assert not found.strong or found.strong in (found.etag, found.modified)
    transfer.conditions(found)
    transfer.resuming(found, 10)
    total = answer(lambda: transfer.rest_of(headers.get("content-range", ""), found, 10))
    assert total is FormatError or total > 10
    text = data.decode("latin-1")
    digest = answer(lambda: transfer.md5_of(text, "x.gz"))
    assert digest is FormatError or (len(digest) == 32 and digest in text.lower())


def referral(data: bytes) -> None:
    """Where an answer refers to: an address on the public Internet, or nowhere."""
    text = data.decode("utf-8", "replace")
    found = http._parsed(text)  # noqa: SLF001 (what every address passes)
    host, port = http._server(found)  # noqa: SLF001 (as above)
    assert host
    assert 0 < port < 1 << 16
    literal = host.strip("[]")
    with suppress(ValueError):
        import ipaddress  # noqa: PLC0415 (used here alone)

        inner = ipaddress.ip_address(literal)
        allowed = answer(lambda: PUBLIC.check(host, port, [literal]), FetchError) is None
        assert not allowed or (inner.is_global and not inner.is_multicast), literal


def page_request(data: bytes) -> None:
    """What a browser, or somebody else, asks of the page: answered only where it was sent to this very address."""
    first, *rows = data.decode("latin-1").split("\n")
    method, _, path = first.partition(" ")
    headers = CIMultiDict((name.strip(), value.strip()) for name, colon, value in (row.partition(":") for row in rows) if colon)
    shown = Web()
    shown._hosts, shown._view = frozenset({"127.0.0.1:8080"}), object()  # type: ignore[assignment]  # noqa: SLF001 (as if served)
    request = make_mocked_request(method or "GET", f"/{path.strip('/')}", headers=headers)
    if shown._refusal(request) is None:  # noqa: SLF001 (what every question passes)
        assert headers.get("Host", "").lower() in shown._hosts  # noqa: SLF001 (as above)
        assert request.method in {"GET", "HEAD"}  # aiohttp writes it in capitals


def azure_fault(data: bytes) -> None:
    """An answer of Azure's that is an error: of what it says, a code and an action are repeated, and no other word of it."""
    status, code, message = [*data.decode("utf-8", "replace").split("\n", 2), "", ""][:3]
    number = int(status) if is_digits(status) and len(status) < 4 else 403
    found = refused(number, code, message, RESOURCE, PLACES["public"])
    assert isinstance(found, (FetchError, UsageError))
    ours = f"{code} {refused(number, code, '', RESOURCE, PLACES['public'])} {' '.join(ACTION.findall(message))} or a role with"
    assert set(WORD.findall(str(found))) <= set(WORD.findall(ours)), str(found)


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(data: bytes) -> None:
    """Text from outside, made harmless for a terminal, a cell, a Markdown line: nothing of it acts."""
    text = data.decode("utf-8", "surrogateescape")
    for made in (clean.visible, clean.cell, clean.markdown, clean.prose, clean.address, lambda one: clean.unheeded(clean.visible(one))):
        assert not acting(made(text)), made(text)[:200]
        assert "\n" not in made(text)


def masked(data: bytes) -> None:
    """People and secrets in text: what is masked once stays so; JSON stays JSON, and no bytes are lost that are no text."""
    kept = [data]
    while (again := credentials.fit_bytes(kept[-1])) != kept[-1]:  # what was hidden behind what is masked now
        kept.append(again)
        assert len(kept) < TIMES + len(data) // 1000, f"text that is masked without end: {kept[-1][:200]!r}"
    text = data.decode("latin-1")
    for mask in (masks.without_people, masks.without_us, credentials.without_credentials, credentials.without_homes):
        once = mask(text)
        if len(text) < LONGEST_SECRET:
            same(mask(once), once, f"{mask.__name__}, twice")
    credentials.fit_lines(data)
    before = answer(lambda: decode(data.decode()), FormatError, UnicodeDecodeError)
    if isinstance(before, (dict, list)):
        after = credentials.fit_json(data)
        value = decode(after.decode())
        same(type(value), type(before), "JSON that is fit to be kept")
        assert json.dumps(value) is not None


ERRORS = (BgpcheckError,)
