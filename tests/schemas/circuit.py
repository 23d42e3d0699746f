"""``circuit.schema.json``: what ``circuit --format json`` writes."""

from __future__ import annotations

from schemas import parts
from schemas.parts import Schema, listing, maybe, number, one_of, ref, table, text, truth

from bgpcheck.circuit.model import PEERING_STATES, PEERING_TYPES, PREFIX_STATES, PROVIDER_STATES, PROVISIONING_STATES, STATUSES
from bgpcheck.circuit.model import VALIDATION_STATES as VALIDATIONS
from bgpcheck.circuit.outlook import MICROSOFT, PROVIDER, YOU
from bgpcheck.circuit.road import Step
from bgpcheck.circuit.survey import SCHEMA
from bgpcheck.circuit.workflow import Operation
from bgpcheck.policy import Outcome

KINDS = {"circuit": "as its owner sees it", "cross-connection": "as its provider sees it", "plan": "not made yet"}
WHO = one_of([YOU, PROVIDER, MICROSOFT], "Who does it.")


def found(description: str, words: tuple[str, ...] = ()) -> Schema:
    """A text as Azure spells it, or null where the data do not have it."""
    more = {"examples": list(words)} if words else {}
    return maybe(text(f"{description} As Azure spells it; null where the data do not say.", minLength=1, **more))


RULING = {
    "operation": one_of(Operation, "What one may want to do."),
    "rule": ref("rule", "The rule that the answer follows from."),
    "reason": text("Why."),
    "who": WHO,
}
NEXT = {"who": WHO, "what": text("What to do."), "rule": ref("rule", "The rule that it follows from."), "commands": parts.COMMANDS}
INFO = {
    "prefix": text("A prefix as it stands there.", minLength=1),
    "validationId": maybe(text("What was submitted for it (SIG-5), or null.")),
    "validationState": found("Its state (ST-10).", VALIDATIONS),
}
BLOCK = {
    "family": ref("family"),
    "state": found("State of the address family (ST-8).", PEERING_STATES),
    "primary": maybe(text("The primary link's subnet as it stands there, or null.")),
    "secondary": maybe(text("The secondary link's subnet as it stands there, or null.")),
    "routeFilter": maybe(truth("Whether a route filter is attached (RF-1); null where the data would not say.")),
    "customerAsn": maybe(ref("asn", "The customer ASN; 0: none; null: masked or not in the data.")),
    "routingRegistryName": maybe(text("The registry that is named, NONE where it is unset, or null.")),
    "advertisedPublicPrefixes": listing(text("A prefix as it stands there."), "The list."),
    "advertisedPublicPrefixesState": found("State of the list (ST-9).", PREFIX_STATES),
    "prefixInfo": listing(table("What Azure says of one prefix.", INFO), "What Azure says of single prefixes."),
}
PEERING = {
    "peeringType": found("Which peering.", PEERING_TYPES),
    "state": found("Its state (ST-8).", PEERING_STATES),
    "provisioningState": found("Whether its last change succeeded (ST-3).", PROVISIONING_STATES),
    "azureAsn": maybe(ref("asn", "Microsoft's AS number, or null.")),
    "peerAsn": maybe(ref("asn", "Your router's AS number; null: masked or not in the data.")),
    "vlanId": maybe(number("The VLAN, or null.")),
    "lastModifiedBy": found("Who changed it last."),
    "blocks": listing(table("One address family's part as found.", BLOCK), "Its address families."),
}
SAID = {
    "prefix": ref("prefix"),
    "family": ref("family"),
    "verdict": ref("verdict"),
    "predictedAzureState": parts.PREDICTED,
    "actualAzureState": parts.ACTUAL,
    "difference": parts.DIFFERENCE,
    "confidence": ref("confidence"),
    "reason": ref("reasonCode"),
}
PREDICTION = table(
    "What check says of the Microsoft peering, in short; null where the registries were not asked.",
    {
        "verdict": one_of([*Outcome, None], "The verdict of the whole; null where nothing is validated (ST-13)."),
        "predictedAzureState": parts.PREDICTED_BLOCK,
        "actualAzureState": parts.ACTUAL,
        "blocks": listing(parts.BLOCK, "The address families that have prefixes."),
        "prefixes": listing(table("A prefix.", SAID, allOf=[parts.CONFIDENT, *parts.of_family()]), "The prefixes."),
    },
)
CIRCUIT = {
    "name": maybe(text("The circuit's name, or null.", minLength=1)),
    "id": maybe(text("Its resource id, or null.", minLength=1)),
    "kind": one_of(KINDS, "; ".join(f"{word}: {meaning}" for word, meaning in KINDS.items()) + "."),
    "serviceProviderProvisioningState": found("The provider's state (ST-1).", PROVIDER_STATES),
    "circuitProvisioningState": found("The circuit's status (ST-2).", STATUSES),
    "provisioningState": found("Whether Azure's last change succeeded (ST-3).", PROVISIONING_STATES),
    "serviceKey": maybe(text("The service key, or null: who has it can have the circuit provisioned.", minLength=1)),
    "serviceProviderName": found("The provider."),
    "peeringLocation": found("Where it is."),
    "bandwidthInMbps": maybe(number("Mbit/s, or null.")),
    "sku": table("How it is sold.", {"tier": found("Local, Standard or Premium."), "family": found("MeteredData or UnlimitedData.")}),
    "direct": truth("Whether it is an ExpressRoute Direct circuit (ST-7)."),
    "layer": {"enum": [2, 3, None], "description": "2: you configure routing; 3: the provider does; null: the data do not say."},
    "billing": maybe(text("What is billed, in a sentence (ST-6), or null.")),
    "step": one_of(Step, "Where it stands on its road (ST-4), or beside it."),
    "allowed": listing(ref("ruling"), "What is allowed now."),
    "forbidden": listing(ref("ruling"), "What is not."),
    "unknown": listing(ref("ruling"), "What the data do not tell, or cannot while Azure works."),
    "next": listing(table("One thing to do.", NEXT), "What comes next, the first thing first.", minItems=1),
    "peerings": listing(table("A peering as found.", PEERING), "Its peerings."),
    "prediction": maybe(PREDICTION),
    "findings": listing(ref("finding"), "What the rules say."),
}
WHOLE = parts.schema(
    "circuit",
    "bgpcheck circuits",
    "What bgpcheck circuit --format json writes. States stand in Azure's own spelling. Readers must ignore keys that they do not know.",
    table(
        "What bgpcheck circuit --format json writes. States stand in Azure's own spelling. Readers must ignore keys that they do not know.",
        {
            "schema": parts.const(SCHEMA, "This schema's name and version."),
            "circuits": listing(ref("circuit"), "The circuits.", minItems=1),
        },
    ),
    {
        **parts.SHARED,
        "finding": parts.ELEMENTS["finding"],
        "ruling": table("The answer about one operation.", RULING),
        "circuit": table("One circuit.", CIRCUIT),
    },
)
