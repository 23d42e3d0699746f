"""Seeds: good inputs of every parser, from the fixtures and from what the tests build, made when they are asked for."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING, Any

import circuits
import exabgp_lines as said
import mrt_files as mrt
from circuit import test_powershell as powershell
from circuit import test_terraform as terraform
from formats import test_rtr as cache
from formats import test_whois_networks as whois
from preflight_texts import LEAST, WHOLE
from records import SHAPES

from bgpcheck.formats import bootstrap
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
REGISTRY = FIXTURES / "registry"
LONGEST = 6000  # bytes of a seed
Bytes = list[bytes]


def _files(folder: Path, pattern: str) -> Bytes:
    return [path.read_bytes() for path in sorted(folder.glob(pattern))]


def _parts(found: Iterable[bytes], most: int = LONGEST) -> Bytes:
    """Give what is short as it is, and the beginning of what is long."""
    return [one[:most] for one in found]


def _json(*values: object) -> Bytes:
    return [json.dumps(one).encode() for one in values]


# ── routers and speakers ────────────────────────────────────────────────────────────────────────────────────────────────────


def update_line() -> bytes:
    return said.update(["193.0.0.0/21", "2001:67c:2e8::/48"], ["192.87.0.0/16"], communities=[(12076, 5010)])


def exabgp_lines() -> Bytes:
    """One line of each kind and shape."""
    made = [
        *(update_line(), said.update(["193.0.0.0/21 0.0.0.1"]), said.update([], path=None), said.end_of_rib(), said.shutdown()),
        *(said.notification(6, 2, message="bye"), said.refresh("request"), said.opened(), said.state("up"), said.state("down", reason="x")),
    ]
    rows = [row for data in _files(FIXTURES / "events", "*.jsonl") for row in data.splitlines()]
    kinds: dict[tuple[bytes, int], bytes] = {}
    for row in rows:
        kinds.setdefault((row[:24], row.count(b":") // 4), row)
    return [*made, *(row for row in kinds.values() if len(row) < LONGEST)]


def recordings() -> Bytes:
    lines = [said.state("up"), update_line(), said.update(["193.0.0.0/22"]), said.update([], ["193.0.0.0/21"]), update_line(), said.end_of_rib()]
    return [b"\n".join(lines) + b"\n", *_parts(_files(FIXTURES / "events", "*.jsonl"), 3000)]


def neighbors() -> Bytes:
    capable = {"address": "127.0.0.2", "as": 3333, "capabilities": {"route-refresh": True}}
    return _json([{"peer": capable, "fsm": "ESTABLISHED", "local": {"families": {"ipv4 unicast": True}}}], [])


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
        mrt.record(16, 9, mrt.message(mrt.update(found, mrt.nlri(v4, path_id=3)))) + mrt.record(13, 6, bytes(20)) + mrt.record(16, 5, bytes(24)),
    ]


def route_lists() -> Bytes:
    rows = [b"193.0.0.0/21,3333", b"2001:67c:2e8::/48,AS3333", b"10.0.0.1/8,", b'"192.0.2.0/24","{1,2}"', b"", b"x,y", b"1.2.3.0/24,1.10"]
    return [b"prefix,asn\n" + b"\n".join(rows) + b"\n", b"prefix,asn\n" + b"\r\n".join(rows[:2]), (FIXTURES / "routes.csv").read_bytes()]


def route_files() -> Bytes:
    return [*route_lists(), *mrt_files(), *recordings()[:1], gzip.compress(mrt_files()[0], mtime=0)]


def rtr() -> Bytes:
    changes = cache.begin() + cache.prefix(cache.NET, 24, 3333, flags=0) + cache.end(2)
    return [
        *(cache.WHOLE, cache.WHOLE + changes, cache.pdu(0, 7, bytes(4)), cache.pdu(8), cache.error(2, b"no data"), cache.error(4, version=0)),
        cache.begin(version=0) + cache.end(1, version=0),
        cache.begin() + cache.pdu(9, 0, bytes(30)) + cache.end(1),
    ]


def addresses() -> Bytes:
    return [b"193.0.0.0/21", b"2001:67c:2e8::/48", b"::/0", b"::ffff:192.0.2.1/128", b"AS3333", b"1.10", b"4294967295", b" 10.0.0.0/8 "]


def journal_rows() -> Bytes:
    route = ["193.0.0.0/21", "127.0.0.2", "", 3333, '[["as-sequence",[3333]]]', '["12076:5010"]', "2026-11-02T00:00:00+00:00"]
    session = ["127.0.0.2", "primary", 3333, "up", "2026-11-02T00:00:00Z", 0, ""]
    return _json(route, session, ["193.0.0.0/21", "configured", "high", "x", 1, "2026-11-02T00:00:00Z"])


# ── registries ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

ROUTE = b"route: 193.0.0.0/21\ndescr: x\norigin: AS3333\nmnt-by: RIPE-NCC-MNT\nlast-modified: 2026-01-01T00:00:00Z\nsource: RIPE\n"
SET = b"as-set: AS-EXAMPLE\nmembers: AS3333, AS-OTHER\nmbrs-by-ref: ANY\nmnt-by: A-MNT\nsource: RIPE\n"
PERSON = b"person: John Doe\naddress: Street 1\nphone: +31 20 535 4444\ne-mail: john@example.net\nnic-hdl: JD1-RIPE\nsource: RIPE\n"


def rpsl() -> Bytes:
    odd = b"% comment\n\n*xxroute: 10.0.0.0/8\norigin: AS1 # why\n+ more\n\tand more\nholes: 10.1.0.0/16\nsource: RADB\n"
    return [*_parts(_files(REGISTRY, "*.db")), ROUTE, ROUTE + b"\n" + PERSON + b"\n" + SET, odd, *(SHAPES[key] for key in SHAPES if "whois" in key)]


def as_sets() -> Bytes:
    return [b"\x80" + SET + b"aut-num: AS5\nmember-of: AS-EXAMPLE\nmnt-by: A-MNT\nsource: RIPE\n", b"\x00AS3333 AS-OTHER AS1:AS-X:AS2 ?\n"]


def delegated() -> Bytes:
    return _parts(_files(REGISTRY, "delegated-*"))


def vrps() -> Bytes:
    one = {"asn": 3333, "prefix": "193.0.0.0/21", "maxLength": 24, "ta": "ripe", "expires": 1793600000}
    other = {"asn": "AS3333", "prefix": "2001:67c:2e8::/48", "maxLength": 48, "ta": "ripe"}
    ext = {"asn": "AS1", "prefix": "10.0.0.0/8", "maxLength": 8, "source": [{"type": "roa", "tal": "ripe", "stale": "2026-11-03T00:00:00Z"}]}
    aspa = {"customer_asid": 1, "expires": 1793600000, "providers": [2, 3]}
    head = b"ASN,IP Prefix,Max Length,Trust Anchor,Expires\n"
    return [
        *_parts(_files(REGISTRY, "vrps.json")),
        *_json({"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [one, other], "aspas": [aspa]}, {"roas": [ext], "metadata": {"generated": 1}}),
        head + b"AS3333,193.0.0.0/21,24,ripe,1793600000\n3333,10.0.0.0/8,,arin,\n",
        b'"ASN","IP Prefix","Max Length","Trust Anchor"\n"AS1","10.0.0.0/8","8","ripe"\n',
    ]


def slurm() -> Bytes:
    filters = {"prefixFilters": [{"prefix": "193.0.0.0/21", "comment": "x"}, {"asn": 3333}], "bgpsecFilters": []}
    added = {"prefixAssertions": [{"asn": 3333, "prefix": "193.0.0.0/21", "maxPrefixLength": 24}], "bgpsecAssertions": []}
    whole = {"slurmVersion": 1, "validationOutputFilters": filters, "locallyAddedAssertions": added}
    two = {**whole, "slurmVersion": 2, "validationOutputFilters": {**filters, "aspaFilters": []}}
    return [*_json(whole, two), b"\xef\xbb\xbf" + json.dumps(whole, indent=1).encode()]


def rdap() -> Bytes:
    autnum = {"objectClassName": "autnum", "startAutnum": 3333, "endAutnum": 3333, "handle": "AS3333", "port43": "whois.ripe.net"}
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "RIPE NCC"], ["kind", {}, "text", "org"]]]
    entity = {"objectClassName": "entity", "handle": "ORG-RIEN1-RIPE", "roles": ["registrant"], "vcardArray": card}
    wrong = {"errorCode": 404, "title": "not found", "notices": [{"title": "t", "description": ["d"]}], "entities": [entity]}
    return [
        *_parts(_files(REGISTRY / "rdap", "*/*.json")),
        *_json({**autnum, "entities": [entity]}, entity, wrong, {"errorCode": 429, "title": "slow down"}),
        *(SHAPES[key] for key in SHAPES if "RDAP" in key),
    ]


def iana() -> Bytes:
    service = {"services": [[["193.0.0.0/8"], ["https://rdap.db.ripe.net/", "http://x/"]]]}
    numbers = {"services": [[["3333-3340", "5"], ["https://rdap.db.ripe.net"]]]}
    parts = {"ipv4": json.dumps(service).encode(), "asn": json.dumps(numbers).encode()}
    return [bootstrap.joined(parts)]


def records() -> Bytes:
    quoted = b"".join(b"> " + row + b"\n" for row in SHAPES["RIPE's whois"].splitlines())
    return [*SHAPES.values(), *rpsl()[:2], quoted]


def networks(registry: str) -> Bytes:
    """Answers of a whois that is no RPSL."""
    return {
        "arin": [
            whois.THREE,
            *(SHAPES[key] for key in SHAPES if "ARIN's whois" in key),
            b"\nASNumber:       100 - 199\nASName: X\nASHandle: AS100\n\nOrgName: X\nOrgId: Y\n\n#\n",
            b"# start\n\nNo match found for n + 8.8.8.8.\n#\n",
        ],
        "lacnic": [
            b"% Joint Whois\ninetnum:     200.0.0/22\nstatus:      allocated\nowner:       X\nownerid:     UY-X\nresponsible: Y\ncreated:     20000101\n\n% end\n",
            b"aut-num:     AS28000\r\nowner:       LACNIC\r\nownerid:     UY-LACN-LACNIC\r\n",
        ],
        "jpnic": [
            b"Network Information:\na. [Network Number]             192.0.2.0/24\nb. [Network Name]               EX\ng. [Organization]               X Ltd\n",
            b"No match!!\n",
        ],
        "krnic": [
            b"[ Network Information ]\nIPv4 Address       : 1.208.0.0 - 1.255.255.255 (/12)\nOrganization Name  : X\nService Name       : Y\nNetwork Type       : ALLOCATION\n"
        ],
    }[registry]


def irrd_status() -> Bytes:
    return _json({"RIPE": {"authoritative": False, "rpki_rov_filter": True, "rpsl_data_updated": "2026-11-02T00:00:00+00:00", "error": None}})


def extracts() -> Bytes:
    from bgpcheck.evidence.extract import Extract  # noqa: PLC0415 (used here alone)

    made = [
        *(("rpsl", ROUTE.decode().rstrip("\n")), ("delegated", "ripencc|NL|ipv4|193.0.0.0|2048|19930901|allocated|x")),
        *(("vrps/json", json.dumps({"asn": 1, "prefix": "10.0.0.0/8"})), ("slurm", slurm()[0].decode())),
    ]
    return [Extract("f", "0" * 64, 9, form, "2026-11-01T00:00:00+00:00", 1, 1, (4,), (), ((1, text),), {"ripe": 1}).encode() for form, text in made]


# ── Azure ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def azure() -> Bytes:
    """Circuits in ARM's shape and in others', tables, filters, print-outs, Terraform's files."""
    whole: dict[str, Any] = circuits.body(circuits.microsoft(), circuits.private())
    infos = [{"prefix": "193.0.0.0/21", "validationId": "x", "validationState": "Configured", "signature": ""}]
    flat = {**whole, **whole["properties"]}
    del flat["properties"]
    state = {"version": 4, "terraform_version": "1.9", "resources": [
        {"mode": "managed", "type": "azurerm_express_route_circuit", "name": "a", "instances": [{"attributes": terraform.CIRCUIT}]},
        {"mode": "managed", "type": "azurerm_express_route_circuit_peering", "name": "b", "instances": [{"attributes": terraform.PEERING}]},
    ]}  # fmt: skip
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [
        {"address": "x.a", "mode": "managed", "type": "azurerm_express_route_circuit", "name": "a", "values": terraform.CIRCUIT}]}}}  # fmt: skip
    arp = {"value": [{"age": 0, "interface": "On-Prem", "ipAddress": "193.0.30.1", "macAddress": "00:11:22:33:44:55"}]}
    routes = {"value": [{"network": "193.0.0.0/21", "nextHop": "193.0.30.1", "locPrf": "", "weight": 0, "path": "3333 i"}]}
    summary = {"value": [{"neighbor": "193.0.30.1", "v": 4, "as": 3333, "upDown": "1d", "statePfxRcd": "5"}]}
    filters = {"type": "Microsoft.Network/routeFilters", "name": "f", "id": "/filters/all", "properties": {"rules": [
        {"name": "r", "properties": {"access": "Allow", "routeFilterRuleType": "Community", "communities": ["12076:51004"]}}]}}  # fmt: skip
    signed = circuits.body(circuits.microsoft(microsoftPeeringConfig=circuits.config(advertisedPublicPrefixInfo=infos)))
    return [
        *_json(whole, [whole], {"value": [whole]}, flat, signed, state, plan, arp, routes, summary, filters),
        *_json({"primaryBytesIn": 1, "primaryBytesOut": 2, "secondaryBytesIn": 3, "secondaryBytesOut": 4}),
        *(one.read_bytes() for one in sorted((FIXTURES / "circuits").glob("*.json"))),
        *(powershell.PEERING.encode(), powershell.CIRCUIT.encode(), (powershell.CIRCUIT + "\n" + powershell.PEERING).encode()),
        b"Network           NextHop        LocPrf Weight Path\n-------           -------        ------ ------ ----\n193.0.0.0/21      193.0.30.1            0      3333 i\n",
    ]


