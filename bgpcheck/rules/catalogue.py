"""Every rule id and reason code, in words: what it means, where it is from, what to do. Pure data.

Rule: a finding or reason that is not explained here cannot be made; ``bgpcheck explain`` reads this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """On what a statement about Azure rests."""

    DOCUMENTED = "documented"
    API = "api"
    OBSERVED = "observed"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Entry:
    """One id. ``source``: page by its title file on Microsoft Learn, RFC, or registry policy."""

    basis: Basis
    source: str
    meaning: str
    remedy: str


D, S, O, I = Basis.DOCUMENTED, Basis.API, Basis.OBSERVED, Basis.INFERRED  # noqa: E741 (the letters of the rule tables)

RULES = {
    "ST-1": Entry(
        D,
        "expressroute-workflows; network API specification 2025-05-01",
        "The provider's state is NotProvisioned, Provisioning or Provisioned; the API also has Deprovisioning, newer SDKs DeProvisioned. "
        "Another word is possible, and nothing is concluded from it.",
        "Look what the word means in Azure's current documentation.",
    ),
    "ST-2": Entry(
        D,
        "expressroute-workflows; recorded answers",
        "A circuit's status is Enabled from its creation on; Disabled is seen only while Azure is still at work.",
        "Wait until Azure is done; if the status stays Disabled, contact Microsoft support.",
    ),
    "ST-3": Entry(
        S,
        "network API specification; recorded answers",
        "provisioningState of circuit and peering is Succeeded, Failed, Canceled, Creating, Updating or Deleting. No state is judged while "
        "it is not Succeeded.",
        "Wait until it is Succeeded; after Failed or Canceled repeat the change.",
    ),
    "ST-4": Entry(
        D,
        "expressroute-workflows",
        "A circuit's life: created (NotProvisioned); the provider has the service key (Provisioning); the provider is done (Provisioned); "
        "deprovisioned (NotProvisioned again), when it may be provisioned again or deleted. The status is Enabled all the way.",
        "bgpcheck circuit FILE says where a circuit stands and who is to act.",
    ),
    "ST-5": Entry(
        D,
        "expressroute-workflows; a recorded answer",
        "Provisioned with status Enabled is the only usable state. With a Layer 2 provider you configure routing, and only then; with a "
        "Layer 3 provider the provider does. A recorded answer shows Azure accepting a peering earlier.",
        "Have the provider provision the circuit, then configure the peerings.",
    ),
    "ST-6": Entry(
        D,
        "expressroute-workflows",
        "Deleting fails while the provider's state is Provisioning or Provisioned. Billing runs from the service key's issue until the "
        "circuit is deleted.",
        "Have the provider deprovision the circuit, then delete it.",
    ),
    "ST-7": Entry(
        D, "expressroute-workflows", "An ExpressRoute Direct circuit has no provider, and so no provider state.", "Nothing to do."
    ),
    "ST-8": Entry(
        D,
        "expressroute-howto-reset-peering; network API specification",
        "A peering is Enabled or Disabled, IPv6 apart; disabling drops both BGP sessions.",
        "Enable the peering when it should carry traffic.",
    ),
    "ST-9": Entry(
        S,
        "network API specification; expressroute-workflows",
        "advertisedPublicPrefixesState, one for IPv4 and one for IPv6: NotConfigured, Configuring, Configured, ValidationNeeded. The "
        "workflow page also names a manual validation.",
        "bgpcheck check --circuit FILE says which registry entry is missing.",
    ),
    "ST-10": Entry(
        S,
        "network API specification 2024-07-01",
        "From API 2024-07-01 on each prefix has a validation id and one of ten states of its own. Settled for the very same claim, it is "
        "the outcome.",
        "Ask Azure with that API version or later.",
    ),
    "ST-11": Entry(
        D,
        "expressroute-workflows",
        "The BGP session comes up only when the prefixes are Configured. ValidationNeeded: they did not match the AS number in any routing "
        "registry. Manual validation: open a ticket with proof that you own the addresses and the AS number.",
        "Do the steps of bgpcheck check --circuit FILE, then submit the list again, or open the ticket.",
    ),
    "ST-12": Entry(
        O,
        "recorded answers",
        "After a change Azure first answers Updating and NotConfigured (azureASN 0), and 20 to 45 seconds later Succeeded with the state.",
        "Ask again in a minute.",
    ),
    "ST-13": Entry(
        D, "samples of the documentation", "On private peering advertisedPublicPrefixesState means nothing.", "Ignore it there."
    ),
    "ST-14": Entry(
        D,
        "expressroute-howto-routing-portal",
        "The peerings are finished one at a time; a circuit has one peering of each type.",
        "Wait until a peering is Succeeded before the next one is changed.",
    ),
    "ST-15": Entry(
        D,
        "expressroute-workflows",
        "Virtual networks are linked to the circuit last, also those of other subscriptions. Private peering reaches them; Microsoft "
        "peering reaches Microsoft 365 and the PaaS services.",
        "Configure private peering, then link.",
    ),
    "ST-16": Entry(
        D,
        "expressroute-workflows",
        "Towards Microsoft another edge or proxy is to be used than towards the Internet: one for both makes routing asymmetric.",
        "Separate the two edges.",
    ),
    "TKT-1": Entry(
        D,
        "expressroute-workflows, expressroute-faqs, expressroute-routing",
        "A ticket needs proof that you own the addresses and the AS number: documents in which the entity that the registry lists as owner "
        "assigns the prefixes to your organisation, such as a Letter of Authorization.",
        "bgpcheck check --evidence FILE.zip writes what the registries say, the ticket's text and a draft of the letter.",
    ),
    "TKT-2": Entry(
        D,
        "expressroute-troubleshooting",
        "The service key identifies the circuit to Microsoft and to the provider, and is no secret.",
        "Give it in every ticket.",
    ),
    "LNK-4": Entry(
        D,
        "expressroute-faqs, expressroute-howto-reset-peering, expressroute-routing",
        "Keepalive 60 s and hold 180 s on Microsoft's side, negotiated down by yours; BFD on Microsoft peerings made after 10 January "
        "2020; no multihop. Both sessions are needed for the service level agreement.",
        "Configure both links and bring up both sessions.",
    ),
    "REG-1": Entry(
        D,
        "expressroute-faqs",
        "Microsoft looks for the advertised prefixes and the peer or customer AS number in the routing registries, as assigned to you. "
        "The exact query is published nowhere.",
        "Register the prefix with a route object for your AS number, or set the AS number it is registered to as customer ASN.",
    ),
    "REG-2": Entry(
        D,
        "expressroute-routing",
        "Accepted registry names: ARIN, APNIC, AFRINIC, LACNIC, RIPENCC, RADB, ALTDB. The CLI also offers LEVEL3.",
        "Write the accepted name.",
    ),
    "REG-3": Entry(
        D,
        "expressroute-routing, expressroute-circuit-peerings",
        "The two link subnets must be verifiable as yours too, or as your provider's.",
        "Use link subnets that are registered to you or your provider.",
    ),
    "REG-4": Entry(
        D,
        "ARIN policy ARIN-2021-8",
        "ARIN has retired the OriginAS attribute of its Whois: it never counts as proof.",
        "Make a route object at ARIN Online.",
    ),
    "REG-5": Entry(
        I,
        "public documentation issue",
        "To validate a whole block and advertise parts of it, down to /32, is a known practice and not a documented promise.",
        "List the block that is registered, and announce the parts inside it.",
    ),
    "REG-6": Entry(
        I,
        "public documentation issue, 2018",
        "Government clouds have been reported to validate every prefix by hand, which takes a week or more.",
        "Plan for manual validation and have the evidence bundle ready.",
    ),
    "ASN-1": Entry(D, "expressroute-routing", "Microsoft's side of the session is AS 12076.", "Give your own AS number."),
    "ASN-2": Entry(D, "expressroute-routing", "AS numbers 65515 to 65520 are reserved by Microsoft.", "Use another AS number."),
    "ASN-3": Entry(
        S,
        "network API specification",
        "peerASN is 1 to 4294967295; customerASN is a signed 32-bit number, so nothing above 2147483647 can be expressed.",
        "Use an AS number that the API can carry.",
    ),
    "ASN-4": Entry(
        D,
        "expressroute-routing",
        "A private peer ASN is allowed on Microsoft peering, but its prefixes are validated by hand.",
        "Use a public AS number, or open a ticket with the evidence bundle.",
    ),
    "ASN-5": Entry(
        D,
        "expressroute-circuit-peerings",
        "A customer ASN names the AS that the prefixes are registered to, and must be public.",
        "Set a public customer ASN, or leave it at 0.",
    ),
    "ASN-6": Entry(
        D,
        "expressroute-routing",
        "Private AS numbers are stripped from received AS_PATHs, so prepending with them does nothing; 64496 to 64511 are not allowed.",
        "Prepend with your public AS number only.",
    ),
    "ASN-7": Entry(
        I,
        "IANA AS number registries",
        "0, 23456, 65535, 4294967295 and the documentation ranges cannot be a legitimate peer.",
        "Give the AS number that your router really uses.",
    ),
    "PFX-1": Entry(
        D,
        "expressroute-routing, expressroute-faqs",
        "Only public prefixes may be advertised on Microsoft peering: no RFC 1918 space, no default route. Other special-purpose space "
        "follows from the word public.",
        "Remove the prefix from the list; advertise the public addresses that you translate to.",
    ),
    "PFX-2": Entry(D, "expressroute-faqs", "Any prefix length down to /32 and /128 is accepted.", "Nothing to do."),
    "PFX-3": Entry(
        D,
        "expressroute-howto-routing-arm",
        "IPv4 prefixes belong to the IPv4 session's list, IPv6 prefixes to the IPv6 session's.",
        "Move the prefix to the other family's list.",
    ),
    "PFX-4": Entry(
        D,
        "expressroute-routing, expressroute-nat",
        "The same route is not to be advertised to the Internet and over ExpressRoute; where that can't be avoided, the one over "
        "ExpressRoute must be more specific. For a NAT pool it is forbidden outright.",
        "Announce a more specific prefix over ExpressRoute, or other addresses; bgpcheck check --internet FILE looks for it in a table.",
    ),
    "PFX-6": Entry(
        D,
        "expressroute-faqs",
        "The same prefix may be advertised on several of your circuits; prepending makes one of them preferred.",
        "Prepend your public AS number on the circuit that is to be second.",
    ),
    "PFX-5": Entry(
        D,
        "expressroute-routing",
        "The list also makes the access lists of Microsoft's core routers: what is announced and not covered by it is dropped.",
        "Add the prefix to the list, or stop announcing it.",
    ),
    "PFX-7": Entry(D, "expressroute-nat", "The link subnets are not to be advertised.", "Remove the link subnet from the list."),
    "PFX-8": Entry(
        S,
        "Azure PowerShell",
        "Tools compare prefixes as text, so another spelling is another prefix to them.",
        "Write it in canonical form.",
    ),
    "LIM-1": Entry(
        D,
        "expressroute limits, expressroute-faqs",
        "200 IPv4 and 200 IPv6 routes a session on Microsoft peering; one more and the session is dropped.",
        "Aggregate, or announce fewer routes.",
    ),
    "LNK-1": Entry(
        D,
        "expressroute-routing",
        "Two /30 (or one /29 split) for IPv4, two /126 (or one /125 split) for IPv6; distinct, and public on Microsoft peering. Yours is "
        "the first host address, Microsoft's the second.",
        "Give two distinct public link subnets of the right length.",
    ),
    "LNK-2": Entry(
        D,
        "expressroute-howto-routing-portal",
        "One VLAN id for both links, unique among the circuit's peerings. That it is 1 to 4094 follows from IEEE 802.1Q.",
        "Choose a VLAN id from 1 to 4094.",
    ),
    "LNK-3": Entry(
        D,
        "expressroute-howto-routing-portal",
        "An MD5 key has at most 25 characters, letters and digits only, the same at both ends.",
        "Choose another key.",
    ),
    "RF-1": Entry(
        D,
        "expressroute-howto-routing-portal, how-to-routefilter-portal",
        "A Microsoft peering made since 1 August 2017 receives no routes until a route filter is attached; IPv6 has one of its own.",
        "Attach a route filter that allows the communities of the services you need.",
    ),
    "RF-2": Entry(
        D,
        "how-to-routefilter-portal, expressroute-routing",
        "Microsoft 365 communities (12076:5010, 5020, 5030, 5100) need Microsoft's authorisation; without it the filter can't be attached.",
        "Ask Microsoft for the authorisation, or leave these communities out.",
    ),
    "RF-3": Entry(
        I,
        "expressroute-routing, table of March 2026",
        "A community of a filter is not in the published table, or is one of private peering, whose routes no filter carries.",
        "Compare with Get-AzBgpServiceCommunity.",
    ),
    # What Azure's edge shows of running sessions.
    "EDGE-1": Entry(
        D,
        "expressroute-troubleshooting-arp-resource-manager",
        "Azure's ARP table has no On-Prem entry, or an incomplete one: your side or your provider's has a fault at layer 2.",
        "See that your router has the first address of the subnet and that the VLAN tags agree; then ask your provider.",
    ),
    "EDGE-2": Entry(
        D,
        "expressroute-troubleshooting-arp-resource-manager",
        "Azure shows no ARP table for a peering: its own side has a fault.",
        "Open a ticket with Microsoft for layer 2; where the provider does layer 3, refresh the circuit in the portal first.",
    ),
    "EDGE-3": Entry(
        D,
        "expressroute-troubleshooting-arp-resource-manager",
        "Azure's ARP table has no entry of Microsoft's own side, which some of its hardware does not show.",
        "Nothing to do where the session is up.",
    ),
    "EDGE-4": Entry(
        I,
        "IEEE 802, RFC 826",
        "A MAC address of the ARP table can't be that of a router on the link: a group address, one of both sides, or two for one address.",
        "Look for loops, wrong static entries and addresses in use twice.",
    ),
    "EDGE-5": Entry(
        I,
        "this tool",
        "The route table summary has no session.",
        "See that the peering exists and is enabled.",
    ),
    "EDGE-6": Entry(
        I,
        "this tool",
        "An address of a table lies on no link of the peerings that are described, so the table may be another peering's.",
        "Give the data of the peering that the table is of.",
    ),
    "EDGE-7": Entry(
        I,
        "this tool",
        "The session is with another AS number than the peering's peer ASN.",
        "Set the peer ASN to what your router uses.",
    ),
    "EDGE-8": Entry(
        D,
        "expressroute-troubleshooting-expressroute-overview",
        "A session in Idle or Active is not up: link subnets, VLAN id, AS numbers or MD5 key differ between the two ends.",
        "Compare them with your router's and your provider's.",
    ),
    "EDGE-9": Entry(
        I,
        "RFC 4271 s8.2.2",
        "A session is in a state on the way up, shut down, or in one that is not known.",
        "Look again in a minute, then at your router.",
    ),
    "EDGE-10": Entry(
        I,
        "this tool",
        "A session is up, but your side announces nothing over it.",
        "Look at your router's export.",
    ),
    "EDGE-11": Entry(
        I,
        "this tool",
        "Azure's route table and what the lab heard from the same router differ, or the table is empty.",
        "Compare the export to Azure with the export to the lab.",
    ),
    "SIG-1": Entry(
        S,
        "Azure PowerShell",
        "For each prefix Microsoft makes a validation id of the circuit's service key, the prefix and the AS number, and that is signed: "
        "Azure-SKEY|7c44c70b-9c62-4a89-a6b2-d281b6ce7a49|123.1.0.0/24|ASN-23.",
        "Take it from the peering's advertisedPublicPrefixInfo, and sign it as it stands there.",
    ),
    "SIG-2": Entry(
        D,
        "expressroute-howto-routing-portal",
        "The registry record that covers the prefix publishes a self-signed certificate of an RSA key (2048 or 4096 bits) that names "
        "organisation, AS number and address range. Which X.509 fields these stand in is not said, nor what follows of an expired one.",
        "Make one with bgpcheck sign keygen, and publish the line that it prints.",
    ),
    "SIG-3": Entry(
        D,
        "expressroute-howto-routing-portal, create-custom-ip-address-prefix",
        "The signature is over the validation id's exact bytes: a newline or byte order mark breaks it. It is submitted as one line of "
        "Base64. The hash is not named there; that it is SHA-256 is inferred from custom IP prefixes, Azure's sister product.",
        "Sign with bgpcheck sign sign, or openssl dgst -sha256 -sign over a file without a newline; then base64 -w0.",
    ),
    "SIG-4": Entry(
        I,
        "create-custom-ip-address-prefix",
        "Where a registry keeps the certificate is documented for custom IP prefixes only: Comments of the network at ARIN, remarks of the "
        "inetnum at RIPE, APNIC and AFRINIC, a support ticket for LACNIC; one line, dashes kept.",
        "Publish it there; look with bgpcheck sign verify --record whether it can be read.",
    ),
    "SIG-5": Entry(
        S,
        "network API specification, Azure PowerShell",
        "Signatures are submitted in the portal, in PowerShell (Add-AzExpressRouteCircuitMicrosoftPeeringPrefixConfig) or with az rest "
        "on API 2024-07-01 or later; the other commands of the Azure CLI use an older API.",
        "Use one of the calls that bgpcheck sign sign prints.",
    ),
    "SIG-6": Entry(
        D,
        "expressroute-howto-routing-portal",
        "No ROA is asked for. One that names AS8075 belongs to custom IP prefixes, which Microsoft announces itself.",
        "Do not make a ROA for AS8075 for ExpressRoute: on the Internet it would authorise Microsoft in your place.",
    ),
    # What bgpcheck itself notices about a list and its data.
    "LIST-1": Entry(I, "this tool", "The same prefix stands in the list more than once.", "Keep one of them."),
    "LIST-2": Entry(
        I,
        "this tool",
        "A listed prefix lies inside another listed one. Both are judged; the wider one covers both.",
        "Keep both only where both are announced.",
    ),
    "LIST-3": Entry(I, "this tool", "A listed prefix was never announced in the recording.", "Announce it, or take it out of the list."),
    "LIST-4": Entry(I, "this tool", "A recorded announcement has a fault that makes it hard to judge.", "Look at the router's export."),
    "LIST-5": Entry(
        I,
        "expressroute-faqs; public documentation issue",
        "Prefixes are announced that lie inside a listed one and are not listed themselves. Any length is taken; that the parts of a "
        "validated block work too is a known practice and not a documented promise.",
        "List what is announced, or announce the listed block, if in doubt.",
    ),
    "PATH-1": Entry(
        I,
        "RFC 9774",
        "An announced path has an AS_SET or AS_CONFED_SET, which must not be announced any more: who receives such a route takes it for "
        "withdrawn.",
        "Aggregate without an AS_SET, from your own AS number, or announce the parts.",
    ),
    "PATH-2": Entry(
        I,
        "RFC 4271 s9.1.2",
        "An announced path contains AS12076, Microsoft's own: it is taken for a loop, and the route is left out.",
        "Do not announce Microsoft's routes back to it, and do not prepend 12076.",
    ),
    "PATH-3": Entry(
        I,
        "RFC 4271 s6.3",
        "The first AS number of an announced path is not that of the session's peer. Routers that enforce the first AS number refuse that.",
        "Let the router that has the session put its own AS number in front.",
    ),
    "PATH-4": Entry(
        I,
        "RFC 7606 s7.2, RFC 7607 s2, RFC 5065 s5",
        "An announced route has no AS_PATH, an empty one, an empty segment, segments of a confederation, or AS 0. Over eBGP that is "
        "malformed, and who receives it takes the route for withdrawn.",
        "See that the session is eBGP, and that the router puts its own AS number in front and prepends no 0.",
    ),
    "BOTH-1": Entry(
        D,
        "expressroute-faqs",
        "A prefix is announced on one of the two links only. Both sessions are needed for the service level agreement, and what only one "
        "announces is not reached when that one fails.",
        "Announce the same prefixes on both links.",
    ),
    "BOTH-2": Entry(
        I,
        "this tool",
        "A prefix has another origin AS on the one link than on the other, private AS numbers stripped.",
        "Originate it from the same AS number on both links.",
    ),
    "BOTH-3": Entry(
        I,
        "expressroute-faqs; RFC 4271 s9.1.2.2",
        "The path of a prefix is longer on one link than on the other, private AS numbers stripped: Microsoft prefers the shorter one.",
        "Prepend alike on both links, or leave it where one is to stand by.",
    ),
    "NET-1": Entry(
        I,
        "this tool",
        "The table that --internet names shows no route of a prefix. One table is no proof that the Internet has none.",
        "Look in other tables too, such as your provider's.",
    ),
    "NET-2": Entry(
        I,
        "this tool",
        "Of the table that --internet names something was left out or put right: more rows than a case keeps, or host bits.",
        "See what it says.",
    ),
    "DATA-1": Entry(I, "configs/sources.yaml", "A source is older than its limit.", "Fetch a newer file; --strict refuses old ones."),
    "DATA-2": Entry(I, "this tool", "Records of a file could not be read and were left out.", "Fetch the file again."),
    "DATA-3": Entry(I, "this tool", "A file in the registry folder has a name that says nothing about its content.", "Rename it."),
    "DATA-4": Entry(
        I,
        "this tool",
        "An object was seen in another registry's mirror only. It says nothing certain about its own registry, so it does not count.",
        "Ask the object's own registry.",
    ),
    "DATA-5": Entry(
        I,
        "this tool",
        "Parts of the prefix have different registration statuses; the worst of them counts.",
        "List the parts apart.",
    ),
    "DATA-6": Entry(
        I,
        "verdicts.md, registration",
        "Legacy space is inferred: an ARIN row older than ARIN in a block that IANA calls LEGACY.",
        "Check the registration at ARIN; legacy holders may need an agreement to make route objects.",
    ),
    "DATA-7": Entry(
        I,
        "RFC 8416",
        "Local exceptions change the RPKI state of the prefix. Microsoft does not see them.",
        "Check again without the SLURM file to see what the world sees.",
    ),
    "DATA-8": Entry(I, "this tool", "Planned objects were assumed; the verdict holds only once they are there.", "Create them."),
    "DATA-10": Entry(
        I,
        "this tool",
        "Two validators do not give the same RPKI state for the prefix, or an export holds a VRP that had expired when it was made. "
        "Only what all say is known.",
        "Ask again in an hour, or fetch a newer export; else look which one is behind, or has other trust anchors, exceptions or clock.",
    ),
    "DATA-11": Entry(
        I,
        "this tool",
        "The VRPs hold nothing of the trust anchor of the registry that answers for the prefix, so they say nothing about its ROAs.",
        "Look whether the validator has that trust anchor's locator and reaches its repository.",
    ),
    "DATA-12": Entry(
        I,
        "this tool",
        "A value in Azure's data can't be read. What it would say is not known, and check refuses to judge the rest alone.",
        "Look at the value; masked documents have to be unmasked.",
    ),
    "DATA-13": Entry(I, "this tool", "Something was noticed in reading Azure's data.", "See what it says."),
    "DATA-9": Entry(
        I,
        "this tool",
        "A source's file holds no record at all, which is more likely an outage than a registry without any.",
        "Fetch the file again; --strict refuses empty ones.",
    ),
}

# How much a rule's findings weigh at worst; those that are named in neither set weigh as a warning.
BLOCKING = frozenset({"ASN-2", "ASN-3", "ASN-5", "ASN-7", "PFX-1", "PFX-3", "LIM-1", "LNK-1", "LNK-2", "LNK-3"})
NOTED = frozenset(
    {
        *("ST-12", "PFX-6", "RF-2", "RF-3", "EDGE-3", "LIST-2", "LIST-4", "LIST-5", "BOTH-3", "NET-1", "NET-2"),
        *("DATA-2", "DATA-3", "DATA-4", "DATA-6", "DATA-13"),
    }
)
# Facts that verdicts, answers about a circuit and commands rest on, and that make no finding of their own.
STATED = frozenset(
    {
        *("ST-4", "ST-6", "ST-7", "ST-9", "ST-13", "ST-15", "TKT-1", "TKT-2", "REG-1", "REG-4", "REG-5", "PFX-2"),
        *("SIG-1", "SIG-3", "SIG-4", "SIG-5", "SIG-6"),
    }
)


def weight(rule: str) -> str:
    """Say how much a rule's findings weigh at worst: ``blocker``, ``warning``, ``note``; empty where it makes none."""
    if rule in STATED:
        return ""
    return "blocker" if rule in BLOCKING else "note" if rule in NOTED else "warning"


