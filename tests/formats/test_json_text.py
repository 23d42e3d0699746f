"""JSON in the one form in which bgpcheck writes it."""

from __future__ import annotations

import pytest

from bgpcheck.formats.json_text import dumps, laid_out, one_or_list


def test_laid_out() -> None:
    assert laid_out({"b": [], "a": [1, {"d": 1, "c": 2}], "c": {"y": 1, "x": [1]}}) == (
        '{\n"a": [\n 1,\n {"c": 2, "d": 1}\n],\n"b": [],\n"c": {"x": [1], "y": 1}\n}'
    )
    assert laid_out({}) == "{\n\n}"


def test_no_number_that_json_does_not_have() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))


def test_one_or_a_list() -> None:
    assert one_or_list([{"a": 1}]) == '{\n"a": 1\n}\n'
    assert one_or_list([{"a": 1}, {}]) == '[\n{\n"a": 1\n},\n{\n\n}\n]\n'
