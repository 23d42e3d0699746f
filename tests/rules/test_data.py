"""Findings about data: VRPs that do not agree or lack a trust anchor, mirrors, plans, exceptions, parts, legacy space, links."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from circuits import body, config, microsoft
from registry import Registry
from test_adversarial import slurm
from test_reasons import FREE, HELD, OTHERS, P

from bgpcheck import api
from bgpcheck.evidence import bundle, extract, statement
from bgpcheck.evidence.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "registry"
NOW = "2026-11-02T00:00:00Z"
RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripe")


def judged(tmp_path: Path, *exports: list[dict[str, Any]], prefix: str = "193.0.10.0/24", asn: int = 3333) -> api.Outcomes:
    for path in FOLDER.iterdir():
        if path.is_file() and not path.name.startswith("vrps"):
            shutil.copy(path, tmp_path)
    for number, roas in enumerate(exports):
        body = {"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": roas}
        (tmp_path / f"vrps-{number}.json").write_text(json.dumps(body))
    return api.check_sync(api.Options(prefixes=[prefix], peer_asn=asn, registry_data=str(tmp_path), now=NOW))


def roa(anchor: str, prefix: str = "8.8.8.0/24", asn: int = 15169) -> dict[str, Any]:
    return {"prefix": prefix, "maxLength": 24, "asn": asn, "ta": anchor}


ALL = [roa(anchor, f"{number}.0.0.0/24") for number, anchor in enumerate(RIRS, 20)]
OWN = roa("ripe", "193.0.8.0/21", 3333)


def found(outcomes: api.Outcomes, rule: str) -> list[str]:
    return [one["message"] for one in outcomes.result.to_json()["findings"] if one["rule"] == rule]


def state(outcomes: api.Outcomes) -> tuple[str, str]:
    (row,) = outcomes.result.to_json()["prefixes"]
    return row["rpki"]["state"], row["verdict"]


ANCHORS = [
    (ALL, "not-found"),
    ([one for one in ALL if one["ta"] != "ripe"], "unknown"),  # the validator knows nothing of RIPE NCC's space
    ([one for one in ALL if one["ta"] != "arin"], "not-found"),  # nothing of ARIN's does not matter here
    ([roa("Cloudflare - ARIN"), roa("Cloudflare - APNIC")], "unknown"),
    ([roa("RIPE NCC RPKI Root")], "not-found"),
    ([roa("")], "not-found"),  # an export that does not say whose its VRPs are
    ([roa("test"), roa("x")], "not-found"),
]


@pytest.mark.parametrize(("roas", "expected"), ANCHORS)
def test_a_trust_anchor_that_is_silent_says_nothing(roas: list[dict[str, Any]], expected: str, tmp_path: Path) -> None:
    outcomes = judged(tmp_path, roas)
    assert state(outcomes)[0] == expected
    messages = ["the VRPs hold nothing of the trust anchor of ripencc: what ROAs say of 193.0.10.0/24 is not known"]
    assert found(outcomes, "DATA-11") == (messages if expected == "unknown" else [])
    stored = statement.read(bundle.unpack(outcomes.bundle()))
    assert stored.result == outcomes.result.to_json()


def test_one_of_two_exports_without_it_is_enough(tmp_path: Path) -> None:
    outcomes = judged(tmp_path, [*ALL, OWN], [one for one in ALL if one["ta"] != "ripe"])
    assert (state(outcomes)[0], len(found(outcomes, "DATA-11")), found(outcomes, "DATA-10")) == ("unknown", 1, [])


def test_validators_that_do_not_agree(tmp_path: Path) -> None:
    outcomes = judged(tmp_path, [*ALL, OWN], [*ALL, roa("ripe", "193.0.8.0/21", 12654)])
    (message,) = found(outcomes, "DATA-10")
    assert message == "validators do not agree about 193.0.10.0/24: vrps-0.json gives valid; vrps-1.json gives invalid-asn"
    (row,) = outcomes.result.to_json()["prefixes"]
    assert (row["verdict"], row["possibleVerdicts"]) == ("undetermined", ["configured", "validation-needed"])


NEWER = "fetch a newer export; if it is there again, look at the validator's clock and cache"
BUILT = 1793534400  # 2026-11-01T12:00:00Z


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (BUILT - 1, ["2026-11-01T11:59:59Z"]),
        (1000000000, ["2001-09-09T01:46:40Z"]),
        (0, ["1970-01-01T00:00:00Z"]),
        (BUILT, []),
        (BUILT + 3600, []),
        (None, []),
    ],
)
def test_a_vrp_that_had_expired_when_its_export_was_made(ends: int | None, said: list[str], tmp_path: Path) -> None:
    outcomes = judged(tmp_path, [*ALL, roa("ripe", "193.0.8.0/21", 12654), {**OWN, "expires": ends}])
    words = "193.0.8.0/21-24 => AS3333 expired at {}, before its export was made: 193.0.10.0/24 is judged with and without it"
    assert found(outcomes, "DATA-10") == [words.format(when) for when in said]
    mine = [(one.severity, one.subject, one.remedy) for one in outcomes.result.findings if one.rule == "DATA-10"]
    assert mine == [("warning", "193.0.10.0/24", NEWER)] * len(said)
    (row,) = outcomes.result.to_json()["prefixes"]
    assert row["verdict"] == ("undetermined" if said else "configured")


@pytest.fixture
def _far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows another hour than UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far_east")
def test_it_expired_in_utc_wherever_one_is(tmp_path: Path) -> None:
    (message,) = found(judged(tmp_path, [*ALL, {**OWN, "expires": BUILT - 1}]), "DATA-10")
    assert "expired at 2026-11-01T11:59:59Z, " in message


def test_no_export_at_all_is_no_disagreement(tmp_path: Path) -> None:
    assert found(judged(tmp_path), "DATA-10") == []


def test_several_trust_anchors_that_are_silent_are_named(tmp_path: Path) -> None:
    """Where it is not known which registry is the prefix's, it may be any of them."""
    data = Registry(silent_rirs=("apnic",), vrps=["193.0.0.0/21 AS3333"])
    options = api.Options(prefixes=["11.0.0.0/24"], peer_asn=3333, registry_data=str(data.write(tmp_path)), now=NOW)
    message = "the VRPs hold nothing of the trust anchor of afrinic, apnic, arin, lacnic: what ROAs say of 11.0.0.0/24 is not known"
    assert found(api.check_sync(options), "DATA-11") == [message]


