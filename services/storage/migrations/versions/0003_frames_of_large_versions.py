"""A large version gets its frames after it is published: the one thing that may still be filled in, once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_VERSIONS = """
CREATE OR REPLACE FUNCTION refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    framed versions%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.frame_md5 = '' THEN
        framed := OLD;
        framed.frame_md5 := NEW.frame_md5;
        framed.frames := NEW.frames;
        IF framed IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'version % of dataset % never changes', OLD.number, OLD.dataset_id;
END $$
"""


def upgrade() -> None:
    op.execute(_VERSIONS)
    op.create_index(
        "ix_versions_unframed", "versions", ["create_time"], unique=False, postgresql_where=sa.text("frame_md5 = ''")
    )
