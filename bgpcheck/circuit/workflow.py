"""The life of a circuit as a state machine: what is allowed in which state, by which rule, and who does it. Pure.

Rule: the first row that holds answers. Nothing is judged while Azure works (ST-3); a word that nobody documented answers nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.circuit.model import PROVIDER_STATES, PROVISIONING_STATES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bgpcheck.circuit.model import Circuit, CircuitPeering

LAYER_3 = 3
MISSING, OTHER = "", "other"  # not in the data; a word that the API does not document


class Operation(StrEnum):
    """What one may want to do to a circuit."""

    PEER = "peer"
    LINK = "link"
    DELETE = "delete"
    RE_ENABLE = "re-enable"
    DEPROVISION = "deprovision"


TITLES = {
    Operation.PEER: "configure peerings",
    Operation.LINK: "link virtual networks",
    Operation.DELETE: "delete the circuit",
    Operation.RE_ENABLE: "have it provisioned (again)",
    Operation.DEPROVISION: "have it deprovisioned",
}
WANTS = (Operation.PEER, Operation.LINK, Operation.DELETE)  # what ``--want`` takes


class Answer(StrEnum):
    """Whether an operation is allowed; ``unknown`` also while Azure works."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class State(NamedTuple):
    """What the machine looks at. Words of the API in its spelling, ``MISSING`` or ``OTHER``; ``layer``: 2, 3 or None."""

    provider: str
    status: str
    provisioning: str
    layer: int | None = None
    direct: bool = False

    @property
    def by_provider(self) -> bool:
        """ST-5: whether the provider configures routing: one of layer 3, which ExpressRoute Direct has not (ST-7)."""
        return self.layer == LAYER_3 and not self.direct


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer about one operation, with the rule that gives it. ``who``: ``you``, ``provider`` or ``Microsoft``."""

    operation: Operation
    answer: Answer
    rule: str
    why: str
    who: str = "you"


def state_of(circuit: Circuit, layer: int | None = None) -> State:
    """Give a circuit's state; ``layer`` where the user says what the data do not."""
    return State(
        provider=_known(circuit.provider_state, PROVIDER_STATES),
        status=_known(circuit.status, STATUSES),
        provisioning=_known(circuit.provisioning_state, PROVISIONING_STATES),
        layer=layer or circuit.layer,
        direct=circuit.direct,
    )


def _known(word: str, documented: Iterable[str]) -> str:
    """Give the documented spelling of a word."""
    return {one.lower(): one for one in documented}.get(word.lower(), OTHER) if word else MISSING


class _Row(NamedTuple):
    """A row of the table: when it holds, and what follows for each operation; None where a later row answers."""

    holds: Callable[[State], bool]
    answers: dict[Operation, tuple[Answer, str, str]]


A, F, U = Answer.ALLOWED, Answer.FORBIDDEN, Answer.UNKNOWN
PEER, LINK, DELETE, RE_ENABLE, DEPROVISION = Operation


def _all(answer: Answer, rule: str, why: str) -> dict[Operation, tuple[Answer, str, str]]:
    """Answer every operation alike."""
    return dict.fromkeys(Operation, (answer, rule, why))


GONE = frozenset({"NotProvisioned", "DeProvisioned"})  # ST-1: newer SDKs have a word for a circuit that was provisioned before
ONLY_USABLE = "Provisioned with status Enabled is the only usable state"
RECORDED = "a recorded answer shows Azure accepting a peering earlier, so it need not refuse, but the peering cannot work"
NO_PROVIDER = "an ExpressRoute Direct circuit has no provider"
TABLE = (
    # ST-3: judge nothing while Azure works, or where its last change failed.
    _Row(
        lambda s: s.provisioning in {"Creating", "Updating", "Deleting"},
        _all(U, "ST-3", "Azure is still working on the last change: ask again in a minute"),
    ),
    _Row(
        lambda s: s.provisioning in {"Failed", "Canceled"},
        _all(U, "ST-3", "Azure's last change did not succeed: refresh or repeat it first"),
    ),
    _Row(lambda s: s.provisioning == MISSING, _all(U, "ST-3", "the data do not say whether Azure's last change succeeded")),
    _Row(lambda s: s.provisioning == OTHER, _all(U, "ST-3", "Azure gives a provisioning state that its documentation does not name")),
    # ST-2: Enabled from creation on; Disabled only while Azure works, which it does not here.
    _Row(
        lambda s: s.status == "Disabled",
        {
            **_all(U, "ST-2", "the status should be Enabled: contact Microsoft support"),
            PEER: (F, "ST-5", ONLY_USABLE),
            LINK: (F, "ST-5", ONLY_USABLE),
        },
    ),
    _Row(lambda s: s.status == MISSING, _all(U, "ST-2", "the data do not have the circuit's status")),
    _Row(lambda s: s.status == OTHER, _all(U, "ST-2", "Azure gives a status that its documentation does not name")),
    # ST-7: ExpressRoute Direct.
    _Row(
        lambda s: s.direct,
        {RE_ENABLE: (F, "ST-7", NO_PROVIDER), DEPROVISION: (F, "ST-7", NO_PROVIDER)},
    ),
    _Row(
        lambda s: s.direct and s.provider == MISSING,
        _all(A, "ST-7", "an ExpressRoute Direct circuit has no provider state, and needs none"),
    ),
    _Row(
        lambda s: s.direct and s.provider == "Provisioned",
        {DELETE: (U, "ST-7", "what is documented about deleting speaks of circuits with a provider; here nobody has to deprovision")},
    ),
    # ST-1: the provider's side is not known.
    _Row(lambda s: s.provider == MISSING, _all(U, "ST-1", "the data do not have the provider's state")),
    _Row(lambda s: s.provider == OTHER, _all(U, "ST-1", "Azure gives a provider state that its documentation does not name")),
    # ST-4 to ST-6: the road itself.
    _Row(
        lambda s: s.provider in GONE,
        {
            PEER: (F, "ST-5", f"the provider has not provisioned the circuit; {RECORDED}"),
            LINK: (F, "ST-5", f"the provider has not provisioned the circuit: {ONLY_USABLE}"),
            DELETE: (A, "ST-4", "the provider has nothing provisioned"),
            RE_ENABLE: (A, "ST-4", "give the provider the service key"),
            DEPROVISION: (F, "ST-4", "nothing is provisioned"),
        },
    ),
    _Row(
        lambda s: s.provider == "Provisioning",
        {
            PEER: (F, "ST-5", f"the provider is still provisioning; {RECORDED}"),
            LINK: (F, "ST-5", f"the provider is still provisioning: {ONLY_USABLE}"),
            DELETE: (F, "ST-6", "deleting fails while the provider is provisioning: have it deprovisioned first"),
            RE_ENABLE: (F, "ST-4", "the provider is at it already"),
            DEPROVISION: (A, "ST-6", "the provider can stop and take it back"),
        },
    ),
    _Row(
        lambda s: s.provider == "Deprovisioning",
        {
            PEER: (F, "ST-5", f"the provider is taking the circuit down: {ONLY_USABLE}"),
            LINK: (F, "ST-5", f"the provider is taking the circuit down: {ONLY_USABLE}"),
            DELETE: (F, "ST-4", "wait until the provider state is NotProvisioned"),
            RE_ENABLE: (F, "ST-4", "wait until the provider state is NotProvisioned"),
            DEPROVISION: (F, "ST-4", "the provider is at it already"),
        },
    ),
    _Row(lambda s: s.by_provider, {PEER: (F, "ST-5", "with a Layer 3 provider the provider configures routing")}),
    _Row(
        lambda _: True,
        {
            PEER: (A, "ST-5", "the circuit is provisioned and enabled"),
            LINK: (A, "ST-15", "the circuit is provisioned and enabled"),
            DELETE: (F, "ST-6", "deleting fails while the circuit is provisioned: have the provider deprovision it first"),
            RE_ENABLE: (F, "ST-4", "the circuit is provisioned already"),
            DEPROVISION: (A, "ST-6", "ask the provider"),
        },
    ),
)


