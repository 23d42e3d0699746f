"""What bgpcheck signs, verified by others' programs; what others sign, verified by bgpcheck.

securesystemslib (its DSSE envelope and its keys) and in-toto (its envelope) verify signatures; in-toto-attestation reads and validates
the statement; openssl, with a shell to write DSSE's PAE, verifies with nothing of Python's at all.
"""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from bundles import checked, members, sealed
from certificates import key as rsa_key
from google.protobuf import json_format
from in_toto.exceptions import SignatureVerificationError
from in_toto.models.metadata import Metadata
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as Message
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey
from signers import ed25519_key, keys, public_pem

from bgpcheck.evidence import dsse, signing
from bgpcheck.formats import keypair

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 5, 12, tzinfo=UTC)
SCHEMES = {"ed25519": "ed25519", "rsa": "rsa-pkcs1v15-sha256"}
OTHERS = {"ed25519": ed25519_key("another"), "rsa": rsa_key("another")}
PLAIN = members(checked(prefixes=["193.0.0.0/21"], peer_asn=3333))
KINDS = pytest.mark.parametrize("kind", SCHEMES)
# The same without Python: the envelope has a line for each member.
SHELL = r"""
type=$(sed -n 's/^"payloadType": "\(.*\)",$/\1/p' statement.dsse.json)
sed -n 's/^"payload": "\(.*\)",$/\1/p' statement.dsse.json | base64 -d > payload
sed -n 's/^ .*"sig": "\([^"]*\)".*$/\1/p' statement.dsse.json | base64 -d > signature
{ printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c < payload)"; cat payload; } > signed
openssl pkeyutl -verify -rawin DIGEST -pubin -inkey pub.pem -in signed -sigfile signature
"""


def envelope(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(signing.sign(PLAIN, keys()[kind], AT)["statement.dsse.json"])
    return found


@KINDS
def test_securesystemslib_verifies(kind: str) -> None:
    theirs, mine = (SSlibKey.from_crypto(one[kind].public_key(), scheme=SCHEMES[kind]) for one in (OTHERS, keys()))
    found = Envelope.from_dict(envelope(kind))
    assert mine.keyid == keypair.key_id(keys()[kind].public_key())
    assert found.verify([theirs, mine], 1) == {mine.keyid: mine}
    with pytest.raises(VerificationError):
        found.verify([theirs], 1)
    found.payload += b" "
    with pytest.raises(VerificationError):
        found.verify([mine], 1)


@KINDS
def test_in_toto_verifies(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "statement.dsse.json"
    path.write_text(json.dumps(envelope(kind)))
    mine, theirs = (SSlibKey.from_crypto(one[kind].public_key(), scheme=SCHEMES[kind]) for one in (keys(), OTHERS))
    Metadata.load(str(path)).verify_signature({"keyid": mine.keyid, **mine.to_dict()})
    with pytest.raises(SignatureVerificationError):
        Metadata.load(str(path)).verify_signature({"keyid": theirs.keyid, **theirs.to_dict()})


@KINDS
def test_in_toto_attestation_reads_both_statements(kind: str) -> None:
    for text in (PLAIN["statement.json"], Envelope.from_dict(envelope(kind)).payload):
        found = Statement.copy_from_pb(json_format.Parse(text, Message()))
        found.validate()
        assert found.pb.subject[0].name == "claim"
        assert found.pb.predicate["verdict"] == json.loads(text)["predicate"]["verdict"]


@KINDS
def test_bgpcheck_verifies_what_securesystemslib_signs(kind: str) -> None:
    ours = dsse.read(signing.sign(PLAIN, OTHERS[kind], AT)["statement.dsse.json"])
    theirs = Envelope(ours.payload, ours.payload_type, {})
    public = SSlibKey.from_crypto(keys()[kind].public_key(), scheme=SCHEMES[kind])
    theirs.sign(CryptoSigner(keys()[kind], public))
    made = signing.read(sealed({**PLAIN, "statement.dsse.json": json.dumps(theirs.to_dict()).encode()}))
    assert made is not None
    assert made.at == AT
    assert dsse.verified(made.envelope, keys()[kind].public_key())
    assert not dsse.verified(made.envelope, OTHERS[kind].public_key())


@KINDS
def test_openssl_and_a_shell_verify(kind: str, tmp_path: Path) -> None:
    made = signing.sign(PLAIN, keys()[kind], AT)
    (tmp_path / "statement.dsse.json").write_bytes(made["statement.dsse.json"])
    script = SHELL.replace("DIGEST", "-digest sha256" if kind == "rsa" else "")
    for key, status in ((keys()[kind], 0), (OTHERS[kind], 1)):
        (tmp_path / "pub.pem").write_bytes(public_pem(key))
        done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
    assert (tmp_path / "payload").read_bytes() == dsse.read(made["statement.dsse.json"]).payload


def test_the_manifest_that_was_signed_is_found_with_grep(tmp_path: Path) -> None:
    made = sealed(signing.sign(PLAIN, ed25519_key(), AT))
    (tmp_path / "MANIFEST.sha256").write_bytes(made["MANIFEST.sha256"])
    script = "grep -v ' statement.dsse.json$' MANIFEST.sha256 | sha256sum | cut -d ' ' -f 1"
    done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    body = json.loads(dsse.read(made["statement.dsse.json"]).payload)
    assert body["predicate"]["signing"]["manifest"]["sha256"] == done.stdout.strip()
