"""The page of ``bgpcheck doctor``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

PAGES = {
    "": Page(
        examples=(
            Example("bgpcheck doctor", "tools, data, and whether the registries can be reached"),
            Example("bgpcheck doctor --offline --format json", "tools and data alone, for monitoring; sends nothing"),
        ),
        status={0: "all is well", 5: "something needs attention", **WRONG},
        see=("bgpcheck registry --help    how to get data",),
    )
}
