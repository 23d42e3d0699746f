"""The holder fact. The danger is a wrong *same* or *similar*, which may end as configured, and a wrong *unlisted*."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.facts.holder import ANY, BEST_FIRST, HolderFact, Side, Yardstick, chain_is_complete, compare, is_a_registrys, normalise, whose
from bgpcheck.model import AddressRange, AsnRange, Delegation, DelegationStatus, Party, Prefix, Registration
from bgpcheck.store import configs

SETTINGS = configs.settings()
WORDS = SETTINGS.holders
P = "193.0.0.0/21"
UNKNOWN = Party("C00000001", "Private Customer")
RIEN = Party("ORG-RIEN1-RIPE", "Reseaux IP Europeens Network Coordination Centre (RIPE NCC)")
SURF = Party("ORG-SF8-RIPE", "SURF B.V.")


def net(registry: str = "ripencc", *holders: Party, at: str = P, status: str = "ASSIGNED PI", mnt: tuple[str, ...] = ()) -> Registration:
    return Registration(registry, Prefix.parse(at).range, at, "", "", status, holders, mnt)


def aut(registry: str = "ripencc", *holders: Party, asn: int = 3333, mnt: tuple[str, ...] = ()) -> Registration:
    return Registration(registry, AsnRange(asn, asn), f"AS{asn}", "", "", "", holders, mnt)


def addresses(registry: str, opaque: str, country: str = "ZZ", status: str = "allocated", at: str = P) -> Delegation:
    return Delegation(registry, country, Prefix.parse(at).range, "20000101", DelegationStatus(status), opaque)


def number(registry: str, opaque: str, country: str = "ZZ", status: str = "allocated") -> Delegation:
    return Delegation(registry, country, AsnRange(3333, 3333), "20000101", DelegationStatus(status), opaque)


@dataclass(frozen=True)
class Case:
    """Two sides, and whom each maintainer serves."""

    nets: tuple[Registration, ...] = ()
    auts: tuple[Registration, ...] = ()
    rows: tuple[Delegation, ...] = ()
    asn_rows: tuple[Delegation, ...] = ()
    heard: bool = True  # RDAP or whois about the prefix
    asn_heard: bool = True
    complete: bool = True
    serves: tuple[tuple[str, frozenset[str]], ...] = field(default=())
    silent: frozenset[str] = frozenset()  # RIRs whose delegated-extended file was not heard

    @property
    def values(self) -> frozenset[str]:
        prefix = Side(self.rows, self.nets, self.heard, self.complete)
        asn = Side(self.asn_rows, self.auts, self.asn_heard, complete=True)
        return compare(prefix, asn, Yardstick(WORDS, SETTINGS.rirs, dict(self.serves), self.silent))


def handles(prefix: str, asn: str, registry: str = "ripencc", other: str = "ripencc") -> Case:
    """Make a case of two handles whose names are unlike."""
    return Case((net(registry, Party(prefix, "First")),), (aut(other, Party(asn, "Second")),))


def names(prefix: str, asn: str, registry: str = "ripencc", other: str = "ripencc") -> Case:
    """Make a case of two names whose handles are unlike."""
    return Case((net(registry, Party("ORG-A-RIPE", prefix)),), (aut(other, Party("ORG-B-RIPE", asn)),))


def opaque(registry: str, country: str = "ZZ", *, asn_country: str = "ZZ", ids: tuple[str, str] = ("a1", "a1")) -> Case:
    """Make a case of delegated rows alone."""
    case = Case(heard=False, asn_heard=False)
    return replace(case, rows=(addresses(registry, ids[0], country),), asn_rows=(number(registry, ids[1], asn_country),))


def maintained(prefix: str, asn: str, serves: dict[str, frozenset[str]], *, registry: str = "ripencc") -> Case:
    """Make a case of two maintainers; the prefix's registration names no organisation."""
    nets = (net("ripencc", mnt=("RIPE-NCC-HM-MNT", prefix), status="LEGACY"),)
    return Case(nets, (aut(registry, SURF, mnt=("RIPE-NCC-END-MNT", asn)),), serves=tuple(serves.items()))


ONE, TWO = frozenset({"ORG-SF8-RIPE"}), frozenset({"ORG-SF8-RIPE", "ORG-X1-RIPE"})
CUSTOMER = net("ripencc", Party("ORG-CU1-RIPE", "Alpha Company"), at="193.0.0.0/24", status="ASSIGNED PA")
LIR = net("ripencc", SURF, at="193.0.0.0/16", status="ALLOCATED PA")
SPLIT = (addresses("arin", "a1", at="193.0.0.0/22"), addresses("arin", "b2", at="193.0.4.0/22"))

