"""The fact *signature*: what verifies, and everything that keeps it from that. It fails closed."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from certificates import BEGIN, ID, NOW, SERVICE_KEY, P, ec_key, key, made, signature, usual
from cryptography.x509 import DNSName
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.facts import signature as signature_fact
from bgpcheck.facts.signature import SLIPS, Fault, Published, Question, SignatureFact, judge
from bgpcheck.formats import rfc3779, x509
from bgpcheck.model import Prefix, Signed
from bgpcheck.published import OPEN, readable, values

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

MISSING, ENCODING, FAILED = "CertificateMissingInRoutingRegistry", "InvalidSignatureEncoding", "SignatureVerificationFailed"
ASN, OTHER = "AsnValidationFailed", "ValidationFailed"


@dataclass(frozen=True)
class Case:
    """A row: what is published and submitted, and what follows of it. ``says``: part of what decides."""

    title: str
    value: str
    state: str | None
    says: str = ""
    published: tuple[bytes, ...] | None = field(default_factory=lambda: (usual(),))
    text: str = field(default_factory=signature)
    validation_id: str = ID
    prefix: str = P
    asns: tuple[int, ...] = (3333,)
    service_key: str = ""
    now: datetime = NOW
    warnings: int = 0


def case(title: str, value: str, state: str | None, says: str = "", **more: object) -> Case:
    return Case(title, value, state, says, **more)  # type: ignore[arg-type]


NAMED = "AS3333 193.0.0.0/21"
WRONG, SMALL = usual(owner="other"), key("small", 1024)
RANGE = bytes.fromhex("300ca00a30083006020101020102")  # AS1 to AS2
V, I = "verified", "signature-invalid"  # noqa: E741 (short words of a wide table)
END = BEGIN + timedelta(days=365)
CASES = [
    case("all is right", V, "Configured"),
    case("the customer ASN of two", V, "Configured", asns=(3333, 12654)),
    case("the peer ASN of two", V, "Configured", asns=(12654, 3333)),
    case("the circuit is known", V, "Configured", service_key=SERVICE_KEY.upper()),
    case("the old certificate stands beside the new one", V, "Configured", published=(WRONG, usual())),
    case("an expired one of the same key stands beside it", V, "Configured", published=(usual(days=1), usual())),
    case("on its first second", V, "Configured", now=BEGIN),
    case("on its last second", V, "Configured", now=END),
    case("it covers more", V, "Configured", published=(usual("193.0.0.0/16"),)),
    case("names in the subject alone", V, "Configured", published=(made([NAMED]),)),
    case("in an alternative name", V, "Configured", published=(made(["x"], alternative=[DNSName("as3333.example.net")]),), warnings=1),
    case("an AS number alone", V, "Configured", published=(made(["AS3333"]),), warnings=1),
    case("no name that can be recognised", V, "Configured", published=(made(["Example Ltd"]),), warnings=2),
    # what was submitted
    case("nothing submitted", "encoding-invalid", ENCODING, "it is empty", text=""),
    case("line breaks", "encoding-invalid", ENCODING, "line breaks", text=signature()[:64] + "\n" + signature()[64:]),
    case("a newline at the end", "encoding-invalid", ENCODING, "line breaks", text=signature() + "\n"),
    case("blanks", "encoding-invalid", ENCODING, "blanks", text=signature() + " "),
    case("letters for addresses", "encoding-invalid", ENCODING, "for addresses", text=signature()[:-4] + "-_=="),
    case("a byte order mark", "encoding-invalid", ENCODING, "byte order mark", text="\ufeff" + signature()),
    case("bad encoding, whatever is published", "encoding-invalid", ENCODING, "it is cut", text=signature()[:-1], published=None),
    case("a newline in the validation id", I, FAILED, "newline at an end", validation_id=ID + "\n", text=signature(ID + "\n")),
    case(
        "a byte order mark in the validation id", I, FAILED, "byte order mark", validation_id="\ufeff" + ID, text=signature("\ufeff" + ID)
    ),
    case("another prefix's", I, FAILED, "not of 193.0.8.0/24", prefix="193.0.8.0/24"),
    case("another ASN's", I, FAILED, "is of AS3333, not of AS1 or AS2", asns=(1, 2)),
    case("another circuit's", I, FAILED, "another circuit", service_key=SERVICE_KEY.replace("7", "8")),
    case("not even Base64 of a signature", I, FAILED, "not made by", text="QUJD"),
    case("another message", I, FAILED, "not made by", text=signature(ID.replace("3333", "3334"))),
    # how it was signed
    *(case(f"signed {what}", I, FAILED, f"signed {what}", text=signature(slip(ID.encode()))) for what, slip in SLIPS),
    # the certificate
    case("none", "certificate-missing", MISSING, "no registry record", published=()),
    case("one that can't be read", "certificate-missing", MISSING, "can't be read", published=(b"\x30\x82",)),
    case("one that can't be read beside a good one", V, "Configured", published=(b"\x30\x82", usual())),
    case("another key's", I, FAILED, "not made by this certificate's key", published=(WRONG,)),
    case("another AS number", I, ASN, "names AS3334, not AS3333", published=(usual(asn=3334),)),
    case("another AS number in text", I, ASN, "names AS3334", published=(made(["AS3334"]),), warnings=1),
    case(
        "several AS numbers",
        I,
        ASN,
        "names AS1-AS2",
        published=(made(["x"], extensions=[(rfc3779.ASNS, b"\x30\x0c\xa0\x0a\x30\x08\x30\x06\x02\x01\x01\x02\x01\x02")]),),
        warnings=1,
    ),
    case("another range", I, OTHER, "does not hold 193.0.0.0/21", published=(usual("193.0.8.0/21"),)),
    case("part of the range", I, OTHER, "does not hold", published=(usual("193.0.0.0/22"),)),
    case("an address", I, OTHER, "does not hold", published=(made(["AS3333 193.0.0.0"]),)),
    case("expired", I, OTHER, "expired at 2026-10-02T00:00:00Z", published=(usual(days=1),)),
    case("expired by a second", I, OTHER, "expired", now=END + timedelta(seconds=1)),
    case("not yet valid", I, OTHER, "not valid before 2026-10-01T00:00:00Z", now=BEGIN - timedelta(seconds=1)),
    case("no RSA key", I, FAILED, "not made by", published=(made([NAMED], of=ec_key()),)),
    case(
        "a small key",
        I,
        OTHER,
        "has 1024 bits",
        published=(made([NAMED], of=key("small", 1024)),),
        text=x509.sign(key("small", 1024), ID.encode()),
    ),
    case("signed by another key", I, OTHER, "not signed by its own key", published=(made([NAMED], by=key("other")),)),
    case("signed by another name", I, OTHER, "not signed by its own key", published=(made([NAMED], issuer=["CA"]),)),
    # silence
    case("nobody answered", "none", None, published=None),
]


def fact(one: Case) -> SignatureFact:
    found = None if one.published is None else [Published(readable(der), f"record {number}") for number, der in enumerate(one.published)]
    question = Question(Prefix.parse(one.prefix), one.asns, one.service_key)
    return judge(question, Signed(one.validation_id, one.text), found, one.now, x509.verifies)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.title)
def test_what_follows(one: Case) -> None:
    found = fact(one)
    assert (found.value, found.expected.state if found.expected else None) == (one.value, one.state)
    assert one.says in (found.why[0].message if found.why else "")
    assert len(found.candidates[0].warnings if found.candidates else ()) == one.warnings
    assert (found.value == V) == (found.is_known and not found.why)
    assert values(found) == ((one.value,) if one.state else OPEN)


def test_every_state_and_basis() -> None:
    """What the API's words say follows is told apart from what is inferred."""
    told = {one.expected.state: one.expected.basis for one in map(fact, CASES) if one.expected}
    assert told == {"Configured": "inferred", MISSING: "api", ENCODING: "api", FAILED: "api", ASN: "inferred", OTHER: "inferred"}


