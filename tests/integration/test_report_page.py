"""The report in a real browser: it stands alone, every word leads to its lines, nothing of a registry runs, and axe finds no fault."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import hostile
import pytest
from bundles import NOW, ROOT
from integration.chromium import browser
from integration.daemons import daemon, node_package
from integration.test_page import ACTING, ENTER, TAB
from registry import Registry

from bgpcheck import api
from bgpcheck.evidence.bundle import unpack
from bgpcheck.render.report import as_html

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from integration.chromium import Page

pytestmark = pytest.mark.daemon
WIDTHS = (320, 390, 768, 1280)
MANY = 200
AXE = "axe.run().then(all => JSON.stringify([all.passes.length, all.violations.map(one => [one.id, one.nodes[0].html])]))"
VERDICTS = ("configured", "validation-needed", "manual-validation", "undetermined")


def tour() -> api.Outcomes:
    """Every verdict, and a circuit."""
    return api.check_sync(api.Options(preflight=str(ROOT / "configs" / "preflight" / "tour.yaml"), now=NOW))


def many(folder: Path) -> api.Outcomes:
    """Two hundred prefixes with a full evidence set: five files of delegations, eight registries, ROAs, registrations of both sides."""
    prefixes = [f"193.0.{at // 16}.{at % 16 * 16}/28" for at in range(MANY)]
    org = "org: ORG-ONE1-RIPE\nmnt-by: ONE-MNT\nsource: RIPE"
    made = Registry(
        rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "NL|ipv4|193.0.0.0|4096|19930901|allocated|two"]},
        vrps=[f"{one} AS3333" for one in prefixes],
        routes={
            "RIPE": [f"{one} AS{3333 if at % 3 else 1103} ONE-MNT" for at, one in enumerate(prefixes)],
            "RADB": [f"{one} AS3333 MAINT-ONE" for one in prefixes],
            "NTTCOM": [f"{one} AS3333 MAINT-ONE" for one in prefixes],
        },
        objects={
            "RIPE": [
                f"inetnum: 193.0.0.0 - 193.0.15.255\nnetname: NL-ONE\nstatus: ALLOCATED PA\n{org}",
                *(f"inetnum: 193.0.{third}.0 - 193.0.{third}.255\nnetname: NL-{third}\nstatus: ASSIGNED PA\n{org}" for third in range(16)),
                f"aut-num: AS3333\nas-name: ONE\n{org}",
                "organisation: ORG-ONE1-RIPE\norg-name: Example One B.V.\nmnt-by: ONE-MNT\nsource: RIPE",
            ]
        },
    )
    data = str(made.write(folder / "registry"))
    return api.check_sync(api.Options(peer_asn=3333, registry="RIPENCC", prefixes=tuple(prefixes), registry_data=data, now=NOW))


@asynccontextmanager
async def opened(folder: Path, bundle: bytes) -> AsyncIterator[Page]:
    """Unpack a bundle and open its report; at the end nothing went wrong in the browser, and it asked for no other file."""
    daemon("chromium")
    for name, content in unpack(bundle).items():
        place = folder / "bundle" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    url = (folder / "bundle" / "report.html").as_uri()
    async with browser(folder) as page:
        await page.size(1280, 900)
        await page.open(url)
        yield page
        asked = {params["request"]["url"].partition("#")[0] for method, params in page.events if method == "Network.requestWillBeSent"}
        assert asked == {url}
        wrong = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"}
        assert not [event for event in page.events if event[0] in wrong]


async def fits(page: Page) -> None:
    """At no width does the page itself scroll sideways."""
    for width in WIDTHS:
        await page.size(width, 844, phone=width < 700)
        assert await page.run("document.documentElement.scrollWidth <= innerWidth"), width
    await page.size(1280, 900)


async def test_every_word_of_the_matrix_opens_its_lines(tmp_path: Path) -> None:
    async with opened(tmp_path, tour().bundle()) as page:
        assert await page.run("document.scripts.length + document.querySelectorAll('link,img,iframe,object,form').length") == 0
        links = "[...document.querySelectorAll('.matrix td a')]"
        count = await page.run(f"{links}.length")
        assert count == 36
        for at in range(count):
            await page.run(f"{links}[{at}].click()")
            await page.until(f"document.querySelector(':target') === document.getElementById({links}[{at}].hash.slice(1))")
            await page.until("document.querySelector(':target').checkVisibility()")
            assert await page.run(f"document.querySelector(':target h4 span').textContent === {links}[{at}].textContent")
            assert await page.run("document.querySelectorAll(':target pre, :target p').length") >= 2
        await fits(page)


async def test_the_keyboard_is_enough(tmp_path: Path) -> None:
    async with opened(tmp_path, tour().bundle()) as page:
        await page.press(*TAB)
        assert await page.run("document.activeElement.className") == "scroll"
        await page.press(*TAB)
        await page.press(*TAB)
        assert await page.run("document.activeElement.textContent") == "✔ agrees"
        await page.press(*ENTER)
        await page.until("document.querySelector(':target').checkVisibility()")
        await page.press(*TAB)  # goes on from what was opened
        assert await page.run("document.activeElement.closest('.entry') !== null")


async def test_two_hundred_prefixes(tmp_path: Path) -> None:
    """The report stays below 2 MB, and the page answers at once: the browser needs no second longer for a click than for a small page."""
    bundle = many(tmp_path).bundle()
    assert len(unpack(bundle)["report.html"]) < 2_000_000
    async with opened(tmp_path, bundle) as page:
        assert await page.run("document.querySelectorAll('.matrix tbody tr').length") == MANY
        await page.run("[...document.querySelectorAll('.matrix td a')].at(-1).click()")
        await page.until("document.querySelector(':target').checkVisibility()")
        await fits(page)


@pytest.mark.parametrize("name", ACTING)
async def test_nothing_of_a_registry_runs(name: str, tmp_path: Path) -> None:
    async with opened(tmp_path, hostile.outcomes(hostile.TEXTS[name], tmp_path / "case").bundle()) as page:
        await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await page.run("document.scripts.length + document.images.length") == 0
        assert await page.run("document.querySelectorAll('[onerror],[onmouseover],b').length") == 0
        await fits(page)


async def test_axe_finds_no_fault(tmp_path: Path) -> None:
    """axe-core's rules, the best practices among them, wide and on a phone, in light, dark and on paper, everything opened."""
    axe = (node_package("axe-core") / "axe.min.js").read_text()
    for at, made in enumerate((tour(), many(tmp_path / "many"))):
        async with opened(tmp_path / str(at), made.bundle()) as page:
            await page.run(axe)
            await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
            for width, dark, paper in (
                (1280, False, False),
                (390, False, False),
                (1280, True, False),
                (390, True, False),
                (1280, False, True),
            ):
                await page.size(width, 900)
                await page.look(dark=dark, paper=paper)
                said = await page.run(AXE)
                assert said.endswith(",[]]"), (width, dark, paper, said[:2000])
                assert not said.startswith("[0,")


