from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hostile import acting
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.render import render
from bgpcheck.render.json_lines import as_json, as_jsonl

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result

# interface.md, Result JSON: the example, with what its dots stand for.
EXAMPLE = json.loads("""
{"schema": "bgpcheck/result/v1", "tool": {"name": "bgpcheck", "version": "1"}, "decidedAt": "2026-01-01T00:00:00Z",
 "policy": {"name": "microsoft-peering", "sha256": "1"},
 "claim": {"name": null, "peerAsn": 3333, "cloud": "public"},
 "verdict": "validation-needed", "predictedAzureState": "ValidationNeeded", "actualAzureState": null,
 "blocks": [{"family": "ipv4", "customerAsn": 0, "routingRegistryName": "RIPENCC", "verdict": "x", "predictedAzureState": "x",
   "actualAzureState": null}],
 "prefixes": [{"prefix": "193.0.0.0/21", "family": "ipv4", "listed": true, "verdict": "configured", "predictedAzureState": "Configured",
   "confidence": "high", "possibleVerdicts": null,
   "reasons": [{"code": "route-object-exact", "message": "x", "documents": ["sha256:1"]}],
   "special": null,
   "registration": {"registry": "ripencc", "status": "allocated"},
   "rpki": {"state": "valid", "vrps": [{"prefix": "x", "maxLength": 21, "asn": 3333, "trustAnchor": "ripe"}]},
   "irr": {"match": "exact", "authoritative": true, "objects": [{"source": "RIPE", "prefix": "x", "origin": 3333, "maintainers": ["x"]}]},
   "holder": {"match": "same", "prefixHolder": "x", "asnHolder": "x", "chain": ["x"]},
   "signature": "none", "announced": null,
   "remedies": [{"kind": "create-route-object", "registry": "RIPE", "who": "x", "text": "x"}]}],
 "findings": [{"rule": "PFX-1", "severity": "blocker", "subject": "198.18.0.0/15", "message": "x", "remedy": "x", "basis": "documented"}],
 "gaps": [{"source": "whois.radb.net", "reason": "unreachable", "deciding": false, "detail": "x"}]}
""")
# Where the contract allows null beside the example's type.
NULLABLE = {
    ".claim.name",
    ".predictedAzureState",
    ".actualAzureState",
    ".blocks[].routingRegistryName",
    ".blocks[].predictedAzureState",
    ".blocks[].actualAzureState",
    ".prefixes[].predictedAzureState",
    ".prefixes[].confidence",
    ".prefixes[].possibleVerdicts",
    ".prefixes[].special",
    ".prefixes[].registration.registry",
    ".prefixes[].irr.authoritative",
    ".prefixes[].holder.prefixHolder",
    ".prefixes[].holder.asnHolder",
    ".prefixes[].announced",
    ".prefixes[].remedies[].registry",
}
WORDS = {
    ".verdict": {"configured", "validation-needed", "manual-validation", "undetermined"},
    ".predictedAzureState": {"Configured", "ValidationNeeded", None},
    ".prefixes[].verdict": {"configured", "validation-needed", "manual-validation", "undetermined"},
    ".prefixes[].predictedAzureState": {"Configured", "ValidationNeeded", "ManualValidationNeeded", None},
    ".prefixes[].confidence": {"high", "medium", "low", None},
    ".prefixes[].family": {"ipv4", "ipv6"},
    ".prefixes[].holder.match": {"same", "similar", "different", "unlisted", "unknown"},
    ".prefixes[].rpki.state": {"valid", "invalid-length", "invalid-asn", "not-found", "unknown"},
    ".prefixes[].registration.status": {"allocated", "assigned", "legacy", "reserved", "available", "absent", "unknown"},
    ".prefixes[].signature": {"verified", "certificate-missing", "encoding-invalid", "signature-invalid", "none"},
    ".findings[].severity": {"blocker", "warning", "note"},
    ".findings[].basis": {"documented", "api", "observed", "inferred"},
    ".gaps[].reason": {"unreachable", "timeout", "rate-limited", "malformed", "stale", "disabled", "missing"},
}


def unlike(wanted: Any, found: Any, place: str = "") -> list[str]:  # noqa: ANN401 (any JSON value)
    """Places where a value has not the shape of the example; what the example lacks may be there."""
    if found is None and place in NULLABLE:
        return []
    if wanted is None:
        return [] if place in NULLABLE else [f"{place}: {found!r} where only null was known"]
    if isinstance(wanted, dict) and isinstance(found, dict):
        missing = [f"{place}.{key} is missing" for key in wanted.keys() - found.keys()]
        return missing + [line for key in wanted.keys() & found.keys() for line in unlike(wanted[key], found[key], f"{place}.{key}")]
    if isinstance(wanted, list) and isinstance(found, list):
        return [line for one in found for line in unlike(wanted[0], one, f"{place}[]")]
    if place in WORDS and found not in WORDS[place]:
        return [f"{place}: {found!r} is no known word"]
    return [] if type(wanted) is type(found) else [f"{place}: {found!r} is not like {wanted!r}"]


