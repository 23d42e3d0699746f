"""Where Azure's clouds are asked, and by what name a sign-in is made out. Knows addresses; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from bgpcheck.claim import Cloud

Document = tuple[bytes, str]  # what Azure answered, and the name of what was asked
SIGN_IN = "run az login, or set the variables of a service principal (AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET)"


@dataclass(frozen=True, slots=True)
class Place:
    """A cloud: the https address of its Resource Manager, the scope of tokens for it, who gives them, and ``az``'s name for it.

    ``trust``: a file of certificates to trust instead of the system's; for a server on this machine alone.
    """

    arm: str
    scope: str
    authority: str
    name: str
    trust: str = ""

    @property
    def host(self) -> str:
        """The Resource Manager's host."""
        return urlsplit(self.arm).hostname or ""

    @property
    def sign_in(self) -> str:
        """What somebody does who is not signed in."""
        other = "" if self.name == "AzureCloud" else f"az cloud set --name {self.name}, then "
        return f"{other}{SIGN_IN}"

    def has(self, url: str) -> bool:
        """Tell whether an address is of this cloud's Resource Manager, so that a token may go there: it, or a region's under it."""
        there, here = urlsplit(url), urlsplit(self.arm)
        host = (there.hostname or "").lower()
        return there.scheme == "https" and there.port == here.port and (host == self.host or host.endswith(f".{self.host}"))


# As azure-core has them (AzureClouds, AzureAuthorityHosts; get_arm_endpoints of azure-mgmt-core). A token for another address is of no use.
PLACES: dict[Cloud, Place] = {
    "public": Place("https://management.azure.com", "https://management.azure.com/.default", "login.microsoftonline.com", "AzureCloud"),
    "usgov": Place(
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
        "login.microsoftonline.us",
        "AzureUSGovernment",
    ),
    "china": Place(
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "login.chinacloudapi.cn",
        "AzureChinaCloud",
    ),
}


def place_of(cloud: Cloud | Place) -> Place:
    """Find a cloud by its name. A place that is none of Azure's clouds must be on this machine (``UsageError``): no token leaves it."""
    if not isinstance(cloud, Place):
        return PLACES[cloud]
    if cloud in PLACES.values() or _is_here(cloud.host):
        return cloud
    raise UsageError(f"{cloud.arm} is neither a cloud of Azure's nor this machine: no token is sent there")


def _is_here(host: str) -> bool:
    """Tell whether a host is an address of this machine's loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
