from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import rdap
from bgpcheck.formats.masks import without_people
from bgpcheck.formats.rdap import parse
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "rdap"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")

SPAN = Prefix.parse("193.0.0.0/21").range
IP: dict[str, Any] = {"objectClassName": "ip network", "startAddress": "193.0.0.0", "endAddress": "193.0.7.255", "ipVersion": "v4"}
ASN: dict[str, Any] = {"objectClassName": "autnum", "startAutnum": 3333, "endAutnum": 3334}


def card(**values: str) -> list[Any]:
    return ["vcard", [["version", {}, "text", "4.0"], *([name, {}, "text", value] for name, value in values.items())]]


def entity(handle: str, role: str = "registrant", **values: str) -> dict[str, Any]:
    made = {"objectClassName": "entity", "handle": handle, "roles": [role]}
    return made | ({"vcardArray": card(**values)} if values else {})


def read(answer: object, subject: AddressRange | AsnRange | None = None) -> Registration | Party:
    return parse(json.dumps(answer).encode(), file="f", subject=subject)


RIPE = IP | {
    "handle": "193.0.0.0 - 193.0.7.255",
    "parentHandle": "193.0.0.0 - 193.0.23.255",
    "name": "RIPE-NCC",
    "type": "Assigned PI",
    "country": "NL",
    "status": ["active"],
    "port43": "whois.ripe.net",
    "remarks": [{"description": ["one", "two"]}, {"title": "x"}],
    "entities": [
        entity("TEST1-RIPE", "technical", kind="individual", fn="Test Person"),
        entity("org-rien1-ripe", kind="org", fn="R\u00e9seaux"),
        entity("ORG-NAMELESS-RIPE"),
        entity("RIPE-NCC-MNT", kind="individual", fn="RIPE-NCC-MNT"),
        entity("mnt-other"),
        entity("PLAINNAME", kind="individual", fn="PLAINNAME"),
        entity("ABUSE-RIPE", "abuse", kind="group", fn="x") | {"entities": [entity("NESTED-MNT"), entity("ORG-NESTED-RIPE")]},
    ],
}
ANSWERS = [
    (
        RIPE,
        Registration(
            registry="ripencc",
            resource=SPAN,
            handle="193.0.0.0 - 193.0.7.255",
            parent_handle="193.0.0.0 - 193.0.23.255",
            name="RIPE-NCC",
            status="ASSIGNED PI",
            holders=(Party("ORG-RIEN1-RIPE", "R\u00e9seaux"), Party("ORG-NAMELESS-RIPE", "")),
            maintainers=("RIPE-NCC-MNT", "MNT-OTHER", "PLAINNAME"),
            remarks=("one", "two"),
            country="NL",
        ),
    ),
    (IP | {"type": "legacy", "parentHandle": None, "entities": None}, Registration("", SPAN, "", "", "", "LEGACY")),
    (IP | {"type": "DIRECT ALLOCATION", "status": ["active", "Legacy"]}, Registration("", SPAN, "", "", "", "LEGACY")),
    (
        IP | {"port43": "whois.apnic.net", "entities": [entity("MAINT-AP"), entity("APNIC-HM", kind="individual", fn="apnic-hm")]},
        Registration("apnic", SPAN, "", "", "", "", (), ("MAINT-AP", "APNIC-HM")),
    ),
    (
        ASN | {"handle": "AS3333", "port43": "whois.arin.net", "entities": [entity("TEST", kind="org", fn="Test"), entity("")]},
        Registration("arin", AsnRange(3333, 3334), "AS3333", "", "", "", (Party("TEST", "Test"),)),
    ),
    (
        {"objectClassName": "ip network", "startAddress": "2001:067C:0::", "endAddress": "2001:67c:ffff:ffff:ffff:ffff:ffff:ffff"},
        Registration("", Prefix.parse("2001:67c::/32").range, "", "", "", ""),
    ),
    ({"objectClassName": "entity", "handle": "gogl", "vcardArray": card(fn=" Test ")}, Party("GOGL", "Test")),
    ({"objectClassName": "entity", "vcardArray": card(fn="Test")}, Party("", "Test")),
    ({"objectClassName": "entity", "handle": "A", "vcardArray": ["vcard"]}, Party("A", "")),
    ({"objectClassName": "entity", "handle": "A", "vcardArray": []}, Party("A", "")),
]
REGISTRIES = [
    ({"port43": "whois.ripe.net"}, "ripencc"),
    ({"port43": "whois.AFRINIC.net"}, "afrinic"),
    ({"port43": "whois.nic.br"}, "lacnic"),
    ({"port43": "whois.notripe.net"}, ""),
    ({"links": [{"rel": "self", "href": "https://rdap.db.ripe.net/ip/193.0.0.0"}]}, "ripencc"),
    ({"port43": "whois.example", "links": [{"rel": "self", "href": "https://rdap.registro.br/x"}]}, "lacnic"),
    ({"links": [{"rel": "copyright", "href": "https://www.ripe.net/"}, {"href": "https://www.arin.net"}]}, ""),
    ({"links": [{"rel": "self", "href": "https://[ripe.net"}, {"rel": "self", "href": "/ip/193.0.0.0"}]}, ""),
]
BAD = [
    ([], "an object"),
    ({}, "no objectClassName"),
    ({"notices": [{"title": "Rate limit", "description": ["try later"]}]}, r"no objectClassName \(Rate limit: try later\)"),
    ({"objectClassName": "domain"}, "'domain' is none of"),
    ({"objectClassName": "entity", "handle": None}, "entity with a handle"),
    ({"objectClassName": 1}, "objectClassName: must be a string"),
    (IP | {"startAddress": "193.000.000.000"}, "startAddress: '193.000.000.000' is not an"),
    (IP | {"endAddress": "193.0.7.255/32"}, "endAddress: '193.0.7.255/32' is not an"),
    (IP | {"endAddress": "192.0.2.0"}, "endAddress: the end of a range"),
    (IP | {"endAddress": "2001:db8::"}, "endAddress: the end of a range"),
    (IP | {"endAddress": 5}, "endAddress: must be a string"),
    ({"objectClassName": "ip network"}, "startAddress: missing"),
    (ASN | {"startAutnum": "3333"}, "startAutnum: must be an integer"),
    (ASN | {"startAutnum": 3335}, "endAutnum: the end of a range"),
    (ASN | {"endAutnum": 2**32}, "endAutnum: must be 0 to"),
    (IP | {"handle": 1}, "handle: must be a string"),
    (IP | {"status": "active"}, "status: must be a list"),
    (IP | {"remarks": {}}, "remarks: must be a list"),
    (IP | {"remarks": [{"description": "x"}]}, r"remarks\[0\].description: must be a list"),
    (IP | {"entities": ["x"]}, r"entities\[0\]: must be an object"),
    (IP | {"entities": [entity("A"), {"roles": [1]}]}, r"entities\[1\].roles: must be a string"),
    (IP | {"entities": [entity("A") | {"vcardArray": {}}]}, r"entities\[0\].vcardArray: must be a list"),
    (IP | {"entities": [entity("A") | {"vcardArray": ["vcard", 1]}]}, r"entities\[0\].vcardArray: must be a list"),
    (IP | {"entities": [entity("A") | {"vcardArray": ["vcard", [["fn"]]]}]}, r"entities\[0\].vcardArray: must be a string"),
    (IP | {"entities": [entity("A") | {"vcardArray": ["vcard", ["fn"]]}]}, r"entities\[0\].vcardArray: must be a list"),
    ({"errorCode": 429, "title": "Too many"}, "errorCode: not an answer: error 429 Too many"),
    ({"errorCode": "400", "notices": [{"title": "T"}]}, r"not an answer: error 400 \(T\)"),
    ({"errorCode": [404]}, "not an answer"),
    ({"errorCode": 404}, "nothing says what was asked for"),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_answers(answer: object, expected: Registration | Party) -> None:
    assert read(answer) == expected


@pytest.mark.parametrize(("more", "registry"), REGISTRIES)
def test_whose_answer_it_is(more: dict[str, Any], registry: str) -> None:
    found = read(ASN | more)
    assert isinstance(found, Registration)
    assert found.registry == registry


@pytest.mark.parametrize(("answer", "says"), BAD)
def test_what_is_no_answer(answer: object, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        read(answer)
    assert caught.value.file == "f"


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b'{"a":NaN}', b'{"handle":"a","handle":"b"}', b"[" * 99999])
def test_what_is_no_json(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        parse(data, file="f")
    assert caught.value.file == "f"


@pytest.mark.parametrize("code", [404, "404"])
def test_a_registry_that_has_no_such_object(code: object) -> None:
    for subject in (SPAN, AsnRange(1, 1)):
        answer = {"errorCode": code, "title": "Not Found", "port43": "whois.ripe.net"}
        assert read(answer, subject) == Registration("ripencc", subject, "", "", "", "", missing=True)


def test_remarks_are_bounded() -> None:
    found = read(IP | {"remarks": [{"description": ["x" * 1000] * 40}] * 2})
    assert isinstance(found, Registration)
    assert (len(found.remarks), {len(line) for line in found.remarks}) == (64, {512})


KEYS = [
    "objectClassName",
    "handle",
    "entities",
    "roles",
    "vcardArray",
    "remarks",
    "description",
    "errorCode",
    "notices",
    "links",
    "rel",
    "href",
]
leaves = st.sampled_from(["registrant", "self", "vcard", "fn", "kind", 404, None, True, 1.5]) | st.text(max_size=4)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5), max_leaves=15
)
extras = st.dictionaries(st.sampled_from([*KEYS, *IP, *ASN, "type", "status", "port43"]), values, max_size=4)


