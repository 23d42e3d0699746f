"""A bundle's shareable copy: what is nobody else's business taken out, and the rest byte by byte as it was. Pure.

Taken out are the service key, the user's own contact, the people whom registries name, Azure's resource ids with subscription and
resource group, and credentials and homes should any be there. Organisation, circuit and file names, prefixes and AS numbers stay.
The copy holds the original's manifest, so that each member that was kept can be held against it, and ``redaction.json``, which says
what was done to the others; never what stood there.
Rule: a member of which it can't be said that nothing is left in it is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.bundle import MANIFEST
from bgpcheck.evidence.document import digest
from bgpcheck.evidence.spelling import coded, pattern, tells
from bgpcheck.evidence.statement import CIRCUIT, FOLDER, SIGNED, STATEMENT, encode
from bgpcheck.formats import json_fields, rdap, rpsl_contacts, whois_networks
from bgpcheck.formats.credentials import fit
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bgpcheck.evidence.document import Document
    from bgpcheck.evidence.statement import Stored

SCHEMA = "bgpcheck/redaction/v1"
LIST, ORIGINAL = "redaction.json", "MANIFEST.original.sha256"
KEY, CONTACT, AZURE, PEOPLE, OTHER = "service key", "contact", "Azure id", "registry contact", "credential, person or home"
# Where a text stands that is too short to be looked for anywhere: in the case, and in papers.
_VALUE = r"(?!\([a-z ]+ left out\))(?(json)(?:[^\"\\\n]|\\.)+|[^\n<]+)"
FIELDS = {
    KEY: re.compile(rf"(?im)(?P<kept>(?P<json>\"service_?key\":\s?\")|^\* (?:circuit: )?service key:? |<dt>service key</dt><dd>){_VALUE}"),
    CONTACT: re.compile(rf"(?im)(?P<kept>(?P<json>\"contact\":\s?\")|^\* contact: ){_VALUE}"),
}
TIMES = 3  # what covers a text may itself be found once more
_VALIDATION_ID = re.compile(r"Azure-SKEY\|([^|\s]{1,100})\|", re.IGNORECASE)  # SIG-3
_RESOURCE = re.compile(r"(?i)/subscriptions/[^/\s\"'<>\\|]+(?:/resourceGroups/[^/\s\"'<>\\|]+)?(?:/providers(?:/[^/\s\"'<>\\|]+)+)?")
_PARTS = re.compile(r"(?i)/subscriptions/([^/]+)(?:/resourceGroups/([^/]+))?")
_PLACE = re.compile(r"<[a-z-]+>")  # what bgpcheck writes where it does not know
_APART = re.compile(r"[,;<>()|\n]+")
_GROUP = r"(?:-g|--resource-group|-ResourceGroupName|resourceGroup(?:Name)?\\*\"?\s*[:=])\s*\\*(?:[\"']|&\#x27;|&quot;|u0027)?"
LEAST_PART = 4  # characters of a contact's part that is looked for alone


@dataclass(frozen=True, slots=True)
class Secret:
    """Something to take out. ``kind``: what it is called in its place."""

    kind: str
    found: re.Pattern[str]

    @property
    def words(self) -> str:
        """What stands in its place."""
        return f"({self.kind} left out)"

    def cover(self, text: str) -> tuple[str, int]:
        """Take it out of a text; gives that, and how often it was there. What the expression calls ``kept`` stays."""
        return self.found.subn(lambda found: found.groupdict().get("kept", "") + self.words, text)


@dataclass(frozen=True, slots=True)
class Cut:
    """A member that is another one in the copy. ``taken``: kind → how often; ``left_out``: why it is not there, or empty."""

    member: str
    sha256: str
    taken: Mapping[str, int]
    left_out: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give it for the list."""
        why = {"why": self.left_out} if self.left_out else {}
        return {"member": self.member, "sha256": self.sha256, "taken": dict(self.taken), **why}


def redacted(members: Mapping[str, bytes], stored: Stored) -> dict[str, bytes]:
    """Give the members of an intact bundle's copy, without its own manifest. Equal bundles give equal copies."""
    secrets, documents = tuple(secrets_of(stored)), {FOLDER + one.sha256: one for one in stored.documents}
    copy: dict[str, bytes] = {ORIGINAL: members[MANIFEST]}
    cuts: list[Cut] = []
    for name in sorted(members.keys() - {MANIFEST, SIGNED}):
        content, taken, clean = _cleaned(members[name], documents.get(name), secrets)
        why = _why_out(members[name], content, clean=clean) if taken else ""
        if taken:
            cuts.append(Cut(name, digest(members[name]), dict(sorted(taken.items())), why))
        if not why:
            copy[name] = content
    if SIGNED in members and any(one.member == STATEMENT for one in cuts):  # the envelope holds the whole statement
        cuts.append(Cut(SIGNED, digest(members[SIGNED]), {}, f"holds {STATEMENT} as it was"))
    elif SIGNED in members:
        copy[SIGNED] = members[SIGNED]
    return {**copy, LIST: _list(members[MANIFEST], sorted(cuts, key=lambda one: one.member))}


