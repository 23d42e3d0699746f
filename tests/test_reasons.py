"""Every reason code is reached from registry files, each by the smallest registry that shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from certificates import ID, signature
from certificates import NOW as SIGNED_AT
from registry import Registry

import bgpcheck
from bgpcheck.assess import Assessment
from bgpcheck.claim import Claim
from bgpcheck.explain import explain
from bgpcheck.knowledge import Knowledge
from bgpcheck.model import Prefix, Signed
from bgpcheck.remedy import remedies
from bgpcheck.rules.catalogue import CATALOGUE, REASONS
from bgpcheck.situation import DOMAIN
from bgpcheck.store import configs

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.result import Result

NOW = "2026-11-02T00:00:00Z"
P = "193.0.0.0/21"
HELD = Registry(
    rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "NL|ipv4|193.0.0.0|4096|19930901|allocated|one"]},
    rdap_ip={"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "", "")},
    rdap_autnum={3333: ("ripencc", "", "")},
)
OTHERS = replace(
    HELD, rdap_ip={"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha")}, rdap_autnum={3333: ("ripencc", "ORG-B", "Beta")}
)
SAME = replace(
    HELD, rdap_ip={"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha")}, rdap_autnum={3333: ("ripencc", "ORG-A", "Alpha")}
)
LEGACY = replace(HELD, rdap_ip={"193.0.0.0/20": ("ripencc", "LEGACY", "", "")})
FREE = Registry(rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "|ipv4|193.0.0.0|4096||available"]})


@dataclass(frozen=True)
class Case:
    reason: str
    verdict: str
    confidence: str | None
    registry: Registry
    prefix: str = P
    asn: int = 3333
    customer: int | None = None
    named: str | None = None
    policy: str = "microsoft-peering"
    row: int | None = None


def case(reason: str, verdict: str, confidence: str | None, registry: Registry, **more: object) -> Case:
    return Case(reason, verdict, confidence, registry, **more)  # type: ignore[arg-type]


C, N, M, U = "configured", "validation-needed", "manual-validation", "undetermined"
CASES = [
    case("ineligible-prefix", N, "high", HELD, prefix="10.0.0.0/8", row=2),
    case("private-asn", M, "high", HELD, asn=64512, row=3),
    case("private-asn", M, "medium", HELD, asn=64512, customer=3333, row=3),
    case("private-asn", M, "high", HELD, asn=4200, row=3),  # an AS number that nobody has
    case("sources-disagree", U, None, replace(FREE, vrps=[f"{P} AS3333"]), row=4),
    case("unallocated-space", N, "high", FREE, row=4),
    case("other-holder", M, "medium", replace(OTHERS, routes={"RIPE": [f"{P} AS3333"]}, vrps=[f"{P} AS25152"]), row=7),
    case("route-object-exact", C, "high", replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), row=8),
    case("route-object-exact", C, "high", replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), named="RIPENCC", row=8),
    case("route-object-exact", C, "high", replace(SAME, routes={"RADB": [f"{P} AS3333"]}), row=8),
    case("route-object-exact", C, "medium", replace(HELD, routes={"RIPE": [f"{P} AS3333"]}, vrps=[f"{P} AS25152"]), row=8),
    case("route-object-exact", C, "medium", replace(OTHERS, routes={"RADB": [f"{P} AS3333"]}, vrps=[f"{P} AS3333"]), row=9),
    case("rpki-invalid-asn", N, "medium", replace(HELD, routes={"ALTDB": [f"{P} AS3333"]}, vrps=[f"{P} AS25152"]), row=10),
    case("rpki-as0", N, "medium", replace(HELD, routes={"ALTDB": [f"{P} AS3333"]}, vrps=[f"{P} AS0"]), row=10),
    case("third-party-object", M, "medium", replace(OTHERS, routes={"RADB": [f"{P} AS3333"]}), row=11),
    case("route-object-exact", C, "medium", replace(HELD, routes={"RADB": [f"{P} AS3333"]}), row=12),
    case("weak-source", N, "low", replace(HELD, routes={"LEVEL3": [f"{P} AS3333"]}), row=12),
    case("name-registry", N, "medium", replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), named="RADB", row=13),
    case("name-registry", N, "medium", replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}), named="RADB", row=13),
    case("route-object-hidden", N, "high", replace(HELD, routes={"RADB": [f"{P} AS3333"]}, vrps=[f"{P} AS25152"]), row=14),
    case("other-holder", M, "high", replace(OTHERS, routes={"RIPE": [f"{P} AS25152"]}), row=15),
    case("origin-mismatch", N, "high", replace(HELD, routes={"RIPE": [f"{P} AS25152"]}), row=16),
    case("rpki-invalid-asn", N, "medium", replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}, vrps=[f"{P} AS25152"]), row=17),
    case("rpki-as0", N, "medium", replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}, vrps=[f"{P} AS0"]), row=17),
    case("route-object-covering", C, "medium", replace(SAME, routes={"RIPE": ["193.0.0.0/20 AS3333"]}, vrps=[f"{P} AS0"]), row=18),
    case(
        "route-object-covering", C, "medium", replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}, vrps=["193.0.0.0/20 AS3333"]), row=18
    ),
    case("route-object-covering", C, "medium", replace(SAME, routes={"RIPE": ["193.0.0.0/22 AS3333", "193.0.4.0/22 AS3333"]}), row=18),
    case("covering-only", N, "low", replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}), row=19),
    case("covering-only", N, "low", replace(HELD, routes={"RIPE": ["193.0.0.0/22 AS3333", "193.0.4.0/22 AS3333"]}), row=19),
    case("registry-not-accepted", N, "medium", replace(HELD, routes={"NTTCOM": [f"{P} AS3333"]}), row=20),
    case("roa-only", N, "low", replace(HELD, vrps=[f"{P} AS3333"]), row=21),
    case("other-holder", M, "high", OTHERS, row=22),
    case("rpki-invalid-length", N, "medium", replace(HELD, vrps=["193.0.0.0/20 AS3333"]), row=23),
    case("rpki-invalid-asn", N, "medium", replace(HELD, vrps=["193.0.0.0/20 AS25152"]), row=23),
    case("rpki-as0", N, "medium", replace(HELD, vrps=["193.0.0.0/20 AS0"]), row=23),
    case("origin-mismatch", N, "high", replace(HELD, routes={"RADB": [f"{P} AS25152"]}), row=24),
    case("same-holder", N, "low", SAME, row=25),
    case("same-holder", C, "medium", SAME, policy="published-criterion", named="RIPENCC", row=25),
    case("same-holder", N, "low", SAME, policy="published-criterion", named="RADB", row=25),
    case("legacy-space", N, "medium", LEGACY, row=26),
    case("no-registry-match", N, "high", HELD, row=27),
    case("not-strict", N, "low", replace(HELD, routes={"RADB": [f"{P} AS3333"]}), policy="strict", row=12),
    case("source-unavailable", U, None, replace(HELD, silent=("RADB",))),
    # Silence that does not matter, and silence that does.
    case("route-object-exact", C, "high", replace(HELD, routes={"RIPE": [f"{P} AS3333"]}, silent=("RADB",))),
    case("route-object-exact", C, "medium", replace(HELD, routes={"RIPE": [f"{P} AS3333"]}, silent=("RADB",), vrps=None)),
    case(
        "route-object-exact", C, "medium", replace(HELD, routes={"RADB": [f"{P} AS3333"]}, vrps=[f"{P} AS3333"], rdap_ip={}, rdap_autnum={})
    ),
    case("source-unavailable", U, None, replace(HELD, routes={"RADB": [f"{P} AS3333"]}, rdap_ip={}, rdap_autnum={})),
    case("source-unavailable", U, None, replace(HELD, routes={"RADB": [f"{P} AS3333"]}, vrps=None)),
    case("source-unavailable", U, None, replace(HELD, routes={"ALTDB": [f"{P} AS3333"]}, vrps=None)),
    case("source-unavailable", U, None, Registry(silent_rirs=("arin",), rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one"]})),
]


def run(one: Case, folder: Path, **more: object) -> Result:
    options = bgpcheck.Options(
        prefixes=[one.prefix],
        peer_asn=one.asn,
        customer_asn=one.customer,
        registry=one.named,
        registry_data=str(one.registry.write(folder)),
        policy=one.policy,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )
    return bgpcheck.check_sync(options).result


@pytest.mark.parametrize("one", CASES, ids=[f"{one.row or ''}-{one.reason}" for one in CASES])
def test_reason_verdict_confidence_and_row(one: Case, tmp_path: Path) -> None:
    (found,) = run(one, tmp_path / "registry").assessments
    verdict = found.verdict
    assert (verdict.reason, verdict.outcome, verdict.confidence) == (one.reason, one.verdict, one.confidence)
    assert one.row is None or verdict.row == one.row
    assert explain(found).endswith(".")
    assert bool(remedies(found)) == (verdict.outcome != "configured")


def line(path: object, prefix: str = P) -> str:
    head = {"address": {"local": "127.0.0.1", "peer": "127.0.0.3"}, "asn": {"local": 12076, "peer": 3333}, "direction": "receive"}
    update = {"attribute": {"origin": "igp", "as-path": path}, "announce": {"ipv4 unicast": {"127.0.0.3": [{"nlri": prefix}]}}}
    return json.dumps({"exabgp": "5.0.0", "time": 1793600000.0, "type": "update", "neighbor": {**head, "message": {"update": update}}})


def segments(*found: tuple[str, list[int]]) -> dict[str, object]:
    return {str(number): {"element": kind, "value": asns} for number, (kind, asns) in enumerate(found)}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (segments(("as-sequence", [3333])), "route-object-exact"),
        (segments(("as-sequence", [3333, 3333, 3333])), "route-object-exact"),
        (segments(("as-sequence", [3333, 64512])), "route-object-exact"),  # ASN-6: stripped
        (segments(("as-sequence", [3333, 25152])), "origin-not-authorised"),
        (segments(("as-sequence", [3333]), ("as-set", [3333])), "origin-not-authorised"),
        (segments(("as-sequence", [64512])), "origin-not-authorised"),
        ({}, "origin-not-authorised"),
    ],
)
def test_what_is_announced(path: object, reason: str, tmp_path: Path) -> None:
    (tmp_path / "events").write_text(line(path) + "\n")
    one = Case(reason, "", None, replace(HELD, routes={"RIPE": [f"{P} AS3333"]}))
    (found,) = run(one, tmp_path / "registry", events=str(tmp_path / "events")).assessments
    assert found.verdict.reason == reason


def assessment(**claim: object) -> Assessment:
    known = Knowledge({}, configs.settings())
    return Assessment(Claim(Prefix.parse(P), 3333, **claim), known, configs.policy("microsoft-peering"))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [str(state) for state in DOMAIN["azure"] if state != "none"])
def test_azures_own_word_decides(state: str) -> None:
    """Even with no registry at all: what Azure settled is the outcome, and the prediction stays apart."""
    found = assessment(azure=state)
    expected = {"configured": C, "manual-validation-needed": M, "updating": U}.get(state, N)
    assert (found.verdict.outcome, found.verdict.reason) == (expected, f"azure-{state}")
    assert found.prediction.outcome == U


def test_a_signature_that_may_verify_is_enough_once_the_rest_is_known() -> None:
    found = replace(assessment(signed=Signed(ID, signature())), now=SIGNED_AT)
    assert found.verdict.outcome == U  # the space could be unallocated, the AS number nobody's, the certificate not there
    assert C in found.verdict.outcomes


def test_an_empty_folder_is_never_anything_but_undetermined(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for named in (None, "RIPENCC", "ARIN", "RADB", "ALTDB", "LEVEL3", "LACNIC"):
        options = bgpcheck.Options(prefixes=[P, "2001:67c:2e8::/48"], peer_asn=3333, registry=named, registry_data=str(tmp_path / "empty"))
        result = bgpcheck.check_sync(options).result
        assert {one.verdict.outcome for one in result.assessments} == {"undetermined"}
        assert result.deciding_gaps


def test_every_reason_of_every_policy_is_reached() -> None:
    reached = {one.reason for one in CASES} | {"origin-not-authorised", "signed-prefix"}  # the last one: test_signed.py
    reached |= {f"azure-{state}" for state in DOMAIN["azure"] if state != "none"}
    assert reached | {"blocker"} == set(REASONS)
    rows = {row.number for row in configs.policy("microsoft-peering").rows}
    assert rows - {one.row for one in CASES} == {1, 5, 6}
    for name in configs.policy_names():
        written = {row.reason for row in configs.policy(name).rows if "{" not in row.reason}
        assert written <= set(CATALOGUE)


def test_a_reason_of_the_users_own_is_told_as_such(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    row = "{row: 27, when: {}, verdict: validation-needed, reason: ask-bob, confidence: low}"
    own.write_text(f"name: own\nextends: microsoft-peering\nreplace:\n  - {row}\n")
    (found,) = run(Case("", "", None, HELD, policy=str(own)), tmp_path / "registry").assessments
    assert (found.verdict.reason, explain(found)) == ("ask-bob", "A reason of your own policy (inferred).")
    assert remedies(found) == ()
