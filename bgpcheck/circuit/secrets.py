"""Keys that Azure's answers hold: covered before an answer is kept anywhere. Pure.

Rule: nothing else in the bytes changes, so that what is kept is still what Azure said.
"""

from __future__ import annotations

import re

# MD5 keys of sessions (LNK-3), and the keys with which another subscription links a network to the circuit (API).
_KEY = re.compile(rb'("(?:sharedKey|authorizationKey)"\s*:\s*")((?:[^"\\]|\\.)+)(?=")', re.IGNORECASE)
COVER = b"***"


def covered(data: bytes) -> bytes:
    """Give an answer (JSON in UTF-8) with its keys as ``***``, which readers take for a number or text that is masked."""
    return _KEY.sub(rb"\1" + COVER, data)
