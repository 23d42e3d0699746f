"""The page of ``bgpcheck audit``. Pure."""

from __future__ import annotations

from bgpcheck.manual.page import Example, Page

PAGES = {
    "": Page(
        examples=(
            Example(
                "bgpcheck audit routes.csv --registry-data registry.snapshot --output new.csv",
                "routes from a CSV file with the header prefix,asn",
            ),
            Example("bgpcheck audit rib.20260101.0000.bz2 --format summary", "what a route collector saw (MRT)"),
            Example("bgpcheck audit exabgp.jsonl --format jsonl", "what a router announced (ExaBGP)"),
            Example("bgpcheck audit routes.csv --format summary --plot new.png", "with a picture of the address space"),
            Example("bgpcheck audit routes.csv --workers 2", "in two processes of this machine"),
            Example(
                "bgpcheck audit routes.csv --scheduler tcp://10.0.0.1:8786",
                "on a Dask cluster, whose workers open the snapshot by the same name",
            ),
        ),
        notes=("Each row is a claim with that AS number as peer ASN and no named registry.",),
        status={0: "done", 2: "wrong use or input; at the end, where a row could not be read (the output is kept)", 130: "interrupted"},
        see=("bgpcheck registry --help    how to make a snapshot", "bgpcheck explain CODE       a reason in the output"),
    )
}
