"""The page's server: who is answered, what a browser may do with the answer, and that nobody who is slow holds up anything."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import warnings
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import hostile
import pytest
import views
from prometheus_client.parser import text_string_to_metric_families

from bgpcheck.errors import UsageError
from bgpcheck.render.page import POLICY, page, part
from bgpcheck.sinks import door, loopback, web
from bgpcheck.sinks.web import Web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECONDS = 60


class Follower:
    """Reads a stream of events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data."""
        name, data = "", ""
        async with asyncio.timeout(SECONDS):
            while line := (await self.response.content.readline()).decode().rstrip("\n"):
                field, _, value = line.partition(": ")
                name, data = (value, data) if field == "event" else (name, value) if field == "data" else (name, data)
        return name, json.loads(data) if data else None

    async def event(self, wanted: str) -> Any:  # noqa: ANN401 (JSON)
        """The data of the next event of a name."""
        while True:
            name, data = await self.next()
            if name == wanted:
                return data
            assert not self.response.content.at_eof()


@asynccontextmanager
async def following(http: aiohttp.ClientSession, url: str) -> AsyncIterator[Follower]:
    async with http.get(f"{url}live", timeout=aiohttp.ClientTimeout(total=None)) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        yield Follower(response)


@pytest.fixture
async def served() -> AsyncIterator[Web]:
    async with Web.serve(0) as made:
        made.show(views.view())
        yield made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(read_bufsize=1 << 24) as made:
        yield made


async def test_each_address_gives_what_it_is_for(served: Web, http: aiohttp.ClientSession) -> None:
    async with http.get(served.url) as response:
        assert (response.status, response.content_type, response.charset) == (200, "text/html", "utf-8")
        assert await response.text() == page(views.view())
    async with http.get(f"{served.url}view.json") as response:
        assert response.content_type == "application/json"
        assert (await response.json())["title"] == "ams-primary"
    async with http.get(f"{served.url}metrics") as response:
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert list(text_string_to_metric_families(await response.text()))


async def test_metrics_count_what_the_page_itself_holds(served: Web, http: aiohttp.ClientSession) -> None:
    """Tasks, connections and pages that follow: what would grow where anything were forgotten."""

    async def counted() -> dict[str, float]:
        async with http.get(f"{served.url}metrics") as response:
            families = text_string_to_metric_families(await response.text())
            return {one.labels["name"]: one.value for family in families for one in family.samples if family.name == "bgpcheck_count"}

    before = await counted()
    async with http.get(f"{served.url}live") as live:
        await live.content.readline()
        during = await counted()
        assert (during["following"], during["connections"]) == (before["following"] + 1, before["connections"] + 1)
        assert during["tasks"] > before["tasks"]
        live.close()
    for _ in range(3000):
        if not (await counted())["following"]:
            break
        await asyncio.sleep(0.01)
    assert (await counted())["following"] == 0
    assert before["tasks"] >= 1


PATHS = ["", "live", "view.json", "metrics", "nothing", "favicon.ico", "%2e%2e/etc/passwd"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_every_answer_says_what_a_browser_may_do_with_it(served: Web, http: aiohttp.ClientSession, path: str, method: str) -> None:
    async with http.request(method, f"{served.url}{path}") as response:
        wanted = 405 if method not in {"GET", "HEAD"} else 200 if path in PATHS[:4] else 404
        assert response.status == wanted
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert not {"Set-Cookie", "Access-Control-Allow-Origin"} & set(response.headers)
        assert "aiohttp" not in response.headers["Server"]


def hosts(port: int) -> dict[str, int]:
    good = dict.fromkeys([f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"], 200)
    foreign = ["evil.example", f"evil.example:{port}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{port}", "", f"0.0.0.0:{port}"]
    return {**good, **dict.fromkeys(foreign, 421)}


async def test_only_who_was_sent_to_this_very_address_is_answered(served: Web, http: aiohttp.ClientSession) -> None:
    """DNS rebinding: a name of somebody else's that points to loopback."""
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    for host, status in hosts(port).items():
        for path in ("", "view.json", "live"):
            async with http.get(f"{served.url}{path}", headers={"Host": host}) as response:
                assert (host, response.status) == (host, status)
                assert "ams-primary" not in ("" if status == 200 else await response.text())


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("none", "navigate", 200),
        ("same-origin", "cors", 200),
        ("cross-site", "navigate", 200),
        ("cross-site", "no-cors", 403),
        ("same-site", "cors", 403),
    ],
)
async def test_other_sites_scripts_are_not_answered(served: Web, http: aiohttp.ClientSession, site: str, mode: str, status: int) -> None:
    async with http.get(f"{served.url}view.json", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}) as response:
        assert response.status == status


