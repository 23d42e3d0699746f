from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hostile import papers
from worlds import ALPHA, BARE, OTHERS, OWN, letter, route

from bgpcheck.render.template import BLANK

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

    from bgpcheck.api import Outcomes

HOLDER = "________ (name of the holder of the direct allocation)"
FULL = (
    "peering: {{peerAsn: {asn}, serviceKey: key-1, ipv4: {{customerAsn: {customer}, prefixes: [{prefixes}]}}}}\n"
    "organisation: {{name: {name}, contact: noc@acme.example}}\n"
)


def full(prefixes: str = OTHERS, asn: int = 3333, customer: int = 0, name: str = "Acme Ltd") -> str:
    return FULL.format(prefixes=prefixes, asn=asn, customer=customer, name=name)


def test_the_whole_letter(tmp_path: Path) -> None:
    made = letter(tmp_path, preflight=full())
    assert (
        made
        == """\
# Letter of Authorization (draft): Zeta N.V.

This is a draft, made from public registry data as of 2026-11-02T00:00:00Z. It authorises nothing until Zeta N.V. has checked it,
completed it and signed it.

* To: Microsoft Corporation, Azure ExpressRoute
* From: Zeta N.V., registered at RIPE NCC as ORG-Z
* Date: ________ (date of the letter)

Zeta N.V. is named by RIPE NCC as the holder of the address space below. It assigns the prefixes below to Acme Ltd for the use
named here, and authorises Acme Ltd to advertise them to Microsoft (AS12076) over ExpressRoute Microsoft peering, each with the
AS number beside it.

| prefix | origin AS number | registered range | status | date in the registry's statistics |
|---|---|---|---|---|
| 145.0.0.0/24 | AS3333 | 145.0.0.0/16 (NET-145.0.0.0/16) | ALLOCATED PA | 1993-09-02 |

* Peer AS number of the BGP sessions with Microsoft: AS3333
* Circuit: service key key-1
* Valid from ________ (first day) until ________ (last day)

Signed for Zeta N.V.:

* Name: ________ (name of who signs)
* Position: ________ (position of who signs)
* Reachable at: ________ (how Microsoft can verify this letter with the holder)
* Signature: ________ (signature)

To be cleared up before anybody signs:

* AS3333 is registered to Alpha B.V., and Acme Ltd is authorised here: the AS number's holder has to agree that it is used so, \
or the letter has to say how the two relate.

To be filled in before this goes out (then take this list away):

* date of the letter
* first day
* last day
* name of who signs
* position of who signs
* how Microsoft can verify this letter with the holder
* signature
"""
    )


def test_one_letter_for_each_holder(tmp_path: Path) -> None:
    registry = replace(
        ALPHA,
        rows={"ripencc": [*ALPHA.rows["ripencc"], "NL|ipv4|146.0.0.0|65536|19930903|allocated|four"]},
        rdap_ip={**ALPHA.rdap_ip, "146.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-Y", "Ypsilon")},
    )
    made = letter(tmp_path, registry, preflight=full("145.0.0.0/24, 146.0.0.0/24, 193.0.0.0/21, 145.0.1.0/24"))
    zeta, ypsilon = made.split("\n\n# ")
    assert re.findall(r"^\| (\d\S+) ", zeta, re.MULTILINE) == ["145.0.0.0/24", "145.0.1.0/24"]
    assert re.findall(r"^\| (\d\S+) ", ypsilon, re.MULTILINE) == ["146.0.0.0/24"]
    assert "Ypsilon" not in zeta
    assert "193.0" not in made


SCOPES = [
    (
        {"customer": 12654},
        "| 145.0.0.0/24 | AS12654 |",
        "* Customer AS number, under which the prefixes are registered: AS12654\n* Circuit",
    ),
    ({"customer": 3333}, "| 145.0.0.0/24 | AS3333 |", "* Peer AS number of the BGP sessions with Microsoft: AS3333\n* Circuit"),
    (
        {"asn": 64512, "customer": 3333},
        "| 145.0.0.0/24 | AS3333 |",
        "AS64512 is private: no registry can assign it, so this letter authorises the customer",
    ),
    (
        {"asn": 64512},
        "| 145.0.0.0/24 | AS64512 (private) |",
        "no registry can tie a prefix to it. This letter authorises Acme Ltd, in whose network",
    ),
    ({"asn": 64512, "name": "''"}, "| 145.0.0.0/24 | AS64512 (private) |", "authorises the organisation named above, in whose network"),
]


@pytest.mark.parametrize(("words", "row", "scope"), SCOPES)
def test_which_as_number_is_authorised(words: dict[str, Any], row: str, scope: str, tmp_path: Path) -> None:
    """ASN-4, ASN-5."""
    made = letter(tmp_path, preflight=full(**words))
    assert row in made
    assert scope in made


