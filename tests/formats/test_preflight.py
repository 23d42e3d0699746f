from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import preflight
from bgpcheck.formats.preflight import MAX_PREFIXES, MAX_WORD, Preflight, listed, registry_name
from bgpcheck.model import Prefix
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.store import configs

EXAMPLES = sorted((Path(__file__).parents[2] / "configs" / "preflight").glob("*.yaml"))
LEAST = "peering:\n  peerAsn: 3333\n  ipv4:\n    prefixes: [193.0.0.0/21]\n"
WHOLE = """\
name: ams-primary
peering:
  cloud: usgov
  layer: 3
  peerAsn: 0.3333
  vlanId: 345
  serviceKey: 0a1b
  md5KeyVariable: PEERING_KEY
  ipv4:
    primary: 193.0.23.1/30
    secondary: 193.0.23.4/30
    customerAsn: AS12654
    routingRegistryName: ripe ncc
    prefixes: [193.0.0.0/21, " 193.0.14.1/23 "]
  ipv6:
    routingRegistryName: None
    prefixes: ["2001:67C:2E8::/48"]
organisation: {name: Example, contact: noc@example.net}
registryData: ../data
policy: strict
"""


def parse(text: str | bytes) -> Preflight:
    return preflight.parse(text.encode() if isinstance(text, str) else text, configs.settings(), file="a.yaml")


def refused(text: str | bytes) -> str:
    with pytest.raises(FormatError) as caught:
        parse(text)
    return str(caught.value)


def one(text: str, masked: bool = False) -> Listed:  # noqa: FBT001, FBT002 (as the field stands in Listed)
    return Listed(Prefix.parse_masking(text)[0], text, masked)


def test_every_key() -> None:
    ipv4 = Block(
        "ipv4",
        12654,
        "RIPENCC",
        "ripe ncc",
        (one("193.0.0.0/21"), one("193.0.14.1/23", masked=True)),
        one("193.0.23.1/30", masked=True),
        one("193.0.23.4/30"),
    )
    ipv6 = Block("ipv6", 0, None, "None", (one("2001:67C:2E8::/48"),))
    peering = Peering(
        3333, (ipv4, ipv6), "ams-primary", "usgov", 3, 345, service_key="0a1b", organisation="Example", contact="noc@example.net"
    )
    assert parse(WHOLE) == Preflight(peering, "../data", "strict", "PEERING_KEY")


def test_the_least() -> None:
    assert parse(LEAST) == Preflight(Peering(3333, (Block("ipv4", prefixes=(one("193.0.0.0/21"),)),)), "", "", "")


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "y"])
def test_a_word_that_is_a_truth_in_yaml_1_1_only_is_a_text(word: str) -> None:
    """Norway is one, and a schema's reader takes it so."""
    text = f"name: {word}\npolicy: {word}\nregistryData: {word}\norganisation: {{name: {word}, contact: {word}}}\n"
    found = parse(text + LEAST + f"  serviceKey: {word}\n  md5KeyVariable: {word}\n")
    peering = found.peering
    assert {found.policy, found.registry_data, found.secret_variable, peering.name} == {word}
    assert {peering.service_key, peering.organisation, peering.contact} == {word}


def test_null_is_the_same_as_nothing() -> None:
    text = """\
name:
peering:
  peerAsn: 3333
  serviceKey:
  md5KeyVariable: ~
  ipv4: {primary: , secondary: ~, customerAsn: , routingRegistryName: , prefixes: [193.0.0.0/21]}
  ipv6: {prefixes: }
registryData:
policy: null
"""
    found = parse(text)
    assert found.peering.blocks[0] == Block("ipv4", prefixes=(one("193.0.0.0/21"),))
    assert found.peering.blocks[1] == Block("ipv6")
    assert (found.peering.name, found.registry_data, found.policy, found.secret_variable) == (None, "", "", "")


FILTERED = "peering: {peerAsn: 3333, routeFilter: %s, ipv4: {prefixes: [193.0.0.0/21]}}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[12076:5010, ' 12076:051004 ']", None),
        ("['12076:5010', '12076:51004']", ("12076:5010", "12076:51004")),
        ("[' 12076:5010 ']", ("12076:5010",)),
        ("[]", ()),
        ("~", ()),
        ("['12076:65536']", None),
        ("['65000:5010']", None),
        ("['12076']", None),
        ("['12076:x']", None),
        (str([f"12076:{number}" for number in range(201)]), None),
    ],
)
def test_a_route_filter(written: str, read: tuple[str, ...] | None) -> None:
    if read is None:
        assert "routeFilter" in refused(FILTERED % written)
    else:
        assert parse(FILTERED % written).route_filter == read


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_load(path: Path) -> None:
    found = preflight.parse(path.read_bytes(), configs.settings(), file=path.name)
    assert found.peering.name == path.stem
    assert (path.parent / found.registry_data).is_dir()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5


