"""Owns tasks: one image of a project to work on, who works on it, in which set it is, how far the project is.

Does not change annotations (see `revisions`) or judge them (see `reviews`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Integer, and_, bindparam, cast, func, literal_column, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.annotation import rules
from services.annotation.errors import ImageSetUnknown, NoTaskLeft, SplitInvalid, TaskNotFound, TaskState
from services.annotation.tables import Project, Task

# Built once, since every save runs the second.
_OWNED = select(Task).where(Task.id == bindparam("task"), Task.workspace_id == bindparam("workspace"))
_LOCKED = _OWNED.with_for_update(key_share=True).execution_options(populate_existing=True)


@dataclass(frozen=True, slots=True)
class VersionImage:
    """What a task needs to know of an image of a dataset version; width and height are pixels after orientation."""

    sha256: str
    path: str
    source: str
    tags: list[str]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Split:
    """How images of a version spread over the sets; see `rules.image_set_of`."""

    rules: Sequence[tuple[str, str]]
    shares: Sequence[tuple[str, float]]
    seed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of a project's tasks; `groups` has one (state, verification, image set, tasks) each."""

    groups: Sequence[tuple[str, str, str, int]]
    annotation_count: int = 0
    open_remark_count: int = 0
    # (label, annotations, images)
    labels: Sequence[tuple[str, int, int]] = field(default_factory=list)

    def count(self, **wanted: str) -> int:
        """Tasks whose state, verification or image_set are the wanted ones."""
        places = {"state": 0, "verification": 1, "image_set": 2}
        return sum(row[3] for row in self.groups if all(row[places[name]] == value for name, value in wanted.items()))


def stem(path: str) -> str:
    """A path without the ending of its last part."""
    return str(PurePosixPath(path).with_suffix("")) if PurePosixPath(path).name else path


async def get(tx: AsyncSession, who: Principal, task_id: str) -> Task:
    """Raises TaskNotFound when the caller's workspace has no such task."""
    task = await tx.scalar(_OWNED, {"task": task_id, "workspace": who.workspace_id})
    if task is None:
        raise TaskNotFound(f"There is no task {task_id}.")
    return task


async def lock(tx: AsyncSession, who: Principal, task_id: str) -> Task:
    """The task, locked until the transaction ends: everything that depends on its revision happens one at a time."""
    task = await tx.scalar(_LOCKED, {"task": task_id, "workspace": who.workspace_id})
    if task is None:
        raise TaskNotFound(f"There is no task {task_id}.")
    return task


def move_on(task: Task, action: str) -> str:
    """The state after an action.

    Raises:
        TaskState: the state does not allow it.
    """
    state = rules.next_state(task.state, action)
    if state is None:
        allowed = ", ".join(rules.allowed_actions(task.state))
        raise TaskState(
            f"The task is {task.state}: it cannot be changed by {action!r} now, only by {allowed}.",
            state=task.state,
            allowed=allowed,
        )
    return state


def check_split(project: Project, split: Split) -> Split:
    """The split with everything in the first set when no shares are given.

    Raises:
        SplitInvalid: a set is unknown, or the shares do not add up to 1.
    """
    complaint = rules.split_problem(split.shares, split.rules, project.image_sets)
    if complaint:
        raise SplitInvalid(complaint)
    return Split(split.rules, split.shares or [(project.image_sets[0], 1.0)], split.seed)


async def add_images(
    tx: AsyncSession, who: Principal, project: Project, images: Sequence[VersionImage], split: Split
) -> tuple[int, int]:
    """Create tasks for images that have none; the others keep theirs and learn path, source and tags anew.

    Returns the numbers of created and of kept tasks. Images must differ in sha256.
    """
    if not images:
        return 0, 0
    row = insert(Task).values([_new_task(who, project, image, split) for image in images])
    described = {name: row.excluded[name] for name in ("path", "path_stem", "source", "tags")}
    row = row.on_conflict_do_update(index_elements=["project_id", "image_sha256"], set_=described)
    # xmax tells an inserted row (0) from an updated one.
    fresh: list[bool] = list((await tx.scalars(row.returning(literal_column("xmax = 0")))).all())
    created = sum(fresh)
    if created:
        await journal.change(tx, who, "annotation.task.created", project.id, created_count=created)
    return created, len(fresh) - created


def _new_task(who: Principal, project: Project, image: VersionImage, split: Split) -> dict[str, Any]:
    return {
        "id": ids.new("tsk"),
        "workspace_id": who.workspace_id,
        "project_id": project.id,
        "image_sha256": image.sha256,
        "path": image.path,
        "path_stem": stem(image.path),
        "source": image.source,
        "tags": image.tags,
        "width": image.width,
        "height": image.height,
        "image_set": rules.image_set_of(
            image.sha256, image.tags, rules=split.rules, shares=split.shares, seed=split.seed
        ),
    }


async def list_page(
    tx: AsyncSession, project: Project, *, wanted: Mapping[str, str], label: str, after: list[str] | None, limit: int
) -> Sequence[Task]:
    """Tasks by path; `wanted` gives exact values of columns, empty values mean any."""
    query = select(Task).where(Task.project_id == project.id)
    for column, value in wanted.items():
        if value:
            query = query.where(getattr(Task, column) == value)
    if label:
        query = query.where(Task.label_counts.has_key(label))
    if after:
        query = query.where(tuple_(Task.path, Task.id) > tuple_(*after))
    return (await tx.scalars(query.order_by(Task.path, Task.id).limit(limit))).all()


