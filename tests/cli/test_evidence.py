from __future__ import annotations

import json
import random
import zipfile
from typing import TYPE_CHECKING, Any

import hostile
import pytest
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.cli import main
from bgpcheck.evidence import bundle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ACTIONS = ("verify", "replay", "show")
OUTCOMES = {0, 3, 4, 5, 6}


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    options = api.Options(preflight=str(ROOT / "configs" / "preflight" / "tour.yaml"), policy="strict", now=NOW)
    return bundle.unpack(api.check_sync(options).bundle())


def ask(action: str, made: Mapping[str, bytes], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Pack members, with a manifest that fits them, and ask about the bundle."""
    path = folder / "e.zip"
    path.write_bytes(bundle.pack({name: content for name, content in made.items() if name != bundle.MANIFEST}))
    status = main(["evidence", action, str(path)])
    told = capsys.readouterr()
    return status, told.out.replace(str(path), "e.zip"), told.err.replace(str(path), "e.zip")


def test_intact(members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("verify", members, tmp_path, capsys) == (0, f"e.zip: intact, {len(members)} members\n", "")
    assert ask("replay", members, tmp_path, capsys) == (4, "e.zip: replayed, the same verdict: manual-validation\n", "")
    status, out, err = ask("show", members, tmp_path, capsys)
    assert (status, err) == (0, "")
    assert out.startswith("e.zip: manual-validation\n  decided at 2026-11-02T00:00:00Z by bgpcheck ")
    assert "\n  deciding irr/ARIN             missing: put ARIN.db into" in out


@pytest.mark.parametrize("action", ACTIONS)
def test_damage_is_named(action: str, members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(bundle.pack(members).replace(b"SURF B.V.", b"SURF X.Y."))
    status = main(["evidence", action, str(path)])
    told = capsys.readouterr()
    assert (status, told.out) == (6, "")
    assert told.err.startswith(f"bgpcheck: {path}: ")
    assert "Traceback" not in told.err


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("added", "says"), [("", "ticket.md was changed"), ("\x1b[31madded", "\\x1b[31madded")])
def test_a_changed_or_added_member_is_named(  # noqa: PLR0913, PLR0917 (a table and pytest's own)
    action: str, added: str, says: str, members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content + (b"!" if name == "ticket.md" else b""))
        if added:
            archive.writestr(added, b"")
    status = main(["evidence", action, str(path)])
    told = capsys.readouterr()
    assert (status, told.out) == (6, "")
    assert says in told.err
    assert "\x1b" not in told.err


def changed(members: dict[str, bytes], name: str, change: Any) -> dict[str, bytes]:  # noqa: ANN401 (a function on JSON)
    value = json.loads(members[name])
    change(value)
    return {**members, name: json.dumps(value).encode()}


def test_another_version_is_told(members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = changed(members, "statement.json", lambda value: value["predicate"]["tool"].update(version="0.0.\x1b[31m1"))
    status, out, err = ask("replay", made, tmp_path, capsys)
    assert (status, err) == (4, "")
    assert out.startswith("decided by bgpcheck 0.0.\\x1b[31m1, replayed by another version\n")


def test_a_policy_that_did_not_come_with_bgpcheck_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where, as no check of today would take it, it is called as one that did."""
    (tmp_path / "own.yaml").write_text("name: own-one\nextends: microsoft-peering\nreplace: []\n")
    asked = [
        "--peer-asn",
        "3333",
        "--prefix",
        "193.0.0.0/21",
        "--registry-data",
        "fixtures/registry",
        "--policy",
        str(tmp_path / "own.yaml"),
    ]
    made = tmp_path / "made.zip"
    assert main(["check", *asked, "--evidence", str(made)]) == 0
    capsys.readouterr()
    assert main(["evidence", "replay", str(made)]) == 0
    says = "decided by the policy own-one of the bundle, not by one that comes with this bgpcheck\n"
    assert capsys.readouterr().out.startswith(says)


def test_a_result_without_gaps_has_no_list_of_them(members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = changed(members, "statement.json", lambda value: value["predicate"].update(gaps=[]))
    assert "no answer from" not in ask("show", made, tmp_path, capsys)[1]
    assert ask("replay", made, tmp_path, capsys)[0] == 6


def test_a_difference_is_named(members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = changed(members, "statement.json", lambda value: value["predicate"]["prefixes"][0].update(verdict="undetermined"))
    status, out, err = ask("replay", made, tmp_path, capsys)
    assert (status, out) == (6, "")
    assert err == 'bgpcheck: e.zip: prefixes[0].verdict: "undetermined" then, "configured" now\n'


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("seed", range(40))
def test_members_that_do_not_fit_are_damage_and_no_crash(
    seed: int, action: str, members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(seed)  # noqa: S311 (a test that can be repeated)
    name = dice.choice(["statement.json", "documents.json"])
    status, _, err = ask(action, changed(members, name, lambda value: spoil(value, dice)), tmp_path, capsys)
    assert status in OUTCOMES
    assert "Traceback" not in err


def spoil(value: Any, dice: random.Random) -> None:  # noqa: ANN401 (any JSON value)
    """Put something else in a place of a JSON value, or take it away."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = dice.choice(keys)
        if isinstance(value[key], (dict, list)) and value[key] and dice.random() < 0.8:
            value = value[key]
            continue
        if dice.random() < 0.3:
            del value[key]
        else:
            value[key] = dice.choice([None, "", "x", 7, -1, True, [], {}, [[]], {"a": 1}, "2026-01-01", "\x1b[31m"])
        return


@pytest.mark.parametrize("text", [name for name in hostile.TEXTS if "hundred" not in name])
def test_a_hostile_bundle_is_shown_as_text(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = bundle.unpack(hostile.outcomes(hostile.TEXTS[text], tmp_path).bundle())
    made = changed(made, "statement.json", lambda value: value["predicate"]["gaps"][0].update(detail=hostile.TEXTS[text]))
    status, out, err = ask("show", made, tmp_path, capsys)
    assert (status, err) == (0, "")
    assert hostile.acting(out) == []
    status, out, err = ask("replay", made, tmp_path, capsys)
    assert status in OUTCOMES
    assert hostile.acting(out + err) == []
