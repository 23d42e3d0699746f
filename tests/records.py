"""A certificate in the shape of every registry's record: RDAP and whois, folded or not, among other remarks."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from certificates import P, usual

from bgpcheck.formats.certificate import one_line
from bgpcheck.model import Prefix

ONE, TWO = usual(), usual(owner="next")
LINE = one_line(ONE)
SPAN = Prefix.parse(P).range
FOLDED = {width: textwrap.wrap(LINE, width) for width in (40, 64, 76, 2000)}
WORDS = ["Peering requests: mail peering@example.net or call +31 20 535 4444", ""]


def rdap_answer(remarks: list[dict[str, Any]], port43: str = "whois.ripe.net", **more: object) -> bytes:
    body = {"objectClassName": "ip network", "startAddress": "193.0.0.0", "endAddress": "193.0.7.255", "ipVersion": "v4", "handle": "H"}
    return json.dumps(body | {"port43": port43, "remarks": remarks} | more).encode()


def rpsl(*lines: str, source: str = "RIPE") -> str:
    about = ["inetnum:        193.0.0.0 - 193.0.7.255", "netname:        EXAMPLE", "descr:          Example Ltd", "country:        NL"]
    tail = ["status:         ASSIGNED PI", "mnt-by:         EXAMPLE-MNT", "tech-c:         JD1-RIPE", f"source:         {source}"]
    return "\n".join([*about, *lines, *tail]) + "\n"


def arin(*comments: str) -> bytes:
    head = ["NetRange:       193.0.0.0 - 193.0.7.255", "CIDR:           193.0.0.0/21", "NetName:        EX", "NetHandle:      NET-1"]
    head += ["Parent:         UP (NET-0)", "NetType:        Direct Allocation"]
    tail = [
        "",
        "",
        "OrgName:        Example Corp.",
        "OrgId:          EX",
        "Comment:        call +1 703 227 9840",
        "OrgTechPhone:   +1-703-227-9840",
        "",
    ]
    return (
        "\n".join(["#", "# start", *head, *(f"Comment:        {one}".rstrip() for one in comments), *tail, "# end", "#"]).encode() + b"\n"
    )


SHAPES: dict[str, bytes] = {
    "ARIN's RDAP": rdap_answer([{"title": "Registration Comments", "description": [*WORDS, *FOLDED[64]]}], "whois.arin.net"),
    "RIPE's RDAP": rdap_answer([{"description": ["Example Ltd"]}, {"description": [*WORDS, LINE]}]),
    "APNIC's RDAP": rdap_answer([{"title": "remarks", "description": FOLDED[76]}], "whois.apnic.net"),
    "AFRINIC's RDAP": rdap_answer([{"title": "remarks", "description": ["\n".join(FOLDED[40])]}], "whois.afrinic.net"),
    "LACNIC's RDAP": rdap_answer([{"description": [row]} for row in FOLDED[64]], "whois.lacnic.net"),
    "RDAP with numbers": rdap_answer([{"description": [f"{number}: {row}" for number, row in enumerate(FOLDED[64])]}]),
    "RIPE's whois": rpsl(f"remarks:        {LINE}").encode(),
    "RIPE's whois, folded": rpsl(*(f"remarks:        {row}" for row in (*WORDS, *FOLDED[64]))).encode(),
    "APNIC's whois": rpsl(*(f"remarks:        {row}" for row in FOLDED[76]), source="APNIC").encode(),
    "AFRINIC's whois, continued": rpsl("remarks:        " + "\n                ".join(FOLDED[40]), source="AFRINIC").encode(),
    "AFRINIC's whois, continued by plus": rpsl("remarks:        " + "\n+               ".join(FOLDED[40]), source="AFRINIC").encode(),
    "in descr": rpsl(*(f"descr:          {row}" for row in FOLDED[64])).encode(),
    "ARIN's whois": arin(*FOLDED[76]),
    "ARIN's whois, one line": arin(*WORDS, LINE),
}
