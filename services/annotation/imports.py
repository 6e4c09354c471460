"""Owns the import of annotations: files to marks, marks to images of a project, each image's marks to a revision.

An import adds and updates; it removes nothing. What does not fit is reported and left out, the rest is taken.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.annotation import revisions, rules, tasks
from services.annotation.errors import FormatUnsupported, ImportTooLarge
from services.annotation.formats import coco_reader, masks, native
from services.annotation.formats.marks import FoundMarks
from services.annotation.settings import AnnotationSettings
from services.annotation.tables import Project, Task

_PROBLEM_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as it was sent; `label` is for masks."""

    name: str
    content: bytes
    label: str = ""


@dataclass(slots=True)
class Found:
    """What the files of one import hold, and what could not be read."""

    marks: list[FoundMarks] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Done:
    """What an import did."""

    image_count: int = 0
    annotation_count: int = 0
    problems: list[str] = field(default_factory=list)


async def read(files: Sequence[ImportFile], format_name: str, settings: AnnotationSettings) -> Found:
    """Read files in a thread: NATIVE, COCO or MASK_PNG.

    Raises:
        FormatUnsupported: no reader for this format.
        ImportTooLarge: more files or bytes than one request may hold.
    """
    if format_name not in ("NATIVE", "COCO", "MASK_PNG"):
        raise FormatUnsupported(f"Annotations cannot be imported as {format_name}; choose NATIVE, COCO or MASK_PNG.")
    count, size = len(files), sum(len(file.content) for file in files)
    if count > settings.annotation_import_files or size > settings.annotation_import_bytes:
        raise ImportTooLarge(
            f"{count} files of {size} bytes are too much for one request: send at most "
            f"{settings.annotation_import_files} files of {settings.annotation_import_bytes} bytes together."
        )
    return await asyncio.to_thread(_read, files, format_name, settings.annotation_mask_pixel_cap)


def _read(files: Sequence[ImportFile], format_name: str, pixel_cap: int) -> Found:
    found = Found()
    for file in files:
        if format_name == "MASK_PNG":
            try:
                found.marks.append(masks.read(file.name, file.content, file.label, pixel_cap))
            except masks.Unreadable as error:
                found.problems.append(f"{file.name}: {error}")
            continue
        reader = native.read if format_name == "NATIVE" else coco_reader.read
        marks, problems = reader(file.name, file.content)
        found.marks += marks
        found.problems += problems
    return found


async def merge(tx: AsyncSession, who: Principal, project: Project, found: Found) -> Done:
    """Append a revision to every image that the marks belong to and change."""
    done = Done(problems=list(found.problems))
    matched = await _match(tx, project, found.marks, done.problems)
    # In the order of ids, so that two imports never wait for each other.
    for task_id in sorted(matched):
        taken = await _merge_image(tx, who, task_id, matched[task_id], done.problems)
        if taken is not None:
            done.image_count += 1
            done.annotation_count += taken
    if len(done.problems) > _PROBLEM_LIMIT:
        more = len(done.problems) - _PROBLEM_LIMIT
        done.problems = [*done.problems[:_PROBLEM_LIMIT], f"... and {more} more"]
    await journal.change(
        tx,
        who,
        "annotation.project.imported",
        project.id,
        image_count=done.image_count,
        annotation_count=done.annotation_count,
        problem_count=len(done.problems),
    )
    return done


async def _match(
    tx: AsyncSession, project: Project, marks: Iterable[FoundMarks], problems: list[str]
) -> dict[str, list[FoundMarks]]:
    """Marks by the id of their task."""
    marks = list(marks)
    shas = {found.image_sha256 for found in marks} - {""}
    stems = {tasks.stem(found.path) for found in marks}
    wanted = or_(Task.image_sha256.in_(shas), Task.path_stem.in_(stems))
    known = (await tx.scalars(select(Task).where(Task.project_id == project.id, wanted))).all()
    by_sha = {task.image_sha256: task for task in known}
    by_stem: dict[str, list[Task]] = defaultdict(list)
    for task in known:
        by_stem[task.path_stem].append(task)
    matched: dict[str, list[FoundMarks]] = defaultdict(list)
    for found in marks:
        chosen = by_sha.get(found.image_sha256) if found.image_sha256 else _by_path(found, by_stem)
        complaint = _mismatch(found, chosen)
        if complaint or chosen is None:
            problems.append(f"{found.place}: {complaint}")
        else:
            matched[chosen.id].append(found)
    return matched


def _by_path(found: FoundMarks, by_stem: dict[str, list[Task]]) -> Task | None:
    """The image with this path, or the only one that has it with another ending where that is allowed."""
    candidates = by_stem.get(tasks.stem(found.path), [])
    exact = [task for task in candidates if task.path == found.path]
    if exact and not (found.any_ending and len(candidates) > 1):
        return exact[0]
    return candidates[0] if found.any_ending and len(candidates) == 1 else None


def _mismatch(found: FoundMarks, task: Task | None) -> str:
    if task is None:
        ending = " with any one ending" if found.any_ending else ""
        return f"the project has no image {found.image_sha256 or found.path}{ending}"
    size = (found.width, found.height)
    if any(size) and size != (task.width, task.height):
        return f"is {size[0]} x {size[1]} pixels, the image is {task.width} x {task.height}"
    return ""


async def _merge_image(
    tx: AsyncSession, who: Principal, task_id: str, marks: Sequence[FoundMarks], problems: list[str]
) -> int | None:
    """Append the marks that fit; returns how many annotations those were, None when nothing was to be taken."""
    task = await tasks.lock(tx, who, task_id)
    project, current = await revisions.ground(tx, task)
    annotations, answers = revisions.content(current)
    known = {annotation["id"] for annotation in annotations}
    taken: list[rules.Edit] = []
    for found in marks:
        edits = _edits(found, known)
        refused = dict(await asyncio.to_thread(revisions.problems, task, project, edits))
        problems += [f"{found.place}: {reason}" for reason in refused.values()]
        kept = [edit for position, edit in enumerate(edits) if position not in refused]
        known |= {edit.annotation["id"] for edit in kept if edit.annotation}
        taken += kept
    # A file without marks says that the image holds nothing; one whose marks are all refused says nothing.
    if not taken and all(found.annotations or found.answers for found in marks):
        return None
    annotations, answers = rules.apply(annotations, answers, taken)
    await revisions.append(tx, who, task, current, annotations, answers)
    return sum(edit.annotation is not None for edit in taken)


def _edits(found: FoundMarks, known: set[str]) -> list[rules.Edit]:
    """Updates of annotations that the image has, additions of the others; the last of equal ids in a file wins."""
    latest = {annotation["id"]: annotation for annotation in found.annotations}
    edits = [
        rules.Edit("update" if key in known else "add", annotation=annotation) for key, annotation in latest.items()
    ]
    return edits + [rules.Edit("answer", question=key, value=value) for key, value in found.answers.items()]
