"""What findings say, word by word: message and remedy of each, in ``words.txt``. That they are made is shown by the other tables.

``BGPCHECK_WRITE_GOLDENS=1`` writes the file anew: read the difference.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from circuits import LIST, circuit, config, microsoft, private
from peerings import PEER, block, peering, route

from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig
from bgpcheck.circuit.model import Session as Family
from bgpcheck.circuit.seen import ArpEntry, RouteEntry, RouteFilter, Seen, SummaryEntry, Tables
from bgpcheck.claim import Claim
from bgpcheck.facts.signature import MISSING, OTHER, SIGNATURE, Candidate, Fault, Published, SignatureFact
from bgpcheck.model import Prefix, Route, Segment, SegmentKind
from bgpcheck.rules import announced, asns, both_links, data, edge, filters, internet, links, paths, prefixes, registry, signed, states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.rules.base import Finding

WORDS = Path(__file__).with_name("words.txt")
MANY = tuple(f"12076:599{number:02}" for number in range(6))
LONG = "".join(f"{number:02}." for number in range(20))  # sixty characters
P, OTHER_PEER = "193.0.0.0/21", "198.51.100.6"


def side_by_side(count: int, version: int = 4) -> list[str]:
    """Give that many prefixes of one address each."""
    start = Prefix.parse("193.0.0.0/32" if version == 4 else "2001:67c:2e8::/128")
    return [str(Prefix(version, start.network + number, start.bits)) for number in range(count)]


def of_peerings() -> Iterator[Iterable[Finding]]:
    """Findings about lists, links, AS numbers and the registry's name."""
    for asn in (65515, 0, 12076, 65535, 64512):
        yield asns.check(peering(asn=asn))
    yield asns.check(peering(block("ipv4", P, customer=4200000000)))
    yield asns.check(peering(block("ipv4", P, customer=64512)))
    for path in (
        (3333, 64512, 64512, 3333),
        (64513, 3333),
        (64512, 64513, 64514, 64515),
        (64512, 64513, 64514, 64515, 64516),
        (3333, 64496),
    ):
        yield asns.check(peering(routes=[route(P, path)]))
    yield prefixes.check(peering(block("ipv4", "193.0.0.1/21")))
    yield prefixes.check(peering(block("ipv6", "2001:067c:2e8::/48", P)))
    yield prefixes.check(peering(block("ipv4", "10.0.0.0/8", "0.0.0.0/0")))
    yield prefixes.check(peering(block("ipv4", "193.0.30.0/30", "193.0.30.1/32", "193.0.30.0/24", primary="193.0.30.0/30")))
    yield prefixes.check(peering(block("ipv4", P, P, "193.0.1.0/24")))
    yield prefixes.check(peering(block("ipv4", *side_by_side(2))))
    yield prefixes.check(peering(block("ipv4", *side_by_side(8))))
    yield prefixes.check(peering(block("ipv4", *side_by_side(4))))
    yield prefixes.check(peering(block("ipv4", "193.0.0.0/32", "193.0.0.1/32", "193.0.0.2/31", "193.0.0.4/30", "193.0.0.8/29")))
    both = {"primary": "193.0.30.0/30", "secondary": "193.0.30.4/30"}
    yield prefixes.check(peering(block("ipv4", "193.0.30.4/30", **both)))
    yield links.check(peering(block("ipv4", primary="2001:67c:2e8::/126", secondary="193.0.30.0/29")))
    yield links.check(peering(block("ipv6", primary="193.0.30.0/30", secondary="2001:67c:2e8::/64")))
    yield links.check(peering(block("ipv4", primary="193.0.30.1/30", secondary="10.0.0.0/30")))
    yield links.check(peering(block("ipv4", primary="193.0.30.0/30", secondary="193.0.30.0/30")))
    yield links.check(replace(peering(), vlan_id=4095, secret_faults=links.key_faults("x" * 26)))
    yield links.check(replace(peering(), secret_faults=links.key_faults("a b")))
    yield links.check(replace(peering(), secret_faults=links.key_faults("")))
    yield registry.check(peering(block("ipv4", registry="LEVEL3")))
    yield registry.check(peering(replace(block("ipv6", registry="RIPENCC"), registry_text="ripe ncc")))
    yield registry.check(replace(peering(), cloud="china"))
    yield data.noted((rule, "file", f"what {rule} says") for rule in ("DATA-3", "LIST-4", "DATA-9"))


