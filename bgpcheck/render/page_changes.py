"""What changed between two pictures of a lab, in a few words for those who listen to a page. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.render import live_words as words
from bgpcheck.render.clean import visible
from bgpcheck.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.lab.view import View

MOST_NAMED = 3  # prefixes that are named


def changed(old: View, new: View) -> str:
    """Say what changed, raw as to markup; empty where nothing did that is worth a word."""
    return " ".join(f"{visible(one)}." for one in _changes(old, new))


def _changes(old: View, new: View) -> Iterator[str]:
    """Give the sentences, without their stop."""
    if old.verdict != new.verdict:
        yield f"Verdict: {words.answer_word(new)}"
    before = {one.peer: one.state for one in old.sessions}
    for one in new.sessions:
        if before.get(one.peer) != one.state:
            yield f"Session {one.role or one.peer} is {one.state}"
    known = {one.prefix: one.verdict for one in old.prefixes}
    judged = [one for one in new.prefixes if one.verdict and known.get(one.prefix) != one.verdict]
    for each in judged if len(judged) <= MOST_NAMED else ():
        yield f"{each.prefix}: {words.verdict_word(each)}"
    if len(judged) > MOST_NAMED:
        yield f"{len(judged)} prefixes have a new verdict: {words.tally(judged)}"
    found = len(set(new.findings) - set(old.findings))
    if found:
        yield plural(found, "new finding")
