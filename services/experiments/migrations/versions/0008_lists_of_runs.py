"""Params, tags and the metrics of settled runs lie beside each run as the lists that clients are answered with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Immutable, although `to_json` may depend on settings: not that of a text.
_LISTED = """
    CREATE FUNCTION listed_pairs(held jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
        '[' || coalesce((
            SELECT string_agg('{"key":' || to_json(one.key) || ',"value":' || one.value || '}', ',')
            FROM jsonb_each(held) AS one
        ), '') || ']'
"""
_SAID_BY_THE_RUN = "ARRAY['mlflow.runName', 'mlflow.note.content', 'mlflow.parentRunId']"


def upgrade() -> None:
    op.execute(_LISTED)
    op.add_column("runs", sa.Column("param_list", sa.Text(), sa.Computed("listed_pairs(params)", persisted=True)))
    tags = sa.Computed(f"listed_pairs(tags - {_SAID_BY_THE_RUN})", persisted=True)
    op.add_column("runs", sa.Column("tag_list", sa.Text(), tags))
    op.add_column("runs", sa.Column("metric_list", sa.Text()))
