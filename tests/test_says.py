"""What each source says in a few words: a table over answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bgpcheck.claim import Claim
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.reading import RDAP_TYPE, WHOIS_TYPE
from bgpcheck.model import Prefix
from bgpcheck.says import Place, answered, serves
from bgpcheck.sources.base import Gap, GapReason, Request

if TYPE_CHECKING:
    from bgpcheck.sources.base import Reply

PREFIX = "193.0.0.0/21"
CLAIM = Claim(Prefix.parse(PREFIX), 3333, customer_asn=1103)


def objects(*routes: str, source: str = "RADB") -> str:
    return "\n".join(f"route: {one.split()[0]}\norigin: AS{one.split()[1]}\nmnt-by: A-MNT\nsource: {source}\n" for one in routes)


IRR = [
    ((), "no route object"),
    (("193.0.0.0/21 3333",), "route object for AS3333"),
    (("193.0.0.0/21 3333", "193.0.0.0/21 64500", "193.0.0.0/16 3333"), "route object for AS3333 and AS64500"),
    (("193.0.0.0/16 3333", "193.0.0.0/20 1103"), "route object for 193.0.0.0/20 around it, AS1103"),
    (("193.0.0.0/16 64500",), "no route object"),
    (("193.0.0.0/22 3333", "193.0.4.0/22 3333"), "2 route objects inside it, of AS3333"),
    (("8.0.0.0/8 3333",), "no route object"),
]


@pytest.mark.parametrize(("routes", "word"), IRR)
def test_route_objects(routes: tuple[str, ...], word: str) -> None:
    reply = (Document("irr/RADB", "q", WHOIS_TYPE, objects(*routes).encode()),)
    assert answered([CLAIM], {Request("irr/RADB", PREFIX): reply}) == {Place("irr/RADB", PREFIX): word}


def test_objects_that_a_server_has_of_others_are_not_its_own() -> None:
    reply = (Document("irr/RADB", "q", WHOIS_TYPE, objects("193.0.0.0/21 3333", source="RIPE").encode()),)
    assert answered([CLAIM], {Request("irr/RADB", PREFIX): reply}) == {Place("irr/RADB", PREFIX): "no route object"}


@pytest.mark.parametrize(
    ("word", "asns", "there"),
    [
        ("route object for AS3333", (3333,), True),
        ("route object for AS3333", (1103, 3333), True),
        ("route object for AS1103 and AS3333", (3333, 1103), True),
        ("route object for AS3333 and AS64500", (3333,), False),
        ("route object for AS64500", (3333,), False),
        ("no route object", (3333,), False),
        ("", (3333,), False),
        ("route object for ", (0,), False),
    ],
)
def test_what_serves(word: str, asns: tuple[int, ...], *, there: bool) -> None:
    assert serves(word, asns) is there


NETWORK = (
    '{"objectClassName": "ip network", "startAddress": "193.0.0.0", "endAddress": "193.0.7.255", "ipVersion": "v4",'
    ' "port43": "whois.ripe.net"'
)
HOLDER = (
    '{"objectClassName": "entity", "handle": "ORG-A", "roles": ["registrant"],'
    ' "vcardArray": ["vcard", [["fn", {}, "text", "Alpha"], ["kind", {}, "text", "org"]]]}'
)
RDAP = [
    (NETWORK + ', "type": "ALLOCATED PA", "entities": [' + HOLDER + "]}", "allocated pa, holder Alpha"),
    (NETWORK + "}", "registered, holder not named"),
    ('{"errorCode": 404, "title": "not found", "port43": "whois.ripe.net"}', "not registered"),
]


@pytest.mark.parametrize(("body", "word"), RDAP)
def test_registrations(body: str, word: str) -> None:
    reply = (Document("rdap/ip", f"https://rdap.db.ripe.net/ip/{PREFIX}", RDAP_TYPE, body.encode()),)
    assert answered([CLAIM], {Request("rdap/ip", PREFIX): reply}) == {Place("rdap/ip", PREFIX): word}


def test_what_says_nothing_has_no_word() -> None:
    replies: dict[Request, Reply] = {
        Request("irr/RIPE", PREFIX): Gap("irr/RIPE", GapReason.TIMEOUT, "x"),
        Request("irr/RADB", "AS3333"): (),
        Request("vrps", "AS3333"): (),
        Request("vrps", PREFIX): (),
        Request("rdap/ip", PREFIX): (),
        Request("rdap/autnum", "AS64500"): (),
        Request("slurm", "*"): (),
        Request("delegated/ripencc", "AS3333"): (),
        Request("delegated/arin", PREFIX): (),
        Request("another", PREFIX): (),
    }
    assert answered([CLAIM], replies) == {Place("delegated/arin", PREFIX): "no row"}