@given(
    st.tuples(st.sampled_from([IP, ASN, RIPE, {}]), extras).map(lambda pair: json.dumps(pair[0] | pair[1]).encode()) | st.binary(max_size=9)
)
def test_it_answers_or_raises_a_format_error(data: bytes) -> None:
    for subject in (None, SPAN):
        try:
            parse(data, file="f", subject=subject)
        except FormatError as error:
            assert error.file == "f"  # noqa: PT017 (both outcomes are right)


def outcome(data: bytes) -> Registration | Party | str:
    try:
        return parse(data, file="f")
    except FormatError as error:
        return error.field or "no answer"


def tally(paths: list[Path]) -> Counter[str]:
    found = (outcome(path.read_bytes()) for path in paths)
    return Counter(one if isinstance(one, str) else type(one).__name__ for one in found)


@needs_data
def test_real_answers() -> None:
    # a bootstrap file, and in the domain answers a key that comes twice
    assert tally(sorted(DATA.glob("whoisit/*.json"))) == {"Registration": 7, "Party": 1, "no answer": 2, "objectClassName": 2}
    assert tally(sorted(DATA.glob("20c/rdap/*/*.input"))) == {
        "Registration": 13,
        "Party": 9,
        "errorCode": 9,
        "no answer": 2,
        "objectClassName": 1,
    }
    assert tally(sorted(DATA.glob("20c/rdap/*/entity/*.input"))) == {"Party": 3}
    assert tally(sorted(DATA.glob("20c/normalize/*/*.input"))) == {"Registration": 3, "Party": 2, "no answer": 1}


