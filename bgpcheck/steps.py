"""The steps that mend something, one function each: who can do it, where, and what to write (verdicts.md, Remedies). Pure.

Rule: a step says with whose credential it is done, and is None where it would do nothing; which steps a verdict needs, ``remedy`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.facts.rpki import RpkiState, validate
from bgpcheck.model import AsnRange, Prefix, asplain

if TYPE_CHECKING:
    from bgpcheck.assess import Assessment
    from bgpcheck.model import RouteObject

LONGEST_ROA = {"ipv4": 24, "ipv6": 48}  # RFC 9319 s3: nothing longer is accepted on the Internet
RPSL_KEY = {"ipv4": "route", "ipv6": "route6"}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One step. ``kind``: a word of verdicts.md; ``registry``: where, or None; ``who``: who can do it; ``text``: what to write.

    ``values``: what it changes the peering's registry, customer ASN or list to; empty where it changes something else.
    """

    kind: str
    registry: str | None
    who: str
    text: str
    values: tuple[str, ...] = ()


# How each registry takes a route object: who may make it, and how.
MAKING = {
    "RIPE": (
        "the maintainer of the address space (mnt-routes or mnt-by of the inetnum)",
        "RIPE Database web updates, with that maintainer's credential",
    ),
    "AFRINIC": ("the maintainer of the address space", "AFRINIC whois web updates, with that maintainer's credential"),
    "APNIC": ("the holder of the address space", "MyAPNIC: Routes, with the account's certificate or login"),
    "ARIN": (
        "the holder of the address space",
        "ARIN Online: create the ROA with an IRR route object beside it, with the organisation's account",
    ),
    "LACNIC": ("the holder of the address space", "MiLACNIC: create the ROA; LACNIC makes the route object from it"),
    "RADB": ("any RADB member with a maintainer", "the RADB portal or auto-dbm mail, with the RADB maintainer's password"),
    "ALTDB": ("any ALTDB maintainer", "auto-dbm mail to ALTDB, with the ALTDB maintainer's credential"),
    "LEVEL3": ("a Lumen customer with a maintainer", "Lumen's registry, through the provider"),
}
# Where each registry keeps a certificate (SIG-4), by its IRR source.
PUBLISHING = {
    "ARIN": ("the network's points of contact, in ARIN Online", "Comments of the network"),
    "RIPE": ("the inetnum's maintainer, in the RIPE Database", "remarks: of the inetnum or inet6num"),
    "APNIC": ("the holder, in MyAPNIC", "remarks: of the inetnum or inet6num"),
    "AFRINIC": ("the inetnum's maintainer, in MyAFRINIC", "remarks: of the inetnum or inet6num"),
    "LACNIC": ("you", "there by support ticket only, says the page on custom IP prefixes"),
}


def own_source(assessment: Assessment) -> str | None:
    """IRR source of the prefix's own RIR, where known."""
    rir = assessment.knowledge.settings.rirs.get(assessment.registration.registry or "")
    return rir.irr if rir else None


def _target(assessment: Assessment) -> str:
    """IRR source to make an object in: the named registry where it is the prefix's own or a third party's, else its own, else RADB."""
    settings, own = assessment.knowledge.settings, own_source(assessment)
    named = settings.registries[assessment.claim.registry] if assessment.claim.registry else None
    if named and (not named.statistics or named.irr[0] == own):
        return named.irr[0]
    return own or "RADB"


def _origin(assessment: Assessment) -> int:
    """AS number that should be the origin: the customer ASN where set (REG-1)."""
    return assessment.claim.customer_asn or assessment.claim.peer_asn


def route_object_text(prefix: Prefix, origin: int, source: str, maintainers: tuple[str, ...]) -> str:
    """Write the RPSL text of a route object; a maintainer that is not known is left to fill in."""
    who = maintainers[0] if maintainers else "<your maintainer>"
    rows = ((RPSL_KEY[prefix.family], str(prefix)), ("origin", asplain(origin)), ("mnt-by", who), ("source", source))
    return "\n".join(f"{name + ':':<12}{value}" for name, value in rows)


