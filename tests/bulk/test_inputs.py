"""Files of routes, told apart by what they hold."""

from __future__ import annotations

import bz2
import json
import lzma
from typing import TYPE_CHECKING

import numpy as np
import pytest
from mrt_files import attributes, message, nlri, peers, record, rib, update
from program import ROOT

from bgpcheck.bulk.inputs import Inputs
from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

Pair = tuple[str, int | None]
EVENTS = ROOT / "fixtures" / "events" / "v5-consolidate.jsonl"


def read(*names: object, rows: int = 1 << 15) -> tuple[list[Pair], list[str], Inputs]:
    told: list[str] = []
    inputs = Inputs(tuple(map(str, names)), tell=told.append, rows=rows)
    found = [(str(prefix), origin) for chunk in inputs.chunks() for prefix, origin in chunk.pairs()]
    return found, told, inputs


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


CSV = b"prefix,asn\n1.0.0.0/24,13335\n1.0.0.0/24,13335\n2606:4700::1/32,13335\nx,1\n1.0.4.0/22,\n"
MRT = b"".join(
    [
        peers(),
        rib(2, "1.0.0.0/24", [attributes(64500, 13335), attributes(13335), attributes(64500, 38803)]),
        rib(4, "2606:4700::/32", [attributes(13335)]),
        record(16, 4, message(update(attributes(13335), nlri("1.0.0.0/24", "1.0.4.0/22")))),
    ]
)


@pytest.mark.parametrize("pack", [bytes, bz2.compress, lzma.compress])
def test_a_list(tmp_path: Path, pack: type[bytes]) -> None:
    """Rows are kept as often as they come; the name says nothing."""
    path = put(tmp_path, "routes.mrt", pack(CSV))
    found, told, inputs = read(path)
    assert found == [("1.0.0.0/24", 13335), ("1.0.0.0/24", 13335), ("2606:4700::/32", 13335), ("1.0.4.0/22", None)]
    assert told == [f"{path}:5: prefix: 'x' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"]
    assert (inputs.bad, inputs.masked) == (1, 1)


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_mrt(tmp_path: Path, rows: int) -> None:
    """Pairs come once, in the order in which they are first seen."""
    expected = [("1.0.0.0/24", 13335), ("1.0.0.0/24", 38803), ("2606:4700::/32", 13335), ("1.0.4.0/22", 13335)]
    assert read(put(tmp_path, "rib.csv", MRT), rows=rows)[0] == expected
    twice = read(put(tmp_path, "a", MRT), put(tmp_path, "b", bz2.compress(MRT)), rows=rows)[0]
    assert twice == expected


def test_what_mrt_holds_besides_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, "rib", record(32, 0, b"") + MRT)
    assert read(path)[1] == [f"{path}: left out: 1 records of MRT type 32 subtype 0"]


def test_a_damaged_record_is_told_and_left_out(tmp_path: Path) -> None:
    path = put(tmp_path, "rib", record(16, 4, b"") + MRT)
    found, told, inputs = read(path)
    assert found == read(put(tmp_path, "sound", MRT))[0]
    assert told == [f"{path}: record at byte 0: AS numbers, interface and AFI do not fit into the record"]
    assert inputs.bad == 1


def test_damaged_mrt(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rib"):
        read(put(tmp_path, "rib", MRT[:-1]))


def test_events() -> None:
    """Origins are as they were received: private ones are not stripped here."""
    found, told, inputs = read(EVENTS)
    assert found[:2] == [("0.0.0.0/0", 65003), ("100.64.0.0/10", 65003)]
    assert len(found) == len(set(found))
    assert (told, inputs.bad) == ([], 0)


def test_default_routes_of_both_families_are_two(tmp_path: Path) -> None:
    """Without an AS_PATH, as inside an AS."""
    head = {"address": {"local": "192.0.2.1", "peer": "192.0.2.2"}, "asn": {"local": 64500, "peer": 64500}, "direction": "receive"}
    hops = {"ipv4 unicast": ("192.0.2.2", "0.0.0.0/0"), "ipv6 unicast": ("2001:db8::2", "::/0")}
    announce = {family: {hop: [{"nlri": nlri}]} for family, (hop, nlri) in hops.items()}
    update = {"update": {"attribute": {"origin": "igp"}, "announce": announce}}
    line = {"exabgp": "5.0.0", "time": 1.0, "type": "update", "neighbor": {**head, "message": update}}
    assert read(put(tmp_path, "e", json.dumps(line).encode() + b"\n"))[0] == [("0.0.0.0/0", None), ("::/0", None)]


def test_bad_events_are_told(tmp_path: Path) -> None:
    lines = EVENTS.read_bytes().splitlines(keepends=True)
    path = put(tmp_path, "events", b"".join([*lines, b"\n", b"{broken\n", json.dumps({"exabgp": "5.0.0", "type": "x"}).encode() + b"\n"]))
    found, told, inputs = read(path)
    assert found == read(EVENTS)[0]
    assert inputs.bad == len(told) == 2
    assert told[0].startswith(f"{path}:{len(lines) + 2}: ")


def test_events_come_in_chunks() -> None:
    assert read(EVENTS, rows=2)[0] == read(EVENTS)[0]


@pytest.mark.parametrize("content", [b"", b"hello\n", b"prefix;asn\n"])
def test_what_is_neither(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FormatError, match="not a list of routes"):
        read(put(tmp_path, "a", content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "none")


def test_progress(tmp_path: Path) -> None:
    heard: list[tuple[str, float, int]] = []
    path = put(tmp_path, "a.csv", CSV)
    list(Inputs((str(path),), progress=lambda *words: heard.append(words)).chunks())
    assert heard[-1] == (str(path), 1.0, len(CSV))
    assert [one[1] for one in heard] == sorted(one[1] for one in heard)


def test_only_what_is_wanted_is_given_and_files_are_remembered(tmp_path: Path) -> None:
    """In every kind of file, before pairs are told apart."""
    names = [str(put(tmp_path, name, content)) for name, content in (("a.csv", CSV), ("b.mrt", MRT), ("c.jsonl", EVENTS.read_bytes()))]
    inputs = Inputs(tuple(names), only=lambda routes: routes.take(np.flatnonzero(routes.version == 6)))
    found = [str(prefix) for chunk in inputs.chunks() for prefix, _ in chunk.pairs()]
    assert found[:2] == ["2606:4700::/32", "2606:4700::/32"]
    assert all(":" in one for one in found)
    assert [(one.name, len(one.sha256)) for one in inputs.readings] == [(name, 64) for name in names]
