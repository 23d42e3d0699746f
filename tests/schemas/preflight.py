"""``preflight.schema.json``: a preflight file, for editors that complete and check it while it is written.

Closed: a key that bgpcheck does not know is an error there too. Values are what a YAML 1.2 reader makes of the words (``AS3333`` a text,
``3333`` a number); bgpcheck itself reads the words, so a few spellings are told apart by it only (``tests/preflight_texts.py`` lists them).
"""

from __future__ import annotations

from typing import Any

from schemas import parts
from schemas.parts import Schema, listing, ref, text

from bgpcheck.claim import CLOUDS
from bgpcheck.formats.preflight import BLOCK, MAX_COMMUNITIES, MAX_PREFIXES, MAX_WORD, MICROSOFT, ORGANISATION, PEERING, TOP
from bgpcheck.model import MAX_ASN
from bgpcheck.store import configs

SAY = "patternErrorMessage"  # what editors (VS Code and others) show in the place of a pattern
BLANK = r"\s*"
HALF = "0*(?:[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"  # 16 bits (RFC 5396)
ASPLAIN = (
    "(?:0|[1-9][0-9]{0,8}|[1-3][0-9]{9}|4[01][0-9]{8}|42[0-8][0-9]{7}|429[0-3][0-9]{6}|4294[0-8][0-9]{5}"
    "|42949[0-5][0-9]{4}|429496[0-6][0-9]{3}|4294967[01][0-9]{2}|42949672[0-8][0-9]|429496729[0-5])"
)
ASN_WORD = rf"^{BLANK}(?:[Aa][Ss]0*{ASPLAIN}|(?:[Aa][Ss])?{HALF}\.{HALF}|{ASPLAIN}){BLANK}$"
ANY4 = rf"{parts.IPV4}/(?:0{{0,2}}[0-9]|0?[12][0-9]|0?3[0-2])"
ANY6 = rf"{parts.ipv6('[0-9A-Fa-f]{1,4}', dotted=True)}/(?:0{{0,2}}[0-9]|0?[1-9][0-9]|1[01][0-9]|12[0-8])"
PREFIX_WORD = rf"^{BLANK}(?:{ANY4}|{ANY6}){BLANK}$"
COMPLAINT = f"Not a community of Microsoft's: write {MICROSOFT}:51004, with the number of the service"
COMMUNITY = rf"^{BLANK}{MICROSOFT}:(?:[0-5]?[0-9]{{1,4}}|6[0-4][0-9]{{3}}|65[0-4][0-9]{{2}}|655[0-2][0-9]|6553[0-5]){BLANK}$"


def in_any_case(word: str) -> str:
    """Spell a name as bgpcheck takes it: in any case, with any blanks where it has some."""
    letters = (f"[{one.upper()}{one.lower()}]" if one.isalpha() else r"\s+" if one == " " else one for one in word)
    return "".join(letters)


def names() -> list[str]:
    """Every name of a registry that is accepted, the canonical ones first, then what people type for them, then none."""
    registries = configs.settings().registries.values()
    return [*(one.name for one in registries), *(alias for one in registries for alias in one.aliases), "NONE"]


def word(description: str, **more: Any) -> Schema:  # noqa: ANN401 (JSON)
    """A text that may be missing: a plain number is one too, null is the same as nothing."""
    return {"type": ["string", "number", "null"], "maxLength": MAX_WORD, "description": description, **more}


def closed(description: str, properties: Schema, known: tuple[str, ...], **more: object) -> Schema:
    """A mapping in which an unknown key is an error; ``known``: the keys as the parser has them."""
    assert properties.keys() == set(known), (properties.keys(), known)
    return {
        "type": "object",
        "additionalProperties": False,
        "description": description,
        "properties": {key: properties[key] for key in known},
        **more,
    }


ASN: Schema = {
    "description": "An AS number, 0 to 4294967295: 3333, AS3333 or asdot 1.10 (RFC 5396), without zeros in front.",
    "type": ["number", "string"],
    "minimum": 0,
    "maximum": MAX_ASN,
    "pattern": ASN_WORD,
    SAY: f"Not an AS number: write 0 to {MAX_ASN}, with or without AS",
}
PREFIX = text(
    "An IPv4 or IPv6 prefix with its length; host bits are masked, and bgpcheck says so. Write IPv6 in quotes.",
    pattern=PREFIX_WORD,
    **{SAY: "Not an IPv4 or IPv6 prefix with its length, such as 193.0.0.0/21"},
    examples=["193.0.0.0/21", "2001:67c:2e8::/48"],
)
LINK = {
    "type": ["string", "null"],
    "pattern": f"^$|{PREFIX_WORD}",
    SAY: PREFIX[SAY],
    "description": "Subnet of the {} link: an IPv4 /30, or an IPv6 /126 (LNK-1). The lower usable address is yours, the upper Microsoft's.",
}
REGISTRY: Schema = {
    "title": "Routing registry",
    "description": "The registry that Microsoft is to look in (REG-2): one of those that it accepts, in any case, or NONE. Those that "
    "--sources FILE adds are not known here.",
    "default": "NONE",
    "examples": ["RIPENCC"],
    "anyOf": [
        {"enum": names()},
        {"type": "string", "pattern": rf"^{BLANK}(?:{'|'.join(map(in_any_case, names()))}){BLANK}$"},
        {"type": "null"},
        {"const": ""},
    ],
}
FAMILY = {
    "primary": {**LINK, "title": "Primary link", "description": LINK["description"].format("primary")},
    "secondary": {**LINK, "title": "Secondary link", "description": LINK["description"].format("secondary")},
    "customerAsn": {
        "title": "Customer ASN",
        "description": "The AS number that the prefixes are registered to, where it is another than peerAsn (REG-1); 0: none.",
        "default": 0,
        "examples": [0, 3333],
        "anyOf": [ref("asn"), {"type": "null"}],
    },
    "routingRegistryName": REGISTRY,
    "prefixes": {
        **listing(
            ref("prefix"),
            f"The prefixes that you will advertise (PFX-1 to PFX-8); at most {MAX_PREFIXES}, of which Azure takes 200 a family (LIM-1).",
            maxItems=MAX_PREFIXES,
        ),
        "type": ["array", "null"],
        "title": "Advertised public prefixes",
        "default": [],
    },
}


