"""What ``sign`` says: where to publish a certificate, how to submit a signature, and what became of one. Pure; nothing is run.

Rule: what is to be pasted stands alone on its lines; what is inferred is called so.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bgpcheck.circuit.resource import API
from bgpcheck.facts.names import named
from bgpcheck.model import asplain
from bgpcheck.render.clean import visible
from bgpcheck.shape import utc
from bgpcheck.steps import PUBLISHING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bgpcheck.facts.signature import Candidate, SignatureFact
    from bgpcheck.facts.validation_id import ValidationId
    from bgpcheck.model import AsnRange, Certificate

SCHEMA = "bgpcheck/signature/v1"
URL = (
    "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Network/expressRouteCircuits/CIRCUIT"
    f"/peerings/MicrosoftPeering?api-version={API}"
)
SCHEME = "RSA, PKCS #1 v1.5, SHA-256 (the hash is inferred from custom IP prefixes: SIG-3)"


def publishing() -> str:
    """Say where the line on standard output goes (SIG-4), and what comes next."""
    rows = [f"  {registry:<8} {where} ({who})" for registry, (who, where) in PUBLISHING.items()]
    return "\n".join(
        [
            "Publish that one line, dashes and all, in the registry record that covers the prefix (SIG-4: documented for Azure's",
            "custom IP prefixes, inferred for ExpressRoute):",
            *rows,
            "Then: bgpcheck sign verify --record FILE says whether it can be read there; bgpcheck sign sign makes the signature.",
            "Keep the key file to yourself: nobody else needs it, and no bundle holds it. No ROA is asked for (SIG-6).",
            "",
        ]
    )


def submission(about: ValidationId, signature: str) -> str:
    """Write the calls that submit a signature (SIG-5), for a user to run: one of the two."""
    family = "IPv4" if about.prefix.family == "ipv4" else "IPv6"
    base = ".properties" if family == "IPv4" else ".properties.ipv6PeeringConfig"
    at = f"{base}.microsoftPeeringConfig.advertisedPublicPrefixInfo"
    entry = json.dumps({"prefix": about.prefix_text, "validationId": str(about), "signature": signature})
    return f"""\
Submit it with one of these; neither has been run. GROUP, CIRCUIT and SUBSCRIPTION are yours to fill in.

PowerShell (Az.Network). The prefix must be in the list already; where it has an entry, Set- in the place of Add-:
$circuit = Get-AzExpressRouteCircuit -Name 'CIRCUIT' -ResourceGroupName 'GROUP'
Add-AzExpressRouteCircuitMicrosoftPeeringPrefixConfig -ExpressRouteCircuit $circuit -PeerAddressType {family} `
  -Prefix '{about.prefix_text}' -ValidationId '{about}' `
  -Signature '{signature}'
Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit

Azure CLI with jq, API {API} or later (az network express-route uses an older one). A PUT replaces the whole peering:
look at signed.json first, and if the peering has an MD5 key, write it there again (that GET leaves it out is inferred).
az rest --method get --url '{URL}' > peering.json
jq '{at} |= ((. // []) | map(select(.prefix != "{about.prefix_text}")) + [{entry}])' peering.json > signed.json
az rest --method put --url '{URL}' --body @signed.json
"""


def as_json(about: ValidationId, fact: SignatureFact, now: datetime) -> str:
    """Write what became of a signature for machines: one object, keys sorted."""
    expected = fact.expected
    body = {
        "schema": SCHEMA,
        "decidedAt": utc(now),
        "validationId": str(about),
        "serviceKey": about.service_key,
        "prefix": str(about.prefix),
        "asn": about.asn,
        "scheme": SCHEME,
        "signature": fact.value,
        "predictedAzureState": expected.state if expected else None,
        "basis": expected.basis if expected else None,
        "reasons": [one.message for one in fact.why],
        "certificates": [_candidate_json(one) for one in fact.candidates or ()],
    }
    return json.dumps(body, indent=1, sort_keys=True) + "\n"


def _candidate_json(one: Candidate) -> dict[str, Any]:
    """Give one certificate."""
    made = one.published.certificate
    return {
        "where": one.published.where,
        "faults": [fault.message for fault in one.faults],
        "warnings": list(one.warnings),
        "certificate": _certificate_json(made) if made else None,
    }


def _certificate_json(made: Certificate) -> dict[str, Any]:
    """Give what a certificate says."""
    ranges, asns = named(made)
    return {
        "sha256": sha256(made.der).hexdigest(),
        "subject": made.subject,
        "keyBits": made.key_bits,
        "selfSigned": made.self_signed,
        "notBefore": utc(made.not_before),
        "notAfter": utc(made.not_after),
        "ranges": [str(one) for one in ranges],
        "asns": [_asns(one) for one in asns],
    }


def as_text(about: ValidationId, fact: SignatureFact, now: datetime) -> str:
    """Write the same for people."""
    return "".join(f"{visible(line)}\n" for line in _lines(about, fact, now))


def _lines(about: ValidationId, fact: SignatureFact, now: datetime) -> Iterator[str]:
    """Write the lines: the outcome, why, the Azure state, then each certificate."""
    yield f"{'✔' if fact.value == 'verified' else '✘'} {fact.value}: {about.prefix} for {asplain(about.asn)}"
    yield from (f"  {one.message}" for one in fact.why)
    if fact.expected:
        told = "inferred" if fact.expected.basis == "inferred" else "a state of the API; that it follows is inferred"
        yield f"  Azure's state would be {fact.expected.state} ({told})"
    yield f"  decided at {utc(now)}; {SCHEME}"
    for one in fact.candidates or ():
        yield ""
        yield f"certificate of {one.published.where}"
        if one.published.certificate:
            yield from _certificate_lines(one.published.certificate)
        yield from (f"  ✘ {fault.message}" for fault in one.faults)
        yield from (f"  ! {warning}" for warning in one.warnings)


def _certificate_lines(made: Certificate) -> Iterator[str]:
    """Describe a certificate."""
    ranges, asns = named(made)
    key = f"RSA, {made.key_bits} bits" if made.key_bits else "not RSA"
    yield f"  {'subject':<9}{made.subject}"
    yield f"  {'key':<9}{key}; {'self-signed' if made.self_signed else 'not self-signed'}"
    yield f"  {'valid':<9}{utc(made.not_before)} to {utc(made.not_after)}"
    yield f"  {'names':<9}{', '.join((*map(_asns, asns), *map(str, ranges))) or 'no AS number and no range'}"
    yield f"  {'SHA-256':<9}{sha256(made.der).hexdigest()}"


def _asns(one: AsnRange) -> str:
    """Spell a range of AS numbers."""
    return asplain(one.first) if one.first == one.last else f"{asplain(one.first)}-{asplain(one.last)}"
