"""What a result says, read from its JSON (interface.md, Result JSON) to be held against another: an earlier one, or the new one. Pure.

Rule: a file may come from anybody: every value is used only once its type and size are known, and ``FormatError`` names file and place.
Keys that are not compared may be missing or anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.circuit.read import ENCODINGS
from bgpcheck.errors import FormatError
from bgpcheck.formats import json_fields
from bgpcheck.formats.json_fields import Fields
from bgpcheck.model import FAMILIES, MAX_ASN, Prefix, asplain
from bgpcheck.policy import Outcome
from bgpcheck.result import SCHEMA
from bgpcheck.rules.base import Severity
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_BYTES = 64 << 20  # of a file: some 20,000 prefixes
# What is compared, by its path in the contract. What was judged by, what was asked, and the facts of a prefix.
BASIS = ("tool.version", "policy.name", "policy.sha256")
CLAIM = ("claim.name", "claim.peerAsn", "claim.cloud")
BLOCK = ("customerAsn", "routingRegistryName")
FACTS = (
    *("rpki.state", "irr.match", "holder.match", "holder.prefixHolder", "holder.asnHolder"),
    *("registration.registry", "registration.status", "signature", "announced.origin", "actualAzureState", "listed", "confidence"),
    "predictedAzureState",
)
POSSIBLE, REMEDIES = "possibleVerdicts", "remedies"  # facts of a prefix too, each a list in one text
STATES = ("reason", "predictedAzureState", "actualAzureState")  # of the whole; and of each block:
BLOCK_STATES = ("verdict", "predictedAzureState", "actualAzureState")
REASON = "reasons[0].code"
NOBODY = "NONE"  # the origin of a route whose path ends in an AS_SET (RFC 6811 s2)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one prefix. ``facts``: by their paths, empty where there is none; ``documents``: ids of those that they rest on."""

    prefix: str
    verdict: str
    facts: Mapping[str, str]
    documents: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class Noted:
    """A finding as it was written. ``severity``: a word of ``Severity``."""

    rule: str
    severity: str
    subject: str
    message: str
    remedy: str
    basis: str


@dataclass(frozen=True, slots=True)
class Silent:
    """A gap as it was written. ``reason``: a word of ``GapReason``."""

    source: str
    reason: str
    deciding: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a result says, as far as it is compared. ``decided_at``: UTC, as the contract writes times, so that texts sort as times.

    ``basis``, ``claim``: by their paths; ``verdict``: None where nothing was validated; ``prefixes``: by their spelling.
    ``states``: what is said of the whole and of its blocks beside the verdict, by their paths.
    """

    name: str
    peer_asn: int
    decided_at: str
    verdict: str | None
    basis: Mapping[str, str]
    claim: Mapping[str, str]
    prefixes: Mapping[str, Said]
    findings: tuple[Noted, ...]
    gaps: tuple[Silent, ...]
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The peering's name, or its AS number."""
        return self.name or f"peering of {asplain(self.peer_asn)}"


