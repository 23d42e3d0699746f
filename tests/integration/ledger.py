"""The books of a lab: what routers said on the wire, what ExaBGP said of it, and what the lab told and kept. Each thing once, in order.

Rule: nothing is excused that is not counted; what may be missing is what nobody could read any more (the end of a session that was cut)
and what later lines made needless before anybody looked (``coalesced`` of the lab's own counts).
"""

from __future__ import annotations

import ipaddress
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from bgpcheck.sinks.journal import MOST_HAPPENINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from integration.tap import Wire

AGAIN = "not announced again"
Line = dict[str, Any]


@dataclass
class Books:
    """``faults``: sentences, empty where all is well; ``counts``: what was found."""

    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def spoken(transcript: bytes) -> dict[str, list[Line]]:
    """Give what ExaBGP told of each peer, in order; answers to commands are none of it."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in transcript.splitlines():
        if line.startswith(b"{"):
            one = json.loads(line)
            if "neighbor" in one and (one["type"] != "update" or one["neighbor"]["direction"] in {"receive", "in"}):
                found[one["neighbor"]["address"]["peer"]].append(one)
    return found


def masked(text: str) -> str:
    """Spell a prefix with its host bits masked."""
    return str(ipaddress.ip_network(text, strict=False))


def announced(line: Line) -> dict[str, tuple[int, ...]]:
    """Give what an event of updates announces, with AS numbers of the path."""
    said = line["neighbor"].get("message", {}).get("update", {})
    path = said.get("attribute", {}).get("as-path", {})
    numbers = tuple(asn for one in path.values() for asn in one["value"]) if isinstance(path, dict) else tuple(path)
    return {masked(one["nlri"]): numbers for hops in said.get("announce", {}).values() for some in hops.values() for one in some}


def withdrawn(line: Line) -> list[str]:
    """Give what an event of updates withdraws."""
    said = line["neighbor"].get("message", {}).get("update", {})
    return [masked(one["nlri"]) for some in said.get("withdraw", {}).values() for one in some]


# ── the wire, and what ExaBGP said of it ────────────────────────────────────────────────────────────────────────────────


def heard(lines: Iterable[Line]) -> list[list[frozenset[str]]]:
    """Give the prefixes of each event of updates, by session."""
    found: list[list[frozenset[str]]] = [[]]
    for line in lines:
        if line["type"] == "state" and line["neighbor"]["state"] == "up":
            found.append([])
        elif line["type"] == "update" and (some := frozenset([*announced(line), *withdrawn(line)])):
            found[-1].append(some)
    return [one for one in found if one]


def compare_wire(peer: str, wires: Sequence[Wire], lines: Iterable[Line], books: Books) -> None:
    """Find every session's UPDATEs in what ExaBGP said: the same, in the same order, whole unless the session was cut."""
    sessions = heard(lines)
    left = [wire for wire in wires if wire.updates]
    for number, found in enumerate(sessions):
        while left and left[0].updates[: len(found)] != found:
            _unread(peer, left.pop(0), 0, books)
        if not left:
            books.faults.append(f"{peer}: session {number} of ExaBGP, {len(found)} updates from {sorted(found[0])[:2]}, was on no wire so")
            return
        _unread(peer, left.pop(0), len(found), books)
        books.counts["updates found"] += len(found)
    for wire in left:
        _unread(peer, wire, 0, books)


def _unread(peer: str, wire: Wire, read: int, books: Books) -> None:
    """Take note of what of a session nobody read."""
    books.counts["updates sent"] += len(wire.updates)
    missing = len(wire.updates) - read
    if not missing:
        return
    books.counts["updates cut off with their session"] += missing
    if wire.goodbye or wire.ended in {"", "over"}:
        books.faults.append(f"{peer}: {missing} of {len(wire.updates)} updates of a session that ended well ({wire.ended or 'it lasts'})")


# ── what ExaBGP said, and what the lab told ─────────────────────────────────────────────────────────────────────────────


Word = tuple[Any, ...]


def said_words(lines: Iterable[Line], table: _Table) -> Iterator[Word]:
    """Give what is to be told, by what ExaBGP said, in order, and keep in ``table`` what stands by then.

    A withdrawal of what does not stand is given too: where the line before it was made needless, it is told here.
    """
    for line in lines:
        one, kind = line["neighbor"], line["type"]
        table.play(line)
        if kind == "state":
            yield ("session", one["state"])
        elif kind == "notification":
            yield ("session", kind, one["notification"]["code"], one["notification"]["subcode"])
        elif kind == "update" and "eor" in one.get("message", {}):
            said = one["message"]["eor"]
            yield ("session", "end-of-rib", f"{said['afi']} {said['safi']}")
        yield from (("withdrawn", prefix) for prefix in withdrawn(line))


def told_word(one: Line) -> Word | None:
    """Give what was told, in the same words; None where it is about something else."""
    if one["type"] == "withdrawn":
        return "withdrawn", masked(one["prefix"])
    more = {"notification": ("code", "subcode"), "end-of-rib": ("family",)}
    if one["type"] == "session" and one["event"] in {"connected", "up", "down", *more}:
        return "session", one["event"], *(one[name] for name in more.get(one["event"], ()))
    return None


