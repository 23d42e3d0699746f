"""A snapshot as knowledge: what ``knowledge.Knowledge`` says of a check's answers, said of everything at once. Pure; needs numpy.

Rule: what a check would know of a prefix or AS number is known here, and nothing else; a record is read when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.columns.delegated import rows
from bgpcheck.columns.registered import Registered
from bgpcheck.columns.segments import Segments
from bgpcheck.doubts import Doubts
from bgpcheck.evidence import extract
from bgpcheck.facts.holder import whose
from bgpcheck.facts.rpki import lapsed
from bgpcheck.formats import slurm as slurm_format
from bgpcheck.model import BITS, Prefix, Registration, RouteObject, Vrp
from bgpcheck.sources.base import Gap, Request
from bgpcheck.table import pick
from bgpcheck.table.columnar import Grove, array
from bgpcheck.table.forest import ASNS, SPACES, Forest
from bgpcheck.table.plant import different

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from bgpcheck.model import Delegation
    from bgpcheck.settings import Settings

MOST_ASNS = 1 << 14  # whose registrations are remembered


@dataclass(frozen=True, eq=False, repr=False)
class Known:
    """A snapshot's columns and header, as of ``now``; with ``strict``, a source that is stale or empty is silent."""

    columns: Any
    header: Mapping[str, Any]
    settings: Settings
    now: datetime
    strict: bool = False

    # ── who answered ────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def files(self) -> Mapping[str, tuple[pick.File, ...]]:
        """Files of the sources that answered, by source."""
        doubts = Doubts(self.now, self.strict, self.settings)
        found = pick.files(self.columns, self.header)
        documents = {Request(source, "*"): tuple(one.document for one in parts) for source, parts in found.items()}
        return {request.source: found[request.source] for request, reply in doubts.judge(documents).items() if not isinstance(reply, Gap)}

    @cached_property
    def answering(self) -> frozenset[str]:
        """IRR sources that answered: those with route objects, or with nothing at all."""
        irr = {name.removeprefix("irr/"): parts for name, parts in self.files.items() if name.startswith("irr/")}
        return frozenset(name for name, parts in irr.items() if any(extract.speaks_of_routes(one.document) for one in parts))

    def irr_answered(self, prefix: Prefix) -> frozenset[str]:
        """IRR sources that answered about a prefix: not those of which an object there can't be read."""
        forest = Forest.of(self.columns, f"doubt/{prefix.version}", prefix.version)
        doubted = (
            name
            for number, name in enumerate(self.header["irr"])
            if any(True for _ in forest.overlapping(prefix.network, prefix.last, number))
        )
        return self.answering.difference(doubted)

    # ── delegated-extended ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def delegated_dates(self) -> Mapping[str, datetime]:
        """Date of each RIR's newest file; an undated one is left out."""
        delegated = {name.removeprefix("delegated/"): parts for name, parts in self.files.items() if name.startswith("delegated/")}
        dates = {name: [date for one in parts if (date := one.document.dated)] for name, parts in delegated.items()}
        return {name: max(found) for name, found in dates.items() if found}

    @cached_property
    def segments(self) -> Mapping[int, Segments]:
        """Rows of each registry's newest file, by space."""
        counting = [parts for name, parts in self.files.items() if name.startswith("delegated/")]
        files = [(one.name, one.facts) for parts in counting for one in pick.newest(parts)]
        return {space: Segments.of(rows(self.columns, files, self.settings.rirs, space)) for space in SPACES}

    def rows(self, prefix: Prefix) -> list[Delegation]:
        """Delegated rows that overlap a prefix; an opaque id that tells nothing is left out."""
        return self.segments[prefix.version].records(prefix.network, prefix.last)

    def asn_rows(self, asn: int) -> list[Delegation]:
        """Delegated rows that hold an AS number."""
        return self._asn_rows(asn)

    @cached_property
    def _asn_rows(self) -> Callable[[int], list[Delegation]]:
        return lru_cache(maxsize=MOST_ASNS)(lambda asn: self.segments[ASNS].records(asn, asn))

    # ── RPKI ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def heard(self) -> bool:
        """Tell whether a validator answered."""
        return "vrps" in self.files

    @cached_property
    def _exceptions(self) -> tuple[slurm_format.Slurm, ...]:
        """Local exceptions."""
        return tuple(one.record(0)[2] for one in self.files.get("slurm", ()))

    def _covering(self, files: Iterable[pick.File], prefix: Prefix, *, excepted: bool) -> list[Vrp]:
        """Give the VRPs of files that cover a prefix."""
        found = [one for file in files for one in file.over(prefix, inside=False) if isinstance(one, Vrp) and one.prefix.covers(prefix)]
        for exceptions in self._exceptions if excepted else ():
            found = slurm_format.apply(exceptions, found)
        return found

    def is_lapsed(self, vrp: Vrp) -> bool:
        """Tell whether it is open that a VRP is there: an export has it that says that it had expired."""
        doubted = (one for one in self.files.get("vrps", ()) if lapsed(vrp, one.document.dated))
        return any(vrp in file.over(vrp.prefix, inside=False) for file in doubted)

    @cached_property
    def doubted(self) -> tuple[tuple[int, int, int], ...]:
        """Where a VRP lies of which is_lapsed is true: (family, first, last)."""
        return tuple((space, first, last) for one in self.files.get("vrps", ()) for space, first, last in one.facts.get("lapsed", ()))

    @cached_property
    def vrps(self) -> View | None:
        """VRPs after local exceptions; None where no validator answered."""
        return View(self, self.files["vrps"], excepted=True) if self.heard else None

    @cached_property
    def published_index(self) -> View | None:
        """VRPs as the world sees them."""
        return View(self, self.files["vrps"], excepted=False) if self.heard else None

    @cached_property
    def vrp_views(self) -> tuple[View, ...]:
        """Every way to see the VRPs: each export, as published and with local exceptions."""
        return tuple(View(self, (one,), excepted=excepted) for one in self.files.get("vrps", ()) for excepted in (False, True))

    @cached_property
    def silent_anchors(self) -> frozenset[str]:
        """RIRs of whose trust anchor an export has nothing."""
        return extract.silent_anchors(one.document for one in self.files.get("vrps", ()))

    # ── IRR ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def routes(self) -> _Routes:
        """Route objects in their own source's answer."""
        return _Routes(self)

    @cached_property
    def origins(self) -> _Origins:
        """AS numbers that a VRP or an accepted route object names as origin."""
        return _Origins(self._named())

    def _named(self) -> NDArray[np.uint32]:
        """Collect them, sorted."""
        bits = sum(1 << number for number, name in enumerate(self.header["irr"]) if name in self.settings.accepted_sources & self.dumps)
        found = [np.empty(0, np.uint32)]
        for family in BITS:
            mask = array(self.columns, f"irr/{family}/pair/mask")
            found.append(different(Grove.of(self.columns, f"irr/{family}/pair", family).groups()[(mask & np.uint64(bits)) > 0]))
            if self.heard:
                found.append(different(Grove.of(self.columns, f"rpki/{self.header['views']['published']}/{family}/pair", family).groups()))
        return different(np.concatenate(found))

    @cached_property
    def dumps(self) -> frozenset[str]:
        """IRR sources whose files count."""
        return frozenset(name.removeprefix("irr/") for name in self.files if name.startswith("irr/"))

    @property
    def origins_heard(self) -> bool:
        """Tell whether those spoke who may name an AS number as origin."""
        return self.heard and not self.silent_anchors

    # ── registrations ───────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def registered(self) -> Registered:
        """Registrations of RDAP, and of the registries' own whois databases."""
        return Registered(self)

    def networks(self, prefix: Prefix) -> list[Registration]:
        """Registrations of ranges that cover a prefix."""
        return [one for one in self.registered.over(prefix.version, prefix.network, prefix.last) if one.resource.covers(prefix)]  # type: ignore[union-attr]

    def autnums(self, asn: int) -> list[Registration]:
        """Registrations that hold an AS number."""
        return self._autnums(asn)

    @cached_property
    def _autnums(self) -> Callable[[int], list[Registration]]:
        return lru_cache(maxsize=MOST_ASNS)(
            lambda asn: [one for one in self.registered.over(ASNS, asn, asn) if one.resource.holds(asn)]  # type: ignore[union-attr]
        )

    @cached_property
    def organisations_of(self) -> _Maintained:
        """Maintainer → whose registrations it maintains."""
        return _Maintained(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class View:
    """One way to see the VRPs, one prefix at a time."""

    known: Known
    files: Sequence[pick.File]
    excepted: bool

    def covering(self, prefix: Prefix) -> list[Vrp]:
        """Give the VRPs that cover a prefix."""
        return self.known._covering(self.files, prefix, excepted=self.excepted)  # noqa: SLF001 (its own)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Routes:
    """Route objects of the sources that answered."""

    known: Known

    def overlapping(self, prefix: Prefix) -> list[RouteObject]:
        """Give those that share an address with a prefix."""
        return [
            one
            for name, files in self.known.files.items()
            if name.startswith("irr/")
            for file in files
            for one in file.over(prefix, inside=True)
            if isinstance(one, RouteObject) and name == f"irr/{one.source}" and one.prefix.overlaps(prefix)
        ]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Origins:
    """AS numbers, sorted."""

    asns: NDArray[np.uint32]

    def __contains__(self, asn: int) -> bool:
        """Tell whether one is among them."""
        return bool(self.named(np.array([asn]))[0])

    def named(self, asns: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell which are among them."""
        place = np.minimum(np.searchsorted(self.asns, asns), len(self.asns) - 1)
        return self.asns[place] == asns if len(self.asns) else np.zeros(len(asns), bool)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Maintained:
    """Whom maintainers serve; remembered, for a few maintain most."""

    known: Known

    def get(self, maintainer: str, _: frozenset[str]) -> frozenset[str]:
        """Give whose registrations a maintainer keeps."""
        found = [one for one in self.known.registered.maintained(maintainer) if maintainer in one.maintainers]
        return frozenset(handle for one in found for handle in whose(one))
