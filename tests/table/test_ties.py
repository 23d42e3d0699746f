"""What a snapshot ties to an AS number, against what its files say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.model import AddressRange, Prefix
from bgpcheck.store import configs
from bgpcheck.store.build import Input, build
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import Snapshot
from bgpcheck.table.ties import cidrs, prefixes_of

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = configs.settings()
HEAD = "2|{rir}|20250720|{count}|19830101|20250720|+0000\n{sums}"
ROWS = {
    "arin": [
        "arin|US|asn|15|1|19990101|assigned|me",
        "arin|US|ipv4|4.0.0.0|768|19990101|allocated|me",
        "arin|US|ipv4|4.1.0.0|256|19990101|allocated|other",
        "arin|US|ipv4|4.2.0.0|256|19990101|reserved|me",
        "arin|US|ipv6|2600::|32|19990101|allocated|me",
    ],
    "ripencc": ["ripencc|NL|asn|15|1|19990101|assigned|me", "ripencc|NL|ipv4|193.0.0.0|256|19990101|allocated|me"],
    "lacnic": ["lacnic|BR|asn|15|1|19990101|assigned|me", "lacnic|BR|ipv4|200.0.0.0|256|19990101|allocated|me"],
}
RIPE = """\
aut-num: AS15
as-name: X
org: ORG-ME1-RIPE
source: RIPE

inetnum: 193.0.4.0 - 193.0.6.255
netname: X
country: NL
org: ORG-ME1-RIPE
status: ASSIGNED PI
source: RIPE

inetnum: 193.0.8.0 - 193.0.8.255
netname: X
country: NL
org: ORG-NCC1-RIPE
status: ASSIGNED PI
source: RIPE

inetnum: 193.0.9.0 - 193.0.9.255
netname: X
country: NL
org: ORG-ME1-RIPE
status: ASSIGNED PI
source: APNIC

aut-num: AS15
as-name: X
org: ORG-NCC1-RIPE
source: RIPE

route: 193.0.16.0/20
origin: AS15
source: RIPE

route: 193.0.32.0/20
origin: AS16
source: RIPE

