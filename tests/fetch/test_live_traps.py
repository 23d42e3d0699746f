"""Answers that once made a live check say too much, or fall over: each as it was, and what is said now."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from fetch.registry_servers import NOTHING, registries, sources
from fetch.servers import http, page, saying, serving
from fetch.test_live import FOLDER, options, words

from bgpcheck import api
from bgpcheck.evidence import reading
from bgpcheck.evidence.document import Document
from bgpcheck.sources.base import Gap

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from fetch.servers import Handler


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def irrd(source: str, objects: bytes) -> Handler:
    """An IRRd where one source has objects around what is asked for, and no other has any."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chosen = ""
        while (line := (await reader.readline()).decode().strip()) not in {"", "!q"}:
            if line == "!s-lc":
                writer.write(b"A%d\n%s\nC\n" % (len(chosen) + 1, chosen.encode()))
                continue
            chosen = line[2:] if line.startswith("!s") else chosen
            found = line.startswith("!r") and line.endswith("L") and chosen == source
            if line != "!!":
                answer = b"A%d\n%sC\n" % (len(objects), objects) if found else b"D\n" if line.startswith("!r") else b"C\n"
                writer.write(answer)

    return handle


def whois(answer: Callable[[str], bytes]) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer((await reader.readline()).decode().strip()))

    return handle


def export(anchor: str) -> str:
    roas = [{"asn": 1, "prefix": "8.8.8.0/24", "maxLength": 24, "ta": anchor}]
    return json.dumps({"metadata": {"buildtime": "2026-11-01T00:00:00Z"}, "roas": roas})


def settings(tmp_path: Path, ports: tuple[int, int, int], **servers: int) -> str:
    """Settings with ports of RDAP, RIPE's whois and IRRd; ``servers``: whois of a registry."""
    tree = yaml.safe_load(sources(*ports))
    for rir, port in servers.items():
        tree["rirs"][rir]["whois"] = f"127.0.0.1:{port}"
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(tree))
    return str(tmp_path / "s.yaml")


def asked(tmp_path: Path, prefix: str, asn: int, sources_file: str, anchor: str = "test") -> api.Options:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "vrps.json").write_text(export(anchor))
    return replace(options(prefix, asn), registry_data=str(folder), live=True, sources=sources_file)


def entity(handle: str) -> dict[str, Any]:
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", handle], ["kind", {}, "text", "org"]]]
    return {"objectClassName": "entity", "handle": handle, "roles": ["registrant"], "vcardArray": card}


def rdap(path: str) -> bytes:
    common = {"port43": "whois.ripe.net", "entities": [entity("ORG-A1-RIPE")]}
    space = {"objectClassName": "ip network", "startAddress": "193.0.0.0", "endAddress": "193.0.255.255", "type": "ALLOCATED PA"}
    number = {"objectClassName": "autnum", "startAutnum": 3333, "endAutnum": 3333}
    return page(json.dumps(common | (number if "autnum" in path else space)).encode(), Content_Type="application/rdap+json")


RIPE = (
    b"% This is the RIPE Database query service.\n\n"
    b"route: 193.0.0.0/16\norigin: AS65\nmnt-by: M\nsource: RIPE\n\n"
    b"route: 193.0.0.0/24\norigin: AS666\nmnt-by: M\nsource: RIPE\n\n"
    b"% This query was served by the RIPE Database Query Service version 1.1 (X)\n\n\n"
)


@pytest.mark.parametrize("end", [len(RIPE), RIPE.index(b"route: 193.0.0.0/24"), RIPE.index(b"% This query")])
async def test_an_answer_that_was_cut_between_two_objects(end: int, tmp_path: Path) -> None:
    """The second object is another's: without it ours would be enough."""
    covering = b"route: 193.0.0.0/20\norigin: AS3333\nmnt-by: M\nsource: ALTDB\n"
    ripe = whois(lambda query: RIPE[:end] if " -L " in query and "-s RIPE " in query else NOTHING)
    async with serving(irrd("ALTDB", covering)) as one, serving(ripe) as two, serving(http(rdap)) as web:
        live = await api.check(asked(tmp_path, "193.0.0.0/24", 3333, settings(tmp_path, (web, two, one)), "ripe"))
    assert words(live)["verdict"] == ("validation-needed" if end == len(RIPE) else "undetermined")
    assert ("irr/RIPE" in {gap["source"] for gap in live.result.to_json()["gaps"]}) == (end != len(RIPE))


LACNIC = b"""
% Joint Whois - whois.lacnic.net

inetnum:     200.150.2.0/24
status:      reassigned
aut-num:     AS28573
owner:       Small Customer
ownerid:     BR-SMALL-LACNIC

% and AS numbers.
"""
OTHER = b"% LACNIC\n\naut-num:     AS28573\nowner:       Other Provider\nownerid:     BR-OTHER-LACNIC\n\n% and AS numbers.\n"


