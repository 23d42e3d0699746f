"""RDAP answers (RFC 9083) about address ranges, AS numbers and organisations. Pure.

Rule: a holder is whom the registry calls registrant of this very object; people who maintain it or answer for abuse are not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate
from bgpcheck.formats.address import address
from bgpcheck.formats.credentials import fit
from bgpcheck.formats.json_fields import TEXT_LIMIT, Fields, decode, items, text
from bgpcheck.formats.masks import unmasked, without_us
from bgpcheck.model import MAX_ASN, AddressRange, AsnRange, Party, Registration

if TYPE_CHECKING:
    from collections.abc import Iterator

REMARKS_LIMIT, REMARK_LIMIT = 64, 512  # lines of remarks that a registration keeps, characters of each
NOT_FOUND = 404
KEPT = frozenset({"objectClassName", "handle", "roles", "vcardArray"})  # of a registrant
# What ``parse`` reads of an answer, beside notices, remarks, links and entities, which are reduced.
READ = frozenset(
    {
        *("objectClassName", "handle", "parentHandle", "name", "type", "status", "country", "port43", "roles"),
        *("startAddress", "endAddress", "ipVersion", "startAutnum", "endAutnum", "errorCode", "title", "description"),
    }
)
NOTES = ("title", "description")
NOBODY = Party("", "")  # everything redacted (RFC 9537)
REGISTRIES = {  # domain of a server → statistics name; what Registro.br answers counts as LACNIC's
    "ripe.net": "ripencc",
    "arin.net": "arin",
    "apnic.net": "apnic",
    "afrinic.net": "afrinic",
    "lacnic.net": "lacnic",
    "registro.br": "lacnic",
    "nic.br": "lacnic",
}


def parse(data: bytes, *, file: str, subject: AddressRange | AsnRange | None = None) -> Registration | Party:
    """Read an answer: an ``ip network`` or ``autnum`` is a Registration, an ``entity`` a Party.

    A 404 error answer is a Registration of ``subject``, the range that was asked about, with ``missing`` set. Anything else that is
    no object, such as another error or a notice that the server has had enough, is a ``FormatError`` with file and field.
    """
    try:
        answer = Fields.of(decode(data.decode()), "")
        if "errorCode" in answer:
            return _error(answer, subject)
        kind = _text(answer, "objectClassName")
        if kind == "entity" and (party := _party(answer)) != NOBODY:
            return party
        if kind == "ip network":
            return _registration(answer, _addresses(answer))
        if kind == "autnum":
            return _registration(answer, _asns(answer))
        if kind:
            raise FormatError(f"{kind[:40]!r} is none of ip network, autnum, or entity with a handle", field="objectClassName")
        raise FormatError(f"not an answer: it has no objectClassName{_notice(answer)}")
    except UnicodeDecodeError as error:
        raise FormatError("not JSON: it is not UTF-8", file=file) from error
    except FormatError as error:
        raise error.at(file=file) from None


def _error(answer: Fields, subject: AddressRange | AsnRange | None) -> Registration:
    """RFC 9083 s6: an error answer. APNIC writes the code as a string at times."""
    code = str(answer.value("errorCode"))
    if code != str(NOT_FOUND):
        raise FormatError(
            f"not an answer: error {code[:40]} {without_us(_text(answer, 'title')[:200])}".rstrip() + _notice(answer), field="errorCode"
        )
    if subject is None:
        raise FormatError("the registry has no such object, but nothing says what was asked for", field="errorCode")
    return Registration(_registry(answer), subject, "", "", "", "", missing=True)


def _notice(answer: Fields) -> str:
    """Quote the first notice: rate limits come as one, with status 200."""
    for one in _objects(answer, "notices"):
        words = [_text(one, "title"), *_lines(one)]
        return f" ({without_us(': '.join(word for word in words if word)[:200])})"
    return ""


def _registration(answer: Fields, resource: AddressRange | AsnRange) -> Registration:
    registry = _registry(answer)
    holders, maintainers = list[Party](), list[str]()
    for one in _objects(answer, "entities"):
        if "registrant" in _words(one, "roles"):
            if _maintains(one, registry):
                maintainers.append(_text(one, "handle").upper())
            elif (party := _party(one)) != NOBODY:
                holders.append(party)
    words = [line for one in _objects(answer, "remarks") for line in _lines(one, certificate.LIMIT)]
    legacy = "legacy" in (word.lower() for word in _words(answer, "status"))
    return Registration(
        registry=registry,
        resource=resource,
        handle=_text(answer, "handle"),
        parent_handle=_text(answer, "parentHandle"),
        name=_text(answer, "name"),
        status="LEGACY" if legacy else _text(answer, "type").upper(),
        holders=tuple(holders),
        maintainers=tuple(maintainers),
        remarks=tuple(line[:REMARK_LIMIT] for line in words[:REMARKS_LIMIT]),
        country=_text(answer, "country").upper(),
        certificates=certificate.find(words),
    )


def _maintains(entity: Fields, registry: str) -> bool:
    """Tell a maintainer from an organisation: RIPE NCC, APNIC and AFRINIC call both registrants.

    Only the RIPE database says how organisations are called there; elsewhere a maintainer is known by its usual names, or as an
    "individual" that is called like its handle.
    """
    handle = _text(entity, "handle").upper()
    if handle.endswith("-MNT") or handle.startswith(("MNT-", "MAINT-")):
        return True
    if registry == "ripencc":
        return not handle.startswith("ORG-")
    return _card(entity, "kind") == "individual" and _card(entity, "fn").upper() == handle


def _party(entity: Fields) -> Party:
    """RFC 9083 s5.1: an entity, by its handle and the formatted name on its jCard."""
    return Party(_text(entity, "handle").upper(), _card(entity, "fn"))


def _card(entity: Fields, name: str) -> str:
    """Give a text property of an entity's jCard (RFC 7095 s3.3: name, parameters, type, value); empty where it has none."""
    if entity.values.get("vcardArray") is None:
        return ""
    field = entity.name("vcardArray")
    for one in items([*entity.items("vcardArray"), [], []][1], field):
        if (found := items(one, field))[:1] == [name]:
            return text([*found, *[None] * 4][3], field).strip()
    return ""


