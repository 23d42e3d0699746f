"""Whatever the file: a reading or a FormatError, in bounded time; and every published file of Azure's, value by value."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace

from bgpcheck.circuit.model import Circuit
from bgpcheck.circuit.read import MAX_FILE, read
from bgpcheck.circuit.seen import Counters, Reading, RouteEntry
from bgpcheck.errors import FormatError

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "azure"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: Azure's published data are not part of the project")


@dataclass(frozen=True)
class Wanted:
    """What stands in a published file. ``prefix_states``: by peering and family; ``tables``: rows of ARP, summary, routes, counters."""

    circuits: tuple[str, ...] = ()
    states: tuple[str, str, str] = ("", "", "")  # of the provider, status, provisioning
    known: bool = True
    peerings: tuple[tuple[str, str, str, int | None, int | None], ...] = ()  # type, provisioning state, state, peer ASN, VLAN id
    links: tuple[str, ...] = ()
    prefix_states: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    filtered: tuple[bool | None, ...] = ()
    tables: tuple[int | None, int | None, int | None, int | None] = (None, None, None, None)
    notes: tuple[str, ...] = ()


READY = ("Provisioned", "Enabled", "Succeeded")
ORDERED = ("NotProvisioned", "Enabled", "Succeeded")
LINKS4, LINKS6 = ("104.0.0.0/30", "105.0.0.0/30"), ("2001:db00::/126", "2002:db00::/126")
EXAMPLE4, EXAMPLE6 = ("123.0.0.0/30", "123.0.0.4/30"), ("3FFE:FFFF:0:CD30::/126", "3FFE:FFFF:0:CD30::4/126")
RECORDED = ("MicrosoftPeering", "Succeeded", "Enabled", 10002, 103)
UPDATING = ("MicrosoftPeering", "Updating", "Enabled", 10002, 103)
BOTH = {"prefixes": ("104.0.0.0/30", "2001:db00::/126"), "links": (*LINKS4, *LINKS6), "filtered": (False, False)}
ONE = {"prefixes": ("104.0.0.0/30",), "links": LINKS4, "filtered": (False,)}
NEEDED = "ValidationNeeded"
EXAMPLE = Wanted(
    ("circuitName",),
    known=False,
    peerings=(("MicrosoftPeering", "Succeeded", "Enabled", 100, 300),),
    links=(*EXAMPLE4, *EXAMPLE6),
    prefix_states=(NEEDED, NEEDED),
    prefixes=("123.1.0.0/24", "3FFE:FFFF:0:CD31::/120"),
    filtered=(True, False),
)
FILES = {
    "az-network-express-route-show.synthetic.json": Wanted(
        ("circuit1",), ORDERED, peerings=(RECORDED,), prefix_states=(NEEDED, NEEDED), **BOTH
    ),
    "bgp-communities.json": Wanted(notes=("a table of Microsoft's BGP communities",)),
    "peering-with-advertisedPublicPrefixInfo.synthetic.json": EXAMPLE,
    "cli-recording/01-circuit-put-201-updating.json": Wanted(("circuit1",), ("NotProvisioned", "Disabled", "Updating")),
    "cli-recording/02-circuit-get-200-succeeded.json": Wanted(("circuit1",), ORDERED),
    "cli-recording/03-peering-put-request.json": Wanted(
        ("",), known=False, peerings=(("MicrosoftPeering", "", "", 10002, 103),), prefix_states=("",), **ONE
    ),
    "cli-recording/04-peering-put-201-updating-NotConfigured.json": Wanted(
        ("circuit1",), known=False, peerings=(UPDATING,), prefix_states=("NotConfigured",), **ONE
    ),
    "cli-recording/05-peering-get-200-ValidationNeeded.json": Wanted(
        ("circuit1",), known=False, peerings=(RECORDED,), prefix_states=(NEEDED,), **ONE
    ),
    "cli-recording/06-peering-put-ipv6-200-updating.json": Wanted(
        ("circuit1",), known=False, peerings=(UPDATING,), prefix_states=(NEEDED, "NotConfigured"), **BOTH
    ),
    "cli-recording/07-peering-get-ipv6-200-ValidationNeeded.json": Wanted(
        ("circuit1",), known=False, peerings=(RECORDED,), prefix_states=(NEEDED, NEEDED), **BOTH
    ),
    "cli-recording/08-peering-stats-get-200.json": Wanted(tables=(None, None, None, 1)),
    "powershell/Get-AzExpressRouteCircuit.howto-routing-arm-2023.txt": Wanted(("ExpressRouteARMCircuit",), READY),
    "powershell/Get-AzExpressRouteCircuit.reset-peering-doc-2026-03-11.txt": Wanted(
        ("ExpressRouteARMCircuit",),
        READY,
        peerings=(
            ("AzurePrivatePeering", "Succeeded", "Enabled", 123, 789),
            ("MicrosoftPeering", "Succeeded", "Enabled", 123, 345),
        ),
        links=("10.0.0.0/30", "10.0.0.4/30", "3.0.0.0/30", "3.0.0.4/30"),
        prefix_states=("NotConfigured", NEEDED),
        prefixes=("3.0.0.3/32",),
        filtered=(None, None),
    ),
    "powershell/Get-AzureRmExpressRouteCircuitPeeringConfig.troubleshooting-2017.txt": Wanted(
        ("Test-ER-Ckt",),
        known=False,
        peerings=(("AzurePrivatePeering", "Succeeded", "", None, 300),),
        links=("172.16.0.0/30", "172.16.0.4/30"),
        filtered=(None,),
    ),
    "powershell/troubleshooting-tables-classic-2017.txt": Wanted(tables=(2, 1, 2, 1), notes=("one of the commands found no such peering",)),
    "rest-examples/ExpressRouteCircuitARPTableList.json": Wanted(tables=(1, None, None, None)),
    "rest-examples/ExpressRouteCircuitGet.json": Wanted(("circuitName",), ORDERED),
    "rest-examples/ExpressRouteCircuitListByResourceGroup.json": Wanted(("circuitName1", "circuitName2"), READY),
    "rest-examples/ExpressRouteCircuitPeeringCreate.json": Wanted(
        ("circuitName",),
        known=False,
        peerings=(("AzurePrivatePeering", "Succeeded", "Enabled", 200, 200),),
        links=("192.168.16.252/30", "192.168.18.252/30", *EXAMPLE6),
        filtered=(False, False),
    ),
    "rest-examples/ExpressRouteCircuitPeeringGet.json": EXAMPLE,
    "rest-examples/ExpressRouteCircuitRouteTableList.json": Wanted(tables=(None, None, 0, None)),
    "rest-examples/ExpressRouteCircuitRouteTableSummaryList.json": Wanted(tables=(None, 1, None, None)),
}


def published(name: str) -> Reading:
    return read((DATA / name).read_bytes(), file=name)


def found(reading: Reading) -> Wanted:
    """The same view of what was read: states are those of the first circuit."""
    first = reading.circuits[0] if reading.circuits else Circuit()
    peerings = first.peerings
    sessions = [session for peering in peerings for session in peering.sessions]
    configs = [session.config for session in sessions if session.config]
    tables = reading.tables
    return Wanted(
        tuple(one.name for one in reading.circuits),
        (first.provider_state, first.status, first.provisioning_state),
        first.known,
        tuple((one.type, one.provisioning_state, one.state, one.peer_asn, one.vlan_id) for one in peerings),
        tuple(link for session in sessions for link in (session.primary, session.secondary)),
        tuple(config.state for config in configs),
        tuple(prefix for config in configs for prefix in config.prefixes),
        tuple(session.filtered for session in sessions),
        (
            None if tables.arp is None else len(tables.arp),
            None if tables.summary is None else len(tables.summary),
            None if tables.routes is None else len(tables.routes),
            None if tables.counters is None else len(tables.counters),
        ),
    )


@needs_data
def test_every_published_file_is_looked_at() -> None:
    assert {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()} == FILES.keys()


@needs_data
@pytest.mark.parametrize("name", FILES)
def test_published_files(name: str) -> None:
    reading, wanted = published(name), FILES[name]
    assert len(reading.notes) == len(wanted.notes)
    assert all(got.startswith(note) for got, note in zip(reading.notes, wanted.notes, strict=True))
    assert found(reading) == Wanted(**{**vars(wanted), "notes": ()})


@needs_data
def test_published_values_by_the_way() -> None:
    recorded = published("cli-recording/04-peering-put-201-updating-NotConfigured.json").circuits[0].peerings[0]
    assert (recorded.azure_asn, recorded.modified_by) == (0, "")  # ST-12
    shown = published("az-network-express-route-show.synthetic.json").circuits[0]
    assert (shown.tier, shown.bandwidth, shown.links_in_use, shown.layer) == ("Premium", 50, 0, 2)
    assert [session.config.customer_asn for session in shown.peerings[0].sessions if session.config] == [10000, 100001]
    info = published("peering-with-advertisedPublicPrefixInfo.synthetic.json").circuits[0].peerings[0].sessions[0].config
    assert info
    assert [(one.prefix, one.state, one.validation_id[:10]) for one in info.infos] == [("123.1.0.0/24", NEEDED, "Azure-SKEY")]
    second = published("rest-examples/ExpressRouteCircuitListByResourceGroup.json").circuits[1]
    assert (second.provider_state, second.links_in_use) == ("NotProvisioned", 0)
    classic = published("powershell/troubleshooting-tables-classic-2017.txt").tables
    assert classic.counters == (Counters(240780020, 239863857, 240565035, 239628474),)
    assert classic.routes
    assert classic.routes[0] == RouteEntry("10.1.0.0/16", "10.0.0.1", "#### ##### #####")
    assert classic.summary
    assert (classic.summary[0].neighbor, classic.summary[0].asn, classic.summary[0].received) == ("10.0.0.1", None, 50)
    assert classic.arp
    assert [(one.side, one.mac, one.age) for one in classic.arp] == [("On-Prem", "e8ed.f335.4ca9", 113), ("Microsoft", "7c0e.ce85.4fc9", 0)]
    summary = published("rest-examples/ExpressRouteCircuitRouteTableSummaryList.json").tables.summary
    assert summary
    assert (summary[0].asn, summary[0].state, summary[0].received) == (9583, "Idle", None)


@needs_data
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_published_files_in_other_encodings(name: str, encoding: str) -> None:
    text = (DATA / name).read_text().replace("\n", "\r\n")
    assert read(text.encode(encoding), file=name) == published(name)


BAD = [
    (b"\xff", "not text: it is not UTF-8"),
    (b"\xff\xfe\x00", "not text: it is not UTF-16"),
    (b"\xef\xbb\xbf\xff", "not text"),
    (b"{", "not JSON"),
    (b'{"a":NaN}', "not JSON"),
    (b'{"a":1,"a":2}', "a key comes twice"),
    (b'{"peerings":[],"Peerings":[1]}', "the key Peerings stands there twice"),
    (b" " * (MAX_FILE + 1), "more than 16 MiB"),
    (b"[" * 30 + b"1" + b"]" * 30, "must be an object"),
    (b"[" * 50 + b"]" * 50, "nested too deep"),
    (b"[" * 500 + b"]" * 500, "nested too deep"),
    (b"[" * 200_000, "nested too deep"),
    (b'{"properties":' * 500 + b"{}" + b"}" * 500, "nested too deep"),
    (b'{"properties":' * 100 + b"{}" + b"}" * 100, "nothing that bgpcheck knows"),
    (b'{"a":' + b"[" * 850 + b"1" + b"]" * 850 + b',"A":' + b"[" * 850 + b"2" + b"]" * 850 + b"}", "nested too deep"),
    (b'{"a":' + b"[" * 140 + b"1" + b"]" * 140 + b',"A":' + b"[" * 140 + b"2" + b"]" * 140 + b"}", "the key A stands there twice"),
    (b'{"peerASN":' + b"[" * 140 + b"]" * 140 + b"}", "must be a number"),
    (b'{"value":' * 20 + b"[1]" + b"}" * 20, "nothing that bgpcheck knows"),
    (b"[" + b'{"serviceKey":"x"},' * 5001 + b'{"serviceKey":"x"}]', "more than 5000 circuits"),
    (b'{"peerASN":' + b"9" * 5000 + b"}", "a number is too long"),
]


@pytest.mark.parametrize(("data", "says"), BAD, ids=range(len(BAD)))
def test_what_is_nothing(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        read(data, file="f")
    assert caught.value.file == "f"


LARGE = {
    "rows": b"[" + b'{"network":"","nextHop":""},' * 150_000 + b"{}]",
    "one object": b"{" + b",".join(b'"k%d":0' % number for number in range(500_000)) + b"}",
    "brackets in text": b"Name : x\nSku : {\n" + b"[]" * 3_000_000,
    "quotes in text": b'Name : x\nSku : {"' + b'"\n"' * 390_000,
    "fields in text": b"".join(b"K%d : v\n" % number for number in range(390_000)),
    "a long line": b"a" * (8 << 20),
    "blanks": b" " * (8 << 20),
    "blanks before a colon": b"Name" + b" " * (7 << 20) + b"x",
    "masks": b"#" * (8 << 20),
    "words": b"age " * (2 << 20),
}


@pytest.mark.parametrize("kind", LARGE)
def test_large_files_take_bounded_time(kind: str) -> None:
    with Pace() as pace, pytest.raises(FormatError):
        read(LARGE[kind], file="f")
    assert pace.millions < 1600


KEYS = [
    *("properties", "value", "data", "error", "parameters", "responses", "200", "body", "name", "id", "type", "sku", "tier", "peerings"),
    *("serviceKey", "expressRoutePort", "bandwidthInGbps", "serviceProviderProperties", "authorizations", "authorizationUseStatus"),
    *("peeringType", "PeeringType", "peerASN", "vlanId", "sharedKey", "microsoftPeeringConfig", "ipv6PeeringConfig", "routeFilter"),
    *("RouteFilter", "RouteFilterText", "peeringsText", "advertisedPublicPrefixes", "advertisedPublicPrefixInfo", "customerASN", "rules"),
    *("communities", "interface", "ipAddress", "macAddress", "age", "neighbor", "as", "upDown", "statePfxRcd", "network", "nextHop"),
    *("path", "primaryBytesIn", "terraform_version", "version", "resources", "instances", "attributes", "values", "planned_values"),
    *("root_module", "child_modules", "resource_changes", "change", "actions", "after", "after_unknown", "mode", "index_key", "ipv6"),
    *("microsoft_peering_config", "route_filter_id", "express_route_circuit_name", "resource_group_name", "rule", "regions", "services"),
]
WORDS = [
    *("azurerm_express_route_circuit", "azurerm_express_route_circuit_peering", "azurerm_route_filter", "azapi_resource", "create"),
    *("Microsoft.Network/expressRouteCircuits", "Microsoft.Network/expressRouteCircuits/peerings", "Microsoft.Network/routeFilters"),
    *("System.Object[]", "@{x}", "[]", "[{}]", "####", "64500", "-1", "192.0.2.0/24", "On-Prem", "", " ", "MicrosoftPeering"),
]
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.sampled_from(WORDS) | st.none() | st.booleans() | numbers | st.text(max_size=3)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5), max_leaves=25
)
MARKS = ["Name", "Peerings", "Network", "Sku", " ", ":", " : ", "{", "}", "[", "]", '"', "\\", "\n", "\n\n", "\t", "#"]


def reads(data: bytes) -> None:
    """Read, and be content with either outcome."""
    try:
        assert isinstance(read(data, file="f"), Reading)
    except FormatError as error:
        assert error.file == "f"  # noqa: PT017 (both outcomes are right)


@given(trees)
def test_trees_of_known_keys(tree: object) -> None:
    reads(json.dumps(tree).encode())


@given(st.lists(st.sampled_from(MARKS) | leaves))
def test_texts_of_known_words(words: list[object]) -> None:
    reads("".join(map(str, words)).encode("utf-8", "replace"))


@given(st.binary(max_size=60))
def test_bytes(data: bytes) -> None:
    reads(data)


STATE: dict[str, Any] = {
    "version": 4,
    "terraform_version": "1.9.0",
    "resources": [
        {
            "type": "azurerm_express_route_circuit_peering",
            "name": "x",
            "instances": [
                {
                    "attributes": {
                        "peering_type": "MicrosoftPeering",
                        "express_route_circuit_name": "x",
                        "resource_group_name": "x",
                        "ipv6": [{"microsoft_peering": [{"advertised_public_prefixes": ["2001:db8::/48"]}]}],
                        "microsoft_peering_config": [{"customer_asn": 64500}],
                    }
                }
            ],
        }
    ],
}
PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "resource_changes": [
        {
            "type": "azurerm_express_route_circuit",
            "address": "x",
            "change": {"actions": ["create"], "after": {"name": "x", "sku": [{"tier": "x"}]}, "after_unknown": {"id": True}},
        }
    ],
}
TEXT = """\
Name : x
PeeringType : y
MicrosoftPeeringConfig : {
  "AdvertisedPublicPrefixes": []
}

