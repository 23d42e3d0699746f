"""Twins of the records that bulk files are full of, quicker to make. Pure; for readers that have checked every value.

A frozen dataclass sets each field by a call, which was a quarter of a bulk reader's time. A twin has the same slots and is not frozen;
filled, it becomes a record: ``become(Prefix, TwinPrefix(4, network, 24))``. Python allows that where classes have the same slots.
Rule: nobody can tell such a record from one that its class has made of the same values.
"""

from __future__ import annotations

from typing import Any, TypeVar

from bgpcheck.model import Prefix, RouteObject, Vrp

T = TypeVar("T")


def become(kind: type[T], twin: Any) -> T:  # noqa: ANN401 (what it is afterwards, the type does tell)
    """Make a filled twin a record of the class that it is the twin of."""
    twin.__class__ = kind
    return twin  # type: ignore[no-any-return]


class TwinPrefix:
    """Twin of ``Prefix``."""

    __slots__ = Prefix.__slots__

    def __init__(self, version: int, network: int, length: int) -> None:
        self.version = version
        self.network = network
        self.length = length


class TwinVrp:
    """Twin of ``Vrp``."""

    __slots__ = Vrp.__slots__

    def __init__(self, prefix: Prefix, max_length: int, asn: int, trust_anchor: str, expires: int | None) -> None:
        self.prefix = prefix
        self.max_length = max_length
        self.asn = asn
        self.trust_anchor = trust_anchor
        self.expires = expires


class TwinRoute:
    """Twin of ``RouteObject``."""

    __slots__ = RouteObject.__slots__

    def __init__(  # noqa: PLR0913, PLR0917 (the fields of a RouteObject)
        self, source: str, prefix: Prefix, origin: int, maintainers: tuple[str, ...], holes: tuple[Prefix, ...], last_modified: str
    ) -> None:
        self.source = source
        self.prefix = prefix
        self.origin = origin
        self.maintainers = maintainers
        self.holes = holes
        self.last_modified = last_modified
