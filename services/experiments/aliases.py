"""Owns the moves of aliases and their history. Does not own the versions they point at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.identity import Principal
from services.experiments import models, rules
from services.experiments.errors import ModelVersionNotFound, NameInvalid
from services.experiments.tables import Alias, AliasChange, Model, ModelVersion


async def point(tx: AsyncSession, who: Principal, model: str, *, alias: str, version: int, reason: str) -> Model:
    """Point an alias at a version; the move is kept for ever. Pointing it where it points already is no move.

    Raises:
        NameInvalid, ModelNotFound, ModelVersionNotFound.
    """
    if not rules.is_alias(alias):
        raise NameInvalid("An alias begins with a letter and has lower-case letters, digits, '_' and '-'.")
    models.check_text(reason)
    line = await models.get(tx, who, model, lock=True)
    if await tx.get(ModelVersion, (line.id, version)) is None:
        raise ModelVersionNotFound(
            f"Model {line.name!r} has no version {version}; its newest is {line.latest_version}."
        )
    held = await tx.get(Alias, (line.id, alias), populate_existing=True)
    old = held.version if held else 0
    if old == version:
        return line
    if held:
        held.version = version
    else:
        tx.add(Alias(model_id=line.id, name=alias, version=version))
    await _record(tx, who, line, alias, old, version, reason)
    return line


async def changes(
    tx: AsyncSession, who: Principal, model: str, alias: str, *, after: Sequence[Any] | None, limit: int
) -> Sequence[AliasChange]:
    """Every move of an alias, newest first; of an alias that was never set, none."""
    line = await models.get(tx, who, model)
    query = (
        select(AliasChange)
        .where(AliasChange.model_id == line.id, AliasChange.alias == alias)
        .order_by(AliasChange.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(AliasChange.id < after[0])
    return (await tx.scalars(query)).all()


async def _record(tx: AsyncSession, who: Principal, line: Model, alias: str, old: int, new: int, reason: str) -> None:
    move: dict[str, Any] = {"alias": alias, "old_version": old, "new_version": new, "reason": reason}
    tx.add(AliasChange(model_id=line.id, actor=who.actor(), create_time=clock.now(), **move))
    await tx.flush()
    await journal.change(tx, who, "experiments.alias.set", line.id, name=line.name, **move)
