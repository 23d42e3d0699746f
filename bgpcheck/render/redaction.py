"""What a redacted copy proves and what it does not, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.evidence import dsse
from bgpcheck.render import signing as words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.evidence.redact import Cut
    from bgpcheck.evidence.redacted import Copy
    from bgpcheck.formats.keypair import PublicKey

CONFIRMED = "the digests of what was taken out stay in it: whoever guesses a text right can confirm the guess"


def summary(copy: Copy) -> str:
    """Say in a sentence what a copy is."""
    kept = f"{copy.kept} members as they were, {len(copy.redacted)} redacted, {len(copy.left_out)} left out"
    return f"redacted copy of the bundle with manifest sha256 {copy.original}: {kept}"


def warnings(copy: Copy) -> Iterator[str]:
    """Say what nothing proves, which is to be read before anything else; nothing where every member that is there is as it was."""
    if copy.unproven:
        names = ", ".join(copy.unproven)
        yield f"nothing proves what stands in {names}: redacted, so whoever made the copy could have written anything there"


def cuts(copy: Copy) -> Iterator[str]:
    """Name every member that is not as it was."""
    yield from (f"redacted: {one.member}{_taken(one)}; nothing proves what stands in it now" for one in copy.redacted)
    yield from (f"left out: {one.member}{_taken(one)}{': ' * bool(one.left_out)}{one.left_out}" for one in copy.left_out)


def _taken(one: Cut) -> str:
    """Say what was taken out how often."""
    return f" ({', '.join(f'{kind} {count}x' for kind, count in one.taken.items())})" if one.taken else ""


def fault(copy: Copy, key: PublicKey, name: str) -> str:
    """Say why a copy's original is not shown to be signed by a key; empty where it is."""
    if copy.signed and not copy.signature:
        return "its original was signed, but the statement was redacted: the signature can't be checked here, only on the original"
    return words.fault(copy.signature, key, name)


def signature(copy: Copy, key: PublicKey | None) -> Iterator[str]:
    """Say what the original's signature says of this copy, or what there is to do without one."""
    if copy.signature:
        lines = words.verified(copy.signature, key) if key else words.unverified(copy.signature)
        yield from (f"its original was {line}" if line.startswith("signed by ") else line for line in lines)
        if key and dsse.verified(copy.signature.envelope, key):
            yield "the signature covers the original's manifest, so the members as they were are those that were signed"
        return
    if copy.signed:
        yield "its original was signed, but the statement was redacted: the signature can be checked on the original only"
    yield "no signature covers the original's manifest here: compare its digest with that of the original (sha256sum MANIFEST.sha256)"
