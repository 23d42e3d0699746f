"""Contacts in RPSL objects: who is written, called or mailed. Pure.

Rule: what they are called or live at is nobody's evidence, so it is left out of what is kept; whose maintainer an object has stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bgpcheck.formats.credentials import fit

if TYPE_CHECKING:
    from collections.abc import Iterator

# RPSS (RFC 2725) and the registries' databases: attributes that hold handles, addresses, telephones and mailboxes of people.
_ATTRIBUTES = (
    *("admin-c", "tech-c", "zone-c", "abuse-c", "ping-hdl", "author", "person", "role", "address", "phone", "fax-no", "e-mail", "contact"),
    *("abuse-mailbox", "notify", "mnt-nfy", "upd-to", "ref-nfy", "irt-nfy", "changed", "auth", "trouble", "password", "override"),
    *("nic-hdl", "owner-c", "routing-c", "responsible", "registrar-c", "billing-c"),  # of persons; LACNIC's and domain registries' words
)
_LINE = re.compile(rf"(?:{'|'.join(_ATTRIBUTES)})[ \t]*:", re.IGNORECASE)
_ABOUT = re.compile(r"[A-Za-z*][\w*-]*[ \t]*:")
COVER = "(contact left out)"
_CLASSES = frozenset({"person", "role"})
_GOES_ON = " \t+"  # RFC 2622 s2: the first column of a continuation line


def without(data: bytes) -> bytes:
    """Leave contact attributes out, with the lines that continue them, and objects that begin with one; mask what ``credentials.fit`` does.

    Everything else stays byte by byte; comments, which stand between lines that belong together, decide nothing.
    """
    found = (fit(line) for line, kept in _told_apart(data.decode("latin-1")) if kept)
    return "\n".join(found).encode("latin-1")


def covered(text: str) -> str:
    """Mask the same in a text of objects, line by line, so that every line keeps its number; of an object's class its name stays."""
    return "\n".join(fit(line) if kept else _cover(line) for line, kept in _told_apart(text))


def _cover(line: str) -> str:
    """Say in a comment that a contact stood here; a person's object still begins as one."""
    name = line.partition(":")[0].strip().lower()
    return f"{name}: {COVER}" if name in _CLASSES else f"% {COVER}"


def _told_apart(text: str) -> Iterator[tuple[str, bool]]:
    """Give every line, and whether it may be kept."""
    within, whole, dropped = False, False, False  # an object, of which all is dropped; the attribute of the last line
    for line in text.split("\n"):
        if not line.strip():
            within = whole = dropped = False
        elif line[0] in "%#":
            yield line, True
            continue
        elif line[0] not in _GOES_ON:
            dropped = bool(_LINE.match(line))
            whole = whole or (dropped and not within)
            within = within or bool(_ABOUT.match(line))
        yield line, not (dropped or whole)
