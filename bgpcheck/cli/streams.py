"""Standard output, standard error and files: everything that a command says goes through here.

Rule: what cannot be written ends in one line and a status, never in a traceback; nothing from outside acts on the terminal.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bgpcheck.result import Result

BAR = 20  # characters
# For a terminal whose encoding has none of these.
PLAIN = str.maketrans({"✔": "+", "✘": "x", "→": "->", "…": "...", "─": "-", "▶": ">", "◀": "<", "·": ".", "○": "o"})


def say(text: str) -> None:
    """Write to standard output, at once. A reader that went away is no error: the exit status still tells the verdict.

    Raises:
        UsageError: it can't be written to, for another reason.
    """
    stream: Any = sys.stdout
    if stream is None:  # closed by whoever started us
        return
    try:
        stream.write(fitting(text, stream.encoding or "utf-8"))
        stream.flush()
    except BrokenPipeError:
        _discard(stream)
    except OSError as error:
        _discard(stream)
        raise UsageError(f"standard output: {error.strerror}") from error


def fitting(text: str, encoding: str) -> str:
    """Spell out what ``encoding`` has no character for."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


def complain(text: str) -> None:
    """Say one line on standard error; nothing in it can act on the terminal."""
    _aside(f"bgpcheck: {_visible(text)}\n")


def is_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    stream: Any = sys.stdout
    return stream is not None and stream.isatty()


def tell(text: str) -> None:
    """Say several lines on standard error as they are to be copied; nothing in them can act on the terminal."""
    _aside("".join(f"{_visible(line)}\n" for line in text.splitlines()))


def tell_json(value: object) -> None:
    """Say a value on standard error as JSON, whole, on one line; nothing in it can act on the terminal, or is GitHub's runner's command."""
    from bgpcheck.formats.json_text import dumps  # noqa: PLC0415 (as above)

    _aside(dumps(value).replace("##[", "#\\u0023[").replace("\x7f", "\\u007f") + "\n")


def progress(text: str) -> None:
    """Show what is being done on the terminal's last line, until the next one; nothing where there is no terminal."""
    stream: Any = sys.stderr
    if stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb":
        _aside(f"\r\x1b[K{_visible(text)[:70]}")


def bar(name: str, share: float, size: int) -> str:
    """Draw how far a file is read: a bar, the share, the content so far."""
    full = int(min(share, 1.0) * BAR)
    return f"{'█' * full}{'░' * (BAR - full)} {share:4.0%} {size >> 20:,} MB {os.path.basename(name)}"  # noqa: PTH119 (start-up without pathlib)


def _aside(text: str) -> None:
    """Write to standard error, if somebody listens."""
    stream: Any = sys.stderr
    if stream is not None:
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            _discard(stream)


def _visible(text: str) -> str:
    """Clean a line; where GitHub's runner reads along, it is no command either (elsewhere it stays as it reads)."""
    from bgpcheck.render.clean import unheeded, visible  # noqa: PLC0415 (only when something is to be said)

    return unheeded(visible(text)) if os.environ.get("GITHUB_ACTIONS") else visible(text)


def _discard(stream: Any) -> None:  # noqa: ANN401 (a text stream)
    """Let what is still in a broken stream go nowhere, so that the interpreter does not complain on leaving."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def check_targets(targets: Iterable[tuple[str, str]], inputs: Iterable[str]) -> None:
    """Refuse (option, file) pairs that can't be written, or that would destroy an input or one another, before any work is done.

    Of an input that is a folder, files are refused whose names are read there.

    Raises:
        UsageError: names the option and the file.
    """
    from pathlib import Path  # noqa: PLC0415 (only where files are written)

    from bgpcheck.store import atomic  # noqa: PLC0415 (as above)

    taken = {os.path.realpath(name): name for name in inputs}
    folders = {place: name for place, name in taken.items() if os.path.isdir(place)}  # noqa: PTH112 (start-up without pathlib)
    for option, name in targets:
        place = os.path.realpath(name)
        if place in taken:
            raise UsageError(f"{option} {name}: would overwrite {taken[place]}: name another file")
        if inside := next((folder for above, folder in folders.items() if _is_read(above, place)), None):
            raise UsageError(f"{option} {name}: would stand among the files that are read in {inside}: name another file")
        if not _is_device(name):
            atomic.check_writable([Path(name)])
            taken[place] = name


def _is_read(folder: str, place: str) -> bool:
    """Tell whether a file would be read as one of a folder of registry data, of recorded RDAP answers or of templates."""
    from bgpcheck.fetch.folder import source_of  # noqa: PLC0415 (only where a folder is given)
    from bgpcheck.render.papers import KINDS  # noqa: PLC0415 (as above)

    name = os.path.relpath(place, folder)
    return bool(source_of(name) or source_of(f"rdap/{name}") or name in KINDS)


def check_feedback(file: str) -> None:
    """Refuse a file of feedback that holds something else, before any work is done."""
    from bgpcheck.store import feedback  # noqa: PLC0415 (as above)

    feedback.append(file, ())


def add_feedback(file: str, result: Result) -> None:
    """Keep predictions beside what Azure made of them."""
    from bgpcheck.circuit.feedback import lines  # noqa: PLC0415 (as above)
    from bgpcheck.store import feedback  # noqa: PLC0415

    found = lines(result.to_json())
    added = feedback.append(file, found)
    why = "" if found else ": Azure says nothing settled about these claims"
    complain(f"{added} of {len(found)} predictions added to {file}{why}")


def put(name: str, data: bytes) -> None:
    """Write a file: whole or not at all, through a link to what it points to; a pipe or device gets the bytes as they are."""
    from pathlib import Path  # noqa: PLC0415 (as above)

    from bgpcheck.store import atomic  # noqa: PLC0415 (as above)

    if not _is_device(name):
        atomic.write(Path(os.path.realpath(name)), data)
        return
    try:
        Path(name).write_bytes(data)
    except BrokenPipeError:
        return
    except OSError as error:
        raise atomic.fault(Path(name), error) from error


@contextmanager
def stream_to(name: str | None) -> Iterator[Callable[[bytes], object]]:
    """Give where bytes go that come piece by piece: a file, which appears whole or not at all, or standard output."""
    from pathlib import Path  # noqa: PLC0415 (as above)

    from bgpcheck.store import atomic  # noqa: PLC0415 (as above)

    if name and name != "-" and not _is_device(name):
        with atomic.replacing(Path(os.path.realpath(name))) as stream:
            yield stream.write
        return
    if name and name != "-":
        with _device(Path(name)) as write:
            yield write
        return
    yield _say_bytes


@contextmanager
def _device(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Give what writes to a pipe or device, each piece at once. A reader that went away ends the work."""
    from bgpcheck.store import atomic  # noqa: PLC0415 (as above)

    def write(data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[device.write(rest) :]
        except BrokenPipeError:
            raise SystemExit(0) from None
        except OSError as error:
            raise atomic.fault(path, error) from error

    try:
        device = path.open("wb", buffering=0)
    except OSError as error:
        raise atomic.fault(path, error) from error
    with device:
        yield write


def _say_bytes(data: bytes) -> None:
    """Write bytes to standard output. A reader that went away ends the work."""
    stream: Any = sys.stdout
    if stream is None:
        return
    try:
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
    except BrokenPipeError:
        _discard(stream)
        raise SystemExit(0) from None
    except OSError as error:
        _discard(stream)
        raise UsageError(f"standard output: {error.strerror}") from error


def _is_device(name: str) -> bool:
    """Tell whether a name is neither a file's nor a folder's nor free: ``/dev/null``, a named pipe."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 (start-up without pathlib)
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
