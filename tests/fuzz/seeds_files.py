"""Seeds of Azure's shapes, of a user's files and of what is kept on a disk."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from typing import Any

import circuits
from circuit import test_powershell as powershell
from circuit import test_terraform as terraform
from fuzz.seeding import FIXTURES, ROOT, Bytes, files, jsons_of
from fuzz.seeds_registries import ROUTE
from preflight_texts import LEAST, WHOLE

from bgpcheck.store import configs

TABLE = b"""\
Network           NextHop        LocPrf Weight Path
-------           -------        ------ ------ ----
193.0.0.0/21      193.0.30.1            0      3333 i
"""
POLICY = b"""\
name: p
required: []
facts: [irr, rpki]
rows:
- {row: 1, when: {irr: exact}, verdict: configured, reason: 'x-{irr}', confidence: high}
- {row: 2, when: {}, unless: {rpki: {not: valid}}, verdict: undetermined, reason: y}
- {row: 3, when: {}, verdict: undetermined, reason: z}
"""


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
    made = {"address": "x.a", "mode": "managed", "type": "azurerm_express_route_circuit", "name": "a", "values": terraform.CIRCUIT}
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [made]}}}
    arp = {"value": [{"age": 0, "interface": "On-Prem", "ipAddress": "193.0.30.1", "macAddress": "00:11:22:33:44:55"}]}
    routes = {"value": [{"network": "193.0.0.0/21", "nextHop": "193.0.30.1", "locPrf": "", "weight": 0, "path": "3333 i"}]}
    summary = {"value": [{"neighbor": "193.0.30.1", "v": 4, "as": 3333, "upDown": "1d", "statePfxRcd": "5"}]}
    filters = {"type": "Microsoft.Network/routeFilters", "name": "f", "id": "/filters/all", "properties": {"rules": [
        {"name": "r", "properties": {"access": "Allow", "routeFilterRuleType": "Community", "communities": ["12076:51004"]}}]}}  # fmt: skip
    signed = circuits.body(circuits.microsoft(microsoftPeeringConfig=circuits.config(advertisedPublicPrefixInfo=infos)))
    return [
        *jsons_of(whole, [whole], {"value": [whole]}, flat, signed, state, plan, arp, routes, summary, filters),
        *jsons_of({"primaryBytesIn": 1, "primaryBytesOut": 2, "secondaryBytesIn": 3, "secondaryBytesOut": 4}),
        *(one.read_bytes() for one in sorted((FIXTURES / "circuits").glob("*.json"))),
        *(powershell.PEERING.encode(), powershell.CIRCUIT.encode(), (powershell.CIRCUIT + "\n" + powershell.PEERING).encode()),
        TABLE,
    ]


def resource_ids() -> Bytes:
    return [circuits.ID.encode(), f"{circuits.ID}/peerings/MicrosoftPeering".encode(), circuits.ID.partition("/providers")[0].encode()]


def communities() -> Bytes:
    return [b"12076:51004", b"12076:5010", b"65535:65535"]


def results() -> Bytes:
    """A result of one prefix, with a finding and a gap."""
    whole = json.loads((FIXTURES / "results" / "tour-earlier.json").read_text())
    short = {**whole, "prefixes": whole["prefixes"][:1], "findings": whole["findings"][:1], "gaps": whole["gaps"][:1]}
    return jsons_of(short, [short])


def feedback_files() -> Bytes:
    line = {"schema": "bgpcheck/feedback/v1", "decidedAt": "2026-01-01T00:00:00Z", "prefix": "193.0.0.0/21"}
    return [json.dumps(line).encode() + b"\n", json.dumps({**line, "prefix": "x"}).encode(), b""]


def yaml() -> Bytes:
    odd = b"a: &x [1, 'b', \"c\\u0041\"]\nb: |\n  text\n  more\nc: >-\n  folded\n\n  x\n? d\n: {e: ~, f: yes}\n"
    return [odd, b"%YAML 1.1\n---\na: b\n...\n", b"- a\n- b: c\n  d: [e, {f: g}]\n", *preflights(), *policies()]


def preflights() -> Bytes:
    return [WHOLE.encode(), LEAST.encode(), *files(ROOT / "configs" / "preflight", "*.yaml")]


def policies() -> Bytes:
    return [POLICY, *files(ROOT / "configs" / "policies", "*.yaml")]


def sources() -> Bytes:
    return [configs.sources_bytes()]


def samples() -> Bytes:
    return [configs.samples_bytes()]


def templates() -> Bytes:
    return [*files(ROOT / "bgpcheck" / "templates", "*.md"), b"$# comment\n$name $$ ${blanks}\n________ (date)\n"]


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
    return jsons_of({**record, "fetched": "2026-11-02T00:00:00+00:00", "failed": None, "reason": ""})


def parts() -> Bytes:
    return jsons_of(VERSION, {**VERSION, "modified": "20261101120000"})
