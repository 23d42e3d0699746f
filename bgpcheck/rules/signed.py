"""Findings about what was submitted to prove a prefix (preview): SIG-2 and SIG-3. Pure.

Rule: what keeps a signature from counting is a warning; it changes no verdict but through the fact *signature*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.facts.signature import ENCODING, SIGNATURE
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.assess import Assessment
    from bgpcheck.facts.signature import SignatureFact

SIGN_AGAIN = "sign the validation id again (bgpcheck sign sign), and submit the one line that it prints"
PUBLISH = "publish a certificate that fits (bgpcheck sign keygen)"


def findings(assessments: Iterable[Assessment]) -> Iterator[Finding]:
    """Say of every prefix that something was submitted for what is wrong with that, or not known."""
    for one in assessments:
        if one.signature:
            yield from _of(str(one.claim.prefix), one.signature)


def _of(subject: str, fact: SignatureFact) -> Iterator[Finding]:
    """Give the findings of one prefix."""
    if not fact.is_known:
        silent = "no record answered" if fact.candidates is None else "it may stand in a record that did not answer, or shows no remarks"
        message = f"a signature was submitted; whether its certificate is published is not known: {silent}"
        yield Finding("SIG-2", Severity.NOTE, subject, message, "make the registry's record available (RDAP or whois), and check again")
    for fault in fact.why:
        of_signature = fault.expected in (ENCODING, SIGNATURE)
        rule, remedy = ("SIG-3", SIGN_AGAIN) if of_signature else ("SIG-2", PUBLISH)
        yield Finding(rule, Severity.WARNING, subject, fault.message, remedy)
    for warning in fact.candidates[0].warnings if fact.candidates else ():
        yield Finding("SIG-2", Severity.WARNING, subject, warning, "name both in the certificate (bgpcheck sign keygen does)")
