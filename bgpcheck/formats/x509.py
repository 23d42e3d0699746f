"""X.509 certificates and RSA keys: the one module that knows the ``cryptography`` package, which is loaded when something is done.

Pure but for ``new_key`` and ``self_signed``, which draw on the library's randomness; only the command line calls these two.
Rule: what the library can't read or verify is a ``FormatError`` or False, never a crash and never a yes.
"""

from __future__ import annotations

import base64
import warnings
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate, not_a_key, rfc3779
from bgpcheck.model import Certificate, asplain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bgpcheck.model import AddressRange, AsnRange, Prefix

MOST_TEXTS, LONGEST_TEXT = 64, 200  # names of a certificate that are looked at, characters of each
LEAST_BITS, MOST_BITS = 2048, 8192  # of an RSA key (SIG-2: 2048 and 4096 are both seen)
EXPONENT = 65537
LONGEST_NAME = 64  # characters: RFC 5280 appendix A.1, ub-common-name and ub-organization-name
MAKE = "bgpcheck sign keygen"  # what makes a key that prefixes are signed with
MOST_PREFIXES = 16  # of a certificate that is made here


@contextmanager
def library(what: str, done: str = "read") -> Iterator[None]:
    """Turn what the library raises on others' bytes into a ``FormatError``, and keep what it would say about them to itself."""
    from cryptography import exceptions, x509  # noqa: PLC0415 (loaded when something is done)

    of_library = (exceptions.InvalidSignature, exceptions.UnsupportedAlgorithm, exceptions.InternalError)
    of_certificates = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
    faults = (ValueError, TypeError, LookupError, OverflowError, *of_library, *of_certificates)  # older versions look tags up
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except faults as error:
            raise FormatError(f"{what} can't be {done}: {str(error)[:200] or type(error).__name__}") from error


# ── certificates ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def read(data: bytes) -> Certificate:
    """Read a certificate's DER; ``FormatError`` where it is none, or where a name or extension of it can't be read."""
    from cryptography import x509  # noqa: PLC0415 (loaded when something is done)

    if len(data) > certificate.LONGEST:
        raise FormatError(f"the certificate has more than {certificate.LONGEST} bytes")
    with library("the certificate"):
        one = x509.load_der_x509_certificate(data)
        if data[-len(one.signature) - 1 :][:1] != b"\0":
            raise FormatError("the certificate's signature has bits that mean nothing: it was changed")
        ranges, asns = _resources(one)
        return Certificate(
            der=data,
            subject=one.subject.rfc4514_string()[: 4 * LONGEST_TEXT],
            not_before=one.not_valid_before_utc,
            not_after=one.not_valid_after_utc,
            key_bits=_key_bits(one),
            self_signed=_is_self_signed(one),
            texts=_names(one),
            ranges=ranges,
            asns=asns,
        )


def _key_bits(one: Any) -> int:  # noqa: ANN401 (a certificate of the library)
    """Give the size of an RSA key; 0 for another kind."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 (as above)

    key = one.public_key()
    return key.key_size if isinstance(key, rsa.RSAPublicKey) else 0


def _is_self_signed(one: Any) -> bool:  # noqa: ANN401 (as above)
    """Tell whether a certificate is its own issuer's, by name and by signature."""
    try:
        with library("the certificate's signature"):
            one.verify_directly_issued_by(one)
    except FormatError:
        return False
    return True


def _names(one: Any) -> tuple[str, ...]:  # noqa: ANN401 (as above)
    """Give the texts of subject and alternative names; what would have to be cut could be taken for another number, and is refused."""
    found = tuple(_texts(one))
    if len(found) > MOST_TEXTS or any(len(text) > LONGEST_TEXT for text in found):
        raise ValueError(f"more than {MOST_TEXTS} names, or one of more than {LONGEST_TEXT} characters")
    return found


def _texts(one: Any) -> Iterator[str]:  # noqa: ANN401 (as above)
    """Give every text of the subject and of the alternative names."""
    from cryptography import x509  # noqa: PLC0415 (as above)

    yield from (str(each.value) for each in one.subject)
    for extension in one.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            for name in extension.value:
                parts = name.value if isinstance(name.value, x509.Name) else (name,)
                yield from (str(each.value) for each in parts)


def _resources(one: Any) -> tuple[tuple[AddressRange, ...], tuple[AsnRange, ...]]:  # noqa: ANN401 (as above)
    """Give the ranges and AS numbers of the extensions of RFC 3779."""
    found = {extension.oid.dotted_string: extension.value for extension in one.extensions}
    ranges, asns = found.get(rfc3779.ADDRESSES), found.get(rfc3779.ASNS)
    try:
        return rfc3779.addresses(ranges.value) if ranges else (), rfc3779.asns(asns.value) if asns else ()
    except FormatError as error:
        raise ValueError(f"an extension of RFC 3779 {error}") from error


