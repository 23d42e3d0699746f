from __future__ import annotations

import bz2
import json
import os
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import jsonscan, vrps
from bgpcheck.formats.vrps import VrpExport, parse_record, scan
from bgpcheck.model import Aspa, Prefix, Vrp

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")


class Rows(list[tuple[int, str, Any]]):
    """Records with their places."""

    @property
    def values(self) -> list[Any]:
        return [record for _, _, record in self]


@dataclass
class Read:
    """An export that was read to its end."""

    export: VrpExport
    vrps: Rows
    aspas: Rows

    def __getattr__(self, name: str) -> object:
        return getattr(self.export, name)


def parse(data: bytes, *, file: str) -> Read:
    export = scan(data, file=file)
    records = list(export.records())
    return Read(export, *(Rows(one for one in records if isinstance(one[2], kind)) for kind in (Vrp, Aspa)))


NET, NET6 = Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:67c:2e8::/48")
STALE = '"stale": "2025-03-15T14:17:31Z"'
CHAIN = '"chainValidity": {"notBefore": "2025-03-09T00:00:00Z", "notAfter": "2025-03-14T00:00:00+00:00"}'
RECORDS = [
    (
        '{"asn": 3333, "prefix": "193.0.0.0/21", "maxLength": 24, "ta": "ripe", "expires": 1753453058}',
        Vrp(NET, 24, 3333, "ripe", 1753453058),
    ),
    ('{"asn": "AS3333", "prefix": "193.0.0.0/21", "maxLength": 21, "ta": "ripe"}', Vrp(NET, 21, 3333, "ripe")),
    ('{"asn": "3333", "prefix": "2001:67C:2e8:0::/48", "maxLength": "48"}', Vrp(NET6, 48, 3333)),
    ('{"asn": "0", "prefix": "193.0.0.0/21"}', Vrp(NET, 21, 0)),
    ('{"asn": 4294967295, "prefix": "2001:67c:2e8::/48", "maxLength": 128, "x": [1]}', Vrp(NET6, 128, 4294967295)),
    (f'{{"asn": 1, "prefix": "193.0.0.0/21", "source": [{{"type": "roa", "tal": "ripe", {STALE}}}]}}', Vrp(NET, 21, 1, "ripe", 1742048251)),
    (
        f'{{"asn": 1, "prefix": "193.0.0.0/21", "source": [{{"tal": "b", {STALE}, {CHAIN}}}, {{"tal": "a", {CHAIN}}}, {{"type": "x"}}]}}',
        Vrp(NET, 21, 1, "a", 1741910400),
    ),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": []}', Vrp(NET, 21, 1)),
    ('{"customer_asid": 945, "expires": 1753084405, "providers": [1299, 6939]}', Aspa(945, (1299, 6939), 1753084405)),
    ('{"customer": "AS945", "providers": ["AS1299", "AS0"]}', Aspa(945, (1299, 0))),
    ('{"customer_asid": 0, "providers": []}', Aspa(0, ())),
]
BAD_RECORDS = [
    ("[]", None, "an object is wanted"),
    ("{}", "asn", "AS number"),
    ('{"asn": true, "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": 1.0, "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": 13335.5, "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": -1, "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": 4294967296, "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": "AS", "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": null, "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": [1], "prefix": "193.0.0.0/21"}', "asn", "AS number"),
    ('{"asn": 1}', "prefix", "prefix"),
    ('{"asn": 1, "prefix": 5}', "prefix", "prefix"),
    ('{"asn": 1, "prefix": "193.0.0.1/21"}', "prefix", "host bits"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "maxLength": 20}', "maxLength", "write 21 to 32"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "maxLength": 33}', "maxLength", "write 21 to 32"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "maxLength": "0024"}', "maxLength", "write 21 to 32"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "maxLength": true}', "maxLength", "write 21 to 32"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "maxLength": null}', "maxLength", "write 21 to 32"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "maxLength": 24.0}', "maxLength", "write 21 to 32"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "ta": 1}', "ta", "trust anchor"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "ta": "\\ud800"}', "ta", "trust anchor"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "expires": "soon"}', "expires", "Unix seconds"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "expires": -1}', "expires", "Unix seconds"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "expires": true}', "expires", "Unix seconds"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "expires": 253402300800}', "expires", "Unix seconds"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": {}}', "source", "a list"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [1]}', None, "an object is wanted"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"tal": 1}]}', "ta", "trust anchor"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"stale": 1}]}', "source", "not a time"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"stale": "2025-03-15T14:17:31"}]}', "source", "not a time"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"stale": "0001-01-01T00:00:00+23:59"}]}', "source", "not a time"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"stale": "1900-01-01T00:00:00Z"}]}', "expires", "Unix seconds"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"chainValidity": {}}]}', "source", "not a time"),
    ('{"customer": "AS945", "providers": {}}', "providers", "a list"),
    ('{"customer": "AS945", "providers": ["AS1299(v4)"]}', "providers", "AS number"),
    ('{"providers": []}', "customer", "AS number"),
    ("{", None, "not JSON"),
    ('{"asn": 25152, "asn": 1103, "prefix": "193.0.14.0/23", "maxLength": 23, "ta": "ripe"}', None, "twice in one object: 'asn'"),
    ('{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"tal": "a", "tal": "b"}]}', None, "twice in one object: 'tal'"),
    ('{"customer": 1, "providers": [1], "providers": [2]}', None, "twice in one object: 'providers'"),
]