def resource_ids() -> Bytes:
    return [circuits.ID.encode(), f"{circuits.ID}/peerings/MicrosoftPeering".encode(), circuits.ID.partition("/providers")[0].encode()]


def communities() -> Bytes:
    return [b"12076:51004", b"12076:5010", b"65535:65535"]


def results() -> Bytes:
    """A result of one prefix, with a finding and a gap."""
    whole = json.loads((FIXTURES / "results" / "tour-earlier.json").read_text())
    short = {**whole, "prefixes": whole["prefixes"][:1], "findings": whole["findings"][:1], "gaps": whole["gaps"][:1]}
    return _json(short, [short])


def feedback_files() -> Bytes:
    line = {"schema": "bgpcheck/feedback/v1", "decidedAt": "2026-01-01T00:00:00Z", "prefix": "193.0.0.0/21"}
    return [json.dumps(line).encode() + b"\n", json.dumps({**line, "prefix": "x"}).encode(), b""]


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def yaml() -> Bytes:
    odd = b"a: &x [1, 'b', \"c\\u0041\"]\nb: |\n  text\n  more\nc: >-\n  folded\n\n  x\n? d\n: {e: ~, f: yes}\n"
    return [odd, b"%YAML 1.1\n---\na: b\n...\n", b"- a\n- b: c\n  d: [e, {f: g}]\n", *preflights(), *policies()]


