from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bundles import EVENTS, NOW, PREFLIGHT, REGISTRY, ROOT, Members, altered, checked, digest_of, members, places, put, sealed

from bgpcheck.api import finish
from bgpcheck.cli import main
from bgpcheck.engine import Replayed, Replayer, replay, run
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import compare, statement
from bgpcheck.evidence.bundle import MANIFEST, damage, pack
from bgpcheck.evidence.statement import read
from bgpcheck.render.json_lines import as_json
from bgpcheck.sources.base import Gap, GapReason, Request
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Callable

EXACT = {"peer_asn": 3333, "prefixes": ["193.0.0.0/21"], "registry": "RIPENCC"}
OWN_POLICY = "name: own\nextends: microsoft-peering\nrequired: [named]\n"
WHOLE_POLICY = "name: own\nrequired: []\nrows: [{row: 1, when: {}, verdict: manual-validation, reason: other-holder, confidence: low}]\n"
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "configured": ({"preflight": "ready.yaml"}, "configured"),
    "validation-needed": ({"preflight": "needs-work.yaml"}, "validation-needed"),
    "manual-validation": ({"preflight": "private-asn.yaml"}, "manual-validation"),
    "undetermined": ({"preflight": "silent-source.yaml"}, "undetermined"),
    "every one": ({"preflight": "tour.yaml"}, "manual-validation"),
    "policy strict": ({**EXACT, "policy": "strict"}, "configured"),
    "policy published-criterion": ({**EXACT, "policy": "published-criterion"}, "configured"),
    "a policy file": ({**EXACT, "policy": "own.yaml"}, "configured"),
    "a policy file that extends nothing": ({**EXACT, "policy": "whole.yaml"}, "manual-validation"),
    "assumed": ({**EXACT, "prefixes": ["193.0.23.0/24"], "assume": [str(PREFLIGHT / "planned.rpsl")]}, "configured"),
    "announced": ({"peer_asn": 3333, "events": str(EVENTS / "v5-consolidate.jsonl")}, "validation-needed"),
    "announced and listed": ({**EXACT, "events": str(EVENTS / "v4.2.25-parsed.jsonl")}, "validation-needed"),
    "an old file": ({**EXACT, "now": "2027-11-02T00:00:00Z"}, "configured"),
    "an old file, strictly": ({**EXACT, "prefixes": ["193.0.10.0/24"], "now": "2027-11-02T00:00:00Z", "strict": True}, "undetermined"),
    "an empty folder": ({**EXACT, "registry_data": "empty"}, "undetermined"),
    "no data": ({**EXACT, "registry_data": None}, "undetermined"),
    "names that are no text": ({**EXACT, "registry_data": "odd"}, "undetermined"),
    "IPv6 with a customer": ({"peer_asn": 12654, "customer_asn": 3333, "prefixes": ["2001:67c:2e8::/48"]}, "configured"),
}


