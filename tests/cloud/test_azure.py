"""The real SDK against a server that answers as Azure's Resource Manager does: everything is read, nothing is ever written."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from cloud.arm_server import (
    CIRCUIT,
    DROP,
    GROUP,
    HANG,
    OPERATION,
    PEERING,
    RESULT,
    SECRET,
    SUBSCRIPTION,
    Arm,
    Tokens,
    arm,
    circuit,
    fault,
    peering,
    said,
)
from fetch.servers import page
from program import ROOT

from bgpcheck.circuit.read import read
from bgpcheck.circuit.resource import parse
from bgpcheck.cloud import azure
from bgpcheck.cloud.azure import API, READS, Account
from bgpcheck.cloud.faults import LaterError
from bgpcheck.cloud.places import PLACES, Place
from bgpcheck.errors import FetchError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bgpcheck.cloud.azure import Document

LONG = 60.0  # seconds that no test needs


@pytest.fixture
async def server() -> AsyncIterator[Arm]:
    async with arm() as made:
        yield made
        assert {method for method, _ in made.asked} <= {"GET", "POST"}  # whatever a test does: nothing is written
        assert [path for method, path in made.asked if method == "POST" and path.split("/")[-2] not in READS] == []


class Naps(list[float]):
    """Time that passes at once, written down."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


async def ask(server: Arm, text: str = CIRCUIT, *, seconds: float = LONG, **how: Any) -> Document:  # noqa: ANN401 (as Account's)
    how = {"credential": Tokens(), "sleep": Naps(), **how}
    async with Account(server.place, **how) as account:
        return await account.circuit(parse(text), seconds)


async def refusal(server: Arm, kind: type[Exception], text: str = CIRCUIT, **how: Any) -> str:  # noqa: ANN401 (as Account's)
    with pytest.raises(kind) as caught:
        await ask(server, text, **how)
    assert type(caught.value) is kind
    assert SECRET not in repr(caught.value)
    return str(caught.value)


async def test_a_circuit_comes_as_its_bytes(server: Arm) -> None:
    body = b'{ "extra" : [1.0, "\\u00e9"],' + json.dumps(circuit(peering())).encode()[1:]
    server.on(CIRCUIT, page(body, Content_Type="application/json"))
    tokens = Tokens()
    data, name = await ask(server, credential=tokens)
    assert (data, name) == (body, CIRCUIT)
    assert read(data, file=name).circuits[0].microsoft is not None
    assert server.asked == [("GET", CIRCUIT)]
    assert server.queries == [f"api-version={API}"]
    assert server.tokens == [f"Bearer {SECRET}-1"]
    assert tokens.scopes == [(server.place.scope,)]
    assert API >= "2024-07-01"  # ST-10


async def test_a_peering_and_ids_in_other_letters(server: Arm) -> None:
    server.on(PEERING, said(peering("ValidationNeeded", prefix_states=("AsnValidationFailed",))))
    data, name = await ask(server, PEERING.replace("resourceGroups", "RESOURCEGROUPS"))
    assert name == PEERING
    (found,) = read(data, file=name).circuits[0].peerings[0].sessions
    assert found.config is not None
    assert [info.state for info in found.config.infos] == ["AsnValidationFailed"]


async def test_a_group_has_a_document_a_page(server: Arm) -> None:
    path = f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits"
    more = f"{path}/more"
    server.on(path, said({"value": [circuit()], "nextLink": server.url(more)})).on(more, said({"value": [circuit(), circuit()]}))
    async with Account(server.place, Tokens()) as account:
        pages = await account.circuits(parse(GROUP), LONG)
    assert [len(read(data, file=name).circuits) for data, name in pages] == [1, 2]
    assert server.asked == [("GET", path), ("GET", more)]


async def test_a_list_without_end(server: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure, "MOST_PAGES", 3)
    path = f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits"
    server.on(path, said({"value": [], "nextLink": server.url(path)}))
    async with Account(server.place, Tokens()) as account:
        with pytest.raises(FetchError, match="without end"):
            await account.circuits(parse(GROUP), LONG)
    assert len(server.asked) == 3


