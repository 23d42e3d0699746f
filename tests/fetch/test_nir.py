"""National registries: asked where RDAP says their country, by their own pages; a name there is the holder's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import yaml
from fetch.registry_servers import sources
from fetch.servers import http, page, saying, serving

from bgpcheck import api
from bgpcheck.engine import replay
from bgpcheck.evidence import bundle, statement

if TYPE_CHECKING:
    from pathlib import Path

JPNIC = b"""<HTML><PRE>
Network Information:
a. [Network Number]             <A HREF="./whois_gw?key=133.1.0.0/16">133.1.0.0/16</A>
b. [Network Name]               EXAMPLE-NET
g. [Organization]               Example University
m. [Administrative Contact]     <A HREF="./whois_gw?key=JD001JP">JD001JP</A>
[Last, First]                   Doe, Jane
</PRE></HTML>
"""
KRNIC = b"""<HTML><PRE>
[ Network Information ]
IPv4 Address       : 115.0.0.0 - 115.23.255.255 (/12+/13)
Organization Name  : Example Telecom
Service Name       : EXAMPLENET
Address            : Somewhere 90
Registration Date  : 20080703

Name               : Jane Doe
Phone              : +82-2-555-0100
</PRE></HTML>
"""
NIRS = {
    "jpnic": ("JP", "133.1.0.0/16", "133.1.0.0", "133.1.255.255", "JPNIC-NET-JP", JPNIC, "Example University"),
    "krnic": ("KR", "115.0.0.0/12", "115.0.0.0", "115.23.255.255", "KRNIC-KR", KRNIC, "Example Telecom"),
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def rdap(country: str, first: str, last: str, name: str, holder: str) -> object:
    """APNIC's answers: the space is a national registry's, the AS number somebody's."""

    def entity(handle: str, text: str) -> dict[str, object]:
        card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", text], ["kind", {}, "text", "org"]]]
        return {"objectClassName": "entity", "handle": handle, "roles": ["registrant"], "vcardArray": card}

    def answer(path: str) -> bytes:
        common = {"port43": "whois.apnic.net", "country": country, "name": name}
        space = {"objectClassName": "ip network", "startAddress": first, "endAddress": last, "type": "ALLOCATED PORTABLE"}
        number = {"objectClassName": "autnum", "startAutnum": 4713, "endAutnum": 4713}
        found = (
            number | {"entities": [entity("ORG-EX1-AP", holder)]} if "autnum" in path else space | {"entities": [entity("JPNIC", "JPNIC")]}
        )
        return page(json.dumps(common | found).encode(), Content_Type="application/rdap+json")

    return answer


async def judged(nir: str, answer: bytes, tmp_path: Path, country: str = "") -> tuple[api.Outcomes, list[str]]:
    own, prefix, first, last, name, _, holder = NIRS[nir]
    asked: list[str] = []

    async def pages(reader, writer) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = await reader.readexactly(int(head.lower().partition("content-length: ")[2].split()[0])) if head.startswith("POST") else b""
        asked.append(unquote(f"{head.split(' ')[0]} {head.split(' ')[1]} {body.decode()}".strip()))
        writer.write(answer)
        await writer.drain()

    async with serving(http(rdap(country or own, first, last, name, holder))) as web, serving(pages) as port, serving(saying(b"")) as irr:  # type: ignore[arg-type]
        tree = yaml.safe_load(sources(web, irr, irr))
        tree["national"]["jpnic"]["url"] = f"http://127.0.0.1:{port}/gw?key={{address}}"
        tree["national"]["krnic"]["url"] = f"http://127.0.0.1:{port}/whois"
        (tmp_path / f"{port}.yaml").write_text(yaml.safe_dump(tree))
        (tmp_path / "nothing").mkdir(exist_ok=True)
        options = api.Options(prefixes=[prefix], peer_asn=4713, registry_data=str(tmp_path / "nothing"), now="2026-11-02T00:00:00Z")
        return await api.check(replace(options, live=True, sources=str(tmp_path / f"{port}.yaml"))), asked


@pytest.mark.parametrize("nir", NIRS)
async def test_the_member_is_the_holder(nir: str, tmp_path: Path) -> None:
    *_, content, holder = NIRS[nir]
    live, asked = await judged(nir, page(content), tmp_path)
    (row,) = live.result.to_json()["prefixes"]
    assert (row["holder"]["match"], holder in row["holder"]["chain"]) == ("similar", True)
    assert asked == [{"jpnic": "GET /gw?key=133.1.0.0", "krnic": "POST /whois query=115.0.0.0"}[nir]]
    data = live.bundle()
    stored = statement.read(bundle.unpack(data))
    kept = b"".join(one.content for reply in stored.replies.values() if isinstance(reply, tuple) for one in reply)
    assert holder.encode() in kept
    assert b"Jane" not in kept
    assert b"555-0100" not in kept
    assert (await replay(stored)).differences == ()


@pytest.mark.parametrize("nir", NIRS)
async def test_another_countrys_is_not_asked(nir: str, tmp_path: Path) -> None:
    live, asked = await judged(nir, page(NIRS[nir][5]), tmp_path, country="AU")
    assert asked == []
    assert not [gap for gap in live.result.to_json()["gaps"] if gap["source"].startswith("nir")]


async def test_a_page_without_an_organisation(tmp_path: Path) -> None:
    live, _ = await judged("jpnic", page(JPNIC.replace(b"g. [Organization]               Example University\n", b"")), tmp_path)
    (row,) = live.result.to_json()["prefixes"]
    assert row["holder"]["match"] != "similar"


FAULTS = [
    (b"", "unreachable"),
    (page(b"", "500 Oops"), "unreachable"),
    (page(b"", "429 Too Many Requests"), "rate-limited"),
    (page(b"<html>Welcome</html>"), "malformed"),
    (page(b"", "302 Found", Location="http://127.0.0.9/"), "malformed"),
]


@pytest.mark.parametrize(("answer", "reason"), FAULTS)
async def test_silence_is_a_gap(answer: bytes, reason: str, tmp_path: Path) -> None:
    live, _ = await judged("jpnic", answer, tmp_path)
    assert [gap["reason"] for gap in live.result.to_json()["gaps"] if gap["source"] == "nir/jpnic"] == [reason]
