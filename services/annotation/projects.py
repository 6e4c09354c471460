"""Owns projects: what is marked with which labels, tools and questions, and which dataset versions are assigned.

Does not create tasks (see `tasks`) and does not read images (see `images`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import ids, journal
from kit.identity import Principal
from services.annotation import rules
from services.annotation.errors import LabelInUse, ProjectExists, ProjectInvalid, ProjectNotFound
from services.annotation.tables import Project, Task


async def get(tx: AsyncSession, who: Principal, project_id: str) -> Project:
    """The project with this id or name.

    Raises:
        ProjectNotFound: there is none in the caller's workspace.
    """
    named = Project.id if project_id.startswith("prj_") else Project.name
    project = await tx.scalar(select(Project).where(named == project_id, Project.workspace_id == who.workspace_id))
    if project is None:
        raise ProjectNotFound(f"There is no project {project_id}.")
    return project


async def list_page(tx: AsyncSession, who: Principal, *, after: list[str] | None, limit: int) -> Sequence[Project]:
    """Projects by name."""
    query = select(Project).where(Project.workspace_id == who.workspace_id)
    if after:
        query = query.where(Project.name > after[0])
    return (await tx.scalars(query.order_by(Project.name).limit(limit))).all()


async def create(
    tx: AsyncSession,
    who: Principal,
    *,
    name: str,
    description: str,
    labels: list[dict[str, str]],
    tools: list[str],
    questions: list[dict[str, Any]],
    image_sets: list[str],
) -> Project:
    """A new project without images.

    Raises:
        ProjectInvalid: the name or the configuration cannot be used.
        ProjectExists: the name is taken.
    """
    image_sets = image_sets or list(rules.DEFAULT_SETS)
    complaint = rules.project_name_problem(name) or rules.configuration_problem(labels, tools, questions, image_sets)
    if complaint:
        raise ProjectInvalid(complaint)
    row = insert(Project).values(
        id=ids.new("prj"),
        workspace_id=who.workspace_id,
        name=name,
        description=description,
        labels=labels,
        tools=tools,
        questions=questions,
        image_sets=image_sets,
        configuration_version=1,
        assigned_versions=[],
        creator=who.actor(),
    )
    project = await tx.scalar(row.on_conflict_do_nothing(index_elements=["workspace_id", "name"]).returning(Project))
    if project is None:
        raise ProjectExists(f"There is a project {name!r} already; choose another name.")
    await journal.change(tx, who, "annotation.project.created", project.id, name=name)
    return project


async def change(
    tx: AsyncSession,
    who: Principal,
    project_id: str,
    *,
    description: str,
    labels: list[dict[str, str]],
    tools: list[str],
    questions: list[dict[str, Any]],
) -> Project:
    """Replace what is not empty; a new configuration counts `configuration_version` up.

    Raises:
        ProjectInvalid: the configuration cannot be used.
        LabelInUse: annotations carry a label that would be dropped.
    """
    project = await get(tx, who, project_id)
    # FOR UPDATE waits for saves that are under way (they hold the key), so no label is dropped under their hands.
    await tx.refresh(project, with_for_update=True)
    labels, tools = labels or project.labels, tools or project.tools
    questions = questions or project.questions
    complaint = rules.configuration_problem(labels, tools, questions, project.image_sets)
    if complaint:
        raise ProjectInvalid(complaint)
    await _refuse_dropping_used(tx, project, {label["name"] for label in labels})
    configured = (project.labels, project.tools, project.questions)
    if configured != (labels, tools, questions):
        project.configuration_version += 1
    project.labels, project.tools, project.questions = labels, tools, questions
    project.description = description or project.description
    project.update_time = func.now()
    await tx.flush()
    await tx.refresh(project)
    version = project.configuration_version
    await journal.change(tx, who, "annotation.project.updated", project.id, configuration_version=version)
    return project


async def _refuse_dropping_used(tx: AsyncSession, project: Project, kept: set[str]) -> None:
    for name in [label["name"] for label in project.labels if label["name"] not in kept]:
        task_id = await tx.scalar(
            select(Task.id).where(Task.project_id == project.id, Task.label_counts.has_key(name)).limit(1)
        )
        if task_id:
            raise LabelInUse(
                f"Annotations carry the label {name!r}: change or remove them before you drop it.", label=name
            )


async def assign_version(
    tx: AsyncSession, who: Principal, project_id: str, *, version: dict[str, Any], created: int, kept: int
) -> Project:
    """Note that the images of a dataset version (`dataset_id`, `dataset_name`, `version`, `digest`) are all tasks now.

    A newer version of the same dataset takes the place of the older one.
    """
    project = await get(tx, who, project_id)
    await tx.refresh(project, with_for_update={"key_share": True})
    others = [known for known in project.assigned_versions if known["dataset_id"] != version["dataset_id"]]
    count = select(func.count()).where(Task.project_id == project.id).scalar_subquery()
    await tx.execute(
        update(Project)
        .where(Project.id == project.id)
        .values(assigned_versions=[*others, version], task_count=count, update_time=func.now())
    )
    await tx.refresh(project)
    await journal.change(
        tx, who, "annotation.version.assigned", project.id, **version, created_count=created, kept_count=kept
    )
    return project
