"""Owns the queue's motor: starts a worker for each waiting job and takes jobs back from silent workers.

The rows are the truth; every pass looks at them anew, so a restart or a lost wake-up costs a second, never a job.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit.app import App
from kit.identity import service_principal
from plumbapi.auth import v1 as auth
from services.trainer import endings, leases, rules
from services.trainer.settings import TrainerSettings
from services.trainer.tables import Job

_log = structlog.get_logger(__name__)

_PASS_S = 0.5
_WORK = {"TRAIN": "training", "EVALUATE": "evaluation", "PREDICT": "inference"}
# a worker loads torch before it leases
_LAUNCH_PATIENCE = timedelta(seconds=90)


class Engine(Protocol):
    """Where workers run. Starting one is all that is asked: leases tell what became of it."""

    async def start(self, job_id: str, epoch: int, token: str) -> bool:
        """Start a worker; False when one was started for this epoch before and has not ended."""

    async def close(self) -> None: ...


async def run(app: App, engine: Engine, settings: TrainerSettings) -> None:
    """Keep the queue moving for ever."""
    while True:
        await take_back(app, settings)
        await launch(app, engine, settings.trainer_workers)
        await asyncio.sleep(_PASS_S)


async def launch(app: App, engine: Engine, workers: int) -> None:
    """Start workers for waiting jobs while there is room."""
    async with app.db.transaction() as tx:
        chosen = await _waiting(tx, workers)
        for row in chosen:
            row.launch_time = await tx.scalar(select(func.clock_timestamp()))
    for row in chosen:
        await _start_worker(app, engine, row)


async def _start_worker(app: App, engine: Engine, row: Job) -> None:
    peers = app.peers_as_service(row.workspace_id)
    name = f"{_WORK[row.spec['kind']]} of {row.creator['name']}"
    token = await peers.auth.CreateJobToken(auth.CreateJobTokenRequest(job_id=row.id, name=name))
    if not await engine.start(row.id, row.epoch, token.secret):
        # it still waits for room with the token it was given
        await peers.auth.RevokeToken(auth.RevokeTokenRequest(token_id=token.token_id))
        return
    async with app.db.transaction() as tx:
        await tx.execute(update(Job).where(Job.id == row.id).values(token_id=token.token_id))
    _log.info("worker started", job=row.id, epoch=row.epoch)


async def _waiting(tx: AsyncSession, workers: int) -> Sequence[Job]:
    now = func.clock_timestamp()
    busy = await tx.scalar(
        select(func.count()).where(
            or_(Job.state == rules.RUNNING, (Job.state == rules.QUEUED) & (Job.launch_time > now - _LAUNCH_PATIENCE))
        )
    )
    query = (
        select(Job)
        .where(
            Job.state == rules.QUEUED,
            or_(Job.launch_time.is_(None), Job.launch_time < now - _LAUNCH_PATIENCE),
        )
        .order_by(Job.id)
        .limit(max(0, workers - (busy or 0)))
        .with_for_update(skip_locked=True)
    )
    return (await tx.scalars(query)).all()


async def take_back(app: App, settings: TrainerSettings) -> None:
    """Queue jobs again whose worker fell silent; give up on those that took too many leases."""
    async with app.db.transaction() as tx:
        query = (
            select(Job)
            .where(Job.state == rules.RUNNING, Job.lease_expire_time < func.clock_timestamp())
            .with_for_update(skip_locked=True)
        )
        for row in (await tx.scalars(query)).all():
            state = leases.give_up_or_queue(row, settings.trainer_attempts)
            _log.warning("worker fell silent", job=row.id, epoch=row.epoch, becomes=state)
            if state != rules.QUEUED:
                who = service_principal(app.name, row.workspace_id)
                message = f"The worker fell silent {row.epoch} times." if state == rules.FAILED else ""
                await endings.end(tx, who, app.peers_as_service(row.workspace_id), row, state, message)
