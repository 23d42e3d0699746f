from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.model import Prefix
from bgpcheck.speaker.config import Neighbor, Sample, SpeakerPlan, address_of, configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

RELAY = ("/bin/sh", "/run/bgpcheck-1/relay")
PRIMARY = Neighbor("192.0.2.1", 3333, "192.0.2.2", ("ipv4",))
SECONDARY = Neighbor("192.0.2.5", 3333, "192.0.2.6", ("ipv4", "ipv6"), passive=False, port=1790)
SIX = Neighbor("2001:DB8:0::1", 4200000001, "2001:db8::2", ("ipv6",))
PLAN = SpeakerPlan((PRIMARY,), 1790, "192.0.2.2")
FOUR_SAMPLE = Sample(Prefix.parse("40.96.0.0/13"), ("12076:5010", "12076:51004"))
SIX_SAMPLE = Sample(Prefix.parse("2603:1026::/36"), ("12076:5010",))
WHOLE = """\
process events { run /bin/sh /run/bgpcheck-1/relay; encoder json; }
neighbor 192.0.2.1 {
  router-id 192.0.2.2; local-address 192.0.2.2;
  local-as 12076; peer-as 3333;
  hold-time 180; adj-rib-in false; adj-rib-out true; passive true; listen 1790;
  md5-password abcdef0123; md5-base64 false;
  family { ipv4 unicast; }
  capability { asn4 enable; route-refresh enable; graceful-restart disable; extended-message disable; add-path disable; }
  api { processes [ events ]; neighbor-changes;
    receive { parsed; packets; consolidate; open; update; notification; refresh; }
    send { parsed; packets; consolidate; open; notification; } }
  static {
    route 40.96.0.0/13 next-hop self community [ 12076:5010 12076:51004 ];
  }
}
"""


def text(*neighbors: Neighbor, md5: Mapping[str, str] | None = None, **more: Any) -> str:  # noqa: ANN401
    return configuration(replace(PLAN, neighbors=neighbors, **more), RELAY, md5)


def test_the_whole_file() -> None:
    assert text(PRIMARY, samples=(FOUR_SAMPLE, SIX_SAMPLE), md5={"192.0.2.1": "abcdef0123"}) == WHOLE


@pytest.mark.parametrize(
    ("neighbor", "part"),
    [
        (PRIMARY, "passive true; listen 1790;"),
        (SECONDARY, "passive false; connect 1790;"),
        (replace(SECONDARY, port=None), "passive false; connect 179;"),
        (SECONDARY, "family { ipv4 unicast; ipv6 unicast; }"),
        (SIX, "neighbor 2001:db8::1 {"),
        (SIX, "peer-as 4200000001;"),
    ],
)
def test_a_neighbour(neighbor: Neighbor, part: str) -> None:
    assert part in text(neighbor)


def test_one_section_a_neighbour() -> None:
    assert text(PRIMARY, SECONDARY, SIX).count("\nneighbor ") == 3


@pytest.mark.parametrize(
    ("neighbor", "announced"),
    [
        (PRIMARY, ["40.96.0.0/13"]),
        (SECONDARY, ["40.96.0.0/13"]),  # PFX-3: IPv6 prefixes are for a session over IPv6
        (SIX, ["2603:1026::/36"]),
        (replace(SIX, families=("ipv4",)), []),
        (replace(PRIMARY, role="internet"), []),
    ],
)
def test_what_is_announced_in_a_session(neighbor: Neighbor, announced: list[str]) -> None:
    lines = text(neighbor, samples=(FOUR_SAMPLE, SIX_SAMPLE)).splitlines()
    assert [line.split()[1] for line in lines if line.lstrip().startswith("route ")] == announced


def test_a_key_is_its_neighbours_alone_however_the_address_is_spelled() -> None:
    found = text(PRIMARY, SIX, md5={"2001:db8:0:0::1": "Key1"})
    before, after = found.split("neighbor 2001:db8::1")
    assert "md5" not in before
    assert "md5-password Key1; md5-base64 false;" in after
    assert "md5" not in text(PRIMARY)


