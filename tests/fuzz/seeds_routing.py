"""Seeds of what routers, speakers and collectors send."""

from __future__ import annotations

import gzip

import exabgp_lines as said
import mrt_files as mrt
from formats import test_rtr as cache
from fuzz.seeding import FIXTURES, LONGEST, Bytes, files, jsons_of, parts_of


def update_line() -> bytes:
    return said.update(["193.0.0.0/21", "2001:67c:2e8::/48"], ["192.87.0.0/16"], communities=[(12076, 5010)])


def exabgp_lines() -> Bytes:
    """One line of each kind and shape."""
    made = [
        *(update_line(), said.update(["193.0.0.0/21 0.0.0.1"]), said.update([], path=None), said.end_of_rib(), said.shutdown()),
        *(said.notification(6, 2, message="bye"), said.refresh("request"), said.opened(), said.state("up"), said.state("down", reason="x")),
    ]
    rows = [row for data in files(FIXTURES / "events", "*.jsonl") for row in data.splitlines()]
    kinds: dict[tuple[bytes, int], bytes] = {}
    for row in rows:
        kinds.setdefault((row[:24], row.count(b":") // 4), row)
    return [*made, *(row for row in kinds.values() if len(row) < LONGEST)]


def recordings() -> Bytes:
    lines = [
        said.state("up"),
        update_line(),
        said.update(["193.0.0.0/22"]),
        said.update([], ["193.0.0.0/21"]),
        update_line(),
        said.end_of_rib(),
    ]
    return [b"\n".join(lines) + b"\n", *parts_of(files(FIXTURES / "events", "*.jsonl"), 3000)]


def neighbors() -> Bytes:
    capable = {"address": "127.0.0.2", "as": 3333, "capabilities": {"route-refresh": True}}
    return jsons_of([{"peer": capable, "fsm": "ESTABLISHED", "local": {"families": {"ipv4 unicast": True}}}], [])


def log() -> Bytes:
    return [
        b"12:00:00 | 1 | incoming-1 incoming-1 127.0.0.9-127.0.0.1, closing connection\n",
        b"network       can not bind to 127.0.0.1:179 (Permission denied)\napi   command from process not understood : x\n",
        b"TcpExt: TCPMD5NotFound TCPMD5Failure\nTcpExt: 1 2\n",
    ]


def updates() -> Bytes:
    four, six = mrt.nlri("193.0.0.0/21", "10.0.0.0/8"), mrt.nlri("2001:67c:2e8::/48")
    more = mrt.attribute(8, bytes(4)) + mrt.attribute(32, bytes(12))
    return [
        mrt.update(mrt.attributes(64496, 3333, more=more), four, mrt.nlri("192.87.0.0/16")),
        mrt.update(mrt.attributes(3333, more=mrt.reach(six))),
        mrt.update(mrt.attribute(1, b"\0") + mrt.attribute(2, mrt.segments((2, [1, 2]), (1, [3, 4]), (3, [65000]))), four),
        mrt.update(mrt.attributes(23456, octets=2, more=mrt.attribute(17, mrt.segments((2, [3333])))), four),
        mrt.update(),
    ]


def mrt_files() -> Bytes:
    found, six = mrt.attributes(64496, 3333), mrt.attributes(3333, more=mrt.short_reach())
    v4, v6 = "193.0.0.0/21", "2001:67c:2e8::/48"
    return [
        mrt.peers() + mrt.rib(2, v4, [found, found]) + mrt.rib(4, v6, [six]) + mrt.rib(8, v4, [found]) + mrt.rib(10, v6, [six]),
        mrt.table(v4, mrt.attributes(3333, octets=2)) + mrt.table(v6, mrt.attributes(3333, octets=2)),
        mrt.record(16, 4, mrt.message(updates()[0])) + mrt.record(17, 4, mrt.message(updates()[1]), microseconds=5),
        mrt.record(16, 1, mrt.message(mrt.update(mrt.attributes(3333, octets=2), mrt.nlri(v4)), octets=2)),
        mrt.record(16, 9, mrt.message(mrt.update(found, mrt.nlri(v4, path_id=3))))
        + mrt.record(13, 6, bytes(20))
        + mrt.record(16, 5, bytes(24)),
    ]


def route_lists() -> Bytes:
    rows = [b"193.0.0.0/21,3333", b"2001:67c:2e8::/48,AS3333", b"10.0.0.1/8,", b'"192.0.2.0/24","{1,2}"', b"", b"x,y", b"1.2.3.0/24,1.10"]
    return [b"prefix,asn\n" + b"\n".join(rows) + b"\n", b"prefix,asn\n" + b"\r\n".join(rows[:2]), (FIXTURES / "routes.csv").read_bytes()]


def route_files() -> Bytes:
    return [*route_lists(), *mrt_files(), *recordings()[:1], gzip.compress(mrt_files()[0], mtime=0)]


def rtr() -> Bytes:
    changes = cache.begin() + cache.prefix(cache.NET, 24, 3333, flags=0) + cache.end(2)
    return [
        *(
            cache.WHOLE,
            cache.WHOLE + changes,
            cache.pdu(0, 7, bytes(4)),
            cache.pdu(8),
            cache.error(2, b"no data"),
            cache.error(4, version=0),
        ),
        cache.begin(version=0) + cache.end(1, version=0),
        cache.begin() + cache.pdu(9, 0, bytes(30)) + cache.end(1),
    ]


def addresses() -> Bytes:
    return [b"193.0.0.0/21", b"2001:67c:2e8::/48", b"::/0", b"::ffff:192.0.2.1/128", b"AS3333", b"1.10", b"4294967295", b" 10.0.0.0/8 "]


def journal_rows() -> Bytes:
    route = ["193.0.0.0/21", "127.0.0.2", "", 3333, '[["as-sequence",[3333]]]', '["12076:5010"]', "2026-11-02T00:00:00+00:00"]
    session = ["127.0.0.2", "primary", 3333, "up", "2026-11-02T00:00:00Z", 0, ""]
    return jsons_of(route, session, ["193.0.0.0/21", "configured", "high", "x", 1, "2026-11-02T00:00:00Z"])
