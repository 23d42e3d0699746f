"""What is begun together ends together."""

from __future__ import annotations

import asyncio

import pytest

from bgpcheck.fetch.together import together


async def test_results_in_order() -> None:
    async def later(number: int) -> int:
        for _ in range(5 - number):
            await asyncio.sleep(0)
        return number

    assert await together(map(later, range(5))) == [0, 1, 2, 3, 4]
    assert await together([]) == []


@pytest.mark.parametrize("how", ["fails", "is cancelled"])
async def test_nothing_goes_on_behind(how: str) -> None:
    ended: list[str] = []

    async def slow(name: str) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(name)

    async def failing() -> None:
        await asyncio.sleep(0)
        raise OSError("no")

    works = [slow("a"), slow("b"), *([failing()] if how == "fails" else [])]
    if how == "fails":
        with pytest.raises(OSError, match="no"):
            await together(works)
    else:
        task = asyncio.create_task(together(works))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert sorted(ended) == ["a", "b"]
    assert asyncio.all_tasks() == {asyncio.current_task()}
