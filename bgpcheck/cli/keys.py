"""Keys that bundles are signed and verified with, as the command line names them: read once, before any work is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import streams
from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    import argparse

    from bgpcheck.formats.keypair import PrivateKey, PublicKey

LIMIT = 1 << 16  # bytes of a file with a public key or a certificate


def take(args: argparse.Namespace) -> None:
    """Read the key that ``--sign-key`` names, and keep it as ``args.signer`` (None where there is none); raises where it can't be.

    Raises:
        UsageError: there is nothing to sign, or no key that a passphrase is for.
    """
    if args.sign_key and not args.evidence:
        raise UsageError("--sign-key signs the evidence bundle: add --evidence FILE.zip")
    if args.passphrase_variable and not args.sign_key:
        raise UsageError("--passphrase-variable is about the key of --sign-key: add it")
    args.signer = private(args.sign_key, args.passphrase_variable) if args.sign_key else None


def private(name: str, variable: str | None) -> PrivateKey:
    """Read a private key; its passphrase is in the environment, and nowhere else."""
    from bgpcheck.cli import sign_inputs  # noqa: PLC0415 (only where something is signed)
    from bgpcheck.formats import keypair  # noqa: PLC0415 (as above)
    from bgpcheck.store import keys  # noqa: PLC0415 (as above)

    data, shared = keys.read(Path(name))
    try:
        key = keypair.load_private(data, sign_inputs.passphrase(variable))
    except FormatError as error:
        raise error.at(file=name) from None
    if shared:
        warn(name)
    return key


def warn(name: str) -> None:
    """Say that a private key's file is not its owner's alone."""
    streams.complain(f"{name}: others on this machine may read it: chmod 600 it, and make a new key if they could have")


def public(name: str) -> PublicKey:
    """Read a public key, or that of a certificate."""
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415 (as above)
    from bgpcheck.formats import keypair  # noqa: PLC0415 (as above)

    try:
        return keypair.load_public(read_whole(Path(name), name, limit=LIMIT))
    except FormatError as error:
        raise error.at(file=name) from None
