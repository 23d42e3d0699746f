"""A command as the man page and completion see it: its options in groups, and its page. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.manual.page import Page


@dataclass(frozen=True, slots=True)
class Option:
    """An option, or an operand (which has no ``names``)."""

    names: tuple[str, ...]
    metavar: str  # of ``kinds.KINDS``; empty for a switch
    text: str
    words: tuple[str, ...] = ()  # what may stand there, where that is known
    repeated: bool = False
    required: bool = False

    @property
    def usage(self) -> str:
        """An operand as a line of usage has it."""
        name = self.metavar if self.required else f"[{self.metavar}]"
        return f"{name}..." if self.repeated else name


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one title."""

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that does something: ``check``, or one action such as ``registry build``."""

    path: tuple[str, ...]
    text: str
    groups: tuple[Group, ...]
    page: Page = field(repr=False)

    @property
    def name(self) -> str:
        """The words that call it, behind ``bgpcheck``."""
        return " ".join(self.path)

    def options(self) -> Iterator[Option]:
        """Give all options, in order."""
        for group in self.groups:
            yield from group.options
