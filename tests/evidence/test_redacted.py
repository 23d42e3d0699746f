"""A redacted copy in the hands of somebody who would have it say more than it does."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from bundles import NOW, PREFLIGHT, Members, checked, members, sealed
from signers import ed25519_key

from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import bundle, dsse, plain, redact, redacted, signing, statement
from bgpcheck.render.redaction import cuts, warnings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME, LIST, BEFORE = "statement.dsse.json", "redaction.json", "MANIFEST.original.sha256"
KEY = ed25519_key()


def bundle_of(folder: Path) -> Members:
    text = (PREFLIGHT / "ready.yaml").read_text().replace("../../fixtures", str(PREFLIGHT.parents[1] / "fixtures"))
    path = folder / "p.yaml"
    path.write_text(f"{text}organisation: {{name: Kept GmbH, contact: Bob Planted}}\n")
    return bundle.unpack(checked(preflight=str(path), registry_data=None).bundle(KEY))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Members:
    return bundle_of(tmp_path_factory.mktemp("original"))


@pytest.fixture
def copy(original: Members) -> Members:
    return sealed(redact.redacted(original, statement.read(original)))


def listing(copy: Members, change: Callable[[dict[str, Any]], object]) -> Members:
    """The copy with another list of what was done."""
    body = json.loads(copy[LIST])
    change(body)
    return sealed({**copy, LIST: json.dumps(body).encode()})


def without(found: Members, *names: str) -> Members:
    return sealed({name: content for name, content in found.items() if name not in names})


def row(copy: Members, name: str) -> dict[str, Any]:
    return {"member": name, "sha256": bundle.listed(copy[BEFORE])[name], "taken": {}}  # type: ignore[index]


def test_what_a_copy_says(original: Members, copy: Members) -> None:
    assert redacted.is_copy(copy)
    assert not redacted.is_copy(original)
    found = redacted.read(copy)
    assert found.original == hashlib.sha256(original["MANIFEST.sha256"]).hexdigest()
    assert len(found.redacted) == 2  # the case and the ticket
    assert (found.kept, found.left_out, found.signed) == (len(original) - 1 - 2, (), True)
    assert found.signature is not None
    assert dsse.verified(found.signature.envelope, KEY.public_key())
    assert found.signature.at == plain.moment(NOW)


def test_a_signature_that_was_left_out(copy: Members) -> None:
    made = listing(without(copy, NAME), lambda body: body["leftOut"].append(row(copy, NAME)))
    found = redacted.read(made)
    assert (found.signed, found.signature, len(found.left_out)) == (True, None, 1)


def test_a_bundle_that_was_never_signed(original: Members) -> None:
    plain_one = without(original, NAME)
    found = redacted.read(sealed(redact.redacted(plain_one, statement.read(plain_one))))
    assert (found.signed, found.signature) == (False, None)


def test_who_calls_a_changed_member_redacted_is_believed_that_it_is(copy: Members) -> None:
    """Nothing proves what stands in a redacted member: so verify names each of them."""
    made = listing({**copy, "report.html": b"all is well"}, lambda body: body["redacted"].append(row(copy, "report.html")))
    found = redacted.read(made)
    assert "report.html" in {one.member for one in found.redacted}


@pytest.mark.parametrize("gone", [(LIST, BEFORE), (LIST,), (BEFORE,)])
def test_a_copy_is_no_original(gone: tuple[str, ...], copy: Members) -> None:
    """Without what says that it is a copy, its case is not the one whose digest the statement names; and nothing else helps."""
    made = without(copy, *gone)
    assert list(bundle.damage(made)) == []
    if redacted.is_copy(made):
        with pytest.raises(IntegrityError, match="not a redacted copy as bgpcheck makes it"):
            redacted.read(made)
        return
    with pytest.raises(IntegrityError, match="holds other bytes than"):
        statement.read(made)
    with pytest.raises(IntegrityError, match="other members than the statement"):
        signing.read(made)


def test_a_copy_in_which_papers_alone_were_redacted_is_no_original_that_was_signed(original: Members) -> None:
    """Its documents are whole, so that it reads as a bundle; the signature does not fit, since it covers the papers too."""
    made = sealed({**original, "ticket.md": b"* Contact: (contact left out)"})
    assert statement.read(made)
    with pytest.raises(IntegrityError, match="other members than the statement"):
        signing.read(made)


def rewritten(copy: Members, name: str, content: bytes) -> Members:
    """A member changed, and the original's manifest with it, and the digest that names that."""
    old, new = (hashlib.sha256(one).hexdigest().encode() for one in (copy[name], content))
    before = copy[BEFORE].replace(old, new)
    made = {**copy, name: content, BEFORE: before}
    return listing(made, lambda body: body["original"].update(manifestSha256=hashlib.sha256(before).hexdigest()))


