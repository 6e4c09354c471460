"""Runs are found by a param or tag."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("params", "tags"):
        op.create_index(
            f"ix_runs_{column}", "runs", [column], postgresql_using="gin", postgresql_ops={column: "jsonb_path_ops"}
        )
