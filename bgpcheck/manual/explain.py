"""The page of ``bgpcheck explain``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

PAGES = {
    "": Page(
        examples=(
            Example("bgpcheck explain", "every reason code and rule"),
            Example("bgpcheck explain route-object-exact", "one reason"),
            Example("bgpcheck explain PFX-1", "one rule"),
            Example("bgpcheck explain --schema preflight", "the JSON Schema of preflight files, for an editor"),
            Example("bgpcheck explain --template ticket", "our ticket: save it as DIR/ticket.md, change it, give check --templates DIR"),
            Example("bgpcheck explain --template letter", "our letter, for DIR/loa-draft.md"),
            Example("bgpcheck explain --format markdown", "the table of rules, as the README has it"),
            Example("bgpcheck explain --man | man -l -", "the manual"),
        ),
        notes=("Basis: documented by Microsoft, taken from its API, observed, or inferred by this project.",),
        status={0: "done", **WRONG},
        see=('README, "Every rule"', 'README, "How a verdict is reached"'),
    )
}