LINKS = {"IPv4": ("193.0.23.0/30", "193.0.23.4/30"), "IPv6": ("2001:67c:2e8:1::/126", "2001:67c:2e8:1::4/126")}


def family(name: str) -> Schema:
    """One address family's part."""
    primary, secondary = ({**FAMILY[key], "examples": [one]} for key, one in zip(("primary", "secondary"), LINKS[name], strict=True))
    inside = {**FAMILY, "primary": primary, "secondary": secondary}
    return {"title": f"{name} part", **closed(f"The {name} part of the peering.", inside, BLOCK)}


def some(name: str) -> Schema:
    """At least one prefix of a family is listed."""
    inside = {"required": ["prefixes"], "properties": {"prefixes": {"type": "array", "minItems": 1}}}
    return {"required": [name], "properties": {name: inside}}


PARTS: Schema = {
    "cloud": {
        "enum": list(CLOUDS),
        "title": "Cloud",
        "default": "public",
        "description": "The cloud: public, usgov (US Government) or china.",
    },
    "layer": {
        "enum": [2, 3, "2", "3"],
        "title": "Layer",
        "default": 2,
        "description": "2: you configure routing; 3: your provider does (ST-5).",
    },
    "peerAsn": {
        **ref("asn"),
        "title": "Peer ASN",
        "description": "AS number of your router (ASN-1 to ASN-6).",
        "examples": [3333, "AS3333"],
    },
    "vlanId": {
        "title": "VLAN id",
        "description": "The peering's VLAN; usable are 1 to 4094 (LNK-2).",
        "examples": [345],
        "type": ["integer", "string"],
        "minimum": 0,
        "maximum": 9999999999,
        "pattern": "^(?:0|[1-9][0-9]{0,9})$",
        SAY: "Not a number: write the VLAN's, 1 to 4094",
    },
    "serviceKey": word("The circuit's service key; identifies it in the ticket (TKT-1).", title="Service key"),
    "md5KeyVariable": word(
        "Name of the environment variable that holds the session's MD5 key (LNK-3); the key itself never stands in a file.",
        title="Variable with the MD5 key",
        examples=["PEERING_KEY"],
    ),
    "routeFilter": {
        **listing(
            text(
                f"A community of Microsoft's: {MICROSOFT}:number of the service.",
                pattern=COMMUNITY,
                **{SAY: COMPLAINT},
                examples=["12076:51004"],
            ),
            f"Communities that the route filter allows (RF-1, RF-3); at most {MAX_COMMUNITIES}.",
            maxItems=MAX_COMMUNITIES,
        ),
        "type": ["array", "null"],
        "title": "Route filter",
    },
    "ipv4": family("IPv4"),
    "ipv6": family("IPv6"),
}
ABOUT = "A planned or existing Microsoft peering on an ExpressRoute circuit, for bgpcheck check, lab and watch. Unknown keys are errors."
WHOLE = parts.schema(
    "preflight",
    "bgpcheck preflight file",
    ABOUT,
    {
        **closed(
            ABOUT,
            {
                "name": word("A name for the peering; results carry it.", title="Name", examples=["ams-primary"]),
                "peering": {
                    "title": "Peering",
                    **closed(
                        "The peering as it is to be requested; at least one prefix is listed, under ipv4 or ipv6.",
                        PARTS,
                        PEERING,
                        required=["peerAsn"],
                        anyOf=[some("ipv4"), some("ipv6")],
                    ),
                },
                "organisation": {
                    "title": "Organisation",
                    **closed(
                        "Who you are, for the ticket and the Letter of Authorization.",
                        {
                            "name": word("The organisation's name.", examples=["Example B.V."]),
                            "contact": word("How to reach you.", examples=["noc@example.net"]),
                        },
                        ORGANISATION,
                    ),
                },
                "registryData": word(
                    "A snapshot, or a folder of registry files; relative to this file.", title="Registry data", examples=["../registry"]
                ),
                "policy": word(
                    f"The decision table: {', '.join(configs.policy_names())}, or a file.",
                    title="Policy",
                    default="microsoft-peering",
                    examples=list(configs.policy_names()),
                ),
            },
            TOP,
            required=["peering"],
        ),
    },
    {"asn": ASN, "prefix": PREFIX},
)  # fmt: skip
