"""Gates and approvals, model versions of any source, logged models with files of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
# What a version is. Its note, tags, stage and status may change, and it may be hidden.
_FIXED = (
    *("model_id", "number", "workspace_id", "run_id", "path", "sha256", "size", "media_type", "artifact_time"),
    *("digest", "source", "logged_model_id", "run_link", "foreign_run_id", "creator"),
    "create_time",
)


def _add(table: str, column: sa.Column) -> None:
    """A column that rows of today get a value for; from then on the service gives it."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def _never_change(table: str, changes: str = "UPDATE") -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {table}_never_change ON {table}")
    op.execute(f"""
        CREATE TRIGGER {table}_never_change BEFORE {changes} OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)


def upgrade() -> None:
    _models()
    _versions()
    _gates()
    _logged_models()


def _models() -> None:
    _add("models", sa.Column("tags", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")))
    op.add_column("models", sa.Column("update_time", _TIME))
    op.execute("UPDATE models SET update_time = create_time")
    op.alter_column("models", "update_time", nullable=False)
    op.add_column("models", sa.Column("delete_time", _TIME))
    op.drop_constraint("uq_models_workspace_id_name", "models", type_="unique")
    still_there = sa.text("delete_time IS NULL")
    op.create_index("ux_models_name", "models", ["workspace_id", "name"], unique=True, postgresql_where=still_there)


def _versions() -> None:
    op.execute("DROP TRIGGER model_versions_never_change ON model_versions")
    for name in ("run_id", "path", "sha256", "size", "media_type", "artifact_time"):
        op.alter_column("model_versions", name, nullable=True)
    for name, default in (
        *(("digest", ""), ("source", ""), ("logged_model_id", ""), ("run_link", ""), ("foreign_run_id", "")),
        *(("stage", "STAGE_UNSPECIFIED"), ("status", "READY"), ("status_message", "")),
    ):
        _add("model_versions", sa.Column(name, sa.Text(), nullable=False, server_default=default))
    _add("model_versions", sa.Column("tags", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")))
    op.add_column("model_versions", sa.Column("update_time", _TIME))
    op.add_column("model_versions", sa.Column("delete_time", _TIME))
    op.execute("""
        UPDATE model_versions
        SET digest = 'sha256:' || sha256, source = 'runs:/' || run_id || '/' || path, update_time = create_time
    """)
    op.alter_column("model_versions", "update_time", nullable=False)
    op.create_index("ix_model_versions_workspace", "model_versions", ["workspace_id", "update_time"])
    op.create_index(
        "ix_model_versions_logged_model",
        "model_versions",
        ["logged_model_id"],
        postgresql_where=sa.text("logged_model_id <> ''"),
    )
    _never_change("model_versions", f"UPDATE OF {', '.join(_FIXED)}")


def _gates() -> None:
    op.create_table(
        "gates",
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("approval_count", sa.Integer(), nullable=False),
        sa.Column("approver_roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("updater", postgresql.JSONB(), nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.Column("update_time", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_gates_model_id")),
        sa.PrimaryKeyConstraint("model_id", "alias", name=op.f("pk_gates")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id", "version"],
            ["model_versions.model_id", "model_versions.number"],
            name=op.f("fk_approvals_model_id_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_version", "approvals", ["model_id", "version", "id"])
    _never_change("approvals")


def _logged_models() -> None:
    op.create_table(
        "logged_models",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("model_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_message", sa.Text(), nullable=False),
        sa.Column("source_run_id", sa.Text()),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("creator", postgresql.JSONB(), nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.Column("update_time", _TIME, nullable=False),
        sa.Column("delete_time", _TIME),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=op.f("fk_logged_models_experiment_id")),
        sa.ForeignKeyConstraint(["source_run_id"], ["runs.id"], name=op.f("fk_logged_models_source_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_models")),
    )
    op.create_index("ix_logged_models_experiment", "logged_models", ["experiment_id", "create_time"])
    op.create_index("ix_logged_models_run", "logged_models", ["source_run_id"])
    op.create_table(
        "model_metrics",
        sa.Column("logged_model_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("dataset_name", sa.Text(), nullable=False),
        sa.Column("dataset_digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["logged_model_id"], ["logged_models.id"], name=op.f("fk_model_metrics_logged_model_id")
        ),
        sa.PrimaryKeyConstraint("logged_model_id", "key", "time", "step", "run_id", name=op.f("pk_model_metrics")),
    )
    # The owner of a file is a run or a logged model; `artifacts.py` asks which before it writes.
    op.drop_constraint("fk_artifacts_run_id", "artifacts", type_="foreignkey")
    op.drop_constraint("fk_artifact_uploads_run_id", "artifact_uploads", type_="foreignkey")