NAMELESS = replace(ALPHA, rdap_ip={**ALPHA.rdap_ip, "145.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-Q", "Private Customer")})
SILENT = replace(ALPHA, rdap_ip={})
BELOW = replace(ALPHA, rdap_ip={"145.0.0.0/24": ("ripencc", "ASSIGNED PA", "ORG-C", "Customer of Zeta")})
REGISTRYS = replace(ALPHA, rdap_ip={"145.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-NCC1-RIPE", "RIPE NCC")})
OPEN = [
    (SILENT, HOLDER, "No answer at hand names the holder: ask the regional registry before anybody signs."),
    (
        BELOW,
        HOLDER,
        "Who holds the direct allocation: the highest registration at hand is that of Customer of Zeta. Ask the regional registry.",
    ),
    (REGISTRYS, HOLDER, "The registry names RIPE NCC, which stands for many holders: find out who holds the space."),
]


@pytest.mark.parametrize(("registry", "who", "says"), OPEN, ids=["silent", "a customer's", "a registry's"])
def test_what_no_document_shows_is_left_blank(registry: Registry, who: str, says: str, tmp_path: Path) -> None:
    made = letter(tmp_path, registry, preflight=full(asn=64512))
    assert made.startswith(f"# Letter of Authorization (draft): {who}\n")
    assert f"* From: {who}, registered at RIPE NCC as ________ (handle of the holder at the registry)\n" in made
    assert f"To be cleared up before anybody signs:\n\n* {says}\n" in made


def test_a_placeholder_is_no_name_but_its_handle_is_told(tmp_path: Path) -> None:
    made = letter(tmp_path, NAMELESS, preflight=full(asn=64512))
    assert "Private Customer" not in made.split("To be cleared up")[0]
    assert HOLDER in made


def test_what_is_not_given_is_blank_and_listed(tmp_path: Path) -> None:
    made = letter(tmp_path, replace(BARE, silent_rirs=("ripencc",)), peer_asn=64512, prefixes=[OTHERS])
    listed = made.partition("(then take this list away):\n\n")[2].splitlines()
    assert listed == [f"* {one}" for one in dict.fromkeys(BLANK.findall(made))]
    for what in ("regional registry of the address space", "organisation that is authorised", "service key of the circuit"):
        assert f"* {what}" in listed
    assert "| 145.0.0.0/24 | AS64512 (private) | not shown | unknown | not shown |" in made


def test_legacy_space_that_is_inferred_is_said_to_be(tmp_path: Path) -> None:
    registry = replace(ALPHA, rows={"arin": ["US|ipv4|145.0.0.0|65536|19900101|allocated|x"]}, rdap_ip={})
    assert "is inferred from the date in ARIN's statistics" in letter(tmp_path, registry, peer_asn=64512, prefixes=[OTHERS])


def test_what_microsoft_would_refuse_is_said_first(tmp_path: Path) -> None:
    made = letter(tmp_path, peer_asn=65515, prefixes=[OTHERS])
    assert "before anybody signs:\n\n* Microsoft would refuse or drop the peering as it is (ASN-2): AS65515 is reserved" in made


NONE = [
    ("configured", {"prefixes": [OWN]}, "193.0.0.0/21: Azure is expected to accept it by what is registered, without a letter."),
    (
        "configured, and another's",
        {"preflight": full(OWN)},
        "without a letter; that Alpha B.V. lets Acme Ltd use it, no document here shows.",
    ),
    (
        "my own",
        {"preflight": full(asn=64512, name="zeta nv")},
        "145.0.0.0/24: registered to Zeta N.V., which is what the requesting organisation calls itself: the registration is the proof.",
    ),
    ("my own work", {"prefixes": ["193.0.32.0/24"]}, "without a letter to Microsoft."),
    (
        "Azure is wrong",
        {"azure": {"state": "ValidationNeeded"}},
        "the registries tie prefix and AS number together without anybody's letter.",
    ),
]


@pytest.mark.parametrize(("options", "says"), [row[1:] for row in NONE], ids=[row[0] for row in NONE])
def test_no_letter_where_none_is_needed(options: dict[str, Any], says: str, tmp_path: Path) -> None:
    made = letter(tmp_path, **options)
    assert made.startswith("# This is no letter: no Letter of Authorization is needed\n\nDo not attach this file. No letter is drafted")
    assert says in made
    assert "________" not in made


