"""Seeds of evidence, of what servers say on the wire, and of text."""

from __future__ import annotations

import json

from fuzz.seeding import Bytes, jsons_of, parts_of
from fuzz.seeds_registries import ROUTE
from records import SHAPES


def zips() -> Bytes:
    import io  # noqa: PLC0415 (used here alone)
    import zipfile  # noqa: PLC0415 (as above)

    from bgpcheck.evidence import bundle  # noqa: PLC0415 (as above)

    streamed = io.BytesIO()
    with zipfile.ZipFile(streamed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a" * 300)
        archive.writestr("documents/" + "0" * 64, b"")
    return [bundle.pack({"a.txt": b"a", "b.txt": b"b" * 40}), streamed.getvalue(), bundle.pack({})]


def manifests() -> Bytes:
    from bgpcheck.evidence import bundle  # noqa: PLC0415 (as above)

    return [bundle.manifest({"a.txt": b"a", "b.txt": b"b"})]


def histories() -> Bytes:
    from datetime import UTC, datetime  # noqa: PLC0415 (as above)

    from bgpcheck.evidence import past  # noqa: PLC0415 (as above)
    from bgpcheck.history import First, History, Ref, Row, Seen  # noqa: PLC0415 (as above)

    at = datetime(2026, 11, 2, tzinfo=UTC)
    change = Seen("irr/RIPE", "193.0.0.0/21", "", "exact", None, at, (), (Ref("0" * 64, "f"),))
    first = First(at, ("RIPE",), "configured", (("193.0.0.0/21", "configured", "x"),), ({"source": "irr/RIPE", "subjects": []},))
    return [past.document(History(at, 2, (Row("irr/RIPE", "193.0.0.0/21", at),), (change,), first, ("x",))).content]


def cases() -> Bytes:
    from fuzz.stored import members  # noqa: PLC0415 (as above)

    listing = json.loads(members()["documents.json"])["documents"]
    digest = next(row["sha256"] for row in listing if row["source"] == "input/case")
    return [members()[f"documents/{digest}"]]


def ids() -> Bytes:
    from certificates import ID  # noqa: PLC0415 (as above)

    return [ID.encode()]


def certificate_texts() -> Bytes:
    return parts_of([*SHAPES.values()], 5000)


def irrd_talk() -> Bytes:
    begun = b"C\nC\nA5\nRIPE\nC\n"
    return [
        begun + b"A6\nroute\nC\nD\nF no such key\n",
        begun + b"D\nC\nA0\n\nC\n",
        b"C\r\nC\r\nA4\r\nRIPEC\r\nD\r\nD\r\nD\r\n",
        begun + b"A6\nroute\nC\nA0\nC\nC\n",
    ]


def whois_ends() -> Bytes:
    return [ROUTE + b"\n\n", b"%ERROR:101: no entries found\n\n\n", b"[::1]:4343", b"whois.ripe.net:43"]


def ftp() -> Bytes:
    begun = b"220 hello\r\n331 who\r\n230 in\r\n200 binary\r\n213 1000\r\n213 20261101120000\r\n"
    return [
        begun + b"227 Entering Passive Mode (127,0,0,1,195,80)\r\n",
        b"220-a\r\n220 b\r\n230 in\r\n200 x\r\n500 no\r\n502 no\r\n227 (1,2,3,4,5,6)\r\n",
        b"421 busy\r\n",
    ]


FILE = b"""\
Content-Length: 1000
ETag: "x"
Last-Modified: Mon, 02 Nov 2026 00:00:00 GMT
Date: Mon, 02 Nov 2026 00:10:00 GMT
Content-Range: bytes 10-999/1000
"""
DIGESTS = b"""\
0123456789abcdef0123456789abcdef  x.gz
fedcba9876543210fedcba9876543210 *y.gz
"""


def headers() -> Bytes:
    return [FILE, DIGESTS, b"MD5 (x.gz) = 0123456789abcdef0123456789abcdef\n"]


def waits() -> Bytes:
    return [b"120", b"Mon, 02 Nov 2026 00:10:00 GMT", b"Mon, 02 Nov 9999 23:59:59 -2359", b"0"]


def urls() -> Bytes:
    return [
        b"https://rdap.arin.net/registry/ip/8.8.8.8",
        b"https://[::1]:8443/x",
        b"https://user:p@EXAMPLE.com./a?b#c",
        b"https://127.1/",
        b"http://x",
    ]


def requests() -> Bytes:
    good = b"GET /live\nHost: 127.0.0.1:8080\nSec-Fetch-Site: same-origin\n"
    return [good, b"GET /\nHost: evil.example\n", b"POST /\nHost: 127.0.0.1:8080\n"]


def faults() -> Bytes:
    forbidden = b"403\nAuthorizationFailed\nmay not perform action 'Microsoft.Network/expressRouteCircuits/read' over scope"
    return [forbidden, b"429\n\n", b"404\nx y\n"]


def texts() -> Bytes:
    from hostile import TEXTS  # noqa: PLC0415 (as above)

    return parts_of((one.encode("utf-8", "surrogatepass") for one in TEXTS.values()), 600)


def secrets() -> Bytes:
    return [
        *(
            b"mail john.doe@example.net or call +31 20 535 4444, password: hunter22",
            b'{"md5Key": "s3cret", "a": ["https://u:p@h/?sig=abc"]}',
        ),
        *(
            b"john (at) example (dot) net\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            b"Bearer abcdefghijkl /home/john/x",
        ),
        *(b'{"a": "eyJhbGciOi.eyJzdWIiOi.abcdefghij", "token": {"b": [1, "x"]}}', b"refused: 192.0.2.1 has asked too much"),
    ]


def redactions() -> Bytes:
    text = b"Bob Planted <bob@example.net>"
    return [text + b"\nask " + text + b" or Qm9iIFBsYW50ZWQ= or 426f6220506c616e746564\n", b"+31 20 535 4444\n+31205354444\n"]


def jsons() -> Bytes:
    return [*jsons_of({"a": [1, 2.5, "x", None, {"b": []}]}, [], "x"), b'{"a": 1, "a": 2}', b"[NaN, 1e400, -0.0]"]


def names() -> Bytes:
    return [b"ip/193.0.0.0_21.json", b"autnum/3333.json.gz", b"https://rdap.db.ripe.net/ip/2001:67c:2e8::/48"]
