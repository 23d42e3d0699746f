"""Signed prefixes in a check: from a registry's remarks to the verdict, the finding, the remedy, and a bundle that replays."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from bundles import members
from certificates import ID, NOW, SERVICE_KEY, P, made, signature, usual
from test_reasons import HELD

from bgpcheck import api, engine
from bgpcheck.case import decode
from bgpcheck.claim import Claim
from bgpcheck.cli import main
from bgpcheck.evidence import statement
from bgpcheck.explain import explain
from bgpcheck.formats.certificate import one_line
from bgpcheck.model import Prefix, Registration, Signed
from bgpcheck.published import signature_of
from bgpcheck.remedy import remedies
from bgpcheck.verdict import deciding_facts

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

    from bgpcheck.api import Outcomes
    from bgpcheck.assess import Assessment

LINE = one_line(usual())
FOLDED = textwrap.wrap(LINE, 70)
MINE = Signed(ID, signature())


def inetnum(*remarks: str, span: str = "193.0.0.0 - 193.0.15.255") -> str:
    head = [f"inetnum: {span}", "netname: EXAMPLE", "status: ALLOCATED PA", "mnt-by: EXAMPLE-MNT"]
    return "\n".join([*head, *(f"remarks: {one}" for one in remarks), "source: RIPE"])


def rdap(folder: Path, *description: str) -> None:
    """Put remarks into the RDAP answer that ``HELD`` has."""
    (path,) = (folder / "rdap" / "ip").iterdir()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"remarks": [{"description": list(description)}]}))


def checked(folder: Path, registry: Registry, signed: Signed | None, description: tuple[str, ...] = (), **peering: Any) -> Outcomes:  # noqa: ANN401 (fields of a peering)
    """Check the one prefix as Azure's reader would: with what was submitted beside it in the list."""
    registry.write(folder)
    if description:
        rdap(folder, *description)
    return judged(str(folder), signed, **peering)


def judged(data: str, signed: Signed | None, **peering: Any) -> Outcomes:  # noqa: ANN401 (as above)
    """Check on a folder that is written, or a snapshot."""
    asked = api.check_sync(api.Options(prefixes=[P], peer_asn=3333, registry_data=data, now=NOW))
    case = decode(asked.inputs.case.content)
    (block,) = (one for one in case.peering.blocks if one.prefixes)
    block = replace(block, prefixes=(replace(block.prefixes[0], signed=signed),))
    case = replace(case, peering=replace(case.peering, blocks=(block,), **{"service_key": SERVICE_KEY, **peering}))
    inputs = replace(asked.inputs, case=replace(asked.inputs.case, content=case.encode()))
    result = asked.result
    run = engine.run(case, api.data_of(data, None), result.policy, result.assessments[0].knowledge.settings)
    return api.Outcomes(api.finish(run), inputs)


def assessed(*args: Any, **more: Any) -> Assessment:  # noqa: ANN401 (as above)
    (one,) = checked(*args, **more).result.assessments
    return one


@dataclass(frozen=True)
class Row:
    """A registry, what it says in RDAP, what was submitted, and what follows."""

    title: str
    registry: Registry
    description: tuple[str, ...]
    signed: Signed | None
    value: str
    reason: str
    rules: tuple[str, ...] = ()
    peering: dict[str, Any] = field(default_factory=dict)


