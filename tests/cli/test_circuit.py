"""``bgpcheck circuit`` and ``check --circuit`` as users run them: files of every kind, what is refused, and what the status says."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from circuits import LIST, alone, body, config, microsoft, private
from program import NOW, ROOT

from bgpcheck.cli import main

if TYPE_CHECKING:
    from pathlib import Path

DATA = ("--registry-data", str(ROOT / "fixtures" / "registry"), "--now", NOW)
RECORDING = str(ROOT / "fixtures" / "events" / "v5-consolidate.jsonl")
SIX = {"microsoftPeeringConfig": config(["2001:67c:2e8::/48"])}


class Write(Protocol):
    def __call__(self, content: object, name: str = "circuit.json") -> str: ...


@pytest.fixture
def file(tmp_path: Path) -> Write:
    def write(content: object, name: str = "circuit.json") -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def out(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json_keeps_to_the_contract(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """interface.md, Circuit JSON."""
    infos = [{"prefix": LIST[0], "validationId": "id", "signature": "c2ln", "validationState": "Configured"}]
    peering = microsoft(microsoftPeeringConfig=config(advertisedPublicPrefixInfo=infos), ipv6PeeringConfig=SIX, sharedKey="topsecret")
    assert main(["circuit", file(body(private(), peering)), "--format", "json"]) == 0
    text = capsys.readouterr().out
    assert "topsecret" not in text
    assert "c2ln" not in text
    found = json.loads(text)
    assert found["schema"] == "bgpcheck/circuit/v1"
    (one,) = found["circuits"]
    assert (one["name"], one["step"], one["layer"], one["direct"]) == ("er-ams", "ready", 2, False)
    assert one["serviceProviderProvisioningState"] == "Provisioned"
    assert [each["operation"] for each in one["allowed"]] == ["peer", "link", "deprovision"]
    assert [(each["operation"], each["rule"]) for each in one["forbidden"]] == [("delete", "ST-6"), ("re-enable", "ST-4")]
    assert one["next"][0]["who"] == "you"
    own, theirs = one["peerings"]
    assert own["blocks"][0]["advertisedPublicPrefixesState"] == "NotConfigured"  # as found, and nothing is concluded
    assert (theirs["peeringType"], theirs["state"], theirs["azureAsn"], theirs["peerAsn"], theirs["vlanId"]) == (
        *("MicrosoftPeering", "Enabled", 12076, 3333, 345),
    )
    four, six = theirs["blocks"]
    assert (four["family"], four["customerAsn"], four["routingRegistryName"]) == ("ipv4", 0, "RIPENCC")
    assert (four["advertisedPublicPrefixes"], four["advertisedPublicPrefixesState"]) == (LIST, "Configured")
    assert four["prefixInfo"] == [{"prefix": LIST[0], "validationId": "id", "validationState": "Configured"}]
    assert six["advertisedPublicPrefixes"] == ["2001:67c:2e8::/48"]


def test_a_peering_alone_is_a_circuit_with_unknown_states(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name = file({"id": f"{body()['id']}/peerings/x", "properties": microsoft()})
    assert main(["circuit", name, "--format", "json"]) == 0
    (one,) = out(capsys)["circuits"]
    assert (one["name"], one["circuitProvisioningState"], one["step"]) == ("er-ams", None, "unknown")
    assert [main(["circuit", name, "--want", word]) for word in ("peer", "link", "delete")] == [5, 5, 5]
    assert alone(microsoft()).microsoft


@pytest.mark.parametrize(
    ("properties", "statuses"),
    [
        ({}, (0, 3, 3)),  # peer, link, delete
        ({"serviceProviderProvisioningState": "NotProvisioned"}, (3, 3, 0)),
        ({"serviceProviderProvisioningState": "Provisioning"}, (3, 3, 3)),
        ({"provisioningState": "Updating"}, (5, 5, 5)),
        ({"serviceProviderProvisioningState": None, "expressRoutePort": {"id": "/p"}}, (0, 3, 0)),
    ],
)
def test_want_answers_by_the_status(properties: dict[str, Any], statuses: tuple[int, ...], file: Write) -> None:
    name = file(body(**properties))
    assert tuple(main(["circuit", name, "--want", word]) for word in ("peer", "link", "delete")) == statuses


def test_the_answer_is_one_line_with_the_rule(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["circuit", file(body()), "--want", "delete"]) == 3
    line = capsys.readouterr().out
    assert line.startswith("✘ er-ams: delete the circuit: forbidden (ST-6): ")
    assert line.count("\n") == 1
    assert main(["circuit", file(body()), "--want", "delete", "--format", "json"]) == 3
    assert [one["rule"] for one in out(capsys)["circuits"][0]["forbidden"] if one["operation"] == "delete"] == ["ST-6"]


def test_of_several_the_worst_answer_counts(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    free = body(name="free", serviceProviderProvisioningState="NotProvisioned")
    several = file({"value": [free, body(name="moving", provisioningState="Updating"), body(name="used")]})
    assert main(["circuit", several, "--want", "delete"]) == 3
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["circuit", several, "--circuit-name", "FREE", "--want", "delete"]) == 0
    assert main(["circuit", file([free, body(name="moving", provisioningState="Updating")]), "--want", "delete"]) == 5


def test_the_layer_that_the_user_says(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["circuit", file(body()), "--layer", "3", "--want", "peer"]) == 3
    assert "Layer 3" in capsys.readouterr().out
    assert main(["circuit", file(body()), "--layer", "3"]) == 0
    assert "Layer 3: your provider configures routing." in capsys.readouterr().out


def test_one_prefix_on_several_circuits_is_noted(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """PFX-6."""
    assert main(["circuit", file([body(microsoft(), name="one"), body(microsoft(), name="two"), body(name="three")])]) == 0
    assert capsys.readouterr().out.count("PFX-6") == 2


def test_what_the_registries_let_expect_stands_beside(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name = file(body(microsoft("ValidationNeeded")))
    assert main(["circuit", name, "--format", "json", *DATA]) == 0
    found = out(capsys)["circuits"][0]["prediction"]
    assert (found["predictedAzureState"], found["actualAzureState"]) == ("Configured", "ValidationNeeded")
    assert [bool(one["difference"]) for one in found["prefixes"]] == [True, True]
    assert main(["circuit", name]) == 0
    assert "What the registries let expect" not in capsys.readouterr().out
    assert main(["circuit", file(body(microsoft(peerASN="####"))), *DATA]) == 0  # what is masked can't be judged, and is said
    text = capsys.readouterr().out
    assert "DATA-12" in text
    assert "What the registries let expect" not in text


ROUTES = {"value": [{"network": "193.0.0.0/21", "nextHop": "193.0.30.1", "locPrf": "", "weight": 0, "path": "3333"}]}


def test_of_many_prefixes_the_first_are_shown(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    many = [f"193.0.{third}.{fourth}/32" for third in range(8) for fourth in range(3)]
    assert main(["circuit", file(body(microsoft("", microsoftPeeringConfig=config(many)))), *DATA]) == 0
    assert "… and 4 more (--format json has all)" in capsys.readouterr().out


def test_from_silence_follows_no_agreement(file: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    name = file(body(microsoft("ValidationNeeded")))
    assert main(["check", "--circuit", name, "--registry-data", str(tmp_path / "empty"), "--now", NOW]) == 3
    assert "what the registries let expect is not known" in capsys.readouterr().out


def test_the_report_of_a_peering_alone_has_no_road(file: Write, tmp_path: Path) -> None:
    lone = {"id": f"{body()['id']}/peerings/x", "properties": microsoft("ValidationNeeded")}
    for content, there in ((lone, False), (body(microsoft("ValidationNeeded")), True)):
        assert check(file(content), "--evidence", str(tmp_path / "e.zip")) == 3
        with zipfile.ZipFile(tmp_path / "e.zip") as bundle:
            report = bundle.read("report.html").decode()
        assert ("Where the circuit stands" in report) == ('class="road"' in report) == there
        assert "Azure&#x27;s state beside the prediction" in report or "Azure's state beside the prediction" in report


def test_a_recording_of_the_same_router_is_held_against_azures_table(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name, table = file(body(microsoft())), file(ROUTES, "routes.json")
    assert main(["circuit", name, table, "--events", RECORDING, "--format", "json"]) == 0
    said = [one["message"] for one in out(capsys)["circuits"][0]["findings"] if one["rule"] == "EDGE-11"]
    assert any("1.0.0.0/24" in message for message in said)  # the lab heard it, Azure did not
    assert not any("193.0.0.0/21" in message for message in said)  # both did


def test_what_has_nothing_to_be_held_against_is_refused(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name, table = file(body(microsoft())), file(ROUTES, "routes.json")
    assert main(["circuit", name, "--events", RECORDING]) == 2
    assert "give that too" in capsys.readouterr().err
    assert main(["circuit", name, table, "--events", file("hello\n", "hello.txt")]) == 2
    capsys.readouterr()
    assert main(["circuit", file([body(name="one"), body(name="two")], "two.json"), table]) == 2
    assert "add --circuit-name" in capsys.readouterr().err
    assert main(["circuit", file([body(microsoft(), name="one"), body(name="two")], "two.json"), table, "--circuit-name", "one"]) == 0


def test_the_same_circuit_twice_is_one(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["circuit", file(body()), file(body(), "again.json")]) == 0
    assert capsys.readouterr().out.count("The road") == 1


def test_another_cloud_is_judged_as_such(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """REG-6."""
    assert check(file(body(microsoft(""))), "--cloud", "usgov", "--format", "json") == 0
    found = out(capsys)
    assert found["claim"]["cloud"] == "usgov"
    assert "REG-6" in {one["rule"] for one in found["findings"]}


ESCAPES = "X\x1b[2J\u202eevil\n\n## fake: delete is allowed <img src=x onerror=alert(1)>[x](javascript:1)"


def test_words_of_azures_data_only_show(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    odd = body(microsoft(ESCAPES), serviceProviderProperties={"serviceProviderName": ESCAPES})
    odd["sku"] = {"tier": ESCAPES, "family": ESCAPES}
    name = file(odd)
    assert main(["circuit", name]) == 0
    text = capsys.readouterr().out
    for form in ("table", "markdown"):
        assert check(name, "--format", form) == 3
        text += capsys.readouterr().out
    assert not set("\x1b\u202e") & set(text)
    assert "\n## fake" not in text
    assert check(name, "--format", "markdown") == 3
    shown = capsys.readouterr().out
    assert "<img" not in shown.replace("\\<img", "")
    assert "](javascript" not in shown.replace("\\]\\(javascript", "")


def test_what_stands_where_a_number_should_is_not_repeated(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    for value in ({"sharedKey": "S3cretKEY99"}, ["S3cretKEY99"], "S3cretKEY99"):
        assert main(["circuit", file(body(microsoft(peerASN=value)))]) == 2
        assert "S3cret" not in capsys.readouterr().err


def test_feedback_is_refused_before_any_work(file: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = file(body(microsoft("ValidationNeeded")))
    for target in (str(tmp_path), name, file("hello\n", "hello.txt"), str(tmp_path / "no" / "x")):
        assert check(name, "--feedback", target) == 2
        assert main(["circuit", name, *DATA, "--feedback", target]) == 2
        told = capsys.readouterr()
        assert not told.out
        assert told.err.count("\n") == 2


def test_into_a_file(file: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["circuit", file(body()), "--format", "json", "--output", str(tmp_path / "out.json")]) == 0
    assert json.loads((tmp_path / "out.json").read_text())["circuits"]
    assert not capsys.readouterr().out


REFUSED: list[tuple[tuple[str, ...], str]] = [
    ((), "name a file"),
    (("",), "is empty"),
    (("-", "-"), "standard input can be read once only"),
    (("FILE", "--now", NOW), "add --registry-data or --live"),
    (("FILE", "--want", "fly"), "is not one of peer, link, delete"),
    (("FILE", "--layer", "4"), "is not one of 2, 3"),
    (("FILE", "--circuit-name", "nobody"), "holds er-ams"),
    (("FILE", "--output", "FILE"), "FILE"),
    (("FILE", "--cloud", "china"), "add --azure ID"),
    (("FILE", "--tables"), "add --azure ID"),
    (("FILE", "--wait", "configured"), "add --azure ID"),
    (("--azure", "x", "--peering", "y"), "is not one of MicrosoftPeering"),
    (("--azure", "x", "--peering", "MicrosoftPeering"), "add --tables"),
    (("--azure", "x", "--timeout", "2h"), "add --wait"),
    (("--azure", "x", "--wait", "configured", "--timeout", "soon"), "write a time such as 90s"),
    (("--azure", "x"), "is not the id of a circuit"),
    (("FILE", "--feedback", "f.jsonl"), "add --registry-data or --live"),
    (("nowhere.json",), "nowhere.json"),
]


@pytest.mark.parametrize(("words", "says"), REFUSED, ids=[" ".join(words) or "nothing" for words, _ in REFUSED])
def test_refused_in_one_line(words: tuple[str, ...], says: str, file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name = file(body())
    assert main(["circuit", *(name if word == "FILE" else word for word in words)]) == 2
    told = capsys.readouterr()
    assert says.replace("FILE", name) in told.err
    assert told.err.count("\n") == 1
    assert not told.out


RUBBISH: list[tuple[str, str]] = [
    ("", "circuit.json: "),
    ("{}", "circuit.json: "),
    ("[]", "holds no circuit"),
    ('{"value": []}', "holds no circuit"),
    ('{"error": {"code": "ResourceNotFound", "message": "it is not there"}}', "ResourceNotFound it is not there"),
    ('{"properties": {"peeringType": "MicrosoftPeering", "peerASN": "many"}}', "peerASN"),
    ('{"properties": {"peeringType": "MicrosoftPeering", "peerASN": 4294967296}}', "0 to 4294967295"),
    ('{"properties": {"peerings": "none"}}', "circuit.json: "),
    ('{"name": "a", "Name": "b", "serviceKey": "x"}', "twice"),
    ("\x1b[31m", "circuit.json: "),
]


@pytest.mark.parametrize(("content", "says"), RUBBISH)
def test_rubbish_is_refused_with_file_and_field(content: str, says: str, file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["circuit", file(content)]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.err.count("\n") == 1
    assert "\x1b" not in told.err


# ── check --circuit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def check(name: str, *words: str) -> int:
    return main(["check", "--circuit", name, *DATA, *words])


@pytest.mark.parametrize(
    ("state", "status"),
    [("Configured", 0), ("ValidationNeeded", 3), ("ManualValidationNeeded", 4), ("Configuring", 5), ("Strange", 3), ("", 0)],
)
def test_azures_word_is_the_outcome_and_the_prediction_stands_beside(
    state: str,
    status: int,
    file: Write,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check(file(body(microsoft(state))), "--format", "json") == status
    found = out(capsys)
    settled = state if state not in {"Configuring", ""} else None
    assert found["actualAzureState"] == found["blocks"][0]["actualAzureState"] == settled
    assert [one["actualAzureState"] for one in found["prefixes"]] == [settled] * 2
    assert found["predictedAzureState"] == "Configured"
    assert [one["prediction"]["reason"] for one in found["prefixes"]] == ["route-object-exact", "route-object-covering"]


@pytest.mark.parametrize("state", ["Configured", "NotConfigured", "ValidationNeeded"])
@pytest.mark.parametrize("moving", ["Updating", "Creating", "Deleting", "Failed", "Canceled"])
def test_while_azure_is_updating_there_is_no_verdict(state: str, moving: str, file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """ST-3, ST-12."""
    assert check(file(body(microsoft(state, provisioningState=moving))), "--format", "json") == 5
    found = out(capsys)
    assert found["verdict"] == "undetermined"
    assert {one["reasons"][0]["code"] for one in found["prefixes"]} == {"azure-updating"}
    assert found["actualAzureState"] is None


def test_private_peering_has_no_verdict(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """ST-13."""
    name = file(body(private(microsoftPeeringConfig=config(state="ValidationNeeded"))))
    assert check(name, "--format", "json") == 0
    found = out(capsys)
    assert (found["verdict"], found["prefixes"], found["actualAzureState"], found["predictedAzureState"]) == (None, [], None, None)
    for form, says in (("table", "no verdict"), ("markdown", "no verdict"), ("csv", "prefix,asn"), ("jsonl", "")):
        assert check(name, "--format", form) == 0
        assert says in capsys.readouterr().out


def test_bundles_of_circuits_replay(file: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, (name, status) in enumerate(
        [(file(body(private(), microsoft("ValidationNeeded"))), 3), (file(body(private()), "private.json"), 0)]
    ):
        bundle = str(tmp_path / f"{number}.zip")
        assert check(name, "--evidence", bundle) == status
        assert main(["evidence", "verify", bundle]) == 0
        assert main(["evidence", "show", bundle]) == 0
        assert main(["evidence", "replay", bundle]) == status
        assert capsys.readouterr().err.count("\n") == 1  # where it was written


def test_a_key_never_enters_a_bundle(file: Write, tmp_path: Path) -> None:
    """LNK-3."""
    check(file(body(microsoft(sharedKey="topsecret!"))), "--evidence", str(tmp_path / "e.zip"))
    with zipfile.ZipFile(tmp_path / "e.zip") as bundle:
        content = b"".join(bundle.read(name) for name in bundle.namelist())
    assert b"topsecret" not in content
    assert b"LNK-3" in content


def test_several_circuits_need_a_name(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    several = file([body(microsoft(), name="one"), body(microsoft(), name="two")])
    assert check(several) == 2
    assert "holds 2 circuits (one, two): give --circuit-name" in capsys.readouterr().err
    assert check(several, "--circuit-name", "TWO") == 0
    assert "two: configured" in capsys.readouterr().out
    twins = file([body(microsoft()), {**body(microsoft()), "id": body()["id"].replace("rg1", "rg2")}])
    assert check(twins, "--circuit-name", "er-ams") == 2
    assert "the whole id" in capsys.readouterr().err
    assert check(twins, "--circuit-name", body()["id"]) == 0


def test_a_preflight_file_is_held_against_the_circuit(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    prefixes = f"[{', '.join(LIST)}]"
    same = file(f"peering:\n  peerAsn: 3333\n  ipv4:\n    routingRegistryName: RIPENCC\n    prefixes: {prefixes}\n", "same.yaml")
    other = file("peering:\n  peerAsn: 3333\n  ipv4:\n    routingRegistryName: RIPENCC\n    prefixes: [193.0.0.0/21]\n", "other.yaml")
    name = file(body(microsoft("ValidationNeeded")))
    assert main(["check", same, "--circuit", name, *DATA]) == 3
    assert main(["check", other, "--circuit", name, *DATA]) == 0  # the state is of another list
    capsys.readouterr()
    assert main(["check", same, "--circuit", name, *DATA, "--format", "json"]) == 3
    assert out(capsys)["actualAzureState"] == "ValidationNeeded"


def test_options_stand_above_the_circuit(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name = file(body(microsoft("ValidationNeeded")))
    assert check(name, "--prefix", "193.0.18.0/23", "--format", "json") == 0
    assert [one["prefix"] for one in out(capsys)["prefixes"]] == ["193.0.18.0/23"]
    masked = file(body(microsoft(peerASN="####", microsoftPeeringConfig=config(["####"], routingRegistryName="MOON"))), "masked.json")
    assert check(masked) == 2
    assert check(masked, "--peer-asn", "3333", "--prefix", LIST[0]) == 2
    assert "routingRegistryName" in capsys.readouterr().err
    assert check(masked, "--peer-asn", "3333", "--prefix", LIST[0], "--registry", "RIPENCC") == 0
    masked = file(body(microsoft(microsoftPeeringConfig=config(customerASN="####"))), "masked.json")
    assert check(masked) == 2
    assert check(masked, "--customer-asn", "0", "--format", "json") == 0
    capsys.readouterr()
    assert check(masked, "--customer-asn", "0", "--format", "json") == 0
    assert out(capsys)["actualAzureState"] is None  # of which customer ASN the state is, is not known


NOTHING: list[tuple[tuple[str, ...], dict[str, Any] | str, str]] = [
    ((), body(), "has no peering yet"),
    ((), body(microsoft(microsoftPeeringConfig=config([]))), "without prefixes"),
    ((), body(microsoft(microsoftPeeringConfig=config(["193.0.0.0/21", "all"]))), "advertisedPublicPrefixes[1]"),
    ((), body(microsoft(), microsoft(vlanId=101)), "two Microsoft peerings"),
    ((), body(microsoft(microsoftPeeringConfig=config(customerASN="####"))), "customerASN: the AS number is masked"),
    ((), {**body(microsoft()), "provisioningState": "Failed"}, "inside and outside of properties"),
    (("--circuit-name", ""), body(microsoft()), "is empty"),
    (("--all-prefixes-of", "3333"), body(microsoft()), "choose one"),
    (("--azure", "x"), body(microsoft()), "--circuit and --azure: choose one"),
    (("a.yaml", "b.yaml"), body(microsoft()), "--circuit takes one preflight file"),
]


@pytest.mark.parametrize(("words", "content", "says"), NOTHING)
def test_what_cannot_be_judged_is_refused(
    words: tuple[str, ...],
    content: dict[str, Any] | str,
    says: str,
    file: Write,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = file(content)
    for other in ("a.yaml", "b.yaml"):
        file("peering: {peerAsn: 3333, ipv4: {prefixes: [193.0.0.0/21]}}\n", other)
    assert check(name, *(name.replace("circuit.json", word) if word.endswith(".yaml") else word for word in words)) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--circuit-name", "x"), "add --circuit FILE"),
        (("--cloud", "china"), "add --circuit or --azure"),
        (("--feedback", "x"), "add --circuit or --azure"),
        (("--azure", "x", "--offline"), "leave out --offline"),
        (("--azure", "x"), "is not the id of a circuit"),
    ],
)
def test_options_about_circuits_want_one(words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", *words]) == 2
    assert says in capsys.readouterr().err


def test_feedback_is_kept(file: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "feedback.jsonl"
    assert check(file(body(microsoft("ValidationNeeded"))), "--feedback", str(log)) == 3
    assert "2 of 2 predictions added" in capsys.readouterr().err
    first, _ = map(json.loads, log.read_text().splitlines())
    assert (first["predictedAzureState"], first["actualAzureState"], first["reason"]) == (
        "Configured",
        "ValidationNeeded",
        "route-object-exact",
    )
    assert main(["circuit", file(body(microsoft("ValidationNeeded"))), *DATA, "--feedback", str(log)]) == 0
    assert "0 of 2 predictions added" in capsys.readouterr().err
    assert check(file(body(microsoft("Configuring"))), "--feedback", str(log)) == 5
    assert "Azure says nothing settled" in capsys.readouterr().err
    assert len(log.read_text().splitlines()) == 2
