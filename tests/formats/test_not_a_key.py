from __future__ import annotations

import pytest
from certificates import key, usual
from cryptography.hazmat.primitives import serialization as forms
from signers import ed25519_key, private_pem, public_pem

from bgpcheck.formats import certificate, keypair, not_a_key

MAKE = "make a key"
RSA, MINE = key(), ed25519_key()
SSH, PLAIN = forms.PrivateFormat.OpenSSH, forms.NoEncryption()
SSH_KEY, SSH_RSA_KEY = (one.private_bytes(forms.Encoding.PEM, SSH, PLAIN) for one in (MINE, RSA))
SSH_PUBLIC, SSH_RSA = (one.public_key().public_bytes(forms.Encoding.OpenSSH, forms.PublicFormat.OpenSSH) for one in (MINE, RSA))
TURN = "or turn a copy of an RSA key (cp FILE key.pem && ssh-keygen -p -m PKCS8 -f key.pem)"
ASK = f"ask the signer for pub.pem ({not_a_key.PUBLIC_HALF})"
HALF = "which can't sign: give its private half"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SSH_KEY, f", but one of OpenSSH: make another ({MAKE}), {TURN}"),
        (SSH_RSA_KEY, f", but one of OpenSSH: make another ({MAKE}), {TURN}"),
        (public_pem(MINE), f", but a public key, {HALF}"),
        (b"Key: mine\n" + public_pem(RSA), f", but a public key, {HALF}"),
        (SSH_PUBLIC, f", but a public key, {HALF}"),
        (SSH_RSA, f", but a public key, {HALF}"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", f", but a public key, {HALF}"),
        (certificate.pem(usual()), f", but a certificate, {HALF}"),
        (b"", f": make one ({MAKE})"),
        (b"PK\x03\x04", f": make one ({MAKE})"),
        (private_pem(MINE)[:60], f": make one ({MAKE})"),
        (b"it says ssh-rsa somewhere", f": make one ({MAKE})"),
    ],
)
def test_no_private_key(data: bytes, says: str) -> None:
    assert not_a_key.private(data, MAKE) == f"is no private key in PEM{says}"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (private_pem(MINE, b"secret"), ", or its passphrase is another one"),
        (public_pem(MINE), f", but a public key, {HALF}"),
        (b"", f": make one ({MAKE})"),
    ],
)
def test_no_private_key_though_a_passphrase_is_given(data: bytes, says: str) -> None:
    assert not_a_key.private(data, MAKE, opened=True) == f"is no private key in PEM{says}"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SSH_RSA, "is an OpenSSH key, PEM is wanted: ssh-keygen -e -m PKCS8 -f FILE > pub.pem"),
        (SSH_PUBLIC, f"is an OpenSSH key, which signs no bundle: {ASK}"),
        (b"ecdsa-sha2-nistp256 AAAA", f"is an OpenSSH key, which signs no bundle: {ASK}"),
        (SSH_KEY, f"is an OpenSSH key, which signs no bundle: {ASK}"),
        (private_pem(MINE), f"is a private key, which is for signing alone: verify with its public half ({not_a_key.PUBLIC_HALF})"),
        (b"", f"holds no public key or certificate in PEM that can be read: {ASK}"),
        (b"PK\x03\x04", f"holds no public key or certificate in PEM that can be read: {ASK}"),
        (
            b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            f"holds no public key or certificate in PEM that can be read: {ASK}",
        ),
    ],
)
def test_no_public_key(data: bytes, says: str) -> None:
    assert not_a_key.public(data) == says


@pytest.mark.parametrize("data", [SSH_KEY, SSH_RSA_KEY, SSH_PUBLIC, SSH_RSA, b""])
def test_these_are_what_the_readers_refuse(data: bytes) -> None:
    for read, says in ((keypair.load_public, not_a_key.public(data)), (lambda one: keypair.load_private(one, None), None)):
        with pytest.raises(keypair.FormatError) as told:
            read(data)
        assert str(told.value) == (says or not_a_key.private(data, keypair.MAKE))
        assert "cryptography" not in str(told.value)
