"""What is read from an earlier result, which anybody may have written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import ROOT
from schemas.broken import changed, places, without

from bgpcheck import earlier
from bgpcheck.errors import FormatError

FILE = ROOT / "fixtures" / "results" / "tour-earlier.json"
RESULT = json.loads(FILE.read_text())


def refused(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        earlier.read(data, file="old.json")
    return str(caught.value)


def test_what_is_read() -> None:
    (one,) = earlier.read(FILE.read_bytes(), file="old.json")
    assert (one.name, one.peer_asn, one.decided_at, one.verdict) == ("tour", 3333, "2026-10-01T00:00:00Z", "validation-needed")
    assert one.basis == {"tool.version": "0.0.9", "policy.name": "microsoft-peering", "policy.sha256": "0" * 64}
    assert one.claim["ipv4.routingRegistryName"] == "RADB"
    assert one.prefixes["193.0.14.0/23"].verdict == "configured"
    assert one.prefixes["192.149.252.0/24"].facts["confidence"] == "low"
    assert one.prefixes["192.87.0.0/16"].facts["confidence"] == ""  # null
    assert len(one.prefixes["193.0.0.0/21"].documents) == 3
    assert [(gap.source, gap.deciding) for gap in one.gaps][-1] == ("irr/RADB", True)
    assert one.findings[0].severity == "blocker"


def test_one_a_list_and_how_powershell_redirects() -> None:
    text = FILE.read_text()
    whole = earlier.read(text.encode(), file="x")
    assert earlier.read(f"[{text},{text}]".encode(), file="x") == whole * 2
    for encoding in ("utf-8-sig", "utf-16"):
        assert earlier.read(text.encode(encoding), file="x") == whole


def test_announced_origins() -> None:
    origins = []
    for announced in (None, {"peer": "a", "asPath": [], "origin": None, "at": "x"}, {"peer": "a", "asPath": [3], "origin": 3, "at": "x"}):
        one = earlier.of(changed(RESULT, ("prefixes", 0, "announced"), announced))
        origins.append(one.prefixes["193.0.0.0/21"].facts["announced.origin"])
    assert origins == ["", "NONE", "3"]


def test_titles() -> None:
    one = earlier.of(RESULT)
    other = earlier.of(changed(RESULT, ("claim", "name"), None))
    assert earlier.titles([one, other]) == "tour (AS3333), peering of AS3333"


WRONG: list[tuple[tuple[str | int, ...], object, str]] = [
    # a place, what stands there, and the complaint
    ((), [], "old.json: is an empty list: there is no result to compare with"),
    ((), 7, "old.json: must be an object, not int"),
    ((), [RESULT, 7], "old.json: [1]: must be an object, not int"),
    (("schema",), "bgpcheck/result/v2", "old.json: schema: is 'bgpcheck/result/v2', not bgpcheck/result/v1: give what check"),
    (("schema",), {"x": 1}, "old.json: schema: is \"{'x': 1}\", not bgpcheck/result/v1"),
    (("tool", "version"), ["0"], "old.json: tool.version: must be a string, not list"),
    (("decidedAt",), "2026-10-01T00:00:00+02:00", "old.json: decidedAt: must be a time in UTC"),
    (("decidedAt",), "\x1b[31m", "old.json: decidedAt: must be a time in UTC"),
    (("verdict",), "fine", "old.json: verdict: 'fine' is none of configured, validation-needed"),
    (("claim", "peerAsn"), None, "old.json: claim.peerAsn: must be an integer, not NoneType"),
    (("blocks", 0, "family"), "ipx", "old.json: blocks[0].family: 'ipx' is none of ipv4, ipv6"),
    (("prefixes", 1, "prefix"), "193.0.10.1/24", "old.json: prefixes[1].prefix: 193.0.10.1/24 has host bits set"),
    (("prefixes", 1, "prefix"), "193.0.0.0/21", "old.json: prefixes[1].prefix: 193.0.0.0/21 is there twice"),
    (("prefixes", 1, "rpki"), [], "old.json: prefixes[1].rpki: must be an object, not list"),
    (("prefixes", 1, "reasons"), [], "old.json: prefixes[1].reasons: is empty: a verdict has a reason"),
    (("prefixes", 1, "reasons", 0, "documents", 0), 7, "old.json: prefixes[1].reasons[0].documents: must be a string, not int"),
    (("prefixes", 1, "verdict"), None, "old.json: prefixes[1].verdict: must be a string, not NoneType"),
    (("findings", 0, "severity"), "grave", "old.json: findings[0].severity: 'grave' is none of blocker, warning, note"),
    (("gaps", 0, "reason"), "lazy", "old.json: gaps[0].reason: 'lazy' is none of unreachable"),
    (("gaps", 0, "deciding"), "yes", "old.json: gaps[0].deciding: must be true or false"),
]


@pytest.mark.parametrize(("path", "value", "says"), WRONG, ids=[says[10:60] for _, _, says in WRONG])
def test_a_complaint_names_file_and_place(path: tuple[str | int, ...], value: object, says: str) -> None:
    assert refused(json.dumps(changed(RESULT, path, value)).encode()).startswith(says)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "old.json: not JSON: Expecting value (column 1): give what check --format json wrote"),
        (b"\xff\xfe\x00", "old.json: is not UTF-16 text: write it with check"),
        (b"{\x80", "old.json: is not UTF-8 text: write it with check"),
        (b'{"schema": 1, "schema": 2}', "old.json: not readable: a key comes twice in one object"),
        (b"[" * 100_000, "old.json: not readable: nested too deep"),
        (b"NaN", "old.json: not JSON: NaN: give what check --format json wrote"),
    ],
)
def test_what_is_no_result(data: bytes, says: str) -> None:
    assert refused(data).startswith(says)


KEYS = [path for path, _ in places(RESULT) if path]
ANY = st.sampled_from([None, True, 7, -1, 10**30, 1.5, "", "x" * 2000, "\x1b[31m\ud800", [], [None], {}, {"a": None}])


@given(st.lists(st.tuples(st.sampled_from(KEYS), ANY), min_size=1, max_size=3), st.booleans())
def test_whatever_stands_there_is_read_or_refused_with_a_place(edits: list[tuple[tuple[Any, ...], object]], drop: bool) -> None:  # noqa: FBT001 (drawn)
    value, error = RESULT, None
    for path, one in edits:
        if path in {place for place, _ in places(value)}:
            value = without(value, path) if drop else changed(value, path, one)
    try:
        earlier.read(json.dumps(value).encode(), file="old.json")
    except FormatError as caught:
        error = str(caught)
    assert error is None or (error.startswith("old.json: ") and len(error) < 500)
