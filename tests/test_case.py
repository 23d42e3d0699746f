from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.case import Case, decode
from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, PrefixInfo, Session
from bgpcheck.errors import FormatError
from bgpcheck.model import MAX_ASN, Prefix, Route, Segment, SegmentKind, Signed
from bgpcheck.peering import ROLES, Block, Listed, Peering, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 2, 12, 30, 45, tzinfo=UTC)
NET, NET6 = Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:67c:2e8::/48")
PATH = (Segment(SegmentKind.SEQUENCE, (3333, 0, MAX_ASN)), Segment(SegmentKind.SET, ()))
ROUTES = (
    Route("193.0.0.1", NET, PATH, NOW, 3333, ("65000:1", "no-export")),
    Route("2001:db8::1", NET6, None, NOW + timedelta(microseconds=1)),
    Route("", NET, (), NOW),
)
CONFIG = PrefixConfig(("193.0.0.0/21",), "Configured", 12654, "RIPENCC", (PrefixInfo("193.0.0.0/21", "id", "c2ln", "Configured"),))
LINKS = Session("ipv6", "2001:db8::/126", "2001:db8::4/126", "Enabled", CONFIG, True, "/filters/f")
MADE = CircuitPeering("MicrosoftPeering", "m", "Succeeded", "Enabled", 12076, 3333, 345, "Customer", (LINKS,), ("too long",))
CIRCUIT = Circuit(
    *("name", "id", "cross-connection", False, False, "Provisioned", "Enabled", "Succeeded", "key", "provider", "place"),
    *(50, "Premium", "MeteredData", "port", 2, (MADE,), ("a note",)),
)
SIGNED = Signed("Azure-SKEY|\n", "")
WHOLE = Case(
    peering=Peering(
        peer_asn=3333,
        blocks=(
            Block("ipv4", 12654, "RIPENCC", "ripe", (Listed(NET, "193.0.1.2/21", True, SIGNED),), Listed(NET, "a"), Listed(NET, "b")),
            Block("ipv6", prefixes=(Listed(NET6, "2001:67C:2E8::/48"), Listed(Prefix(6, 0, 0), "::/0"))),
        ),
        name="caf\u00e9 \udcff\n",
        cloud="usgov",
        layer=3,
        vlan_id=345,
        service_key="key",
        organisation="Example",
        contact="noc@example.net",
        secret_faults=("too long",),
        routes=ROUTES,
        listened=True,
        circuit=CIRCUIT,
        circuit_from="circuit.json sha256:00",
        peers=(("193.0.0.1", "primary"), ("2001:db8::1", "internet")),
        internet=(Sighting(NET, 3333), Sighting(NET6, None)),
        internet_from="rib.csv sha256:00",
    ),
    now=NOW,
    strict=True,
    irr=("RIPE", "RADB"),
    assumed=(("a.rpsl", "route: 193.0.0.0/21\n"), ("b", "")),
    notes=(("DATA-3", "README", "README: its name says nothing"),),
)
LEAST = Case(Peering(0, ()), NOW)


@pytest.mark.parametrize("case", [WHOLE, LEAST])
def test_read_back_as_written(case: Case) -> None:
    data = case.encode()
    assert decode(data) == case
    assert decode(data).encode() == data
    assert data.isascii()
    assert data.endswith(b"\n")


def test_every_field_is_filled_in_above() -> None:
    """So that a field that is added later can't be forgotten when a case is read back."""
    block = WHOLE.peering.blocks[0]
    azure = [(CIRCUIT, Circuit()), (MADE, CircuitPeering("")), (LINKS, Session("ipv4")), (CONFIG, PrefixConfig())]
    own = [(WHOLE, LEAST), (WHOLE.peering, LEAST.peering), (block, Block("ipv6")), (ROUTES[0], ROUTES[2])]
    parts = [(block.prefixes[0], Listed(NET, "")), (SIGNED, Signed("", "x")), (CONFIG.infos[0], PrefixInfo(""))]
    for made, default in [*own, *azure, *parts]:
        for field in fields(made):
            assert getattr(made, field.name) != getattr(default, field.name) or field.name in {"now", "prefix", "observed_at"}


prefixes = st.sampled_from([NET, NET6, Prefix(4, 0, 0), Prefix(6, (1 << 128) - 1, 128)])
asns = st.integers(0, MAX_ASN)
texts = st.text(max_size=4)
times = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]))
listed = st.builds(Listed, prefixes, texts, st.booleans(), st.none() | st.builds(Signed, texts, texts))
blocks = st.builds(
    Block, st.sampled_from(["ipv4", "ipv6"]), asns, st.none() | texts, texts, st.lists(listed, max_size=2).map(tuple), st.none() | listed
)
segments = st.builds(Segment, st.sampled_from(SegmentKind), st.lists(asns, max_size=2).map(tuple))
routes = st.builds(Route, texts, prefixes, st.none() | st.lists(segments, max_size=2).map(tuple), times, st.none() | asns)
peerings = st.builds(
    Peering,
    asns,
    st.lists(blocks, max_size=2).map(tuple),
    st.none() | texts,
    st.sampled_from(["public", "usgov", "china"]),
    st.sampled_from([2, 3]),
    st.none() | st.integers(0, 10**10),
    texts,
    routes=st.lists(routes, max_size=2).map(tuple),
    peers=st.lists(st.tuples(texts, st.sampled_from(ROLES)), max_size=2).map(tuple),
    internet=st.lists(st.builds(Sighting, prefixes, st.none() | asns), max_size=2).map(tuple),
    internet_from=texts,
)
cases = st.builds(
    Case, peerings, times, st.booleans(), st.lists(texts, max_size=2).map(tuple), st.lists(st.tuples(texts, texts), max_size=2).map(tuple)
)


