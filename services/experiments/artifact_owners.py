"""Owns the question whose files these are: a run's or a logged model's. Does not own the files."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Principal
from services.experiments import logged_models, registry_rules, runs


async def hold(tx: AsyncSession, who: Principal, owner_id: str, *, epoch: int) -> None:
    """Make sure that a run or a logged model takes files now, until the transaction ends.

    Raises:
        RunNotFound, RunEnded, EpochStale, EpochUnknown, LoggedModelNotFound.
    """
    if registry_rules.is_logged_model_id(owner_id):
        await logged_models.get(tx, who, owner_id)
    else:
        await runs.hold(tx, who, owner_id, epoch=epoch)


async def find(tx: AsyncSession, who: Principal, owner_id: str) -> None:
    """Raise RunNotFound or LoggedModelNotFound unless the caller may see the owner's files."""
    if registry_rules.is_logged_model_id(owner_id):
        await logged_models.get(tx, who, owner_id, deleted=True)
    else:
        await runs.get(tx, who, owner_id)
