"""Notifications in words."""

from __future__ import annotations

import exabgp_lines as lines
import pytest

from bgpcheck.formats.exabgp import event
from bgpcheck.lab.notices import CODES, SUBCODES, words


@pytest.mark.parametrize(
    ("code", "subcode", "message", "direction", "said"),
    [
        (6, 1, "", "send", "sent: cease, maximum number of prefixes reached (6/1)"),
        (6, 2, "planned work", "receive", "received: cease, administrative shutdown (6/2): planned work"),
        (6, 4, "", "receive", "received: cease, administrative reset (6/4)"),
        (3, 1, "rubbish", "send", "sent: UPDATE message error, malformed attribute list (3/1)"),
        (6, 200, "", "receive", "received: cease (6/200)"),
        (99, 7, "", "receive", "received: unknown error (99/7)"),
        (6, 2, "x" * 900, "receive", f"received: cease, administrative shutdown (6/2): {'x' * 300}"),
    ],
)
def test_words(code: int, subcode: int, message: str, direction: str, said: str) -> None:
    assert words(event(lines.notification(code, subcode, message=message, direction=direction))) == said


def test_every_subcode_is_of_a_known_code() -> None:
    assert {code for code, _ in SUBCODES} <= CODES.keys()
