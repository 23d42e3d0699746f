"""The pages of ``bgpcheck registry`` and its actions. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

BUILD = Example("bgpcheck registry build --from registry --out new.snapshot", "from a folder, as check takes it")
UPDATE = Example("bgpcheck registry update", "download what sources.yaml names, and build")
STATUS = Example("bgpcheck registry status", "is the data fresh and whole?")
DEFAULT = "Without --out the snapshot goes where check and audit look for it: $XDG_DATA_HOME/bgpcheck/registry.snapshot."
STRICT = "wrong use or input; with --strict: data is stale, empty or shrunken"
SEE = ('README, "Registry data"              the files of such a folder', 'README, "Snapshots and whole tables"')
PAGES = {
    "": Page(
        examples=(BUILD, UPDATE, STATUS),
        notes=(DEFAULT,),
        status={0: "done", 5: "update: a source could not be had, and what there was of it is used, if anything", 2: STRICT},
        see=("bgpcheck registry ACTION --help    build, update or status alone", *SEE),
    ),
    "build": Page(
        examples=(
            BUILD,
            Example(
                "bgpcheck registry build --delegated delegated.txt --irr RIPE=ripe.db.gz --vrps vrps.json --out new.snapshot",
                "from files",
            ),
        ),
        notes=(DEFAULT,),
        status={0: "done", 2: STRICT},
        see=SEE,
    ),
    "update": Page(
        examples=(
            UPDATE,
            Example("bgpcheck registry update --only RADB --only vrps", "these alone; of the others, what is there"),
        ),
        notes=(DEFAULT,),
        status={
            0: "done",
            5: "a source could not be had, and what there was of it is used, if anything",
            2: "wrong use or input; with --strict: data is stale, empty or shrunken, or could not be renewed",
        },
        see=("bgpcheck registry status --help", *SEE),
    ),
    "status": Page(
        examples=(
            STATUS,
            Example("bgpcheck registry status registry.snapshot --format json", "another snapshot, for monitoring"),
        ),
        status={0: "read", **WRONG, 2: "wrong use or input, a damaged snapshot; with --strict: data is stale, empty or shrunken"},
        see=("bgpcheck registry update --help",),
    ),
}
