"""Fact *signature*: does what was submitted for a prefix verify with a certificate that its registry record publishes? Pure.

Rule: it fails closed. Whatever is doubtful about the message, the signature or a certificate is a fault, and ``verified`` is what has
none; the clock is the verdict's ``now``, and who can verify an RSA signature is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.errors import FormatError
from bgpcheck.facts.names import named, unread
from bgpcheck.facts.validation_id import decode, parse_id
from bgpcheck.model import asplain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from bgpcheck.facts.validation_id import ValidationId
    from bgpcheck.model import Certificate, Prefix, Signed

    Verifier = Callable[[bytes, bytes, bytes], bool]  # (a certificate's DER, message, signature) → whether its key made it

LEAST_BITS = 2048  # SIG-2: the page makes 4096, the sample signature is of 2048
# What people sign in the place of the message itself, so that a signature over it can be told apart.
SLIPS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("with a newline at its end", lambda message: message + b"\n"),
    ("with a carriage return and newline at its end", lambda message: message + b"\r\n"),
    ("with a byte order mark in front", lambda message: b"\xef\xbb\xbf" + message),
    ("with a byte order mark in front and a newline at its end", lambda message: b"\xef\xbb\xbf" + message + b"\n"),
    ("as UTF-16", lambda message: message.decode().encode("utf-16-le")),
    ("as UTF-16 with a byte order mark in front", lambda message: b"\xff\xfe" + message.decode().encode("utf-16-le")),
)


class SignatureState(StrEnum):
    """Values of the fact (verdicts.md); ``none`` where nothing was submitted, or where what is published is not known."""

    VERIFIED = "verified"
    CERTIFICATE_MISSING = "certificate-missing"
    ENCODING_INVALID = "encoding-invalid"
    SIGNATURE_INVALID = "signature-invalid"
    NONE = "none"


class Expected(NamedTuple):
    """An Azure state that would follow (ST-10), and on what that rests: ``api`` or ``inferred``."""

    state: str
    basis: str


CONFIGURED = Expected("Configured", "inferred")
MISSING = Expected("CertificateMissingInRoutingRegistry", "api")
ENCODING = Expected("InvalidSignatureEncoding", "api")
SIGNATURE = Expected("SignatureVerificationFailed", "api")
ASN = Expected("AsnValidationFailed", "inferred")
OTHER = Expected("ValidationFailed", "inferred")  # no page says what follows of dates, other ranges, or keys


class Fault(NamedTuple):
    """Something that keeps a signature from counting, and what Azure would make of it."""

    expected: Expected
    message: str


class Question(NamedTuple):
    """For whom a signature should be. ``asns``: AS numbers that the claim may use; ``service_key``: empty where it is not known."""

    prefix: Prefix
    asns: tuple[int, ...]
    service_key: str = ""


class Published(NamedTuple):
    """A certificate of a registry record that covers the prefix; None where one stands there that can't be read. ``where``: that record."""

    certificate: Certificate | None
    where: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One published certificate, and everything that keeps it from counting. ``warnings``: what is only to be known."""

    published: Published
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Order: those that can be read first, of these those whose key made the signature, then those with the fewest faults."""
        return self.published.certificate is None, any(one.expected is SIGNATURE for one in self.faults), len(self.faults)


@dataclass(frozen=True)
class SignatureFact:
    """What was submitted and what is published for it, the likeliest certificate first.

    ``candidates`` is None where no record answered that would show a certificate; ``faults``: of validation id and signature themselves.
    ``complete``: no other record could publish one, so that what does not verify is known not to.
    """

    faults: tuple[Fault, ...]
    candidates: tuple[Candidate, ...] | None
    complete: bool = True

    @property
    def is_known(self) -> bool:
        """Tell whether the fact has one value: what is submitted is wrong in itself, or what is published is known."""
        return self.value is not SignatureState.NONE

    @cached_property
    def value(self) -> SignatureState:
        """The fact's value; ``none`` where it is not known."""
        if self.faults:
            wrong = self.faults[0].expected is ENCODING
            return SignatureState.ENCODING_INVALID if wrong else SignatureState.SIGNATURE_INVALID
        if self.candidates and not self.candidates[0].faults:
            return SignatureState.VERIFIED
        if self.candidates is None or not self.complete:
            return SignatureState.NONE
        readable = any(one.published.certificate for one in self.candidates)
        return SignatureState.SIGNATURE_INVALID if readable else SignatureState.CERTIFICATE_MISSING

    @property
    def expected(self) -> Expected | None:
        """The Azure state that would follow, and on what that rests; None where it is not known."""
        if not self.is_known:
            return None
        if self.value is SignatureState.CERTIFICATE_MISSING:
            return MISSING
        return self.why[0].expected if self.why else CONFIGURED

    @property
    def why(self) -> tuple[Fault, ...]:
        """What decides: faults of what was submitted, else those of the likeliest certificate, the weightiest first."""
        if self.faults:
            return self.faults
        if self.candidates == () and self.complete:
            return (Fault(MISSING, "no registry record that covers the prefix publishes a certificate"),)
        return self.candidates[0].faults if self.candidates else ()


