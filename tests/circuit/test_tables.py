"""Tables of Azure's edge in every shape."""

from __future__ import annotations

import json

import pytest

from bgpcheck.circuit.read import read
from bgpcheck.circuit.seen import ArpEntry, Counters, Reading, RouteEntry, SummaryEntry, Tables
from bgpcheck.errors import FormatError

ARP = ArpEntry("On-Prem", "198.51.100.1", "0200.5e00.5301", 10)
UP = SummaryEntry("198.51.100.1", 64500, "8w4d", "", 50)
ROUTE = RouteEntry("192.0.2.0/24", "198.51.100.1", "64500 64501")


def get(value: object) -> Reading:
    text = value if isinstance(value, str) else json.dumps(value)
    return read(text.encode(), file="f")


ROWS = [
    ({"age": 10, "interface": "On-Prem", "ipAddress": "198.51.100.1", "macAddress": "0200.5e00.5301"}, Tables(arp=(ARP,))),
    ({"Age": "10", "InterfaceProperty": "On-Prem", "IpAddress": "198.51.100.1", "MacAddress": "0200.5e00.5301"}, Tables(arp=(ARP,))),
    ({"interface": "Microsoft", "ipAddress": "198.51.100.2"}, Tables(arp=(ArpEntry("Microsoft", "198.51.100.2", "", None),))),
    ({"interface": "", "ipAddress": "", "macAddress": ""}, Tables(arp=())),
    ({"neighbor": "198.51.100.1", "v": 4, "as": 64500, "upDown": "8w4d", "statePfxRcd": "50"}, Tables(summary=(UP,))),
    ({"Neighbor": "198.51.100.1", "V": 4, "AsProperty": 64500, "UpDown": "8w4d", "StatePfxRcd": 50}, Tables(summary=(UP,))),
    ({"neighbor": "198.51.100.1", "asProperty": 64500, "upDown": "8w4d", "stateOrPrefixesReceived": "50"}, Tables(summary=(UP,))),
    (
        {"neighbor": "198.51.100.1", "as": -94967295, "upDown": "never", "statePfxRcd": "Idle"},
        Tables(summary=(SummaryEntry("198.51.100.1", 4200000001, "never", "Idle"),)),
    ),
    (
        {"neighbor": "198.51.100.1", "as": "####", "upDown": None, "statePfxRcd": "##"},
        Tables(summary=(SummaryEntry("198.51.100.1", None, "", ""),)),
    ),
    (
        {"neighbor": "198.51.100.1", "as": 64500, "upDown": "1d", "statePfxRcd": "9" * 13},
        Tables(summary=(SummaryEntry("198.51.100.1", 64500, "1d", "9" * 13),)),
    ),
    ({"neighbor": "", "upDown": ""}, Tables(summary=())),
    (
        {"network": "192.0.2.0/24", "nextHop": "198.51.100.1", "locPrf": "", "weight": 0, "path": "64500 64501"},
        Tables(routes=(ROUTE,)),
    ),
    (
        {"Network": "192.0.2.0/24", "NextHop": "198.51.100.1", "Path": 64500},
        Tables(routes=(RouteEntry("192.0.2.0/24", "198.51.100.1", "64500"),)),
    ),
    ({"network": "", "nextHop": "", "path": ""}, Tables(routes=())),
    (
        {"primarybytesIn": 1, "primaryBytesOut": 2, "secondaryBytesIn": "3", "secondaryBytesOut": None},
        Tables(counters=(Counters(1, 2, 3, 0),)),
    ),
    ({"primaryBytesIn": 10**17}, Tables(counters=(Counters(10**17, 0, 0, 0),))),
]


@pytest.mark.parametrize(("row", "tables"), ROWS)
def test_json(row: dict[str, object], tables: Tables) -> None:
    for shape in (row, [row], {"value": [row]}):
        assert get(shape) == Reading(tables=tables)


