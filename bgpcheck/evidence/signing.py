"""A bundle's signature: its statement in a DSSE envelope, beside it in the zip. Pure: the time is given.

What is signed is ``statement.json`` with one more member of its predicate, ``signing``: when, as the signer claims, and the SHA-256 of
the manifest as it stood before. The statement names the case and every document; the manifest every member, so that what the statement
does not speak of (whom an answer came from and when, the papers) is signed as well: ``grep -v ' statement.dsse.json$'
MANIFEST.sha256 | sha256sum`` gives its digest. Everything unsigned stays byte by byte as it was.
Rule: a signature that does not belong to the members beside it is damage, whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError, IntegrityError
from bgpcheck.evidence import dsse, plain
from bgpcheck.evidence.bundle import MANIFEST, manifest
from bgpcheck.evidence.document import digest
from bgpcheck.evidence.plain import just
from bgpcheck.evidence.statement import SIGNED, STATEMENT, encode
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bgpcheck.evidence.dsse import Envelope
    from bgpcheck.formats.keypair import PrivateKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"  # in-toto attestation framework, Envelope v1
BASIS = "claimed by the signer's own clock, not proven"


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature that belongs to the members beside it, by nobody knows whom yet. ``at``: when it was made, as the signer claims."""

    envelope: Envelope
    at: datetime


def sign(members: Mapping[str, bytes], key: PrivateKey, at: datetime) -> dict[str, bytes]:
    """Give a bundle's members with a signature made at ``at`` in the place of an older one, and without the manifest, which is to be anew.

    Equal members, key and time give equal bytes. ``IntegrityError`` where the statement is not as bgpcheck writes it.
    """
    found = {name: content for name, content in members.items() if name not in {SIGNED, MANIFEST}}
    signing = {"claimedAt": utc(at), "basis": BASIS, "manifest": {"sha256": digest(manifest(found))}}
    payload = _with(found[STATEMENT], signing)
    return {**found, SIGNED: dsse.encode(dsse.sign(payload, PAYLOAD_TYPE, key))}


def _with(statement: bytes, signing: Mapping[str, Any]) -> bytes:
    """Put ``signing`` into a statement's predicate; ``IntegrityError`` where that could not be taken out again to the same bytes."""
    try:
        body = plain.load(statement)
        predicate = just(dict, body["predicate"])
        if "signing" not in predicate and encode(body) == statement:
            return encode({**body, "predicate": {**predicate, "signing": signing}})
    except plain.FAULTS as error:
        raise IntegrityError(f"{STATEMENT}: {error}") from error
    raise IntegrityError(f"{STATEMENT} is not as bgpcheck writes it, so it can't be signed")


def read(members: Mapping[str, bytes]) -> Signing | None:
    """Read the signature of a whole bundle; None where it has none, ``IntegrityError`` where it is another bundle's."""
    if SIGNED not in members:
        return None
    unsigned = {name: content for name, content in members.items() if name != SIGNED}
    return of(members[SIGNED], digest(members[STATEMENT]), manifest(unsigned))


def of(envelope: bytes, statement: str, listed: bytes) -> Signing:
    """Read an envelope of the statement with a SHA-256 and of the manifest ``listed``, which does not list the envelope itself.

    ``IntegrityError`` where it is no envelope, or one of something else.
    """
    try:
        found = dsse.read(envelope)
        if found.payload_type != PAYLOAD_TYPE:
            raise IntegrityError(f"{SIGNED}: its payload is {found.payload_type[:60]!r}, where {PAYLOAD_TYPE} is wanted")
        payload = plain.load(found.payload)
        signing = just(dict, just(dict, payload["predicate"]).pop("signing"))
        at = plain.moment(signing["claimedAt"])
        covered, unsigned = just(str, just(dict, signing["manifest"])["sha256"]), digest(encode(payload))
    except FormatError as error:
        raise IntegrityError(f"{SIGNED}: {error}") from error
    except plain.FAULTS as error:
        raise IntegrityError(f"{SIGNED}: its payload is no signed statement: {type(error).__name__} {error}") from error
    if unsigned != statement:
        raise IntegrityError(f"{SIGNED}: what it signs is not the statement of this bundle")
    if covered != digest(listed):
        raise IntegrityError(f"{SIGNED}: other members than the statement are not those that were there when it was signed")
    return Signing(found, at)


def without_row(listed: bytes) -> bytes:
    """Give a manifest without the row of the signature: as it stood before it was signed."""
    return b"".join(row for row in listed.splitlines(keepends=True) if not row.endswith(f"  {SIGNED}\n".encode()))
