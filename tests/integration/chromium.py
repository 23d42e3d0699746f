"""Headless Chromium, driven by its DevTools protocol: started on loopback, ended by its pid."""

from __future__ import annotations

import asyncio
import base64
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from integration.daemons import Process, daemon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SECONDS = 60  # that anything may take


class Page:
    """One page. ``events``: what the browser told about it, as (method, parameters)."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._socket, self._session, self._number = socket, session, 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.events: list[tuple[str, dict[str, Any]]] = []

    async def listen(self) -> None:
        """Take in what the browser says, until it ends."""
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            else:
                self.events.append((said["method"], said.get("params", {})))

    async def call(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 (what the method takes)
        """Call a method of the protocol."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        session = {"sessionId": self._session} if self._session else {}
        await self._socket.send_json({"id": self._number, "method": method, "params": params, **session})
        said = await asyncio.wait_for(answer, SECONDS)
        assert "error" not in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def run(self, script: str) -> Any:  # noqa: ANN401 (what the script gives)
        """Give what an expression gives, promises awaited."""
        said = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(SECONDS):
            while not await self.run(f"Boolean({script})"):  # noqa: ASYNC110 (the browser has no event for it)
                await asyncio.sleep(0.05)

    async def open(self, url: str) -> None:
        """Open an address, and wait until the page is there."""
        await self.call("Page.navigate", url=url)
        await self.until(f"document.readyState === 'complete' && location.href.startsWith({url!r})")

    async def press(self, key: str, code: int) -> None:
        """Press a key and let go of it."""
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    async def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Be a screen of a size."""
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)

    async def look(self, *, dark: bool = False, paper: bool = False) -> None:
        """Be a screen in light or dark, or paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])

    async def shot(self, file: Path) -> None:
        """Write what is to be seen as a picture."""
        said = await self.call("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(said["data"]))

    async def paper(self, file: Path, width: float = 8.27, height: float = 11.69) -> None:
        """Write the page as PDF, on paper of a size in inches (A4)."""
        said = await self.call("Page.printToPDF", printBackground=False, paperWidth=width, paperHeight=height)
        await asyncio.to_thread(file.write_bytes, base64.b64decode(said["data"]))


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """Run Chromium with its files in ``folder``; gives an empty page whose network, console and errors are told."""
    port = folder / "profile" / "DevToolsActivePort"
    argv = [
        daemon("chromium"), "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder / 'profile'}", "--no-first-run",
        "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-extensions", "--no-default-browser-check", "--hide-scrollbars", *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    env = {**os.environ, "HOME": str(folder)}
    with Process(
        argv, log=folder / "chromium.log", ready=lambda: port.is_file() and port.read_text().count("\n"), env=env, seconds=SECONDS
    ):
        number, path = port.read_text().split()[:2]
        async with aiohttp.ClientSession() as http, http.ws_connect(f"http://127.0.0.1:{number}{path}", max_msg_size=0) as socket:
            outer = Page(socket, "")
            listening = asyncio.create_task(outer.listen())
            target = (await outer.call("Target.createTarget", url="about:blank"))["targetId"]
            session = (await outer.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
            page = Page(socket, session)
            page.events, page._answers, page._number = outer.events, outer._answers, 1000  # noqa: SLF001 (one socket for both)
            for part in ("Page", "Runtime", "Network", "Log"):
                await page.call(f"{part}.enable")
            yield page
            listening.cancel()
