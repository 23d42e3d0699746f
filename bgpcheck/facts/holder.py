"""Fact *holder*: is the registrant of the prefix the registrant of the AS number? Pure.

Rule: handles are compared within one registry only; what cannot be compared is ``unlisted`` only after both sides answered.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bgpcheck.facts.registration import DIRECT
from bgpcheck.settings import opaque_ids_tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bgpcheck.model import AddressRange, Delegation, Party, Registration
    from bgpcheck.settings import HolderWords, Rir

BEST_FIRST = ("same", "similar", "different", "unlisted")
ANY = frozenset(BEST_FIRST)
NOBODY_KNOWN = "?"


# Letters that Unicode does not take apart into a plain one and an accent.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
ACCENTS = range(0x300, 0x370)  # combining marks of Latin, Greek and Cyrillic; in other scripts marks make other words
LONGEST_FORM = 4  # words, as in "spol. s r. o."
SHORTEST_NAME = 2  # letters: of "X Corp." nothing is left to compare
SHORTEST_IN_FRONT = 3  # letters: "OOO Example" is a form and a name, "AS Watson" is a name


@lru_cache(maxsize=4096)
def normalise(name: str, legal_forms: frozenset[str]) -> str:
    """Reduce a name to what two spellings of it share: case, accents, punctuation and legal form are dropped."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if ord(one) not in ACCENTS).casefold().translate(PLAIN)
    joined = plain.replace(".", "").replace("'", "").replace("\u2019", "")  # S.A. is SA
    words = "".join(one if one.isalnum() or unicodedata.category(one).startswith("M") else " " for one in joined).split()
    kept = _without_form(words, legal_forms)
    if kept == words:
        front = [size for size in _form_sizes(words, legal_forms, front=True) if len("".join(words[:size])) >= SHORTEST_IN_FRONT]
        kept = words[max(front, default=0) :]
    return " ".join(kept)


def _without_form(words: list[str], legal_forms: frozenset[str]) -> list[str]:
    """Drop the legal forms that a name ends in (``GmbH & Co. KG`` is three)."""
    while sizes := _form_sizes(words, legal_forms, front=False):
        words = words[: len(words) - max(sizes)]
    return words


def _form_sizes(words: list[str], legal_forms: frozenset[str], *, front: bool) -> list[int]:
    """Give the counts of words, at the front or at the end, that spell a legal form (``s. r. o.`` is three)."""
    sizes = range(1, min(len(words), LONGEST_FORM) + 1)
    return [size for size in sizes if "".join(words[:size] if front else words[-size:]) in legal_forms]


@dataclass(frozen=True, slots=True)
class Side:
    """What is known about one side, a prefix or an AS number.

    ``rows``: its delegated-extended rows. ``records``: its chain of registrations, placeholders left out. ``answered``: an RDAP
    or whois service was heard. ``complete``: the chain reaches the direct allocation.
    """

    rows: tuple[Delegation, ...]
    records: tuple[Registration, ...]
    answered: bool
    complete: bool

    @property
    def chain(self) -> tuple[str, ...]:
        """Names or handles of the registrants, most specific first."""
        seen = dict.fromkeys(party.name or party.handle for record in self.records for party in record.holders)
        return tuple(name for name in seen if name)


