"""Options that several commands have: called, ordered and described alike. Not a command.

Rule: ``add`` takes them in the order of ``SHARED``, so that it is the same everywhere; a command may describe one in its own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bgpcheck.claim import CLOUDS
from bgpcheck.cli.reading import OneOf
from bgpcheck.defaults import DEADLINE, DEFAULT_POLICY

if TYPE_CHECKING:
    import argparse

SWITCH: dict[str, Any] = {"action": "store_true"}
MANY: dict[str, Any] = {"action": "append", "default": []}
SHARED: dict[str, dict[str, Any]] = {
    # what to judge
    "--prefix": {**MANY, "metavar": "PREFIX", "help": "a prefix to advertise; repeat for several"},
    "--peer-asn": {"metavar": "ASN", "help": "AS number of your router"},
    "--customer-asn": {"metavar": "ASN", "help": "AS number that the prefixes are registered to, where it is another"},
    "--registry": {"metavar": "REGISTRY", "help": "routingRegistryName of the peering: RIPENCC, ARIN, RADB …"},
    "--circuit-name": {"metavar": "NAME", "help": "which circuit, where there are several"},
    "--events": {"metavar": "FILE", "help": "recorded ExaBGP events, - for standard input: judge what is announced"},
    "--internet": {"metavar": "FILE", "help": "is it on the Internet too (PFX-4)? a table: CSV prefix,asn, MRT or ExaBGP events"},
    # from Azure itself
    "--azure": {"metavar": "ID", "help": "ask Azure itself for the circuit with this resource id (needs bgpcheck[azure])"},
    "--cloud": {"type": OneOf(CLOUDS), "metavar": "CLOUD", "help": "public, usgov or china (default: public)"},
    # what to judge by
    "--registry-data": {
        "metavar": "SNAPSHOT|DIR",
        "help": "a snapshot (default: the one of registry build), or a folder of registry files",
    },
    "--offline": {**SWITCH, "help": "never use the network (default)"},
    "--live": {**SWITCH, "help": "ask the registries themselves: RDAP, whois, IRR servers; files for the rest"},
    "--dry-run": {**SWITCH, "help": "show whom --live would ask how much, and send nothing"},
    "--refresh": {**SWITCH, "help": "ask live registries again, whatever they said an hour ago"},
    "--keep-contacts": {**SWITCH, "help": "keep the people whom live answers name, which a bundle else leaves out"},
    "--deadline": {"metavar": "SECONDS", "help": f"wait at most so many seconds for live registries, 1 to 3600 (default: {DEADLINE:.0f})"},
    "--sources": {"metavar": "FILE", "help": "names and addresses of registries (default: the sources.yaml that bgpcheck has)"},
    "--policy": {"metavar": "NAME|FILE", "help": f"microsoft-peering, published-criterion, strict, or a file (default: {DEFAULT_POLICY})"},
    "--assume": {**MANY, "metavar": "FILE", "help": "judge as if these objects or VRPs were there; repeat for several"},
    "--now": {"metavar": "TIME", "help": "decide as of this time, such as 2026-01-31T12:00:00Z (default: now)"},
    "--strict": {**SWITCH, "help": "take no answer from data older than its limit"},
    # what to write
    "--format": {"metavar": "FORMAT", "default": "table"},
    "--output": {"metavar": "FILE", "help": "write the result there (default: standard output)"},
    "--feedback": {"metavar": "FILE", "help": "add predictions and what Azure says to this file (JSON Lines)"},
    "--evidence": {"metavar": "FILE.zip", "help": "write the evidence bundle"},
    "--templates": {
        "metavar": "DIR",
        "help": "write its ticket.md and loa-draft.md from your own templates (bgpcheck explain prints ours)",
    },
    "--sign-key": {"metavar": "KEY.pem", "help": "sign the bundle with this Ed25519 or RSA key (evidence sign --help tells more)"},
    "--passphrase-variable": {"metavar": "VARIABLE", "help": "the environment variable that holds the key's passphrase"},
}


def add(group: Any, *names: str, **different: Any) -> None:  # noqa: ANN401 (a parser, or a group of its options)
    """Add options of ``SHARED``, in its order; ``different``: what ``add_argument`` takes and is otherwise here."""
    for name, usual in SHARED.items():
        if name in names:
            group.add_argument(name, **(usual | different))


def format_of(group: argparse._ArgumentGroup, *known: str, default: str | None = "table", **different: Any) -> None:  # noqa: ANN401
    """Add ``--format`` with the formats that it knows."""
    said = f"{', '.join(known[:-1])} or {known[-1]} (default: {default})"
    add(group, "--format", **({"type": OneOf(known), "default": default, "help": said} | different))
