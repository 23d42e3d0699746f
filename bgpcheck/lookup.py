"""What registries say about a prefix and AS numbers, without any verdict: the facts, and what they rest on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.assess import Assessment
from bgpcheck.claim import Claim
from bgpcheck.knowledge import Knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.evidence.document import Document
    from bgpcheck.facts.asn import AsnKind
    from bgpcheck.facts.holder import HolderFact
    from bgpcheck.facts.irr import IrrFact
    from bgpcheck.facts.registration import RegistrationFact
    from bgpcheck.facts.rpki import RpkiValidity
    from bgpcheck.model import Prefix
    from bgpcheck.policy import Policy
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer, Gap, Reply, Request


@dataclass(frozen=True, slots=True)
class Origin:
    """The facts about a prefix and one AS number.

    ``rpki`` is None where no validator answered (RFC 6811 states are its ``state``); ``rpki_states``: what each validator's data give,
    of which one is right where they are several.
    """

    asn: int
    kind: AsnKind
    rpki: RpkiValidity | None
    rpki_states: frozenset[str]
    irr: IrrFact
    holder: HolderFact


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The facts about a prefix. ``origins``: by AS number, in the order asked; ``gaps``: who kept silent, and why.

    ``replies``: every question with its documents or gap, as they came.
    """

    prefix: Prefix
    registration: RegistrationFact
    origins: Mapping[int, Origin]
    gaps: tuple[Gap, ...]
    replies: Mapping[Request, Reply]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The raw answers, each once."""
        several = (one for reply in self.replies.values() if isinstance(reply, tuple) for one in reply)
        return tuple({(one.id, one.uri): one for one in several}.values())


def looked_up(
    about: Iterable[tuple[Prefix, Sequence[int]]],
    answers: Mapping[str, Answer],
    replies: Mapping[Request, Reply],
    policy: Policy,
    settings: Settings,
) -> list[LookedUp]:
    """Compute the facts about prefixes, each with its AS numbers; ``policy`` says whose silence about route objects matters."""
    knowledge = Knowledge(answers, settings)
    return [_one(prefix, asns, knowledge, policy, replies) for prefix, asns in about]


def _one(
    prefix: Prefix,
    asns: Sequence[int],
    knowledge: Knowledge,
    policy: Policy,
    replies: Mapping[Request, Reply],
) -> LookedUp:
    seen = {asn: Assessment(Claim(prefix, asn, block=prefix.family), knowledge, policy) for asn in asns}
    registration = next(iter(seen.values())).registration
    origins = {asn: Origin(asn, one.asns[asn], one.rpki, one.rpki_values, one.irr, one.holder) for asn, one in seen.items()}
    return LookedUp(prefix, registration, origins, knowledge.gaps, replies)
