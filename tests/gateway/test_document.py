"""The gateway answers as its OpenAPI document says, whatever is sent: no crash, no undocumented content type."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance

from kit.app import App
from services.gateway import openapi, service
from services.gateway.caller import ACCESS_COOKIE, CSRF_HEADER
from services.gateway.feed import Outlet
from tests.conftest import principal
from tools import openapi as tool

# one of each kind of body: text, lists, nested messages, numbers
WRITES = (
    "/api/v1/datasets",
    "/api/v1/projects",
    "/api/v1/runs",
    "/api/v1/runs/{run_id}:log",
    "/api/v1/batches/{batch_id}:prepareUploads",
    "/api/v1/tasks/{task_id}:save",
    "/api/v1/members:invite",
)
ENDLESS = "/api/v1/events:stream"
EXAMPLES = 6


def document() -> dict[str, object]:
    """The routes are known before anything runs, so that each is a test of its own."""

    return json.loads(tool.document())


def operations() -> list[APIOperation]:
    schema = schemathesis.openapi.from_dict(document())
    found = [result.ok() for result in schema.get_all_operations()]
    return [
        operation
        for operation in found
        if operation.path != ENDLESS
        and (operation.method.upper() == "GET" or (operation.method.upper() == "POST" and operation.path in WRITES))
    ]


OPERATIONS = operations()


def test_the_writes_that_are_tried_exist() -> None:
    assert set(WRITES) <= {operation.path for operation in OPERATIONS if operation.method.upper() == "POST"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
async def test_a_route_keeps_to_the_document(address: str, gateway: App, operation: APIOperation) -> None:
    token = gateway.identity.sign(principal("OWNER", "fuzz"))
    headers = {CSRF_HEADER: "1", "cookie": f"{ACCESS_COOKIE}={token}"}

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: schemathesis.Case) -> None:
        answer = case.call(base_url=address, headers=headers, allow_redirects=False)
        case.validate_response(answer, checks=[not_a_server_error, content_type_conformance])

    await asyncio.to_thread(attempt)


async def test_the_served_document_is_the_committed_one(address: str, gateway: App) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        served = (await client.get(f"{address}/api/openapi.json")).json()
    assert served["paths"] == document()["paths"]


def test_every_failure_is_documented_as_a_problem(gateway: App) -> None:
    web = service.application(gateway, Outlet(gateway.db, gateway.bus))
    for path, methods in openapi.document(web)["paths"].items():
        for method, operation in methods.items():
            assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"], (method, path)
            assert "422" not in operation["responses"], (method, path)