@needs_data
def test_real_registries_and_holders() -> None:
    found = {}
    for path in [*DATA.glob("20c/rdap/autnum/*.input"), *DATA.glob("whoisit/*response_ip*.json")]:
        one = outcome(path.read_bytes())
        assert isinstance(one, Registration)
        found[path.name.split(".")[0].removeprefix("data_rdap_response_")] = (
            one.registry,
            one.status,
            [party.handle for party in one.holders],
            list(one.maintainers),
        )
    assert found["8283"] == ("ripencc", "", ["ORG-NC22-RIPE"], ["COLOCLUE-MNT", "RIPE-NCC-END-MNT"])
    assert found["205726"] == ("ripencc", "", ["ORG-DJVG1-RIPE"], ["RIPE-NCC-END-MNT", "VUSAM"])
    assert found["206050"] == ("ripencc", "", ["ORG-ETIV1-RIPE"], ["MNT-INTERNETTEN", "RIPE-NCC-END-MNT"])
    assert found["2515"] == ("apnic", "", [], [])
    assert found["2914"] == ("arin", "", ["NTTAM-1"], [])
    assert found["37271"] == ("afrinic", "", ["ORG-WCL1-AFRINIC"], [])
    assert found["53170"] == ("lacnic", "DIRECT ALLOCATION", ["17769837000100"], [])
    assert found["9269"] == ("apnic", "", ["ORG-HKBN1-AP"], [])
    assert found["ip_v4_2"] == ("ripencc", "LEGACY", ["ORG-SG2-RIPE"], ["RIPE-NCC-LEGACY-MNT", "SWITCH-MNT"])
    assert found["ip_v4_3"] == ("arin", "DIRECT ALLOCATION", ["MSFT"], [])
    assert len(found) == 16


@needs_data
def test_answers_of_2015_and_before() -> None:
    table = json.loads((DATA / "ipwhois/rdap.json").read_text())
    found = {key: outcome(json.dumps(value["response"]).encode()) for key, value in table.items()}
    refused = {key: one for key, one in found.items() if isinstance(one, str)}
    assert refused == {
        "2a00:2381:ffff::1": "no answer",  # RIPE NCC before it gave an objectClassName
        "62.239.237.1": "no answer",
        "74.125.225.229": "startAddress",  # ARIN with leading zeros in addresses
    }
    assert len(found) == 10
    assert outcome((DATA / "ipwhois/entity.json").read_bytes()).__class__ is Party


