from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from signers import ed25519_key, keys

from bgpcheck.errors import FormatError
from bgpcheck.evidence import dsse

TYPE = "http://example.com/HelloWorld"
GOOD = dsse.sign(b"hello world", TYPE, ed25519_key())
BODY = json.loads(dsse.encode(GOOD))
SIG = BODY["signatures"][0]


def text(**change: Any) -> bytes:  # noqa: ANN401 (any JSON)
    return json.dumps({**BODY, **change}).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("kind", "payload", "wanted"),
    [
        (TYPE, b"hello world", b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"),  # the example of DSSE's protocol page
        ("", b"", b"DSSEv1 0  0 "),
        ("\u00e9", b"\n\0", b"DSSEv1 2 \xc3\xa9 2 \n\0"),  # lengths are those of the bytes
    ],
)
def test_pae(kind: str, payload: bytes, wanted: bytes) -> None:
    assert dsse.pae(kind, payload) == wanted


@pytest.mark.parametrize("key", keys().values(), ids=keys())
def test_written_and_read_back(key: Any) -> None:  # noqa: ANN401 (a key of the library)
    made = dsse.sign(b"hello world", TYPE, key)
    assert dsse.read(dsse.encode(made)) == made
    assert dsse.encode(dsse.sign(b"hello world", TYPE, key)) == dsse.encode(made)
    assert dsse.verified(made, key.public_key()) == made.signatures
    assert dsse.verified(made, ed25519_key("another").public_key()) == ()
    for change in ({"payload": b"hello world!"}, {"payload_type": "x"}):
        assert dsse.verified(replace(made, **change), key.public_key()) == ()


def test_a_key_id_is_a_hint() -> None:
    lying = tuple(replace(one, key_id="somebody") for one in GOOD.signatures)
    assert dsse.verified(replace(GOOD, signatures=lying), ed25519_key().public_key()) == lying


@pytest.mark.parametrize("key_id", [{}, {"keyid": ""}, {"keyid": None}])
def test_a_key_id_may_be_missing(key_id: dict[str, Any]) -> None:
    assert dsse.read(text(signatures=[{"sig": SIG["sig"], **key_id}])).signatures == (dsse.Signature("", GOOD.signatures[0].value),)


def test_members_that_the_format_does_not_name_are_not_looked_at() -> None:
    assert dsse.read(text(more=1, signatures=[{**SIG, "cert": []}])) == GOOD


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff", "not UTF-8"),
        (b"", "not JSON"),
        (b"[]", "must be an object"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"payload": "", "payload": ""}', "a key comes twice"),
        (b"{}", "payloadType: missing"),
        (text(payloadType=7), "payloadType: must be a string"),
        (text(payload=None), "payload: must be a string"),
        (text(payload=""), "payload: not Base64 as it is written"),
        (text(payload="aGk"), "payload: not Base64"),  # no padding
        (text(payload="aGl="), "payload: not Base64 as it is written"),  # bits that mean nothing
        (text(payload="aG k="), "payload: not Base64"),
        (text(payload="aGk=\n"), "payload: not Base64"),
        (text(payload=b64(b"\xff\xef").replace("/", "_")), "payload: not Base64"),  # the other alphabet
        (text(payload="\u00e9"), "payload: not Base64"),
        (text(signatures={}), "signatures: must be a list"),
        (text(signatures=[]), "signatures: must hold 1 to 16 signatures, not 0"),
        (text(signatures=[SIG] * 17), "signatures: must hold 1 to 16 signatures, not 17"),
        (text(signatures=["x"]), r"signatures\[0\]: must be an object"),
        (text(signatures=[SIG, {"keyid": "x"}]), r"signatures\[1\].sig: missing"),
        (text(signatures=[{**SIG, "keyid": 7}]), r"signatures\[0\].keyid: must be a string"),
        (text(signatures=[{**SIG, "keyid": {}}]), r"signatures\[0\].keyid: must be a string"),
        (text(signatures=[{**SIG, "sig": b64(b"x" * 4096)}]), r"signatures\[0\].sig: longer than 4096 characters"),
    ],
)
def test_what_is_no_envelope(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        dsse.read(data)


def test_an_envelope_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dsse, "LONGEST", len(text()) - 1)
    with pytest.raises(FormatError, match="more than"):
        dsse.read(text())
