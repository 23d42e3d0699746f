"""HTTP against servers that answer, and against those that don't."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from fetch.servers import http, page, saying, serving

from bgpcheck.errors import FetchError, UsageError
from bgpcheck.fetch import proxies
from bgpcheck.fetch.answers import LONGEST_WAIT, Page, waits
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.http import Http
from bgpcheck.fetch.politeness import Politeness
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GUARD = Guard.of(["127.0.0.1"])


async def ask(port: int, path: str = "/", *, guard: Guard = GUARD, limit: int = 4000, seconds: float = 60) -> Page:
    async with Http(guard, Politeness({})) as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", limit=limit, seconds=seconds)


async def test_a_page() -> None:
    async with serving(http(lambda path: page(path.encode(), Retry_After="7"))) as port:
        found = await ask(port, "/ip/193.0.0.0/21")
    assert (found.status, found.body, found.wait) == (200, b"/ip/193.0.0.0/21", 7)
    assert found.url == f"http://127.0.0.1:{port}/ip/193.0.0.0/21"


async def test_any_status_is_an_answer() -> None:
    async with serving(http(lambda _: page(b"no", "404 Not Found"))) as port:
        assert (await ask(port)).status == 404


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("", None),
        ("0", 0),
        ("120", 120),
        ("soon", None),
        ("-1", None),
        ("Sat, 28 Nov 2026 12:00:30 GMT", 30),
        ("Sat, 28 Nov 2020 12:00:30 GMT", 0),
        ("9" * 400, LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
    ],
)
def test_how_long_to_wait(text: str, wait: float | None) -> None:
    assert Page("u", 429, b"", datetime(2026, 11, 28, 12, tzinfo=UTC), {"retry-after": text}).wait == wait


FAULTS: Mapping[str, tuple[bytes, GapReason]] = {
    "nothing": (b"", GapReason.UNREACHABLE),
    "no HTTP": (b"220 mail.example ESMTP\r\n", GapReason.MALFORMED),
    "cut in the middle": (page(b"x" * 100)[:-50], GapReason.UNREACHABLE),
    "too much": (page(b"x" * 5000), GapReason.MALFORMED),
    "too much, in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + b"x" * 4096 + b"\r\n",
        GapReason.MALFORMED,
    ),
    "an endless header": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200000, GapReason.MALFORMED),
    "to another scheme": (page(b"", "302 Found", Location="ftp://127.0.0.1/"), GapReason.MALFORMED),
    "to a file": (page(b"", "302 Found", Location="file:///etc/passwd"), GapReason.MALFORMED),
    "to loopback": (page(b"", "302 Found", Location="http://127.0.0.2/"), GapReason.MALFORMED),
    "to loopback in IPv6": (page(b"", "302 Found", Location="http://[::1]/"), GapReason.MALFORMED),
    "to loopback in IPv6 clothes": (page(b"", "302 Found", Location="http://[::ffff:127.0.0.1]/"), GapReason.MALFORMED),
    "to loopback by name": (page(b"", "302 Found", Location="http://localhost/"), GapReason.MALFORMED),
    "to private space": (page(b"", "302 Found", Location="http://10.0.0.1/"), GapReason.MALFORMED),
    "to the neighbour": (page(b"", "302 Found", Location="http://169.254.169.254/"), GapReason.MALFORMED),
    "to brackets": (page(b"", "302 Found", Location="https://[1::"), GapReason.MALFORMED),
    "to a name and no host": (page(b"", "302 Found", Location="https://[1::]x@"), GapReason.MALFORMED),
    "to itself": (page(b"", "302 Found", Location="/"), GapReason.MALFORMED),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
async def test_faults(case: str) -> None:
    answer, reason = FAULTS[case]
    async with serving(http(lambda _: answer)) as port:
        with pytest.raises(FetchError) as caught:
            await ask(port)
    assert caught.value.reason == reason, caught.value


async def test_a_redirection_that_may_be_followed() -> None:
    async with serving(http(lambda path: page(b"here") if path == "/b" else page(b"", "301 Moved", Location="/b"))) as port:
        assert (await ask(port, "/a")).body == b"here"


async def test_slow_drops() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(handle) as port:
        with pytest.raises(FetchError) as caught:
            await ask(port, seconds=0.3)
    assert caught.value.reason == GapReason.TIMEOUT


async def test_nobody_there() -> None:
    async with serving(saying(b"")) as port:
        pass
    with pytest.raises(FetchError) as caught:
        await ask(port)
    assert caught.value.reason == GapReason.UNREACHABLE


async def test_nobody_of_that_name() -> None:
    async with Http(GUARD, Politeness({})) as client:
        with pytest.raises(FetchError) as caught:
            await client.get("https://nobody.invalid/", limit=10, seconds=60)
    assert caught.value.reason == GapReason.UNREACHABLE


async def test_whom_nobody_named() -> None:
    async with serving(http(lambda _: page(b"secret"))) as port:
        with pytest.raises(FetchError, match="not on the public Internet"):
            await ask(port, guard=Guard.of(["registry.example"]))


ELSEWHERE = [
    *("127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.1.", "127.0.0.01", "0", "0.0.0.0", "[::]", "[::1]"),
    *("\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021", "\u0661\u0662\u0667.0.0.1", "%31%32%37.0.0.1", "x@127.1", "[::1%25lo]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "127.0.0.1\\@example.com", "169.254.169.254", "10.0.0.1"),
]


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_nobody_refers_us_to_ourselves(host: str) -> None:
    """However the address is written; the server that refers is named, by name."""
    hits: list[bytes] = []

    async def inside(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hits.append(await reader.readline())
        writer.write(page(b"secret"))

    async with serving(inside) as port:
        front = http(lambda _: page(b"", "302 Found", Location=f"http://{host}:{port}/secret"))
        async with serving(front) as outside, Http(Guard.of([("localhost", outside)]), Politeness({})) as client:
            with pytest.raises(FetchError):
                await client.get(f"http://localhost:{outside}/", limit=4000, seconds=60)
    assert hits == []


async def test_only_the_port_that_was_named() -> None:
    async with serving(http(lambda _: page(b"secret"))) as other:
        front = http(lambda _: page(b"", "302 Found", Location=f"http://127.0.0.1:{other}/"))
        async with serving(front) as named, Http(Guard.of([("127.0.0.1", named)]), Politeness({})) as client:
            with pytest.raises(FetchError, match="not on the public Internet"):
                await client.get(f"http://127.0.0.1:{named}/", limit=4000, seconds=60)


async def test_no_password_of_the_users_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login alice password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    heads: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(page(b"x"))

    async with serving(handle) as port:
        assert (await ask(port)).body == b"x"
    assert b"authorization" not in heads[0].lower()


async def test_by_a_proxy_only_whom_somebody_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(path: str) -> bytes:
        asked.append(path)
        return page(b"", "302 Found", Location="https://elsewhere.example/") if path.endswith("/refers") else page(b"by the proxy")

    async with serving(http(answer)) as port:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "")
        guard = Guard.of([("registry.example", 80), *proxies.servers()])
        async with Http(guard, Politeness({})) as client:
            assert (await client.get("http://registry.example/x", limit=100, seconds=60)).body == b"by the proxy"
            with pytest.raises(FetchError, match="which nobody named"):
                await client.get("http://registry.example/refers", limit=100, seconds=60)
    assert asked == ["http://registry.example/x", "http://registry.example/refers"]


@pytest.mark.parametrize("text", ["http://proxy:abc", "http://[bad", "socks5://proxy:1080", "ftp://alice:secret@proxy"])
def test_a_proxy_that_can_not_be_used(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", text)
    with pytest.raises(UsageError, match="https_proxy") as caught:
        proxies.servers()
    assert "secret" not in str(caught.value)


def test_ports_of_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "proxy.example:3128")
    monkeypatch.setenv("https_proxy", "https://proxy.example")
    assert sorted(proxies.servers()) == [("proxy.example", 443), ("proxy.example", 3128)]


NAMED = Guard.of([("[fd00::1]", 443), ("Registry.example.", 43), "fd00::2"])
KNOWN = [
    ("fd00:0:0:0:0:0:0:1", 443, True),
    ("fd00::1", 80, False),
    ("fd00::1:443", 80, False),
    ("registry.EXAMPLE", 43, True),
    ("registry.example", 80, False),
    ("fd00::2", 1, True),
]


@pytest.mark.parametrize(("host", "port", "known"), KNOWN)
def test_who_is_named(host: str, port: int, *, known: bool) -> None:
    assert NAMED.knows(host, port) == known


def test_ipv4_in_ipv6_is_not_public() -> None:
    with pytest.raises(FetchError, match="not on the public Internet"):
        NAMED.check("::127.0.0.1", 80, ["::127.0.0.1"])


@pytest.mark.parametrize("host", ["[" + ":" * 7000 + "g]", "a" * 300 + ".example"])
async def test_hosts_that_are_too_long(host: str) -> None:
    async with serving(http(lambda _: page(b"", "302 Found", Location=f"https://{host}/"))) as port:
        with pytest.raises(FetchError):
            await ask(port)


@pytest.mark.parametrize("text", ["Mon, 01 Jan 2001 00:00:00 +99999999999999", "x", "-5", "\u0663", "Mon, 01 Jan 0001 00:00:00 +1400"])
def test_a_wait_that_can_not_be_read_is_none(text: str) -> None:
    assert waits({"retry-after": text}, datetime.now(UTC)) in {None, 0.0}
