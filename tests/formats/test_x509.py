"""Certificates and keys as the library reads and makes them; whatever others wrote, an answer or a ``FormatError``."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from certificates import BEGIN, ID, P, ec_key, key, made, signature, usual
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate, rfc3779, x509
from bgpcheck.model import AsnRange, Certificate, Prefix


def test_what_is_made_here_is_read() -> None:
    one = x509.read(usual())
    assert one == Certificate(
        der=usual(),
        subject="CN=AS3333,OU=193.0.0.0/21,O=RIPE NCC",
        not_before=BEGIN,
        not_after=BEGIN + timedelta(days=365),
        key_bits=2048,
        self_signed=True,
        texts=("RIPE NCC", P, "AS3333"),
        ranges=(Prefix.parse(P).range,),
        asns=(AsnRange(3333, 3333),),
    )
    assert one.not_before.tzinfo is UTC


def test_several_prefixes_of_both_families() -> None:
    some = [Prefix.parse(one) for one in ("2001:67c:2e8::/48", P, "193.0.0.0/24", P)]
    one = x509.read(x509.self_signed(key(), "Caf\u00e9", 4200000000, some, (BEGIN, 1)))
    assert one.ranges == (Prefix.parse(P).range, Prefix.parse("2001:67c:2e8::/48").range)  # what lies in another is not named twice
    assert one.texts == ("Caf\u00e9", "2001:67c:2e8::/48", P, "193.0.0.0/24", P, "AS4200000000")
    assert one.asns == (AsnRange(4200000000, 4200000000),)


NO_NAMES: list[tuple[str, int]] = [("", 1), ("x" * 65, 1), ("a\nb", 1), ("x", 0), ("x", 17)]


@pytest.mark.parametrize(("organisation", "count"), NO_NAMES)
def test_names_that_do_not_fit(organisation: str, count: int) -> None:
    with pytest.raises(FormatError, match="1 to"):
        x509.self_signed(key(), organisation, 1, [Prefix.parse(P)] * count, (BEGIN, 1))


@pytest.mark.parametrize(("year", "days"), [(1, 1), (1949, 1), (9999, 3650)])
def test_times_that_a_certificate_can_not_have(year: int, days: int) -> None:
    with pytest.raises(FormatError, match="the certificate can't be made"):
        x509.self_signed(key(), "x", 1, [Prefix.parse(P)], (datetime(year, 1, 1, tzinfo=UTC), days))


def test_every_kind_of_alternative_name() -> None:
    directory = library.Name([library.NameAttribute(NameOID.COMMON_NAME, "inside")])
    names = [
        library.DNSName("as3333.example.net"),
        library.RFC822Name("noc@example.net"),
        library.UniformResourceIdentifier("https://example.net/"),
        library.IPAddress(ipaddress.ip_address("193.0.0.1")),
        library.DirectoryName(directory),
    ]
    found = x509.read(made(["x"], alternative=names)).texts
    assert found == ("x", "as3333.example.net", "noc@example.net", "https://example.net/", "193.0.0.1", "inside")


def test_other_keys_and_signers_are_told() -> None:
    assert x509.read(made(of=ec_key())).key_bits == 0
    assert x509.read(made(of=ec_key())).self_signed
    assert not x509.read(made(by=key("other"))).self_signed
    assert not x509.read(made(issuer=["CA"])).self_signed
    assert x509.read(made(of=key("small", 1024))).key_bits == 1024


BAD = [
    b"",
    b"x" * 1000,
    usual()[:-1],
    b"\x30" * (certificate.LONGEST + 1),
    made(extensions=[(rfc3779.ADDRESSES, b"\x30\x01")]),
    made(extensions=[(rfc3779.ASNS, b"\x05\x00")]),
    made(["x" * 201]),
    made(["x"] * 65),
    made(extensions=[("2.5.29.17", b"\x04\x00")]),  # alternative names that are none
]


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_what_can_not_be_read(data: bytes) -> None:
    with pytest.raises(FormatError, match="the certificate"):
        x509.read(data)


@pytest.mark.parametrize("by", [0x01, 0x03, 0x20, 0x80, 0xFF])
def test_any_change_is_read_or_refused_without_a_word(by: int) -> None:
    """At every place, since the library has its own errors for some of them."""
    for at in range(len(usual())):
        data = bytearray(usual())
        data[at] ^= by
        with suppress(FormatError):
            assert isinstance(x509.read(bytes(data)), Certificate)
        assert not x509.verifies(bytes(data), b"another message", b"x" * 256)


def test_only_the_very_bytes_and_key_verify() -> None:
    raw = x509.sign(key(), ID.encode())
    assert raw == signature()  # PKCS #1 v1.5 has no chance in it
    made_of = (usual(), ID.encode(), key().sign(ID.encode(), x509_padding(), hashes.SHA256()))
    assert x509.verifies(*made_of)
    assert not x509.verifies(usual(owner="other"), *made_of[1:])
    assert not x509.verifies(usual(), ID.encode() + b"\n", made_of[2])
    assert not x509.verifies(usual(), ID.encode(), key().sign(ID.encode(), x509_padding(), hashes.SHA512()))
    assert not x509.verifies(made(of=ec_key()), *made_of[1:])
    assert not x509.verifies(b"", *made_of[1:])
    assert not x509.verifies(usual(), ID.encode(), b"")


def x509_padding() -> object:
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 (only here)

    return padding.PKCS1v15()


def test_files_of_certificates() -> None:
    text = certificate.pem(usual())
    assert x509.load(usual()) == (usual(),)
    assert x509.load(text) == x509.load(certificate.one_line(usual()).encode()) == (usual(),)
    assert x509.load(b"\xef\xbb\xbf" + text) == (usual(),)
    assert x509.load(text + certificate.pem(usual(owner="next"))) == (usual(), usual(owner="next"))
    for nothing in (b"", b"\xff\xfe", x509.key_text(key(), None)):
        with pytest.raises(FormatError, match="holds no certificate"):
            x509.load(nothing)


def test_the_library_reads_the_pem() -> None:
    assert library.load_pem_x509_certificate(certificate.pem(usual())).public_bytes(Encoding.DER) == usual()


@pytest.mark.parametrize("passphrase", [None, b"secret"])
def test_keys_are_read_as_written(passphrase: bytes | None) -> None:
    data = x509.key_text(key(), passphrase)
    assert x509.load_key(data, passphrase).private_numbers() == key().private_numbers()
    assert (b"ENCRYPTED" in data) == bool(passphrase)


def plain(one: serialization.Encoding = Encoding.PEM, of: object = None) -> bytes:
    return (of or key()).private_bytes(one, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())  # type: ignore[attr-defined]


KEYS = [
    (x509.key_text(key(), b"secret"), None, "--passphrase-variable"),
    (x509.key_text(key(), b"secret"), b"other", "passphrase is another"),
    (plain(), b"secret", "leave --passphrase-variable out"),
    (plain(Encoding.DER), None, "no private key in PEM"),
    (certificate.pem(usual()), None, "no private key in PEM"),
    (b"", None, "no private key in PEM"),
    (plain(of=ec_key()), None, "not an RSA key"),
    (plain(of=key("small", 1024)), None, "1024 bits: 2048 to 8192"),
]


@pytest.mark.parametrize(("data", "passphrase", "says"), KEYS, ids=range(len(KEYS)))
def test_keys_that_are_refused(data: bytes, passphrase: bytes | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        x509.load_key(data, passphrase)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_new_key() -> None:
    one = x509.new_key(2048)
    assert (one.key_size, one.public_key().public_numbers().e) == (2048, 65537)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert x509.read(x509.self_signed(one, "x", 1, [Prefix.parse(P)], (moment, 7))).not_after == moment + timedelta(days=7)
