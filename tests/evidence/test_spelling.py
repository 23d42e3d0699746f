"""What a redactor misses: the same text in another spelling. Every row is found, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from pace import Pace

from bgpcheck.evidence.spelling import coded, pattern, tells
from bgpcheck.render.clean import markdown, visible

if TYPE_CHECKING:
    from collections.abc import Callable

CONTACT = "Bob O'Néil <bob.oneil@mail.example>, +49 30 5"
KEY = "7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"
PHONE = "+49 30 123-4567"
ODD = 'N\u00e9 \U0001f4de <&> "q" \\ %'
WORDS = "(left out)"


def folded(text: str, prefix: str, end: str = "\n") -> str:
    return (end + prefix).join(textwrap.wrap(text, 11, break_on_hyphens=False, drop_whitespace=False))


def b64(text: str, *, before: str = "") -> str:
    return base64.b64encode((before + text).encode()).decode()


def escaped(text: str) -> str:
    """Every character as JSON may escape it."""
    return "".join(f"\\u{unit:04X}" for one in text for unit in memoryview(one.encode("utf-16-le")).cast("H"))


def finding(text: str) -> Callable[[str], str]:
    return lambda part: WORDS if pattern(text).search(part) else ""


SPELLINGS = {
    "as it is": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps(json.dumps({"x": text})),
    "JSON, all escaped": escaped,
    "HTML": html.escape,
    "HTML, all in decimals": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "HTML, all in hexadecimal": lambda text: "".join(f"&#x{ord(one):X};" for one in text),
    "percent": lambda text: quote(text, safe=""),
    "percent, as a form": quote_plus,
    "percent, all": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "Markdown": markdown,
    "a mail address in round brackets": lambda text: text.replace("<", "(").replace(">", ")"),
    "spelled out": lambda text: visible(text.encode("unicode_escape").decode()),
    "folded": lambda text: folded(text, "  "),
    "folded, with CR": lambda text: folded(text, "", "\r\n"),
    "folded in remarks": lambda text: folded(text, "remarks:        "),
    "folded in a quotation": lambda text: folded(text, "> "),
    "folded in JSON": lambda text: json.dumps(folded(text, "# ")),
    "folded over a list of JSON": lambda text: json.dumps(textwrap.wrap(text, 11, drop_whitespace=False), indent=1),
}
CODES = {
    "Base64": b64,
    "Base64, one off": lambda text: b64(text, before="x"),
    "Base64, two off": lambda text: b64(text, before="xy"),
    "Base64 for addresses": lambda text: base64.urlsafe_b64encode(b"\xfb\xff>" + text.encode()).decode().rstrip("="),
    "Base64 in a word": lambda text: f"data:text/plain;base64,{b64(text)}",
    "Base64 after letters": lambda text: f"xyz{b64(text)}",
    "Base64, folded": lambda text: "\n".join(textwrap.wrap(b64(text * 2), 16)),
    "Base64, folded in JSON": lambda text: json.dumps("\n".join(textwrap.wrap(b64(text * 2), 16))),
    "Base64 of JSON": lambda text: b64(json.dumps({"x": escaped(text)})),
    "Base64 of Base64": lambda text: b64(b64(text)),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, as ExaBGP has it": lambda text: f"0x{text.encode().hex().upper()}",
    "hexadecimal of Base64": lambda text: b64(text).encode().hex(),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("text", [CONTACT, KEY, PHONE, ODD], ids=["contact", "key", "phone", "odd"])
def test_found_in_every_spelling(text: str, spelling: object) -> None:
    written = f"before {spelling(text)} after"  # type: ignore[operator]
    found, count = pattern(text).subn(WORDS, written)
    assert count == 1, written
    assert found.startswith("before ")
    assert found.endswith(" after")
    assert len(found) < 60


BACKSLASHES = [
    "\\Planted name",
    "Planted\\\\name",
    "DOM\\user-name",
    "a-b\\-c-defgh",
    "Planted\\ name",
    "Planted\\uname",
    "Planted" + "\\" * 60,
]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("text", BACKSLASHES)
def test_backslashes(text: str, spelling: Callable[[str], str]) -> None:
    assert pattern(text).search(spelling(text)), spelling(text)


@pytest.mark.parametrize("text", BACKSLASHES)
def test_backslashes_take_no_time(text: str) -> None:
    found = pattern(text)
    with Pace() as pace:
        for hostile in (
            "\\" * 20_000,
            ("Planted" + "\\" * 1000) * 100,
            "Planted" + "\\\\u005c" * 3000,
            "\\u005c" * 3000,
            f"{text[:-1]}!" * 50,
        ):
            found.search(hostile)
    assert pace.millions < 200  # a second on a quiet machine


@pytest.mark.parametrize("spelling", [json.dumps, escaped, lambda text: json.dumps(json.dumps(text))])
@pytest.mark.parametrize("text", [f"Planted{chr(code)}Doe" for code in range(32)])
def test_control_characters_in_json(text: str, spelling: Callable[[str], str]) -> None:
    assert pattern(text).search(spelling(text)), spelling(text)


@pytest.mark.parametrize("blank", ["\t", "\x0b", "\x1f", "\x85", "\xa0", "\u1680", "\u2003", "\u2028", "\u205f", "\u3000"])
@pytest.mark.parametrize("spelling", [*SPELLINGS.values(), visible, lambda text: markdown(visible(text))])
def test_any_blank_in_any_spelling(blank: str, spelling: object) -> None:
    text = f"Jane{blank}Planted-Doe"
    assert pattern(text).search(spelling(text)), spelling(text)  # type: ignore[operator]
    assert pattern("Jane Planted-Doe").search(spelling(text))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *((one, False) for one in ("", "-", "- -", "-" * 60, "0", "{", "Bo", "b1", "4711", "(+0)", "\u00e9")),
        *((one, True) for one in ("Bob", "NOC", "\u674e\u660e", "12345", "B-b-b", "+49 30 5")),
    ],
)
def test_what_can_be_told_from_others(text: str, *, told: bool) -> None:
    assert tells(text) is told


@pytest.mark.parametrize(
    "text",
    [
        *("-", "- -", "-" * 60, "a" + "-" * 60 + "b", "a-" * 200 + "b", "- - - - - - -", "+", "(((((((((", "0"),
        *("+31 20 " + "- " * 21 + "535 4444", "+31" + " " * 200 + "5354444"),
    ],
)
def test_an_expression_never_finds_nothing_and_is_done_soon(text: str) -> None:
    """A hyphen may be missing where it stands alone in a word; the text that is looked through is what would make it try long."""
    one = pattern(text)
    assert one.search(text)
    assert not one.search("")
    one.search("a-" * 3000 + "\n" * 3000 + "- \n" * 3000)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
@pytest.mark.parametrize("text", [CONTACT, KEY], ids=["contact", "key"])
def test_found_in_codes(text: str, code: object) -> None:
    written = f"before {code(text)} after"  # type: ignore[operator]
    found, put = coded(written, finding(text))
    assert set(put) == {WORDS}, written
    assert found.startswith("before ")
    assert found.endswith(" after")
    assert coded(found, finding(text)) == (found, ())


@pytest.mark.parametrize(
    "written",
    [KEY.replace("-", ""), KEY.upper().replace("-", ""), f"{{{KEY}}}", KEY.replace("-", "\u002d"), KEY.replace("-", "%2D")],
)
def test_a_key_without_its_hyphens(written: str) -> None:
    assert pattern(KEY).search(written)


@pytest.mark.parametrize("written", ["+49301234567", "+49 (30) 123 4567", "+49.30.1234567", "+49/30/123/4567"])
def test_a_number_with_other_gaps(written: str) -> None:
    assert pattern(PHONE).search(written)


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ("NOC", "the NOC.", True),
        ("NOC", "knock nocturnal", False),  # a short text is in many words
        ("NOC", json.dumps("a\nNOC\tb"), True),
        ("NOC", "x%3DNOC%26", True),
        ("NOC", "\\u003dNOC", True),
        ("NOC", "\\x3dNOC", True),
        (KEY, KEY[:-1], False),
        (KEY, KEY[:-1] + "a", False),
        (CONTACT, "Bob O'Néil <bob.oneil@mail.example", False),
        (CONTACT, "somebody.else@mail.example", False),
    ],
)
def test_what_is_and_is_not_it(text: str, written: str, *, found: bool) -> None:
    assert bool(pattern(text).search(written)) is found


@pytest.mark.parametrize(
    "written", ["", "sha256:" + "ab" * 32, b64("somebody else, who may be named"), "A" * 13, "a sentence of plain words"]
)
def test_other_codes_stay(written: str) -> None:
    assert coded(written, finding(CONTACT)) == (written, ())


def test_codes_are_looked_into_so_deep() -> None:
    deep = b64(b64(b64(b64(KEY))))
    assert coded(deep, finding(KEY)) == (deep, ())
    assert coded(deep, finding(KEY), depth=4) == (WORDS, (WORDS,))
