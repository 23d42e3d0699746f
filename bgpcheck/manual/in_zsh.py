"""The script by which zsh completes words, with ``_arguments`` of its own completion system. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.manual.kinds import KINDS
from bgpcheck.manual.shells import HEAD, groups, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.manual.command import Command, Option


EITHER = """\
_bgpcheck_either() {  # words, or files whose names end so
  local -a words_=(${=1})
  _alternative "words:word:($words_)" "files:file:_files -g '*.($2)(-.)'"
}"""


def script(commands: Sequence[Command], names: Mapping[str, str]) -> str:
    """Write it; as a function that zsh loads by its name, or by ``source``."""
    within = groups(commands)
    lines = ["#compdef bgpcheck", f"# {HEAD.format('zsh')}", "", EITHER]
    for one in commands:
        lines += ["", f"_bgpcheck_{'_'.join(one.path)}() {{", "  _arguments -s \\", *_specs(one), "}"]
    for name, actions in within.items():
        lines += ["", *_choice(f"_bgpcheck_{name}", {action: _text(commands, (name, action)) for action in actions}, "action", ())]
    lines += ["", *_choice("_bgpcheck", names, "command", ("--help:show help", "--version:show the version"))]
    lines += ["", 'if [ "$funcstack[1]" = "_bgpcheck" ]; then _bgpcheck "$@"; else compdef _bgpcheck bgpcheck; fi']
    return "\n".join(lines) + "\n"


def _choice(function: str, names: Mapping[str, str], what: str, more: Sequence[str]) -> Iterator[str]:
    """Write a function that offers names, and behind one of them calls its own function."""
    words = [*(f"{name}:{text.rstrip('.')}" for name, text in names.items()), *more]
    yield f"{function}() {{"
    yield f"  local -a names=({' '.join(quoted(word) for word in words)})"
    yield f"  if (( CURRENT == 2 )); then _describe {what} names; return; fi"
    yield f"  local name=$words[2]; (( $+functions[{function}_$name] )) || return 1"
    yield f"  shift words; (( CURRENT-- )); {function}_$name"
    yield "}"


def _text(commands: Sequence[Command], path: tuple[str, ...]) -> str:
    """Give the one line of an action."""
    return next(one.text for one in commands if one.path == path)


def _specs(command: Command) -> Iterator[str]:
    """Write what ``_arguments`` takes, a line each."""
    specs = [spec for option in command.options() for spec in (_named(option) if option.names else [_operand(option)])]
    yield " \\\n".join(f"    {quoted(spec)}" for spec in specs)


def _named(option: Option) -> Iterator[str]:
    """Write an option, under each of its names."""
    for name in option.names:
        many, text = "*" if option.repeated else "", _escaped(option.text)
        value = f":{_escaped(option.metavar)}:{_offer(option)}" if option.metavar else ""
        yield f"{many}{name}{'=' if value and name.startswith('--') else ''}[{text}]{value}"


def _operand(option: Option) -> str:
    """Write an operand."""
    return f"{'*' if option.repeated else '' if option.required else ':'}:{_escaped(option.metavar)}:{_offer(option)}"


def _escaped(text: str) -> str:
    """Escape what a spec takes for its own."""
    return "".join(f"\\{one}" if one in "[]:\\" else one for one in text)


def _offer(option: Option) -> str:
    """Offer words, files, both, or nothing."""
    kind = KINDS[option.metavar]
    words = f"({' '.join(option.words)})" if option.words else ""
    files = _files(kind.ends) if kind.file else "_files -/" if kind.folder else ""
    if words and files:
        return f' _bgpcheck_either "{" ".join(option.words)}" "{"|".join(kind.ends)}"'
    return words or files or " "


def _files(ends: Sequence[str]) -> str:
    """Offer files whose names end so; zsh offers all where none does."""
    return f'_files -g "*.({"|".join(ends)})(-.)"' if ends else "_files"
