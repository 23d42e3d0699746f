from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bundles import NOW, PREFLIGHT, REGISTRY, ROOT, Members, checked, members, sealed
from searching import holding
from signers import ed25519_key

from bgpcheck import api
from bgpcheck.case import decode
from bgpcheck.evidence import bundle, redact, redacted, statement
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.reading import RDAP_TYPE, WHOIS_TYPE, networks_type
from bgpcheck.fetch.folder import FolderFetcher
from bgpcheck.peering import Peering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.sources.base import Gap, Request

P = "193.0.0.0/21"
CONTACT = "Bob Planted <bob.planted@mail.example>, +49 30 1234567"
KEY = "7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"  # of the circuit too
SUBSCRIPTION = "aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e"
CIRCUIT = (ROOT / "fixtures" / "circuits" / "er-ams.json").read_text()
MAIL, PHONE = "planted.person@mail.example", "+31 20 535 4444"
AT = datetime(2026, 11, 1, tzinfo=UTC)


def preflight(folder: Path, contact: str = CONTACT, **top: Any) -> str:  # noqa: ANN401 (JSON)
    body = {
        "peering": {"peerAsn": 3333, "serviceKey": KEY, "ipv4": {"prefixes": [P], "routingRegistryName": "RIPENCC"}},
        "organisation": {"name": "Kept GmbH", "contact": contact},
        **top,
    }
    path = folder / "p.yaml"
    path.write_text(json.dumps(body))  # which is YAML too
    return str(path)


def copied(found: Members) -> tuple[Members, dict[str, Any]]:
    """The copy, which says of itself that it is one, and its list."""
    made = sealed(redact.redacted(found, statement.read(found)))
    assert made == sealed(redact.redacted(found, statement.read(found)))  # the same copy each time
    redacted.read(made)
    return made, json.loads(made["redaction.json"])


def parts_of(found: dict[str, Any]) -> dict[str, dict[str, int]]:
    """What was taken out, by member; the case by that name."""
    return {row["member"]: row["taken"] for row in found["redacted"]}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Members:
    return bundle.unpack(checked(preflight=preflight(tmp_path_factory.mktemp("original"))).bundle(ed25519_key()))


def test_what_is_taken_out_and_what_stays(original: Members) -> None:
    made, told = copied(original)
    case = f"documents/{json.loads(original['statement.json'])['subject'][0]['digest']['sha256']}"
    cut = {case, "report.html", "ticket.md"}
    assert parts_of(told).keys() == cut
    assert set(parts_of(told)["ticket.md"]) == {"contact", "service key"}
    assert told["leftOut"] == []
    assert told["original"] == {"manifestSha256": hashlib.sha256(original["MANIFEST.sha256"]).hexdigest()}
    assert {row["member"]: row["sha256"] for row in told["redacted"]} == {name: hashlib.sha256(original[name]).hexdigest() for name in cut}
    assert made["MANIFEST.original.sha256"] == original["MANIFEST.sha256"]
    for name in original.keys() - cut - {"MANIFEST.sha256"}:
        assert made[name] == original[name]
    for secret in (CONTACT, "bob.planted", "Bob Planted", "1234567", KEY, KEY.replace("-", "")):
        assert holding(original, secret) or secret == KEY.replace("-", "")
        assert holding(made, secret) == []
    assert {"ticket.md", case} <= set(holding(made, "Kept GmbH"))
    assert "* Contact: (contact left out)" in made["ticket.md"].decode()
    assert json.loads(made[case])["peering"]["contact"] == "(contact left out)"


@pytest.mark.parametrize(
    "spell",
    [
        str.upper,
        lambda text: json.dumps(json.dumps(text)),
        lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
        lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
        lambda text: "".join(f"&#{ord(one)};" for one in text),
        lambda text: base64.b64encode(f"x{text}".encode()).decode(),
        lambda text: text.encode().hex(),
        lambda text: text[:6] + "\n  " + text[6:],
        lambda text: text[:6] + "\nremarks:  " + text[6:],
    ],
)
@pytest.mark.parametrize("text", [CONTACT, "bob.planted@mail.example", "+49-30-123 4567", KEY, KEY.replace("-", "")])
def test_other_spellings_are_found_in_any_member(text: str, spell: Any, original: Members) -> None:  # noqa: ANN401 (a function)
    found = sealed({**original, "notes.txt": f"before {spell(text)} after\n".encode()})
    made, told = copied(unsigned(found))
    assert "notes.txt" in parts_of(told)
    kept = made["notes.txt"].decode()
    assert kept.startswith("before ")
    assert kept.endswith(" after\n")
    assert "left out)" in kept
    assert holding(made, text) == []


def unsigned(found: Members) -> Members:
    return sealed({name: content for name, content in found.items() if name != "statement.dsse.json"})


