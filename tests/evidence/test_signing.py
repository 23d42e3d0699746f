from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from bundles import Members, altered, checked, digest_of, members, sealed
from signers import ed25519_key, keys

from bgpcheck import api, engine
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import bundle, dsse, signing, statement
from bgpcheck.evidence.plain import load
from bgpcheck.evidence.statement import encode

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 5, 12, tzinfo=UTC)
KEY = ed25519_key()
NAME = "statement.dsse.json"
OUTCOMES = checked(prefixes=["193.0.0.0/21"], peer_asn=3333, registry="RIPENCC")
PLAIN = members(OUTCOMES)
SIGNED = sealed(signing.sign(PLAIN, KEY, AT))


def enveloped(payload: bytes, payload_type: str = signing.PAYLOAD_TYPE) -> Members:
    """The bundle with an envelope that its signer, who is up to something, made of any payload."""
    return sealed({**SIGNED, NAME: dsse.encode(dsse.sign(payload, payload_type, KEY))})


def payload(change: Callable[[dict[str, Any]], object] = lambda _: None) -> bytes:
    """What was signed, changed in some way."""
    body = load(dsse.read(SIGNED[NAME]).payload)
    change(body)
    return encode(body)


def claims(**change: Any) -> bytes:  # noqa: ANN401 (any JSON)
    return payload(lambda body: body["predicate"]["signing"].update(change))


def test_what_is_not_signed_stays_as_it_is() -> None:
    assert {name: content for name, content in SIGNED.items() if name not in {NAME, "MANIFEST.sha256"}} == {
        name: content for name, content in PLAIN.items() if name != "MANIFEST.sha256"
    }
    assert NAME.encode() in SIGNED["MANIFEST.sha256"]
    assert signing.without_row(SIGNED["MANIFEST.sha256"]) == PLAIN["MANIFEST.sha256"]
    assert list(bundle.damage(SIGNED)) == []


def test_the_payload_is_the_statement_with_one_member_more() -> None:
    made = signing.read(SIGNED)
    assert made is not None
    assert made.at == AT
    assert dsse.verified(made.envelope, KEY.public_key())
    body = load(made.envelope.payload)
    assert body["predicate"].pop("signing") == {
        "claimedAt": "2026-11-05T12:00:00Z",
        "basis": "claimed by the signer's own clock, not proven",
        "manifest": {"sha256": hashlib.sha256(PLAIN["MANIFEST.sha256"]).hexdigest()},
    }
    assert encode(body) == PLAIN["statement.json"]


@pytest.mark.parametrize("key", keys().values(), ids=keys())
def test_the_same_input_is_the_same_bundle(key: Any) -> None:  # noqa: ANN401 (a key of the library)
    again = checked(prefixes=["193.0.0.0/21"], peer_asn=3333, registry="RIPENCC")
    assert OUTCOMES.bundle(key) == again.bundle(key) != OUTCOMES.bundle()
    made = signing.read(bundle.unpack(again.bundle(key)))
    assert made is not None
    assert made.at == again.result.decided_at


def test_signed_twice_the_last_one_counts() -> None:
    other = ed25519_key("another")
    again = signing.sign(SIGNED, other, AT)
    assert again == signing.sign(PLAIN, other, AT)


def test_a_bundle_without_a_signature_has_none() -> None:
    assert signing.read(PLAIN) is None


def test_a_signed_bundle_replays_and_its_signature_is_no_paper() -> None:
    stored = statement.read(SIGNED)
    assert stored == statement.read(PLAIN) or stored.papers.keys() == {"report.html", "ticket.md", "loa-draft.md"} | {"MANIFEST.sha256"}
    assert NAME not in stored.papers
    assert api.finish(engine.replay(stored)).differences == ()


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (sealed({**SIGNED, NAME: b"{}"}), "payloadType: missing"),
        (enveloped(payload(), "application/json"), "its payload is 'application/json', where application/vnd.in-toto"),
        (enveloped(b"{"), "not JSON"),
        (enveloped(b'{"predicate": {}, "predicate": {}}'), "a key comes twice"),
        (enveloped(PLAIN["statement.json"]), "its payload is no signed statement: KeyError 'signing'"),
        (enveloped(payload(lambda body: body.update(predicate=[]))), "is not of type dict"),
        (enveloped(claims(claimedAt="yesterday")), "its payload is no signed statement"),
        (enveloped(claims(claimedAt="2026-11-05T12:00:00")), "of no time zone"),
        (enveloped(claims(manifest={})), "KeyError 'sha256'"),
        (enveloped(claims(manifest={"sha256": "0" * 64})), "other members than the statement are not those"),
        (enveloped(payload(lambda body: body["predicate"].update(verdict="configured!"))), "not the statement of this bundle"),
        (enveloped(payload(lambda body: body["subject"].pop())), "not the statement of this bundle"),
        (enveloped(payload(lambda body: body.update(more=1))), "not the statement of this bundle"),
        (
            enveloped(b'{"predicate": {"signing": {"claimedAt": "2026-11-05T12:00:00Z", "manifest": {"sha256": ""}}, "x": 1e999}}'),
            "no signed",
        ),
    ],
)
def test_an_envelope_of_something_else_is_damage(made: Members, says: str) -> None:
    with pytest.raises(IntegrityError, match=says) as told:
        signing.read(made)
    assert str(told.value).startswith(NAME)


def test_other_formatting_of_the_same_statement_is_the_same_statement() -> None:
    made = signing.read(enveloped(json.dumps(load(payload()), indent=3).encode()))
    assert made is not None
    assert made.at == AT


@pytest.mark.parametrize(
    ("made", "says"),
    [
        # What a forger who has no key can change, with all digests put right.
        (sealed({**SIGNED, "ticket.md": b"please"}), "other members than the statement"),
        (sealed({**SIGNED, "documents.json": SIGNED["documents.json"].replace(b'"dated": "2026', b'"dated": "2027')}), "other members"),
        (sealed({name: content for name, content in SIGNED.items() if name != "report.html"}), "other members than the statement"),
        (sealed({**SIGNED, "notes.txt": b"by the way"}), "other members than the statement"),
        (altered(SIGNED, digest_of(SIGNED, "irr/RIPE"), b"nothing"), "not the statement of this bundle"),
        (sealed({**SIGNED, "statement.json": SIGNED["statement.json"].replace(b"high", b"none")}), "not the statement of this bundle"),
    ],
)
def test_a_forger_without_the_key_is_found_out(made: Members, says: str) -> None:
    assert list(bundle.damage(made)) == []
    with pytest.raises(IntegrityError, match=says):
        signing.read(made)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (json.dumps(json.loads(PLAIN["statement.json"])).encode(), "is not as bgpcheck writes it"),
        (encode({"predicate": {"signing": 1}}), "is not as bgpcheck writes it"),
        (b'{"predicate": {"x": 1e999}}', "statement.json: "),
        (b'{"predicate": []}', "statement.json: "),
        (b"\xff", "statement.json: "),
    ],
)
def test_what_could_not_be_verified_is_not_signed(text: bytes, says: str) -> None:
    with pytest.raises(IntegrityError, match=says):
        signing.sign({**PLAIN, "statement.json": text}, KEY, AT)


def test_the_envelope_is_as_wide_as_base64() -> None:
    """No more than a third of the statement: a bundle of many prefixes stays one."""
    assert len(SIGNED[NAME]) < 4 / 3 * len(PLAIN["statement.json"]) + 1000
    assert base64.b64encode(payload()) in SIGNED[NAME]
