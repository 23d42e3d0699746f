"""Redacted copies as a user meets them: made, verified, shown; neither replayed nor signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundles import NOW, PREFLIGHT, ROOT, sealed
from program import Ran
from searching import holding
from signers import ed25519_key, private_pem, public_pem

from bgpcheck.cli import main
from bgpcheck.evidence import bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Asking = Callable[..., Ran]

CONTACT, GUID = "Bob Planted <bob@mail.example>", "7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"
KEPT = "the signature covers the original's manifest, so the members as they were are those that were signed"


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asking:
    """Run in a folder with keys, a signed bundle with a contact, one that is not signed, and one of a circuit."""
    monkeypatch.chdir(tmp_path)

    def asked(*words: str) -> Ran:
        status = main(list(words))
        told = capsys.readouterr()
        return Ran(status, told.out, told.err)

    for name, data in {"key.pem": private_pem(ed25519_key()), "pub.pem": public_pem(ed25519_key())}.items():
        Path(name).write_bytes(data)
        Path(name).chmod(0o600)
    Path("other.pem").write_bytes(public_pem(ed25519_key("another")))
    text = (PREFLIGHT / "ready.yaml").read_text().replace("../../fixtures", str(ROOT / "fixtures"))
    text = text.replace("  peerAsn", f"  serviceKey: {GUID}\n  peerAsn", 1)
    Path("p.yaml").write_text(f'{text}organisation: {{name: Kept GmbH, contact: "{CONTACT}"}}\n')
    data = ("--registry-data", str(ROOT / "fixtures" / "registry"), "--now", NOW)
    signing = ("--sign-key", "key.pem")
    asked("check", "p.yaml", "--now", NOW, "--evidence", "signed.zip", *signing)
    asked("check", "p.yaml", "--now", NOW, "--evidence", "plain.zip")
    asked("check", "--circuit", str(ROOT / "fixtures" / "circuits" / "er-ams.json"), *data, "--evidence", "circuit.zip", *signing)
    return asked


def copy(ask: Asking, name: str) -> Ran:
    return ask("evidence", "show", name, "--redact", "--output", "copy.zip")


def test_a_copy_of_a_signed_bundle(ask: Asking) -> None:
    before = Path("signed.zip").read_bytes()
    made = copy(ask, "signed.zip")
    assert (made.status, made.stdout) == (0, "")
    assert made.stderr.startswith("bgpcheck: copy.zip: redacted copy of the bundle with manifest sha256 ")
    assert " redacted, 0 left out; the digests of what was taken out stay in it: whoever guesses a text right can" in made.stderr
    assert Path("signed.zip").read_bytes() == before
    first = Path("copy.zip").read_bytes()
    copy(ask, "signed.zip")
    assert Path("copy.zip").read_bytes() == first
    held = bundle.unpack(first)
    for secret in (CONTACT, "bob@mail.example", GUID):
        assert holding(held, secret) == []
    told = ask("evidence", "verify", "copy.zip")
    assert (told.status, told.stderr) == (0, "")
    assert "redacted: ticket.md (contact 1x, service key 1x); nothing proves what stands in it now\n" in told.stdout
    assert ", not verified: give --key\ntime of signing 2026-11-02T00:00:00Z, claimed by the signer, not proven\n" in told.stdout
    told = ask("evidence", "verify", "copy.zip", "--key", "pub.pem")
    assert told.status == 0
    assert told.stdout.startswith("copy.zip: nothing proves what stands in documents/")  # before anything that something proves
    assert "\nsigned by" not in told.stdout
    assert "\nits original was signed by the Ed25519 key with key id " in told.stdout
    assert told.stdout.endswith(f"\n{KEPT}\n")
    told = ask("evidence", "verify", "copy.zip", "--key", "other.pem")
    assert (told.status, told.stdout) == (6, "")
    assert "intact, but not signed by the key of other.pem" in told.stderr


def test_a_copy_of_an_unsigned_bundle_says_what_to_compare(ask: Asking) -> None:
    copy(ask, "plain.zip")
    told = ask("evidence", "verify", "copy.zip")
    assert told.status == 0
    assert told.stdout.endswith(
        "\nno signature covers the original's manifest here: compare its digest with that of the original (sha256sum MANIFEST.sha256)\n"
    )
    assert ask("evidence", "verify", "copy.zip", "--key", "pub.pem").status == 6


def test_a_copy_whose_statement_was_redacted(ask: Asking) -> None:
    copy(ask, "circuit.zip")
    told = ask("evidence", "verify", "copy.zip")
    assert told.status == 0
    assert "\nleft out: statement.dsse.json: holds statement.json as it was\n" in told.stdout
    assert "\nits original was signed, but the statement was redacted: the signature can be checked on the original only\n" in told.stdout
    told = ask("evidence", "verify", "copy.zip", "--key", "pub.pem")
    assert (told.status, told.stdout) == (6, "")
    assert "the signature can't be checked here, only on the original" in told.stderr


def test_show(ask: Asking) -> None:
    copy(ask, "circuit.zip")
    told = ask("evidence", "show", "copy.zip")
    assert (told.status, told.stderr) == (0, "")
    first = told.stdout.partition("\n")[0]
    assert first.startswith("copy.zip: nothing proves what stands in documents/")
    assert ", statement.json, ticket.md: redacted, so whoever made the copy could have written anything there" in first
    assert "\nredaction\n  redacted copy of the bundle with manifest sha256 " in told.stdout
    assert "  redacted: statement.json (Azure id " in told.stdout


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("replay", "copy.zip"), 2, "copy.zip: is a redacted copy, which lacks part of what was decided on: replay the original"),
        (("sign", "copy.zip", "--key", "key.pem"), 2, "copy.zip: is a redacted copy: sign the original, then make the copy"),
        (
            ("show", "copy.zip", "--redact", "--output", "x.zip"),
            2,
            "copy.zip: is a redacted copy already: make another one",
        ),
        (("show", "signed.zip", "--redact"), 2, "evidence show --redact --output COPY.zip makes a copy to share: give both"),
        (("show", "signed.zip", "--output", "x.zip"), 2, "evidence show --redact --output COPY.zip makes a copy to share: give both"),
        (("show", "signed.zip", "--redact", "--output", "signed.zip"), 2, "--output signed.zip: would overwrite signed.zip"),
        (("verify", "signed.zip", "--redact"), 2, "--redact is for evidence show, not for verify"),
        (("verify", "torn.zip"), 6, "torn.zip: documents.json is not as it was in the original, and redaction.json does not say so"),
        (("replay", "torn.zip"), 6, "torn.zip: documents.json is not as it was"),
        (("verify", "naked.zip"), 6, "naked.zip: documents/"),
        (("verify", "naked.zip", "--key", "pub.pem"), 6, "naked.zip: documents/"),
        (("show", "empty.zip"), 6, "empty.zip: its statement or its list of documents is not there to read"),
        (("show", "foreign.zip", "--redact", "--output", "x.zip"), 6, "foreign.zip: statement.dsse.json: other members than"),
    ],
)
def test_what_can_not_be(words: Sequence[str], status: int, says: str, ask: Asking) -> None:
    copy(ask, "signed.zip")
    whole = bundle.unpack(Path("copy.zip").read_bytes())
    original = bundle.unpack(Path("signed.zip").read_bytes())
    rows = bundle.listed(whole["MANIFEST.original.sha256"]) or {}
    body, gone = json.loads(whole["redaction.json"]), ("statement.json", "statement.dsse.json")
    body["leftOut"] += [{"member": name, "sha256": rows[name], "taken": {}} for name in gone]
    made = {
        "torn.zip": {**whole, "documents.json": b"!"},
        "naked.zip": {name: content for name, content in whole.items() if name not in {"redaction.json", "MANIFEST.original.sha256"}},
        "empty.zip": {**whole, "redaction.json": json.dumps(body).encode()},
        "foreign.zip": {**original, "report.html": b"!"},
    }
    made["empty.zip"] = {name: content for name, content in made["empty.zip"].items() if name not in gone}
    for name, found in made.items():
        Path(name).write_bytes(bundle.pack({one: content for one, content in sealed(found).items() if one != bundle.MANIFEST}))
    ran = ask("evidence", *words)
    assert (ran.status, ran.stdout) == (status, "")
    assert says in ran.stderr
    assert not Path("x.zip").exists()
