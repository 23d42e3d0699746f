"""The catalogue against everything that names its ids: rules, policies, remedies, sentences."""

from __future__ import annotations

import ast
import re

import pytest
from program import ROOT

from bgpcheck.explain import EVIDENCE
from bgpcheck.policy import FIELD
from bgpcheck.remedy import STEPS
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.catalogue import CATALOGUE, REASONS, RULES, STATED, Basis, weight
from bgpcheck.rules.data import NOTE_REMEDY
from bgpcheck.situation import DOMAIN
from bgpcheck.store import configs
from bgpcheck.verdict import UNAVAILABLE

PACKAGE = ROOT / "bgpcheck"
CODE = ("peerASN", "provisioningState", "advertisedPublicPrefixesState", "bgpcheck ", "--")  # what stays as it is spelled


def named(pattern: str) -> set[str]:
    """Ids that stand as whole strings in the package, the catalogue apart."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name != "catalogue.py":
            strings = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
            found |= {one for one in strings if isinstance(one, str) and re.fullmatch(pattern, one)}
    return found


def reasons() -> set[str]:
    """Every reason code that a policy of ours can give."""
    found = {UNAVAILABLE, "blocker"}
    for name in configs.policy_names():
        policy = configs.policy(name)
        found.add(policy.weak_reason)
        for row in policy.rows:
            words = FIELD.findall(row.reason)
            values = dict(row.when).get(words[0], DOMAIN[words[0]]) if words else [""]
            found |= {FIELD.sub(str(value).lower(), row.reason) for value in values}
    return found


def test_rules_that_findings_name_are_explained() -> None:
    used = named(r"[A-Z]{2,4}-\d{1,2}")
    assert used <= RULES.keys()
    assert used >= {"PFX-1", "LIM-1", "DATA-1", "LIST-4"}


def test_rules_that_are_explained_are_used_or_stated() -> None:
    """The ones that no finding names are there because reasons cite them."""
    cited = " ".join(entry.source for entry in REASONS.values())
    unused = RULES.keys() - named(r"[A-Z]{2,4}-\d{1,2}")
    assert {rule for rule in unused if not re.search(rf"\b{rule}\b", cited)} <= STATED


WEIGHTS = ("note", "warning", "blocker")


def test_rules_weigh_what_their_findings_weigh() -> None:
    """Read from the calls that make findings; where severity or id is computed, the weight is at least what stands there."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                rule, severity = node.args[0], ast.unparse(node.args[1])
                if isinstance(rule, ast.Constant):
                    found.setdefault(rule.value, set()).add(severity.removeprefix("Severity.").lower())
    assert len(found) > 50
    for rule, weights in found.items():
        known = [WEIGHTS.index(one) for one in weights if one in WEIGHTS]
        computed = len(known) < len(weights)
        assert (weight(rule) == "warning" and computed) or WEIGHTS.index(weight(rule)) == max(known), rule
    assert not found.keys() & STATED
    assert {rule for rule in RULES if weight(rule)} - found.keys() == {"EDGE-8", "LIST-4", "DATA-3", "NET-2"}  # made from a computed id


def test_every_reason_of_a_policy_is_explained() -> None:
    assert reasons() <= REASONS.keys()


def test_every_explained_reason_can_be_given() -> None:
    assert REASONS.keys() - reasons() == set()


def test_steps_and_sentences_are_about_known_reasons() -> None:
    assert STEPS.keys() <= REASONS.keys()
    assert EVIDENCE.keys() <= REASONS.keys()
    assert NOTE_REMEDY.keys() <= RULES.keys()


def test_every_reason_that_is_not_configured_has_steps() -> None:
    good = {"route-object-exact", "route-object-covering", "signed-prefix", "azure-configured", "blocker"}
    without = {code for code in REASONS if code not in STEPS and not code.startswith("azure-")}
    assert without <= good


def test_ids_do_not_meet() -> None:
    assert not RULES.keys() & REASONS.keys()
    assert len(CATALOGUE) == len(RULES) + len(REASONS)
    assert len({one.lower() for one in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_entry(code: str) -> None:
    entry = CATALOGUE[code]
    assert re.fullmatch(r"[A-Z]{2,4}-\d{1,2}" if code in RULES else r"[a-z][a-z0-9-]+", code)
    assert entry.basis in Basis
    for sentence in (entry.meaning, entry.remedy):
        assert sentence[0].isupper() or sentence[0].isdigit() or sentence.startswith(CODE)
        assert sentence.endswith((".", "?"))
        assert sentence.isprintable()
        assert "  " not in sentence
    assert entry.source
    assert not entry.source.endswith(".")


def test_a_finding_knows_its_basis() -> None:
    finding = Finding("PFX-1", Severity.BLOCKER, "10.0.0.0/8", "not public", "remove it")
    assert finding.basis is Basis.DOCUMENTED
    assert list(Severity) == ["blocker", "warning", "note"]
