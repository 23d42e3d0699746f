"""What SARIF says of bgpcheck itself: the rules that results name, and the kinds of gaps and faults. Pure.

Rule: every word about a rule is the catalogue's, so that basis and source come with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bgpcheck.explain import OWN
from bgpcheck.render.clean import visible
from bgpcheck.rules.catalogue import CATALOGUE, RULES, weight
from bgpcheck.sources.base import GapReason
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEVEL = {"blocker": "error", "warning": "warning", "note": "note"}
FAULT = "not-judged"
NOTIFICATIONS = {  # what was not to be had, and what helps
    f"gap-{GapReason.UNREACHABLE}": (
        "A source could not be reached.",
        "See whether network and source are there, then check again.",
    ),
    f"gap-{GapReason.TIMEOUT}": ("A source did not answer in time.", "Check again later, or give it longer with --deadline."),
    f"gap-{GapReason.RATE_LIMITED}": ("A source takes no more questions for now.", "Check again later."),
    f"gap-{GapReason.MALFORMED}": ("A source gave an answer that cannot be read.", "Fetch it again, or look at the file."),
    f"gap-{GapReason.STALE}": ("What a source says is older than its limit.", "Fetch it again."),
    f"gap-{GapReason.DISABLED}": ("A source was not to be asked.", "Give registry data with --registry-data, or ask with --live."),
    f"gap-{GapReason.MISSING}": ("There are no data of a source.", "Add its file to the registry data, or ask with --live."),
    FAULT: ("A peering could not be judged, since its input cannot be read.", "Correct what the message names, then check again."),
}


def quoted(text: str) -> str:
    """Write text as a SARIF message: nothing in it is a placeholder (3.11.5: braces are doubled) or a link (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def driver(levels: Mapping[str, str], silent: Iterable[str]) -> dict[str, Any]:
    """Describe the tool with the rules that occur, and their levels, and with the notifications that do, by their ids."""
    return {
        "name": "bgpcheck",
        "version": __version__,
        "semanticVersion": __version__,
        "shortDescription": {"text": "Tells whether Azure will accept the prefixes of an ExpressRoute Microsoft peering, and why not."},
        "rules": [rule(code, level) for code, level in levels.items()],
        "notifications": [_described(one, *NOTIFICATIONS[one], "") for one in silent],
    }


def gap_id(reason: GapReason) -> str:
    """Name the notification of a gap."""
    return f"gap-{reason}"


def rule(code: str, level: str) -> dict[str, Any]:
    """Describe a reason code or rule id; ``level``: what its results weigh, where the catalogue does not say it of a rule."""
    entry = CATALOGUE.get(code, OWN)
    made = _described(code, entry.meaning, entry.remedy, f"{entry.basis}; {entry.source}")
    return {
        **made,
        "defaultConfiguration": {"level": LEVEL.get(weight(code) if code in RULES else "", level)},
        "properties": {"basis": str(entry.basis), "source": entry.source, "tags": ["bgp", "expressroute"]},
    }


def _described(code: str, meaning: str, remedy: str, basis: str) -> dict[str, Any]:
    """Describe what an id stands for, in the ways that readers want; a rule id such as PFX-1 has no other name."""
    parts = {"To do": remedy, "Basis": f"{basis}." if basis else ""}
    told = [(name, quoted(visible(text))) for name, text in parts.items() if text]
    plain = quoted(visible(meaning))
    return {
        "id": code,
        **({} if code in RULES else {"name": _name(code)}),
        "shortDescription": {"text": _first_sentence(plain)},
        "fullDescription": {"text": plain},
        "help": {
            "text": "\n".join((plain, *(f"{name}: {text}" for name, text in told))),
            "markdown": "\n\n".join((plain, *(f"**{name}:** {text}" for name, text in told))),
        },
    }


def _name(code: str) -> str:
    """Write a reason code as SARIF wants names: ``RouteObjectExact``."""
    return "".join(word.capitalize() for word in code.split("-"))


def _first_sentence(text: str) -> str:
    """Give the first sentence of several."""
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0]
