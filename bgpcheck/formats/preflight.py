"""Preflight YAML to a peering (interface.md, Preflight file). Pure.

Rule: unknown keys are errors; every error names file, line and field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.claim import CLOUDS, Cloud
from bgpcheck.errors import FormatError
from bgpcheck.formats import yaml_tree
from bgpcheck.model import FAMILIES, Family, Prefix, is_digits, parse_asn
from bgpcheck.peering import Block, Listed, Peering

if TYPE_CHECKING:
    from bgpcheck.formats.yaml_tree import Tree
    from bgpcheck.settings import Settings

TOP = ("name", "peering", "organisation", "registryData", "policy")
PEERING = ("cloud", "layer", "peerAsn", "vlanId", "serviceKey", "md5KeyVariable", "routeFilter", "ipv4", "ipv6")
BLOCK = ("primary", "secondary", "customerAsn", "routingRegistryName", "prefixes")
ORGANISATION = ("name", "contact")
MAX_PREFIXES = 10_000
MAX_COMMUNITIES = 200
MAX_WORD = 400
MICROSOFT = 12076  # ASN-1


@dataclass(frozen=True, slots=True)
class Preflight:
    """A preflight file: the peering, and where it says that data and policy are (as written; empty where it does not)."""

    peering: Peering
    registry_data: str
    policy: str
    secret_variable: str  # name of the environment variable that holds the MD5 key; never the key
    route_filter: tuple[str, ...] = ()  # communities that a route filter allows (RF-1), such as 12076:51004


def parse(data: bytes, settings: Settings, *, file: str) -> Preflight:
    """Read a preflight file; ``FormatError`` with file, line and field."""
    tree = yaml_tree.parse(data, file=file)
    top = tree.mapping(TOP, required=("peering",))
    peering = top["peering"].mapping(PEERING, required=("peerAsn",))
    blocks = tuple(_block(family, peering[family], settings) for family in _families(peering))
    if not any(block.prefixes for block in blocks):
        raise top["peering"].error("no prefixes: list at least one under ipv4.prefixes or ipv6.prefixes")
    organisation = top["organisation"].mapping(ORGANISATION) if "organisation" in top else {}
    made = Peering(
        name=_word(top, "name") or None,
        peer_asn=peering["peerAsn"].read(_asn),
        blocks=blocks,
        cloud=_cloud(peering),
        layer=int(peering["layer"].text(("2", "3"))) if "layer" in peering else 2,
        vlan_id=_number(peering["vlanId"]) if "vlanId" in peering else None,
        service_key=_word(peering, "serviceKey"),
        organisation=_word(organisation, "name"),
        contact=_word(organisation, "contact"),
    )
    allowed = peering["routeFilter"] if "routeFilter" in peering and peering["routeFilter"].value is not None else None
    filtered = tuple(item.read(_community) for item in _few(allowed, MAX_COMMUNITIES)) if allowed else ()
    return Preflight(made, _word(top, "registryData"), _word(top, "policy"), _word(peering, "md5KeyVariable"), filtered)


def _few(tree: Tree, most: int) -> list[Tree]:
    """Give the items of a list that is not too long."""
    found = list(tree.items())
    if len(found) > most:
        raise tree.error(f"more than {most} of them")
    return found


def _community(word: str) -> str:
    """Read a community of Microsoft's (RF-3)."""
    asn, colon, value = word.strip().partition(":")
    if asn != str(MICROSOFT) or not colon or not is_digits(value) or int(value[:6]) > 65535 or len(value) > 5:  # noqa: PLR2004 (16 bits)
        raise FormatError(f"{word[:40]!r} is not a community of Microsoft's: write {MICROSOFT}:51004, with the number of the service")
    return f"{asn}:{int(value)}"


def _families(peering: dict[str, Tree]) -> tuple[Family, ...]:
    """Give the address families that the file describes."""
    return tuple(family for family in FAMILIES if family in peering)


def _cloud(peering: dict[str, Tree]) -> Cloud:
    """Read the cloud, public where it is not said."""
    text = peering["cloud"].text(CLOUDS) if "cloud" in peering else "public"
    return next(cloud for cloud in CLOUDS if cloud == text)


def _word(top: dict[str, Tree], key: str) -> str:
    """Read an optional text; null counts as absent."""
    if key not in top or top[key].value is None:
        return ""
    word = top[key].text()
    if len(word) > MAX_WORD:
        raise top[key].error(f"longer than {MAX_WORD} characters")
    return word


def _number(tree: Tree) -> int:
    """Read a decimal number."""
    word = tree.read(_plain)
    if not is_digits(word) or len(word) > 10:  # noqa: PLR2004 (no number here is longer)
        raise tree.error(f"{word[:40]!r} is not a number")
    return int(word)


def _asn(word: str) -> int:
    """Read an AS number."""
    return parse_asn(_plain(word))


def _plain(word: str) -> str:
    """Refuse a number with zeros in front: YAML 1.1 takes 010 for eight."""
    if word[:1] == "0" and len(word) > 1 and is_digits(word):
        raise FormatError(f"{word[:40]!r} has zeros in front: write it without")
    return word


def _block(family: Family, tree: Tree, settings: Settings) -> Block:
    """Read one address family's part."""
    top = tree.mapping(BLOCK)
    text = _word(top, "routingRegistryName")
    customer = top["customerAsn"].read(_asn) if "customerAsn" in top and top["customerAsn"].value is not None else 0
    prefixes = list(top["prefixes"].items()) if "prefixes" in top and top["prefixes"].value is not None else []
    if len(prefixes) > MAX_PREFIXES:
        raise top["prefixes"].error(f"more than {MAX_PREFIXES} prefixes: audit judges whole tables")
    return Block(
        family=family,
        customer_asn=customer,
        registry=top["routingRegistryName"].read(lambda word: registry_name(word, settings)) if text else None,
        registry_text=text,
        prefixes=tuple(item.read(listed) for item in prefixes),
        primary=top["primary"].read(listed) if _word(top, "primary") else None,
        secondary=top["secondary"].read(listed) if _word(top, "secondary") else None,
    )


def listed(text: str) -> Listed:
    """Read a prefix as a list has it: host bits are masked and remembered."""
    prefix, masked = Prefix.parse_masking(text)
    return Listed(prefix, text.strip(), masked)


def registry_name(text: str, settings: Settings) -> str | None:
    """Find the accepted name for what was written, None for ``NONE`` (REG-2); ``FormatError`` lists the right ones."""
    if text.strip().upper() == "NONE":
        return None
    registry = settings.registry(text)
    if registry is None:
        raise FormatError(f"{text[:40]!r} is not a registry that Microsoft accepts: {', '.join(settings.registries)}, or NONE")
    return registry.name
