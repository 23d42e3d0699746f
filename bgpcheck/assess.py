"""From a claim and what is known to facts, and from facts to a verdict. Pure.

Rule: all facts are computed and shown, whichever row decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from bgpcheck.facts.announcement import Announcement
from bgpcheck.facts.asn import AsnKind, asn_kind
from bgpcheck.facts.holder import HolderFact, Side, Yardstick, chain_is_complete
from bgpcheck.facts.irr import IrrFact, Question, Terms, irr
from bgpcheck.facts.registration import HELD, RegistrationFact, files_complete, is_placeholder, registration
from bgpcheck.facts.rpki import RpkiState, RpkiValidity, possible, validate
from bgpcheck.facts.special import SpecialBlock, special
from bgpcheck.model import AsnRange
from bgpcheck.published import signature_of, values
from bgpcheck.situation import DOMAIN, World
from bgpcheck.verdict import Verdict, decide, deciding_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bgpcheck.claim import Claim
    from bgpcheck.facts.signature import SignatureFact
    from bgpcheck.knowledge import Knowledge
    from bgpcheck.model import Prefix, Registration, RouteObject, Vrp
    from bgpcheck.policy import Policy

ANY_RPKI = frozenset(str(value) for value in DOMAIN["rpki"])


@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """A claim with its facts and verdict; everything is computed from ``knowledge`` when asked for.

    ``now``: the verdict's time, aware UTC, which a certificate's dates are held against; None where no claim can be signed.
    """

    claim: Claim
    knowledge: Knowledge
    policy: Policy
    now: datetime | None = None

    # ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def special(self) -> SpecialBlock | None:
        """The special-purpose block that the prefix overlaps."""
        return special(self.claim.prefix)

    @cached_property
    def asns(self) -> Mapping[int, AsnKind]:
        """Kind of each AS number of the claim."""
        return {asn: kind_of(asn, self.knowledge) for asn in self.claim.asns}

    @cached_property
    def announcement(self) -> Announcement:
        """What was announced."""
        return Announcement(self.claim.routes)

    @cached_property
    def registration(self) -> RegistrationFact:
        """What the regional registries say about the space."""
        prefix, known = self.claim.prefix, self.knowledge
        words = known.settings.holders.placeholder_networks
        return registration(
            prefix, rows=known.rows(prefix), dates=known.delegated_dates, records=known.networks(prefix), placeholders=words
        )

    @cached_property
    def anchor_silent(self) -> bool:
        """Tell whether the VRPs hold nothing of the trust anchor under which the prefix's ROAs would be: then they say nothing of it."""
        return bool(self.knowledge.silent_anchors & self.registration.registries)

    @cached_property
    def rpki(self) -> RpkiValidity | None:
        """Route origin validation of the claim's AS numbers as given; None where no validator that can know answered."""
        if self.knowledge.vrps is None or self.anchor_silent:
            return None
        return validate(self.claim.prefix, self.claim.asns, self.knowledge.vrps.covering(self.claim.prefix))

    @property
    def rpki_by_export(self) -> Mapping[str, RpkiState]:
        """What each export gives, by its name."""
        prefix, asns = self.claim.prefix, self.claim.asns
        exports = self.knowledge.exports.items()
        return {name: validate(prefix, asns, (one for one in vrps if one.prefix.covers(prefix))).state for name, vrps in exports}

    @cached_property
    def published_rpki(self) -> RpkiValidity | None:
        """The same without local exceptions, as the world sees it."""
        prefix, index = self.claim.prefix, self.knowledge.published_index
        return None if index is None or self.anchor_silent else validate(prefix, self.claim.asns, index.covering(prefix))

    @cached_property
    def irr(self) -> IrrFact:
        """What the routing registries say, in every reading of the AS numbers."""
        facts = list(self._irr.values())
        return replace(
            facts[0],
            values=frozenset().union(*(fact.values for fact in facts)),
            silent=frozenset().union(*(fact.silent for fact in facts)),
            at_hand=frozenset().union(*(fact.at_hand for fact in facts)),
        )

    @cached_property
    def signature(self) -> SignatureFact | None:
        """What was submitted for the prefix, held against the certificates of its registry records; None where nothing was."""
        fact = self.registration
        return signature_of(self.claim, fact.records, self.now, complete=chain_is_complete(fact.records, fact.direct))

    @cached_property
    def holder(self) -> HolderFact:
        """Whether prefix and AS numbers have one holder; the AS numbers that may count."""
        return self._holders[self._readings[0]]

    # ── verdict ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def verdict(self) -> Verdict:
        """The outcome by all rows."""
        return decide(self._worlds, self.policy)

    @cached_property
    def prediction(self) -> Verdict:
        """The outcome without what Azure itself said (rows 2 to 27)."""
        return decide(tuple(replace(world, azure="none") for world in self._worlds), self.policy)

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Open facts of which knowing the value could change the verdict."""
        return deciding_facts(self._worlds, self.policy)

    # ── the worlds ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _readings(self) -> tuple[frozenset[int], ...]:
        """Authorised AS numbers in every reading of those whose kind is not known (verdicts.md, Claim); first with all of them."""
        choices = [(asn,) if kind is AsnKind.ALLOCATED else (asn, None) for asn, kind in self.asns.items() if kind in COUNTING]
        return tuple(frozenset(asn for asn in choice if asn is not None) for choice in product(*choices))

    @cached_property
    def _worlds(self) -> tuple[World, ...]:
        """Every possible value of every fact, for each reading of the AS numbers and each value that the signature may have."""
        return tuple(self._world(authorised, signature) for authorised in self._readings for signature in values(self.signature))

    def _world(self, authorised: frozenset[int], signature: str) -> World:
        """Put the facts of one reading together."""
        claim = self.claim
        return World(
            azure=claim.azure,
            special=self.special is not None,
            asn=self._asn(authorised),
            registration=self.registration.values,
            announcement=self.announcement.state(authorised),
            signature=signature,
            irr=self._irr[authorised].values,
            holder=self._holders[authorised].values,
            rpki=self.rpki_values,
            named_is_rir=self._named_is_rir,
            at_hand=self._irr[authorised].at_hand,
        )

    @cached_property
    def rpki_values(self) -> frozenset[str]:
        """Every state that a view of the VRPs gives: of each export, with local exceptions and as the world sees it."""
        prefix, asns = self.claim.prefix, self.claim.asns
        views = () if self.anchor_silent else self.knowledge.vrp_views
        return frozenset(rpki_value(one) for view in views for one in self._possible(prefix, asns, view.covering(prefix))) or ANY_RPKI

    def _possible(self, prefix: Prefix, asns: Iterable[int], covering: Iterable[Vrp]) -> tuple[RpkiValidity, ...]:
        """Validate in every way that VRPs leave open which had expired when their export was made."""
        by_doubt: dict[bool, list[Vrp]] = {False: [], True: []}
        for vrp in covering:
            by_doubt[self.knowledge.is_lapsed(vrp)].append(vrp)
        return possible(prefix, asns, by_doubt[False], by_doubt[True])

    @property
    def lapsed(self) -> tuple[Vrp, ...]:
        """VRPs that cover the prefix and had expired when their export was made."""
        return tuple(vrp for vrp in (self.published_rpki.covering if self.published_rpki else ()) if self.knowledge.is_lapsed(vrp))

    def _asn(self, authorised: frozenset[int]) -> str:
        """Value of the policy field ``asn``."""
        if self.asns[self.claim.peer_asn] is AsnKind.PRIVATE:
            return "private-with-customer" if authorised else "private"
        return "public" if authorised else "none"

    @cached_property
    def _named_is_rir(self) -> frozenset[bool]:
        """Tell whether the named registry is the prefix's RIR, or none is named."""
        if self.claim.registry is None:
            return frozenset({True})
        named = self.knowledge.settings.registries[self.claim.registry].statistics
        return frozenset(named == rir for rir in self.registration.registries) or frozenset({False})

    @cached_property
    def _holders(self) -> Mapping[frozenset[int], HolderFact]:
        """The holders compared in every reading of the AS numbers."""
        return {authorised: self.holder_of(authorised) for authorised in self._readings}

    @cached_property
    def _irr(self) -> Mapping[frozenset[int], IrrFact]:
        """The route objects judged in every reading of the AS numbers."""
        return {authorised: self._judge_objects(authorised) for authorised in self._readings}

    def _judge_objects(self, authorised: frozenset[int]) -> IrrFact:
        """Judge the route objects with these AS numbers authorised."""
        prefix, settings = self.claim.prefix, self.knowledge.settings
        named = settings.registries[self.claim.registry] if self.claim.registry else None
        terms = Terms(
            authorised=authorised,
            customer=self.claim.customer_asn,
            named=frozenset(named.irr) if named else None,
            accepted=settings.accepted_sources,
            weak=settings.weak_sources,
            filtering=frozenset(name for name, source in settings.irr.items() if source.filtering),
        )
        question = Question(prefix, terms, self.own_sources(), self.registration.direct, self.registration.spans, self._invalid)
        objects = self.knowledge.routes.overlapping(prefix)
        return irr(question, objects, self.required_sources, self.knowledge.irr_answered(prefix))

    def own_sources(self) -> frozenset[str | None]:
        """IRR sources that may be that of the prefix's RIR; None among them where it may have none."""
        fact, rirs = self.registration, self.knowledge.settings.rirs
        sources: set[str | None] = {rirs[rir].irr for rir in fact.registries if rir in rirs}
        return frozenset(sources if fact.registry else sources | {None})

    def required_sources(self, own: str | None) -> frozenset[str]:
        """IRR sources whose silence may decide, by the policy's words (verdicts.md, irr)."""
        named = self.knowledge.settings.registries[self.claim.registry].irr[0] if self.claim.registry else None
        words = {"named": named, "rir": own}
        return frozenset(one for one in (words.get(word, word) for word in self.policy.required) if one)

    def _invalid(self, one: RouteObject) -> bool | None:
        """Tell whether published ROAs make an object invalid, so that a filtering server hides it; None if not known."""
        if self.knowledge.published_index is None or self.anchor_silent:
            return None
        found = self._possible(one.prefix, (one.origin,), self.knowledge.published_index.covering(one.prefix))
        invalid = {fact.state in {RpkiState.INVALID_ASN, RpkiState.INVALID_LENGTH} for fact in found}
        return invalid.pop() if len(invalid) == 1 else None

    def holder_of(self, authorised: Iterable[int]) -> HolderFact:
        """Compare the prefix's registrants with those of these AS numbers."""
        known, fact = self.knowledge, self.registration
        chain = tuple(one for one in fact.records if fact.direct is None or one.resource.size <= fact.direct.size)  # type: ignore[union-attr]
        side = Side(fact.holding, chain, answered=bool(chain), complete=chain_is_complete(chain, fact.direct))
        silent = frozenset(known.settings.rirs) - known.delegated_dates.keys()
        yardstick = Yardstick(known.settings.holders, known.settings.rirs, known.organisations_of, silent)
        return HolderFact(side, tuple((asn, asn_side(asn, known)) for asn in sorted(authorised)), yardstick)


