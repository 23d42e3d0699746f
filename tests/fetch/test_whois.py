"""The whois protocol against servers that answer, and against those that don't."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from fetch.servers import saying, serving

from bgpcheck.errors import FetchError
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.rtr import RtrClient
from bgpcheck.fetch.session import server_of
from bgpcheck.fetch.whois import Irrd, place, plain, whois_uri
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

GUARD = Guard.of(["127.0.0.1"])
OBJECT = b"route:          193.0.0.0/21\norigin:         AS3333\nsource:         RIPE # Filtered\n\n\n"


@pytest.mark.parametrize(
    ("server", "found"),
    [
        ("whois.ripe.net", ("whois.ripe.net", 43)),
        ("127.0.0.1:4343", ("127.0.0.1", 4343)),
        ("[::1]:4343", ("::1", 4343)),
        ("[::1]", ("::1", 43)),
        ("::1", ("::1", 43)),
    ],
)
def test_places(server: str, found: tuple[str, int]) -> None:
    assert place(server) == found


PLAIN: Mapping[str, tuple[bytes, bytes | GapReason]] = {
    "objects": (b"% a comment\n\n" + OBJECT, b"% a comment\n\n" + OBJECT),
    "nothing": (b"%ERROR:101: no entries found\n%\n% No entries found in source RIPE.\n", b""),
    "nothing, as others say it": (b"%  No entries found for the selected source(s).\n", b""),
    "refused": (b"%ERROR:201: access denied for 192.0.2.1\n", GapReason.RATE_LIMITED),
    "too many": (b"% This is LACNIC\n% Query rate limit exceeded. Reduced information.\n", GapReason.RATE_LIMITED),
    "a bad question": (b"%ERROR:108: bad input character\n", GapReason.MALFORMED),
    "a bad question, as IRRd says it": (b"%% ERROR: One or more selected sources are unavailable.\n\n\n", GapReason.MALFORMED),
    "too much": (b"x" * 5000 + b"\n", GapReason.MALFORMED),
    "cut": (OBJECT.rstrip(), GapReason.UNREACHABLE),
    "cut after a line": (OBJECT.rstrip() + b"\n", GapReason.UNREACHABLE),
    "cut between two objects": (OBJECT.rstrip() + b"\n\n", GapReason.UNREACHABLE),
    "lines of the other kind": (OBJECT.replace(b"\n", b"\r\n"), OBJECT.replace(b"\n", b"\r\n")),
    "words that sound like a refusal in an object": (
        OBJECT.replace(b"\n\n\n", b"\nremarks: access denied\n\n\n"), OBJECT.replace(b"\n\n\n", b"\nremarks: access denied\n\n\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
async def test_plain_questions(case: str) -> None:
    answer, expected = PLAIN[case]
    asked = list[bytes]()
    async with serving(saying(answer, asked=asked)) as port:
        question = plain(GUARD, f"127.0.0.1:{port}", "-r -T route 193.0.0.0/21", limit=4000, seconds=60)
        if isinstance(expected, bytes):
            assert await question == expected
        else:
            with pytest.raises(FetchError) as caught:
                await question
            assert caught.value.reason == expected
    assert asked == [b"-r -T route 193.0.0.0/21\r\n"]


async def test_a_server_that_hangs() -> None:
    async with serving(saying(b"% wait\n", hang=True)) as port:
        with pytest.raises(FetchError) as caught:
            await plain(GUARD, f"127.0.0.1:{port}", "x", limit=4000, seconds=0.2)
    assert caught.value.reason == GapReason.TIMEOUT


async def test_nobody_there() -> None:
    async with serving(saying(b"")) as port:
        pass
    with pytest.raises(FetchError) as caught:
        await plain(GUARD, f"127.0.0.1:{port}", "x", limit=4000, seconds=60)
    assert caught.value.reason == GapReason.UNREACHABLE


async def test_nobody_of_that_name() -> None:
    with pytest.raises(FetchError) as caught:
        await plain(GUARD, "nobody.invalid", "x", limit=4000, seconds=60)
    assert caught.value.reason == GapReason.UNREACHABLE


async def test_whom_nobody_named() -> None:
    with pytest.raises(FetchError, match="not on the public Internet"):
        await plain(Guard.of([]), "127.0.0.1:43", "x", limit=4000, seconds=60)


def irrd(answers: Mapping[str, bytes]):  # noqa: ANN201 (a handler)
    """Speak as IRRd does; what is not in ``answers`` is a success without data."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            if line == "!!":
                continue
            if line == "!q":
                return
            writer.write(answers.get(line, b"C\n"))
            await writer.drain()

    return handle


