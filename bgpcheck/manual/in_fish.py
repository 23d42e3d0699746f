"""The script by which fish completes words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.manual.kinds import KINDS
from bgpcheck.manual.shells import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.manual.command import Command, Option

BEGIN = r"""
function __bgpcheck_at  # whether the words so far begin so
    set -l words (commandline -opc)
    set -e words[1]
    string match -q -- "$argv *" "$words "
end

function __bgpcheck_after  # whether nothing but these words is there
    set -l words (commandline -opc)
    set -e words[1]
    test "$words" = "$argv"
end

function __bgpcheck_ends  # folders, and files whose names end so; all files where none does
    set -l kept (__fish_complete_path (commandline -ct) | string match -re "(?:/|\.(?:$argv))(?:\t|\$)")
    if test -n "$kept"
        printf '%s\n' $kept
    else
        __fish_complete_path (commandline -ct)
    end
end

complete -c bgpcheck -f
"""


def script(commands: Sequence[Command], names: Mapping[str, str]) -> str:
    """Write it."""
    lines = [f"complete -c bgpcheck -n __bgpcheck_after -a {name} -d {quoted(text)}" for name, text in names.items()]
    lines.append("complete -c bgpcheck -n __bgpcheck_after -l version -d 'show the version'")
    lines.append("complete -c bgpcheck -n __bgpcheck_after -l help -d 'show help'")
    lines += [
        f"complete -c bgpcheck -n '__bgpcheck_after {one.path[0]}' -a {one.path[1]} -d {quoted(one.text.rstrip('.'))}"
        for one in commands
        if len(one.path) > 1
    ]
    for one in commands:
        lines += _of(one)
    return f"# {HEAD.format('fish')}\n{BEGIN}\n" + "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Quote a word for fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _of(command: Command) -> Iterator[str]:
    """Write the options and the operand of a command."""
    here = f"complete -c bgpcheck -n {quoted(f'__bgpcheck_at {command.name}')}"
    operands = [option for option in command.options() if not option.names]
    for option in operands[-1:]:
        yield f"{here}{_offer(option)}"
    for option in command.options():
        if option.names:
            names = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)
            yield f"{here}{names}{' -x' if option.metavar else ''}{_offer(option)} -d {quoted(option.text)}"


def _offer(option: Option) -> str:
    """Offer words, files, both, or nothing."""
    kind = KINDS.get(option.metavar)
    if kind is None:
        return ""
    words = " ".join(option.words)
    if kind.file:
        files = f"(__bgpcheck_ends {quoted('|'.join(kind.ends))})" if kind.ends else "(__fish_complete_path (commandline -ct))"
        return f" -a {quoted(f'{words} {files}'.strip())}"
    if kind.folder:
        return " -a '(__fish_complete_directories (commandline -ct))'"
    return f" -a {quoted(words)}" if words else ""