def put(line: int, text: str) -> str:
    """Give the whole file with one of its lines replaced."""
    rows = WHOLE.splitlines()
    rows[line - 1] = text
    return "\n".join(rows)


PLACES: list[tuple[str, str, str]] = [
    # what stands in a line of the whole file, place and field of the complaint, and what it says
    (put(1, "name: true"), "a.yaml:1: name", "must be text"),
    (put(1, "name: [a]"), "a.yaml:1: name", "must be text"),
    (put(1, f"name: {'x' * (MAX_WORD + 1)}"), "a.yaml:1: name", f"longer than {MAX_WORD} characters"),
    (put(1, "Name: a"), "a.yaml:1: Name", "unknown key 'Name': known are name, peering"),
    (put(3, "  cloud: Public"), "a.yaml:3: peering.cloud", "not one of public, usgov, china"),
    (put(3, "  cloud: {public: 1}"), "a.yaml:3: peering.cloud", "must be text: public, usgov, china"),
    (put(4, "  layer: 4"), "a.yaml:4: peering.layer", "not one of 2, 3"),
    (put(4, "  layer: true"), "a.yaml:4: peering.layer", "must be text: 2, 3"),
    (put(4, "  asn: 1"), "a.yaml:4: peering.asn", "unknown key 'asn'"),
    (put(5, "  # peerAsn: 3333"), "a.yaml:2: peering", "peerAsn is missing"),
    (put(5, "  cloud: public"), "a.yaml:5: peering", "key 'cloud' is there twice"),
    (put(5, "  peerAsn: *asn"), "a.yaml:5: peering.peerAsn", "aliases"),
    (put(5, "  peerAsn: &asn 3333"), "a.yaml:5: peering.peerAsn", "anchors"),
    (put(5, "  peerAsn: !!int 3333"), "a.yaml:5: peering.peerAsn", "tags"),
    (put(6, "  vlanId: 3e2"), "a.yaml:6: peering.vlanId", "'3e2' is not a number"),
    (put(6, "  vlanId: -1"), "a.yaml:6: peering.vlanId", "'-1' is not a number"),
    (put(6, "  vlanId: 0100"), "a.yaml:6: peering.vlanId", "zeros in front"),
    (put(6, "  vlanId: 12345678901"), "a.yaml:6: peering.vlanId", "is not a number"),
    (put(6, "  vlanId: \u00b2"), "a.yaml:6: peering.vlanId", "is not a number"),
    (put(6, "  vlanId: no"), "a.yaml:6: peering.vlanId", "'no' is not a number"),
    (put(6, "  vlanId:"), "a.yaml:6: peering.vlanId", "must be text"),
    (put(7, "  serviceKey: [0a1b]"), "a.yaml:7: peering.serviceKey", "must be text"),
    (put(8, "  md5KeyVariable: true"), "a.yaml:8: peering.md5KeyVariable", "must be text"),
    (put(8, "  md5Key: geheim"), "a.yaml:8: peering.md5Key", "unknown key 'md5Key'"),
    (put(10, "    primary: 193.0.23.0"), "a.yaml:10: peering.ipv4.primary", "has no length"),
    (put(10, "    primary: true"), "a.yaml:10: peering.ipv4.primary", "must be text"),
    (put(11, "    secondary: {a: b}"), "a.yaml:11: peering.ipv4.secondary", "must be text"),
    (put(12, "    customerASN: 1"), "a.yaml:12: peering.ipv4.customerASN", "unknown key 'customerASN'"),
    (put(12, "    customerAsn: 010"), "a.yaml:12: peering.ipv4.customerAsn", "'010' has zeros in front"),
    (put(13, "    routingRegistryName: TC"), "a.yaml:13: peering.ipv4.routingRegistryName", "RIPENCC, ARIN, APNIC"),
    (put(13, "    routingRegistryName: no"), "a.yaml:13: peering.ipv4.routingRegistryName", "'no' is not a registry"),
    (put(13, "    routingRegistryName: false"), "a.yaml:13: peering.ipv4.routingRegistryName", "must be text"),
    (put(13, "    routingRegistryName: lacn\u0131c"), "a.yaml:13: peering.ipv4.routingRegistryName", "is not a registry"),
    (put(14, "    prefixes: 193.0.0.0/21"), "a.yaml:14: peering.ipv4.prefixes", "must be a list"),
    (put(14, "    prefixes: {a: b}"), "a.yaml:14: peering.ipv4.prefixes", "must be a list"),
    (put(14, "    prefixes: [193.0.0.0/21, banana]"), "a.yaml:14: peering.ipv4.prefixes[1]", "'banana' is not an IPv4 or IPv6 prefix"),
    (put(14, "    prefixes: [193.0.0.0/21, [a]]"), "a.yaml:14: peering.ipv4.prefixes[1]", "must be text"),
    (put(14, "    prefixes: [~]"), "a.yaml:14: peering.ipv4.prefixes[0]", "must be text"),
    (put(14, "    prefixes:\n      - 193.0.0.0/21\n      - 193.0.0.0/33"), "a.yaml:16: peering.ipv4.prefixes[1]", "length must be 0 to 32"),
    (put(17, "    prefixes: {}\n  ipv4: [a]"), "a.yaml:18: peering", "key 'ipv4' is there twice"),
    (LEAST + "  ipv6: [a]\n", "a.yaml:5: peering.ipv6", "must be a mapping with primary, secondary"),
    (put(17, "    prefixes: [2001:67c:2e8::/129]"), "a.yaml:17: peering.ipv6.prefixes[0]", "length must be 0 to 128"),
    (put(18, "organisation: Example"), "a.yaml:18: organisation", "must be a mapping with name, contact"),
    (put(18, "organisation: {name: a, mail: b}"), "a.yaml:18: organisation.mail", "unknown key 'mail'"),
    (put(18, "organisation: {contact: [b]}"), "a.yaml:18: organisation.contact", "must be text"),
    (put(19, "registryData: [a]"), "a.yaml:19: registryData", "must be text"),
    (put(20, "policy: false"), "a.yaml:20: policy", "must be text"),
    (put(20, "extra: 1"), "a.yaml:20: extra", "unknown key 'extra'"),
    (put(20, "policy: strict\npolicy: strict"), "a.yaml:21", "key 'policy' is there twice"),
    ("name: a\n", "a.yaml:1", "peering is missing"),
    ("- peering\n", "a.yaml:1", "must be a mapping with name, peering"),
    ("peering: 3333\n", "a.yaml:1: peering", "must be a mapping with cloud"),
    ("", "a.yaml", "is empty"),
    ("peering: {peerAsn: 3333}\n", "a.yaml:1: peering", "no prefixes: list at least one"),
    ("peering:\n  peerAsn: 3333\n  ipv4: {prefixes: []}\n  ipv6: {}\n", "a.yaml:1: peering", "no prefixes: list at least one"),
    ("peering:\n  peerAsn: 3333\n  ipv4: {prefixes: []}\n\tipv6: {}\n", "a.yaml:4", "not YAML"),
]