async def test_a_network_that_names_an_as_number_is_none(tmp_path: Path) -> None:
    """Who has the network is not therefore who has the AS number."""
    route = b"route: 200.150.2.0/24\norigin: AS28573\nmnt-by: M\nsource: RADB\n"
    server = whois(lambda query: OTHER if query.startswith("AS") else LACNIC)
    async with serving(irrd("RADB", route)) as one, serving(saying(NOTHING)) as two, serving(server) as three, serving(saying(b"")) as web:
        live = await api.check(asked(tmp_path, "200.150.2.0/24", 28573, settings(tmp_path, (web, two, one), lacnic=three), "lacnic"))
    assert (words(live)["holder"], words(live)["verdict"]) == ("unknown", "undetermined")


async def test_whois_without_an_entry_does_not_hide_that_rdap_failed(tmp_path: Path) -> None:
    async with registries(FOLDER, tmp_path / "s.yaml", web=saying(b""), ripe=saying(NOTHING), whois=True):
        live = await api.check(asked(tmp_path, "193.0.0.0/21", 3333, str(tmp_path / "s.yaml")))
    gaps = {gap["source"]: gap["detail"] for gap in live.result.to_json()["gaps"]}
    assert gaps["rdap/ip"].endswith("127.0.0.1 has no entry")
    assert words(live)["verdict"] == "undetermined"


async def test_a_maintainer_that_can_not_be_asked_about(tmp_path: Path) -> None:
    """On both sides: an attempt to ask more than one thing."""
    name = "M\u00dc-MNT"

    def answer(path: str) -> bytes:
        body = json.loads(rdap(path).partition(b"\r\n\r\n")[2])
        body["entities"] = [entity(name), entity("A-MNT -i x")]
        return page(json.dumps(body).encode(), Content_Type="application/rdap+json")

    async with serving(http(answer)) as web, serving(saying(NOTHING)) as two, serving(irrd("RADB", b"")) as one:
        live = await api.check(asked(tmp_path, "193.0.0.0/24", 3333, settings(tmp_path, (web, two, one)), "ripe"))
    assert words(live)["verdict"] != "configured"
    assert any("is no maintainer's name" in gap["detail"] for gap in live.result.to_json()["gaps"])


async def test_what_is_no_export_is_not_kept(tmp_path: Path) -> None:
    bodies = iter([b"<html>maintenance</html>", (FOLDER / "vrps.json").read_bytes()])
    async with serving(http(lambda _: page(next(bodies)))) as web, contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(registries(FOLDER, tmp_path / "s.yaml", validators=[f"http://127.0.0.1:{web}/vrps.json"]))
        wanted = replace(options("193.0.10.0/24", 3333), live=True, sources=str(tmp_path / "s.yaml"))
        assert words(await api.check(wanted))["rpki"] == "unknown"
        assert words(await api.check(wanted))["rpki"] != "unknown"
        assert words(await api.check(wanted))["rpki"] != "unknown"  # from the cache: there is no third body


async def test_a_long_line_takes_no_longer_than_the_check_may(tmp_path: Path) -> None:
    """A line of a megabyte without a mailbox in it: masking is linear."""
    route = b"route: 193.0.0.0/24\norigin: AS3333\ndescr: " + b"a" * 1_000_000 + b"\nmnt-by: M\nsource: RADB\n"
    async with serving(irrd("RADB", route)) as one, serving(saying(NOTHING)) as two, serving(http(rdap)) as web:
        live = await api.check(asked(tmp_path, "193.0.0.0/24", 3333, settings(tmp_path, (web, two, one)), "ripe"))
    assert words(live)["irr"] in {"exact", "unknown"}


@pytest.mark.parametrize("registry", ["foo", "arin", "jpnic"])
async def test_a_kind_of_document_that_is_not_its_own(registry: str) -> None:
    document = Document("rdap/ip", "f", f"text/x-whois; registry={registry}", b'{"objectClassName": "ip network"}')
    with pytest.raises(reading.FormatError):
        reading.records(document)


async def test_what_nobody_foresaw_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in one answer costs that answer."""
    from bgpcheck.fetch.irr_live import Irr  # noqa: PLC0415 (broken here alone)

    async def broken(*_: object) -> None:
        raise KeyError("name")

    monkeypatch.setattr(Irr, "about", broken)
    async with registries(FOLDER, tmp_path / "s.yaml"):
        live = await api.check(replace(options("193.0.0.0/21", 3333), live=True, sources=str(tmp_path / "s.yaml")))
    found = {gap["source"]: gap for gap in live.result.to_json()["gaps"]}
    assert (found["irr/RIPE"]["reason"], found["irr/RIPE"]["detail"]) == ("malformed", "an answer that nobody foresaw: KeyError")
    assert all(isinstance(gap, Gap) for gap in live.result.gaps)
