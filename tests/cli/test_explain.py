from __future__ import annotations

import re

import pytest

from bgpcheck.cli import main
from bgpcheck.rules.catalogue import CATALOGUE, REASONS


def explain(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main(["explain", *words])
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_is_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = explain(code, capsys=capsys)
    assert (status, err) == (0, "")
    head, *lines = out.splitlines()
    assert head == f"{code} ({'reason code' if code in REASONS else 'rule'})"
    assert max(map(len, lines)) <= 100
    words = " ".join(out.split())
    entry = CATALOGUE[code]
    assert f"meaning {entry.meaning} do {entry.remedy} basis {entry.basis} source {entry.source}" in words


@pytest.mark.parametrize(("word", "code"), [("pfx-1", "PFX-1"), (" RPKI-AS0 ", "rpki-as0")])
def test_spelling_is_forgiven(word: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(word, capsys=capsys)[1].startswith(f"{code} (")


@pytest.mark.parametrize(
    ("word", "paper"), [("loa", "letter"), ("loa-draft", "letter"), ("loa-draft.md", "letter"), ("ticket.md", "ticket")]
)
def test_a_template_has_the_names_of_its_file_too(word: str, paper: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("--template", word, capsys=capsys) == explain("--template", paper, capsys=capsys)


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = explain(capsys=capsys)
    assert (status, err) == (0, "")
    assert set(re.findall(r"^  (\S+)  ", out, re.MULTILINE)) == set(CATALOGUE)
    assert max(map(len, out.splitlines())) <= 100
    assert out.startswith("reason codes of verdicts\n")
    assert "\n\nrules of findings\n" in out


@pytest.mark.parametrize(
    ("word", "proposal"),
    [
        ("route-object", "; did you mean route-object-covering or route-object-exact or route-object-hidden?"),
        ("as0", "; did you mean rpki-as0?"),
        ("orgin-mismatch", "; did you mean origin-mismatch?"),
        ("PFX1", "; did you mean PFX-1"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_what_is_not_there_is_refused_with_a_proposal(word: str, proposal: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = explain(word, capsys=capsys)
    assert (status, out) == (2, "")
    assert err.startswith(f"bgpcheck: {word!r} is no reason code or rule id{proposal}")
    assert err.endswith("(bgpcheck explain lists all)\n")
