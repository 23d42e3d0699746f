"""What ``check``, ``lab`` and ``watch`` are told in the same words: read from the command line in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli.reading import seconds
from bgpcheck.defaults import DEADLINE
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Mapping

    from bgpcheck.api import Options

NAMES = {  # of values whose option is called otherwise
    "preflight": "a preflight file's name",
    "files": "a file's name",
    "routes": "a file's name",
    "snapshot": "a snapshot's name",
    "bundle": "a bundle's name",
    "limit": "--for",
    "folder": "--from",
}


def common(args: argparse.Namespace) -> Options:
    """Give the options that all have: what is claimed, and what it is judged by."""
    from bgpcheck.api import Options  # noqa: PLC0415 (drawing help needs none of it)

    return Options(
        prefixes=tuple(args.prefix),
        peer_asn=args.peer_asn,
        customer_asn=args.customer_asn,
        registry=args.registry,
        internet=args.internet,
        templates=args.templates,
        registry_data=args.registry_data,
        policy=args.policy,
        assume=tuple(args.assume),
        now=args.now,
        strict=args.strict,
        live=args.live,
        deadline=seconds(args.deadline) if args.deadline is not None else DEADLINE,
        sources=args.sources or "",
    )


def refuse_empty(values: Mapping[str, object]) -> None:
    """Refuse empty words: they come from shell variables that are not set.

    Raises:
        UsageError: one is; names its option.
    """
    for name, value in values.items():
        if any(isinstance(word, str) and not word.strip() for word in (value if isinstance(value, list) else [value])):
            raise UsageError(f"{option(name)} is empty (a shell variable that is not set?)")


def option(name: str) -> str:
    """Spell the option that a value comes from."""
    return NAMES.get(name, f"--{name.replace('_', '-')}")


def refuse_idle(args: argparse.Namespace, meant: Mapping[str, Collection[str]]) -> None:
    """Refuse empty words, and options that are not for the action at hand; ``meant``: option → the actions that it is for.

    Raises:
        UsageError: one is; names it.
    """
    refuse_empty(vars(args))
    for name, actions in meant.items():
        if getattr(args, name) and args.action not in actions:
            raise UsageError(f"{option(name)} is for {args.command} {' or '.join(actions)}, not for {args.action}")


def refuse_templates(args: argparse.Namespace) -> None:
    """Refuse templates without a bundle.

    Raises:
        UsageError: there is no ``--evidence``.
    """
    if args.templates is not None and not args.evidence:
        raise UsageError("--templates is about the ticket and the letter in a bundle: add --evidence FILE.zip")
