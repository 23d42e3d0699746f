"""People are left out of RPSL, everything else stays as it came."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgpcheck.formats import bulk
from bgpcheck.formats.masks import MAIL
from bgpcheck.formats.rpsl_contacts import without

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

""" % (MAIL.encode(), MAIL.encode())


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


BETWEEN = [
    (b"mnt-by: A\nadmin-c: X\n% said between\n+ B-MNT\nsource: X\n", b"mnt-by: A\n% said between\nsource: X\n"),
    (b"admin-c: X\nroute: 193.0.0.0/21\norigin: AS1\n\nroute: 1\n", b"\nroute: 1\n"),  # an object that begins so is a person's
    (b"person: Jane\nroute: 193.0.0.0/21\n\n", b"\n"),
    (b"% x\nperson: Jane\n\nroute: 1\nadmin-c : X\nContact:Y\n", b"% x\n\nroute: 1\n"),
    (b"route: 1\ndescr: +31 20 535 4444\nremarks: a@b\n", b"route: 1\ndescr: (telephone left out)\nremarks: (mailbox left out)\n"),
    (b"\xff\xfe: \xe9\n", b"\xff\xfe: \xe9\n"),
]


@pytest.mark.parametrize(("before", "after"), BETWEEN)
def test_nothing_changes_its_meaning(before: bytes, after: bytes) -> None:
    assert without(before) == after
