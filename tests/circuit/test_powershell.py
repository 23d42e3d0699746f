"""What PowerShell prints: fields, JSON over many lines, tables, errors."""

from __future__ import annotations

import textwrap

import pytest

from bgpcheck.circuit.model import Circuit
from bgpcheck.circuit.read import read
from bgpcheck.circuit.seen import Counters, Reading
from bgpcheck.errors import FormatError

ID = "/subscriptions/****/resourceGroups/rg1/providers/Microsoft.Network/expressRouteCircuits/example"
PEERING = f"""\
Name                       : MicrosoftPeering
Id                         : {ID}/peerings/MicrosoftPeering
Etag                       : W/"####"
PeeringType                : MicrosoftPeering
AzureASN                   : 12076
PeerASN                    : 64500
PrimaryPeerAddressPrefix   : 198.51.100.0/30
SecondaryPeerAddressPrefix : 198.51.100.4/30
SharedKey                  :
VlanId                     : 300
MicrosoftPeeringConfig     : {{
                               "AdvertisedPublicPrefixes": [
                                 "192.0.2.0/24"
                               ],
                               "AdvertisedPublicPrefixesState": "Configured",
                               "CustomerASN": 0,
                               "RoutingRegistryName": "RADB"
                             }}
ProvisioningState          : Succeeded
"""
CIRCUIT = """\
Name                             : example
ProvisioningState                : Succeeded
Sku                              : {
                                    "Tier": "Premium",
                                    "Family": "MeteredData"
                                  }
CircuitProvisioningState         : Enabled
ServiceProviderProvisioningState : Provisioned
ServiceProviderNotes             : [urgent] {call
ServiceProviderProperties        : {
                                    "ServiceProviderName": "Example {one}",
                                    "PeeringLocation": "No \\"where",
                                    "BandwidthInMbps": 200
                                  }
ServiceKey                       : ****
ExpressRoutePort                 : null
Peerings                         : []
Authorizations                   : {}
"""


def get(text: str) -> Reading:
    return read(text.encode(), file="f")


def one(text: str) -> Circuit:
    (circuit,) = get(text).circuits
    return circuit


def test_a_circuit() -> None:
    assert one(CIRCUIT) == Circuit(
        name="example",
        provider_state="Provisioned",
        status="Enabled",
        provisioning_state="Succeeded",
        service_key="",
        provider="Example {one}",
        location='No "where',
        bandwidth=200,
        tier="Premium",
        billing="MeteredData",
        links_in_use=0,
    )


def test_a_peering() -> None:
    found = one(PEERING)
    (peering,) = found.peerings
    (session,) = peering.sessions
    assert (found.name, found.known, found.listed) == ("example", False, False)
    assert (peering.peer_asn, peering.vlan_id, peering.key_faults, peering.provisioning_state) == (64500, 300, (), "Succeeded")
    assert (session.primary, session.secondary, session.filtered) == ("198.51.100.0/30", "198.51.100.4/30", None)
    assert session.config
    assert (session.config.prefixes, session.config.state, session.config.registry) == (("192.0.2.0/24",), "Configured", "RADB")


