"""Objects whose keys come in any case."""

from __future__ import annotations

import pytest

from bgpcheck.circuit.loose import Loose, json_of
from bgpcheck.errors import FormatError


def test_keys_in_any_case() -> None:
    made = Loose({"azureASN": 12076, "AzureAsn": 12076, "x": None})
    assert (len(made), list(made), made["AZUREASN"], made.get("Y")) == (2, ["azureasn", "x"], 12076, None)
    assert "azureAsn" in made
    assert 1 not in made


def test_two_spellings_that_differ() -> None:
    with pytest.raises(FormatError, match="the key AzureAsn stands there twice, with different values"):
        Loose({"azureASN": 12076, "AzureAsn": 0})


@pytest.mark.parametrize(("levels", "fits"), [(2, True), (150, True), (152, False), (500, False)])
def test_nesting(levels: int, fits: bool) -> None:  # noqa: FBT001 (a table's column)
    for opening, closing in (("[", "]"), ('{"a":[', "]}")):
        count = levels // len(closing)
        text = opening * count + closing * count
        if fits:
            assert json_of(text) is not None
        else:
            with pytest.raises(FormatError, match="nested too deep"):
                json_of(text)
