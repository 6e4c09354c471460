"""The connection: what is retried, what is not, and what a wrong answer becomes."""

from __future__ import annotations

import pytest

from plumbline import Client, Denied, Missing, Overtaken, PlumblineError, Refused, SignedOut, Unreachable
from tests.sdk.scripted import Scripted


def problem(status: int, **fields: object) -> tuple[int, dict[str, object]]:
    return status, {"status": status, "detail": "what happened", "reason": "WHY", **fields}


@pytest.fixture
def client(scripted: Scripted) -> Client:
    return Client(scripted.url, "secret")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, SignedOut),
        (403, Denied),
        (404, Missing),
        (409, Refused),
        (412, Overtaken),
        (500, Exception),
    ],
)
def test_a_problem_becomes_the_error_for_its_status(
    client: Client, scripted: Scripted, status: int, kind: type[Exception]
) -> None:
    scripted.answer(*problem(status, metadata={"revision": "4"}, trace_id="abc"))
    with pytest.raises(kind) as caught:
        client.get("/v1/me")
    error = caught.value
    assert isinstance(error, PlumblineError)
    assert (str(error), error.reason, error.status) == ("what happened", "WHY", status)
    assert (error.metadata, error.trace_id) == ({"revision": "4"}, "abc")


def test_reads_are_repeated_while_the_platform_is_away(client: Client, scripted: Scripted) -> None:
    scripted.answer(*problem(503))
    scripted.answer(*problem(503))
    scripted.answer(200, {"id": "ds_1"})
    assert client.get("/v1/datasets/a") == {"id": "ds_1"}
    assert len(scripted.asked) == 3


def test_a_write_is_repeated_under_one_idempotency_key(client: Client, scripted: Scripted) -> None:
    scripted.answer(*problem(503))
    client.post("/v1/datasets", {"name": "a"}, once=True)
    first, second = scripted.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


def test_a_write_without_a_key_is_never_repeated(client: Client, scripted: Scripted) -> None:
    scripted.answer(*problem(503))
    with pytest.raises(Unreachable):
        client.post("/v1/datasets", {"name": "a"})
    assert len(scripted.asked) == 1


def test_a_refusal_is_not_repeated(client: Client, scripted: Scripted) -> None:
    scripted.answer(*problem(409))
    with pytest.raises(Refused):
        client.post("/v1/datasets", {"name": "a"}, once=True)
    assert len(scripted.asked) == 1


def test_an_address_where_nothing_listens_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"http://127\.0\.0\.1:9 does not answer"):
        Client("http://127.0.0.1:9").post("/v1/datasets")


def test_another_web_server_is_recognised(client: Client, scripted: Scripted) -> None:
    scripted.answer(200, b"<html>welcome</html>")
    with pytest.raises(PlumblineError, match="not as Plumbline does"):
        client.get("/v1/me")


def test_the_token_goes_to_the_platform_and_not_to_the_object_store(client: Client, scripted: Scripted) -> None:
    client.get("/v1/me")
    client.get_bytes(f"{scripted.url}/bucket/key?X-Amz-Signature=1")
    to_platform, to_store = scripted.asked
    assert to_platform.headers["authorization"] == "Bearer secret"
    assert "authorization" not in to_store.headers


def test_the_object_store_is_asked_again_after_its_own_failure(client: Client, scripted: Scripted) -> None:
    scripted.answer(500, b"")
    scripted.answer(200, b"bytes")
    assert client.get_bytes(f"{scripted.url}/bucket/key") == b"bytes"


def test_pages_are_read_to_the_last(client: Client, scripted: Scripted) -> None:
    scripted.answer(200, {"datasets": [{"id": "1"}], "next_page_token": "more"})
    scripted.answer(200, {"datasets": [{"id": "2"}], "next_page_token": ""})
    assert [each["id"] for each in client.datasets.all()] == ["1", "2"]
    assert "page_token=more" in scripted.asked[1].path


@pytest.mark.parametrize("name", ["a/b", "a?version=1", "tiles:publish", "a#b", "a b"])
def test_a_name_stays_one_segment_of_the_address(client: Client, scripted: Scripted, name: str) -> None:
    client.datasets.get(name)
    segments = scripted.asked[0].path.split("/")
    assert segments[:4] == ["", "api", "v1", "datasets"]
    assert len(segments) == 5
    assert not set(segments[4]) & set("?#: ")