LAYOUTS = {
    "as it is": lambda text: text,
    "Windows": lambda text: text.replace("\n", "\r\n"),
    "twice the line ends": lambda text: text.replace("\n", "\r\r\n"),
    "indented": lambda text: textwrap.indent(text, "    "),
    "by tabs": lambda text: textwrap.indent(text, "\t"),
    "flat JSON": lambda text: "\n".join(line if ":" in line and '"' not in line else line.strip() for line in text.splitlines()),
    "with a prompt": lambda text: f"PS C:\\> Get-Something\n\n{text}",
    "with a comment": lambda text: f"# what it said\n{text}",
    "without the first indent": lambda text: textwrap.indent(text, "    ").lstrip(),
    "no end of line": lambda text: text.rstrip(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("text", [CIRCUIT, PEERING], ids=["circuit", "peering"])
def test_layouts(layout: str, text: str) -> None:
    assert one(LAYOUTS[layout](text)) == one(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_encodings(encoding: str) -> None:
    assert read(CIRCUIT.encode(encoding), file="f").circuits == (one(CIRCUIT),)


def console(text: str, width: int, indent: int) -> str:
    """Break lines as a console of ``width`` columns does; ``indent``: blanks that it puts before the rest."""
    made = []
    for line in text.splitlines():
        made.append(line[:width])
        rest = line[width:]
        while rest:
            made.append(" " * indent + rest[: width - indent])
            rest = rest[width - indent :]
    return "\n".join(made)


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("indent", [0, 29])
def test_lines_that_the_console_broke(width: int, indent: int) -> None:
    assert one(console(PEERING, width, indent)) == one(PEERING)


@pytest.mark.parametrize("width", range(36, 60))
def test_json_that_the_console_broke(width: int) -> None:
    broken = "\n".join(console(line, width, 35) if '"' in line or "200" in line else line for line in CIRCUIT.splitlines())
    found = one(broken)
    assert (found.provider.replace(" ", ""), found.bandwidth, found.tier) == ("Example{one}", 200, "Premium")


def test_several_objects() -> None:
    found = get(f"{CIRCUIT}\n\n{PEERING}\n{CIRCUIT.replace('example', 'second')}{PEERING}")
    assert [(circuit.name, circuit.known) for circuit in found.circuits] == [
        ("example", True),
        ("example", False),
        ("second", True),
        ("example", False),
    ]
    assert found.notes == ()


def test_a_circuit_whose_peerings_are_printed_after_it() -> None:
    short = f"Name : example\nId : {ID}\nServiceKey : x\nPeerings : {{MicrosoftPeering}}\n"
    found = one(f"{short}\n\n{PEERING}")
    assert (found.known, found.listed, found.peerings) == (True, True, one(PEERING).peerings)


SHORT = [
    ("Peerings : {AzurePrivatePeering, MicrosoftPeering}", "its peerings are not in the text"),
    ("Peerings : {Microsoft.Azure.Commands.Network.Models.PSPeering}", "its peerings are not in the text"),
    ("Sku : Microsoft.Azure.Commands.Network.Models.PSExpressRouteCircuitSku", "Sku is shortened in the text"),
]


@pytest.mark.parametrize(("line", "note"), SHORT)
def test_what_format_list_shortens(line: str, note: str) -> None:
    found = get(f"Name : example\nServiceKey : x\n{line}\n")
    assert note in found.notes[0]
    assert not found.circuits[0].listed
    assert found.circuits[0].name == "example"


def test_nothing_in_braces() -> None:
    found = one("Name : example\nServiceKey : x\nPeerings : {}\nExpressRoutePort : { }\n")
    assert (found.listed, found.peerings, found.direct) == (True, (), False)


ARP = """\
Age InterfaceProperty IpAddress    MacAddress
--- ----------------- ---------    ----------
 10 On-Prem           198.51.100.1 0200.5e00.5301
  0 Microsoft         198.51.100.2 0200.5e00.5302
"""


def test_objects_and_tables_in_one_text() -> None:
    found = get(f"{PEERING}\n{ARP}\nName : x\nServiceKey : y\n\n{ARP}\nRoute Table Summary:\n\nstray\nName : z\nServiceKey : y\n")
    assert [circuit.name for circuit in found.circuits] == ["example", "x", "z"]
    assert len(found.tables.arp or ()) == 4
    assert found.tables.summary == ()
    assert found.notes == ("1 lines are nothing of Azure's and were left out",)


ABSENT = (
    "Get-AzExpressRouteCircuitPeeringConfig : Sequence contains no matching element\nAt line:1 char:1\n+ Get-AzExpressRouteCircuit ...\n"
)
OTHER = "Get-AzExpressRouteCircuit: Resource 'x' was not found."
NOTES = [
    (f"{PEERING}\n{ABSENT}", "one of the commands found no such peering"),
    (f"{OTHER}\n{PEERING}", "one of the commands failed: Resource 'x' was not found."),
    (f"{PEERING}\n     | Sequence contains no matching element\n", "one of the commands found no such peering"),
]


@pytest.mark.parametrize(("text", "note"), NOTES)
def test_errors_beside_objects(text: str, note: str) -> None:
    found = get(text)
    assert found.circuits == (one(PEERING),)
    assert note in " ".join(found.notes)


def test_counters() -> None:
    text = "PrimaryBytesIn PrimaryBytesOut SecondaryBytesIn SecondaryBytesOut\n-------------- ----\n 1 2 3 4\n"
    assert get(text).tables.counters == (Counters(1, 2, 3, 4),)
    listed = "PrimaryBytesIn : 1\nPrimaryBytesOut : 2\nSecondaryBytesIn : 3\nSecondaryBytesOut : 4\n"
    assert get(listed).tables.counters == (Counters(1, 2, 3, 4),)


BAD = [
    ("", "neither JSON nor text of PowerShell"),
    ("hello\nworld\n", "neither JSON nor text of PowerShell"),
    ("# only a comment", "neither JSON nor text of PowerShell"),
    (ABSENT, "the circuit has no such peering"),
    ("Line |\n   1 | x\n     | Sequence contains no matching element", "the circuit has no such peering"),
    (OTHER, "an error of PowerShell's and no circuit: Resource 'x'"),
    ("Name : x\nVlanId : 1\nVlanId : 2\n", "f:3: VlanId: stands twice"),
    ("Name : x\nVlanId : 1\nvlanid : 2\n", "the key vlanid stands there twice"),
    ("Name : x\nSku : {\n  'a'\n}\n", "f:4: Sku: not JSON"),
    ("Name : x\nSku : {\n", "f:2: Sku: its JSON does not end"),
    ("Name : x\nSku : {\nName : y\n", "Sku: its JSON does not end"),
    ("Name : x\nPeerings : []\n    trailing\n", "f:3: Peerings: something follows the end of its value"),
    ("Name : x\nPeerings : " + "[" * 61, "nested too deep"),
    ("Name : x\nFlavour : sweet\n", "nothing that bgpcheck knows of Azure"),
    ("Name : x\nPeeringType : y\nPeerASN : many\n", "peerASN: must be a number"),
    ("Age Interface IpAddress MacAddress\nnonsense\n", "f:2: a row of an ARP table"),
    ("x\n" * 400_001, "more than 400000 lines"),
    ("x" * (8 << 20) + "x", "more than 8 MiB of text"),
]


@pytest.mark.parametrize(("text", "says"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        get(text)


def test_notes_of_anybody_may_hold_anything() -> None:
    tags = "Tags :\n        Name  Value\n        ====  =====\n        a  {b\n"
    found = one(f"Name : x\nServiceKey : y\nServiceProviderNotes : {{broken\n{tags}Stag : 3\n")
    assert (found.name, found.service_key) == ("x", "y")


def test_an_object_that_begins_after_a_table_with_any_field() -> None:
    found = get(f"{ARP}\nServiceKey : y\nLocation : x\n")
    assert (len(found.tables.arp or ()), [circuit.service_key for circuit in found.circuits]) == (2, ["y"])


@pytest.mark.parametrize("key", ["Secret-1", "{Secret", "[Secret]", "Secret : x", '{"Secret"}'])
def test_keys_are_judged_and_dropped(key: str) -> None:
    text = PEERING.replace("SharedKey                  :", f"SharedKey                  : {key}")
    assert "Secret" not in repr(get(text))
    assert one(text).peerings[0].key_faults == ("the MD5 key has characters other than letters and digits",)


KEYS = [
    f'{CIRCUIT}      "SharedKey": "Secret"',
    'Name : x\nPeerings : [\n  {"SharedKey": "Secret" x}\n]\n',
    'Sku : {"SharedKey": "Secret',
]


@pytest.mark.parametrize("text", KEYS)
def test_errors_do_not_show_what_may_be_a_key(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        get(text)
    assert "Secret" not in str(caught.value)
