"""Owns model versions: register, find, describe, hide. Does not own aliases (`aliases.py`) or files (`artifacts.py`).

What a version is never changes, and the database sees to it; its note, tags and stage may, and it may be hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.identity import Principal
from services.experiments import artifacts, logged_models, models, registry_rules, rules, runs
from services.experiments.errors import ModelVersionNotFound, RunNotUsable, SourceInvalid, StageInvalid
from services.experiments.tables import Alias, Artifact, Model, ModelVersion

_SOURCE_LIMIT = 2_000
_ACTIVE_STAGES = ("STAGING", "PRODUCTION")


@dataclass(frozen=True, slots=True)
class NamedVersion:
    """A model version with its model and the aliases that point at it now."""

    model: Model
    version: ModelVersion
    aliases: Sequence[str]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a caller says about a version: a file of a run, or a source with what is known about it."""

    run_id: str = ""
    artifact_path: str = ""
    source: str = ""
    logged_model_id: str = ""
    foreign_run_id: str = ""
    run_link: str = ""
    note: str = ""
    tags: Sequence[tuple[str, str]] = field(default=())
    epoch: int = 0


async def create(tx: AsyncSession, who: Principal, model: str, new: NewVersion) -> NamedVersion:
    """Register the next version of a model.

    Raises:
        ModelNotFound, ArtifactNotFound, RunNotFound, LoggedModelNotFound.
        SourceInvalid: neither a file nor a source is given, or the source is too long.
        RunNotUsable: the run failed or was cancelled.
        EpochStale: the run is running under a newer epoch of its job.
    """
    models.check_text(new.note)
    for text in (new.run_link, new.foreign_run_id):
        models.check_text(text, _SOURCE_LIMIT)
    tags = models.changed_tags({}, new.tags, ())
    facts = await _of_file(tx, who, new) if new.artifact_path else await _of_source(tx, who, new)
    line = await models.get(tx, who, model, lock=True)
    line.latest_version += 1
    line.update_time = now = clock.now()
    version = ModelVersion(
        model_id=line.id,
        number=line.latest_version,
        workspace_id=who.workspace_id,
        run_link=new.run_link,
        note=new.note,
        tags=tags,
        stage=registry_rules.NO_STAGE,
        status="READY",
        status_message="",
        creator=who.actor(),
        create_time=now,
        update_time=now,
        **facts,
    )
    tx.add(version)
    await tx.flush()
    told: dict[str, Any] = {
        "name": line.name,
        "number": version.number,
        "run_id": version.run_id or "",
        "digest": version.digest,
        "source": version.source,
        "note": version.note,
        "tags": models.told_tags(tags),
    }
    await journal.change(tx, who, "experiments.model_version.created", line.id, **told)
    return NamedVersion(line, version, ())


async def get(
    tx: AsyncSession, who: Principal, model: str, version: str, *, deleted: bool = False, lock: bool = False
) -> NamedVersion:
    """A version by its number or an alias; with `deleted` a hidden one too.

    Raises:
        ModelNotFound, ModelVersionNotFound.
    """
    line = await models.get(tx, who, model, deleted=deleted, lock=lock)
    number = registry_rules.version_number(version)
    if number is None:
        number = await tx.scalar(select(Alias.version).where(Alias.model_id == line.id, Alias.name == version))
    found = await tx.get(ModelVersion, (line.id, number), populate_existing=lock) if number else None
    if found is None or (found.delete_time is not None and not deleted):
        raise ModelVersionNotFound(
            f"Model {line.name!r} has no version or alias {version[:80]!r}; its newest is {line.latest_version}.",
            model=line.name,
            version=version[:80],
        )
    return (await named(tx, [found]))[0]