def read(data: bytes, *, file: str) -> tuple[Earlier, ...]:
    """Read what ``check --format json`` wrote: one result or a list; ``FormatError`` names file and place."""
    encoding = next((name for mark, name in ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        value = json_fields.decode(data.decode(encoding))
        values = [("", value)] if not isinstance(value, list) else [(f"[{number}]", one) for number, one in enumerate(value)]
        if not values:
            raise FormatError("is an empty list: there is no result to compare with")
        return tuple(of(one, path) for path, one in values)
    except UnicodeDecodeError as error:
        raise FormatError(f"is not {encoding.upper()} text: write it with check --format json --output FILE", file=file) from error
    except FormatError as error:
        whole = f"{error.message}: give what check --format json wrote" if error.message.startswith("not JSON") else error.message
        raise FormatError(whole, file=file, line=error.line, field=error.field) from error


def of(value: object, path: str = "") -> Earlier:
    """Read one result from its JSON; ``FormatError`` names the place."""
    top = Fields.of(value, path)
    if top.values.get("schema") != SCHEMA:
        told = str(top.values.get("schema", "none"))[:40]
        raise FormatError(f"is {told!r}, not {SCHEMA}: give what check --format json wrote", field=top.name("schema"))
    claim = top.table("claim")
    verdict = top.value("verdict")
    return Earlier(
        name=_scalar(claim, "name"),
        peer_asn=claim.integer("peerAsn", MAX_ASN),
        decided_at=_time(top),
        verdict=None if verdict is None else top.word("verdict", tuple(Outcome)),
        basis={key: _at(top, key) for key in BASIS},
        claim={key: _at(top, key) for key in CLAIM} | dict(_blocks(top, BLOCK)),
        prefixes=_prefixes(top),
        findings=tuple(_noted(one) for one in _tables(top, "findings")),
        gaps=tuple(_silent(one) for one in _tables(top, "gaps")),
        states={key: _at(top, key) for key in STATES} | dict(_blocks(top, BLOCK_STATES)),
    )


def _tables(top: Fields, key: str) -> Iterator[Fields]:
    """Give the objects of a list."""
    for number, one in enumerate(top.items(key)):
        yield Fields.of(one, f"{top.name(key)}[{number}]")


def _scalar(fields: Fields, key: str) -> str:
    """Spell a text, a number or a truth; empty for null."""
    value = fields.value(key)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(fields.integer(key, MAX_ASN)) if isinstance(value, int) else fields.text(key)


def _at(fields: Fields, path: str) -> str:
    """Spell what stands at a path; empty where it, or what should hold it, is null."""
    *inside, last = path.split(".")
    for key in inside:
        if fields.value(key) is None:
            return ""
        fields = fields.table(key)
    return _scalar(fields, last)


def _time(top: Fields) -> str:
    """Take the time of the decision, in the one form that the contract has."""
    text = top.text("decidedAt")
    digits = text.translate(str.maketrans("0123456789", "0" * 10))
    if digits != "0000-00-00T00:00:00Z":
        raise FormatError("must be a time in UTC, such as 2026-01-31T12:00:00Z", field=top.name("decidedAt"))
    return text


def _blocks(top: Fields, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give what is asked, or said, of each address family, by its path."""
    for block in _tables(top, "blocks"):
        family = block.word("family", FAMILIES)
        yield from ((f"{family}.{key}", _scalar(block, key)) for key in keys)


def _prefixes(top: Fields) -> dict[str, Said]:
    """Read the prefixes; each stands there once."""
    found: dict[str, Said] = {}
    for one in _tables(top, "prefixes"):
        said = _said(one)
        if said.prefix in found:
            raise FormatError(f"{said.prefix} is there twice", field=one.name("prefix"))
        found[said.prefix] = said
    return found


def _said(one: Fields) -> Said:
    """Read one prefix."""
    try:
        prefix = str(Prefix.parse(one.text("prefix")))
    except FormatError as error:
        raise error.at(field=one.name("prefix")) from error
    reasons = list(_tables(one, "reasons"))
    if not reasons:
        raise FormatError("is empty: a verdict has a reason", field=one.name("reasons"))
    facts = {REASON: reasons[0].text("code")} | {key: _at(one, key) for key in FACTS} | {POSSIBLE: _possible(one)}
    facts[REMEDIES] = "\n".join(_remedy(each) for each in _tables(one, REMEDIES))
    if one.value("announced") is not None and not facts["announced.origin"]:
        facts["announced.origin"] = NOBODY
    cited = frozenset(json_fields.text(each, reason.name("documents")) for reason in reasons for each in reason.items("documents"))
    return Said(prefix, one.word("verdict", tuple(Outcome)), facts, cited)


def _possible(one: Fields) -> str:
    """Spell the verdicts that are possible; empty where there is one."""
    words = [] if one.value(POSSIBLE) is None else one.items(POSSIBLE)
    return ", ".join(json_fields.text(word, one.name(POSSIBLE)) for word in words)


def _remedy(one: Fields) -> str:
    """Spell what is to be done, where and by whom."""
    return f"{one.text('kind')} ({_scalar(one, 'registry') or 'no registry'}; {one.text('who')}): {one.text('text')}"


def _noted(one: Fields) -> Noted:
    """Read a finding."""
    severity = one.word("severity", tuple(Severity))
    return Noted(one.text("rule"), severity, *(one.text(key) for key in ("subject", "message", "remedy", "basis")))


def _silent(one: Fields) -> Silent:
    """Read a gap."""
    deciding = one.value("deciding")
    if not isinstance(deciding, bool):
        raise FormatError("must be true or false", field=one.name("deciding"))
    return Silent(one.text("source"), one.word("reason", tuple(GapReason)), deciding, one.text("detail"))


def titles(some: Iterable[Earlier]) -> str:
    """Name results with their AS numbers, as they come."""
    return ", ".join(f"{one.name} ({asplain(one.peer_asn)})" if one.name else one.title for one in some)
