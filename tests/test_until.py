"""Waiting until a peering is as wanted, against registries on loopback that change while a clock of its own runs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cloud.arm_server import CIRCUIT, circuit, peering
from jsonschema import Draft202012Validator
from waited import ASN, PREFIX, ROA, World, world

from bgpcheck import api
from bgpcheck.cli.check import status
from bgpcheck.engine import replay
from bgpcheck.errors import FetchError, UsageError
from bgpcheck.evidence import bundle, statement
from bgpcheck.render import waited
from bgpcheck.store import schemas as published
from bgpcheck.until import until
from bgpcheck.waiting import Tell, Waiting

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.api import Outcomes

OBJECT = f"{PREFIX} AS{ASN}"


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


async def proved(outcomes: Outcomes) -> dict[str, Any]:
    """Pack, unpack and decide again; gives the result that is in the bundle."""
    members = bundle.unpack(outcomes.bundle())
    assert list(bundle.damage(members)) == []
    again = await replay(statement.read(members))
    assert again.differences == ()
    found: dict[str, Any] = json.loads(members["statement.json"])["predicate"]
    assert list(Draft202012Validator(json.loads(published.read("result"))).iter_errors(found)) == []
    assert found == json.loads(json.dumps(outcomes.result.to_json()))
    return found


async def test_an_object_then_a_roa(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.at(25, lambda: made.write("RADB", OBJECT))
        made.at(70, lambda: made.vrps.append(ROA))
        ended = await made.until(2880)
    assert ended.why == ""
    result = await proved(ended.outcomes)
    assert (result["verdict"], result["decidedAt"]) == ("configured", "2026-11-02T14:40:00Z")
    until = result["until"]
    assert {name: until[name] for name in ("wanted", "reached", "readyAt", "since")} == {
        "wanted": "configured",
        "reached": True,
        "readyAt": "2026-11-02T14:40:00Z",
        "since": "2026-11-02T13:00:00Z",
    }
    rows = {one["source"]: one for one in until["sources"]}
    assert rows["irr/RADB"] == {
        "source": "irr/RADB",
        "waitedFor": PREFIX,
        "before": "no route object",
        "after": "route object for AS3333",
        "notSeenAt": "2026-11-02T13:20:00Z",
        "firstSeen": "2026-11-02T13:30:00Z",
        "lastChecked": "2026-11-02T14:40:00Z",
    }
    assert (rows["vrps"]["before"], rows["vrps"]["after"], rows["vrps"]["notSeenAt"], rows["vrps"]["firstSeen"]) == (
        "not-found",
        "valid",
        "2026-11-02T14:00:00Z",
        "2026-11-02T14:20:00Z",
    )
    changes = [line for line in made.told() if "→" in line]
    assert changes == [
        f"13:30:00Z irr/RADB {PREFIX}: no route object → route object for AS3333",
        f"14:20:00Z vrps {PREFIX}: not-found → valid",
    ]
    assert made.told()[-2] == "14:20:00Z configured by what could be asked in this look; all are asked at 14:40:00Z, to make sure"
    assert made.told()[-1].startswith("14:40:00Z ready: configured")
    assert not [gap for gap in result["gaps"] if gap["reason"] == "stale"]
    assert "came some time after 14:00:00Z" in made.told()[-1]
    assert any("not yet" in line and "not-found (vrps)" in line for line in made.told())
    assert "next look at 13:10:00Z; waiting for irr/RADB, irr/RIPE and 3 more" in made.progress


async def test_what_is_gone_before_all_could_be_asked_was_never_ready(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        made.at(75, lambda: made.vrps.append(ROA))
        made.at(85, lambda: made.write("RADB", "8.0.0.0/8 AS64500"))
        ended = await made.until(130)
    assert any("configured by what could be asked in this look; all are asked at 14:40:00Z" in line for line in made.lines)
    assert not any("ready" in line for line in made.lines)
    assert ended.why.startswith("time is over: 1 of 1 prefixes not yet")
    assert (await proved(ended.outcomes))["until"]["reached"] is False


async def test_it_is_interrupted_before_all_could_be_asked(tmp_path: Path) -> None:
    """The verdict rests on the answers of that look alone; what was not asked in it may be gone, and nothing is ready by it."""
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        made.at(75, lambda: made.vrps.append(ROA))
        made.at(85, made.stop.set)
        ended = await made.until(600)
    result = await proved(ended.outcomes)
    assert (result["verdict"], result["until"]["reached"], result["until"]["readyAt"]) == ("configured", False, None)
    assert {gap["source"] for gap in result["gaps"] if gap["reason"] == "stale"} == {"rdap/ip", "rdap/autnum"}
    assert ended.why == "interrupted: configured, not confirmed: rdap/autnum, rdap/ip could not be asked again in time"
    assert status(ended.outcomes.result) == 5
    told = list(waited.lines(ended.outcomes.result))
    assert told[0].startswith("configured, not confirmed by 2026-11-02T14:20:00Z: not all were asked again at once; waited since")
    assert [line for line in told if "rdap/ip" in line] == [f"rdap/ip {PREFIX}: not asked again, last asked at 2026-11-02T14:00:00Z"]


async def test_restarted_in_a_loop_it_asks_no_more_than_check_does(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        counts = []
        for _ in range(3):
            await made.until(0.02)
            counts.append(sum(made.asked.values()))
        assert counts[0] > 0
        assert counts == counts[:1] * 3
        made.write("RADB", OBJECT)
        made.vrps.append(ROA)
        made.at(61, lambda: None)
        ended = await made.until(600)
    assert ended.why == ""
    await proved(ended.outcomes)


async def test_ready_is_asked_anew_whatever_the_cache_has(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        made.vrps.append(ROA)
        assert (await made.until(10)).why == ""
        before = sum(made.asked.values())
        made.vrps.clear()
        ended = await made.until(0.02)
        assert sum(made.asked.values()) == 2 * before
    assert ended.outcomes.result.verdict != "configured"


INTERVALS = {"irrd !r": 10, "whois": 10, "rdap": 30, "vrps": 20}


async def test_nobody_is_asked_more_often_than_the_settings_say(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.at(25, lambda: made.write("RADB", OBJECT))
        made.at(47, lambda: made.write("RADB", "8.0.0.0/8 AS64500"))
        made.at(68, lambda: made.silent.add("irrd"))
        made.at(250, lambda: made.silent.discard("irrd"))
        made.at(400, lambda: made.silent.add("vrps"))
        ended = await made.until(600)
        for start, least in INTERVALS.items():
            minutes = made.asked.minutes(start)
            assert len(minutes) > 5, start
            assert min(after - before for before, after in pairwise(minutes)) >= least, (start, minutes)
        vain = made.asked.minutes("irrd in vain")
        served = made.asked.minutes("irrd !r")
    assert ended.why.startswith("time is over: 1 of 1 prefixes not yet")
    assert vain == [90, 100, 120, 160, 240]  # twice as long after each silence but the first
    assert 320 in served
    assert 0.0 in served
    assert 600.0 in served  # everything is asked at the end
    await proved(ended.outcomes)


async def test_new_questions_wait_until_their_server_may_be_asked(tmp_path: Path) -> None:
    """RADB's object is of another AS number in each look, whose holder is a new question to RDAP."""
    async with world(tmp_path) as made:
        for number in range(1, 29):
            made.at(number * 10 - 5, lambda number=number: made.write("RADB", f"{PREFIX} AS{15000 + number}"))
        ended = await made.until(300)
        assert made.asked.minutes("rdap") == list(range(0, 301, 30))
        assert sorted({at for at, question in made.asked.log if "/ip/193.0.0.0" in question}) == list(range(0, 301, 30))
    assert not any("no answer any more" in line for line in made.lines)
    await proved(ended.outcomes)


