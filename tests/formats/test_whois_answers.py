"""Answers of whois servers: what can't be read is kept, left out, or refused."""

from __future__ import annotations

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats import bulk
from bgpcheck.model import Prefix, Registration, RouteObject, Unreadable

ROUTE = "route: 193.0.0.0/21\norigin: AS3333\nsource: RIPE\n\n"


def test_objects_are_read() -> None:
    other = "inetnum: 193.0.0.0 - 193.0.7.255\nnetname: X\nstatus: ALLOCATED PA\nsource: RIPE\n\nperson: A\nsource: RIPE\n\n"
    assert [type(one) for one in bulk.whois(f"% a comment\n\n{ROUTE}{other}".encode(), file="f")] == [RouteObject, Registration]


def test_a_route_object_of_a_known_prefix_is_kept_as_unreadable() -> None:
    assert list(bulk.whois(ROUTE.replace("AS3333", "x").encode(), file="f")) == [Unreadable(Prefix.parse("193.0.0.0/21"))]


def test_a_route_object_of_who_knows_what_is_no_answer() -> None:
    with pytest.raises(FormatError, match=r"^f:3: "):
        list(bulk.whois(f"% x\n\n{ROUTE.replace('/21', '/x')}".encode(), file="f"))


def test_another_object_that_cannot_be_read_is_left_out() -> None:
    assert list(bulk.whois(b"inetnum: nowhere\nsource: RIPE\n\n", file="f")) == []
