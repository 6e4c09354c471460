"""Owns the moves of aliases and their history. Does not own the versions they point at, nor ask gates (`gates.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.identity import Principal
from services.experiments import models, registry_rules
from services.experiments.errors import AliasNotFound, ModelVersionNotFound, NameInvalid
from services.experiments.tables import Alias, AliasChange, Model, ModelVersion


async def point(tx: AsyncSession, who: Principal, model: str, *, alias: str, version: int, reason: str) -> Model:
    """Point an alias at a version; the move is kept for ever. Pointing it where it points already is no move.

    Raises:
        NameInvalid, ModelNotFound, ModelVersionNotFound.
    """
    check_name(alias)
    models.check_text(reason)
    line = await models.get(tx, who, model, lock=True)
    found = await tx.get(ModelVersion, (line.id, version))
    if found is None or found.delete_time is not None:
        raise ModelVersionNotFound(
            f"Model {line.name!r} has no version {version}; its newest is {line.latest_version}.",
            model=line.name,
            version=str(version),
        )
    held = await tx.get(Alias, (line.id, alias), populate_existing=True)
    old = held.version if held else 0
    if old == version:
        return line
    if held:
        held.version = version
    else:
        tx.add(Alias(model_id=line.id, name=alias, version=version))
    line.update_time = clock.now()
    await _record(tx, who, line, alias, old, version, reason)
    return line


async def take_off(tx: AsyncSession, who: Principal, model: str, *, alias: str, reason: str) -> Model:
    """Remove an alias; its history stays. Raises AliasNotFound."""
    models.check_text(reason)
    line = await models.get(tx, who, model, lock=True)
    held = await tx.get(Alias, (line.id, alias), populate_existing=True)
    if held is None:
        raise AliasNotFound(f"Model {line.name!r} has no alias {alias[:80]!r}.")
    await tx.delete(held)
    line.update_time = clock.now()
    await _record(tx, who, line, alias, held.version, 0, reason)
    return line


async def pointed_at(tx: AsyncSession, model_id: str, alias: str) -> int:
    """The version an alias points at, 0 when there is no such alias."""
    query = select(Alias.version).where(Alias.model_id == model_id, Alias.name == alias)
    return await tx.scalar(query) or 0


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


def check_name(alias: str) -> None:
    """Raise NameInvalid unless a version can carry this alias."""
    if not registry_rules.is_alias(alias):
        raise NameInvalid(
            "An alias has 1 to 255 letters, digits, '_' and '-', and is neither a number, nor `latest`, nor like `v3`.",
            alias=alias[:100],
        )


async def _record(tx: AsyncSession, who: Principal, line: Model, alias: str, old: int, new: int, reason: str) -> None:
    move: dict[str, Any] = {"alias": alias, "old_version": old, "new_version": new, "reason": reason}
    tx.add(AliasChange(model_id=line.id, actor=who.actor(), create_time=clock.now(), **move))
    await tx.flush()
    if new:
        await journal.change(tx, who, "experiments.alias.set", line.id, name=line.name, **move)
    else:
        await journal.change(tx, who, "experiments.alias.deleted", line.id, name=line.name, **move)
