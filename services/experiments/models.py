"""Owns models and their versions. Does not move aliases, nor own the artifact's bytes or the run that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.experiments import artifacts, rules, runs
from services.experiments.errors import (
    ModelExists,
    ModelNotFound,
    ModelVersionNotFound,
    NameInvalid,
    RunNotUsable,
    TextInvalid,
)
from services.experiments.tables import Alias, Artifact, Model, ModelVersion

_NOTE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class NamedVersion:
    """A model version with its model and the aliases that point at it now."""

    model: Model
    version: ModelVersion
    aliases: Sequence[str]


async def create(tx: AsyncSession, who: Principal, *, name: str, description: str) -> Model:
    """A new model without versions; raises ModelExists when the name is taken."""
    if not rules.is_model_name(name):
        raise NameInvalid(
            "A model's name has up to 200 letters, digits, spaces, '.', '_' or '-', beginning with a letter or digit.",
            name=name[:100],
        )
    check_text(description)
    model = await tx.scalar(
        insert(Model)
        .values(
            id=ids.new("mdl"),
            workspace_id=who.workspace_id,
            name=name,
            description=description,
            latest_version=0,
            creator=who.actor(),
            create_time=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "name"])
        .returning(Model)
    )
    if model is None:
        raise ModelExists(f"There is a model {name!r} already: add a version to it or choose another name.", name=name)
    await journal.change(tx, who, "experiments.model.created", model.id, name=name)
    return model


async def get(tx: AsyncSession, who: Principal, model: str, *, lock: bool = False) -> Model:
    """A model by id or name; raises ModelNotFound."""
    query = select(Model).where(Model.workspace_id == who.workspace_id, or_(Model.id == model, Model.name == model))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = await tx.scalar(query)
    if found is None:
        raise ModelNotFound(f"There is no model {model[:100]!r}; list the models to find its name.")
    return found


async def listing(tx: AsyncSession, who: Principal, *, after: Sequence[Any] | None, limit: int) -> Sequence[Model]:
    """Models in the order of their creation."""
    query = select(Model).where(Model.workspace_id == who.workspace_id).order_by(Model.id).limit(limit)
    if after:
        query = query.where(Model.id > after[0])
    return (await tx.scalars(query)).all()


async def aliases_of(tx: AsyncSession, model_ids: Sequence[str]) -> dict[str, list[Alias]]:
    """The current aliases of several models, by name."""
    rows = await tx.scalars(select(Alias).where(Alias.model_id.in_(model_ids)).order_by(Alias.model_id, Alias.name))
    found: dict[str, list[Alias]] = {}
    for row in rows:
        found.setdefault(row.model_id, []).append(row)
    return found


async def create_version(
    tx: AsyncSession, who: Principal, model: str, *, run_id: str, artifact_path: str, note: str, epoch: int
) -> NamedVersion:
    """Register a run's artifact as the next version of a model.

    Raises:
        ArtifactNotFound: the run has no such file.
        RunNotUsable: the run failed or was cancelled.
        EpochStale: the run is running under a newer epoch of its job.
    """
    check_text(note)
    artifact = await _usable_artifact(tx, who, run_id, artifact_path, epoch)
    line = await get(tx, who, model, lock=True)
    line.latest_version += 1
    version = ModelVersion(
        model_id=line.id,
        number=line.latest_version,
        workspace_id=who.workspace_id,
        run_id=run_id,
        path=artifact.path,
        sha256=artifact.sha256,
        size=artifact.size,
        media_type=artifact.media_type,
        artifact_time=artifact.create_time,
        note=note,
        creator=who.actor(),
        create_time=clock.now(),
    )
    tx.add(version)
    await tx.flush()
    facts: dict[str, Any] = {"name": line.name, "number": version.number, "run_id": run_id, "sha256": version.sha256}
    await journal.change(tx, who, "experiments.model_version.created", line.id, **facts)
    return NamedVersion(line, version, ())


async def get_version(tx: AsyncSession, who: Principal, model: str, version: str) -> NamedVersion:
    """A version by its number or an alias; raises ModelNotFound, ModelVersionNotFound."""
    line = await get(tx, who, model)
    number = rules.version_number(version)
    if number is None:
        number = await tx.scalar(select(Alias.version).where(Alias.model_id == line.id, Alias.name == version))
    found = await tx.get(ModelVersion, (line.id, number)) if number else None
    if found is None:
        raise ModelVersionNotFound(
            f"Model {line.name!r} has no version or alias {version[:80]!r}; its newest is {line.latest_version}."
        )
    return (await named(tx, [found]))[0]


async def list_versions(
    tx: AsyncSession, who: Principal, model: str, *, after: Sequence[Any] | None, limit: int
) -> Sequence[NamedVersion]:
    """Versions of a model, newest first."""
    line = await get(tx, who, model)
    query = (
        select(ModelVersion).where(ModelVersion.model_id == line.id).order_by(ModelVersion.number.desc()).limit(limit)
    )
    if after:
        query = query.where(ModelVersion.number < after[0])
    return await named(tx, (await tx.scalars(query)).all())


async def named(tx: AsyncSession, versions: Sequence[ModelVersion]) -> list[NamedVersion]:
    """Versions with their models and current aliases, in the given order."""
    model_ids = {version.model_id for version in versions}
    lines = {row.id: row for row in await tx.scalars(select(Model).where(Model.id.in_(model_ids)))}
    aliases = await aliases_of(tx, list(model_ids))
    return [
        NamedVersion(
            lines[version.model_id],
            version,
            [alias.name for alias in aliases.get(version.model_id, ()) if alias.version == version.number],
        )
        for version in versions
    ]


def check_text(text: str) -> None:
    """Raise TextInvalid unless a description, note or reason can be kept."""
    if "\x00" in text or len(text) > _NOTE_LIMIT:
        raise TextInvalid(f"A text has a NUL character or more than {_NOTE_LIMIT} characters.")


async def _usable_artifact(tx: AsyncSession, who: Principal, run_id: str, path: str, epoch: int) -> Artifact:
    """A file of a run that may become a model version; the run stays locked."""
    run = await runs.get_locked(tx, who, run_id)
    if not rules.may_be_registered(run.status):
        raise RunNotUsable(
            f"Run {run_id} is {run.status.lower()}; a model version needs one that runs or has finished.",
            status=run.status,
        )
    if run.status == rules.RUNNING:
        runs.check_writable(who, run, epoch)
    return await artifacts.get(tx, who, run_id, path)
