"""What was predicted beside what Azure made of it, one line a prefix, so that predictions can be counted. Pure.

Rule: a line has the claim, both states and why; no names, contacts, keys or circuit ids.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "bgpcheck/feedback/v1"
DAY = 10  # characters of a time that name the day


def lines(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read an object of ``check --format json``; gives a line for each prefix of which Azure says a state.

    ``FormatError`` where a key of the contract is missing (interface.md, Result JSON).
    """
    try:
        blocks = {one["family"]: one for one in result["blocks"]}
        told = [one for one in result["prefixes"] if one["actualAzureState"] is not None]
        return [_line(result, one, blocks.get(one["family"], {})) for one in told]
    except (KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"not a result of bgpcheck check --format json: {error}") from error


def _line(result: Mapping[str, Any], prefix: Mapping[str, Any], block: Mapping[str, Any]) -> dict[str, Any]:
    """Give one prefix's line."""
    return {
        "schema": SCHEMA,
        "decidedAt": result["decidedAt"],
        "version": result["tool"]["version"],
        "policy": result["policy"]["name"],
        "cloud": result["claim"]["cloud"],
        "prefix": prefix["prefix"],
        "peerAsn": result["claim"]["peerAsn"],
        "customerAsn": block.get("customerAsn"),
        "routingRegistryName": block.get("routingRegistryName"),
        "predictedVerdict": prefix["verdict"],
        "predictedAzureState": prefix["predictedAzureState"],
        "confidence": prefix["confidence"],
        "reason": next((one["code"] for one in prefix["reasons"]), None),
        "actualAzureState": prefix["actualAzureState"],
    }


def identity(line: Mapping[str, Any]) -> str:
    """Give what two lines that say the same on the same day have in common: all but the time of day."""
    return json.dumps({**line, "decidedAt": str(line.get("decidedAt"))[:DAY]}, sort_keys=True)
