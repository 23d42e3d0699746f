"""Registries made to lead bgpcheck astray; each row says which sentence of verdicts.md decides it."""

# ruff: noqa: E501, ERA001

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from registry import RIRS, Registry

import bgpcheck

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.result import Result

NOW = "2026-11-02T00:00:00Z"
P, BLOCK = "193.0.0.0/21", "193.0.0.0/20"
ROWS = {"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "NL|ipv4|193.0.0.0|4096|19930901|allocated|one"]}
IP, AUTNUM = "rdap/ip/recorded.json", "rdap/autnum/recorded.json"
INVALID = [f"{P} AS25152"]
EXACT, COVERING = {"ALTDB": [f"{P} AS3333"]}, {"RADB": [f"{BLOCK} AS3333"]}

BARE = Registry(rows=ROWS)
HELD = replace(BARE, rdap_ip={BLOCK: ("ripencc", "ALLOCATED PA", "", "")}, rdap_autnum={3333: ("ripencc", "", "")})
SAME = replace(BARE, rdap_ip={BLOCK: ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha")}, rdap_autnum={3333: ("ripencc", "ORG-A", "Alpha")})
OTHERS = replace(SAME, rdap_autnum={3333: ("ripencc", "ORG-B", "Beta")})

INETNUM = "inetnum: 193.0.0.0 - 193.0.15.255\nnetname: X\nstatus: ALLOCATED PA\nmnt-by: LIR-MNT\nsource: RIPE"
AUT_NUM = "aut-num: AS3333\nas-name: X\norg: ORG-A\nmnt-by: LIR-MNT\nsource: RIPE"
OTHERS_OF_LIR = "\n\n".join(
    f"inetnum: 194.0.{number}.0 - 194.0.{number}.255\norg: ORG-Z{number}\nmnt-by: LIR-MNT\nsource: RIPE" for number in range(30)
)


def entity(handle: str, name: str) -> dict[str, object]:
    return {"roles": ["registrant"], "handle": handle, "vcardArray": ["vcard", [["fn", {}, "text", name]]]}


LIR = entity("LIR-MNT", "LIR-MNT")


def network(*entities: dict[str, object], start: str = "193.0.0.0", end: str = "193.0.15.255", status: str = "ALLOCATED PA") -> str:
    body = {"objectClassName": "ip network", "startAddress": start, "endAddress": end, "type": status, "entities": entities}
    return json.dumps({**body, "port43": "whois.ripe.net"})


def autnum(*entities: dict[str, object], first: int = 3333, last: int = 3333) -> str:
    body = {"objectClassName": "autnum", "startAutnum": first, "endAutnum": last, "entities": entities, "port43": "whois.ripe.net"}
    return json.dumps(body)


def export(prefix: str, asn: int) -> str:
    return json.dumps(
        {"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": [{"prefix": prefix, "asn": asn, "maxLength": 21, "ta": "ripe"}]}
    )


def slurm(*, hidden: int | None = None, added: int | None = None) -> str:
    filters = [{"asn": hidden}] if hidden else []
    assertions = [{"asn": added, "prefix": P}] if added else []
    return json.dumps(
        {
            "slurmVersion": 1,
            "validationOutputFilters": {"prefixFilters": filters, "bgpsecFilters": []},
            "locallyAddedAssertions": {"prefixAssertions": assertions, "bgpsecAssertions": []},
        }
    )


def announcement(prefix: str, origin: int) -> str:
    head = {"address": {"local": "127.0.0.1", "peer": "127.0.0.3"}, "asn": {"local": 12076, "peer": 3333}, "direction": "receive"}
    path = {"0": {"element": "as-sequence", "value": [3333, origin]}}
    update = {"attribute": {"origin": "igp", "as-path": path}, "announce": {"ipv4 unicast": {"127.0.0.3": [{"nlri": prefix}]}}}
    return json.dumps({"exabgp": "5.0.0", "time": 1793600000.0, "type": "update", "neighbor": {**head, "message": {"update": update}}})


def named(name: str) -> Registry:
    handles = {"rdap_ip": {BLOCK: ("ripencc", "ALLOCATED PA", "ORG-A", name)}, "rdap_autnum": {3333: ("ripencc", "ORG-B", name)}}
    return replace(BARE, routes=EXACT, vrps=INVALID, **handles)  # type: ignore[arg-type]


def national(handle: str, name: str) -> Registry:
    rows = {"apnic": ["JP|asn|3333|1|19940519|allocated|x", "JP|ipv4|193.0.0.0|4096|19930901|allocated|y"]}
    held = {"rdap_ip": {BLOCK: ("apnic", "ALLOCATED PORTABLE", handle, name)}, "rdap_autnum": {3333: ("apnic", handle, name)}}
    return Registry(rows=rows, routes=EXACT, vrps=INVALID, **held)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Trap:
    """``files`` are written over what ``registry`` made."""

    why: str
    registry: Registry
    files: dict[str, str]
    strict: bool = False
    named: str | None = None


HIDDEN = replace(HELD, routes={"RADB": [f"{BLOCK} AS3333"]}, vrps=[f"{BLOCK} AS25152", f"{P} AS3333"])  # the /20 is invalid, the /21 valid


def lapsed_export(asn: int) -> str:
    """An export of 1 November 2026 with a VRP that expired in 2001, beside one for elsewhere."""
    rows = [{"asn": asn, "prefix": P, "maxLength": 21, "ta": "ripe", "expires": 1000000000},
            {"asn": 1, "prefix": "9.0.0.0/8", "maxLength": 8, "ta": "ripe", "expires": 1793600000}]  # fmt: skip
    return json.dumps({"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": rows})


EXT = {
    "roas": [{"asn": "AS3333", "prefix": P, "maxLength": 21, "source": [{"type": "roa", "tal": "ripe", "stale": "2001-09-09T01:46:40Z"}]}]
}
LAPSED = {
    "vrps.json": lapsed_export(3333),
    "vrps.csv": f"ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS3333,{P},21,ripe,1000000000\nAS1,9.0.0.0/8,8,ripe,1793600000\n",
    "vrps-ext.json": json.dumps({"metadata": {"generatedTime": "2026-11-01T12:00:00Z"}, **EXT}),
}

NEVER_CONFIGURED = [
    # Unknown facts: "nothing is ever `configured` because a source kept silent"; with ARIN's dump it is row 14
    Trap("the known hidden object is what the fact is if ARIN has nothing: ARIN's silence must not take that value away",
         replace(HIDDEN, silent=("ARIN",)), {}, named="ARIN"),
    Trap("the same by length alone: a ROA for /16 and one for the /21, an object for the /20",
         replace(HIDDEN, vrps=["193.0.0.0/16 AS3333", f"{P} AS3333"], silent=("ALTDB",)), {}, named="ALTDB"),
    # holder: "the registrant of the prefix … against the registrant of the ASN"; a mirror's copy is neither registry's answer
    Trap("mirrored inetnum and aut-num stand in ALTDB's dump: RIPE was not asked, the holder is unknown (Facts, unknown)",
         replace(BARE, routes=EXACT, vrps=INVALID, objects={"ALTDB": [f"{INETNUM}\norg: ORG-A", AUT_NUM]}), {}),
    Trap("a mirrored aut-num contradicts RIPE's own RDAP: holder is different, row 7",
         replace(OTHERS, routes=EXACT, vrps=INVALID, objects={"ALTDB": [AUT_NUM]}), {}),
    # registration: "RDAP/whois of the responsible RIR"
    Trap("transferred to RIPE: what ARIN still answers about its old holder is not the responsible RIR's word, the holder is unknown",
         Registry(rows={"ripencc": [ROWS["ripencc"][1]], "arin": ["US|asn|3333|1|19940519|allocated|x"]}, routes=EXACT, vrps=INVALID,
                  rdap_ip={BLOCK: ("arin", "DIRECT ALLOCATION", "OLD", "Old")}, rdap_autnum={3333: ("arin", "OLD", "Old")}), {}),
    Trap("a registration wider than the direct allocation is no link of its chain, so nobody answered: unknown, not unlisted (holder)",
         replace(OTHERS, rows={"ripencc": [ROWS["ripencc"][0], "NL|ipv4|193.0.0.0|2048|20261030|allocated|two"]}, routes={"RADB": [f"{P} AS3333"]}), {}),
    Trap("a placeholder of RIPE's is no answer about this range: unknown, never unlisted (Facts, unknown)",
         replace(HELD, rdap_ip={"193.0.0.0/8": ("ripencc", "ALLOCATED UNSPECIFIED", "", "")}, routes={"RADB": [f"{P} AS3333"]}), {}),
    Trap("ARIN's /8 of RIPE NCC is no answer about this range: unknown, never unlisted (Facts, unknown)",
         replace(HELD, rdap_ip={"193.0.0.0/8": ("arin", "ALLOCATED TO RIPE NCC", "", "")}, routes={"RADB": [f"{P} AS3333"]}), {}),
    Trap("an as-block is nobody's AS number: its holder was not answered, unknown and not unlisted (Facts, unknown)",
         replace(SAME, rdap_autnum={}, routes={"RADB": [f"{P} AS3333"]}), {AUTNUM: autnum(first=3154, last=3353)}),
    # holder: "a maintainer counts only if it maintains registrations of one organisation alone in the data at hand"
    Trap("RIPE.db at hand shows 30 organisations of the maintainer that RDAP has on both sides",
         replace(BARE, routes=EXACT, vrps=INVALID), {IP: network(LIR), AUTNUM: autnum(LIR, entity("ORG-B", "Beta")), "RIPE.db": OTHERS_OF_LIR + "\n"}),
    Trap("the same, the prefix by RIPE.db and the AS number by RDAP",
         replace(BARE, routes=EXACT, vrps=INVALID), {AUTNUM: autnum(LIR, entity("ORG-B", "Beta")), "RIPE.db": f"{INETNUM}\n\n{OTHERS_OF_LIR}\n"}),
    Trap("a prefix that names no organisation, with the allocation above it not at hand, may be the maintainer's customer's",
         replace(BARE, routes=EXACT, vrps=INVALID),
         {IP: network(LIR, end="193.0.7.255", status="ASSIGNED PA"), AUTNUM: autnum(LIR, entity("ORG-B", "Beta"))}),
    # holder: "not counting the registries' and NIRs' own … and placeholder names"; registries.md: NIRs register for their members
    Trap("JPNIC is registrant of both for its members", national("ORG-JNIC1-AP", "Japan Network Information Center"), {}),
    Trap("CNNIC is registrant of both for its members", national("ORG-CNNIC1-AP", "China Internet Network Information Center"), {}),
    *(Trap(f"{name} is a placeholder name, which never makes holders similar", named(name), {})
      for name in ("N/A", "None", "Not Applicable", "Unspecified", "Private Residence")),
    # unknown: "a source that could decide was asked and did not answer"; it "never becomes absent"
    Trap("RIPE.db of no byte is no answer: an object of another AS there would be conflicting, row 16",
         replace(SAME, routes=COVERING), {"RIPE.db": ""}),
    Trap("RIPE.db that is only ripe.db.inetnum (registries.md: RIPE publishes by class) says nothing of route objects",
         replace(SAME, routes=COVERING), {"RIPE.db": INETNUM + "\n"}),
    Trap("RADB's dump under RIPE's name holds no object of RIPE: RIPE was not heard",
         replace(SAME, routes=COVERING), {"RIPE.db": "route: 9.0.0.0/8\norigin: AS1\nsource: RADB\n"}),
    Trap("RIPE's exact object of another AS cannot be read for its holes: what stands there about this very prefix is unknown, not absent",
         replace(SAME, routes=COVERING), {"RIPE.db": f"route: {P}\norigin: AS25152\nholes: 193.0.0.0\nsource: RIPE\n\nroute: 9.0.0.0/8\norigin: AS1\nsource: RIPE\n"}),
    # registries.md: "a VRP's expires is when the validator must look again: judge the *file's* age by it"
    Trap("--strict makes every stale source a gap: every VRP of the export expired in 2017 (interface.md, Clock)",
         replace(OTHERS, routes=EXACT, vrps=None),
         {"vrps.csv": f"ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS3333,{P},21,ripe,1500000000\n"}, strict=True),
    # a VRP that had expired when its own export was made is not known to be there, nor known to be gone
    *(Trap(f"the only ROA that makes it valid had expired when the export was made: {name}",
           replace(OTHERS, routes={"RADB": [f"{P} AS3333"]}, vrps=None), {name: text}) for name, text in LAPSED.items()),
    Trap("the ROA of another AS had expired when the export was made: it may have been renewed",
         replace(HELD, routes=EXACT, vrps=None), {"vrps.json": lapsed_export(25152)}),
    # rpki: RFC 6811 of what the world sees; DATA-7's own words are "Microsoft does not see yours"
    Trap("a local filter hides the ROA of another AS: Microsoft sees rpki invalid-asn, row 10", replace(HELD, routes=EXACT, vrps=INVALID), {"slurm.json": slurm(hidden=25152)}),
    Trap("a local assertion makes the object valid: Microsoft sees invalid-asn and different, row 7", replace(OTHERS, routes=EXACT, vrps=INVALID), {"slurm.json": slurm(added=3333)}),
    Trap("two exports disagree: rpki is not known to be valid, and without that it is row 11",
         replace(OTHERS, routes={"RADB": [f"{P} AS3333"]}, vrps=[]), {"vrps-other.json": export(P, 3333)}),
    # registration: "mixed: the worst, with a finding"
    Trap("yesterday's file beside today's, which says available: what is gone is not allocated, row 4",
         replace(HELD, rows={"ripencc": [ROWS["ripencc"][0], "|ipv4|193.0.0.0|4096||available"]}, routes={"RADB": [f"{P} AS3333"]}),
         {"delegated-ripencc-extended-20261031": "2|ripencc|20261031|1|19830101|20261031|+0000\nripencc|*|ipv4|*|1|summary\nripencc|NL|ipv4|193.0.0.0|4096|19930901|allocated|one\n"}),
    Trap("one RIR has it reserved, another allocated: the worst counts, or it is unknown",
         replace(HELD, rows={**ROWS, "arin": ["|ipv4|193.0.0.0|4096||reserved"]}, routes={"RIPE": [f"{P} AS3333"]}), {}),
    Trap("an older dump beside a newer one of the same source: the deleted object is not known to be there",
         HELD, {"RIPE.rpsl": f"route: {P}\norigin: AS3333\nsource: RIPE\n", "RIPE.db": "route: 9.0.0.0/8\norigin: AS1\nsource: RIPE\n"}),
]  # fmt: skip


def full(registry: Registry, folder: Path) -> Path:
    """Write a registry whose every file holds a record, so that no file is doubted for its emptiness."""
    rows = {rir: [*registry.rows.get(rir, []), f"|asn|{number + 70}|1|19940519|allocated|z"] for number, rir in enumerate(RIRS)}
    sources = [one for one in ("RIPE", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RADB", "ALTDB", "NTTCOM") if one not in registry.silent]
    routes = {one: [*registry.routes.get(one, []), "9.0.0.0/8 AS1"] for one in {*sources, *registry.routes}}
    return replace(registry, rows=rows, routes=routes).write(folder)


def check(data: Registry, folder: Path, files: dict[str, str], **more: object) -> Result:
    full(data, folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    options = {"prefixes": [P], "peer_asn": 3333, "now": NOW, **more}
    return bgpcheck.check_sync(bgpcheck.Options(registry_data=str(folder), **options)).result  # type: ignore[arg-type]


@pytest.mark.parametrize("trap", NEVER_CONFIGURED, ids=[one.why for one in NEVER_CONFIGURED])
def test_nothing_is_configured_because_a_source_kept_silent(trap: Trap, tmp_path: Path) -> None:
    result = check(trap.registry, tmp_path / "registry", trap.files, strict=trap.strict, registry=trap.named)
    assert result.verdict != "configured", trap.why


def test_an_announced_prefix_that_is_not_listed_counts_for_the_whole(tmp_path: Path) -> None:
    """Per block and overall: "the first present of manual-validation, validation-needed, …"; row 5 stands in prefixes[]."""
    (tmp_path / "events").write_text(f"{announcement(P, 3333)}\n{announcement('193.0.0.0/24', 1)}\n")
    registry = replace(HELD, routes={"RIPE": [f"{P} AS3333"]})
    result = check(registry, tmp_path / "registry", {}, events=str(tmp_path / "events"))
    assert [str(one.verdict.outcome) for one in result.assessments] == ["configured", "validation-needed"]
    assert result.verdict == "validation-needed" or "193.0.0.0/24" in {one.subject for one in result.findings}


def test_the_list_beside_a_prefix_changes_nothing(tmp_path: Path) -> None:
    """Head of verdicts.md: "A verdict is a pure function of (claim, facts, policy, now)": other prefixes of the list are in none of these."""
    registry = replace(BARE, routes=EXACT, vrps=INVALID)
    more = {"rdap/ip/more.json": network(LIR, entity("ORG-Z", "Zeta"), start="194.0.0.0", end="194.0.0.255")}
    files = {IP: network(LIR), AUTNUM: autnum(LIR, entity("ORG-B", "Beta")), **more}
    alone = check(registry, tmp_path / "registry", files).assessments[0]
    listed = check(registry, tmp_path / "registry", files, prefixes=[P, "194.0.0.0/24"]).assessments[0]
    assert (alone.verdict.outcome, alone.verdict.reason) == (listed.verdict.outcome, listed.verdict.reason)


def test_a_policy_that_reads_only_authoritative_keeps_the_cap_for_the_peer_asn(tmp_path: Path) -> None:
    """Claim: "Where a customer ASN is set and only the peer ASN matches, confidence is at most medium"."""
    policy = tmp_path / "mine.yaml"
    policy.write_text(
        "name: mine\ntitle: mine\nrequired: [named, rir, RADB]\nrows:\n"
        "  - {row: 8, when: {authoritative: true}, verdict: configured, reason: route-object-exact, confidence: high}\n"
        "  - {row: 27, when: {}, verdict: validation-needed, reason: no-registry-match, confidence: low}\n"
    )
    rows = {"ripencc": [*ROWS["ripencc"], "EU|asn|1103|1|19940519|allocated|one"]}
    registry = replace(HELD, rows=rows, routes={"RIPE": [f"{P} AS3333"]})
    (found,) = check(registry, tmp_path / "registry", {}, customer_asn=1103, policy=str(policy)).assessments
    assert (found.verdict.outcome, found.verdict.confidence) == ("configured", "medium")


def test_a_delegated_file_cut_off_after_its_header_is_no_answer(tmp_path: Path) -> None:
    """registration: `absent` counts "only if the files of all five RIRs are there"; this one announces 12345 records and has none."""
    cut = {"delegated-arin-extended-latest": "2|arin|20261101|12345|19830101|20261101|+0000\n"}
    try:
        result = check(replace(HELD, rows={"ripencc": [ROWS["ripencc"][0]]}), tmp_path / "registry", cut)
    except bgpcheck.FormatError:
        return
    assert result.assessments[0].registration.status != "absent"


def test_an_as_number_is_not_unallocated_while_those_are_silent_who_may_name_it(tmp_path: Path) -> None:
    """asn: "`allocated` also where a VRP or an accepted route object names it as origin"; RADB and the validator were silent."""
    registry = replace(HELD, rows={"ripencc": [ROWS["ripencc"][1]]}, rdap_autnum={}, vrps=None, silent=("RADB", "RIPE"))
    (found,) = check(registry, tmp_path / "registry", {}).assessments
    assert found.verdict.outcome == "undetermined"


def test_a_silent_rir_leaves_open_whether_opaque_ids_are_equal(tmp_path: Path) -> None:
    """Facts, unknown: ARIN's file could say `same` (row 18), and nobody read it; so the holder is not known to be unlisted."""
    rows = {"arin": ["US|asn|3333|1|19940519|allocated|two", "US|ipv4|193.0.0.0|4096|20050101|allocated|two"]}
    held = {"rdap_ip": {BLOCK: ("arin", "DIRECT ALLOCATION", "", "")}, "rdap_autnum": {3333: ("arin", "", "")}}
    registry = Registry(rows=rows, routes={"ARIN": [f"{BLOCK} AS3333"]}, **held)  # type: ignore[arg-type]
    assert check(registry, tmp_path / "whole", {}).verdict == "configured"
    assert check(replace(registry, silent_rirs=("arin",)), tmp_path / "silent", {}).verdict == "undetermined"