route6: 2001:67c::/32
origin: AS15
source: RIPE
"""
VRPS = {
    "metadata": {"buildtime": "2025-07-20T12:00:00Z"},
    "roas": [
        {"asn": 15, "prefix": "8.0.0.0/9", "maxLength": 24, "ta": "arin"},
        {"asn": 16, "prefix": "9.0.0.0/9", "maxLength": 24, "ta": "arin"},
    ],
}


def answer(kind: str, handle: str, **about: Any) -> str:  # noqa: ANN401 (JSON)
    entity = {"objectClassName": "entity", "handle": handle, "roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "Me"]]]}
    return json.dumps({"objectClassName": kind, "handle": "H", "port43": "whois.arin.net", "entities": [entity], **about})


RDAP = {
    "rdap/autnum/15.json": answer("autnum", "ME-2", startAutnum=15, endAutnum=15),
    "rdap/ip/a.json": answer("ip network", "ME-2", startAddress="5.0.0.0", endAddress="5.0.0.255", ipVersion="v4"),
    "rdap/ip/b.json": answer("ip network", "OTHER", startAddress="5.0.1.0", endAddress="5.0.1.255", ipVersion="v4"),
}


def snapshot(folder: Path, *, vrps: bool = True) -> Snapshot:
    """Write the files above and build a snapshot."""
    inputs = []
    for rir, rows in ROWS.items():
        sums = "".join(f"{rir}|*|{kind}|*|{sum(f'|{kind}|' in row for row in rows)}|summary\n" for kind in ("asn", "ipv4", "ipv6"))
        inputs.append((f"delegated/{rir}", f"delegated-{rir}", HEAD.format(rir=rir, count=len(rows), sums=sums) + "\n".join(rows) + "\n"))
    inputs.append(("irr/RIPE", "RIPE.db", RIPE))
    if vrps:
        inputs.append(("vrps", "vrps.json", json.dumps(VRPS)))
    made = []
    for source, name, text in inputs:
        (folder / name).write_text(text)
        made.append(Input(source, folder / name, name))
    answers = []
    for name, text in RDAP.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        answers.append(Input(name.rpartition("/")[0], folder / name, name))
    build(folder / "s", made, answers, now=now_of("2025-07-21"))
    return Snapshot.open(folder / "s")


WHOIS = {
    "ripe.db.aut-num": "aut-num: AS99\nas-name: X\norg: ORG-ME1-RIPE\nsource: RIPE\n",
    "ripe.db.inetnum": "inetnum: 193.0.0.0 - 193.0.7.255\nnetname: X\nstatus: ALLOCATED PA\norg: ORG-ME1-RIPE\nsource: RIPE\n",
}
MIXED = {
    "rdap/autnum/99.json": answer("autnum", "ORG-ME1-RIPE", startAutnum=99, endAutnum=99).replace("arin", "ripe"),
    "rdap/ip/a.json": answer("ip network", "ORG-ME1-RIPE", startAddress="5.0.0.0", endAddress="5.0.0.255", ipVersion="v4"),
    "ripe.db.inetnum": WHOIS["ripe.db.inetnum"],
}
ADDED = {"prefixAssertions": [{"prefix": "8.0.0.0/9", "asn": 99}], "bgpsecAssertions": []}
SLURM = {"slurmVersion": 1, "validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": []}, "locallyAddedAssertions": ADDED}
APART = {
    "a number and a range in two files of a registry": (WHOIS, ["193.0.0.0/21"]),
    "a number in RDAP, a range in whois": (MIXED, ["193.0.0.0/21"]),
    "a VRP of local exceptions": ({"vrps": json.dumps(VRPS), "slurm": json.dumps(SLURM)}, ["8.0.0.0/9"]),
}


@pytest.mark.parametrize("case", APART)
def test_ties_across_files(case: str, tmp_path: Path) -> None:
    files, expected = APART[case]
    inputs, answers = [], []
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        source = name.rpartition("/")[0] or ("irr/RIPE" if name.startswith("ripe") else name)
        (answers if "/" in name else inputs).append(Input(source, tmp_path / name, name))
    build(tmp_path / "s", inputs, answers, now=now_of("2025-07-21"))
    made = Snapshot.open(tmp_path / "s")
    assert [str(one) for one in prefixes_of(99, made, made.header, SETTINGS)] == expected


NAMED = ["193.0.16.0/20", "2001:67c::/32"]  # by route objects
SAME_ID = ["4.0.0.0/23", "4.0.2.0/24", "2600::/32"]  # opaque ids count at ARIN; at RIPE NCC never, at LACNIC not in Brazil
SAME_ORG = ["193.0.4.0/23", "193.0.6.0/24"]  # not of a registry's own organisation, nor in a mirror
SAME_RDAP = ["5.0.0.0/24"]


@pytest.mark.parametrize("vrps", [True, False])
def test_ties(tmp_path: Path, *, vrps: bool) -> None:
    made = snapshot(tmp_path, vrps=vrps)
    found = [str(one) for one in prefixes_of(15, made, made.header, SETTINGS)]
    expected = [*NAMED, *SAME_ID, *SAME_ORG, *SAME_RDAP, *(["8.0.0.0/9"] if vrps else [])]
    assert found == [str(one) for one in sorted(map(Prefix.parse, expected))]


def test_nothing_is_tied_to_a_stranger(tmp_path: Path) -> None:
    made = snapshot(tmp_path)
    assert prefixes_of(4200000001, made, made.header, SETTINGS) == ()


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, (1 << 32) - 1, ["0.0.0.0/0"]),
        (1, 6, ["0.0.0.1/32", "0.0.0.2/31", "0.0.0.4/31", "0.0.0.6/32"]),
        (256, 256, ["0.0.1.0/32"]),
    ],
)
def test_ranges_as_prefixes(first: int, last: int, expected: list[str]) -> None:
    assert [str(one) for one in cidrs(AddressRange(4, first, last))] == expected