def compare_told(peer: str, lines: Iterable[Line], told: Iterable[Line], spare: int, books: Books) -> int:
    """Play a peer's events again: each of its sessions' and each withdrawal is told once, in order. Gives how many of ``spare`` it took.

    A withdrawal may be missing where a later line came before anybody looked, ``spare`` times at most.
    """
    table = _Table()
    words, found = said_words(lines, table), Counter[str]()
    for one in told:
        word = told_word(one)
        if word and one.get("why") == AGAIN:
            found["withdrawn, not said again"] += 1
            if not table.sweep(word[1]):
                books.faults.append(f"{peer}: {word[1]} was told as not said again, and was")
        elif word:
            found[f"{word[0]} events"] += 1
            skipped = list(takewhile(lambda each, word=word: each != word, words))  # type: ignore[misc]
            if left := [each for each in skipped if each[0] == "session"]:
                books.faults.append(f"{peer}: {word} was told and not said, or out of order, or {left[0]} was not told")
                return 0
    if left := [each for each in words if each[0] == "session"]:
        books.faults.append(f"{peer}: {left[0]} was not told")
    needless = table.gone - found["withdrawn events"]
    books.counts += found + Counter({"withdrawals made needless": needless})
    if not 0 <= needless <= spare:
        books.faults.append(f"{peer}: {needless} withdrawals were not told, and {spare} lines were made needless")
    return needless


@dataclass
class _Table:
    """What stands of one peer. ``stale``: what was not said again since its session came up; ``gone``: withdrawals of what stood."""

    standing: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    gone: int = 0

    def play(self, line: Line) -> None:
        """Take an event in."""
        if line["type"] == "state" and line["neighbor"]["state"] == "up":
            self.stale = set(self.standing)
        if line["type"] != "update":
            return
        new = announced(line)
        gone = {one for one in withdrawn(line) if one in self.standing and one not in new}
        self.gone += len(gone)
        self.standing = (self.standing - gone) | set(new)
        self.stale -= {*gone, *new}

    def sweep(self, prefix: str) -> bool:
        """Take what was not said again out; tells whether it was so."""
        fits = prefix in self.stale
        self.standing.discard(prefix)
        self.stale.discard(prefix)
        return fits


# ── what was told, and what was kept ────────────────────────────────────────────────────────────────────────────────────


def plain(one: Line) -> str:
    """Write what the history keeps of an event: what is a plain value, in short; a verdict's facts are in the lines."""
    kept = {key: value[:200] if isinstance(value, str) else value for key, value in one.items() if not isinstance(value, list | dict)}
    return json.dumps({key: value for key, value in kept.items() if key != "reason" or one["type"] != "verdict"}, sort_keys=True)


def compare_journal(told: Sequence[Line], kept: Sequence[Line], books: Books, most: int = MOST_HAPPENINGS) -> None:
    """Hold lines against the journal: the same, once each; of each peer in the same order. Of more than ``most`` it keeps the last."""
    words, rows = list(map(plain, told)), list(map(plain, kept))
    books.counts["lines"], books.counts["rows"] = len(words), len(rows)
    apart = Counter(words)
    apart.subtract(Counter(rows))
    cut = len(words) > most == len(rows)
    for word, count in [(word, count) for word, count in apart.items() if count < 0 or (count and not cut)][:3]:
        books.faults.append(f"{'told' if count > 0 else 'kept'} {abs(count)} times more: {word[:160]}")
    for peer in {one["peer"] for one in told}:
        mine, theirs = ([word for one in some if one["peer"] == peer and (word := told_word(one))] for some in (told, kept))
        if (mine[len(mine) - len(theirs) :] if cut else mine) != theirs:
            books.faults.append(f"{peer or 'no peer'}: lines and journal have events in another order")


def compare_verdicts(lines: Mapping[str, Sequence[Line]], told: Sequence[Line], patience: float, books: Books) -> None:
    """Find a verdict for every announcement, by its own path, unless it was gone or another within ``patience`` seconds."""
    seen = {(each["peer"], masked(one["prefix"]), each["path"]) for one in told if one["type"] == "verdict" for each in one["heard"]}
    for peer, some in lines.items():
        for prefix, path, since, until in stays(some):
            books.counts["announcements"] += 1
            if (peer, prefix, " ".join(map(str, path))) in seen:
                books.counts["announcements judged"] += 1
            elif until - since < patience:
                books.counts["announcements gone before they were judged"] += 1
            else:
                books.faults.append(f"{peer}: {prefix} by {path} stood for {until - since:.0f} s and was never judged")


def stays(lines: Sequence[Line]) -> list[tuple[str, tuple[int, ...], float, float]]:
    """Give every announcement that is another than the one before: prefix, path, from when and until when (infinite: to the end)."""
    standing: dict[str, tuple[tuple[int, ...], float]] = {}
    found: list[tuple[str, tuple[int, ...], float, float]] = []
    for line in lines:
        at = float(line["time"])
        ended = list(standing) if line["type"] == "state" and line["neighbor"]["state"] == "up" else []
        new = announced(line) if line["type"] == "update" else {}
        ended += withdrawn(line) if line["type"] == "update" else []
        ended += [prefix for prefix, path in new.items() if prefix in standing and standing[prefix][0] != path]
        for prefix in dict.fromkeys(ended):
            if prefix in standing:
                path, since = standing.pop(prefix)
                found.append((prefix, path, since, at))
        for prefix, path in new.items():
            standing.setdefault(prefix, (path, at))
    return [*found, *((prefix, path, since, float("inf")) for prefix, (path, since) in standing.items())]
