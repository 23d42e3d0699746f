"""DSSE envelopes (Dead Simple Signing Envelope, v1): bytes, what they are, and signatures over both. Pure.

Read strictly, since an envelope comes from anybody: sizes have limits, a JSON key comes once, and Base64 is the standard alphabet with
padding, written the one way there is. Members that the format does not name are not looked at, as it demands.
Rule: a key id is a hint by whoever wrote it; what counts is which signature a given key verifies.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import keypair
from bgpcheck.formats.json_fields import Fields, decode
from bgpcheck.formats.json_text import laid_out

if TYPE_CHECKING:
    from bgpcheck.formats.keypair import PrivateKey, PublicKey

LONGEST = 128 << 20  # bytes of an envelope
MOST_SIGNATURES = 16
LONGEST_SIGNATURE = 4096  # characters in Base64: an RSA key of 8192 bits makes 1368
LONGEST_ID = 256  # characters of a key id
LONGEST_TYPE = 256  # characters of a payload type
NO_TEXT = ("", None)  # an empty key id says as much as none


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; ``key_id``: whose it says that it is, empty where it does not."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and at least one signature."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that are signed (DSSE protocol, PAE): type and payload, each with its length in bytes before it."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, key: PrivateKey) -> Envelope:
    """Sign a payload; equal payloads and keys give equal envelopes."""
    made = Signature(keypair.key_id(key.public_key()), keypair.sign(key, pae(payload_type, payload)))
    return Envelope(payload, payload_type, (made,))


def verified(envelope: Envelope, key: PublicKey) -> tuple[Signature, ...]:
    """Give the signatures that a key made, whatever key ids they name; none where it made none."""
    message = pae(envelope.payload_type, envelope.payload)
    return tuple(one for one in envelope.signatures if keypair.verifies(key, message, one.value))


def encode(envelope: Envelope) -> bytes:
    """Write an envelope the one way there is."""
    signatures = [{"keyid": one.key_id, "sig": _base64(one.value)} for one in envelope.signatures]
    body = {"payload": _base64(envelope.payload), "payloadType": envelope.payload_type, "signatures": signatures}
    return (laid_out(body) + "\n").encode()


def read(data: bytes) -> Envelope:
    """Read an envelope from anybody; ``FormatError`` with the field where it is none."""
    if len(data) > LONGEST:
        raise FormatError(f"more than {LONGEST} bytes")
    try:
        top = Fields.of(decode(data.decode()), "")
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8") from error
    payload_type = top.text("payloadType", LONGEST_TYPE)
    rows = top.items("signatures")
    if not 1 <= len(rows) <= MOST_SIGNATURES:
        raise FormatError(f"must hold 1 to {MOST_SIGNATURES} signatures, not {len(rows)}", field="signatures")
    found = tuple(_signature(Fields.of(row, f"signatures[{number}]")) for number, row in enumerate(rows))
    return Envelope(_bytes(top, "payload", LONGEST), payload_type, found)


def _signature(one: Fields) -> Signature:
    """Read a signature; its key id may be missing."""
    key_id = "" if one.values.get("keyid") in NO_TEXT else one.text("keyid", LONGEST_ID)
    return Signature(key_id, _bytes(one, "sig", LONGEST_SIGNATURE))


def _bytes(one: Fields, key: str, most: int) -> bytes:
    """Read Base64 that is written the one way there is."""
    text = one.text(key, most)
    if len(text) > most:
        raise FormatError(f"longer than {most} characters", field=one.name(key))
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"not Base64: {error}", field=one.name(key)) from error
    if not found or _base64(found) != text:
        raise FormatError("not Base64 as it is written: padding, or bits that mean nothing", field=one.name(key))
    return found


def _base64(data: bytes) -> str:
    """Write Base64 (RFC 4648 s4)."""
    return base64.b64encode(data).decode()
