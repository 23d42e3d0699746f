"""Azure's names for circuits: resource ids, taken strictly. Pure.

Rule: only what ARM documents as a name passes, so that nothing written in an id can lead a request elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bgpcheck.errors import UsageError

# Azure's naming rules (documented, "Naming rules and restrictions for Azure resources"): group 1 to 90 characters, no dot at the end;
# resources of Microsoft.Network 1 to 80, begun by a letter or digit.
_SUBSCRIPTION = r"(?P<subscription>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_GROUP = r"(?P<group>(?!-)[\w.()-]{0,89}[\w()-])"  # one that begins with a dash would be an option of a command
_NAME = r"[a-z0-9](?:[\w.-]{0,78}\w)?"
_ID = re.compile(
    rf"/subscriptions/{_SUBSCRIPTION}/resourceGroups/{_GROUP}"
    rf"(?:/providers/Microsoft\.Network/expressRouteCircuits/(?P<circuit>{_NAME})(?:/peerings/(?P<peering>{_NAME}))?)?",
    re.IGNORECASE,
)
API = "2024-07-01"  # the version that is asked: the first with states of single prefixes (ST-10, SIG-5)
SHAPE = "/subscriptions/UUID/resourceGroups/GROUP/providers/Microsoft.Network/expressRouteCircuits/NAME[/peerings/NAME]"
MOST_QUOTED = 100  # characters of a wrong id that a complaint repeats


@dataclass(frozen=True, slots=True)
class Resource:
    """A circuit, one of its peerings, or (without ``circuit``) a resource group, which stands for all circuits in it."""

    subscription: str
    group: str
    circuit: str = ""
    peering: str = ""

    @property
    def id(self) -> str:
        """The id as ARM spells it, the names as they were written."""
        found = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        if self.circuit:
            found += f"/providers/Microsoft.Network/expressRouteCircuits/{self.circuit}"
        return f"{found}/peerings/{self.peering}" if self.peering else found

    @property
    def kind(self) -> str:
        """What it is, in words for people."""
        return "peering" if self.peering else "circuit" if self.circuit else "resource group"

    def of_peering(self, name: str) -> Resource:
        """Name a peering of the circuit."""
        return Resource(self.subscription, self.group, self.circuit, name)


def parse(text: str) -> Resource:
    """Read a resource id; ``UsageError`` says what one looks like. Letters match in any case, as in ARM."""
    found = _ID.fullmatch(text) if text.isascii() else None
    if found is None:
        hint = "" if "/expressroutecircuits/" not in text.lower() or text.startswith("/") else ": it begins with /subscriptions/"
        raise UsageError(
            f"--azure {text[:MOST_QUOTED]!r} is not the id of a circuit{hint}; write {SHAPE}, as az network express-route list prints it "
            "under id, or the id of a resource group for all circuits in it"
        )
    return Resource(found["subscription"].lower(), found["group"], found["circuit"] or "", found["peering"] or "")
