"""Where ``lab`` and ``watch`` tell what happens: lines, a screen, a page, a journal; and what a journal remembers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bgpcheck.cli import streams
from bgpcheck.cli.reading import port
from bgpcheck.lab.sessions import SessionFacts
from bgpcheck.telling import Outlets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Mapping
    from contextlib import AsyncExitStack

    from bgpcheck.lab.state import Lab
    from bgpcheck.model import Prefix
    from bgpcheck.sinks.remembered import Remembered

PATIENCE = 2.0  # seconds that whoever reads has for the rest


async def outlets_of(
    args: argparse.Namespace, closing: AsyncExitStack, lab: Lab, *, to_stdout: bool, only: Collection[str] | None = None
) -> Outlets:
    """Open where it all goes; ``to_stdout``: standard output is ours.

    What a journal remembers, of peers ``only`` where these are known, is put into ``lab``.
    """
    from bgpcheck.sinks.journal import Journal  # noqa: PLC0415 (start-up: only where it is asked for)
    from bgpcheck.sinks.lines import Lines  # noqa: PLC0415 (as above)

    sinks: list[Any] = []
    viewers: list[Any] = []
    if args.output and args.output != "-":
        sinks.append(Lines.append(args.output))
    elif to_stdout and not streams.is_terminal():
        sinks.append(Lines.to_stdout())
    elif not to_stdout:
        sinks.append(_Aside())
    if to_stdout and streams.is_terminal():
        from bgpcheck.sinks.screen import Screen  # noqa: PLC0415 (as above)

        viewers.append(closing.enter_context(Screen()))
    if args.web is not None:
        from bgpcheck.sinks.web import Web  # noqa: PLC0415 (as above)

        web = await closing.enter_async_context(Web.serve(port("--web", args.web, least=0)))
        streams.complain(f"live page: {web.url}")
        viewers.append(web)
    for one in sinks:
        closing.push_async_callback(_close, one)
    journal = closing.enter_context(Journal.open(args.journal)) if args.journal else None
    if journal:
        gone = recall(journal.state(), lab, only)
        journal.commit((), gone, ())
    return Outlets(tuple(sinks), tuple(viewers), journal)


async def _close(sink: Any) -> None:  # noqa: ANN401 (a sink)
    """Have everything written; a reader that went away needs nothing more."""
    from bgpcheck.sinks.lines import ReaderGone  # noqa: PLC0415 (as above)

    try:
        await asyncio.wait_for(sink.close(), PATIENCE)
    except ReaderGone:
        return
    except TimeoutError:
        streams.complain("whoever reads standard output or --output has not taken the last events: they are lost")


def recall(state: Remembered, lab: Lab, only: Collection[str] | None) -> list[tuple[str, Prefix, str]]:
    """Put what stood when somebody last listened into a lab; all of it is stale until it is said again.

    ``only``: peers that matter, where it is known which; gives the places of others, which are to be forgotten.
    """
    kept = {place: route for place, route in state.routes.items() if only is None or place[0] in only}
    lab.heard.remember((route, path_id) for (_, _, path_id), route in kept.items())
    for peer, seen in state.sessions.items():
        if only is None:
            lab.sessions[peer] = SessionFacts(peer, seen.peer_asn, flaps=seen.flaps, last=seen.last, remembered=True)
        elif peer in only:
            lab.sessions[peer] = replace(lab.sessions[peer], flaps=seen.flaps, last=seen.last)
    return [place for place in state.routes if place not in kept]


class _Aside:
    """Happenings as lines on standard error, where standard output is ExaBGP's."""

    async def put(self, happening: Mapping[str, Any]) -> None:
        """Write one."""
        streams.tell_json(happening)

    async def close(self) -> None:
        """Nothing is left to write."""