async def listing(
    tx: AsyncSession, who: Principal, model: str, *, after: Sequence[Any] | None, limit: int
) -> Sequence[NamedVersion]:
    """Versions of a model, newest first."""
    line = await models.get(tx, who, model)
    query = (
        select(ModelVersion)
        .where(ModelVersion.model_id == line.id, ModelVersion.delete_time.is_(None))
        .order_by(ModelVersion.number.desc())
        .limit(limit)
    )
    if after:
        query = query.where(ModelVersion.number < after[0])
    return await named(tx, (await tx.scalars(query)).all())


async def change(
    tx: AsyncSession,
    who: Principal,
    found: NamedVersion,
    *,
    note: str | None,
    set_tags: Sequence[tuple[str, str]],
    remove_tags: Sequence[str],
    stage: str | None = None,
    archive_others: bool = False,
) -> NamedVersion:
    """Describe, tag or stage a version whose model is locked; what is None stays.

    Raises:
        StageInvalid: others are to be archived from a stage in which many may be.
    """
    version, former = found.version, found.version.tags
    if note is not None:
        models.check_text(note)
    wanted = {"note": note, "tags": models.changed_tags(version.tags, set_tags, remove_tags), "stage": stage}
    changes = {key: value for key, value in wanted.items() if value is not None and value != getattr(version, key)}
    now = clock.now()
    if archive_others:
        await _archive_others(tx, version, stage or registry_rules.NO_STAGE, now)
    if not changes and stage is None:
        return found
    for key, value in changes.items():
        setattr(version, key, value)
    version.update_time = now
    if stage is not None:
        found.model.update_time = now
    await tx.flush()
    told: dict[str, Any] = {
        "name": found.model.name,
        "number": version.number,
        "changed": sorted(changes),
        "stage": version.stage,
        "set_tags": models.told_tags({key: value for key, value in set_tags if former.get(key) != value}),
        "remove_tags": [key for key in remove_tags if key in former],
    }
    await journal.change(tx, who, "experiments.model_version.updated", version.model_id, **told)
    return found


async def remove(tx: AsyncSession, who: Principal, model: str, version: str) -> None:
    """Hide a version and take off its aliases. Lineage still finds it by its number."""
    found = await get(tx, who, model, version, lock=True)
    now = clock.now()
    found.version.delete_time = found.version.update_time = found.model.update_time = now
    pointing = (Alias.model_id == found.model.id, Alias.version == found.version.number)
    await tx.execute(delete(Alias).where(*pointing))
    told: dict[str, Any] = {"name": found.model.name, "number": found.version.number, "aliases": list(found.aliases)}
    await journal.change(tx, who, "experiments.model_version.deleted", found.model.id, **told)


async def named(tx: AsyncSession, found: Sequence[ModelVersion]) -> list[NamedVersion]:
    """Versions with their models and current aliases, in the given order."""
    model_ids = {version.model_id for version in found}
    lines = {row.id: row for row in await tx.scalars(select(Model).where(Model.id.in_(model_ids)))}
    aliases = await models.aliases_of(tx, list(model_ids))
    return [
        NamedVersion(
            lines[version.model_id],
            version,
            [alias.name for alias in aliases.get(version.model_id, ()) if alias.version == version.number],
        )
        for version in found
    ]


async def latest_of(tx: AsyncSession, model_ids: Sequence[str]) -> dict[str, list[NamedVersion]]:
    """The newest version of each stage of several models, the stage that was used first first."""
    place = [ModelVersion.model_id, ModelVersion.stage]
    newest_first = ModelVersion.number.desc()
    ranked = (
        select(
            ModelVersion.model_id,
            ModelVersion.number,
            func.row_number().over(partition_by=place, order_by=newest_first).label("rank"),
            func.min(ModelVersion.number).over(partition_by=place).label("first"),
        )
        .where(ModelVersion.model_id.in_(model_ids), ModelVersion.delete_time.is_(None))
        .subquery()
    )
    rows = await tx.scalars(
        select(ModelVersion)
        .join(ranked, and_(ranked.c.model_id == ModelVersion.model_id, ranked.c.number == ModelVersion.number))
        .where(ranked.c.rank == 1)
        .order_by(ModelVersion.model_id, ranked.c.first)
    )
    found: dict[str, list[NamedVersion]] = {}
    for one in await named(tx, rows.all()):
        found.setdefault(one.model.id, []).append(one)
    return found


