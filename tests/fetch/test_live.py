"""``check --live`` against registries on loopback: what the files say, asked for; and what silence does."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fetch.registry_servers import registries
from fetch.servers import CERTIFICATE, http, itself, page, resetting, saying, serving
from formats.test_rtr import begin, end, prefix

from bgpcheck import api
from bgpcheck.engine import replay
from bgpcheck.evidence import bundle, statement
from bgpcheck.fetch.nothing import NoFetcher
from bgpcheck.fetch.registries import Asking, network
from bgpcheck.model import Prefix
from bgpcheck.render.csv import as_csv
from bgpcheck.sources.base import Request
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of

if TYPE_CHECKING:
    from fetch.servers import Handler

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "fixtures" / "registry"
NOW = "2026-11-02T00:00:00Z"
PAIRS = [
    ("193.0.0.0/21", 3333), ("193.0.10.0/24", 3333), ("193.0.14.0/23", 3333), ("192.87.0.0/16", 3333), ("192.87.0.0/16", 1103),
    ("84.205.64.0/19", 12654), ("2001:67c:2e8::/48", 3333), ("1.1.1.0/24", 13335), ("193.0.22.0/23", 3333), ("10.0.0.0/8", 3333),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def options(prefix: str, asn: int) -> api.Options:
    return api.Options(prefixes=[prefix], peer_asn=asn, registry_data=str(FOLDER), now=NOW)


def words(outcomes: api.Outcomes) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(as_csv([outcomes.result])))
    return row


@pytest.mark.parametrize(("prefix", "asn"), PAIRS)
async def test_live_says_what_the_files_say(prefix: str, asn: int, tmp_path: Path) -> None:
    async with registries(FOLDER, tmp_path / "sources.yaml"):
        live = await api.check(replace(options(prefix, asn), live=True, sources=str(tmp_path / "sources.yaml")))
    assert words(live) == words(await api.check(options(prefix, asn)))


async def test_of_questions_that_are_answered_no_task_is_kept(tmp_path: Path) -> None:
    """A lab asks for weeks: what it asked is over when it is answered."""
    async with registries(FOLDER, tmp_path / "sources.yaml"):
        settings = configs.settings(str(tmp_path / "sources.yaml"))
        async with network(settings, Asking(30)) as way:
            fetcher = way.fetcher(NoFetcher(), now_of(NOW))
            asked = [Request("rdap/ip", "193.0.0.0/21"), Request("rdap/ip", "9.9.9.0/24"), Request("rdap/autnum", "AS3333")]
            replies = await fetcher.fetch(asked)
            assert [isinstance(replies[one], tuple) for one in asked] == [True, True, True]
            assert way.tasks == set()


@pytest.mark.parametrize(
    ("lasting", "ripe", "radb", "rdap"),
    [(True, 30 * 60, 10 * 60, 30 * 60), (False, None, None, None)],  # whois.ripe.net is asked for registrations too: the longer time
)
async def test_a_run_of_days_may_ask_as_much_again(*, lasting: bool, ripe: int | None, radb: int | None, rdap: int | None) -> None:
    """Limits are a check's; of a lab they are for as long as ``recheckMinutes`` says."""
    async with network(configs.settings(), Asking(30, lasting=lasting)) as way:
        renewed = way.politeness.renewed
    assert [renewed.get(name) for name in ("whois.ripe.net:43", "whois.radb.net:43", "rdap.arin.net:443")] == [ripe, radb, rdap]


async def test_a_bundle_of_a_live_check_replays(tmp_path: Path) -> None:
    async with registries(FOLDER, tmp_path / "sources.yaml"):
        live = await api.check(replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "sources.yaml")))
    stored = statement.read(bundle.unpack(live.bundle()))
    again = await replay(stored)
    assert again.differences == ()
    assert any(one.uri.startswith("whois://127.0.0.1:") for reply in stored.replies.values() if isinstance(reply, tuple) for one in reply)


async def test_many_prefixes_cost_few_questions(tmp_path: Path) -> None:
    prefixes = [f"193.0.{number}.0/24" for number in range(32)]
    async with registries(FOLDER, tmp_path / "sources.yaml") as made:
        many = replace(options("193.0.0.0/21", 3333), prefixes=prefixes, live=True, sources=str(tmp_path / "sources.yaml"))
        live = await api.check(many)
    assert max(made.asked.values()) <= len(live.result.assessments)
    questions = [question for question in made.asked if question.startswith(("irrd !r", "whois", "rdap"))]
    assert len(questions) < 3 * len(prefixes)
    assert words_of(live) == words_of(await api.check(replace(many, live=False)))


