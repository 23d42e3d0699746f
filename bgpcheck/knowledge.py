"""What the sources said, put in order for the facts: records by kind, who answered, who did not. Pure.

Rule: an answer and a silence are kept apart for every source and subject; nothing is filled in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from bgpcheck.evidence.extract import MEDIA_TYPE, families, silent_anchors, speaks_of_routes
from bgpcheck.evidence.reading import identity
from bgpcheck.facts.holder import NOBODY_KNOWN, whose
from bgpcheck.facts.rpki import lapsed
from bgpcheck.formats import slurm as slurm_format
from bgpcheck.model import BITS, AddressRange, AsnRange, Aspa, Delegation, Party, Registration, RouteObject, Vrp
from bgpcheck.table import PrefixIndex, RangeIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from bgpcheck.evidence.document import Document
    from bgpcheck.model import Prefix
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer, Gap

T = TypeVar("T")
IRR, DELEGATED, RDAP, NIR = "irr/", "delegated/", "rdap/", "nir/"


@dataclass(frozen=True, eq=False, repr=False)
class Knowledge:
    """Answers by source name, and what follows from them. Built once for a check."""

    answers: Mapping[str, Answer]
    settings: Settings
    assumed: tuple[Any, ...] = field(default=())  # planned objects and VRPs (``--assume``)

    def _records(self, kind: type[T], start: str) -> Iterable[tuple[Answer, T]]:
        """Give the records of one kind from the sources whose name begins with ``start``."""
        for name, answer in self.answers.items():
            if name.startswith(start):
                for cited in answer.records:
                    if isinstance(cited.record, kind):
                        yield answer, cited.record

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Every silence, in the order of the sources, each once."""
        return tuple(dict.fromkeys(gap for answer in self.answers.values() for gap in answer.gaps))

    @cached_property
    def cited(self) -> Mapping[Any, tuple[Document, ...]]:
        """Documents that each record stands in."""
        found: dict[Any, dict[str, Document]] = defaultdict(dict)
        for answer in self.answers.values():
            for one in answer.records:
                found[identity(one.record)][one.document.id] = one.document
        return {record: tuple(documents.values()) for record, documents in found.items()}

    def answered(self, source: str, subject: str) -> bool:
        """Tell whether ``source`` answered about ``subject`` (a prefix or ``AS3333``)."""
        answer = self.answers.get(source)
        return answer is not None and (subject in answer.answered or "*" in answer.answered)

    # ── delegated-extended ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def delegated_dates(self) -> Mapping[str, datetime]:
        """Date of each RIR's file that answered; an undated one is left out."""
        dates: dict[str, datetime] = {}
        for name, answer in self.answers.items():
            if name.startswith(DELEGATED):
                found = [document.dated for document in answer.documents if document.dated]
                if found and answer.answered and not answer.gaps:
                    dates[name.removeprefix(DELEGATED)] = max(found)
        return dates

    @cached_property
    def _newest_rows(self) -> tuple[Delegation, ...]:
        """Rows of each registry's newest file: what an older one says beside it is over."""
        return tuple(
            cited.record
            for name, answer in self.answers.items()
            if name.startswith(DELEGATED)
            for cited in answer.records
            if cited.document.dated == self.delegated_dates.get(name.removeprefix(DELEGATED)) and isinstance(cited.record, Delegation)
        )

    @cached_property
    def _rows(self) -> RangeIndex[Delegation]:
        return RangeIndex((row.resource, row) for row in self._newest_rows if isinstance(row.resource, AddressRange))

    def rows(self, prefix: Prefix) -> list[Delegation]:
        """Delegated rows that overlap a prefix."""
        return self._rows.overlapping(prefix)

    @cached_property
    def _rows_of_asns(self) -> tuple[tuple[AsnRange, Delegation], ...]:
        """Rows about AS numbers: few, whereas there may be one about addresses for every prefix."""
        return tuple((row.resource, row) for row in self._newest_rows if isinstance(row.resource, AsnRange))

    def asn_rows(self, asn: int) -> list[Delegation]:
        """Delegated rows that hold an AS number."""
        return [row for numbers, row in self._rows_of_asns if numbers.holds(asn)]

    # ── RPKI ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def exports(self) -> Mapping[str, tuple[Vrp, ...]]:
        """VRPs of each export at hand, by its name; none where no validator answered."""
        answer = self.answers.get("vrps")
        if answer is None or answer.gaps or not answer.answered:
            return {}
        found: dict[str, list[Vrp]] = {one.uri: [] for one in answer.documents}
        for cited in answer.records:
            if isinstance(cited.record, Vrp):
                found[cited.document.uri].append(cited.record)
        return {name: tuple(dict.fromkeys(vrps)) for name, vrps in found.items()}

    @cached_property
    def _lapsed(self) -> frozenset[Vrp]:
        """VRPs that had expired when an export that holds them was made."""
        records = self.answers["vrps"].records if self.exports else ()
        return frozenset(one.record for one in records if isinstance(one.record, Vrp) and lapsed(one.record, one.document.dated))

    def is_lapsed(self, vrp: Vrp) -> bool:
        """Tell whether it is open that a VRP is there: an export has it that says that it had expired."""
        return vrp in self._lapsed

    @cached_property
    def published(self) -> tuple[Vrp, ...] | None:
        """VRPs as the validators gave them, None where all kept silent."""
        return tuple(dict.fromkeys(chain.from_iterable(self.exports.values()))) if self.exports else None

    @cached_property
    def vrps(self) -> PrefixIndex[Vrp] | None:
        """VRPs after local exceptions (RFC 8416) and planned ones; None where no validator answered."""
        return self._index(self._with_exceptions(self.published)) if self.published is not None else None

    @cached_property
    def published_index(self) -> PrefixIndex[Vrp] | None:
        """VRPs by which IRR servers filter: what the world sees, with planned ones, without local exceptions."""
        return self._index(self.published) if self.published is not None else None

    @cached_property
    def vrp_views(self) -> tuple[PrefixIndex[Vrp], ...]:
        """Every way to see the VRPs: each export alone, as published and with local exceptions, which Microsoft does not see.

        Only a state that all of them give is known. Exports and exceptions that agree are one view.
        """
        views = dict.fromkeys(view for export in self.exports.values() for view in (export, tuple(self._with_exceptions(export))))
        return tuple(map(self._index, views))

    def _with_exceptions(self, vrps: Iterable[Vrp]) -> Iterable[Vrp]:
        """Apply local exceptions."""
        for _, exceptions in self._records(slurm_format.Slurm, "slurm"):
            vrps = slurm_format.apply(exceptions, vrps)
        return vrps

    def _index(self, vrps: Iterable[Vrp]) -> PrefixIndex[Vrp]:
        """Index VRPs, with planned ones."""
        planned = (one for one in self.assumed if isinstance(one, Vrp))
        return PrefixIndex((vrp.prefix, vrp) for vrp in dict.fromkeys((*vrps, *planned)))

    @cached_property
    def silent_anchors(self) -> frozenset[str]:
        """RIRs of whose trust anchor an export has nothing."""
        answer = self.answers.get("vrps")
        return silent_anchors(answer.documents) if answer else frozenset()

    @cached_property
    def aspas(self) -> tuple[Aspa, ...]:
        """ASPAs of the AS numbers asked about; shown, not judged."""
        return tuple(one for _, one in self._records(Aspa, "vrps"))

    # ── IRR ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _seen(self) -> Mapping[str, tuple[frozenset[RouteObject], frozenset[RouteObject]]]:
        """By IRR source: objects that stand in all of its files that hold routes of their family, and those that stand only in some.

        A registry may give IPv4 and IPv6 in files apart.
        """
        found: dict[str, tuple[frozenset[RouteObject], frozenset[RouteObject]]] = {}
        for name, answer in self.answers.items():
            if name.startswith(IRR):
                files: dict[int, dict[str, set[RouteObject]]] = {family: {} for family in BITS}
                for one in filter(speaks_of_routes, answer.documents):
                    for family in families(one) or BITS:
                        files[family][_file(one)] = set()
                for cited in answer.records:
                    if isinstance(cited.record, RouteObject) and _own(answer, cited.record):
                        files[cited.record.prefix.version].setdefault(_file(cited.document), set()).add(cited.record)
                by_file = [list(part.values()) for part in files.values() if part]
                sure = frozenset[RouteObject](chain.from_iterable(set.intersection(*part) for part in by_file))
                found[name.removeprefix(IRR)] = sure, frozenset(chain.from_iterable(chain.from_iterable(by_file))) - sure
        return found

    @cached_property
    def routes(self) -> PrefixIndex[RouteObject]:
        """Route objects in their own source's answer, and planned ones.

        An object that another registry mirrors says nothing about what its own registry holds today, so it is not here; nor is one
        that only some of a source's files hold.
        """
        planned = (one for one in self.assumed if isinstance(one, RouteObject))
        sure = chain.from_iterable(sure for sure, _ in self._seen.values())
        return PrefixIndex((one.prefix, one) for one in sorted({*sure, *planned}, key=repr))

    @cached_property
    def mirrored(self) -> tuple[tuple[str, RouteObject], ...]:
        """Objects seen only in another registry's answer: (that registry's source, object)."""
        return tuple((answer.source.removeprefix(IRR), one) for answer, one in self._records(RouteObject, IRR) if not _own(answer, one))

    def irr_answered(self, prefix: Prefix) -> frozenset[str]:
        """IRR sources that answered about a prefix, in files that agree on it."""
        answered = {name.removeprefix(IRR) for name in self.answers if name.startswith(IRR) and self.answered(name, str(prefix))}
        return frozenset(one for one in answered if not any(route.prefix.overlaps(prefix) for route in self._seen[one][1]))

    @cached_property
    def origins(self) -> frozenset[int]:
        """AS numbers that a VRP or an accepted route object names as origin."""
        accepted = self.settings.accepted_sources
        routes = (one.origin for answer, one in self._records(RouteObject, IRR) if one.source in accepted and _own(answer, one))
        return frozenset((*routes, *(vrp.asn for vrp in self.published or ())))

    @property
    def origins_heard(self) -> bool:
        """Tell whether those spoke who may name an AS number as origin."""
        return self.published is not None and not self.silent_anchors

    # ── registrations ───────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _registrations(self) -> tuple[Registration, ...]:
        """Registrations of RDAP and of national registries, and of a registry's own whois database, with organisations' names filled in."""
        names = {(answer.source, party.handle): party for answer, party in self._records(Party, "")}
        found = dict.fromkeys(
            filled(one, lambda handle, source=answer.source: names.get((source, handle)))  # type: ignore[misc]
            for answer, one in self._records(Registration, "")
            if answer.source.startswith((RDAP, NIR)) or is_own(self.settings, answer.source, one)
        )
        return tuple(found)

    @cached_property
    def _networks(self) -> RangeIndex[Registration]:
        return RangeIndex((one.resource, one) for one in self._registrations if isinstance(one.resource, AddressRange))

    def networks(self, prefix: Prefix) -> list[Registration]:
        """Registrations of ranges that overlap a prefix."""
        return self._networks.overlapping(prefix)

    @cached_property
    def _registered_asns(self) -> tuple[tuple[AsnRange, Registration], ...]:
        """Registrations of AS numbers, few as their rows are."""
        return tuple((one.resource, one) for one in self._registrations if isinstance(one.resource, AsnRange))

    def autnums(self, asn: int) -> list[Registration]:
        """Registrations that hold an AS number."""
        return [one for numbers, one in self._registered_asns if numbers.holds(asn)]

    @cached_property
    def organisations_of(self) -> Mapping[str, frozenset[str]]:
        """Maintainer → whose registrations it maintains, in the data at hand."""
        found: dict[str, set[str]] = defaultdict(set)
        for record in self._registrations:
            for maintainer in record.maintainers:
                found[maintainer] |= whose(record)
        refused = {subject for answer in self.answers.values() for subject in answer.refused if subject.startswith("mnt:")}
        for maintainer in found.keys() & {subject.removeprefix("mnt:") for subject in refused}:
            found[maintainer].add(NOBODY_KNOWN)  # whom else it serves was asked, and not answered
        return {maintainer: frozenset(handles) for maintainer, handles in found.items()}


def filled(one: Registration, find: Callable[[str], Party | None]) -> Registration:
    """Give a registration with the names of those whom it names by handle only, as far as ``find(handle)`` knows them."""
    return replace(one, holders=tuple(party if party.name else find(party.handle) or party for party in one.holders))


def is_own(settings: Settings, source: str, one: Registration) -> bool:
    """Tell whether a registration stands in its own registry's whois database, and not in a mirror."""
    rir = settings.rirs.get(one.registry)
    return rir is not None and source == f"{IRR}{rir.irr}"


def _own(answer: Answer, one: RouteObject) -> bool:
    """Tell whether a registry's own answer holds an object, and not a mirror's."""
    return answer.source == f"{IRR}{one.source}"


def _file(document: Document) -> str:
    """Name the file that a document is of; what a server answers to several questions is one, as a dump is."""
    return document.uri if document.media_type == MEDIA_TYPE else ""