def of_routes() -> Iterator[Iterable[Finding]]:
    """Findings about what was announced."""
    yield announced.check(peering(block("ipv4", *side_by_side(201)), routes=[route(one) for one in side_by_side(201)]))
    yield announced.check(peering(block("ipv4", P), listened=True))
    yield announced.check(peering(block("ipv4", P), routes=[route(P), route("193.0.8.0/24"), route("193.0.1.0/24")]))
    yield announced.check(peering(block("ipv4", P), routes=[route("193.0.1.0/24"), route("193.0.2.0/24")]))
    sets = [
        [Segment(SegmentKind.SEQUENCE, (3333,)), Segment(SegmentKind.SET, (1103, 1104))],
        [Segment(SegmentKind.CONFED_SET, (1103,))],
        [Segment(SegmentKind.SEQUENCE, (3333, 0))],
        [Segment(SegmentKind.SEQUENCE, (3333, 12076))],
        [Segment(SegmentKind.SEQUENCE, ())],
        [Segment(SegmentKind.SEQUENCE, ()), Segment(SegmentKind.SEQUENCE, (1103,))],
        [Segment(SegmentKind.SEQUENCE, (1103,)), Segment(SegmentKind.SET, ())],
        [],
    ]
    for segments in sets:
        yield paths.check(peering(routes=[replace(route(P), path=tuple(segments), peer_asn=3333)]))
    yield paths.check(peering(routes=[replace(route(P), path=None)]))
    yield paths.check(peering(routes=[replace(route(P, (1103, 3333)), peer_asn=3333)]))
    yield paths.check(peering(routes=[replace(route(one, (1103, 3333)), peer_asn=3333) for one in (P, "193.0.8.0/24")]))
    yield from _of_links()
    yield from _of_the_internet()


def _of_links() -> Iterator[Iterable[Finding]]:
    roles = ((PEER, "primary"), (OTHER_PEER, "secondary"))

    def heard(primary: list[Route], secondary: list[Route]) -> Iterable[Finding]:
        return both_links.check(replace(peering(routes=[*primary, *(replace(one, peer=OTHER_PEER) for one in secondary)]), peers=roles))

    more = ["193.0.8.0/24", "193.0.9.0/24"]
    yield heard([route(P), route(more[0])], [route(P)])
    yield heard([route(P)], [route(P), *map(route, more)])
    yield heard([route(P)], [route(P), *map(route, side_by_side(4))])
    yield heard([route(P)], [route(P), *map(route, side_by_side(5))])
    yield heard([route(P)], [route(P, (1103,))])
    yield heard([route(one) for one in more], [route(one, ()) for one in more])
    yield heard([route(P)], [route(P, (3333, 3333))])
    yield heard([route(one, (3333, 3333)) for one in more], [route(one) for one in more])


def _of_the_internet() -> Iterator[Iterable[Finding]]:
    roles = ((PEER, "primary"), (OTHER_PEER, "internet"))

    def beside(*outside: Route, customer: int = 0) -> Iterable[Finding]:
        made = peering(block("ipv4", P, customer=customer), routes=[route(P), *(replace(one, peer=OTHER_PEER) for one in outside)])
        return internet.check(replace(made, peers=roles))

    yield beside(route(P))
    yield beside(route(P, (0,)))
    yield beside(route(P, (1103,)), customer=1103)
    yield beside(route(P, (1103,)), route("193.0.1.0/24", ()))
    yield beside(route("193.0.1.0/24"), route("193.0.2.0/24"))
    for count in (4, 5):
        yield beside(*(route(P, (1000 + number,)) for number in range(count)))
        peers = [f"198.51.100.{number}" for number in range(10, 10 + count)]
        made = peering(block("ipv4", P), routes=[route(P), *(route(P, peer=one) for one in peers)])
        yield internet.check(replace(made, peers=((PEER, "primary"), *((one, "internet") for one in peers))))
    yield internet.check(replace(peering(block("ipv4", P, "193.0.8.0/24")), internet_from="routes.csv sha256:00"))
    yield internet.check(replace(peering(block("ipv4", P)), internet_from="routes.csv sha256:00"))
    yield internet.check(replace(peering(block("ipv4", P)), internet_from="routes.csv"))
    nested = [route(P), route("193.0.1.0/24"), route("193.0.1.0/24", peer=OTHER_PEER)]
    yield internet.check(replace(peering(block("ipv4", P), routes=nested), peers=roles))
    towards, outside = replace(route(P), peer_asn=3333), replace(route(P), peer=OTHER_PEER, peer_asn=3333)
    yield internet.check(replace(peering(block("ipv4", P), routes=[towards, outside]), peers=roles))


