"""Owns traces, metrics and logs. Does not decide what is worth a span: callers do.

One trace runs from the HTTP request through calls, SQL, the outbox row, NATS and the consumer, because the W3C
`traceparent` is stored with the event. Logs are JSON lines with trace ids; secrets and URL signatures are redacted.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextvars import Context, copy_context
from typing import Any

import structlog
from opentelemetry import context as tracing_context
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from prometheus_client import Counter, Histogram, start_http_server
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

_SECRET_KEY = re.compile(r"password|secret|token|authorization|invitation|cookie|signature", re.IGNORECASE)
# the query of a presigned URL is a bearer secret
_SIGNED_QUERY = re.compile(r"\?[^\s\"']*X-Amz-[^\s\"']*", re.IGNORECASE)
_BEARER = re.compile(r"(Bearer\s+|plumb_(?:pat|svc|job|inv|ref)_|whsec_)[\w.\-+/=]+")
# user and password of an address, such as the bus's or a database's
_USERINFO = re.compile(r"(?<=://)[^\s/@\"']+:[^\s/@\"']+(?=@)")

# https://www.w3.org/TR/trace-context/: version 00, and later ones as far as they are known
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")

# the default boundaries are meant for milliseconds: all calls would share the first bucket
_DURATION_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_tracer = trace.get_tracer("plumbline")
_meter = metrics.get_meter("plumbline")
# what every request counts goes to Prometheus' own client: a fifth of the time of an instrument of OpenTelemetry
rpc_requests = Counter("plumb_rpc_requests", "Calls answered, by method and code.", ["service", "method", "code"])
rpc_duration = Histogram(
    "plumb_rpc_duration_seconds", "Time to answer a call.", ["service", "method"], buckets=_DURATION_S
)
http_requests = Counter("plumb_http_requests", "HTTP requests, by route and status.", ["route", "method", "status"])
http_duration = Histogram(
    "plumb_http_duration_seconds", "Time to answer HTTP.", ["route", "method"], buckets=_DURATION_S
)
jobs = _meter.create_gauge("plumb_jobs", description="Jobs by state.")
dead_letters = _meter.create_counter("plumb_dead_letters", description="Events that failed on every delivery.")
outbox_lag = _meter.create_gauge("plumb_outbox_lag", unit="s", description="Age of the oldest unsent event.")


def setup(process: str, *, otlp_endpoint: str, metrics_port: int, log_level: str) -> None:
    """Configure this process once; `process` names it in traces, such as `storage` or `all`."""
    resource = Resource.create({"service.name": f"plumbline-{process}", "service.namespace": "plumbline"})
    tracing = TracerProvider(resource=resource)
    if otlp_endpoint:
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=[PrometheusMetricReader()]))
    if metrics_port:
        start_http_server(metrics_port)
    _setup_logs(process, log_level)


def trace_sql(engine: AsyncEngine) -> None:
    """Give every statement of this engine a span; values never appear in it."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin_statement)
    event.listen(engine.sync_engine, "after_cursor_execute", _end_statement)
    event.listen(engine.sync_engine, "handle_error", _fail_statement)


def statement_span(statement: str) -> span:
    """A span around a statement that goes to the driver directly; values never appear in it."""
    return span(_name_of(statement), SpanKind.CLIENT, **_facts_of(statement))


def _name_of(statement: str) -> str:
    return f"sql {statement.split(maxsplit=1)[0].upper()}"


def _facts_of(statement: str) -> dict[str, str]:
    return {"db.system.name": "postgresql", "db.query.text": statement}


def _begin_statement(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
    context.plumb_span = _tracer.start_span(_name_of(statement), kind=SpanKind.CLIENT, attributes=_facts_of(statement))


def _end_statement(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
    context.plumb_span.end()


def _fail_statement(failure: Any) -> None:
    current = getattr(failure.execution_context, "plumb_span", None)
    if current is not None:
        current.set_status(Status(StatusCode.ERROR))
        current.end()


def current_traceparent() -> str:
    """The W3C traceparent of the current span, empty outside any."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def current_trace_id() -> str:
    """32 hex digits, empty outside any span."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


def outside_of_traces() -> Context:
    """A copy of the present context without its span, for a task that outlives the request which starts it."""
    copied = copy_context()
    copied.run(tracing_context.attach, tracing_context.Context())
    return copied


class span:
    """A span around a block, continuing `traceparent` when one is given; an exception marks it as failed."""

    def __init__(
        self, name: str, kind: SpanKind = SpanKind.INTERNAL, traceparent: str = "", **attributes: str | int
    ) -> None:
        parent = _parent(traceparent) if traceparent else None
        self.current = _tracer.start_span(name, context=parent, kind=kind, attributes=attributes)

    def __enter__(self) -> span:
        self._token = tracing_context.attach(trace.set_span_in_context(self.current))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is not None and isinstance(error, Exception):
            self.current.set_status(Status(StatusCode.ERROR, kind.__name__))
        self.current.end()
        tracing_context.detach(self._token)


def _parent(traceparent: str) -> tracing_context.Context | None:
    """The context that a W3C `traceparent` names, None when it names none."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    context = trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=trace.TraceFlags(flags))
    return trace.set_span_in_context(trace.NonRecordingSpan(context)) if context.is_valid else None


def redact(_logger: object, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: hide secrets by key name and by form, at any depth."""
    for key, value in entry.items():
        entry[key] = "[redacted]" if key != "event" and _SECRET_KEY.search(key) else _redacted(value)
    return entry


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        text = _SIGNED_QUERY.sub("?[redacted]", value)
        return _USERINFO.sub("[redacted]", _BEARER.sub(r"\1[redacted]", text))
    if isinstance(value, dict):
        return {key: "[redacted]" if _SECRET_KEY.search(str(key)) else _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    return value


def _add_trace(_logger: object, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace_id := current_trace_id():
        entry["trace_id"] = trace_id
    return entry


def _setup_logs(process: str, log_level: str) -> None:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(log_level)
    logging.getLogger("uvicorn.access").setLevel("WARNING")
    structlog.contextvars.bind_contextvars(process=process)