def words_of(outcomes: api.Outcomes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv([outcomes.result]))))


async def test_nobody_answers(tmp_path: Path) -> None:
    """Silence is a gap for each source, and nothing is configured by it."""
    async with registries(FOLDER, tmp_path / "sources.yaml"):
        pass
    live = await api.check(replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "sources.yaml")))
    gaps = [gap for gap in live.result.to_json()["gaps"] if gap["source"].startswith(("irr/", "rdap/"))]
    assert {gap["reason"] for gap in gaps} == {"unreachable"}
    assert words(live)["verdict"] == "undetermined"
    assert (words(live)["irr"], words(live)["rpki"]) == ("unknown", "valid")


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read(1)
    await asyncio.sleep(3600)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    while True:
        writer.write(b"%")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    await drip(reader, writer)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


def saying_to(count: int, answer: bytes) -> Handler:
    """Read so many bytes, say something, and hang up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(count)
        writer.write(answer)
        await writer.drain()

    return handle


def patience(fault: str) -> float:
    """Seconds to wait: few where nothing comes, so that the test ends; else as many as a slow machine may need."""
    return 2.5 if fault in {"hangs", "a slow drip"} else 120.0


NOTICE = {"rdapConformance": [], "notices": [{"title": "Rate Limit Notice", "description": ["Query limit exceeded"]}]}
OTHER = {
    "objectClassName": "ip network",
    "startAddress": "8.8.8.0",
    "endAddress": "8.8.8.255",
    "ipVersion": "v4",
    "port43": "whois.ripe.net",
}
JSON = {"Content_Type": "application/rdap+json"}
WEB = {
    "hangs up": (saying(b""), "unreachable"),
    "resets": (resetting, "unreachable"),
    "hangs": (hang, "timeout"),
    "a slow drip": (drip_page, "timeout"),
    "no end": (flood, "malformed"),
    "no HTTP": (drip, "malformed"),
    "429": (http(lambda _: page(b"{}", "429 Too Many Requests")), "rate-limited"),
    "429, and later again": (http(lambda _: page(b"{}", "429 Too Many Requests", Retry_After="0")), "rate-limited"),
    "429, much later": (http(lambda _: page(b"{}", "429 Too Many Requests", Retry_After="86400")), "rate-limited"),
    "403": (http(lambda _: page(b"{}", "403 Forbidden")), "rate-limited"),
    "422": (http(lambda _: page(b"{}", "422 Unprocessable")), "rate-limited"),
    "500": (http(lambda _: page(b"{}", "500 Oops")), "unreachable"),
    "400": (http(lambda _: page(b"{}", "400 Bad Request")), "malformed"),
    "a notice": (http(lambda _: page(json.dumps(NOTICE).encode(), **JSON)), "rate-limited"),
    "HTML": (http(lambda _: page(b"<html>Welcome</html>", Content_Type="text/html")), "malformed"),
    "HTML that is not found": (http(lambda _: page(b"<html>404</html>", "404 Not Found")), "malformed"),
    "nothing": (http(lambda _: page(b"")), "malformed"),
    "a wrong object": (http(lambda _: page(b'{"objectClassName": "domain"}', **JSON)), "malformed"),
    "somebody else's": (http(lambda _: page(json.dumps(OTHER).encode(), **JSON)), "malformed"),
    "a found 404": (http(lambda _: page(b'{"errorCode": 404, "port43": "whois.ripe.net"}', **JSON)), "malformed"),
    "to loopback": (http(lambda _: page(b"", "302 Found", Location="http://127.0.0.9/")), "malformed"),
    "to itself": (http(lambda _: page(b"", "302 Found", Location="/ripencc/ip/193.0.0.0/21")), "malformed"),
    "cut": (http(lambda _: page(json.dumps(OTHER).encode())[:-9]), "unreachable"),
    "a bad certificate": (http(lambda _: page(b"{}")), "unreachable"),
}
RIPE = {
    "hangs up": (saying(b""), "unreachable"),
    "resets": (resetting, "unreachable"),
    "hangs": (hang, "timeout"),
    "a slow drip": (drip, "timeout"),
    "no end": (flood, "malformed"),
    "refuses": (saying(b"%ERROR:201: access denied for 127.0.0.1\n"), "rate-limited"),
    "another fault": (saying(b"%ERROR:110: multiple sources\n"), "malformed"),
    "HTML": (saying(b"<html>Welcome</html>\n"), "malformed"),
    "cut": (saying(b"route: 193.0.0.0/21\norigin: AS33"), "unreachable"),
    "an object that nobody can read": (saying(b"route: 193.0.0.0/2x\norigin: AS3333\nsource: RIPE\n\n\n"), "malformed"),
    "binary": (saying(b"\x00\x01\x02\n\n"), "malformed"),
}
IRRD = {
    "hangs up": (saying(b""), "unreachable"),
    "resets": (resetting, "unreachable"),
    "hangs": (hang, "timeout"),
    "a slow drip": (drip, "malformed"),
    "no end": (flood, "malformed"),
    "refuses": (saying(b"F Unknown source\n", hang=True), "malformed"),
    "has had enough": (saying(b"F Rate limit exceeded\n", hang=True), "rate-limited"),
    "HTML": (saying(b"<html>Welcome</html>\n", hang=True), "malformed"),
    "cut": (saying(b"A100\nroute: 193.0.0.0/21\n"), "unreachable"),
}
FAULTS: dict[str, dict[str, tuple[Handler, str]]] = {"web": WEB, "ripe": RIPE, "irrd": IRRD}
MATRIX = [(place, fault) for place, faults in FAULTS.items() for fault in faults]
SEEN: dict[tuple[str, str], str] = {}  # what the matrix came to
KINDS = {"web": ("rdap/",), "ripe": ("irr/RIPE", "irr/APNIC", "irr/AFRINIC"), "irrd": ("irr/RADB", "irr/ARIN", "irr/ALTDB", "irr/LACNIC")}
SOURCES = {"web": ("rdap/ip", "rdap/autnum"), "ripe": KINDS["ripe"], "irrd": KINDS["irrd"]}
FACTS = {"web": "holder", "ripe": "irr", "irrd": "irr"}


@pytest.mark.parametrize(("place", "fault"), MATRIX)
async def test_every_fault_is_a_gap_in_time(place: str, fault: str, tmp_path: Path) -> None:
    handler, reason = FAULTS[place][fault]
    tls = itself() if fault == "a bad certificate" else None
    async with registries(FOLDER, tmp_path / "sources.yaml", tls=tls, **{place: handler}):
        asked = replace(
            options("193.0.0.0/21", 3333),
            registry_data=str(bulk(tmp_path)),
            live=True,
            deadline=patience(fault),
            sources=str(tmp_path / "sources.yaml"),
        )
        live = await api.check(asked)
    gaps = [gap for gap in live.result.to_json()["gaps"] if gap["source"].startswith(KINDS[place])]
    assert {gap["reason"] for gap in gaps} <= ({reason, "timeout"} if fault in {"no end", "a slow drip"} else {reason}), gaps
    assert {gap["source"] for gap in gaps} >= set(SOURCES[place])
    assert words(live)[FACTS[place]] == "unknown" or (place == "irrd" and words(live)["irr"] == "exact")
    assert words(live)["verdict"] == ("undetermined" if place == "ripe" else "configured")
    SEEN[{"web": "RDAP", "ripe": "whois (RIPE)", "irrd": "whois (IRRd)"}[place], fault] = gaps[0]["reason"]


def bulk(folder: Path) -> Path:
    """The folder without what is asked of live registries."""
    made = folder / "bulk"
    made.mkdir()
    for path in FOLDER.iterdir():
        if path.name.startswith(("delegated", "vrps")):
            (made / path.name).write_bytes(path.read_bytes())
    return made


EXPORT = (FOLDER / "vrps.json").read_bytes()


def rtr(vrps: list[dict[str, Any]]) -> Handler:
    """Serve VRPs over RTR, in version 1, to one question."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        rows = [(Prefix.parse(one["prefix"]), one["maxLength"], int(str(one["asn"]).removeprefix("AS"))) for one in vrps]
        writer.write(begin() + b"".join(prefix(*row) for row in dict.fromkeys(rows)) + end(1))
        await writer.drain()
        await reader.read()

    return handle