@pytest.mark.parametrize(("text", "expected"), RECORDS)
def test_records(text: str, expected: Vrp | Aspa) -> None:
    assert parse_record(text, "json") == expected


@pytest.mark.parametrize(("text", "field", "says"), BAD_RECORDS)
def test_records_that_are_refused(text: str, field: str | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        parse_record(text, "json")
    assert caught.value.field == field
    key = "aspas" if "providers" in text else "roas"
    with pytest.raises(FormatError, match=says) as caught:
        parse(f'{{"{key}":\n[{text}]}}'.encode(), file="f")
    assert (caught.value.file, caught.value.line) == ("f", 2)


METADATA = [
    ("", None),
    ('"metadata": {},', None),
    ('"metadata": {"buildtime": "2025-07-20T09:31:33Z", "elapsedtime": "91"},', datetime(2025, 7, 20, 9, 31, 33, tzinfo=UTC)),
    ('"metadata": {"generated": 1, "generatedTime": "2025-07-20T11:31:33+02:00"},', datetime(2025, 7, 20, 9, 31, 33, tzinfo=UTC)),
    ('"metadata": {"counts": 3312, "generated": 1643432200, "valid": 1643864200},', datetime(2022, 1, 29, 4, 56, 40, tzinfo=UTC)),
    ('"metadata": {"generated": null},', None),
]


@pytest.mark.parametrize(("metadata", "built_at"), METADATA)
def test_when_an_export_was_built(metadata: str, built_at: datetime | None) -> None:
    export = parse(f'{{{metadata} "roas": []}}'.encode(), file="f")
    assert (export.built_at, export.dialect, len(export.vrps), len(export.aspas)) == (built_at, "json", 0, 0)
    assert export.metadata == json.loads(f'{{{metadata} "x": 1}}').get("metadata", {})


def test_the_order_of_members_does_not_matter() -> None:
    vrps, aspas = '{"asn": 1, "prefix": "193.0.0.0/21"}', '{"customer_asid": 1, "providers": []}'
    text = f'{{"aspas": [{aspas}], "roas":\n [\n {vrps}], "metadata": {{"generated": 0}}}}'
    export = parse(b"\xef\xbb\xbf" + text.encode(), file="f")
    assert list(export.vrps) == [(3, vrps, Vrp(NET, 21, 1))]
    assert list(export.aspas) == [(1, aspas, Aspa(1, ()))]
    assert export.built_at == datetime(1970, 1, 1, tzinfo=UTC)


BAD = [
    (b"", 1, "not a VRP export"),
    (b"\n{]", 2, "not JSON"),
    (b"[]", 1, "an object is wanted"),
    (b'{"ROAS": []}', None, "missing"),
    (b'{"slurmVersion": 1}', None, "missing"),
    (b'{"roas": {}}', 1, "an array is wanted"),
    (b'{"roas": [], "aspas": {"ipv4": []}}', 1, "an array is wanted"),
    (b'{"roas": [], "metadata": 1}', 1, "an object is wanted"),
    (b'{"roas": [], "metadata": {"buildtime": 1}}', 1, "not a time"),
    (b'{"roas": [], "metadata": {"generated": "x"}}', 1, "Unix seconds"),
    (b'{"roas": [],\n "roas": []}', 2, "comes twice"),
    (b'{"roas": [\n{"asn": 1, "prefix": "193.0.0.0/21"},', 2, "truncated"),
    (b'{"roas": [],\n "x": {"a": 1, "a": 1}}', 2, "twice in one object: 'a'"),
    (b'{"roas": [],\n "x": [1,\n{"a": 1, "a": 1}]}', 3, "twice in one object: 'a'"),
    (b'{"roas": [\n\xff]}', 2, "UTF-8"),
    (b"<html>\n", 1, "not a VRP export"),
    (b"\x1f\x8b\x08\x08", 1, "UTF-8"),
    (b"ASN,Max Length\n", 1, "not a VRP export"),
    (b"ASN,IP Prefix,Max Length,Max-Length\n", 1, "not a VRP export"),
    (b"ASN,IP Prefix\nAS1,193.0.0.0/21\n\nAS1\n", 4, "1 cells"),
    (b"ASN,IP Prefix\nAS1,193.0.0.0/21,1", 2, "3 cells"),
    (b"ASN,IP Prefix\nAS1,193.0.0.1/21\n", 2, "host bits"),
    (b"ASN,IP Prefix\n,193.0.0.0/21\n", 2, "AS number"),
    (b'ASN,IP Prefix\n"AS1,193.0.0.0/21\n', 2, "not CSV"),
    (b"ASN,IP Prefix,Expires\nAS1,193.0.0.0/21,2025-01-01\n", 2, "Unix seconds"),
    (b"IP Prefix,ASN\n193.0.0.0/21,3333\n193.0.0.0/21,333", 3, "truncated"),
    (b"IP Prefix,ASN\n193.0.0.0/21,3333\n ", 3, "truncated"),
    (b"IP Prefix,ASN", 1, "truncated"),
]


@pytest.mark.parametrize(("data", "line", "says"), BAD)
def test_what_is_no_export_is_refused_with_its_line(data: bytes, line: int | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        parse(data, file="f")
    assert (caught.value.file, caught.value.line) == ("f", line)


EMPTY = b"[]," * (2 << 20)
HUGE = [
    ("metadata", b'{"metadata": {"x": [' + EMPTY + b'0]}, "roas": []}', "metadata", "more than 1048576"),
    ("an unknown object", b'{"roas": [], "x": {"y": [' + EMPTY + b"0]}}", "x", "more than 1048576"),
    ("a row", b'{"roas": [{"x": [' + EMPTY + b"0]}]}", "roas", "more than 1048576"),
    ("a row that is a string", b'{"roas": ["' + EMPTY + b'"]}', "roas", "more than 1048576"),
    ("providers", b'{"roas": [], "aspas": [{"customer": 1, "providers": [' + EMPTY + b"0]}]}", "aspas", "more than 1048576"),
    ("ASPAs", b'{"roas": [], "aspas": [' + b'{"customer":1,"providers":[]},' * 20_001 + b"0]}", "aspas", "no more than 20000"),
    ("an unknown list", b'{"roas": [], "x": [' + EMPTY + b"0]}", "x", "more than 20000"),
    ("keys", b"{" + b"".join(b'"%d":0,' % key for key in range(30_000)) + b'"roas": []}', None, "more than 1000 keys"),
    ("cells", b"ASN,IP Prefix\n" + b"," * (6 << 20) + b"\n", None, "more than 1048576"),
]


@pytest.mark.parametrize(("data", "field", "says"), [row[1:] for row in HUGE], ids=[row[0] for row in HUGE])
def test_what_no_export_holds_is_refused_before_it_takes_memory(
    data: bytes, field: str | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vrps, "MOST_ASPAS", 20_000)
    monkeypatch.setattr(jsonscan, "MOST_PASSED", 20_000)
    export = scan(data, file="f")
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match=says) as caught:
            for _ in export.records():
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (caught.value.file, caught.value.field) == ("f", field)
    assert peak < 6 * len(data)


def test_what_is_unknown_and_long_is_passed_over() -> None:
    data = b'{"keys": [' + b"[[],[],[],[],[],[],[],[]]," * 50_000 + b'\n0], "none": [ ], "roas": [{"asn": 1, "prefix": "193.0.0.0/21"}]}'
    export = scan(data, file="f")
    tracemalloc.start()
    try:
        assert [(line, record) for line, _, record in export.records()] == [(2, Vrp(NET, 21, 1))]
        assert tracemalloc.get_traced_memory()[1] < 2 * len(data)
    finally:
        tracemalloc.stop()


CSVS = [
    ("ASN,IP Prefix,Max Length,Trust Anchor,Expires", "AS3333,193.0.0.0/21,24,ripe,1753453058", Vrp(NET, 24, 3333, "ripe", 1753453058)),
    ('"ASN","IP Prefix","Max Length","Trust Anchor"', '"AS3333","193.0.0.0/21","24","ripe"', Vrp(NET, 24, 3333, "ripe")),
    ("ASN,IP Prefix,Max Length", "3333,193.0.0.0/21,24", Vrp(NET, 24, 3333)),
    ("ip-prefix , asn", " 2001:67c:2e8::/48 , as3333 ", Vrp(NET6, 48, 3333)),
    (
        "URI,ASN,IP Prefix,Max Length,Not Before,Not After",
        '"rsync://rpki.example/a,b.roa",AS3333,193.0.0.0/21,,2025-01-01 00:00:00,2026-01-01 00:00:00',
        Vrp(NET, 21, 3333),
    ),
]


@pytest.mark.parametrize(("header", "row", "expected"), CSVS)
def test_csv(header: str, row: str, expected: Vrp) -> None:
    for end in ("\n", "\r\n"):
        export = parse(end.join([header, "", row, row, ""]).encode(), file="f")
        assert list(export.vrps) == [(3, row, expected), (4, row, expected)]
        assert parse_record(row, export.dialect) == expected
    assert export.dialect == f"csv:{header}"
    assert (export.built_at, len(export.aspas), export.metadata) == (None, 0, {})
    assert len(parse(f"{header}\n".encode(), file="f").vrps) == 0


def check_replay(export: Read, step: int = 1) -> None:
    for records in (export.vrps, export.aspas):
        for index, (_, text, record) in enumerate(records):
            if index % step == 0:
                assert parse_record(text, export.dialect) == record


KEYS = [
    "roas",
    "aspas",
    "metadata",
    "asn",
    "prefix",
    "maxLength",
    "ta",
    "expires",
    "source",
    "tal",
    "stale",
    "chainValidity",
    "notAfter",
    "providers",
]
leaves = st.sampled_from(
    [1, -1, 24, "AS3333", "193.0.0.0/21", "2001:67c::/32", "ripe", "2025-03-15T14:17:31Z", None, True, 1.5, ""]
) | st.text(max_size=3)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5), max_leaves=12
)
vrp_like = st.fixed_dictionaries({"asn": leaves, "prefix": leaves}, optional=dict.fromkeys(KEYS[5:], values))
exports = st.fixed_dictionaries(
    {"roas": st.lists(vrp_like, max_size=3)}, optional={"metadata": values, "aspas": st.lists(values, max_size=2)}
)
cells = st.sampled_from(["ASN", "IP Prefix", "Max Length", "Expires", "AS1", "193.0.0.0/21", "24", '"', "", "\n", "\r"]) | st.text(
    max_size=3
)


