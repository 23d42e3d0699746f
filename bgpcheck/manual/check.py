"""The page of ``bgpcheck check``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import JUDGED
from bgpcheck.manual.page import Example, Page

NOTE = (
    "Where neither --registry-data nor --live is given, the snapshot of bgpcheck registry update or build is taken; without"
    " one every fact is unknown. Of several preflight files, the first status of 2, 4, 3, 5, 0 that is present counts."
)
PAGES = {
    "": Page(
        examples=(
            Example(
                "bgpcheck check --peer-asn 3333 --prefix 193.0.0.0/21 --registry RIPENCC --registry-data registry",
                "would Azure accept this prefix? ask the files in the folder registry",
            ),
            Example("bgpcheck check preflight.yaml --format json --output new.json", "a planned peering, for a program"),
            Example("bgpcheck check preflight.yaml --diff result.json", "what changed since an earlier result?"),
            Example("bgpcheck check preflight.yaml --assume planned.rpsl", "would this object be enough?"),
            Example("bgpcheck check preflight.yaml --evidence new.zip", "with a bundle for a support ticket"),
            Example(
                "bgpcheck check --peer-asn 3333 --events exabgp.jsonl --registry-data registry",
                "what a router announces, from a recording; here one object names another AS",
                status=3,
            ),
            Example("bgpcheck check preflight.yaml --internet routes.csv", "is a prefix on the Internet as well (PFX-4)?"),
            Example(
                "az network express-route show -g GROUP -n NAME | bgpcheck check --circuit -",
                "what Azure has of a circuit's Microsoft peering",
            ),
            Example("bgpcheck check preflight.yaml --live --dry-run", "whom would --live ask how much? sends nothing"),
            Example(
                "bgpcheck check preflight.yaml --live --until configured --evidence new.zip",
                "after a fix: wait until all have it",
            ),
        ),
        notes=(NOTE,),
        status=JUDGED,
        see=(
            "bgpcheck explain CODE               a reason or rule in the result",
            "bgpcheck explain --schema result    what --format json writes",
            "bgpcheck evidence --help            what can be done with a bundle",
        ),
    )
}
