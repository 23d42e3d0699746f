"""The page of ``bgpcheck circuit``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

NOTE = (
    "Files are JSON of ARM, az, PowerShell (ConvertTo-Json -Depth 10) and Terraform (state and plan), and text of PowerShell."
    " Nothing is changed in Azure."
)
PAGES = {
    "": Page(
        examples=(
            Example("bgpcheck circuit circuit.json", "where does it stand, and what comes next?"),
            Example("az network express-route show -g GROUP -n NAME | bgpcheck circuit -", "the same, as az prints it"),
            Example("bgpcheck circuit circuit.json --want delete", "may it be deleted now?", status=3),
            Example("bgpcheck circuit circuit.json arp.json routes.json", "with the tables of Azure's routers"),
            Example("bgpcheck circuit circuit.json --registry-data registry", "with what the registries let expect"),
            Example("bgpcheck circuit --azure ID --wait configured --timeout 2h", "ask Azure itself, until it is"),
        ),
        notes=(NOTE,),
        status={
            0: "read; with --want: allowed",
            3: "with --want: forbidden",
            5: "with --want: not known, or Azure is at work; --wait came to its end; Azure is not reachable",
            **WRONG,
        },
        see=(
            "bgpcheck check --circuit FILE        judge its Microsoft peering",
            "bgpcheck explain --schema circuit    what --format json writes",
        ),
    )
}
