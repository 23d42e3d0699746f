"""What Microsoft's BGP communities stand for (RF-3). Pure data.

Rule: facts of the page expressroute-routing as of 12 March 2026, which says itself that its table of regions is not complete: a
community that is not here is not known, and not wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = "expressroute-routing, 12 March 2026"
ASN = "12076"
# RF-3: 12076:5kknn is service kk of region nn.
NAMES = ("private peering", "Microsoft", "storage", "SQL", "Cosmos DB", "backup")
PRIVATE = range(50000, 50100)
REGIONS = {
    2: "West Europe", 3: "North Europe", 4: "East US", 5: "East US 2", 6: "West US", 7: "North Central US", 8: "South Central US",
    9: "Central US", 10: "East Asia", 11: "Southeast Asia", 12: "Japan East", 13: "Japan West", 14: "Brazil South",
    15: "Australia East", 16: "Australia Southeast", 17: "India Central", 18: "India West", 19: "India South", 20: "Canada Central",
    21: "Canada East", 24: "UK South", 25: "UK West", 26: "West US 2", 27: "West Central US", 28: "Korea South", 29: "Korea Central",
    30: "France Central", 31: "France South", 32: "Australia Central", 33: "Australia Central 2", 34: "South Africa North",
    35: "South Africa West", 36: "UAE North", 37: "UAE Central", 38: "Switzerland North", 39: "Switzerland West",
    40: "Germany North", 41: "Germany West Central", 42: "Norway East", 43: "Norway West", 44: "West US 3", 59: "New Zealand North",
}  # fmt: skip
GLOBAL = {
    5010: "Exchange Online",
    5020: "SharePoint Online",
    5030: "Skype For Business Online (also Teams)",
    5040: "CRM Online (Dynamics v8.2 and earlier)",
    5050: "Azure Global Services (Azure DevOps only)",
    5060: "Microsoft Entra ID",
    5070: "Azure Resource Manager",
    5100: "Other Office 365 Online services",
    5220: "Microsoft Defender for Identity",
    5250: "Microsoft PSTN services",
}
US_GOV = {
    5110: "Exchange Online",
    5120: "SharePoint Online",
    5130: "Skype For Business Online",
    5160: "Microsoft Entra ID",
    5200: "Other Office 365 Online services",
}
NATIONAL = {
    51105: "US Gov Virginia", 51106: "US Gov Arizona", 51108: "US Gov Texas", 51109: "US Gov Iowa", 51205: "US DoD East",
    51209: "US DoD Central", 51301: "China North", 51302: "China East", 51303: "China East 2", 51304: "China North 2",
    51305: "China North 3",
}  # fmt: skip
AUTHORISED = frozenset({5010, 5020, 5030, 5100})  # RF-2: Microsoft 365, which needs Microsoft's authorisation


def number(community: str) -> int | None:
    """Give the second half of a community of Microsoft's; None where the text is none."""
    asn, _, low = community.strip().partition(":")
    short = low.isascii() and low.isdecimal() and len(low) <= 5 and int(low) <= 0xFFFF  # noqa: PLR2004 (16 bits, RFC 1997)
    return int(low) if asn == ASN and short else None


def name(community: str) -> str:
    """Say what a community stands for, such as ``Microsoft, East US``; empty where the table does not have it."""
    low = number(community)
    if low is None:
        return ""
    if low in GLOBAL:
        return GLOBAL[low]
    if low in US_GOV:
        return f"{US_GOV[low]}, US Government"
    if low in NATIONAL:
        return f"Microsoft, {NATIONAL[low]}"
    service, region = divmod(low - PRIVATE.start, 1000)
    return f"{NAMES[service]}, {REGIONS[region]}" if 0 <= service < len(NAMES) and region in REGIONS else ""


def is_table(values: Mapping[str, object]) -> bool:
    """Tell whether an object is a table of communities: this one's data file, or what Get-AzBgpServiceCommunity gives."""
    return "bgpCommunities" in values or ("regions" in values and "services" in values)
