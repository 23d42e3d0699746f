from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.slurm import PrefixFilter, Slurm, apply, parse
from bgpcheck.model import Prefix, Vrp

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "irr"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")

NET, NET6 = Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:67c:2e8::/48")
TEXT = """{"slurmVersion": 1,
 "validationOutputFilters": {"prefixFilters": [
   {"prefix": "193.0.0.0/21", "comment": "all of it"},
   {"asn": 64496},
   {"prefix": "2001:67C:2e8::/48", "asn": 0}],
  "bgpsecFilters": [{"asn": 64496, "SKI": "Zm9v"}]},
 "locallyAddedAssertions": {"prefixAssertions": [
   {"asn": 64496, "prefix": "193.0.0.0/21", "comment": "mine"},
   {"asn": 0, "prefix": "2001:67c:2e8::/48", "maxPrefixLength": 64, "source": "DN42", "mnt-by": "X"}],
  "bgpsecAssertions": []}}"""


def made(version: object = 1, filters: object = (), assertions: object = (), **more: object) -> dict[str, Any]:
    return {
        "slurmVersion": version,
        "validationOutputFilters": {"prefixFilters": filters, "bgpsecFilters": []},
        "locallyAddedAssertions": {"prefixAssertions": assertions, "bgpsecAssertions": []},
    } | more


def read(document: object) -> Slurm:
    return parse(json.dumps(document).encode(), file="f")


def test_a_file() -> None:
    for data in (TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode()):
        assert parse(data, file="f") == Slurm(
            (PrefixFilter(NET, None, "all of it"), PrefixFilter(None, 64496), PrefixFilter(NET6, 0)),
            (
                (8, '{"asn": 64496, "prefix": "193.0.0.0/21", "comment": "mine"}', Vrp(NET, 21, 64496)),
                (9, TEXT.splitlines()[8].strip().removesuffix("],"), Vrp(NET6, 64, 0)),
            ),
        )
    assert read(made()) == Slurm((), ())
    assert hash(parse(TEXT.encode(), file="f"))


def test_version_2_with_the_prefix_parts_of_version_1() -> None:
    document = made(2, [{"asn": 1}])
    document["validationOutputFilters"]["aspaFilters"] = [{"customerAsid": 1}]
    document["locallyAddedAssertions"]["aspaAssertions"] = []
    assert read(document).filters == (PrefixFilter(None, 1),)
    document["slurmVersion"] = 1
    with pytest.raises(FormatError, match="version 1 knows no such member") as caught:
        read(document)
    assert caught.value.field == "validationOutputFilters.aspaFilters"


ASSERTION = {"asn": 1, "prefix": "193.0.0.0/21"}
BAD = [
    ([], None, "an object is wanted"),
    ({}, "slurmVersion", "missing"),
    (made(0), "slurmVersion", "write 1"),
    (made("1"), "slurmVersion", "write 1"),
    (made(True), "slurmVersion", "write 1"),
    (made(1.0), "slurmVersion", "write 1"),
    (made(roas=[]), "roas", "no such member"),
    (
        made() | {"validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": [], "x": 1}},
        "validationOutputFilters.x",
        "no such member",
    ),
    (made() | {"validationOutputFilters": []}, "validationOutputFilters", "an object is wanted"),
    (made() | {"validationOutputFilters": {"prefixFilters": []}}, "validationOutputFilters.bgpsecFilters", "missing"),
    (made() | {"locallyAddedAssertions": {"bgpsecAssertions": []}}, "locallyAddedAssertions.prefixAssertions", "missing"),
    (made(filters={}), "validationOutputFilters.prefixFilters", "an array is wanted"),
    (
        made() | {"validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": [1]}},
        "validationOutputFilters.bgpsecFilters",
        "an object",
    ),
    (made(filters=[1]), "prefixFilters", "must be an object"),
    (made(filters=[{}]), "prefixFilters", "a prefix, an asn, or both"),
    (made(filters=[{"comment": "x"}]), "prefixFilters", "a prefix, an asn, or both"),
    (made(filters=[{"asn": "64496"}]), "prefixFilters.asn", "must be an integer"),
    (made(filters=[{"asn": 2**32}]), "prefixFilters.asn", "must be 0 to"),
    (made(filters=[{"prefix": None, "asn": 1}]), "prefixFilters.prefix", "must be a string"),
    (made(filters=[{"prefix": "193.0.0.1/21"}]), "prefixFilters.prefix", "host bits"),
    (made(filters=[{"asn": 1, "comment": 1}]), "prefixFilters.comment", "must be a string"),
    (made(assertions=[{"asn": 1}]), "prefixAssertions.prefix", "missing"),
    (made(assertions=[{"prefix": "193.0.0.0/21"}]), "prefixAssertions.asn", "missing"),
    (made(assertions=[ASSERTION | {"asn": "AS1"}]), "prefixAssertions.asn", "must be an integer"),
    (made(assertions=[ASSERTION | {"maxPrefixLength": 20}]), "prefixAssertions.maxPrefixLength", "write 21 to 32"),
    (made(assertions=[ASSERTION | {"maxPrefixLength": 33}]), "prefixAssertions.maxPrefixLength", "must be 0 to 32"),
    (made(assertions=[ASSERTION | {"maxPrefixLength": "24"}]), "prefixAssertions.maxPrefixLength", "must be an integer"),
    (made(assertions=[ASSERTION | {"comment": []}]), "prefixAssertions.comment", "must be a string"),
]