async def test_what_serves_is_left_alone_for_as_long_as_its_answer_is_good(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        ended = await made.until(170)
        radb = [at for at, question in made.asked.log if question == "irrd !sRADB"]
        assert sorted(set(radb)) == [0, 60, 120, 170]
    assert ended.outcomes.result.verdict == "manual-validation"


async def test_ready_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        made.vrps.append(ROA)
        ended = await made.until(10)
        assert made.time.naps == []
        assert max(made.asked.values()) < 20
    result = await proved(ended.outcomes)
    assert (ended.why, result["until"]["rounds"], result["until"]["readyAt"]) == ("", 1, "2026-11-02T13:00:00Z")
    assert "→" not in "".join(made.lines)


async def test_an_object_that_is_gone_in_the_end_is_not_counted(tmp_path: Path) -> None:
    """RADB agrees and is left alone; when the ROA comes the object is gone."""
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        made.at(15, lambda: made.write("RADB", "8.0.0.0/8 AS64500"))
        made.at(15, lambda: made.vrps.append(ROA))
        made.at(95, lambda: made.write("RADB", OBJECT))
        ended = await made.until(600)
    assert ended.why == ""
    changes = [line for line in made.told() if "→" in line]
    assert changes == [
        f"13:20:00Z irr/RADB {PREFIX}: route object for AS3333 → no route object",
        f"13:20:00Z vrps {PREFIX}: not-found → valid",
        f"14:40:00Z irr/RADB {PREFIX}: no route object → route object for AS3333",
    ]
    assert (await proved(ended.outcomes))["until"]["readyAt"] == "2026-11-02T14:40:00Z"


async def test_a_source_that_answered_early_and_is_silent_in_the_end(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.write("RADB", OBJECT)
        made.at(15, lambda: made.silent.add("irrd"))
        made.at(15, lambda: made.vrps.append(ROA))
        ended = await made.until(120)
    assert ended.outcomes.result.verdict == "undetermined"
    result = await proved(ended.outcomes)
    assert (result["until"]["reached"], result["until"]["readyAt"]) == (False, None)
    radb = next(one for one in result["until"]["sources"] if one["source"] == "irr/RADB")
    assert (radb["before"], radb["after"]) == (None, None)  # the result rests on no answer of it
    assert any("irr/RADB: no answer any more (unreachable" in line for line in made.lines)
    assert any("no answer (irr/RADB)" in line for line in made.lines)


async def test_a_server_that_wants_to_be_left_alone_is(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.at(15, lambda: made.silent.add("vrps for two hours"))
        await made.until(200)
        assert [round(at) for at in made.asked.minutes("vrps")] == [0, 20, 140]  # and again after the end
        assert made.asked.minutes("rdap")[:3] == [0, 30, 60]


@pytest.mark.parametrize("after", ["99999999999999", "400000000000", "1" + "0" * 400])
async def test_a_server_that_wants_to_be_left_alone_for_ever_is(tmp_path: Path, after: str) -> None:
    async with world(tmp_path) as made:
        made.at(15, lambda: made.retry_after.append(after))
        ended = await made.until(60)
        assert [round(at) for at in made.asked.minutes("vrps")][:2] == [0, 20]
    assert ended.why.startswith("time is over")
    assert (await proved(ended.outcomes))["until"]["reached"] is False


async def test_a_server_silent_in_the_middle(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.at(5, lambda: made.silent.add("irrd"))
        made.at(25, lambda: made.write("RADB", OBJECT))
        made.at(25, lambda: made.vrps.append(ROA))
        made.at(65, lambda: made.silent.discard("irrd"))
        ended = await made.until(600)
    assert ended.why == ""
    told = made.told()
    assert sum("irr/RADB: no answer any more" in line for line in told) == 1
    assert sum("irr/RADB: answers again" in line for line in told) == 1
    await proved(ended.outcomes)


async def test_a_source_that_never_spoke_begins_to(tmp_path: Path) -> None:
    async with world(tmp_path, silent=["irrd", "vrps"]) as made:
        made.write("RADB", OBJECT)
        made.vrps.append(ROA)
        made.at(15, made.silent.clear)
        ended = await made.until(600)
    assert ended.why == ""
    assert any("irr/RADB 193.0.0.0/21: no answer → route object for AS3333" in line for line in made.lines)
    row = next(one for one in (await proved(ended.outcomes))["until"]["sources"] if one["source"] == "irr/RADB")
    assert (row["before"], row["notSeenAt"]) == (None, None)


async def test_what_was_asked_a_moment_ago_waits_until_all_can_be_asked(tmp_path: Path) -> None:
    """The object is seen at minute 10, when RDAP, by which the holders are the same, may not be asked again before 30."""
    async with world(tmp_path, same=True) as made:
        made.at(5, lambda: made.write("RADB", OBJECT))
        ended = await made.until(600, policy="strict")
        at = made.asked.minutes("rdap")
    result = await proved(ended.outcomes)
    assert (ended.why, at) == ("", [0, 30])
    assert result["until"]["readyAt"] == "2026-11-02T13:30:00Z"


@pytest.mark.parametrize(("minutes", "looks"), [(5, 1), (10, 2), (15, 2), (20, 3), (25, 3)])
async def test_time_is_over(tmp_path: Path, minutes: int, looks: int) -> None:
    async with world(tmp_path) as made:
        ended = await made.until(minutes)
    assert ended.why.startswith("time is over: 1 of 1 prefixes not yet")
    assert ended.outcomes.result.verdict != "configured"
    assert (await proved(ended.outcomes))["until"]["rounds"] == looks


async def test_nobody_may_be_asked_again_in_time(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        ended = await made.until(9, registry_data=None)
        assert made.time.naps == []
    assert ended.why.startswith("nobody may be asked again before time is over: 1 of 1 prefixes not yet")


async def test_it_is_interrupted(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.at(12, lambda: made.write("RADB", OBJECT))
        made.at(25, made.stop.set)
        ended = await made.until(600)
    assert ended.why.startswith("interrupted: 1 of 1 prefixes not yet")
    result = await proved(ended.outcomes)
    assert (result["verdict"], result["until"]["reached"], result["until"]["rounds"]) == ("manual-validation", False, 3)


async def test_it_is_interrupted_before_there_is_a_result(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.stop.set()
        with pytest.raises(KeyboardInterrupt):
            await made.until(600)


async def test_it_is_interrupted_in_the_middle_of_a_look(tmp_path: Path) -> None:
    async with world(tmp_path) as made:

        async def slow(*_: object) -> None:
            made.stop.set()
            await asyncio.sleep(3600)

        made.at(5, lambda: setattr(made.served, "irrd", slow))
        ended = await asyncio.wait_for(made.until(600), 60)
    assert ended.why.startswith("interrupted")
    assert (await proved(ended.outcomes))["until"]["rounds"] == 1


async def test_a_fault_of_the_users_ends_it_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        with pytest.raises(UsageError, match="no such folder"):
            await made.until(600, registry_data=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"prefixes": ["10.0.0.0/8"]}, "no registry changes that, mend the request"),
        ({"peer_asn": 64512}, "no registry changes that, mend the request"),
    ],
)
async def test_what_no_registry_can_mend_is_not_waited_for(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    async with world(tmp_path) as made:
        prefixes = more.pop("prefixes", (PREFIX,))
        ended = await made.until(600, *prefixes, **more)
        assert made.time.naps == []
    assert words in ended.why


def most(made: World, queries: int) -> None:
    """Let no server be asked more questions in one look."""
    file = Path(made.sources)
    tree = yaml.safe_load(file.read_text())
    tree["limits"] = {"default": {**tree.get("limits", {}).get("default", {}), "queries": queries}}
    file.write_text(yaml.safe_dump(tree, sort_keys=False))


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def files(made: World, *, radb: str = "8.0.0.0/8 AS64500", roa: bool = False) -> None:
    """Write the folder anew, as another process does."""
    from waited import holders  # noqa: PLC0415

    one = replace(holders(), routes={"RADB": [radb]}, vrps=[*([f"{PREFIX} AS{ASN}"] if roa else []), "8.0.0.0/8 AS64500"])
    one.write(made.folder)


async def test_a_folder_that_is_renewed(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        files(made)
        made.at(100, lambda: files(made, radb=OBJECT))
        made.at(200, lambda: files(made, radb=OBJECT, roa=True))
        ended = await made.until(2880, live=False)
        assert not made.asked
    assert ended.why == ""
    result = await proved(ended.outcomes)
    assert result["until"]["rounds"] == 3
    assert [line for line in made.told() if "→" in line] == [
        f"14:40:30Z irr/RADB {PREFIX}: no route object → route object for AS3333",
        f"16:20:30Z vrps {PREFIX}: not-found → valid",
    ]


async def test_a_folder_that_nobody_renews_is_read_once(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        files(made)
        ended = await made.until(300, live=False)
    assert ended.why.startswith("time is over")
    assert (await proved(ended.outcomes))["until"]["rounds"] <= 2


async def test_a_damaged_file_is_told_and_read_again_when_it_is_mended(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        files(made)
        made.at(10, lambda: (made.folder / "vrps.json").write_text('{"roas": ['))
        made.at(20, lambda: files(made, radb=OBJECT, roa=True))
        ended = await made.until(300, live=False)
    assert ended.why == ""
    assert sum("vrps.json" in line for line in made.lines) == 1
    await proved(ended.outcomes)


async def test_nothing_is_validated(tmp_path: Path) -> None:
    body = circuit({"name": "AzurePrivatePeering", "properties": {"peeringType": "AzurePrivatePeering", "provisioningState": "Succeeded"}})
    (tmp_path / "c.json").write_text(json.dumps(body))
    async with world(tmp_path) as made:
        waiting = Waiting(60, Tell(str, str))
        with pytest.raises(UsageError, match="nothing is validated for a private peering"):
            await until(api.Options(circuit=str(tmp_path / "c.json"), registry_data=str(made.folder)), waiting)


async def test_nothing_that_can_change(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        with pytest.raises(UsageError, match="add --live, --azure ID, or --registry-data"):
            await made.until(300, live=False, registry_data=None)


# ── Azure ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_azure_never_answers(tmp_path: Path) -> None:
    async with world(tmp_path) as made:

        def ask() -> Any:  # noqa: ANN401
            raise FetchError("Azure: no net")

        made.circuit = ask
        with pytest.raises(FetchError, match="no net"):
            await made.until(300)


def says(state: str) -> bytes:
    """What Azure says of a peering that is the one that is judged."""
    one = peering(state)
    one["properties"]["peerASN"] = ASN
    one["properties"]["microsoftPeeringConfig"] |= {"customerASN": 0, "routingRegistryName": "RADB"}
    return json.dumps(circuit(one)).encode()


NEEDED, DONE = says("ValidationNeeded"), says("Configured")


def azure(made: World, *answers: bytes | Exception) -> list[float]:
    """Let Azure answer one after the other, the last again and again; gives the minutes at which it is asked."""
    rows, asked = list(answers), list[float]()

    def ask() -> tuple[bytes, str, datetime]:
        asked.append(made.time.seconds / 60)
        row = rows.pop(0) if len(rows) > 1 else rows[0]
        if isinstance(row, Exception):
            raise row
        return row, CIRCUIT, made.time.now()

    made.circuit = ask
    return asked


async def test_azure_is_asked_again(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        files(made, radb=OBJECT)
        asked = azure(made, NEEDED, FetchError("Azure: no net"), NEEDED, DONE)
        ended = await made.until(300, live=False)
    assert (ended.why, asked) == ("", [0, 3, 6, 9])
    assert made.lines[-2].endswith(f"azure {PREFIX}: ValidationNeeded → Configured")
    assert sum("Azure: no net" in line for line in made.lines) == 1
    result = await proved(ended.outcomes)
    assert result["prefixes"][0]["reasons"][0]["code"] == "azure-configured"
    row = next(one for one in result["until"]["sources"] if one["source"] == "azure")
    assert (row["before"], row["after"], row["notSeenAt"]) == ("ValidationNeeded", "Configured", "2026-11-02T13:06:00Z")


async def test_what_azure_said_before_is_not_counted_in_the_end(tmp_path: Path) -> None:
    """One prefix waits for RADB; when its object comes Azure, which said that the other is configured, is silent."""
    async with world(tmp_path) as made:
        files(made, radb=OBJECT)
        azure(made, json.dumps(circuit(peering())).encode(), UsageError("sign in"))
        made.at(7, lambda: files(made, radb=OBJECT, roa=True))
        ended = await made.until(30, live=False)
    assert ended.why.startswith("time is over")
    assert ended.outcomes.result.verdict != "configured"
    assert sum("sign in" in line for line in made.lines) == 1
    assert sum("not taken for ready: Azure did not answer in this look" in line for line in made.lines) == 1


async def test_azure_is_asked_again_after_it_was_silent_when_all_else_was_ready(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        files(made, radb=OBJECT)
        told = json.dumps(circuit(peering())).encode()
        asked = azure(made, told, FetchError("no net"), FetchError("no net"), FetchError("no net"), told)
        made.at(7, lambda: files(made, radb=OBJECT, roa=True))
        ended = await made.until(2880, live=False)
    assert (ended.why, len(asked)) == ("", 5)
    assert asked[-1] < 60


async def test_a_file_that_nobody_reads_may_grow(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        files(made, radb=OBJECT, roa=True)
        made.busy = "cron.log"
        ended = await made.until(600, live=False)
    assert (ended.why, ended.outcomes.result.until.rounds) == ("", 1)


async def test_files_that_never_come_to_rest(tmp_path: Path) -> None:
    """The result is there, is no ready one, and says why."""
    async with world(tmp_path) as made:
        files(made, radb=OBJECT, roa=True)
        made.busy = "RADB.db"
        ended = await made.until(60, live=False)
    result = await proved(ended.outcomes)
    assert (result["verdict"], result["until"]["reached"]) == ("configured", False)
    assert ended.why.startswith("time is over: configured, not confirmed: registry data were renewed while they were read: let them rest")
    assert "not confirmed by 2026-11-02T13:00:00Z: registry data were renewed" in next(waited.lines(ended.outcomes.result))


async def test_more_questions_than_one_look_may_put(tmp_path: Path) -> None:
    prefixes = [f"193.{number}.0.0/24" for number in range(20)]
    async with world(tmp_path) as made:
        most(made, 10)
        ended = await made.until(2880, *prefixes)
        assert made.time.naps == []
    assert "10 questions are as many as one check may ask (limits in sources.yaml): judge fewer prefixes at a time" in ended.why
