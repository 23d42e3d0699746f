"""What each source says of a prefix: a table over registries, and what no generated registry may break."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import exabgp_lines
import pytest
from bundles import NOW, ROOT
from registry import Registry
from universe import Universe

from bgpcheck import api
from bgpcheck.knowledge import IRR
from bgpcheck.render.stances import Stance, cell, columns

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.assess import Assessment

P = "193.0.0.0/21"
HELD = Registry(
    rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "NL|ipv4|193.0.0.0|4096|19930901|allocated|one"]},
    rdap_ip={"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha")},
    rdap_autnum={3333: ("ripencc", "ORG-B", "Beta")},
)
SAME = replace(HELD, rdap_autnum={3333: ("ripencc", "ORG-A", "Alpha")})
FREE = replace(HELD, rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "|ipv4|193.0.0.0|4096||available"]}, rdap_ip={})


def with_routes(**routes: list[str]) -> Registry:
    return replace(HELD, routes=routes)


def assessed(registry: Registry, folder: Path, prefix: str = P, **more: object) -> Assessment:
    options = {"peer_asn": 3333, "prefixes": [prefix], "registry_data": str(registry.write(folder)), "now": NOW, **more}
    return api.check_sync(api.Options(**options)).result.assessments[0]  # type: ignore[arg-type]


A, D, N, S = Stance
ROWS = [
    ("registration", HELD, P, A, "allocated at ripencc"),
    ("registration", FREE, P, D, "available at no single registry"),
    ("registration", HELD, "193.8.0.0/24", D, "absent at no single registry"),
    ("registration", Registry(silent_rirs=("apnic", "ripencc")), P, S, "not every registry's file was there"),
    ("registration", replace(HELD, silent_rirs=("apnic", "ripencc")), P, A, "allocated at ripencc"),
    (
        "registration",
        replace(HELD, rows={**HELD.rows, "arin": ["|ipv4|193.0.0.0|4096||available"]}, rdap_ip={}),
        P,
        S,
        "two registries say two things",
    ),
    ("holder", SAME, P, A, "same: same handle ORG-A at RIPE NCC (AS3333)"),
    ("holder", HELD, P, D, "different: prefix Alpha, AS number Beta"),
    ("holder", replace(HELD, rdap_autnum={}), P, S, "gave no answer"),
    (
        "holder",
        replace(HELD, rdap_ip={"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "", "")}, rdap_autnum={3333: ("ripencc", "", "")}),
        P,
        N,
        "unlisted: prefix without a name, AS number without a name",
    ),
    ("RPKI", replace(HELD, vrps=["193.0.0.0/20-21 AS3333"]), P, A, "valid: 193.0.0.0/20-21 => AS3333"),
    ("RPKI", replace(HELD, vrps=["193.0.0.0/20 AS3333"]), P, D, "invalid-length: 193.0.0.0/20 => AS3333"),
    ("RPKI", replace(HELD, vrps=[f"193.0.0.0/20 AS{asn}" for asn in (0, 1, 2, 3, 4)]), P, D, "AS2 and 2 more"),
    ("RPKI", replace(HELD, vrps=["193.0.16.0/20 AS3333"]), P, N, "not-found"),
    ("RPKI", replace(HELD, vrps=None), P, S, "no validator answered"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/21 AS3333"]), P, A, "193.0.0.0/21 AS3333"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/20 AS3333"]), P, A, "193.0.0.0/20 AS3333"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/19 AS3333"]), P, N, "nothing that speaks for this prefix, only 193.0.0.0/19 AS3333"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/22 AS3333", "193.0.4.0/22 AS3333"]), P, A, "193.0.0.0/22 AS3333, 193.0.4.0/22 AS3333"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/22 AS3333"]), P, N, "only 193.0.0.0/22 AS3333"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/21 AS1103"]), P, D, "names another AS: 193.0.0.0/21 AS1103"),
    ("RIPE", with_routes(RIPE=["193.0.0.0/21 AS1103", "193.0.0.0/21 AS3333"]), P, A, "193.0.0.0/21 AS3333"),
    ("RIPE", HELD, P, N, "answered: no route object"),
    ("RIPE", replace(HELD, silent=("RIPE",)), P, S, "no answer"),
    ("RADB", replace(with_routes(RADB=["193.0.0.0/21 AS3333"]), vrps=["193.0.0.0/20 AS1"]), P, D, "its server hides"),
    ("RADB", replace(HELD, silent=("RADB",)), P, S, "no answer"),
    ("NTTCOM", with_routes(NTTCOM=["193.0.0.0/21 AS3333"]), P, A, "(Azure does not accept this registry)"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[4]}")
def test_a_stance(row: tuple[str, Registry, str, Stance, str], tmp_path: Path) -> None:
    column, registry, prefix, stance, says = row
    one = assessed(registry, tmp_path, prefix)
    found = cell(one, column)
    assert (found.stance, says in found.says) == (stance, True), found
    assert column in columns([one])


def test_a_hole_speaks_for_nobody(tmp_path: Path) -> None:
    text = "route: 193.0.0.0/20\norigin: AS3333\nholes: 193.0.0.0/22\nmnt-by: A-MNT\nsource: RIPE"
    assert cell(assessed(replace(HELD, objects={"RIPE": [text]}), tmp_path), "RIPE").stance is N


def test_a_planned_object_is_no_agreement_yet(tmp_path: Path) -> None:
    planned = tmp_path / "planned.rpsl"
    planned.write_text("route: 193.0.0.0/21\norigin: AS3333\nmnt-by: A-MNT\nsource: RIPE\n")
    found = cell(assessed(HELD, tmp_path / "registry", assume=[str(planned)]), "RIPE")
    assert found.stance is N
    assert found.says == "answered: no route object; planned, not there yet: 193.0.0.0/21 AS3333"


def test_a_planned_object_that_is_there_is_there(tmp_path: Path) -> None:
    planned = tmp_path / "planned.rpsl"
    planned.write_text("route: 193.0.0.0/21\norigin: AS3333\nmnt-by: X-MNT\nsource: RIPE\n")
    registry = with_routes(RIPE=["193.0.0.0/21 AS3333 X-MNT"])
    found = cell(assessed(registry, tmp_path / "registry", assume=[str(planned)]), "RIPE")
    assert (found.stance, "planned" in found.says) == (A, False)


def test_a_private_as_number_of_ones_own_is_no_other(tmp_path: Path) -> None:
    found = cell(assessed(with_routes(RIPE=["193.0.0.0/21 AS64512"]), tmp_path, peer_asn=64512), "RIPE")
    assert (found.stance, found.says) == (N, "names an AS number of yours that does not count (AS64512: private): 193.0.0.0/21 AS64512")


def test_the_link_that_matched_is_named(tmp_path: Path) -> None:
    """An assignment of the AS number's holder within an allocation of somebody else."""
    chain = {"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "ORG-L", "Lir"), "193.0.0.0/21": ("ripencc", "ASSIGNED PA", "ORG-B", "Beta")}
    found = cell(assessed(replace(HELD, rdap_ip=chain), tmp_path), "holder")
    assert (found.stance, found.says) == (A, "same: same handle ORG-B at RIPE NCC (AS3333)")


def test_local_exceptions_are_told_from_what_is_published(tmp_path: Path) -> None:
    folder = HELD.write(tmp_path)
    nothing = {"validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": []}}
    added = {"locallyAddedAssertions": {"prefixAssertions": [{"prefix": P, "asn": 3333}], "bgpsecAssertions": []}}
    (folder / "slurm.json").write_text(json.dumps({"slurmVersion": 1, **nothing, **added}))
    options = api.Options(peer_asn=3333, prefixes=[P], registry_data=str(folder), now=NOW)
    outcomes = api.check_sync(options)
    found = cell(outcomes.result.assessments[0], "RPKI")
    assert (found.stance, found.says) == (S, "published not-found, with your local exceptions valid; Microsoft does not see these")
    page = outcomes.bundle()
    assert b"prefixAssertions" in page


