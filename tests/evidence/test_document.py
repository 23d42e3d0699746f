from __future__ import annotations

import hashlib
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.evidence.document import Document

ONE = Document("irr/RIPE", "RIPE.db", "text/plain", b"route: 193.0.0.0/21\n", dated=datetime(2026, 11, 1, tzinfo=UTC))


@given(st.binary(max_size=100))
def test_a_document_is_named_by_its_bytes(content: bytes) -> None:
    one = Document("irr/RIPE", "RIPE.db", "text/plain", content)
    assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert one.id == f"sha256:{one.sha256}"


def test_equal_parts_make_equal_documents() -> None:
    assert replace(ONE) == ONE
    assert hash(replace(ONE)) == hash(ONE)
    for other in (
        replace(ONE, content=b"x"),
        replace(ONE, source="irr/RADB"),
        replace(ONE, uri="a"),
        replace(ONE, media_type="a"),
        replace(ONE, dated=None),
        replace(ONE, fetched_at=ONE.dated),
    ):
        assert other != ONE


def test_a_document_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        ONE.content = b"x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Document("a", "b", "c", b"", sha256="0" * 64)  # type: ignore[call-arg]


def test_what_is_shown_of_it_is_not_its_content() -> None:
    assert "193.0.0.0" not in repr(ONE)
