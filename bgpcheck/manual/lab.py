"""The page of ``bgpcheck lab``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import JUDGED
from bgpcheck.manual.page import Example, Page

NOTE = (
    "The router's side: neighbor LOCAL, remote AS 12076, port 1790 (and multihop, where it is not on the same link). The lab"
    " does what Microsoft's edge does: listed prefixes only, private AS numbers stripped, 200 routes a session and family. It"
    " announces nothing, unless the preflight file has a routeFilter and --announce is given; then what it announces is a"
    " sample: keep it in the lab."
)
PAGES = {
    "": Page(
        examples=(
            Example(
                "bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --local 192.0.2.2",
                "the router 192.0.2.1 connects to 192.0.2.2, port 1790",
            ),
            Example("bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --neighbor 192.0.2.5", "primary and secondary link"),
            Example("bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --web 8080", "with a live page at http://127.0.0.1:8080/"),
            Example(
                "bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --once --for 5m --evidence new.zip",
                "in a pipeline: ends when all is judged, or after five minutes",
            ),
        ),
        notes=(NOTE,),
        status={**JUDGED, 5: "undetermined, no session came up, or ExaBGP ended"},
        see=(
            "bgpcheck explain --schema events    what --output writes",
            'README, "The lab"                   the side of BIRD and FRR',
        ),
    )
}
