"""JSON objects whose keys are matched without regard to case, since Azure's tools do not agree on it. Pure.

Rule: ``azureASN``, ``azureAsn`` and ``AzureASN`` are one key; two spellings of a key in one object must say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import Fields, decode, items, text
from bgpcheck.model import MAX_ASN, is_digits

MASKS = frozenset("#*xX")  # what people write over numbers before they show them
DEEPEST = 40  # objects inside objects
DEEPEST_JSON = 150  # the same where every object may stand in a list of its own
WIDE = 1 << 32
WHOLE = 10**18  # larger than any count in these data: a century of a 100 Gbit/s link in octets is less
TYPE_NAMES = ("System.", "Microsoft.Azure.", "@{")  # with what ConvertTo-Json begins what it did not spell out
DECIMAL = re.compile(r"[0-9]{1,6}(?:[.][0-9]{1,18})?")
POWERSHELL = frozenset({"PeeringType", "PrimaryPeerAddressPrefix"})  # keys as PowerShell alone spells them
DEPTH = "cut short by ConvertTo-Json: give it -Depth 10"


def json_of(words: str) -> object:
    """Read JSON that is nested no deeper than any of Azure's, so that what follows may walk it; else ``FormatError``."""
    value = decode(words)
    level = [value]
    for _ in range(DEEPEST_JSON):
        level = [inner for one in level for inner in _inner(one) if isinstance(inner, (dict, list))]
        if not level:
            return value
    raise FormatError("not readable: nested too deep")


def _inner(value: object) -> Iterable[object]:
    """Give what stands in an object or list."""
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


# What must not stand inside and outside of ``properties`` with different values: whatever a statement about a circuit could rest on.
WEIGHTY = frozenset(
    {
        *("provisioningstate", "circuitprovisioningstate", "serviceproviderprovisioningstate", "state", "servicekey", "expressrouteport"),
        *("peerings", "peeringtype", "peerasn", "azureasn", "vlanid", "primarypeeraddressprefix", "secondarypeeraddressprefix"),
        *("microsoftpeeringconfig", "ipv6peeringconfig", "advertisedpublicprefixes", "advertisedpublicprefixesstate", "customerasn"),
        *("routingregistryname", "advertisedpublicprefixinfo", "prefix", "validationid", "validationstate", "signature"),
    }
)


