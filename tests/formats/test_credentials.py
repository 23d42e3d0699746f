"""What is kept holds no credential and no person; what is neither stays byte by byte, and what is masked once stays so."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signers import ed25519_key, private_pem

from bgpcheck.formats import credentials
from bgpcheck.formats.credentials import fit, fit_bytes, fit_json, fit_lines

PEM = private_pem(ed25519_key()).decode()
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl"
ESCAPED = ('password=\\"', "password: '\"", 'password "a\\', "pwd=.", "eyJaaaaaaaa..", "-----BEGIN PRIVATE KEY-----\nProc-Type: ")
LONG = "w0rd" * 20_000
SEALED = (
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,A1B2\n\n"
    + "QUJD" * 30
    + "\n-----END RSA PRIVATE KEY-----\n"
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://bob:word@host/x", "https://***@host/x"),
        ("ftp://bob@host/x and rtr://host:323", "ftp://***@host/x and rtr://host:323"),
        ("https://host/x?a=1&token=word&sig=w%3D#y", "https://host/x?a=1&token=***&sig=***#y"),
        ("https://host/ip/{address}?key={address}", "https://host/ip/{address}?key={address}"),
        ("https://host/x?code=word: answers 401.", "https://host/x?code=***: answers 401."),
        ("password: word", "password: ***"),
        ("PASSWORD = 'a word'", "PASSWORD = '***'"),
        ("apiKey=word, next", "apiKey=***, next"),
        ('md5-password "a word";', 'md5-password "***";'),
        ("md5-password word;", "md5-password ***;"),
        ("client_secret : word", "client_secret : ***"),
        ("Authorization: Bearer abcdefgh.ij", "Authorization: Bearer ***"),
        (f"it says {JWT}.", "it says ***."),
        (f"before\n{PEM}after", "before\n***\nafter"),
        ("write to bob@mail.example or call +31 20 535 4444", "write to (mailbox left out) or call (telephone left out)"),
        ("/home/bob/data/x and C:\\Users\\bob\\x", "~/data/x and ~\\x"),
        ("/data/home/bob stays, so does x/Users/bob", "/data/home/bob stays, so does x/Users/bob"),
        ("unset the MD5 key here: it is no MD5KeyVariable", "unset the MD5 key here: it is no MD5KeyVariable"),
        ("service key 7c44c70b, serviceKey: 7c44c70b", "service key 7c44c70b, serviceKey: 7c44c70b"),  # identifies the circuit (TKT-2)
        ("remarks: MD5 password is: word", "remarks: MD5 password is: ***"),
        ("remarks: md5 key = word, tcp-md5: word", "remarks: md5 key = ***, tcp-md5: ***"),
        ("TCP MD5 key: 'a word'", "TCP MD5 key: '***'"),
        ("john (at) example.org", "(mailbox left out)"),
        ("password: null", "password: null"),
        ("credentials: {a: b}", "credentials: {a: b}"),
        ("secret", "secret"),
        (f"password: {LONG}", "password: ***"),
        ("+31 20 535password: a", "(telephone left out)password: ***"),
        ("/home//home/bob, /home/bob/home/bob", "/home/~, ~"),
        (f'pwd="{LONG}" x', 'pwd="***" x'),
        (f"https://bob:{LONG}@host/?token={LONG}", "https://***@host/?token=***"),
        (f"eyJ{LONG}.eyJ{LONG}.{LONG}, Bearer {LONG}", "***, Bearer ***"),
        ("it says eyJhbGciOiJkaXIifQ..MDEyMzQ1Njc4OQ.Y2lwaGVydGV4dA.dGFnX3RhZ190YWc.", "it says ***."),  # RFC 7516 s7.1: no encrypted key
        ('password: "a word', 'password: "***'),  # cut off
        ('pwd=""', 'pwd=""'),
        ("pwd: 'a word\nnext", "pwd: '***\nnext"),
        ('{"x": "pwd: \'a word", "y": 1}', '{"x": "pwd: \'***", "y": 1}'),
        (r'"{\"password\": \"a\\\" word\", \"x\": 1}"', r'"{\"password\": \"***\", \"x\": 1}"'),
        (r'{"a": "password: \"word", "b": 2}', r'{"a": "password: \"***", "b": 2}'),
        (f"{SEALED}after", "***\nafter"),
        (f"{SEALED[:120]}", "***"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nsource: RIPE", "***\nsource: RIPE"),
    ],
)
def test_texts(text: str, wanted: str) -> None:
    assert fit(text) == wanted
    assert fit(wanted) == wanted
    assert fit_bytes(text.encode()) == wanted.encode()


PARTS = (
    "a",
    "1",
    "@",
    ".",
    "-",
    "'",
    '"',
    "\\",
    " ",
    "\n",
    "(",
    "]",
    "{",
    ",",
    ";",
    "://",
    "/home/",
    "+31 20 535",
    " 44",
    "(at)",
    "%40",
    "b" * 64,
)
PARTS += (
    "password:",
    "pwd ",
    "key=",
    "?token=",
    "md5 key is: ",
    "Bearer ",
    "eyJ",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
)


@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_once_is_enough(text: str) -> None:
    assert fit(fit(text)) == fit(text)


def test_bytes_that_are_no_text_stay() -> None:
    assert fit_bytes(b"\xff\xfe password: word \xff") == b"\xff\xfe password: *** \xff"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"sharedKey": "A1B2"}', b'{"sharedKey": "***"}'),
        (b'{"SHAREDKEY" :"a\\"b\\\\", "x": "y"}', b'{"SHAREDKEY" :"***", "x": "y"}'),
        (b'[{"authorizationKey":\n"k"},{"AuthorizationKey":"l"}]', b'[{"authorizationKey":\n"***"},{"AuthorizationKey":"***"}]'),
        (b'{"shared_key": 987654321, "x": 1}', b'{"shared_key": "***", "x": 1}'),
        (b'{"sharedKey": null, "sharedKey2": "x"}', b'{"sharedKey": null, "sharedKey2": "x"}'),
        (b'{"sharedKey": ""}', b'{"sharedKey": ""}'),
        (b'{"serviceKey": "a1410692"}', b'{"serviceKey": "a1410692"}'),  # identifies the circuit, and is no secret (TKT-2)
        (b"\xff\xfe", b"\xff\xfe"),
        (b'{"a": "b@c.example"', b'{"a": "(mailbox left out)"'),  # no JSON: masked as a text
        (b'{"a": "b\\u0040c.example", "n": 1.0}', b'{"a": "(mailbox left out)", "n": 1.0}'),  # hidden by an escape
        (b'{"a": "\\"x\\"@y"}', b'{"a": "(mailbox left out)"}'),  # masked on its bytes it would be no JSON
        (b'{"shared\\u004bey": "word"}', b'{"sharedKey": "***"}'),
        (b'{"secret": ["word", {"x": "y", "z": null}]}', b'{"secret": ["***", {"x": "***", "z": null}]}'),
        (b'{"a": [1, true, null, {"b@c.example": 2}]}', b'{"a": [1, true, null, {"(mailbox left out)": 2}]}'),
    ],
)
def test_json(data: bytes, wanted: bytes) -> None:
    assert fit_json(data) == wanted
    assert fit_json(wanted) == wanted


def test_json_that_is_too_deep_is_covered() -> None:
    deep = "[" * 300 + json.dumps("b@c.example") + "]" * 300
    assert "example" not in fit_json(deep.replace("@", "\\u0040").encode()).decode()


def test_lines() -> None:
    assert fit_lines(b'{"a": "b\\u0040c.example"}\nok\npwd=x\n') == b'{"a": "(mailbox left out)"}\nok\npwd=***\n'


@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "password=",
        "'",
        '"',
        "eyJ",
        "eyJa.",
        "https://",
        "?token=",
        "@",
        "+1 ",
        "-----BEGIN PRIVATE KEY-----",
        "/home/",
        ":",
        *ESCAPED,
    ],
)
def test_time_grows_with_the_text(piece: str) -> None:
    """Ten times the text is far less than a hundred times the time, whatever it repeats."""

    def taken(count: int) -> float:
        started = time.process_time()
        credentials.fit(piece * count)
        return time.process_time() - started

    assert taken(20_000) < 60 * max(taken(2_000), 0.002)
