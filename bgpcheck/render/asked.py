"""The questions that a live check would begin with: a table by server, or JSON. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.asked import Planned

HEAD = ("server", "questions", "in the cache", "at most", "at once", "for")
MORE = """\
Each registration leads to the one around it, up to the registry's own; other origins and shared maintainers are asked about after
that. No server gets more than "at most" says. Nothing was sent."""


def as_json(planned: Sequence[Planned]) -> str:
    """Write every question, for machines."""
    rows = [{"source": one.source, "server": one.server, "question": one.question, "inCache": one.kept} for one in planned]
    return json.dumps({"schema": "bgpcheck/plan/v1", "questions": rows}, indent=1, sort_keys=True) + "\n"


def as_text(planned: Sequence[Planned]) -> str:
    """Write a line a server, for people."""
    return "".join(f"{visible(line)}\n" for line in _lines(planned))


def _lines(planned: Sequence[Planned]) -> Iterator[str]:
    """Give the lines."""
    servers = sorted({one.server for one in planned})
    kept = sum(one.kept for one in planned)
    yield f"would put {len(planned) - kept} questions to {len(servers)} servers at first" + (f", {kept} are in the cache" if kept else "")
    yield ""
    rows = [HEAD, *(_row(server, [one for one in planned if one.server == server]) for server in servers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for server, *numbers, sources in rows:
        cells = [f"{server:<{widths[0]}}", *(f"{text:>{width}}" for text, width in zip(numbers, widths[1:-1], strict=True)), sources]
        yield "  ".join(cells)
    yield ""
    yield from MORE.splitlines()


def _row(server: str, some: Sequence[Planned]) -> tuple[str, ...]:
    """Write a server's cells."""
    kept, limits = sum(one.kept for one in some), some[0].limits
    sources = ", ".join(dict.fromkeys(one.source for one in some))
    return server, str(len(some) - kept), str(kept), str(limits.queries), str(limits.at_once), sources
