"""Webhooks that MLflow clients make get the registry's events in MLflow's form, signed as its own receivers expect."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.gateway.webhooks import registry_events
from tests.gateway.conftest import Open
from tests.gateway.webhooks.conftest import Receive, made
from tests.gateway.webhooks.receiver import Answer, Receiver, Request
from tests.gateway.webhooks.test_deliveries import until

ROUTE = "/api/2.0/mlflow/webhooks"
SECRET = "any text a client likes"


async def hook(http: httpx.AsyncClient, url: str, *events: str, **fields: Any) -> dict[str, Any]:
    pairs = [event.upper().split(".") for event in events]
    body = {
        "name": "registry",
        "url": url,
        "events": [{"entity": entity, "action": action} for entity, action in pairs],
    }
    answer = await http.post(ROUTE, json={**body, "secret": SECRET, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()["webhook"]


def is_signed(request: Request, secret: str) -> bool:
    """As MLflow's documentation tells receivers to check it."""
    headers = request.headers
    content = f"{headers['x-mlflow-delivery-id']}.{headers['x-mlflow-timestamp']}.{request.body.decode()}"
    digest = hmac.new(secret.encode(), content.encode(), hashlib.sha256).digest()
    return headers["x-mlflow-signature"] == "v1," + base64.b64encode(digest).decode()


def told(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    bodies = [request.event for request in receiver.requests]
    return [(f"{body['entity']}.{body['action']}", body["data"]) for body in bodies]


async def done(http: httpx.AsyncClient, verb: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await http.request(verb, f"/api/v1{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_life_of_a_model_in_the_words_of_mlflow(browse: Open, workspace: str, receive: Receive) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    await hook(http, receiver.url, *registry_events.EXAMPLES)
    tags = [{"key": "team", "value": "vision"}]
    await done(http, "POST", "/models", {"name": "cracks", "description": "Finds cracks", "tags": tags})
    await done(http, "POST", "/models/cracks/versions", {"source": "s3://bucket/cracks", "note": "first"})
    change = {"set_tags": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]}
    await done(http, "PATCH", "/models/cracks/versions/1", change)
    await done(http, "PATCH", "/models/cracks/versions/1", {"remove_tags": ["a"]})
    await done(http, "POST", "/models/cracks:setAlias", {"alias": "champion", "version": 1, "reason": "the best"})
    await done(http, "DELETE", "/models/cracks/aliases/champion")
    await until(lambda: len(receiver.requests) >= 7)
    version = {"name": "cracks", "version": "1"}
    assert told(receiver) == [
        ("registered_model.created", {"name": "cracks", "tags": {"team": "vision"}, "description": "Finds cracks"}),
        (
            "model_version.created",
            {**version, "source": "s3://bucket/cracks", "run_id": None, "tags": {}, "description": "first"},
        ),
        ("model_version_tag.set", {**version, "key": "a", "value": "1"}),
        ("model_version_tag.set", {**version, "key": "b", "value": "2"}),
        ("model_version_tag.deleted", {**version, "key": "a"}),
        ("model_version_alias.created", {**version, "alias": "champion"}),
        ("model_version_alias.deleted", {"name": "cracks", "alias": "champion"}),
    ]
    assert all(is_signed(request, SECRET) for request in receiver.requests)
    assert len({UUID(request.headers["x-mlflow-delivery-id"]) for request in receiver.requests}) == 7


async def test_only_the_events_that_were_asked_for_are_sent(browse: Open, workspace: str, receive: Receive) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    await hook(http, receiver.url, "model_version.created")
    await done(http, "POST", "/models", {"name": "cracks"})
    await done(http, "POST", "/models/cracks/versions", {"source": "s3://bucket/cracks"})
    await until(lambda: len(receiver.requests) >= 1)
    assert [name for name, _ in told(receiver)] == ["model_version.created"]


async def test_a_message_that_is_sent_again_has_the_same_id_and_body(
    browse: Open, workspace: str, receive: Receive
) -> None:
    http = browse("OWNER", workspace)
    receiver = receive(lambda _: Answer(500 if len(receiver.requests) == 1 else 200))
    await hook(http, receiver.url, "registered_model.created")
    await done(http, "POST", "/models", {"name": "cracks"})
    await until(lambda: len(receiver.requests) >= 2)
    first, second = receiver.requests
    assert (first.body, first.headers["x-mlflow-delivery-id"]) == (second.body, second.headers["x-mlflow-delivery-id"])
    assert is_signed(second, SECRET)


async def test_a_secret_is_replaced_or_taken_away_and_never_shown(
    browse: Open, workspace: str, receive: Receive
) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    webhook = await hook(http, receiver.url, "registered_model.created")
    path = f"{ROUTE}/{webhook['webhook_id']}"
    answers = [await http.patch(path, json={"secret": "another"}), await http.post(f"{path}/test", json={})]
    assert is_signed(receiver.requests[0], "another")
    answers += [await http.patch(path, json={"secret": ""}), await http.post(f"{path}/test", json={})]
    assert "x-mlflow-signature" not in receiver.requests[1].headers
    answers += [await http.get(path), await http.get(ROUTE), await http.get("/api/v1/webhooks")]
    for answer in answers:
        assert answer.status_code == 200
        assert "another" not in answer.text
        assert SECRET not in answer.text


async def test_both_kinds_are_listed_by_the_platform_and_one_by_mlflow(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    own = (await made(http, "https://a.example/x"))["webhook"]
    theirs = await hook(http, "https://a.example/y", "registered_model.created")
    listed = (await http.get("/api/v1/webhooks")).json()["webhooks"]
    assert {row["id"]: row["format"] for row in listed} == {own["id"]: "CLOUDEVENTS", theirs["webhook_id"]: "MLFLOW"}
    assert (await http.get(ROUTE)).json()["webhooks"] == [theirs]
    for verb, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test")):
        answer = await http.request(verb, f"{ROUTE}/{own['id']}{path}", json=None if verb == "GET" else {})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    refused = await http.post(f"/api/v1/webhooks/{theirs['webhook_id']}:rotateSecret")
    assert refused.json()["reason"] == "WEBHOOK_OF_MLFLOW"


@pytest.mark.parametrize("role", ["DEVELOPER", "CUSTOMER", "VIEWER"])
async def test_other_roles_have_no_part_in_them(browse: Open, workspace: str, role: str) -> None:
    answer = await browse(role, workspace).get(ROUTE)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "PERMISSION_DENIED")


async def test_other_events_have_no_words_in_mlflow() -> None:
    event = {"id": "evt_" + "0" * 32, "type": "plumb.storage.dataset.created.v1", "time": "", "data": {}}
    assert registry_events.of(event) == []
