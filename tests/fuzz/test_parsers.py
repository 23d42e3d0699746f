"""Every parser of outside bytes: whatever comes, there is an answer that its properties hold of, or its own error; in bounded work."""

from __future__ import annotations

import warnings
from random import Random

import pytest
from fuzz import growth, mutate
from fuzz.target import Target
from fuzz.targets import BY_NAME, TARGETS
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

EXAMPLES, BYTES = 50, 25
SMALL, LARGE, FAR = 4 << 10, 8 << 10, 64 << 10  # bytes
CALLS = 5_000  # that may be made whatever the input is
STEP, LEAST, TIMES = 4, 0.004, 4  # times as much input; seconds of processor time below which nothing is told; looks before it counts
STEEP = 9  # times as long: four would be in proportion, sixteen the square
FIXED = 4 << 20  # bytes that may be held whatever the input is
SHAPES = 6
slow = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SEEDS: dict[str, list[bytes]] = {}


def seeds_of(target: Target) -> list[bytes]:
    if target.name not in SEEDS:
        SEEDS[target.name] = list(target.seeds())
    return SEEDS[target.name]


def every(names: dict[str, Target] = BY_NAME) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", names)


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(TARGETS)


@every()
def test_good_files_are_read(name: str) -> None:
    target = BY_NAME[name]
    answered = [target.check(seed) for seed in seeds_of(target)]
    assert any(answered)


@every()
@settings(slow)
@given(seed=st.integers(0, 1 << 30), draw=st.integers(0, 1 << 62))
def test_changed_files_give_an_answer_or_an_error(name: str, seed: int, draw: int) -> None:
    target = BY_NAME[name]
    seeds = seeds_of(target)
    data = mutate.mutated(seeds[seed % len(seeds)], Random(draw), seeds, target.most)  # noqa: S311 (Hypothesis draws)
    note(repr(data))
    target.check(data)


@every()
@settings(slow, max_examples=BYTES)
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_give_an_answer_or_an_error(name: str, data: bytes) -> None:
    BY_NAME[name].check(data)


@every()
def test_work_is_in_proportion_to_the_input(name: str) -> None:
    target = BY_NAME[name]
    for shape in growth.shapes(seeds_of(target), SHAPES):
        small, large = shape(SMALL), shape(LARGE)
        once = growth.calls_made(target, small)
        assert growth.calls_made(target, large) <= 3 * once + CALLS, (small[:100], len(small), len(large))


@every()
def test_time_and_memory_are_in_proportion_to_the_input(name: str) -> None:
    target = BY_NAME[name]
    for shape in growth.shapes(seeds_of(target), SHAPES, draw=11):
        small, large = shape(FAR // STEP), shape(FAR)
        assert not all(steep(target, small, large) for _ in range(TIMES)), (small[:100], len(small), len(large))
        assert growth.most_memory(target, large) <= FIXED + target.memory * len(large), (large[:100], len(large))


def test_what_grows_with_the_square_is_seen() -> None:
    """The measures must be able to fail."""
    calls = Target("calls", lambda data: [len(data) for _ in range(len(data) * len(data) // 1024)], list)
    assert growth.calls_made(calls, bytes(LARGE)) > 3 * growth.calls_made(calls, bytes(SMALL)) + CALLS
    below = Target("below", lambda data: [data.count(b"x" * at) for at in range(0, len(data), 32)], list)
    assert all(steep(below, bytes(FAR // STEP), bytes(FAR)) for _ in range(TIMES))
    held = Target("held", lambda data: [data[at:] for at in range(0, len(data), 8)], list)
    assert growth.most_memory(held, bytes(FAR)) > FIXED + held.memory * FAR


def steep(target: Target, small: bytes, large: bytes) -> bool:
    return growth.processor_time(target, large) > STEEP * max(growth.processor_time(target, small), LEAST)


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