CONTACTS = {
    "objectClassName": "ip network",
    "handle": "NET-1",
    "startAddress": "193.0.0.0",
    "endAddress": "193.0.7.255",
    "port43": "whois.ripe.net",
    "remarks": [{"description": ["certificate"]}],
    "entities": [
        {
            "objectClassName": "entity",
            "handle": "ORG-A-RIPE",
            "roles": ["registrant"],
            "vcardArray": [
                "vcard",
                [
                    ["version", {}, "text", "4.0"],
                    ["fn", {}, "text", "Alpha \u00e9"],
                    ["kind", {}, "text", "org"],
                    ["email", {}, "text", "person@alpha.example"],
                    ["tel", {"type": "voice"}, "uri", "tel:+31-20-1234567"],
                ],
            ],
            "entities": [{"objectClassName": "entity", "handle": "PERSON-RIPE", "roles": ["administrative"]}],
        },
        {
            "objectClassName": "entity",
            "handle": "AR1-RIPE",
            "roles": ["abuse"],
            "vcardArray": ["vcard", [["email", {}, "text", "abuse@alpha.example"]]],
        },
    ],
}


def test_contacts_are_left_out() -> None:
    """What is judged stays."""
    data = json.dumps(CONTACTS).encode()
    reduced = rdap.without_contacts(data)
    assert not re.search(rb"@|tel:|AR1|PERSON", reduced)
    assert rdap.parse(reduced, file="f") == rdap.parse(data, file="f")
    assert rdap.without_contacts(reduced) == reduced


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff", b"[1]", b"3"])
def test_what_is_no_answer_stays(data: bytes) -> None:
    assert rdap.without_contacts(data) == data


@pytest.mark.parametrize(
    "odd", ['{"entities": 3}', '{"entities": [1, {"roles": null}]}', '{"objectClassName": "entity", "vcardArray": ["vcard", 3]}', "{}"]
)
def test_odd_answers_are_reduced(odd: str) -> None:
    assert json.loads(rdap.without_contacts(odd.encode())) is not None


@needs_data
def test_of_real_answers_the_same_is_judged_without_contacts() -> None:
    same = 0
    for path in sorted(DATA.rglob("*.json")):
        data = path.read_bytes()
        try:
            found = parse(data, file="f", subject=SPAN)
        except FormatError:
            continue
        kept = parse(rdap.without_contacts(data), file="f", subject=SPAN)
        if isinstance(found, Registration):
            found = replace(found, remarks=tuple(map(without_people, found.remarks)))
        assert kept == found
        same += 1
    assert same >= 9


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "fixtures" / "registry" / "rdap" / "ip").glob("*.json")), ids=lambda one: one.name
)
def test_ipwhois_reads_the_same_range_and_name(path: Path) -> None:
    from ipwhois.rdap import _RDAPNetwork  # noqa: PLC0415 (what is compared with)

    other = _RDAPNetwork(json.loads(path.read_text()))
    other.parse()
    own = parse(path.read_bytes(), file=path.name)
    assert isinstance(own, Registration)
    assert (str(own.resource), own.name, own.handle) == (
        f"{other.vars['start_address']} - {other.vars['end_address']}",
        other.vars["name"],
        other.vars["handle"],
    )


LEAKS = {
    "remarks": [
        {"title": "mail a.b@example.net", "description": ["call +49 30 123 4567", "x@localhost"], "links": [{"href": "mailto:a@b.cc"}]}
    ],
    "notices": [{"title": "t", "description": ["jane@example.net"], "type": "x"}],
    "events": [{"eventAction": "registration", "eventActor": "Jane Doe", "eventDate": "2020-01-01T00:00:00Z"}],
    "links": [{"rel": "self", "href": "https://rdap.example/1", "title": "Jane"}, {"rel": "related", "href": "mailto:jane@example.net"}],
    "lacnic_legalRepresentative": "Jane Doe",
    "jscard": {"fullName": "Jane Doe"},
    "network": {"entities": [{"objectClassName": "entity", "vcardArray": ["vcard", [["tel", {}, "uri", "tel:+49-30-1234567"]]]}]},
    "autnums": [{"entities": [{"handle": "JANE-RIPE"}]}],
    "redacted": [{"name": {"description": "Jane Doe"}}],
    "entities": [
        {
            "objectClassName": "entity",
            "handle": "ORG-A-RIPE",
            "roles": ["registrant"],
            "publicIds": [{"identifier": "Jane"}],
            "vcardArray": ["vcard", [["fn", {"label": "Jane Doe"}, "text", "A Ltd"], ["email", {}, "text", "jane@a.example"]]],
            "entities": [{"objectClassName": "entity", "handle": "JANE", "roles": ["technical"]}],
        }
    ],
}