async def registered_from(tx: AsyncSession, logged_model_ids: Sequence[str]) -> dict[str, list[NamedVersion]]:
    """The versions that were registered from some logged models and are not hidden, oldest first."""
    rows = await tx.scalars(
        select(ModelVersion)
        .where(ModelVersion.logged_model_id.in_(logged_model_ids), ModelVersion.delete_time.is_(None))
        .order_by(ModelVersion.create_time, ModelVersion.number)
    )
    found: dict[str, list[NamedVersion]] = {}
    for one in await named(tx, rows.all()):
        if one.model.delete_time is None:
            found.setdefault(one.version.logged_model_id, []).append(one)
    return found


async def _archive_others(tx: AsyncSession, version: ModelVersion, stage: str, now: Any) -> None:
    if stage not in _ACTIVE_STAGES:
        raise StageInvalid("Others can be archived from the stages STAGING and PRODUCTION only.", stage=stage)
    await tx.execute(
        update(ModelVersion)
        .where(
            ModelVersion.model_id == version.model_id,
            ModelVersion.number != version.number,
            ModelVersion.stage == stage,
            ModelVersion.delete_time.is_(None),
        )
        .values(stage="ARCHIVED", update_time=now)
        .execution_options(synchronize_session=False)
    )


async def _of_file(tx: AsyncSession, who: Principal, new: NewVersion) -> dict[str, Any]:
    """What a version is that one file of a run became."""
    artifact = await _usable_artifact(tx, who, new.run_id, new.artifact_path, new.epoch)
    return {
        "run_id": new.run_id,
        "path": artifact.path,
        "sha256": artifact.sha256,
        "size": artifact.size,
        "media_type": artifact.media_type,
        "artifact_time": artifact.create_time,
        "digest": f"sha256:{artifact.sha256}",
        "source": new.source or f"runs:/{new.run_id}/{artifact.path}",
        "logged_model_id": new.logged_model_id,
        "foreign_run_id": new.foreign_run_id,
    }


async def _of_source(tx: AsyncSession, who: Principal, new: NewVersion) -> dict[str, Any]:
    """What a version is that came from a folder of a run or a logged model, or from elsewhere."""
    if not new.source or len(new.source) > _SOURCE_LIMIT or "\x00" in new.source:
        raise SourceInvalid("Name the file of a run (run_id and artifact_path) or a source of up to 2000 characters.")
    place = registry_rules.artifact_place(new.source)
    owner_id, folder = place or ("", "")
    logged_model_id = new.logged_model_id or (owner_id if registry_rules.is_logged_model_id(owner_id) else "")
    run_id = new.run_id
    if logged_model_id:
        logged = await logged_models.get(tx, who, logged_model_id)
        run_id = run_id or logged.source_run_id or ""
    if run_id:
        await runs.get(tx, who, run_id)
    files = await _files(tx, who, owner_id, folder) if owner_id else []
    return {
        "run_id": run_id or None,
        "digest": registry_rules.source_digest(new.source, [(one.path, one.sha256) for one in files]),
        "source": new.source,
        "logged_model_id": logged_model_id,
        "foreign_run_id": "" if run_id else new.foreign_run_id,
    }


async def _files(tx: AsyncSession, who: Principal, owner_id: str, folder: str) -> Sequence[Artifact]:
    """The files at or below a path, by path; none when the owner is not known here."""
    query = select(Artifact).where(Artifact.run_id == owner_id, Artifact.workspace_id == who.workspace_id)
    rows = (await tx.scalars(query.order_by(Artifact.path))).all()
    return [row for row in rows if not folder or row.path == folder or row.path.startswith(f"{folder}/")]


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
