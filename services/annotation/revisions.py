"""Owns revisions: edits against a base, appended whole, each with a digest. The hot path of the service.

Does not judge annotations (see `reviews`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from kit import clock, ids, journal
from kit.identity import Principal
from services.annotation import geometry, rules, tasks
from services.annotation.errors import OperationInvalid, RevisionStale
from services.annotation.tables import Project, Revision, Task

# An error travels in gRPC trailers, which hold 8 KiB in all.
_IDS_SHOWN = 30
_PROBLEMS_SHOWN = 20
# Run lengths beyond this are checked in a thread, so that a big mask does not hold up other calls.
_INLINE_COUNTS = 50_000

_COLUMNS = tuple(column.key for column in Revision.__table__.columns)
# Values of a task that a new revision changes, all in the transaction of the revision; see `_task_after`.
_TASK_COLUMNS = (
    "revision",
    "revision_digest",
    "state",
    "verification",
    "annotation_count",
    "label_counts",
    "update_time",
)

# Built once: building a statement costs more than running it, and every save runs these.
_GROUND = (
    select(Project, Revision)
    .outerjoin(Revision, and_(Revision.task_id == bindparam("task"), Revision.number == bindparam("newest")))
    .where(Project.id == bindparam("project"))
    .with_for_update(read=True, key_share=True, of=Project)
    .execution_options(populate_existing=True)
)
_SAVED = (
    insert(Revision)
    .values({name: bindparam(f"revision_{name}") for name in _COLUMNS})
    .returning(Revision.task_id)
    .cte("saved")
)
_APPEND = (
    update(Task)
    .where(Task.id == _SAVED.c.task_id)
    .values({name: bindparam(f"task_{name}") for name in _TASK_COLUMNS})
    .execution_options(synchronize_session=False)
)


async def list_page(tx: AsyncSession, task: Task, *, before: int | None, limit: int) -> Sequence[Revision]:
    """Revisions of a task, newest first."""
    query = select(Revision).where(Revision.task_id == task.id)
    if before is not None:
        query = query.where(Revision.number < before)
    return (await tx.scalars(query.order_by(Revision.number.desc()).limit(limit))).all()


async def find(tx: AsyncSession, task: Task, number: int) -> Revision | None:
    """A revision of a task, None when there is none with this number."""
    return await tx.get(Revision, (task.id, number))


async def save(
    tx: AsyncSession, who: Principal, task_id: str, *, base_revision: int, edits: Sequence[rules.Edit]
) -> Revision:
    """Apply edits that were made on `base_revision` and append the result as a revision.

    Edits that change nothing append nothing and answer with the revision that is there.

    Raises:
        RevisionStale: somebody saved after the base; nothing is changed.
        OperationInvalid: an edit cannot be taken; nothing is changed.
    """
    task = await tasks.lock(tx, who, task_id)
    if task.revision != base_revision:
        raise await stale(tx, task, base_revision)
    project, current = await ground(tx, task)
    annotations, answers = content(current)
    await check(task, project, edits)
    try:
        annotations, answers = rules.apply(annotations, answers, edits)
    except rules.Refused as error:
        raise OperationInvalid(str(error)) from error
    return await append(tx, who, task, current, annotations, answers)


async def ground(tx: AsyncSession, task: Task) -> tuple[Project, Revision | None]:
    """What an edit of a locked task stands on: its project and its newest revision.

    The project's labels stay until the transaction ends: dropping one waits for the key that is held here.
    """
    keys = {"project": task.project_id, "task": task.id, "newest": task.revision}
    row = (await tx.execute(_GROUND, keys)).one()
    return row[0], row[1]


def content(revision: Revision | None) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The annotations and answers of a revision; nothing when there is none."""
    return (json.loads(revision.annotations), json.loads(revision.answers)) if revision else ([], {})


async def check(task: Task, project: Project, edits: Sequence[rules.Edit]) -> None:
    """Raises OperationInvalid that names every edit which does not fit the project or the image."""
    heavy = sum(len(edit.annotation["geometry"].get("mask", {}).get("counts", "")) for edit in edits if edit.annotation)
    if heavy < _INLINE_COUNTS:
        found = problems(task, project, edits)
    else:
        found = await asyncio.to_thread(problems, task, project, edits)
    if found:
        shown = [{"operation": position, "problem": text} for position, text in found[:_PROBLEMS_SHOWN]]
        position, text = found[0]
        raise OperationInvalid(
            f"operations[{position}]: {text}." + (f" {len(found) - 1} more are refused." if len(found) > 1 else ""),
            problems=json.dumps(shown)[:4000],
        )