async def test_rubbish_is_no_harm(served: Web, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    for rubbish in (b"\x16\x03\x01\x00\xa5", b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"A" * 100_000 + b" HTTP/1.1\r\n\r\n", b"\n" * 5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(rubbish)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), SECONDS)
        assert b"ams-primary" not in answer
        await gone(writer)
    async with http.get(served.url) as response:
        assert response.status == 200
    assert not [one for one in caplog.records if one.levelname in {"WARNING", "ERROR"}]


async def test_before_there_is_a_picture_it_says_so(http: aiohttp.ClientSession) -> None:
    async with Web.serve(0) as made, http.get(made.url) as response:
        assert (response.status, response.headers["Refresh"]) == (503, "1")
        assert await response.text() == "There is nothing to show yet: ask again in a moment.\n"


async def test_who_follows_is_told_every_change_and_the_end(http: aiohttp.ClientSession) -> None:
    async with Web.serve(0) as made:
        made.show(views.empty())
        response = await http.get(f"{made.url}live")
        follower = Follower(response)
        assert await follower.event("view") == {"html": part(views.empty()), "told": ""}
        made.show(views.view())
        told = await follower.event("view")
        assert told["html"] == part(views.view())
        assert told["told"].startswith("Session primary is up. Session secondary is down.")
    assert await follower.event("end") == {}
    assert await response.read() == b""


async def test_where_only_time_goes_by_nothing_is_sent_but_a_beat(
    served: Web, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "BEAT", 0.05)
    async with following(http, served.url) as follower:
        await follower.event("view")
        served.show(views.view(at=views.AT + timedelta(seconds=1)))
        assert [(await follower.next())[0] for _ in range(3)] == ["beat"] * 3
        async with http.get(f"{served.url}view.json") as response:
            assert (await response.json())["at"] == "2026-11-02T10:03:05Z"


async def test_what_comes_between_two_looks_is_left_out(served: Web, http: aiohttp.ClientSession) -> None:
    async with following(http, served.url) as follower:
        await follower.event("view")
        for number in range(1000):
            served.show(views.view(title=f"number {number}"))
            await asyncio.sleep(0)
        count = 1
        while "number 999:" not in (await follower.event("view"))["html"]:
            count += 1
        assert count <= 4


async def test_of_very_many_pages_the_last_ones_are_refused(
    served: Web, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MOST", 3)
    monkeypatch.setattr(web, "BEAT", 0.05)
    open_now = [await http.get(f"{served.url}live") for _ in range(3)]
    assert {response.status for response in open_now} == {200}
    async with http.get(f"{served.url}live") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
    open_now.pop().close()
    async with asyncio.timeout(SECONDS):
        while (response := await http.get(f"{served.url}live")).status != 200:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.05)
    for each in (*open_now, response):
        each.close()


async def test_a_page_that_takes_nothing_is_dropped(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", 0.2)
    monkeypatch.setattr(web, "PAUSE", 0.0)
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(("127.0.0.1", port))
    made.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    async with asyncio.timeout(SECONDS):
        while not served._following:  # noqa: ASYNC110, SLF001 (nothing tells)
            await asyncio.sleep(0.01)
        number = 0
        while served._following:  # noqa: SLF001 (as above)
            number += 1
            served.show(views.large(200 + number % 2))
            await asyncio.sleep(0.01)
    made.close()


async def test_the_end_does_not_wait_for_a_page_that_takes_nothing() -> None:
    async with asyncio.timeout(SECONDS):
        async with Web.serve(0) as made:
            made.show(views.large(1000))
            port = int(made.url.rsplit(":", 1)[1].strip("/"))
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            while not made._following:  # noqa: ASYNC110, SLF001 (nothing tells)
                await asyncio.sleep(0.01)
    one.close()


async def connected(url: str, first: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1].strip("/")))
    writer.write(first)
    return reader, writer


async def gone(writer: asyncio.StreamWriter) -> None:
    """Close a connection now, and wait until it is: what was never taken would keep it open."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side closes."""
    found = b""
    async with asyncio.timeout(SECONDS):
        with suppress(ConnectionError):
            while more := await reader.read(1 << 20):
                found += more
    return found


