"""Rules about the registry name and the cloud: REG-2 and REG-6. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.peering import Peering

UNDOCUMENTED = "LEVEL3"


def check(peering: Peering) -> Iterator[Finding]:
    """Judge how the registry is named, and which cloud is asked."""
    for block in peering.blocks:
        if block.registry and block.registry_text != block.registry:
            message = f"{block.registry_text} is not an accepted name; judged as {block.registry}"
            field = f"{block.family}.routingRegistryName"
            yield Finding("REG-2", Severity.WARNING, field, message, f"write {block.registry}")
        if block.registry == UNDOCUMENTED:
            message = "LEVEL3 is offered by the CLI only; Microsoft's pages do not name it"
            yield Finding("REG-2", Severity.NOTE, f"{block.family}.routingRegistryName", message, "name your regional registry or RADB")
    if peering.cloud != "public":
        message = f"cloud {peering.cloud}: every prefix has been reported to be validated by hand there"
        yield Finding("REG-6", Severity.WARNING, "cloud", message, "plan a week or more, and have the evidence bundle ready")
