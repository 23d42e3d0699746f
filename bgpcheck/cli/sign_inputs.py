"""What the options of ``sign`` say: prefixes, numbers, passphrases, and files with signatures, certificates and records.

Rule: every file has a size limit, and what is wrong is told with the option or the file that it stands in.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import streams
from bgpcheck.cli.reading import number
from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from bgpcheck.facts.signature import Published
    from bgpcheck.facts.validation_id import ValidationId
    from bgpcheck.model import Prefix

DAYS, MOST_DAYS = 365, 3650
LIMIT = 1 << 16  # bytes of a file with a certificate or a signature
LONGEST_PASSPHRASE = 1023  # bytes: more can't encrypt a key
FILE_LIKE = re.compile(r"\.[A-Za-z]{1,6}$|^\.{0,2}/.*\.")  # how files are called and Base64 is not
LONGEST_NAME = 255  # characters of a file's name, where a signature has 344 or more


def published(args: argparse.Namespace, about: Prefix) -> Iterator[Published]:
    """Give the certificates of the files; a record of another range does not count."""
    from bgpcheck.facts.signature import Published  # noqa: PLC0415 (as above)
    from bgpcheck.formats import record  # noqa: PLC0415 (as above)
    from bgpcheck.model import AddressRange  # noqa: PLC0415 (as above)
    from bgpcheck.published import published as certificates_of  # noqa: PLC0415 (as above)
    from bgpcheck.published import readable  # noqa: PLC0415 (as above)

    for name in args.record:
        shown = "standard input" if name == "-" else name
        records = record.parse(read(name, record.LIMIT), file=shown)
        covering = [one for one in records if isinstance(one.resource, AddressRange) and one.resource.covers(about)]
        for one in records:
            if one not in covering:
                streams.complain(f"{name}: the record of {one.resource} does not cover {about}: not counted")
        yield from certificates_of(covering) or ()
    for der in certificates(args.certificate) if args.certificate else ():
        yield Published(readable(der), f"{args.certificate} (as if it were published)")


def certificates(name: str) -> tuple[bytes, ...]:
    """Read the certificates of a file."""
    from bgpcheck.formats import x509  # noqa: PLC0415 (as above)

    try:
        return x509.load(read(name, LIMIT))
    except FormatError as error:
        raise error.at(file=name) from None


def signature(text: str) -> str:
    """Take a signature as it was given, or from a file or standard input, whose last line may end as lines do.

    Raises:
        UsageError: it is the name of a file that is not there.
    """
    if len(text) > LONGEST_NAME:
        return text
    if text != "-" and not Path(text).is_file():
        if FILE_LIKE.search(text):
            raise UsageError(f"--signature {text[:80]}: there is no such file, and a signature in Base64 it is not")
        return text
    return read(text, LIMIT).decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")


def doubts(asn: int, prefixes: Iterable[Prefix]) -> Iterator[str]:
    """Say what of a certificate's names Microsoft peering would not take (PFX-1, ASN-4, ASN-7)."""
    from bgpcheck.facts.asn import registry_kind  # noqa: PLC0415 (loaded when called)
    from bgpcheck.facts.special import special  # noqa: PLC0415 (as above)

    kind = registry_kind(asn)
    if kind is not None:
        yield f"warning: AS{asn} is {kind}: it can't be looked up in a registry (ASN-4, ASN-7)"
    for one in prefixes:
        if block := special(one):
            yield f"warning: {one} is not public: {block.name} (PFX-1)"


def read(name: str, limit: int) -> bytes:
    """Read a file of limited size."""
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415 (as above)

    return read_whole(Path(name), "standard input" if name == "-" else name, limit=limit)


def about(args: argparse.Namespace) -> ValidationId:
    """Read or make the validation id.

    Raises:
        UsageError: options for it are missing, or say it twice.
    """
    from bgpcheck.facts.validation_id import make_id, parse_id  # noqa: PLC0415 (as above)

    parts = [args.service_key, args.prefix, args.asn]
    if args.validation_id:
        if any(parts):
            raise UsageError("--validation-id says all: leave --service-key, --prefix and --asn out")
        return parse_id(args.validation_id)
    if not all(parts):
        raise UsageError("give --validation-id, or --service-key with --prefix and --asn")
    if len(args.prefix) > 1:
        raise UsageError("every prefix has a validation id of its own: give one --prefix")
    return make_id(args.service_key, prefix(args.prefix[0]), asn(args.asn))


def prefix(text: str) -> Prefix:
    """Read ``--prefix``.

    Raises:
        UsageError: it is not one.
    """
    from bgpcheck.model import Prefix  # noqa: PLC0415 (as above)

    try:
        return Prefix.parse(text)
    except FormatError as error:
        raise UsageError(f"--prefix: {error}") from error


def asn(text: str) -> int:
    """Read ``--asn``.

    Raises:
        UsageError: it is not one, or 0.
    """
    from bgpcheck.model import parse_asn  # noqa: PLC0415 (as above)

    try:
        found = parse_asn(text)
    except FormatError as error:
        raise UsageError(f"--asn: {error}") from error
    if not found:
        raise UsageError("--asn: AS0 announces nothing: give your own AS number")
    return found


def days(text: str | None) -> int:
    """Read ``--days``; ``UsageError`` where it is not a number from 1 to ``MOST_DAYS``."""
    return DAYS if text is None else number("--days", text, "days,", 1, MOST_DAYS)


def passphrase(variable: str | None) -> bytes | None:
    """Take the passphrase from the environment; the command line, which others can read, never has it.

    Raises:
        UsageError: the variable is not set, or holds too much.
    """
    if not variable:
        return None
    found = os.environ.get(variable, "")
    if not found:
        raise UsageError(f"--passphrase-variable: {variable[:60]} is not set, or empty")
    if len(os.fsencode(found)) > LONGEST_PASSPHRASE:
        raise UsageError(f"--passphrase-variable: {variable[:60]} holds more than {LONGEST_PASSPHRASE} bytes")
    return os.fsencode(found)