def preflights() -> Bytes:
    return [WHOLE.encode(), LEAST.encode(), *_files(ROOT / "configs" / "preflight", "*.yaml")]


def policies() -> Bytes:
    small = b"name: p\nrequired: []\nfacts: [irr, rpki]\nrows:\n- {row: 1, when: {irr: exact}, verdict: configured, reason: 'x-{irr}', confidence: high}\n"
    last = b"- {row: 2, when: {}, unless: {rpki: {not: valid}}, verdict: undetermined, reason: y}\n- {row: 3, when: {}, verdict: undetermined, reason: z}\n"
    return [small + last, *_files(ROOT / "configs" / "policies", "*.yaml")]


def sources() -> Bytes:
    return [configs.sources_bytes()]


def samples() -> Bytes:
    return [configs.samples_bytes()]


def templates() -> Bytes:
    return [*_files(ROOT / "bgpcheck" / "templates", "*.md"), b"$# comment\n$name $$ ${blanks}\n________ (date)\n"]


def packed() -> Bytes:
    text = ROUTE * 20
    whole = [gzip.compress(text, mtime=0), bz2.compress(text), lzma.compress(text)]
    return [text, *whole, whole[0] * 2, whole[2] + bytes(8) + whole[2]]


def content() -> Bytes:
    return [bytes([kind, 0, 30]) + ROUTE for kind in range(3)]