@given(cases)
def test_any_case_is_read_back(case: Case) -> None:
    try:
        data = case.encode()
        again = decode(data)
    except FormatError:  # a time that has no name in UTC, or is written in another zone than it is read
        times_of = (case.now, *(route.observed_at for route in case.peering.routes))
        assert any(time.utcoffset() != timedelta(0) for time in times_of)
        return
    assert again == case


def body() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WHOLE.encode())
    return found


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 (any JSON value)
    """Every place in a JSON value, from the outside in."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        yield from places(one, (*path, key))


def put(path: tuple[str | int, ...], value: Any) -> bytes:  # noqa: ANN401 (any JSON value)
    """The whole case, as it is written, with another value at one place."""
    found: Any = {"": deepcopy(body())}
    at = found
    for key in ("", *path)[:-1]:
        at = at[key]
    at[("", *path)[-1]] = value
    return (json.dumps(found[""], sort_keys=True, indent=1) + "\n").encode()


OTHERS: list[Any] = [None, True, 1.5, -1, 4, 1 << 130, "\ud800", "x", [], [[]], {}, {"version": 4, "network": 1, "length": 0}]


@pytest.mark.parametrize("path", list(places(body())), ids=lambda path: ".".join(map(str, path)))
def test_any_other_value_is_read_or_refused(path: tuple[str | int, ...]) -> None:
    """Whatever stands anywhere, there is a case of the right types, which is written so, or a ``FormatError``."""
    for value in OTHERS:
        data = put(path, value)
        try:
            found = decode(data)
        except FormatError:
            continue
        assert found.encode() == data
        assert repr(found)
        assert found.peering.claims() is not None


@pytest.mark.parametrize(
    "path", [path for path in places(body()) if path and isinstance(path[-1], str)], ids=lambda path: ".".join(map(str, path))
)
def test_a_key_that_is_missing(path: tuple[str | int, ...]) -> None:
    found: Any = body()
    at = found
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    with pytest.raises(FormatError, match="not a readable case: '"):
        decode((json.dumps(found, sort_keys=True, indent=1) + "\n").encode())


FAULTS: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("peering", "circuit", "more"), "x", "Circuit has no such fields: ['more']"),
    (("schema",), "bgpcheck/case/v2", "not a case of schema bgpcheck/case/v1"),
    (("strict",), 1, "is not of type bool"),
    (("now",), "2026-11-02T12:30:45", "is of no time zone"),
    (("now",), "0001-01-01T00:00:00+05:00", "date value out of range"),
    (("now",), "2026-11-02T12:30:45Z", "not a case as it is written"),
    (("now",), "2026-11-02T13:30:45+01:00", "not a case as it is written"),
    (("now",), "yesterday", "Invalid isoformat string"),
    (("peering", "layer"), True, "is not of type int"),
    (("peering", "layer"), 4, "not in tuple"),
    (("peering", "cloud"), "moon", "not in tuple"),
    (("peering", "peer_asn"), 1 << 32, "is not an AS number"),
    (("peering", "peer_asn"), "3333", "is not of type int"),
    (("peering", "extra"), 1, "not a case as it is written"),
    (("peering", "blocks", 0, "family"), "ipv5", "not in tuple"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix"), {"version": 5, "network": 0, "length": 0}, "is no prefix"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix", "network"), 1, "host bits"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix", "network"), 1 << 32, "not permitted"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix", "network"), -1, "not permitted"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix", "length"), 33, "length must be 0 to 32"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix", "length"), -1, "length must be 0 to 32"),
    (("peering", "blocks", 0, "prefixes", 0, "prefix", "extra"), 1, "not a case as it is written"),
    (("peering", "routes", 0, "path", 0, "kind"), "as-sequences", "is not a valid SegmentKind"),
    (("peering", "routes", 0, "path", 0, "asns"), [-1], "is not an AS number"),
    (("peering", "peers", 0, 1), "tertiary", "not in tuple"),
    (("peering", "peers", 0), ["x"], "not enough values"),
    (("peering", "peers", 0, 0), 1, "is not of type str"),
    (("peering", "internet", 0, "origin"), -1, "is not an AS number"),
    (("peering", "internet", 0, "origin"), "3333", "is not of type int"),
    (("peering", "internet", 0, "prefix", "length"), 33, "length must be 0 to 32"),
    (("peering", "internet", 0, "more"), 1, "not a case as it is written"),
    (("peering", "internet_from"), None, "is not of type str"),
    (("assumed",), [["a"]], "not enough values"),
    (("notes",), [["a", "b", "c", "d"]], "too many values"),
]


@pytest.mark.parametrize(("path", "value", "says"), FAULTS)
def test_what_is_wrong_is_told(path: tuple[str | int, ...], value: Any, says: str) -> None:  # noqa: ANN401 (any JSON value)
    with pytest.raises(FormatError) as caught:
        decode(put(path, value))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"[]", b"null", b"\xff", b'{"schema": 1}', b"[" * 100_000, b'{"a": 1, "a": 2}', b"9" * 5000, b"NaN"),
        WHOLE.encode()[:-1],
        WHOLE.encode() + b"\n",
        WHOLE.encode().replace(b" ", b"", 1),
        WHOLE.encode().replace(b'"strict": true', b'"strict": true, "strict": true'),
    ],
)
def test_what_is_no_case(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"not a (readable )?case"):
        decode(data)


def test_only_times_are_written_as_text() -> None:
    with pytest.raises(TypeError, match="bytes"):
        replace(LEAST, irr=(b"x",)).encode()  # type: ignore[arg-type]
