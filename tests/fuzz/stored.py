"""Targets of a bundle that somebody wrote who knows the format: every digest fits, and one of its parts is another.

Rule: what such a bundle says is read, shown, copied and judged again, or it is damage; a signature never covers what was not signed.
"""

from __future__ import annotations

import asyncio
from functools import cache

from bundles import altered, checked, sealed
from fuzz.target import answer
from signers import ed25519_key

from bgpcheck.engine import replay
from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import bundle, dsse, redact, redacted, signing, statement
from bgpcheck.evidence.bundle import MANIFEST
from bgpcheck.evidence.statement import SIGNED
from bgpcheck.render import evidence

Members = dict[str, bytes]
KEY = ed25519_key()
NAMES = ("statement.json", "documents.json", SIGNED)


@cache
def members() -> Members:
    """Give the members of a small signed bundle."""
    made_of = {"prefixes": ["193.0.0.0/21"], "peer_asn": 3333, "registry": "RIPENCC"}
    return bundle.unpack(checked(**made_of).bundle(KEY))


@cache
def copy() -> Members:
    """Give the members of a redacted copy of a bundle, without its papers."""
    whole = members()
    return sealed(redact.redacted(whole, statement.read(whole)))


@cache
def digests() -> tuple[str, ...]:
    """Name the documents of that bundle."""
    return tuple(sorted(name.removeprefix("documents/") for name in members() if name.startswith("documents/")))


def member(data: bytes) -> None:
    """One of the members is another."""
    name, content = NAMES[data[0] % len(NAMES)] if data else NAMES[0], data[1:]
    found = sealed({**members(), name: content})
    _used(found)
    copied = redacted.read(sealed(redact.redacted(found, statement.read(found))))
    assert copied.original
    signed = signing.read(found)
    if signed and dsse.verified(signed.envelope, KEY.public_key()):
        assert name == SIGNED or content == members()[name], f"a signed bundle with another {name}"
        assert signed.envelope.payload == dsse.read(members()[SIGNED]).payload


def member_seeds() -> list[bytes]:
    """Give the members that are read, each with its number."""
    return [bytes([number]) + members()[name] for number, name in enumerate(NAMES)]


def document(data: bytes) -> None:
    """One of the documents is another, and everything that names it names the new one."""
    digest, content = digests()[data[0] % len(digests())] if data else digests()[0], data[1:]
    unsigned = {name: one for name, one in members().items() if name not in {SIGNED, MANIFEST}}
    _used(altered(unsigned, digest, content))


def document_seeds() -> list[bytes]:
    """Give the documents, each with its number."""
    return [bytes([number]) + members()[f"documents/{digest}"] for number, digest in enumerate(digests())]


def _used(found: Members) -> None:
    """Show a bundle and judge it again."""
    assert not list(bundle.damage(found))
    stored = statement.read(found)
    assert stored.version
    answer(lambda: evidence.lines("b", stored.result, found["documents.json"]), IntegrityError)
    again = answer(lambda: _loop().run_until_complete(replay(stored)), IntegrityError)
    if again is not IntegrityError and not again.differences:
        assert again.result.to_json()["verdict"] == stored.result["verdict"]


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()
