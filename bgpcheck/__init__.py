"""bgpcheck: will Azure find your prefixes and AS number in the routing registries?

Claims in, result out::

    import bgpcheck

    options = bgpcheck.Options(peer_asn=3333, prefixes=["193.0.0.0/21"], registry="RIPENCC", registry_data="fixtures/registry")
    outcomes = bgpcheck.check_sync(options)  # or: await bgpcheck.check(options)
    print(outcomes.result.verdict)

Names are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bgpcheck.version import __version__

if TYPE_CHECKING:
    from bgpcheck.api import Options, Outcomes, check, check_sync
    from bgpcheck.errors import FormatError, UsageError
    from bgpcheck.policy import Outcome
    from bgpcheck.result import Result

__all__ = ["FormatError", "Options", "Outcome", "Outcomes", "Result", "UsageError", "__version__", "check", "check_sync"]

_HOMES = {
    "FormatError": "bgpcheck.errors",
    "Options": "bgpcheck.api",
    "Outcome": "bgpcheck.policy",
    "Outcomes": "bgpcheck.api",
    "Result": "bgpcheck.result",
    "UsageError": "bgpcheck.errors",
    "check": "bgpcheck.api",
    "check_sync": "bgpcheck.api",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bgpcheck' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