REASONS = {
    "azure-configured": Entry(S, "ST-9, ST-10", "Azure itself has validated this very claim.", "Nothing to do."),
    "azure-manual-validation-needed": Entry(S, "ST-10", "Azure itself asks for manual validation.", "Open a ticket with the bundle."),
    "azure-updating": Entry(
        O, "ST-3, ST-12", "Azure is still working on the last change, or the change did not succeed.", "Ask again in a minute."
    ),
    "azure-other-state": Entry(
        S, "ST-1, ST-9", "Azure gives a state that its documentation does not name; it is not Configured.", "Ask Microsoft what it means."
    ),
    "azure-not-configured": Entry(S, "ST-9", "Azure has no validated prefix here.", "Submit the list."),
    "azure-validation-needed": Entry(S, "ST-9, ST-11", "Azure did not find prefix and AS number together in a registry.", "Register them."),
    "azure-validation-failed": Entry(S, "ST-10", "Azure's validation failed.", "See the facts for what a registry does not say."),
    "azure-asn-validation-failed": Entry(
        S, "ST-10", "Azure could not tie the AS number to you.", "Register the AS number, or set a customer ASN."
    ),
    "azure-certificate-missing-in-routing-registry": Entry(
        S, "ST-10, SIG-2, SIG-4", "No certificate stands in the registry record.", "Publish it."
    ),
    "azure-invalid-signature-encoding": Entry(S, "ST-10, SIG-3", "The signature is not one line of Base64.", "Sign and submit again."),
    "azure-signature-verification-failed": Entry(S, "ST-10, SIG-3", "The signature does not fit the published certificate.", "Sign again."),
    "ineligible-prefix": Entry(D, "PFX-1", "The prefix is not public address space.", "Remove it from the list."),
    "private-asn": Entry(
        D,
        "ASN-4, REG-1",
        "The peer ASN is private, or no AS number of the claim can be looked up in a registry.",
        "Use a public AS number or open a ticket.",
    ),
    "sources-disagree": Entry(
        I,
        "verdicts.md row 4",
        "The registry says that nobody has this space, yet a valid ROA exists for it.",
        "Wait a day (a transfer?), then check again.",
    ),
    "unallocated-space": Entry(I, "PFX-1", "No regional registry has given this space to anybody.", "Check the prefix for a typing error."),
    "origin-not-authorised": Entry(
        I,
        "REG-1, ASN-6, RFC 6811 s2",
        "The announced origin, after private AS numbers are stripped, is not your peer or customer ASN.",
        "Announce it with your own origin.",
    ),
    "signed-prefix": Entry(
        D,
        "SIG-1 to SIG-3, SIG-5",
        "A signature over the validation id verifies with the published certificate (preview).",
        "Submit the signature.",
    ),
    "route-object-exact": Entry(
        D, "REG-1, REG-2", "A route object for exactly this prefix and AS number stands in an accepted registry.", "Nothing to do."
    ),
    "route-object-covering": Entry(
        I, "REG-5", "A route object covers the prefix, and the ROA or the holder agrees.", "List the registered block to be sure."
    ),
    "rpki-invalid-asn": Entry(
        I, "RFC 6811", "ROAs cover the prefix and name other AS numbers only.", "Correct the ROA, or announce from the AS that it names."
    ),
    "rpki-as0": Entry(
        I,
        "RFC 6483 s4",
        "Only an AS0 ROA covers the prefix: it must not be routed on the Internet.",
        "Add a ROA for your AS only if it is routed there.",
    ),
    "rpki-invalid-length": Entry(
        I,
        "RFC 6811",
        "A ROA names your AS number, but not for prefixes this long.",
        "Make a route object; widen the ROA only for what is on the Internet.",
    ),
    "other-holder": Entry(
        D,
        "REG-1",
        "The registry names another holder for the prefix than for the AS number.",
        "Get a letter of authorization from the holder, then open a ticket.",
    ),
    "third-party-object": Entry(
        D,
        "REG-1",
        "The only route object is in a third-party registry, for space that is registered to somebody else.",
        "Get the holder's letter.",
    ),
    "name-registry": Entry(
        D, "REG-2", "The route object stands in another accepted registry than the one named.", "Name that registry in the peering."
    ),
    "route-object-hidden": Entry(
        I, "RADB announcement of 13 November 2023", "A ROA makes the route object invalid, so its server hides it.", "Correct the ROA."
    ),
    "origin-mismatch": Entry(
        D, "REG-1", "A route object for exactly this prefix names another AS number.", "Make one for your AS, or have the other deleted."
    ),
    "covering-only": Entry(
        I,
        "REG-5",
        "Only a less specific route object exists, and nothing else ties the prefix to you.",
        "List the registered block, or make an exact object.",
    ),
    "registry-not-accepted": Entry(
        D,
        "REG-2",
        "The route object stands only in registries that Microsoft does not list.",
        "Make one in RADB or in your regional registry.",
    ),
    "roa-only": Entry(I, "SIG-6", "A valid ROA exists, but no route object; Microsoft asks for no ROA.", "Make a route object."),
    "same-holder": Entry(I, "REG-2", "Prefix and AS number have one holder, but no route object joins them.", "Make a route object."),
    "legacy-space": Entry(
        I,
        "registries.md",
        "The space is older than the registries and nothing ties it to an AS number.",
        "Make a route object; an agreement with the registry may be needed.",
    ),
    "no-registry-match": Entry(D, "REG-1", "No accepted registry ties the prefix to the AS number.", "Make a route object."),
    "weak-source": Entry(
        I, "registries.md", "The only evidence stands in a source that counts little.", "Make a route object in your regional registry."
    ),
    "not-strict": Entry(
        I,
        "policies/strict.yaml",
        "The evidence is good, but not direct enough for the strict policy.",
        "Make an exact object in the regional registry.",
    ),
    "source-unavailable": Entry(
        I,
        "verdicts.md, Unknown facts",
        "A source that could decide gave no answer, so there is no verdict.",
        "Make the source available and check again.",
    ),
    "blocker": Entry(
        D,
        "verdicts.md, Always-blockers",
        "Microsoft would refuse or drop this peering whatever the registries say.",
        "Mend the findings marked blocker.",
    ),
}

CATALOGUE = RULES | REASONS
