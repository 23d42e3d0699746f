from __future__ import annotations

import pytest

from bgpcheck.circuit.communities import name
from bgpcheck.errors import FormatError
from bgpcheck.facts.special import special
from bgpcheck.speaker.samples import allowed, chosen, load
from bgpcheck.store.configs import samples_bytes

FILE = b"""\
samples:
  - {communities: ["12076:5010"], prefixes: [40.96.0.0/13, "2603:1026::/36"]}
  - {communities: ["12076:51004", "12076:52004"], prefixes: [20.42.0.0/17]}
"""
SAMPLES = load(FILE, file="s")


@pytest.mark.parametrize(
    ("route_filter", "prefixes"),
    [
        ((), []),  # RF-1
        (("12076:5010",), ["40.96.0.0/13", "2603:1026::/36"]),
        (("12076:52004",), ["20.42.0.0/17"]),
        (("12076:51004", "12076:52004", "12076:5010"), ["40.96.0.0/13", "2603:1026::/36", "20.42.0.0/17"]),
        (("12076:5020",), []),
        (("5010",), []),
    ],
)
def test_a_route_filter_chooses(route_filter: tuple[str, ...], prefixes: list[str]) -> None:
    assert [str(sample.prefix) for sample in chosen(SAMPLES, route_filter)] == prefixes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"routes: []", "unknown key 'routes'"),
        (b"samples: 1", "must be a list"),
        (b"samples: [{prefixes: [1.0.0.0/24]}]", "communities is missing"),
        (b"samples: [{communities: [12076:5010]}]", "prefixes is missing"),
        (b"samples:\n- communities: [65535:65281]\n  prefixes: []", "s:2: .*must be a community of Microsoft's, such as 12076:51004"),
        (b"samples:\n- communities: [[]]\n  prefixes: []", "must be text"),
        (b"samples:\n- communities: ['12076:5010']\n  prefixes: [40.96.0.1/13]", "s:3: .*host bits set: write 40.96.0.0/13"),
        (b"samples:\n- communities: ['12076:5010']\n  prefixes: [a, b]", "s:3: "),
        (b"samples:\n- communities: ['12076:5010']\n  prefixes: [40.96.0.0/13, 40.96.0.0/13]", "40.96.0.0/13 stands there twice"),
    ],
)
def test_a_file_that_is_wrong(data: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        load(data, file="s")


def test_what_comes_along_is_public_space_with_communities_that_have_a_name() -> None:
    samples = load(samples_bytes(), file="samples.yaml")
    assert 25 <= len(samples) <= 50
    assert {sample.prefix.family for sample in samples} == {"ipv4", "ipv6"}
    assert not [sample.prefix for sample in samples if special(sample.prefix)]
    assert not [one for sample in samples for one in sample.communities if not name(one)]
    everything = {community for sample in samples for community in sample.communities}
    assert {"12076:5010", "12076:5020", "12076:5030", "12076:5100", "12076:51004"} <= everything
    assert allowed(sorted(everything)) == samples
    assert allowed(()) == ()
