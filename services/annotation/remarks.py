"""Owns remarks: comments pinned to an image or a region of it, and their resolution. Does not notify anyone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.annotation import tasks
from services.annotation.errors import RemarkInvalid, RemarkNotFound
from services.annotation.tables import Project, Remark, Task

_TEXT_LIMIT = 4000


async def create(
    tx: AsyncSession, who: Principal, task_id: str, *, text: str, region: dict[str, float] | None
) -> Remark:
    """Pin a remark; `region` is x, y, width, height in pixels, None for the whole image.

    Raises:
        RemarkInvalid: no text, too much text, or a region that is no box.
    """
    if not text.strip() or len(text) > _TEXT_LIMIT:
        raise RemarkInvalid(f"A remark has 1 to {_TEXT_LIMIT} characters of text.")
    if region and not (all(map(math.isfinite, region.values())) and region["width"] > 0 and region["height"] > 0):
        raise RemarkInvalid("The region needs finite numbers, and a width and height above 0.")
    task = await tasks.lock(tx, who, task_id)
    remark = Remark(
        id=ids.new("rmk"),
        workspace_id=task.workspace_id,
        project_id=task.project_id,
        task_id=task.id,
        image_sha256=task.image_sha256,
        path=task.path,
        text=text,
        region=region,
        state="UNRESOLVED",
        author=who.actor(),
        create_time=clock.now(),
    )
    tx.add(remark)
    task.open_remark_count += 1
    await tx.flush()
    await journal.change(
        tx, who, "annotation.remark.created", remark.id, project_id=task.project_id, task_id=task.id, text=text
    )
    return remark


async def list_page(
    tx: AsyncSession, project: Project, *, state: str, after: list[str] | None, limit: int
) -> Sequence[Remark]:
    """Remarks of a project, newest first; an empty state means any."""
    query = select(Remark).where(Remark.project_id == project.id)
    if state:
        query = query.where(Remark.state == state)
    if after:
        query = query.where(Remark.id < after[0])
    return (await tx.scalars(query.order_by(Remark.id.desc()).limit(limit))).all()


async def of_task(tx: AsyncSession, task: Task) -> Sequence[Remark]:
    """Remarks of one image, oldest first, as a conversation is read."""
    return (await tx.scalars(select(Remark).where(Remark.task_id == task.id).order_by(Remark.id))).all()


async def resolve(tx: AsyncSession, who: Principal, remark_id: str) -> Remark:
    """Close a remark; closing it again changes nothing.

    Raises:
        RemarkNotFound: the caller's workspace has no such remark.
    """
    query = select(Remark).where(Remark.id == remark_id, Remark.workspace_id == who.workspace_id)
    remark = await tx.scalar(query)
    if remark is None:
        raise RemarkNotFound(f"There is no remark {remark_id}.")
    # Task before remark, as in every other change, so that two changes never wait for each other.
    task = await tasks.lock(tx, who, remark.task_id)
    await tx.refresh(remark, with_for_update=True)
    if remark.state == "RESOLVED":
        return remark
    remark.state, remark.resolver, remark.resolve_time = "RESOLVED", who.actor(), clock.now()
    task.open_remark_count -= 1
    await tx.flush()
    await journal.change(
        tx, who, "annotation.remark.resolved", remark.id, project_id=remark.project_id, task_id=remark.task_id
    )
    return remark
