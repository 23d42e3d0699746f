"""Lines as ExaBGP 5.0.15 wrote them."""

from __future__ import annotations

import pytest

from bgpcheck.speaker.notices import notice

NEIGHBORS = ("127.0.1.2", "2001:db8::1")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("incoming-1      incoming-1 127.0.1.9-127.0.1.1, closing connection", "a connection from 127.0.1.9 was refused"),
        ("incoming-20     incoming-20 ::1-::1, closing connection", "a connection from ::1 was refused"),
        ("incoming-20      - peer is not configured for ipv6/unicast", "a router's OPEN does not offer ipv6 unicast"),
        ("api             command from process not understood : rubbish", "'rubbish'"),
        ("network         This linux machine does not support TCP_MD5SIG, you can not use MD5 (x)", "unset the MD5 key"),
        (
            "network         can not bind to 127.0.1.1:179 (could not listen on 127.0.1.1:179, the port may already be in use)",
            "at 127.0.1.1:179: ",
        ),
        ("process         ExaBGP lost the helper process for this peer - stopping", "has lost its helper"),
        ("bgpcheck: ExaBGP's helper can't reach bgpcheck (No such file or directory), so ExaBGP ends", "can't reach bgpcheck"),
    ],
)
def test_what_is_told(line: str, words: str) -> None:
    found = notice(line, NEIGHBORS)
    assert found is not None
    assert words in found


@pytest.mark.parametrize(
    "line",
    [
        "incoming-1      incoming-1 127.0.1.2-127.0.1.1, closing connection",
        "incoming-1      incoming-1 2001:db8::1-2001:db8::2, closing connection",
        "outgoing-1      outgoing-1 127.0.1.9-127.0.1.1, closing connection",
        "incoming-1      connection to 127.0.1.1 closed",
        "incoming-1      incoming-1 127.0.1.9-127.0.1.1 127.0.1.1 lost TCP session with peer",
        "incoming-20      - exabgp is not configured for ipv4/unicast",
        "reactor         performing shutdown",
        "",
    ],
)
def test_what_events_say_already(line: str) -> None:
    assert notice(line, NEIGHBORS) is None


def test_what_exabgp_quotes_is_limited() -> None:
    assert len(notice("api             command from process not understood : " + "x" * 100_000, ()) or "") < 300
