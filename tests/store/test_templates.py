from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bgpcheck.errors import BgpcheckError, FormatError
from bgpcheck.evidence.statement import INPUTS, TEMPLATES, input_document
from bgpcheck.render.papers import KINDS
from bgpcheck.render.template import MOST_BYTES
from bgpcheck.store.templates import own, used

if TYPE_CHECKING:
    from pathlib import Path

TICKET, LETTER = KINDS.values()


def folder(tmp_path: Path, **files: bytes) -> str:
    made = tmp_path / "own"
    made.mkdir()
    for name, content in files.items():
        (made / name.replace("__", ".").replace("_", "-")).write_bytes(content)
    return str(made)


def test_every_paper_has_a_place_in_a_bundle() -> None:
    assert tuple(kind.source for kind in KINDS.values()) == TEMPLATES
    assert set(TEMPLATES) < set(INPUTS)


def test_a_folder_may_hold_one_or_both(tmp_path: Path) -> None:
    made = own(folder(tmp_path, ticket__md=b"$subject", __notes=b"left alone"))
    assert [(one.source, one.uri, one.content, one.fetched_at) for one in made] == [
        ("input/template-ticket", "ticket.md", b"$subject", None)
    ]
    (tmp_path / "own" / "loa-draft.md").write_bytes(b"$holder")
    assert [one.source for one in own(f"{tmp_path}/own/")] == ["input/template-letter", "input/template-ticket"]


def test_what_is_not_given_is_ours(tmp_path: Path) -> None:
    ours, mine = used(()), used(own(folder(tmp_path, ticket__md=b"$subject")))
    assert mine["loa-draft.md"] == ours["loa-draft.md"]
    assert mine["ticket.md"].text == "$subject" != ours["ticket.md"].text


REFUSED = [
    (
        {},
        r"--templates .*/own: holds neither ticket.md nor loa-draft.md; begin with: bgpcheck explain --template ticket > DIR/ticket.md, .*",
    ),
    ({"ticket__txt": b""}, r"--templates .*/own: 'ticket.txt' is no template: name them ticket.md and loa-draft.md, and nothing else"),
    ({"ticket__md": b"$subject", "Loa_draft__md": b""}, r"--templates .*/own: 'Loa-draft.md' is no template: .*"),
    ({"ticket__md": b"\n$subjct"}, r".*/own/ticket.md:2: \$subjct: is no field of ticket.md; did you mean \$subject\?"),
    ({"loa_draft__md": b"$asked"}, r".*/own/loa-draft.md:1: \$asked: is no field of loa-draft.md.*"),
    (
        {"ticket__md": b"a" * (MOST_BYTES + 1)},
        rf".*/own/ticket.md: holds more than {MOST_BYTES} bytes: a template is text and names of fields",
    ),
]


@pytest.mark.parametrize(("files", "says"), REFUSED, ids=[says[:50] for _, says in REFUSED])
def test_what_is_no_folder_of_templates(files: dict[str, bytes], says: str, tmp_path: Path) -> None:
    with pytest.raises(BgpcheckError) as caught:
        own(folder(tmp_path, **files))
    assert re.fullmatch(says, str(caught.value))


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "ticket.md").mkdir()
    for name, says in (("nowhere", "no such folder; begin with"), ("", "ticket.md: is no file")):
        with pytest.raises(BgpcheckError, match=says):
            own(str(tmp_path / name))


def test_two_for_one_paper_are_none(tmp_path: Path) -> None:
    (one,) = own(folder(tmp_path, ticket__md=b"$subject"))
    assert used((one, one))["ticket.md"].text == "$subject"
    with pytest.raises(FormatError, match=r"other\.md: there are two documents of input/template-ticket"):
        used((one, replace(one, uri="other.md", content=b"x")))
    events = input_document("input/events", "a", b"1")
    assert used((events, replace(events, uri="b"))) == used(())
