"""What may be asked about a claim. Pure: a source answers from documents or says which it needs; it never waits.

To add a source: one file here and one line in ``all_sources``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.sources.base import Simple
from bgpcheck.sources.irr import Irr
from bgpcheck.sources.nir import Nir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Source


def all_sources(settings: Settings, irr: Iterable[str]) -> tuple[Source, ...]:
    """Give every source that a check asks; ``irr`` names the routing registries."""
    return (
        *(Simple(f"delegated/{rir}") for rir in settings.rirs),
        Simple("rdap/ip", asns=False, maintainers=True),
        Simple("rdap/autnum", prefixes=False, maintainers=True),
        *(Nir(name, one.country) for name, one in settings.national.items()),
        *(Irr(source) for source in irr),
        Simple("vrps"),
        Simple("slurm", prefixes=False, asns=False),
    )
