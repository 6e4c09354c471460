"""Tables of identity"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('attempts',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('email_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    op.create_index('ix_attempts_email_sha256_create_time', 'attempts', ['email_sha256', 'create_time'], unique=False)
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
    op.create_table('workspaces',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workspaces'))
    )
    op.create_table('members',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('join_time', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_members_workspace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_members'))
    )
    op.create_index('ix_members_email', 'members', ['email'], unique=False, postgresql_where=sa.text("state = 'ACTIVE'"))
    op.create_index('ix_members_workspace_id_id', 'members', ['workspace_id', 'id'], unique=False)
    op.create_index('uq_members_workspace_id_email', 'members', ['workspace_id', 'email'], unique=True, postgresql_where=sa.text("state <> 'REMOVED' AND email <> ''"))
    op.create_table('tokens',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('creator_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('job_id', sa.Text(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('secret_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expire_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoke_time', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tokens')),
    sa.UniqueConstraint('secret_sha256', name=op.f('uq_tokens_secret_sha256'))
    )
    op.create_index(op.f('ix_tokens_member_id'), 'tokens', ['member_id'], unique=False)
    op.create_index('ix_tokens_workspace_id_id', 'tokens', ['workspace_id', 'id'], unique=False)
    op.create_table('invitations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('secret_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expire_time', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_invitations_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('secret_sha256', name=op.f('uq_invitations_secret_sha256'))
    )
    op.create_index(op.f('ix_invitations_member_id'), 'invitations', ['member_id'], unique=False)
    op.create_table('sessions',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refresh_expire_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_time', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_sessions_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions'))
    )
    op.create_index(op.f('ix_sessions_member_id'), 'sessions', ['member_id'], unique=False)
    op.create_table('refreshes',
    sa.Column('secret_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('session_id', sa.Text(), nullable=False),
    sa.Column('create_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replace_time', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_refreshes_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('secret_sha256', name=op.f('pk_refreshes'))
    )
    op.create_index(op.f('ix_refreshes_session_id'), 'refreshes', ['session_id'], unique=False)



def downgrade() -> None:

    op.drop_index(op.f('ix_refreshes_session_id'), table_name='refreshes')
    op.drop_table('refreshes')
    op.drop_index(op.f('ix_sessions_member_id'), table_name='sessions')
    op.drop_table('sessions')
    op.drop_index(op.f('ix_invitations_member_id'), table_name='invitations')
    op.drop_table('invitations')
    op.drop_index('ix_tokens_workspace_id_id', table_name='tokens')
    op.drop_index(op.f('ix_tokens_member_id'), table_name='tokens')
    op.drop_table('tokens')
    op.drop_index('uq_members_workspace_id_email', table_name='members', postgresql_where=sa.text("state <> 'REMOVED' AND email <> ''"))
    op.drop_index('ix_members_workspace_id_id', table_name='members')
    op.drop_index('ix_members_email', table_name='members', postgresql_where=sa.text("state = 'ACTIVE'"))
    op.drop_table('members')
    op.drop_table('workspaces')
    op.drop_index('ix_outbox_unpublished', table_name='outbox', postgresql_where=sa.text('publish_time IS NULL'))
    op.drop_table('outbox')
    op.drop_table('inbox')
    op.drop_index('ix_idempotency_create_time', table_name='idempotency')
    op.drop_table('idempotency')
    op.drop_table('dead_letter')
    op.drop_index('ix_audit_workspace', table_name='audit')
    op.drop_index('ix_audit_resource', table_name='audit')
    op.drop_table('audit')
    op.drop_index('ix_attempts_email_sha256_create_time', table_name='attempts')
    op.drop_table('attempts')

