from __future__ import annotations

import asyncio
import bz2
import gzip
import json
import lzma
import os
import tempfile
import tracemalloc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.fetch.folder import MAX_FILES, FolderFetcher
from bgpcheck.formats.slurm import Slurm
from bgpcheck.model import Delegation, Party, Prefix, Registration, RouteObject, Vrp
from bgpcheck.sources.base import Gap, GapReason, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NET = Prefix.parse("193.0.0.0/21")
ROUTE = b"route: 193.0.0.0/21\norigin: AS3333\nsource: RIPE\n"
DELEGATED = """\
2|{name}|20261101|1|19830705|20261101|+0000
{name}|*|ipv4|*|1|summary
{name}|NL|ipv4|193.0.0.0|2048|19930901|assigned|id-1
"""
VRPS = b'{"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [{"asn": 3333, "prefix": "193.0.0.0/21", "ta": "ripe"}]}'
CSV = b"ASN,IP Prefix,Max Length,Trust Anchor\nAS3333,193.0.0.0/21,21,ripe\n"
SLURM = json.dumps(
    {
        "slurmVersion": 1,
        "validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": []},
        "locallyAddedAssertions": {"prefixAssertions": [], "bgpsecAssertions": []},
    }
).encode()
IP = {
    "objectClassName": "ip network",
    "startAddress": "193.0.0.0",
    "endAddress": "193.0.7.255",
    "handle": "193.0.0.0 - 193.0.7.255",
    "port43": "whois.ripe.net",
}
AUTNUM = {"objectClassName": "autnum", "startAutnum": 3333, "endAutnum": 3340, "port43": "whois.ripe.net"}
ENTITY = {"objectClassName": "entity", "handle": "ORG-RIEN1-RIPE", "vcardArray": ["vcard", [["fn", {}, "text", "RIPE NCC"]]]}
MAINTAINED = IP | {"entities": [{"handle": "RIPE-NCC-MNT", "roles": ["registrant"]}]}
ERROR = {"errorCode": 404, "title": "Not Found"}
PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".XZ": lzma.compress}


def put(folder: Path, name: str, content: bytes | dict[str, Any]) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(content).encode() if isinstance(content, dict) else content)
    return path


def ask(folder: Path, source: str, *subjects: str) -> list[tuple[Document, ...] | Gap]:
    fetcher = FolderFetcher.open(folder)
    requests = [Request(source, subject) for subject in subjects]
    replies = asyncio.run(fetcher.fetch(requests))
    assert list(replies) == requests
    return [replies[request] for request in requests]


def records(reply: tuple[Document, ...] | Gap) -> list[object]:
    assert isinstance(reply, tuple)
    return [record for document in reply for record in reading.records(document)]


NAMES: list[tuple[str, bytes, str, type]] = [
    ("delegated-ripencc-extended-latest", DELEGATED.format(name="ripencc").encode(), "delegated/ripencc", Delegation),
    ("delegated-ripencc-latest", DELEGATED.format(name="ripencc").encode(), "delegated/ripencc", Delegation),
    ("delegated-ripencc-extended-20261101.txt", DELEGATED.format(name="ripencc").encode(), "delegated/ripencc", Delegation),
    ("delegated-arin-extended-latest", DELEGATED.format(name="arin").encode(), "delegated/arin", Delegation),
    ("vrps.json", VRPS, "vrps", Vrp),
    ("vrps-2026-11-01.json", VRPS, "vrps", Vrp),
    ("vrps.csv", CSV, "vrps", Vrp),
    ("slurm.json", SLURM, "slurm", Slurm),
    ("slurm-site.json", SLURM, "slurm", Slurm),
    ("RIPE.db", ROUTE, "irr/RIPE", RouteObject),
    ("ripe.rpsl", ROUTE, "irr/RIPE", RouteObject),
    ("RIPE-NONAUTH.DB", ROUTE, "irr/RIPE-NONAUTH", RouteObject),
    ("My_Own1.db", ROUTE, "irr/MY_OWN1", RouteObject),
    ("rdap/ip/193.0.0.0_21.json", json.dumps(IP).encode(), "rdap/ip", Registration),
    ("rdap/ip/by any name.json", json.dumps(IP).encode(), "rdap/ip", Registration),
]


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("row", NAMES, ids=[row[0] for row in NAMES])
def test_every_kind_of_file(tmp_path: Path, row: tuple[str, bytes, str, type], suffix: str) -> None:
    name, content, source, kind = row
    put(tmp_path, name + suffix, PACKERS[suffix](content))
    fetcher = FolderFetcher.open(tmp_path)
    assert fetcher.notes == []
    assert fetcher.irr_sources == ((source.removeprefix("irr/"),) if source.startswith("irr/") else ())
    (reply,) = ask(tmp_path, source, "*" if source == "slurm" else "193.0.0.0/21")
    assert isinstance(reply, tuple)
    assert [(document.source, document.uri) for document in reply] == [(source, name + suffix)]
    assert [type(record) for record in records(reply)] == [kind]


