"""One trace through every process, logs that lead to it, and no secret in either."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from embedded.state import SERVICES
from tests.live import Live, eventually, running
from tests.system.spans import Receiver, Seen, receiving
from tests.system.works import picture


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def live(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    environment = {"PLUMB_OTLP_ENDPOINT": receiver.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    with running(tmp_path_factory.mktemp("trace"), distributed=True, environment=environment) as live:
        yield live


def test_one_trace_from_the_request_to_the_last_consumer(live: Live, receiver: Receiver) -> None:
    ours, answer = _create_dataset(live, "traced")
    assert answer.status_code == 200

    def arrived() -> list[Seen]:
        return [span for span in receiver.of(ours.trace_id).values() if _is_feed_entry(span)]

    entry = eventually(arrived)[0]
    spans = eventually(lambda: _complete(receiver.of(ours.trace_id), ours.span_id))
    # from the row that outsiders read back to the request that caused it, each the child of the next
    path = list(_way_up(spans, entry))
    assert [(span.service.removeprefix("plumbline-"), span.name) for span in path[:4]] == [
        ("gateway", "sql INSERT"),
        ("gateway", "inbox.apply"),
        ("storage", "outbox.publish"),
        ("storage", "plumbapi.storage.v1.StorageService/CreateDataset"),
    ]
    assert [span.kind for span in path[1:4]] == [
        Span.SPAN_KIND_CONSUMER,
        Span.SPAN_KIND_INTERNAL,
        Span.SPAN_KIND_SERVER,
    ]
    call, *rest = path[4:]
    assert (call.service, call.name, call.kind) == ("plumbline-gateway", path[3].name, Span.SPAN_KIND_CLIENT)
    assert rest[-1].kind == Span.SPAN_KIND_SERVER
    assert rest[-1].parent_id == ours.span_id
    # the statement that wrote the dataset belongs to the call that asked for it
    written = [span for span in spans.values() if span.name == "sql INSERT" and "INTO datasets" in span.text]
    assert [path[3] in list(_way_up(spans, span)) for span in written] == [True]


def test_spans_hold_no_value_of_a_statement(live: Live, receiver: Receiver) -> None:
    ours, _ = _create_dataset(live, "unmistakable-name")
    spans = eventually(lambda: _complete(receiver.of(ours.trace_id), ours.span_id))
    assert [span.name for span in spans.values() if "unmistakable-name" in span.text] == []


def test_a_failed_call_is_found_in_the_log_by_the_trace_id_of_its_answer(live: Live) -> None:
    with _away(live, "storage", "datasets"):
        ours, answer = _create_dataset(live, "never")
    problem = answer.json()
    assert (answer.status_code, problem["reason"], problem["trace_id"]) == (500, "INTERNAL", ours.trace_id)
    assert "datasets" not in problem["detail"]
    (line,) = [line for line in _lines(live, "storage") if line.get("trace_id") == ours.trace_id]
    assert (line["event"], line["method"], line["level"]) == ("call failed", "storage.CreateDataset", "error")
    assert "UndefinedTable" in line["exception"]


def test_a_failed_event_is_found_in_the_log_and_delivered_again(live: Live) -> None:
    with _away(live, "gateway", "feed"):
        ours, answer = _create_dataset(live, "late")
        assert answer.status_code == 200
        eventually(lambda: [line for line in _lines(live, "gateway") if line.get("trace_id") == ours.trace_id])
    (line, *_) = [line for line in _lines(live, "gateway") if line.get("trace_id") == ours.trace_id]
    assert line["event"] == "event failed"
    with live.as_("OWNER") as client:
        eventually(lambda: [event for event in client.events.after(0) if event["subject"] == answer.json()["id"]])


def test_the_bus_that_went_away_is_not_blamed_on_some_old_request(live: Live) -> None:
    live.platform.kill("nats")
    live.platform.wait_ready()
    lost = [line for service in SERVICES for line in _lines(live, service) if line["event"] == "nats connection"]
    assert lost
    assert [line for line in lost if "trace_id" in line] == []


def test_logs_are_json_and_hold_no_secret(live: Live, tmp_path: Path) -> None:
    signed = _busy(live, tmp_path)
    with _away(live, "auth", "tokens"), live.http("OWNER") as http:
        # an error while a secret is in the hands of the service that fails
        fresh = {"Authorization": f"Bearer plumb_pat_{secrets.token_hex(18)}"}
        assert http.get("/v1/me", headers=fresh).status_code in (401, 500)
    texts = {file.name: file.read_text(errors="replace") for file in live.platform.state.logs_dir.iterdir()}
    assert all(len(list(_lines(live, service))) > 0 for service in SERVICES)
    for name, secret in {**_secrets(live), **signed, "fresh token": fresh["Authorization"][7:]}.items():
        assert [file for file, text in texts.items() if secret in text] == [], name
    forms = re.compile(r"X-Amz-Signature=\w|plumb_(pat|svc|job|inv|ref)_\w{8}|Bearer \w")
    assert {file: forms.findall(text) for file, text in texts.items() if forms.search(text)} == {}


def _create_dataset(live: Live, name: str) -> tuple[Seen, httpx.Response]:
    """Ask for a dataset under a trace of our own, as a caller with OpenTelemetry would."""
    ours = Seen("test", "request", 0, secrets.token_hex(16), secrets.token_hex(8), "", "")
    with live.http("OWNER") as http:
        headers = {"traceparent": f"00-{ours.trace_id}-{ours.span_id}-01"}
        return ours, http.post("/v1/datasets", json={"name": name}, headers=headers)


def _is_feed_entry(span: Seen) -> bool:
    return span.service == "plumbline-gateway" and span.name == "sql INSERT" and "INTO feed " in span.text


def _complete(spans: dict[str, Seen], root: str) -> dict[str, Seen]:
    """The spans when every one of them has its parent among them, else nothing."""
    return spans if spans and all(span.parent_id in {*spans, root} for span in spans.values()) else {}


def _way_up(spans: dict[str, Seen], span: Seen) -> Iterator[Seen]:
    yield span
    while span.parent_id in spans:
        span = spans[span.parent_id]
        yield span


def _lines(live: Live, service: str) -> Iterator[dict[str, Any]]:
    """Log lines of a service; fails when one is not JSON."""
    for line in (live.platform.state.logs_dir / f"{service}.log").read_text().splitlines():
        yield json.loads(line)


@contextmanager
def _away(live: Live, service: str, table: str) -> Iterator[None]:
    """A bug to order: a table has another name for a while."""
    asyncio.run(live.rows(service, f"ALTER TABLE {table} RENAME TO {table}_away"))
    try:
        yield
    finally:
        asyncio.run(live.rows(service, f"ALTER TABLE {table}_away RENAME TO {table}"))


def _busy(live: Live, folder: Path) -> dict[str, str]:
    """Sign in wrongly, upload, download and invite; returns the signatures and secrets that were handed out."""
    image = picture(folder / "images" / "one.png", 1)
    with live.as_("OWNER") as client, live.http() as http:
        http.post("/v1/sessions", json={"email": "ada@vision.example", "password": "an-open-secret-1"})
        client.datasets.create("busy")
        client.datasets.push("busy", image.parent, source="site A")
        (listed,) = client.datasets.images("busy")
        body = {"sha256s": [listed["sha256"]], "rendition": "ORIGINAL", "purpose": "log"}
        url = client.post("/v1/images:signDownloads", body)["downloads"][0]["url"]
        client.get_bytes(url)
        token = client.workspace.create_token("busy")["secret"]
        invitation = client.workspace.invite("someone@vision.example", "VIEWER")["invitation"]
    signature = httpx.URL(url).params["X-Amz-Signature"]
    return {"signature": signature, "token": token, "invitation": invitation, "wrong password": "an-open-secret-1"}


def _secrets(live: Live) -> dict[str, str]:
    state = live.platform.state
    names = ("nats_password", "s3_secret_key", "identity_key")
    people = {f"token of {role}": person.token for role, person in live.people.items()}
    people |= {f"password of {role}": person.password for role, person in live.people.items()}
    return {**{name: state.secret(name) for name in names}, **people}
