"""Experiments and runs are deleted and restored, and runs know their forks, models and foreign datasets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _add(table: str, column: sa.Column) -> None:
    """A column that rows of today get a value for; from then on the service gives it."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def upgrade() -> None:
    empty = sa.text("'{}'::jsonb")
    _add("experiments", sa.Column("tags", postgresql.JSONB(), nullable=False, server_default=empty))
    _add("experiments", sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("experiments", sa.Column("delete_time", _TIME))
    op.add_column("experiments", sa.Column("update_time", _TIME))
    op.execute("UPDATE experiments SET update_time = create_time")
    op.alter_column("experiments", "update_time", nullable=False)
    op.create_index(
        "uq_experiments_default", "experiments", ["workspace_id"], unique=True, postgresql_where=sa.text("is_default")
    )
    op.add_column("runs", sa.Column("delete_time", _TIME))
    _add("runs", sa.Column("forked_from_run_id", sa.Text(), nullable=False, server_default=""))
    _add("runs", sa.Column("forked_from_step", sa.Double(), nullable=False, server_default="0"))
    _add("runs", sa.Column("user_name", sa.Text(), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("model_inputs", postgresql.JSONB()))
    op.add_column("runs", sa.Column("model_outputs", postgresql.JSONB()))
    op.create_index("ix_runs_newest", "runs", ["workspace_id", sa.text("start_time DESC"), "id"])
    op.create_index("ix_runs_experiment_newest", "runs", ["experiment_id", sa.text("start_time DESC"), "id"])
    op.drop_index("ix_runs_experiment", table_name="runs")
    _add("run_inputs", sa.Column("sources", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.create_table(
        "run_datasets",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_datasets_run_id")),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_run_datasets")),
        sa.UniqueConstraint("run_id", "name", "digest", name=op.f("uq_run_datasets_run_id_name_digest")),
    )