def rule(operation: Operation, state: State) -> Ruling:
    """Answer one question by the first row of the table that answers it."""
    answer, by, why = next(row.answers[operation] for row in TABLE if operation in row.answers and row.holds(state))
    return Ruling(operation, answer, by, why, _who(operation, state))


def _who(operation: Operation, state: State) -> str:
    """Say who does it (ST-4, ST-5)."""
    by_provider = operation in {RE_ENABLE, DEPROVISION} or (operation is PEER and state.by_provider)
    return "provider" if by_provider else "you"


def rulings(circuit: Circuit, layer: int | None = None) -> tuple[Ruling, ...]:
    """Answer about every operation, by the circuit's state and then by its peerings."""
    state = state_of(circuit, layer)
    return tuple(_refined(rule(operation, state), circuit) for operation in Operation)


class _Doubt(NamedTuple):
    """What a circuit that is there has beside its state, and the answer that it changes; ``holds`` reads operation and circuit."""

    holds: Callable[[Operation, Circuit], bool]
    answer: Answer
    rule: str
    why: str


def _carries(peering: CircuitPeering) -> bool:
    """Tell whether a private peering is settled and enabled (ST-3, ST-8)."""
    return bool(peering.provisioning_state) and peering.state.lower() != "disabled"


UNREADY = (
    _Doubt(lambda _, circuit: circuit.kind == "plan", U, "ST-4", "the circuit is planned and not made yet"),
    _Doubt(lambda _, circuit: not circuit.known, U, "ST-1", "the data do not describe the circuit itself"),
    _Doubt(
        lambda _, circuit: circuit.kind == "cross-connection",
        *(U, "ST-4", "a cross-connection is the provider's view: what the circuit's owner may do is in the circuit's own data"),
    ),
)
DOUBTS = (
    _Doubt(
        lambda operation, circuit: operation in {PEER, LINK, DELETE} and not all(one.settled for one in circuit.peerings),
        *(U, "ST-14", "a peering is not settled, or the data do not say that it is: finish one at a time"),
    ),
    _Doubt(
        lambda operation, circuit: operation is DELETE and bool(circuit.links_in_use),
        *(U, "ST-15", "authorizations are in use: others' virtual networks are linked, and should be unlinked first (inferred)"),
    ),
    _Doubt(
        lambda operation, circuit: operation is LINK and not circuit.listed,
        *(U, "ST-15", "the data do not list the peerings, and virtual networks are reached by private peering"),
    ),
    _Doubt(
        lambda operation, circuit: operation is LINK and any(one.is_private and not _carries(one) for one in circuit.peerings),
        *(U, "ST-15", "the private peering is disabled, or the data do not say whether it is settled"),
    ),
    _Doubt(
        lambda operation, circuit: operation is LINK and circuit.listed and not any(one.is_private for one in circuit.peerings),
        *(F, "ST-15", "virtual networks are reached by private peering, and the circuit has none"),
    ),
)


def _refined(ruling: Ruling, circuit: Circuit) -> Ruling:
    """Look at what a circuit needs beside its state; nothing that is forbidden becomes allowed."""
    for one in (*UNREADY, *(DOUBTS if ruling.answer is A else ())):
        if one.holds(ruling.operation, circuit):
            return Ruling(ruling.operation, one.answer, one.rule, one.why, ruling.who)
    return ruling
