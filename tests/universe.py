"""Small registries full of everything that can meet, made by chance from a seed: addresses and AS numbers are few, so that all overlap."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.model import Prefix, address_text
from bgpcheck.store.build import Input

if TYPE_CHECKING:
    from pathlib import Path

RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
SOURCES = ("RIPE", "RIPE-NONAUTH", "ARIN", "RADB", "NTTCOM", "LEVEL3", "ALTDB", "APNIC")
ASNS = (0, 3, 15, 174, 3333, 3356, 23456, 64500, 65001, 200000, 4200000001)
BLOCKS = (("4.0.0.0", 8), ("193.0.0.0", 8), ("192.0.2.0", 16), ("2001:600::", 23), ("2001:db8::", 30), ("2a00::", 12))
ORGS = ("ORG-ONE1-RIPE", "ORG-TWO2-RIPE", "ORG-NCC1-RIPE", "")
NAMES = ("Example One B.V.", "EXAMPLE ONE BV", "Second Ltd", "RIPE NCC", "")
MAINTAINERS = ("ONE-MNT", "TWO-MNT", "RIPE-NCC-HM-MNT")


@dataclass
class Universe:
    """Files of one seed, and what to ask of them."""

    seed: int
    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # name → (source, content)
    rdap: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 (the same at every run)
        self.ends = random.Random(self.seed)  # noqa: S311 (its own: when VRPs expire changes nothing else)
        self.spaces = [self.within(*self.chance.choice(BLOCKS), 4) for _ in range(4)]
        for make in (self.delegated, self.irr, self.vrps, self.slurm, self.answers):
            make()

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def within(self, base: str, length: int, more: int) -> Prefix:
        """Give a prefix in a block, up to ``more`` bits longer."""
        block, _ = Prefix.parse_masking(f"{base}/{length}")
        return self.inside(block, self.chance.randint(0, more))

    def inside(self, block: Prefix, more: int) -> Prefix:
        length = min(block.length + more, block.bits)
        network = block.network | self.chance.randrange(1 << (length - block.length)) << (block.bits - length)
        return Prefix(block.version, network, length)

    def prefix(self) -> Prefix:
        """Give one of few prefixes: around the four spaces, mostly in their first quarters."""
        space = self.chance.choice(self.spaces)
        return self.inside(space, self.chance.choice((0, 0, 1, 1, 1, 2, 2, 3)))

    def asn(self) -> int:
        return self.chance.choice(ASNS)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def delegated(self) -> None:
        for rir in RIRS:
            if self.often(0.15):
                continue
            for number in range(2 if self.often(0.1) else 1):
                day = "20250718" if number else self.chance.choice(("20250720", "20250720", "20250720", "20250710"))
                rows = [self.row(rir) for _ in range(self.chance.randint(0, 6))]
                head = f"2|{rir}|{day}|{len(rows)}|19830101|{day}|+0000"
                counts = {kind: sum(f"|{kind}|" in row for row in rows) for kind in ("ipv4", "ipv6", "asn")}
                sums = [f"{rir}|*|{kind}|*|{count}|summary" for kind, count in counts.items()]
                name = f"delegated-{rir}-extended-{number}"
                self.files[name] = f"delegated/{rir}", "\n".join((head, *sums, *rows)) + "\n"

    def row(self, rir: str) -> str:
        status = self.chance.choice(("allocated", "allocated", "allocated", "assigned", "assigned", "available", "reserved"))
        day = self.chance.choice(("19850101", "19990101", "20100101", ""))
        opaque = self.chance.choice(("id1", "id1", "id2", ""))
        country = self.chance.choice(("NL", "US", "BR"))
        if self.often(0.35):
            return f"{rir}|{country}|asn|{self.asn() or 1}|{self.chance.choice((1, 1, 2, 30))}|{day}|{status}|{opaque}"
        prefix = self.prefix()
        if prefix.version == 6:
            return f"{rir}|{country}|ipv6|{address_text(6, prefix.network)}|{prefix.length}|{day}|{status}|{opaque}"
        size = prefix.last - prefix.network + 1
        start, count = prefix.network, self.chance.choice((size, size, size * 3 // 2, max(size // 4, 1)))
        count = min(count, (1 << 32) - start)
        return f"{rir}|{country}|ipv4|{address_text(4, start)}|{count}|{day}|{status}|{opaque}"

    def irr(self) -> None:
        for source in SOURCES:
            if self.often(0.35):
                continue
            objects = [self.route(source) for _ in range(self.chance.choice((0, 1, 3, 8)))]
            if source in {"RIPE", "ARIN", "APNIC"} and self.often(0.6):
                objects += [self.registration(source) for _ in range(self.chance.randint(1, 6))]
                objects += [self.organisation(source, handle) for handle in ORGS if handle and self.often(0.6)]
            if self.often(0.25):
                objects += self.parts(source)
            self.chance.shuffle(objects)
            if self.often(0.1) and objects:  # at the end of a file it would mean a truncated one
                objects.insert(0, f"route{'6' * (self.spaces[0].version == 6)}: {self.spaces[0]}\norigin: ASX\nsource: {source}\n")
            elif self.often(0.2):
                by_family = [[one for one in objects if ("route6:" in one) is six] for six in (False, True)]
                for number, part in enumerate(by_family):
                    self.files[f"{source}-{number}.db"] = f"irr/{source}", "\n".join(part)
                continue
            self.files[f"{source}.db"] = f"irr/{source}", "\n".join(objects)

    def parts(self, source: str) -> list[str]:
        """Give objects of one AS number that fill a prefix, or all but one of them."""
        whole, more, asn = self.prefix(), self.chance.choice((1, 1, 2, 3)), self.asn()
        more = min(more, whole.bits - whole.length)
        pieces = [
            Prefix(whole.version, whole.network | piece << (whole.bits - whole.length - more), whole.length + more)
            for piece in range(1 << more)
        ]
        kind = "route6" if whole.version == 6 else "route"
        return [f"{kind}: {piece}\norigin: AS{asn}\nmnt-by: A-MNT\nsource: {source}\n" for piece in pieces[self.often(0.2) :]]

    def route(self, source: str) -> str:
        prefix = self.prefix() if self.often(0.97) else Prefix(*self.chance.choice(((4, 0, 0), (6, 0, 0), (6, 0, 1), (6, 1 << 125, 3))))
        kind = "route6" if prefix.version == 6 else "route"
        holes = f"holes: {self.inside(prefix, 2)}\n" if self.often(0.06) and prefix.length < 30 else ""
        told = self.chance.choice(SOURCES) if self.often(0.1) else source
        return f"{kind}: {prefix}\norigin: AS{self.asn()}\n{holes}mnt-by: {self.chance.choice(MAINTAINERS)}\nsource: {told}\n"

    def registration(self, source: str) -> str:
        org, name = self.chance.choice(ORGS), self.chance.choice(NAMES)
        tail = (f"org: {org}\n" if org else "") + f"mnt-by: {self.chance.choice(MAINTAINERS)}\nsource: {source}\n"
        if self.often(0.45):
            return f"aut-num: AS{self.asn()}\nas-name: {name.upper().replace(' ', '-') or 'X'}\n{tail}"
        prefix = self.prefix()
        status = self.chance.choice(("ALLOCATED PA", "ASSIGNED PI", "ASSIGNED PA", "LEGACY", "ALLOCATED UNSPECIFIED"))
        if prefix.version == 6:
            return f"inet6num: {prefix}\nnetname: NET-X\ncountry: NL\nstatus: {status}\n{tail}"
        last = prefix.last if self.often(0.85) else min(prefix.last + 256, (1 << 32) - 1)
        span = f"{address_text(4, prefix.network)} - {address_text(4, last)}"
        return f"inetnum: {span}\nnetname: NET-X\ncountry: NL\nstatus: {status}\n{tail}"

    def organisation(self, source: str, handle: str) -> str:
        return f"organisation: {handle}\norg-name: {self.chance.choice(NAMES) or 'Somebody'}\nsource: {source}\n"

    def vrps(self) -> None:
        firm = self.ends.choice((1, 1, 1, 0.7))  # the others had expired when the export was made
        for number in range(self.chance.choice((0, 1, 1, 1, 1, 2))):
            roas, anchors = (
                [],
                ("test",) if self.often(0.8) else self.chance.choice((("ripe",), ("Cloudflare - RIPE", "arin", "apnic", "lacnic"))),
            )
            for _ in range(self.chance.randint(0, 10)):
                prefix = self.prefix()
                longest = min(prefix.length + self.chance.choice((0, 0, 1, 2)), prefix.bits)
                roas.append(
                    {
                        "asn": self.asn(),
                        "prefix": str(prefix),
                        "maxLength": longest,
                        "ta": self.chance.choice(anchors),
                        "expires": 1753100000 if self.ends.random() < firm else 1753012799,
                    }
                )
            body = {"metadata": {"buildtime": "2025-07-20T12:00:00Z"}, "roas": roas}
            self.files[f"vrps-{number}.json"] = "vrps", json.dumps(body)

    def slurm(self) -> None:
        if not self.often(0.15):
            return
        rules = [{"prefix": str(self.prefix())}, {"asn": self.asn()}, {"prefix": str(self.prefix()), "asn": self.asn()}]
        added = [{"prefix": str(self.prefix()), "asn": self.asn()}]
        body = {
            "slurmVersion": 1,
            "validationOutputFilters": {"prefixFilters": self.chance.sample(rules, 1), "bgpsecFilters": []},
            "locallyAddedAssertions": {"prefixAssertions": added, "bgpsecAssertions": []},
        }
        self.files["slurm.json"] = "slurm", json.dumps(body)

    def answers(self) -> None:
        for number in range(self.chance.choice((0, 0, 1, 3))):
            if self.often(0.4):
                asn = self.asn() or 7
                body = {"objectClassName": "autnum", "handle": f"AS{asn}", "startAutnum": asn, "endAutnum": asn, "name": "X"}
                kind = "autnum"
            else:
                prefix = self.prefix()
                kind = "ip"
                body = {
                    "objectClassName": "ip network",
                    "handle": f"NET-{number}",
                    "startAddress": address_text(prefix.version, prefix.network),
                    "endAddress": address_text(prefix.version, prefix.last),
                    "ipVersion": f"v{prefix.version}",
                    "name": "NET",
                    "type": self.chance.choice(("ALLOCATED PA", "DIRECT ALLOCATION", "REASSIGNED")),
                }
            body["port43"] = self.chance.choice(("whois.ripe.net", "whois.arin.net"))
            handle, name = self.chance.choice((*ORGS[:3], "EXAMP-1")), self.chance.choice(NAMES)
            card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]]
            body["entities"] = [{"objectClassName": "entity", "handle": handle, "roles": ["registrant"], "vcardArray": card}]
            self.rdap[f"rdap/{kind}/{number}.json"] = f"rdap/{kind}", json.dumps(body)

    def write(self, folder: Path) -> tuple[list[Input], list[Input]]:
        """Write the files; gives what to build a snapshot from."""
        for name, (_, content) in {**self.files, **self.rdap}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        return tuple([Input(source, folder / name, name) for name, (source, _) in sorted(part.items())] for part in (self.files, self.rdap))  # type: ignore[return-value]

    def claims(self, count: int) -> list[tuple[Prefix, int]]:
        """Give routes to judge: mostly near what the files say."""
        return [(self.prefix() if self.often(0.9) else self.inside(self.prefix(), 5), self.asn()) for _ in range(count)]
