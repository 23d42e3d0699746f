"""Downloads from servers that do what they should, and from those that don't."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import pytest
from fetch.file_servers import Ftp, Web, etag
from fetch.servers import saying, serving

from bgpcheck.errors import FetchError
from bgpcheck.fetch.download import Downloader
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.http import Http
from bgpcheck.fetch.part import Limits, Order, Part
from bgpcheck.fetch.politeness import Politeness
from bgpcheck.formats.transfer import Version
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from pathlib import Path

    from fetch.servers import Handler

BODY = bytes(range(256)) * 400
OLD = BODY[:1000]
LIMITS = Limits(most=200_000, seconds=60, silence=60)
IMPATIENT = Limits(most=200_000, seconds=60, silence=0.3)
HURRIED = Limits(most=200_000, seconds=0.3, silence=60)
MD5 = f"MD5 (f) = {hashlib.md5(BODY).hexdigest()}\n".encode()  # noqa: S324 (what registries publish)


async def fetch(url: str, part: Part, known: Version = Version(), *, limits: Limits = LIMITS, digest: bool = False) -> Version | None:  # noqa: B008 (a value)
    guard = Guard.of(["127.0.0.1"])
    async with Http(guard, Politeness({})) as http:
        return await Downloader(guard, http).renew(url, Order(part, known, limits, lambda *_: None), digest=digest)


async def given_up(url: str, part: Part) -> None:
    """Give a download up when its half is there."""
    task = asyncio.create_task(fetch(url, part))
    while part.have < len(BODY) // 2:  # noqa: ASYNC110 (nobody tells of it)
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
def part(tmp_path: Path) -> Part:
    return Part(tmp_path / "f.part")


# ── HTTPS ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_file_and_then_only_what_is_new(part: Part) -> None:
    web = Web({"/f": OLD})
    async with serving(web) as port:
        url = f"http://127.0.0.1:{port}/f"
        first = await fetch(url, part)
        assert first is not None
        assert (part.path.read_bytes(), first.size, first.etag) == (OLD, len(OLD), etag(OLD))
        part.drop()
        assert await fetch(url, part, first) is None
        assert web.asked[1][1]["if-none-match"] == first.etag
        assert web.asked[1][1]["if-modified-since"] == first.modified
        assert part.have == 0
        web.files["/f"] = BODY
        assert await fetch(url, part, first) is not None
    assert part.path.read_bytes() == BODY


# What goes wrong at each request → the bytes from which each request asks, in the same run.
RESUMED = [
    (["cut", ""], [0, len(BODY) // 2]),
    (["cut", "cut", ""], [0, len(BODY) // 2, len(BODY) * 3 // 4]),
    (["cut", "whole"], [0, len(BODY) // 2]),  # it ignores Range
    (["cut", "416", ""], [0, len(BODY) // 2, 0]),
    (["weak", ""], [0, 0]),  # no strong validator: nobody knows whether the rest would fit
    (["status 503 0", ""], [0, 0]),
    (["status 429 0", ""], [0, 0]),
]


@pytest.mark.parametrize(("faults", "starts"), RESUMED, ids=[" ".join(row[0]) for row in RESUMED])
async def test_a_download_goes_on(faults: list[str], starts: list[int], part: Part) -> None:
    web = Web({"/f": BODY}, {"/f": [*faults]})
    async with serving(web) as port:
        assert await fetch(f"http://127.0.0.1:{port}/f", part) is not None
    assert part.path.read_bytes() == BODY
    assert [int(headers.get("range", "bytes=0-")[6:-1]) for _, headers in web.asked] == starts


async def test_a_download_goes_on_in_another_run(part: Part) -> None:
    web = Web({"/f": BODY}, {"/f": ["hang", ""]})
    async with serving(web) as port:
        url = f"http://127.0.0.1:{port}/f"
        await given_up(url, part)
        assert await fetch(url, part) is not None
    assert part.path.read_bytes() == BODY
    assert web.asked[1][1]["range"] == f"bytes={len(BODY) // 2}-"


async def test_who_fails_without_progress_is_asked_once(part: Part) -> None:
    web = Web({"/f": BODY}, {"/f": ["hang", "status 500"]})
    async with serving(web) as port:
        url = f"http://127.0.0.1:{port}/f"
        await given_up(url, part)
        with pytest.raises(FetchError, match="answers 500"):
            await fetch(url, part)
    assert len(web.asked) == 2
    assert part.have == len(BODY) // 2


async def test_another_version_begins_anew(part: Part) -> None:
    web = Web({"/f": BODY}, {"/f": ["hang", ""]})
    async with serving(web) as port:
        url = f"http://127.0.0.1:{port}/f"
        await given_up(url, part)
        web.files["/f"] = BODY[::-1]
        assert await fetch(url, part) is not None
    assert "range" in web.asked[1][1]
    assert part.path.read_bytes() == BODY[::-1]


@pytest.mark.parametrize("told", ["", "{}", "[" * 100_000, '{"etag": "x", "modified": 5, "size": 7, "strong": ""}', '"x"', "{"])
def test_a_version_that_nobody_wrote_down_so_is_none(told: str, part: Part) -> None:
    part.begin(Version("x"))
    assert part.version == Version("x")
    part.path.with_name(f"{part.path.name}.json").write_text(told)
    assert part.version == Version()


FAULTS = {
    "cut for ever": (["cut", "cut", "cut"], LIMITS, GapReason.UNREACHABLE),
    "404": (["status 404"], LIMITS, GapReason.UNREACHABLE),
    "500": (["status 500"], LIMITS, GapReason.UNREACHABLE),
    "206 without a question": (["status 206"], LIMITS, GapReason.UNREACHABLE),
    "304 without a question": (["status 304"], LIMITS, GapReason.UNREACHABLE),
    "429 without a word": (["status 429"], LIMITS, GapReason.RATE_LIMITED),
    "429 for an hour": (["status 429 3600"], LIMITS, GapReason.RATE_LIMITED),
    "429 again and again": (["status 429 0"], LIMITS, GapReason.RATE_LIMITED),
    "another beginning": (["cut", "wrong-start"], LIMITS, GapReason.MALFORMED),
    "another length": (["cut", "wrong-total"], LIMITS, GapReason.MALFORMED),
    "no range": (["cut", "no-range"], LIMITS, GapReason.MALFORMED),
    "the rest of another version": (["cut", "another"], LIMITS, GapReason.MALFORMED),
    "less than it says": (["cut", "short-range", "short-range"], LIMITS, GapReason.UNREACHABLE),
    "endless": (["endless"], LIMITS, GapReason.MALFORMED),
    "too long by its own words": (["hang"], Limits(most=100_000, seconds=60, silence=0.3), GapReason.MALFORMED),
    "silent": (["hang", "hang", "hang"], IMPATIENT, GapReason.TIMEOUT),
    "slow": (["hang"], HURRIED, GapReason.TIMEOUT),
    "to loopback": (["to http://127.0.0.2/"], LIMITS, GapReason.MALFORMED),
    "to a file": (["to file:///etc/passwd"], LIMITS, GapReason.MALFORMED),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_faults_of_the_web(case: str, part: Part) -> None:
    faults, limits, reason = FAULTS[case]
    web = Web({"/f": BODY}, {"/f": [*faults]})
    async with serving(web) as port:
        with pytest.raises(FetchError) as caught:
            await fetch(f"http://127.0.0.1:{port}/f", part, limits=limits)
    assert caught.value.reason == reason, caught.value
    assert len(web.asked) <= max(len(faults), 2)
    if reason == GapReason.MALFORMED:
        assert part.have == 0


async def test_nobody_there(part: Part) -> None:
    async with serving(saying(b"")) as port:
        pass
    for scheme in ("http", "ftp"):
        with pytest.raises(FetchError) as caught:
            await fetch(f"{scheme}://127.0.0.1:{port}/f", part)
        assert caught.value.reason == GapReason.UNREACHABLE


DIGESTS = {
    "right": (MD5, [""], ""),
    "of the day's file": (MD5.replace(b"(f)", b"(f-20261101)"), [""], ""),
    "missing": (None, [""], ""),
    "gone": (b"", ["status 410"], ""),
    "wrong": (MD5.replace(b"= ", b"= 0")[:-2] + b"\n", [""], "has another MD5 than the registry says"),
    "a page": (b"<html>", [""], "the .md5 beside it is no MD5 of a file"),
    "an error": (b"", ["status 500"], "its MD5 can't be had: the server answers 500"),
}


@pytest.mark.parametrize("case", DIGESTS)
async def test_digests(case: str, part: Part) -> None:
    text, faults, says = DIGESTS[case]
    web = Web({"/f": BODY} | ({"/f.md5": text} if text is not None else {}), {"/f.md5": faults})
    async with serving(web) as port:
        url = f"http://127.0.0.1:{port}/f"
        if says:
            with pytest.raises(FetchError, match=says):
                await fetch(url, part, digest=True)
        else:
            assert await fetch(url, part, digest=True) is not None
    assert [path for path, _ in web.asked] == ["/f", "/f.md5"]


async def test_few_at_once_of_one_host(tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(8)]
    web, guard = Web(dict.fromkeys(paths, b"x"), {path: ["slow"] for path in paths}), Guard.of(["127.0.0.1"])
    async with serving(web) as port, Http(guard, Politeness({})) as http:
        one = Downloader(guard, http)
        orders = [(path, Order(Part(tmp_path / f"{path[1:]}.part"), Version(), LIMITS, lambda *_: None)) for path in paths]
        await asyncio.gather(*(one.renew(f"http://127.0.0.1:{port}{path}", order, digest=False) for path, order in orders))
    assert web.most == 2
    assert len(web.asked) == len(paths)


# ── FTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_file_over_ftp_and_then_only_what_is_new(part: Part) -> None:
    ftp = Ftp({"/pub/f": OLD})
    async with serving(ftp) as port:
        url = f"ftp://127.0.0.1:{port}/pub/f"
        first = await fetch(url, part)
        assert first == Version(modified=ftp.modified, size=len(OLD))
        assert part.path.read_bytes() == OLD
        assert ftp.said[:2] == ["USER anonymous", "PASS anonymous@"]
        assert ftp.named  # it named another address for the data, and they came from its own
        part.drop()
        assert await fetch(url, part, first) is None
        assert sum(line.startswith("RETR") for line in ftp.said) == 1
        for change in ({"/pub/f": BODY}, {"/pub/f": OLD}):
            ftp.files.update(change)
            ftp.modified = "20261102060000"
            assert await fetch(url, part, first) is not None
            assert part.path.read_bytes() == change["/pub/f"]


# Faults, commands that are lacking → the places from which it is asked to go on.
FTP_RESUMED = [
    (["cut", ""], (), [len(BODY) // 2]),
    (["cut", "cut", ""], (), [len(BODY) // 2, len(BODY) * 3 // 4]),
    (["cut", ""], ("REST",), [len(BODY) // 2]),
    ([""], ("SIZE", "MDTM"), []),
    ([""], ("MDTM",), []),
]


@pytest.mark.parametrize(("faults", "lacks", "starts"), FTP_RESUMED, ids=[" ".join((*row[0], *row[1])) for row in FTP_RESUMED])
async def test_a_download_over_ftp_goes_on(faults: list[str], lacks: tuple[str, ...], starts: list[int], part: Part) -> None:
    ftp = Ftp({"/f": BODY}, [*faults], frozenset(lacks))
    async with serving(ftp) as port:
        found = await fetch(f"ftp://127.0.0.1:{port}/f", part)
    assert part.path.read_bytes() == BODY
    assert found is not None
    assert found.size == len(BODY)
    assert [int(line.split()[1]) for line in ftp.said if line.startswith("REST")] == starts


async def test_a_welcome_in_any_language(part: Part) -> None:
    async with serving(Ftp({"/f": BODY}, welcome=b"220-\xbfqu\xe9 tal?\r\n220 \xe7a va\r\n")) as port:
        assert await fetch(f"ftp://127.0.0.1:{port}/f", part) is not None


async def test_another_version_over_ftp_begins_anew(part: Part) -> None:
    ftp = Ftp({"/f": BODY}, ["hang", ""])
    async with serving(ftp) as port:
        url = f"ftp://127.0.0.1:{port}/f"
        await given_up(url, part)
        ftp.files["/f"], ftp.modified = BODY[::-1], "20261102060000"
        assert await fetch(url, part) is not None
    assert part.path.read_bytes() == BODY[::-1]


async def hanging_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def ftp_that(*faults: str, **more: bytes) -> Ftp:
    return Ftp({"/f": BODY}, [*faults], **more)  # type: ignore[arg-type]


FTP_FAULTS: dict[str, tuple[Handler, Limits, GapReason]] = {
    "no such file": (Ftp({}), LIMITS, GapReason.UNREACHABLE),
    "cut for ever": (ftp_that("cut", "cut", "cut"), LIMITS, GapReason.UNREACHABLE),
    "done before the end": (ftp_that("short", "short", "short"), LIMITS, GapReason.UNREACHABLE),
    "busy": (ftp_that("busy"), LIMITS, GapReason.RATE_LIMITED),
    "too long by its own words": (ftp_that(""), Limits(most=1000, seconds=60, silence=60), GapReason.MALFORMED),
    "endless": (Ftp({"/f": BODY}, ["endless"], frozenset({"SIZE"})), LIMITS, GapReason.MALFORMED),
    "silent": (ftp_that("hang", "hang", "hang"), IMPATIENT, GapReason.TIMEOUT),
    "slow": (ftp_that("hang"), HURRIED, GapReason.TIMEOUT),
    "another protocol": (ftp_that("", welcome=b"HELLO\r\n"), LIMITS, GapReason.MALFORMED),
    "refuses": (ftp_that("", welcome=b"530 not you\r\n"), LIMITS, GapReason.UNREACHABLE),
    "full": (ftp_that("", welcome=b"421 too many of you\r\n"), LIMITS, GapReason.RATE_LIMITED),
    "a welcome without end": (ftp_that("", welcome=b"220-\r\n" + b" hello\r\n" * 100_000), LIMITS, GapReason.MALFORMED),
    "a port that there is not": (ftp_that("", passive=b"227 here (127,0,0,1,256,0)"), LIMITS, GapReason.MALFORMED),
    "a port beyond all numbers": (ftp_that("", passive=b"227 here (127,0,0,1,%b,0)" % (b"9" * 40)), LIMITS, GapReason.MALFORMED),
    "hangs up": (hanging_up, LIMITS, GapReason.UNREACHABLE),
    "never speaks": (saying(b"", hang=True), HURRIED, GapReason.TIMEOUT),
}


@pytest.mark.parametrize("case", FTP_FAULTS)
async def test_faults_of_ftp(case: str, part: Part) -> None:
    handler, limits, reason = FTP_FAULTS[case]
    async with serving(handler) as port:
        with pytest.raises(FetchError) as caught:
            await fetch(f"ftp://127.0.0.1:{port}/f", part, limits=limits)
    assert caught.value.reason == reason, caught.value


async def test_no_command_hides_in_an_address(part: Part) -> None:
    ftp = Ftp({"/f": BODY})
    async with serving(ftp) as port:
        with pytest.raises(FetchError):
            await fetch(f"ftp://127.0.0.1:{port}/f%0d%0aDELE%20f", part)
    assert not [line for line in ftp.said if "DELE" in line]