def options(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Put the paths of this run in."""
    found = dict(given)
    if "preflight" in found:
        found["preflight"] = str(PREFLIGHT / found["preflight"])
    if str(found.get("policy", "")).endswith(".yaml"):
        found["policy"] = str(folder / found["policy"])
        Path(found["policy"]).write_text(OWN_POLICY if found["policy"].endswith("own.yaml") else WHOLE_POLICY)
    if found.get("registry_data"):
        found["registry_data"] = str(folder / found["registry_data"])
        (folder / "empty").mkdir(exist_ok=True)
        (folder / "odd").mkdir(exist_ok=True)
        Path(os.fsdecode(os.fsencode(folder) + b"/odd/\xff\x1b[2J")).write_bytes(b"")
    return found


def replayed(found: Members) -> Replayed:
    assert list(damage(found)) == []
    return finish(replay(read(found)))


# ── the same again ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("given", "verdict"), CASES.values(), ids=CASES)
def test_a_replay_decides_the_same(tmp_path: Path, given: dict[str, Any], verdict: str) -> None:
    outcomes = checked(**options(tmp_path, given))
    assert outcomes.result.verdict == verdict
    done = replayed(members(outcomes))
    assert (done.differences, done.version) == ((), None)
    assert as_json([done.result]) == as_json([outcomes.result])
    assert checked(**options(tmp_path, given)).bundle() == outcomes.bundle()


@pytest.mark.parametrize("prefix", ["193.0.0.0/21", "2001:67c:2e8::/48", "8.8.8.0/24"])
@pytest.mark.parametrize("registry", [*configs.settings().registries, "NONE", None])
@pytest.mark.parametrize("customer", [None, 1103])
def test_nobody_spoke_so_nothing_is_decided(tmp_path: Path, prefix: str, registry: str | None, customer: int | None) -> None:
    found = checked(peer_asn=3333, customer_asn=customer, prefixes=[prefix], registry=registry, registry_data=str(tmp_path)).result
    assert found.verdict == "undetermined"
    assert {gap.reason for gap in found.gaps} == {GapReason.MISSING}


@pytest.mark.parametrize(("name", "status"), [("ready", 0), ("needs-work", 3), ("private-asn", 4), ("silent-source", 5)], ids=str)
def test_the_command_exits_as_the_check_did(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, status: int) -> None:
    path = tmp_path / "evidence.zip"
    assert main(["check", str(PREFLIGHT / f"{name}.yaml"), "--now", NOW, "--evidence", str(path)]) == status
    assert main(["evidence", "verify", str(path)]) == 0
    assert main(["evidence", "replay", str(path)]) == status
    assert main(["evidence", "show", str(path)]) == 0
    assert "Traceback" not in "".join(capsys.readouterr())


def test_other_machines_make_equal_bytes(tmp_path: Path) -> None:
    """Another seed for hashes, another working directory, another time zone and language, and a clock of its own."""
    made = []
    for number, (seed, zone) in enumerate([("1", "UTC"), ("2", "Asia/Kathmandu")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "configs").symlink_to(ROOT / "configs")
        (folder / "fixtures").symlink_to(ROOT / "fixtures")
        words = ["check", "configs/preflight/tour.yaml", "--now", NOW, "--format", "json", "--evidence", "evidence.zip"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C" if number else "C.UTF-8"}
        done = subprocess.run([sys.executable, "-m", "bgpcheck", *words], cwd=folder, env=env, capture_output=True, check=False)
        assert done.returncode == 4, done.stderr
        made.append((done.stdout, (folder / "evidence.zip").read_bytes()))
    assert made[0] == made[1]
    again = checked(preflight=str(PREFLIGHT / "tour.yaml"))
    assert json.loads(made[0][0])["prefixes"] == json.loads(as_json([again.result]))["prefixes"]


SECRET = "GeheimerSchluessel42xyzzyTooLong"  # noqa: S105 (made up)


def test_the_key_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        f"peering:\n  peerAsn: 3333\n  md5KeyVariable: PEERING_KEY\n  ipv4: {{prefixes: [193.0.0.0/21]}}\nregistryData: {REGISTRY}\n"
    )
    monkeypatch.setenv("PEERING_KEY", SECRET)
    target = tmp_path / "evidence.zip"
    for form in ("table", "json", "markdown"):
        assert main(["check", str(path), "--now", NOW, "--format", form, "--evidence", str(target)]) == 3
    said = "".join(capsys.readouterr())
    outcomes = checked(preflight=str(path), registry_data=None)
    found = members(outcomes)
    assert "LNK-3" in said
    for place in (
        said,
        target.read_bytes().decode("latin-1"),
        repr(outcomes.inputs),
        *(content.decode("latin-1") for content in found.values()),
    ):
        for part in (SECRET, SECRET[:8], SECRET[-8:]):
            assert part.lower() not in place.lower()
    monkeypatch.delenv("PEERING_KEY")  # a replay does not need it
    assert replayed(found).differences == ()


# ── something else ──────────────────────────────────────────────────────────────────────────────────────────────────────────

OUTCOMES = checked(**EXACT)
INTACT = members(OUTCOMES)


def reject(found: Members) -> tuple[str, ...]:
    differences = replayed(found).differences
    assert differences
    assert all("\n" not in line for line in differences)
    return differences


def change(source: str, old: bytes, new: bytes) -> Members:
    digest = digest_of(INTACT, source, old)
    content = INTACT[f"documents/{digest}"]
    return altered(INTACT, digest, content.replace(old, new))


ALTERED: list[tuple[str, Members, str]] = [
    ("a route object's origin", change("irr/RIPE", b"AS3333", b"AS3334"), "prefixes[0]"),
    ("a VRP", change("vrps", b'\\"asn\\": 3333', b'\\"asn\\": 3334'), "prefixes[0].rpki"),
    ("a delegation", change("delegated/ripencc", b"|allocated|", b"|reserved|"), "prefixes[0].registration"),
    ("the time", change(statement.CASE, b"2026-11-02T", b"2026-12-02T"), "decidedAt: "),
    ("a peer ASN", change(statement.CASE, b'"peer_asn": 3333', b'"peer_asn": 12654'), "claim.peerAsn: 3333 then, 12654 now"),
    ("the policy", change(statement.POLICY, b"verdict: configured", b"verdict: manual-validation"), "verdict: "),
    ("what is stale", change(statement.SETTINGS, b"vrps: 24", b"vrps: 1"), "findings: "),
]


@pytest.mark.parametrize(("found", "says"), [row[1:] for row in ALTERED], ids=[row[0] for row in ALTERED])
def test_an_altered_document_decides_otherwise(found: Members, says: str) -> None:
    assert any(line.startswith(says) for line in reject(found))


def test_the_command_says_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(pack(ALTERED[0][1]))
    assert main(["evidence", "verify", str(path)]) == 0  # each byte is what its digest says; they lead elsewhere
    assert main(["evidence", "replay", str(path)]) == 6
    assert "prefixes[0]" in capsys.readouterr().err


def with_result(edit: Callable[[dict[str, Any]], Any]) -> Members:
    told = json.loads(INTACT["statement.json"])
    edit(told["predicate"])
    return sealed({**INTACT, "statement.json": json.dumps(told).encode()})


def test_any_other_value_in_the_result_is_a_difference() -> None:
    result = json.loads(INTACT["statement.json"])["predicate"]
    stored = read(INTACT)
    now = finish(replay(stored)).result.to_json()
    for path in places(result):
        if path[:1] in {("tool",), ()}:
            continue
        told = put(json.dumps(result).encode(), path, "\u2713")
        assert list(compare.differences(told, now)), path


@pytest.mark.parametrize("name", ["report.html", "ticket.md", "loa-draft.md"])
def test_altered_papers_are_differences(name: str) -> None:
    assert reject(sealed({**INTACT, name: INTACT[name] + b"\n"})) == (f"{name}: not what follows from the result",)
    without = {other: content for other, content in INTACT.items() if other not in {name, MANIFEST}}
    assert reject(sealed(without)) == (f"{name}: not what follows from the result",)


def test_what_somebody_lays_beside_is_none() -> None:
    assert replayed(sealed({**INTACT, "letter.pdf": b"%PDF"})).differences == ()


def test_another_version_is_told_and_is_no_difference() -> None:
    found = with_result(lambda result: result["tool"].update(version="0.0.7", commit="abc"))
    done = replayed(sealed({**found, "report.html": b"<p>as 0.0.7 wrote it"}))
    assert (done.version, done.differences) == ("0.0.7", ())
    other = replayed(with_result(lambda result: result.update(tool={"version": "0.0.7"}, verdict="manual-validation")))
    assert other.version == "0.0.7"
    assert other.differences == ('verdict: "manual-validation" then, "configured" now',)


def with_replies(edit: Callable[[list[Any]], Any]) -> Members:
    listing = json.loads(INTACT["documents.json"])
    edit(listing["replies"])
    return sealed({**INTACT, "documents.json": json.dumps(listing).encode()})


def test_a_reply_that_was_taken_out() -> None:
    found = with_replies(lambda rows: rows.remove(next(row for row in rows if row["source"] == "irr/LEVEL3")))
    assert any("no reply" in line for line in reject(found))


def test_a_reply_that_was_put_in() -> None:
    row = {"source": "irr/MORE", "subjects": ["193.0.0.0/21"], "gap": {"source": "irr/MORE", "reason": "missing", "detail": ""}}
    assert reject(with_replies(lambda rows: rows.append(row))) == ("irr/MORE 193.0.0.0/21: answered then, not asked now",)


UNREADABLE: list[tuple[str, bytes, str]] = [
    (statement.SETTINGS, b"{", "sources.yaml:1: "),
    (statement.SETTINGS, b"registries: {}\n", "sources.yaml"),
    (statement.POLICY, b"name: a\n", "microsoft-peering.yaml"),
    (statement.POLICY, b"name: a\nextends: strict\n", "strict: is empty"),
    (statement.POLICY, b"\xff", "microsoft-peering.yaml:1: is not UTF-8"),
    ("irr/RIPE", b"{}", "not a readable extract"),
    ("irr/RIPE", INTACT[f"documents/{digest_of(INTACT, 'irr/RIPE')}"].replace(b'"rpsl"', b'"xml"'), "'xml' is no format of records"),
    ("vrps", INTACT[f"documents/{digest_of(INTACT, 'vrps')}"].replace(b"193.0.0.0/21", b"193.0.0.1/21"), "vrps.json:"),
]


@pytest.mark.parametrize(("source", "content", "says"), UNREADABLE)
def test_what_can_not_be_decided_again(source: str, content: bytes, says: str) -> None:
    found = altered(INTACT, digest_of(INTACT, source), content)
    with pytest.raises(IntegrityError) as caught:
        replayed(found)
    assert str(caught.value).startswith("can't be decided again: ")
    assert says in str(caught.value)


def test_a_registry_that_the_settings_do_not_know() -> None:
    found = change(statement.CASE, b'"registry": "RIPENCC"', b'"registry": "RIPE"')
    with pytest.raises(IntegrityError, match=r"sources.yaml: names registries that the settings do not know: {'RIPE'}"):
        replayed(found)


def test_planned_objects_that_are_none() -> None:
    found = change(statement.CASE, b'"assumed": []', b'"assumed": [\n  [\n   "a",\n   "b"\n  ]\n ]')
    with pytest.raises(IntegrityError, match="a:1: not an RPSL file"):
        replayed(found)


OTHERS: list[Any] = [None, True, -1, 4, 65000, "x", "RADB", [], {}]


@pytest.mark.parametrize("source", [statement.CASE, "irr/RIPE", "vrps"])
def test_whatever_a_document_says_it_is_decided_or_refused(source: str) -> None:
    digest = digest_of(INTACT, source)
    content = INTACT[f"documents/{digest}"]
    for number, path in enumerate(places(json.loads(content))):
        value = put(content, path, OTHERS[number % len(OTHERS)])
        other = (json.dumps(value, sort_keys=True, indent=1) + "\n").encode()
        if other == content:
            continue
        try:
            done = replayed(altered(INTACT, digest, other))
        except IntegrityError:
            continue
        assert done.result.to_json()["verdict"]


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_replayer_gives_what_was_given() -> None:
    request, other = Request("a", "b"), Request("a", "c")
    gap = Gap("a", GapReason.TIMEOUT, "")
    assert finish(Replayer({request: gap}).fetch([request, other])) == {request: gap}


def test_strictly_old_answers_are_gaps_and_the_bundle_keeps_them() -> None:
    stored = read(INTACT)
    late = stored.case.now.replace(year=2027)
    case = type(stored.case)(stored.case.peering, late, strict=True, irr=stored.case.irr)
    done = finish(run(case, Replayer(stored.replies), configs.policy("microsoft-peering"), configs.settings()))
    stale = {gap.source for gap in done.result.gaps if gap.reason is GapReason.STALE}
    assert stale == {"vrps", *(f"delegated/{name}" for name in configs.settings().rirs)}
    assert done.replies == stored.replies
