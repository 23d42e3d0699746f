"""Every combination of what the sources can say of an AS number."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import product

import pytest

from bgpcheck.facts.asn import AsnKind, asn_kind, registry_kind
from bgpcheck.model import MAX_ASN, DelegationStatus

PUBLIC = 3333
ORDER = [AsnKind.UNALLOCATED, AsnKind.UNKNOWN, AsnKind.ALLOCATED]


@dataclass(frozen=True)
class Said:
    """What each source said; by default, nothing."""

    named_as_origin: bool = False
    rdap_missing: bool = False
    rdap_found: bool = False
    delegated: str | None = None
    delegated_complete: bool = False

    def of(self, asn: int) -> AsnKind:
        return asn_kind(asn, **asdict(self))

    @property
    def against(self) -> bool:
        return self.rdap_missing or (self.delegated_complete and self.delegated not in {"allocated", "assigned", "odd"})

    @property
    def in_favour(self) -> bool:
        return self.named_as_origin or self.rdap_found or self.delegated in {"allocated", "assigned"}


BOTH = (False, True)
EVERYTHING = [Said(*values) for values in product(BOTH, BOTH, BOTH, (None, "allocated", "assigned", "available", "reserved", "odd"), BOTH)]

TABLE = [
    (Said(), "unknown"),
    (Said(delegated_complete=True), "unallocated"),
    (Said(delegated="available", delegated_complete=True), "unallocated"),
    (Said(delegated="reserved", delegated_complete=True), "unallocated"),
    (Said(delegated="reserved"), "unknown"),  # one file alone proves nothing
    (Said(delegated="odd", delegated_complete=True), "unknown"),  # a status that no registry uses
    (Said(delegated="allocated"), "allocated"),
    (Said(delegated=DelegationStatus.ASSIGNED, delegated_complete=True), "allocated"),
    (Said(rdap_missing=True), "unallocated"),
    (Said(rdap_missing=True, delegated_complete=True), "unallocated"),
    (Said(rdap_missing=True, delegated="assigned"), "unknown"),  # registries disagree
    (Said(rdap_missing=True, delegated="assigned", named_as_origin=True), "allocated"),  # and its use decides
    (Said(rdap_found=True), "allocated"),
    (Said(rdap_found=True, delegated_complete=True), "unknown"),
    (Said(rdap_found=True, delegated_complete=True, named_as_origin=True), "allocated"),
    (Said(rdap_found=True, rdap_missing=True), "unknown"),
    (Said(rdap_found=True, rdap_missing=True, delegated_complete=True), "unknown"),
    (Said(rdap_found=True, rdap_missing=True, delegated_complete=True, named_as_origin=True), "unknown"),
    (Said(named_as_origin=True), "allocated"),
    (Said(named_as_origin=True, rdap_missing=True), "allocated"),  # verdicts.md: also where a VRP or route object names it
    (Said(named_as_origin=True, delegated_complete=True), "allocated"),
    (Said(named_as_origin=True, rdap_missing=True, delegated_complete=True), "unknown"),  # a ROA for a mistyped AS number?
]

REGISTRY = [  # the edges of each range, and what lies beside it
    *((asn, "reserved") for asn in (0, 23456, 64496, 64511, 65535, 65536, 65551, 65552, 131071, MAX_ASN)),
    *((asn, "private") for asn in (64512, 65515, 65520, 65534, 4200000000, 4294967294)),
    *((asn, None) for asn in (1, 112, 12076, 23455, 23457, 64495, 131072, 4199999999)),
]


@pytest.mark.parametrize(("said", "kind"), TABLE)
def test_table(said: Said, kind: str) -> None:
    assert said.of(PUBLIC) == kind


@pytest.mark.parametrize(("asn", "kind"), REGISTRY)
def test_registry_always_wins(asn: int, kind: str | None) -> None:
    assert registry_kind(asn) == kind
    if kind is not None:
        assert {said.of(asn) for said in EVERYTHING} == {kind}


def test_no_answer_without_evidence() -> None:
    for said in EVERYTHING:
        kind = said.of(PUBLIC)
        assert kind in ORDER
        assert said.in_favour or kind is not AsnKind.ALLOCATED
        assert said.against or kind is not AsnKind.UNALLOCATED
        assert said.in_favour == said.against or (kind is not AsnKind.UNKNOWN), said


def test_evidence_never_works_backwards() -> None:
    for said in EVERYTHING:
        rank = ORDER.index(said.of(PUBLIC))
        assert ORDER.index(replace(said, named_as_origin=True).of(PUBLIC)) >= rank
        assert ORDER.index(replace(said, rdap_found=True).of(PUBLIC)) >= rank
        assert ORDER.index(replace(said, delegated="allocated").of(PUBLIC)) >= rank
        assert ORDER.index(replace(said, rdap_missing=True).of(PUBLIC)) <= rank
        assert ORDER.index(replace(said, delegated_complete=True).of(PUBLIC)) <= rank
