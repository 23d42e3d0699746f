"""What was predicted beside what Azure made of it, one line a prefix, so that predictions can be counted. Pure.

Rule: a line has the claim, both states and why; no names, contacts, keys or circuit ids. Where Azure's own word made the verdict
(row 1), verdict, confidence and reason are Azure's and never taken for the prediction's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "bgpcheck/feedback/v1"
VERDICTS = {state: verdict for verdict, state in PREFIX_STATE.items()}
AZURES_ROW = 1  # of the decision table (verdicts.md)
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
    predicted = prefix.get("prediction") or _predicted(prefix)
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
        "predictedVerdict": predicted["verdict"],
        "predictedAzureState": prefix["predictedAzureState"],
        "confidence": predicted["confidence"],
        "reason": predicted["reason"],
        "actualAzureState": prefix["actualAzureState"],
    }


def _predicted(prefix: Mapping[str, Any]) -> dict[str, Any]:
    """Give the prediction of a result that does not have it apart: without confidence and reason where those are of Azure's word."""
    first: Mapping[str, Any] = next(iter(prefix["reasons"]), {})
    own = first.get("row") != AZURES_ROW
    verdict = VERDICTS.get(prefix["predictedAzureState"], "validation-needed")
    return {"verdict": verdict, "confidence": prefix["confidence"] if own else None, "reason": first.get("code") if own else None}


def identity(line: Mapping[str, Any]) -> str:
    """Give what two lines that say the same on the same day have in common: all but the time of day."""
    return json.dumps({**line, "decidedAt": str(line.get("decidedAt"))[:DAY]}, sort_keys=True)
