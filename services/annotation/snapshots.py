"""Owns snapshots: numbered, immutable sets of revisions, their entries and what the customer says about them now.

Does not compute digests (see `ranges`) or write files (see `exports`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.blobs import ObjectStore
from kit.identity import Principal
from services.annotation import ranges
from services.annotation.errors import SnapshotEmpty, SnapshotNotFound
from services.annotation.tables import Project, Review, Revision, Snapshot, SnapshotEntry, Task

# Equal in a task and in its entry as long as nothing about the image changed for a snapshot.
_FROZEN = ("revision", "revision_digest", "annotation_count", "path", "source", "tags", "image_set", "width", "height")

_TOLD = ("project_name", "number", "digest", "image_count", "annotation_count")


@dataclass(frozen=True, slots=True)
class EntryContent:
    """An entry with the content of its revision (canonical JSON) and the customer's verdict as of now."""

    entry: SnapshotEntry
    annotations: str
    answers: str
    verification: str


async def create(
    tx: AsyncSession, who: Principal, blobs: ObjectStore, project: Project, *, note: str, include_unreviewed: bool
) -> Snapshot:
    """Freeze the newest revision of every accepted image, or of every annotated one.

    Raises:
        SnapshotEmpty: no image qualifies.
    """
    await tx.refresh(project, with_for_update={"key_share": True})
    number = project.latest_snapshot + 1
    changed = await _move_entries(tx, project, number, include_unreviewed)
    sets = await _count_sets(tx, project)
    if not sets:
        what = "annotated" if include_unreviewed else "accepted by a reviewer"
        raise SnapshotEmpty(f"No image of project {project.name!r} is {what} yet: there is nothing to freeze.")
    previous = await tx.get(Snapshot, (project.id, number - 1))
    digest = await ranges.store(tx, blobs, project, previous.digest if previous else "", changed)
    snapshot = Snapshot(
        project_id=project.id,
        number=number,
        workspace_id=who.workspace_id,
        project_name=project.name,
        digest=digest,
        image_count=sum(row["task_count"] for row in sets),
        annotation_count=sum(row.pop("annotation_count") for row in sets),
        configuration_version=project.configuration_version,
        labels=project.labels,
        questions=project.questions,
        sets=sets,
        shares=await _count_shares(tx, project),
        assigned_versions=project.assigned_versions,
        note=note,
        include_unreviewed=include_unreviewed,
        creator=who.actor(),
    )
    tx.add(snapshot)
    project.latest_snapshot = number
    await tx.flush()
    await tx.refresh(snapshot)
    told = {name: getattr(snapshot, name) for name in _TOLD}
    await journal.change(tx, who, "annotation.snapshot.created", project.id, **told, changed_count=len(changed))
    return snapshot


async def _move_entries(tx: AsyncSession, project: Project, number: int, include_unreviewed: bool) -> list[str]:
    """End entries that are no longer so and begin new ones; returns the sha256 of every image that changed."""
    chosen = and_(Task.project_id == project.id, Task.revision > 0)
    if not include_unreviewed:
        chosen = and_(chosen, Task.state == "ACCEPTED")
    current = and_(SnapshotEntry.project_id == project.id, SnapshotEntry.until_snapshot.is_(None))
    same = and_(
        Task.id == SnapshotEntry.task_id,
        *(getattr(Task, name) == getattr(SnapshotEntry, name) for name in _FROZEN),
    )
    ended = await tx.execute(
        update(SnapshotEntry)
        .where(current, ~exists(select(Task.id).where(chosen, same)))
        .values(until_snapshot=number)
        .returning(SnapshotEntry.image_sha256)
        .execution_options(synchronize_session=False)
    )
    columns = ("project_id", "image_sha256", "task_id", *_FROZEN, "since_snapshot")
    known = select(SnapshotEntry.task_id).where(current, SnapshotEntry.task_id == Task.id)
    fresh = select(
        Task.project_id, Task.image_sha256, Task.id, *(getattr(Task, name) for name in _FROZEN), literal(number)
    ).where(chosen, ~exists(known))
    begun = await tx.execute(insert(SnapshotEntry).from_select(columns, fresh).returning(SnapshotEntry.image_sha256))
    return sorted({*ended.scalars(), *begun.scalars()})


async def _count_sets(tx: AsyncSession, project: Project) -> list[dict[str, Any]]:
    exact = Task.revision == SnapshotEntry.revision
    counted = await tx.execute(
        select(
            SnapshotEntry.image_set,
            func.count(),
            func.count().filter(exact, Task.state == "ACCEPTED"),
            func.count().filter(exact, Task.verification == "VERIFIED"),
            func.sum(SnapshotEntry.annotation_count),
        )
        .join(Task, Task.id == SnapshotEntry.task_id)
        .where(SnapshotEntry.project_id == project.id, SnapshotEntry.until_snapshot.is_(None))
        .group_by(SnapshotEntry.image_set)
        .order_by(SnapshotEntry.image_set)
    )
    names = ("image_set", "task_count", "accepted_count", "verified_count", "annotation_count")
    return [dict(zip(names, (row[0], *map(int, row[1:])), strict=True)) for row in counted]


async def _count_shares(tx: AsyncSession, project: Project) -> list[dict[str, Any]]:
    """Images per image set and source, and per image set and tag: what a model trained on these sets has seen."""
    current = and_(SnapshotEntry.project_id == project.id, SnapshotEntry.until_snapshot.is_(None))
    shares = []
    for dimension, value in (("source", SnapshotEntry.source), ("tag", func.unnest(SnapshotEntry.tags))):
        valued = select(SnapshotEntry.image_set, value.label("value")).where(current).subquery()
        counted = await tx.execute(
            select(valued.c.image_set, literal(dimension), valued.c.value, func.count())
            .group_by(valued.c.image_set, valued.c.value)
            .order_by(valued.c.image_set, valued.c.value)
        )
        names = ("image_set", "dimension", "value", "image_count")
        shares += [dict(zip(names, row, strict=True)) for row in counted]
    return shares


