"""Owns the gateway's tables: the feed, one gapless sequence of events per workspace, and the webhooks it drives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import new_base

Table = new_base()


class FeedHead(Table):  # type: ignore[valid-type,misc]
    """The last sequence number of a workspace; its row lock makes the sequence gapless."""

    __tablename__ = "feed_head"

    workspace_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)


class FeedEntry(Table):  # type: ignore[valid-type,misc]
    """One event of a workspace in the order outsiders see."""

    __tablename__ = "feed"

    workspace_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event: Mapped[dict[str, Any]] = mapped_column(JSONB)
    publish_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_feed_unpublished", "workspace_id", "sequence", postgresql_where=text("publish_time IS NULL")),
    )


class Webhook(Table):  # type: ignore[valid-type,misc]
    """An address that gets events; `cursor` is the sequence number up to which the feed was looked through for it."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text)
    disable_reason: Mapped[str] = mapped_column(Text, server_default="")
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    update_time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    # sealed; none where an MLflow client gave none
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_secret_expire_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cursor: Mapped[int] = mapped_column(BigInteger)
    # deliveries given up since the last one that arrived
    failure_count: Mapped[int] = mapped_column(Integer, server_default="0")
    # the receiver asked to be left alone until then
    resume_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # the process that sends to it at the moment, so that there is one
    lease_holder: Mapped[str] = mapped_column(Text, server_default="")
    lease_expire_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_webhooks_workspace", "workspace_id", "id"),
        Index("ix_webhooks_active", "id", postgresql_where=text("state = 'ACTIVE'")),
    )


class WebhookDelivery(Table):  # type: ignore[valid-type,misc]
    """One event on its way to one webhook, with what the newest attempt met."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(Text)
    event_type: Mapped[str] = mapped_column(Text)
    # in the feed; none for a test, which carries its event itself
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    event: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    redelivery_of: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    next_attempt_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempt_count: Mapped[int] = mapped_column(Integer, server_default="0")
    attempt_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    duration_ms: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[int | None] = mapped_column(Integer)
    response: Mapped[str] = mapped_column(Text, server_default="")
    error: Mapped[str] = mapped_column(Text, server_default="")

    __table_args__ = (
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        Index(
            "ix_webhook_deliveries_due",
            "webhook_id",
            "next_attempt_time",
            "id",
            postgresql_where=text("state = 'PENDING'"),
        ),
        Index("ix_webhook_deliveries_age", "create_time", postgresql_where=text("state <> 'PENDING'")),
    )
