"""What ``check`` refuses before anything is read: words that make no sense together, and files that cannot be written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bgpcheck.cli import diff, inputs, keys, streams, until
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.model import Prefix, parse_asn

if TYPE_CHECKING:
    import argparse

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # what word processors make of a hyphen


def refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is read.

    Raises:
        UsageError: names the option that is wrong or missing.
    """
    inputs.refuse_empty(vars(args))
    inputs.refuse_templates(args)
    for word in args.preflight:
        _refuse_word(word)
    for text in args.prefix:
        if len(text.replace(",", " ").split()) > 1:
            raise UsageError(f"--prefix {text[:60]!r}: give each prefix its own --prefix")
    _refuse_network(args)
    _refuse_circuit(args)
    diff.refuse(args)
    until.refuse(args)
    if not (args.preflight or args.prefix or args.circuit or args.azure) and args.events is None and args.all_prefixes_of is None:
        raise UsageError("there is nothing to judge: give a preflight file, --circuit, or --peer-asn with --prefix or --events")
    if not (args.preflight or args.circuit or args.azure) and args.peer_asn is None and args.all_prefixes_of is None:
        raise UsageError("--peer-asn is missing: give the AS number of your router")
    if [*args.preflight, *args.assume, args.events, args.internet, args.circuit, args.diff].count("-") > 1:
        raise UsageError("standard input can be read once only")
    if args.internet == "-" and len(args.preflight) > 1:
        raise UsageError("--internet - takes one preflight file: standard input can be read once only")
    _refuse_targets(args)
    keys.take(args)


def _refuse_circuit(args: argparse.Namespace) -> None:
    """Refuse contradictions about the circuit."""
    given = "--circuit" if args.circuit is not None else "--azure" if args.azure is not None else None
    if args.circuit is not None and args.azure is not None:
        raise UsageError("--circuit and --azure: choose one, a file or Azure itself")
    if args.circuit_name is not None and args.circuit is None:
        raise UsageError("--circuit-name chooses among the circuits of a file: add --circuit FILE")
    if given and len(args.preflight) > 1:
        raise UsageError(f"{given} takes one preflight file: it says what Azure has of that peering")
    if given and args.all_prefixes_of is not None:
        raise UsageError(f"{given} and --all-prefixes-of: choose one, since each says what is listed")
    if args.cloud is not None and not given:
        raise UsageError("--cloud is that of a circuit: add --circuit or --azure (a preflight file says its own)")
    if args.feedback is not None and not given:
        raise UsageError("--feedback keeps what Azure says beside the prediction: add --circuit or --azure")
    if args.azure is not None and (args.offline or args.dry_run):
        raise UsageError("--azure asks Azure over the network: leave out --offline and --dry-run")


def _refuse_network(args: argparse.Namespace) -> None:
    """Refuse contradictions about asking."""
    if args.live and args.offline:
        raise UsageError("--live and --offline: choose one")
    if args.dry_run and not args.live:
        raise UsageError("--dry-run shows what --live would ask: add --live")
    given = {"--refresh": args.refresh, "--keep-contacts": args.keep_contacts, "--deadline": args.deadline is not None}
    if not args.live and (idle := [name for name, there in given.items() if there]):
        raise UsageError(f"{idle[0]} is about live registries: add --live")
    if args.dry_run and args.format not in {"table", "json"}:
        raise UsageError(f"--dry-run writes table or json, not {args.format}")
    if args.dry_run and args.evidence:
        raise UsageError("--dry-run and --evidence: nothing is asked, so there is no evidence")


def _refuse_targets(args: argparse.Namespace) -> None:
    """Refuse to write where it cannot be, or over what is read."""
    if len(args.preflight) > 1 and args.evidence:
        raise UsageError("--evidence takes one file to judge: a bundle holds one result")
    if args.evidence == "-":
        raise UsageError("--evidence needs the name of a file: a zip is nothing for a terminal")
    targets = [("--output", args.output), ("--evidence", args.evidence), ("--feedback", args.feedback)]
    inputs = [*args.preflight, *args.assume, args.events, args.internet, args.policy, args.circuit, args.diff, args.sign_key]
    inputs += [args.registry_data, args.sources, args.templates]
    streams.check_targets([(option, name) for option, name in targets if name and name != "-"], filter(None, inputs))
    if args.feedback:
        streams.check_feedback(args.feedback)


def _refuse_word(word: str) -> None:
    """Refuse a word that was meant for an option and stands where a preflight file should."""
    if os.path.exists(word):  # noqa: PTH110 (no error for a name that cannot be one)
        return
    if word[0] in DASHES:
        raise UsageError(f"{word}: this dash is not the keyboard's hyphen: write --{word.lstrip(DASHES)}")
    for option, read in (("--prefix", Prefix.parse_masking), ("--peer-asn", parse_asn)):
        try:
            read(word)
        except FormatError:
            continue
        raise UsageError(f"{word}: there is no such preflight file: write {option} {word}")
