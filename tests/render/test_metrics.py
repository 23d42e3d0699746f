"""The metrics of a lab, read by Prometheus' own parser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hostile
import pytest
import views
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bgpcheck.render.clean import visible
from bgpcheck.render.metrics import as_metrics

if TYPE_CHECKING:
    from bgpcheck.lab.view import View

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(view: View) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(as_metrics(view)):
        assert family.name.startswith("bgpcheck_")
        assert family.documentation
        assert family.type in {"gauge", "counter"}
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found
            assert sample.name.endswith("_total") == (family.type == "counter")
            found[key] = sample.value
    return found


def sample(found: Samples, metric: str, /, **labels: str) -> float | None:
    return found.get((f"bgpcheck_{metric}", frozenset(labels.items())))


PRIMARY, SECONDARY = {"peer": views.PRIMARY, "role": "primary"}, {"peer": views.SECONDARY, "role": "secondary"}
WANTED: list[tuple[str, dict[str, str], float]] = [
    ("session_up", PRIMARY, 1), ("session_up", SECONDARY, 0), ("session_flaps_total", SECONDARY, 3), ("session_flaps_total", PRIMARY, 0),
    ("session_routes", {**PRIMARY, "family": "ipv4"}, 187), ("session_route_limit", PRIMARY, 200),
    ("session_hold_time_seconds", PRIMARY, 180), ("session_state_since_timestamp_seconds", PRIMARY, views.BEGUN.timestamp() + 20),
    ("begun_timestamp_seconds", {}, views.BEGUN.timestamp()), ("prefixes", {"verdict": "pending", "standing": "announced"}, 1),
    ("prefixes", {"verdict": "manual-validation", "standing": "missing"}, 1),
    ("prefixes", {"verdict": "configured", "standing": "unlisted"}, 1),
    ("prefixes", {"verdict": "configured", "standing": "inside"}, 1), ("findings", {"rule": "LIM-1", "severity": "blocker"}, 1),
    ("gaps", {"source": "whois.radb.net", "reason": "timeout"}, 1), ("events_total", {}, 1234), ("count", {"name": "queued"}, 0),
    ("routes_refused", {"peer": views.PRIMARY, "rule": "PFX-5"}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "labels", "value"), WANTED, ids=[f"{name} {' '.join(labels.values())}" for name, labels, _ in WANTED])
def test_each_number_is_there(name: str, labels: dict[str, str], value: float) -> None:
    assert sample(read(views.view()), name, **labels) == value


@pytest.mark.parametrize("view", views.all_of_them().values(), ids=views.all_of_them())
def test_prometheus_can_read_it(view: View) -> None:
    assert read(view)


def test_where_not_all_prefixes_are_drawn_the_tally_counts() -> None:
    found = read(views.view(tally=(("configured", "announced", 99_999), ("pending", "missing", 3))))
    assert sample(found, "prefixes", verdict="configured", standing="announced") == 99_999
    assert sample(found, "prefixes", verdict="pending", standing="missing") == 3
    assert sample(found, "prefixes", verdict="undetermined", standing="announced") is None


def test_where_not_all_prefixes_are_drawn_refused_routes_are_not_counted() -> None:
    assert "bgpcheck_routes_refused" in as_metrics(views.view())
    assert "bgpcheck_routes_refused" not in as_metrics(views.view(left_out=1))


def test_what_is_not_known_is_not_there() -> None:
    text = as_metrics(views.empty())
    for name in ("session_routes", "session_route_limit", "hold_time", "since_timestamp", "prefixes", "findings", "gaps", "events"):
        assert name not in text


def test_numbers_of_the_process_stand_beside_those_of_the_view() -> None:
    assert as_metrics(views.empty(), {"tasks": 7}).endswith('bgpcheck_count{name="tasks"} 7\n')


def test_labels_that_cleaning_makes_alike_are_one_sample() -> None:
    sessions = tuple(replace(views.SESSIONS[0], peer=peer) for peer in ("a\x07", "a\\x07", "b\x07"))
    found = read(views.view(sessions=sessions))
    assert sample(found, "session_flaps_total", peer="a\\x07", role="primary") == 0
    assert len([name for name, _ in found if name == "bgpcheck_session_up"]) == 2


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
def test_a_text_stays_a_label(text: str) -> None:
    view = views.hostile(text)
    found = read(view)
    assert sample(found, "session_up", peer=visible(text), role=visible(text)) == 1
    assert not hostile.acting(as_metrics(view))
    assert {name for name, _ in found} <= {name for name, _ in read(views.hostile("calm"))}


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    assert read(views.hostile(text))
