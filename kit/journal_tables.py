"""Owns the tables every service's database has: outbox, inbox, audit, idempotency."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

# Key in a session's info: this transaction wrote to the outbox.
WROTE_EVENTS = "wrote_events"

_metadata = MetaData()

# The durable record of events: written with the change, sent by the relay, never deleted on sending.
outbox = Table(
    "outbox",
    _metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("workspace_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("traceparent", Text, nullable=False, server_default=""),
    Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    # The writing transaction, as bigint: ids are taken before commit and commit in another order, so the relay
    # sends only rows of transactions older than every one still running.
    Column("txid", BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text::bigint)")),
    Column("publish_time", DateTime(timezone=True)),
    Index("ix_outbox_unpublished", "txid", "id", postgresql_where=text("publish_time IS NULL")),
)

# Events this service has applied; the row is written in the transaction of the effect.
inbox = Table(
    "inbox",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# Events that failed on every delivery, kept with the reason for an operator to replay.
dead_letter = Table(
    "dead_letter",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("event", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

audit = Table(
    "audit",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("workspace_id", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("detail", JSONB, nullable=False),
    Index("ix_audit_workspace", "workspace_id", "id"),
    Index("ix_audit_resource", "workspace_id", "resource", "id"),
)

# Answers to requests that carried a request_id: the same request again gets the same answer and no second effect.
idempotency = Table(
    "idempotency",
    _metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("member_id", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("request_sha256", LargeBinary, nullable=False),
    Column("response", LargeBinary),
    Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_idempotency_create_time", "create_time"),
)


def copy_into(metadata: MetaData) -> None:
    """Add these tables to a service's metadata, so that its migrations create them."""
    for table in _metadata.sorted_tables:
        table.to_metadata(metadata)
