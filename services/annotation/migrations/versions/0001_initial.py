"""The tables of the annotation service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('resource', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index('ix_audit_resource', 'audit', ['workspace_id', 'resource', 'id'], unique=False)
    op.create_index('ix_audit_workspace', 'audit', ['workspace_id', 'id'], unique=False)
    op.create_table('dead_letter',
    sa.Column('consumer', sa.Text(), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('event', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('consumer', 'event_id', name=op.f('pk_dead_letter'))
    )
    op.create_table('exports',
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('format', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('losses', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('project_id', 'number', 'format', name=op.f('pk_exports'))
    )
    op.create_table('idempotency',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('request_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('response', sa.LargeBinary(), nullable=True),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('workspace_id', 'member_id', 'method', 'request_id', name=op.f('pk_idempotency'))
    )
    op.create_index('ix_idempotency_create_time', 'idempotency', ['create_time'], unique=False)
    op.create_table('inbox',
    sa.Column('consumer', sa.Text(), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('consumer', 'event_id', name=op.f('pk_inbox'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('actor', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('traceparent', sa.Text(), server_default='', nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('txid', sa.BigInteger(), server_default=sa.text('(pg_current_xact_id()::text::bigint)'), nullable=False),
    sa.Column('publish_time', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('event_id', name=op.f('uq_outbox_event_id'))
    )
    op.create_index('ix_outbox_unpublished', 'outbox', ['txid', 'id'], unique=False, postgresql_where=sa.text('publish_time IS NULL'))
    op.create_table('projects',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(collation='C'), nullable=False),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('labels', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('tools', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('questions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('image_sets', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('configuration_version', sa.Integer(), nullable=False),
    sa.Column('assigned_versions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('task_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('latest_snapshot', sa.Integer(), server_default='0', nullable=False),
    sa.Column('creator', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('update_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_projects')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_projects_workspace_id_name'))
    )
    op.create_table('snapshots',
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('project_name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('image_count', sa.Integer(), nullable=False),
    sa.Column('annotation_count', sa.Integer(), nullable=False),
    sa.Column('configuration_version', sa.Integer(), nullable=False),
    sa.Column('labels', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('questions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('sets', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('shares', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('assigned_versions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('include_unreviewed', sa.Boolean(), nullable=False),
    sa.Column('creator', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_snapshots_project_id')),
    sa.PrimaryKeyConstraint('project_id', 'number', name=op.f('pk_snapshots'))
    )
    op.create_table('tasks',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('image_sha256', sa.Text(collation='C'), nullable=False),
    sa.Column('path', sa.Text(collation='C'), nullable=False),
    sa.Column('path_stem', sa.Text(collation='C'), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.Column('tags', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('image_set', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='OPEN', nullable=False),
    sa.Column('verification', sa.Text(), server_default='UNVERIFIED', nullable=False),
    sa.Column('assignee_id', sa.Text(), server_default='', nullable=False),
    sa.Column('revision', sa.Integer(), server_default='0', nullable=False),
    sa.Column('revision_digest', sa.Text(), server_default='', nullable=False),
    sa.Column('annotation_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('label_counts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('open_remark_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('update_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('OPEN','ANNOTATING','IN_REVIEW','REJECTED','ACCEPTED')", name=op.f('ck_tasks_state')),
    sa.CheckConstraint("verification IN ('UNVERIFIED','VERIFIED','REFUSED','STALE')", name=op.f('ck_tasks_verification')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_tasks_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tasks')),
    sa.UniqueConstraint('project_id', 'image_sha256', name=op.f('uq_tasks_project_id_image_sha256')),
    postgresql_with={'fillfactor': 80}
    )
    op.create_index('ix_tasks_free', 'tasks', ['project_id', 'path', 'id'], unique=False, postgresql_where=sa.text("state = 'OPEN' AND assignee_id = ''"))
    op.create_index('ix_tasks_project_order', 'tasks', ['project_id', 'path', 'id'], unique=False)
    op.create_index('ix_tasks_project_stem', 'tasks', ['project_id', 'path_stem'], unique=False)
    op.create_table('predictions',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('task_id', sa.Text(), nullable=False),
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('model_version', sa.Text(), server_default='', nullable=False),
    sa.Column('annotations', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_predictions_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_predictions')),
    sa.UniqueConstraint('task_id', 'run_id', name=op.f('uq_predictions_task_id_run_id'))
    )
    op.create_table('remarks',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('task_id', sa.Text(), nullable=False),
    sa.Column('image_sha256', sa.Text(), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('region', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('state', sa.Text(), server_default='UNRESOLVED', nullable=False),
    sa.Column('author', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('resolver', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('resolve_time', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('UNRESOLVED','RESOLVED')", name=op.f('ck_remarks_state')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_remarks_project_id')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_remarks_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remarks'))
    )
    op.create_index('ix_remarks_project', 'remarks', ['project_id', 'id'], unique=False)
    op.create_index('ix_remarks_task', 'remarks', ['task_id', 'id'], unique=False)
    op.create_table('reviews',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('task_id', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('revision_digest', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), server_default='', nullable=False),
    sa.Column('reviewer', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('organisation', sa.Text(), server_default='', nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("stage IN ('REVIEW','VERIFICATION')", name=op.f('ck_reviews_stage')),
    sa.CheckConstraint("verdict IN ('ACCEPT','REJECT')", name=op.f('ck_reviews_verdict')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_reviews_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews'))
    )
    op.create_index('ix_reviews_task_stage', 'reviews', ['task_id', 'stage', 'revision', 'position'], unique=False)
    op.create_table('revisions',
    sa.Column('task_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('annotations', sa.Text(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('author', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_revisions_task_id')),
    sa.PrimaryKeyConstraint('task_id', 'number', name=op.f('pk_revisions'))
    )
    op.create_table('snapshot_entries',
    sa.Column('project_id', sa.Text(), nullable=False),
    sa.Column('image_sha256', sa.Text(collation='C'), nullable=False),
    sa.Column('since_snapshot', sa.Integer(), nullable=False),
    sa.Column('until_snapshot', sa.Integer(), nullable=True),
    sa.Column('task_id', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('revision_digest', sa.Text(), nullable=False),
    sa.Column('annotation_count', sa.Integer(), nullable=False),
    sa.Column('path', sa.Text(collation='C'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('tags', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('image_set', sa.Text(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_snapshot_entries_project_id')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_snapshot_entries_task_id')),
    sa.PrimaryKeyConstraint('project_id', 'image_sha256', 'since_snapshot', name=op.f('pk_snapshot_entries'))
    )
    op.create_index('ix_snapshot_entries_now', 'snapshot_entries', ['project_id', 'image_sha256'], unique=False, postgresql_where=sa.text('until_snapshot IS NULL'))
