"""Keys that sign bundles: Ed25519 and RSA, from PEM; their names and their signatures, as DSSE's libraries know them. Pure.

Rule: the same key signs the same bytes alike, always: Ed25519 (RFC 8032), or RSA PKCS #1 v1.5 with SHA-256 (RFC 8017 s8.2). PSS is not
used, since it draws a new salt for every signature. Nothing of a private key is in any message.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats import not_a_key
from bgpcheck.formats.x509 import LEAST_BITS, MOST_BITS, library, private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    PrivateKey = Ed25519PrivateKey | RSAPrivateKey
    PublicKey = Ed25519PublicKey | RSAPublicKey

# Names of securesystemslib, from which its key ids are made.
ED25519, RSA = "ed25519", "rsa"
RSA_SCHEME = "rsa-pkcs1v15-sha256"
CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
MAKE = "openssl genpkey -algorithm ed25519 -out key.pem"
_BLOCK = re.compile(rb"-----BEGIN [^-]+-----(?:[^-]*\n\r?\n)?([^-]+)-----END ")
_ANY_RSA, _PSS_ALONE = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("01", "0a"))  # RFC 8017 sA.1, RFC 4055 s1.2
WANTED = "a bundle is signed with an Ed25519 or RSA key"


def load_private(data: bytes, passphrase: bytes | None) -> PrivateKey:
    """Read an Ed25519 key, or an RSA key of 2048 to 8192 bits, from PEM; ``FormatError`` where it is none."""
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: PLC0415 (loaded when something is done)

    key: PrivateKey = private_key(data, passphrase, MAKE)
    if isinstance(key, rsa.RSAPrivateKey):
        _fit(data, key.key_size)
    elif not isinstance(key, ed25519.Ed25519PrivateKey):
        raise FormatError(f"the key is of another kind: {WANTED} ({MAKE})")
    return key


def load_public(data: bytes) -> PublicKey:
    """Read a public key, or the first certificate's, from PEM; ``FormatError`` where there is none, or a weak or another one."""
    from cryptography import x509  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: PLC0415 (as above)

    if not_a_key.is_private(data):
        raise FormatError(not_a_key.public(data))
    try:
        with library("the public key"):
            key = x509.load_pem_x509_certificate(data).public_key() if CERTIFICATE in data else serialization.load_pem_public_key(data)
    except FormatError:  # what the library says helps its users, not ours
        raise FormatError(not_a_key.public(data)) from None
    if isinstance(key, rsa.RSAPublicKey):
        _fit(data, key.key_size)
    elif not isinstance(key, ed25519.Ed25519PublicKey):
        raise FormatError(f"the key is of another kind: {WANTED}")
    return key


def _fit(data: bytes, bits: int) -> None:
    """Refuse RSA keys that are weak, or would take a machine's time, or whose PEM says that they are for RSASSA-PSS alone.

    The library does not tell the latter apart; one that is protected by a passphrase does not say it in its PEM.
    """
    with library("the key"):
        held = b"".join(map(binascii.a2b_base64, _BLOCK.findall(data)))
    if _PSS_ALONE in held and _ANY_RSA not in held:
        raise FormatError(f"the key is for RSASSA-PSS alone: {WANTED} for any scheme ({MAKE})")
    if not LEAST_BITS <= bits <= MOST_BITS:
        raise FormatError(f"the RSA key has {bits} bits: {LEAST_BITS} to {MOST_BITS} are wanted")


def sign(key: PrivateKey, message: bytes) -> bytes:
    """Sign exactly these bytes; equal bytes give equal signatures (see above)."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 (as above)

    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(message)


def verifies(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Tell whether the private half of ``key`` made ``signature`` over ``message``, in the one scheme that a key of its kind has here."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 (as above)

    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def key_id(key: PublicKey) -> str:
    """Name a public key as securesystemslib does for its type and scheme: SHA-256 over the key in OLPC's canonical JSON.

    Other libraries of DSSE take any text for a key id; this one is wanted by securesystemslib, whose ``from_crypto`` computes it.
    """
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 (as above)

    kind, scheme, text = (RSA, RSA_SCHEME, _pem(key)) if isinstance(key, rsa.RSAPublicKey) else (ED25519, ED25519, _raw(key).hex())
    value = {"keytype": kind, "keyval": {"public": text}, "scheme": scheme}
    written = json.dumps(value, sort_keys=True, separators=(",", ":")).replace("\\n", "\n")  # which that form does not escape
    return hashlib.sha256(written.encode()).hexdigest()


def fingerprint(key: PublicKey) -> str:
    """Give the SHA-256 of a public key's DER, which anybody can compute: ``openssl pkey -pubin -in pub.pem -outform DER | sha256sum``."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (as above)

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def kind(key: PublicKey) -> str:
    """Say what kind of key it is."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 (as above)

    return f"RSA key of {key.key_size} bits" if isinstance(key, rsa.RSAPublicKey) else "Ed25519 key"


def _pem(key: Any) -> str:  # noqa: ANN401 (a key of the library)
    """Write a public key as PEM."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (as above)

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(serialization.Encoding.PEM, form)).decode()


def _raw(key: Any) -> bytes:  # noqa: ANN401 (as above)
    """Give the 32 bytes of an Ed25519 key."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (as above)

    return bytes(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