def test_those_that_agree_are_no_finding(tmp_path: Path) -> None:
    """Though they differ elsewhere."""
    outcomes = judged(tmp_path, [*ALL, OWN], [*ALL, OWN, roa("ripe", "84.205.64.0/19", 1)])
    assert (found(outcomes, "DATA-10"), found(outcomes, "DATA-11"), state(outcomes)[0]) == ([], [], "valid")


def test_old_bundles_have_no_counts() -> None:
    part = extract.Extract("f", "", 1, "vrps-json", None, 1, 0, (), (), (), {"ripe": 1})
    assert extract.decode(part.encode()).anchors == {"ripe": 1}
    old = json.loads(part.encode())
    del old["file"]["anchors"]
    content = json.dumps(old).encode()
    assert extract.decode(content).anchors == {}
    documents = [Document("vrps", "f", extract.MEDIA_TYPE, one) for one in (part.encode(), content)]
    assert extract.silent_anchors(documents[:1]) == {"afrinic", "apnic", "arin", "lacnic"}
    assert extract.silent_anchors(documents[1:]) == frozenset()


# ── word by word ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def told(folder: Path, data: Registry, *prefixes: str, **options: Any) -> list[str]:  # noqa: ANN401 (as ``Options`` says)
    """Give findings of these rules, with what they say."""
    options = {"prefixes": prefixes, "peer_asn": 3333, **options}
    result = api.check_sync(api.Options(**options, registry_data=str(data.write(folder)), now=NOW)).result
    rules = {"DATA-4", "DATA-5", "DATA-6", "DATA-7", "DATA-8", "REG-3"}
    mine = [one for one in result.findings if one.rule in rules]
    return [f"{one.rule} {one.severity} {one.subject}: {one.message} > {one.remedy}" for one in mine]


def seen(prefix: str) -> str:
    return f"route: {prefix}\norigin: AS3333\nmnt-by: EXAMPLE-MNT\nsource: RIPE"


