"""Points lie in batches as they arrive, and in chunks with a pyramid of extremes."""

from __future__ import annotations

import zlib

import numpy as np
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROWS_AT_ONCE = 200


def upgrade() -> None:
    op.create_table(
        "metric_batches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("counts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("point_count", sa.Integer(), nullable=False),
        sa.Column("max_step", sa.Double(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_batches")),
    )
    op.create_index("ix_metric_batches_run", "metric_batches", ["run_id", "id"], postgresql_include=["point_count"])
    op.create_table(
        "metric_chunks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("point_count", sa.Integer(), nullable=False),
        sa.Column("min_step", sa.Double(), nullable=False),
        sa.Column("max_step", sa.Double(), nullable=False),
        sa.Column("min_time", sa.Double(), nullable=False),
        sa.Column("max_time", sa.Double(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("level_1", sa.LargeBinary(), nullable=False),
        sa.Column("level_2", sa.LargeBinary(), nullable=False),
        sa.Column("level_3", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_chunks")),
    )
    op.create_index(
        "ix_metric_chunks_series",
        "metric_chunks",
        ["run_id", "key", "max_step"],
        postgresql_include=["id", "epoch", "min_step", "point_count"],
    )
    # Packed columns do not compress further here: keep short ones in the row and long ones aside as they are.
    for table, column in (
        ("metric_batches", "points"),
        *(("metric_chunks", column) for column in ("points", "level_1", "level_2", "level_3")),
    ):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
    # A chart of a very long series reads the last level of a thousand rows: nothing else lies between these.
    op.execute("ALTER TABLE metric_chunks SET (toast_tuple_target = 512)")
    # Batches come and go all the time: what is dead is used again early.
    op.execute(
        "ALTER TABLE metric_batches SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, "
        "toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000)"
    )
    # Room for the newest version of a row beside the old one: no index entry is written then.
    op.execute("ALTER TABLE metric_summaries SET (fillfactor = 70)")
    op.alter_column("metric_summaries", "point_count", type_=sa.BigInteger())
    _move_points(op.get_bind())
    op.drop_table("metric_segments")
    # the compactor looks at every run once more
    op.execute("UPDATE runs SET compacted = false")


def _move_points(bind: sa.Connection) -> None:
    """Every segment becomes a batch; the compactor makes chunks of them."""
    query = "SELECT id, run_id, key, epoch, point_count, max_step, compacted, points FROM metric_segments"
    insert = sa.text(
        "INSERT INTO metric_batches (run_id, epoch, keys, counts, point_count, max_step, points) "
        "VALUES (:run_id, :epoch, ARRAY[:key], ARRAY[CAST(:point_count AS integer)], :point_count, :max_step, :points)"
    )
    last = 0
    while rows := bind.execute(
        sa.text(f"{query} WHERE id > :last ORDER BY id LIMIT {_ROWS_AT_ONCE}"), {"last": last}
    ).all():
        for row in rows:
            points = _expanded(row.points) if row.compacted else np.frombuffer(row.points, "<f8").reshape(3, -1)
            values = {name: getattr(row, name) for name in ("run_id", "epoch", "key", "point_count", "max_step")}
            bind.execute(insert, {**values, "points": np.ascontiguousarray(points.T).tobytes()})
        last = rows[-1].id


def _expanded(packed: bytes) -> np.ndarray:
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(3, 8, -1)
    bits = np.array(planes.transpose(0, 2, 1), order="C").view("<i8").reshape(3, -1)
    for row in (0, 2):
        np.cumsum(bits[row], out=bits[row])
    return bits.view(np.float64)