async def neighbours(tx: AsyncSession, task: Task) -> tuple[str, str]:
    """Ids of the tasks before and after this one by path, empty at the ends."""
    here = tuple_(task.path, task.id)
    place = tuple_(Task.path, Task.id)
    query = select(Task.id).where(Task.project_id == task.project_id).limit(1)
    before = await tx.scalar(query.where(place < here).order_by(Task.path.desc(), Task.id.desc()))
    following = await tx.scalar(query.where(place > here).order_by(Task.path, Task.id))
    return before or "", following or ""


async def assign(
    tx: AsyncSession, who: Principal, project: Project, *, member_id: str, task_ids: Sequence[str], count: int
) -> int:
    """Give tasks to a member: the named ones, or the first `count` open ones that nobody has. Returns how many."""
    chosen = select(Task.id).where(Task.project_id == project.id)
    if task_ids:
        # Locked in the order of ids, like everywhere, so that two changes never wait for each other.
        chosen = chosen.where(Task.id.in_(task_ids)).order_by(Task.id)
    else:
        chosen = chosen.where(Task.state == "OPEN", Task.assignee_id == "").order_by(Task.path, Task.id).limit(count)
    changed = await tx.execute(
        update(Task)
        .where(Task.id.in_(chosen.with_for_update(key_share=True)))
        .values(assignee_id=member_id, update_time=func.now())
        .returning(Task.id)
    )
    assigned = list(changed.scalars())
    if missing := set(task_ids) - set(assigned):
        raise TaskNotFound(f"There is no task {min(missing)} in this project.")
    if assigned:
        await journal.change(
            tx, who, "annotation.task.assigned", project.id, member_id=member_id, task_ids=assigned[:1000]
        )
    return len(assigned)


async def take_next(tx: AsyncSession, who: Principal, project: Project) -> Task:
    """The caller's next task: rejected and started ones first, then assigned ones, then one that nobody has.

    Raises:
        NoTaskLeft: there is none.
    """
    query = select(Task).where(Task.project_id == project.id, Task.state.in_(("REJECTED", "ANNOTATING", "OPEN")))
    urgency = func.array_position(["REJECTED", "ANNOTATING", "OPEN"], Task.state)
    own = query.where(Task.assignee_id == who.member_id).order_by(urgency, Task.path, Task.id).limit(1)
    task = await tx.scalar(own)
    if task is not None:
        return task
    # Two annotators who ask at the same moment get two tasks: a row locked by one is passed over by the other.
    free = query.where(Task.state == "OPEN", Task.assignee_id == "").order_by(Task.path, Task.id).limit(1)
    task = await tx.scalar(free.with_for_update(skip_locked=True, key_share=True))
    if task is None:
        raise NoTaskLeft("Nothing is left to annotate for you in this project.")
    task.assignee_id, task.update_time = who.member_id, clock.now()
    await tx.flush()
    await journal.change(tx, who, "annotation.task.assigned", project.id, member_id=who.member_id, task_ids=[task.id])
    return task


async def move(tx: AsyncSession, who: Principal, project: Project, *, task_ids: Sequence[str], image_set: str) -> int:
    """Put tasks into another image set; returns how many were elsewhere before.

    Raises:
        ImageSetUnknown: the project has no such set.
        TaskNotFound: a task is not in this project.
    """
    if image_set not in project.image_sets:
        raise ImageSetUnknown(f"The project has no image set {image_set!r}; it has {', '.join(project.image_sets)}.")
    named = and_(Task.project_id == project.id, Task.id.in_(task_ids))
    locked = select(Task.id).where(named).order_by(Task.id).with_for_update(key_share=True)
    known = set((await tx.scalars(locked)).all())
    if missing := set(task_ids) - known:
        raise TaskNotFound(f"There is no task {min(missing)} in this project.")
    changed = await tx.execute(
        update(Task)
        .where(named, Task.image_set != image_set)
        .values(image_set=image_set, update_time=func.now())
        .returning(Task.id)
    )
    moved = list(changed.scalars())
    if moved:
        await journal.change(tx, who, "annotation.task.moved", project.id, image_set=image_set, task_ids=moved[:1000])
    return len(moved)


async def progress(tx: AsyncSession, project: Project) -> Progress:
    """Counts over all tasks of a project, as of now."""
    columns = (Task.state, Task.verification, Task.image_set)
    counted = await tx.execute(
        select(*columns, func.count(), func.sum(Task.annotation_count), func.sum(Task.open_remark_count))
        .where(Task.project_id == project.id)
        .group_by(*columns)
    )
    rows = counted.all()
    each = func.jsonb_each_text(Task.label_counts).table_valued("key", "value")
    labels = await tx.execute(
        select(each.c.key, func.sum(cast(each.c.value, Integer)), func.count())
        .select_from(Task)
        .join(each, true())
        .where(Task.project_id == project.id)
        .group_by(each.c.key)
        .order_by(each.c.key)
    )
    return Progress(
        groups=[(row[0], row[1], row[2], row[3]) for row in rows],
        annotation_count=sum(row[4] for row in rows),
        open_remark_count=sum(row[5] for row in rows),
        labels=[(label, int(marks), images) for label, marks, images in labels],
    )
