r"""Certificates in what registries keep as remarks (SIG-2, SIG-4): whole, folded, trimmed, numbered, quoted, armoured or not. Pure.

The published form is one line with the dashes kept. Registries and people fold it, prefix it (``remarks:``, ``>``, ``1:``), put blanks
or a literal ``\n`` between its parts, or drop the armour. A certificate says itself how long it is, so that is what is gone by:
everything that can't be Base64 is taken away, and where one begins, as many characters are read as it says that it has.
Rule: whatever the text is, the answer comes in time that is proportional to it; what is no certificate gives none.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import der

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 1 << 16  # characters of remarks that are looked at
MOST = 8  # certificates of one record: at a roll-over there are two
MOST_STARTS = 64  # places where one could begin that are tried
LEAST, LONGEST = 400, 8192  # bytes of a certificate: an RSA key of 2048 bits and its signature alone have more than the one
OPENING = "MII"  # Base64 of a SEQUENCE (0x30) with a length of two bytes (0x82)
ARMOUR = "BEGINCERTIFICATE"
# What may stand before a line's own text: an attribute's name, a number, a mark of quoting. None of these is Base64.
# Possessive, so that nothing is tried twice.
_PREFIX = re.compile(r"(?>(?:[ \t]*+[\w.#-]{0,24}+[ \t]*+[:>|)\]])+)|[ \t]*+\+(?=[ \t])")
_ESCAPES = re.compile(r"\\[nrt]")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
_SHAPE = [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]  # RFC 5280 s4.1: tbsCertificate, signatureAlgorithm, signatureValue


def find(lines: Iterable[str]) -> tuple[bytes, ...]:
    """Give the DER of every certificate in the lines of remarks, in their order, each once and at most ``MOST``.

    Lines may have lost or gained blanks and prefixes; text between or before certificates does not matter.
    """
    text = _joined(lines)
    found: dict[bytes, None] = {}
    at = text.find(OPENING)
    for _ in range(MOST_STARTS):
        if at < 0 or len(found) == MOST:
            break
        one, used = _at(text, at)
        if one:
            found[one] = None
        at = text.find(OPENING, at + used)
    return tuple(found)


def begins(lines: Iterable[str]) -> bool:
    """Tell whether a certificate's armour begins somewhere, so that one which can't be read can be told from none."""
    return ARMOUR in _joined(lines)


def one_line(certificate: bytes) -> str:
    """Write a certificate as it is to be published (SIG-4): one line, dashes kept, no blank but those of the armour's words."""
    return f"-----BEGIN CERTIFICATE-----{base64.b64encode(certificate).decode()}-----END CERTIFICATE-----"


def pem(certificate: bytes) -> bytes:
    """Write a certificate as PEM (RFC 7468), for a file."""
    body = base64.b64encode(certificate).decode()
    rows = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *rows, "-----END CERTIFICATE-----", ""]).encode()


def _joined(lines: Iterable[str]) -> str:
    """Put lines together, without what is no letter of Base64 (dashes and padding too); text beyond ``LIMIT`` is left out."""
    rest, found = LIMIT, list[str]()
    for line in lines:
        for row in _ESCAPES.sub("\n", line[:rest]).splitlines():
            prefix = _PREFIX.match(row)
            found.append(_NO_BASE64.sub("", row[prefix.end() :] if prefix else row))
        rest -= len(line)
        if rest <= 0:
            break
    return "".join(found)


def _at(text: str, at: int) -> tuple[bytes | None, int]:
    """Read the certificate that begins at ``at``; gives it, or None, and how many characters are done with."""
    try:
        _, _, size = der.header(base64.b64decode(text[at : at + 8]))
        if not LEAST <= size <= LONGEST:
            return None, 1
        length = -(-size * 4 // 3)
        body = text[at : at + length]
        if len(body) < length:
            return None, 1
        found = base64.b64decode(body + "=" * (-length % 4))
        if [tag for tag, _ in der.parts(found[der.header(found)[1] :])] != _SHAPE:
            return None, 1
    except (FormatError, ValueError):
        return None, 1
    return found, length
