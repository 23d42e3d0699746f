"""What to do, in order: the remedies of all prefixes put together, each step once with those whom it is for. Pure.

Rule: no step is said twice, and none before what comes before it in a prefix's own list; what is to be pasted stands as it is to be pasted.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.remedy import remedies
from bgpcheck.render.clean import text
from bgpcheck.render.words import few, plural, step_text, urgent_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.steps import Remedy

    Key = tuple[str, str | None, str]

MOST_OPEN = 3  # texts of a step that are shown at once
ONE_VALUE = {  # what a family's part of the peering has once, for its whole list
    "set-customer-asn": "A family's list has one customer AS number: where several are named here, only one of them can be set.",
    "name-registry": "A family's list has one routing registry: where several are named here, only one of them can be.",
}


class Step(NamedTuple):
    """One step: what kind, who can do it, and the texts with the prefixes that each is for."""

    kind: str
    who: str
    texts: dict[str, list[str]]


def steps(assessments: Sequence[Assessment]) -> list[Step]:
    """Put the steps of all prefixes together, those of what needs most attention first; a prefix's own order is kept where all can be."""
    found: dict[Key, Step] = {}
    order: list[Key] = []
    for one in urgent_first(assessments):
        _merge(order, list(dict.fromkeys(map(_key, remedies(one)))))
        for remedy in remedies(one):
            step = found.setdefault(_key(remedy), Step(remedy.kind, remedy.who, {}))
            step.texts.setdefault(step_text(remedy), []).append(str(one.claim.prefix))
    return [found[key] for key in order]


def _merge(order: list[Key], mine: Sequence[Key]) -> None:
    """Put a prefix's steps into an order, each new one right before the next of its own that is there already, else at the end."""
    for place, key in enumerate(mine):
        if key not in order:
            order.insert(min((order.index(other) for other in mine[place + 1 :] if other in order), default=len(order)), key)


def _key(remedy: Remedy) -> Key:
    """Tell steps apart: what is done, where and by whom."""
    return remedy.kind, remedy.registry, remedy.who


def section(assessments: Sequence[Assessment], mark: str) -> Iterator[str]:
    """Write the steps; nothing where there are none. ``mark`` begins the ids."""
    found = steps(assessments)
    if not found:
        return
    yield '<h2>What to do, in order</h2>\n<ol class="steps">'
    for number, step in enumerate(found, 1):
        whom = [f"for {_named(prefixes)}" for prefixes in step.texts.values()]
        alone = f", {whom[0]}" if len(whom) == 1 else f", {plural(len(whom), 'text')}"
        yield f'<li id="{mark}s{number}"><strong>{text(step.kind)}</strong>, by {text(step.who)}{alone}'
        each = [
            f"{f'<p>{name}:</p>' if len(whom) > 1 else ''}\n<pre>{html.escape(words)}</pre>"
            for name, words in zip(whom, step.texts, strict=True)
        ]
        if step.kind in ONE_VALUE and len({words for other in found if other.kind == step.kind for words in other.texts}) > 1:
            yield f"<p>{ONE_VALUE[step.kind]}</p>"
        yield from each[:MOST_OPEN]
        if each[MOST_OPEN:]:
            yield f"<details><summary>and {len(each) - MOST_OPEN} more like these</summary>"
            yield from each[MOST_OPEN:]
            yield "</details>"
        yield "</li>"
    yield "</ol>"


def numbers(assessments: Sequence[Assessment]) -> dict[str, list[int]]:
    """Give the numbers of the steps for each prefix that has some."""
    found: dict[str, list[int]] = {}
    for number, step in enumerate(steps(assessments), 1):
        for prefix in dict.fromkeys(prefix for prefixes in step.texts.values() for prefix in prefixes):
            found.setdefault(prefix, []).append(number)
    return found


def _named(prefixes: Sequence[str]) -> str:
    """Name some prefixes, and how many more."""
    return few(f"<code>{one}</code>" for one in prefixes)