@pytest.mark.parametrize("kind", ["export", "rtr", "both"])
async def test_vrps_of_validators(kind: str, tmp_path: Path) -> None:
    """As from a file; two that agree are as good as one."""
    for path in FOLDER.iterdir():
        if path.is_file() and not path.name.startswith("vrps"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    async with serving(http(lambda _: page(EXPORT))) as web, serving(rtr(json.loads(EXPORT)["roas"])) as cache:
        urls = {"export": [f"http://127.0.0.1:{web}/vrps.json"], "rtr": [f"rtr://127.0.0.1:{cache}"]}
        asked = urls.get(kind, urls["export"] + urls["rtr"])
        async with registries(FOLDER, tmp_path / "sources.yaml", validators=asked):
            wanted = replace(options("193.0.10.0/24", 3333), registry_data=str(tmp_path), live=True, sources=str(tmp_path / "sources.yaml"))
            live = await api.check(wanted)
    assert words(live) == words(await api.check(options("193.0.10.0/24", 3333)))
    assert (await replay(statement.read(bundle.unpack(live.bundle())))).differences == ()


async def test_a_cache_without_a_port_is_asked_at_its_usual_one(tmp_path: Path) -> None:
    """RFC 8210 s7: 323. Whether anybody is there does not matter here: it is whom the plan names, and nobody else."""
    async with registries(FOLDER, tmp_path / "sources.yaml", validators=["rtr://127.0.0.1"]):
        wanted = replace(options("193.0.10.0/24", 3333), live=True, deadline=30, sources=str(tmp_path / "sources.yaml"))
        live = await api.check(wanted)
    assert live.tally
    assert live.tally.asked.get("127.0.0.1:323") == 1
    assert [gap["reason"] for gap in live.result.to_json()["gaps"] if gap["source"] == "vrps"] != ["malformed"]


VALIDATORS: dict[str, tuple[Handler, str]] = {
    "hangs up": (saying(b""), "unreachable"),
    "hangs": (hang, "timeout"),
    "a slow drip": (drip_page, "timeout"),
    "404": (http(lambda _: page(b"", "404 Not Found")), "unreachable"),
    "429": (http(lambda _: page(b"", "429 Too Many Requests")), "rate-limited"),
    "403": (http(lambda _: page(b"", "403 Forbidden")), "unreachable"),
    "500": (http(lambda _: page(b"", "500 Oops")), "unreachable"),
    "HTML": (http(lambda _: page(b"<html></html>")), "malformed"),
    "no VRPs": (http(lambda _: page(b'{"roas": []}')), "malformed"),
    "to loopback": (http(lambda _: page(b"", "302 Found", Location="http://127.0.0.9/")), "malformed"),
    "cut": (http(lambda _: page(EXPORT[: len(EXPORT) // 2])), "malformed"),
    "cut in transfer": (http(lambda _: page(EXPORT)[:-9]), "unreachable"),
    "not renewed": (http(lambda _: page(EXPORT.replace(b"2026-11-01", b"2026-10-25"))), "stale"),
}
CACHES: dict[str, tuple[Handler, str]] = {
    "hangs up": (saying_to(8, b""), "unreachable"),
    "hangs": (hang, "timeout"),
    "HTML": (saying_to(8, b"<html>Welcome</html>"), "malformed"),
    "no end": (saying_to(8, b"\x01\x03\x00\x00\xff\xff\xff\xff"), "malformed"),
    "no data yet": (saying_to(8, b"\x01\x0a\x00\x02\x00\x00\x00\x10" + bytes(8)), "missing"),
    "cut": (saying_to(8, begin() + prefix(Prefix.parse("193.0.0.0/21"), 21, 3333)), "unreachable"),
}


@pytest.mark.parametrize("fault", VALIDATORS)
@pytest.mark.parametrize("second", [False, True])
async def test_a_silent_validator_leaves_rpki_open(fault: str, tmp_path: Path, *, second: bool) -> None:
    """Also where another one answers: what only the silent one would have said is not known."""
    handler, reason = VALIDATORS[fault]
    async with serving(handler) as web, serving(rtr(json.loads(EXPORT)["roas"])) as cache:
        urls = [f"http://127.0.0.1:{web}/vrps.json", *([f"rtr://127.0.0.1:{cache}"] if second else [])]
        async with registries(FOLDER, tmp_path / "sources.yaml", validators=urls):
            wanted = replace(options("193.0.10.0/24", 3333), live=True, deadline=patience(fault), sources=str(tmp_path / "sources.yaml"))
            live = await api.check(wanted)
    assert [gap["reason"] for gap in live.result.to_json()["gaps"] if gap["source"] == "vrps"] == [reason]
    assert (words(live)["rpki"], words(live)["verdict"]) == ("unknown", "undetermined")
    SEEN["VRPs (HTTPS)", fault] = reason


@pytest.mark.parametrize("fault", CACHES)
async def test_a_silent_cache_leaves_rpki_open(fault: str, tmp_path: Path) -> None:
    handler, reason = CACHES[fault]
    async with serving(handler) as port, registries(FOLDER, tmp_path / "sources.yaml", validators=[f"rtr://127.0.0.1:{port}"]):
        wanted = replace(options("193.0.10.0/24", 3333), live=True, deadline=patience(fault), sources=str(tmp_path / "sources.yaml"))
        live = await api.check(wanted)
    assert [gap["reason"] for gap in live.result.to_json()["gaps"] if gap["source"] == "vrps"] == [reason]
    assert (words(live)["rpki"], words(live)["verdict"]) == ("unknown", "undetermined")
    SEEN["VRPs (RTR)", fault] = reason


@pytest.mark.parametrize("fault", RIPE)
async def test_a_silent_whois_leaves_the_holder_open(fault: str, tmp_path: Path) -> None:
    """Where RDAP keeps silent too."""
    handler, _ = RIPE[fault]
    async with registries(FOLDER, tmp_path / "sources.yaml", web=saying(b""), ripe=handler, whois=True):
        wanted = replace(options("193.0.0.0/21", 3333), registry_data=str(bulk(tmp_path)), live=True, deadline=patience(fault))
        live = await api.check(replace(wanted, sources=str(tmp_path / "sources.yaml")))
    gaps = [gap for gap in live.result.to_json()["gaps"] if gap["source"] == "rdap/ip"]
    if fault != "an object that nobody can read":  # of a route, which says nothing of holders
        assert {gap["reason"] for gap in gaps} <= {"unreachable", "timeout"}
        assert gaps
    assert words(live)["holder"] == "unknown"
    assert words(live)["verdict"] == "undetermined"
    SEEN["whois (RIR)", fault] = gaps[0]["reason"] if gaps else "nothing said"


async def test_a_certificate_that_can_be_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with registries(FOLDER, tmp_path / "sources.yaml", tls=itself()):
        live = await api.check(replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "sources.yaml")))
    assert words(live) == words(await api.check(options("193.0.0.0/21", 3333)))


async def test_answers_are_asked_for_once(tmp_path: Path) -> None:
    """From the cache the same is said; what is damaged, or not wanted, is asked for again."""
    asked = replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "sources.yaml"))
    async with registries(FOLDER, tmp_path / "sources.yaml") as made:
        first = await api.check(asked)
        count = made.asked.total()
        assert words(await api.check(asked)) == words(first)
        assert made.asked.total() == count
        again = await api.check(replace(asked, refresh=True))
        assert made.asked.total() == 2 * count
        for path in (tmp_path / "cache").rglob("*"):
            if path.is_file():
                assert path.stat().st_mode & 0o077 == 0
                path.write_bytes(path.read_bytes()[:-1] + b"x")
        assert words(await api.check(asked)) == words(again) == words(first)
        assert made.asked.total() > 2 * count
    assert words(await api.check(asked)) == words(first)  # nobody is there any more


def test_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed, so that a log of the tests shows what every fault came to: no row is ``configured`` by silence, as asserted above."""
    sources = sorted({source for source, _ in SEEN})
    rows = [("fault", *sources)]
    rows += [(fault, *(SEEN.get((source, fault), "") for source in sources)) for fault in dict.fromkeys(fault for _, fault in SEEN)]
    with capsys.disabled():
        sys.stdout.write("".join(f"\n{first:32}" + "".join(f"{one:14}" for one in rest) for first, *rest in rows) + "\n")
    assert all(len(row) == len(sources) + 1 for row in rows)
