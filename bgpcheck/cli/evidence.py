"""``bgpcheck evidence verify|replay|show|sign``: integrity, the decision made again, what a bundle holds, and who signs for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import BROKEN, OK, inputs, keys, streams
from bgpcheck.cli import evidence_copy as copies
from bgpcheck.cli.reading import OneOf
from bgpcheck.cli.shared import add
from bgpcheck.cli.streams import complain, say
from bgpcheck.errors import FormatError, IntegrityError, UsageError
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from bgpcheck.evidence.statement import Stored
    from bgpcheck.formats.keypair import PrivateKey, PublicKey

    Members = Mapping[str, bytes]

ACTIONS = {
    "verify": "are these the bytes that were collected, and who signed them?",
    "replay": "judge again from the stored bytes",
    "show": "list what is in it, or make a copy to share",
    "sign": "sign it with your key",
}
# Options, and the actions that they are for.
FOR = {
    "key": ("verify", "sign"),
    "output": ("sign", "show"),
    "redact": ("show",),
    "replace": ("sign",),
    "passphrase_variable": ("sign",),
    "now": ("sign",),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what to do")
    what.add_argument("action", type=OneOf(ACTIONS), metavar="ACTION", help="verify, replay, show or sign")
    what.add_argument("bundle", metavar="BUNDLE", help="a bundle written by --evidence of check, lab or watch")
    add(what, "--now", help="sign: the time of signing to claim, such as 2026-01-31T12:00:00Z (default: now)")
    key = parser.add_argument_group("the key")
    key.add_argument("--key", metavar="KEY.pem", help="verify: a public key, or a certificate; sign: the private key, Ed25519 or RSA")
    add(key, "--passphrase-variable", help="sign: the environment variable that holds the key's passphrase")
    out = parser.add_argument_group("what to write")
    add(out, "--output", help="sign: the signed bundle (default: BUNDLE itself); show: the copy")
    out.add_argument("--redact", action="store_true", help="show: write a copy to share: without contacts, service key, Azure ids")
    out.add_argument("--replace", action="store_true", help="sign: put the signature in the place of another one")


def run(args: argparse.Namespace) -> int:
    """Open the bundle, hold it against its manifest, then do what is asked.

    Raises:
        IntegrityError: the bundle is no whole one; names its file.
    """
    from bgpcheck.evidence import bundle, redacted, statement  # noqa: PLC0415 (loaded when called)
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415

    _refuse(args)
    args.own = _key(args)  # before anything that could be wrong with the bundle
    data = read_whole(Path(args.bundle), args.bundle, limit=bundle.MAX_TOTAL, instead="give the bundle, its zip")
    try:
        members = bundle.unpack(data)
        faults = list(bundle.damage(members))
        for fault in faults:
            complain(f"{args.bundle}: {fault}")
        if faults:
            return BROKEN
        if redacted.is_copy(members):
            return copies.run(args, members)
        return {"verify": _verify, "replay": _replay, "show": _show, "sign": _sign}[args.action](args, members, statement.read(members))
    except (FormatError, IntegrityError) as error:
        raise IntegrityError(f"{args.bundle}: {error}") from error


def _refuse(args: argparse.Namespace) -> None:
    """Refuse options that have no meaning here."""
    inputs.refuse_idle(args, FOR)
    if args.action == "sign" and not args.key:
        raise UsageError("evidence sign needs --key KEY.pem, the private key (see bgpcheck evidence --help)")
    if args.action == "show" and args.redact != bool(args.output):
        raise UsageError("evidence show --redact --output COPY.zip makes a copy to share: give both, or neither to read the bundle")


def _key(args: argparse.Namespace) -> PrivateKey | PublicKey | None:
    """Read the key that is given."""
    if args.action == "sign":
        return keys.private(args.key, args.passphrase_variable)
    return keys.public(args.key) if args.key else None


def _verify(args: argparse.Namespace, members: Members, _: Stored) -> int:
    """Say that it is intact: bytes against the manifest, the members against one another, and against the signature."""
    from bgpcheck.evidence import signing  # noqa: PLC0415
    from bgpcheck.render import signing as words  # noqa: PLC0415

    made, key = signing.read(members), args.own
    if key and (fault := words.fault(made, key, args.key)):
        complain(f"{args.bundle}: {fault}")
        return BROKEN
    says = (words.verified(made, key) if key else words.unverified(made)) if made else ()
    say("".join(f"{visible(line)}\n" for line in (f"{args.bundle}: intact, {len(members)} members", *says)))
    return OK


def _sign(args: argparse.Namespace, members: Members, _: Stored) -> int:
    """Sign it, as it is now."""
    from bgpcheck.evidence import bundle, signing  # noqa: PLC0415
    from bgpcheck.evidence.statement import SIGNED  # noqa: PLC0415
    from bgpcheck.render import signing as words  # noqa: PLC0415
    from bgpcheck.store.clock import now_of  # noqa: PLC0415

    older = SIGNED in members
    if older and not args.replace:
        raise UsageError(f"{args.bundle}: is signed already: add --replace to put another signature in its place")
    target = args.output or args.bundle
    streams.check_targets([("--output" if args.output else "BUNDLE", target)], [args.key])
    signed = signing.sign(members, args.own, now_of(args.now))
    streams.put(target, bundle.pack(signed))
    complain(f"{target}: signed by {words.names(args.own.public_key())}{', in the place of the signature that was there' * older}")
    return OK


def _replay(args: argparse.Namespace, _: Members, stored: Stored) -> int:
    """Decide again from the stored bytes; exit as the original check did."""
    from bgpcheck.api import finish  # noqa: PLC0415
    from bgpcheck.cli.check import status  # noqa: PLC0415
    from bgpcheck.engine import replay  # noqa: PLC0415
    from bgpcheck.store import configs  # noqa: PLC0415

    done = finish(replay(stored))
    if done.version:
        say(f"decided by bgpcheck {visible(done.version)}, replayed by another version\n")
    if not configs.comes_with_us(done.result.policy):
        say(f"decided by the policy {visible(done.result.policy.name)} of the bundle, not by one that comes with this bgpcheck\n")
    for line in done.differences:
        complain(f"{args.bundle}: {line}")
    if done.differences:
        return BROKEN
    say(f"{visible(args.bundle)}: replayed, the same verdict: {done.result.verdict}\n")
    return status(done.result)


def _show(args: argparse.Namespace, members: Members, stored: Stored) -> int:
    """List verdicts, documents and gaps, and who signed; or make a copy to share."""
    from bgpcheck.evidence import signing  # noqa: PLC0415
    from bgpcheck.evidence.statement import LISTING  # noqa: PLC0415
    from bgpcheck.render import evidence  # noqa: PLC0415
    from bgpcheck.render import signing as words  # noqa: PLC0415

    if args.redact:
        return copies.make(args, members, stored)
    made = signing.read(members)
    lines = evidence.lines(args.bundle, stored.result, members[LISTING])
    says = ["", "signature", *(f"  {line}" for line in words.unverified(made))] if made else []
    say("".join(f"{visible(line)}\n" for line in (*lines, *says)))
    return OK
