"""Owners and managers keep webhooks by the API; nobody else sees them, and no secret is seen twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kit import access
from kit.db import Database
from tests.gateway.conftest import Open
from tests.gateway.webhooks.conftest import Receive, made
from tests.gateway.webhooks.receiver import Answer
from tests.gateway.webhooks.test_deliveries import happen, signature_of, until

TARGET = "https://hooks.example.org/services/T0/B0/path-token?key=query-token"
ROUTES = [row for row in access.TABLE if "/api/v1/webhooks" in row]


async def fetched(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_webhook_is_made_read_changed_and_deleted(browse: Open, workspace: str) -> None:
    http = browse("MANAGER", workspace)
    webhook = (await made(http, TARGET, "storage.*", "experiments.alias.set"))["webhook"]
    path = f"/api/v1/webhooks/{webhook['id']}"
    assert await fetched(http, path) == webhook
    assert (await fetched(http, "/api/v1/webhooks"))["webhooks"] == [webhook]
    assert (webhook["state"], webhook["format"], webhook["url"]) == ("ACTIVE", "CLOUDEVENTS", TARGET)
    changed = (await http.patch(path, json={"name": "theirs", "state": "DISABLED"})).json()
    assert (changed["name"], changed["state"], changed["url"]) == ("theirs", "DISABLED", TARGET)
    assert changed["disable_reason"] == f"Disabled by Manager {workspace}."
    assert (await http.patch(path, json={"state": "ACTIVE"})).json()["disable_reason"] == ""
    assert (await http.delete(path)).json() == {}
    assert (await http.get(path)).json()["reason"] == "WEBHOOK_NOT_FOUND"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("url", "ftp://a.example", "WEBHOOK_URL_REFUSED"),
        ("url", "https://user:password@a.example", "WEBHOOK_URL_REFUSED"),
        ("url", "http://169.254.169.254/latest/meta-data", "WEBHOOK_URL_REFUSED"),
        ("events", ["storage"], "WEBHOOK_EVENT_UNKNOWN"),
        ("events", ["nobody.*"], "WEBHOOK_EVENT_UNKNOWN"),
        ("events", [], "FIELD_INVALID"),
        ("name", "", "FIELD_INVALID"),
        ("state", "PAUSED", "FIELD_INVALID"),
        ("secret", "whsec_mine", "FIELD_INVALID"),
    ],
)
async def test_what_cannot_be_a_webhook_is_refused(
    browse: Open, workspace: str, field: str, value: object, reason: str
) -> None:
    http = browse("OWNER", workspace)
    body = {"name": "n", "url": TARGET, "events": ["*"]}
    refused = [await http.post("/api/v1/webhooks", json={**body, field: value})]
    webhook = (await made(http, TARGET))["webhook"]
    refused.append(await http.patch(f"/api/v1/webhooks/{webhook['id']}", json={field: value}))
    for answer in refused:
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)


async def test_a_workspace_has_only_so_many(browse: Open, workspace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.webhooks.hooks.MOST_WEBHOOKS", 1)
    http = browse("OWNER", workspace)
    await made(http, TARGET)
    answer = await http.post("/api/v1/webhooks", json={"name": "n", "url": TARGET, "events": ["*"]})
    assert (answer.status_code, answer.json()["reason"]) == (409, "WEBHOOKS_TOO_MANY")


@pytest.mark.parametrize("role", sorted(set(access.ROLES) - {"OWNER", "MANAGER"}))
async def test_other_roles_have_no_part_in_webhooks(browse: Open, workspace: str, role: str) -> None:
    webhook = (await made(browse("OWNER", workspace), TARGET))["webhook"]
    http = browse(role, workspace)
    for row in ROUTES:
        verb, path = row.split(" ")
        answer = await http.request(verb, path.format(webhook_id=webhook["id"], delivery_id="whd_1"))
        assert answer.status_code == 403, row


async def test_a_webhook_of_another_workspace_is_answered_like_none(
    browse: Open, workspace: str, receive: Receive
) -> None:
    ours, theirs = browse("OWNER", workspace), browse("OWNER", f"{workspace}x")
    webhook = (await made(ours, receive().url))["webhook"]
    delivery = (await ours.post(f"/api/v1/webhooks/{webhook['id']}:test")).json()
    own = (await made(theirs, receive().url))["webhook"]
    for verb, path in (row.split(" ") for row in ROUTES if "{webhook_id}" in row):
        foreign = path.format(webhook_id=webhook["id"], delivery_id=delivery["id"])
        answers = [
            await theirs.request(verb, address, json={"name": "x"} if verb == "PATCH" else None)
            for address in (foreign, foreign.replace(webhook["id"], "whk_" + "0" * 32))
        ]
        assert [answer.status_code for answer in answers] == [404, 404], path
        said = [answer.json()["detail"].replace(webhook["id"], "whk_" + "0" * 32) for answer in answers]
        assert said[0] == said[1], path
    # a delivery is reached through its own webhook alone
    path = f"/api/v1/webhooks/{own['id']}/deliveries/{delivery['id']}:redeliver"
    assert (await theirs.post(path)).json()["reason"] == "DELIVERY_NOT_FOUND"
    assert [row["id"] for row in (await fetched(theirs, "/api/v1/webhooks"))["webhooks"]] == [own["id"]]


async def test_secrets_are_shown_once_and_kept_nowhere_in_the_open(
    browse: Open,
    workspace: str,
    database: Callable[[str], Database],
    receive: Receive,
    capfd: pytest.CaptureFixture[str],
) -> None:
    http = browse("OWNER", workspace)
    receiver = receive(lambda _: Answer(400))
    answer = await made(http, f"{receiver.url}/path-token?key=query-token")
    webhook, secrets = answer["webhook"], [answer["secret"]]
    path = f"/api/v1/webhooks/{webhook['id']}"
    secrets.append((await http.post(f"{path}:rotateSecret")).json()["secret"])
    await happen(http, "one")
    await until(lambda: len(receiver.requests) >= 1)
    await http.post(f"{path}:test")
    await http.patch(path, json={"state": "DISABLED"})
    await asyncio.sleep(0.5)
    seen = [json.dumps(await fetched(http, address)) for address in (path, "/api/v1/webhooks", f"{path}/deliveries")]
    public = [json.dumps(await fetched(http, address)) for address in ("/api/v1/events", "/api/v1/accessReport")]
    async with database("gateway").transaction() as tx:
        for table in ("webhooks", "webhook_deliveries", "outbox", "audit", "feed"):
            rows = (
                await tx.execute(text(f"SELECT t::text FROM {table} t WHERE t::text LIKE '%{webhook['id']}%'"))
            ).all()
            assert rows, table
            (seen if table.startswith("webhook") else public).append(str(rows))
    public.append("".join(capfd.readouterr()))
    for secret in secrets:
        for place in (*seen, *public):
            assert secret not in place
            assert secret.removeprefix("whsec_") not in place
    for token in ("path-token", "query-token"):
        assert token in seen[0], "owners see the address that they gave"
        for place in public:
            assert token not in place


async def test_changes_are_in_the_feed_and_in_the_access_report(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    webhook = (await made(http, TARGET))["webhook"]
    path = f"/api/v1/webhooks/{webhook['id']}"
    await http.patch(path, json={"name": "b"})
    await http.post(f"{path}:rotateSecret")
    await http.delete(path)
    done = ["gateway.webhook.created", "gateway.webhook.updated", "gateway.webhook.rotated", "gateway.webhook.deleted"]
    async with asyncio.timeout(20):
        while len(events := (await fetched(http, "/api/v1/events"))["events"]) < 4:
            await asyncio.sleep(0.05)
    assert [event["type"] for event in events] == [f"plumb.{name}.v1" for name in done]
    assert events[0]["data"]["host"] == "hooks.example.org"
    entries = (await fetched(http, f"/api/v1/accessReport?resource={webhook['id']}"))["entries"]
    assert [entry["action"] for entry in reversed(entries)] == done
    assert {entry["service"] for entry in entries} == {"gateway"}


async def test_a_test_reaches_the_receiver_also_when_the_webhook_is_off(
    browse: Open, workspace: str, receive: Receive
) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    answer = await made(http, receiver.url)
    path = f"/api/v1/webhooks/{answer['webhook']['id']}"
    await http.patch(path, json={"state": "DISABLED"})
    delivery = (await http.post(f"{path}:test")).json()
    assert (delivery["state"], delivery["status"], delivery["response"]) == ("DELIVERED", 200, "thanks")
    (request,) = receiver.requests
    assert request.event["type"] == "plumb.gateway.webhook.tested.v1"
    assert request.headers["webhook-signature"] == signature_of(request, answer["secret"])
    receiver.answers = lambda _: Answer(500)
    failed = (await http.post(f"{path}:test")).json()
    assert (failed["state"], failed["status"], failed["attempt_count"]) == ("FAILED", 500, 1)
    listed = (await fetched(http, f"{path}/deliveries"))["deliveries"]
    assert [row["id"] for row in listed] == [failed["id"], delivery["id"]]


async def test_a_former_secret_signs_for_a_day_beside_the_new_one(
    browse: Open, workspace: str, receive: Receive, database: Callable[[str], Database]
) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    answer = await made(http, receiver.url)
    path = f"/api/v1/webhooks/{answer['webhook']['id']}"
    new = (await http.post(f"{path}:rotateSecret")).json()["secret"]
    await http.post(f"{path}:test")
    (request,) = receiver.requests
    wanted = [signature_of(request, new), signature_of(request, answer["secret"])]
    assert request.headers["webhook-signature"].split(" ") == wanted
    async with database("gateway").transaction() as tx:
        await tx.execute(
            text("UPDATE webhooks SET former_secret_expire_time = now() WHERE id = :id"),
            {"id": answer["webhook"]["id"]},
        )
    await http.post(f"{path}:test")
    assert receiver.requests[1].headers["webhook-signature"] == signature_of(receiver.requests[1], new)
