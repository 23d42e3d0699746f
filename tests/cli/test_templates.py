"""Own templates on the command line, and the bundles that come of them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from bundles import EVENTS, PREFLIGHT, altered, digest_of, sealed
from program import NOW, run

from bgpcheck import api, engine
from bgpcheck.cli import main
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import statement
from bgpcheck.evidence.bundle import damage, unpack
from bgpcheck.render.papers import KINDS

if TYPE_CHECKING:
    from pathlib import Path

TOUR = str(PREFLIGHT / "tour.yaml")
TICKET = "$# ours\nDear Microsoft, $peer_asn costs 5$$.\n\n$asked\n"
LETTER = "I, $holder, say yes to:\n\n$prefixes_table\n\nOn ________ (the day).\n\n$blanks\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    (made / "ticket.md").write_text(TICKET)
    (made / "loa-draft.md").write_text(LETTER)
    return made


def bundle(*words: str, folder: Path) -> dict[str, bytes]:
    path = folder / "e.zip"
    assert main(["check", *words, "--now", NOW, "--evidence", str(path), "--output", str(folder / "out")]) in {0, 3, 4}
    return unpack(path.read_bytes())


def differences(found: dict[str, bytes]) -> tuple[str, ...]:
    return api.finish(engine.replay(statement.read(found))).differences


def test_a_bundle_with_own_templates_verifies_and_replays(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = bundle(TOUR, "--templates", str(own), folder=tmp_path)
    assert found["ticket.md"].decode().startswith("Dear Microsoft, AS3333 costs 5$.\n\n* Please validate 192.87.0.0/16")
    assert found["loa-draft.md"].decode().startswith("I, SURF B.V., say yes to:\n\n| prefix |")
    assert (
        found["loa-draft.md"]
        .decode()
        .endswith("On ________ (the day).\n\nTo be filled in before this goes out (then take this list away):\n\n* the day\n")
    )
    for kind, text in zip(KINDS.values(), (TICKET, LETTER), strict=True):
        assert found[f"documents/{digest_of(found, kind.source)}"].decode() == text
    assert differences(found) == ()
    (own / "ticket.md").unlink()  # the bundle alone is enough
    assert main(["evidence", "verify", str(tmp_path / "e.zip")]) == 0
    assert main(["evidence", "replay", str(tmp_path / "e.zip")]) == 4
    assert "replayed, the same verdict" in capsys.readouterr().out


def test_a_copy_of_ours_says_what_ours_says(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in KINDS.values():
        assert main(["explain", "--template", kind.name]) == 0
        (own / kind.file).write_text(capsys.readouterr().out)
    ours, copies = bundle(TOUR, folder=tmp_path), bundle(TOUR, "--templates", str(own), folder=tmp_path)
    assert [copies[file] == ours[file] for file in KINDS] == [True, True]
    assert not [row for row in json.loads(ours["documents.json"])["documents"] if row["source"] in statement.TEMPLATES]


ALTERED = [
    ("input/template-ticket", b"Dear Microsoft, $peer_asn owes us 5$$.", "ticket.md: not what follows from the result"),
    ("input/template-letter", LETTER.replace("yes", "no").encode(), "loa-draft.md: not what follows from the result"),
]


@pytest.mark.parametrize(("source", "content", "says"), ALTERED)
def test_a_template_that_was_changed_is_damage(source: str, content: bytes, says: str, own: Path, tmp_path: Path) -> None:
    found = bundle(TOUR, "--templates", str(own), folder=tmp_path)
    digest = digest_of(found, source)
    plain = {**found, f"documents/{digest}": content}
    assert any(digest in fault for fault in damage(plain))
    with pytest.raises(IntegrityError, match="holds other bytes"):
        statement.read(sealed(plain))
    forged = altered(found, digest, content)
    assert list(damage(forged)) == []
    assert says in differences(forged)


@pytest.mark.parametrize("content", [b"$nothing_of_ours", b"\xff", b"", b"a\x1b"])
def test_a_template_that_is_none_in_a_bundle(content: bytes, own: Path, tmp_path: Path) -> None:
    found = bundle(TOUR, "--templates", str(own), folder=tmp_path)
    forged = altered(found, digest_of(found, "input/template-ticket"), content)
    with pytest.raises(IntegrityError, match=r"^can't be decided again: ticket\.md"):
        differences(forged)


REFUSED = [
    (["check", TOUR, "--templates", "own"], "--templates is about the ticket and the letter in a bundle: add --evidence FILE.zip"),
    (["check", TOUR, "--templates", "", "--evidence", "e.zip"], "--templates is empty (a shell variable that is not set?)"),
    (["check", TOUR, "--templates", "nowhere", "--evidence", "e.zip"], "--templates nowhere: no such folder; begin with: bgpcheck explain"),
    (
        ["check", TOUR, "--templates", "bad", "--evidence", "e.zip"],
        "bad/ticket.md:2: $askd: is no field of ticket.md; did you mean $asked?",
    ),
    (["watch", TOUR, "--templates", "own"], "--templates is about the ticket"),
    (["lab", TOUR, "--neighbor", "127.0.0.1", "--templates", "own"], "--templates is about the ticket"),
    (
        ["lab", TOUR, "--neighbor", "127.0.0.1", "--templates", "bad", "--evidence", "e.zip"],
        "bad/ticket.md:2: $askd: is no field of ticket.md",
    ),
    (["explain", "--template", "report"], "argument --template: 'report' is not one of ticket, letter"),
    (["explain", "PFX-1", "--template", "ticket"], "--template prints a template and nothing else: leave out the code and --format"),
    (["explain", "--schema", "preflight", "--template", "ticket"], "--schema writes a JSON Schema and nothing else"),
    (["explain", "--format", "markdown", "--template", "ticket"], "--template prints a template and nothing else"),
]


@pytest.mark.parametrize(
    ("words", "says"), REFUSED, ids=[" ".join(words[::2])[:60] + str(number) for number, (words, _) in enumerate(REFUSED)]
)
def test_refused_before_anything_is_begun(
    words: list[str], says: str, own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path = own.parent
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "ticket.md").write_text("ok\n$askd\n")
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"bgpcheck: {says}")
    assert told.err.count("\n") == 1
    assert not (tmp_path / "e.zip").exists()


def test_watch_writes_them_too(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.zip"
    given = (EVENTS / "v5-consolidate.jsonl").read_bytes()
    done = run("watch", TOUR, "--now", NOW, "--templates", str(own), "--evidence", str(path), "--output", os.devnull, given=given)
    assert done.status in {0, 3, 4, 5}, done.stderr
    found = unpack(path.read_bytes())
    assert found["ticket.md"].decode().startswith("Dear Microsoft, AS3333 costs 5$.")
    assert differences(found) == ()