def judge(question: Question, given: Signed, published: Iterable[Published] | None, now: datetime, verifies: Verifier) -> SignatureFact:
    """Judge what was submitted; ``published`` is None where no record answered that would show a certificate."""
    try:
        signed = decode(given.signature)
        about = parse_id(given.validation_id)
    except FormatError as error:
        return SignatureFact((Fault(ENCODING if error.field == "signature" else SIGNATURE, f"{error.field}: {error.message}"),), None)
    faults = tuple(_of_another(about, question))
    if faults or published is None:
        return SignatureFact(faults, None)
    found = [_candidate(about, signed, one, now, verifies) for one in published]
    return SignatureFact((), tuple(sorted(found, key=lambda one: one.rank)))


def _of_another(about: ValidationId, question: Question) -> Iterator[Fault]:
    """Hold a validation id against the claim: Microsoft makes it, so one of another prefix, ASN or circuit is not what it verifies."""
    if about.prefix != question.prefix:
        yield Fault(SIGNATURE, f"the validation id is of {about.prefix}, not of {question.prefix}")
    if about.asn not in question.asns:
        yield Fault(SIGNATURE, f"the validation id is of {asplain(about.asn)}, not of {' or '.join(map(asplain, question.asns))}")
    if question.service_key and about.service_key.lower() != question.service_key.lower():
        yield Fault(SIGNATURE, "the validation id is of another circuit's service key")


def _candidate(about: ValidationId, signed: bytes, one: Published, now: datetime, verifies: Verifier) -> Candidate:
    """Judge by one certificate."""
    if one.certificate is None:
        return Candidate(one, (Fault(MISSING, "a certificate begins there that can't be read"),))
    message, made = str(about).encode(), one.certificate
    faults = list[Fault]()
    if not verifies(made.der, message, signed):
        slip = next((what for what, slipped in SLIPS if verifies(made.der, slipped(message), signed)), "")
        told = f"the message was signed {slip}: sign its exact bytes" if slip else "the signature was not made by this certificate's key"
        faults.append(Fault(SIGNATURE, told))
    warnings, others = _by_names(made, about)
    return Candidate(one, (*faults, *others, *_of_itself(made, now)), warnings)


def _by_names(made: Certificate, about: ValidationId) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    """Hold the names in a certificate against the message (SIG-2): what names another must not count; what names none is a warning."""
    ranges, asns = named(made)
    faults, warnings = list[Fault](), list[str]()
    if doubtful := unread(made):
        words = ", ".join(f"{word[:40]!r}" for word in doubtful[:4])
        faults.append(Fault(OTHER, f"the certificate names {words}, which can't be read as an AS number or a range of addresses"))
    if asns and not any(one.holds(about.asn) for one in asns):
        words = ", ".join(asplain(one.first) if one.first == one.last else f"AS{one.first}-AS{one.last}" for one in asns[:4])
        faults.append(Fault(ASN, f"the certificate names {words}, not {asplain(about.asn)}"))
    if ranges and not any(one.covers(about.prefix) for one in ranges):
        faults.append(Fault(OTHER, f"the certificate names {', '.join(map(str, ranges[:4]))}, which does not hold {about.prefix}"))
    if not asns:
        warnings.append("the certificate names no AS number that can be recognised; where it is to stand is not documented (SIG-2)")
    if not ranges:
        warnings.append("the certificate names no address range that can be recognised; where it is to stand is not documented (SIG-2)")
    return tuple(warnings), tuple(faults)


def _of_itself(made: Certificate, now: datetime) -> Iterator[Fault]:
    """Judge key, dates and self-signature."""
    if not made.key_bits:
        yield Fault(OTHER, "the certificate's key is not an RSA key (SIG-2)")
    elif made.key_bits < LEAST_BITS:
        yield Fault(OTHER, f"the certificate's key has {made.key_bits} bits: {LEAST_BITS} or more are wanted (SIG-2)")
    if now < made.not_before:
        yield Fault(OTHER, f"the certificate is not valid before {made.not_before:%Y-%m-%dT%H:%M:%SZ}")
    if now > made.not_after:
        yield Fault(OTHER, f"the certificate expired at {made.not_after:%Y-%m-%dT%H:%M:%SZ}")
    if not made.self_signed:
        yield Fault(OTHER, "the certificate is not signed by its own key; a self-signed one is asked for (SIG-2)")
