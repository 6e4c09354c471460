"""Exports and imports that go on by themselves; the files of exports so far were a cache, and are made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('export_files',
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_export_files'))
    )
    op.create_table('loss_reports',
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('losses', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_loss_reports'))
    )
    op.create_table('import_uploads',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expire_time', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_import_uploads_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_uploads'))
    )
    op.create_index('ix_import_uploads_expire_time', 'import_uploads', ['expire_time'], unique=False)
    op.create_table('transfers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='QUEUED', nullable=False),
    sa.Column('format', sa.Text(), server_default='', nullable=False),
    sa.Column('options', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('snapshot_number', sa.Integer(), server_default='0', nullable=False),
    sa.Column('include_images', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('allow_loss', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('upload_id', sa.Text(), server_default='', nullable=False),
    sa.Column('skip_invalid', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('dry_run', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('file_name', sa.Text(), server_default='', nullable=False),
    sa.Column('stage', sa.Text(), server_default='', nullable=False),
    sa.Column('done', sa.Integer(), server_default='0', nullable=False),
    sa.Column('total', sa.Integer(), server_default='0', nullable=False),
    sa.Column('losses', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('key', sa.Text(), server_default='', nullable=False),
    sa.Column('size', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('sha256', sa.Text(), server_default='', nullable=False),
    sa.Column('report', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('written', sa.Integer(), server_default='0', nullable=False),
    sa.Column('changed', sa.Integer(), server_default='0', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.Column('principal', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('creator', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('epoch', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_expire_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('end_time', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('EXPORT','PREVIEW','IMPORT')", name=op.f('ck_transfers_kind')),
    sa.CheckConstraint("state IN ('QUEUED','RUNNING','SUCCEEDED','REFUSED','FAILED')", name=op.f('ck_transfers_state')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_transfers_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers'))
    )
    op.create_index('ix_transfers_open', 'transfers', ['id'], unique=False, postgresql_where=sa.text("state IN ('QUEUED','RUNNING')"))
    op.create_index('ix_transfers_project', 'transfers', ['project_id', 'id'], unique=False)
    op.drop_table('exports')
    op.create_index('ix_tasks_project_name', 'tasks', ['project_id', sa.literal_column("substring(path_stem, '[^/]*$'::text)")], unique=False)
