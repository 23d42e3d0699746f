"""Targets of evidence: bundles and their members, signatures, envelopes, copies, keys, certificates, ids.

Rule: whoever changes a byte must not be believed more than before: what verifies is what was signed.
"""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

from bundles import sealed
from certificates import ID, made, usual
from certificates import key as rsa_key
from fuzz.stored import KEY, copy, members
from fuzz.target import answer, same
from signers import private_pem, public_pem

from bgpcheck import case as cases
from bgpcheck.errors import FormatError, IntegrityError
from bgpcheck.evidence import bundle, dsse, past, redact, redacted, spelling, statement
from bgpcheck.evidence.bundle import MANIFEST
from bgpcheck.facts import validation_id
from bgpcheck.formats import certificate, keypair, not_a_key, rfc3779, x509
from bgpcheck.model import Prefix

SIGNED, LIST, ORIGINAL = statement.SIGNED, redact.LIST, redact.ORIGINAL
NOW = "2026-11-02T00:00:00Z"


# ── zips ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def zipped(data: bytes) -> None:
    """A bundle: what is unpacked is what Python's own reader sees, and packed again it is intact."""
    found = bundle.unpack(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        same({name: archive.read(name) for name in found}, found, "members, and what others see")
    again = {name: content for name, content in found.items() if name != MANIFEST}
    same(list(bundle.damage(bundle.unpack(bundle.pack(again)))), [], "damage of what was packed")
    if not list(bundle.damage(found)):
        same(bundle.manifest(found), found[MANIFEST], "the manifest of a bundle without damage")


def manifest(data: bytes) -> None:
    """A manifest: only the very one of the members is without damage."""
    found = {"a.txt": b"a", "b.txt": b"b"}
    bundle.listed(data)
    if not list(bundle.damage({**found, MANIFEST: data})):
        same(data, bundle.manifest(found), "a manifest without damage")


def copied(data: bytes) -> None:
    """A redacted copy with another list, manifest or envelope: damage, or all that was kept is as it was."""
    names = [name for name in (LIST, ORIGINAL, SIGNED) if name in copy()]
    name = names[data[0] % len(names)] if data else names[0]
    found = redacted.read(sealed({**copy(), name: data[1:]}))
    if found.signature and dsse.verified(found.signature.envelope, KEY.public_key()):
        same(found.original, redacted.read(copy()).original, "the original of a copy whose signature verifies")


def copy_seeds() -> list[bytes]:
    """Give the members that make a copy, each with its number."""
    return [bytes([number]) + copy()[name] for number, name in enumerate(one for one in (LIST, ORIGINAL, SIGNED) if one in copy())]


def envelope(data: bytes) -> None:
    """An envelope: written again it is the same, and what a key verifies is what that key signed."""
    found = dsse.read(data)
    same(dsse.read(dsse.encode(found)), found, "an envelope written again")
    if dsse.verified(found, KEY.public_key()):
        signed = {(one.payload_type, one.payload) for one in map(dsse.read, envelope_seeds())}
        assert (found.payload_type, found.payload) in signed, "a payload that nobody signed"


@cache
def envelope_seeds() -> list[bytes]:
    """Give envelopes of two keys."""
    keys: tuple[Any, ...] = (KEY, rsa_key())
    return [dsse.encode(dsse.sign(b'{"a": 1}', "application/vnd.in-toto+json", key)) for key in keys] + [members()[SIGNED]]


def history(data: bytes) -> None:
    """A history: what is read is written again to the same bytes."""
    same(past.document(past.read(data)).content, data, "a history written again")


def case(data: bytes) -> None:
    """A case: what is read is written again to the same bytes."""
    same(cases.decode(data).encode(), data, "a case written again")


# ── keys, certificates, ids ─────────────────────────────────────────────────────────────────────────────────────────────────


def private_key(data: bytes) -> None:
    """A private key: one that signs what its public half verifies; no error repeats what stands in it."""
    found, error = _loaded(data)
    if error:
        words = (row[:24].decode("latin-1") for row in data.split() if len(row) >= 24 and row.isalnum())
        assert not any(word in str(error) for word in words)
        raise error
    assert keypair.verifies(found.public_key(), b"m", keypair.sign(found, b"m"))


def _loaded(data: bytes) -> tuple[Any, FormatError | None]:
    try:
        return keypair.load_private(data, b"secret" if b"ENCRYPTED" in data else None), None
    except FormatError as error:
        return None, error


def public_key(data: bytes) -> None:
    """A public key or a certificate's: it has a name and a fingerprint."""
    for opened in (False, True):
        not_a_key.private(data, "make", opened=opened)
    found = keypair.load_public(data)
    assert len(keypair.key_id(found)) == len(keypair.fingerprint(found)) == 64
    assert keypair.kind(found)


def key_seeds() -> list[bytes]:
    """Give private keys in PEM."""
    return [private_pem(KEY), private_pem(rsa_key()), private_pem(KEY, b"secret")]


def public_seeds() -> list[bytes]:
    """Give public keys and a certificate in PEM."""
    return [public_pem(KEY), public_pem(rsa_key()), certificate.pem(usual()), b"ssh-rsa AAAA\n", private_pem(KEY)]


def der(data: bytes) -> None:
    """A certificate: one that was changed is not its own issuer's any more, and no key verifies what it did not sign."""
    found = x509.read(data)
    if data not in certificate_seeds():
        assert not found.self_signed, "a changed certificate whose own signature holds"
    assert found.not_before.tzinfo is not None
    assert not x509.verifies(data, b"nobody signed this", bytes(256))


@cache
def certificate_seeds() -> tuple[bytes, ...]:
    """Give certificates as they are made here, and with odd names."""
    return usual(), usual(owner="next"), made(["a", "b"]), made(extensions=[(rfc3779.ASNS, rfc3779.encode_asn(1))])


def certificate_text(data: bytes) -> None:
    """Remarks with a certificate somewhere: what is found stands there, letter by letter."""
    lines = data.decode("utf-8", "replace").splitlines()
    found = certificate.find(lines)
    certificate.begins(lines)
    for one in found:
        same(certificate.find([certificate.one_line(one)]), (one,), "a certificate on a line of its own")
        same(certificate.find(certificate.pem(one).decode().splitlines()), (one,), "a certificate as PEM")
    same(x509.load(data), (data,) if data[:2] == b"\x30\x82" else found, "certificates of a file")


def resources(data: bytes) -> None:
    """Extensions of RFC 3779: of prefixes that were written, the same ones are read."""
    for read in (rfc3779.addresses, rfc3779.asns):
        found = answer(lambda read=read: read(data))
        for one in () if found is FormatError else found:
            assert one.first <= one.last


def resource_seeds() -> list[bytes]:
    """Give extensions."""
    prefixes = [Prefix.parse(one) for one in ("193.0.0.0/21", "10.0.0.0/8", "2001:67c:2e8::/48", "0.0.0.0/0")]
    return [rfc3779.encode_addresses(prefixes), rfc3779.encode_asn(3333), rfc3779.encode_asn((1 << 32) - 1)]


def signed_id(data: bytes) -> None:
    """A validation id: not a character of it is forgiven."""
    text = data.decode("utf-8", "replace")
    same(str(validation_id.parse_id(text)), text, "a validation id spelled again")


def signature(data: bytes) -> None:
    """A signature as it is submitted: Base64 that is written the one way there is."""
    found = validation_id.decode(data.decode("utf-8", "replace"))
    assert not x509.verifies(usual(), ID.encode(), found) or data in signature_seeds()


@cache
def signature_seeds() -> tuple[bytes, ...]:
    """Give the signature of the one id."""
    return (x509.sign(rsa_key(), ID.encode()).encode(),)


def secret_in_text(data: bytes) -> None:
    """A secret in a text: what is to be taken out is found where it stands as it is, on the first line and the rest of the input."""
    first, _, rest = data.decode("utf-8", "replace").partition("\n")
    secret = first.strip()[:60]
    if not secret or not spelling.tells(secret):
        return
    found = spelling.pattern(secret)
    assert found.search(f"<{secret}>"), "a secret that is not found as it is"
    assert found.search(json.dumps(f"<{secret}>")), "a secret that is not found in JSON"
    out, _ = spelling.coded(rest, lambda part: "(x)" if found.search(part) else "")
    assert isinstance(out, str)


ERRORS = (FormatError, IntegrityError)
