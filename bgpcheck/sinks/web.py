"""A lab as a page on loopback that follows it, as JSON and as metrics. Waits for browsers.

Rule: only this machine is answered, only reading, and only where the browser was sent to this very address: names that somebody else
points here, and other sites' scripts, get nothing. A browser that does not keep up is dropped, and never waited for.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bgpcheck.render import metrics
from bgpcheck.render.page import POLICY, page, part
from bgpcheck.render.page_changes import changed
from bgpcheck.render.view_json import as_json
from bgpcheck.sinks.door import Door
from bgpcheck.sinks.loopback import sockets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bgpcheck.lab.view import View

MOST = 16  # browsers that follow at once
PAUSE = 0.25  # seconds between two changes that are sent
HEAVY = 1 << 18  # characters of a page from which on the pause is four times as long
BEAT = 5.0  # seconds after which a quiet page is told that we are there
PATIENCE = 10.0  # seconds that a browser may take to accept a change, and to ask again on one connection
RETRY = 2000  # milliseconds after which a browser that lost us tries again
HEADERS = {
    "Server": "bgpcheck",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Web:
    """The pages of one lab. ``show`` never waits; ``url`` is where the page is."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self.url = ""
        self._view: View | None = None
        self._version = 0  # goes up with every change that is worth sending
        self._part = ""
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._following = 0
        self._hosts: frozenset[str] = frozenset()
        self._opened: set[Door] = set()

    @classmethod
    @asynccontextmanager
    async def serve(cls, port: int) -> AsyncIterator[Web]:
        """Serve on 127.0.0.1, and ::1 where there is one, until the block ends; then browsers are told so. Port 0: any that is free."""
        made, found = cls(), sockets(port)
        number = found[0].getsockname()[1]
        names = {"127.0.0.1", "localhost", "[::1]"}
        made._hosts = frozenset({f"{name}:{number}" for name in names} | (names if number == 80 else set()))  # noqa: PLR2004 (http's own)
        made.url = f"http://127.0.0.1:{number}/"
        app, log = made._app(), _logger()
        runner = web.AppRunner(app, access_log=None, logger=log, handler_cancellation=True, shutdown_timeout=1, keepalive_timeout=PATIENCE)
        doors: list[asyncio.Server] = []
        try:
            await runner.setup()
            for one in found:
                doors.append(await asyncio.get_running_loop().create_server(made._doors(runner), sock=one))  # noqa: PERF401 (closed below)
            yield made
        finally:
            made._over.set()
            made._wake()
            for one in found:
                asyncio.get_running_loop().remove_reader(one)  # nobody more is let in
            await asyncio.sleep(0)  # who was let in just now is; a server that is closed meanwhile would leave that connection open
            for door in doors:
                door.close()
            await runner.cleanup()  # those who follow are told
            for still in tuple(made._opened):
                still.shut()  # who takes nothing would keep its connection for ever
            await asyncio.sleep(0)
            for one in found:
                one.close()

    def show(self, view: View) -> None:
        """Take the latest picture; where only time went by nothing is sent, since pages count by themselves."""
        before, self._view = self._view, view
        if before is None or replace(view, at=before.at) != before:
            self._version, self._part = self._version + 1, ""
            self._wake()

    def _wake(self) -> None:
        """Have all who follow look."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    # ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _app(self) -> web.Application:
        """Put the routes together."""
        app = web.Application(middlewares=[self._guard], client_max_size=0)
        for path, answer in {"/": self._page, "/live": self._live, "/view.json": self._json, "/metrics": self._metrics}.items():
            app.router.add_get(path, answer)
        return app

    def _doors(self, runner: web.AppRunner) -> Callable[[], Door]:
        """Give what lets a connection in."""
        server = runner.server
        assert server is not None  # noqa: S101 (it was set up)
        return lambda: Door(server, self._opened)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        """Answer only who may ask, and say with every answer what a browser may do with it."""
        door = request.transport.get_protocol() if request.transport else None
        if isinstance(door, Door):
            door.asked()
        refusal = self._refusal(request)
        if refusal:
            return refusal
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = _plain(error.status, f"{error.status} {error.reason}\n")
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _refusal(self, request: web.Request) -> web.Response | None:
        """Refuse what is not a question of a browser on this machine that was sent to this address."""
        if request.headers.get("Host", "").lower() not in self._hosts:  # a foreign name that points to loopback (DNS rebinding)
            return _plain(421, f"This is not the host that was asked for: open {self.url}\n")
        if request.method not in {"GET", "HEAD"}:
            return _plain(405, "Only GET and HEAD are answered.\n", {"Allow": "GET, HEAD"})
        elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
        if elsewhere and request.headers.get("Sec-Fetch-Mode") != "navigate":  # a link may lead here, a script may not ask
            return _plain(403, "Other sites are not answered.\n")
        if self._view is None:
            return _plain(503, "There is nothing to show yet: ask again in a moment.\n", {"Retry-After": "1", "Refresh": "1"})
        return None

    @property
    def _shown(self) -> View:
        """The latest picture; ``_guard`` lets nobody here before there is one."""
        assert self._view is not None  # noqa: S101 (as above)
        return self._view

    async def _page(self, _: web.Request) -> web.StreamResponse:
        """Give the page."""
        return web.Response(text=page(self._shown), content_type="text/html")

    async def _json(self, _: web.Request) -> web.StreamResponse:
        """Give the picture as JSON."""
        return web.Response(text=as_json(self._shown), content_type="application/json")

    async def _metrics(self, _: web.Request) -> web.StreamResponse:
        """Give the picture as metrics."""
        ours = {"tasks": len(asyncio.all_tasks()), "blocks": sys.getallocatedblocks()}  # blocks: pieces of memory in use
        ours |= {"connections": len(self._opened), "following": self._following}
        return web.Response(body=metrics.as_metrics(self._shown, ours).encode(), headers={"Content-Type": metrics.TYPE})

    # ── those who follow ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Tell a browser every change, as Server-Sent Events, until it goes away, does not keep up, or we end."""
        if self._following >= MOST and request.method == "GET":
            return _plain(503, f"{MOST} pages follow already: close one.\n", {"Retry-After": "5"})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", **HEADERS})
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        self._following += 1
        try:
            await self._follow(request, response)
        except (TimeoutError, ConnectionError):
            if request.transport:
                request.transport.abort()
        finally:
            self._following -= 1
        return response

    async def _follow(self, request: web.Request, response: web.StreamResponse) -> None:
        """Send the latest picture whenever there is a new one; what came between two is left out."""
        if request.transport:
            request.transport.set_write_buffer_limits(high=HEAVY)
        told, version = None, 0
        await _send(response, f"retry: {RETRY}\n\n")
        while not self._over.is_set():
            news, view = self._news, self._shown
            if version == self._version:
                await _send(response, "event: beat\ndata:\n\n")
            else:
                version = self._version
                await _send(response, _event("view", {"html": self._latest(), "told": changed(told, view) if told else ""}))
                told = view
                await _wait(self._over, PAUSE * (4 if len(self._part) > HEAVY else 1))
            await _wait(news, BEAT)
        await _send(response, _event("end", {}))

    def _latest(self) -> str:
        """Give the part of the page that changes, drawn once for all who follow."""
        if not self._part:
            self._part = part(self._shown)
        return self._part


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for something to happen, but no longer than this."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _event(name: str, data: object) -> str:
    """Write an event (HTML, Server-sent events)."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _logger() -> logging.Logger:
    """Give where the server tells of its own faults; what others send it is none of them, and is answered with 400."""
    made = logging.getLogger("bgpcheck.web")
    made.addFilter(_our_fault)
    return made


def _our_fault(record: logging.LogRecord) -> bool:
    """Tell whether a record is about more than a request that is no HTTP."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


async def _send(response: web.StreamResponse, text: str) -> None:
    """Send, within limits."""
    async with asyncio.timeout(PATIENCE):
        await response.write(text.encode())


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    """Give a short text."""
    return web.Response(status=status, text=text, headers={**HEADERS, **(headers or {})})