def planned() -> Bytes:
    return [b"193.0.0.0/21-24 => AS3333\n\n" + ROUTE, b"2001:db8::/32 => 3333\n"]


def cached() -> Bytes:
    import hashlib  # noqa: PLC0415 (used here alone)

    head = {"schema": "bgpcheck/answer/v1", "source": "irr/RIPE", "question": "q", "at": "2026-11-02T00:00:00+00:00"}
    return [json.dumps({**head, "sha256": hashlib.sha256(ROUTE).hexdigest()}).encode() + b"\n" + ROUTE]


VERSION = {"etag": '"x"', "modified": "Mon, 02 Nov 2026 00:00:00 GMT", "size": 7, "strong": '"x"'}


def downloads() -> Bytes:
    facts = {"irr/RIPE": {"source": "irr/RIPE", "file": "f", "sha256": "0" * 64, "size": 1, "dated": None, "rows": 1, "routes": 1}}
    facts["irr/RIPE"] |= {"families": [4], "anchors": {"ripe": 1}}
    record = {"schema": "bgpcheck/download/v1", "url": "https://ftp.example/file", "file": "file", "version": VERSION, "facts": facts}
    return _json({**record, "fetched": "2026-11-02T00:00:00+00:00", "failed": None, "reason": ""})


def parts() -> Bytes:
    return _json(VERSION, {**VERSION, "modified": "20261101120000"})


