from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from circuits import body, private
from hostile import acting, papers
from markdown_it import MarkdownIt
from program import ROOT
from worlds import ALPHA, BARE, DATED, OTHERS, OWN, judged, route, ticket

from bgpcheck import api
from bgpcheck.render.appeal import Ask
from bgpcheck.render.asking import OF_A_TICKET, STEPS
from bgpcheck.render.clean import visible
from bgpcheck.render.ticket import ACTS

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

    from bgpcheck.api import Outcomes


def section(text: str, heading: str) -> str:
    """What stands under a heading."""
    found = re.search(rf"^#+ {re.escape(heading)}.*?\n\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def traced(text: str) -> str:
    """The ticket with what its numbers stand for in the place of the numbers."""
    sources = dict(re.findall(r"^\* \[(\d+)\] (.*)$", text, re.MULTILINE))
    assert list(sources) == [str(number) for number in range(1, len(sources) + 1)]
    body = text.partition("\n* [1] ")[0]
    return re.sub(
        r" \[(\d+(?:, \d+)*)((?: and \d+ more)?)\]", lambda at: f" ({'; '.join(sources[one] for one in at[1].split(', '))}{at[2]})", body
    )


def asked(text: str) -> str:
    return section(text, "What we ask of Microsoft")


# ── the whole ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_tour(tour: Outcomes) -> None:
    text = papers(tour)["ticket.md"]
    assert text.startswith(
        "# ExpressRoute Microsoft peering of AS3333: manual validation of 1 of 6 prefixes\n\n* Service key: ________ (service key"
    )
    assert "* Peering: Microsoft peering with AS12076, cloud public, VLAN id 345\n" in text
    assert (
        "* ipv4: 5 prefixes, customer ASN none, routing registry RIPENCC, links 193.0.23.0/30 and 193.0.23.4/30\n* ipv6: 1 prefix" in text
    )
    assert asked(text).splitlines()[:3] == [
        (
            "* Please validate 192.87.0.0/16 (group 1) by hand and set the state to Configured. The registry"
            " names another holder for the prefix than"
            " for the AS number. The letter of the holder of the space is named under what is attached."
        ),
        (
            "* Not asked: 193.0.14.0/23 (group 2). Validation is needed, and it is ours to put right: name"
            " AS25152 as the customer ASN of the peering, if it is ours; correct the ROA at RIPE; create a route object at RIPE."
        ),
        (
            "* Not asked: 192.149.252.0/24 (group 3). There is no verdict, for no answer came from irr/ARIN,"
            " rdap/autnum, rdap/ip; nothing is claimed"
            " of it."
        ),
    ]
    assert "| 1 | 192.87.0.0/16 | AS3333 | Configured | ManualValidationNeeded | Microsoft |\n" in text
    assert "| 4, 5, 6 | 193.0.0.0/21, 193.0.10.0/24, 2001:67c:2e8::/48 | AS3333 | Configured | Configured | nobody |\n" in text
    assert "Of the other prefixes nothing is asked; report.html tells what is registered for them.\n" in text
    assert text.count("### Group") == 1
    ids = {one.sha256[:12]: one.uri for reply in tour.checked.replies.values() if isinstance(reply, tuple) for one in reply}
    said = re.sub(r"document ([0-9a-f]{12})", lambda at: f"document of {ids[at[1]]}", traced(text))
    assert section(said, "Group 1: 192.87.0.0/16, expected ManualValidationNeeded").startswith(
        "* registration: legacy at RIPE NCC, 192.87.0.0/16 (date in the statistics 1984-01-01), holder SURF B.V. (ORG-SURF1-RIPE)"
        " (rdap/ip, file rdap/ip/192.87.0.0_16.json, undated, document of rdap/ip/192.87.0.0_16.json; delegated/ripencc,"
        " file delegated-ripencc-extended-latest, dated"
        " 2026-11-01T20:59:59Z, document of delegated-ripencc-extended-latest)\n"
        "* route objects: the registry of the address space has one for exactly this prefix that names"
        " another AS number: RIPE 192.87.0.0/16"
        " AS1103 (irr/RIPE, file RIPE.db, undated, document of RIPE.db)\n"
        "* ROAs: those that cover the prefix name other AS numbers: 192.87.0.0/16-24 => AS1103 (vrps, file vrps.json, dated"
        " 2026-11-01T12:00:00Z, document of vrps.json)\n"
        "* so: The registry names another holder for the prefix than for the AS number: prefix SURF B.V., AS"
        " number Reseaux IP Europeens Network"
        " Coordination Centre (RIPE NCC).\n\n"
    )
    assert "* The letter of SURF B.V. for 192.87.0.0/16: ________ (letter of the holder of 192.87.0.0/16: attached, signed;" in text
    assert text.endswith("* your contact\n* letter of the holder of 192.87.0.0/16: attached, signed; or when it follows\n")


def test_every_document_that_is_named_is_in_the_bundle(tour: Outcomes) -> None:
    text = papers(tour)["ticket.md"]
    there = {one.sha256[:12] for reply in tour.checked.replies.values() if isinstance(reply, tuple) for one in reply}
    named = set(re.findall(r"\b[0-9a-f]{12}\b", text))
    assert len(named) > 3
    assert named <= there


def test_what_the_user_and_azure_said_is_there_and_nothing_is_left_blank(tmp_path: Path) -> None:
    text = ticket(
        tmp_path,
        preflight="peering: {peerAsn: 3333, serviceKey: key-1, ipv4: {customerAsn: 12654, prefixes: [193.0.0.0/21]}}\n"
        "organisation: {name: Alpha BV, contact: noc@acme.example}\n",
    )
    assert "* Service key: key-1\n* Organisation: Alpha BV\n* Contact: noc@acme.example\n* Peering" in text
    assert "* Customer AS number AS12654: registered at RIPE NCC to Alpha B.V. (ORG-A) (rdap/autnum, file rdap/autnum/12654.json" in traced(
        text
    )
    assert "| 1 | 193.0.0.0/21 | AS12654, peer AS3333 | Configured | Configured | nobody |" in text
    assert "____" not in text
    assert "filled in" not in text


def test_where_azure_is_known_its_state_stands_beside_the_wanted_one(tmp_path: Path) -> None:
    text = ticket(tmp_path, azure={"state": "ValidationNeeded"})
    assert re.match(
        r"# .*\n\n\* Circuit: er-ams; resource id /subscriptions/\S+/er-ams; peering location Amsterdam; provider Example\n", text
    )
    assert "links 193.0.30.0/30 and 193.0.30.4/30; Azure's state of the list: ValidationNeeded\n* Azure's states are as read from" in text
    assert "| state wanted | state in Azure | expected" in text
    assert "| Configured | ValidationNeeded | Configured | Microsoft |" in text
    assert "* in Azure, as read: ValidationNeeded; wanted: Configured\n" in text
    assert "* in Azure, as read: Configured\n" in ticket(tmp_path, azure={})


def test_links_that_are_somebody_elses_are_told(tmp_path: Path) -> None:
    made = judged(tmp_path, preflight="peering: {peerAsn: 3333, ipv4: {primary: 145.0.1.0/30, prefixes: [193.0.0.0/21]}}")
    assert (
        "links 145.0.1.0/30\n* link subnet 145.0.1.0/30 is registered to Zeta N.V., not to the AS number's holder\n"
        in papers(made)["ticket.md"]
    )


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────────────

UNDATED = replace(ALPHA, objects={"RIPE": [route(OWN, "AS3333"), route("193.0.10.0/24", "AS3333")]})
ODD = replace(ALPHA, objects={"RIPE": [route(OWN, "AS3333", "last-modified: <b>now"), route("193.0.10.0/24", "AS3333")]})
BOTH = "193.0.0.0/21, 193.0.10.0/24 (group 1)"
THEIRS = {"prefixes": ["145.0.0.0/24"]}
ASKED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "manual validation, a letter",
        {"prefixes": [OTHERS]},
        "manual validation of 1 prefix",
        "* Please validate 145.0.0.0/24 (group 1) by hand and set the state to Configured. The registry names another holder",
    ),
    (
        "manual validation, Azure refuses",
        {"azure": {"state": "ValidationNeeded", **THEIRS}},
        "manual validation of 1 prefix",
        "* Please validate 145.0.0.0/24 (group 1) by hand and set the state to Configured. The registry names another holder",
    ),
    (
        "manual validation, one holder",
        {"peer_asn": 64512, "customer_asn": 3333, "prefixes": [OWN]},
        "manual validation of 1 prefix",
        (
            "The peer AS number AS64512 is private, which needs manual validation. By the registries one"
            " organisation stands behind the prefix and the"
            " AS number (same handle ORG-A at RIPE NCC). How we relate to it: ________ (how your organisation relates to the holder of"
            " 193.0.0.0/21, with proof)."
        ),
    ),
    (
        "manual validation, my own",
        {"preflight": "peering: {peerAsn: 64512, ipv4: {prefixes: [193.0.0.0/21]}}\norganisation: {name: Alpha BV}"},
        "manual validation of 1 prefix",
        "needs manual validation. The registered holder is Alpha B.V., which is our organisation.",
    ),
    (
        "manual validation, one holder, and not we",
        {"preflight": "peering: {peerAsn: 64512, ipv4: {customerAsn: 3333, prefixes: [193.0.0.0/21]}}\norganisation: {name: Contoso}"},
        "manual validation of 1 prefix",
        "needs manual validation. The letter of the holder of the space is named under what is attached.\n",
    ),
    (
        "manual validation, Azure says so",
        {"azure": {"state": "ManualValidationNeeded"}},
        "manual validation of 2 prefixes",
        f"* Please validate {BOTH} by hand and set the state to Configured. Azure's state is ManualValidationNeeded, which asks for it.",
    ),
    (
        "look again",
        {"azure": {"state": "ValidationNeeded"}},
        "another look at 2 prefixes",
        (
            f"* Please look again at {BOTH}: Azure says ValidationNeeded, though the registries tie each to the"
            " AS number since 2026-10-02T09:00:00Z, by"
            " the last-modified of the route objects. Azure is understood to look when a list is submitted"
            " (inferred); we submitted this list last on"
            " ________ (date of the last submission of the list)."
        ),
    ),
    (
        "look again, since when",
        {"registry": UNDATED, "azure": {"state": "ValidationFailed"}},
        "another look at 2 prefixes",
        "tie each to the AS number; since when, no document shows.",
    ),
    (
        "look again, an odd date",
        {"registry": ODD, "azure": {"state": "ValidationNeeded"}},
        "another look at 2 prefixes",
        "since when, no document shows",
    ),
    (
        "look again, one",
        {"azure": {"state": "ValidationNeeded", "prefixes": [OWN]}},
        "another look at 1 prefix",
        "though the registries tie it to the AS number since 2026-10-01T09:00:00Z",
    ),
    (
        "a covering object",
        {"azure": {"state": "ValidationNeeded", "prefixes": ["193.0.1.0/24"]}},
        "another look at 1 prefix",
        "since 2026-10-01T09",
    ),
    (
        "my own work",
        {"prefixes": ["193.0.32.0/24"]},
        "1 prefix, nothing asked yet",
        (
            "* Nothing, as things stand. Should Azure answer otherwise than is expected below, this is what the registries say.\n"
            "* Not asked: 193.0.32.0/24 (group 1). Validation is needed, and it is ours to put right: create a route object at RIPE."
        ),
    ),
    (
        "not submitted",
        {"azure": {"state": "NotConfigured"}},
        "nothing asked yet",
        (f"* Not asked: {BOTH}. Validation is needed, and it is ours to put right: submit the list again.\n"),
    ),
    (
        "signed wrongly",
        {"azure": {"state": "InvalidSignatureEncoding"}},
        "nothing asked yet",
        "put right: sign the validation id again; submit the list again.\n",
    ),
    (
        "Azure at work",
        {"azure": {"state": "Configuring"}},
        "nothing asked yet",
        f"* Not asked: {BOTH}. Azure is still working on the last change,",
    ),
    ("done", {"azure": {}}, "nothing asked yet", "* Nothing: Azure says that every prefix is Configured.\n"),
    (
        "another cloud",
        {"preflight": "peering: {peerAsn: 3333, cloud: usgov, ipv4: {prefixes: [193.0.0.0/21]}}"},
        "nothing asked yet",
        "this is what the registries say. This cloud has been reported to validate every prefix by hand.\n",
    ),
    (
        "silence",
        {"registry": replace(ALPHA, silent=("RIPE",)), "prefixes": ["193.0.32.0/24"]},
        "1 prefix, nothing asked yet",
        "* Not asked: 193.0.32.0/24 (group 1). There is no verdict, for no answer came from irr/RIPE; nothing is claimed of it.\n",
    ),
    (
        "a blocker",
        {"peer_asn": 65515, "prefixes": [OTHERS]},
        "AS65515: 1 prefix, nothing asked yet",
        (
            "* NOT TO BE SENT AS IT IS (ASN-2): AS65515 is reserved by Microsoft (65515 to 65520). Use another AS number.\n"
            "* Only when that is mended: Please validate 145.0.0.0/24 (group 1) by hand"
        ),
    ),
]


