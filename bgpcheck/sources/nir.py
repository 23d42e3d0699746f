"""Source *nir*: a national registry under APNIC, asked about prefixes that RDAP places in its country. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.model import Registration
from bgpcheck.sources.base import Answer, Inquiry, Library, Need, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

RDAP = "rdap/ip"


@dataclass(frozen=True, slots=True)
class Nir:
    """One national registry by name (``jpnic``) and country (``JP``)."""

    nir: str
    country: str

    @property
    def name(self) -> str:
        """Give the name in gaps and documents."""
        return f"nir/{self.nir}"

    def ask(self, inquiry: Inquiry, library: Library) -> Answer | Need:
        """Hear RDAP first; where it kept silent there is nothing to ask here."""
        first = [Request(RDAP, subject) for subject in inquiry.about_prefixes]
        missing = library.missing(first)
        if missing:
            return Need(missing)
        wanted = tuple(Request(self.name, request.subject) for request in first if self._is_ours(library.answer(RDAP, [request])))
        missing = library.missing(wanted)
        return Need(missing) if missing else library.answer(self.name, wanted)

    def _is_ours(self, answer: Answer) -> bool:
        """Tell whether a registration is in this country."""
        return any(one.country == self.country for one in _registrations(answer))


def _registrations(answer: Answer) -> Iterable[Registration]:
    """Give the registrations of an answer."""
    return (cited.record for cited in answer.records if isinstance(cited.record, Registration))
