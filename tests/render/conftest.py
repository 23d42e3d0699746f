"""Results that renderers are tried on: the tour of the fixtures, and a peering judged by a hostile registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hostile
import pytest
from program import NOW, ROOT

from bgpcheck import api

if TYPE_CHECKING:
    from bgpcheck.result import Result


@pytest.fixture(scope="session")
def tour() -> api.Outcomes:
    """Every verdict once."""
    return api.check_sync(api.Options(preflight=str(ROOT / "configs" / "preflight" / "tour.yaml"), now=NOW))


@pytest.fixture(scope="session")
def ready() -> Result:
    """All configured."""
    return api.check_sync(api.Options(preflight=str(ROOT / "configs" / "preflight" / "ready.yaml"), now=NOW)).result


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> api.Outcomes:
    """The hostile registry with a harmless text."""
    return hostile.outcomes(hostile.CALM, tmp_path_factory.mktemp("calm"))


@pytest.fixture(scope="session", params=hostile.TEXTS)
def dangerous(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, api.Outcomes]:
    """A text, and what comes of a registry full of it."""
    text = hostile.TEXTS[request.param]
    return text, hostile.outcomes(text, tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Result:
    """Judge by the fixtures what the test's parameter asks; a dictionary of options."""
    options = {"peer_asn": 3333, "registry_data": str(ROOT / "fixtures" / "registry"), "now": NOW, **request.param}
    return api.check_sync(api.Options(**options)).result
