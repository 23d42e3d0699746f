"""The README's security model against the tests: who may lie stands there, and what holds then is held by these."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from program import ROOT

from bgpcheck import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

README = (ROOT / "README.md").read_text(encoding="utf-8")
MODEL = README.partition("\n## Security model\n")[2].partition("\n## ")[0]
WHO = re.findall(r"(?m)^\| (?!who \|)([^|-][^|]*?) \|", MODEL)

HELD: Mapping[str, tuple[str, ...]] = {
    "a registry, or its server": (
        "test_adversarial.py::test_nothing_is_configured_because_a_source_kept_silent",
        "test_engine.py::test_nobody_spoke_so_nothing_is_decided",
        "test_engine.py::test_whatever_a_document_says_it_is_decided_or_refused",
        "fetch/test_live_traps.py::test_what_nobody_foresaw_is_a_gap",
    ),
    "whoever is on the way": ("fetch/test_http.py::test_faults", "fetch/test_whois.py::test_plain_questions"),
    "an answer that refers elsewhere": (
        "fetch/test_http.py::test_whom_nobody_named",
        "fetch/test_http.py::test_nobody_refers_us_to_ourselves",
        "fetch/test_http.py::test_ipv4_in_ipv6_is_not_public",
        "fetch/test_as_sets.py::test_ever_deeper_and_ever_wider_come_to_an_end",
    ),
    "an RPSL or statistics dump": (
        "test_adversarial.py::test_a_delegated_file_cut_off_after_its_header_is_no_answer",
        "cli/test_registry_update.py::test_a_failing_source_keeps_what_there_was",
    ),
    "a router in the lab": (
        "integration/test_rubbish.py::test_what_is_told_of_a_session_that_goes_on",
        "test_verdict.py::test_values_that_the_table_can_not_tell_apart_are_these",
    ),
    "a preflight file, a policy, a template": (
        "test_security_model.py::test_a_gate_judges_a_strangers_file_by_its_own_rules",
        "store/test_configs.py::test_no_policy_of_ones_own_is_called_as_one_that_comes_along",
        "cli/test_templates.py::",
        "formats/test_preflight.py::",
    ),
    "a circuit, a table, a recording": ("circuit/test_claims.py::test_what_cannot_be_read_is_named", "bulk/test_internet.py::"),
    "a bundle": (
        "cli/test_evidence.py::test_a_changed_or_added_member_is_named",
        "cli/test_evidence.py::test_a_hostile_bundle_is_shown_as_text",
        "evidence/test_signing.py::test_a_forger_without_the_key_is_found_out",
        "evidence/test_redacted.py::test_attacks",
    ),
    "a browser on this machine": (
        "sinks/test_web.py::test_only_who_was_sent_to_this_very_address_is_answered",
        "sinks/test_web.py::test_it_listens_on_loopback_alone",
    ),
    "Azure": ("cloud/test_azure.py::test_answers_that_are_none", "cloud/test_azure.py::test_a_token_goes_nowhere_else"),
}
LOOSE = """\
name: loose
title: Everything is configured
extends: microsoft-peering
replace:
  - {row: 2, when: {}, verdict: configured, reason: route-object-exact, confidence: high}
"""


def test_everybody_who_may_lie_is_held_by_tests() -> None:
    assert list(HELD) == WHO


@pytest.mark.parametrize("name", sorted({one for names in HELD.values() for one in names}))
def test_what_is_promised_is_tested(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((Path(__file__).parent / file).read_text(encoding="utf-8"))
    there = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert function in there if function else any(one.startswith("test_") for one in there)


def test_a_gate_judges_a_strangers_file_by_its_own_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--policy`` and ``--registry-data``, what a file says of either counts for nothing."""
    (tmp_path / "loose.yaml").write_text(LOOSE)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "RIPE.db").write_text("route: 192.87.0.0/16\norigin: AS3333\nsource: RIPE\n\n")
    (tmp_path / "peering.yaml").write_text(
        "name: theirs\npolicy: loose.yaml\nregistryData: own\n"
        "peering: {peerAsn: 3333, ipv4: {routingRegistryName: RIPENCC, prefixes: [192.87.0.0/16]}}\n"
    )
    ours = ["--policy", "microsoft-peering", "--registry-data", str(ROOT / "fixtures" / "registry")]
    asked = ["check", str(tmp_path / "peering.yaml"), "--now", "2026-11-01T12:00:00Z"]
    assert cli.main(asked) == 0  # what the file would have had
    assert "by policy loose" in capsys.readouterr().out
    assert cli.main([*asked, *ours]) == 4
    assert "by policy microsoft-peering" in capsys.readouterr().out
