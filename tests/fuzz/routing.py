"""Targets of what routers, speakers and collectors send: ExaBGP's lines, BGP messages, MRT files, RTR, lists of routes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from fuzz.target import answer, cuts, same, written
from mrt_files import message
from mrt_files import record as mrt_record

from bgpcheck.bulk.inputs import Inputs
from bgpcheck.errors import FormatError
from bgpcheck.events import record
from bgpcheck.formats import bgp_update, exabgp, mrt, route_list
from bgpcheck.formats.lines import lines
from bgpcheck.formats.rtr import Cache, Told
from bgpcheck.lab import neighbors
from bgpcheck.lab import notices as words_of
from bgpcheck.lab.heard import Heard
from bgpcheck.model import Prefix, origin_as
from bgpcheck.sinks import remembered
from bgpcheck.speaker import notices, signatures
from bgpcheck.speaker.inbox import Inbox, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_BODY = 65535 - 19  # octets of an UPDATE (RFC 8654 s3)

# ── ExaBGP ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def exabgp_line(data: bytes) -> None:
    """A line: what the queue takes it to speak of is what it says; what stands announced comes back from a journal."""
    found = exabgp.event(data, file="f", number=1)
    keys = keys_of(data)
    if isinstance(found, exabgp.Update):
        said = {one.prefix for one in found.announced} | set(found.withdrawn)
        if keys is not None:
            same({Prefix.parse_masking(key.split(" ")[0])[0] for _, key in keys}, said, "prefixes of the queue and of the event")
        for route, path_id in zip(found.announced, found.announced_ids or [""] * len(found.announced), strict=True):
            row = remembered.route_row(route, path_id)
            same(remembered.route_of(row), ((route.peer, route.prefix, path_id), route), "a route and its row of a journal")
    elif isinstance(found, exabgp.Notification):
        assert words_of.words(found)
    assert record([found]).counts


def exabgp_lines(data: bytes) -> None:
    """A recording: however it is cut there are the same lines, and the queue keeps the last word about every prefix."""
    rows = list(lines([data], file="f"))
    same(list(lines(cuts(data), file="f")), rows, "lines of a stream cut elsewhere")
    read, queued = Heard(), Heard()
    inbox = Inbox()
    inbox.put([line for _, line in rows])
    for _, line in rows:
        _hear(read, line)
    for line in inbox.take(len(rows) + 1).lines:
        _hear(queued, line)
    same(_stand(queued), _stand(read), "what stands after the queue, and without it")


def _hear(heard: Heard, line: bytes) -> None:
    with suppress(FormatError):
        found = exabgp.event(line)
        if isinstance(found, exabgp.Update):
            heard.update(found)


def _stand(heard: Heard) -> list[object]:
    return [(route.prefix, route.peer, route.path, route.communities) for route in heard.routes()]


def neighbors_json(data: bytes) -> None:
    """What ExaBGP says of its neighbours: an answer or none, never an error."""
    for one in neighbors.read(data.decode("utf-8", "replace")) or ():
        assert one.asn is None or isinstance(one.asn, int)


def speaker_log(data: bytes) -> None:
    """Lines of ExaBGP's log, and the kernel's counters."""
    text = data.decode("utf-8", "replace")
    for line in text.splitlines():
        assert len(notices.notice(line, {"192.0.2.1"}) or "") < len(line) + 1000
    assert all(count >= 0 for count in signatures.parsed(text).values())


# ── BGP messages and MRT ────────────────────────────────────────────────────────────────────────────────────────────────────


def update_body(data: bytes) -> None:
    """An UPDATE's body: MRT's reader announces the same prefixes with the same origins, or refuses it too."""
    data = data[:MOST_BODY]
    found = answer(lambda: bgp_update.update(data, asn4=True, add_path=()))
    rows = answer(lambda: _rows([mrt_record(16, 4, message(data))]))
    for four in (None, False, True):
        for paths in (None, ("ipv4 unicast", "ipv6 unicast")):
            answer(lambda four=four, paths=paths: bgp_update.update(data, asn4=four, add_path=paths))
    if found is FormatError or rows is FormatError:
        return
    told = {(one.prefix.version, one.prefix.network, one.prefix.length) for one in found.announced}
    same(told, {row[:3] for row in rows}, "prefixes of an UPDATE and of its MRT record")
    if told and origin_as(found.path) is not None:
        same({row[3] for row in rows}, {origin_as(found.path)}, "the origin of an UPDATE and of its MRT record")


def mrt_file(data: bytes) -> None:
    """A file: records together are as records alone, however it is cut; a file that lost its last byte is damaged."""
    notes: list[str] = []
    bad: list[FormatError] = []
    rows = answer(lambda: _rows([data], notes.append))
    same(answer(lambda: _rows(cuts(data))), rows, "rows of a file in pieces")
    kept = answer(lambda: [one for batch in mrt.batches([data], file="f", bad=bad.append) for one in batch.numbers()])
    if rows is FormatError:
        assert kept is FormatError or bad, "damage that nobody hears of"
        return
    same(kept, rows, "rows of a whole file, with somebody to hear of damage")
    same([row for one in _records(data) for row in _rows([one])], rows, "rows of records alone")
    if data:
        same(answer(lambda: _rows([data[:-1]])), FormatError, "a file without its last byte")


def _rows(chunks: Iterable[bytes], note: Callable[[str], None] | None = None) -> list[tuple[int, int, int, int]]:
    """Give all rows of a file."""
    return [row for batch in mrt.batches(chunks, file="f", note=note) for row in batch.numbers()]


def _records(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at + 8 : at + 12], "big")
        found.append(data[at:end])
        at = end
    return found


def route_file(data: bytes) -> None:
    """A file of routes of any kind: what can't be read is told and counted."""
    told: list[str] = []
    inputs = Inputs((str(written("routes", data)),), told.append, rows=64)
    rows = sum(map(len, inputs.chunks()))
    assert inputs.bad <= len(told) or not inputs.bad
    assert rows <= 8 * len(data) + 8