ATTACKS: dict[str, tuple[Callable[[Members], Members], str]] = {
    "a kept member changed": (lambda copy: sealed({**copy, "report.html": b"!"}), "report.html is not as it was in the original"),
    "a kept member changed, and the manifest": (lambda copy: rewritten(copy, "report.html", b"!"), "other members than the statement"),
    "the statement changed, and the manifest": (lambda copy: rewritten(copy, "statement.json", b"{}"), "not the statement of this bundle"),
    "a member taken away": (
        lambda copy: without(copy, "loa-draft.md"),
        "loa-draft.md: redaction.json and MANIFEST.original.sha256 do not agree",
    ),
    "a member added": (
        lambda copy: sealed({**copy, "more.txt": b"!"}),
        "more.txt: redaction.json and MANIFEST.original.sha256 do not agree",
    ),
    "a redacted one gone": (lambda copy: without(copy, "ticket.md"), "ticket.md: redaction.json and"),
    "named as left out, and there": (
        lambda copy: listing(copy, lambda body: body["leftOut"].append(row(copy, "report.html"))),
        "report.html: redaction.json and",
    ),
    "named as both": (
        lambda copy: listing(copy, lambda body: body["leftOut"].append(row(copy, "ticket.md"))),
        "ticket.md: redaction.json and",
    ),
    "named twice": (lambda copy: listing(copy, lambda body: body["redacted"].append(row(copy, "ticket.md"))), "names a member twice"),
    "not of the original": (
        lambda copy: listing(
            {**copy, "more.txt": b"!"}, lambda body: body["redacted"].append({"member": "more.txt", "sha256": "0" * 64, "taken": {}})
        ),
        "'more.txt' was not in the original as it says",
    ),
    "another digest": (
        lambda copy: listing(copy, lambda body: body["redacted"][0].update(sha256="0" * 64)),
        "was not in the original as it says",
    ),
    "a redacted signature": (
        lambda copy: listing({**copy, NAME: b"{}"}, lambda body: body["redacted"].append(row(copy, NAME))),
        "a signature can be kept or left out, not redacted",
    ),
    "another statement beside the signature": (
        lambda copy: listing(
            {**copy, "statement.json": copy["statement.json"].replace(b"configured", b"forbidden")},
            lambda body: body["redacted"].append(row(copy, "statement.json")),
        ),
        "what it signs is not here: statement.json was redacted or left out",
    ),
    "a signature without its statement": (
        lambda copy: listing(without(copy, "statement.json"), lambda body: body["leftOut"].append(row(copy, "statement.json"))),
        "what it signs is not here: statement.json was redacted or left out",
    ),
    "an empty signature": (lambda copy: rewritten(copy, NAME, b""), "statement.dsse.json: "),
    "another manifest": (
        lambda copy: sealed({**copy, BEFORE: copy[BEFORE].replace(b"0", b"1", 1)}),
        "is not the manifest that redaction.json",
    ),
    "no manifest": (
        lambda copy: listing(
            {**copy, BEFORE: b"!\n"}, lambda body: body["original"].update(manifestSha256=hashlib.sha256(b"!\n").hexdigest())
        ),
        "is not the manifest that redaction.json",
    ),
    "another schema": (lambda copy: listing(copy, lambda body: body.update(schema="x")), "not of schema bgpcheck/redaction/v1"),
    "no JSON": (lambda copy: sealed({**copy, LIST: b"{"}), "not a redacted copy as bgpcheck makes it"),
    "a key twice": (lambda copy: sealed({**copy, LIST: b'{"schema": 1, "schema": 2}'}), "a key comes twice"),
    "lists of something else": (lambda copy: listing(copy, lambda body: body.update(redacted=7)), "is not of type list"),
    "numbers as text": (lambda copy: listing(copy, lambda body: body["redacted"][0].update(taken={"x": "1"})), "is not of type int"),
    "too many kinds": (
        lambda copy: listing(copy, lambda body: body["redacted"][0].update(taken={str(number): 1 for number in range(21)})),
        "too many kinds",
    ),
}


@pytest.mark.parametrize(("attack", "says"), ATTACKS.values(), ids=ATTACKS)
def test_attacks(attack: Callable[[Members], Members], says: str, copy: Members) -> None:
    made = attack(copy)
    assert list(bundle.damage(made)) == []  # the forger has put the copy's own manifest right
    with pytest.raises(IntegrityError, match=says):
        redacted.read(made)


def of_no_statement(copy: Members) -> Members:
    """Of an original that had none."""
    before = b"".join(line for line in copy[BEFORE].splitlines(keepends=True) if not line.endswith(b"  statement.json\n"))
    made = {**without(copy, "statement.json"), BEFORE: before}
    return listing(made, lambda body: body["original"].update(manifestSha256=hashlib.sha256(before).hexdigest()))


def test_an_original_without_a_statement_has_no_signature(copy: Members) -> None:
    with pytest.raises(IntegrityError, match="what it signs is not here"):
        redacted.read(of_no_statement(copy))


def test_members_of_which_nothing_is_proven(original: Members, copy: Members) -> None:
    case = f"documents/{json.loads(original['statement.json'])['subject'][0]['digest']['sha256']}"
    assert redacted.read(copy).unproven == (case, "ticket.md")


def test_a_copy_of_what_needs_no_redaction_warns_of_nothing() -> None:
    found = members(checked(prefixes=["193.0.0.0/21"], peer_asn=3333))
    copy = redacted.read(sealed(redact.redacted(found, statement.read(found))))
    assert (copy.redacted, copy.left_out, copy.unproven) == ((), (), ())
    assert list(warnings(copy)) == list(cuts(copy)) == []
