"""Where the data lie and how their place is spelled is in no byte of a bundle."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from bundles import NOW, REGISTRY

from bgpcheck import api
from bgpcheck.evidence.bundle import unpack

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_bundle_does_not_tell_where_the_data_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that lacks sources, named relative, absolute, elsewhere and through a link: the same bytes, without its name."""
    home = tmp_path / "home" / "jane.doe"
    shutil.copytree(REGISTRY, home / "secret-customer")
    (tmp_path / "link").symlink_to(home / "secret-customer")
    monkeypatch.chdir(home)
    places = ("secret-customer", str(home / "secret-customer"), str(tmp_path / "link"), os.path.relpath(tmp_path / "link", home))
    made = {
        api.check_sync(api.Options(peer_asn=3333, prefixes=["193.0.0.0/21"], registry_data=place, now=NOW)).bundle() for place in places
    }
    assert len(made) == 1
    members = unpack(made.pop())
    assert not [name for name, content in members.items() if b"jane" in content or b"secret-customer" in content]
    assert b"into the folder of registry data" in members["report.html"]
