"""Results as annotations of a GitHub workflow: one command a line, which GitHub shows at the line of the preflight file. Pure.

Rule: a text cannot end its command or begin another, and says what it is about, since the log shows neither title nor place. GitHub
shows ten errors, ten warnings and ten notices of a step, so what decides comes first; the step summary has everything.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.explain import explain
from bgpcheck.policy import Outcome
from bgpcheck.render.clean import markdown, visible
from bgpcheck.render.places import line_of_finding, line_of_peering, line_of_prefix, paired
from bgpcheck.render.told import named, sentence, steps
from bgpcheck.render.words import answer, capital, counts, next_step, title, urgent_first, verdict_word, worst_first
from bgpcheck.rules.base import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.formats.preflight_places import Places
    from bgpcheck.render.told import Fault
    from bgpcheck.result import Result

COMMAND = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
GOOD = frozenset({Outcome.CONFIGURED, None})  # what needs no error; no verdict at all is a failed check
MOST = 1 << 20  # bytes that a step summary holds; GitHub takes none of a longer one
CUT = "*More than a step summary holds: the rest is left out.*\n\n"


class Note(NamedTuple):
    """An annotation. ``level``: ``error``, ``warning`` or ``notice``."""

    level: str
    title: str
    text: str
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """Write it as a workflow command."""
        place = {"file": visible(self.file), "line": str(self.line)} if self.file and self.line else {}
        properties = {**place, "title": visible(self.title)}
        return f"::{self.level} {','.join(f'{name}={_value(text)}' for name, text in properties.items())}::{_data(self.text)}"


def as_github(results: Sequence[Result], places: Sequence[Places] = (), faults: Sequence[Fault] = ()) -> str:
    """Write one command a line: what could not be judged, then the answers, then what they rest on, errors first."""
    broken = [Note("error", "bgpcheck: not judged", visible(named(one)), one.file, one.line) for one in faults]
    pairs = list(paired(results, places))
    notes = [note for result, place in pairs for note in _notes(result, place)]
    order = {level: number for number, level in enumerate(COMMAND.values())}
    told = sorted(notes, key=lambda note: order[note.level])
    return "".join(f"{note}\n" for note in (*broken, *(_headline(result, place) for result, place in pairs), *told))


def _headline(result: Result, places: Places) -> Note:
    """Answer the question."""
    level = "notice" if result.verdict in GOOD and not result.unconfirmed else "error"
    name = f"{title(result)}: {verdict_word(result)}"
    text = f"{visible(name)}. {_capital(visible(answer(result)))}. {counts(result)}. Next: {next_step(result)}."
    return Note(level, name, text, places.file, line_of_peering(places))


def _notes(result: Result, places: Places) -> Iterator[Note]:
    """Say what is wrong with each prefix, and what was found besides."""
    placed = [(one, line_of_finding(one, places)) for one in worst_first(result.findings)]
    for (severity, rule, line), group in groupby(placed, key=lambda pair: (pair[0].severity, pair[0].rule, pair[1])):
        alike = [one for one, _ in group]  # in one annotation: GitHub shows ten of a kind
        name = f"{rule} {alike[0].subject}{f' and {len(alike) - 1} more' if len(alike) > 1 else ''}"
        yield Note(COMMAND[severity], name, "\n".join(_capital(sentence(one)) for one in alike), places.file, line)
    for one in urgent_first(result.assessments):
        if one.verdict.outcome != "configured":
            name = f"{one.claim.prefix}: {one.verdict.outcome}"
            text = "\n".join((f"{name}. {visible(explain(one))}", *steps(one)))
            yield Note("error", name, text, places.file, line_of_prefix(one.claim.prefix, places))


def as_summary(written: str, faults: Sequence[Fault], room: int) -> str:
    """Give the step summary: what could not be judged, then the Markdown of the results, in at most ``room`` bytes of UTF-8."""
    text = "".join(f"* **Not judged:** {markdown(named(one))}\n" for one in faults) + ("\n" if faults else "") + written
    if len(text.encode()) <= room:
        return text
    kept = (CUT + text).encode()[: max(room, 0)].decode(errors="ignore")
    return kept[: kept.rfind("\n") + 1]


def _capital(text: str) -> str:
    """Begin a sentence as one begins, unless it begins with the name of a file or the like."""
    return capital(text) if text.partition(" ")[0].isalpha() else text


def _data(text: str) -> str:
    """Escape what a command says."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    """Escape a property of a command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
