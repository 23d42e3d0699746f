"""People are left out of RPSL, everything else stays as it came."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgpcheck.formats import bulk
from bgpcheck.formats.rpsl_contacts import LEFT_OUT, without

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "registry"
ROUTE = b"""% a comment

route:          193.0.0.0/21
descr:          call jane.doe+noc@example.net or
                joe@example.org
origin:         AS3333
admin-c:        JD1-RIPE
tech-c:         JD1-RIPE,
                JD2-RIPE
+               JD3-RIPE
Notify:         jane@example.net
mnt-by:         RIPE-NCC-MNT
changed:        jane@example.net 20200101
source:         RIPE

"""
LEFT = b"""%% a comment

route:          193.0.0.0/21
descr:          call %b or
                %b
origin:         AS3333
mnt-by:         RIPE-NCC-MNT
source:         RIPE

""" % (LEFT_OUT, LEFT_OUT)


def test_a_route_object() -> None:
    assert without(ROUTE) == LEFT
    assert without(LEFT) == LEFT


def test_line_ends_stay() -> None:
    assert without(b"route: 1\r\nnotify: a@b.cc\r\nsource: X\r\n") == b"route: 1\r\nsource: X\r\n"
    assert without(b"") == b""


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.db")))
def test_what_is_judged_stays(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    before, after = ([one for _, _, one in bulk.Scan([text], name, f"irr/{name[:-3]}").records()] for text in (data, without(data)))
    assert before == after
    assert before
