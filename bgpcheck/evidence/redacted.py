"""A redacted copy, read by whoever was given it: what in it is as it was in the original, and what nothing proves any more. Pure.

What holds: each member that was kept has the digest that the original's manifest gives, and where the original was signed and its
statement kept, the signature covers that manifest. What does not: who redacted a member could have put anything in its place, and
where no signature covers the manifest, who made the copy could have written that too; then only its digest, held against the
original's, tells.
Rule: a member is as it was, or named as redacted, or named as left out; anything else is damage, and so is a signature without the
statement that it signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import plain, signing
from bgpcheck.evidence.bundle import MANIFEST, listed
from bgpcheck.evidence.document import digest
from bgpcheck.evidence.plain import just
from bgpcheck.evidence.redact import LIST, ORIGINAL, SCHEMA, Cut
from bgpcheck.evidence.statement import SIGNED, STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bgpcheck.evidence.signing import Signing

OWN = frozenset({MANIFEST, ORIGINAL, LIST})  # members that the original does not have
MOST_KINDS = 20
LONGEST = 200  # characters of a kind or a reason


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy says. ``original``: SHA-256 of the original's manifest; ``kept``: members that are as they were, in number.

    ``signed``: the original was; ``signature``: its signature, of which only a key tells whose it is, None where it is not here.
    """

    original: str
    kept: int
    redacted: tuple[Cut, ...]
    left_out: tuple[Cut, ...]
    signed: bool
    signature: Signing | None

    @property
    def unproven(self) -> tuple[str, ...]:
        """Members in which there could be anything: their digest is the original's, not that of what stands there."""
        return tuple(sorted(one.member for one in self.redacted))


def is_copy(members: Mapping[str, bytes]) -> bool:
    """Tell whether members say that they are a copy's."""
    return LIST in members or ORIGINAL in members


def read(members: Mapping[str, bytes]) -> Copy:
    """Read a copy whose own manifest fits; ``IntegrityError`` where it is not what it says."""
    try:
        before, body = members[ORIGINAL], plain.load(members[LIST])
        if body["schema"] != SCHEMA:
            raise IntegrityError(f"{LIST}: not of schema {SCHEMA}")
        original = just(str, just(dict, body["original"])["manifestSha256"])
        redacted, left_out = tuple(_cuts(body["redacted"])), tuple(_cuts(body["leftOut"]))
    except plain.FAULTS as error:
        raise IntegrityError(f"not a redacted copy as bgpcheck makes it: {type(error).__name__} {error}") from error
    rows = listed(before)
    if rows is None or digest(before) != original:
        raise IntegrityError(f"{ORIGINAL} is not the manifest that {LIST} names")
    for fault in _faults(members, rows, redacted, left_out):
        raise IntegrityError(fault)
    kept = sum(name not in OWN for name in members) - len(redacted)
    envelope = members.get(SIGNED)
    made = signing.of(envelope, rows[STATEMENT], signing.without_row(before)) if envelope is not None else None
    return Copy(original, kept, redacted, left_out, SIGNED in rows, made)


def _cuts(rows: object) -> Iterator[Cut]:
    """Read what was done to members."""
    for row in just(list, rows):
        taken = {just(str, kind)[:LONGEST]: just(int, count) for kind, count in just(dict, row["taken"]).items()}
        if len(taken) > MOST_KINDS:
            raise ValueError("too many kinds")
        yield Cut(just(str, row["member"]), just(str, row["sha256"]), taken, just(str, row.get("why", ""))[:LONGEST])


def _faults(members: Mapping[str, bytes], rows: Mapping[str, str], redacted: Iterable[Cut], left_out: Iterable[Cut]) -> Iterator[str]:
    """Name what does not fit together."""
    changed, gone = {one.member: one for one in redacted}, {one.member: one for one in left_out}
    for one in (*redacted, *left_out):
        if rows.get(one.member) != one.sha256:
            yield f"{LIST}: {one.member[:100]!r} was not in the original as it says"
    if len(changed) + len(gone) < len([*redacted, *left_out]):
        yield f"{LIST}: names a member twice"
    if SIGNED in changed:
        yield f"{LIST}: a signature can be kept or left out, not redacted"
    if SIGNED in members and (STATEMENT in changed or STATEMENT not in members):
        yield f"{SIGNED}: what it signs is not here: {STATEMENT} was redacted or left out, and then the signature is left out too"
    for name in sorted(rows.keys() | members.keys() - OWN):
        there = (name in rows, name in members, name in changed, name in gone)
        if there == (True, True, False, False):
            if digest(members[name]) != rows[name]:
                yield f"{name} is not as it was in the original, and {LIST} does not say so"
        elif there not in {(True, True, True, False), (True, False, False, True)}:
            yield f"{name}: {LIST} and {ORIGINAL} do not agree on it"