@pytest.mark.parametrize(("text", "place", "says"), PLACES)
def test_a_complaint_names_file_line_and_field(text: str, place: str, says: str) -> None:
    message = refused(text)
    assert message.startswith(f"{place}: ")
    assert says in message
    assert "\n" not in message


def test_bytes_that_are_no_text() -> None:
    assert refused(b"name: a\npeering: \xff\n") == "a.yaml:2: is not UTF-8 text: save it as UTF-8"


@pytest.mark.parametrize("key", ["peerAsn", "customerAsn"])
@pytest.mark.parametrize(
    ("word", "asn"),
    [
        ("3333", 3333),
        ("AS3333", 3333),
        ("as3333", 3333),
        ("0.3333", 3333),
        ("AS1.0", 65536),
        ("0", 0),
        ("4294967295", 4294967295),
        ("65535.65535", 4294967295),
        ("'3333'", 3333),
        ('" AS3333 "', 3333),
    ],
)
def test_spellings_of_an_as_number(key: str, word: str, asn: int) -> None:
    values: dict[str, Any] = {"peerAsn": 1, "customerAsn": 0, key: word}
    text = f"peering:\n  peerAsn: {values['peerAsn']}\n  ipv4: {{customerAsn: {values['customerAsn']}, prefixes: [193.0.0.0/21]}}\n"
    peering = parse(text).peering
    assert (peering.peer_asn if key == "peerAsn" else peering.blocks[0].customer_asn) == asn


NO_ASN = [
    *(
        "-1",
        "4294967296",
        "AS",
        "ASN3333",
        "AS 3333",
        "\u00b2",
        "\u0663",
        "1.65536",
        "65536.0",
        "1.2.3",
        ".1",
        "1.",
        "99999999999999999999999",
    ),
    # what YAML readers make numbers, times and truth of
    *("0o17", "0x1f", "1e3", "010", "00", "1_000", "12:30:45", "+3333", "3333,", "2026-01-01"),
    *("true", "yes", "off", "~", "''", "[3333]", "{a: 1}", "AS-SET", "AS3333:AS-X"),
]