def route_csv(data: bytes) -> None:
    """A list of routes: many rows at once are read as each alone."""
    rows = _csv(data)
    if data[:11] == b"prefix,asn\n" and b'"' not in data:
        body = data[11:].replace(b"\r\n", b"\n").removesuffix(b"\r").split(b"\n")
        wide = b"\n".join([b"prefix,asn,x", *(row + b",1" if row.strip() else row for row in body)])
        same(rows, _csv(wide), "rows read together and alone")


def _csv(data: bytes) -> object:
    found = list(route_list.batches(cuts(data), file="f", rows=5 if len(data) < 2000 else 1000))
    rows = [one for batch in found for one in zip(batch.lines.tolist(), batch.routes.numbers(), strict=True)]
    return rows, [line for batch in found for line, _ in batch.bad], sum(batch.masked for batch in found)


# ── RTR ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rtr(data: bytes) -> None:
    """What a cache sends, cut anywhere: only a whole transaction changes what is known."""
    one, two, known = Cache(), Cache(), set()
    told = answer(lambda: list(one.feed(data)))
    again = answer(lambda: [each for part in cuts(data) for each in two.feed(part)])
    if Told.RESET not in (told or ()) and Told.VERSION not in (told or ()) if isinstance(told, list) else True:
        same(again, told, "what a cache told, in pieces")
        same(two.payloads, one.payloads, "payloads in pieces")
    third = Cache()
    with suppress(FormatError):
        for each in third.feed(data):
            if each is Told.SYNCED:
                known = set(third.payloads)
            same(third.payloads, known, "payloads between transactions")
    same(third.payloads, known, "payloads after a transaction that did not end")
    assert all(vrp.prefix.length <= vrp.max_length <= vrp.prefix.bits for vrp in one.vrps())


def addresses(data: bytes) -> None:
    """A prefix, an address and an AS number as text: the quick reader is the careful one."""
    from bgpcheck.formats.address import address, prefix  # noqa: PLC0415 (names that are others above)
    from bgpcheck.model import parse_asn  # noqa: PLC0415 (as above)

    text = data.decode("utf-8", "replace")
    found = answer(lambda: Prefix.parse(text))
    same(answer(lambda: prefix(text)), found, "a prefix read quickly and carefully")
    if found is not FormatError:
        same(Prefix.parse(str(found)), found, "a prefix and its spelling")
        same(address(text.strip().partition("/")[0]), (found.version, found.network), "a prefix and its address")
    else:
        answer(lambda: address(text))
    number = answer(lambda: parse_asn(text))
    assert number is FormatError or 0 <= number < 1 << 32


def journal_rows(data: bytes) -> None:
    """Rows of a journal, as somebody changed them: read or refused, as ``Journal.state`` lets them be."""
    row = json.loads(data)
    if isinstance(row, list):
        for read in (remembered.route_of, remembered.session_of, remembered.verdict_of):
            with suppress(FormatError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
                read(tuple(row))