def test_files_that_do_not_agree_are_no_answer(tmp_path: Path) -> None:
    """An object that stands in one of two files of a registry: nobody knows whether it is there today."""
    folder = with_routes(RIPE=["193.0.0.0/22 AS1"]).write(tmp_path)
    (folder / "RIPE.rpsl").write_text("# made for a test\n\nroute: 193.0.0.0/21\norigin: AS3333\nmnt-by: A-MNT\nsource: RIPE\n")
    options = api.Options(peer_asn=3333, prefixes=[P], registry_data=str(folder), now=NOW)
    found = cell(api.check_sync(options).result.assessments[0], "RIPE")
    assert (found.stance, found.decides) == (S, True)


def test_validators_that_do_not_agree_are_no_answer(tmp_path: Path) -> None:
    folder = replace(HELD, vrps=["193.0.0.0/21 AS3333"]).write(tmp_path)
    (folder / "vrps-other.json").write_text('{"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": []}')
    options = api.Options(peer_asn=3333, prefixes=[P], registry_data=str(folder), now=NOW)
    found = cell(api.check_sync(options).result.assessments[0], "RPKI")
    assert (found.stance, "do not agree" in found.says) == (S, True)


def test_a_registry_without_its_trust_anchor(tmp_path: Path) -> None:
    folder = HELD.write(tmp_path)
    (folder / "vrps.json").write_text(
        '{"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [{"asn": 1, "prefix": "4.0.0.0/8", "maxLength": 8, "ta": "arin"}]}'
    )
    options = api.Options(peer_asn=3333, prefixes=[P], registry_data=str(folder), now=NOW)
    found = cell(api.check_sync(options).result.assessments[0], "RPKI")
    assert (found.stance, "trust anchor" in found.says) == (S, True)


