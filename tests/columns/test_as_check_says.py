"""Registries on which columns once said something else than a check of the same files, each with the rows that showed it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from bgpcheck import api
from bgpcheck.columns import irr_read
from bgpcheck.columns.judge import Judge
from bgpcheck.columns.known import Known
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.model import Prefix
from bgpcheck.render.csv import AUDIT, as_csv
from bgpcheck.routes import Routes
from bgpcheck.store import configs, registry
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2025-07-21T00:00:00Z"
SETTINGS, POLICY = configs.settings(), configs.policy("microsoft-peering")
FACTS = AUDIT[2:]


def delegated(rir: str, *rows: str) -> str:
    found = [f"{rir}|{row}" for row in rows]
    sums = [f"{rir}|*|{kind}|*|{sum(f'|{kind}|' in row for row in found)}|summary" for kind in ("ipv4", "ipv6", "asn")]
    return "\n".join([f"2|{rir}|20250720|{len(found)}|19830101|20250720|+0000", *sums, *found]) + "\n"


def export(*vrps: tuple[str, int, int]) -> str:
    rows = [{"prefix": prefix, "maxLength": most, "asn": asn, "ta": "x", "expires": 1753100000} for prefix, most, asn in vrps]
    return json.dumps({"metadata": {"buildtime": "2025-07-20T12:00:00Z"}, "roas": rows})


def route(prefix: str, asn: int = 3333, source: str = "RIPE", more: str = "") -> str:
    return f"{'route6' if ':' in prefix else 'route'}: {prefix}\norigin: AS{asn}\n{more}mnt-by: M\nsource: {source}\n\n"


def party(handle: str, name: str) -> dict[str, Any]:
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]]
    return {"objectClassName": "entity", "handle": handle, "roles": ["registrant"], "vcardArray": card}


def network(first: str, last: str, handle: str, name: str, whois: str) -> str:
    ends = {"startAddress": first, "endAddress": last, "ipVersion": "v4"}
    entities = [party(handle, name)]
    return json.dumps(
        {"objectClassName": "ip network", "handle": "N", "name": "N", "type": "ALLOCATED PA", "port43": whois, "entities": entities, **ends}
    )


def autnum(asn: int, handle: str, name: str, whois: str) -> str:
    ends = {"startAutnum": asn, "endAutnum": asn}
    return json.dumps({"objectClassName": "autnum", "handle": f"AS{asn}", "port43": whois, "entities": [party(handle, name)], **ends})


BASE = {
    **{f"delegated-{rir}-extended-latest": delegated(rir, f"ZZ|asn|{60 + number}|1|20100101|allocated|Q")
       for number, rir in enumerate(("afrinic", "apnic", "arin", "lacnic"))},
    "delegated-ripencc-extended-latest": delegated(
        "ripencc", "NL|ipv4|193.0.0.0|2048|20100101|allocated|X", "NL|asn|3333|1|20100101|allocated|X"
    ),
    "vrps.json": export(("99.0.0.0/8", 8, 9)),
    "RADB.db": route("99.0.0.0/8", 9, "RADB"),
}  # fmt: skip
ARIN = (
    "US|ipv4|23.0.0.0|256|20100101|allocated|X",
    "US|ipv4|23.0.1.0|256|20100101|allocated|X",
    "US|ipv4|23.0.2.0|256|20100101|allocated|X",
)
ARIN += ("US|ipv4|23.0.3.0|256|20100101|allocated|Y", "US|asn|3333|1|20100101|allocated|X")
OTHER_HOLDER = {
    **BASE,
    "delegated-arin-extended-latest": delegated("arin", *ARIN, "US|asn|3333|1|20100101|allocated|X"),
    "delegated-ripencc-extended-latest": delegated("ripencc", "NL|asn|70|1|20100101|allocated|X"),
    "rdap/ip/1.json": network("23.0.0.0", "23.0.255.255", "ORGA", "Alpha Corp", "whois.arin.net"),
    "rdap/autnum/3333.json": autnum(3333, "ORGB", "Beta Corp", "whois.arin.net"),
    "RADB.db": route("23.0.0.0/23", source="RADB") + route("23.0.2.0/23", source="RADB"),
    "ARIN.db": route("99.0.0.0/8", 9, "ARIN"),
}
HALVES = "".join(route(f"2001:67c:2e9:1:{half}::/65") for half in (0, 8000))
PIECES = "".join(route(f"2001:67c:2e8:{number << 11:x}::/53") for number in range(32))


TWO = {**BASE, "RIPE.db": route("193.0.0.0/21")}
INETNUM = "inetnum: 193.0.0.0 - 193.0.7.255\nnetname: X\nstatus: ALLOCATED PA\nmnt-by: A\nsource: RIPE\n"


class Case(NamedTuple):
    """Files, and pairs that are judged on them."""

    files: dict[str, str]
    pairs: list[tuple[str, int]]


CASES = {
    "opaque ids of another prefix of the same space": Case(OTHER_HOLDER, [("23.0.0.0/23", 3333), ("23.0.2.0/23", 3333)]),
    "as before, the other one first": Case(OTHER_HOLDER, [("23.0.2.0/23", 3333), ("23.0.0.0/23", 3333)]),
    "small parts after a wide object": Case(
        {**BASE, "RIPE.db": route("::/0", 3) + HALVES + PIECES, "vrps.json": export(("2001:67c::/32", 128, 3333))},
        [("2001:67c:2e9:1::/64", 3333), ("2001:67c:2e8::/48", 3333), ("2001:67c:2e8::/47", 3333), ("::/0", 3), ("::/0", 3333)],
    ),
    "parts that are not enough": Case(
        {**BASE, "RIPE.db": PIECES.partition("\n\n")[2] + route("2001:67c:2e8::/54"), "vrps.json": export(("2001:67c::/32", 128, 3333))},
        [("2001:67c:2e8::/48", 3333), ("2001:67c:2e8:8000::/49", 3333)],
    ),
    "halves of all": Case(
        {**BASE, "RIPE.db": route("::/1", 3) + route("8000::/1", 3) + route("0.0.0.0/1", 3)}, [("::/0", 3), ("0.0.0.0/0", 3)]
    ),
    "pseudo-objects of ROAs, and a hole": Case(
        {**BASE, "RIPE.db": route("193.0.0.0/21", more="holes: 193.0.0.0/24\n"), "RPKI.db": route("193.0.0.0/21", source="RPKI")},
        [("193.0.1.0/24", 3333), ("193.0.0.0/24", 3333), ("193.0.0.0/21", 3333)],
    ),
    "many sources, those that are required silent": Case(
        {
            **{name: text for name, text in BASE.items() if name != "RADB.db"},
            **{f"A{number:02}.db": route(f"99.{number}.0.0/16", 9, f"A{number:02}") for number in range(38)},
            "ALTDB.db": route("193.0.0.0/21", source="ALTDB"),
            "vrps.json": export(("193.0.0.0/21", 24, 3333)),
        },
        [("193.0.0.0/22", 3333), ("193.0.0.0/21", 3333)],
    ),
    **{
        f"a second file {what}": Case({**TWO, "RIPE.rpsl": text}, [("193.0.0.0/21", 3333), ("2001:67c:2e8::/48", 3333)])
        for what, text in (
            ("of nothing", ""),
            ("of mirrored objects", route("1.0.0.0/8", 9, "RADB")),
            ("of the other family", route("2001:67c:2e8::/48")),
            ("of registrations", INETNUM),
        )
    },
    "an autnum that another entity than its range has": Case(
        {
            **BASE,
            "RIPE.db": route("193.0.0.0/21"),
            "vrps.json": export(("193.0.0.0/21", 21, 9)),
            "rdap/ip/193.json": network("193.0.0.0", "193.0.7.255", "ORG-A-RIPE", "A", "whois.ripe.net"),
        },
        [("193.0.0.0/21", 3333)],
    ),
}  # fmt: skip


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / "r" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "r" / name).write_text(text)
    return folder / "r"


def built(folder: Path) -> Snapshot:
    registry.build(registry.Sources(folder=str(folder)), folder.parent / "s", now=NOW)
    return Snapshot.open(folder.parent / "s")


@pytest.mark.parametrize("case", CASES)
def test_columns_say_what_a_check_says(case: str, tmp_path: Path) -> None:
    files, pairs = CASES[case]
    folder = put(tmp_path, files)
    snapshot = built(folder)
    judge = Judge(Known(snapshot, snapshot.header, SETTINGS, now_of(NOW)), POLICY)
    judged = judge.judge(Routes.of([(Prefix.parse(prefix), asn) for prefix, asn in pairs]))
    for (prefix, asn), number in zip(pairs, judged.case.tolist(), strict=True):
        for data in (folder, tmp_path / "s"):
            checked = api.check_sync(api.Options(prefixes=[prefix], peer_asn=asn, registry_data=str(data), now=NOW))
            (one,) = csv.DictReader(io.StringIO(as_csv([checked.result])))
            assert (prefix, {name: getattr(judged.cases[number], name) for name in FACTS}) == (prefix, {name: one[name] for name in FACTS})


REFUSED = {
    "a second file without objects": ({**TWO, "RIPE.rpsl": "% end\n"}, UsageError, "both RIPE.db and RIPE.rpsl say what IPv4"),
    "a range among AS numbers": (
        {**BASE, "rdap/autnum/1.json": network("193.0.0.0", "193.0.7.255", "O", "A", "whois.ripe.net")},
        FormatError, "rdap/autnum/1.json: is about a range of addresses, which is not what rdap/autnum answers",
    ),
    "an AS number among ranges": (
        {**BASE, "rdap/ip/AS3333.json": autnum(3333, "O", "A", "whois.ripe.net")},
        FormatError, "rdap/ip/AS3333.json: is about an AS number, which is not what rdap/ip answers",
    ),
    "an AS number among organisations": (
        {**BASE, "rdap/entity/AS3333.json": autnum(3333, "O", "A", "whois.ripe.net")},
        FormatError, "rdap/entity/AS3333.json: is about an AS number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_snapshot_refuses(case: str, tmp_path: Path) -> None:
    files, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        built(put(tmp_path, files))


def test_more_sources_than_columns_have_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = built(put(tmp_path, BASE))
    judge = Judge(Known(snapshot, snapshot.header, SETTINGS, now_of(NOW)), POLICY)
    monkeypatch.setattr(irr_read, "MOST_BITS", 5)
    with pytest.raises(FormatError, match="IRR sources, at hand or required: columns have room for 5"):
        judge.judge(Routes.of([(Prefix.parse("193.0.0.0/21"), 3333)]))
