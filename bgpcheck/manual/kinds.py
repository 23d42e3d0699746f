"""What stands where an option wants a value: the metavars, what each means, and which files or folders it names. Pure.

Rule: a metavar means the same wherever it stands; one that is not here is refused by a test.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is; ``ends``: how the names of such files end (empty: any name); ``file``, ``folder``: what completion offers."""

    text: str
    file: bool = False
    folder: bool = False
    ends: tuple[str, ...] = ()


PACKED = ("gz", "bz2", "xz")
SNAPSHOT = Kind("a snapshot of registry data (bgpcheck registry build)", file=True, ends=("snapshot",))
KINDS = {
    "ACTION": Kind("what is to be done"),
    "ADDRESS": Kind("an IPv4 or IPv6 address, such as 192.0.2.1"),
    "ASN": Kind("an AS number: 3333, AS3333, or 0.3333"),
    "BITS": Kind("the size of an RSA key in bits"),
    "BUNDLE": Kind("an evidence bundle (zip)", file=True, ends=("zip",)),
    "CLOUD": Kind("one of Azure's clouds"),
    "CODE": Kind("a reason code or the id of a rule"),
    "DAYS": Kind("a number of days"),
    "DIR": Kind("a folder", folder=True),
    "DURATION": Kind("a number with its unit, s, m, h or d: 90s, 15m, 2h, 2d"),
    "FILE": Kind("a file; where its help says so, - is standard input", file=True),
    "FILE.db": Kind("a file (SQLite)", file=True, ends=("db",)),
    "FILE.zip": Kind("the bundle to be written", file=True, ends=("zip",)),
    "FORMAT": Kind("how the result is written"),
    "GUID": Kind("a GUID: 8-4-4-4-12 hexadecimal digits"),
    "ID": Kind("a resource id of Azure: /subscriptions/…"),
    "KEY.pem": Kind("a key, PEM", file=True, ends=("pem", "key", "crt", "cer")),
    "LAYER": Kind("2 or 3"),
    "N": Kind("a whole number"),
    "NAME": Kind("a name, quoted where it has blanks"),
    "NAME|FILE": Kind("a policy that comes with bgpcheck, or a file (YAML)", file=True, ends=("yaml", "yml")),
    "NAME=FILE": Kind("an IRR source's name and the file with its objects", file=True, ends=("db", "rpsl", *PACKED)),
    "OLD.json": Kind("an earlier result (check --format json)", file=True, ends=("json",)),
    "OPERATION": Kind("what one may want to do with a circuit"),
    "PAPER": Kind("ticket or letter"),
    "PEERING": Kind("one of a circuit's peerings, in Azure's words"),
    "PORT": Kind("a TCP port, 1 to 65535"),
    "PREFIX": Kind("an IPv4 or IPv6 prefix, such as 193.0.0.0/21"),
    "PREFLIGHT.yaml": Kind("a preflight file", file=True, ends=("yaml", "yml")),
    "REGISTRY": Kind("a routing registry, as Azure's routingRegistryName"),
    "ROUTES": Kind("CSV, ExaBGP JSON Lines or MRT", file=True, ends=("csv", "json", "jsonl", "mrt", *PACKED)),
    "SCHEMA": Kind("the name of a JSON Schema"),
    "SECONDS": Kind("a number of seconds, 1 to 3600"),
    "SHELL": Kind("bash, zsh or fish"),
    "SNAPSHOT": SNAPSHOT,
    "SNAPSHOT|DIR": Kind("a snapshot, or a folder of registry files", file=True, folder=True, ends=("snapshot",)),
    "SOURCE": Kind("a source in sources.yaml: RADB, ripencc, vrps"),
    "STATE": Kind("a state that is waited for"),
    "TEXT": Kind("text, quoted where it has blanks"),
    "TIME": Kind("a time, UTC: 2026-01-31T12:00:00Z, or 2026-01-31"),
    "URL": Kind("an address with its scheme, such as tcp://10.0.0.1:8786"),
    "VARIABLE": Kind("the name of an environment variable, never its content"),
    "VERDICT": Kind("a verdict that is waited for"),
}
