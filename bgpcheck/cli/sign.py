"""``bgpcheck sign keygen|message|sign|verify``: the signed-prefix preview (SIG-1 to SIG-6). The key never leaves the machine.

Rule: what is to be copied stands alone on standard output; nothing is submitted, and nothing of a key is ever said.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import BROKEN, OK, streams
from bgpcheck.cli import sign_inputs as inputs
from bgpcheck.cli.inputs import option, refuse_idle
from bgpcheck.cli.keys import warn
from bgpcheck.cli.reading import OneOf
from bgpcheck.cli.shared import MANY, add, format_of
from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    import argparse

ACTIONS = {
    "keygen": "make a key and a certificate for prefixes",
    "message": "write what is to be signed for a prefix",
    "sign": "sign it, and say how to submit the signature",
    "verify": "say whether a signature verifies with what is published",
}
# Options, and the actions that they are for.
FOR = {
    "asn": ("keygen", "message", "sign"),
    "prefix": ("keygen", "message", "sign"),
    "service_key": ("message", "sign"),
    "validation_id": ("sign", "verify"),
    "organisation": ("keygen",),
    "days": ("keygen",),
    "bits": ("keygen",),
    "out": ("keygen",),
    "force": ("keygen",),
    "certificate": ("keygen", "verify"),
    "key": ("sign",),
    "passphrase_variable": ("keygen", "sign"),
    "output": ("message",),
    "signature": ("verify",),
    "record": ("verify",),
    "now": ("keygen", "verify"),
    "format": ("verify",),
}
NEEDED = {
    "keygen": ("asn", "prefix", "organisation", "out"),
    "message": ("service_key", "prefix", "asn"),
    "sign": ("key",),
    "verify": ("validation_id", "signature"),
}
BITS = ("2048", "3072", "4096")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what is signed")
    what.add_argument("action", type=OneOf(ACTIONS), metavar="ACTION", help="keygen, message, sign or verify")
    add(what, "--prefix", help="keygen: a prefix of yours; repeat for several; message, sign: the prefix, once")
    what.add_argument("--asn", metavar="ASN", help="the AS number: the customer ASN where the peering has one, else the peer ASN")
    what.add_argument("--service-key", metavar="GUID", help="message, sign: the circuit's service key")
    what.add_argument(
        "--validation-id", metavar="TEXT", help="sign, verify: the validation id as Azure shows it, instead of the other three"
    )
    key = parser.add_argument_group("the key")
    key.add_argument("--organisation", metavar="NAME", help="keygen: whom the certificate names")
    key.add_argument("--days", metavar="DAYS", help=f"keygen: how many days the certificate is valid (default: {inputs.DAYS})")
    key.add_argument("--bits", type=OneOf(BITS), metavar="BITS", help="keygen: size of the RSA key: 2048, 3072 or 4096 (default: 4096)")
    key.add_argument("--out", metavar="KEY.pem", help="keygen: where the private key goes, readable by you alone")
    key.add_argument("--force", action="store_true", help="keygen: overwrite a key and a certificate that are there")
    key.add_argument("--key", metavar="KEY.pem", help="sign: the private key")
    add(key, "--passphrase-variable")
    proof = parser.add_argument_group("what is verified")
    proof.add_argument("--signature", metavar="TEXT", help="verify: the signature as it is submitted, or a file that holds it")
    proof.add_argument("--record", **MANY, metavar="FILE", help="verify: a registry's record, RDAP or whois text; repeat for several")
    proof.add_argument("--certificate", metavar="FILE", help="keygen: where the certificate goes too; verify: one that is to be published")
    add(proof, "--now", help="judge dates as of this time, such as 2026-01-31T12:00:00Z (default: now)")
    out = parser.add_argument_group("what to write")
    format_of(out, "table", "json", default=None, help="verify: table or json (default: table)")
    add(out, "--output", help="message: write its exact bytes there, without a newline, for openssl")


def run(args: argparse.Namespace) -> int:
    """Do one of the four.

    Raises:
        UsageError: an option is empty, missing, or not for this action.
    """
    refuse_idle(args, FOR)
    if missing := [option(name) for name in NEEDED[args.action] if not getattr(args, name)]:
        raise UsageError(f"sign {args.action} needs {' and '.join(missing)} (see bgpcheck sign --help)")
    return {"keygen": _keygen, "message": _message, "sign": _sign, "verify": _verify}[args.action](args)


def _keygen(args: argparse.Namespace) -> int:
    """Make a key and a certificate; print the line to publish."""
    from bgpcheck.formats import certificate, x509  # noqa: PLC0415 (loaded when called)
    from bgpcheck.render import signature as page  # noqa: PLC0415 (as above)
    from bgpcheck.store import keys  # noqa: PLC0415 (as above)
    from bgpcheck.store.clock import now_of  # noqa: PLC0415 (as above)

    prefixes, asn, valid = [inputs.prefix(one) for one in args.prefix], inputs.asn(args.asn), (now_of(args.now), inputs.days(args.days))
    out = Path(args.out)
    keys.check(out, force=args.force)
    if args.certificate:
        keys.check(Path(args.certificate), force=args.force)
        streams.check_targets([("--certificate", args.certificate)], [args.out])
    passphrase = inputs.passphrase(args.passphrase_variable)
    streams.progress("making a key")
    key = x509.new_key(int(args.bits or BITS[-1]))
    streams.progress("")
    made = x509.self_signed(key, args.organisation, asn, prefixes, valid)
    line = certificate.one_line(made)
    keys.write(out, x509.key_text(key, passphrase), force=args.force)
    if args.certificate:
        streams.put(args.certificate, certificate.pem(made))
    streams.say(f"{line}\n")
    for doubt in inputs.doubts(asn, prefixes):
        streams.complain(doubt)
    streams.tell(page.publishing())
    return OK


def _message(args: argparse.Namespace) -> int:
    """Print what is signed, or write its exact bytes; a newline comes after it on a terminal only, for it would be signed too."""
    text = str(inputs.about(args))
    if not args.output or args.output == "-":
        streams.say(f"{text}\n" if streams.is_terminal() else text)
        return OK
    streams.check_targets([("--output", args.output)], [])
    streams.put(args.output, text.encode())
    return OK


def _sign(args: argparse.Namespace) -> int:
    """Print the signature, and say how it is submitted."""
    from bgpcheck.formats import x509  # noqa: PLC0415 (loaded when called)
    from bgpcheck.render import signature as page  # noqa: PLC0415 (as above)
    from bgpcheck.store import keys  # noqa: PLC0415 (as above)

    about = inputs.about(args)
    data, shared = keys.read(Path(args.key))
    try:
        key = x509.load_key(data, inputs.passphrase(args.passphrase_variable))
    except FormatError as error:
        raise error.at(file=args.key) from None
    if shared:
        warn(args.key)
    made = x509.sign(key, str(about).encode())
    streams.say(f"{made}\n")
    streams.tell(page.submission(about, made))
    return OK


def _verify(args: argparse.Namespace) -> int:
    """Hold a signature against what is published."""
    from bgpcheck.facts.signature import Question, SignatureState, judge  # noqa: PLC0415 (loaded when called)
    from bgpcheck.facts.validation_id import parse_id  # noqa: PLC0415 (as above)
    from bgpcheck.formats import x509  # noqa: PLC0415 (as above)
    from bgpcheck.model import Signed  # noqa: PLC0415 (as above)
    from bgpcheck.render import signature as page  # noqa: PLC0415 (as above)
    from bgpcheck.store.clock import now_of  # noqa: PLC0415 (as above)

    if not (args.record or args.certificate):
        raise UsageError("sign verify needs --record FILE, the registry's record, or --certificate FILE, one that is to be published")
    about, now = parse_id(args.validation_id), now_of(args.now)
    given = Signed(args.validation_id, inputs.signature(args.signature))
    found = tuple(inputs.published(args, about.prefix))
    fact = judge(Question(about.prefix, (about.asn,)), given, found, now, x509.verifies)
    streams.say((page.as_json if args.format == "json" else page.as_text)(about, fact, now))
    return OK if fact.value is SignatureState.VERIFIED else BROKEN