UNKNOWN = [
    *("README", ".DS_Store", "RIPE.db.md5", "RIPE.db.zst", "ripe.db.route.gz", "-x.db", ".db", "a b.db", "R\u00cdPE.db", "vrps.txt"),
    *("delegated-nro-latest", "delegated-iana-extended", "delegated-ripenccs", "delegated-ripencc-extended-latest.md5", "delegated-"),
    *("delegated-ripencc-extended-latest.asc", "slurm.csv", "xvrps.json", "Vrps.json", "VRPS.json", "rdap.json", "entity"),
    *("rdap/ip.json", "rdap/ip/README", "rdap/ip/.json", "rdap/domain/example.net.json", "rdap/autnum/3333.xml", "sub/RIPE.db"),
    *("RIPE.db\n", "vrps\n.json", "a\x1b[2Jb"),
]


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_no_name_explains_is_a_note(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, b"whatever")
    fetcher = FolderFetcher.open(tmp_path)
    assert fetcher.notes in ([name], [name.rpartition("/")[0]])
    assert not fetcher.irr_sources


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db")).write_bytes(ROUTE)
    assert FolderFetcher.open(tmp_path).notes == ["\udcff.db"]


def test_what_is_no_file_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "RIPE.db").mkdir()
    os.mkfifo(tmp_path / "ARIN.db")
    (tmp_path / "RADB.db").symlink_to(tmp_path / "nowhere")
    (tmp_path / "ALTDB.db").symlink_to(tmp_path / "ALTDB.db")
    (tmp_path / "rdap" / "ip" / "1.json").mkdir(parents=True)
    assert FolderFetcher.open(tmp_path).notes == ["ALTDB.db", "ARIN.db", "RADB.db", "RIPE.db", "rdap/ip/1.json"]


