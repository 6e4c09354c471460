"""Nothing secret reaches a log line, whatever key or form it comes in."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from kit import telemetry
from kit.telemetry import redact

SIGNED = "http://s3:9000/b/ws/1/x?X-Amz-Algorithm=AWS4&X-Amz-Signature=c0ffee"


def line(**fields: object) -> dict[str, object]:
    return dict(redact(None, "info", {"event": "something happened", **fields}))


@pytest.mark.parametrize("key", ["password", "access_token", "Authorization", "invitation", "cookie", "s3_secret_key"])
def test_a_value_is_hidden_by_its_key(key: str) -> None:
    assert line(**{key: "hunter2"})[key] == "[redacted]"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"put {SIGNED} failed", "c0ffee"),
        ("Authorization: Bearer abc.DEF-123", "abc.DEF"),
        ("token plumb_pat_aB3-xyz refused", "aB3"),
        ("signed with whsec_MfKQ9r8GKY+qrTwjU/D8==", "qrTwjU"),
        ("connect nats://services:hunter2@127.0.0.1:4222", "hunter2"),
        ("postgresql+asyncpg://plumb:hunter2@db/auth", "hunter2"),
    ],
)
def test_a_secret_is_hidden_by_its_form_at_any_depth(text: str, hidden: str) -> None:
    entry = line(error=text, nested={"list": [text], "api_token": "hunter3"}, pair=(text, 1))
    assert hidden not in str(entry)
    assert "hunter3" not in str(entry)
    assert hidden not in str(redact(None, "info", {"event": text}))


def test_what_is_not_secret_stays() -> None:
    entry = line(
        count=3, subject="plumb.ws_1.storage.dataset.published.v1", url="http://127.0.0.1:9000/bucket/x?list=1"
    )
    assert entry["count"] == 3
    assert entry["subject"] == "plumb.ws_1.storage.dataset.published.v1"
    assert entry["url"] == "http://127.0.0.1:9000/bucket/x?list=1"


def test_a_span_continues_the_trace_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_tracer", TracerProvider().get_tracer("test"))
    with telemetry.span("outer", SpanKind.SERVER):
        outer, trace_id = telemetry.current_traceparent(), telemetry.current_trace_id()
    assert telemetry.current_trace_id() == ""
    with telemetry.span("later", SpanKind.CONSUMER, outer):
        assert telemetry.current_trace_id() == trace_id
        assert telemetry.current_traceparent() != outer
