"""The page of a lab in a real browser: it follows, keeps what its reader does, runs nothing of a view, and asks nobody else."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import hostile
import pytest
import views
from integration.chromium import browser
from integration.daemons import Process, daemon, free_port, listening

from bgpcheck.sinks.web import Web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from integration.chromium import Page

    from bgpcheck.lab.view import View

pytestmark = pytest.mark.daemon
LIVE = "document.querySelector('.link.live')"
ACTING = {
    name: hostile.TEXTS[name]
    for name in (
        "a script", "an image", "an attribute", "the end of a style", "a comment", "colours", "right to left", "nothing to see", "a NUL",
        "half a character", "emoji", "accents without end", "a hundred thousand",
    )
}  # fmt: skip
TAB, ENTER = ("Tab", 9), ("Enter", 13)


def dangerous() -> View:
    """Two hundred prefixes of a router that wrote what it could wherever it could."""
    texts = list(ACTING.values())
    rows = tuple(
        replace(one, reason=texts[at % len(texts)], why=texts[at % len(texts)], next=texts[at % len(texts)], heard=(
            replace(views.heard("primary", texts[at % len(texts)][:300]), communities=(texts[at % len(texts)],)), views.heard("secondary")))
        for at, one in enumerate(views.large().prefixes)
    )  # fmt: skip
    sessions = tuple(replace(views.SESSIONS[0], peer=text, last=text, explanation=text) for text in texts)
    return views.view(title=texts[1], answer=texts[0], next=texts[2], prefixes=rows, sessions=(*views.SESSIONS, *sessions))


@asynccontextmanager
async def opened(folder: Path, view: View) -> AsyncIterator[tuple[Web, Page]]:
    """Serve a view and open it; at the end nothing went wrong in the browser, and nothing left the page's origin."""
    daemon("chromium")
    async with Web.serve(0) as web, browser(folder) as page:
        web.show(view)
        await page.size(1280, 900)
        await page.open(web.url)
        await page.until(LIVE)
        yield web, page
        asked = [params["request"]["url"] for method, params in page.events if method == "Network.requestWillBeSent"]
        assert asked
        assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(web.url).netloc}
        wrong = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"}
        assert not [event for event in page.events if event[0] in wrong]


async def test_it_follows_and_keeps_what_its_reader_does(tmp_path: Path) -> None:
    async with opened(tmp_path, views.view()) as (web, page):
        await page.run("window.mark = 'the same page'")
        for _ in range(4):  # past the link that skips, to the third prefix
            await page.press(*TAB)
        await page.press(*ENTER)
        focused = "document.activeElement.closest('details')?.dataset.key"
        assert await page.run(f"document.activeElement.tagName + ' ' + {focused}") == "SUMMARY why 193.0.10.0/23"
        opened_now = "[...document.querySelectorAll('details[open]')].map(one => one.dataset.key).join()"
        assert await page.run(opened_now) == "why 193.0.10.0/23"

        rows = (views.row("11.0.0.0/24"), *reversed(views.ROWS[1:]))  # another first, the others turned round, one gone
        judged = tuple(replace(one, verdict="configured", reason="route-object-exact") if one.verdict is None else one for one in rows)
        web.show(views.view(prefixes=judged, title="renamed"))
        await page.until("document.title.includes('renamed')")
        keys = "[...document.querySelectorAll('.prefixes tbody tr')].map(one => one.dataset.key).join()"
        assert await page.run(keys) == ",".join(one.prefix for one in judged)
        assert await page.run(focused) == "why 193.0.10.0/23"
        assert await page.run(opened_now) == "why 193.0.10.0/23"
        assert await page.run("document.querySelector('details[open] summary').textContent") == "route-object-exact of 193.0.10.0/23"
        assert await page.run("window.mark") == "the same page"
        await page.until("document.getElementById('told').textContent.includes('193.0.10.0/23: configured.')")

        web.show(views.view(prefixes=views.ROWS[:1]))  # what was focused is gone: its part of the page is focused
        await page.until("document.querySelectorAll('.prefixes tbody tr').length === 1")
        assert await page.run("document.activeElement.id") == "prefixes"


