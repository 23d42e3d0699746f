from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bgpcheck.evidence.document import Document
from bgpcheck.gather import MAX_ROUNDS, gather
from bgpcheck.model import Prefix
from bgpcheck.sources.base import Answer, Gap, GapReason, Inquiry, Library, Need, Request, Simple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.sources.base import Source

INQUIRY = Inquiry((Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:db8::/32")), (3333,))
UNREACHABLE = Gap("b", GapReason.UNREACHABLE, "nobody there")


def document(request: Request) -> Document:
    return Document(request.source, request.subject, "text/plain", f"{request.source} {request.subject}".encode())


@dataclass
class Asked:
    """A fetcher that answers from a table, and otherwise with a document that holds the question."""

    table: Mapping[Request, tuple[Document, ...] | Gap | None] = field(default_factory=dict)
    rounds: list[list[Request]] = field(default_factory=list)

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
        self.rounds.append(list(requests))
        replies = {request: self.table.get(request, (document(request),)) for request in requests}
        return {request: reply for request, reply in replies.items() if reply is not None}


@dataclass(frozen=True)
class Chain:
    """A source that asks for ``length`` things one after another."""

    name: str
    length: int
    source: str = ""

    def ask(self, _: Inquiry, library: Library) -> Answer | Need:
        requests = [Request(self.source or self.name, str(number)) for number in range(self.length)]
        missing = library.missing(requests)
        return Need(missing[:1]) if missing else library.answer(self.name, requests)


@dataclass(frozen=True)
class Stubborn:
    """A source that asks for the same thing whatever it is told."""

    name: str

    def ask(self, _: Inquiry, __: Library) -> Answer | Need:
        return Need((Request(self.name, "x"), Request(self.name, "x")))


def read(one: Document) -> tuple[str, ...]:
    return (one.content.decode(),)


def gathered(sources: Sequence[Source], fetcher: Asked, library: Library | None = None) -> tuple[Answer, ...]:
    return asyncio.run(gather(INQUIRY, sources, fetcher, library or Library(read)))


def test_answers_come_in_the_order_of_the_sources() -> None:
    sources = [Chain("d", 3), Chain("c", 1), Simple("b"), Chain("a", 2), Simple("e", prefixes=False, asns=False)]
    answers = gathered(sources, Asked())
    assert [answer.source for answer in answers] == ["d", "c", "b", "a", "e"]
    assert [[cited.record for cited in answer.records] for answer in answers] == [
        ["d 0", "d 1", "d 2"],
        ["c 0"],
        ["b 193.0.0.0/21", "b 2001:db8::/32", "b AS3333"],
        ["a 0", "a 1"],
        ["e *"],
    ]
    assert all(not answer.gaps for answer in answers)


def test_questions_are_asked_all_at_once_sorted_and_each_only_once() -> None:
    fetcher = Asked()
    gathered([Chain("b", 2), Chain("a", 3, "x"), Chain("c", 2, "x"), Simple("b")], fetcher)
    asked = [request for one in fetcher.rounds for request in one]
    assert len(set(asked)) == len(asked)
    assert all(one == sorted(one) for one in fetcher.rounds)
    assert [len(one) for one in fetcher.rounds] == [5, 2, 1]


def test_what_the_library_has_is_not_asked() -> None:
    library = Library(read)
    known = Request("a", "0")
    library.add({known: (document(known),)})
    fetcher = Asked()
    (answer,) = gathered([Chain("a", 2)], fetcher, library)
    assert fetcher.rounds == [[Request("a", "1")]]
    assert len(answer.records) == 2


def test_no_question_no_fetch() -> None:
    fetcher = Asked()
    assert gathered([], fetcher) == ()
    assert gathered([Chain("a", 0)], fetcher) == (Answer("a", (), (), frozenset(), ()),)
    assert fetcher.rounds == []


def test_a_failing_source_is_a_gap_and_disturbs_nobody() -> None:
    refused = {Request("b", "193.0.0.0/21"): UNREACHABLE, Request("b", "AS3333"): UNREACHABLE}
    good, bad = gathered([Simple("a"), Simple("b")], Asked(refused))
    assert (len(good.records), good.gaps) == (3, ())
    assert [cited.record for cited in bad.records] == ["b 2001:db8::/32"]
    assert (bad.answered, bad.gaps) == (frozenset({"2001:db8::/32"}), (UNREACHABLE,))


def test_no_reply_is_a_gap() -> None:
    (answer,) = gathered([Simple("a")], Asked({Request("a", "AS3333"): None}))
    assert (len(answer.records), answer.gaps) == (2, (Gap("a", GapReason.MISSING, "no reply"),))


def test_a_reply_to_nothing_is_not_taken() -> None:
    class Talkative(Asked):
        async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
            return {**await super().fetch(requests), Request("a", "0"): UNREACHABLE, Request("c", "0"): UNREACHABLE}

    library = Library(read)
    library.add({Request("a", "0"): ()})
    gathered([Chain("a", 2)], Talkative(), library)
    assert library.replies == {Request("a", "0"): (), Request("a", "1"): (document(Request("a", "1")),)}


def test_an_empty_reply_is_an_answer() -> None:
    (answer,) = gathered([Chain("a", 1)], Asked({Request("a", "0"): ()}))
    assert answer == Answer("a", (), (), frozenset({"0"}), ())


@pytest.mark.parametrize("length", [1, MAX_ROUNDS])
def test_a_chain_may_be_as_long_as_the_rounds(length: int) -> None:
    fetcher = Asked()
    (answer,) = gathered([Chain("a", length)], fetcher)
    assert (len(fetcher.rounds), len(answer.records), answer.gaps) == (length, length, ())


def test_a_source_whose_questions_never_end_is_a_gap() -> None:
    fetcher = Asked()
    endless, good = gathered([Chain("a", MAX_ROUNDS + 1), Chain("b", 2)], fetcher)
    assert len(fetcher.rounds) == MAX_ROUNDS
    assert (endless.records, endless.answered, len(good.records)) == ((), frozenset(), 2)
    (gap,) = endless.gaps
    assert (gap.source, gap.reason) == ("a", GapReason.MALFORMED)
    assert "still asking" in gap.detail


def test_a_source_that_asks_for_what_it_has_is_a_gap() -> None:
    fetcher = Asked()
    stubborn, good = gathered([Stubborn("a"), Chain("b", 2)], fetcher)
    assert fetcher.rounds == [[Request("a", "x"), Request("b", "0")], [Request("b", "1")]]
    assert [gap.reason for gap in stubborn.gaps] == [GapReason.MALFORMED]
    assert len(good.records) == 2
