"""Owns transfers as rows: asked for, taken up by one process at a time, ended. Does not do their work.

A process holds a transfer by a lease; the epoch of the lease fences every write, so that one which was given up for
dead cannot write beside its successor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import ids, journal
from kit.identity import Principal
from services.annotation.errors import TransferNotFound
from services.annotation.tables import Project, Transfer

LEASE = timedelta(seconds=30)
# A transfer that ended this many processes ends itself.
ATTEMPTS = 3

_TOLD = ("kind", "state", "format", "file_name", "error")


class LeaseLost(Exception):
    """Another process holds the transfer: whatever this one does, it may not write it."""


async def start(tx: AsyncSession, who: Principal, project: Project, kind: str, **asked: Any) -> Transfer:
    """A transfer that waits for a process; `asked` are its columns."""
    row = Transfer(
        id=ids.new("trf"),
        workspace_id=who.workspace_id,
        project_id=project.id,
        kind=kind,
        principal=asdict(who),
        creator=who.actor(),
        **asked,
    )
    tx.add(row)
    await tx.flush()
    await tx.refresh(row)
    await journal.change(tx, who, "annotation.transfer.started", row.id, kind=kind, project_id=project.id)
    return row


async def get(tx: AsyncSession, who: Principal, transfer_id: str) -> Transfer:
    """Raises TransferNotFound when the caller's workspace has no such transfer."""
    row = await tx.get(Transfer, transfer_id)
    if row is None or row.workspace_id != who.workspace_id:
        raise TransferNotFound(f"There is no transfer {transfer_id}.")
    return row


async def list_page(tx: AsyncSession, project: Project, *, after: list[str] | None, limit: int) -> Sequence[Transfer]:
    """Transfers of a project, newest first."""
    query = select(Transfer).where(Transfer.project_id == project.id)
    if after:
        query = query.where(Transfer.id < after[0])
    return (await tx.scalars(query.order_by(Transfer.id.desc()).limit(limit))).all()


def principal(row: Transfer) -> Principal:
    """Who asked for the transfer."""
    return Principal(**row.principal)


async def take_up(tx: AsyncSession) -> Transfer | None:
    """The oldest transfer that nobody holds, held by the caller from now on; None when there is none."""
    now = await tx.scalar(select(func.clock_timestamp()))
    assert now is not None
    free = or_(Transfer.state == "QUEUED", Transfer.lease_expire_time < now)
    query = select(Transfer).where(Transfer.state.in_(("QUEUED", "RUNNING")), free).order_by(Transfer.id).limit(1)
    row = await tx.scalar(query.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.state, row.epoch = "RUNNING", row.epoch + 1
    row.lease_expire_time = now + LEASE
    return row


async def renew(tx: AsyncSession, row: Transfer) -> None:
    """Keep the lease, and tell how far the transfer is. Raises LeaseLost."""
    told = {name: getattr(row, name) for name in ("stage", "done", "total", "format")}
    await _write(tx, row, lease_expire_time=func.clock_timestamp() + LEASE, **told)


async def note_written(tx: AsyncSession, row: Transfer, *, written: int, changed: int) -> None:
    """Note in the transaction that wrote images of an import how many are written by now. Raises LeaseLost."""
    await _write(tx, row, done=written, written=written, changed=changed)


async def end(tx: AsyncSession, row: Transfer, state: str, **outcome: Any) -> None:
    """End a transfer that the caller holds. Raises LeaseLost."""
    values = {"state": state, "stage": row.stage, "done": row.done, "total": row.total, "format": row.format} | outcome
    await _write(tx, row, end_time=func.clock_timestamp(), lease_expire_time=None, **values)
    for name, value in values.items():
        setattr(row, name, value)
    told = {name: getattr(row, name) for name in _TOLD}
    await journal.change(tx, principal(row), "annotation.transfer.ended", row.id, project_id=row.project_id, **told)


async def _write(tx: AsyncSession, row: Transfer, **values: Any) -> None:
    held = update(Transfer).where(Transfer.id == row.id, Transfer.epoch == row.epoch, Transfer.state == "RUNNING")
    done = await tx.execute(held.values(**values).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    if done.rowcount != 1:
        raise LeaseLost(f"transfer {row.id} is held by another process")