HEADS = {"nothing": b"", "half a line": b"GET /", "half a head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "an empty line": b"\r\n"}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
async def test_who_asks_nothing_is_closed(served: Web, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.2)
    reader, writer = await connected(served.url, head)
    assert await ended(reader) == b""
    await gone(writer)


async def test_who_asks_nothing_more_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", 0.2)
    async with Web.serve(0) as made:
        made.show(views.view())
        host = made.url.removeprefix("http://").strip("/")
        reader, writer = await connected(made.url, f"GET /metrics HTTP/1.1\r\nHost: {host}\r\n\r\nGET /".encode())
        assert (await ended(reader)).startswith(b"HTTP/1.1 200 OK")
        await gone(writer)


async def test_who_follows_is_not_closed(served: Web, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.2)
    monkeypatch.setattr(web, "BEAT", 0.1)
    async with following(http, served.url) as follower:
        await follower.event("view")
        assert [(await follower.next())[0] for _ in range(8)] == ["beat"] * 8


async def test_who_takes_nothing_of_an_answer_is_closed(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.2)
    served.show(views.large(20_000))
    host = served.url.removeprefix("http://").strip("/")
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.connect(("127.0.0.1", int(host.rsplit(":", 1)[1])))
        made.sendall(f"GET /view.json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        async with asyncio.timeout(SECONDS):
            for wanted in (1, 0):
                while len(served._opened) != wanted:  # noqa: ASYNC110, SLF001 (nothing tells)
                    await asyncio.sleep(0.01)


async def test_more_connections_than_there_is_room_for_are_closed_at_once(served: Web, http: aiohttp.ClientSession) -> None:
    idle = [await connected(served.url) for _ in range(door.MOST)]
    more = [await connected(served.url) for _ in range(10)]
    assert [await ended(reader) for reader, _ in more] == [b""] * 10
    assert not any(reader.at_eof() for reader, _ in idle)
    for _, writer in (*idle, *more):
        await gone(writer)
    async with asyncio.timeout(SECONDS):
        while served._opened:  # noqa: ASYNC110, SLF001 (nothing tells)
            await asyncio.sleep(0.01)
    async with http.get(served.url) as response:
        assert response.status == 200


@pytest.mark.parametrize("turns", range(5))
async def test_who_comes_as_it_ends_is_closed_too(turns: int) -> None:
    """A connection that is taken just as the server stops is not left open: the garbage collector would say so."""
    async with Web.serve(0) as made:
        address = ("127.0.0.1", int(made.url.rsplit(":", 1)[1].strip("/")))
        clients = [socket.create_connection(address, 5) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
    for one in clients:
        one.settimeout(SECONDS)
        with suppress(ConnectionError):
            assert one.recv(1) == b""
        one.close()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        gc.collect()
    assert not [str(one.message) for one in said]


async def test_it_listens_on_loopback_alone(served: Web, http: aiohttp.ClientSession) -> None:
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    assert served.url == f"http://127.0.0.1:{port}/"
    async with http.get(f"http://[::1]:{port}/") as response:
        assert response.status == 200
    with pytest.raises(OSError, match=r"refused|unreachable"):
        socket.create_connection(("127.0.0.2", port), 5)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_a_port_that_is_taken_is_named(address: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as other:
        other.bind((address, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            UsageError, match=f"--web {port}: {address} port {port}: Address already in use: name another port, or 0 for any"
        ):
            async with Web.serve(port):
                pass


async def test_a_port_that_is_given_is_used_and_free_again_afterwards() -> None:
    async with Web.serve(0) as made:
        port = int(made.url.rsplit(":", 1)[1].strip("/"))
    async with Web.serve(port) as made:
        assert made.url == f"http://127.0.0.1:{port}/"


async def test_without_ipv6_the_other_address_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = loopback._bound  # noqa: SLF001 (a machine without IPv6 can't be had otherwise)

    def bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return usual(family, address, port)

    monkeypatch.setattr(loopback, "_bound", bound)
    async with Web.serve(0) as made, aiohttp.ClientSession() as http, http.get(made.url) as response:
        assert response.status == 503


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
async def test_a_hostile_text_makes_no_event_of_its_own(served: Web, http: aiohttp.ClientSession, text: str) -> None:
    served.show(views.hostile(text))
    async with following(http, served.url) as follower:
        await follower.next()  # when to try again
        name, data = await follower.next()
        assert name == "view"
        assert data["html"] == part(views.hostile(text))
