"""Secrets and people planted in everything that a check reads: none of it is in the bundle, in whatever spelling (issue: Redaction)."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bundles import NOW, PREFLIGHT, REGISTRY, ROOT
from searching import holding, said
from signers import ed25519_key, private_pem

from bgpcheck import api, engine
from bgpcheck.evidence import bundle, statement
from bgpcheck.evidence.document import Document
from bgpcheck.formats.credentials import fit_bytes
from bgpcheck.formats.exabgp import event
from bgpcheck.sources.base import Gap, GapReason
from bgpcheck.store import configs
from bgpcheck.store.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

P = "193.0.0.0/21"
MAIL, PHONE, WORD = "planted.person@mail.example", "+31 20 535 4444", "pl4nted-s3cret"
PEM = private_pem(ed25519_key()).decode()
BODY = "".join(PEM.splitlines()[1:-1])
BASE = api.Options(prefixes=(P,), peer_asn=3333, registry="RIPENCC", registry_data=str(REGISTRY), now=NOW)
CIRCUIT = json.loads((ROOT / "fixtures" / "circuits" / "er-ams.json").read_text())
LINES = (ROOT / "fixtures" / "events" / "v5-consolidate.jsonl").read_text().splitlines()


@dataclass(frozen=True)
class Way:
    """A way in. ``plant``: writes files into a folder and gives options; ``secrets``: what is in them; ``there``: what is to stay."""

    plant: Callable[[Path], api.Options]
    secrets: tuple[str, ...]
    there: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


def put(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def preflight(folder: Path) -> api.Options:
    text = (PREFLIGHT / "ready.yaml").read_text().replace("  peerAsn:", "  md5KeyVariable: PLANTED\n  peerAsn:", 1)
    text = text.replace("../../fixtures/registry", str(REGISTRY))
    return replace(
        BASE, preflight=put(folder, "p.yaml", f"# {MAIL}\n{text}"), prefixes=(), peer_asn=None, registry=None, registry_data=None
    )


def microsoft(**more: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """The circuit with secrets in its Microsoft peering, and a person in its tags."""
    made: dict[str, Any] = json.loads(json.dumps(CIRCUIT))
    for one in made["properties"]["peerings"]:
        one["properties"].update(more)
    made["properties"]["authorizations"] = [{"name": "a", "properties": {"authorizationKey": WORD, "authorizationUseStatus": "Available"}}]
    return {**made, "tags": {"owner": MAIL, "phone": PHONE}, "systemData": {"createdBy": MAIL}}


def arm(folder: Path) -> api.Options:
    return replace(BASE, circuit=put(folder, "c.json", json.dumps(microsoft(sharedKey=WORD, lastModifiedBy=MAIL))))


def azure(**more: Any) -> Callable[[Path], api.Options]:  # noqa: ANN401 (JSON)
    def plant(_: Path) -> api.Options:
        content = json.dumps(microsoft(sharedKey=WORD, **more)).replace("planted.person@", "planted.person\\u0040").encode()
        return replace(BASE, circuit=CIRCUIT["id"], circuit_answer=(content, datetime(2026, 11, 1, tzinfo=UTC)))

    return plant


def powershell(folder: Path) -> api.Options:
    text = f"""\
Name                             : er-ams
ResourceGroupName                : network
Id                               : {CIRCUIT["id"]}
ProvisioningState                : Succeeded
Tags                             : {{owner={MAIL}}}
Peerings                         : [
                                     {{
                                       "Name": "MicrosoftPeering",
                                       "PeeringType": "MicrosoftPeering",
                                       "PeerASN": 3333,
                                       "VlanId": 7,
                                       "SharedKey": "{WORD}"
                                     }}
                                   ]
"""
    return replace(BASE, circuit=put(folder, "c.txt", text))


def terraform(folder: Path) -> api.Options:
    peering = {
        "peering_type": "MicrosoftPeering",
        "peer_asn": 3333,
        "vlan_id": 7,
        "shared_key": WORD,
        "express_route_circuit_name": "er-ams",
    }
    circuit = {"name": "er-ams", "service_provider_name": "X", "tags": {"owner": MAIL}}
    rows = [("azurerm_express_route_circuit", circuit), ("azurerm_express_route_circuit_peering", peering)]
    resources = [
        {
            "mode": "managed",
            "type": kind,
            "name": "x",
            "instances": [{"attributes": values, "private": base64.b64encode(WORD.encode()).decode()}],
        }
        for kind, values in rows
    ]
    state = {"version": 4, "terraform_version": "1.9.0", "resources": resources}
    return replace(BASE, circuit=put(folder, "terraform.tfstate", json.dumps(state)))


def events(folder: Path) -> api.Options:
    """A recording: keys beside the routes, a reply that shows a configuration, a router that says whom to call."""
    made = []
    for text in LINES:
        line = json.loads(text)
        line.get("neighbor", {}).update({"md5-password": WORD, "told": {"md5": {"md5_key": WORD}, "contact": MAIL}})
        made.append(json.dumps(line))
    assert any(event(line.encode()) for line in made)
    made.append(f'md5-password "{WORD}"; description "{MAIL} {PHONE}";')
    return replace(BASE, prefixes=(), peer_asn=65003, registry=None, events=put(folder, "r.jsonl", "\n".join(made) + "\n"))


def assume(folder: Path) -> api.Options:
    text = f"""\
