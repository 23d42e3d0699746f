"""Contacts in RPSL objects: who is written, called or mailed. Pure.

Rule: what they are called or live at is nobody's evidence, so it is left out of what is kept; whose maintainer an object has stays.
"""

from __future__ import annotations

import re

# RPSS (RFC 2725) and the registries' databases: attributes that hold handles, addresses, telephones and mailboxes of people.
_ATTRIBUTES = (
    *("admin-c", "tech-c", "zone-c", "abuse-c", "ping-hdl", "author", "person", "role", "address", "phone", "fax-no", "e-mail"),
    *("abuse-mailbox", "notify", "mnt-nfy", "upd-to", "ref-nfy", "irt-nfy", "changed", "auth"),
)
_LINE = re.compile(rb"(?:%s):" % b"|".join(name.encode() for name in _ATTRIBUTES), re.IGNORECASE)
_MAIL = re.compile(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LEFT_OUT = b"(mailbox left out)"


def without(data: bytes) -> bytes:
    """Leave contact attributes out, with the lines that continue them, and mailboxes out of all others; answers of bytes, as they came."""
    found: list[bytes] = []
    dropped = False
    for line in data.split(b"\n"):
        if line[:1] not in {b" ", b"\t", b"+"} or not line.strip():
            dropped = bool(_LINE.match(line))
        if not dropped:
            found.append(_MAIL.sub(LEFT_OUT, line))
    return b"\n".join(found)
