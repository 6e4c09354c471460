"""Owns which image of a project an image of a file is: by its bytes, its path, or an end of its path. Never guesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from plumbline_formats.model import Image
from services.annotation import tasks
from services.annotation.tables import Project, Task

# Formats whose files know images by their stems alone: the ending of a path is made up.
_STEMS_ONLY = {"mask_png", "yolo"}


@dataclass(slots=True)
class Match:
    """A task, or why there is none; `by` says how it was found: `sha256`, `path`, `stem` or `end`."""

    task: Task | None
    by: str = ""
    complaint: str = ""


async def match(tx: AsyncSession, project: Project, images: Sequence[Image], format_name: str) -> list[Match]:
    """The task of each image, in their order."""
    known = await _candidates(tx, project, images)
    by_sha = {task.image_sha256: task for task in known}
    by_name: dict[str, list[Task]] = defaultdict(list)
    for task in known:
        by_name[_name(tasks.stem(task.path))].append(task)
    found = []
    for image in images:
        if image.sha256:
            one = Match(by_sha.get(image.sha256), "sha256")
        else:
            stem = tasks.stem(image.path)
            one = _by_path(image.path, stem, by_name[_name(stem)], any_ending=format_name in _STEMS_ONLY)
        found.append(_checked(one, image))
    return found


async def _candidates(tx: AsyncSession, project: Project, images: Iterable[Image]) -> list[Task]:
    """Tasks with the bytes or the last part of the path of one of the images; two queries, each with its index."""
    # as in the index
    last: ColumnElement[str] = literal_column("substring(tasks.path_stem, '[^/]*$'::text)")
    shas = {image.sha256 for image in images if image.sha256}
    names = {_name(tasks.stem(image.path)) for image in images if not image.sha256}
    found: list[Task] = []
    for column, values in ((Task.image_sha256, shas), (last, names)):
        if values:
            found += await tx.scalars(select(Task).where(Task.project_id == project.id, column.in_(values)))
    return found


def _by_path(path: str, stem: str, candidates: Sequence[Task], *, any_ending: bool) -> Match:
    """The image with this path, else the only one with this stem, else the only one whose path ends it or it ends."""
    exact = [task for task in candidates if task.path == path]
    stems = [task for task in candidates if task.path_stem == stem]
    if exact and (len(stems) == 1 or not any_ending):
        return Match(exact[0], "path")
    ends = [task for task in candidates if _ends(task.path_stem, stem) or _ends(stem, task.path_stem)]
    for found, by in ((stems, "stem"), (ends, "end")):
        if len(found) == 1:
            return Match(found[0], by)
        if found:
            paths = " and ".join(sorted(task.path for task in found)[:3])
            return Match(None, complaint=f"could be {paths}: give its whole path in the project")
    return Match(None)


def _ends(whole: str, end: str) -> bool:
    return whole.endswith(f"/{end}")


def _name(stem: str) -> str:
    return stem.rpartition("/")[2]


def _checked(found: Match, image: Image) -> Match:
    if found.task is None:
        what = f"with the sha256 {image.sha256}" if image.sha256 else "of this path"
        found.complaint = found.complaint or f"the project has no image {what}"
    elif any(size := (image.width, image.height)) and size != (found.task.width, found.task.height):
        found.complaint = f"is {size[0]} x {size[1]} pixels, the image is {found.task.width} x {found.task.height}"
    return found
