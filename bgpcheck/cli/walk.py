"""What the parsers know, as the man page and completion want it: every command, its options, and what may stand there. Not a command.

Rule: nothing is said here; all of it is read from the parsers, and from the tables that the program itself uses.
"""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from typing import TYPE_CHECKING

from bgpcheck.cli import COMMANDS, parser
from bgpcheck.cli.reading import OneOf
from bgpcheck.manual import about
from bgpcheck.manual.command import Command, Group, Option

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


def commands() -> Iterator[Command]:
    """Give everything that can be done: commands without actions, and the actions of the others."""
    words = _words()
    for name in COMMANDS:
        for action in getattr(import_module(f"bgpcheck.cli.{name}"), "ACTIONS", ("",)):
            path = (name, *filter(None, [action]))
            yield Command(path, parser(name, action).description or "", tuple(_groups(parser(name, action), words)), about(*path))


def narrow(made: argparse.ArgumentParser, action: str, actions: Collection[str], meant: Mapping[str, Collection[str]]) -> None:
    """Hide what is not for an action (``meant``: option → its actions), and say of the rest what is said for that action."""
    for one in made._actions:  # noqa: SLF001 (argparse has no other list)
        if one.dest == "action" or action not in meant.get(one.dest, actions):
            one.help = argparse.SUPPRESS
        elif one.help:
            one.help = _said(one.help, action, actions)


def _said(text: str, action: str, actions: Iterable[str]) -> str:
    """Take the part of ``verify: …; message, sign: …`` that is for an action; a part without names is for all."""
    name = f"(?:{'|'.join(actions)})"
    parts = [re.fullmatch(rf"(?:({name}(?:, {name})*): )?(.*)", one) for one in re.split(rf"; (?={name}(?:, {name})*: )", text)]
    return "; ".join(one[2] for one in parts if one and (one[1] is None or action in one[1].split(", ")))


def _groups(made: argparse.ArgumentParser, words: Mapping[str, tuple[str, ...]]) -> Iterator[Group]:
    """Give the groups of a parser that are not empty."""
    for group in made._action_groups:  # noqa: SLF001 (as above)
        shown = [one for one in group._group_actions if one.help is not argparse.SUPPRESS]  # noqa: SLF001
        if shown:
            yield Group(group.title or "", tuple(_option(one, words) for one in shown))


def _option(one: argparse.Action, words: Mapping[str, tuple[str, ...]]) -> Option:
    """Read one option or operand."""
    metavar = str(one.metavar or "")
    known = one.type.known if isinstance(one.type, OneOf) else words.get(metavar, ())
    repeated = isinstance(one, argparse._AppendAction) or one.nargs in {"*", "+"}  # noqa: SLF001
    needed = not one.option_strings and one.nargs in {None, "+"}
    return Option(tuple(one.option_strings), metavar, one.help or "", known, repeated=repeated, required=needed)


def _words() -> dict[str, tuple[str, ...]]:
    """Give what may stand for a metavar where no reader of one of several words says it."""
    from bgpcheck.cli.explain import PAPERS  # noqa: PLC0415 (each is loaded when called)
    from bgpcheck.rules.catalogue import CATALOGUE  # noqa: PLC0415
    from bgpcheck.store import configs, wanted  # noqa: PLC0415

    settings = configs.settings()
    return {
        "CODE": tuple(CATALOGUE),
        "NAME|FILE": configs.policy_names(),
        "PAPER": PAPERS,
        "REGISTRY": tuple(settings.registries),
        "SOURCE": tuple(name for name, files in wanted.names(settings).items() if files),
    }
