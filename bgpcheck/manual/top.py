"""The page of ``bgpcheck`` itself. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import STATUSES
from bgpcheck.manual.page import Example, Page

PAGES = {
    "": Page(
        examples=(
            Example(
                "bgpcheck check --peer-asn 3333 --prefix 193.0.0.0/21 --registry RIPENCC --registry-data registry",
                "would Azure accept this prefix? ask the files in the folder registry",
            ),
            Example("bgpcheck check preflight.yaml --evidence new.zip", "the same for a planned peering, with a bundle of evidence"),
            Example("bgpcheck evidence replay evidence.zip", "do the bytes in a bundle still lead to the same verdict?"),
            Example("bgpcheck explain origin-mismatch", "what does this reason mean, and what is to be done?"),
        ),
        status=STATUSES,
        see=("bgpcheck COMMAND --help", "bgpcheck explain --man | man -l -     all of it as a manual page"),
    )
}
