from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hostile import acting, papers
from markdown_it import MarkdownIt
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.api import Outcomes

BLANK = "________"


def structure(text: str) -> list[str]:
    tokens = [inner for token in MarkdownIt("commonmark").enable("table").parse(text) for inner in (token, *(token.children or ()))]
    names = [one.type for one in tokens if one.type not in {"text", "text_special"}]
    return [name for number, name in enumerate(names) if not number or name != names[number - 1]]


def words(text: str) -> str:
    """What a reader reads."""
    tokens = [inner for token in MarkdownIt("commonmark").enable("table").parse(text) for inner in (token.children or ())]
    return " ".join("".join(one.content if one.type in {"text", "text_special"} else " " for one in tokens).split())


def judged(text: str, folder: Path) -> dict[str, str]:
    path = folder / "p.yaml"
    path.write_text(f"{text}\nregistryData: {ROOT / 'fixtures' / 'registry'}\n")
    return papers(api.check_sync(api.Options(preflight=str(path), now=NOW)))


def test_ticket(tour: Outcomes) -> None:
    text = papers(tour)["ticket.md"]
    assert text.startswith("# ExpressRoute Microsoft peering: validation of 6 prefixes of AS3333\n")
    assert f"* Service key: {BLANK}\n* Organisation: {BLANK}\n* Contact: {BLANK}\n* Cloud: public; peer ASN AS3333; VLAN id 345\n" in text
    assert "* ipv4: 5 prefixes, customer ASN none, routing registry RIPENCC\n* ipv6: 1 prefix, customer" in text
    assert "Please validate by hand" in text
    headings = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert headings[:2] == ["192.87.0.0/16: manual-validation", "193.0.14.0/23: validation-needed"]
    assert "* registration: legacy at ripencc, holder SURF B.V.\n" in text
    assert "Collected at 2026-11-02T00:00:00Z. 6 prefixes: 3 configured" in text


def test_letter(tour: Outcomes) -> None:
    text = papers(tour)["loa-draft.md"]
    assert text.startswith("# Letter of Authorization (draft)\n\nTo: Microsoft Corporation, ExpressRoute.")
    assert f"SURF B.V. is the registered holder of the address space below and authorises {BLANK}\n" in text
    assert text.count("To: Microsoft") == 1
    assert "| 192.87.0.0/16 | AS3333 | ripencc |" in text
    assert "193.0." not in text


def test_what_the_user_said_stands_in_both(tmp_path: Path) -> None:
    made = judged(
        "peering: {peerAsn: 3333, serviceKey: key-1, vlanId: 7, ipv4: {customerAsn: 12654, prefixes: [192.87.0.0/16]}}\n"
        "organisation: {name: Acme & Co, contact: noc@acme.example}",
        tmp_path,
    )
    assert "* Service key: key-1\n* Organisation: Acme \\& Co\n* Contact: noc\\@acme.example\n" in made["ticket.md"]
    assert "validation of 1 prefix of AS3333" in made["ticket.md"]
    assert "customer ASN AS12654, routing registry not named" in made["ticket.md"]
    assert "authorises Acme \\& Co\n" in made["loa-draft.md"]
    assert "| 192.87.0.0/16 | AS12654 | ripencc |" in made["loa-draft.md"]


def test_where_nothing_needs_anybody(tmp_path: Path) -> None:
    made = judged("peering: {peerAsn: 3333, ipv4: {prefixes: [193.0.0.0/21]}}", tmp_path)
    assert "Nothing yet: no prefix is expected to need Microsoft." in made["ticket.md"]
    assert "No letter is needed" in made["loa-draft.md"]
    assert "VLAN id not given" in made["ticket.md"]


def test_a_private_as_number_needs_a_letter_of_whoever_holds_the_space(tmp_path: Path) -> None:
    made = judged("peering: {peerAsn: 64512, ipv4: {prefixes: [192.87.0.0/16]}}", tmp_path)
    assert "Please validate by hand" in made["ticket.md"]
    assert "SURF B.V. is the registered holder" in made["loa-draft.md"]


def test_a_holder_that_nobody_knows_is_left_to_fill_in() -> None:
    made = papers(api.check_sync(api.Options(peer_asn=64512, prefixes=["193.0.0.0/21"], now=NOW)))
    assert f"{BLANK} (the holder that the regional registry names) is the registered holder" in made["loa-draft.md"]
    assert f"| 193.0.0.0/21 | AS64512 | {BLANK} |" in made["loa-draft.md"]
    assert "* registration: unknown at no single registry, holder not known\n" in made["ticket.md"]
    assert "* ROAs: unknown; none known\n" in made["ticket.md"]


@pytest.mark.parametrize("name", ["ticket.md", "loa-draft.md"])
def test_a_hostile_registry_shapes_nothing(name: str, dangerous: tuple[str, Outcomes], calm: Outcomes) -> None:
    _, outcomes = dangerous
    written = papers(outcomes)[name]
    assert acting(written) == []
    marks = set(structure(written))
    assert not marks & {
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "blockquote_open",
        "code_block",
        "fence",
        "em_open",
        "strong_open",
        "hr",
    }
    assert not re.search(r"(?i)[a-z]://", written)
    if "holder" in outcomes.result.assessments[0].verdict.reason:
        assert structure(written) == structure(papers(calm)[name])
        holder = " ".join(visible(outcomes.result.assessments[0].holder.direct_holder or "").split())
        assert holder[:100] in words(written)
