"""The published schemas: written from the code's words, true of every output, and closed to broken ones."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import circuits
import exabgp_lines as lines
import hostile
import pytest
import yaml
from jsonschema import Draft202012Validator
from preflight_texts import GOOD_AND_BAD, UNLIKE
from program import NOW, ROOT, run
from schemas import broken, circuit, events, parts, preflight, result, yaml12
from universe import Universe

from bgpcheck import api
from bgpcheck.circuit.seen import Seen
from bgpcheck.circuit.survey import Survey, document
from bgpcheck.errors import FormatError
from bgpcheck.formats import preflight as parser
from bgpcheck.lab import happenings
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.catalogue import REASONS, RULES
from bgpcheck.store import configs
from bgpcheck.store import schemas as published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bgpcheck.model import Family

WHOLE = {"result": result.WHOLE, "events": events.WHOLE, "circuit": circuit.WHOLE, "preflight": preflight.WHOLE}
CHECKED = {name: Draft202012Validator(one) for name, one in WHOLE.items()}
PREFIX_LINE = Draft202012Validator({"$ref": "#/$defs/prefixResult", "$defs": result.WHOLE["$defs"]})
FOLDER = ROOT / "bgpcheck" / "schemas"
GOLDEN = ROOT / "tests" / "golden"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
TOUR = "configs/preflight/tour.yaml"


def faults(checked: Draft202012Validator, value: object) -> list[str]:
    """What is wrong, with its place."""
    return [f"{list(one.absolute_path)}: {one.message[:200]}" for one in checked.iter_errors(value)]


# ── the files ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_is_known_to_the_tests() -> None:
    assert WHOLE.keys() == set(published.NAMES)
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.schema.json" for name in WHOLE}


@pytest.mark.parametrize("name", published.NAMES)
def test_the_published_file_is_what_the_code_says(name: str) -> None:
    """``BGPCHECK_WRITE_GOLDENS=1`` writes it anew."""
    text = json.dumps(WHOLE[name], indent=2, ensure_ascii=True) + "\n"
    if os.environ.get("BGPCHECK_WRITE_GOLDENS") == "1":
        (FOLDER / f"{name}.schema.json").write_text(text, encoding="utf-8")
    assert published.read(name) == text
    assert run("explain", "--schema", name).stdout == text


@pytest.mark.parametrize("name", published.NAMES)
def test_it_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(WHOLE[name])
    assert WHOLE[name]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert WHOLE[name]["$id"] == f"urn:bgpcheck:schema:{name}:v1"
    text = json.dumps(WHOLE[name])
    used, defined = set(re.findall(r'"#/\$defs/([^"]+)"', text)), set(WHOLE[name]["$defs"])
    assert used <= defined
    assert text.count('"$ref"') == len(re.findall(r'"\$ref": "#/\$defs/', text))  # nothing outside of the file


@pytest.mark.parametrize("name", published.NAMES)
def test_every_field_is_described(name: str) -> None:
    def properties(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (JSON)
        for place, one in broken.places(value):
            if isinstance(one, dict) and place[-1:] == ("properties",) and not {"if", "then", "else", "anyOf"} & set(place):
                yield from one.items()

    found = list(properties(WHOLE[name]))
    definitions = WHOLE[name]["$defs"]
    undescribed = [
        key for key, one in found if not (one.get("description") or definitions.get(one.get("$ref", "")[8:], {}).get("description"))
    ]
    assert len(found) > 10
    assert undescribed == []


def test_the_words_are_the_code_s() -> None:
    """Those that are written down twice, since a schema groups or explains them; all others come from the code by construction."""
    assert parts.VERDICTS.keys() == {str(one) for one in parts.Outcome}
    assert len(parts.remedy_kinds()) >= 15
    assert {"create-roa", "fix-roa", "obtain-loa"} <= set(parts.remedy_kinds())
    pattern = re.compile(parts.SHARED["rule"]["pattern"])
    assert [rule for rule in RULES if not pattern.fullmatch(rule.strip())] == []
    assert parts.SHARED["reasonCode"]["examples"] == list(REASONS)


# ── every output ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def restored(text: str) -> str:
    """A golden with digests in the place of those that were left out, each another."""
    number = count(1)
    return re.sub(r"\(digest\)", lambda _: f"{next(number):064x}", text)


def goldens() -> list[tuple[str, Draft202012Validator, Any]]:
    """Every golden of JSON or JSON Lines: where it is, what it is held against, and what it says."""
    found: list[tuple[str, Draft202012Validator, Any]] = []
    for path in sorted([*GOLDEN.glob("*.json"), *GOLDEN.glob("*.jsonl")]):
        text, kind = restored(path.read_text()), path.name.split("-")[0].split(".")[0]
        if path.suffix == ".json":
            found.append((path.name, CHECKED["circuit" if kind == "circuit" else "result"], json.loads(text)))
        else:
            by = PREFIX_LINE if kind == "check" else CHECKED["events"]
            found += [(f"{path.name}:{number}", by, json.loads(line)) for number, line in enumerate(text.splitlines(), 1)]
    return found


GOLDENS = goldens()


def test_there_are_goldens() -> None:
    names = {name.partition(":")[0] for name, _, _ in GOLDENS}
    assert names >= {"check-tour.json", "check-several.json", "check-circuit.json", "check-tour.jsonl", "circuit.json", "check-diff.json"}
    assert len(GOLDENS) >= 10
    assert any(isinstance(value, list) for _, _, value in GOLDENS)


@pytest.mark.parametrize(("checked", "value"), [one[1:] for one in GOLDENS], ids=[one[0] for one in GOLDENS])
def test_every_golden_is_valid(checked: Draft202012Validator, value: object) -> None:
    assert faults(checked, value) == []


@pytest.mark.parametrize("seed", range(40))
def test_results_of_generated_registries_are_valid(seed: int, tmp_path: Path) -> None:
    universe = Universe(seed)
    universe.write(tmp_path)
    names = [None, *configs.settings().registries]
    seen = 0
    for number, (prefix, asn) in enumerate(universe.claims(6)):
        asked = {"prefixes": [str(prefix)], "peer_asn": asn or 1, "customer_asn": universe.chance.choice((None, universe.asn() or 1))}
        options = api.Options(
            **asked,  # type: ignore[arg-type]
            registry=names[(seed + number) % len(names)],
            registry_data=str(tmp_path),
            now="2025-07-20T12:00:00Z",
            strict=bool(number % 2),
        )
        written = json.loads(json.dumps(api.check_sync(options).result.to_json()))
        assert faults(CHECKED["result"], written) == []
        seen += len(written["prefixes"])
    assert seen == 6


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_hostile_results_are_valid(name: str, tmp_path: Path) -> None:
    assert faults(CHECKED["result"], hostile.outcomes(hostile.TEXTS[name], tmp_path).result.to_json()) == []


PRIVATE = circuits.body(circuits.private())
SURVEYED = [
    circuits.circuit(circuits.microsoft(), circuits.private()),
    circuits.circuit(circuits.microsoft("Sometimes"), circuits.microsoft("ValidationNeeded", peerASN=None)),
    *(circuits.circuit(provisioningState=word) for word in (None, "Updating", "Failed", "Odd")),
    *(circuits.circuit(serviceProviderProvisioningState=word) for word in (None, "NotProvisioned", "Deprovisioning")),
    circuits.alone(circuits.microsoft()),
    circuits.alone(circuits.private()),
]


def test_every_kind_of_circuit_is_valid() -> None:
    written = document([Survey(Seen(one), configs.settings(), layer) for one in SURVEYED for layer in (None, 2, 3)])
    assert len(written["circuits"]) == 3 * len(SURVEYED)
    assert len({one["step"] for one in written["circuits"]}) >= 6
    assert faults(CHECKED["circuit"], json.loads(json.dumps(written))) == []


def test_a_circuit_of_private_peering_has_no_verdict(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text(json.dumps(PRIVATE))
    written = json.loads(run("check", "--circuit", str(file), "--format", "json", "--now", NOW).stdout)
    assert written["verdict"] is None
    assert faults(CHECKED["result"], written) == []


SAID = [
    *(lines.state("connected"), lines.opened(direction="send", asn=12076), lines.opened(), lines.state("up")),
    lines.update(["193.0.0.0/21", "193.0.18.0/23", "193.0.14.0/23", "2001:67c:2e8::/48"]),
    lines.update(["192.87.0.0/16"], path=(1103, 12076, 3333)),
    lines.update(["193.0.10.0/24"], path=None),
    *(lines.end_of_rib(), lines.update((), ["193.0.18.0/23"]), b"{not json", lines.notification(6, 2, message="bye")),
    *(lines.state("down", reason="reset"), lines.state("up"), lines.refresh("begin"), lines.refresh("end"), lines.state("down")),
]


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    """What a watch tells of a session in which everything happens, and what a lab tells besides."""
    ran = run("watch", TOUR, "--now", NOW, given=b"\n".join(SAID) + b"\n")
    family: Family = "ipv4"
    dropped = happenings.dropped("127.0.0.2", "primary", (family, 201), 200, MOMENT)
    resolved = happenings.finding(Finding("PFX-5", Severity.WARNING, "192.0.2.0/24", "m", "r"), MOMENT, resolved=True)
    return [*(json.loads(line) for line in ran.stdout.splitlines()), dropped, resolved]


def test_every_event_is_valid(told: list[dict[str, Any]]) -> None:
    assert {one["type"] for one in told} == set(events.TYPES)
    assert {one["event"] for one in told if one["type"] == "session"} == set(events.PARTICULAR)
    assert any(one["heard"] for one in told if one["type"] == "verdict")
    assert {one["resolved"] for one in told if one["type"] == "finding"} == {True, False}
    assert [fault for one in told for fault in faults(CHECKED["events"], one)] == []


# ── broken ones ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

# Fields that may hold any text: what somebody wrote, or a word that others may be added to.
FREE = {
    *("message", "remedy", "subject", "detail", "who", "what", "text", "why", "reason", "words", "explanation", "last", "billing"),
    *("from", "to", "name", "rfc", "source", "registry", "maintainers", "trustAnchor", "prefixHolder", "asnHolder", "chain", "difference"),
    *("code", "version", "requiredSources", "routingRegistryName", "peer", "path", "strippedPath"),
    *("id", "serviceKey", "serviceProviderName", "peeringLocation", "tier", "lastModifiedBy", "primary", "secondary"),
    *("actualAzureState", "state", "provisioningState", "peeringType", "validationId", "validationState"),
    *("serviceProviderProvisioningState", "circuitProvisioningState", "advertisedPublicPrefixesState", "family", "families", "subtype"),
}  # fmt: skip
COUNTED = {"asns", "routes", "counts"}  # objects whose keys are free


def is_free(path: broken.Path, document: Any) -> bool:  # noqa: ANN401 (JSON)
    """Tell whether a text at a place may be any other; fields of one name are not everywhere of one kind."""
    kind = document.get("type") if isinstance(document, dict) else None
    name, above = broken.field(path), [key for key in path if isinstance(key, str)]
    within, circuit_ = above[-2] if len(above) > 1 else "", above[0] == "circuits"
    closed = {
        "reason": within in {"gaps", "new", "filled"} or (kind == "gap" and len(path) == 1) or (len(above) == 1 and kind is None),
        "state": within == "rpki" or kind in {"session", "summary"},
        "family": not (within == "sku" or (kind == "session" and document.get("event") != "dropped")),
        "from": within in {"verdicts", "facts", "verdict"},
        "to": within in {"verdicts", "facts", "verdict"},
        "name": within == "tool",
        "who": circuit_,
    }
    as_found = circuit_ and (name == "advertisedPublicPrefixes" or (within == "prefixInfo" and name == "prefix"))
    return as_found or (name in FREE and not closed.get(name, False))


def is_free_key(path: broken.Path, document: Any) -> bool:  # noqa: ANN401 (JSON)
    """Tell whether a key may be missing."""
    above, kind = path[-2] if len(path) > 1 else "", document.get("type") if isinstance(document, dict) else None
    return path[-1] == "changes" or above in COUNTED or (kind == "summary" and above in {"prefixes", "findings"})


def tried(checked: Draft202012Validator, value: Any) -> tuple[int, list[str]]:  # noqa: ANN401 (JSON)
    """Break a document in every way; gives how often, and what was taken that is broken, or refused that is not."""
    wrong, made = [], list(broken.mutations(value))
    for how, path, one in made:
        if how == "left out" and path[-2:-1] == ("asns",):
            continue  # there is at least one: a row of DEEP
        free = is_free(path, value) if how == "misspelt" else how == "left out" and is_free_key(path, value)
        if checked.is_valid(one) != free:
            wrong.append(f"{how} {path}: {'refused' if free else 'taken'}")
    return len(made), wrong


def small(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """A golden with at most three of each long list: what is like is broken once."""
    if isinstance(value, dict):
        return {key: small(one) for key, one in value.items()}
    return [small(one) for one in value[:3]] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def blocked() -> Any:  # noqa: ANN401 (JSON)
    """A result with what no golden of JSON has: special-purpose space."""
    words = ("check", "--peer-asn", "3333", "--prefix", "10.0.0.0/8", "--registry-data", "fixtures/registry", "--now", NOW)
    return json.loads(run(*words, "--format", "json").stdout)


def test_a_broken_result_with_special_space_is_refused(blocked: Any) -> None:  # noqa: ANN401 (JSON)
    assert blocked["prefixes"][0]["special"]["rfc"]
    assert tried(CHECKED["result"], small(blocked))[1] == []


@pytest.mark.parametrize(("checked", "value"), [one[1:] for one in GOLDENS], ids=[one[0] for one in GOLDENS])
def test_every_broken_golden_is_refused(checked: Draft202012Validator, value: object) -> None:
    number, wrong = tried(checked, small(value))
    assert number > 100
    assert wrong == []


def test_every_broken_event_is_refused(told: list[dict[str, Any]]) -> None:
    kinds = {(one["type"], one.get("event"), one.get("verdict"), bool(one.get("heard"))): one for one in told}
    number, wrong = 0, []
    for one in kinds.values():
        tries, found = tried(CHECKED["events"], small(one))
        number += tries
        wrong += [f"{one['type']} {fault}" for fault in found]
    assert number > 1000
    assert wrong == []


def test_no_field_is_called_free_for_nothing(told: list[dict[str, Any]], blocked: Any) -> None:  # noqa: ANN401 (JSON)
    documents = [blocked, *(value for _, _, value in GOLDENS), *told]
    names = {broken.field(path) for each in documents for path, value in broken.places(each) if isinstance(value, str)}
    assert FREE - names == set()


def golden(name: str) -> Any:  # noqa: ANN401 (JSON)
    return next(value for each, _, value in GOLDENS if each == name)


# What one value deep inside may not be: the place in check-tour.json, and values there.
DEEP: list[tuple[broken.Path, list[object]]] = [
    (("prefixes", 0, "rpki", "vrps", 0, "maxLength"), [-1, 33, 129, "21", 21.5, None, True]),
    (("prefixes", 5, "rpki", "vrps", 0, "maxLength"), [-1, 129]),
    (("prefixes", 0, "rpki", "vrps", 0, "asn"), [-1, 4294967296, "AS3333", None]),
    (("prefixes", 0, "rpki", "vrps", 0, "prefix"), ["193.0.0.0", "193.0.0.0/33", "193.0.0.256/24", "193.0.00.0/21", "193.0.0.0/021"]),
    (("prefixes", 5, "prefix"), ["2001:67C:2E8::/48", "2001:067c:2e8::/48", "2001:67c:2e8::/129", "2001::67c::/48", "193.0.0.0/21"]),
    (("prefixes", 0, "prefix"), ["2001:67c:2e8::/48", "", None]),
    (("prefixes", 0, "family"), ["ipv6", "IPv4", 4]),
    (("prefixes", 0, "confidence"), [None, "very high"]),
    (("prefixes", 4, "confidence"), ["low"]),
    (("prefixes", 0, "possibleVerdicts"), [["configured", "undetermined"], []]),
    (("prefixes", 4, "possibleVerdicts"), [[], ["configured"], ["configured", "perhaps"]]),
    (("prefixes", 0, "reasons"), [[], [{}], {}]),
    (("prefixes", 0, "reasons", 0, "documents", 0), ["sha256:12", "md5:" + "0" * 64, "sha256:" + "A" * 64, 7]),
    (("prefixes", 0, "asns"), [{}, {"3333": "allocated"}, {"AS3333": "public"}, {"AS3333": None}]),
    (("prefixes", 0, "irr", "objects", 0, "origin"), [-1, "AS3333"]),
    (("prefixes", 0, "irr", "authoritative"), ["yes", 1]),
    (("prefixes", 0, "announced"), [{}, {"peer": "a", "asPath": ["3333"], "origin": 1, "at": "2026-01-01T00:00:00Z"}, []]),
    (("prefixes", 0, "special"), [{}, {"prefix": "10.0.0.0/8", "name": "x"}, "x"]),
    (("decidedAt",), ["2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00.5Z", "2026-01-01t00:00:00z", "2026-01-01T24:00:00Z", 0]),
    (("policy", "sha256"), ["", "0" * 63, "0" * 65, "sha256:" + "0" * 64]),
    (("schema",), ["bgpcheck/result/v2", "bgpcheck/circuit/v1", None]),
    (("claim", "peerAsn"), [None, "3333", 4294967296]),
    (("gaps", 0, "deciding"), ["true", None, 1]),
    (("findings", 0, "rule"), ["", "data-6", "DATA", "DATA-6 "]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "values"), DEEP, ids=[".".join(map(str, path)) for path, _ in DEEP])
def test_what_a_value_deep_inside_may_not_be(path: broken.Path, values: list[object]) -> None:
    tour = golden("check-tour.json")
    assert [value for value in values if CHECKED["result"].is_valid(broken.changed(tour, path, value))] == []


def test_one_result_is_no_list_and_a_list_holds_several() -> None:
    tour = golden("check-tour.json")
    for value, good in (([tour, tour], True), ([tour], False), ([], False), ({}, False), (None, False), ("x", False), ([tour, 7], False)):
        assert CHECKED["result"].is_valid(value) == good


def test_readers_ignore_keys_that_they_do_not_know(told: list[dict[str, Any]]) -> None:
    """So a later version may add some, anywhere."""

    def more(value: Any) -> Any:  # noqa: ANN401 (JSON)
        if isinstance(value, dict):
            return {
                key: one if key in {*COUNTED, "prefixes", "findings"} and isinstance(one, dict) else more(one) for key, one in value.items()
            } | {"later": 1}
        return [more(one) for one in value] if isinstance(value, list) else value

    for name, checked, value in GOLDENS:
        assert (name, faults(checked, more(value))) == (name, [])
    assert [fault for one in told for fault in faults(CHECKED["events"], more(one))] == []


# ── preflight files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def takes(text: str | bytes) -> bool:
    """Tell whether bgpcheck takes a preflight file."""
    try:
        parser.parse(text.encode() if isinstance(text, str) else text, configs.settings(), file="a.yaml")
    except FormatError:
        return False
    return True


def editor_takes(text: str | bytes) -> bool:
    """Tell whether an editor with the schema does."""
    try:
        value = yaml12.load(text)
    except (yaml.YAMLError, ValueError):
        return False
    return CHECKED["preflight"].is_valid(value)


@pytest.mark.parametrize(("name", "text"), GOOD_AND_BAD.items(), ids=GOOD_AND_BAD.keys())
def test_parser_and_schema_agree(name: str, text: str | bytes) -> None:
    """But for the spellings in ``UNLIKE``, which a schema can't tell apart: there they really do not agree."""
    assert (takes(text) == editor_takes(text)) == (name not in UNLIKE)


