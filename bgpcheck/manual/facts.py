"""What holds for every command: exit statuses, environment, files, formats. Pure. Rule: tests hold each table against the program."""

from __future__ import annotations

STATUSES = {
    0: "configured (or: done, intact, verified, allowed)",
    3: "validation-needed, or a blocker; circuit --want: forbidden",
    4: "manual-validation",
    5: "undetermined; not known, Azure is at work or not reachable, --wait came to its end",
    6: "evidence or signature does not verify, or a replay differs",
    2: "wrong use or input: one line on stderr names file, line and field",
    130: "interrupted",
}
# Of a command that judges a peering.
JUDGED = {
    0: "configured (or private peering: nothing is validated)",
    3: "validation-needed: you can put it right",
    4: "manual-validation: Microsoft support has to do it",
    5: "undetermined: a source that could decide is silent",
    2: "wrong use or input: one line on stderr",
    130: "interrupted",
}
WRONG = {2: JUDGED[2]}
FORMATS = {
    "table": "for people: fits the terminal, counts what is long",
    "json": "one object (several files: a list), as explain --schema result describes",
    "jsonl": "a line of JSON for each prefix",
    "csv": "a row for each prefix",
    "markdown": "for an issue or a pull request",
    "junit": "JUnit XML: green only where it is configured",
    "sarif": "SARIF 2.1.0 for code scanning",
    "github": "annotations for a GitHub workflow, and its step's summary",
    "html": "the report of the evidence bundle: one file, no scripts",
}
ENVIRONMENT = {
    "XDG_DATA_HOME": "where the snapshot and downloaded registry files lie; else ~/.local/share",
    "XDG_CACHE_HOME": "where answers of live registries are kept; else ~/.cache",
    "SOURCE_DATE_EPOCH": "the time to decide as of, in seconds since 1970, where --now is not given",
    "NO_COLOR": "where it is set and not empty, no colours",
    "https_proxy": "the proxy for HTTPS, and no_proxy what is asked without it",
    "GITHUB_ACTIONS": "set by GitHub's runner: what is said is no command for it",
    "GITHUB_STEP_SUMMARY": "the file that --format github adds the answer to",
    "GITHUB_WORKSPACE": "the folder that --format github, junit and sarif name files from",
}
FILES = {
    "$XDG_DATA_HOME/bgpcheck/registry.snapshot": "what check and audit judge by where --registry-data is not given",
    "$XDG_DATA_HOME/bgpcheck/downloads": "what registry update has downloaded",
    "$XDG_CACHE_HOME/bgpcheck/answers": "what live registries said; may be deleted at any time",
}
NAME = "will Azure find your prefixes in the routing registries?"
ABOUT = (
    "Will Azure find your prefixes and AS number in the routing registries? bgpcheck says so before you request Microsoft peering on an"
    " ExpressRoute circuit, names the fact that decides, and what to change."
)
RULES = "Every reason code and rule explains itself, with its source and its remedy: bgpcheck explain CODE. bgpcheck explain lists all."
