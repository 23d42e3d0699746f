"""Keys and certificates for the tests of signed prefixes: made once a run, of the smallest size that counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bgpcheck.formats import x509
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 2, tzinfo=UTC)
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
SERVICE_KEY = "7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"
P = "193.0.0.0/21"
ID = f"Azure-SKEY|{SERVICE_KEY}|{P}|ASN-3333"


def key(name: str = "mine", bits: int = 2048) -> Any:  # noqa: ANN401 (a key of the library)
    """An RSA key; another name is another key."""
    return _key(name, bits)


@cache
def _key(name: str, bits: int) -> Any:  # noqa: ANN401 (as above)
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key() -> Any:  # noqa: ANN401 (as above)
    return ec.generate_private_key(ec.SECP256R1())


@cache
def usual(prefix: str = P, asn: int = 3333, begin: datetime = BEGIN, days: int = 365, owner: str = "mine") -> bytes:
    """What ``sign keygen`` makes."""
    return x509.self_signed(key(owner), "RIPE NCC", asn, [Prefix.parse(prefix)], (begin, days))


def made(  # noqa: PLR0913 (what a certificate is made of)
    texts: Sequence[str] = ("nobody in particular",),
    *,
    alternative: Sequence[library.GeneralName] = (),
    extensions: Sequence[tuple[str, bytes]] = (),
    of: Any = None,  # noqa: ANN401 (as above)
    by: Any = None,  # noqa: ANN401 (as above)
    issuer: Sequence[str] | None = None,
) -> bytes:
    """Any certificate: names in the subject, alternative names, raw extensions, whose key it is, who signed it."""
    of = of or key()
    names = [library.Name([library.NameAttribute(NameOID.ORGANIZATION_NAME, one) for one in each]) for each in (texts, issuer or texts)]
    one = library.CertificateBuilder(issuer_name=names[1], subject_name=names[0], public_key=of.public_key())
    one = one.serial_number(1).not_valid_before(BEGIN).not_valid_after(BEGIN + timedelta(days=365))
    if alternative:
        one = one.add_extension(library.SubjectAlternativeName(alternative), critical=False)
    for oid, value in extensions:
        one = one.add_extension(library.UnrecognizedExtension(library.ObjectIdentifier(oid), value), critical=False)
    return one.sign(by or of, hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def signature(message: str | bytes = ID, owner: str = "mine") -> str:
    """What ``sign sign`` makes."""
    return x509.sign(key(owner), message.encode() if isinstance(message, str) else message)
