from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.jsonscan import LONGEST, Walk, decode, elements

TEXT = """{
  "a": [ {"x": 1},
    2 ,"drei", [4]
  ],
  "b": {"c": [], "a": [9], "d": {}},
  "e": {}
}
"""


def test_elements_have_line_and_verbatim_text() -> None:
    assert list(elements(TEXT, "a")) == [(2, '{"x": 1}', {"x": 1}), (3, "2", 2), (3, '"drei"', "drei"), (3, "[4]", [4])]
    assert list(elements(TEXT, "b", "a")) == [(5, "9", 9)]
    assert list(elements(TEXT, "b", "c")) == []


def test_one_walk_gives_arrays_in_pieces_and_the_rest_whole() -> None:
    walk = Walk(TEXT, ("a",), ("b", "c"), ("b", "x"), file="f")
    found = [(path, line, TEXT[start:end], value) for path, line, start, end, value in walk]
    assert found[4:] == [(("b", "a"), 5, "[9]", [9]), (("b", "d"), 5, "{}", {}), (("e",), 6, "{}", {})]
    assert walk.seen == {("a",), ("b", "c")}


@pytest.mark.parametrize("text", ["{}", " { } ", '{"a":1}', '{"A":[]}'])
def test_the_array_must_be_there(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(elements(text, "b" if "a" in text else "a", file="f"))
    assert (caught.value.file, caught.value.field) == ("f", "b" if "a" in text else "a")


BAD = [
    ("", 1, "an object is wanted"),
    ("[]", 1, "an object is wanted"),
    ('{"a": {}}', 1, "an array is wanted"),
    ('{"a": []}x', 1, "more text follows"),
    ('{"a": []\n}\n{', 3, "more text follows"),
    ('{"a": [1,\n', 2, "truncated"),
    ('{"a": [1,\n2', 2, "truncated"),
    ('{"a": [1\n2]}', 2, "',' or ']' is wanted"),
    ('{"a": [1}', 1, "',' or ']' is wanted"),
    ('{"a": [1,]}', 1, "Expecting value"),
    ('{"a": [],}', 1, "Expecting value"),
    ('{"a": []]', 1, "',' or '}' is wanted"),
    ('{"a": []', 1, "truncated"),
    ('{"a"', 1, "a colon"),
    ('{"a" 1}', 1, "a colon"),
    ("{1: 2}", 1, "a key in quotes"),
    ("{", 1, "truncated"),
    ('{"a": [],\n"a": []}', 2, "comes twice"),
    ('{"a": ["\n"]}', 1, "control character"),
    ('{"a": [\nNaN]}', 2, "NaN"),
    ('{"b":\n-Infinity}', 2, "Infinity"),
    ('{"a": [\n' + "[" * 100000, 2, "nested too deep"),
    ('{"a": [\n' + '{"a":' * 100000, 2, "nested too deep"),
    ('{"a": [' + "1" * 5000 + "]}", 1, "too long"),
    ('{"a": [\n{"x": 1, "x": 2}]}', 2, "twice in one object: 'x'"),
    ('{"a": [\n{"x": "' + "y" * 2000 + '", "z"}]}', 2, "Expecting ':'"),
    ('{"a": [\n["' + "y" * 2000 + '",\n}]}', 3, "Expecting value"),
    ('{"a": [\n"' + "y" * 2000, 2, "Unterminated string"),
    ('{"a": [\n"' + "y" * LONGEST + '"]}', 2, "more than 1048576 characters"),
]


@pytest.mark.parametrize("size", [*range(1006, 1028, 3), 8180, 8191, 8192, 8193])
@pytest.mark.parametrize("value", ["-123.25e+10", "true", "null", '"\\ud83d\\ude00"', "[1.5]", "0"])
def test_where_a_value_is_cut_does_not_matter(size: int, value: str) -> None:
    text = f"[{' ' * (size - 10)}{value}]"
    assert [found for _, _, found in elements(f'{{"a": [{text}]}}', "a")] == [json.loads(text)]
    long = "1" * (size % 3000) + ".5e+10"
    assert [found for _, _, found in elements(f'{{"a": [{long}, 1]}}', "a")] == [json.loads(long), 1]


@pytest.mark.parametrize(("text", "line", "says"), BAD)
def test_what_is_no_such_document_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        list(elements(text, "a", file="f"))
    assert (caught.value.file, caught.value.line) == ("f", line)


def test_one_value_alone() -> None:
    assert decode(' {"a": [1]}\n') == {"a": [1]}
    for text in ("", "1 2", "[", "NaN"):
        with pytest.raises(FormatError):
            decode(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
keys = st.sampled_from("abcd")
objects = st.dictionaries(keys, values | st.dictionaries(keys, values))


@given(objects, st.sampled_from([None, 1, "\t"]))
def test_it_reads_what_json_reads(document: dict[str, object], indent: int | str | None) -> None:
    text = json.dumps(document, indent=indent)
    for path in ("a",), ("a", "b"):
        array: object = document
        for key in path:
            array = array.get(key) if isinstance(array, dict) else None
        if isinstance(array, list):
            found = list(elements(text, *path))
            assert [value for _, _, value in found] == array
            assert [json.loads(verbatim) for _, verbatim, _ in found] == array
            assert [line for line, _, _ in found] == sorted(line for line, _, _ in found)
        else:
            with pytest.raises(FormatError):
                list(elements(text, *path))


@given(st.text(st.sampled_from('{}[],:"ab01 \n.-eN\\u'), max_size=30) | st.text(max_size=30))
@example('{"a":[0]}')
def test_it_answers_as_json_does_or_raises_a_format_error(text: str) -> None:
    try:
        found: list[object] | None = [value for _, _, value in elements(text, "a")]
    except FormatError:
        found = None
    try:
        expected = json.loads(text)["a"]
    except (ValueError, KeyError, TypeError, IndexError):
        expected = None
    assert found is None or found == expected