ROWS = {"value": [{"age": 0, "interface": "Microsoft", "ipAddress": "192.0.2.2", "macAddress": "00-00"}]}


@pytest.mark.parametrize("table", READS)
@pytest.mark.parametrize("path", azure.PATHS)
@pytest.mark.parametrize("way", ["Azure-AsyncOperation", "Location", "at once"])
async def test_tables_are_asked_for_and_awaited(server: Arm, table: str, path: str, way: str) -> None:
    asked = f"{PEERING}/{table}/{path}"
    later, final = said({"status": "InProgress"}, Retry_After="7"), said(ROWS)
    taken = {"Location": server.url(RESULT), "Retry_After": "3"}
    if way == "Azure-AsyncOperation":
        server.on(OPERATION, later, said({"status": "Succeeded"})).on(RESULT, final)
        taken["Azure_AsyncOperation"] = server.url(OPERATION)
    elif way == "Location":
        server.on(RESULT, page(b"", "202 Accepted", Location=server.url(RESULT), Retry_After="7"), final)
    server.on(asked, final if way == "at once" else page(b"", "202 Accepted", **taken))
    naps, told = Naps(), list[str]()
    async with Account(server.place, Tokens(), sleep=naps, tell=told.append) as account:
        data, name = await account.table(parse(PEERING), table, path, LONG)
    assert (json.loads(data), name) == (ROWS, asked)
    polls = {"Azure-AsyncOperation": [OPERATION, OPERATION, RESULT], "Location": [RESULT, RESULT], "at once": []}[way]
    assert server.asked == [("POST", asked), *(("GET", one) for one in polls)]
    assert (naps, told) == (([], []) if way == "at once" else ([7.0], ["Azure wants 7 s"]))


@pytest.mark.parametrize("final", [said({"status": "Failed", "error": {"code": "InternalServerError"}}), page(b"", "204 No Content")])
async def test_tables_that_do_not_come(server: Arm, final: bytes) -> None:
    asked = f"{PEERING}/arpTables/primary"
    server.on(asked, page(b"", "202 Accepted", Azure_AsyncOperation=server.url(OPERATION))).on(OPERATION, final)
    async with Account(server.place, Tokens(), sleep=Naps()) as account:
        with pytest.raises(FetchError):
            await account.table(parse(PEERING), "arpTables", "primary", LONG)
    assert [method for method, _ in server.asked] == ["POST", "GET"]


async def test_a_table_without_anything(server: Arm) -> None:
    asked = f"{PEERING}/arpTables/primary"
    server.on(asked, page(b"", "202 Accepted", Location=server.url(RESULT))).on(RESULT, page(b"", "204 No Content"))
    async with Account(server.place, Tokens(), sleep=Naps()) as account:
        with pytest.raises(FetchError, match=r"answers nothing when asked for .*/arpTables/primary"):
            await account.table(parse(PEERING), "arpTables", "primary", LONG)


async def test_a_table_that_takes_longer_than_there_is_time(server: Arm) -> None:
    asked = f"{PEERING}/arpTables/primary"
    server.on(asked, page(b"", "202 Accepted", Azure_AsyncOperation=server.url(OPERATION)))
    server.on(OPERATION, said({"status": "InProgress"}, Retry_After="120"))
    naps = Naps()
    async with Account(server.place, Tokens(), sleep=naps) as account:
        with pytest.raises(LaterError, match="in 120 s") as caught:
            await account.table(parse(PEERING), "arpTables", "primary", LONG)
    assert (caught.value.wait, caught.value.reason, naps) == (120.0, "rate-limited", [])


@pytest.mark.parametrize(
    ("text", "table", "path"),
    [(CIRCUIT, "arpTables", "primary"), (PEERING, "stats", "primary"), (PEERING, "arpTables", "third"), (GROUP, "arpTables", "primary")],
)
async def test_only_tables_that_there_are(server: Arm, text: str, table: str, path: str) -> None:
    async with Account(server.place, Tokens()) as account:
        with pytest.raises(UsageError):
            await account.table(parse(text), table, path, LONG)
    assert server.asked == []