def of_circuits() -> Iterator[Iterable[Finding]]:
    """Findings about a circuit's states and its route filters."""
    told = [
        circuit(serviceProviderProvisioningState="Dreaming"),
        circuit(circuitProvisioningState="Disabled"),
        circuit(provisioningState="Failed"),
        circuit(private(provisioningState="Failed")),
        circuit(private(), serviceProviderProvisioningState="NotProvisioned"),
        circuit(private(state="Disabled")),
        circuit(private(provisioningState="Updating"), microsoft(provisioningState="Updating")),
        circuit(private(), private(vlanId=9)),
        circuit(private(vlanId=345), microsoft(azureASN=8075, secondaryPeerAddressPrefix="")),
        circuit(microsoft(primaryPeerAddressPrefix="")),
    ]
    words = ("Configured", "ValidationNeeded", "Configuring", "ManualValidationNeeded", "NotConfigured", "ValidationFailed", "Dreaming")
    infos = [{"prefix": LIST[0], "validationState": "Configured"}, {"prefix": "193.0.00.0/21", "validationState": "Configuring"}]
    told += [circuit(microsoft(word)) for word in words]
    signed_words = ("AsnValidationFailed", "CertificateMissingInRoutingRegistry", "InvalidSignatureEncoding", "SignatureVerificationFailed")
    told += [circuit(microsoft(word)) for word in signed_words]
    told += [circuit(microsoft(microsoftPeeringConfig=config(state="ValidationNeeded", advertisedPublicPrefixInfo=infos)))]
    yield from (states.check(Seen(one)) for one in told)
    for listed in (LIST[:1], LIST, [f"193.0.{number}.0/24" for number in range(4)], [f"193.0.{number}.0/24" for number in range(5)]):
        one, other = (circuit(microsoft(microsoftPeeringConfig=config(listed)), name=name) for name in ("er-ams", "other"))
        yield states.check(Seen(one, others=(other,)))
        yield states.check(Seen(one, others=(replace(other, name=""),)))
    yield filters.check(Seen(Circuit(peerings=(CircuitPeering("MicrosoftPeering", sessions=(Family("ipv6", filtered=False),)),))))
    for communities in ((), ("12076:5010", "12076:50004", "12076:59999"), MANY[:5], MANY[:6], (LONG, f"12076:5010{40 * ' '}")):
        family = Family("ipv4", filtered=True, filter_id="/one")
        made = Circuit(peerings=(CircuitPeering("MicrosoftPeering", sessions=(family,)),))
        yield filters.check(Seen(made, filters=(RouteFilter("/one", "example", communities),)))


FOUR = Family("ipv4", "193.0.8.0/30", "193.0.8.4/30", "Enabled", PrefixConfig((P,), "Configured"))
LINKS = (Family("ipv4", "10.0.0.0/30", "10.0.0.4/30"), Family("ipv6", "fd00::/126", "fd00::4/126"))
PRIVATE = CircuitPeering("AzurePrivatePeering", state="Enabled", peer_asn=65001, sessions=LINKS)
EDGE = Circuit(
    name="example", tier="Standard", peerings=(CircuitPeering("MicrosoftPeering", state="Enabled", peer_asn=3333, sessions=(FOUR,)),)
)
PATHS = ("3333 65001 65002", "64512 64513 64514 64515", "64512 64513 64514 64515 64516", "4200000000", "04200000001", "3333 64496")
A, B = "0000.5e00.5301", "0000.5e00.5302"