def test_a_link_to_a_file_is_a_file(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/dump", ROUTE)
    (tmp_path / "RIPE.db").symlink_to("elsewhere/dump")
    (reply,) = ask(tmp_path, "irr/RIPE", "193.0.0.0/21")
    assert records(reply) == [RouteObject("RIPE", NET, 3333)]


EMPTY = [
    ("irr/RIPE", "193.0.0.0/21", "put RIPE.db into the folder of registry data"),
    ("delegated/arin", "AS3333", "put delegated-arin-extended-latest into the folder of registry data"),
    ("vrps", "193.0.0.0/21", "put a VRP export, vrps.json or vrps.csv, into the folder of registry data"),
    ("rdap/ip", "193.0.0.0/21", "put recorded RDAP answers into rdap/ip in the folder of registry data"),
    ("rdap/autnum", "AS3333", "put recorded RDAP answers into rdap/autnum in the folder of registry data"),
    ("rdap/entity", "org:ORG-RIEN1-RIPE", "put recorded RDAP answers into rdap/entity in the folder of registry data"),
]


@pytest.mark.parametrize(("source", "subject", "detail"), EMPTY)
def test_an_empty_folder_is_all_gaps(tmp_path: Path, source: str, subject: str, detail: str) -> None:
    assert ask(tmp_path, source, subject) == [Gap(source, GapReason.MISSING, detail.format(folder=tmp_path))]


def test_nobody_has_to_have_local_exceptions(tmp_path: Path) -> None:
    assert ask(tmp_path, "slurm", "*") == [()]


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Give a folder, and be somebody who may not do everything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def as_nobody() -> Iterator[None]:
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none", put(tmp_path, "file", b""), tmp_path / "a\x00b", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="there is no such folder of registry data"):
            FolderFetcher.open(path)


def test_what_may_not_be_read() -> None:
    with unprivileged() as folder:
        put(folder, "RIPE.db", ROUTE).chmod(0)
        put(folder, "listed/RIPE.db", ROUTE)
        put(folder, "closed/rdap/ip/1.json", IP)
        (folder / "listed").chmod(0o444)
        (folder / "closed" / "rdap").chmod(0)
        with as_nobody():
            with pytest.raises(UsageError, match=r"^RIPE.db: Permission denied$"):
                ask(folder, "irr/RIPE", "193.0.0.0/21")
            for below in ("listed", "closed"):
                with pytest.raises(UsageError, match=rf"^{folder}/{below}: Permission denied$"):
                    FolderFetcher.open(folder / below)


def test_a_file_that_vanishes_between_listing_and_reading(tmp_path: Path) -> None:
    put(tmp_path, "RIPE.db", ROUTE)
    put(tmp_path, "rdap/ip/1.json", IP)
    fetcher = FolderFetcher.open(tmp_path)
    (tmp_path / "RIPE.db").unlink()
    (tmp_path / "rdap" / "ip" / "1.json").unlink()
    for source, name in [("irr/RIPE", "RIPE.db"), ("rdap/ip", "rdap/ip/1.json")]:
        with pytest.raises(UsageError, match=rf"^{name}: No such file or directory$"):
            asyncio.run(fetcher.fetch([Request(source, "193.0.0.0/21")]))


def test_more_files_than_anybody_has(tmp_path: Path) -> None:
    source = put(tmp_path, "below", b"")
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(MAX_FILES):
        os.link(source, f"{folder}/{number}.db")
    put(folder, "rdap/ip/1.json", IP)
    with pytest.raises(UsageError, match=rf"^{folder}: holds more than {MAX_FILES} files$"):
        FolderFetcher.open(folder)


DAMAGED: list[tuple[str, bytes, str, str]] = [
    ("RIPE.db", b"\x00\xff\xfe" * 5000, "irr/RIPE", "RIPE.db:1: not an RPSL file"),
    ("RIPE.db", b"<!DOCTYPE html>\n", "irr/RIPE", "RIPE.db:1: not an RPSL file"),
    ("RIPE.db", ROUTE[:-15], "irr/RIPE", "RIPE.db:1: source: 0 attributes source"),
    ("RIPE.db.gz", gzip.compress(ROUTE)[:-9], "irr/RIPE", "RIPE.db.gz: truncated"),
    ("RIPE.db.bz2", bz2.compress(ROUTE)[:-9], "irr/RIPE", "RIPE.db.bz2: truncated"),
    ("RIPE.db.xz", lzma.compress(ROUTE)[:-9], "irr/RIPE", "RIPE.db.xz: truncated"),
    ("RIPE.db.gz", b"\x1f\x8bgarbage of no use", "irr/RIPE", "RIPE.db.gz: damaged compressed data"),
    ("delegated-ripencc-x", DELEGATED.format(name="arin").encode(), "delegated/ripencc", "delegated-ripencc-x: is the file of arin"),
    ("delegated-ripencc-x", DELEGATED.format(name="ripencc").encode()[:-20], "delegated/ripencc", "delegated-ripencc-x"),
    ("delegated-ripencc-x", b"", "delegated/ripencc", "delegated-ripencc-x: not delegation statistics: the file is empty"),
    ("vrps.json", VRPS[:-10], "vrps", "vrps.json:1: "),
    ("slurm.json", b"{}", "slurm", "slurm.json: slurmVersion: missing"),
    ("slurm.json", b"[" * (17 << 20), "slurm", "slurm.json: holds more than 16777216 bytes"),
    ("rdap/ip/1.json", b"{", "rdap/ip", "rdap/ip/1.json: not JSON"),
    ("rdap/ip/1.json", b" " * (5 << 20), "rdap/ip", "rdap/ip/1.json: holds more than 4194304 bytes"),
    ("rdap/ip/1.json", json.dumps(ERROR).encode(), "rdap/ip", "rdap/ip/1.json: errorCode: the registry has no such object"),
    ("rdap/ip/193.0.0.1_21.json", json.dumps(ERROR).encode(), "rdap/ip", "rdap/ip/193.0.0.1_21.json: errorCode: the registry has no"),
]


@pytest.mark.parametrize(("name", "content", "source", "says"), DAMAGED)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes, source: str, says: str) -> None:
    put(tmp_path, name, content)
    with pytest.raises(FormatError) as caught:
        ask(tmp_path, source, "193.0.0.0/21")
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "source", "most"), [("RIPE.db", "irr/RIPE", 16), ("delegated-ripencc-x", "delegated/ripencc", 8)])
def test_an_endless_line_takes_no_memory(tmp_path: Path, name: str, source: str, most: int) -> None:
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.write(b"route: ")
        stream.truncate(300 << 20)
    tracemalloc.start()
    with pytest.raises(FormatError, match=name):
        ask(tmp_path, source, "193.0.0.0/21")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most << 20