@pytest.mark.parametrize(("options", "title", "says"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_what_is_asked(options: dict[str, Any], title: str, says: str, tmp_path: Path) -> None:
    text = ticket(tmp_path, **options)
    assert text.partition("\n")[0].endswith(title)
    assert says in asked(text)


NOTHING = ("my own work", "not submitted", "signed wrongly", "Azure at work", "done", "another cloud", "silence")


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_not_microsofts_is_not_asked(name: str, tmp_path: Path) -> None:
    """ST-11: validation that is needed is the customer's work, and silence claims nothing."""
    (options,) = (row[1] for row in ASKED if row[0] == name)
    text = ticket(tmp_path, **options)
    assert "Please" not in text
    assert "| Microsoft |" not in text
    assert "The letter of" not in text


def test_planned_objects_ask_for_nothing_and_are_marked(tmp_path: Path) -> None:
    (tmp_path / "planned.rpsl").write_text(f"{route('193.0.32.0/24', 'AS3333')}\n")
    (tmp_path / "vrps.txt").write_text("145.0.0.0/24 => AS3333\n")
    text = ticket(tmp_path, prefixes=["193.0.32.0/24", OTHERS], assume=[str(tmp_path / "planned.rpsl"), str(tmp_path / "vrps.txt")])
    assert text.partition("\n")[0].endswith("2 prefixes, nothing asked yet")
    first, second = asked(text).strip().splitlines()
    assert first == (
        "* NOT TO BE SENT AS IT IS: planned objects of planned.rpsl are assumed to be there, where Microsoft"
        " cannot see them. Create them, then"
        " check again."
    )
    assert "vrps.txt" in second
    assert "Planned objects are judged as if they were there; they are marked, and stand in no registry." in text
    assert "RIPE 193.0.32.0/24 AS3333 (planned, in no registry) (irr/" in traced(text)
    assert "145.0.0.0/24 => AS3333 (planned, no ROA)" in text
    assert "* so, with the planned objects: A route object for exactly this prefix" in text


def test_a_planned_object_that_is_there_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "planned.rpsl").write_text(f"{route(OWN, 'AS3333', DATED.format(1))}\n")
    assert "(planned" not in ticket(tmp_path, prefixes=[OWN], assume=[str(tmp_path / "planned.rpsl")])


def test_where_nothing_is_validated(tmp_path: Path) -> None:
    """ST-13: a circuit with a private peering only."""

    (tmp_path / "c.json").write_text(json.dumps(body(private())))
    text = papers(api.check_sync(api.Options(circuit=str(tmp_path / "c.json"), now="2026-11-02T00:00:00Z")))["ticket.md"]
    assert text.startswith("# Not to be sent: ExpressRoute circuit without Microsoft peering: nothing asked\n")
    assert asked(text) == "* Nothing: the circuit has no Microsoft peering, so no prefix is validated.\n\n"
    assert "No prefix is judged." in text
    assert "AS0" not in text


def test_what_is_announced_and_not_listed_is_not_asked_for(tmp_path: Path) -> None:
    events = str(ROOT / "fixtures" / "events" / "v5-consolidate.jsonl")
    text = ticket(tmp_path, prefixes=[OWN], events=events)
    assert "ExpressRoute Microsoft peering of AS3333: 1 prefix, nothing asked yet\n" in text
    assert re.findall(r"^\| (\d+) \| (\S+)", text, re.MULTILINE) == [("1", OWN)]
    assert "* 13 prefixes more announced and not listed, and so no part of this request (report.html)\n" in text
    assert ". 203.0.113.128/32 is not public" not in text
    assert re.search(r"AS IT IS \(PFX-1\): 0.0.0.0/0 is not public: .* \(and 6 more, see report.html\). Advertise public", text)
    assert "* ipv4: 1 prefix, customer" in text
    assert "* the recording of what a router announced, in documents.json under input/events: as it was heard outside Azure\n" in text
    assert "Please" not in asked(text)


def test_every_ask_says_who_acts() -> None:
    assert set(ACTS) == set(Ask)


# ── who asks ──────

CONTOSO = "peering: {{peerAsn: {asn}, ipv4: {{customerAsn: {customer}, prefixes: [{prefixes}]}}}}\norganisation: {{name: {name}}}\n"
NOT_OURS = (
    "* The registries name {}, not {}, as the holder of {}. How the two relate: ________ (how your organisation relates to the holder of {}"
)
ZETAS = NOT_OURS.format("Zeta N.V.", "Contoso", "145.0.0.0/24", "145.0.0.0/24")
ALPHAS = NOT_OURS.format("Alpha B.V.", "Contoso", "AS3333, 193.0.0.0/21", "AS3333, 193.0.0.0/21")
RELATIONS = [
    ("neither is ours", {}, [ALPHAS]),
    ("a letter speaks for the prefix", {"prefixes": OTHERS}, [NOT_OURS.format("Alpha B.V.", "Contoso", "AS3333", "AS3333")]),
    (
        "the letter's holder has the AS number too",
        {"asn": 64512, "customer": 3333},
        [NOT_OURS.format("Alpha B.V.", "Contoso", "AS3333", "AS3333")],
    ),
    ("both are ours", {"name": "ALPHA b.v."}, []),
    ("nothing to compare", {"name": "GmbH"}, []),
    (
        "many prefixes",
        {"prefixes": "193.0.0.0/24, 193.0.1.0/24, 193.0.2.0/24"},
        [NOT_OURS.format("Alpha B.V.", "Contoso", *["AS3333, 193.0.0.0/24, 193.0.1.0/24 and 1 more"] * 2)],
    ),
]


@pytest.mark.parametrize(("given", "says"), [row[1:] for row in RELATIONS], ids=[row[0] for row in RELATIONS])
def test_who_asks_is_held_against_the_registries(given: dict[str, Any], says: list[str], tmp_path: Path) -> None:
    """TKT-1: the proof is about the user's own organisation."""
    words = {"asn": 3333, "customer": 0, "prefixes": OWN, "name": "Contoso", **given}
    text = ticket(tmp_path, preflight=CONTOSO.format(**words))
    found = re.findall(r"^\* The registries name .*", text, re.MULTILINE)
    assert len(found) == len(says)
    assert all(line.startswith(start) for line, start in zip(found, says, strict=True))


def test_more_holders_than_a_reader_reads(tmp_path: Path) -> None:
    names = {f"{first}.0.0.0/16": ("ripencc", "ALLOCATED PA", f"ORG-{first}", f"Holder {first}") for first in range(151, 156)}
    rows = [f"NL|ipv4|{first}.0.0.0|65536|19930902|allocated|h{first}" for first in range(151, 156)]
    registry = replace(ALPHA, rows={"ripencc": [*ALPHA.rows["ripencc"], *rows]}, rdap_ip={**ALPHA.rdap_ip, **names})
    prefixes = ", ".join(f"{first}.0.0.0/24" for first in range(151, 156))
    registry = replace(registry, objects={"RIPE": [route(one, "AS3333") for one in prefixes.split(", ")]})
    text = ticket(tmp_path, registry, preflight=CONTOSO.format(asn=3333, customer=0, prefixes=prefixes, name="Contoso"))
    assert len(re.findall(r"^\* The registries name ", text, re.MULTILINE)) == 3
    assert "* 3 holders more are called otherwise than Contoso (report.html)\n" in text


def test_no_holder_is_made_up_where_who_asks_is_not_told(tmp_path: Path) -> None:
    assert "The registries name" not in ticket(tmp_path, prefixes=[OWN])


# ── what the registries say ─────────────────────────────────────────────────────────────────────────────────────────────────


def routes(*objects: str, **more: Any) -> Registry:  # noqa: ANN401 (as the registry takes them)
    return replace(ALPHA, objects={"RIPE": list(objects)}, **more)


SAID = [
    (
        "exact",
        ALPHA,
        {},
        "route objects: one for exactly this prefix and AS number: RIPE 193.0.0.0/21 AS3333 (irr/RIPE, file RIPE.db, undated",
    ),
    (
        "covering",
        routes(route("193.0.0.0/20", "AS3333")),
        {},
        "route objects: one for a less specific prefix names the AS number: RIPE 193.0.0.0/20",
    ),
    ("absent", routes(), {}, "route objects: none that would count for this prefix and AS number (irr/RADB, file RADB.db"),
    (
        "beside",
        routes(route("193.0.0.0/24", "AS1")),
        {},
        "this prefix and AS number; overlapping it: RIPE 193.0.0.0/24 AS1 (irr/RIPE",
    ),
    (
        "less specific",
        routes(route("193.0.0.0/16", "AS9"), route("193.0.0.0/24", "AS1")),
        {},
        "this prefix and AS number; covering it: RIPE 193.0.0.0/16 AS9; overlapping it: RIPE 193.0.0.0/24 AS1 (irr/RIPE",
    ),
    (
        "many",
        routes(*(route(OWN, f"AS{asn}") for asn in (3333, 5, 6, 7, 8))),
        {},
        "AS3333, RIPE 193.0.0.0/21 AS5, RIPE 193.0.0.0/21 AS6 and 2 more (",
    ),
    ("silent", routes(silent=("RIPE",)), {}, "route objects: not known; no answer from RIPE; none in the other answers (irr/RADB"),
    (
        "silent, something",
        routes(silent=("RIPE",), routes={"NTTCOM": ["193.0.0.0/21 AS9"]}),
        {},
        "not known; no answer from RIPE: NTTCOM 193.0.0.0/21 AS9",
    ),
    (
        "valid",
        ALPHA,
        {},
        "ROAs: valid for the AS number: 193.0.0.0/16-24 => AS3333 (vrps, file vrps.json, dated 2026-11-01T12:00:00Z, document ",
    ),
    ("no ROA", replace(ALPHA, vrps=[]), {}, "ROAs: none covers the prefix (vrps, file vrps.json"),
    ("no validator", replace(ALPHA, vrps=None), {}, "ROAs: not known, for no validator answered that can know\n"),
    ("AS0", replace(ALPHA, vrps=["193.0.0.0/16-24 AS0"]), {}, "ROAs: all that cover the prefix name AS0: 193.0.0.0/16-24 => AS0"),
    ("too long", replace(ALPHA, vrps=["193.0.0.0/16 AS3333"]), {}, "ROAs: one names the AS number, but not for prefixes of this length"),
    (
        "held",
        ALPHA,
        {},
        "registration: allocated at RIPE NCC, 193.0.0.0/16 (date in the statistics 1993-09-01), holder Alpha B.V. (ORG-A) (rdap/ip, file",
    ),
    (
        "unnamed",
        BARE,
        {},
        "registration: allocated at RIPE NCC, 193.0.0.0/16 (date in the statistics 1993-09-01), holder not known (delegated/ripencc",
    ),
    ("handle only", replace(ALPHA, rdap_ip={"193.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-A", "")}), {}, "holder ORG-A ("),
    (
        "below",
        replace(ALPHA, rdap_ip={OWN: ("ripencc", "ASSIGNED PA", "ORG-C", "Sub")}),
        {},
        "Sub (ORG-C), who may not be the holder of the direct allocation",
    ),
    (
        "for many",
        replace(ALPHA, rdap_ip={"193.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-Q", "Private Customer")}),
        {},
        "holder not known (named is Private Customer, which stands for many)",
    ),
    (
        "nobody's",
        replace(ALPHA, rows={"ripencc": ["NL|ipv4|193.0.0.0|65536||available|"]}, rdap_ip={}, vrps=[], objects={}),
        {},
        "registration: available, holder not known (delegated/ripencc",
    ),
    ("unknown", replace(BARE, silent_rirs=("ripencc",), vrps=[], objects={}), {}, "registration: unknown, holder not known (delegated/"),
    (
        "no CIDR",
        replace(ALPHA, rows={"ripencc": ["NL|ipv4|193.0.0.0|2304|00000000|allocated|x"]}, rdap_ip={}),
        {},
        "allocated at RIPE NCC, 193.0.0.0 - 193.0.8.255, holder not known",
    ),
    ("private, so", ALPHA, {"peer_asn": 64512}, "* so: The peer AS number AS64512 is private, which needs manual validation.\n"),
    ("reserved, so", ALPHA, {"peer_asn": 64496}, "* so: AS64496 is reserved, so that no registry can tie a prefix to it.\n"),
    ("private, in the table", ALPHA, {"peer_asn": 64512}, "| AS64512 (private) | Configured |"),
    ("private, beside", ALPHA, {"peer_asn": 64512, "customer_asn": 3333}, "| AS3333, peer AS64512 (private) | Configured |"),
    ("private AS", ALPHA, {"peer_asn": 64512}, "* Peer AS number AS64512: private, so that no registry names a holder\n"),
    ("an AS nobody names", BARE, {}, "* Peer AS number AS3333: allocated at RIPE NCC, holder not known (delegated/ripencc"),
    ("an unknown AS", ALPHA, {"peer_asn": 5}, "* Peer AS number AS5: "),
]