def is_a_registrys(maintainer: str, words: HolderWords) -> bool:
    """Tell whether a maintainer is a regional or national registry's own, which maintains for everybody."""
    return any(maintainer == word or (word.endswith("*") and maintainer.startswith(word[:-1])) for word in words.registry_maintainers)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What counts as evidence: the words that say nothing, whose opaque ids count, and who maintains what.

    ``organisations_of``: maintainer → whose registrations it maintains in the data at hand (``whose``). ``silent``: RIRs whose
    delegated-extended file was not heard.
    """

    words: HolderWords
    rirs: Mapping[str, Rir]
    organisations_of: Mapping[str, frozenset[str]]
    silent: frozenset[str] = frozenset()

    def name(self, party: Party) -> str:
        """Give the comparable form of a name; empty where it says nothing: a placeholder, a registry, a legal form alone."""
        if party.handle in self.words.registry_organisations:
            return ""
        plain = normalise(party.name, self.words.legal_forms)
        return "" if len(plain) < SHORTEST_NAME or self.stands_for_others(party) else plain

    def stands_for_others(self, party: Party) -> bool:
        """Tell whether a party is called by a placeholder name, such as a registry's: its handle is many holders' too."""
        return normalise(party.name, self.words.legal_forms) in self.words.placeholder_names

    def handle(self, party: Party) -> str:
        """Give the handle, empty for a registry's own organisation."""
        return "" if party.handle in self.words.registry_organisations else party.handle

    def counts(self, maintainer: str, asked: frozenset[str]) -> bool:
        """Tell whether a common maintainer points to one holder: not a registry's, and of one organisation alone.

        ``asked``: what ``whose`` says of the two sides themselves, whose holders are the question.
        """
        if is_a_registrys(maintainer, self.words):
            return False
        found = self.organisations_of.get(maintainer, frozenset()) - {one for one in asked if one.startswith(NOBODY_KNOWN)}
        return len(found) == 1 and not any(one.startswith(NOBODY_KNOWN) for one in found)

    def opaque_ids(self, rows: Iterable[Delegation]) -> frozenset[tuple[str, str]]:
        """Give the opaque id that names the one holder of all ``rows``; none where they have several.

        It says nothing at RIPE NCC and APNIC, nor about members of national registries.
        """
        held = [row for row in rows if row.status in {"allocated", "assigned"}]
        ids = frozenset((row.registry, row.opaque_id) for row in held)
        tells = all(row.opaque_id and opaque_ids_tell(self.rirs, row.registry, row.country) for row in held)
        return ids if len(ids) == 1 and tells else frozenset()


@dataclass(frozen=True, slots=True)
class HolderFact:
    """The comparison of a prefix with one or two AS numbers."""

    prefix: Side
    asns: tuple[tuple[int, Side], ...]
    yardstick: Yardstick

    @property
    def values(self) -> frozenset[str]:
        """Every value that the fact may have: the best of the AS numbers, in the order same, similar, different, unlisted."""
        open_values = [compare(self.prefix, side, self.yardstick) for _, side in self.asns]
        best = frozenset({"unlisted"})
        for values in open_values:
            best = frozenset(min(one, other, key=BEST_FIRST.index) for one in best for other in values)
        return best

    @property
    def match(self) -> str:
        """The one value, or ``unknown``."""
        return next(iter(self.values)) if len(self.values) == 1 else "unknown"

    @property
    def direct_holder(self) -> str | None:
        """Registrant at the top of the chain: the one whose letter is needed (TKT-1)."""
        return self.prefix.chain[-1] if self.prefix.chain else None


def compare(prefix: Side, asn: Side, yardstick: Yardstick) -> frozenset[str]:
    """Compare two sides: every value that is still possible, one where it is certain (verdicts.md, holder)."""
    if _same(prefix, asn, yardstick):
        return frozenset({"same"})
    settled = _answered(prefix, asn, yardstick)
    return settled | {"same"} if _ids_open(prefix, asn, yardstick) else settled


def _ids_open(prefix: Side, asn: Side, yardstick: Yardstick) -> bool:
    """Tell whether a silent delegated-extended file could show equal opaque ids."""
    registries = [{row.registry for row in side.rows} | {record.registry for record in side.records} for side in (prefix, asn)]
    both = registries[0] & registries[1] & yardstick.silent
    return any(yardstick.rirs[one].opaque_ids for one in both if one in yardstick.rirs)


