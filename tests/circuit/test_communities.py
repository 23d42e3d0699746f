"""Names of Microsoft's BGP communities, against the data file of the page where that is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bgpcheck.circuit import communities
from bgpcheck.circuit.communities import name, number

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "azure" / "bgp-communities.json"
needs_data = pytest.mark.skipif(not DATA.is_file(), reason=f"{DATA} is not there: Azure's published data are not part of the project")

NAMES = [
    ("12076:51004", "Microsoft, East US"),
    ("12076:50004", "private peering, East US"),
    ("12076:54059", "Cosmos DB, New Zealand North"),
    ("12076:55002", "backup, West Europe"),
    (" 12076:5010 ", "Exchange Online"),
    ("12076:5160", "Microsoft Entra ID, US Government"),
    ("12076:51105", "Microsoft, US Gov Virginia"),
    ("12076:56004", ""),  # no such service
    ("12076:51022", ""),  # a region that the table leaves out
    ("12076:51001", ""),
    ("12076:49004", ""),
    ("12076:0", ""),
    ("65000:51004", ""),
    ("51004", ""),
    ("", ""),
]
NUMBERS = [
    ("12076:5010", 5010),
    ("12076:65535", 65535),
    ("12076:", None),
    ("12076:-1", None),
    ("12076:٣", None),
    ("12076:5010:1", None),
    ("12076:65536", None),
    ("12076:999999", None),
    ("8075:5010", None),
]


@pytest.mark.parametrize(("community", "words"), NAMES)
def test_name(community: str, words: str) -> None:
    assert name(community) == words


@pytest.mark.parametrize(("community", "low"), NUMBERS)
def test_number(community: str, low: int | None) -> None:
    assert number(community) == low


@needs_data
def test_every_region_and_service_of_the_page() -> None:
    page = json.loads(DATA.read_text())
    kinds = ("private", "microsoft", "storage", "sql", "cosmosdb", "backup")  # as the file calls them
    spelled = dict(zip(kinds, communities.NAMES, strict=True))
    regions = {value: f"{spelled[kind]}, {region}" for region, row in page["regions"].items() for kind, value in row.items()}
    national = {value: f"Microsoft, {region}" for region, value in page["national_regions"].items()}
    services = {value: service for service, value in page["services"].items()}
    government = {value: f"{service}, US Government" for service, value in page["us_gov_services"].items()}
    expected = regions | national | services | government
    assert len(expected) == sum(len(row) for row in page["regions"].values()) + len(national) + len(services) + len(government)
    assert {value: name(value) for value in expected} == expected
    assert {f"12076:{low}" for low in range(65536) if name(f"12076:{low}")} == expected.keys()
    assert {f"12076:{low}" for low in communities.AUTHORISED} == set(page["services_needing_microsoft_authorization"])
