"""The very lines of an answer: found ones, nearest ones, and how an answer begins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from bundles import checked

from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.excerpt import MOST_LINES, MOST_TEXT, Reader
from bgpcheck.model import RouteObject

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOIS = b"""% made for a test
% nothing else

route:      193.0.0.0/21
descr:      Gr\xc3\xb6\xc3\x9fe
origin:     AS3333
mnt-by:     A-MNT
source:     RIPE

inetnum:    193.0.0.0 - 192.0.0.0
netname:    WRONG
source:     RIPE

route:      193.0.0.0/21
descr:      \xff
origin:     AS1103
mnt-by:     A-MNT
source:     RIPE
"""
NETWORK = {
    "objectClassName": "ip network",
    "handle": "NET-1",
    "name": "EXAMPLE",
    "startAddress": "193.0.0.0",
    "endAddress": "193.0.7.255",
    "ipVersion": "v4",
    "port43": "whois.ripe.net",
    "notices": [{"title": "not shown"}],
    "entities": [
        {"objectClassName": "entity", "handle": "ORG-A", "roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "Größe"]]]},
        {"objectClassName": "entity", "handle": "ORG-B", "roles": ["registrant"], "vcardArray": ["vcard"]},
        {"objectClassName": "entity", "roles": ["abuse"]},
    ],
}


def whois(content: bytes = WHOIS) -> Document:
    return Document("irr/RIPE", "whois.ripe.net: -T route 193.0.0.0/21", reading.WHOIS_TYPE, content)


def rdap(body: object, uri: str = "https://rdap.example/ip/193.0.0.0/21") -> Document:
    return Document("rdap/ip", uri, reading.RDAP_TYPE, json.dumps(body).encode())


def part(records: Sequence[tuple[int, str]], form: str = "delegated") -> Document:
    made = extract.Extract("file", "0" * 64, 1, form, None, len(records), 0, (), (), tuple(records))
    return Document("delegated/ripencc", "file", extract.MEDIA_TYPE, made.encode())


def routes(document: Document) -> list[RouteObject]:
    return [one for one in reading.records(document) if isinstance(one, RouteObject)]


def test_of_a_whois_answer_the_object_with_its_lines() -> None:
    first, second = routes(whois())
    found = Reader().excerpts(whois(), [first], "193.0.0.0/21")
    assert (found.found, found.cut) == (True, 0)
    assert found.lines[0] == (4, "route:      193.0.0.0/21")
    assert found.lines[1] == (5, "descr:      Größe")
    assert WHOIS.decode("latin-1").split("\n")[found.lines[-1][0] - 1] == found.lines[-1][1] == "source:     RIPE"
    assert [number for number, _ in Reader().excerpts(whois(), [second, first], "193.0.0.0/21").lines] == [
        4,
        5,
        6,
        7,
        8,
        14,
        15,
        16,
        17,
        18,
    ]
    assert Reader().excerpts(whois(), [second], "193.0.0.0/21").lines[1] == (15, "descr:      ÿ")


@pytest.mark.parametrize(
    ("content", "lines"),
    [(b"% No entries found\n\n", ((1, "% No entries found"),)), (b"", ()), (b"\n\n", ())],
)
def test_an_answer_that_has_nothing_shows_how_it_begins(content: bytes, lines: tuple[tuple[int, str], ...]) -> None:
    found = Reader().excerpts(whois(content), [], "193.0.0.0/21")
    assert (found.found, found.lines) == (False, lines)


def test_of_an_rdap_answer_the_members_that_matter() -> None:
    document = rdap(NETWORK)
    found = Reader().excerpts(document, reading.records(document), "193.0.0.0/21")
    assert found.found
    assert [text for _, text in found.lines] == [
        '"objectClassName": "ip network"',
        '"handle": "NET-1"',
        '"name": "EXAMPLE"',
        '"startAddress": "193.0.0.0"',
        '"endAddress": "193.0.7.255"',
        '"entities": {"handle": "ORG-A", "roles": ["registrant"], "fn": "Größe"}',
        '"entities": {"handle": "ORG-B", "roles": ["registrant"]}',
        '"entities": {"roles": ["abuse"]}',
    ]
    assert {number for number, _ in found.lines} == {0}


def test_an_rdap_answer_that_there_is_none() -> None:
    document = rdap({"errorCode": 404, "title": "Not Found", "description": ["x"]})
    found = Reader().excerpts(document, [], "193.0.0.0/21")
    assert (found.found, [text for _, text in found.lines]) == (False, ['"errorCode": 404', '"title": "Not Found"'])


@pytest.mark.parametrize("entities", [True, 1, "x", {"a": 1}, [True], ["handle"], [None, {"handle": "X"}], [[]], None])
def test_entities_of_no_shape_beside_an_error(entities: object) -> None:
    """An answer that there is none is read without them; whoever sends rubbish there must not break the report."""
    document = rdap({"errorCode": 404, "entities": entities})
    found = Reader().excerpts(document, reading.records(document), "193.0.0.0/21")
    assert found.lines[0] == (0, '"errorCode": 404')


@pytest.mark.parametrize("entities", [[], [{"handle": "X"}], [{"handle": "X", "vcardArray": ["vcard", [["fn"]]]}], [{"vcardArray": 3}]])
def test_entities_of_any_shape(entities: object) -> None:
    document = rdap({**NETWORK, "entities": entities})
    assert reading.records(document)
    assert Reader().excerpts(document, [], "193.0.0.0/21").lines[0] == (0, '"objectClassName": "ip network"')


ROWS = [
    (5, "ripencc|NL|ipv4|193.0.0.0|2048|19930901|allocated|a"),
    (9, "ripencc|NL|ipv4|193.0.16.0|2048|19930901|allocated|b"),
    (12, "ripencc|EU|asn|3333|1|19940519|allocated|a"),
    (13, "ripencc|NL|ipv6|2001:600::|32|19930901|allocated|a"),
]


@pytest.mark.parametrize(
    ("subject", "lines"),
    [
        ("193.0.8.0/21", [5, 9]),
        ("10.0.0.0/8", [5]),
        ("194.0.0.0/8", [9]),
        ("AS1", [12]),
        ("AS5000", [12]),
        ("2001:db8::/32", [13]),
    ],
)
def test_absence_is_shown_by_what_stands_nearest(subject: str, lines: list[int]) -> None:
    found = Reader().excerpts(part(ROWS), [], subject)
    assert (found.found, [number for number, _ in found.lines]) == (False, lines)


def test_a_part_without_anything_near() -> None:
    assert Reader().excerpts(part([]), [], "193.0.0.0/21").lines == ()


def test_local_exceptions_are_no_range() -> None:
    nothing = {
        "validationOutputFilters": ("prefixFilters", "bgpsecFilters"),
        "locallyAddedAssertions": ("prefixAssertions", "bgpsecAssertions"),
    }
    slurm = json.dumps({"slurmVersion": 1, **{part: {name: [] for name in names} for part, names in nothing.items()}})
    document = part([(1, slurm)], "slurm")
    (record,) = reading.records(document)
    assert Reader().excerpts(document, [record], "193.0.0.0/21").lines == ((1, slurm),)
    assert Reader().excerpts(document, [], "193.0.0.0/21").lines == ()
    assert Reader().excerpts(document, [], "*").lines == ()


@pytest.mark.parametrize(
    ("more", "shown", "cut"), [(b"remarks: x\n" * 100, MOST_LINES, 63), (b"descr: " + b"y" * 9000 + b"\n", 2, 2)], ids=["lines", "wide"]
)
def test_what_is_long_is_cut_and_counted(more: bytes, shown: int, cut: int) -> None:
    document = whois(b"route: 193.0.0.0/21\n" + more + b"origin: AS3333\nsource: RIPE\n")
    found = Reader().excerpts(document, routes(document), "193.0.0.0/21")
    assert (len(found.lines), found.cut) == (shown, cut)
    assert sum(len(text) for _, text in found.lines) < MOST_TEXT + 10


def test_of_other_answers_the_whole() -> None:
    content = b"NetRange:       193.0.0.0 - 193.0.7.255\nCIDR:           193.0.0.0/21\nNetName:        X\nNetHandle:      NET-1\n"
    document = Document("rdap/ip", "whois.arin.net: n 193.0.0.0/21", reading.networks_type("arin"), content)
    found = Reader().excerpts(document, reading.records(document), "193.0.0.0/21")
    assert found.found
    assert [text for _, text in found.lines] == content.decode().splitlines()


def test_every_record_that_a_verdict_rests_on_has_its_lines() -> None:
    """In the tour of the fixtures, every record that a fact cites is found in its document."""
    outcomes = checked(preflight="configs/preflight/tour.yaml", registry_data="")
    reader, seen = Reader(), 0
    for one in outcomes.result.assessments:
        for record, documents in one.knowledge.cited.items():
            for document in documents:
                if document.media_type == extract.MEDIA_TYPE:
                    whole = [each for each in reading.records(document) if reading.identity(each) == record]
                    assert reader.excerpts(document, whole, str(one.claim.prefix)).found
                    seen += 1
    assert seen > 50
