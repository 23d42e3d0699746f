"""What is read of a snapshot: the index of recorded RDAP answers. The records: tests/fetch/test_snapshot_fetcher.py."""

from __future__ import annotations

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.table.pick import rdap_index


class Columns:
    """One column, whatever is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def column(self, name: str) -> bytes:
        assert name == "rdap/index"
        return self._data


def test_the_index() -> None:
    assert rdap_index(Columns(b'[["rdap/ip", "ip/a.json", [[4, 1, 2, [], "arin", []]]]]')) == [
        ["rdap/ip", "ip/a.json", [[4, 1, 2, [], "arin", []]]]
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"[", "not JSON"), (b'[{"a": 1, "a": 2}]', "comes twice"), (b"\xff", "utf-8"), (b"{}", "is no list"), (b"[" * 100_000, "too deep")],
)
def test_what_is_no_index(data: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=f"is damaged: the index of RDAP answers .*{says}"):
        rdap_index(Columns(data))
