"""What a bundle's signature says, and what it does not, in words. Pure.

Rule: a key id and a time are what the signer wrote; only a key that was given proves anything, and it proves no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.evidence import dsse
from bgpcheck.formats import keypair
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.evidence.dsse import Signature
    from bgpcheck.evidence.signing import Signing
    from bgpcheck.formats.keypair import PublicKey


def unverified(signing: Signing) -> Iterator[str]:
    """Say whose a signature says that it is, where no key was given to hold it against."""
    for one in signing.envelope.signatures:
        yield f"signed by {_whose(one)}, not verified: give --key"
    yield _time(signing)


def fault(signing: Signing | None, key: PublicKey, name: str) -> str:
    """Say why a bundle is not signed by a key; empty where it is. ``name``: of the key's file."""
    if signing is None:
        return f"intact, but not signed at all: {name} has nothing to verify"
    if dsse.verified(signing.envelope, key):
        return ""
    named = " and ".join(map(_whose, signing.envelope.signatures))
    return f"intact, but not signed by the key of {name} ({names(key)}): its signature is by {named}, as it says"


def verified(signing: Signing, key: PublicKey) -> Iterator[str]:
    """Say who signed, where ``fault`` finds none, and which signatures say nothing."""
    yield f"signed by the {keypair.kind(key)} with {names(key)}"
    yield _time(signing)
    made = dsse.verified(signing.envelope, key)
    for one in signing.envelope.signatures:
        if one not in made:
            yield f"another signature, by {_whose(one)}: not verified"


def names(key: PublicKey) -> str:
    """Give both names that a public key has: what an envelope calls it, and what anybody computes with openssl."""
    return f"key id {keypair.key_id(key)}, fingerprint sha256:{keypair.fingerprint(key)}"


def _whose(one: Signature) -> str:
    """Say whose a signature says that it is."""
    return f"key id {one.key_id}" if one.key_id else "a key that it does not name"


def _time(signing: Signing) -> str:
    """Say when."""
    return f"time of signing {utc(signing.at)}, claimed by the signer, not proven"
