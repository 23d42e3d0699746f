"""What a user asks of a check, as written, and how the words of one option are read. Pure.

Rule: nothing is read from files or judged here; what all options together come to, ``plan`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.defaults import DEADLINE
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.formats import preflight as preflights
from bgpcheck.model import parse_asn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.claim import Cloud
    from bgpcheck.peering import Listed


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks, as written. ``preflight``, ``events``, ``internet``, ``assume``, ``registry_data``: paths, ``-`` is standard input.

    ``circuit``: a file with what Azure says of a circuit, of which ``circuit_name`` is one, or the circuit itself; ``circuit_answer``:
    what Azure itself answered, and when, where ``circuit`` is a resource id; ``cloud``: where no preflight file says it. ``live``: ask
    the registries, for at most ``deadline`` seconds; ``refresh``: whatever the cache has; ``keep_contacts``: keep answers with the
    people whom they name as contacts. ``templates``: a folder of own templates for the bundle's
    ticket and letter. ``sources``: a file in the place of ``configs/sources.yaml``. ``listening``: what is announced is
    still to come, so that there may be nothing to judge yet.
    """

    preflight: str | None = None
    prefixes: Sequence[str] = ()
    peer_asn: str | int | None = None
    customer_asn: str | int | None = None
    registry: str | None = None
    circuit: str | Circuit | None = None
    circuit_name: str | None = None
    circuit_answer: tuple[bytes, datetime] | None = None
    cloud: Cloud | None = None
    events: str | None = None
    internet: str | None = None
    templates: str | None = None
    registry_data: str | None = None
    policy: str | None = None
    assume: Sequence[str] = ()
    now: str | datetime | None = None
    strict: bool = False
    all_prefixes_of: str | int | None = None
    live: bool = False
    deadline: float = DEADLINE
    refresh: bool = False
    keep_contacts: bool = False
    sources: str = ""
    listening: bool = False


def asn_of(option: str, text: str | int) -> int:
    """Read an option's AS number; the ``UsageError`` names the option."""
    try:
        return parse_asn(text)
    except FormatError as error:
        raise UsageError(f"{option}: {error}") from error


def prefix_of(option: str, text: str) -> Listed:
    """Read an option's prefix; the ``UsageError`` names the option."""
    try:
        return preflights.listed(text)
    except FormatError as error:
        raise UsageError(f"{option}: {error}") from error
