"""Predictions beside what Azure made of them."""

from __future__ import annotations

from typing import Any

import pytest

from bgpcheck.circuit.feedback import identity, lines
from bgpcheck.errors import FormatError


def prefix(name: str, actual: str | None, **more: object) -> dict[str, Any]:
    found = {
        "prefix": name,
        "family": "ipv4",
        "verdict": "configured",
        "predictedAzureState": "Configured",
        "confidence": "high",
        "reasons": [{"code": "route-object-exact", "message": "held by Jane", "documents": []}, {"code": "rpki-valid"}],
        "actualAzureState": actual,
        "holder": {"prefixHolder": "Jane"},
    }
    return {**found, **more}


def result(*prefixes: dict[str, Any]) -> dict[str, Any]:
    return {
        "tool": {"name": "bgpcheck", "version": "0.1.0"},
        "decidedAt": "2026-01-01T12:00:00Z",
        "policy": {"name": "microsoft-peering"},
        "claim": {"name": "Jane's", "peerAsn": 3333, "cloud": "public"},
        "blocks": [{"family": "ipv4", "customerAsn": 65001, "routingRegistryName": "RIPENCC"}],
        "prefixes": list(prefixes),
    }


def test_a_line_for_each_prefix_of_which_azure_says_something() -> None:
    silent, other = prefix("193.0.0.0/21", None), prefix("2001:67c:2e8::/48", "ValidationNeeded", family="ipv6", reasons=[])
    found = lines(result(prefix("193.0.10.0/24", "AsnValidationFailed"), silent, other))
    assert found == [
        {
            "schema": "bgpcheck/feedback/v1",
            "decidedAt": "2026-01-01T12:00:00Z",
            "version": "0.1.0",
            "policy": "microsoft-peering",
            "cloud": "public",
            "prefix": "193.0.10.0/24",
            "peerAsn": 3333,
            "customerAsn": 65001,
            "routingRegistryName": "RIPENCC",
            "predictedVerdict": "configured",
            "predictedAzureState": "Configured",
            "confidence": "high",
            "reason": "route-object-exact",
            "actualAzureState": "AsnValidationFailed",
        },
        {
            **found[0],
            "prefix": "2001:67c:2e8::/48",
            "customerAsn": None,
            "routingRegistryName": None,
            "reason": None,
            "actualAzureState": "ValidationNeeded",
        },
    ]
    assert "Jane" not in str(found)


AZURES = {"verdict": "validation-needed", "confidence": "high", "reasons": [{"code": "azure-says", "row": 1}]}


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, ("configured", "high", "route-object-exact")),
        (AZURES, ("configured", None, None)),  # the verdict is Azure's own word: no prediction
        (AZURES | {"predictedAzureState": "ValidationNeeded"}, ("validation-needed", None, None)),
        (AZURES | {"predictedAzureState": "ManualValidationNeeded"}, ("manual-validation", None, None)),
        (AZURES | {"predictedAzureState": None}, ("undetermined", None, None)),
        (AZURES | {"prediction": {"verdict": "configured", "confidence": "low", "reason": "x"}}, ("configured", "low", "x")),
    ],
)
def test_the_prediction_is_never_azures_word(more: dict[str, Any], wanted: tuple[str | None, ...]) -> None:
    (line,) = lines(result(prefix("193.0.0.0/21", "ValidationNeeded", **more)))
    assert (line["predictedVerdict"], line["confidence"], line["reason"]) == wanted


@pytest.mark.parametrize("missing", ["blocks", "prefixes", "claim", "tool", "decidedAt", "policy"])
def test_what_is_no_result(missing: str) -> None:
    body = result(prefix("193.0.0.0/21", "Configured"))
    del body[missing]
    with pytest.raises(FormatError, match="not a result of bgpcheck check"):
        lines(body)


@pytest.mark.parametrize("wrong", [[], "x", {"tool": None}, {"prefixes": [None]}, {"blocks": 1}])
def test_what_is_of_another_shape(wrong: Any) -> None:  # noqa: ANN401 (anything)
    body = {**result(prefix("193.0.0.0/21", "Configured")), **wrong} if isinstance(wrong, dict) else wrong
    with pytest.raises(FormatError, match="not a result of bgpcheck check"):
        lines(body)


def test_the_same_on_the_same_day() -> None:
    (line,) = lines(result(prefix("193.0.0.0/21", "Configured")))
    assert identity(line) == identity({**line, "decidedAt": "2026-01-01T23:59:59Z"})
    assert identity(line) != identity({**line, "decidedAt": "2026-01-02T00:00:00Z"})
    assert identity(line) != identity({**line, "actualAzureState": "ValidationNeeded"})
