"""Redacted copies of bundles on the command line: made, verified, read; neither replayed nor signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli import BROKEN, OK, streams
from bgpcheck.errors import IntegrityError, UsageError
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from bgpcheck.evidence.redacted import Copy
    from bgpcheck.evidence.statement import Stored

    Members = Mapping[str, bytes]


def make(args: argparse.Namespace, members: Members, stored: Stored) -> int:
    """Write a copy to share of an intact bundle."""
    from bgpcheck.evidence import bundle, redact, redacted, signing  # noqa: PLC0415 (loaded when called)
    from bgpcheck.render import redaction  # noqa: PLC0415 (as above)

    streams.check_targets([("--output", args.output)], [args.bundle])
    signing.read(members)  # a signature that is another bundle's is damage
    data = bundle.pack(redact.redacted(members, stored))
    copy = redacted.read(bundle.unpack(data))
    streams.put(args.output, data)
    streams.complain(f"{args.output}: {redaction.summary(copy)}; {redaction.CONFIRMED}")
    return OK


def run(args: argparse.Namespace, members: Members) -> int:
    """Do what can be done with a copy whose own manifest fits.

    Raises:
        UsageError: a copy can't be replayed, signed, or copied.
    """
    from bgpcheck.evidence import redacted  # noqa: PLC0415 (as above)

    copy = redacted.read(members)
    if args.action == "replay":
        raise UsageError(f"{args.bundle}: is a redacted copy, which lacks part of what was decided on: replay the original")
    if args.action == "sign":
        raise UsageError(f"{args.bundle}: is a redacted copy: sign the original, then make the copy")
    if args.redact:
        raise UsageError(f"{args.bundle}: is a redacted copy already: make another one from the original")
    return _verify(args, copy) if args.action == "verify" else _show(args, members, copy)


def _verify(args: argparse.Namespace, copy: Copy) -> int:
    """Say what nothing proves, then what is as it was, and whether a signature covers it."""
    from bgpcheck.render import redaction  # noqa: PLC0415 (as above)

    if args.own and (fault := redaction.fault(copy, args.own, args.key)):
        streams.complain(f"{args.bundle}: {redaction.summary(copy)}; {fault}")
        return BROKEN
    first = (f"{args.bundle}: {line}" for line in redaction.warnings(copy))
    _say((*first, f"{args.bundle}: {redaction.summary(copy)}", *redaction.cuts(copy), *redaction.signature(copy, args.own)))
    return OK


def _show(args: argparse.Namespace, members: Members, copy: Copy) -> int:
    """Say what nothing proves, then list what the copy still says, and what is missing."""
    from bgpcheck.evidence import plain  # noqa: PLC0415 (as above)
    from bgpcheck.evidence.statement import LISTING, STATEMENT  # noqa: PLC0415 (as above)
    from bgpcheck.render import evidence, redaction  # noqa: PLC0415 (as above)

    about = [redaction.summary(copy), *redaction.cuts(copy), *redaction.signature(copy, None)]
    try:
        result = plain.load(members[STATEMENT])["predicate"]
        lines = evidence.lines(args.bundle, result, members[LISTING])
    except plain.FAULTS as error:
        raise IntegrityError(f"its statement or its list of documents is not there to read: {type(error).__name__} {error}") from error
    first = (f"{args.bundle}: {line}" for line in redaction.warnings(copy))
    _say((*first, *lines, "", "redaction", *(f"  {line}" for line in about)))
    return OK


def _say(lines: Iterable[str]) -> None:
    """Write lines."""
    streams.say("".join(f"{visible(line)}\n" for line in lines))