SAME = [
    handles("ORG-A-RIPE", "ORG-A-RIPE"),
    handles("MSFT", "MSFT", "arin", "arin"),
    Case((CUSTOMER, LIR), (aut("ripencc", SURF),)),  # at any link
    Case((CUSTOMER,), (aut("ripencc", Party("ORG-CU1-RIPE", "Renamed")),), complete=False),
    Case((CUSTOMER,), (aut("ripencc", SURF, Party("ORG-CU1-RIPE", "")),)),
    Case((net("arin", Party("MSFT", "First")), net("ripencc", SURF)), (aut("ripencc", Party("ORG-SF8-RIPE", "")),)),
    opaque("arin"),
    opaque("lacnic", "AR", asn_country="AR"),
    opaque("afrinic"),
    Case((net("arin", Party("A", "First")),), (aut("arin", Party("B", "Second")),), (addresses("arin", "a1"),), (number("arin", "a1"),)),
    replace(opaque("arin"), rows=(addresses("arin", "a1", at="193.0.0.0/22"), addresses("arin", "a1", at="193.0.4.0/22"))),
    replace(opaque("arin"), rows=(addresses("arin", "a1"), addresses("arin", "", status="reserved", at="193.0.0.0/16"))),
    replace(opaque("arin"), rows=(addresses("arin", "a1", status="assigned"),)),
]

NOT_SAME = [  # what looks like one holder, and what may be said instead
    # handles of two registries, of the registries themselves, and none at all
    (handles("ORG-A", "ORG-A", "ripencc", "afrinic"), {"unlisted"}),
    (handles("IANA", "IANA", "arin", "arin"), {"unlisted"}),
    (handles("ORG-IANA1-RIPE", "ORG-IANA1-RIPE"), {"unlisted"}),
    (handles("", ""), {"different"}),
    (handles("ORG-A", "ORG-A", "", ""), {"unlisted"}),
    (handles("ORG-A", "ORG-A", "ripencc", ""), {"unlisted"}),
    (handles("ORG-A-RIPE", "ORG-B-RIPE"), {"different"}),
    # one handle of many holders, by what it is called: neither same nor different
    (Case((net("arin", UNKNOWN),), (aut("arin", UNKNOWN),)), {"unlisted"}),
    (Case((net("arin", replace(UNKNOWN, name="")),), (aut("arin", UNKNOWN),)), {"unlisted", "similar"}),
    (Case((net("arin", UNKNOWN),), (aut("arin", replace(UNKNOWN, name="")),)), {"unlisted", "similar"}),
    (Case((net("arin", UNKNOWN),), (aut("arin", SURF),)), {"different"}),
    (Case((net("arin", UNKNOWN, SURF),), (aut("arin", UNKNOWN, RIEN),)), {"unlisted"}),
    # opaque ids where they are accounts of somebody else
    (opaque("ripencc"), ANY),
    (opaque("apnic"), ANY),
    (opaque("lacnic", "BR", asn_country="BR"), ANY),
    (opaque("lacnic", "MX", asn_country="MX"), ANY),
    (opaque("lacnic", "BR", asn_country="AR"), ANY),
    (opaque("lacnic", "AR", asn_country="BR"), ANY),
    (opaque("iana"), ANY),
    (opaque("arin", ids=("", "")), ANY),
    (opaque("arin", ids=("a1", "b2")), ANY),
    (replace(opaque("arin"), asn_rows=(number("afrinic", "a1"),)), ANY),
    (replace(opaque("arin"), rows=(addresses("arin", "a1", status="reserved"),)), ANY),
    (replace(opaque("arin"), asn_rows=(number("arin", "a1", status="available"),)), ANY),
    # a prefix of two holders, and a transfer that two registries list: whose is it?
    (replace(opaque("arin"), rows=SPLIT), ANY),
    (replace(opaque("arin"), rows=(SPLIT[0], addresses("arin", "b2", status="assigned", at="193.0.4.0/22"))), ANY),
    (replace(opaque("arin"), rows=(addresses("arin", "a1"), addresses("lacnic", "b2"))), ANY),
    (replace(opaque("arin"), rows=(addresses("arin", "a1"), addresses("ripencc", "a1"))), ANY),
    (replace(opaque("arin"), rows=(addresses("arin", "a1"), addresses("arin", ""))), ANY),
    (replace(opaque("lacnic"), rows=(addresses("lacnic", "a1", "AR"), addresses("lacnic", "a1", "BR", at="193.0.0.0/22"))), ANY),
]

