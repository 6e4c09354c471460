"""JSON, path and query become the request message and nothing else: what is not understood is refused."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.gateway.transcode import bindings
from tests.gateway.conftest import Open


@pytest.fixture
def http(browse: Open) -> httpx.AsyncClient:
    return browse()


@pytest_asyncio.fixture
async def dataset(http: httpx.AsyncClient) -> dict[str, object]:
    return (await http.post("/api/v1/datasets", json={"name": f"tiles-{uuid4().hex[:8]}"})).json()


@pytest_asyncio.fixture
async def run(http: httpx.AsyncClient) -> str:
    return (await http.post("/api/v1/runs", json={"experiment": "transcode", "name": "r"})).json()["id"]


def refused(answer: httpx.Response, reason: str) -> str:
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), answer.text
    body = answer.json()
    assert (body["status"], body["reason"], body["title"]) == (400, reason, "Bad Request")
    return body["detail"]


async def test_a_variable_of_the_path_becomes_a_field(http: httpx.AsyncClient, dataset: dict[str, object]) -> None:
    answer = await http.get(f"/api/v1/datasets/{dataset['id']}")
    assert answer.status_code == 200
    assert answer.json()["name"] == dataset["name"]


async def test_the_path_wins_over_the_same_field_in_the_body(
    http: httpx.AsyncClient, dataset: dict[str, object]
) -> None:
    answer = await http.patch(
        f"/api/v1/datasets/{dataset['id']}", json={"dataset_id": "ds_other", "description": "ü & more"}
    )
    assert (answer.status_code, answer.json()["description"]) == (200, "ü & more")


async def test_a_verb_behind_a_colon_is_not_part_of_the_id(http: httpx.AsyncClient, dataset: dict[str, object]) -> None:
    answer = await http.get(f"/api/v1/datasets/{dataset['id']}:gap")
    assert answer.status_code == 200
    assert "sources" in answer.json()


async def test_scalar_fields_appear_also_when_zero(http: httpx.AsyncClient, dataset: dict[str, object]) -> None:
    assert dataset["description"] == ""


async def test_parameters_page_through_a_list(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    for number in range(3):
        await http.post("/api/v1/datasets", json={"name": f"d{number}"})
    first = (await http.get("/api/v1/datasets", params={"page_size": 2})).json()
    second = (
        await http.get("/api/v1/datasets", params={"page_size": "2", "page_token": first["next_page_token"]})
    ).json()
    assert [len(first["datasets"]), len(second["datasets"]), second["next_page_token"]] == [2, 1, ""]


async def test_a_repeated_parameter_is_a_list(http: httpx.AsyncClient, run: str) -> None:
    series = [{"key": key, "steps": [1], "values": [0.5]} for key in ("a", "b", "c")]
    logged = await http.post(f"/api/v1/runs/{run}:log", json={"writer": "w", "sequence": 1, "series": series})
    assert logged.status_code == 200, logged.text
    answer = await http.get(f"/api/v1/runs/{run}/metrics", params=[("keys", "a"), ("keys", "c")])
    assert sorted(line["key"] for line in answer.json()["series"]) == ["a", "c"]


async def test_an_enum_is_written_by_its_name(http: httpx.AsyncClient, run: str) -> None:
    found = (await http.get("/api/v1/runs", params={"status": "RUNNING"})).json()["runs"]
    assert run in {item["id"] for item in found}
    assert {item["status"] for item in found} == {"RUNNING"}


@pytest.mark.parametrize("value", ["NOPE", "running", ""])
async def test_a_name_that_the_enum_lacks_is_refused(http: httpx.AsyncClient, value: str) -> None:
    refused(await http.get("/api/v1/runs", params={"status": value}), "FIELD_INVALID")


async def test_a_number_that_the_enum_lacks_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/api/v1/projects", json={"name": "p", "labels": [{"name": "crack", "color": "#ff0000"}], "tools": [99]}
    )
    refused(answer, "ENUM_UNKNOWN")


@pytest.mark.parametrize("value", ["yes", 1, "true", []])
async def test_a_boolean_is_true_or_false(http: httpx.AsyncClient, value: object) -> None:
    answer = await http.post("/api/v1/projects/prj_1/snapshots", json={"include_unreviewed": value})
    refused(answer, "FIELD_INVALID")


@pytest.mark.parametrize("body", [{"name": "x", "colour": "red"}, {"name": "x", "owner": {"name": "me"}}])
async def test_an_unknown_field_is_refused_by_name(http: httpx.AsyncClient, body: dict[str, object]) -> None:
    detail = refused(await http.post("/api/v1/datasets", json=body), "FIELD_INVALID")
    assert "colour" in detail or "owner" in detail


async def test_an_unknown_parameter_is_refused_by_name(http: httpx.AsyncClient) -> None:
    assert "colour" in refused(await http.get("/api/v1/datasets", params={"colour": "red"}), "PARAMETER_UNKNOWN")


async def test_a_field_of_the_body_does_not_hide_in_the_query(http: httpx.AsyncClient) -> None:
    refused(await http.post("/api/v1/datasets?request_id=r1", json={"name": "x"}), "PARAMETER_UNKNOWN")


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[1]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": 1e999}',
        b'{"name": "x"} more',
        b"[" * 100_000,
    ],
    ids=["cut", "list", "null", "text", "not UTF-8", "NaN", "infinite", "trailing", "deep"],
)
async def test_what_is_not_a_json_object_is_refused(http: httpx.AsyncClient, raw: bytes) -> None:
    answer = await http.post("/api/v1/datasets", content=raw, headers={"content-type": "application/json"})
    refused(answer, "BODY_INVALID")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_another_content_type_is_refused(http: httpx.AsyncClient, kind: str) -> None:
    """Also what keeps other web pages out: these three need no preflight."""
    answer = await http.post("/api/v1/datasets", content=b'{"name":"x"}', headers={"content-type": kind})
    refused(answer, "CONTENT_TYPE_INVALID")


async def test_a_charset_behind_the_content_type_is_fine(http: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    body = f'{{"name":"tiles-{uuid4().hex}"}}'.encode()
    assert (await http.post("/api/v1/datasets", content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize("body", [{}, {"name": ""}])
async def test_a_missing_required_field_is_named(http: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await http.post("/api/v1/datasets", json=body)
    assert "name" in refused(answer, "FIELD_REQUIRED")
    assert answer.json()["metadata"]["fields"] == "name"


async def test_an_idempotency_key_makes_a_retry_have_one_effect(http: httpx.AsyncClient) -> None:
    key, name = uuid4().hex, f"tiles-{uuid4().hex[:8]}"
    first, second = [
        await http.post("/api/v1/datasets", json={"name": name}, headers={"Idempotency-Key": key}) for _ in range(2)
    ]
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    other = await http.post("/api/v1/datasets", json={"name": "other"}, headers={"Idempotency-Key": key})
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_ID_REUSED")


async def test_a_64_bit_number_may_be_text_and_comes_as_text(http: httpx.AsyncClient, run: str) -> None:
    size = 2**53 + 1  # the first that JavaScript cannot hold
    body = {"path": "a.bin", "sha256": "0" * 64, "size": str(size)}
    answer = await http.post(f"/api/v1/runs/{run}/artifacts:prepare", json=body)
    assert answer.json().get("reason") != "FIELD_INVALID", answer.text
    refused(await http.post(f"/api/v1/runs/{run}/artifacts:prepare", json={**body, "size": "many"}), "FIELD_INVALID")
    refused(await http.post(f"/api/v1/runs/{run}/artifacts:prepare", json={**body, "size": 1.5}), "FIELD_INVALID")


@pytest.mark.parametrize("number", ["abc", "1.5", "99999999999"])
async def test_a_path_that_wants_a_number_refuses_other_text(
    http: httpx.AsyncClient, dataset: dict[str, object], number: str
) -> None:
    refused(await http.get(f"/api/v1/datasets/{dataset['id']}/versions/{number}"), "FIELD_INVALID")


@pytest.mark.parametrize(
    ("name", "reason"), [("a\x00b", "VALUE_INVALID"), ("\ud800", "FIELD_INVALID")], ids=["NUL", "half a character"]
)
async def test_text_that_cannot_be_stored_is_refused(http: httpx.AsyncClient, name: str, reason: str) -> None:
    body = json.dumps({"name": name}).encode()
    answer = await http.post("/api/v1/datasets", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["reason"] in (reason, "NAME_INVALID", "FIELD_INVALID", "BODY_INVALID")


async def test_an_absent_thing_is_a_problem_with_a_trace(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/datasets/ds_0")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "reason", "metadata", "trace_id"}
    assert body["type"] == f"urn:plumbline:{body['reason'].lower()}"
    assert len(body["trace_id"]) == 32


def test_no_two_methods_share_a_route() -> None:
    routes = [(binding.verb, binding.path) for binding in bindings()]
    assert len(set(routes)) == len(routes)


async def test_a_second_call_on_the_same_connection_is_answered_too(http: httpx.AsyncClient) -> None:
    answers = [await http.get("/api/v1/datasets") for _ in range(3)]
    streams = {id(answer.extensions["network_stream"]) for answer in answers}
    assert len(streams) == 1
    assert {answer.status_code for answer in answers} == {200}
