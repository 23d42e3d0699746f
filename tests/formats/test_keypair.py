from __future__ import annotations

import base64
import hashlib
import re

import pytest
from certificates import ec_key, key, usual
from signers import ed25519_key, keys, private_pem, public_pem

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate, keypair

KINDS = ("ed25519", "rsa")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_key_signs_its_public_half_verifies(kind: str) -> None:
    private = keypair.load_private(private_pem(keys()[kind]), None)
    public = keypair.load_public(public_pem(keys()[kind]))
    made = keypair.sign(private, b"message")
    assert made == keypair.sign(private, b"message")  # the same bytes alike
    assert keypair.verifies(public, b"message", made)
    assert not keypair.verifies(public, b"message!", made)
    assert not keypair.verifies(public, b"message", made[:-1] + bytes([made[-1] ^ 1]))
    assert not keypair.verifies(public, b"message", b"")
    other = {"ed25519": ed25519_key("another"), "rsa": key("another")}[kind]
    assert not keypair.verifies(keypair.load_public(public_pem(other)), b"message", made)


def test_a_certificate_stands_for_its_key() -> None:
    public = keypair.load_public(b"Subject: mine\n" + certificate.pem(usual()))
    assert keypair.key_id(public) == keypair.key_id(keypair.load_public(public_pem(key())))


def for_pss(data: bytes) -> bytes:
    """A key in PEM as one that is for RSASSA-PSS alone says it: with that algorithm's name (RFC 4055 s1.2)."""
    kind = re.findall(rb"-----BEGIN ([A-Z ]+)-----", data)[0].decode()
    der = base64.b64decode(b"".join(data.splitlines()[1:-1]))
    plain, pss = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("01", "0a"))
    assert plain in der
    body = der[4:].replace(b"\x30\x0d" + plain + b"\x05\x00", b"\x30\x0b" + pss)  # the algorithm has no parameters then
    der = b"\x30\x82" + len(body).to_bytes(2) + body
    return f"-----BEGIN {kind}-----\n{base64.encodebytes(der).decode()}-----END {kind}-----\n".encode()


def test_keys_for_pss_alone() -> None:
    """The library reads them as any RSA key; who made one wants no signature of PKCS #1 v1.5 by it."""
    with pytest.raises(FormatError, match="the key is for RSASSA-PSS alone: a bundle is signed with an Ed25519 or RSA key"):
        keypair.load_private(for_pss(private_pem(key())), None)
    with pytest.raises(FormatError, match="the key is for RSASSA-PSS alone"):
        keypair.load_public(for_pss(public_pem(key())))


def test_names_of_keys() -> None:
    public = ed25519_key().public_key()
    raw = public.public_bytes_raw()
    assert keypair.fingerprint(public) == hashlib.sha256(bytes.fromhex("302a300506032b6570032100") + raw).hexdigest()  # RFC 8410 s10.1
    canonical = f'{{"keytype":"ed25519","keyval":{{"public":"{raw.hex()}"}},"scheme":"ed25519"}}'
    assert keypair.key_id(public) == hashlib.sha256(canonical.encode()).hexdigest()
    assert [keypair.kind(one.public_key()) for one in keys().values()] == ["Ed25519 key", "RSA key of 2048 bits"]


X448_OF_32_BYTES = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VvBCIEIG1pbmTuLi4uLi4uLi4uLi4uLi4uLi4uLi4uLi4u\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("data", "passphrase", "says"),
    [
        (b"", None, r"is no private key in PEM: make one \(openssl genpkey -algorithm ed25519 -out key.pem\)$"),
        (public_pem(key()), None, "is no private key in PEM, but a public key, which can't sign: give its private half$"),
        (private_pem(ed25519_key(), b"secret"), None, "the key is protected: name the environment variable"),
        (private_pem(ed25519_key(), b"secret"), b"other", "or its passphrase is another one"),
        (private_pem(ed25519_key()), b"secret", "the key has no passphrase"),
        (private_pem(ec_key()), None, "the key is of another kind"),
        (X448_OF_32_BYTES, None, "is no private key in PEM"),
        (private_pem(key("weak", 1024)), None, "the RSA key has 1024 bits: 2048 to 8192 are wanted"),
    ],
)
def test_no_key_to_sign_with(data: bytes, passphrase: bytes | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as told:
        keypair.load_private(data, passphrase)
    for line in data.decode().splitlines()[1:-1]:
        assert line not in str(told.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", r"holds no public key or certificate in PEM that can be read: ask the signer for pub.pem \(openssl pkey -in key.pem -pubout"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "holds no public key or certificate in PEM that can be read"),
        (private_pem(ed25519_key()), "is a private key, which is for signing alone"),
        (private_pem(ed25519_key(), b"secret"), "is a private key, which is for signing alone"),
        (public_pem(ec_key()), "the key is of another kind"),
        (public_pem(key("weak", 1024)), "the RSA key has 1024 bits: 2048 to 8192 are wanted"),
    ],
)
def test_no_key_to_verify_with(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        keypair.load_public(data)


def test_a_protected_key_is_read_with_its_passphrase() -> None:
    found = keypair.load_private(private_pem(ed25519_key(), b"secret"), b"secret")
    assert keypair.key_id(found.public_key()) == keypair.key_id(ed25519_key().public_key())