route: 193.0.10.0/24
descr: ours, ask {MAIL}
origin: AS3333
notify: {MAIL}
 someone {PHONE}
changed: {MAIL} 20260101
remarks: call {PHONE}
mnt-by: EXAMPLE-MNT
auth: MD5-PW {WORD}
password: {WORD}
source: RIPE

{P} => AS3333
"""
    return replace(BASE, prefixes=(P, "193.0.10.0/24"), assume=(put(folder, "planned.rpsl", text),))


def registry(folder: Path) -> api.Options:
    """Dumps as RADB and others give them away, a whole RDAP answer, and exceptions with comments."""
    data = folder / "data"
    shutil.copytree(REGISTRY, data)
    contact = f"admin-c: DUMY-RIPE\nnotify: {MAIL}\nremarks: {MAIL} or {PHONE}\nchanged: {MAIL} 20200101\nauth: MD5-PW {WORD}\n"
    contact += f"remarks: https://user:{WORD}@noc.example/x?token={WORD}\nremarks: MD5 password is: {WORD}\nowner-c: DUMY-RIPE\n"
    with (data / "RIPE.db").open("a") as stream:
        stream.write(f"\nroute: {P}\norigin: AS3333\n{contact}mnt-by: KEPT-MNT\nsource: RIPE\n")
        stream.write(f"\nroute: 193.0.2.0/24\norigin: oops {MAIL}\n{contact}source: RIPE\n")
        stream.write(f"\ninetnum: 193.0.0.0 - 193.0.7.255\nnetname: N\nstatus: ASSIGNED PA\n{contact}mnt-by: KEPT-MNT\nsource: RIPE\n")
        stream.write(f"\nroute: 193.0.3.0/24\norigin: AS3333\n{contact}source: RIPE\n")
    answer = data / "rdap" / "ip" / "192.87.0.0_16.json"
    body = json.loads(answer.read_text())
    card = [
        "vcard",
        [["version", {}, "text", "4.0"], ["fn", {}, "text", "Planted Person"], ["email", {}, "text", MAIL], ["tel", {}, "text", PHONE]],
    ]
    body["entities"].append({"objectClassName": "entity", "roles": ["abuse"], "handle": "PP1-RIPE", "vcardArray": card})
    body["remarks"] = [{"description": [f"write {MAIL}, api_key={WORD}"]}]
    body["links"] = [*body.get("links", []), {"rel": "self", "href": f"https://rdap.example/ip?api_key={WORD}"}]
    answer.write_text(json.dumps(body))
    exceptions: dict[str, Any] = {"slurmVersion": 1, "validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": []}}
    exceptions["locallyAddedAssertions"] = {
        "prefixAssertions": [{"prefix": P, "asn": 3333, "comment": f'"x"@y {MAIL}'}],
        "bgpsecAssertions": [],
    }
    put(data, "slurm.json", json.dumps(exceptions).replace("planted.person@", "planted.person\\u0040"))
    return replace(BASE, prefixes=(P, "192.87.0.0/16"), registry_data=str(data))


def sources(folder: Path) -> api.Options:
    text = (ROOT / "configs" / "sources.yaml").read_text()
    url = f"https://planted:{WORD}@validator.example/vrps.json?token={WORD}&x=1"
    assert "\nvalidators:" in text
    head, _, rest = text.partition("\nvalidators:")
    made = f'# {MAIL} {PHONE}\n{head}\nvalidators: ["{url}"]\n{rest.partition(chr(10))[2]}'
    return replace(BASE, sources=put(folder, "sources.yaml", made))


def policy(folder: Path) -> api.Options:
    comments = "".join(f"# {line}\n" for line in (f"written by {MAIL}, {PHONE}", f"api_key: {WORD}", *PEM.splitlines()))
    strict = (ROOT / "configs" / "policies" / "strict.yaml").read_text()
    return replace(BASE, policy=put(folder, "own.yaml", comments + strict.replace("name: strict", "name: own")))


def internet(folder: Path) -> api.Options:
    return replace(BASE, internet=put(folder, "table.csv", f"prefix,asn\n{MAIL},{PHONE}\n{P},3333\n"))


WAYS = {
    "preflight": Way(preflight, (MAIL, WORD), there=("193.0.0.0/21",), variables={"PLANTED": WORD}),
    "circuit of ARM": Way(arm, (MAIL, PHONE, WORD), there=("er-ams",)),
    "answer of Azure": Way(azure(), (MAIL, PHONE, WORD), there=("er-ams", "provisioningstate")),
    "answer of Azure, a key as a number": Way(azure(authorizationKey=987654321), ("987654321", MAIL, WORD)),
    "circuit of PowerShell": Way(powershell, (MAIL, WORD), there=("er-ams",)),
    "circuit of Terraform": Way(terraform, (MAIL, WORD), there=("er-ams",)),
    "recording": Way(events, (MAIL, PHONE, WORD), there=("as-path",)),
    "planned objects": Way(assume, (MAIL, PHONE, WORD), there=("example-mnt", "193.0.10.0/24")),
    "registry files": Way(registry, (MAIL, PHONE, WORD, "planted person", "pp1-ripe", "dumy-ripe"), there=("kept-mnt", "surf b.v.")),
    "sources": Way(sources, (MAIL, PHONE, WORD, "planted:"), there=("validator.example",)),
    "policy": Way(policy, (MAIL, PHONE, WORD, BODY), there=("strict",)),
    "table of the Internet": Way(internet, (MAIL, PHONE), there=("table.csv",)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_secret_gets_in(way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in way.variables.items():
        monkeypatch.setenv(name, value)
    home = tmp_path / "somebodys-folder"
    home.mkdir()
    outcomes = api.check_sync(way.plant(home))
    members = bundle.unpack(outcomes.bundle(ed25519_key()))
    assert {secret: holding(members, secret) for secret in way.secrets} == {secret: [] for secret in way.secrets}
    text = "".join(said(members).values())
    assert [one for one in way.there if one not in text] == []
    done = api.finish(engine.replay(statement.read(members)))
    assert done.differences == ()


def test_what_is_planted_would_be_found(tmp_path: Path) -> None:
    """The search itself: every file that was planted says its secrets."""
    for number, (name, way) in enumerate(WAYS.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        options = way.plant(folder)
        files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        files["answer"] = options.circuit_answer[0] if options.circuit_answer else b""
        files["variables"] = json.dumps(way.variables).encode()
        assert [secret for secret in way.secrets if not holding(files, secret)] == [], name


def test_a_transcript(tmp_path: Path) -> None:
    with Transcript.begin() as transcript:
        transcript.keep(Path(events(tmp_path).events or "").read_bytes())
        members = {"transcript": transcript.documents()[0].content}
    assert {secret: holding(members, secret) for secret in (MAIL, PHONE, WORD)} == {MAIL: [], PHONE: [], WORD: []}
    assert members["transcript"].count(b"\n") == len(LINES) + 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"https://planted:{WORD}@host/v.json?a=1&token={WORD}: answers 401", "https://***@host/v.json?a=1&token=***: answers 401"),
        ("put RIPE.db into /home/planted/data", "put RIPE.db into ~/data"),
        (r"C:\Users\planted\data\RIPE.db is cut off", r"~\data\RIPE.db is cut off"),
        ("put RIPE.db into the folder of registry data", "put RIPE.db into the folder of registry data"),
    ],
)
def test_gaps_and_addresses(written: str, kept: str) -> None:
    assert Gap("vrps", GapReason.UNREACHABLE, written).detail == kept
    assert Document("vrps", written, "x", b"").uri == kept


def test_what_is_shipped_stays_byte_for_byte() -> None:
    for path in (ROOT / "configs").rglob("*.yaml"):
        assert fit_bytes(path.read_bytes()) == path.read_bytes(), path
    for path in REGISTRY.rglob("*"):
        assert path.is_dir() or fit_bytes(path.read_bytes()) == path.read_bytes(), path
    assert configs.sources_bytes() == fit_bytes(configs.sources_bytes())


def test_the_contact_of_the_user_is_his_own(tmp_path: Path) -> None:
    """``organisation.contact`` is meant for the ticket: it is in the bundle; a redacted copy leaves it out."""
    text = (PREFLIGHT / "ready.yaml").read_text().replace("../../fixtures/registry", str(REGISTRY))
    assert "organisation:" not in text
    name = put(tmp_path, "p.yaml", text + f"organisation: {{contact: {MAIL}}}\n")
    outcomes = api.check_sync(replace(BASE, preflight=name, prefixes=(), peer_asn=None, registry=None, registry_data=None))
    assert "ticket.md" in holding(bundle.unpack(outcomes.bundle()), MAIL)