def load(data: bytes) -> tuple[bytes, ...]:
    """Give the DER of the certificates in a file: DER itself, PEM, or any text that ``certificate.find`` can read; ``FormatError`` else."""
    if data[:2] == b"\x30\x82":
        return (data,)
    found = certificate.find(data.decode("utf-8", "replace").splitlines())
    if not found:
        raise FormatError("holds no certificate: PEM, DER or the one line that is published is wanted")
    return found


def verifies(der: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the RSA key in a certificate made ``signature`` over ``message``: PKCS #1 v1.5 with SHA-256 (SIG-3, inferred)."""
    from cryptography import x509  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 (as above)

    try:
        with library("the signature"):
            key = x509.load_der_x509_certificate(der).public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                return False
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except FormatError:
        return False
    return True


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def new_key(bits: int) -> Any:  # noqa: ANN401 (a key of the library)
    """Make an RSA key."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 (as above)

    return rsa.generate_private_key(public_exponent=EXPONENT, key_size=bits)


def key_text(key: Any, passphrase: bytes | None) -> bytes:  # noqa: ANN401 (as above)
    """Write a key as PEM (PKCS #8), encrypted where there is a passphrase."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (as above)

    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how))


def private_key(data: bytes, passphrase: bytes | None, make: str = MAKE) -> Any:  # noqa: ANN401 (as above)
    """Read a private key of any kind from PEM; ``FormatError`` where it is none. Nothing of the key is in the message.

    ``make``: the command that makes a key of the kind that is wanted, for the message.
    """
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (as above)

    try:
        return serialization.load_pem_private_key(data, passphrase)
    except TypeError:
        raise FormatError(
            "the key has no passphrase, yet one is given: leave --passphrase-variable out"
            if passphrase
            else "the key is protected: name the environment variable that holds its passphrase with --passphrase-variable"
        ) from None
    except (ValueError, UnsupportedAlgorithm, InternalError):  # the last: an X448 key of a wrong length
        raise FormatError(not_a_key.private(data, make, opened=bool(passphrase))) from None


def load_key(data: bytes, passphrase: bytes | None) -> Any:  # noqa: ANN401 (as above)
    """Read an RSA key of 2048 to 8192 bits from PEM; ``FormatError`` where it is none. Nothing of the key is in the message."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 (as above)

    key = private_key(data, passphrase)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise FormatError("the key is not an RSA key, which is what signatures of prefixes are made with (SIG-2)")
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise FormatError(f"the key has {key.key_size} bits: {LEAST_BITS} to {MOST_BITS} are wanted")
    return key


def sign(key: Any, message: bytes) -> str:  # noqa: ANN401 (as above)
    """Sign exactly these bytes: PKCS #1 v1.5 with SHA-256 (SIG-3, inferred), as one line of Base64."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 (as above)

    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def self_signed(key: Any, organisation: str, asn: int, prefixes: Sequence[Prefix], valid: tuple[datetime, int]) -> bytes:  # noqa: ANN401
    """Make a self-signed certificate's DER that names organisation, AS number and prefixes (SIG-2). ``valid``: from when, how many days.

    Which fields are read is published nowhere, so the names stand in the subject, where everything shows them, and in the extensions
    of RFC 3779, where programs look. ``FormatError`` for names that do not fit.
    """
    from cryptography import x509  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 (as above)
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 (as above)

    if not 0 < len(organisation) <= LONGEST_NAME or not organisation.isprintable():
        raise FormatError(f"the organisation's name has 1 to {LONGEST_NAME} characters, none of them a control character")
    if not 0 < len(prefixes) <= MOST_PREFIXES:
        raise FormatError(f"a certificate names 1 to {MOST_PREFIXES} prefixes")
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, str(one)) for one in prefixes]
    texts = (x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), *units, x509.NameAttribute(NameOID.COMMON_NAME, asplain(asn)))
    name, (begin, days) = x509.Name(texts), valid
    extensions = ((rfc3779.ADDRESSES, rfc3779.encode_addresses(_apart(prefixes))), (rfc3779.ASNS, rfc3779.encode_asn(asn)))
    with library("the certificate", "made"):  # a time that certificates can't have
        made = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(begin + timedelta(days=days))
        for oid, value in extensions:  # not critical: a reader that does not know them is to read on
            made = made.add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value), critical=False)
        return bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def _apart(prefixes: Sequence[Prefix]) -> list[Prefix]:
    """Leave out prefixes that lie in another one (RFC 3779 s2.2.3.6)."""
    distinct = dict.fromkeys(prefixes)
    return [one for one in distinct if not any(other != one and other.covers(one) for other in distinct)]
