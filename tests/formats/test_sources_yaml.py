"""The shipped ``sources.yaml``, the names that people type, and that each mistake is named with its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats.sources_yaml import load
from bgpcheck.settings import Limits, Settings

SHIPPED = (Path(__file__).parents[2] / "configs" / "sources.yaml").read_bytes()
SETTINGS = load(SHIPPED, file="sources.yaml")

# registries.md: routingRegistryName, its IRR sources, statistics name
REGISTRIES = [
    ("RIPENCC", ("RIPE", "RIPE-NONAUTH"), {"RIPE-NONAUTH"}, "ripencc"),
    ("ARIN", ("ARIN",), set(), "arin"),
    ("APNIC", ("APNIC",), set(), "apnic"),
    ("AFRINIC", ("AFRINIC",), set(), "afrinic"),
    ("LACNIC", ("LACNIC",), set(), "lacnic"),
    ("RADB", ("RADB",), set(), ""),
    ("ALTDB", ("ALTDB",), set(), ""),
    ("LEVEL3", ("LEVEL3",), {"LEVEL3"}, ""),
]


@pytest.mark.parametrize(("name", "irr", "weak", "statistics"), REGISTRIES)
def test_shipped_registries_are_those_that_microsoft_accepts(name: str, irr: tuple[str, ...], weak: set[str], statistics: str) -> None:
    one = SETTINGS.registries[name]
    assert (one.name, one.irr, one.weak, one.statistics, one.undocumented) == (name, irr, weak, statistics, name == "LEVEL3")


def test_nothing_else_is_accepted() -> None:
    assert list(SETTINGS.registries) == [row[0] for row in REGISTRIES]
    assert SETTINGS.accepted_sources == {"RIPE", "RIPE-NONAUTH", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RADB", "ALTDB", "LEVEL3"}
    assert SETTINGS.weak_sources == {"RIPE-NONAUTH", "LEVEL3"}


TYPED = [
    ("RIPENCC", "RIPENCC"),
    ("ripencc", "RIPENCC"),
    ("RIPE", "RIPENCC"),
    ("RIPE NCC", "RIPENCC"),
    ("  Ripe \t ncc ", "RIPENCC"),
    ("ripe-ncc", "RIPENCC"),
    ("MERIT", "RADB"),
    ("radb", "RADB"),
    ("Level3", "LEVEL3"),
    ("RIPE-NONAUTH", None),  # a source, not a registry
    ("NTTCOM", None),
    ("RIPE_NCC", None),
    ("lacn\u0131c", None),  # capital of a dotless i is I
    ("MER\u0131T", None),
    ("NONE", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "name"), TYPED)
def test_a_registry_is_found_by_what_people_type(text: str, name: str | None) -> None:
    assert SETTINGS.registry(text) is (None if name is None else SETTINGS.registries[name])


def test_rirs_and_sources_are_read_whole() -> None:
    assert SETTINGS.rirs.keys() == {"ripencc", "arin", "apnic", "afrinic", "lacnic"}
    assert {name for name, rir in SETTINGS.rirs.items() if rir.opaque_ids} == {"arin", "afrinic", "lacnic"}  # verdicts.md, holder
    assert SETTINGS.rirs["lacnic"].nirs == {"BR", "MX"}
    assert SETTINGS.rirs["ripencc"].rdap == "https://rdap.db.ripe.net/"
    assert [name for name, source in SETTINGS.irr.items() if source.filtering] == ["RADB"]
    assert (SETTINGS.irr["RADB"].server, SETTINGS.irr["RADB"].protocol, SETTINGS.irr["TC"].dumps) == ("whois.radb.net", "irrd", ())
    assert SETTINGS.stale_after_hours == {"vrps": 24, "delegated": 72, "irr": 72, "rdap": 72}
    assert "gmbh" in SETTINGS.holders.legal_forms
    assert SETTINGS.sha256 == hashlib.sha256(SHIPPED).hexdigest()


def test_validators() -> None:
    assert SETTINGS.validators == ()
    assert SETTINGS.cache_hours == {"rdap": 24, "irr": 1, "vrps": 1, "nir": 24}
    assert small().cache_hours == {}
    two = small("staleAfter", "validators: ['https://a.test/vrps.json', 'rtr://[::1]:8282']\nstaleAfter").validators
    assert two == ("https://a.test/vrps.json", "rtr://[::1]:8282")


def test_limits() -> None:
    assert SETTINGS.limits["whois.lacnic.net"] == Limits(at_once=1, queries=10, seconds=20)
    assert (small().limits, Limits()) == ({}, SETTINGS.limits["default"])
    own = small("staleAfter", "limits: {default: {seconds: 9}, A.test: {atOnce: 2}}\nstaleAfter").limits
    assert own == {"default": Limits(seconds=9), "a.test": Limits(at_once=2, seconds=9)}
    assert small("staleAfter", "limits: {a.test: {queries: 1}}\nstaleAfter").limits["default"] == Limits()


def test_how_long_servers_are_left_alone_by_whoever_waits() -> None:
    assert SETTINGS.recheck_minutes == {"irr": 10, "rdap": 30, "nir": 60, "vrps": 20, "azure": 3} == small().recheck_minutes
    assert small("staleAfter", "recheckMinutes: {irr: 0}\nstaleAfter").recheck_minutes == {**SETTINGS.recheck_minutes, "irr": 0}


def test_files_to_download() -> None:
    assert (len(SETTINGS.vrps), small().vrps) == (1, ())
    addresses = [
        *SETTINGS.vrps,
        *(one for irr in SETTINGS.irr.values() for one in irr.dumps),
        *(rir.delegated for rir in SETTINGS.rirs.values()),
    ]
    assert {one.partition(":")[0] for one in addresses} == {"https", "ftp"}
    assert len({*addresses}) == len(addresses) > 20


SMALL = """\
registries:
  RIPENCC: {irr: [RIPE, RIPE-NONAUTH], weak: [RIPE-NONAUTH], statistics: ripencc, aliases: [RIPE NCC]}
  RADB: {irr: [RADB]}