BARE = replace(HELD, rdap_ip={})
DUMP = replace(BARE, objects={"RIPE": [inetnum(LINE)]})
OTHERS = Signed(ID.replace("193.0.0.0/21", "193.0.8.0/21"), signature())
ASIDE = replace(BARE, objects={"RIPE": [inetnum(), inetnum(LINE, span="193.0.8.0 - 193.0.15.255")]})
ABROAD = replace(BARE, objects={"RIPE": [inetnum()], "APNIC": [inetnum(LINE).replace("RIPE", "APNIC")]})
ROWS = [
    Row("in RDAP", HELD, (LINE,), MINE, "verified", "signed-prefix"),
    Row("in RDAP, folded", HELD, ("mail noc@example.net", *FOLDED), MINE, "verified", "signed-prefix"),
    Row("in a dump", DUMP, (), MINE, "verified", "signed-prefix"),
    Row("in a dump, folded", replace(BARE, objects={"RIPE": [inetnum(*FOLDED)]}), (), MINE, "verified", "signed-prefix"),
    Row("the circuit's own", HELD, (LINE,), MINE, "verified", "signed-prefix", (), {"service_key": SERVICE_KEY}),
    Row("another circuit's", HELD, (LINE,), MINE, "signature-invalid", "no-registry-match", ("SIG-3",), {"service_key": "x"}),
    Row("nothing published", HELD, ("hello",), MINE, "certificate-missing", "no-registry-match", ("SIG-2",)),
    Row("no remarks", HELD, (), MINE, "certificate-missing", "no-registry-match", ("SIG-2",)),
    Row("a cut one", HELD, (LINE[:600],), MINE, "certificate-missing", "no-registry-match", ("SIG-2",)),
    Row("another key's", HELD, (one_line(usual(owner="other")),), MINE, "signature-invalid", "no-registry-match", ("SIG-3",)),
    Row("another AS number's", HELD, (one_line(usual(asn=1)),), MINE, "signature-invalid", "no-registry-match", ("SIG-2",)),
    Row("expired", HELD, (one_line(usual(days=1)),), MINE, "signature-invalid", "no-registry-match", ("SIG-2",)),
    Row("not one line", HELD, (LINE,), Signed(ID, signature() + "\n"), "encoding-invalid", "no-registry-match", ("SIG-3",)),
    Row("of another prefix", HELD, (LINE,), OTHERS, "signature-invalid", "no-registry-match", ("SIG-3",)),
    Row("nothing submitted", HELD, (LINE,), None, "none", "no-registry-match"),
    Row("an entry without signature", HELD, (LINE,), Signed(ID, ""), "none", "no-registry-match"),
    Row("in a record of another range", ASIDE, (), MINE, "certificate-missing", "source-unavailable", ("SIG-2",)),
    Row("in a registry that does not answer for it", ABROAD, (), MINE, "certificate-missing", "source-unavailable", ("SIG-2",)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_what_follows(row: Row, tmp_path: Path) -> None:
    done = checked(tmp_path / "r", row.registry, row.signed, row.description, **row.peering)
    (one,) = done.result.assessments
    body = done.result.to_json()["prefixes"][0]
    assert (body["signature"], one.verdict.reason) == (row.value, row.reason)
    assert tuple(finding.rule for finding in done.result.findings if finding.rule.startswith("SIG")) == row.rules
    kinds = [step.kind for step in remedies(one)]
    assert kinds.count("publish-certificate") == (row.value == "certificate-missing")
    if row.value == "verified":
        assert (one.verdict.outcome, one.verdict.confidence) == ("configured", "medium")
        assert "certificate of ripencc" in explain(one)
        assert body["reasons"][0]["documents"]
    if row.value == "certificate-missing":
        assert kinds[0] == "publish-certificate"
        assert "AS8075" not in json.dumps(body)


@pytest.mark.parametrize("title", [row.title for row in ROWS])
def test_a_bundle_replays(title: str, tmp_path: Path) -> None:
    (row,) = (one for one in ROWS if one.title == title)
    done = checked(tmp_path / "r", row.registry, row.signed, row.description, **row.peering)
    replayed = api.finish(engine.replay(statement.read(members(done))))
    assert replayed.differences == ()
    assert replayed.result.to_json() == done.result.to_json()
    assert decode(done.inputs.case.content).encode() == done.inputs.case.content


@pytest.mark.parametrize(("remarks", "value"), [((LINE,), "verified"), (tuple(FOLDED), "verified"), ((), "certificate-missing")])
def test_a_snapshot_keeps_what_is_published(remarks: tuple[str, ...], value: str, tmp_path: Path) -> None:
    folder = replace(BARE, objects={"RIPE": [inetnum(*remarks)]}).write(tmp_path / "r")
    out = tmp_path / "registry.snapshot"
    assert main(["registry", "build", "--from", str(folder), "--out", str(out), "--now", NOW.isoformat()]) == 0
    assert judged(str(out), MINE).result.to_json()["prefixes"][0]["signature"] == value


def test_the_ticket_says_what_became_of_it(tmp_path: Path) -> None:
    texts = [
        members(checked(tmp_path / str(number), HELD, signed, ("none",)))["ticket.md"].decode()
        for number, signed in enumerate((None, MINE))
    ]
    assert "signature:" not in texts[0]
    assert "* signature: certificate-missing; no registry record that covers the prefix publishes a certificate" in texts[1].replace(
        "\\", ""
    )


# ── silence ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_silence_nothing_is_verified_and_nothing_is_missing(tmp_path: Path) -> None:
    """Delegated says that the space is somebody's; RDAP and whois, which would show the certificate, keep silent."""
    registry = replace(BARE, silent=("RIPE",), routes={})
    done = checked(tmp_path / "r", registry, MINE)
    (one,) = done.result.assessments
    assert one.signature is not None
    assert not one.signature.is_known
    assert done.result.to_json()["prefixes"][0]["signature"] == "none"
    assert one.verdict.outcome == "undetermined"
    assert one.verdict.possible is not None
    assert "configured" in one.verdict.possible
    assert [finding.severity for finding in done.result.findings if finding.rule == "SIG-2"] == ["note"]


HIGHER = {"193.0.0.0/21": ("ripencc", "ASSIGNED PA", "", "")}  # what lies around it was not heard
PARTIAL = [
    ("nothing in the record that is there", (), "none", "in a record that did not answer"),
    ("one that does not fit", (one_line(usual(asn=1)),), "none", "in a record that did not answer"),
    ("one that fits", (LINE,), "verified", ""),
]


@pytest.mark.parametrize(("title", "description", "value", "says"), PARTIAL, ids=[row[0] for row in PARTIAL])
def test_what_stands_further_up_may_fit(title: str, description: tuple[str, ...], value: str, says: str, tmp_path: Path) -> None:
    del title
    registry = replace(HELD, rows={"ripencc": HELD.rows["ripencc"][:1]}, rdap_ip=HIGHER)
    registry.write(tmp_path / "r")
    done = checked(tmp_path / "r", registry, MINE, description)
    assert done.result.to_json()["prefixes"][0]["signature"] == value
    notes = [finding.message for finding in done.result.findings if finding.rule == "SIG-2"]
    assert any(says in note for note in notes) if says else not notes


def test_a_certificate_that_names_nothing_counts_with_a_warning(tmp_path: Path) -> None:
    done = checked(tmp_path / "r", HELD, MINE, (one_line(made(["Example Ltd " * 10])),))
    assert done.result.to_json()["prefixes"][0]["signature"] == "verified"
    found = [(one.rule, one.severity) for one in done.result.findings if one.rule.startswith("SIG")]
    assert found == [("SIG-2", "warning"), ("SIG-2", "warning")]


def test_a_record_that_shows_no_remarks_settles_nothing() -> None:
    claim = Claim(Prefix.parse(P), 3333, signed=MINE, service_key=SERVICE_KEY)
    shown = Registration("apnic", Prefix.parse("193.0.0.0/20").range, "up", "", "", "")
    mute = replace(shown, handle="own", certificates=None)
    for records, known in (
        ([shown], True),
        ([mute], False),
        ([mute, shown], False),
        ([mute, replace(shown, certificates=(usual(),))], True),
    ):
        fact = signature_of(claim, records, NOW, complete=True)
        assert fact is not None
        assert fact.is_known == known
    unknown = signature_of(replace(claim, service_key=""), [replace(shown, certificates=(usual(),))], NOW, complete=True)
    assert unknown is not None
    assert not unknown.is_known  # of which circuit the validation id is, nobody can say (SIG-1)


def test_only_what_could_settle_it_decides(tmp_path: Path) -> None:
    """All else is known and says no: whether a certificate stands in the record is what the verdict hangs on."""
    one = assessed(tmp_path / "r", HELD, MINE)
    worlds = tuple(replace(one._worlds[0], signature=value) for value in ("verified", "certificate-missing"))  # noqa: SLF001 (its worlds)
    assert deciding_facts(worlds, one.policy) == {"signature"}


def test_the_time_is_the_verdicts(tmp_path: Path) -> None:
    one = assessed(tmp_path / "r", HELD, MINE, (LINE,))
    assert replace(one, now=NOW.replace(year=2028)).verdict.reason == "no-registry-match"
    assert replace(one, now=None).signature is None


def test_a_prefix_of_the_list_twice_has_what_was_submitted_first(tmp_path: Path) -> None:
    case = decode(checked(tmp_path / "r", HELD, None).inputs.case.content)
    (block,) = case.peering.blocks
    (listed,) = block.prefixes
    several = replace(block, prefixes=(listed, replace(listed, signed=MINE), replace(listed, signed=Signed("x", "y"))))
    (claim,) = replace(case.peering, blocks=(several,), service_key="k").claims()
    assert (claim.signed, claim.service_key) == (MINE, "k")