# ── evidence and wires ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
    from fuzz.proofs import members  # noqa: PLC0415 (as above)

    listing = json.loads(members()["documents.json"])["documents"]
    digest = next(row["sha256"] for row in listing if row["source"] == "input/case")
    return [members()[f"documents/{digest}"]]


def ids() -> Bytes:
    from certificates import ID  # noqa: PLC0415 (as above)

    return [ID.encode()]


def certificate_texts() -> Bytes:
    return _parts([*SHAPES.values()], 5000)


def irrd_talk() -> Bytes:
    begun = b"C\nC\nA5\nRIPE\nC\n"
    return [begun + b"A6\nroute\nC\nD\nF no such key\n", begun + b"D\nC\nA0\n\nC\n", b"C\r\nC\r\nA4\r\nRIPEC\r\nD\r\nD\r\nD\r\n", begun + b"A6\nroute\nC\nA0\nC\nC\n"]


def whois_ends() -> Bytes:
    return [ROUTE + b"\n\n", b"%ERROR:101: no entries found\n\n\n", b"[::1]:4343", b"whois.ripe.net:43"]


def ftp() -> Bytes:
    begun = b"220 hello\r\n331 who\r\n230 in\r\n200 binary\r\n213 1000\r\n213 20261101120000\r\n"
    return [begun + b"227 Entering Passive Mode (127,0,0,1,195,80)\r\n", b"220-a\r\n220 b\r\n230 in\r\n200 x\r\n500 no\r\n502 no\r\n227 (1,2,3,4,5,6)\r\n", b"421 busy\r\n"]


def headers() -> Bytes:
    return [
        b'Content-Length: 1000\nETag: "x"\nLast-Modified: Mon, 02 Nov 2026 00:00:00 GMT\nDate: Mon, 02 Nov 2026 00:10:00 GMT\n'
        b"Content-Range: bytes 10-999/1000\n",
        b"MD5 (x.gz) = 0123456789abcdef0123456789abcdef\n",
        b"0123456789abcdef0123456789abcdef  x.gz\nfedcba9876543210fedcba9876543210 *y.gz\n",
    ]


def waits() -> Bytes:
    return [b"120", b"Mon, 02 Nov 2026 00:10:00 GMT", b"Mon, 02 Nov 9999 23:59:59 -2359", b"0"]


def urls() -> Bytes:
    return [b"https://rdap.arin.net/registry/ip/8.8.8.8", b"https://[::1]:8443/x", b"https://user:p@EXAMPLE.com./a?b#c", b"https://127.1/", b"http://x"]


def texts() -> Bytes:
    from hostile import TEXTS  # noqa: PLC0415 (as above)

    return _parts((one.encode("utf-8", "surrogatepass") for one in TEXTS.values()), 600)


def secrets() -> Bytes:
    return [
        *(b"mail john.doe@example.net or call +31 20 535 4444, password: hunter22", b'{"md5Key": "s3cret", "a": ["https://u:p@h/?sig=abc"]}'),
        *(b"john (at) example (dot) net\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"Bearer abcdefghijkl /home/john/x"),
        *(b'{"a": "eyJhbGciOi.eyJzdWIiOi.abcdefghij", "token": {"b": [1, "x"]}}', b"refused: 192.0.2.1 has asked too much"),
    ]


def redactions() -> Bytes:
    text = b"Bob Planted <bob@example.net>"
    return [text + b"\nask " + text + b" or Qm9iIFBsYW50ZWQ= or 426f6220506c616e746564\n", b"+31 20 535 4444\n+31205354444\n"]


def jsons() -> Bytes:
    return _json({"a": [1, 2.5, "x", None, {"b": []}]}, [], "x") + [b'{"a": 1, "a": 2}', b"[NaN, 1e400, -0.0]"]


def names() -> Bytes:
    return [b"ip/193.0.0.0_21.json", b"autnum/3333.json.gz", b"https://rdap.db.ripe.net/ip/2001:67c:2e8::/48"]


def all_of(*several: Sequence[bytes]) -> Bytes:
    return [one for found in several for one in found]
