from __future__ import annotations

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import TEXT_LIMIT, Fields, decode

UNREADABLE = [
    ("cut off", '{"a": ', "not JSON: Expecting value (column 7)"),
    ("NaN", '{"a": NaN}', "not JSON: NaN"),
    ("a key twice", '{"a": {"b": 1, "b": 2}}', "not readable: a key comes twice in one object: 'b'"),
    ("digits without end", "9" * 5000, "not readable: a number is too long"),
    ("nested too deep", "[" * 200_000, "not readable: nested too deep"),
]
FIELDS = Fields({"no": None, "yes": True, "one": 1, "many": 1 << 70, "less": -1, "word": "up", "list": [], "table": {"a": 1.0}}, "top")
WRONG = [
    (lambda: FIELDS.value("absent"), "top.absent: missing"),
    (lambda: FIELDS.table("list"), "top.list: must be an object, not list"),
    (lambda: FIELDS.items("table"), "top.table: must be a list, not dict"),
    (lambda: FIELDS.text("no"), "top.no: must be a string, not NoneType"),
    (lambda: FIELDS.integer("yes", 9), "top.yes: must be an integer, not bool"),
    (lambda: FIELDS.integer("word", 9), "top.word: must be an integer, not str"),
    (lambda: FIELDS.integer("many", 9), "top.many: must be 0 to 9"),
    (lambda: FIELDS.integer("less", 9), "top.less: must be 0 to 9"),
    (lambda: FIELDS.table("table").integer("a", 9), "top.table.a: must be an integer, not float"),
    (lambda: FIELDS.word("word", ("down", "out")), "top.word: 'up' is none of down, out"),
]
TEXTS = [
    ("as it is", "\x1b[31m<b>\u202e", "\x1b[31m<b>\u202e"),
    ("as long as may be", "x" * TEXT_LIMIT, "x" * TEXT_LIMIT),
    ("longer", "x" * (TEXT_LIMIT + 1), "x" * TEXT_LIMIT + "…"),
    ("half a surrogate pair", "a\ud800b", "a?b"),
]


@pytest.mark.parametrize(("written", "message"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_refuses(written: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        decode(written)
    assert str(caught.value) == message


@pytest.mark.parametrize(("read", "message"), WRONG, ids=[row[1] for row in WRONG])
def test_names_the_field_that_is_wrong(read: object, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read()  # type: ignore[operator]
    assert str(caught.value) == message


@pytest.mark.parametrize(("given", "kept"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_texts_are_bounded_and_can_be_printed(given: str, kept: str) -> None:
    assert Fields({"a": given}).text("a") == kept
    assert kept.encode()


def test_takes_what_is_right() -> None:
    fields = Fields({"a": {"b": [1], "c": 4294967295, "d": "up"}})
    inner = fields.table("a")
    assert (inner.items("b"), inner.integer("c", 4294967295), inner.word("d", ("up",))) == ([1], 4294967295, "up")
    assert "b" in inner
    assert "x" not in inner