SIMILAR = [
    names("SURF B.V.", "Surf BV"),
    names("SURF B.V.", "SURF", "ripencc", "arin"),  # across registries
    names("Société Générale S.A.", "SOCIETE GENERALE SA"),
    names("Telefónica de España, S.A.U.", "telefonica de espana s.a.u."),
    names("Foo GmbH & Co. KG", "Foo"),
    names("Foo (Holdings) Ltd.", "Foo Holdings Limited"),
    names("Foo S. A.", "Foo SA"),
    names("Foo Sp. z o.o.", "FOO SP Z O O"),
    names("Foo, spol. s r. o.", "Foo spol. s r.o."),
    names('OOO "Foo Bar"', "Foo Bar LLC"),
    names("Łódź Øst A/S", "Lodz Ost A/S"),
    names("Straße AG", "STRASSE"),
    names("HP Inc.", "HP GmbH"),  # two letters are a name
    names("O'Reilly Media Inc", "O\u2019Reilly Media, Inc."),
    names("日本電信電話株式会社", "日本電信電話株式会社"),
    Case((CUSTOMER, LIR), (aut("arin", Party("SURF", "Surf bv")),)),
    maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": ONE}),
    maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": ONE | whose(net())}),  # the prefix's own nameless registration is the question
]