def keys(value: Any) -> set[str]:  # noqa: ANN401 (any JSON value)
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys(one)}
    return {key for one in value for key in keys(one)} if isinstance(value, list) else set()


def events() -> Result:
    options = {"events": str(ROOT / "fixtures/events/v5-consolidate.jsonl"), "registry_data": str(ROOT / "fixtures/registry")}
    return api.check_sync(api.Options(peer_asn=3333, prefixes=["193.0.0.0/21", "10.0.0.0/8"], now=NOW, **options)).result


def nothing() -> Result:
    return api.check_sync(api.Options(peer_asn=64512, customer_asn=4294967295, prefixes=["193.0.0.0/21", "2001:db8::/32"], now=NOW)).result


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "configs" / "preflight").glob("*.yaml"))])
def test_examples_have_the_shape_of_the_contract(name: str) -> None:
    result = api.check_sync(api.Options(preflight=str(ROOT / "configs" / "preflight" / f"{name}.yaml"), now=NOW)).result
    assert unlike(EXAMPLE, json.loads(as_json([result]))) == []


@pytest.mark.parametrize("make", [events, nothing])
def test_other_results_have_it_too(make: Any) -> None:  # noqa: ANN401 (a function)
    assert unlike(EXAMPLE, json.loads(as_json([make()]))) == []


def test_every_key_of_the_example_occurs_with_a_value(tour: Outcomes) -> None:
    """The shape is not only kept by lists that are empty."""
    whole = [json.loads(as_json([one])) for one in (tour.result, events(), nothing())]
    assert keys(EXAMPLE) <= set().union(*map(keys, whole))
    assert any(one["announced"] for one in whole[1]["prefixes"])
    assert any(one["special"] for one in whole[1]["prefixes"])


def test_announced() -> None:
    announced = next(one["announced"] for one in json.loads(as_json([events()]))["prefixes"] if one["prefix"] == "193.0.0.0/21")
    assert set(announced) == {"peer", "asPath", "origin", "at"}
    assert announced["origin"] == announced["asPath"][-1] == 3333
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", announced["at"])


@pytest.mark.parametrize("make", [events, nothing])
def test_spelling(make: Any) -> None:  # noqa: ANN401 (a function)
    text = as_json([make()])
    value = json.loads(
        text, object_pairs_hook=lambda pairs: dict(pairs) if [key for key, _ in pairs] == sorted(key for key, _ in pairs) else None
    )
    assert value is not None, "keys are sorted"
    names = keys({name: one for name, one in value.items() if name != "prefixes"}) | keys(value["prefixes"])
    assert {name for name in names if not re.fullmatch(r"[a-z][A-Za-z0-9]*|AS\d+", name)} == set()
    assert value["decidedAt"] == NOW
    assert type(value["claim"]["peerAsn"]) is int


def test_a_line_for_each_item(tour: Outcomes) -> None:
    lines = as_json([tour.result]).splitlines()
    assert lines[0] == "{"
    assert lines[-1] == "}"
    assert sum(line.startswith(' {"actualAzureState": null, "announced"') for line in lines) == len(tour.result.assessments)
    assert '"blocks": [' in lines


def test_several_are_a_list(tour: Outcomes, ready: Result) -> None:
    values = json.loads(render([tour.result, ready], "json"))
    assert [value["claim"]["name"] for value in values] == ["tour", "ready"]
    assert json.loads(as_json([ready])) == values[1]


def test_json_lines_are_the_prefixes(tour: Outcomes, ready: Result) -> None:
    lines = as_jsonl([tour.result, ready]).splitlines()
    whole = [one for result in (tour.result, ready) for one in json.loads(as_json([result]))["prefixes"]]
    assert list(map(json.loads, lines)) == whole
    assert as_jsonl([ready]).endswith("}\n")


def test_hostile_data_comes_through_unchanged_and_acts_on_nothing(dangerous: tuple[str, Outcomes]) -> None:
    _, outcomes = dangerous
    for written in (as_json([outcomes.result]), as_jsonl([outcomes.result])):
        assert written.isascii()
        assert acting(written) == []
    assert len(as_jsonl([outcomes.result]).splitlines()) == len(outcomes.result.assessments)
    prefix = json.loads(as_json([outcomes.result]))["prefixes"][0]
    chain = outcomes.result.assessments[0].holder.prefix.chain
    assert prefix["holder"]["chain"] == list(chain)
    assert prefix["holder"]["prefixHolder"] == (chain[0] if chain else None)
