"""What BIRD announces to ExaBGP, judged: static routes, and routes of a customer behind it. Recorded in every mode, and live."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

import pytest
from integration.daemons import bird, birdc, free_port
from integration.sessions import LOOPBACK, MICROSOFT, MODES, Neighbor, edge, judge, live, speaker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.sessions import Edge

pytestmark = pytest.mark.daemon

BIRD, CUSTOMER = Neighbor("127.0.0.3", 3333), Neighbor("127.0.0.4", 1103)
ALWAYS = {  # prefix: AS numbers behind BIRD's own
    "193.0.0.0/21": [],
    "193.0.10.0/23": [64512, 4200000001],
    "193.0.14.0/23": [25152],
    "193.0.18.0/23": [3333, 3333],
    "198.18.0.0/15": [],
    "2001:67c:2e8::/48": [],
    "2001:7fd::/32": [25152],
    "fc00::/7": [],
}
WITHDRAWN = {"193.0.20.0/23": [], "2001:67c:2e8::/56": [3333]}
DETOUR = {"193.0.12.0/23": [25152]}  # preferred while it is there to
DIRECT = {"193.0.12.0/23": []}
FROM_CUSTOMER = [  # as paths of their own: BIRD itself makes no AS_SET
    "192.87.0.0/17 next-hop 127.0.0.4 as-path [ 1103 ] ( 1104 1105 )",
    "192.87.0.0/16 next-hop 127.0.0.4",
]
CONFIGURED, NEEDED = "configured", "validation-needed"
EXACT, FOREIGN, SPECIAL = "route-object-exact", "origin-not-authorised", "ineligible-prefix"
EXPECTED = {  # prefix: verdict, reason, AS_PATH as received, origin as Microsoft sees it (None is NONE)
    "192.87.0.0/16": (NEEDED, FOREIGN, [3333, 1103], 1103),
    "192.87.0.0/17": (NEEDED, FOREIGN, [3333, 1103, 1104, 1105], None),
    "193.0.0.0/21": (CONFIGURED, EXACT, [3333], 3333),
    "193.0.10.0/23": (CONFIGURED, EXACT, [3333, 64512, 4200000001], 3333),
    "193.0.12.0/23": (CONFIGURED, EXACT, [3333], 3333),
    "193.0.14.0/23": (NEEDED, FOREIGN, [3333, 25152], 25152),
    "193.0.18.0/23": (CONFIGURED, EXACT, [3333, 3333, 3333], 3333),
    "198.18.0.0/15": (NEEDED, SPECIAL, [3333], 3333),
    "2001:67c:2e8::/48": (CONFIGURED, EXACT, [3333], 3333),
    "2001:7fd::/32": (NEEDED, FOREIGN, [3333, 25152], 25152),
    "fc00::/7": (NEEDED, SPECIAL, [3333], 3333),
}
STANDING = {prefix: path for prefix, (_, _, path, _) in EXPECTED.items()}
BEFORE = {prefix: [3333, *path] for prefix, path in (WITHDRAWN | DETOUR).items()}


def static(name: str, routes: dict[str, list[int]], preference: int = 200) -> str:
    """Give BIRD's protocols for static routes: one a family, ``name4`` and ``name6``."""
    parts = []
    for family, mark in ((4, "."), (6, ":")):
        parts.append(f"protocol static {name}{family} {{ ipv{family} {{ preference {preference}; }};\n")
        for prefix, path in routes.items():
            if mark in prefix:
                prepended = "".join(f" bgp_path.prepend({asn});" for asn in reversed(path))
                parts.append(f"  route {prefix} blackhole {{ bgp_community.add((3333, 100));{prepended} }};\n")
        parts.append("}\n")
    return "".join(parts)


def session(name: str, to: Neighbor, port: int, local_port: int, channel: str) -> str:
    """Give BIRD's protocol for a session that BIRD opens. It listens at a free port: no one needs to be root for it."""
    return f"""\
protocol bgp {name} {{
  local {BIRD.address} port {local_port} as {BIRD.asn}; neighbor {to.address} port {port} as {to.asn};
  multihop; strict bind yes; connect retry time 1; connect delay time 1; error wait time 1, 2; hold time 60;
  ipv4 {{ {channel} next hop self; }};
  ipv6 {{ {channel} next hop address 2001:db8::3; }};
}}
"""


def config(edge_port: int, customer_port: int) -> str:
    """BIRD in the place of the router under test: it takes what its customer announces, and tells all it has to the edge."""
    ports = free_port(BIRD.address), free_port(BIRD.address)
    return "".join(
        (
            "log stderr all;\nrouter id 127.0.0.3;\nprotocol device {}\n",
            static("always", ALWAYS),
            static("brief", WITHDRAWN),
            static("detour", DETOUR, 250),
            static("direct", DIRECT),
            session("edge", Neighbor(LOOPBACK, MICROSOFT), edge_port, ports[0], "import none; export all;"),
            session("customer", CUSTOMER, customer_port, ports[1], "import all; export none;"),
        )
    )


class Running(NamedTuple):
    """The edge, and BIRD's control socket."""

    edge: Edge
    bird: Path


@contextlib.contextmanager
def running(folder: Path, one: Edge) -> Iterator[Running]:
    """Run customer and BIRD, let BIRD withdraw and replace routes, and wait till that has been heard."""
    port = free_port(CUSTOMER.address)
    with speaker(folder / "customer", CUSTOMER, BIRD, FROM_CUSTOMER, listen=port), bird(folder, config(one.port, port)) as control:
        one.wait_for(STANDING | BEFORE)
        birdc(control, ["disable brief4", "disable brief6", "disable detour4"])
        one.wait_for(STANDING)
        yield Running(one, control)


@pytest.fixture(scope="module", params=MODES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole recording: session up, routes, changes, an orderly end with a word to the peer, ExaBGP's end."""
    folder: Path = tmp_path_factory.mktemp("bird")
    with edge(folder, [BIRD], mode=request.param) as one, running(folder, one) as now:
        birdc(now.bird, ['disable edge "planned work"'])
        one.wait_for_text('"state": "down"')
    return one.events


def test_what_stands_announced_is_judged_and_a_lost_session_withdraws_nothing(recording: Path) -> None:
    judged = judge(recording)
    assert judged.table == EXPECTED
    assert (judged.status, judged.result["verdict"], judged.stderr) == (3, NEEDED, "")
    assert {one["announced"]["peer"] for one in judged.prefixes.values()} == {BIRD.address}


def test_an_origin_that_is_the_customers_is_authorised(recording: Path) -> None:
    table = judge(recording, "--customer-asn", "1103").table
    changed = {prefix: row for prefix, row in table.items() if row != EXPECTED[prefix]}
    assert changed == {"192.87.0.0/16": (CONFIGURED, EXACT, [3333, 1103], 1103)}


def test_events_are_read_live_until_exabgp_stops(tmp_path: Path) -> None:
    with live(tmp_path, [BIRD]) as now, running(tmp_path, now.edge):
        assert now.waits
        judged = now.stop()  # while the session is up
    assert (judged.table, judged.status, judged.stderr) == (EXPECTED, 3, "")
