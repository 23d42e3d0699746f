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
    from bgpcheck.as_set import AsSet
    from bgpcheck.client import Registries, SyncRegistries
    from bgpcheck.errors import FetchError, FormatError, UsageError
    from bgpcheck.lookup import LookedUp
    from bgpcheck.policy import Outcome
    from bgpcheck.result import Result

__all__ = [
    "AsSet",
    "FetchError",
    "FormatError",
    "LookedUp",
    "Options",
    "Outcome",
    "Outcomes",
    "Registries",
    "Result",
    "SyncRegistries",
    "UsageError",
    "__version__",
    "check",
    "check_sync",
]

_HOMES = {
    "AsSet": "bgpcheck.as_set",
    "FetchError": "bgpcheck.errors",
    "FormatError": "bgpcheck.errors",
    "LookedUp": "bgpcheck.lookup",
    "Options": "bgpcheck.api",
    "Outcome": "bgpcheck.policy",
    "Outcomes": "bgpcheck.api",
    "Registries": "bgpcheck.client",
    "Result": "bgpcheck.result",
    "SyncRegistries": "bgpcheck.client",
    "UsageError": "bgpcheck.errors",
    "check": "bgpcheck.api",
    "check_sync": "bgpcheck.api",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bgpcheck' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
