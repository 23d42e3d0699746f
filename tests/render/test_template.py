from __future__ import annotations

import pytest
from hostile import TEXTS

from bgpcheck.errors import FormatError
from bgpcheck.render import letter, ticket
from bgpcheck.render.template import BLANK, BLANKS, MOST_BYTES, MOST_TIMES, Field, Kind, Template, blank, commented, parse
from bgpcheck.store.templates import shipped_bytes

KIND = Kind("sample", "sample.md", {"holder": Field("who"), "table": Field("rows", block=True), BLANKS: Field("what is left", block=True)})
OURS = "bgpcheck explain --template sample"


def filled(text: str, **values: str) -> str:
    return parse(text.encode(), KIND, file="sample.md").fill({"holder": "H", "table": "| a |\n|---|", **values})


FILLED = [
    ("From $holder.", "From H.\n"),
    ("${holder}s", "Hs\n"),
    ("$$holder costs 5$$", "$holder costs 5$\n"),
    ("$# a comment with $unknown and $\n$holder", "H\n"),
    (" $# no comment where it does not begin the line: $$", None),
    ("\ufeff$holder\r\nx\r\n", "H\nx\n"),
    ("a\n\n  $table  \n\nb", "a\n\n  | a |\n|---|  \n\nb\n"),
    ("a\n\n$blanks\n\nb", "a\n\nb\n"),
    ("\n\na\n\n\n\n\nb\n\n", "a\n\nb\n"),
    ("\u00e9\t\u2028 $holder", "\u00e9\t\u2028 H\n"),
    ("%s {holder} {0.__class__} ${holder}", "%s {holder} {0.__class__} H\n"),
]


@pytest.mark.parametrize(("text", "made"), FILLED)
def test_what_comes_of_it(text: str, made: str | None) -> None:
    if made is None:
        with pytest.raises(FormatError):
            filled(text)
    else:
        assert filled(text) == made


def test_blanks_are_listed_once_each_in_their_order() -> None:
    made = filled("$holder\n* ________ (date)\n* ________ (date)\n\n$blanks\n", holder=blank("name"))
    assert made.endswith("\n\nTo be filled in before this goes out (then take this list away):\n\n* name\n* date\n")
    assert BLANK.findall(made) == ["name", "date", "date"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_value_is_never_read_as_a_template(text: str) -> None:
    value = f"$holder ${{table}} $$ {text}".replace("\n", " ").strip()
    assert filled("a $holder b", holder=value) == f"a {value} b\n"


FAULTS = [
    (b"a\n$hodler", "sample.md:2: $hodler: is no field of sample.md; did you mean $holder?"),
    (b"$Holder", "sample.md:1: $Holder: is no field of sample.md; did you mean $holder?"),
    (b"${zzz}", f"sample.md:1: $zzz: is no field of sample.md: {OURS} explains them all"),
    (b"a\n\nfor 5$ each", "sample.md:3: '$ each' names no field: write $$ for a dollar sign, or $name"),
    (b"$", "sample.md:1: '$' names no field: write $$ for a dollar sign, or $name"),
    (b"${holder", "sample.md:1: '${holder' names no field: write $$ for a dollar sign, or $name"),
    (b"${holder.name}", "sample.md:1: '${holder.nam' names no field: write $$ for a dollar sign, or $name"),
    (b"$# x\nsee $table here", "sample.md:2: $table: is a block of several lines: put it alone on its line"),
    (b"ok\ncaf\xe9", "sample.md:2: is not UTF-8: save it as UTF-8"),
    (b"\xff\xfe$\0h\0", "sample.md:1: is not UTF-8: save it as UTF-8"),
    (b"a\n\x1b[31m", "sample.md:2: holds the character \\u001b, which is no text: take it out"),
    (b"a\0", "sample.md:1: holds the character \\u0000, which is no text: take it out"),
    (b"one\rtwo", "sample.md:1: holds the character \\u000d, which is no text: take it out"),
    (b"", f"sample.md: is empty: begin with {OURS}"),
    (b"$# only this\n \n", f"sample.md: is empty: begin with {OURS}"),
    (b"a" * (MOST_BYTES + 1), f"sample.md: holds more than {MOST_BYTES} bytes: a template is text and names of fields"),
    (
        b"$holder\n" * (MOST_TIMES + 1),
        f"sample.md:{MOST_TIMES + 1}: $holder: stands there more than {MOST_TIMES} times: name it less often",
    ),
]


@pytest.mark.parametrize(("data", "says"), FAULTS, ids=[says[:60] for _, says in FAULTS])
def test_what_is_wrong_is_said_with_its_place_and_its_cure(data: bytes, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse(data, KIND, file="sample.md")
    assert str(caught.value) == says


@pytest.mark.parametrize("kind", [ticket.KIND, letter.KIND], ids=lambda kind: kind.name)
def test_ours_is_a_template_like_any_other_and_a_copy_says_the_same(kind: Kind) -> None:
    text = shipped_bytes(kind).decode()
    ours = parse(text.encode(), kind, file=kind.file)
    copy = commented(text, kind)
    assert parse(copy.encode(), kind, file=kind.file) == ours == Template(text)
    for name, field in kind.fields.items():
        assert f"${name} " in copy
        assert field.says in copy