def test_who_need_not_answer_is_told_apart() -> None:
    tour = api.check_sync(api.Options(preflight=str(ROOT / "configs" / "preflight" / "tour.yaml"), now=NOW)).result
    found = {str(one.claim.prefix): cell(one, "ARIN") for one in tour.assessments}
    assert {one.stance for one in found.values()} == {S}
    assert [prefix for prefix, one in found.items() if one.decides] == ["192.149.252.0/24"]


@pytest.mark.parametrize(("path", "stance"), [((3333,), A), ((3333, 1103), D)], ids=["its own origin", "another"])
def test_what_is_announced(path: tuple[int, ...], stance: Stance, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(exabgp_lines.update([P], path=path))
    one = assessed(HELD, tmp_path / "registry", events=str(events))
    assert columns([one])[-1] == "announced"
    assert cell(one, "announced").stance is stance
    assert cell(assessed(HELD, tmp_path / "registry"), "announced").stance is N


def test_what_azure_settled(tmp_path: Path) -> None:
    circuit = str(ROOT / "fixtures" / "circuits" / "er-ams.json")
    result = api.check_sync(api.Options(circuit=circuit, registry_data=str(ROOT / "fixtures" / "registry"), now=NOW)).result
    assert columns(result.assessments)[-1] == "Azure"
    found = [cell(one, "Azure") for one in result.assessments]
    assert [(one.stance, one.says) for one in found] == [(A, "Configured"), (D, "ValidationNeeded"), (D, "ValidationNeeded")]
    assert cell(assessed(HELD, tmp_path), "Azure").stance is S


@pytest.mark.parametrize("seed", range(12))
def test_silence_is_never_having_nothing(seed: int, tmp_path: Path) -> None:
    """In any registry, who did not answer is silent, and who is shown to agree holds an object of an authorised AS number."""
    universe = Universe(seed)
    universe.write(tmp_path)
    prefixes = sorted({str(universe.prefix()) for _ in range(12)})
    result = api.check_sync(api.Options(peer_asn=universe.asn() or 3333, prefixes=prefixes, registry_data=str(tmp_path), now=NOW)).result
    seen = 0
    for one in result.assessments:
        for column in columns(result.assessments):
            found = cell(one, column)
            if f"{IRR}{column}" not in one.knowledge.answers:
                continue
            seen += 1
            answered = column in one.knowledge.irr_answered(one.claim.prefix)
            assert answered or found.stance is not N
            assert not answered or found.stance is not S
            if found.stance is A:
                assert {route.origin for route in found.records} <= set(one.claim.asns)
        assert (cell(one, "holder").stance is S) == (one.holder.match == "unknown")
        assert (cell(one, "registration").stance is S) == (one.registration.status == "unknown")
    assert seen