def _addresses(answer: Fields) -> AddressRange:
    """RFC 9083 s5.4."""
    field = "startAddress"
    try:
        version, first = address(answer.text("startAddress"))
        field = "endAddress"
        other, last = address(answer.text("endAddress"))
        if version != other or first > last:
            raise FormatError("the end of a range is of the same family as its start, and not before it")
    except FormatError as error:
        raise error.at(field=field) from None
    return AddressRange(version, first, last)


def _asns(answer: Fields) -> AsnRange:
    """RFC 9083 s5.5."""
    first, last = answer.integer("startAutnum", MAX_ASN), answer.integer("endAutnum", MAX_ASN)
    if first > last:
        raise FormatError("the end of a range is not before its start", field="endAutnum")
    return AsnRange(first, last)


def _registry(answer: Fields) -> str:
    """Name the RIR by the whois server that the answer points to, else by its own address; empty where neither is an RIR's."""
    own = [_host(_text(link, "href")) for link in _objects(answer, "links") if _text(link, "rel") == "self"]
    return next((found for host in (_text(answer, "port43"), *own) if (found := _of_host(host))), "")


def without_contacts(data: bytes) -> bytes:
    """Keep of an answer what ``parse`` reads, mailboxes and telephones masked; what is no answer stays.

    People who answer for abuse or technical matters are nobody's evidence (RFC 9083 s5.1 has their addresses and telephones).
    """
    try:
        answer = decode(data.decode())
    except (UnicodeDecodeError, FormatError):
        return data
    if not isinstance(answer, dict):
        return data
    return json.dumps(_reduced(answer), ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def spared(data: bytes, *, file: str) -> bytes:
    """Give an answer as ``without_contacts`` keeps it; byte by byte as it came where it names nobody but registrants.

    Raises:
        FormatError: it is nested too deep.
    """
    try:
        answer = decode(data.decode())
    except (UnicodeDecodeError, FormatError):
        return data
    try:
        return without_contacts(data) if isinstance(answer, dict) and _names_people(answer) else data
    except RecursionError as error:
        raise FormatError("not readable: nested too deep", file=file) from error


def _names_people(value: Any) -> bool:  # noqa: ANN401 (JSON)
    """Tell whether a part of an answer names a contact: in a text, as an entity that is no registrant, or with more than its name."""
    if isinstance(value, list):
        return any(map(_names_people, value))
    if not isinstance(value, dict):
        return isinstance(value, str) and fit(value) != value
    entities, card = value.get("entities"), value.get("vcardArray")
    others = isinstance(entities, list) and not all(isinstance(one, dict) and _is_registrant(one) for one in entities)
    wordy = isinstance(card, list) and _reduced_card(card) != card
    return others or wordy or any(map(_names_people, value.values()))


def _reduced(one: dict[str, Any]) -> dict[str, Any]:
    """Reduce an answer, or one of its entities."""
    found = {key: _named(value) if key == "handle" else _masked(value) for key, value in one.items() if key in READ}
    for key in ("remarks", "notices"):
        if isinstance(one.get(key), list):
            found[key] = [{part: _masked(note[part]) for part in NOTES if part in note} for note in one[key] if isinstance(note, dict)]
    if isinstance(one.get("links"), list):
        links = [link for link in one["links"] if isinstance(link, dict) and link.get("rel") == "self"]
        found["links"] = [{part: _masked(link[part]) for part in ("rel", "href") if part in link} for link in links]
    if isinstance(one.get("entities"), list):
        named = [each for each in one["entities"] if isinstance(each, dict) and _is_registrant(each)]
        found["entities"] = [{key: value for key, value in _reduced(each).items() if key in KEPT} for each in named]
    if one.get("objectClassName") == "entity" and isinstance(one.get("vcardArray"), list):
        found["vcardArray"] = _reduced_card(one["vcardArray"])
    return found


def _is_registrant(entity: dict[str, Any]) -> bool:
    """Tell whether an entity is called registrant."""
    return isinstance(entity.get("roles"), list) and "registrant" in entity["roles"]


def _masked(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Mask people and credentials in texts; of a list its texts."""
    if isinstance(value, list):
        return [_masked(one) for one in value if not isinstance(one, dict)]
    return fit(value) if isinstance(value, str) else None if isinstance(value, dict) else value


def _reduced_card(card: list[Any]) -> list[Any]:
    """Reduce a jCard to name and kind, without what else its properties say of them."""
    properties = card[1] if len(card) > 1 and isinstance(card[1], list) else []
    kept = [one for one in properties if isinstance(one, list) and one[:1] and one[0] in ("version", "fn", "kind")]
    return [*map(_masked, card[:1]), [[one[0], {}, *map(_named, one[2:4])] for one in kept]]


def _named(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Give a name that has nothing to mask; empty else."""
    return unmasked(value) if isinstance(value, str) else _masked(value)


def registry_at(url: str) -> str:
    """Name the RIR whose server an address is of; empty where it is none's."""
    return _of_host(_host(url))


def _of_host(host: str) -> str:
    return next((registry for domain, registry in REGISTRIES.items() if f".{host.lower()}".endswith(f".{domain}")), "")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _text(table: Fields, key: str) -> str:
    """Give a text; empty where it is missing or null."""
    return "" if table.values.get(key) is None else table.text(key).strip()


def _objects(table: Fields, key: str) -> Iterator[Fields]:
    """Give the objects of a list; none where it is missing or null."""
    for index, one in enumerate([] if table.values.get(key) is None else table.items(key)):
        yield Fields.of(one, f"{table.name(key)}[{index}]")


def _words(table: Fields, key: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Give the texts of a list, each cut to ``limit`` characters; none where it is missing or null."""
    return [] if table.values.get(key) is None else [text(one, table.name(key), limit) for one in table.items(key)]


def _lines(remark: Fields, limit: int = TEXT_LIMIT) -> list[str]:
    """RFC 9083 s4.3: the lines of a notice or remark."""
    return _words(remark, "description", limit)