class Loose(Mapping[str, object]):
    """An object whose keys are found in any case."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        """Take an object; ``FormatError`` where two spellings of a key say different things."""
        self._values: dict[str, object] = {}
        for key, value in values.items():
            name = key.lower()
            if name in self._values and self._values[name] != value:
                raise FormatError(f"the key {key[:60]} stands there twice, with different values")
            self._values[name] = value

    def __getitem__(self, key: str) -> object:
        """Find a value."""
        return self._values[key.lower()]

    def __iter__(self) -> Iterator[str]:
        """Give the keys in lower case."""
        return iter(self._values)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        """Tell whether a key is there."""
        return isinstance(key, str) and key.lower() in self._values


@dataclass(frozen=True, slots=True)
class Part:
    """An object of Azure's, with the path that leads to it; what is missing or null is empty or None, what is wrong an error."""

    fields: Fields
    powershell: bool = False  # whether PowerShell wrote the object

    @classmethod
    def of(cls, value: object, path: str) -> Part:
        """Take an object; ``properties``, which some shapes have and others flatten, is laid over it and must not contradict it.

        Raises:
            FormatError: it is nested too deep, or says a thing twice, differently.
        """
        if path.count(".") + path.count("[") > DEEPEST:
            raise FormatError("nested too deep", field=path[:60])
        raw = Fields.of(value, path).values
        outer = Loose(raw)
        inner = outer.get("properties")
        if isinstance(inner, dict):
            inside = Loose({key: one for key, one in Loose(inner).items() if one is not None})
            for key in outer.keys() & inside.keys() & WEIGHTY:
                if outer[key] is not None and not _alike(outer[key], inside[key]):
                    raise FormatError(
                        "stands inside and outside of properties, with different values", field=f"{path}.{key}"[:80].strip(".")
                    )
            outer = Loose({**outer, **inside})
        return cls(Fields(outer, path), powershell=not POWERSHELL.isdisjoint(raw))

    def __contains__(self, key: str) -> bool:
        """Tell whether there is something at ``key``."""
        return self.fields.values.get(key) is not None

    def name(self, key: str) -> str:
        """Spell the whole path of ``key``."""
        return self.fields.name(key)

    def text(self, key: str) -> str:
        """Give a text, empty where there is none."""
        return self.fields.text(key).strip() if key in self else ""

    def word(self, key: str) -> str:
        """Give a text that some tools write as a number."""
        value = self.fields.values.get(key)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(key)

    def called(self) -> str:
        """Give the name of a resource, which its id ends with too."""
        return self.text("name") or self.text("id").rstrip("/").rpartition("/")[2]

    def part(self, key: str) -> Part | None:
        """Give the object at ``key``; None where there is none, or an empty text stands in its place."""
        value = self._whole(key)
        return Part.of(value, self.name(key)) if value is not None and value != "" else None

    def parts(self, key: str) -> tuple[Part, ...]:
        """Give the objects of the list at ``key``."""
        found = self._items(key)
        return tuple(Part.of(one, f"{self.name(key)}[{index}]") for index, one in enumerate(found))

    def texts(self, key: str) -> tuple[str, ...]:
        """Give the texts of the list at ``key``."""
        return tuple(text(one, f"{self.name(key)}[{index}]").strip() for index, one in enumerate(self._items(key)))

    def _items(self, key: str) -> list[object]:
        """Give the items of the list at ``key``; of one text that stands alone, a list of it."""
        value = self._whole(key)
        if isinstance(value, str):
            return list(value.split())  # ConvertTo-Json writes short lists as one text; no item has a blank in it
        return [] if value is None else items(value, self.name(key))

    def _whole(self, key: str) -> object:
        """Give what stands at ``key``; where ConvertTo-Json wrote only its type, the JSON in the field beside, which ends in Text."""
        value = self.fields.values.get(key)
        if not _cut(value):
            return value
        beside = self.fields.values.get(f"{key}Text")
        if isinstance(beside, str) and beside.strip():
            whole = json_of(beside)
            if not _cut(whole):
                return whole
        raise FormatError(DEPTH, field=self.name(key))

    def asn(self, key: str) -> int | None:
        """Give an AS number; None where there is none or it is masked. A negative one has been through a signed 32-bit field.

        Raises:
            FormatError: it is not one.
        """
        value = self._number(key)
        if value is None:
            return None
        number = value + WIDE if value < 0 else value
        if not 0 <= number <= MAX_ASN:
            raise FormatError(f"{value} is not an AS number: 0 to {MAX_ASN}", field=self.name(key))
        return number

    def count(self, key: str, top: int = WHOLE) -> int | None:
        """Give a whole number up to ``top``; None where there is none or it is masked.

        Raises:
            FormatError: it is not one.
        """
        value = self._number(key)
        if value is not None and not 0 <= value <= top:
            raise FormatError(f"must be 0 to {top}", field=self.name(key))
        return value

    def thousands(self, key: str) -> int | None:
        """Give a thousand times a number below a million, which may have a fraction; None where there is none."""
        word = self.word(key) if not isinstance(self.fields.values.get(key), float) else repr(self.fields.values.get(key))
        return round(float(word) * 1000) if DECIMAL.fullmatch(word) else None

    def _number(self, key: str) -> int | None:
        """Give a number that may be written as text, as PowerShell and masked documents do."""
        value = self.fields.value(key) if key in self else None
        if isinstance(value, float) and value.is_integer():
            return int(value)  # jq and PowerShell 5 write 12076.0
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is None or (isinstance(value, str) and not set(value.strip()) - MASKS):
            return None
        if isinstance(value, str) and is_digits(value.strip().removeprefix("-")) and len(value) <= 20:  # noqa: PLR2004 (longer than any)
            return int(value)
        raise FormatError("must be a number", field=self.name(key))  # what stands there instead may be anything, and is not repeated


def _alike(one: object, other: object) -> bool:
    """Tell whether two values say the same; words of Azure's in any case."""
    return one.lower() == other.lower() if isinstance(one, str) and isinstance(other, str) else one == other


def _cut(value: object) -> bool:
    """Tell whether there is a type's name where an object or list was, or in a list."""
    if isinstance(value, list):
        return any(isinstance(one, str) and one.startswith(TYPE_NAMES) for one in value)
    return isinstance(value, str) and value.startswith(TYPE_NAMES)
