from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bgpcheck.evidence.document import Document
from bgpcheck.render.cited import Sources, digest, digests
from bgpcheck.render.clean import prose

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def live(uri: str, seconds: int = 0, source: str = "irr/RIPE") -> Document:
    return Document(source, uri, "text/x-rpsl", f"{uri} {seconds}".encode(), AT + timedelta(seconds=seconds))


ONE, TWO = live("whois://whois.ripe.net/-B 193.0.0.0/21"), live("whois://whois.ripe.net/-B 193.0.8.0/21", 5)
RDAP = live("https://rdap.db.ripe.net/ip/193.0.0.0/21", 2, "rdap/ip")
DATED = Document("vrps", "vrps.json", "application/json", b"{}", dated=AT)
MANY = [live(f"whois://whois.ripe.net/{number}", number) for number in range(5)]
PLACES = [live(f"whois://[2001:db8::{number}]:4343/x", 0, f"irr/S{number}") for number in range(5)]
NAMED = [
    ([], "", []),
    ([ONE], " [1]", [f"* [1] irr/RIPE, whois.ripe.net, fetched 2026-11-02T08:00:00Z, document {digest(ONE)}"]),
    ([ONE, TWO, ONE], " [1, 2, 1]", ["* [1] irr/RIPE, whois.ripe.net, fetched 2026-11-02T08:00:00Z", "* [2] irr/RIPE"]),
    ([RDAP], " [1]", [f"* [1] rdap/ip, rdap.db.ripe.net, fetched 2026-11-02T08:00:02Z, document {digest(RDAP)}"]),
    ([DATED], " [1]", [f"* [1] vrps, file vrps.json, dated 2026-11-02T08:00:00Z, document {digest(DATED)}"]),
    (MANY, " [1, 2, 3 and 2 more]", ["* [1]", "* [2]", "* [3]"]),
    (PLACES, " [1, 2, 3 and 2 more]", ["* [1] irr/S0", "* [2]", "* [3] irr/S2, \\[2001:db8::2\\]:4343, fetched"]),
    ([live("a <b>_c_\x1b.db")], " [1]", [r"* [1] irr/RIPE, file a \<b>\_c\_\\x1b.db, fetched"]),
    ([live("://x")], " [1]", ["* [1] irr/RIPE, file :"]),
    ([Document("vrps", "vrps.json", "application/json", b"{}")], " [1]", ["* [1] vrps, file vrps.json, undated, document"]),
]


@pytest.mark.parametrize(("documents", "cited", "listed"), NAMED)
def test_a_document_is_cited_by_number_and_listed_with_place_time_and_digest(
    documents: list[Document], cited: str, listed: list[str]
) -> None:
    sources = Sources()
    assert sources.cite(documents) == cited
    lines = list(sources.listed())
    assert len(lines) == len(listed)
    assert all(line.startswith(start) for line, start in zip(lines, listed, strict=True))


def test_a_document_keeps_its_number() -> None:
    sources = Sources()
    assert [sources.cite(those) for those in ([ONE], [RDAP, ONE], [TWO])] == [" [1]", " [2, 1]", " [3]"]


def test_digests_of_a_cell() -> None:
    assert digests([]) == ""
    assert digests(MANY[:2]) == f" ({digest(MANY[0])}, {digest(MANY[1])})"
    assert digests(MANY) == f" ({', '.join(map(digest, MANY[:3]))} …)"


@pytest.mark.parametrize("text", ["[a](b)", "![a](b)", "\\](b)", "a](b", "](b", "[a]\\(b)"])
def test_round_brackets_make_no_link(text: str) -> None:
    from markdown_it import MarkdownIt  # noqa: PLC0415

    tokens = [inner for token in MarkdownIt("commonmark").parse(f"x {prose(text)}") for inner in token.children or ()]
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == f"x {text}"