def test_there_are_good_and_bad_ones() -> None:
    good = [name for name, text in GOOD_AND_BAD.items() if takes(text)]
    assert len(good) > 40
    assert len(GOOD_AND_BAD) - len(good) > 100
    assert UNLIKE.keys() <= GOOD_AND_BAD.keys()
    assert all(UNLIKE.values())


@pytest.mark.parametrize("path", sorted((ROOT / "configs" / "preflight").glob("*.yaml")), ids=lambda path: path.name)
def test_examples_name_the_schema_and_follow_it(path: Path) -> None:
    first, _, rest = path.read_text().partition("\n")
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == FOLDER / "preflight.schema.json"
    assert faults(CHECKED["preflight"], yaml12.load(rest)) == []


def test_names_of_registries_are_completed() -> None:
    (first, *_) = preflight.REGISTRY["anyOf"]
    settings = configs.settings()
    assert [name for name in first["enum"] if name != "NONE" and settings.registry(name) is None] == []
    assert set(settings.registries) < set(first["enum"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--schema", "results"), "'results' is not one of result, events, preflight, circuit; did you mean result?"),
        (("--schema", "result", "PFX-1"), "--schema writes a JSON Schema and nothing else: leave out the code and --format"),
        (("--schema", "result", "--format", "markdown"), "--schema writes a JSON Schema and nothing else: leave out the code and --format"),
    ],
)
def test_what_explain_refuses(words: tuple[str, ...], says: str) -> None:
    ran = run("explain", *words)
    assert (ran.status, ran.stdout) == (2, "")
    assert says in ran.stderr


def test_patterns_are_those_of_ecma_262() -> None:
    """Editors read them with JavaScript: nothing of Python alone, and no class that means more there than here."""
    for name, whole in WHOLE.items():
        patterns = [one for place, one in broken.places(whole) if place[-1:] == ("pattern",)]
        assert len(patterns) >= 3, name
        assert [one for one in patterns if not (one.startswith("^") and re.search(r"\(\?(?!:)|\\[^s.]|[^\x20-\x7e]", one) is None)] == []