def problems(task: Task, project: Project, edits: Iterable[rules.Edit]) -> list[tuple[int, str]]:
    """The position of each edit that cannot be taken, with the reason."""
    labels = {label["name"] for label in project.labels}
    found = []
    for position, edit in enumerate(edits):
        if edit.kind == "answer":
            reason = rules.answer_problem(project.questions, edit.question, edit.value)
        elif edit.annotation is not None:
            reason = annotation_problem(task, labels, project.tools, edit.annotation)
        else:
            reason = ""
        if reason:
            found.append((position, reason))
    return found


def check_names(project: Project, edits: Iterable[rules.Edit]) -> None:
    """Raises OperationInvalid when the project no longer has a label, tool or question that edits need."""
    labels = {label["name"] for label in project.labels}
    for edit in edits:
        if edit.annotation is not None:
            reason = _name_problem(labels, project.tools, edit.annotation)
        else:
            reason = rules.answer_problem(project.questions, edit.question, edit.value)
        if reason:
            raise OperationInvalid(f"The project was changed meanwhile: {reason}.")


def annotation_problem(task: Task, labels: set[str], tools: Sequence[str], annotation: Mapping[str, Any]) -> str:
    """Why an annotation does not fit the project or the image, empty when it does."""
    return _name_problem(labels, tools, annotation) or geometry.problem(annotation, task.width, task.height)


def _name_problem(labels: set[str], tools: Sequence[str], annotation: Mapping[str, Any]) -> str:
    if annotation["label"] not in labels:
        return f"the project has no label {annotation['label']!r}"
    tool = geometry.TOOL_OF[geometry.kind_of(annotation)]
    if tool not in tools:
        return f"the project does not use the tool {tool}; it uses {', '.join(tools)}"
    return ""


async def append(
    tx: AsyncSession,
    who: Principal,
    task: Task,
    current: Revision | None,
    annotations: Sequence[dict[str, Any]],
    answers: Mapping[str, str],
) -> Revision:
    """Append a revision to a locked task; a verdict on the one before becomes stale with it.

    Answers with `current` when the content is the same.
    """
    encoded, encoded_answers = rules.encode(annotations), rules.encode(answers)
    digest = rules.revision_digest(task.image_sha256, encoded, encoded_answers)
    if current is not None and current.digest == digest:
        return current
    values = {
        "task_id": task.id,
        "number": task.revision + 1,
        "id": ids.new("rev"),
        "workspace_id": task.workspace_id,
        "annotations": encoded,
        "answers": encoded_answers,
        "digest": digest,
        "author": who.actor(),
        "create_time": clock.now(),
    }
    changed = _task_after(task, values, annotations)
    bound = {f"revision_{name}": value for name, value in values.items()}
    await tx.execute(_APPEND, bound | {f"task_{name}": value for name, value in changed.items()})
    for name, value in changed.items():
        set_committed_value(task, name, value)
    await _tell(tx, who, task)
    return Revision(**values)


async def _tell(tx: AsyncSession, who: Principal, task: Task) -> None:
    await journal.change(
        tx,
        who,
        "annotation.revision.saved",
        task.id,
        project_id=task.project_id,
        image_sha256=task.image_sha256,
        number=task.revision,
        digest=task.revision_digest,
        state=task.state,
        verification=task.verification,
        annotation_count=task.annotation_count,
    )


def _task_after(task: Task, revision: Mapping[str, Any], annotations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The new values of `_TASK_COLUMNS`."""
    values = (
        revision["number"],
        revision["digest"],
        tasks.move_on(task, "save"),
        rules.verification_after_edit(task.verification),
        len(annotations),
        rules.label_counts(annotations),
        revision["create_time"],
    )
    return dict(zip(_TASK_COLUMNS, values, strict=True))


async def stale(tx: AsyncSession, task: Task, base: int) -> RevisionStale:
    """The error that says who saved after `base`, when, and what differs from it."""
    older = await find(tx, task, base) if base else None
    newer = await find(tx, task, task.revision) if task.revision else None
    if newer is None:
        return RevisionStale("The image has no revision yet: load the task again.", revision="0")
    before, answers_before = content(older)
    after, answers_after = content(newer)
    what = rules.difference(before, after, answers_before, answers_after)
    parts = {"added": what.added, "changed": what.changed, "removed": what.removed, "answered": what.answered}
    counts = {f"{name}_count": str(len(keys)) for name, keys in parts.items()}
    shown = {name: ",".join(keys[:_IDS_SHOWN]) for name, keys in parts.items()}
    return RevisionStale(
        f"{newer.author['name']} saved revision {task.revision} while you worked on {base}: load it, apply your "
        "changes to it and save again.",
        revision=str(task.revision),
        digest=newer.digest,
        author_id=newer.author["member_id"],
        author_name=newer.author["name"],
        create_time=newer.create_time.isoformat(),
        **shown,
        **counts,
    )