RDAP: list[tuple[str, dict[str, Any], str, str, bool]] = [
    # file, answer, source, subject, and whether it is about it
    ("ip/193.0.0.0_21.json", IP, "rdap/ip", "193.0.0.0/21", True),
    ("ip/193.0.0.0_21.json", IP, "rdap/ip", "193.0.4.0/22", True),
    ("ip/193.0.0.0_21.json", IP, "rdap/ip", "193.0.0.0/20", False),
    ("ip/193.0.0.0_21.json", IP, "rdap/ip", "193.0.8.0/24", False),
    ("ip/193.0.0.0_21.json", IP, "rdap/ip", "2001:db8::/32", False),
    ("ip/193.0.0.0_21.json", IP, "rdap/ip", "AS3333", False),
    ("ip/193.0.0.0_21.json", ERROR, "rdap/ip", "193.0.0.0/21", True),
    ("ip/193.0.0.0_21.json", ERROR, "rdap/ip", "193.0.0.0/20", False),
    ("ip/2001:67c:2e8::_48.json", ERROR, "rdap/ip", "2001:67c:2e8::/48", True),
    ("autnum/3333.json", AUTNUM, "rdap/autnum", "AS3333", True),
    ("autnum/3333.json", AUTNUM, "rdap/autnum", "AS3340", True),
    ("autnum/3333.json", AUTNUM, "rdap/autnum", "AS3341", False),
    ("autnum/whose.json", AUTNUM, "rdap/autnum", "AS3335", True),
    ("autnum/3333.json", AUTNUM, "rdap/autnum", "193.0.0.0/21", False),
    ("autnum/3333.json", ERROR, "rdap/autnum", "AS3333", True),
    ("autnum/AS3333.json", ERROR, "rdap/autnum", "AS3333", True),
    ("autnum/3333.json", ERROR, "rdap/autnum", "AS3334", False),
    ("entity/x.json", ENTITY, "rdap/entity", "org:ORG-RIEN1-RIPE", True),
    ("entity/x.json", ENTITY, "rdap/entity", "org:10.0.0.0/8", False),
    ("ip/x.json", MAINTAINED, "rdap/ip", "mnt:RIPE-NCC-MNT", True),
    ("entity/x.json", ENTITY, "rdap/entity", "org:ORG-OTHER-RIPE", False),
]