def of_the_edge() -> Iterator[Iterable[Finding]]:
    """Findings about Azure's tables."""
    mine, theirs = ArpEntry("On-Prem", "193.0.8.1", A), ArpEntry("Microsoft", "193.0.8.2", B)
    tables = [
        Tables(arp=()),
        Tables(arp=(theirs,)),
        Tables(arp=(replace(mine, mac="Incomplete"), theirs)),
        Tables(arp=(replace(mine, mac="Incomplete"), ArpEntry("On-Prem", "193.0.8.3", "Incomplete"), theirs)),
        Tables(arp=(mine,)),
        Tables(arp=(mine, theirs, ArpEntry("On-Prem", "192.0.2.1", A))),
        Tables(arp=(replace(mine, address=theirs.address), replace(theirs, address=mine.address))),
        Tables(arp=(replace(mine, address="193.0.8.3"), replace(theirs, address="193.0.8.0"))),
        Tables(arp=(replace(mine, mac="ffff.ffff.ffff"), theirs)),
        Tables(arp=(mine, theirs, replace(mine, mac="0000.5e00.5303"))),
        Tables(arp=(mine, replace(theirs, mac=A))),
        Tables(arp=(mine, theirs, ArpEntry(f"On-{LONG}", "192.0.2.1", A))),
        Tables(arp=(replace(mine, mac="ff....ff....ff....ff....ff....ff.............."), theirs)),
        Tables(summary=()),
        Tables(routes=()),
    ]
    session = SummaryEntry("193.0.8.1", 3333, "1d", "", 50)
    tables += [
        Tables(summary=(replace(session, state=word),)) for word in ("Idle", "Active", "Connect", "OpenSent", "OpenConfirm", "Closing")
    ]
    tables += [Tables(summary=(replace(session, state=word),)) for word in ("Idle (Admin)", "Idle (PfxCt)", "Dreaming", LONG)]
    tables += [Tables(summary=(replace(session, state=f"{word} {LONG}"),)) for word in ("Idle", "Idle (Admin)", "Idle (PfxCt)")]
    tables += [Tables(summary=(replace(session, received=count),)) for count in (0, 180, 200, 201)]
    tables += [Tables(summary=(replace(session, neighbor=one),)) for one in ("193.0.8.2", "192.0.2.1")]
    tables += [Tables(summary=(replace(session, asn=3334),)), Tables(summary=(replace(session, neighbor="####", state="Idle"),))]
    learnt = RouteEntry(P, "193.0.8.1", "3333")
    tables += [Tables(routes=(replace(learnt, path=path),)) for path in PATHS]
    tables += [Tables(routes=(learnt, replace(learnt, network=one))) for one in ("193.0.22.0/23", "10.1.0.0/16")]
    tables += [Tables(routes=(replace(learnt, network="193.0.22.0/23"),)), Tables(routes=(replace(learnt, next_hop="192.0.2.1"),))]
    yield from (edge.check(Seen(EDGE, one)) for one in tables)
    both = replace(EDGE, peerings=(*EDGE.peerings, PRIVATE))
    summaries = [
        Tables(summary=(SummaryEntry(neighbor, 65001, "1d", "", count),)) for neighbor, count in (("10.0.0.1", 4001), ("fd00::1", 101))
    ]
    yield from (edge.check(Seen(both, one)) for one in summaries)
    yield edge.check(Seen(replace(both, tier="Premium"), Tables(summary=(SummaryEntry("10.0.0.1", 65001, "1d", "", 10_001),))))
    heard = frozenset({Prefix.parse("193.0.1.0/24")})
    yield from (edge.check(Seen(EDGE, Tables(routes=routes), announced=heard)) for routes in ((learnt,), ()))
    yield edge.check(Seen(Circuit(), Tables(arp=(mine, theirs))))
    long = replace(EDGE, peerings=(replace(EDGE.peerings[0], type=LONG),))
    yield edge.check(Seen(long, Tables(arp=(mine,))))
    waiting = replace(FOUR, config=PrefixConfig((P,), "ValidationNeeded"))
    for family in (replace(FOUR, state="Disabled"), waiting, replace(FOUR, config=PrefixConfig((P,), LONG))):
        one = replace(EDGE, peerings=(replace(EDGE.peerings[0], sessions=(family,)),))
        yield edge.check(Seen(one, Tables(summary=(replace(session, state="Idle"),))))


@dataclass(frozen=True)
class Proved:
    """What these rules read of an assessment."""

    claim: Claim
    signature: SignatureFact | None


def of_signatures() -> Iterator[Iterable[Finding]]:
    """Findings about what was signed."""
    published = Published(None, "RDAP 193.0.0.0/21")
    wrong = (Fault(SIGNATURE, "of another message"), Fault(OTHER, "of another time"))
    for fact in (
        SignatureFact((), None),
        SignatureFact((), (), complete=False),
        SignatureFact((), ()),
        SignatureFact(wrong, None),
        SignatureFact(
            (), (Candidate(published, (Fault(MISSING, "not there"),), ("names no AS number",)), Candidate(published, (), ("second",)))
        ),
    ):
        yield signed.findings([Proved(Claim(Prefix.parse(P), 3333), fact), Proved(Claim(Prefix.parse(P), 3333), None)])


def told() -> str:
    groups = (of_peerings, of_routes, of_circuits, of_the_edge, of_signatures)
    lines: dict[str, None] = {}
    for group in groups:
        for found in group():
            lines |= dict.fromkeys(f"{one.rule} {one.severity} {one.subject}\n  {one.message}\n  > {one.remedy}\n" for one in found)
    return "".join(lines)


def test_words() -> None:
    said = told()
    if os.environ.get("BGPCHECK_WRITE_GOLDENS") == "1":
        WORDS.write_text(said, encoding="utf-8")
    assert said == WORDS.read_text(encoding="utf-8")
