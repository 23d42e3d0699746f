"""From registry records to the certificates that they publish, and to the fact *signature* of a claim. Pure.

Rule: only records that cover the prefix count, and that a record shows no remarks is not taken for their absence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.facts.signature import Published, Question, SignatureState, judge
from bgpcheck.formats import certificate, x509

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bgpcheck.claim import Claim
    from bgpcheck.facts.signature import SignatureFact
    from bgpcheck.model import Certificate, Registration

# What a fact that is not known may be: no policy tells apart the ways not to verify.
OPEN = (str(SignatureState.VERIFIED), str(SignatureState.CERTIFICATE_MISSING))


def signature_of(claim: Claim, records: Sequence[Registration], now: datetime | None, *, complete: bool) -> SignatureFact | None:
    """Judge what was submitted for a claim by the ``records`` that cover its prefix; None where nothing was, or there is no ``now``.

    ``complete``: they reach up to the direct allocation. Where they do not, or one of them shows no remarks, the certificate may stand
    where nobody has looked. Where the circuit's service key is not known, nobody can say that the signature is of this circuit (SIG-1).
    """
    if claim.signed is None or not claim.signed.signature or now is None:
        return None
    question = Question(claim.prefix, claim.asns, claim.service_key)
    heard = published(records) if claim.service_key else None
    fact = judge(question, claim.signed, heard, now, x509.verifies)
    return replace(fact, complete=complete and all(one.certificates is not None for one in records))


def published(records: Iterable[Registration]) -> tuple[Published, ...] | None:
    """Give the certificates in records, each where it stands first; None where no record shows remarks."""
    showing = [(one, one.certificates) for one in records if one.certificates is not None]
    if not showing:
        return None
    found: dict[bytes, Published] = {}
    for record, certificates in showing:
        where = f"{record.registry or 'registry'} {record.handle or record.resource}"
        for der in certificates:
            found.setdefault(der, Published(readable(der), where))
        if not certificates and certificate.begins(record.remarks):
            found.setdefault(where.encode(), Published(None, where))
    return tuple(found.values())


def readable(der: bytes) -> Certificate | None:
    """Read a certificate; None where it can't be."""
    try:
        return x509.read(der)
    except FormatError:
        return None


def values(fact: SignatureFact | None) -> tuple[str, ...]:
    """Give the values that the fact may have; one where it is known, ``none`` where nothing was submitted."""
    if fact is None:
        return (str(SignatureState.NONE),)
    return (str(fact.value),) if fact.is_known else OPEN
