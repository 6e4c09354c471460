"""Files that arrive in parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # what is on its way while this runs was announced without parts
    op.add_column("artifact_uploads", sa.Column("parts_id", sa.Text(), nullable=False, server_default=""))
    op.alter_column("artifact_uploads", "parts_id", server_default=None)


def downgrade() -> None:
    op.drop_column("artifact_uploads", "parts_id")