Age Interface IpAddress MacAddress
1 On-Prem 192.0.2.1 x
"""


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 (JSON)
    """Every place of a tree, as the keys that lead to it."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [*([path] if path else []), *(place for key, value in inner for place in places(value, (*path, key)))]


def samples() -> list[dict[str, Any]]:
    """Objects to change: two of ours, and the published ones where they are at hand."""
    files = [DATA / name for name in FILES if name.endswith(".json")] if DATA.is_dir() else []
    return [STATE, PLAN, *(json.loads(path.read_text()) for path in files)]


@given(st.data())
def test_changed_files(data: st.DataObject) -> None:
    tree = copy.deepcopy(data.draw(st.sampled_from(samples())))
    for _ in range(data.draw(st.integers(1, 3))):
        found = places(tree)
        if not found:
            break
        *way, last = data.draw(st.sampled_from(found))
        inner = tree
        for key in way:
            inner = inner[key]
        if isinstance(inner, dict) and data.draw(st.booleans()):
            inner[last.swapcase()] = data.draw(trees)
        else:
            inner[last] = data.draw(trees)
    reads(json.dumps(tree).encode())


@given(st.data())
def test_changed_texts(data: st.DataObject) -> None:
    files = [path.read_text() for path in (DATA / "powershell").glob("*.txt")] if DATA.is_dir() else []
    text = data.draw(st.sampled_from([TEXT, *files]))
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(start + 40, len(text))))
    patch = data.draw(st.sampled_from(["", "\n", "\n\n", " ", "}", "{", "[", '"', ":", " : ", "\\", "####", "x", text[stop : stop + 80]]))
    reads((text[:start] + patch + text[stop:]).encode())