MIRRORS = Registry(rows=HELD.rows, objects={"RADB": [seen("192.0.32.0/20"), seen(P), seen("194.0.0.0/20")]})
HALF = Registry(rows={"ripencc": ["NL|ipv4|193.0.0.0|1024|19930901|allocated|one", "|ipv4|193.0.4.0|1024||available"]})
OLD = Registry(rows={"arin": ["US|ipv4|192.149.252.0|256|19920101|assigned|one"]})
TOLD = [
    (HELD, P, []),
    (
        MIRRORS,
        P,
        [f"DATA-4 note {P}: {P} AS3333 of RIPE was seen in RADB's data only: not counted > ask RIPE itself"],
    ),
    (HALF, P, [f"DATA-5 warning {P}: parts of {P} have different registration statuses: available counts > list the parts apart"]),
    (HALF, "192.0.0.0/8", []),  # special space is in it: PFX-1 says what there is to say
    (
        OLD,
        "192.149.252.0/24",
        [
            (
                "DATA-6 note 192.149.252.0/24: 192.149.252.0/24 is taken for legacy space: its ARIN row is older than ARIN (inferred) "
                "> check at ARIN whether an agreement is needed to make route objects"
            )
        ],
    ),
]


@pytest.mark.parametrize(("data", "prefix", "lines"), TOLD)
def test_what_is_told_of_a_prefix(data: Registry, prefix: str, lines: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, data, prefix) == lines


def test_what_is_told_of_plans(tmp_path: Path) -> None:
    (tmp_path / "plan.rpsl").write_text(seen(P) + "\n")
    (line,) = told(tmp_path / "registry", HELD, P, assume=[str(tmp_path / "plan.rpsl")])
    name = line.split()[2].rstrip(":")
    assert name.endswith("plan.rpsl")
    assert line == f"DATA-8 warning {name}: planned objects of {name} are assumed to be there > create them, then check again"


def test_what_is_told_of_local_exceptions(tmp_path: Path) -> None:
    (tmp_path / "slurm.json").write_text(slurm(hidden=25152))
    assert told(tmp_path, replace(HELD, vrps=[f"{P} AS25152"]), P) == [
        (
            f"DATA-7 warning {P}: local exceptions make {P} not-found, the world sees invalid-asn: Microsoft does not see yours "
            "> check again without the SLURM file"
        )
    ]
    (tmp_path / "slurm.json").write_text(slurm(hidden=1))
    assert told(tmp_path, replace(HELD, vrps=[f"{P} AS25152"]), P) == []


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (
            FREE,
            (
                "REG-3 warning {0}: link subnet {0}: the registries say that nobody has this space (available) "
                "> give a subnet that is registered to you or your provider"
            ),
        ),
        (
            OTHERS,
            (
                "REG-3 note {0}: link subnet {0} is registered to Alpha, not to the AS number's holder "
                "> see that it is your provider's, else give one that is yours"
            ),
        ),
    ],
)
def test_what_is_told_of_links(data: Registry, line: str, tmp_path: Path) -> None:
    links = {"primaryPeerAddressPrefix": "193.0.14.0/30", "secondaryPeerAddressPrefix": "193.0.14.4/30"}
    (tmp_path / "circuit.json").write_text(json.dumps(body(microsoft(microsoftPeeringConfig=config([P]), **links))))
    lines = told(tmp_path / "registry", data, circuit=str(tmp_path / "circuit.json"), peer_asn=None)
    assert lines == [line.format(link) for link in links.values()]


def test_what_to_do_about_validators(tmp_path: Path) -> None:
    for exports, remedy in (
        (([*ALL, OWN], [*ALL, roa("ripe", "193.0.8.0/21", 12654)]), "ask again in an hour; one of them is behind, or was told otherwise"),
        (([one for one in ALL if one["ta"] != "ripe"],), "look whether the validator reaches that trust anchor"),
    ):
        (one,) = [one for one in judged(tmp_path, *exports).result.findings if one.rule in {"DATA-10", "DATA-11"}]
        assert (one.severity, one.subject, one.remedy) == ("warning", "193.0.10.0/24", remedy)
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