def publish_certificate(assessment: Assessment) -> Remedy:
    """Publish the certificate of the key that made the signature (SIG-2, SIG-4)."""
    source = own_source(assessment)
    who, where = PUBLISHING.get(source or "", ("the holder of the address space, at its regional registry", "remarks of its record"))
    text = f"publish the certificate of the key that signed {assessment.claim.prefix}, on one line with its dashes: {where}"
    return Remedy("publish-certificate", source, who, text)


def sign_again(assessment: Assessment) -> Remedy:
    """Sign the validation id's exact bytes with the published certificate's key (SIG-3)."""
    text = f"sign the validation id of {assessment.claim.prefix} again (bgpcheck sign sign), and submit the one line of Base64"
    return Remedy("sign-again", None, "you, with the key of the published certificate", text)


def create_route_object(assessment: Assessment) -> Remedy:
    """Make the route object; ARIN and LACNIC make it from the ROA."""
    target = _target(assessment)
    who, where = MAKING.get(target, MAKING["RADB"])
    records = assessment.registration.records
    maintainers = tuple(one for one in (records[0].maintainers if records else ()) if not one.startswith("RIPE-NCC"))
    text = route_object_text(assessment.claim.prefix, _origin(assessment), target, maintainers if target == own_source(assessment) else ())
    note = _not_yet(assessment)
    return Remedy("create-route-object", target, f"{who}; {where}", f"{text}{note}")


def _not_yet(assessment: Assessment) -> str:
    """Warn where a registry would refuse the object: IRRd refuses what RPKI makes invalid."""
    if assessment.rpki and assessment.rpki.state in {RpkiState.INVALID_ASN, RpkiState.INVALID_LENGTH}:
        return "\n(after the ROA is corrected: registries refuse an object that RPKI makes invalid)"
    return ""


def name_registry(assessment: Assessment) -> Remedy:
    """Name the other accepted registry in which an object already stands (REG-2)."""
    registries, claim = assessment.knowledge.settings.registries, assessment.claim
    sources = {one.source for one in assessment.irr.objects if one.origin in claim.asns}
    named = next(name for name, registry in registries.items() if name != claim.registry and sources.intersection(registry.irr))
    return Remedy("name-registry", named, "you, in the peering's configuration", f"routingRegistryName: {named}", (named,))


def list_registered_block(assessment: Assessment) -> Remedy | None:
    """List the block that is registered, and announce the more specific inside it (REG-5, inferred)."""
    prefix = assessment.claim.prefix
    covering = [
        one for one in assessment.irr.objects if one.origin in assessment.claim.asns and one.prefix.covers(prefix) and one.prefix != prefix
    ]
    if not covering:
        return None
    block = max(covering, key=lambda one: one.prefix.length).prefix
    text = f"list {block} in the place of {prefix}, and go on announcing {prefix} inside it (a known practice, not a documented promise)"
    return Remedy("list-registered-block", None, "you, in the peering's list of prefixes", text, (str(block),))


def list_parts(assessment: Assessment) -> Remedy | None:
    """List the more specifics that have objects of their own."""
    if assessment.irr.match != "parts":
        return None
    parts = sorted(
        {one.prefix for one in assessment.irr.objects if assessment.claim.prefix.covers(one.prefix) and one.origin in assessment.claim.asns}
    )
    values = tuple(map(str, parts))
    return Remedy("list-parts", None, "you, in the peering's list of prefixes", f"list {', '.join(values)}", values)


def set_customer_asn(assessment: Assessment) -> Remedy | None:
    """Set the AS number that the prefix is registered to, where exactly one other is and it may be yours."""
    others = {one.origin for one in assessment.irr.objects if one.prefix == assessment.claim.prefix} - set(assessment.claim.asns) - {0}
    if len(others) != 1 or assessment.claim.customer_asn:
        return None
    origin = others.pop()
    return Remedy("set-customer-asn", None, f"you, if {asplain(origin)} is yours", f"customerAsn: {origin}", (str(origin),))


def remove_prefix(assessment: Assessment) -> Remedy:
    """Take the prefix out of the list."""
    return Remedy("remove-prefix", None, "you, in the peering's list of prefixes", f"remove {assessment.claim.prefix}")