def _answered(prefix: Side, asn: Side, yardstick: Yardstick) -> frozenset[str]:
    """Compare what RDAP and whois said."""
    similar = _similar(prefix, asn, yardstick)
    if not (prefix.answered and asn.answered):
        return frozenset({"same", "similar"}) if similar else ANY
    if similar:
        return frozenset({"similar"}) if prefix.complete else frozenset({"same", "similar"})
    named, other = ({record.registry for record in side.records if _named(record, yardstick)} - {""} for side in (prefix, asn))
    if prefix.complete or not prefix.records:
        alike = _handles(prefix, yardstick) & _handles(asn, yardstick)  # of a registry or a placeholder: neither same nor different
        settled = frozenset({"different" if named & other and not alike else "unlisted"})
        return settled | {"similar"} if _nameless(prefix, asn, yardstick) or _nameless(asn, prefix, yardstick) else settled
    return ANY  # further up the chain, any holder may stand


def _nameless(one: Side, other: Side, yardstick: Yardstick) -> bool:
    """Tell whether ``one`` has a holder known by handle only, who may be called like a holder of ``other``."""
    parties, others = ([party for record in side.records for party in record.holders if yardstick.handle(party)] for side in (one, other))
    named = [party for record in other.records for party in record.holders if yardstick.name(party)]
    return bool(others or named) and any(not party.name for party in parties)


def _named(record: Registration, yardstick: Yardstick) -> bool:
    """Tell whether a record names its registrant."""
    return any(yardstick.handle(party) or yardstick.name(party) for party in record.holders)


def common_handles(prefix: Side, asn: Side, yardstick: Yardstick) -> frozenset[tuple[str, str]]:
    """Give (registry, handle) of organisations that stand for themselves and are at some link of both."""
    return _handles(prefix, yardstick, own=True) & _handles(asn, yardstick, own=True)


def common_maintainers(prefix: Side, asn: Side, yardstick: Yardstick) -> frozenset[tuple[str, str]]:
    """Give (registry, maintainer) that both have and that points to one holder; none where the chain does not reach the top."""
    if not prefix.complete:
        return frozenset()  # further up the chain stands whom the maintainer serves, such as a provider
    asked = frozenset(one for side in (prefix, asn) for record in side.records for one in whose(record))
    both = [{(record.registry, one) for record in side.records for one in record.maintainers} for side in (prefix, asn)]
    return frozenset((registry, one) for registry, one in both[0] & both[1] if registry and yardstick.counts(one, asked))


def _same(prefix: Side, asn: Side, yardstick: Yardstick) -> bool:
    """Tell whether handles or counting opaque ids are equal within one registry, at any link."""
    return bool(common_handles(prefix, asn, yardstick) or yardstick.opaque_ids(prefix.rows) & yardstick.opaque_ids(asn.rows))


def _handles(side: Side, yardstick: Yardstick, *, own: bool = False) -> frozenset[tuple[str, str]]:
    """Give (registry, organisation handle) of every link; ``own``: only of those who stand for themselves."""
    parties = ((record.registry, party) for record in side.records for party in record.holders)
    kept = ((registry, yardstick.handle(party)) for registry, party in parties if not (own and yardstick.stands_for_others(party)))
    return frozenset((registry, handle) for registry, handle in kept if registry and handle)


def _similar(prefix: Side, asn: Side, yardstick: Yardstick) -> bool:
    """Tell whether names are equal after normalising, or a counting maintainer is common."""
    names = [{yardstick.name(party) for record in side.records for party in record.holders} - {""} for side in (prefix, asn)]
    return bool(names[0] & names[1] or common_maintainers(prefix, asn, yardstick))


def whose(record: Registration) -> frozenset[str]:
    """Give the handles of a registration's organisations; one that names none is of somebody unknown, unlike any other."""
    return frozenset(party.handle for party in record.holders if party.handle) or frozenset({f"{NOBODY_KNOWN}{record.resource}"})


def chain_is_complete(records: Iterable[Registration], direct: AddressRange | None) -> bool:
    """Tell whether a chain of registrations reaches the direct allocation: by its range, or by a status that only the top has.

    Legacy ranges nest under the same word, and LACNIC uses its words below the top as well.
    """
    return any(record.resource == direct or record.status in DIRECT - {"LEGACY"} for record in records)
