"""IPv4 /8 blocks given out before the regional registries: status LEGACY at IANA. Pure data.

Rule: the status is that of the /8; whether a range in it is legacy space is for the registry that answers for it to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bgpcheck.model import Prefix

REGISTRY = "IANA IPv4 Address Space Registry"
RFC = "RFC 7249"  # names the registry; the rows of LEGACY blocks name none
AMENDED = "2023-12-18"

_ARIN = (
    *(3, 4, 6, 7, 8, 9, 11, 12, 13, *range(15, 23), 26, 28, 29, 30, 32, 33, 34, 35, 38, 40, 44, 45, 47, 48, 52, 54, 55, 56),
    *(*range(128, 133), *range(134, 141), 142, 143, 144, 146, 147, 148, 149, 152, *range(155, 163), *range(164, 171), 172),
    *(192, 198, 214, 215),
)

# First octet of each block → the whois server that answers for it.
LEGACY_SLASH8 = {
    octet: whois
    for whois, octets in (
        ("whois.arin.net", _ARIN),
        ("whois.ripe.net", (25, 51, 53, 57, 141, 145, 151, 188)),
        ("whois.apnic.net", (43, 133, 150, 153, 163, 171)),
        ("whois.afrinic.net", (154, 196)),
        ("whois.lacnic.net", (191,)),
    )
    for octet in octets
}


def is_legacy_slash8(prefix: Prefix) -> bool:
    """Tell whether every address of ``prefix`` is in a LEGACY /8 (never for IPv6)."""
    if prefix.version != 4:  # noqa: PLR2004 (the IP version)
        return False
    return all(octet in LEGACY_SLASH8 for octet in range(prefix.network >> 24, (prefix.last >> 24) + 1))
