"""The circuit that the options name: read, chosen among several, and what of it is claimed. Waits for files.

Rule: what is not clear is refused, and what Azure answered is kept without keys and people.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.fetch.files import read_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.evidence.document import Document
    from bgpcheck.options import Options
    from bgpcheck.peering import Peering
    from bgpcheck.settings import Settings

MOST_NAMED = 8  # circuits that an error names


def circuit_of(options: Options) -> tuple[Circuit | None, str]:
    """Give the circuit that is meant, and the name and digest of the file that it is from."""
    one = options.circuit
    return _read_circuit(one, options) if isinstance(one, str) else (one, "")


def _read_circuit(name: str, options: Options) -> tuple[Circuit, str]:
    """Read the circuit that is meant; ``UsageError`` where it is not clear which is."""
    from bgpcheck.circuit.read import MAX_FILE, read  # noqa: PLC0415 (only where there is a circuit)

    content = options.circuit_answer[0] if options.circuit_answer else read_whole(Path(name), name, limit=MAX_FILE)
    circuits = read(content, file=name).circuits
    return choose(circuits, options.circuit_name, name), f"{Path(name).name} sha256:{hashlib.sha256(content).hexdigest()}"


def choose(circuits: Sequence[Circuit], wanted: str | None, file: str) -> Circuit:
    """Choose the one circuit, or the one that is called or identified as ``wanted``, without regard to case as Azure does.

    Raises:
        UsageError: there is none that is called so, or several.
        FormatError: there is none at all.
    """
    if not circuits:
        raise FormatError("holds no circuit and no peering", file=file)
    names = ", ".join(one.name or "(no name)" for one in circuits[:MOST_NAMED]) + (" …" if len(circuits) > MOST_NAMED else "")
    found = [one for one in circuits if wanted is None or wanted.lower() in {one.name.lower(), one.id.lower()}]
    if wanted is not None and not found:
        raise UsageError(f"--circuit-name {wanted[:80]}: {file} holds {names}")
    if len(found) > 1:
        how = "--circuit-name" if wanted is None else "the whole id as --circuit-name"
        raise UsageError(f"{file} holds {len(found)} circuits {'that could be meant ' if wanted else ''}({names}): give {how}")
    return found[0]


def claimed(circuit: Circuit, options: Options, settings: Settings) -> Peering:
    """Take the circuit's own Microsoft peering as the claim; ``FormatError`` where a part cannot be read that no option replaces."""
    from bgpcheck.circuit.claims import peering_of  # noqa: PLC0415 (only where there is a circuit)

    peering, faults = peering_of(circuit, settings, cloud=options.cloud or "public")
    replaced = {
        "peerASN": options.peer_asn is not None,
        "customerASN": options.customer_asn is not None,
        "advertisedPublicPrefixes": bool(options.prefixes),
        "routingRegistryName": options.registry is not None,
    }
    for fault in faults:
        if not any(there and name in (fault.field or "") for name, there in replaced.items()):
            raise fault.at(file=options.circuit if isinstance(options.circuit, str) else circuit.name)
    return peering


def answer_of(options: Options) -> Document | None:
    """Keep what Azure answered for a bundle, without keys (LNK-3), people and what else is secret."""
    if options.circuit_answer is None or not isinstance(options.circuit, str):
        return None
    from bgpcheck.evidence.document import Document  # noqa: PLC0415 (only where Azure was asked)
    from bgpcheck.evidence.statement import CIRCUIT  # noqa: PLC0415
    from bgpcheck.formats.credentials import fit_json  # noqa: PLC0415

    content, at = options.circuit_answer
    return Document(CIRCUIT, options.circuit, "application/json", fit_json(content), at)
