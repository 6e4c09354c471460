"""What a published version holds is guarded by the database itself."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_VERSIONS = """
CREATE FUNCTION refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version % of dataset % never changes', OLD.number, OLD.dataset_id;
END $$
"""

# Of an entry that a version holds, only the end may move, and only among versions that are not published yet.
_ENTRIES = """
CREATE FUNCTION refuse_published_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published integer;
    ended entries%ROWTYPE;
BEGIN
    SELECT latest_version INTO published FROM datasets WHERE id = OLD.dataset_id;
    IF OLD.since_version > published THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        ended := OLD;
        ended.until_version := NEW.until_version;
        IF ended IS NOT DISTINCT FROM NEW
            AND (OLD.until_version IS NULL OR OLD.until_version > published)
            AND (NEW.until_version IS NULL OR NEW.until_version > published)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'entry % of dataset % belongs to a published version', OLD.path, OLD.dataset_id;
END $$
"""


def upgrade() -> None:
    op.execute(_VERSIONS)
    op.execute(
        "CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON versions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_version_change()"
    )
    op.execute(_ENTRIES)
    op.execute(
        "CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON entries "
        "FOR EACH ROW EXECUTE FUNCTION refuse_published_entry_change()"
    )
