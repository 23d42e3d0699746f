"""What IANA gave of IPv4 to the regional registries, /8 by /8, from its IPv4 Address Space Registry as amended 2023-12-18. Pure data.

Rule: for the picture of the delegation chain only, never for a verdict: a registry's own word about a range beats that about its /8.
IANA's tables of IPv6 unicast allocations and of AS number blocks are not embedded: who has those is inferred there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import Prefix

# Registry that has them (LEGACY: whose whois server IANA names) and IANA's status → first octets and the month that IANA gives.
ROWS = {
    ("afrinic", "ALLOCATED"): "41:2005-04 102:2011-02 105:2010-11 197:2008-10",
    ("apnic", "ALLOCATED"): (
        "1:2010-01 14:2010-04 27:2010-01 36:2010-10 39:2011-01 42:2010-10 49:2010-08 58-59:2004-04 60:2003-04 61:1997-04 "
        "101:2010-08 103:2011-02 106:2011-01 110-111:2008-11 112-113:2008-05 114-115:2007-10 116-120:2007-01 121-123:2006-01 "
        "124-126:2005-01 175:2009-08 180:2009-04 182:2009-08 183:2009-04 202-203:1993-05 210-211:1996-06 218:2000-12 "
        "219:2001-09 220:2001-12 221:2002-07 222:2003-02 223:2010-04"
    ),
    ("arin", "ALLOCATED"): (
        "23:2010-11 24:2001-05 50:2010-02 63:1997-04 64:1999-07 65-66:2000-07 67:2001-05 68:2001-06 69:2002-08 70:2004-01 "
        "71-72:2004-08 73:2005-03 74-76:2005-06 96-99:2006-10 100:2010-11 104:2011-02 107:2010-02 108:2008-12 173-174:2008-02 "
        "184:2008-12 199:1993-05 204-205:1994-03 206:1995-04 207:1995-11 208:1996-04 209:1996-06 216:1998-04"
    ),
    ("lacnic", "ALLOCATED"): "177:2010-06 179:2011-02 181:2010-06 186-187:2007-09 189-190:1995-06 200:2002-11 201:2003-04",
    ("ripencc", "ALLOCATED"): (
        "2:2009-09 5:2010-11 31:2010-05 37:2010-11 46:2009-09 62:1997-04 77-79:2006-08 80-81:2001-04 82:2002-11 83-84:2003-11 "
        "85-88:2004-04 89-91:2005-06 92-93:2007-03 94-95:2007-07 109:2009-01 176:2010-05 178:2009-01 185:2011-02 "
        "193-195:1993-05 212:1997-10 213:1993-10 217:2000-06"
    ),
    ("afrinic", "LEGACY"): "154:1993-05 196:1993-05",
    ("apnic", "LEGACY"): "43:1991-01 133:1997-03 150:1993-05 153:1993-05 163:1993-05 171:1993-05",
    ("arin", "LEGACY"): (
        "3:1994-05 4:1992-12 6:1994-02 7:1995-04 8:1992-12 9:1992-08 11:1993-05 12:1995-06 13:1991-09 15:1994-07 16:1994-11 "
        "17:1992-07 18:1994-01 19:1995-05 20:1994-10 21:1991-07 22:1993-05 26:1995-05 28:1992-07 29-30:1991-07 32:1994-06 "
        "33:1991-01 34:1993-03 35:1994-04 38:1994-09 40:1994-06 44:1992-07 45:1995-01 47:1991-01 48:1995-05 52:1991-12 "
        "54:1992-03 55:1995-04 56:1994-06 128-132:1993-05 134-140:1993-05 142-144:1993-05 146-149:1993-05 152:1993-05 "
        "155-162:1993-05 164-170:1993-05 172:1993-05 192:1993-05 198:1993-05 214-215:1998-03"
    ),
    ("lacnic", "LEGACY"): "191:1993-05",
    ("ripencc", "LEGACY"): "25:1995-01 51:1994-08 53:1993-10 57:1995-05 141:1993-05 145:1993-05 151:1993-05 188:1993-05",
}


class Slash8(NamedTuple):
    """A /8: its first octet, the registry as the statistics name it, ``ALLOCATED`` or ``LEGACY``, and the month, ``YYYY-MM``."""

    octet: int
    registry: str
    status: str
    month: str

    def __str__(self) -> str:
        """``193.0.0.0/8``."""
        return f"{self.octet}.0.0.0/8"


@cache
def slash8s() -> dict[int, Slash8]:
    """Give every /8 that IANA gave out, by first octet, in order; those it keeps (RESERVED) are not among them."""
    return {one.octet: one for one in sorted(_parsed())}


def _parsed() -> Iterator[Slash8]:
    """Read the table."""
    for (registry, status), text in ROWS.items():
        for run in text.split():
            octets, month = run.split(":")
            first, _, last = octets.partition("-")
            yield from (Slash8(octet, registry, status, month) for octet in range(int(first), int(last or first) + 1))


def given(prefix: Prefix) -> tuple[Slash8, ...]:
    """Give the /8s that ``prefix`` lies in or spans, in order, without those that IANA keeps; none for IPv6."""
    if prefix.version != 4:  # noqa: PLR2004 (the IP version)
        return ()
    octets = range(prefix.network >> 24, (prefix.last >> 24) + 1)
    return tuple(slash8s()[octet] for octet in octets if octet in slash8s())