async def test_pictures_of_it(tmp_path: Path) -> None:
    """They are looked at by whoever changes the report: BGPCHECK_SHOTS names the folder."""
    shots = Path(os.environ.get("BGPCHECK_SHOTS") or tmp_path / "shots")
    await asyncio.to_thread(shots.mkdir, parents=True, exist_ok=True)
    async with opened(tmp_path, tour().bundle()) as page:
        await page.size(1280, 3000)
        await page.look()
        await page.shot(shots / "report-wide.png")
        await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        await page.look(dark=True)
        await page.shot(shots / "report-dark.png")
        await page.look(paper=True)
        await page.shot(shots / "report-print.png")
        await page.paper(shots / "report-a4.pdf", 8.27, 11.69)
        await page.paper(shots / "report-letter.pdf", 8.5, 11)
        await page.look()
        await page.size(390, 3000, phone=True)
        await page.shot(shots / "report-phone.png")
    found = [file.stat().st_size for file in await asyncio.to_thread(lambda: list(shots.glob("report-*")))]
    assert len(found) == 6
    assert min(found) > 10_000


def test_as_html_says_the_same_without_a_bundle() -> None:
    made = tour()
    alone = as_html([made.result], told=[made.told])
    assert all(f"verdict {one}" in alone for one in VERDICTS)