def test_a_circuit_of_azure() -> None:
    """Ids, subscription and resource group go; the statement names them in its commands, so the signature goes with it."""
    answer = json.dumps({**json.loads(CIRCUIT), "resourceGroup": "network", "tags": {"note": KEY.upper()}})
    options = api.Options(now=NOW, registry_data=str(REGISTRY), circuit=json.loads(CIRCUIT)["id"], circuit_answer=(answer.encode(), AT))
    found = bundle.unpack(api.check_sync(options).bundle(ed25519_key()))
    made, told = copied(found)
    for secret in (SUBSCRIPTION, "resourceGroups/network", '"resourceGroup": "network"', "-g network", "-ResourceGroupName 'network'", KEY):
        assert holding(found, secret) != [], secret
        assert holding(made, secret) == [], secret
    assert {"statement.json", "documents.json", "report.html", "ticket.md"} <= parts_of(told).keys()
    assert [row["member"] for row in told["leftOut"]] == ["statement.dsse.json"]
    assert told["leftOut"][0]["why"] == "holds statement.json as it was"
    commands = json.loads(made["statement.json"])["predicate"]["amendments"][0]["commands"]
    assert commands[0]["text"].startswith("az network express-route peering update -g (Azure id left out) --circuit-name er-ams")
    assert "-ResourceGroupName '(Azure id left out)' -Name 'er-ams'" in commands[1]["text"]


def test_validation_ids_hold_the_service_key(tmp_path: Path) -> None:
    body = json.loads(CIRCUIT)
    config = body["properties"]["peerings"][1]["properties"]["microsoftPeeringConfig"]
    other = "11111111-2222-3333-4444-555555555555"
    info = {"prefix": P, "validationId": f"Azure-SKEY|{other}|{P}|ASN-3333", "signature": "QUJD", "validationState": "Configured"}
    config["advertisedPublicPrefixInfo"] = [info, {"prefix": "193.0.10.0/24", "validationId": "of another form"}]
    path = tmp_path / "c.json"
    path.write_text(json.dumps(body))
    found = members(checked(circuit=str(path)))
    assert holding(found, other) != []
    assert holding(copied(found)[0], other) == []


@dataclass
class Live:
    """Files, and beside them answers as ``--live --keep-contacts`` keeps them."""

    below: FolderFetcher
    answers: dict[str, tuple[Document, ...]]

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
        found = await self.below.fetch(requests)
        return {request: self.answers.get(request.source, reply) for request, reply in found.items()}


def answers() -> dict[str, tuple[Document, ...]]:
    rpsl = (
        f"route: {P}\norigin: AS3333\nnotify: {MAIL}\n {PHONE}\nmnt-by: KEPT-MNT\nsource: RIPE\n\nperson: Planted Person\nphone: {PHONE}\n"
    )
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Planted Person"], ["email", {}, "text", MAIL]]]
    contact = {"objectClassName": "entity", "roles": ["abuse"], "handle": "PP1-RIPE", "vcardArray": card}
    network = {
        "objectClassName": "ip network",
        "handle": "H",
        "startAddress": "193.0.0.0",
        "endAddress": "193.0.7.255",
        "ipVersion": "v4",
        "name": "N",
    }
    arin = f"# start\nNetRange: 193.0.0.0 - 193.0.7.255\nCIDR: {P}\nNetName: N\nNetHandle: NET-1\nOrgTechEmail: {MAIL}\n# end\n#\n"
    return {
        "irr/RIPE": (Document("irr/RIPE", "whois://whois.ripe.net/-r", WHOIS_TYPE, rpsl.encode(), AT),),
        "rdap/ip": (
            Document("rdap/ip", f"https://rdap.example/ip/{P}", RDAP_TYPE, json.dumps({**network, "entities": [contact]}).encode(), AT),
            Document("rdap/ip", "whois://whois.arin.net/n", networks_type("arin"), arin.encode(), AT),
        ),
    }


def test_people_whom_keep_contacts_kept(tmp_path: Path) -> None:
    fetcher = Live(FolderFetcher.open(REGISTRY), answers())
    options = api.Options(preflight=preflight(tmp_path), now=NOW, registry_data=str(REGISTRY))
    found = members(api.finish(api.check(options, fetcher=fetcher)))
    made, told = copied(found)
    for secret in (MAIL, PHONE, "Planted Person", "PP1-RIPE"):
        assert holding(found, secret) != []
        assert holding(made, secret) == []
    assert holding(made, "KEPT-MNT") != []
    assert sum("registry contact" in taken for taken in parts_of(told).values()) == 3


def test_a_file_of_an_earlier_version_and_what_can_not_be_read(tmp_path: Path) -> None:
    """Documents of a registry that hold people are cleaned, whatever their form; one that can't be read is looked through as text."""
    stored = statement.read(members(checked(preflight=preflight(tmp_path))))
    (part,) = [one for one in stored.documents if one.source == "irr/RIPE" and P.encode() in one.content][:1]
    older = part.content.replace(b"mnt-by:", f"notify: {MAIL}\\nmnt-by:".encode(), 1)
    for content, kind in ((older, part.media_type), (f"% {MAIL}".encode(), part.media_type), (f"\xff {MAIL}".encode("latin-1"), RDAP_TYPE)):
        document = Document("irr/RIPE", "x", kind, content)
        clean, taken, _ = redact._cleaned(content, document, ())  # noqa: SLF001 (bundles of an earlier version are not written any more)
        assert MAIL.encode() not in clean
        assert taken


