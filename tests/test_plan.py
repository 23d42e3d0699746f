"""What options come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bgpcheck.api import case_of
from bgpcheck.errors import UsageError
from bgpcheck.fetch.nothing import NoFetcher
from bgpcheck.options import Options, asn_of, prefix_of
from bgpcheck.plan import plan

if TYPE_CHECKING:
    from pathlib import Path


def test_planned_objects_are_read_once_however_often_is_judged(tmp_path: Path) -> None:
    """A watch judges for days: what the file says later, or that it is gone, changes nothing in the middle."""
    text = "route: 193.0.23.0/24\norigin: AS3333\nsource: RIPE\n"
    file = tmp_path / "planned.rpsl"
    file.write_text(text)
    options = Options(peer_asn=3333, prefixes=["193.0.23.0/24"], assume=[str(file)])
    made = plan(options)
    file.unlink()
    assert case_of(options, made, NoFetcher()).assumed == (("planned.rpsl", text),)


def test_an_option_is_read() -> None:
    assert asn_of("--peer-asn", "AS1.10") == 65546
    assert str(prefix_of("--prefix", "193.0.0.1/21").prefix) == "193.0.0.0/21"


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [(asn_of, "x", "--that: 'x' is not an AS number"), (prefix_of, "x", "--that: 'x' is not an IPv4 or IPv6 prefix")],
)
def test_an_error_names_the_option(read: object, text: str, says: str) -> None:
    assert callable(read)
    with pytest.raises(UsageError, match=f"^{says}"):
        read("--that", text)
