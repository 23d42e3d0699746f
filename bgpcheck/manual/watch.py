"""The page of ``bgpcheck watch``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import JUDGED
from bgpcheck.manual.page import Example, Page

CONFIGURATION = """\
  process bgpcheck {
      run /opt/bgpcheck/bin/bgpcheck watch /etc/bgpcheck/preflight.yaml
          --journal /var/lib/bgpcheck.db --output /var/log/bgpcheck.jsonl;
      encoder json;
  }
  neighbor … { api { processes [ bgpcheck ]; neighbor-changes;
      receive { parsed; open; update; notification; refresh; } } }"""
STREAMS = (
    "(run and its words stand on one line there.) Standard output belongs to ExaBGP where ExaBGP has started this; events then go"
    " to --output, or to standard error. By hand they go to standard output."
)
PAGES = {
    "": Page(
        examples=(
            Example(
                "bgpcheck watch preflight.yaml --output new.jsonl < exabgp.jsonl",
                "a recording, by hand; events go to a file; here a rule is broken",
                status=3,
            ),
            Example(
                "bgpcheck watch --peer-asn 3333 --registry-data registry < exabgp.jsonl",
                "without a list: all that is announced is judged",
                status=3,
            ),
            Example("bgpcheck watch preflight.yaml --evidence new.zip < exabgp.jsonl", "with a bundle at the end", status=3),
        ),
        notes=("In ExaBGP's configuration:", CONFIGURATION, STREAMS),
        status=JUDGED,
        see=("bgpcheck explain --schema events    what --output writes", "bgpcheck lab --help                 an edge of its own"),
    )
}
