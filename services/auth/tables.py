"""Owns the tables of identity. A column has the name of the proto field it fills; secrets are kept as digests only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import new_base

Table = new_base()


def _time(**options: object) -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True), **options)  # type: ignore[arg-type]


class Workspace(Table):  # type: ignore[misc, valid-type]
    """A tenant."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = _time()


class Member(Table):  # type: ignore[misc, valid-type]
    """A person's or a machine's place in one workspace.

    The password belongs to the place, not to the address: who invites an address into another workspace can neither
    read nor set the password it has here.
    """

    __tablename__ = "members"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    create_time: Mapped[datetime] = _time()
    join_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index(
            "uq_members_workspace_id_email",
            "workspace_id",
            "email",
            unique=True,
            postgresql_where=text("state <> 'REMOVED' AND email <> ''"),
        ),
        Index("ix_members_workspace_id_id", "workspace_id", "id"),
        Index("ix_members_email", "email", postgresql_where=text("state = 'ACTIVE'")),
    )


class Invitation(Table):  # type: ignore[misc, valid-type]
    """A one-time secret that lets a person set name and password of an invited member; deleted when used."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    create_time: Mapped[datetime] = _time()
    expire_time: Mapped[datetime] = _time()


class Session(Table):  # type: ignore[misc, valid-type]
    """A signed-in browser: the family of all refresh secrets that followed one sign-in."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    create_time: Mapped[datetime] = _time()
    refresh_expire_time: Mapped[datetime] = _time()
    end_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Refresh(Table):  # type: ignore[misc, valid-type]
    """One refresh secret of a session. Replaced ones are kept for as long as the session: their use is a theft."""

    __tablename__ = "refreshes"

    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    create_time: Mapped[datetime] = _time()
    replace_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Token(Table):  # type: ignore[misc, valid-type]
    """A secret for programs, known by its digest.

    `member_id` is the member it acts as; a job acts as itself, so it is no foreign key. The workspace
    is the one that the maker's signed identity names.
    """

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    member_id: Mapped[str] = mapped_column(Text, index=True)
    creator_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    create_time: Mapped[datetime] = _time()
    expire_time: Mapped[datetime] = _time()
    last_used_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoke_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_tokens_workspace_id_id", "workspace_id", "id"),)


class Attempt(Table):  # type: ignore[misc, valid-type]
    """A sign-in that has not succeeded. The address is kept as a digest: most of these are no members at all."""

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    email_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    create_time: Mapped[datetime] = _time()

    __table_args__ = (Index("ix_attempts_email_sha256_create_time", "email_sha256", "create_time"),)