@pytest.mark.parametrize("word", NO_ASN)
def test_no_as_number(word: str) -> None:
    message = refused(LEAST.replace("3333", word))
    assert message.startswith("a.yaml:2: peering.peerAsn: ")
    message = refused(LEAST.replace("    prefixes", f"    customerAsn: {word}\n    prefixes")) if word != "~" else ""
    assert word == "~" or message.startswith("a.yaml:4: peering.ipv4.customerAsn: ")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("banana", "'banana' is not an IPv4 or IPv6 prefix"),
        ("193.0.0.0", "write 193.0.0.0/32"),
        ("2001:67c:2e8::", "write 2001:67c:2e8::/128"),
        ("193.0.0.0/33", "length must be 0 to 32"),
        ("193.0.0.0/-1", "length must be 0 to 32"),
        ("193.0.0.0/021x", "length must be 0 to 32"),
        ("193.0.0.0/\u00b2", "length must be 0 to 32"),
        ("193.0.0.0/255.255.248.0", "length must be 0 to 32"),
        ("193.0.0/21", "is not an IPv4 or IPv6 prefix"),
        ("193.0.0.0 /21", "is not an IPv4 or IPv6 prefix"),
        ("193.0.0.0/ 21", "length must be 0 to 32"),
        ("193.0.0.010/32", "is not an IPv4 or IPv6 prefix"),
        ("fe80::1%eth0/64", "is not an IPv4 or IPv6 prefix"),
        ("::ffff:193.0.0.0/129", "length must be 0 to 128"),
        ("", "is not an IPv4 or IPv6 prefix"),
        ("x" * 500, "is not an IPv4 or IPv6 prefix"),
    ],
)
def test_no_prefix(word: str, says: str) -> None:
    message = refused(LEAST.replace("193.0.0.0/21", f"'{word}'"))
    assert message.startswith("a.yaml:4: peering.ipv4.prefixes[0]: ")
    assert says in message
    assert len(message) < 250


@pytest.mark.parametrize(
    ("word", "prefix", "masked"),
    [
        ("193.0.0.0/21", "193.0.0.0/21", False),
        ("193.0.1.2/21", "193.0.0.0/21", True),
        (" 193.0.0.0/21\t", "193.0.0.0/21", False),
        ("2001:67C:2E8::/48", "2001:67c:2e8::/48", False),
        ("2001:067c:02e8:0:0:0:0:1/48", "2001:67c:2e8::/48", True),
        ("0.0.0.0/0", "0.0.0.0/0", False),
        ("::/0", "::/0", False),
        ("193.0.0.1/32", "193.0.0.1/32", False),
    ],
)
def test_spellings_of_a_prefix(word: str, prefix: str, masked: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert listed(word) == Listed(Prefix.parse(prefix), word.strip(), masked)


@pytest.mark.parametrize(
    ("word", "name"),
    [("RIPENCC", "RIPENCC"), ("ripe", "RIPENCC"), (" Ripe  NCC ", "RIPENCC"), ("radb", "RADB"), ("none", None), (" NONE ", None)],
)
def test_names_of_a_registry(word: str, name: str | None) -> None:
    assert registry_name(word, configs.settings()) == name


def test_a_registry_that_is_not_accepted() -> None:
    with pytest.raises(FormatError, match=r"'NTTCOM' is not a registry that Microsoft accepts: .*RADB.*, or NONE"):
        registry_name("NTTCOM", configs.settings())


def test_a_list_has_an_end() -> None:
    message = refused("peering:\n  peerAsn: 3333\n  ipv4:\n   prefixes:\n" + "   - a\n" * (MAX_PREFIXES + 1))
    assert message == f"a.yaml:4: peering.ipv4.prefixes: more than {MAX_PREFIXES} prefixes: audit judges whole tables"


WORDS = ["a", "3333", "true", "~", "[]", "{}", "*a", "&a b", "!t x", "193.0.0.0/21", "- a", "'", '"\\', "%", "\x00", "é", "? "]


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from(WORDS)), max_size=4))
def test_whatever_stands_there_is_read_or_refused_with_a_place(changes: list[tuple[int, str]]) -> None:
    rows = WHOLE.splitlines()
    for line, word in changes:
        rows[line - 1] = rows[line - 1].partition(":")[0] + ": " + word
    error = None
    try:
        parse("\n".join(rows))
    except FormatError as caught:
        error = str(caught)
    assert error is None or (error.startswith("a.yaml") and "\n" not in error)
