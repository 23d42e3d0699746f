"""A downloaded file looked through before it replaces another one: can it be read, and does it hold what it should? Waits for the disk.

Rule: what can't be read to its end, holds nothing, or has lost more than a tenth of what the last one had is not taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.fetch.files import MAX_BYTES, Reading, read_whole
from bgpcheck.fetch.folder import LIMITS
from bgpcheck.formats import bootstrap, bulk
from bgpcheck.model import RouteObject, Vrp
from bgpcheck.store.iana import LIMIT
from bgpcheck.store.wanted import IANA
from bgpcheck.table.doubts import shrunken

if TYPE_CHECKING:
    from pathlib import Path

Facts = Mapping[str, Any]


def looked_through(path: Path, url: str, source: str) -> Facts:
    """Read a file to its end, and say what it is, in the words of a snapshot's header; ``FormatError`` where it can't be read."""
    if source.startswith(IANA):
        return _bootstrap(path, url, source)
    whole = Reading(path, url, LIMITS.get(source, MAX_BYTES))
    scan = bulk.Scan(whole.chunks(), url, source)
    own, families, anchors = source.partition("/")[2], set[int](), Counter[str]()
    for _, _, record in scan.records():
        if isinstance(record, RouteObject) and record.source == own:
            families.add(record.prefix.version)
        elif isinstance(record, Vrp):
            anchors[record.trust_anchor] += 1
    return {
        "source": source,
        "file": url,
        "sha256": whole.sha256,
        "size": whole.size,
        "dated": scan.dated.isoformat() if scan.dated else None,
        "rows": scan.rows,
        "routes": scan.routes,
        "families": sorted(families),
        "anchors": dict(anchors),
    }


def _bootstrap(path: Path, url: str, source: str) -> Facts:
    """Read a bootstrap file."""
    content = read_whole(path, url, limit=LIMIT)
    found = bootstrap.parse(bootstrap.joined({source.removeprefix(IANA): content}), file=url)
    rows = len(found.prefixes) + len(found.asns)
    facts = {"source": source, "file": url, "sha256": sha256(content).hexdigest(), "size": len(content), "dated": None, "rows": rows}
    return {**facts, "routes": 0, "families": [], "anchors": {}}


def refuse(new: Facts, old: Facts | None, kept: str) -> None:
    """Raise ``FormatError`` where a file holds nothing, or so much less than the one of before that it may be cut off.

    ``kept``: where that one lies, for whoever knows better.
    """
    if not new["rows"]:
        raise FormatError("holds no record at all")
    counted = _counted(new)
    for what, earlier in _counted(old).items() if old else ():
        if shrunken(number := counted.get(what, 0), earlier):
            raise FormatError(f"has {number} {what}, the last one had {earlier}: it may be cut off; to take it all the same, delete {kept}")


def _counted(facts: Facts) -> dict[str, int]:
    """Count what a file holds."""
    anchors = {f"VRPs of {anchor or 'no trust anchor'}": number for anchor, number in facts["anchors"].items()}
    return {"rows": facts["rows"], "route objects of its source": facts["routes"], **anchors}