async def test_azure_asks_for_patience_and_gets_it(server: Arm) -> None:
    busy = fault("429 Too Many Requests", "TooManyRequests", Retry_After="17")
    naps = Naps()
    server.on(CIRCUIT, busy, busy, said(circuit()))
    assert read((await ask(server, sleep=naps))[0], file="").circuits[0].name == "ams-1"
    assert naps == [17.0, 17.0]


async def test_azure_asks_for_more_patience_than_there_is(server: Arm) -> None:
    server.on(CIRCUIT, fault("429 Too Many Requests", "TooManyRequests", Retry_After="3600"))
    naps = Naps()
    with pytest.raises(LaterError) as caught:
        await ask(server, sleep=naps)
    assert (caught.value.wait, naps, len(server.asked)) == (3600.0, [], 1)


async def test_a_server_that_is_always_busy_is_not_asked_without_end(server: Arm) -> None:
    server.on(CIRCUIT, fault("429 Too Many Requests", "TooManyRequests", Retry_After="1"))
    assert await refusal(server, FetchError) == "127.0.0.1 answers 429 (TooManyRequests)"
    assert len(server.asked) == 1 + azure.TRIES


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Later", "504 Late"])
async def test_faults_of_azure(server: Arm, status: str) -> None:
    server.on(CIRCUIT, fault(status, "InternalServerError"), said(circuit()))
    assert (await ask(server))[1] == CIRCUIT  # once is forgiven
    server.on(CIRCUIT, fault(status, "InternalServerError"))
    assert await refusal(server, FetchError) == f"127.0.0.1 answers {status[:3]} (InternalServerError)"


FORBIDDEN = (
    "The client 'jane@example.net' with object id 'x' does not have authorization to perform action "
    f"'Microsoft.Network/expressRouteCircuits/read' over scope '{CIRCUIT}'."
)
REFUSALS = [
    (fault("401 Unauthorized", "ExpiredAuthenticationToken"), "does not accept the sign-in (ExpiredAuthenticationToken): run az login"),
    (fault("403 Forbidden", "AuthorizationFailed", FORBIDDEN), "a role with Microsoft.Network/expressRouteCircuits/read"),
    (fault("403 Forbidden", "AuthorizationFailed"), "ask for the role Reader on the circuit"),
    (fault("404 Not Found", "ResourceNotFound"), f"no such circuit (ResourceNotFound): {CIRCUIT}"),
    (fault("404 Not Found", "ResourceGroupNotFound"), "no such resource group (ResourceGroupNotFound)"),
    (fault("404 Not Found", "SubscriptionNotFound"), "no such subscription (SubscriptionNotFound)"),
    (page(b"<html>nothing</html>", "404 Not Found", Content_Type="text/html"), f"no such circuit: {CIRCUIT}"),
    (fault("400 Bad Request", "InvalidApiVersionParameter"), "answers 400 (InvalidApiVersionParameter)"),
    (fault("400 Bad Request", f"{SECRET} and more", SECRET), "answers 400"),
    (fault("409 Conflict", "MissingSubscriptionRegistration", "not registered to use namespace 'Microsoft.Network'"), "has never used"),
]


@pytest.mark.parametrize(("answer", "wanted"), REFUSALS)
async def test_what_the_user_can_mend(server: Arm, answer: bytes, wanted: str) -> None:
    server.on(CIRCUIT, answer)
    text = await refusal(server, UsageError)
    assert wanted in text
    assert "jane" not in text
    assert server.asked == [("GET", CIRCUIT)]  # the SDK by itself would register the subscription, which writes


MALFORMED = [
    page(b"<html>a proxy</html>", Content_Type="text/html"),
    page(b'{"name": "ams-1"', Content_Type="application/json"),
    page(b"", Content_Type="application/json"),
    page(b"[1, 2]", "302 Found", Location="https://example.net/"),
    page(b"\xff\xfe", Content_Type="application/json"),
    fault("409 Conflict", "AnotherOperationInProgress"),
    fault("429 Too Many Requests", "TooManyRequests", Retry_After="soon"),
]