@pytest.mark.parametrize("row", RDAP, ids=[f"{row[0]} {row[3]}" for row in RDAP])
def test_recorded_rdap_answers(tmp_path: Path, row: tuple[str, dict[str, Any], str, str, bool]) -> None:
    name, answer, source, subject, concerns = row
    put(tmp_path, f"rdap/{name}", answer)
    (reply,) = ask(tmp_path, source, subject)
    if concerns:
        assert reply == (Document(source, f"rdap/{name}", reading.RDAP_TYPE, json.dumps(answer).encode()),)
        (record,) = records(reply)
        assert isinstance(record, Party) or record.missing == (answer is ERROR)
    else:
        assert isinstance(reply, Gap)
        assert reply.reason is GapReason.MISSING


@pytest.mark.parametrize("subject", ["mnt:OTHER-MNT", "mnt:10.0.0.0/8", "mnt:AS3333"])
def test_of_a_maintainer_there_may_be_nothing_recorded(tmp_path: Path, subject: str) -> None:
    put(tmp_path, "rdap/ip/x.json", MAINTAINED)
    assert ask(tmp_path, "rdap/ip", subject) == [()]


def test_each_question_gets_its_own_answers(tmp_path: Path) -> None:
    wide = IP | {"endAddress": "193.0.15.255", "handle": "wide"}
    put(tmp_path, "rdap/ip/a.json", IP)
    put(tmp_path, "rdap/ip/b.json", wide)
    replies = ask(tmp_path, "rdap/ip", "193.0.0.0/21", "193.0.8.0/24", "10.0.0.0/8")
    assert [[document.uri for document in reply] if isinstance(reply, tuple) else None for reply in replies] == [
        ["rdap/ip/a.json", "rdap/ip/b.json"],
        ["rdap/ip/b.json"],
        None,
    ]


def test_a_bulk_file_is_read_once_for_all_questions(tmp_path: Path) -> None:
    put(tmp_path, "RIPE.db", ROUTE)
    put(tmp_path, "ripe.rpsl", ROUTE.replace(b"AS3333", b"AS1"))
    put(tmp_path, "vrps.json", VRPS)
    heard: list[str] = []
    fetcher = FolderFetcher.open(tmp_path, heard.append)
    requests = [Request("irr/RIPE", "193.0.0.0/21"), Request("vrps", "AS3333"), Request("irr/RIPE", "AS3333")]
    replies = asyncio.run(fetcher.fetch(requests))
    assert heard == ["reading RIPE.db", "reading ripe.rpsl", "reading vrps.json"]
    assert replies[requests[0]] is replies[requests[2]]
    assert [record.origin for record in records(replies[requests[0]]) if isinstance(record, RouteObject)] == [3333, 1]


def test_an_extract_tells_about_its_file(tmp_path: Path) -> None:
    path = put(tmp_path, "vrps.json.gz", gzip.compress(VRPS))
    ((document,),) = ask(tmp_path, "vrps", "193.0.0.0/21")
    assert isinstance(document, Document)
    assert (document.source, document.media_type, document.fetched_at) == ("vrps", extract.MEDIA_TYPE, None)
    assert document.dated is not None
    assert document.dated.isoformat() == "2026-11-01T12:00:00+00:00"
    part = extract.decode(document.content)
    assert (part.file, part.size, part.format, part.rows) == ("vrps.json.gz", path.stat().st_size, "vrps/json", 1)
    assert part.records == ((1, '{"asn": 3333, "prefix": "193.0.0.0/21", "ta": "ripe"}'),)
