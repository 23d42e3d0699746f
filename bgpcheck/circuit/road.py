"""Where on its road a circuit stands, from creation to deletion, and what comes next. Pure.

Rule: the place is computed from the states; nobody remembers where a circuit was.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.circuit.workflow import GONE, MISSING, OTHER, State, state_of

if TYPE_CHECKING:
    from bgpcheck.circuit.model import Circuit


class Step(StrEnum):
    """Where a circuit stands (ST-4), and the places beside the road."""

    PLANNED = "planned"
    CREATING = "creating"
    CREATED = "created"
    PROVISIONING = "provisioning"
    PROVISIONED = "provisioned"
    CONFIGURING = "configuring"
    VALIDATING = "validating"
    READY = "ready"
    DEPROVISIONING = "deprovisioning"
    DELETING = "deleting"
    UPDATING = "updating"
    FAILED = "failed"
    SUPPORT = "contact-support"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of the road: what is done, and by whom; ``direct``: whether ExpressRoute Direct circuits have it (ST-7)."""

    title: str
    who: str
    steps: tuple[Step, ...]
    direct: bool = True


ROAD = (
    Stage("create the circuit", "you", (Step.PLANNED, Step.CREATING)),
    Stage("give the provider the service key", "you", (Step.CREATED,), direct=False),
    Stage("provision", "provider", (Step.PROVISIONING,), direct=False),
    Stage("configure the peerings, one at a time", "you", (Step.PROVISIONED, Step.CONFIGURING)),
    Stage("validate the prefixes of Microsoft peering", "Microsoft", (Step.VALIDATING,)),
    Stage("link virtual networks, attach a route filter, and use it", "you", (Step.READY,)),
    Stage("deprovision", "provider", (Step.DEPROVISIONING,), direct=False),
    Stage("delete the circuit", "you", (Step.DELETING,)),
)
CONFIGURED = "configured"
MOVING = {
    "Creating": Step.CREATING,
    "Updating": Step.UPDATING,
    "Deleting": Step.DELETING,
    "Failed": Step.FAILED,
    "Canceled": Step.FAILED,
}


def road(state: State) -> tuple[Stage, ...]:
    """Give the stages of a circuit's road; with a Layer 3 provider it is the provider who configures routing (ST-5)."""
    stages = tuple(one for one in ROAD if one.direct or not state.direct)
    if not state.by_provider:
        return stages
    return tuple(Stage(one.title, "provider", one.steps, one.direct) if Step.PROVISIONED in one.steps else one for one in stages)


def step_of(circuit: Circuit, layer: int | None = None) -> Step:
    """Say where a circuit stands."""
    if circuit.kind == "plan":
        return Step.PLANNED
    state = state_of(circuit, layer)
    beside = _beside(state) if circuit.known else Step.UNKNOWN
    if beside:
        return beside
    by_provider = {**dict.fromkeys(GONE, Step.CREATED), "Provisioning": Step.PROVISIONING, "Deprovisioning": Step.DEPROVISIONING}
    if state.provider in by_provider:
        return by_provider[state.provider]
    if state.provider in {MISSING, OTHER} and not (state.direct and state.provider == MISSING):
        return Step.UNKNOWN
    return _usable(circuit)


def _beside(state: State) -> Step | None:
    """Find the places where Azure works, has failed, or says something that is not documented (ST-2, ST-3)."""
    if state.provisioning in {"Creating", "Updating"} and state.status == "Disabled":
        return Step.CREATING
    if state.provisioning in MOVING:
        return MOVING[state.provisioning]
    if MISSING in (state.provisioning, state.status) or OTHER in (state.provisioning, state.status):
        return Step.UNKNOWN
    return Step.SUPPORT if state.status != "Enabled" else None


def _usable(circuit: Circuit) -> Step:
    """Tell the places apart that a usable circuit passes (ST-5, ST-11, ST-14)."""
    if not circuit.peerings:
        return Step.PROVISIONED if circuit.listed else Step.UNKNOWN
    if not all(one.settled for one in circuit.peerings):
        return Step.CONFIGURING
    states = circuit.microsoft.prefix_states if circuit.microsoft else ()
    return Step.READY if all(word.lower() == CONFIGURED for word in states) else Step.VALIDATING
