"""Owns the end of a job: with its run, and with the token of its worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.errors import NotFound
from kit.identity import Principal
from kit.peers import Peers
from plumbapi.auth import v1 as auth
from plumbapi.experiments import v1 as experiments
from services.trainer import events, jobs, rules
from services.trainer.errors import JobEnded
from services.trainer.tables import Job

_RUN_STATUS = {
    rules.FINISHED: experiments.Run.Status.FINISHED,
    rules.FAILED: experiments.Run.Status.FAILED,
    rules.CANCELLED: experiments.Run.Status.CANCELLED,
}


async def cancel(tx: AsyncSession, who: Principal, peers: Peers, job_id: str) -> Job:
    """Ask a job to stop: at once when it waits, at its next step when it runs.

    Raises:
        JobEnded: it has ended already.
    """
    row = await jobs.locked(tx, who.workspace_id, job_id)
    if row.state in rules.ENDED:
        raise JobEnded(f"The job is {row.state.lower()} already.")
    row.cancel_requested = True
    await journal.change(tx, who, events.CANCEL_REQUESTED, row.id)
    if row.state == rules.QUEUED:
        await end(tx, who, peers, row, rules.CANCELLED, "")
    return row


async def end(tx: AsyncSession, who: Principal, peers: Peers, row: Job, state: str, error: str) -> None:
    """Bring a job and its run to their end."""
    now = await database_time(tx)
    row.state, row.error, row.end_time, row.lease_expire_time = state, error, now, None
    await peers.experiments.FinishRun(
        experiments.FinishRunRequest(run_id=row.run_id, status=_RUN_STATUS[state], error=error, epoch=row.epoch)
    )
    if row.token_id:
        try:
            await peers.auth.RevokeToken(auth.RevokeTokenRequest(token_id=row.token_id))
        except NotFound:
            row.token_id = ""  # expired and swept already
    await journal.change(tx, who, events.ENDED, row.id, state=state, model_version=row.model_version)


async def database_time(tx: AsyncSession) -> datetime:
    """Leases compare times of one clock only: the database's."""
    return (await tx.execute(select(func.clock_timestamp()))).scalar_one()