UNSURE = [
    (
        "a silent source",
        {"registry": replace(ALPHA, silent=("RIPE",)), "prefixes": ["193.0.32.0/24"]},
        "a source that could decide gave no answer.",
    ),
    (
        "one holder, and nobody says who asks",
        {"peer_asn": 64512, "customer_asn": 3333, "prefixes": [OWN]},
        "(same handle ORG-A at RIPE NCC); this proves nothing of anybody else, and whether it is the requesting organisation is not said",
    ),
    ("Azure at work", {"azure": {"state": "Configuring"}}, "Azure has no settled answer yet."),
]


@pytest.mark.parametrize(("options", "says"), [row[1:] for row in UNSURE], ids=[row[0] for row in UNSURE])
def test_what_is_open_is_not_said_to_need_none(options: dict[str, Any], says: str, tmp_path: Path) -> None:
    made = letter(tmp_path, **options)
    assert made.startswith(
        "# This is no letter: no Letter of Authorization is drafted yet\n\nDo not attach this file. Whether a letter is needed is not known"
    )
    assert says in made


def test_my_own_name_is_no_word_against_the_registrys(tmp_path: Path) -> None:
    """The AS number is another's: the holder of the space has to say that it may be announced from there."""
    assert letter(tmp_path, preflight=full(name="Zeta N.V.")).startswith("# Letter of Authorization (draft): Zeta N.V.")


def test_one_holder_that_is_not_who_asks_has_to_write(tmp_path: Path) -> None:
    """TKT-1: that prefix and AS number have one holder proves nothing of anybody else."""
    made = letter(tmp_path, preflight=full(OWN, asn=64512, customer=3333))
    assert made.startswith("# Letter of Authorization (draft): Alpha B.V.\n")
    assert "* AS3333 is registered to Alpha B.V., and Acme Ltd is authorised here" in made
    assert letter(tmp_path, preflight=full(OWN, asn=64512, customer=3333, name="ALPHA BV")).startswith("# This is no letter")


def test_who_holds_the_as_number_is_told_where_nobody_says_who_asks(tmp_path: Path) -> None:
    made = letter(tmp_path, prefixes=[OTHERS])
    assert "* AS3333 is registered to Alpha B.V.: unless that is who is authorised, it has to agree as well.\n" in made


OTHER_OBJECTS = [route(OTHERS, "AS9"), *(route("145.0.0.0/16", f"AS{asn}") for asn in (5, 6, 7)), route("145.0.0.0/25", "AS4")]
CONTRARY = [
    (
        {"vrps": ["145.0.0.0/16-24 AS9"]},
        {},
        "names another AS number than AS3333: ROA 145.0.0.0/16-24 => AS9. Until there is a ROA for AS3333 too,",
    ),
    ({"vrps": ["145.0.0.0/16-24 AS9"]}, {"asn": 64512}, "than AS64512 (private): ROA 145.0.0.0/16-24 => AS9.\n"),
    ({"vrps": ["145.0.0.0/16-24 AS9", "145.0.0.0/16 AS3333"]}, {}, ""),
    ({"vrps": None}, {"asn": 64512}, ""),
    (
        {"objects": {"RIPE": OTHER_OBJECTS}},
        {},
        "route objects RIPE 145.0.0.0/24 AS9, RIPE 145.0.0.0/16 AS5, RIPE 145.0.0.0/16 AS6 and 1 more.\n",
    ),
]


@pytest.mark.parametrize(("registry", "words", "says"), CONTRARY)
def test_what_the_holder_registered_otherwise_is_told(registry: dict[str, Any], words: dict[str, Any], says: str, tmp_path: Path) -> None:
    made = letter(tmp_path, replace(ALPHA, **registry), preflight=full(**words))
    assert made.startswith("# Letter of Authorization (draft): Zeta N.V.")
    assert says in made
    assert bool(says) == ("what is registered names another" in made)


def test_like_names_are_told_as_no_more(tmp_path: Path) -> None:
    registry = replace(ALPHA, rdap_autnum={3333: ("ripencc", "ORG-B", "ALPHA BV")})
    made = letter(tmp_path, registry, peer_asn=64512, customer_asn=3333, prefixes=[OWN])
    assert "share a name or a maintainer (names alike: Alpha B.V. / ALPHA BV); this proves nothing" in made


def test_the_tour_needs_one(tour: Outcomes) -> None:
    made = papers(tour)["loa-draft.md"]
    assert made.startswith("# Letter of Authorization (draft): SURF B.V.\n")
    assert "| 192.87.0.0/16 | AS3333 | 192.87.0.0/16 | LEGACY | 1984-01-01 |" in made
    assert "193.0." not in made
    assert "route object RIPE 192.87.0.0/16 AS1103; ROA 192.87.0.0/16-24 => AS1103. Until there is a ROA for AS3333 too" in made
