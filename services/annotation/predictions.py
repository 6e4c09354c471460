"""Owns predictions: model output per image, beside the people's annotations. Does not turn it into annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import ids, journal
from kit.identity import Principal
from services.annotation import geometry, rules
from services.annotation.errors import PredictionInvalid
from services.annotation.tables import Prediction, Project, Task

_IMAGE_LIMIT = 200


async def add(
    tx: AsyncSession,
    who: Principal,
    project: Project,
    *,
    run_id: str,
    model_version: str,
    images: Mapping[str, list[dict[str, Any]]],
) -> int:
    """Store what a run found, by the sha256 of the image; returns how many images of the project it covered.

    Images that are not in the project are passed over. A label may be one that the project does not know.

    Raises:
        PredictionInvalid: too many images, or a shape that is not valid on its image.
    """
    if len(images) > _IMAGE_LIMIT:
        raise PredictionInvalid(f"At most {_IMAGE_LIMIT} images in one request; send the rest in another.")
    query = select(Task).where(Task.project_id == project.id, Task.image_sha256.in_(images))
    tasks = (await tx.scalars(query)).all()
    rows = [_row(who, task, run_id, model_version, images[task.image_sha256]) for task in tasks]
    if not rows:
        return 0
    statement = insert(Prediction).values(rows)
    replaced = {name: statement.excluded[name] for name in ("model_version", "annotations")}
    await tx.execute(statement.on_conflict_do_update(index_elements=["task_id", "run_id"], set_=replaced))
    await journal.change(
        tx,
        who,
        "annotation.prediction.added",
        project.id,
        run_id=run_id,
        model_version=model_version,
        image_count=len(rows),
    )
    return len(rows)


def _row(
    who: Principal, task: Task, run_id: str, model_version: str, annotations: list[dict[str, Any]]
) -> dict[str, Any]:
    for position, annotation in enumerate(annotations):
        annotation["origin"] = "MODEL"
        complaint = geometry.problem(annotation, task.width, task.height)
        if complaint:
            raise PredictionInvalid(f"Image {task.image_sha256}, annotations[{position}]: {complaint}.")
    return {
        "id": ids.new("prd"),
        "workspace_id": who.workspace_id,
        "task_id": task.id,
        "run_id": run_id,
        "model_version": model_version,
        "annotations": rules.encode(annotations),
    }


async def of_task(tx: AsyncSession, task: Task) -> Sequence[Prediction]:
    """Predictions on one image, the newest run first."""
    query = select(Prediction).where(Prediction.task_id == task.id).order_by(Prediction.id.desc())
    return (await tx.scalars(query)).all()