@pytest.mark.parametrize(("document", "field", "says"), BAD)
def test_deviations_are_errors(document: object, field: str | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        read(document)
    assert (caught.value.file, caught.value.field) == ("f", field)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        (TEXT + "x", 10),
        (TEXT[:-1], 10),
        (TEXT.replace('"asn": 64496}', '"asn": 64496, "asn": 1}'), 4),
        (TEXT.replace('"asn": 0,', '"asn": "",'), 9),
    ],
)
def test_damage_is_named_by_line(text: str, line: int) -> None:
    with pytest.raises(FormatError) as caught:
        parse(text.encode(), file="f")
    assert (caught.value.file, caught.value.line) == ("f", line)
    with pytest.raises(FormatError, match="UTF-8"):
        parse(b"\xff" + text.encode(), file="f")


MATCHES = [
    (PrefixFilter(NET, None), Vrp(NET, 24, 1), True),
    (PrefixFilter(NET, None), Vrp(Prefix.parse("193.0.7.0/24"), 24, 1), True),
    (PrefixFilter(NET, None), Vrp(Prefix.parse("193.0.0.0/20"), 24, 1), False),
    (PrefixFilter(Prefix.parse("0.0.0.0/0"), None), Vrp(NET6, 48, 1), False),
    (PrefixFilter(None, 1), Vrp(NET6, 48, 1), True),
    (PrefixFilter(None, 0), Vrp(NET6, 48, 1), False),
    (PrefixFilter(None, 0), Vrp(NET6, 48, 0), True),
    (PrefixFilter(NET, 1), Vrp(NET, 24, 1), True),
    (PrefixFilter(NET, 1), Vrp(NET, 24, 2), False),
    (PrefixFilter(NET, 1), Vrp(NET6, 48, 1), False),
]


@pytest.mark.parametrize(("one", "vrp", "expected"), MATCHES)
def test_what_a_filter_matches(one: PrefixFilter, vrp: Vrp, expected: bool) -> None:  # noqa: FBT001 (a table's column)
    assert one.matches(vrp) is expected
    assert apply(Slurm((one,), ()), [vrp]) == ([] if expected else [vrp])


def test_no_filter_touches_an_assertion() -> None:
    exceptions = parse(TEXT.encode(), file="f")
    kept = Vrp(Prefix.parse("198.18.0.0/15"), 24, 1)
    assert apply(exceptions, iter([Vrp(NET, 21, 3333), kept, Vrp(NET6, 48, 64496)])) == [kept, Vrp(NET, 21, 64496), Vrp(NET6, 64, 0)]


KEYS = ["slurmVersion", "validationOutputFilters", "prefixFilters", "bgpsecFilters", "locallyAddedAssertions", "prefixAssertions"]
values = st.recursive(
    st.sampled_from([0, 1, 2, 24, -1, "193.0.0.0/21", "2001:67c::/32", None, True, 1.5]) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "asn", "prefix", "maxPrefixLength"]), inner, max_size=4)
    ),
    max_leaves=8,
)
entries = st.lists(
    st.fixed_dictionaries({}, optional={"asn": values, "prefix": values, "maxPrefixLength": values, "comment": values}), max_size=3
)
documents = st.tuples(values, entries | values, entries | values).map(lambda parts: made(*parts))


@given((documents | values).map(lambda one: json.dumps(one).encode()) | st.binary(max_size=9))
def test_it_answers_or_raises_a_format_error(data: bytes) -> None:
    try:
        exceptions = parse(data, file="f")
    except FormatError as error:
        assert error.file == "f"  # noqa: PT017 (both outcomes are right)
    else:
        assert all(one.prefix is not None or one.asn is not None for one in exceptions.filters)


@needs_data
def test_dn42_has_an_assertion_without_prefix_and_two_without_as_number() -> None:
    data = (DATA / "export_rfc8416_dn42.json").read_bytes()
    for damage, mended, field in ((b'"prefix": null', b'"prefix": "::/0"', "prefix"), (b'"asn": ""', b'"asn": 0', "asn")):
        with pytest.raises(FormatError) as caught:
            parse(data, file="dn42")
        assert caught.value.field == f"prefixAssertions.{field}"
        data = data.replace(damage, mended)
    exceptions = parse(data, file="dn42")
    assert (len(exceptions.filters), len(exceptions.assertions)) == (0, 3312)
    assert exceptions.assertions[0][0] == 10