def _list(original: bytes, cuts: Iterable[Cut]) -> bytes:
    """Write what was done."""
    rows = {True: [one.to_json() for one in cuts if one.left_out], False: [one.to_json() for one in cuts if not one.left_out]}
    tool = {"name": "bgpcheck", "version": __version__}
    body = {
        "schema": SCHEMA,
        "tool": tool,
        "original": {"manifestSha256": digest(original)},
        "leftOut": rows[True],
        "redacted": rows[False],
    }
    return encode(body)


def secrets_of(stored: Stored) -> Iterator[Secret]:
    """Give what a bundle holds that is to be taken out, as far as its case says it; longer texts first, for they hold shorter ones."""
    texts = dict.fromkeys((kind, text) for kind, text in _texts(stored) if text.strip())
    for kind, text in sorted(texts, key=lambda one: (-len(one[1]), one)):
        if tells(text):
            yield Secret(kind, pattern(text.strip()))
        elif kind in FIELDS:
            yield Secret(kind, FIELDS[kind])
    yield Secret(AZURE, _RESOURCE)
    for group in sorted({found[2] for one in _ids(stored) if (found := _PARTS.search(one)) and found[2]}):
        word = re.escape(group)  # a name such as "network" is a word too: it counts where it is called a group
        yield Secret(AZURE, re.compile(rf"(?i)(?P<kept>{_GROUP}){word}(?![\w.()-])"))


def _texts(stored: Stored) -> Iterator[tuple[str, str]]:
    """Give secrets by kind."""
    peering = stored.case.peering
    circuit = peering.circuit
    signed = (one.signed for block in peering.blocks for one in block.prefixes if one.signed)
    ids = [one.validation_id for one in signed]
    if circuit:
        sessions = (session for one in circuit.peerings for session in one.sessions)
        ids += [info.validation_id for one in sessions if one.config for info in one.config.infos]
        yield KEY, circuit.service_key
    yield KEY, peering.service_key
    for one in ids:
        if found := _VALIDATION_ID.match(one):
            yield KEY, found[1]
    yield CONTACT, peering.contact
    yield from ((CONTACT, part.strip()) for part in _APART.split(peering.contact) if len(part.strip()) >= LEAST_PART)
    for one in _ids(stored):
        yield AZURE, one
        if (found := _PARTS.search(one)) and not _PLACE.fullmatch(found[1]):
            yield AZURE, found[1]


def _ids(stored: Stored) -> Iterator[str]:
    """Give Azure's resource ids."""
    circuit = stored.case.peering.circuit
    if circuit:
        yield from filter(None, (circuit.id, circuit.port))
        yield from (session.filter_id for one in circuit.peerings for session in one.sessions if session.filter_id)
    yield from (one.uri for one in stored.documents if one.source == CIRCUIT)


def _cleaned(content: bytes, document: Document | None, secrets: tuple[Secret, ...]) -> tuple[bytes, Counter[str], bool]:
    """Take out of a member what is to be; gives it, how often what was found, and whether a last look found nothing more."""
    without = _without_contacts(content, document) if document else content
    taken: Counter[str] = Counter()
    if without != content:
        before, after = (Counter(one.split(b"\n")) for one in (content, without))
        taken[PEOPLE] += (before - after).total()
    text = without.decode("utf-8", "surrogateescape")
    text, more = _scrubbed(text, secrets)
    looks = 1
    while more and looks < TIMES:
        taken += more
        text, more = _scrubbed(text, secrets)
        looks += 1
    return text.encode("utf-8", "surrogateescape") if taken else content, taken, not more


def _scrubbed(text: str, secrets: tuple[Secret, ...]) -> tuple[str, Counter[str]]:
    """Take secrets out of a text, plain and coded, then what looks like one."""
    taken: Counter[str] = Counter()
    for one in secrets:
        text, count = one.cover(text)
        taken[one.kind] += count
    kinds = {one.words: one.kind for one in secrets}
    text, hidden = coded(text, lambda part: next((one.words for one in secrets if one.found.search(part)), ""))
    taken.update(kinds[words] for words in hidden)
    clean = fit(text)
    taken[OTHER] += clean != text
    return clean, +taken


def _without_contacts(content: bytes, document: Document) -> bytes:
    """Take people out of a registry's answer that was kept with them, or of a file that a bundle of an earlier version holds."""
    if not document.source.startswith(("irr/", "rdap/", "nir/", "slurm")):
        return content
    try:
        if document.media_type == extract.MEDIA_TYPE:
            return extract.decode(content).encode()
        if document.media_type == reading.WHOIS_TYPE:
            return rpsl_contacts.covered(content.decode("latin-1")).encode("latin-1")
        if registry := reading.networks_of(document.media_type):
            return whois_networks.reduced(content, registry)
        return rdap.spared(content, file=document.uri)
    except (FormatError, ValueError):
        return content


def _why_out(before: bytes, after: bytes, *, clean: bool) -> str:
    """Say why a redacted member can't be given away; empty where it can."""
    if not clean:
        return "what is to be left out can't be told from the rest"
    return "is no longer readable without what was taken out" if _is_json(before) and not _is_json(after) else ""


def _is_json(data: bytes) -> bool:
    """Tell whether a member is JSON."""
    try:
        json_fields.decode(data.decode())
    except (FormatError, UnicodeDecodeError):
        return False
    return True