def test_nobody_is_left_anywhere() -> None:
    data = json.dumps(IP | {"port43": "whois.ripe.net"} | LEAKS).encode()
    kept = rdap.without_contacts(data)
    assert not re.search(rb"@|jane|tel:|\\+49|123 4567", kept, re.IGNORECASE)
    before, after = parse(data, file="f"), parse(kept, file="f")
    assert isinstance(before, Registration)
    assert isinstance(after, Registration)
    assert replace(before, remarks=()) == replace(after, remarks=())
    assert after.remarks == ("call (telephone left out)", "(mailbox left out)")


ODD = [
    {"entities": [{"objectClassName": "entity", "handle": "X", "roles": 5}, {"roles": {"registrant": 1}}, 3]},
    {
        "entities": [
            {
                "objectClassName": "entity",
                "handle": "X",
                "roles": ["registrant"],
                "vcardArray": ["vcard", [[["fn"], {}, "text", "x"], 3, []]],
            }
        ]
    },
    {"remarks": [{"description": [{"a": 1}, None]}, 4], "notices": 3, "links": [3, {"rel": "self", "href": {"a": 1}}]},
]


@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_odd_is_reduced(odd: dict[str, Any]) -> None:
    kept = rdap.without_contacts(json.dumps(IP | odd).encode())
    assert rdap.without_contacts(kept) == kept


def test_holders_that_are_masked_alike_are_not_alike() -> None:
    several = [IP | {"entities": [entity("ORG-A", kind="org", fn=name)]} for name in ("a@x.com", "b@y.org")]
    kept = [parse(rdap.without_contacts(json.dumps(one).encode()), file="f") for one in several]
    assert all(isinstance(one, Registration) and one.holders == (Party("ORG-A", ""),) for one in kept)
    (one,) = [parse(rdap.without_contacts(json.dumps(IP | {"entities": [entity("a@x.com", fn="A")]}).encode()), file="f")]
    assert isinstance(one, Registration)
    assert one.holders == (Party("", "A"),)


ORGANISATION = {
    "objectClassName": "entity",
    "roles": ["registrant"],
    "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "X"]]],
}


@pytest.mark.parametrize(
    ("more", "stays"),
    [
        ({}, True),
        ({"rdapConformance": ["rdap_level_0"], "port43": "whois.ripe.net", "notices": [{"title": "Terms"}]}, True),
        ({"entities": [ORGANISATION]}, True),
        ({"entities": 7}, True),
        ({"entities": [ORGANISATION | {"roles": ["abuse"]}]}, False),
        ({"entities": [ORGANISATION | {"roles": "registrant"}]}, False),
        ({"entities": ["x"]}, False),
        ({"entities": [ORGANISATION | {"vcardArray": ["vcard", [["adr", {}, "text", "a street"]]]}]}, False),
        ({"entities": [ORGANISATION | {"entities": [ORGANISATION | {"roles": ["technical"]}]}]}, False),
        ({"remarks": [{"description": ["write to bob@mail.example"]}]}, False),
    ],
)
def test_an_answer_that_names_nobody_stays_byte_for_byte(more: dict[str, Any], stays: bool) -> None:  # noqa: FBT001 (a table)
    data = json.dumps({"objectClassName": "ip network", **more}, indent=3).encode()
    found = rdap.spared(data, file="x.json")
    assert (found == data) is stays
    assert rdap.spared(found, file="x.json") == found


@pytest.mark.parametrize("data", [b"\xff", b"{", b"[]", b'"x"'])
def test_of_what_is_no_answer_nothing_is_left_out(data: bytes) -> None:
    assert rdap.spared(data, file="x.json") == data


def test_an_answer_that_is_nested_too_deep() -> None:
    entity = b'{"roles":["registrant"],"objectClassName":"entity","entities":['
    deep = 400 if sys.version_info < (3, 13) else 1500  # readable as JSON, and yet too deep: how deep that is, is Python's own
    data = entity * deep + b"]}" * deep
    with pytest.raises(FormatError, match=r"x\.json: not readable: nested too deep"):
        rdap.spared(data, file="x.json")