HOSTILE = ["1.2.3.4; }", "1.2.3.4\n", '"', "localhost", "", "1.2.3.4/32", "fe80::1%eth0", "::1 }", "é", "1" * 5000]


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("field", ["address", "local"])
def test_an_address_that_is_none(address: str, field: str) -> None:
    with pytest.raises(UsageError) as caught:
        text(replace(PRIMARY, **{field: address}))
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"router_id": "2001:db8::1"}, "no BGP identifier"),
        ({"router_id": "0.0.0.0"}, "no BGP identifier"),
        ({"router_id": "x; "}, "no IP address"),
        ({"port": 0}, "0 is no port: 1 to 65535"),
        ({"port": 65536}, "65536 is no port"),
        ({"local_asn": 1 << 32}, "no AS number"),
        ({"local_asn": 0}, "no AS number"),
        ({"hold_time": 2}, "a hold time of 2 s is not allowed"),
        ({"hold_time": -1}, "a hold time of -1 s is not allowed"),
        ({"hold_time": 65536}, "no hold time"),
        ({"neighbors": ()}, "no neighbour is given"),
        ({"neighbors": (PRIMARY, PRIMARY)}, "192.0.2.1 is given twice"),
        ({"neighbors": (SIX, replace(SIX, address="2001:db8::1"))}, "2001:db8::1 is given twice"),
        ({"neighbors": (replace(PRIMARY, peer_asn=0),)}, "0 is no AS number"),
        ({"neighbors": (replace(PRIMARY, local="::1"),)}, "of another family: give a --local"),
        ({"neighbors": (replace(PRIMARY, families=()),)}, "no address family is given"),
        ({"neighbors": (replace(PRIMARY, families=("ipv4 unicast; } }",)),)}, "no address family"),
        ({"neighbors": (replace(SECONDARY, port=-1),)}, "-1 is no port"),
        ({"samples": (Sample(FOUR_SAMPLE.prefix, ("12076:5010 ]; }",)),)}, "no BGP community"),
        ({"samples": (Sample(FOUR_SAMPLE.prefix, ("12076:65536",)),)}, "no BGP community"),
        ({"samples": (Sample(FOUR_SAMPLE.prefix, ("\u0661:1",)),)}, "no BGP community"),
        ({"samples": (Sample(FOUR_SAMPLE.prefix, ("no-export",)),)}, "no BGP community"),
    ],
)
def test_what_can_not_be_written(change: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        configuration(replace(PLAN, **change), RELAY)


@pytest.mark.parametrize("key", ["", "a" * 26, "with space", "semi;colon", 'quo"te', "brace}", "new\nline", "ключ", "a-b"])
def test_a_key_that_is_none_is_not_repeated(key: str) -> None:
    with pytest.raises(UsageError, match="LNK-3") as caught:
        text(PRIMARY, md5={"192.0.2.1": key})
    assert not key or key not in str(caught.value)


def test_a_key_for_nobody() -> None:
    with pytest.raises(UsageError, match=r"an MD5 key for 192\.0\.2\.9, which is no neighbour"):
        text(PRIMARY, md5={"192.0.2.9": "abc"})


@pytest.mark.parametrize("word", ["/with space/relay", "/a;b", "/a{", "/a\n", '/"', "/a#b", "", "/é", "/a[b"])
def test_a_path_that_exabgp_can_not_take(word: str) -> None:
    with pytest.raises(UsageError, match="ExaBGP can't run"):
        configuration(PLAN, ("/bin/sh", word))


@pytest.mark.parametrize(
    ("spelled", "address"), [("192.0.2.1", "192.0.2.1"), ("2001:DB8::0:1", "2001:db8::1"), ("::ffff:192.0.2.1", "::ffff:c000:201")]
)
def test_the_one_spelling_of_an_address(spelled: str, address: str) -> None:
    assert address_of(spelled) == address