COUNTING = frozenset({AsnKind.ALLOCATED, AsnKind.UNKNOWN})


def rpki_value(validity: RpkiValidity) -> str:
    """Value of the policy field ``rpki``: AS0 alone is told apart."""
    return "as0" if validity.only_as0 else str(validity.state)


def kind_of(asn: int, known: Knowledge) -> AsnKind:
    """Judge one AS number from all sources."""
    rows, records = known.asn_rows(asn), [one for one in known.autnums(asn) if not _is_block(one)]
    kind = asn_kind(
        asn,
        named_as_origin=asn in known.origins,
        rdap_missing=any(record.missing for record in records),
        rdap_found=any(not record.missing for record in records),
        delegated=max((str(row.status) for row in rows), key=_STATUS_ORDER.index, default=None),
        delegated_complete=files_complete(known.delegated_dates),
    )
    return AsnKind.UNKNOWN if kind is AsnKind.UNALLOCATED and not known.origins_heard else kind  # somebody silent may name it


_STATUS_ORDER: tuple[str, ...] = ("available", "reserved", "assigned", "allocated")


def asn_side(asn: int, known: Knowledge) -> Side:
    """Give what is known about the holder of an AS number."""
    rows = tuple(known.asn_rows(asn))
    responsible = {row.registry for row in rows if row.status in HELD}
    heard = [one for one in known.autnums(asn) if not (one.missing or is_placeholder(one, ()) or _is_block(one))]
    found = tuple(one for one in heard if not responsible or one.registry in responsible)
    return Side(rows, found, answered=bool(found), complete=True)


def _is_block(one: Registration) -> bool:
    """Tell whether a record is of a registry's block of AS numbers, and so of nobody's one."""
    return isinstance(one.resource, AsnRange) and one.resource.first != one.resource.last and not one.holders