def test_nothing_submitted_is_none() -> None:
    assert values(None) == ("none",)


def test_all_that_is_wrong_with_a_certificate_is_told() -> None:
    one = made(["AS1 10.0.0.0/8"], of=ec_key(), by=key("other"))
    found = fact(replace(CASES[0], published=(one,), now=END + timedelta(days=1)))
    assert len(found.why) == 6
    assert "not an RSA key" in " ".join(fault.message for fault in found.why)


def why(*der: bytes, **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (fields of ``Case``)
    """Give what decides, word by word, with the state that would follow."""
    return [(one.expected.state, one.message) for one in fact(replace(CASES[0], published=der, **more)).why]


def test_words_of_what_a_certificate_names() -> None:
    wrong = "AS3333 193.0.0.0/33 193.0.0.0/34 193.0.0.0/35 193.0.0.0/36"
    first = "'193.0.0.0/33', '193.0.0.0/34', '193.0.0.0/35', '193.0.0.0/36'"
    unread = "which can't be read as an AS number or a range of addresses"
    assert why(made([wrong, P])) == [(OTHER, f"the certificate names {first}, {unread}")]
    assert why(made([f"{wrong} 193.0.0.0/37", P])) == [(OTHER, f"the certificate names {first}, {unread}")]  # no more than four
    long = f"1.2.3.{'4.' * 20}4"
    assert why(made(["AS3333", P, long])) == [(OTHER, f"the certificate names {long[:40]!r}, {unread}")]
    four = "AS1, AS2, AS3, AS4"
    for asns in (four, f"{four}, AS5"):
        assert why(made([asns, P])) == [(ASN, f"the certificate names {four}, not AS3333")]
    spans = ", ".join(f"10.0.{number}.0 - 10.0.{number}.255" for number in range(4))
    for count in (4, 5):
        texts = [f"10.0.{number}.0/24" for number in range(count)]
        assert why(made(["AS3333", *texts])) == [(OTHER, f"the certificate names {spans}, which does not hold {P}")]


def test_words_of_what_is_missing() -> None:
    assert why() == [(MISSING, "no registry record that covers the prefix publishes a certificate")]
    assert why(b"x") == [(MISSING, "a certificate begins there that can't be read")]
    assert why(WRONG) == [(FAILED, "the signature was not made by this certificate's key")]
    own = "the certificate is not signed by its own key; a self-signed one is asked for (SIG-2)"
    assert why(made([NAMED], by=key("other"))) == [(OTHER, own)]
    other = "the validation id is of another circuit's service key"
    assert why(usual(), service_key=SERVICE_KEY.replace("7", "8")) == [(FAILED, other)]
    found = fact(replace(CASES[0], published=(made(["Example Ltd"]),)))
    assert found.faults == ()
    assert found.candidates is not None
    tail = "that can be recognised; where it is to stand is not documented (SIG-2)"
    assert found.candidates[0].warnings == (f"the certificate names no AS number {tail}", f"the certificate names no address range {tail}")


def test_how_many_bits_a_key_has_and_of_what_kind() -> None:
    assert why(made([NAMED], of=ec_key()))[1:] == [(OTHER, "the certificate's key is not an RSA key (SIG-2)")]
    right = readable(usual())
    assert right
    for bits in (2047, 2048, 2049, 4096):
        published = [Published(replace(right, key_bits=bits), "record")]
        question = Question(Prefix.parse(P), (3333,))
        told = [one.message for one in judge(question, Signed(ID, signature()), published, NOW, x509.verifies).why]
        assert told == ([f"the certificate's key has {bits} bits: 2048 or more are wanted (SIG-2)"] if bits < 2048 else [])


def test_the_first_fault_is_the_weightiest() -> None:
    spelled, made_by = (Fault(expected, "") for expected in (signature_fact.ENCODING, signature_fact.SIGNATURE))
    assert SignatureFact((spelled, made_by), None).value == "encoding-invalid"
    assert SignatureFact((made_by, spelled), None).value == I


def test_the_likeliest_certificate_stands_first() -> None:
    found = fact(replace(CASES[0], published=(b"x", WRONG, usual(days=1), usual(asn=1, days=1))))
    assert found.candidates is not None
    assert [one.published.where for one in found.candidates] == ["record 2", "record 3", "record 1", "record 0"]
    assert found.value == I
    assert found.why[0].expected.state == OTHER


BROKEN = [
    lambda data, at: data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :],
    lambda data, at: data[:at],
    lambda data, at: data[:at] + data[at + 1 :],
]


@pytest.mark.parametrize("change", BROKEN)
def test_a_certificate_that_was_changed_anywhere_never_verifies(change: Callable[[bytes, int], bytes]) -> None:
    for at in range(len(usual())):
        assert fact(replace(CASES[0], published=(change(usual(), at),))).value != V, at


@given(st.integers(0, 255), st.integers(1, 255))
def test_a_signature_that_was_changed_anywhere_never_verifies(at: int, by: int) -> None:
    raw = bytearray(base64.b64decode(signature()))
    raw[at] ^= by
    assert fact(replace(CASES[0], text=base64.b64encode(bytes(raw)).decode())).value == I


def test_bits_that_mean_nothing_are_a_change() -> None:
    """A signature is whole octets; where its last bit is 0, a library overlooks that the bit is said to be unused."""
    for number in range(40):
        data = usual(owner=f"another{number}")
        if not data[-1] & 1:
            break
    assert data[-257] == 0
    assert x509.read(data).self_signed
    with pytest.raises(FormatError, match="bits that mean nothing"):
        x509.read(data[:-257] + b"\1" + data[-256:])
