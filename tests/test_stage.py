"""What watch and lab judge by: what is kept of the registries' answers for the check at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_builders import lab
from program import NOW

from bgpcheck import api, stage
from bgpcheck.fetch.nothing import NoFetcher
from bgpcheck.model import Prefix
from bgpcheck.plan import plan
from bgpcheck.sources.base import Gap, GapReason
from bgpcheck.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

    from bgpcheck.sources.base import Request


class Silent(NoFetcher):
    """Registries that all keep silent."""

    def asks(self, source: str) -> bool:
        return source.startswith("irr/")

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Any]:
        return {request: Gap(request.source, GapReason.TIMEOUT, "no answer") for request in requests}


@dataclass
class Way:
    """The way to them."""

    silent: Silent = field(default_factory=Silent)

    def fetcher(self, *_: object) -> Silent:
        return self.silent


def staged() -> Stage:
    options = api.Options(prefixes=["193.0.0.0/21"], peer_asn=3333, registry="RIPENCC", now=NOW, live=True, listening=True)
    made = plan(options)
    way: Any = Way()
    return Stage(options, made, NoFetcher(), api.policies_of(made.policy), way)


async def test_answers_about_what_is_gone_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lab that runs for days hears of many prefixes, and its last check is about those that stand."""
    monkeypatch.setattr(stage, "SWEPT", 30)
    one, heard = staged(), lab("193.0.0.0/21")
    one._sweep_at = stage.SWEPT  # noqa: SLF001 (its default was read before the patch)
    one.concerns = heard.concerns
    some = [Prefix.parse("193.0.0.0/21"), *(Prefix.parse(f"193.1.{number}.0/24") for number in range(50))]
    for prefix in some:
        await one.ask((heard.claim(prefix),))
    about = {request.subject for request in one.kept}
    assert "193.0.0.0/21" in about  # listed, and asked first of all
    assert len(about) < 20
    assert str(some[-1]) in about
