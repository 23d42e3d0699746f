"""Documents: the bytes that a verdict rests on, and how they came. Pure.

Rule: a document is named by the SHA-256 of its bytes; nothing refers to it in another way.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.formats.credentials import without_credentials, without_homes

if TYPE_CHECKING:
    from datetime import datetime


Key = tuple[str, str, str]  # digest, source and URI of a document


def digest(data: bytes) -> str:
    """Give the SHA-256 of some bytes, in lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """Raw bytes with their origin.

    ``source``: who answered (``irr/RADB``); ``uri``: file name or query; ``media_type``: how to read the bytes;
    ``fetched_at``: None for a file; ``dated``: the content's own date, UTC, where it has one.
    """

    source: str
    uri: str
    media_type: str
    content: bytes = field(repr=False)
    fetched_at: datetime | None = None
    dated: datetime | None = None
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        """Compute the digest once; an address or name is kept as it is fit to be."""
        object.__setattr__(self, "uri", without_homes(without_credentials(self.uri)))
        object.__setattr__(self, "sha256", digest(self.content))

    @property
    def key(self) -> Key:
        """What tells documents apart: the same bytes may come from several sources, and under several names."""
        return self.sha256, self.source, self.uri

    @property
    def id(self) -> str:
        """The name that results cite: ``sha256:…``."""
        return f"sha256:{self.sha256}"
