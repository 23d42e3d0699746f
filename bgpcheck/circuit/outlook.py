"""What comes next for a circuit, and who does it: you, the provider, or Microsoft. Pure.

Rule: computed from where the circuit stands; every step names the rule that it follows from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.circuit import commands
from bgpcheck.circuit.commands import Command
from bgpcheck.circuit.road import Step, step_of
from bgpcheck.circuit.standing import MANUAL, UPDATING, WORST, value_of
from bgpcheck.circuit.workflow import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bgpcheck.circuit.commands import Target
    from bgpcheck.circuit.model import Circuit, CircuitPeering, Session

CHECK = Command("bgpcheck", "bgpcheck check --circuit FILE --live")
BUNDLE = Command("bgpcheck", "bgpcheck check --circuit FILE --live --evidence evidence.zip")
YOU, PROVIDER, MICROSOFT = "you", "provider", "Microsoft"


@dataclass(frozen=True, slots=True)
class Next:
    """One thing to do. ``who``: ``you``, ``provider`` or ``Microsoft``; ``rule``: the id that it follows from."""

    who: str
    what: str
    rule: str
    commands: tuple[Command, ...] = ()


def outlook(circuit: Circuit, layer: int | None = None) -> tuple[Next, ...]:
    """Say what comes next, the first thing first."""
    target = commands.target_of(circuit)
    found = tuple(STEPS[step_of(circuit, layer)](circuit, target, layer))
    return found or (Next(YOU, "read the circuit from Azure: the data do not say how far its peerings are", "ST-9", commands.show(target)),)


def actor(circuit: Circuit, layer: int | None = None) -> str:
    """Say who is to act next."""
    return outlook(circuit, layer)[0].who


def billing(circuit: Circuit) -> str:
    """Say what is billed (ST-6); empty where the data do not hold the circuit."""
    if not circuit.known or circuit.kind != "circuit":
        return ""
    family = f" ({circuit.billing})" if circuit.billing else ""
    return f"billed{family} from the service key's issue until the circuit is deleted, whatever the provider has done (ST-6)"


def _planned(*_: object) -> Iterator[Next]:
    """It is not made yet."""
    yield Next(YOU, "apply the plan; the circuit is billed from then on", "ST-6")


def _wait(circuit: Circuit, target: Target, _: int | None) -> Iterator[Next]:
    """Azure works."""
    yield Next(MICROSOFT, f"finish the change ({circuit.provisioning_state}); ask again in a minute", "ST-3", commands.show(target))


def _failed(circuit: Circuit, target: Target, _: int | None) -> Iterator[Next]:
    """Azure's last change did not succeed."""
    yield Next(
        YOU,
        f"repeat the change that ended {circuit.provisioning_state}, or write the circuit back as it is",
        "ST-3",
        commands.refresh(target),
    )


def _support(*_: object) -> Iterator[Next]:
    """The status is not what it should be."""
    yield Next(YOU, "contact Microsoft support: the status should be Enabled", "ST-2")


def _unknown(circuit: Circuit, target: Target, _: int | None) -> Iterator[Next]:
    """The data do not say enough, or what nobody documented."""
    only = "a peering" if circuit.peerings else "tables"
    what = f"read the whole circuit: the data hold {only} only" if not circuit.known else "read the circuit from Azure: states are missing"
    if circuit.known and any(circuit.unknown_words()):
        what = "ask Microsoft, or a newer bgpcheck, what the state means that the documentation does not name"
    yield Next(YOU, what, "ST-1", commands.show(target))
    yield from (one for peering in circuit.peerings for one in _peering(peering, target))


def _created(circuit: Circuit, target: Target, _: int | None) -> Iterator[Next]:
    """The provider has not begun, or is done with taking it down (ST-4)."""
    if circuit.direct:
        yield Next(
            YOU, "configure the peerings once the provider state allows it: an ExpressRoute Direct circuit has none to wait for", "ST-7"
        )
        return
    yield Next(
        YOU,
        f"give {circuit.provider or 'the provider'} the service key, and have the circuit provisioned",
        "ST-4",
        commands.service_key(target),
    )
    yield Next(YOU, "or delete it, if it is not wanted: until then it is billed", "ST-6", commands.delete(target))


def _provisioning(circuit: Circuit, *_: object) -> Iterator[Next]:
    """The provider is at it."""
    yield Next(PROVIDER, f"finish provisioning{_at(circuit)}; until then no peering can work", "ST-4")


def _at(circuit: Circuit) -> str:
    """Name the provider and the place."""
    words = " at ".join(word for word in (circuit.provider, circuit.location) if word)
    return f" ({words})" if words else ""