def fix_announcement(assessment: Assessment) -> Remedy:
    """Announce it from an AS number of the claim."""
    asns = " or ".join(asplain(asn) for asn in assessment.claim.asns)
    return Remedy(
        "fix-announcement",
        None,
        "you, on the router",
        f"announce {assessment.claim.prefix} with {asns} as the last AS of the path, no AS_SET",
    )


def delete_route_object(assessment: Assessment) -> Remedy | None:
    """Ask for a stale object's deletion, only where its origin is neither RPKI-valid nor the prefix's own holder."""
    wrong = [one for one in assessment.irr.objects if one.prefix == assessment.claim.prefix and one.origin not in assessment.claim.asns]
    stale = [one for one in wrong if not _in_use(one, assessment)]
    if not stale:
        return None
    lines = "\n".join(
        f"{one.source}: {one.prefix} {asplain(one.origin)} (mnt-by {', '.join(one.maintainers) or 'unknown'})" for one in stale
    )
    return Remedy("delete-route-object", stale[0].source, "that object's maintainer, on the address holder's request", f"delete\n{lines}")


def _in_use(one: RouteObject, assessment: Assessment) -> bool:
    """Tell whether an object may be right: RPKI agrees with it, or its AS belongs to the prefix's holder, or one is not known."""
    known = assessment.knowledge
    if known.vrps is None or validate(one.prefix, (one.origin,), known.vrps.covering(one.prefix)).state is RpkiState.VALID:
        return True
    if not known.asn_rows(one.origin) and not known.autnums(one.origin):
        return True  # whose AS number it is, is not known
    theirs = {party.handle for record in known.autnums(one.origin) for party in record.holders if party.handle}
    holders = {party.handle for record in assessment.registration.records for party in record.holders if party.handle}
    rows = {row.opaque_id for row in known.asn_rows(one.origin) if isinstance(row.resource, AsnRange) and row.opaque_id}
    return bool(theirs & holders or rows & {row.opaque_id for row in assessment.registration.rows})


def roa(assessment: Assessment) -> Remedy | None:
    """Make or widen a ROA for what is on the Internet; never longer than /24 or /48 (RFC 9319)."""
    prefix, origin = assessment.claim.prefix, _origin(assessment)
    if prefix.length > LONGEST_ROA[prefix.family]:
        return None
    held = bool(assessment.rpki and (assessment.rpki.unmatched_length or assessment.rpki.unmatched_asn))
    text = f"{prefix} => {asplain(origin)}  (maxLength {prefix.length}; only if {prefix} is announced to the Internet by {asplain(origin)})"
    return Remedy(
        "fix-roa" if held else "create-roa", own_source(assessment), "the holder of the address space, at its regional registry", text
    )


def roa_if_wrong(assessment: Assessment) -> Remedy | None:
    """Correct the ROA where it stands in the way of a route object."""
    return roa(assessment) if _not_yet(assessment) else None


def loa(assessment: Assessment) -> Remedy:
    """Get the letter of the direct allocation's holder, by name where the registry gives one (TKT-1)."""
    holder = assessment.holder.direct_holder or "the holder of the direct allocation"
    text = f"a Letter of Authorization in which {holder} assigns {assessment.claim.prefix} to you for {asplain(_origin(assessment))}"
    return Remedy("obtain-loa", None, holder, text)


def ticket(assessment: Assessment) -> Remedy:
    """Open a ticket with Microsoft support, evidence attached."""
    text = f"ask for manual validation of {assessment.claim.prefix}; attach the bundle (--evidence FILE.zip) and the proof of ownership"
    return Remedy("open-ticket", None, "you, with Microsoft support", text)


def submit_again(assessment: Assessment) -> Remedy | None:
    """Have Azure look anew; where it asks for manual validation, only the ticket helps (ST-11)."""
    if assessment.claim.azure == "manual-validation-needed":
        return None
    text = "submit the same list again when the registries are right: Azure looks when a list is submitted (inferred)"
    return Remedy("retry", None, "you, in Azure", text)


def ask_azure_again(_: Assessment) -> Remedy:
    """Wait for Azure (ST-12)."""
    return Remedy("retry", None, "you", "ask Azure again in a minute, and check what it says then")


def retry(_: Assessment) -> Remedy:
    """Check again when the sources answer."""
    return Remedy("retry", None, "you", "make the sources listed as deciding gaps available, and check again")
