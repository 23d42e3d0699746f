"""What changed between two readings of a circuit, what has settled, and whether what is awaited is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bgpcheck.circuit.changes import Change, Progress, Want, changes, hindrance, reached, settled
from bgpcheck.circuit.model import MICROSOFT, PRIVATE, Circuit, CircuitPeering, PrefixConfig, PrefixInfo, Session

P, Q = "193.0.0.0/21", "2001:67c:2e8::/48"


def config(state: str = "Configured", *infos: str, prefixes: tuple[str, ...] = (P,)) -> PrefixConfig:
    return PrefixConfig(prefixes, state, infos=tuple(PrefixInfo(P, state=one) for one in infos))


def peering(*configs: PrefixConfig | None, provisioning: str = "Succeeded", kind: str = MICROSOFT) -> CircuitPeering:
    sessions = tuple(Session(family, state="Enabled", config=one) for family, one in zip(("ipv4", "ipv6"), configs, strict=False))
    return CircuitPeering(kind, kind, provisioning, "Enabled", 12076, 3333, 345, sessions=sessions)


def circuit(*peerings: CircuitPeering, provider: str = "Provisioned", provisioning: str = "Succeeded") -> Circuit:
    return Circuit("ams", provider_state=provider, status="Enabled", provisioning_state=provisioning, peerings=peerings)


ONE = circuit(peering(config("ValidationNeeded")))
WITH_INFO = circuit(peering(replace(config("Configured"), infos=(PrefixInfo(P, signature="abc", state="Configured"),))))
CHANGES = [
    (ONE, ONE, []),
    (ONE, replace(ONE, notes=("x",)), []),
    (circuit(provider="Provisioning"), circuit(), [("serviceProviderProvisioningState", "Provisioning", "Provisioned")]),
    (circuit(), replace(circuit(), bandwidth=200), [("bandwidthInMbps", "", "200")]),
    (
        ONE,
        WITH_INFO,
        [
            (f"{MICROSOFT}.ipv4.advertisedPublicPrefixesState", "ValidationNeeded", "Configured"),
            (f"{MICROSOFT}.ipv4.{P}.validationState", "", "Configured"),
            (f"{MICROSOFT}.ipv4.{P}.signature", "", "given"),
        ],
    ),
    (
        circuit(peering(config("Configured", prefixes=(P,)))),
        circuit(peering(config("Configured", prefixes=(Q,)))),
        [(f"{MICROSOFT}.ipv4.{Q}", "", "listed"), (f"{MICROSOFT}.ipv4.{P}", "listed", "")],
    ),
    (circuit(), circuit(CircuitPeering(PRIVATE)), [(PRIVATE, "", "there")]),
    (circuit(CircuitPeering("")), circuit(), [("peering", "there", "")]),
    (circuit(peering(config("NotConfigured"), kind=PRIVATE)), circuit(peering(config("Configured"), kind=PRIVATE)), []),  # ST-13
]


@pytest.mark.parametrize(("before", "after", "wanted"), CHANGES)
def test_changes(before: Circuit, after: Circuit, wanted: list[tuple[str, str, str]]) -> None:
    assert changes(before, after) == tuple(Change(*one) for one in wanted)


def test_a_change_in_words() -> None:
    assert str(Change("a.b", "", "C")) == "a.b: nothing → C"
    assert str(Change("a.b", "C", "")) == "a.b: C → nothing"


R, M, S = Progress.REACHED, Progress.MOVING, Progress.STUCK
NOTHING = circuit()
STANDINGS = [  # circuit, configured, provisioned, settled
    (circuit(peering(config())), R, R, R),
    (circuit(peering(config(), config())), R, R, R),
    (circuit(peering(config("Configured", "Configured"))), R, R, R),
    (circuit(peering(config("configured"))), R, R, R),
    (circuit(peering(config("Configured", ""))), R, R, R),
    (circuit(peering(config(), provisioning="Updating")), M, R, M),
    (circuit(peering(config("NotConfigured"), provisioning="Updating")), M, R, M),  # ST-12
    (circuit(peering(config("Configuring"))), M, R, M),
    (circuit(peering(config("Configured", "Configuring"))), M, R, M),
    (circuit(peering(config(), config("Configuring"))), M, R, M),
    (circuit(peering(config("ValidationNeeded"))), S, R, R),
    (circuit(peering(config("Configured", "AsnValidationFailed"))), S, R, R),
    (circuit(peering(config(), config("ManualValidationNeeded"))), S, R, R),
    (circuit(peering(config(""))), S, R, R),
    (circuit(peering(config("Perhaps"))), M, R, M),  # an undocumented word: nobody knows what follows
    (circuit(peering(config("NotConfigured", prefixes=()))), S, R, R),  # nothing is advertised
    (circuit(peering(None)), S, R, R),
    (circuit(peering(config(), provisioning="Failed")), S, R, R),
    (circuit(peering(config(), kind=PRIVATE)), S, R, R),
    (circuit(peering(config("Configuring"), kind=PRIVATE)), S, R, R),  # ST-13
    (circuit(peering(config(), provisioning="")), S, R, R),
    (NOTHING, S, R, R),
    (circuit(provider="NotProvisioned"), S, S, R),
    (circuit(provider="Provisioning"), M, M, M),
    (circuit(provider="Deprovisioning"), M, M, M),
    (circuit(provider=""), S, S, R),
    (circuit(provisioning="Failed"), S, S, R),
    (circuit(provisioning="Updating"), M, M, M),
    (replace(NOTHING, status="Disabled"), S, S, R),
    (replace(NOTHING, provider_state="", port="/x"), S, R, R),  # ST-7
    (Circuit(known=False, peerings=(peering(config()),)), R, S, R),
]


@pytest.mark.parametrize(("found", "configured", "provisioned", "still"), STANDINGS)
def test_how_it_stands(found: Circuit, configured: Progress, provisioned: Progress, still: Progress) -> None:
    assert tuple(reached(found, want) for want in (Want.CONFIGURED, Want.PROVISIONED, Want.SETTLED)) == (configured, provisioned, still)
    assert settled(found) is (still is R)


@pytest.mark.parametrize(
    ("found", "want", "words"),
    [
        (circuit(peering(config(), provisioning="Failed")), Want.CONFIGURED, "Azure's last change ended as Failed"),
        (circuit(provider="NotProvisioned"), Want.PROVISIONED, "the provider's state is NotProvisioned: give the provider the service key"),
        (circuit(provider=""), Want.PROVISIONED, "the provider's state is not said"),
        (NOTHING, Want.CONFIGURED, "the circuit has no Microsoft peering yet"),
        (circuit(peering(None)), Want.CONFIGURED, "the Microsoft peering says nothing of prefixes"),
        (
            circuit(peering(config("ValidationNeeded", "AsnValidationFailed"))),
            Want.CONFIGURED,
            "prefixes stand at AsnValidationFailed, ValidationNeeded: this changes when",
        ),
    ],
)
def test_what_it_waits_for(found: Circuit, want: Want, words: str) -> None:
    assert hindrance(found, want).startswith(words)
