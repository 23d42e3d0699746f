"""A registry folder made for one test: a few words become the files that a real one has."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
RIR_WHOIS = {rir: f"whois.{'ripe' if rir == 'ripencc' else rir}.net" for rir in RIRS}
DAY = "20261101"


@dataclass
class Registry:
    """What stands in the folder; ``write`` makes it. ``irr``: source → RPSL texts; None leaves the file out (a silent source).

    Routes are ``"193.0.0.0/21 AS3333"``, VRPs ``"193.0.0.0/21-24 AS3333"``, rows are delegated-extended after the registry's name.
    """

    rows: dict[str, list[str]] = field(default_factory=dict)
    silent_rirs: tuple[str, ...] = ()
    vrps: list[str] | None = field(default_factory=list)
    routes: dict[str, list[str]] = field(default_factory=dict)
    objects: dict[str, list[str]] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    rdap_ip: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)  # range → (registry, status, handle, name)
    rdap_autnum: dict[int, tuple[str, str, str]] = field(default_factory=dict)  # AS number → (registry, handle, name)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for rir in RIRS:
            if rir not in self.silent_rirs:
                (folder / f"delegated-{rir}-extended-latest").write_text(self._delegated(rir))
        if self.vrps is not None:
            (folder / "vrps.json").write_text(
                json.dumps({"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [_vrp(one) for one in self.vrps]})
            )
        for source in ("RIPE", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RADB", "ALTDB", "NTTCOM", *self.routes, *self.objects):
            if source not in self.silent:
                texts = [*(_route(one, source) for one in self.routes.get(source, [])), *self.objects.get(source, [])]
                (folder / f"{source}.db").write_text("\n\n".join(["# made for a test", *texts]) + "\n")
        for name, (registry, status, handle, holder) in self.rdap_ip.items():
            _save(folder / "rdap" / "ip" / f"{name.replace('/', '_')}.json", _network(name, registry, status, handle, holder))
        for asn, (registry, handle, holder) in self.rdap_autnum.items():
            _save(folder / "rdap" / "autnum" / f"{asn}.json", _autnum(asn, registry, handle, holder))
        return folder

    def _delegated(self, rir: str) -> str:
        body = [f"{rir}|{row}" for row in self.rows.get(rir, [])]
        kinds = [row.split("|")[2] for row in body]
        summary = [f"{rir}|*|{kind}|*|{kinds.count(kind)}|summary" for kind in ("asn", "ipv4", "ipv6")]
        return "\n".join([f"2|{rir}|{DAY}|{len(body)}|19830101|{DAY}|+0000", *summary, *body]) + "\n"


def _vrp(text: str) -> dict[str, object]:
    prefix, asn = text.split()
    plain, _, longest = prefix.partition("-")
    return {"asn": int(asn[2:]), "prefix": plain, "maxLength": int(longest or plain.split("/")[1]), "ta": "ripe", "expires": 1793600000}


def _route(text: str, source: str) -> str:
    prefix, origin, *rest = text.split()
    name = "route6" if ":" in prefix else "route"
    return "\n".join([f"{name}: {prefix}", f"origin: {origin}", f"mnt-by: {rest[0] if rest else 'EXAMPLE-MNT'}", f"source: {source}"])


def _save(path: Path, body: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body))


def _holders(handle: str, name: str) -> list[dict[str, object]]:
    if not handle and not name:
        return []
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ["kind", {}, "text", "org"]]]
    return [{"objectClassName": "entity", "roles": ["registrant"], **({"handle": handle} if handle else {}), "vcardArray": card}]


def _network(prefix: str, registry: str, status: str, handle: str, name: str) -> dict[str, object]:

    if registry == "missing":
        return {"errorCode": 404, "title": "not found"}
    network = ipaddress.ip_network(prefix)
    return {
        "objectClassName": "ip network",
        "handle": f"NET-{prefix}",
        "startAddress": str(network[0]),
        "endAddress": str(network[-1]),
        "ipVersion": f"v{network.version}",
        "name": "EXAMPLE",
        "type": status,
        "entities": _holders(handle, name),
        "port43": RIR_WHOIS[registry],
    }


def _autnum(asn: int, registry: str, handle: str, name: str) -> dict[str, object]:
    if registry == "missing":
        return {"errorCode": 404, "title": "not found"}
    return {
        "objectClassName": "autnum",
        "handle": f"AS{asn}",
        "startAutnum": asn,
        "endAutnum": asn,
        "name": "EXAMPLE-AS",
        "entities": _holders(handle, name),
        "port43": RIR_WHOIS[registry],
    }