NOT_SIMILAR = [
    # nothing is left to compare, or what is left says nothing
    (names("Ltd.", "GmbH"), {"different"}),
    (names("Ltd.", "Ltd."), {"different"}),
    (names("X Corp.", "X GmbH"), {"different"}),
    (names("...", "---"), {"different"}),
    (names("", ""), {"different", "similar"}),  # handles without names
    (names("Private Customer", "Private Customer"), {"different"}),
    (names("IANA", "iana"), {"different"}),
    (names("RIPE NCC", "RIPE NCC", "ripencc", "arin"), {"unlisted"}),
    (Case((net("ripencc", Party("", "Customer")),), (aut("ripencc", Party("", "Customer")),)), {"unlisted"}),
    # a registry's organisation says nothing, whatever it is called
    (Case((net("arin", Party("ARIN", "Foo")),), (aut("arin", Party("FOO", "Foo")),)), {"unlisted"}),
    # the legal form is dropped at the end, or a long one in front; within a name it may be the name
    (names("SAS Institute Inc.", "Institute Ltd"), {"different"}),
    (names("AS Watson", "Watson Ltd"), {"different"}),
    (names("Bank AG Zürich", "Bank Zürich"), {"different"}),
    (names("Foo Bar", "FooBar"), {"different"}),
    (names("Foo 1", "Foo 2"), {"different"}),
    # marks are letters in other scripts: these are two words
    (names("が", "か"), {"different"}),
    (names("कि लिमिटेड", "की लिमिटेड"), {"different"}),
    # maintainers: the registries' own, those of several organisations or of none known, those of another registry
    (maintained("RIPE-NCC-LEGACY-MNT", "RIPE-NCC-LEGACY-MNT", {"RIPE-NCC-LEGACY-MNT": ONE}), {"unlisted"}),
    (maintained("MAINT-JPNIC", "MAINT-JPNIC", {"MAINT-JPNIC": ONE}), {"unlisted"}),
    (maintained("MAINT-KRNIC-AP", "MAINT-KRNIC-AP", {"MAINT-KRNIC-AP": ONE}), {"unlisted"}),
    (maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": TWO}), {"unlisted"}),
    (maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": frozenset()}), {"unlisted"}),
    (maintained("SN-LIR-MNT", "SN-LIR-MNT", {}), {"unlisted"}),
    (maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": ONE}, registry="apnic"), {"unlisted"}),
    (maintained("SN-LIR-MNT", "SN-MNT", {"SN-LIR-MNT": ONE, "SN-MNT": ONE}), {"unlisted"}),
    (maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": ONE | whose(net(at="193.0.8.0/24"))}), {"unlisted"}),  # somebody else's
    (maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": whose(net())}), {"unlisted"}),
    (replace(maintained("SN-LIR-MNT", "SN-LIR-MNT", {"SN-LIR-MNT": ONE}), complete=False), ANY),  # a provider's, further up
]
ARIN_ONLY, RIPE_ONLY, ALL_SILENT = frozenset({"arin"}), frozenset({"ripencc"}), frozenset(SETTINGS.rirs)
ELSEWHERE = replace(handles("ORG-A", "ORG-B", "arin", "ripencc"), silent=ALL_SILENT)
IDS_OPEN = [  # a file that was not heard could show equal opaque ids
    (replace(handles("A", "B", "arin", "arin"), silent=ARIN_ONLY), {"different", "same"}),
    (replace(handles("A", "B", "arin", "arin"), silent=RIPE_ONLY), {"different"}),
    (replace(handles("A", "B"), silent=ALL_SILENT), {"different"}),  # at RIPE NCC they count for nothing
    (replace(handles("A", "B", "jprs", "jprs"), silent=frozenset({"jprs"})), {"different"}),
    (replace(names("SURF B.V.", "SURF", "arin", "arin"), silent=ARIN_ONLY), {"similar", "same"}),
    (replace(names("SURF B.V.", "SURF", "arin", "ripencc"), silent=ALL_SILENT), {"similar"}),
    (ELSEWHERE, {"unlisted"}),
    (replace(handles("ORG-A", "ORG-B", "ripencc", "arin"), silent=ALL_SILENT), {"unlisted"}),
    (replace(ELSEWHERE, asn_rows=(number("arin", "a1"),)), {"unlisted", "same"}),
    (replace(handles("A", "A", "arin", "arin"), silent=ARIN_ONLY), {"same"}),
]

FURTHER = [
    # different: in one registry only, and only with the whole chain
    (Case((CUSTOMER, LIR), (aut("ripencc", RIEN),)), {"different"}),
    (Case((CUSTOMER,), (aut("ripencc", RIEN),), complete=False), {"same", "similar", "different", "unlisted"}),
    (Case((CUSTOMER,), (aut("arin", RIEN),), complete=False), ANY),
    (Case((CUSTOMER, LIR), (aut("arin", RIEN),)), {"unlisted"}),  # never across registries
    (Case((net("arin", Party("MSFT", "Microsoft")), CUSTOMER), (aut("ripencc", RIEN),)), {"different"}),
    (names("SURF B.V.", "SURF"), {"similar"}),
    (replace(names("SURF B.V.", "SURF"), complete=False), {"same", "similar"}),  # a further link may have the handle
    # a handle alone: its name may be like the other's
    (Case((net("ripencc", Party("ORG-A-RIPE", "")),), (aut("ripencc", SURF),)), {"different", "similar"}),
    (Case((net("ripencc", SURF),), (aut("ripencc", Party("ORG-A-RIPE", "")),)), {"different", "similar"}),
    (Case((net("ripencc", SURF),), (aut("arin", Party("SURF", "")),)), {"unlisted", "similar"}),
    (Case((net("ripencc", Party("ORG-A-RIPE", "")),), (aut("arin", Party("", "SURF B.V.")),)), {"unlisted", "similar"}),
    (Case((net("ripencc", Party("ORG-A-RIPE", "")),), (aut("ripencc"),)), {"unlisted"}),  # nobody there to be called like it
    (Case((net("ripencc", Party("ORG-IANA1-RIPE", "")),), (aut("ripencc", SURF),)), {"unlisted"}),
    # unlisted: both answered, nothing to compare
    (Case((net("ripencc"),), (aut("ripencc", SURF),)), {"unlisted"}),
    (Case((net("ripencc", SURF),), (aut("ripencc"),)), {"unlisted"}),
    (Case((), (aut("ripencc", SURF),)), {"unlisted"}),  # only placeholders cover the prefix
    (Case((), (aut("ripencc", SURF),), complete=False), {"unlisted"}),
    (Case((net("ripencc", SURF),), ()), {"unlisted"}),  # no such AS number
    (Case((net("ripencc"),), (aut("ripencc", SURF),), complete=False), ANY),
    (Case((net("", SURF),), (aut("", RIEN),)), {"unlisted"}),
    # silence is never unlisted, nor different
    (Case((), (aut("ripencc", SURF),), heard=False), ANY),
    (Case((CUSTOMER, LIR), (), asn_heard=False), ANY),
    (Case(heard=False, asn_heard=False), ANY),
    (Case((CUSTOMER, LIR), (aut("arin", Party("SURF", "Surf bv")),), heard=False), {"same", "similar"}),
]


@pytest.mark.parametrize("case", SAME)
def test_same(case: Case) -> None:
    assert case.values == {"same"}


@pytest.mark.parametrize("case", SIMILAR)
def test_similar(case: Case) -> None:
    assert case.values == {"similar"}


@pytest.mark.parametrize(("case", "values"), [*NOT_SAME, *NOT_SIMILAR, *IDS_OPEN, *FURTHER])
def test_what_may_be_said(case: Case, values: set[str]) -> None:
    assert case.values == values


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Réseaux IP Européens", "reseaux ip europeens"),
        ("  The  Company -- Name  ", "the company name"),
        ("GmbH & Co. KG", ""),
        ("Ltd. Ltd.", ""),
        ("S.A. de C.V.", "sa de"),
        ("ZAO Foo OAO", "zao foo"),  # one legal form is enough
        ("UAB Foo", "foo"),
        ("Foo_Bar/Baz", "foo bar baz"),
        ("İstanbul", "istanbul"),
        ("ﬁnance", "finance"),
        ("Đorđe Œuvre", "dorde oeuvre"),  # letters that Unicode does not take apart
        ("Þór Ðór Ælfred", "thor dor aelfred"),
        ("Crème o\u036fk", "creme ok"),  # the first of the accents and the last
        ("\u0370", "\u0371"),  # a letter, right behind them
        ("x\u02ffy", "x y"),  # a sign, right in front of them
        ("", ""),
    ],
)
def test_normalised_name(name: str, left: str) -> None:
    assert normalise(name, WORDS.legal_forms) == left


@pytest.mark.parametrize(
    ("name", "form", "left"),
    [
        ("Foo a b c d", "abcd", "foo"),
        ("a b c d Foo", "abcd", "foo"),
        ("Foo a b c d e", "abcde", "foo a b c d e"),
        ("a b c d e Foo", "abcde", "a b c d e foo"),
        ("a b c d e", "abcde", "a b c d e"),
    ],
)
def test_a_legal_form_of_up_to_four_words(name: str, form: str, left: str) -> None:
    assert normalise(name, frozenset({form})) == left


@pytest.mark.parametrize(
    ("maintainer", "is_one"),
    [("AB-C", True), ("AB-CD", True), ("AB-D", False), ("AB-", False), ("AX-C", False), ("XY", True), ("XYZ", False), ("", False)],
)
def test_a_registrys_maintainers_are_named_or_begin_alike(maintainer: str, is_one: bool) -> None:  # noqa: FBT001 (a table's column)
    words = replace(WORDS, registry_maintainers=frozenset({"AB-C*", "XY"}))
    assert is_a_registrys(maintainer, words) is is_one


@pytest.mark.parametrize("name", sorted(WORDS.placeholder_names))
def test_every_placeholder_name_is_written_normalised(name: str) -> None:
    assert normalise(name, WORDS.legal_forms) == name


@pytest.mark.parametrize("form", sorted(WORDS.legal_forms))
def test_every_legal_form_is_dropped_at_the_end(form: str) -> None:
    assert normalise(f"Foo Bar {form.upper()}", WORDS.legal_forms) == "foo bar"


@given(st.text(max_size=30))
def test_normalising_again_changes_nothing_but_forms(name: str) -> None:
    no_forms = frozenset[str]()
    once = normalise(name, no_forms)
    assert normalise(once, no_forms) == once
    assert normalise(name.upper(), no_forms) == normalise(name.upper().lower(), no_forms)


# ── one or two AS numbers, and the chain ────────────────────────────────────────────────────────────────────────────────────


def side(*records: Registration, answered: bool = True) -> Side:
    return Side((), records, answered, complete=True)


OUTCOMES = {
    "same": side(aut("ripencc", SURF)),
    "similar": side(aut("arin", Party("SURF", "Surf bv"))),
    "different": side(aut("ripencc", RIEN)),
    "unlisted": side(aut("ripencc")),
}
YARDSTICK = Yardstick(WORDS, SETTINGS.rirs, {})


@pytest.mark.parametrize(("one", "other"), list(product(BEST_FIRST, repeat=2)))
def test_best_of_two_as_numbers(one: str, other: str) -> None:
    fact = HolderFact(side(LIR), ((3333, OUTCOMES[one]), (1103, OUTCOMES[other])), YARDSTICK)
    assert fact.match == min(one, other, key=BEST_FIRST.index)


@pytest.mark.parametrize("one", BEST_FIRST)
def test_one_as_number_of_two_not_heard_of(one: str) -> None:
    fact = HolderFact(side(LIR), ((3333, OUTCOMES[one]), (1103, side(answered=False))), YARDSTICK)
    assert fact.values == set(BEST_FIRST[: BEST_FIRST.index(one) + 1])
    assert fact.match == ("same" if one == "same" else "unknown")


def test_no_as_number_is_unlisted() -> None:
    assert HolderFact(side(LIR), (), YARDSTICK).match == "unlisted"


def test_chain_names_the_registrants_the_direct_holder_last() -> None:
    fact = HolderFact(side(CUSTOMER, net("ripencc", Party("ORG-A", ""), Party("", "")), LIR, LIR), (), YARDSTICK)
    assert fact.prefix.chain == ("Alpha Company", "ORG-A", "SURF B.V.")
    assert fact.direct_holder == "SURF B.V."
    assert HolderFact(side(), (), YARDSTICK).direct_holder is None


LEGACY_PART = net("ripencc", SURF, at="193.0.0.0/24", status="LEGACY")
LACNIC_PART = net("lacnic", SURF, at="193.0.0.0/24", status="ALLOCATED")


@pytest.mark.parametrize(
    ("records", "direct", "complete"),
    [
        ((CUSTOMER, LIR), LIR.resource, True),
        ((CUSTOMER, LIR), None, True),
        ((CUSTOMER, LIR), Prefix.parse("193.0.0.0/15").range, True),  # its status says that it is the top
        ((CUSTOMER,), LIR.resource, False),
        ((CUSTOMER,), CUSTOMER.resource, True),
        ((LEGACY_PART,), LIR.resource, False),  # legacy ranges nest
        ((LEGACY_PART,), LEGACY_PART.resource, True),
        ((LACNIC_PART,), LIR.resource, False),
        ((LACNIC_PART,), LACNIC_PART.resource, True),
        ((), LIR.resource, False),
        ((), None, False),
    ],
)
def test_chain_is_complete_where_it_reaches_the_direct_allocation(
    records: tuple[Registration, ...],
    direct: AddressRange | None,
    complete: bool,  # noqa: FBT001 (a table's column)
) -> None:
    assert chain_is_complete(records, direct) is complete


# ── knowing more only narrows ───────────────────────────────────────────────────────────────────────────────────────────────

# A placeholder's name tells it apart, and a handle alone can't: whoever has only the handle of one takes it for a holder. Not drawn here.
NAMED = st.builds(Party, st.sampled_from(["", "ORG-A", "ORG-B", "IANA"]), st.sampled_from(["Foo", "Foo Ltd", "Bar", "Unknown"]))
PARTIES = NAMED.filter(lambda party: party.name != "Unknown" or party.handle in {"", "IANA"})
HOLDERS = st.lists(PARTIES, max_size=2).map(tuple)
REGISTRIES = st.sampled_from(["ripencc", "arin", ""])
NETS = st.lists(st.builds(lambda registry, holders: net(registry, *holders), REGISTRIES, HOLDERS), max_size=3).map(tuple)
AUTS = st.lists(st.builds(lambda registry, holders: aut(registry, *holders), REGISTRIES, HOLDERS), max_size=2).map(tuple)


def without_names(records: tuple[Registration, ...]) -> tuple[Registration, ...]:
    """Forget the names of those who have handles, as where an organisation's record was not to be had."""
    forgotten = ((one, tuple(replace(party, name="") if party.handle else party for party in one.holders)) for one in records)
    return tuple(replace(one, holders=holders) for one, holders in forgotten)


@st.composite
def knowing(draw: st.DrawFn) -> tuple[Case, Case]:
    """Draw two sides fully known, and the same with links, names or a whole answer missing."""
    full = Case(draw(NETS), draw(AUTS))
    nets = full.nets[: draw(st.integers(min(1, len(full.nets)), 3))]
    less = replace(full, nets=nets, complete=len(nets) == len(full.nets))
    if draw(st.booleans()):
        less = replace(less, auts=(), asn_heard=False)
    if draw(st.booleans()):
        less = replace(less, nets=without_names(less.nets))
    if draw(st.booleans()):
        less = replace(less, auts=without_names(less.auts))
    return full, less


@given(knowing())
def test_knowing_more_only_narrows(drawn: tuple[Case, Case]) -> None:
    full, less = drawn
    assert len(full.values) == 1
    assert full.values <= less.values
