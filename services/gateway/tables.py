"""Owns the gateway's tables: the feed, one gapless sequence of events per workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, Text, text
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