def test_rows_of_several_tables_are_joined() -> None:
    rows = [row for row, _ in ROWS]
    found = get({"value": rows}).tables
    assert [len(one or ()) for one in (found.arp, found.summary, found.routes, found.counters)] == [3, 6, 2, 2]
    assert get(rows[:2]).tables.routes is None


@pytest.mark.parametrize("empty", [[], {"value": []}, [[], []], {"value": [], "nextLink": "x"}])
def test_an_empty_list_says_nothing_of_what(empty: object) -> None:
    assert get(empty) == Reading(notes=("an empty list, and nothing says of what",))


def test_too_many_rows() -> None:
    row = json.dumps(ROWS[13][0])
    assert get(f"[{','.join([row] * 200_000)}]").tables.routes == ()
    with pytest.raises(FormatError, match="200000 rows"):
        get(f"[{','.join([row] * 200_001)}]")


BAD_JSON = [
    ({"interface": 1, "ipAddress": "x"}, "interface: must be a string"),
    ({"interface": "x", "ipAddress": "x", "age": -1}, "age: must be"),
    ({"neighbor": "x", "upDown": "x", "as": "many"}, "as: must be a number"),
    ({"neighbor": "x", "upDown": [], "statePfxRcd": ""}, "upDown: must be a string"),
    ({"network": "x", "nextHop": {}, "path": ""}, "nextHop: must be a string"),
    ({"network": "x", "nextHop": "", "path": True}, "path: must be a string"),
    ({"primaryBytesIn": "many"}, "primaryBytesIn: must be a number"),
]


