"""YAML with lines: shapes, refusals with their place, and that nothing else than a tree or ``FormatError`` comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.yaml_tree import MAX_BYTES, MAX_DEPTH, Tree, parse

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(tree: Tree) -> Any:  # noqa: ANN401 (whatever the file holds)
    if isinstance(tree.value, dict):
        return {key: plain(child) for key, child in tree.value.items()}
    return [plain(child) for child in tree.value] if isinstance(tree.value, list) else tree.value


def read(text: str | bytes) -> Tree:
    return parse(text.encode() if isinstance(text, str) else text, file="f.yaml")


VALUES: list[tuple[str, Any]] = [
    ("a: b", {"a": "b"}),
    ("# only\na: {b: [c, d]}", {"a": {"b": ["c", "d"]}}),
    ("a:\n  - b\n  -\n    c: d\n", {"a": ["b", {"c": "d"}]}),
    ("[64500, 0x10, 1e3, 1_000, .5, 2026-01-01, 1:30, .nan]", ["64500", "0x10", "1e3", "1_000", ".5", "2026-01-01", "1:30", ".nan"]),
    ("[192.0.2.0/24, '2001:db8::/32', AS64500, 64496.1]", ["192.0.2.0/24", "2001:db8::/32", "AS64500", "64496.1"]),
    ("[true, False, TRUE, yes, NO, on, Off, y]", [True, False, True, "yes", "NO", "on", "Off", "y"]),  # YAML 1.2 s10.3.2
    ("[~, null, '', ]", [None, None, ""]),
    ("['true', \"null\", '1']", ["true", "null", "1"]),
    ("a:", {"a": None}),
    ("{true: a, 1: b, ~: c, <<: d, '': e}", {"true": "a", "1": "b", "~": "c", "<<": "d", "": "e"}),
    ("--- a\n...\n", "a"),
    ("%YAML 1.1\n---\na: =", {"a": "="}),
    ("\ufeffa: b", {"a": "b"}),
    ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
    ("[]", []),
    ("{}", {}),
    ('"\\U0001F310"', "\U0001f310"),
    ("[" * MAX_DEPTH + "]" * MAX_DEPTH, eval("[" * MAX_DEPTH + "]" * MAX_DEPTH)),  # noqa: S307 (brackets)
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_scalars_stay_text_unless_they_are_true_false_or_null(text: str, value: object) -> None:
    assert plain(read(text)) == value


def test_every_value_knows_the_line_of_its_key_or_its_own() -> None:
    tree = read("# a comment\na:\n  b: c\n  d:\n\n    - e\n    -\n      f: g\n")
    places = {tree.field: tree.line}

    def walk(one: Tree) -> None:
        for child in (one.value.values() if isinstance(one.value, dict) else one.value) if isinstance(one.value, (dict, list)) else ():
            places[child.field] = child.line
            walk(child)

    walk(tree)
    assert places == {"": 2, "a": 2, "a.b": 3, "a.d": 4, "a.d[0]": 6, "a.d[1]": 8, "a.d[1].f": 8}


LINES = [
    # what stands before "x: y", its line: as editors and GitHub count
    ("a: 'b\u2028c'\n", 2),
    ('a: "b\u2029\u0085c"\n', 2),
    ("a: \U0001f310\nb: '\u2028\U0001f310'\n", 3),
    ("a: |\n  b\u2028\n  c\n", 4),
    ("\ufeffa: b\n", 2),
    ("\ufeff", 1),
    ("a: b\r\n\r\n", 3),
    ("a: b\r\r", 3),
    ("a: b\n\r", 3),
    ('"\\L\\N": b\n', 2),  # escapes end no line
]


@pytest.mark.parametrize(("before", "line"), LINES)
def test_lines_are_counted_as_editors_count_them(before: str, line: int) -> None:
    assert read(before + "x: y").value["x"].line == line
    for broken, says in (("x: *y", "aliases"), ("x: [y", "not YAML"), ("x: \0", "U\\+0000"), ("x: \udcff", "UTF-8")):
        with pytest.raises(FormatError, match=says) as caught:
            read((before + broken).encode("utf-8", "surrogateescape"))
        assert caught.value.line == line


REFUSED: list[tuple[str, str | bytes, str]] = [
    ("a mark within", "\ufeffa: b\nc: '\ufeffd'", "f.yaml:2: not YAML: character U+FEFF is not allowed"),
    ("an alias", "a: b\nc: *a", "f.yaml:2: c: aliases (*name) are not supported: write the value again"),
    ("an alias as key", "*a : b", "f.yaml:1: aliases (*name) are not supported: write the value again"),
    ("an anchor", "a:\n  &b c", "f.yaml:2: a: anchors (&name) are not supported"),
    ("an anchored list", "a: &b [c]", "f.yaml:1: a: anchors (&name) are not supported"),
    ("an anchored key", "&a b: c", "f.yaml:1: anchors (&name) are not supported"),
    ("a bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]", "f.yaml:1: a: anchors (&name) are not supported"),
    ("a list that holds itself", "&a [*a]", "f.yaml:1: anchors (&name) are not supported"),
    ("a tag", "a: !secret b", "f.yaml:1: a: tags (!name) are not supported"),
    ("a tagged mapping", "- !foo {a: b}", "f.yaml:1: [0]: tags (!name) are not supported"),
    ("a set", "!!set {a, b}", "f.yaml:1: tags (!name) are not supported"),
    ("code", "a: !!python/name:os.system ''", "f.yaml:1: a: tags (!name) are not supported"),
    ("a bool that is none", "a: !!bool maybe", "f.yaml:1: a: tags (!name) are not supported"),
    ("a plain tag", "! 5", "f.yaml:1: tags (!name) are not supported"),
    ("a tag of one's own", "%TAG ! tag:yaml.org,2002:\n---\n!bool x", "f.yaml:3: tags (!name) are not supported"),
    ("a key twice", "a: b\nc: d\na: e", "f.yaml:3: key 'a' is there twice"),
    ("a key twice below", "x:\n  a: b\n  a: c", "f.yaml:3: x: key 'a' is there twice"),
    ("an empty key twice", "{'': a, '': b}", "f.yaml:1: key '' is there twice"),
    ("a list as key", "? [a]\n: b", "f.yaml:1: a key must be a plain word"),
    ("too deep", "\n" + "[" * 1_000_000, f"f.yaml:2: {'[0]' * 21}: nested deeper than 20 levels"),
    ("too deep by keys", "\n".join(" " * depth + "a:" for depth in range(30)), f"f.yaml:22: {'a.' * 20}a: nested deeper than 20 levels"),
    ("Latin-1", b"a: b\nc: caf\xe9", "f.yaml:2: is not UTF-8 text: save it as UTF-8"),
    ("UTF-16", "a: b".encode("utf-16"), "f.yaml:1: is not UTF-8 text: save it as UTF-8"),
    ("half a pair", '- a\n- "\\uD800"', "f.yaml:2: [1]: half a surrogate pair is not a character"),
    ("half a pair in a key", '"\\uDFFF": a', "f.yaml:1: half a surrogate pair is not a character"),
    ("empty", b"", "f.yaml: is empty"),
    ("comments only", "# nothing\n\n", "f.yaml: is empty"),
    ("two documents", "a: b\n---\nc: d", "f.yaml:2: a second document begins here: a file holds one"),
    ("a tab", "a:\n\tb: c", "f.yaml:2: not YAML: found character '\\t' that cannot start any token: indent with spaces"),
    ("an open bracket", "a: [b", "f.yaml:1: not YAML: expected ',' or ']', but got '<stream end>'"),
    ("an open quote", "a: b\nc: 'd", "f.yaml:2: not YAML: found unexpected end of stream"),
    ("bad indentation", "a: b\n c: d", "f.yaml:2: not YAML: mapping values are not allowed here"),
    ("a strange directive", "%YAML 2.0\n---\na", "f.yaml:1: not YAML: found incompatible YAML document (version 1.* is required)"),
    ("a long tag handle", f"!{'x' * 500}!y z", f"f.yaml:1: not YAML: found undefined tag handle '!{'x' * 91}"),
    ("a NUL", "a: b\nc\0: d", "f.yaml:2: not YAML: character U+0000 is not allowed (is it UTF-16? save it as UTF-8)"),
    ("a control character", "a: b\nc\1: d", "f.yaml:2: not YAML: character U+0001 is not allowed"),
    ("binary", bytes(range(128)), "f.yaml:1: not YAML: character U+0000 is not allowed (is it UTF-16? save it as UTF-8)"),
    ("beyond Unicode", 'a: b\nc: "\\U00110000"', "f.yaml:2: not YAML: a number is out of range"),
    ("far beyond Unicode", '"\\UFFFFFFFF"', "f.yaml:1: not YAML: a number is out of range"),
    ("an endless version", f"%YAML 1.{'9' * 5000}\n---\na", "f.yaml:1: not YAML: a number is out of range"),
    ("5 MB", b"#" * 5_000_000, f"f.yaml: larger than {MAX_BYTES} bytes"),
]


@pytest.mark.parametrize(("data", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_is_refused_with_its_place(data: str | bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(data)
    assert str(caught.value) == message


def mapping(tree: Tree) -> dict[str, Tree]:
    return tree.mapping(("a", "b"), required=("a",))


def bad_word(text: str) -> str:
    raise FormatError(f"{text} is bad")


ASKED: list[tuple[str, Callable[[Tree], object], str]] = [
    ("[a]", mapping, "f.yaml:1: must be a mapping with a, b"),
    ("b: c", mapping, "f.yaml:1: a is missing"),
    ("a: b\nc:\n  d: e", mapping, "f.yaml:2: c: unknown key 'c': known are a, b"),
    (
        "peer_asn: b",
        lambda tree: tree.mapping(["peerAsn", "b"]),
        "f.yaml:1: peer_asn: unknown key 'peer_asn': known are peerAsn, b; did you mean peerAsn?",
    ),
    (f"{'k' * 100}: b", mapping, f"f.yaml:1: {'k' * 100}: unknown key '{'k' * 60}': known are a, b"),
    ("a", Tree.entries, "f.yaml:1: must be a mapping"),
    ("{a: b}", Tree.items, "f.yaml:1: must be a list, such as [a, b]"),
    ("[a]", Tree.text, "f.yaml:1: must be text"),
    ("~", Tree.text, "f.yaml:1: must be text"),
    ("true", lambda tree: tree.text(("a", "b")), "f.yaml:1: must be text: a, b"),
    ("yes", lambda tree: tree.text(("a", "b")), "f.yaml:1: 'yes' is not one of a, b"),
    ("c", lambda tree: tree.text(("a", "b")), "f.yaml:1: 'c' is not one of a, b"),
    ("c" * 99, lambda tree: tree.text(("a", "b")), f"f.yaml:1: '{'c' * 60}' is not one of a, b"),
    ("c", lambda tree: tree.text({}), "f.yaml:1: 'c' is not one of "),
    ("-1", lambda tree: tree.number(most=10), "f.yaml:1: '-1' is not a number from 0 to 10"),
    ("11", lambda tree: tree.number(most=10), "f.yaml:1: '11' is not a number from 0 to 10"),
    ("1.5", lambda tree: tree.number(most=10), "f.yaml:1: '1.5' is not a number from 0 to 10"),
    ("٣", lambda tree: tree.number(most=10), "f.yaml:1: '٣' is not a number from 0 to 10"),
    ("9" * 5000, lambda tree: tree.number(most=10), f"f.yaml:1: '{'9' * 60}' is not a number from 0 to 10"),
    ("a: [b, c]", lambda tree: tree.entries()["a"].value[1].read(bad_word), "f.yaml:1: a[1]: c is bad"),
    ("[]", lambda tree: tree.read(bad_word), "f.yaml:1: must be text"),
]


@pytest.mark.parametrize(("text", "ask", "message"), ASKED, ids=[row[2][:60] for row in ASKED])
def test_a_question_that_a_value_can_not_answer_is_an_error_with_its_place(text: str, ask: Callable[[Tree], object], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        ask(read(text))
    assert str(caught.value) == message


def test_questions_are_answered() -> None:
    tree = read("a: [b, '10']")
    assert list(mapping(tree)) == list(tree.entries()) == ["a"]
    first, second = tree.value["a"].items()
    assert (first.text(), first.text(("a", "b")), first.read(str.upper), second.number(most=10)) == ("b", "b", "B", 10)


def answer_or_format_error(data: bytes) -> None:
    try:
        tree = parse(data, file="f.yaml")
    except FormatError as error:
        assert (error.file, len(error.message) < 200) == ("f.yaml", True)  # noqa: PT017 (either end is right)
    else:
        assert tree.line >= 1


PIECES = st.sampled_from(
    [*"[]{},:-?&*!|>%#'\"\\\n \t~=<@`", "a", "- ", ": ", "\n  ", "---\n", "...", "!!", "<<", "%TAG ", "%YAML ", "\\U", "\\x"]
)


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"!<")
def test_any_bytes_give_a_tree_or_a_format_error(data: bytes) -> None:
    answer_or_format_error(data)


@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_anything_like_yaml_gives_a_tree_or_a_format_error(text: str) -> None:
    answer_or_format_error(text.encode("utf-8", "replace"))
