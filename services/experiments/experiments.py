"""Owns experiments: create, find, change, delete and restore. Does not own their runs, nor the search for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.experiments import rules
from services.experiments.errors import (
    ExperimentDeleted,
    ExperimentExists,
    ExperimentNotFound,
    NameInvalid,
    TextInvalid,
)
from services.experiments.tables import Experiment, Run

# How clients of other platforms address the experiment that nobody had to create.
DEFAULT_ID = "0"
_DEFAULT_NAME = "Default"
_TAG_LIMIT = 20_000


async def create(
    tx: AsyncSession, who: Principal, *, name: str, description: str, tags: Mapping[str, str] | None = None
) -> Experiment:
    """A new experiment; raises ExperimentExists when the name is taken, also by a deleted one."""
    _check_tags(tags or {})
    made = await _insert(tx, who, name=name, description=description, tags=tags)
    if made is None:
        raise ExperimentExists(f"There is an experiment {name!r} already: choose another name.", name=name)
    return made


async def ensure(tx: AsyncSession, who: Principal, *, name: str) -> Experiment:
    """The experiment of this name, created when unknown; of two racing callers both get the same one."""
    found = await _find(tx, who, name)
    if found is None:
        found = await _insert(tx, who, name=name, description="") or await _find(tx, who, name)
    if found is None:
        raise ExperimentExists(f"Experiment {name!r} is just being created: try again.", name=name)
    return found


async def ensure_default(tx: AsyncSession, who: Principal) -> Experiment:
    """The default experiment of the workspace, made when first asked for."""
    found = await _default(tx, who)
    if found is None:
        found = await ensure(tx, who, name=_DEFAULT_NAME)
        await tx.execute(update(Experiment).where(Experiment.id == found.id).values(is_default=True))
        await tx.refresh(found)
    return found


async def get(tx: AsyncSession, who: Principal, id_or_name: str) -> Experiment:
    """One experiment by id, by name, or the default one by `0`; deleted ones too.

    Raises:
        ExperimentNotFound.
    """
    if id_or_name == DEFAULT_ID:
        return await ensure_default(tx, who)
    found = await tx.scalar(
        select(Experiment).where(Experiment.id == id_or_name, Experiment.workspace_id == who.workspace_id)
    )
    found = found or await _find(tx, who, id_or_name)
    if found is None:
        raise ExperimentNotFound(f"There is no experiment {id_or_name[:80]!r}; list the experiments to find its id.")
    return found


async def ids_of(tx: AsyncSession, who: Principal, given: Sequence[str]) -> list[str]:
    """Experiment ids with `0` replaced; a list of runs takes unknown ones as empty experiments."""
    if DEFAULT_ID not in given:
        return list(given)
    default = await _default(tx, who)
    return [one for one in given if one != DEFAULT_ID] + ([default.id] if default else [])


def check_active(experiment: Experiment) -> None:
    """Raise ExperimentDeleted for a deleted experiment."""
    if experiment.delete_time is not None:
        raise ExperimentDeleted(
            f"The experiment {experiment.id} must be in the 'active' state. "
            "Current state is deleted: restore it first, or use another one."
        )


async def change(
    tx: AsyncSession,
    who: Principal,
    id_or_name: str,
    *,
    name: str | None,
    description: str | None,
    set_tags: Mapping[str, str],
    remove_tags: Sequence[str],
) -> Experiment:
    """Rename, describe or tag an experiment; None stays as it is.

    Raises:
        ExperimentNotFound, ExperimentDeleted, ExperimentExists, NameInvalid, TextInvalid.
    """
    row = await _locked(tx, who, id_or_name)
    check_active(row)
    _check_tags(set_tags)
    tags = {key: value for key, value in row.tags.items() if key not in remove_tags} | dict(set_tags)
    wanted = (row.name if name is None else name, row.description if description is None else description, tags)
    if wanted == (row.name, row.description, row.tags):
        return row
    if wanted[0] != row.name:
        _check_name(wanted[0])
        if await _find(tx, who, wanted[0]) is not None:
            raise ExperimentExists(f"There is an experiment {name!r} already: choose another name.", name=wanted[0])
    row.name, row.description, row.tags = wanted
    row.update_time = clock.now()
    await journal.change(tx, who, "experiments.experiment.updated", row.id, name=row.name, tags=sorted(set_tags))
    return row


async def delete(tx: AsyncSession, who: Principal, id_or_name: str) -> Experiment:
    """Delete an experiment and its runs, softly; deleting it again has no effect."""
    row = await _locked(tx, who, id_or_name)
    if row.delete_time is not None:
        return row
    row.update_time = row.delete_time = clock.now()
    await tx.execute(
        update(Run).where(Run.experiment_id == row.id, Run.delete_time.is_(None)).values(delete_time=row.delete_time)
    )
    await journal.change(tx, who, "experiments.experiment.deleted", row.id, name=row.name)
    return row


async def restore(tx: AsyncSession, who: Principal, id_or_name: str) -> Experiment:
    """Restore an experiment and the runs that were deleted with it; an active one stays as it is."""
    row = await _locked(tx, who, id_or_name)
    if row.delete_time is None:
        return row
    await tx.execute(
        update(Run).where(Run.experiment_id == row.id, Run.delete_time == row.delete_time).values(delete_time=None)
    )
    row.update_time, row.delete_time = clock.now(), None
    await journal.change(tx, who, "experiments.experiment.restored", row.id, name=row.name)
    return row


async def _locked(tx: AsyncSession, who: Principal, id_or_name: str) -> Experiment:
    row = await get(tx, who, id_or_name)
    await tx.refresh(row, with_for_update=True)
    return row


async def _default(tx: AsyncSession, who: Principal) -> Experiment | None:
    return await tx.scalar(select(Experiment).where(Experiment.workspace_id == who.workspace_id, Experiment.is_default))


async def _find(tx: AsyncSession, who: Principal, name: str) -> Experiment | None:
    return await tx.scalar(
        select(Experiment).where(Experiment.workspace_id == who.workspace_id, Experiment.name == name)
    )


async def _insert(
    tx: AsyncSession, who: Principal, *, name: str, description: str, tags: Mapping[str, str] | None = None
) -> Experiment | None:
    """The new row, None when another has the name: one statement, so a race has one winner."""
    _check_name(name)
    now = clock.now()
    made = await tx.scalar(
        insert(Experiment)
        .values(
            id=ids.new("exp"),
            workspace_id=who.workspace_id,
            name=name,
            description=description,
            creator=who.actor(),
            create_time=now,
            update_time=now,
            tags=dict(tags or {}),
            is_default=False,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "name"])
        .returning(Experiment)
    )
    if made is not None:
        await journal.change(tx, who, "experiments.experiment.created", made.id, name=name)
    return made


def _check_name(name: str) -> None:
    if not rules.is_experiment_name(name):
        raise NameInvalid("An experiment's name has 1 to 500 printable characters.", name=name[:100])


def _check_tags(tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        if not rules.is_key(key) or len(value) > _TAG_LIMIT or "\x00" in value:
            raise TextInvalid(f"Tag {key[:100]!r}: names have 1 to 250, values at most {_TAG_LIMIT} characters.")
