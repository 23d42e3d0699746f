"""What is looked at once a soaked lab has ended: its books, its verdicts, and the same routes judged afresh.

Rule: a verdict is what the registries say when they are well, or ``undetermined``; silence makes nothing ``configured``.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, Any

import program
from integration import ledger
from integration.flapping import ASN, RIGHT
from integration.ledger import Books
from integration.playing import LISTED
from integration.soaking import OUTSIDE
from integration.watched import JUDGED_BY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integration.ledger import Line
    from integration.soaking import Soak

PATIENCE = 60.0  # seconds in which an announcement is judged, whatever registries do
PRIVATE = range(64512, 65535)  # RFC 6996
OWN = [ipaddress.ip_network(one) for one in (*LISTED, *RIGHT)]


def books(soak: Soak, summary: Mapping[str, Any]) -> Books:
    """Look through all of it."""
    found = Books()
    told = soak.lab.events()
    lines = ledger.spoken(soak.transcript())
    spare = summary["counts"]["coalesced"]
    for peer, tap in soak.taps.items():
        ledger.compare_wire(peer, tap.wires, lines[peer], found)
        mine = [one for one in told if one["peer"] == peer]
        spare -= ledger.compare_told(peer, lines[peer], mine, spare, found)
    ledger.compare_journal(told, _kept(soak), found)
    ledger.compare_verdicts({peer: some for peer, some in lines.items() if peer != OUTSIDE}, told, PATIENCE, found)
    _truth(told, found)
    _afresh(soak, lines, found)
    for name in ("malformed", "shed"):
        if summary["counts"][name]:
            found.faults.append(f"{summary['counts'][name]} {name}")
    return found


def _kept(soak: Soak) -> list[Line]:
    """Give the happenings of the journal."""
    with contextlib.closing(sqlite3.connect(f"file:{soak.folder / 'lab.db'}?mode=ro", uri=True)) as db:
        return [json.loads(body) for (body,) in db.execute("SELECT body FROM happenings ORDER BY id")]


def may_be_configured(prefix: str, path: Sequence[int] | None) -> bool:
    """Tell whether the registries of a soak tie a prefix to AS3333, and the path, private numbers stripped, comes from there."""
    net = ipaddress.ip_network(prefix)
    public = [asn for asn in path or [ASN] if asn not in PRIVATE]
    return any(net.version == one.version and net.subnet_of(one) for one in OWN) and public[-1:] == [ASN]  # type: ignore[arg-type]


def _truth(told: Sequence[Line], found: Books) -> None:
    """Look at every verdict there was."""
    words: Counter[str] = Counter()
    for one in (one for one in told if one["type"] == "verdict"):
        words[one["verdict"]] += 1
        if one["verdict"] == "configured":
            tied = one["irr"]["match"] in {"exact", "covering"}
            if not tied or not may_be_configured(one["prefix"], one["announced"] and one["announced"]["asPath"]):
                found.faults.append(f"{one['prefix']} was told as configured: {one['reasons'][0]['code']}, {one['announced']}")
    found.counts.update({f"verdicts {word}": count for word, count in words.items()})


def since_last_up(lines: Sequence[Line]) -> Sequence[Line]:
    """Give the last session of a peer, without its end: what stands is of that one."""
    ups = [at for at, line in enumerate(lines) if line["type"] == "state" and line["neighbor"]["state"] == "up"]
    return [line for line in lines[ups[-1] :] if line["type"] in {"state", "update"} and line["neighbor"].get("state") != "down"]


def _afresh(soak: Soak, lines: Mapping[str, Sequence[Line]], found: Books) -> None:
    """Judge what stands at the end by a check of its own, of what ExaBGP said; what the lab told last is the same."""
    events = soak.folder / "events.jsonl"
    events.write_text("".join(f"{json.dumps(line)}\n" for peer, some in lines.items() if peer != OUTSIDE for line in since_last_up(some)))
    words = ["--live", "--sources", str(soak.folder / "sources.yaml"), "--registry-data", str(soak.folder / "registry"), "--deadline", "60"]
    preflight = str(soak.lab.output.with_name("preflight.yaml"))
    ran = program.run(
        "check", preflight, "--events", str(events), *words, *JUDGED_BY[2:], "--format", "json",
        timeout=300, XDG_CACHE_HOME=str(soak.folder / "cache"),
    )  # fmt: skip
    if ran.status not in {0, 3, 4}:
        found.faults.append(f"a fresh check ends with {ran.status}: {ran.stderr[-300:]}")
        return
    fresh = {one["prefix"]: (one["verdict"], one["reasons"][0]["code"]) for one in json.loads(ran.stdout)["prefixes"]}
    last = {prefix: verdict[:2] for prefix, verdict in soak.lab.verdicts().items()}
    found.counts["prefixes at the end"] = len(fresh)
    for prefix in fresh.keys() | last.keys():
        if fresh.get(prefix) != last.get(prefix):
            found.faults.append(f"{prefix}: a fresh check says {fresh.get(prefix)}, the lab said {last.get(prefix)}")