IRRD: Mapping[str, tuple[bytes, bytes | GapReason]] = {
    "data": (b"A%d\n%sC\n" % (len(OBJECT), OBJECT), OBJECT),
    "no data": (b"C\n", b""),
    "no key": (b"D\n", b""),
    "a refusal": (b"F Invalid source\n", GapReason.MALFORMED),
    "a limit": (b"F Too many queries, rate limit exceeded\n", GapReason.RATE_LIMITED),
    "too much": (b"A5000\n", GapReason.MALFORMED),
    "a length that lies": (b"A10\n0123456789junk\n", GapReason.MALFORMED),
    "no number": (b"A1x\n", GapReason.MALFORMED),
    "no IRRd": (b"% This is another server\n", GapReason.MALFORMED),
    "a line without end": (b"x" * 5000 + b"\n", GapReason.MALFORMED),
    "an endless line": (b"x" * 200000, GapReason.MALFORMED),
}


@pytest.mark.parametrize("case", IRRD)
async def test_irrd(case: str) -> None:
    answer, expected = IRRD[case]
    async with (
        serving(irrd({"!r193.0.0.0/21": answer, "!s-lc": b"A5\nradb\nC\n"})) as port,
        Irrd(GUARD, f"127.0.0.1:{port}", seconds=60) as wire,
    ):
        await wire.begin("RADB")
        question = wire.query("!r193.0.0.0/21", limit=4000)
        if isinstance(expected, bytes):
            assert await question == expected
            assert await wire.query("!r1.0.0.0/24", limit=4000) == b""
        else:
            with pytest.raises(FetchError) as caught:
                await question
            assert caught.value.reason == expected


@pytest.mark.parametrize("answer", [b"A10\n012", b"A10\n", b"A1", b""])
async def test_irrd_that_hangs_up(answer: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)

    async with serving(handle) as port, Irrd(GUARD, f"127.0.0.1:{port}", seconds=60) as wire:
        with pytest.raises(FetchError) as caught:
            await wire.query("!r193.0.0.0/21", limit=4000)
        assert caught.value.reason == GapReason.UNREACHABLE


@pytest.mark.parametrize("query", ["x\r\n-i mnt-by Y", "x\n", "-i mnt-by M\u00dc-MNT", "x\x00"])
async def test_what_can_not_be_asked(query: str) -> None:
    asked = list[bytes]()
    async with serving(saying(OBJECT, asked=asked)) as port:
        with pytest.raises(FetchError, match="can't be asked"):
            await plain(GUARD, f"127.0.0.1:{port}", query, limit=4000, seconds=60)
    assert asked == []


async def test_what_is_quoted_names_nobody() -> None:
    words = b"%ERROR:201: access denied for 203.0.113.7 (2001:db8::7), write to jane.doe@example.net or +31 20 535 4444\n"
    async with serving(saying(words)) as port:
        with pytest.raises(FetchError) as caught:
            await plain(GUARD, f"127.0.0.1:{port}", "x", limit=4000, seconds=60)
    said = str(caught.value)
    assert "access denied for (address left out) ((address left out)), write to (mailbox left out) or (telephone left out)" in said


URIS = [
    ("whois.ripe.net", "whois://whois.ripe.net/q", ("whois.ripe.net", 43)),
    ("127.0.0.1:4343", "whois://127.0.0.1:4343/q", ("127.0.0.1", 4343)),
    ("[::1]:4343", "whois://[::1]:4343/q", ("::1", 4343)),
    ("[2001:db8::1]", "whois://[2001:db8::1]/q", ("2001:db8::1", 43)),
]


@pytest.mark.parametrize(("server", "uri", "found"), URIS)
def test_names_of_questions(server: str, uri: str, found: tuple[str, int]) -> None:
    assert whois_uri(server, "q") == uri
    assert server_of(uri) == found


def full() -> tuple[socket.socket, list[socket.socket]]:
    """Make a server that accepts nobody and has no room for who waits: the kernel drops what asks for a connection."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(server.getsockname())
    return server, waiting


async def test_who_lets_nobody_in_is_told_in_words() -> None:
    server, waiting = full()
    port = server.getsockname()[1]
    try:
        for ask in (plain(GUARD, f"127.0.0.1:{port}", "x", limit=4000, seconds=60), RtrClient(GUARD, f"127.0.0.1:{port}").sync(60)):
            with pytest.raises(FetchError) as caught:
                await ask
            assert (str(caught.value), caught.value.reason) == ("127.0.0.1: no connection in 5 s", GapReason.TIMEOUT)
    finally:
        for one in (server, *waiting):
            one.close()