async def get(tx: AsyncSession, project: Project, number: int) -> Snapshot:
    """A snapshot by its number, the newest for 0.

    Raises:
        SnapshotNotFound: the project has none with this number.
    """
    snapshot = await tx.get(Snapshot, (project.id, number or project.latest_snapshot))
    if snapshot is None:
        which = f"no snapshot {number}" if number else "no snapshot yet"
        raise SnapshotNotFound(f"Project {project.name!r} has {which}.")
    return snapshot


async def list_page(tx: AsyncSession, project: Project, *, after: list[int] | None, limit: int) -> Sequence[Snapshot]:
    """Snapshots of a project, newest first."""
    query = select(Snapshot).where(Snapshot.project_id == project.id)
    if after:
        query = query.where(Snapshot.number < after[0])
    return (await tx.scalars(query.order_by(Snapshot.number.desc()).limit(limit))).all()


def holds(snapshot_number: int) -> ColumnElement[bool]:
    """The condition that an entry belongs to a snapshot."""
    return and_(
        SnapshotEntry.since_snapshot <= snapshot_number,
        or_(SnapshotEntry.until_snapshot.is_(None), SnapshotEntry.until_snapshot > snapshot_number),
    )


def of_sets(image_sets: Sequence[str]) -> ColumnElement[bool]:
    """The condition that an entry is in one of some image sets; no set means all."""
    return SnapshotEntry.image_set.in_(image_sets) if image_sets else true()


async def entries(tx: AsyncSession, snapshot: Snapshot, *, after: list[str] | None, limit: int) -> list[EntryContent]:
    """Entries of a snapshot with their content, by the sha256 of the image."""
    query = _with_verdict(_contents(snapshot, SnapshotEntry, Revision.annotations, Revision.answers))
    if after:
        query = query.where(SnapshotEntry.image_sha256 > after[0])
    rows = await tx.execute(query.order_by(SnapshotEntry.image_sha256).limit(limit))
    return [EntryContent(*row) for row in rows]


async def contents(
    tx: AsyncSession, snapshot: Snapshot, *, after: str, limit: int
) -> list[tuple[SnapshotEntry, Revision]]:
    """Entries of a snapshot with their revisions, by the sha256 of the image; all of them for an empty `after`."""
    query = _contents(snapshot, SnapshotEntry, Revision).where(SnapshotEntry.image_sha256 > after)
    rows = await tx.execute(query.order_by(SnapshotEntry.image_sha256).limit(limit))
    return [(row[0], row[1]) for row in rows]


def _contents(snapshot: Snapshot, *columns: Any) -> Select[Any]:
    """Of the entries of a snapshot and the revisions that they hold."""
    revision = tuple_(Revision.task_id, Revision.number) == tuple_(SnapshotEntry.task_id, SnapshotEntry.revision)
    query = select(*columns).select_from(SnapshotEntry).join(Revision, revision)
    return query.where(SnapshotEntry.project_id == snapshot.project_id, holds(snapshot.number))


async def verifications(tx: AsyncSession, snapshot: Snapshot, image_sets: Sequence[str] = ()) -> dict[str, int]:
    """How many images of the snapshot, or of some of its image sets, have which verification, as of now."""
    query = select(SnapshotEntry.task_id).where(
        SnapshotEntry.project_id == snapshot.project_id, holds(snapshot.number), of_sets(image_sets)
    )
    judged = _with_verdict(query).subquery()
    counted = await tx.execute(select(judged.c.verification, func.count()).group_by(judged.c.verification))
    return {row[0]: row[1] for row in counted}


async def unverified(
    tx: AsyncSession, snapshot: Snapshot, image_sets: Sequence[str], limit: int
) -> list[tuple[SnapshotEntry, str]]:
    """Entries of image sets that the customer has not accepted as they are, with the verdict, by path."""
    query = _with_verdict(
        select(SnapshotEntry).where(
            SnapshotEntry.project_id == snapshot.project_id, holds(snapshot.number), of_sets(image_sets)
        ),
        missing=True,
    )
    rows = await tx.execute(query.order_by(SnapshotEntry.path, SnapshotEntry.image_sha256).limit(limit))
    return [(row[0], row[1]) for row in rows]


def _with_verdict(query: Any, *, missing: bool = False) -> Any:
    """Add the column `verification`: the customer's newest verdict on the entry's revision, stale from one before.

    With `missing`, only entries whose verification is not VERIFIED.
    """
    verdict = (
        select(Review.verdict, Review.revision)
        .where(
            Review.task_id == SnapshotEntry.task_id,
            Review.stage == "VERIFICATION",
            Review.revision <= SnapshotEntry.revision,
        )
        .order_by(Review.revision.desc(), Review.position.desc())
        .limit(1)
        .lateral("verdict")
    )
    meaning = case(
        (verdict.c.revision.is_(None), "UNVERIFIED"),
        (verdict.c.revision < SnapshotEntry.revision, "STALE"),
        (verdict.c.verdict == "ACCEPT", "VERIFIED"),
        else_="REFUSED",
    )
    told = query.outerjoin(verdict, true()).add_columns(cast(meaning, String).label("verification"))
    return told.where(meaning != "VERIFIED") if missing else told
