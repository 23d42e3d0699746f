"""Credentials and homes in what is kept: in addresses, in settings, in what a program prints, in JSON. Pure.

What a secret is called gives it away, since what it looks like does not. Rule: what is masked once stays so, and every expression is
linear in what it reads.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import decode
from bgpcheck.formats.masks import settled, without_people

COVER = "***"
_NAME = (
    r"md5[-_]?(?:key|password|passwd|base64|secret)|pass(?:word|wd|phrase)|pwd|(?:client[-_]?)?secret|(?:(?:access|refresh|id|sas|auth)[-_]?)?token"
    r"|(?:api|shared|authorization|private|account|access|subscription)[-_]?key|credentials?"
)
# RFC 3986 s3.2.1: what stands before the @ of an authority; and what a query names as a secret.
_USERINFO = re.compile(r"(?i)(?<=://)[^/\s@?#\"'<>]++(?=@)")
_QUERY = re.compile(rf"(?i)([?&;](?:{_NAME}|sig|signature|key|code|auth|user(?:name)?)=)(?!{{)[^&#;\s\"'<>]+(?<![:.,)])")
# A value to its end, however long; one that begins with a quote, and has no second, to the end of its line, or to where JSON's text ends.
_IN_TEXT = r"\\\"(?>(?:[^\"\\\n]|\\{3}\"|\\[^\"\n])+)(?:\\\")?"  # JSON in a text of JSON
_QUOTED = r"\"(?>(?:[^\"\\\n]|\\.)+)\"?|'[^'\n]++'|'[^'\"\n]++"
_BARE = r"[^\s\"',;&{}\[\]\\]+(?<![:.,)])"
# As people write it: MD5 password is: value, tcp-md5 = value.
_SAID = r"(?:(?:tcp[-_ ])?md5[-_ ](?:key|password|secret)|tcp[-_]md5)(?:[ \t]is)?[ \t]{0,16}[:=][ \t]{0,16}"
# name: value, name = "value", "name": "value", md5-password "value"; the colon or sign, or quotes, or that one name.
_NAMED = re.compile(
    rf"(?i)(?<![\w-])((?:{_NAME})\\?[\"']?\s{{0,16}}[:=]\s{{0,16}}|(?:{_NAME})[ \t]+(?=[\"'])|md5-password[ \t]+|{_SAID})"
    rf"({_IN_TEXT}|{_QUOTED}|{_BARE})"
)
_TOKEN = re.compile(  # RFC 7519, RFC 7516 (five parts, one perhaps empty), RFC 6750
    r"(?<![\w.-])eyJ[\w-]{8,}+\.(?:[\w-]{8,}+)?\.[\w-]{8,}+(?:\.[\w-]{8,}+){0,2}|(?i:(?<=\bbearer )[\w.~+/=-]{8,}+)"
)
_PEM = re.compile(  # RFC 7468, RFC 1421 s4.6; whole, or cut off, which is Base64 as far as it goes
    r"-----BEGIN ([A-Z ]{0,30}PRIVATE KEY)-----"
    r"(?:(?>(?:[^-]|-(?!----))*)-----END \1-----|(?>(?:\s*+(?:Proc-Type|DEK-Info):[^\n]*+)*)(?>(?:[\s\\]*+[A-Za-z0-9+/=]++(?![:\w-]))*))"
)
_HOME = re.compile(r"(?<![\w.])(?>(?:(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})(?!~)[^/\\\s:'\",;]{1,255})+)")
_SECRET_NAME = re.compile(rf"(?i)(?:{_NAME})\Z")
_SECRET_NAMES = re.compile(rf"(?i)\"(?:{_NAME})\"".encode())
NO_VALUES = frozenset({"null", "true", "false", COVER})
# Without one of these in lower case no expression here or in ``masks`` finds anything.
HINTS = (
    "@",
    "+",
    "md5",
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "sig",
    "code",
    "auth",
    "user",
    "eyj",
    "bearer",
    "/home/",
    "(at)",
    "[at]",
    "{at}",
    "<at>",
    "%40",
)
DEEPEST = 200  # of JSON that is looked through


def without_credentials(text: str) -> str:
    """Cover passwords and tokens in addresses, values whose name says that they are secret, tokens, and private keys."""
    found = _PEM.sub(COVER, text) if "PRIVATE KEY" in text else text
    found = _QUERY.sub(rf"\1{COVER}", _USERINFO.sub(COVER, found))
    return _TOKEN.sub(COVER, _NAMED.sub(_covered, found))


def _covered(found: re.Match[str]) -> str:
    """Cover a value, and keep its quotes; what is no value, or covered already, stays."""
    value = found[2]
    if value in NO_VALUES:
        return found[0]
    in_json = found[1].rstrip(" \t\r\n:").endswith('"')
    quote = next((one for one in ('\\"', '"', "'") if value.startswith(one)), "")
    if quote:
        return f"{found[1]}{quote}{COVER}{quote if value.endswith(quote) else ''}"
    return f'{found[1]}"{COVER}"' if in_json else f"{found[1]}{COVER}"


def without_homes(text: str) -> str:
    """Shorten paths through somebody's home, whose name is a person's."""
    return _HOME.sub("~", text)


def fit(text: str) -> str:
    """Give a text as it is fit to be kept: without credentials, people and homes."""
    low = text.lower()
    return settled(text, _fit_once) if any(hint in low for hint in HINTS) else text


def _fit_once(text: str) -> str:
    """Mask all of these, in the one order in which none hides another."""
    return without_homes(without_people(without_credentials(text)))


def fit_bytes(data: bytes) -> bytes:
    """Give a file as it is fit to be kept; every byte that is none of these stays as it is."""
    return fit(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def fit_lines(data: bytes) -> bytes:
    """Give lines, of which most are JSON, as they are fit to be kept."""
    return b"\n".join(fit_json(line) if line[:1] == b"{" else fit_bytes(line) for line in data.split(b"\n"))


def fit_json(data: bytes) -> bytes:
    """Give JSON as it is fit to be kept: byte by byte, but where that can't be done on its bytes; then it is written anew."""
    found = fit_bytes(data)
    if found == data and b"\\" not in data and b'"' in data and not _SECRET_NAMES.search(data):
        return data
    try:
        value = decode(data.decode())
    except (FormatError, UnicodeDecodeError):
        return found
    clean = _fit_value(value)
    return data if clean == value else found if _is(found, clean) else json.dumps(clean, ensure_ascii=False).encode("utf-8", "replace")


def _is(data: bytes, value: object) -> bool:
    """Tell whether bytes are JSON of a value."""
    try:
        return decode(data.decode()) == value
    except FormatError:
        return False


def _fit_value(value: Any, *, secret: bool = False, depth: int = 0) -> Any:  # noqa: ANN401 (JSON)
    """Go through a value of JSON; ``secret``: it stands below a name that says so."""
    if depth > DEEPEST:
        return COVER
    if isinstance(value, dict):
        return {fit(key): _fit_value(one, secret=secret or bool(_SECRET_NAME.match(key)), depth=depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_fit_value(one, secret=secret, depth=depth + 1) for one in value]
    if secret and value not in {"", None, True, False}:
        return COVER
    return fit(value) if isinstance(value, str) else value