@pytest.mark.parametrize("answer", MALFORMED)
async def test_answers_that_are_none(server: Arm, answer: bytes) -> None:
    server.on(CIRCUIT, answer)
    await refusal(server, FetchError)
    assert len(server.asked) == 1


async def test_too_large(server: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure, "MAX_FILE", 1 << 20)
    server.on(CIRCUIT, said({**circuit(), "extra": "x" * (1 << 20)}))
    assert "more than 1 MiB" in await refusal(server, FetchError)
    server.on(CIRCUIT, said({**circuit(), "extra": "x" * (1 << 19)}))
    assert len((await ask(server))[0]) > 1 << 19


async def test_silence(server: Arm) -> None:
    server.on(CIRCUIT, HANG)
    assert await refusal(server, FetchError, seconds=0.3) == "127.0.0.1 did not answer in 0 s"


async def test_silence_between_two_pieces(server: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure, "SILENCE", 0.1)
    server.on(CIRCUIT, HANG)
    assert await refusal(server, FetchError) == "127.0.0.1 was silent"
    assert len(server.asked) == 3  # a silent server is asked again, twice


async def test_hanging_up(server: Arm) -> None:
    server.on(CIRCUIT, DROP)
    assert "can't be reached, or hung up" in await refusal(server, FetchError)


async def test_nobody_there_and_a_stranger(server: Arm) -> None:
    stranger = Place(server.place.arm, "s", "a", "AzureCloud")
    async with Account(stranger, Tokens(), sleep=Naps()) as account:
        with pytest.raises(FetchError, match="its certificate can't be verified"):
            await account.circuit(parse(CIRCUIT), LONG)
    assert server.tokens == []
    nobody = Place("https://127.0.0.1:1", "s", "a", "AzureCloud")
    async with Account(nobody, Tokens(), sleep=Naps()) as account:
        with pytest.raises(FetchError, match="can't be reached"):
            await account.circuit(parse(CIRCUIT), LONG)