@pytest.mark.parametrize(("registry", "options", "says"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_is_said(registry: Registry, options: dict[str, Any], says: str, tmp_path: Path) -> None:
    assert says in traced(ticket(tmp_path, registry, **{"prefixes": [OWN], **options}))


def test_validators_that_do_not_agree(tmp_path: Path) -> None:
    judged(tmp_path, prefixes=[OWN])  # writes the folder
    (tmp_path / "r" / "vrps-other.json").write_text(
        '{"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [{"asn": 1, "prefix": "193.0.0.0/16", "maxLength": 24, "ta": "ripe"}]}'
    )
    made = api.check_sync(api.Options(peer_asn=3333, prefixes=[OWN], registry_data=str(tmp_path / "r"), now="2026-11-02T00:00:00Z"))
    assert "; validators do not agree: 193.0.0.0/16-24 => AS3333, 193.0.0.0/16-24 => AS1" in papers(made)["ticket.md"]


def test_local_exceptions_are_not_what_the_registries_say(tmp_path: Path) -> None:
    judged(tmp_path, prefixes=[OWN])
    (tmp_path / "r" / "slurm.json").write_text(
        '{"slurmVersion": 1, "validationOutputFilters": {"prefixFilters": [{"prefix": "193.0.0.0/8"}], "bgpsecFilters": []},'
        ' "locallyAddedAssertions": {"prefixAssertions": [], "bgpsecAssertions": []}}'
    )
    made = api.check_sync(api.Options(peer_asn=3333, prefixes=[OWN], registry_data=str(tmp_path / "r"), now="2026-11-02T00:00:00Z"))
    assert made.result.assessments[0].rpki.state == "not-found"
    assert "ROAs: valid for the AS number: 193.0.0.0/16-24 => AS3333" in papers(made)["ticket.md"]


def test_an_as_number_that_nobody_can_have_is_named(tmp_path: Path) -> None:
    assert " by hand and set the state to Configured. AS64496 is reserved, so" in ticket(tmp_path, peer_asn=64496, prefixes=[OWN])


def test_an_own_policys_reason_is_told_without_a_meaning(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "name: own\nrequired: []\nrows: [{row: 1, when: {}, verdict: manual-validation, reason: house-rule, confidence: low}]\n"
    )
    text = ticket(tmp_path, prefixes=[OWN, "193.0.10.0/24"], policy=str(tmp_path / "own.yaml"))
    assert "set the state to Configured. A reason of your own policy." in text
    assert "* so: A reason of your own policy (inferred).\n\n| prefixes |" in text
    assert "under the policy own: 2 prefixes: 2 manual-validation." in text


def test_old_data_is_said_to_be(tmp_path: Path) -> None:
    """DATA-1."""
    fresh, old = (ticket(tmp_path, prefixes=[OWN], now=now) for now in ("2026-11-02T00:00:00Z", "2026-12-29T00:00:00Z"))
    assert "STALE" not in fresh
    assert re.search(r" STALE: \S+ is of 2026-11-01, 58 days old: the limit is \d+ hours; .*\.\n", old)


def test_others_are_in_the_table_where_several_say_the_same(tmp_path: Path) -> None:
    text = ticket(tmp_path, routes(route("145.0.0.0/16", "AS9")), prefixes=[OTHERS, "145.0.1.0/24"])
    assert "none that would count for this prefix and AS number; others that overlap are in the table [" in text
    assert "| 145.0.0.0/24, 145.0.1.0/24 | 145.0.0.0/16 | RIPE 145.0.0.0/16 AS9 | none |" in text


def test_every_step_has_plain_words() -> None:
    kinds = set(re.findall(r'Remedy\(\s*"([a-z-]+)"', (ROOT / "bgpcheck" / "steps.py").read_text())) | {"create-roa", "fix-roa"}
    assert kinds - set(STEPS) == set(OF_A_TICKET)


# ── many ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def subnets(prefix: str, count: int) -> list[str]:
    return [str(one) for one in list(ipaddress.ip_network(prefix).subnets(new_prefix=24))[:count]]


def test_two_hundred_that_say_the_same_are_one_group(tmp_path: Path) -> None:
    prefixes = subnets("145.0.0.0/16", 200)
    text = ticket(tmp_path, prefixes=prefixes)
    assert text.count("### Group") == 1
    assert "* Please validate 145.0.0.0/24, 145.0.1.0/24, 145.0.2.0/24 and 197 more (group 1) by hand" in text
    assert f"\n| {', '.join(prefixes)} | 145.0.0.0/16 | none | none |\n" in text
    assert len(text) < 8000


def test_two_hundred_that_differ_have_a_row_each(tmp_path: Path) -> None:
    prefixes = subnets("193.0.0.0/16", 200)
    registry = routes(*(route(one, "AS3333") for one in prefixes))
    text = ticket(tmp_path, registry, prefixes=prefixes)
    assert text.count("### Group") == 1
    assert f"| 1 | {', '.join(prefixes[:3])} and 197 more | AS3333 |" in text
    for one in prefixes:
        assert f"\n| {one} | 193.0.0.0/16 | RIPE {one} AS3333 | 193.0.0.0/16-24 => AS3333 |\n" in text
    assert len(text) < 30_000


def test_documents_that_differ_stand_in_the_rows(tmp_path: Path) -> None:
    prefixes = subnets("145.0.0.0/16", 5)
    registry = replace(ALPHA, rdap_ip={**ALPHA.rdap_ip, **dict.fromkeys(prefixes, ("ripencc", "ASSIGNED PA", "ORG-Z", "Zeta N.V."))})
    made = judged(tmp_path, registry, prefixes=prefixes)
    text = papers(made)["ticket.md"]
    assert text.count("### Group") == 1
    rows = re.findall(
        r"^\| (145\S+) \| 145.0.0.0/16 \(([0-9a-f]{12}), ([0-9a-f]{12}), ([0-9a-f]{12})\) \| none \| none \|$", text, re.MULTILINE
    )
    assert [row[0] for row in rows] == prefixes
    assert len({row[1] for row in rows}) == 5
    assert re.search(r"\* registration: .* \[3, 4, 2 and 4 more\]\n", text)


# ── what is attached ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_holder_that_nobody_names_is_the_holder(tmp_path: Path) -> None:
    text = ticket(tmp_path, BARE, peer_asn=64512, prefixes=[OTHERS])
    assert "* The letter of the holder for 145.0.0.0/24: ________ (letter of the holder of 145.0.0.0/24: attached, signed; or" in text


# ── what comes from outside ─────────────────────────────────────────────────────────────────────────────────────────────────


def structure(text: str) -> list[str]:
    tokens = [inner for token in MarkdownIt("commonmark").enable("table").parse(text) for inner in (token, *(token.children or ()))]
    names = [one.type for one in tokens if one.type not in {"text", "text_special"}]
    return [name for number, name in enumerate(names) if not number or name != names[number - 1]]


def words(text: str) -> str:
    """What a reader reads."""
    tokens = [inner for token in MarkdownIt("commonmark").enable("table").parse(text) for inner in (token.children or ())]
    return " ".join("".join(one.content if one.type in {"text", "text_special"} else " " for one in tokens).split())


ACTIVE = {
    *("link_open", "image", "html_inline", "html_block", "blockquote_open", "code_block", "fence", "code_inline"),
    *("em_open", "strong_open", "hr", "ordered_list_open"),
}


@pytest.mark.parametrize("name", ["ticket.md", "loa-draft.md"])
def test_a_hostile_registry_shapes_nothing(name: str, dangerous: tuple[str, Outcomes], calm: Outcomes) -> None:
    _, outcomes = dangerous
    written = papers(outcomes)[name]
    assert acting(written) == []
    assert not set(structure(written)) & ACTIVE
    assert not re.search(r"(?i)[a-z]://", written)
    if "holder" in outcomes.result.assessments[0].verdict.reason:
        assert structure(written) == structure(papers(calm)[name])
        holder = " ".join(visible(outcomes.result.assessments[0].holder.direct_holder or "").split())
        assert holder[:100] in words(written)


def test_a_text_from_outside_makes_no_blank(tmp_path: Path) -> None:
    made = ticket(tmp_path, preflight="peering: {peerAsn: 3333, ipv4: {prefixes: [193.0.0.0/21]}}\norganisation: {name: ________ (x)}")
    assert "* x\n" not in made
    assert "(your contact)" in made


def test_an_as_number_of_ones_own_is_not_called_another(tmp_path: Path) -> None:
    text = ticket(tmp_path, routes(route(OWN, "AS64512")), peer_asn=64512, prefixes=[OWN])
    assert "one for exactly this prefix names AS64512 (private), which is the claim's own and cannot be looked up" in text
    assert "names another AS number" not in text
