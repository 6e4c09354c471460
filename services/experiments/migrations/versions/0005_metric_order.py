"""Runs are listed in the order of a metric."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_metric_summaries_last", "metric_summaries", ["key", "last", "run_id"])
