"""The script by which bash completes words. Pure; needs bash 3.2 or later and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.manual.kinds import KINDS
from bgpcheck.manual.shells import HEAD, groups, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.manual.command import Command, Option

BEGIN = r"""
_bgpcheck_words() {  # words that begin as what is typed
  local IFS=$' \t\n' word
  for word in $1; do [[ $word == "$current"* ]] && COMPREPLY+=("$word"); done
}

_bgpcheck_files() {  # folders, and files whose names end so; all where none does
  local name kept=() all=() ends="\.($1)\$"
  while IFS= read -r name; do
    if [[ -d $name ]]; then kept+=("$name"); all+=("$name"); continue; fi
    [[ $2 == folder ]] && continue
    all+=("$name"); [[ $name =~ $ends ]] && kept+=("$name")
  done < <(compgen -f -- "$current")
  if [[ $1 ]] && (( ${#kept[@]} )); then COMPREPLY+=("${kept[@]}"); else COMPREPLY+=("${all[@]}"); fi
  compopt -o filenames 2>/dev/null
}

_bgpcheck() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} place=${COMP_WORDS[1]} operand=1
  COMPREPLY=()
  [[ $current == = ]] && current=
  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}
  if (( COMP_CWORD == 1 )); then _bgpcheck_words "@NAMES@ --help --version"; return; fi
  case $place in
@ACTIONS@
  esac
  case "$place $before" in
@VALUES@
  esac
  if [[ $current == -* ]]; then
    case $place in
@OPTIONS@
    esac
    return
  fi
  case $place in
@OPERANDS@
  esac
}

complete -F _bgpcheck bgpcheck
"""


def script(commands: Sequence[Command], names: Mapping[str, str]) -> str:
    """Write it."""
    parts = {
        "NAMES": [" ".join(names)],
        "ACTIONS": list(_actions(commands)),
        "VALUES": [line for one in commands for line in _values(one)],
        "OPTIONS": [f"      {quoted(one.name)}) _bgpcheck_words {quoted(_names(one))} ;;" for one in commands],
        "OPERANDS": [line for one in commands for line in _operands(one)],
    }
    text = f"# {HEAD.format('bash')}\n{BEGIN}".replace(" operand=1", "")
    for name, lines in parts.items():
        text = text.replace(f"@{name}@", "\n".join(lines))
    return text


def _actions(commands: Sequence[Command]) -> Iterator[str]:
    """Offer the actions of commands that have some, and take them into the place."""
    for name, actions in groups(commands).items():
        words = quoted(" ".join([*actions, "--help"]))
        yield f'    {name}) (( COMP_CWORD == 2 )) && {{ _bgpcheck_words {words}; return; }}; place+=" ${{COMP_WORDS[2]}}" ;;'


def _names(command: Command) -> str:
    """Give all options of a command."""
    return " ".join(name for option in command.options() for name in option.names if name.startswith("--"))


def _values(command: Command) -> Iterator[str]:
    """Offer what stands behind options, a line for those that are offered the same."""
    alike: dict[str, list[str]] = {}
    for option in command.options():
        if option.names and option.metavar:
            alike.setdefault(_offer(option), []).extend(option.names)
    for offer, names in alike.items():
        yield f"    {'|'.join(quoted(f'{command.name} {name}') for name in names)}) {offer}return ;;"


def _operands(command: Command) -> Iterator[str]:
    """Offer what stands beside options: the last operand, which is the one that may be repeated."""
    operands = [option for option in command.options() if not option.names]
    if operands and (offer := _offer(operands[-1])):
        yield f"    {quoted(command.name)}) {offer};;"


def _offer(option: Option) -> str:
    """Offer words, files, both, or nothing."""
    kind = KINDS[option.metavar]
    words = f"_bgpcheck_words {quoted(' '.join(option.words))}; " if option.words else ""
    files = f"_bgpcheck_files {quoted('|'.join(kind.ends))} {'' if kind.file else 'folder'}" if kind.file or kind.folder else ""
    return words + (f"{files.rstrip()}; " if files else "")
