"""Seeds of what registries publish and answer."""

from __future__ import annotations

import json

from formats import test_whois_networks as whois
from fuzz.seeding import REGISTRY, Bytes, files, jsons_of, parts_of
from records import SHAPES

from bgpcheck.formats import bootstrap

ROUTE = b"route: 193.0.0.0/21\ndescr: x\norigin: AS3333\nmnt-by: RIPE-NCC-MNT\nlast-modified: 2026-01-01T00:00:00Z\nsource: RIPE\n"
SET = b"as-set: AS-EXAMPLE\nmembers: AS3333, AS-OTHER\nmbrs-by-ref: ANY\nmnt-by: A-MNT\nsource: RIPE\n"
PERSON = b"person: John Doe\naddress: Street 1\nphone: +31 20 535 4444\ne-mail: john@example.net\nnic-hdl: JD1-RIPE\nsource: RIPE\n"


def rpsl() -> Bytes:
    odd = b"% comment\n\n*xxroute: 10.0.0.0/8\norigin: AS1 # why\n+ more\n\tand more\nholes: 10.1.0.0/16\nsource: RADB\n"
    return [
        *parts_of(files(REGISTRY, "*.db")),
        ROUTE,
        ROUTE + b"\n" + PERSON + b"\n" + SET,
        odd,
        *(SHAPES[key] for key in SHAPES if "whois" in key),
    ]


def as_sets() -> Bytes:
    return [b"\x80" + SET + b"aut-num: AS5\nmember-of: AS-EXAMPLE\nmnt-by: A-MNT\nsource: RIPE\n", b"\x00AS3333 AS-OTHER AS1:AS-X:AS2 ?\n"]


def delegated() -> Bytes:
    return parts_of(files(REGISTRY, "delegated-*"))


def vrps() -> Bytes:
    one = {"asn": 3333, "prefix": "193.0.0.0/21", "maxLength": 24, "ta": "ripe", "expires": 1793600000}
    other = {"asn": "AS3333", "prefix": "2001:67c:2e8::/48", "maxLength": 48, "ta": "ripe"}
    ext = {
        "asn": "AS1",
        "prefix": "10.0.0.0/8",
        "maxLength": 8,
        "source": [{"type": "roa", "tal": "ripe", "stale": "2026-11-03T00:00:00Z"}],
    }
    aspa = {"customer_asid": 1, "expires": 1793600000, "providers": [2, 3]}
    head = b"ASN,IP Prefix,Max Length,Trust Anchor,Expires\n"
    return [
        *parts_of(files(REGISTRY, "vrps.json")),
        *jsons_of(
            {"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [one, other], "aspas": [aspa]},
            {"roas": [ext], "metadata": {"generated": 1}},
        ),
        head + b"AS3333,193.0.0.0/21,24,ripe,1793600000\n3333,10.0.0.0/8,,arin,\n",
        b'"ASN","IP Prefix","Max Length","Trust Anchor"\n"AS1","10.0.0.0/8","8","ripe"\n',
    ]


def slurm() -> Bytes:
    filters = {"prefixFilters": [{"prefix": "193.0.0.0/21", "comment": "x"}, {"asn": 3333}], "bgpsecFilters": []}
    added = {"prefixAssertions": [{"asn": 3333, "prefix": "193.0.0.0/21", "maxPrefixLength": 24}], "bgpsecAssertions": []}
    whole = {"slurmVersion": 1, "validationOutputFilters": filters, "locallyAddedAssertions": added}
    two = {**whole, "slurmVersion": 2, "validationOutputFilters": {**filters, "aspaFilters": []}}
    return [*jsons_of(whole, two), b"\xef\xbb\xbf" + json.dumps(whole, indent=1).encode()]


def rdap() -> Bytes:
    autnum = {"objectClassName": "autnum", "startAutnum": 3333, "endAutnum": 3333, "handle": "AS3333", "port43": "whois.ripe.net"}
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "RIPE NCC"], ["kind", {}, "text", "org"]]]
    entity = {"objectClassName": "entity", "handle": "ORG-RIEN1-RIPE", "roles": ["registrant"], "vcardArray": card}
    wrong = {"errorCode": 404, "title": "not found", "notices": [{"title": "t", "description": ["d"]}], "entities": [entity]}
    return [
        *parts_of(files(REGISTRY / "rdap", "*/*.json")),
        *jsons_of({**autnum, "entities": [entity]}, entity, wrong, {"errorCode": 429, "title": "slow down"}),
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


LACNIC = b"""\
% Joint Whois
inetnum:     200.0.0/22
status:      allocated
owner:       X
ownerid:     UY-X
responsible: Y
created:     20000101

% end
"""
JPNIC = b"""\
Network Information:
a. [Network Number]             192.0.2.0/24
b. [Network Name]               EX
g. [Organization]               X Ltd
"""
KRNIC = b"""\
[ Network Information ]
IPv4 Address       : 1.208.0.0 - 1.255.255.255 (/12)
Organization Name  : X
Service Name       : Y
Network Type       : ALLOCATION
"""


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
            LACNIC,
            b"aut-num:     AS28000\r\nowner:       LACNIC\r\nownerid:     UY-LACN-LACNIC\r\n",
        ],
        "jpnic": [
            JPNIC,
            b"No match!!\n",
        ],
        "krnic": [
            KRNIC,
        ],
    }[registry]


def irrd_status() -> Bytes:
    return jsons_of(
        {"RIPE": {"authoritative": False, "rpki_rov_filter": True, "rpsl_data_updated": "2026-11-02T00:00:00+00:00", "error": None}}
    )


def extracts() -> Bytes:
    from bgpcheck.evidence.extract import Extract  # noqa: PLC0415 (used here alone)

    made = [
        *(("rpsl", ROUTE.decode().rstrip("\n")), ("delegated", "ripencc|NL|ipv4|193.0.0.0|2048|19930901|allocated|x")),
        *(("vrps/json", json.dumps({"asn": 1, "prefix": "10.0.0.0/8"})), ("slurm", slurm()[0].decode())),
    ]
    return [
        Extract("f", "0" * 64, 9, form, "2026-11-01T00:00:00+00:00", 1, 1, (4,), (), ((1, text),), {"ripe": 1}).encode()
        for form, text in made
    ]