def _provisioned(circuit: Circuit, _: Target, layer: int | None) -> Iterator[Next]:
    """Peerings come next, one at a time (ST-5, ST-14)."""
    state = state_of(circuit, layer)
    if state.by_provider:
        yield Next(PROVIDER, "configure the peerings: with a Layer 3 provider the provider does", "ST-5")
        return
    provider = " (a Layer 3 provider does it itself)" if state.layer is None else ""
    yield Next(YOU, f"configure the peerings, one at a time{provider}", "ST-14")
    planned = Command("bgpcheck", "bgpcheck check PREFLIGHT.yaml --live")
    yield Next(YOU, "before Microsoft peering: judge the planned list", "REG-1", (planned,))


def _peerings(circuit: Circuit, target: Target, _: int | None) -> Iterator[Next]:
    """Something about the peerings is not settled, or not configured."""
    for peering in circuit.peerings:
        yield from _peering(peering, target)


def _peering(peering: CircuitPeering, target: Target) -> Iterator[Next]:
    """Say what a peering waits for."""
    if peering.failed:
        yield Next(YOU, f"repeat the change of {peering.type} that ended {peering.provisioning_state}", "ST-3", commands.refresh(target))
    elif peering.unsettled:
        yield Next(MICROSOFT, f"finish the change of {peering.type}; ask again in a minute", "ST-12", commands.show(target))
    elif peering.is_microsoft and peering.provisioning_state:
        for session in peering.sessions:
            yield from _list(session)


def _list(session: Session) -> Iterator[Next]:
    """Say what a list of prefixes waits for, by the worst state of the list and its prefixes (ST-11)."""
    config = session.config
    if config is None or not (config.prefixes or config.infos):
        if config and config.state and value_of(config.state) != "configured":
            yield Next(YOU, f"list the {session.family} prefixes that you will advertise: bgpcheck check judges them before", "ST-9")
        return
    words = [config.state, *(info.state for info in config.infos if info.state)]
    word = min(words, key=lambda word: WORST.index(value_of(word)) if word else len(WORST))
    value = value_of(word) if word else "configured"
    if value == UPDATING:
        yield Next(MICROSOFT, f"validate the {session.family} prefixes; ask again in a minute", "ST-9")
    elif value == MANUAL:
        yield Next(
            YOU, f"open a ticket for the {session.family} prefixes, with the service key and the evidence bundle", "TKT-1", (BUNDLE,)
        )
    elif value != "configured":
        yield Next(YOU, f"see what the registries lack for the {session.family} prefixes ({word}), and mend it", "ST-11", (CHECK,))


def _ready(circuit: Circuit, target: Target, _: int | None) -> Iterator[Next]:
    """Everything is settled: what remains so that traffic flows."""
    microsoft = circuit.microsoft
    if microsoft and any(one.filtered is False for one in microsoft.sessions if one.primary or one.secondary):
        yield Next(YOU, "attach a route filter: without one Microsoft peering receives no routes", "RF-1", commands.attach_filter(target))
    if any(one.is_private for one in circuit.peerings):
        yield Next(YOU, "link the virtual networks, if that is not done", "ST-15")
    for peering in circuit.peerings:
        if any(one.state.lower() == "disabled" for one in peering.sessions):
            yield Next(YOU, f"enable {peering.type} when it should carry traffic", "ST-8", commands.enable(target, peering.type))
    for peering in circuit.peerings:
        yield Next(YOU, f"see that both BGP sessions of {peering.type} are up", "LNK-4", commands.sessions(target, peering.type))


def _deprovisioning(circuit: Circuit, *_: object) -> Iterator[Next]:
    """The provider takes it down."""
    yield Next(PROVIDER, f"finish deprovisioning{_at(circuit)}; then delete the circuit or have it provisioned again", "ST-4")


STEPS: dict[Step, Callable[[Circuit, Target, int | None], Iterator[Next]]] = {
    Step.PLANNED: _planned,
    Step.CREATING: _wait,
    Step.UPDATING: _wait,
    Step.DELETING: _wait,
    Step.FAILED: _failed,
    Step.SUPPORT: _support,
    Step.UNKNOWN: _unknown,
    Step.CREATED: _created,
    Step.PROVISIONING: _provisioning,
    Step.PROVISIONED: _provisioned,
    Step.CONFIGURING: _peerings,
    Step.VALIDATING: _peerings,
    Step.READY: _ready,
    Step.DEPROVISIONING: _deprovisioning,
}
