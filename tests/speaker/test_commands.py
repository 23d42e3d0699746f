from __future__ import annotations

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.speaker import commands


def test_the_commands() -> None:
    assert commands.teardown("192.0.2.1") == "neighbor 192.0.2.1 teardown 1"
    assert commands.teardown("2001:DB8::1") == "neighbor 2001:db8::1 teardown 1"
    assert commands.refresh("192.0.2.1", "ipv4") == "neighbor 192.0.2.1 announce route-refresh ipv4 unicast"
    assert commands.refresh("192.0.2.1", "ipv6") == "neighbor 192.0.2.1 announce route-refresh ipv6 unicast"
    assert commands.SHOW_NEIGHBORS == "show neighbor json"


@pytest.mark.parametrize("neighbor", ["*", "192.0.2.1 teardown 1\nshutdown", "", "192.0.2.1 , neighbor *"])
def test_a_command_is_about_one_neighbour(neighbor: str) -> None:
    with pytest.raises(UsageError, match="no IP address"):
        commands.teardown(neighbor)
    with pytest.raises(UsageError, match="no IP address"):
        commands.refresh(neighbor, "ipv4")