@pytest.mark.parametrize("kind", ["nextLink", "Location"])
async def test_a_token_goes_nowhere_else(server: Arm, kind: str) -> None:
    async with arm() as other, Account(server.place, Tokens(), sleep=Naps()) as account:
        elsewhere = other.url(RESULT)
        if kind == "nextLink":
            server.on(f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits", said({"value": [], "nextLink": elsewhere}))
            asking = account.circuits(parse(GROUP), LONG)
        else:
            server.on(f"{PEERING}/arpTables/primary", page(b"", "202 Accepted", Location=elsewhere))
            asking = account.table(parse(PEERING), "arpTables", "primary", LONG)  # type: ignore[assignment]
        with pytest.raises(FetchError, match="refers to"):
            await asking
        assert (len(server.tokens), other.asked) == (1, [])


async def test_no_write_leaves_whoever_asks(server: Arm) -> None:
    async with Account(server.place, Tokens()) as account:
        client = account._client(SUBSCRIPTION, Tokens())  # noqa: SLF001 (what somebody might add by mistake)
        for asking in (
            client.express_route_circuits.begin_create_or_update("rg-1", "ams-1", {}),
            client.express_route_circuits.begin_delete("rg-1", "ams-1"),
            client.express_route_circuits.update_tags("rg-1", "ams-1", {}),
            client.express_route_circuit_peerings.begin_delete("rg-1", "ams-1", "MicrosoftPeering"),
            client.virtual_network_gateways.begin_reset("rg-1", "gateway-1"),  # a POST
        ):
            with pytest.raises(FetchError, match="would be no read"):
                await asking
    assert server.asked == []


async def test_claims_are_answered_with_another_token(server: Arm) -> None:
    claims = base64.urlsafe_b64encode(b'{"access_token":{"nbf":{"essential":true}}}').decode().rstrip("=")
    challenge = f'Bearer authorization_uri="https://login.test/", error="insufficient_claims", claims="{claims}"'
    server.on(CIRCUIT, fault("401 Unauthorized", "TokenRevoked", WWW_Authenticate=challenge), said(circuit()))
    tokens = Tokens()
    assert (await ask(server, credential=tokens))[1] == CIRCUIT
    assert tokens.claims == [None, '{"access_token":{"nbf":{"essential":true}}}']
    assert server.tokens == [f"Bearer {SECRET}-1", f"Bearer {SECRET}-2"]


async def test_a_token_that_is_about_to_end_is_renewed(server: Arm) -> None:
    server.on(CIRCUIT, said(circuit()))
    tokens = Tokens(lasting=60)
    async with Account(server.place, tokens) as account:
        for _ in range(2):
            await account.circuit(parse(CIRCUIT), LONG)
    assert server.tokens == [f"Bearer {SECRET}-1", f"Bearer {SECRET}-2"]


async def test_nobody_is_signed_in(server: Arm) -> None:
    tokens = Tokens(ClientAuthenticationError(f"no credential gave {SECRET}"))
    text = await refusal(server, UsageError, credential=tokens)
    assert text.startswith("nobody is signed in to Azure whose token could be had: run az login")
    assert server.asked == []


async def test_logs_have_no_tokens(server: Arm, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.on(CIRCUIT, fault("403 Forbidden", "AuthorizationFailed"))
    await refusal(server, UsageError)
    assert SECRET not in caplog.text
    assert CIRCUIT not in caplog.text


async def test_whoever_is_signed_in_is_asked_without_a_browser(server: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[dict[str, str]]()

    class Default(Tokens):
        def __init__(self, **options: str) -> None:
            super().__init__()
            asked.append(options)

    monkeypatch.setattr(azure, "DefaultAzureCredential", Default)
    server.on(CIRCUIT, said(circuit()))
    assert (await ask(server, credential=None))[1] == CIRCUIT
    assert asked == [{"authority": "login.test"}]


ROLE = ROOT / "configs" / "azure" / "reader-role.json"


def test_the_role_lets_nobody_write() -> None:
    role = json.loads(ROLE.read_text())
    start = "Microsoft.Network/expressRouteCircuits"
    assert role["Actions"] == [
        f"{start}/read",
        f"{start}/peerings/read",
        *(f"{start}/peerings/{table}/*" for table in READS),
        "Microsoft.Network/locations/operations/read",
        "Microsoft.Network/locations/operationResults/read",
    ]
    assert role["DataActions"] == []


async def test_before_it_has_begun() -> None:
    with pytest.raises(RuntimeError):
        await Account().circuit(parse(CIRCUIT), LONG)


def test_clouds_are_the_sdks() -> None:
    from azure.core import AzureClouds  # noqa: PLC0415 (only here)
    from azure.identity import AzureAuthorityHosts  # noqa: PLC0415 (only here)
    from azure.mgmt.core.tools import get_arm_endpoints  # noqa: PLC0415 (only here)

    theirs = {
        "public": (AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
        "usgov": (AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
        "china": (AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
    }
    for name, place in PLACES.items():
        cloud, authority = theirs[name]
        found = get_arm_endpoints(cloud)
        assert (place.arm, [place.scope]) == (found["resource_manager"].rstrip("/"), found["credential_scopes"])
        assert place.authority == authority
    assert "az cloud set --name AzureChinaCloud" in PLACES["china"].sign_in


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://management.azure.com/x", True),
        ("https://westeurope.management.azure.com/x", True),
        ("http://management.azure.com/x", False),
        ("https://management.azure.com:8443/x", False),
        ("https://management.azure.com.example.net/x", False),
        ("https://notmanagement.azure.com/x", False),
        ("https://management.azure.com@example.net/x", False),
        ("/x", False),
    ],
)
def test_where_a_token_may_go(url: str, *, there: bool) -> None:
    assert PLACES["public"].has(url) is there


@pytest.mark.parametrize("arm_address", ["https://example.net", "https://127.0.0.1.example.net", "https://10.0.0.1"])
def test_a_cloud_of_somebody_elses(arm_address: str) -> None:
    with pytest.raises(UsageError, match="no token is sent there"):
        Account(Place(arm_address, "s", "a", "AzureCloud"))
