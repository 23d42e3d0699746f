"""What a bundle holds, as lines to read: what was decided, on what, and who kept silent. Pure.

Rule: a bundle comes from anybody: ``IntegrityError`` where its result or its list is not as bgpcheck writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import IntegrityError
from bgpcheck.evidence import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any


def lines(name: str, result: Mapping[str, Any], listing: bytes) -> list[str]:
    """Give the lines; they are still to be cleaned. ``listing``: what ``documents.json`` holds.

    Raises:
        IntegrityError: the result is not one of bgpcheck's.
    """
    try:
        return list(_lines(name, result, plain.load(listing)))
    except (*plain.FAULTS, AttributeError, IndexError) as error:
        raise IntegrityError(f"its result is not one of bgpcheck: {type(error).__name__} {error}") from error


def _lines(name: str, result: Mapping[str, Any], listing: Mapping[str, Any]) -> Iterator[str]:
    """Write the lines of ``show``: what was decided, on what, and who kept silent."""
    tool, policy = result["tool"], result["policy"]
    yield f"{name}: {result['verdict']}"
    yield f"  decided at {result['decidedAt']} by {tool['name']} {tool['version']}, policy {policy['name']}"
    if until := result.get("until"):
        yield f"  waited since {until['since']}, {until['rounds']} looks; ready at {until['readyAt'] or 'no time yet'}"
    yield ""
    yield "prefixes"
    for one in result["prefixes"]:
        yield f"  {one['prefix']:<24} {one['verdict']:<18} {one['confidence'] or '-':<7} {one['reasons'][0]['code']}"
    yield ""
    yield "documents (first 16 digits of the SHA-256, bytes, source, file or query)"
    for one in sorted(listing["documents"], key=lambda one: (one["source"], one["uri"], one["sha256"])):
        yield f"  {one['sha256'][:16]}  {one['size']:>9}  {one['source']:<20} {one['uri']}"
    if result["gaps"]:
        yield ""
        yield "no answer from"
    for one in result["gaps"]:
        yield f"  {'deciding' if one['deciding'] else '':<8} {one['source']:<20} {one['reason']}: {one['detail']}"