@pytest.mark.parametrize(("row", "says"), BAD_JSON)
def test_json_that_is_wrong(row: object, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        get({"value": [row]})


CLASSIC = """\
Route Table Info:

         Network             NextHop              LocPrf              Weight                Path
    192.0.2.0/24        198.51.100.1                                       0    64500 64501
"""
SPACED = """\
Network      NextHop      LocPrf Weight Path
-------      -------      ------ ------ ----
192.0.2.0/24 198.51.100.1             0 64500 64501

192.0.2.0/24 198.51.100.1 100         0 64500 64501
"""
ROUTES = [
    (CLASSIC, (ROUTE,)),
    (SPACED, (ROUTE, ROUTE)),
    ("Network NextHop LocPrf Weight Path\n192.0.2.0/24 198.51.100.1 0 64500 64501\n", (ROUTE,)),  # blanks squeezed
    ("Network NextHop LocPrf Weight Path\n192.0.2.0/24 198.51.100.1 100 0 64500 64501\n", (ROUTE,)),
    ("Network NextHop Path\n192.0.2.0/24 198.51.100.1 64500 64501\n", (ROUTE,)),
    ("Network NextHop LocPrf Weight Path\n192.0.2.0/24\n             198.51.100.1          0 64500 64501\n", (ROUTE,)),
    (
        "Network           NextHop      LocPrf Weight Path\n2001:db8:1::/48   2001:db8::1             0 64500 i\n",
        (RouteEntry("2001:db8:1::/48", "2001:db8::1", "64500 i"),),
    ),
    (
        f"{'Network':>12}{'NextHop':>16}{'LocPrf':>10}{'Weight':>10}{'Path':>10}\n{'####':>12}{'198.51.100.1':>16}{'0':>20}   ####\n",
        (RouteEntry("####", "198.51.100.1", "####"),),
    ),
    ("Network NextHop LocPrf Weight Path\n192.0.2.0/24 198.51.100.1\n", (RouteEntry("192.0.2.0/24", "198.51.100.1", ""),)),
    ("Network : 192.0.2.0/24\nNextHop : 198.51.100.1\nLocPrf  :\nWeight  : 0\nPath    : 64500 64501\n\n" * 2, (ROUTE, ROUTE)),
    ("Route Table Info:\n", ()),
    ("Network NextHop LocPrf Weight Path\n------- -------\n", ()),
]


@pytest.mark.parametrize(("text", "routes"), ROUTES)
def test_route_tables_as_text(text: str, routes: tuple[RouteEntry, ...]) -> None:
    assert get(text) == Reading(tables=Tables(routes=routes))


OTHERS = [
    ("Age Interface IpAddress MacAddress\n10 On-Prem 198.51.100.1 0200.5e00.5301\n", Tables(arp=(ARP,))),
    (
        "Age InterfaceProperty IpAddress MacAddress\n    On-Prem 198.51.100.1\n",
        Tables(arp=(ArpEntry("On-Prem", "198.51.100.1", "", None),)),
    ),
    ("ARP Info:\n\n", Tables(arp=())),
    ("ARP Info:\n\nRoute Table Summary:\n", Tables(arp=(), summary=())),
    ("Neighbor V AS UpDown StatePfxRcd\n198.51.100.1 4 64500 8w4d 50\n", Tables(summary=(UP,))),
    (
        "Route Table Summary:\nNeighbor V AS UpDown StatePfxRcd\n198.51.100.1 4 64500 1d Idle (Admin)\n",
        Tables(summary=(SummaryEntry("198.51.100.1", 64500, "1d", "Idle (Admin)"),)),
    ),
]


@pytest.mark.parametrize(("text", "tables"), OTHERS)
def test_other_tables_as_text(text: str, tables: Tables) -> None:
    assert get(text) == Reading(tables=tables)


def test_what_follows_a_table_is_not_a_row_of_it() -> None:
    found = get(f"{SPACED}\nPS C:\\> exit\nmore of it\n")
    assert found.tables.routes == (ROUTE, ROUTE)
    assert found.notes == ("2 lines are nothing of Azure's and were left out",)


HEAD = "Network NextHop LocPrf Weight Path\n"
BAD_TEXT = [
    (f"{HEAD}what is this\n", "f:2: a row of a route table"),
    (f"{HEAD}192.0.2.0/24\n", "the row of 192.0.2.0/24 has no next hop"),
    (f"{HEAD}192.0.2.0/24\n\nName : x\n", "the row of 192.0.2.0/24 has no next hop"),
    ("Age Interface IpAddress MacAddress\n10 Elsewhere 198.51.100.1 x\n", "a row of an ARP table"),
    ("Age Interface IpAddress MacAddress\n10 On-Prem 198.51.100.1 x y\n", "a row of an ARP table"),
    ("Age Interface IpAddress MacAddress\n10 On-Prem\n", "a row of an ARP table"),
    ("Age Interface IpAddress MacAddress\n10 On-Prem Incomplete\n", "a row of an ARP table"),
    ("Neighbor V AS UpDown StatePfxRcd\n198.51.100.1 4 64500\n", "a row of a route table summary"),
    ("Neighbor V AS UpDown StatePfxRcd\nnobody 4 64500 1d 50\n", "a row of a route table summary"),
    ("PrimaryBytesIn PrimaryBytesOut SecondaryBytesIn SecondaryBytesOut\n1 2 3\n", "four numbers"),
    ("PrimaryBytesIn PrimaryBytesOut SecondaryBytesIn SecondaryBytesOut\n1 2 3 many\n", "must be a number"),
]


@pytest.mark.parametrize(("text", "says"), BAD_TEXT)
def test_text_that_is_wrong(text: str, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        get(text)


def test_tables_of_two_files() -> None:
    first, second, neither = Tables(arp=(ARP,)), Tables(arp=(ARP,), routes=()), Tables()
    assert first.joined(second) == Tables(arp=(ARP, ARP), routes=())
    assert second.joined(neither) == neither.joined(second) == second
    assert (bool(neither), bool(Tables(routes=()))) == (False, True)
    assert Reading(tables=first, notes=("x",)).joined(Reading(tables=second, notes=("y",))) == Reading(
        tables=first.joined(second), notes=("x", "y")
    )
