"""Signatures of bundles as a user meets them: check, lab's and watch's options, evidence sign, verify and show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundles import EVENTS, Members, checked, members, sealed
from certificates import ec_key, usual
from certificates import key as rsa_key
from program import NOW, ROOT, Ran, run
from signers import ed25519_key, private_pem, public_pem

from bgpcheck.cli import main
from bgpcheck.evidence import bundle, dsse, signing
from bgpcheck.formats import certificate, keypair
from bgpcheck.render import signing as words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Asking = Callable[..., Ran]

ASKED = ("--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry-data", str(ROOT / "fixtures" / "registry"), "--now", NOW)
ID = keypair.key_id(ed25519_key().public_key())
PRINT = keypair.fingerprint(ed25519_key().public_key())
NAME = "statement.dsse.json"
PLAIN = members(checked(prefixes=["193.0.0.0/21"], peer_asn=3333))


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asking:
    """Run in a folder that holds keys and a bundle."""
    monkeypatch.chdir(tmp_path)
    files = {
        "key.pem": private_pem(ed25519_key()),
        "pub.pem": public_pem(ed25519_key()),
        "other.pem": private_pem(ed25519_key("another")),
        "other-pub.pem": public_pem(ed25519_key("another")),
        "rsa.pem": private_pem(rsa_key()),
        "cert.pem": certificate.pem(usual()),
        "locked.pem": private_pem(ed25519_key(), b"open sesame"),
        "weak.pem": private_pem(rsa_key("weak", 1024)),
        "weak-pub.pem": public_pem(rsa_key("weak", 1024)),
        "ec.pem": private_pem(ec_key()),
        "e.zip": bundle.pack(PLAIN),
    }
    for name, data in files.items():
        Path(name).write_bytes(data)
        Path(name).chmod(0o600)

    def asked(*words: str) -> Ran:
        status = main(list(words))
        told = capsys.readouterr()
        return Ran(status, told.out, told.err)

    return asked


def test_check_signs(ask: Asking) -> None:
    for name in ("a.zip", "b.zip"):
        assert ask("check", *ASKED, "--evidence", name, "--sign-key", "key.pem").status == 0
    assert Path("a.zip").read_bytes() == Path("b.zip").read_bytes()
    count = len(PLAIN) + 1
    assert ask("evidence", "verify", "a.zip") == Ran(
        0,
        f"a.zip: intact, {count} members\nsigned by key id {ID}, not verified: give --key\n"
        "time of signing 2026-11-02T00:00:00Z, claimed by the signer, not proven\n",
        "",
    )
    assert ask("evidence", "verify", "a.zip", "--key", "pub.pem") == Ran(
        0,
        f"a.zip: intact, {count} members\nsigned by the Ed25519 key with key id {ID}, fingerprint sha256:{PRINT}\n"
        "time of signing 2026-11-02T00:00:00Z, claimed by the signer, not proven\n",
        "",
    )
    assert ask("evidence", "verify", "a.zip", "--key", "other-pub.pem").status == 6
    shown = ask("evidence", "show", "a.zip")
    assert f"\nsignature\n  signed by key id {ID}, not verified: give --key\n  time of signing 2026-11-02" in shown.stdout
    assert ask("evidence", "replay", "a.zip").status == 0


def test_watch_signs(ask: Asking) -> None:
    del ask  # its folder
    events = (EVENTS / "v5-consolidate.jsonl").read_bytes()
    ran = run("watch", *ASKED, "--evidence", "w.zip", "--sign-key", "key.pem", given=events, cwd=Path.cwd())
    assert "evidence written to w.zip" in ran.stderr
    made = bundle.unpack(Path("w.zip").read_bytes())
    found = signing.read(made)
    assert found is not None
    assert dsse.verified(found.envelope, ed25519_key().public_key())


def test_signed_afterwards(ask: Asking) -> None:
    before = Path("e.zip").read_bytes()
    signed = ask("evidence", "sign", "e.zip", "--key", "rsa.pem", "--now", "2026-11-05T00:00:00+01:00", "--output", "s.zip")
    assert (signed.status, signed.stdout) == (0, "")
    assert signed.stderr == f"bgpcheck: s.zip: signed by {words.names(rsa_key().public_key())}\n"
    assert Path("e.zip").read_bytes() == before
    verified = ask("evidence", "verify", "s.zip", "--key", "cert.pem")
    assert verified.status == 0
    assert f"signed by the RSA key of 2048 bits with {words.names(rsa_key().public_key())}\n" in verified.stdout
    assert "time of signing 2026-11-04T23:00:00Z, claimed by the signer, not proven" in verified.stdout


def test_an_older_signature_stays_unless_told(ask: Asking) -> None:
    assert ask("evidence", "sign", "e.zip", "--key", "key.pem").status == 0
    once = Path("e.zip").read_bytes()
    again = ask("evidence", "sign", "e.zip", "--key", "other.pem")
    assert (again.status, again.stderr) == (
        2,
        "bgpcheck: e.zip: is signed already: add --replace to put another signature in its place\n",
    )
    assert Path("e.zip").read_bytes() == once
    assert "in the place of the signature that was there" in ask("evidence", "sign", "e.zip", "--key", "other.pem", "--replace").stderr
    assert [ask("evidence", "verify", "e.zip", "--key", name).status for name in ("pub.pem", "other-pub.pem")] == [6, 0]


def test_a_protected_key_wants_its_passphrase(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("evidence", "sign", "e.zip", "--key", "locked.pem").status == 2
    monkeypatch.setenv("PHRASE", "open sesame")
    told = ask("evidence", "sign", "e.zip", "--key", "locked.pem", "--passphrase-variable", "PHRASE")
    assert told.status == 0
    told = ask("check", *ASKED, "--evidence", "c.zip", "--sign-key", "locked.pem", "--passphrase-variable", "PHRASE")
    assert told.status == 0
    for name in ("e.zip", "c.zip"):
        assert ask("evidence", "verify", name, "--key", "pub.pem").status == 0
        held = b"".join(bundle.unpack(Path(name).read_bytes()).values())
        assert b"PRIVATE" not in held
        assert b"sesame" not in held


def test_a_key_that_others_may_read_is_told(ask: Asking) -> None:
    Path("key.pem").chmod(0o644)
    assert "key.pem: others on this machine may read it: chmod 600 it" in ask("evidence", "sign", "e.zip", "--key", "key.pem").stderr


def signed(**more: bytes) -> Members:
    made = signing.sign(PLAIN, ed25519_key(), signing.plain.moment(NOW))
    return sealed({**made, **more})


def with_signatures(*change: dict[str, str]) -> Members:
    """More signatures in the envelope than that of the key."""
    body = json.loads(signed()[NAME])
    return sealed({**signed(), NAME: json.dumps({**body, "signatures": [*change, *body["signatures"]]}).encode()})


BROKEN = sealed({**signed(), NAME: signed()[NAME].replace(b'"sig": "', b'"sig": "AAAA')})


@pytest.mark.parametrize(
    ("made", "words", "status", "says"),
    [
        (PLAIN, ("--key", "pub.pem"), 6, "bgpcheck: e.zip: intact, but not signed at all: pub.pem has nothing to verify\n"),
        (signed(), ("--key", "other-pub.pem"), 6, "intact, but not signed by the key of other-pub.pem (key id "),
        (signed(), ("--key", "other-pub.pem"), 6, f"({words.names(ed25519_key('another').public_key())}): its signature is by"),
        (signed(), ("--key", "other-pub.pem"), 6, f"): its signature is by key id {ID}, as it says\n"),
        (BROKEN, ("--key", "pub.pem"), 6, "intact, but not signed by the key of pub.pem"),
        (BROKEN, (), 0, f"signed by key id {ID}, not verified: give --key"),
        (signed(**{NAME: b"{}"}), (), 6, f"e.zip: {NAME}: payloadType: missing\n"),
        (signed(**{NAME: b"{}"}), ("--key", "pub.pem"), 6, f"e.zip: {NAME}: payloadType: missing\n"),
        (signed(**{"ticket.md": b"!"}), (), 6, "other members than the statement are not those that were there when it was signed"),
        (with_signatures({"sig": "AAAA"}), ("--key", "pub.pem"), 0, "another signature, by a key that it does not name: not verified\n"),
        (with_signatures({"keyid": "\x1b[31m", "sig": "AAAA"}), ("--key", "pub.pem"), 0, "by key id \\x1b[31m: not verified\n"),
        (with_signatures({"keyid": ID, "sig": "AAAA"}), ("--key", "pub.pem"), 0, f"by key id {ID}: not verified\n"),
        (signed(), ("--key", "key.pem"), 2, "key.pem: is a private key, which is for signing alone: verify with its public half (openssl"),
        (signed(), ("--key", "weak-pub.pem"), 2, "weak-pub.pem: the RSA key has 1024 bits: 2048 to 8192 are wanted"),
        (signed(), ("--key", "e.zip"), 2, "e.zip: "),
        (signed(), ("--key", "none.pem"), 2, "none.pem"),
    ],
)
def test_verify(made: Members, words: Sequence[str], status: int, says: str, ask: Asking) -> None:
    Path("e.zip").write_bytes(bundle.pack({name: content for name, content in made.items() if name != bundle.MANIFEST}))
    ran = ask("evidence", "verify", "e.zip", *words)
    assert ran.status == status
    assert says in (ran.stdout if status == 0 else ran.stderr)
    assert "\x1b" not in ran.stdout + ran.stderr
    assert (ran.stdout if status else ran.stderr) == ""
    assert ask("evidence", "show", "e.zip").status == (6 if f"{NAME}: payload" in says or "other members" in says else 0)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("sign", "e.zip"), 2, "evidence sign needs --key KEY.pem, the private key"),
        (("sign", "e.zip", "--key", ""), 2, "--key is empty (a shell variable that is not set?)"),
        (("sign", "e.zip", "--key", "pub.pem"), 2, "pub.pem: is no private key in PEM"),
        (("sign", "e.zip", "--key", "weak.pem"), 2, "weak.pem: the RSA key has 1024 bits"),
        (("sign", "e.zip", "--key", "ec.pem"), 2, "ec.pem: the key is of another kind"),
        (("sign", "e.zip", "--key", "key.pem", "--now", "soon"), 2, "--now: 'soon' is not a time"),
        (("sign", "e.zip", "--key", "key.pem", "--output", "key.pem"), 2, "--output key.pem: would overwrite key.pem"),
        (("sign", "e.zip", "--key", "key.pem", "--output", "none/s.zip"), 2, "there is no folder none"),
        (("sign", "damaged.zip", "--key", "key.pem"), 6, "damaged.zip: ticket.md was changed"),
        (("verify", "e.zip", "--replace"), 2, "--replace is for evidence sign, not for verify"),
        (("replay", "e.zip", "--key", "pub.pem"), 2, "--key is for evidence verify or sign, not for replay"),
        (("check", *ASKED, "--sign-key", "key.pem"), 2, "--sign-key signs the evidence bundle: add --evidence FILE.zip"),
        (("check", *ASKED, "--passphrase-variable", "X"), 2, "--passphrase-variable is about the key of --sign-key"),
        (("check", *ASKED, "--evidence", "n.zip", "--sign-key", "pub.pem"), 2, "pub.pem: is no private key in PEM"),
        (("check", *ASKED, "--evidence", "key.pem", "--sign-key", "key.pem"), 2, "--evidence key.pem: would overwrite key.pem"),
        (("watch", *ASKED, "--evidence", "key.pem", "--sign-key", "key.pem"), 2, "--evidence key.pem: would overwrite key.pem"),
        (("watch", *ASKED, "--evidence", "n.zip", "--sign-key", "weak.pem"), 2, "weak.pem: the RSA key has 1024 bits"),
        (("lab", *ASKED, "--neighbor", "192.0.2.1", "--sign-key", "key.pem"), 2, "--sign-key signs the evidence bundle"),
    ],
)
def test_wrong_use(words: Sequence[str], status: int, says: str, ask: Asking) -> None:
    damaged = {**PLAIN, "ticket.md": b"!" + PLAIN["ticket.md"][1:]}
    assert len(damaged["ticket.md"]) == len(PLAIN["ticket.md"])
    Path("damaged.zip").write_bytes(bundle.pack(PLAIN).replace(PLAIN["ticket.md"], damaged["ticket.md"]))
    before = Path("key.pem").read_bytes()
    ran = ask(*(words if words[0] in {"check", "watch", "lab"} else ("evidence", *words)))
    assert (ran.status, ran.stdout) == (status, "")
    assert says in ran.stderr or status == 6
    assert ran.stderr.startswith("bgpcheck: ")
    assert "Traceback" not in ran.stderr
    assert Path("key.pem").read_bytes() == before
    assert not Path("n.zip").exists()
