"""Contacts in RPSL objects: who is written, called or mailed. Pure.

Rule: what they are called or live at is nobody's evidence, so it is left out of what is kept; whose maintainer an object has stays.
"""

from __future__ import annotations

import re

from bgpcheck.formats.masks import without_people

# RPSS (RFC 2725) and the registries' databases: attributes that hold handles, addresses, telephones and mailboxes of people.
_ATTRIBUTES = (
    *("admin-c", "tech-c", "zone-c", "abuse-c", "ping-hdl", "author", "person", "role", "address", "phone", "fax-no", "e-mail", "contact"),
    *("abuse-mailbox", "notify", "mnt-nfy", "upd-to", "ref-nfy", "irt-nfy", "changed", "auth", "trouble"),
)
_LINE = re.compile(rf"(?:{'|'.join(_ATTRIBUTES)})[ \t]*:", re.IGNORECASE)
_ABOUT = re.compile(r"[A-Za-z*][\w*-]*[ \t]*:")
_GOES_ON = " \t+"  # RFC 2622 s2: the first column of a continuation line


def without(data: bytes) -> bytes:
    """Leave contact attributes out, with the lines that continue them, objects that begin with one, and mailboxes and telephones.

    Everything else stays byte by byte; comments, which stand between lines that belong together, decide nothing.
    """
    found: list[str] = []
    within, whole, dropped = False, False, False  # an object, of which all is dropped; the attribute of the last line
    for line in data.decode("latin-1").split("\n"):
        if not line.strip():
            within = whole = dropped = False
        elif line[0] in "%#":
            found.append(without_people(line))
            continue
        elif line[0] not in _GOES_ON:
            dropped = bool(_LINE.match(line))
            whole = whole or (dropped and not within)
            within = within or bool(_ABOUT.match(line))
        if not (dropped or whole):
            found.append(without_people(line))
    return "\n".join(found).encode("latin-1")