irr:
  RIPE: {server: a.test, protocol: ripe}
  RIPE-NONAUTH: {server: a.test, protocol: ripe}
  RADB: {server: b.test, protocol: irrd, filtering: true}
rirs:
  ripencc: {irr: RIPE, opaqueIds: false, rdap: "https://r.test/", whois: w, delegated: "https://d.test/d"}
staleAfterHours: {vrps: 1, delegated: 2, irr: 3, rdap: 4}
holders:
  registryMaintainers: [A-*]
  placeholderNames: [b]
  registryOrganisations: [C]
  placeholderNetworks: [D-*]
  legalForms: [e]
"""


def small(before: str = "", after: str = "") -> Settings:
    assert before in SMALL
    return load(SMALL.replace(before, after, 1).encode(), file="s.yaml")


KNOWN = (
    "known are registries, irr, rirs, staleAfterHours, holders, validators, vrps, bootstrap, cacheHours, national, limits, recheckMinutes"
)
DOWNLOADED = "must be https:// or ftp:// of a file, or http://127.0.0.1: of your own"
WRONG = [
    ("registries:", "registry:", f"s.yaml:1: registry: unknown key 'registry': {KNOWN}; did you mean registries?"),
    ("staleAfterHours: {vrps: 1, delegated: 2, irr: 3, rdap: 4}\n", "", "s.yaml:1: staleAfterHours is missing"),
    (
        "staleAfter",
        'validators: ["ftp://a.test/"]\nstaleAfter',
        "s.yaml:10: validators[0]: must be https:// of a VRP export, http://127.0.0.1: of your own, or rtr://host:port",
    ),
    (
        "staleAfter",
        "national: {jpnic: {country: JP, url: 'http://a.test/'}}\nstaleAfter",
        "s.yaml:10: national.jpnic.url: must be https://, or http://127.0.0.1: of your own",
    ),
    ("staleAfter", "limits: {default: {atOnce: 0}}\nstaleAfter", "s.yaml:10: limits.default.atOnce: '0' is not a number from 1 to 100000"),
    (
        "staleAfter",
        "limits: {a: {rate: 1}}\nstaleAfter",
        "s.yaml:10: limits.a.rate: unknown key 'rate': known are atOnce, queries, seconds",
    ),
    ("https://d.test", "http://d.test", f"s.yaml:9: rirs.ripencc.delegated: {DOWNLOADED}"),
    (
        "protocol: irrd",
        'protocol: irrd, dumps: ["ftp://a.test/x", "http://127.0.0.1:1/x", "http://127.0.0.10/"]',
        f"s.yaml:7: irr.RADB.dumps[2]: {DOWNLOADED}",
    ),
    ("staleAfter", 'vrps: ["file:///etc/passwd"]\nstaleAfter', f"s.yaml:10: vrps[0]: {DOWNLOADED}"),
    ("{irr: [RADB]}", "{}", "s.yaml:3: registries.RADB: irr is missing"),
    ("{irr: [RADB]}", "{irr: []}", "s.yaml:3: registries.RADB.irr: must name at least one source"),
    ("{irr: [RADB]}", "{irr: [RADDB]}", "s.yaml:3: registries.RADB.irr[0]: 'RADDB' is not one of RIPE, RIPE-NONAUTH, RADB"),
    ("{irr: [RADB]}", "RADB", "s.yaml:3: registries.RADB: must be a mapping with irr, weak, statistics, aliases, undocumented"),
    ("weak: [RIPE-NONAUTH]", "weak: [RADB]", "s.yaml:2: registries.RIPENCC.weak[0]: 'RADB' is not one of RIPE, RIPE-NONAUTH"),
    ("statistics: ripencc", "statistics: ripe", "s.yaml:2: registries.RIPENCC.statistics: 'ripe' is not one of ripencc"),
    ("aliases: [RIPE NCC]", "aliases: [radb]", "s.yaml:3: registries.RADB: 'RADB' stands for RIPENCC already"),
    (
        "{irr: [RADB]}",
        "{irr: [RADB], aliases: [m, ripe  ncc]}",
        "s.yaml:3: registries.RADB.aliases[1]: 'ripe  ncc' stands for RIPENCC already",
    ),
    ("{irr: [RADB]}", "{irr: [RADB], undocumented: 1}", "s.yaml:3: registries.RADB.undocumented: must be true or false"),
    ("protocol: irrd", "protocol: http", "s.yaml:7: irr.RADB.protocol: 'http' is not one of irrd, ripe"),
    ("filtering: true", "filtering: 'true'", "s.yaml:7: irr.RADB.filtering: must be true or false"),
    ("server: b.test, ", "", "s.yaml:7: irr.RADB: server is missing"),
    ("{irr: RIPE, opaqueIds", "{irr: RIPENCC, opaqueIds", "s.yaml:9: rirs.ripencc.irr: 'RIPENCC' is not one of RIPE, RIPE-NONAUTH, RADB"),
    ("opaqueIds: false", "opaqueIds: 0", "s.yaml:9: rirs.ripencc.opaqueIds: must be true or false"),
    ("https://r.test/", "http://r.test/", "s.yaml:9: rirs.ripencc.rdap: must be https://, or http://127.0.0.1: of your own"),
    ("whois: w", "whois: [w]", "s.yaml:9: rirs.ripencc.whois: must be text"),
    ("vrps: 1", "vrps: soon", "s.yaml:10: staleAfterHours.vrps: 'soon' is not a number from 0 to 8784"),
    ("vrps: 1", "vrps: -1", "s.yaml:10: staleAfterHours.vrps: '-1' is not a number from 0 to 8784"),
    ("rdap: 4", "rdap: 4, dns: 5", "s.yaml:10: staleAfterHours.dns: unknown key 'dns': known are vrps, delegated, irr, rdap"),
    ("  legalForms: [e]\n", "", "s.yaml:11: holders: legalForms is missing"),
    ("legalForms: [e]", "legalForms: e", "s.yaml:16: holders.legalForms: must be a list, such as [a, b]"),
]


@pytest.mark.parametrize(("before", "after", "message"), WRONG, ids=[row[2][7:60] for row in WRONG])
def test_a_mistake_is_named_with_file_line_and_field(before: str, after: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        small(before, after)
    assert str(caught.value) == message


def test_a_small_file_is_enough() -> None:
    settings = small()
    assert (settings.registry("ripe ncc"), settings.registry("RIPE")) == (settings.registries["RIPENCC"], None)
    assert (settings.rirs["ripencc"].nirs, settings.irr["RADB"].filtering, settings.irr["RIPE"].filtering) == (set(), True, False)
    assert settings.holders.registry_maintainers == ("A-*",)
