"""Keys that sign bundles, for the tests: made once a run; and their PEM."""

from __future__ import annotations

from functools import cache
from typing import Any

from certificates import key as rsa_key
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import ed25519

PEM = forms.Encoding.PEM


@cache
def ed25519_key(name: str = "mine") -> Any:  # noqa: ANN401 (a key of the library)
    """An Ed25519 key, always the same for a name."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))


def keys() -> dict[str, Any]:
    return {"ed25519": ed25519_key(), "rsa": rsa_key()}


def private_pem(key: Any, passphrase: bytes | None = None) -> bytes:  # noqa: ANN401 (as above)
    how = forms.BestAvailableEncryption(passphrase) if passphrase else forms.NoEncryption()
    return bytes(key.private_bytes(PEM, forms.PrivateFormat.PKCS8, how))


def public_pem(key: Any) -> bytes:  # noqa: ANN401 (as above)
    return bytes(key.public_key().public_bytes(PEM, forms.PublicFormat.SubjectPublicKeyInfo))
