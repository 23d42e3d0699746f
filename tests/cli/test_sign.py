"""``bgpcheck sign`` as its users run it, and beside ``openssl``: what one makes the other verifies."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
import textwrap
from typing import TYPE_CHECKING

import pytest
from certificates import ID, SERVICE_KEY, P, ec_key, key, made, signature, usual
from integration.daemons import daemon
from program import Ran, run
from records import SHAPES

from bgpcheck.cli import main
from bgpcheck.formats import certificate, x509

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Act = Callable[..., Ran]

NOW = "2026-11-02T00:00:00Z"
RANGE = "inetnum: 193.0.0.0 - 193.0.7.255"


@pytest.fixture
def sign(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Run one of its actions in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.pem").write_bytes(x509.key_text(key(), None))
    (tmp_path / "key.pem").chmod(0o600)
    (tmp_path / "cert.pem").write_bytes(certificate.pem(usual()))

    def act(*words: str) -> Ran:
        status = main(["sign", *words])
        told = capfd.readouterr()
        return Ran(status, told.out, told.err)

    return act


def openssl(folder: Path, *words: str) -> bytes:
    done = subprocess.run([daemon("openssl"), *words], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


# ── beside openssl ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_openssl_verifies_what_is_signed_here(sign: Act, tmp_path: Path) -> None:
    words = ("--asn", "3333", "--prefix", P, "--organisation", "RIPE NCC", "--bits", "2048")
    assert sign("keygen", *words, "--out", "new.pem", "--certificate", "new.crt").status == 0
    assert sign("message", "--service-key", SERVICE_KEY, "--prefix", P, "--asn", "3333", "--output", "message").status == 0
    (tmp_path / "signature").write_bytes(base64.b64decode(sign("sign", "--key", "new.pem", "--validation-id", ID).stdout))
    (tmp_path / "public.pem").write_bytes(openssl(tmp_path, "x509", "-in", "new.crt", "-noout", "-pubkey"))
    assert openssl(tmp_path, "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "message") == b"Verified OK\n"
    told = openssl(tmp_path, "x509", "-in", "new.crt", "-noout", "-text").decode()
    for words_of_it in ("O = RIPE NCC, OU = 193.0.0.0/21, CN = AS3333", "193.0.0.0/21\n", " 3333\n"):
        assert words_of_it in told.replace("=", " = ").replace("  =  ", " = ")
    assert openssl(tmp_path, "verify", "-CAfile", "new.crt", "new.crt") == b"new.crt: OK\n"


def test_what_openssl_signed_verifies_here(sign: Act, tmp_path: Path) -> None:
    subject = "/O=RIPE NCC/CN=AS3333 193.0.0.0\\/21"
    made_of = ("-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject)
    openssl(tmp_path, "req", "-x509", *made_of, "-keyout", "their.pem", "-out", "their.crt")
    (tmp_path / "message").write_bytes(ID.encode())
    raw = openssl(tmp_path, "dgst", "-sha256", "-sign", "their.pem", "message")
    words = ("--validation-id", ID, "--signature", base64.b64encode(raw).decode())
    ran = sign("verify", *words, "--certificate", "their.crt")  # dates by the clock, as openssl made them
    assert (ran.status, ran.stderr) == (0, "")
    assert "✔ verified: 193.0.0.0/21 for AS3333" in ran.stdout
    (tmp_path / "message").write_bytes(ID.encode() + b"\n")
    raw = openssl(tmp_path, "dgst", "-sha256", "-sign", "their.pem", "message")
    ran = sign("verify", "--validation-id", ID, "--signature", base64.b64encode(raw).decode(), "--certificate", "their.crt")
    assert ran.status == 6
    assert "signed with a newline at its end" in ran.stdout
    (tmp_path / "their.sig").write_text(sign("sign", "--key", "their.pem", "--validation-id", ID).stdout)
    assert sign("verify", "--validation-id", ID, "--signature", "their.sig", "--certificate", "their.crt").status == 0


# ── keygen ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_keygen(sign: Act, tmp_path: Path) -> None:
    prefixes = ("--prefix", P, "--prefix", "2001:67c:2e8::/48")
    ran = sign("keygen", "--asn", "AS3333", *prefixes, "--organisation", "X", "--days", "7", "--bits", "2048", "--out", "k", "--now", NOW)
    assert ran.status == 0
    (line,) = ran.stdout.splitlines()
    (der,) = certificate.find([line])
    assert line == certificate.one_line(der)
    one = x509.read(der)
    assert f"{one.not_before:%F} {one.not_after:%F}" == "2026-11-02 2026-11-09"
    assert one.texts == ("X", P, "2001:67c:2e8::/48", "AS3333")
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    for registry in ("ARIN", "RIPE", "APNIC", "AFRINIC", "LACNIC"):
        assert registry in ran.stderr
    assert "8075" not in ran.stderr
    assert "PRIVATE" not in ran.stdout + ran.stderr
    secret = "".join((tmp_path / "k").read_text().splitlines()[1:-1])
    assert not any(secret[at : at + 40] in ran.stdout + ran.stderr for at in range(0, len(secret), 40))


def test_keygen_keeps_a_key_that_is_there(sign: Act, tmp_path: Path) -> None:
    words = ("keygen", "--asn", "1", "--prefix", P, "--organisation", "X", "--bits", "2048", "--out", "key.pem", "--now", NOW)
    before = (tmp_path / "key.pem").read_bytes()
    ran = sign(*words)
    assert (ran.status, ran.stdout) == (2, "")
    assert "key.pem: is there already" in ran.stderr
    assert (tmp_path / "key.pem").read_bytes() == before
    assert sign(*words, "--force").status == 0
    assert (tmp_path / "key.pem").read_bytes() != before


def test_passphrase_from_the_environment(sign: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_WORDS", "correct horse")
    words = ("--passphrase-variable", "KEY_WORDS")
    assert sign("keygen", "--asn", "1", "--prefix", P, "--organisation", "X", "--bits", "2048", "--out", "k", *words).status == 0
    assert b"ENCRYPTED" in (tmp_path / "k").read_bytes()
    assert sign("sign", "--key", "k", "--validation-id", ID, *words).status == 0
    ran = sign("sign", "--key", "k", "--validation-id", ID)
    assert (ran.status, ran.stderr) == (
        2,
        "bgpcheck: k: the key is protected: name the environment variable that holds its passphrase with --passphrase-variable\n",
    )
    monkeypatch.setenv("KEY_WORDS", "wrong horse")
    ran = sign("sign", "--key", "k", "--validation-id", ID, *words)
    assert ran.status == 2
    assert "horse" not in ran.stderr
    monkeypatch.setenv("KEY_WORDS", "x" * 1024)
    assert "KEY_WORDS holds more than 1023 bytes" in sign("sign", "--key", "k", "--validation-id", ID, *words).stderr
    monkeypatch.delenv("KEY_WORDS")
    assert "KEY_WORDS is not set" in sign("sign", "--key", "k", "--validation-id", ID, *words).stderr


# ── message and sign ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_message_to_the_byte(tmp_path: Path) -> None:
    words = ("sign", "message", "--service-key", SERVICE_KEY, "--prefix", P, "--asn", "3333")
    assert run(*words) == Ran(0, ID, "")  # what a pipe gets is what is signed
    assert run(*words, "--output", "-") == Ran(0, ID, "")
    assert run(*words, "--output", (tmp_path / "m").as_posix()) == Ran(0, "", "")
    assert (tmp_path / "m").read_bytes() == ID.encode()


def test_sign_prints_the_signature_alone_and_says_how_to_submit_it(sign: Act) -> None:
    ran = sign("sign", "--key", "key.pem", "--service-key", SERVICE_KEY, "--prefix", P, "--asn", "3333")
    assert (ran.status, ran.stdout) == (0, signature() + "\n")
    assert ran == sign("sign", "--key", "key.pem", "--validation-id", ID)
    for part in ("Add-AzExpressRouteCircuitMicrosoftPeeringPrefixConfig", "Set-AzExpressRouteCircuit ", "-PeerAddressType IPv4"):
        assert part in ran.stderr
    filled = (f"-ValidationId '{ID}'", f"-Signature '{signature()}'")
    for part in ("az rest --method get", "az rest --method put", "api-version=2024-07-01", *filled):
        assert part in ran.stderr
    assert "PRIVATE" not in ran.stderr


@pytest.mark.parametrize(("prefix", "path"), [(P, []), ("2001:67c:2e8::/48", ["ipv6PeeringConfig"])])
@pytest.mark.parametrize("before", [None, [{"prefix": "10.0.0.0/8"}, {"prefix": "193.0.0.0/21", "signature": ""}]])
def test_the_filter_puts_it_where_it_belongs(sign: Act, prefix: str, path: list[str], before: object) -> None:
    told = sign("sign", "--key", "key.pem", "--service-key", SERVICE_KEY, "--prefix", prefix, "--asn", "3333").stderr
    program = next(line for line in told.splitlines() if line.startswith("jq ")).removeprefix("jq '").partition("' peering.json")[0]
    where, _, rest = program.partition(" |= ")
    assert where == ".".join(["", "properties", *path, "microsoftPeeringConfig", "advertisedPublicPrefixInfo"])
    entry = json.loads(rest.partition("+ [")[2].removesuffix("])"))
    assert entry["prefix"] == prefix
    assert entry["validationId"] == f"Azure-SKEY|{SERVICE_KEY}|{prefix}|ASN-3333"
    assert rest.startswith(f'((. // []) | map(select(.prefix != "{prefix}"))')
    jq = subprocess.run(["sh", "-c", "command -v jq"], capture_output=True, check=False).stdout
    if jq:
        given: dict[str, object] = {"advertisedPublicPrefixInfo": before}
        for name in ("microsoftPeeringConfig", *reversed(path), "properties"):
            given = {name: given}
        done = subprocess.run(["jq", program], input=json.dumps(given).encode(), capture_output=True, check=True)
        found = json.loads(done.stdout)
        for name in ("properties", *path, "microsoftPeeringConfig"):
            found = found[name]
        assert found["advertisedPublicPrefixInfo"][-1] == entry
        assert [one["prefix"] for one in found["advertisedPublicPrefixInfo"]].count(prefix) == 1


def test_a_key_that_others_may_read_is_told(sign: Act, tmp_path: Path) -> None:
    (tmp_path / "key.pem").chmod(0o644)
    ran = sign("sign", "--key", "key.pem", "--validation-id", ID)
    assert ran.status == 0
    assert ran.stderr.startswith("bgpcheck: key.pem: others on this machine may read it")


# ── verify ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

LINE = certificate.one_line(usual())
MISSING, FAILED = "CertificateMissingInRoutingRegistry", "SignatureVerificationFailed"
RECORDS: dict[str, tuple[str, int, str, str]] = {
    "one line": (f"{RANGE}\nremarks: {LINE}\n", 0, "verified", "Configured"),
    "folded": ("\n".join([RANGE, *(f"remarks: {row}" for row in textwrap.wrap(LINE, 60))]), 0, "verified", "Configured"),
    "a wider record": (f"inetnum: 193.0.0.0/16\nremarks: {LINE}\n", 0, "verified", "Configured"),
    "no certificate": (f"{RANGE}\nremarks: none\n", 6, "certificate-missing", MISSING),
    "a cut one": (f"{RANGE}\nremarks: {LINE[:500]}\n", 6, "certificate-missing", MISSING),
    "somebody else's record": (
        f"inetnum: 193.0.8.0/21\nremarks: {LINE}\n",
        6,
        "certificate-missing",
        "CertificateMissingInRoutingRegistry",
    ),
    "another key": (f"{RANGE}\n{certificate.one_line(usual(owner='other'))}", 6, "signature-invalid", FAILED),
    "another AS number": (f"{RANGE}\n{certificate.one_line(usual(asn=1))}", 6, "signature-invalid", "AsnValidationFailed"),
    "another range": (f"{RANGE}\n{certificate.one_line(usual('10.0.0.0/8'))}", 6, "signature-invalid", "ValidationFailed"),
    "expired": (f"{RANGE}\n{certificate.one_line(usual(days=1))}", 6, "signature-invalid", "ValidationFailed"),
    "no RSA key": (
        f"{RANGE}\n{certificate.one_line(made(['x' * 150], of=ec_key()))}",
        6,
        "signature-invalid",
        "SignatureVerificationFailed",
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_verify(name: str, sign: Act, tmp_path: Path) -> None:
    text, status, value, state = RECORDS[name]
    (tmp_path / "record").write_text(text)
    words = ("verify", "--validation-id", ID, "--signature", signature(), "--record", "record", "--now", NOW)
    ran = sign(*words, "--format", "json")
    body = json.loads(ran.stdout)
    assert (ran.status, body["signature"], body["predictedAzureState"]) == (status, value, state)
    assert (body["decidedAt"], body["prefix"], body["asn"]) == (NOW, P, 3333)
    assert bool(body["reasons"]) == bool(status)
    table = sign(*words)
    assert table.status == status
    assert f"{value}: 193.0.0.0/21 for AS3333\n" in table.stdout
    assert f"Azure's state would be {state} (" in table.stdout
    assert ("does not cover" in table.stderr) == (name == "somebody else's record")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_registrys_shape_of_record_verifies(shape: str, sign: Act, tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(SHAPES[shape])
    words = ("verify", "--validation-id", ID, "--record", "record", "--now", NOW)
    ran = sign(*words, "--signature", signature())
    assert (ran.status, ran.stderr) == (0, "")
    assert "Azure's state would be Configured (inferred)" in ran.stdout
    ran = sign(*words, "--signature", signature(ID + "\n"))
    assert ran.status == 6
    assert "Azure's state would be SignatureVerificationFailed" in ran.stdout


def test_verify_says_what_the_certificate_says(sign: Act) -> None:
    out = sign("verify", "--validation-id", ID, "--signature", signature(), "--certificate", "cert.pem", "--now", NOW).stdout
    parts = ("CN=AS3333,OU=193.0.0.0/21,O=RIPE NCC", "RSA, 2048 bits; self-signed", "2026-10-01T00:00:00Z to 2027-10-01T00:00:00Z")
    for part in (*parts, "AS3333, 193.0.0.0 - 193.0.7.255", "inferred"):
        assert part in out


SIGNATURES = {
    "exactly": (signature(), 0),
    "and a newline, as files end": (signature() + "\n", 0),
    "and a carriage return and newline": (signature() + "\r\n", 0),
    "and two newlines": (signature() + "\n\n", 6),
    "folded": ("\n".join(textwrap.wrap(signature(), 64)) + "\n", 6),
    "a byte order mark": ("\ufeff" + signature(), 6),
    "nothing": ("", 6),
}


@pytest.mark.parametrize("how", SIGNATURES)
def test_verify_a_signature_in_a_file(how: str, sign: Act, tmp_path: Path) -> None:
    text, status = SIGNATURES[how]
    (tmp_path / "signature.txt").write_bytes(text.encode())
    ran = sign("verify", "--validation-id", ID, "--signature", "signature.txt", "--certificate", "cert.pem", "--now", NOW)
    assert ran.status == status
    assert ("InvalidSignatureEncoding" in ran.stdout) == bool(status)


def test_hostile_names_do_not_act_on_the_terminal(sign: Act, tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_bytes(certificate.pem(made(["\x1b[31mred\u202e AS3333"])))
    out = sign("verify", "--validation-id", ID, "--signature", signature(), "--certificate", "cert.pem", "--now", NOW).stdout
    assert out.replace("\n", "").isprintable()


def test_keygen_keeps_a_certificate_that_is_there(sign: Act, tmp_path: Path) -> None:
    words = ("keygen", "--asn", "1", "--prefix", P, "--organisation", "X", "--bits", "2048", "--certificate", "cert.pem", "--now", NOW)
    before = (tmp_path / "cert.pem").read_bytes()
    ran = sign(*words, "--out", "new.pem")
    assert (ran.status, (tmp_path / "cert.pem").read_bytes()) == (2, before)
    assert not (tmp_path / "new.pem").exists()
    assert sign(*words, "--out", "new.pem", "--force").status == 0
    assert (tmp_path / "cert.pem").read_bytes() != before


def test_keygen_warns_of_names_that_microsoft_peering_would_not_take(sign: Act) -> None:
    ran = sign(
        "keygen", "--asn", "64512", "--prefix", "10.0.0.0/8", "--organisation", "X", "--bits", "2048", "--out", "new.pem", "--now", NOW
    )
    assert ran.status == 0
    assert "warning: AS64512 is private" in ran.stderr
    assert "warning: 10.0.0.0/8 is not public" in ran.stderr


WRONG = [
    (("verify", "--validation-id", ID, "--signature", "sig.txt", "--certificate", "cert.pem"), "sig.txt: there is no such file"),
    (("sign", "--key", "key.pem", "--validation-id", ID.replace("/21", "/021")), "is not one: write Azure-SKEY"),
    (("keygen",), "sign keygen needs --asn and --prefix and --organisation and --out"),
    (("message",), "sign message needs --service-key and --prefix and --asn"),
    (("sign",), "sign sign needs --key"),
    (("verify",), "sign verify needs --validation-id and --signature"),
    (("verify", "--validation-id", ID, "--signature", "x"), "sign verify needs --record FILE"),
    (("frobnicate",), "'frobnicate' is not one of keygen, message, sign, verify"),
    (("message", "--key", "key.pem"), "--key is for sign sign, not for message"),
    (("verify", "--bits", "2048"), "--bits is for sign keygen, not for verify"),
    (("keygen", "--bits", "1024"), "'1024' is not one of 2048, 3072, 4096"),
    (("keygen", "--out", ""), "--out is empty (a shell variable that is not set?)"),
    (("sign", "--key", "key.pem"), "give --validation-id, or --service-key with --prefix and --asn"),
    (("sign", "--key", "key.pem", "--validation-id", ID, "--asn", "1"), "--validation-id says all"),
    (("sign", "--key", "key.pem", "--validation-id", ID + "\n"), "has a blank or newline at an end"),
    (("sign", "--key", "key.pem", "--validation-id", "\ufeff" + ID), "begins with a byte order mark"),
    (("sign", "--key", "key.pem", "--validation-id", "x"), "validation id: 'x' is not one: write Azure-SKEY|<service key>|<prefix>|ASN-"),
    (("sign", "--key", "none.pem", "--validation-id", ID), "none.pem: No such file or directory"),
    (("sign", "--key", "cert.pem", "--validation-id", ID), "cert.pem: is no private key in PEM"),
    (("message", "--service-key", "x", "--prefix", P, "--asn", "1"), "the service key is a GUID"),
    (("message", "--service-key", SERVICE_KEY, "--prefix", "193.0.0.1/21", "--asn", "1"), "--prefix: 193.0.0.1/21 has host bits set"),
    (("message", "--service-key", SERVICE_KEY, "--prefix", P, "--asn", "x"), "--asn: 'x' is not an AS number"),
    (("keygen", "--asn", "0", "--prefix", P, "--organisation", "X", "--out", "k"), "--asn: AS0 announces nothing"),
    (("message", "--service-key", SERVICE_KEY, "--prefix", P, "--prefix", P, "--asn", "1"), "give one --prefix"),
    (("message", "--service-key", SERVICE_KEY, "--prefix", P, "--asn", "1", "--output", "/nowhere/x"), "there is no folder /nowhere"),
    (("keygen", "--asn", "1", "--prefix", P, "--organisation", "X", "--out", "k", "--days", "0"), "--days '0': write days, 1 to 3650"),
    (("keygen", "--asn", "1", "--prefix", P, "--organisation", "X", "--out", "k", "--certificate", "k"), "would overwrite k"),
    (("keygen", "--asn", "1", "--prefix", P, "--organisation", "x" * 65, "--out", "k", "--bits", "2048"), "has 1 to 64 characters"),
    (("verify", "--validation-id", ID, "--signature", "x", "--record", "key.pem"), "key.pem: is neither an RDAP answer nor whois text"),
    (("verify", "--validation-id", ID, "--signature", "x", "--certificate", "key.pem"), "key.pem: holds no certificate"),
    (
        ("keygen", "--asn", "1", "--prefix", P, "--organisation", "X", "--out", "k", "--bits", "2048", "--now", "1900-01-01"),
        "the certificate can't be made",
    ),
    (("verify", "--validation-id", ID, "--signature", "x", "--record", "none"), "none: No such file or directory"),
    (("verify", "--validation-id", ID, "--signature", "x", "--certificate", "cert.pem", "--now", "soon"), "--now: 'soon' is not a time"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[says[:40] for _, says in WRONG])
def test_refused_in_one_line(words: tuple[str, ...], says: str, sign: Act, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    ran = sign(*words)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("bgpcheck: ")
    assert ran.stderr.count("\n") == 1
    assert says in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