@given(
    (exports | values).map(json.dumps)
    | st.lists(st.lists(cells, max_size=5).map(",".join), max_size=4).map("\n".join)
    | st.binary(max_size=20)
)
@example('{"roas": [{"asn": 1, "prefix": "193.0.0.0/21", "source": [{"stale": "9999-12-31T23:59:59-23:59"}]}]}')
def test_it_answers_or_raises_a_format_error(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    try:
        export = parse(data, file="f")
    except FormatError as error:
        assert error.file == "f"  # noqa: PT017 (both outcomes are right)
    else:
        check_replay(export)


@needs_data
def test_the_whole_rpki() -> None:
    export = parse(bz2.decompress((DATA / "rpki/rpki-client-20250720.json.bz2").read_bytes()), file="f")
    assert (len(export.vrps), len(export.aspas)) == (723521, 100)
    assert export.metadata["uniquevrps"] == 723521
    assert export.built_at == datetime(2025, 7, 20, 9, 31, 33, tzinfo=UTC)
    assert Counter(one.prefix.family for one in export.vrps.values) == {"ipv4": 580366, "ipv6": 143155}
    assert {one.trust_anchor for one in export.vrps.values} == {"afrinic", "apnic", "arin", "lacnic", "ripe"}
    assert next(iter(export.vrps))[0] == 49
    check_replay(export, 101)


@needs_data
@pytest.mark.parametrize(
    ("name", "vrps", "aspas"),
    [
        ("roa_test.routinator_jsonext", 2, 0),
        ("roa_test.rpkiclient2021_json", 70, 0),
        ("roa_test.rpkiclient2023_json", 379, 2),
        ("routinator-style.subset.json", 1506, 0),
        ("vrps.subset.csv", 1506, 0),
        ("../irr/ripe-samples/roas.csv", 49, 0),
    ],
)
def test_other_exporters(name: str, vrps: int, aspas: int) -> None:
    export = parse((DATA / "rpki" / name).read_bytes(), file=name)
    assert (len(export.vrps), len(export.aspas)) == (vrps, aspas)
    check_replay(export)


@needs_data
def test_dn42_has_an_entry_without_prefix_and_two_without_as_number() -> None:
    data = (DATA / "irr/export_dn42.json").read_bytes()
    for damage, mended, field in ((b"null", b'"10.0.0.0/8"', "prefix"), (b'"AS"', b'"AS0"', "asn")):
        with pytest.raises(FormatError) as caught:
            parse(data, file="dn42")
        assert caught.value.field == field
        data = data.replace(damage, mended)
        if field == "prefix":
            data = data.replace(b'"maxLength": 112', b'"maxLength": 12')
    assert len(parse(data, file="dn42").vrps) == 3312
