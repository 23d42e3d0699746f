"""What Microsoft has you sign for a prefix, and the signature as it is submitted (SIG-1, SIG-3). Pure.

Rule: a validation id is signed byte by byte, so not a character of it or of the signature is forgiven.
"""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from bgpcheck.errors import FormatError
from bgpcheck.model import MAX_ASN, Prefix

LONGEST_SIGNATURE = 4096  # characters
_GUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_ID = re.compile(rf"Azure-SKEY\|({_GUID})\|([0-9A-Fa-f.:]{{2,45}}/(?:0|[1-9][0-9]{{0,2}}))\|ASN-([1-9][0-9]{{0,9}})")
_KEY = re.compile(_GUID)


class ValidationId(NamedTuple):
    """What Microsoft makes for a prefix and you sign (SIG-1). ``prefix_text``: as it is spelled there."""

    service_key: str
    prefix: Prefix
    asn: int
    prefix_text: str

    def __str__(self) -> str:
        """Spell it as it is signed."""
        return f"Azure-SKEY|{self.service_key}|{self.prefix_text}|ASN-{self.asn}"


def make_id(service_key: str, prefix: Prefix, asn: int) -> ValidationId:
    """Make the validation id of a prefix; ``FormatError`` for a service key or an AS number that can't be in one."""
    if not _KEY.fullmatch(service_key):
        raise FormatError("the service key is a GUID, such as 7c44c70b-9c62-4a89-a6b2-d281b6ce7a49", field="service key")
    if not 0 < asn <= MAX_ASN:
        raise FormatError(f"{asn} is not an AS number that can announce a prefix", field="ASN")
    return ValidationId(service_key, prefix, asn, str(prefix))


def parse_id(text: str) -> ValidationId:
    """Read a validation id; ``FormatError`` where a single character of it is not as Microsoft writes it."""
    field = "validation id"
    if text[:1] == "\ufeff":
        raise FormatError("begins with a byte order mark: it is part of what is signed, and breaks it (SIG-3)", field=field)
    if text != text.strip():
        raise FormatError("has a blank or newline at an end: it is part of what is signed, and breaks it (SIG-3)", field=field)
    found = _ID.fullmatch(text)  # its parts are bounded, so no more than 112 characters fit
    if not found:
        shape = "Azure-SKEY|<service key>|<prefix>|ASN-<number>"
        raise FormatError(f"{text[:80]!r} is not one: write {shape}, without a character more (SIG-1)", field=field)
    try:
        prefix = Prefix.parse(found[2])
        if int(found[3]) > MAX_ASN:
            raise FormatError(f"ASN-{found[3]} is not an AS number")
    except FormatError as error:
        raise error.at(field=field) from None
    return ValidationId(found[1], prefix, int(found[3]), found[2])


def decode(signature: str) -> bytes:
    """Read a signature as it is submitted: one line of Base64 (RFC 4648 s4) and nothing else; ``FormatError`` says what is wrong."""
    if fault := _encoding_fault(signature):
        raise FormatError(fault, field="signature")
    found = base64.b64decode(signature)
    if base64.b64encode(found).decode() != signature:
        raise FormatError("its last letter has bits that mean nothing: Base64 that was cut or changed", field="signature")
    return found


def _encoding_fault(text: str) -> str:
    """Say what keeps a text from being one line of Base64; empty where nothing does."""
    faults = (
        (not text, "it is empty"),
        (len(text) > LONGEST_SIGNATURE, f"it has more than {LONGEST_SIGNATURE} characters"),
        (text.startswith("\ufeff"), "it begins with a byte order mark"),
        (any(one in text for one in "\r\n"), "it has line breaks: Base64 on one line is wanted (base64 -w0)"),
        (any(one.isspace() for one in text), "it has blanks"),
        (any(one in text for one in "-_"), "it has - or _, the letters of Base64 for addresses: + and / are wanted"),
        (not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text), "it has characters that are not of Base64"),
        (len(text) % 4 != 0, "it is cut: Base64 comes in groups of four letters, filled up with ="),
    )
    return next((message for wrong, message in faults if wrong), "")