async def test_nothing_of_a_view_runs_and_a_phone_shows_all_of_it(tmp_path: Path) -> None:
    async with opened(tmp_path, dangerous()) as (web, page):
        web.show(replace(dangerous(), findings=()))
        await page.until("!document.getElementById('blockers')")
        assert await page.run("document.querySelectorAll('.prefixes tbody tr').length") == 200
        assert await page.run("document.scripts.length") == 1
        assert await page.run("document.images.length + document.querySelectorAll('[onerror],[onmouseover],b,i').length") == 0
        await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in (320, 390, 768, 1280):
            await page.size(width, 844, phone=width < 700)
            assert await page.run("document.documentElement.scrollWidth <= innerWidth"), width


PROGRAM = """
import asyncio, sys, views
from bgpcheck.sinks.web import Web
async def main():
    async with Web.serve(int(sys.argv[1])) as web:
        web.show(views.view(title=sys.argv[2]))
        await asyncio.Event().wait()
asyncio.run(main())
"""


def serving(folder: Path, port: int, title: str) -> Process:
    """A process of its own that serves a page."""
    argv = [sys.executable, "-c", PROGRAM, str(port), title]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return Process(argv, log=folder / f"{title}.log", ready=lambda: listening(port), env=env, seconds=60)


async def test_it_says_when_bgpcheck_is_lost_and_when_it_ended(tmp_path: Path) -> None:
    port, state = free_port(), "document.getElementById('link').textContent"
    async with browser(tmp_path) as page:
        with serving(tmp_path, port, "killed") as child:
            await page.open(f"http://127.0.0.1:{port}/")
            await page.until(LIVE)
            child.kill()
            await page.until(f"{state}.startsWith('Connection to bgpcheck lost at ')")
            assert "193.0.8.0/24" in await page.run("document.body.innerText")
        async with Web.serve(port) as web:
            web.show(views.view(title="back"))
            await page.until(f"{LIVE} && document.title.includes('back')")
        await page.until(f"{state}.startsWith('bgpcheck ended at ')")
        assert "193.0.8.0/24" in await page.run("document.body.innerText")


async def test_without_scripts_the_page_loads_itself_anew(tmp_path: Path) -> None:
    daemon("chromium")
    async with Web.serve(0) as web, browser(tmp_path) as page:
        web.show(views.view())
        await page.call("Emulation.setScriptExecutionDisabled", value=True)
        await page.call("Page.navigate", url=web.url)
        await page.until("document.body && document.body.innerText.includes('loads itself anew')")
        web.show(views.good())
        await page.until("document.querySelector('header.configured')")


async def test_pictures_of_it(tmp_path: Path) -> None:
    """They are looked at by whoever changes the page: BGPCHECK_SHOTS names the folder."""
    shots = Path(os.environ.get("BGPCHECK_SHOTS") or tmp_path / "shots")
    await asyncio.to_thread(shots.mkdir, parents=True, exist_ok=True)
    async with opened(tmp_path, views.view()) as (web, page):
        await page.look()
        await page.shot(shots / "wide.png")
        await page.look(dark=True)
        await page.run("document.querySelectorAll('details')[1].open = true")
        await page.shot(shots / "dark.png")
        await page.look(paper=True)
        await page.shot(shots / "print.png")
        await page.paper(shots / "print.pdf")
        await page.look()
        await page.size(390, 844, phone=True)
        await page.shot(shots / "phone.png")
        await page.size(1280, 900)
        web.show(dangerous())
        await page.until("document.querySelectorAll('.prefixes tbody tr').length === 200")
        await page.shot(shots / "hostile.png")
    found = [file.stat().st_size for file in await asyncio.to_thread(lambda: list(shots.iterdir()))]
    assert len(found) >= 6
    assert min(found) > 10_000