def test_nothing_to_take_out() -> None:
    found = bundle.unpack(checked(prefixes=[P], peer_asn=3333).bundle(ed25519_key()))
    made, told = copied(found)
    assert (told["redacted"], told["leftOut"]) == ([], [])
    assert made["statement.dsse.json"] == found["statement.dsse.json"]


def test_what_can_not_be_told_from_the_rest_is_left_out(tmp_path: Path) -> None:
    """The words that cover it say it."""
    made, told = copied(members(checked(preflight=preflight(tmp_path, "contact"))))
    assert "what is to be left out can't be told from the rest" in {row["why"] for row in told["leftOut"]}
    assert all(row["member"] not in made for row in told["leftOut"])


def test_what_is_no_longer_readable_is_left_out(tmp_path: Path) -> None:
    """A contact that is a number of JSON too."""
    found = members(checked(preflight=preflight(tmp_path)))
    number = next(filter(None, (re.search(rb": (\d{5,}),", found[name]) for name in sorted(found) if name.startswith("documents/"))))[1]
    made, told = copied(members(checked(preflight=preflight(tmp_path, number.decode()))))
    assert "is no longer readable without what was taken out" in {row["why"] for row in told["leftOut"]}
    assert all(row["member"] not in made for row in told["leftOut"])


@pytest.mark.parametrize("contact", ["-", "- -", "0", "1", "{", "-" * 60, "Bo", "*", "4711", "\\"])
def test_what_says_too_little_is_looked_for_in_its_own_fields_alone(contact: str, tmp_path: Path) -> None:
    found = members(checked(preflight=preflight(tmp_path, contact)))
    made, told = copied(found)
    case = f"documents/{json.loads(found['statement.json'])['subject'][0]['digest']['sha256']}"
    assert told["leftOut"] == []
    assert {name for name, taken in parts_of(told).items() if "contact" in taken} == {case, "ticket.md"}
    assert json.loads(made[case])["peering"]["contact"] == "(contact left out)"
    assert "* Contact: (contact left out)\n" in made["ticket.md"].decode()


@pytest.mark.parametrize("blank", ["\t", "\x85", "\u2028", "\u2003", "\u3000"])
def test_blanks_of_every_kind(blank: str, tmp_path: Path) -> None:
    body = json.loads(Path(preflight(tmp_path, f"Jane{blank}Planted")).read_text())
    body["peering"]["serviceKey"] = f"{KEY[:18]}{blank}{KEY[18:]}"
    (tmp_path / "p.yaml").write_text(json.dumps(body))
    made, told = copied(members(checked(preflight=str(tmp_path / "p.yaml"))))
    assert told["leftOut"] == []
    for name, content in made.items():
        for secret in ("Jane", "Planted", KEY[:18], KEY[18:]):
            assert secret.encode() not in content, name


def test_ids_of_a_filter_and_of_a_port_and_a_subscription_alone() -> None:
    found = members(checked(circuit=str(ROOT / "fixtures" / "circuits" / "er-ams.json")))
    stored = statement.read(found)
    circuit = decode(stored.case.encode()).peering.circuit
    assert circuit is not None
    peerings = tuple(
        replace(one, sessions=tuple(replace(each, filter_id="/x/filter-7", config=None) for each in one.sessions))
        for one in circuit.peerings
    )
    other = replace(circuit, id="/subscriptions/<subscription>", port="/subscriptions/lonely-subscription", peerings=peerings)
    case = replace(stored.case, peering=replace(stored.case.peering, circuit=other))
    secrets = tuple(redact.secrets_of(replace(stored, case=case)))
    text, taken = redact._scrubbed("lonely-subscription /x/filter-7 /subscriptions/<subscription> /subscriptions/b", secrets)  # noqa: SLF001 (a case that no reader makes)
    assert text == "(Azure id left out) (Azure id left out) (Azure id left out) (Azure id left out)"
    assert taken == {"Azure id": 4}
    short = replace(stored, case=replace(case, peering=replace(case.peering, circuit=replace(circuit, id="/x", port="", peerings=()))))
    assert redact._scrubbed("a/x", tuple(redact.secrets_of(short))) == ("a/x", {})  # noqa: SLF001 (as above)
    without = replace(stored, case=replace(stored.case, peering=Peering(3333, ())), documents=())
    assert [one.kind for one in redact.secrets_of(without)] == ["Azure id"]


def test_the_tour_has_nothing_that_is_taken_for_a_secret() -> None:
    made, told = copied(members(checked(preflight=str(PREFLIGHT / "tour.yaml"), registry_data=None)))
    assert told["redacted"] == []
    assert "report.html" in made
