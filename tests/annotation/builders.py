"""Owns the making of test data: projects, images, annotations and edits."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kit.db import Database
from plumbapi.annotation import v1 as pb
from services.annotation import projects, tasks
from services.annotation.tasks import Split, VersionImage
from tests.conftest import CallAs, principal

WIDTH, HEIGHT = 40, 30


@dataclass
class Bench:
    """A project with tasks in a workspace of its own."""

    call_as: CallAs
    database: Database
    workspace: str
    project: pb.Project
    tasks: list[pb.Task] = field(default_factory=list)

    def by(self, role: str, name: str = "") -> Any:
        return self.call_as(role, self.workspace, name).annotation

    async def save(
        self, task: pb.Task, *operations: pb.Operation, base: int = 0, role: str = "ANNOTATOR"
    ) -> pb.Revision:
        request = pb.SaveAnnotationsRequest(task_id=task.id, base_revision=base, operations=operations)
        return await self.by(role).SaveAnnotations(request)

    async def accept(self, task: pb.Task, *operations: pb.Operation) -> pb.Task:
        """Annotate, submit and accept an image that nobody touched before."""
        revision = await self.save(task, *(operations or (add(),)))
        await self.by("ANNOTATOR").SubmitTask(pb.SubmitTaskRequest(task_id=task.id, revision=revision.number))
        return await self.by("REVIEWER").ReviewTask(
            pb.ReviewTaskRequest(task_id=task.id, revision=revision.number, verdict="ACCEPT")
        )

    async def verify(self, task: pb.Task, revision: int, verdict: str = "ACCEPT") -> pb.Task:
        request = pb.VerifyTaskRequest(task_id=task.id, revision=revision, verdict=verdict)
        return await self.by("CUSTOMER").VerifyTask(request)

    async def get(self, task: pb.Task) -> pb.GetTaskResponse:
        return await self.by("VIEWER").GetTask(pb.GetTaskRequest(task_id=task.id))

    async def snapshot(self, **options: Any) -> pb.Snapshot:
        request = pb.CreateSnapshotRequest(project_id=self.project.id, **options)
        return await self.by("MANAGER").CreateSnapshot(request)


ALL_TOOLS = pb.Tool.keys()[1:]


async def make_bench(call_as: CallAs, database: Callable[[str], Database], *, images: int = 1, **project: Any) -> Bench:
    """A project `tiles` with labels scratch and dent, all tools, and some images of 40 x 30 pixels."""
    workspace = uuid.uuid4().hex[:12]
    options: dict[str, Any] = {
        "name": "tiles",
        "labels": [pb.Label(name="scratch", color="#ff0000"), pb.Label(name="dent", color="#00ff00")],
        "tools": ALL_TOOLS,
        "questions": [pb.Question(key="clean", text="Is the tile clean?", choices=["yes", "no"])],
    } | project
    manager = call_as("MANAGER", workspace).annotation
    made = await manager.CreateProject(pb.CreateProjectRequest(**options))
    bench = Bench(call_as, database("annotation"), workspace, made)
    await add_images(bench, images)
    return bench


async def add_images(bench: Bench, count: int, *, ending: str = "jpg") -> None:
    """Give the project images `tile-000.jpg` ... as an assigned dataset version would."""
    who = principal("MANAGER", bench.workspace)
    paths = [f"tile-{number:03}.{ending}" for number in range(count)]
    found = [VersionImage(sha256_of(path), path, "site A", ["lab"], WIDTH, HEIGHT) for path in paths]
    async with bench.database.transaction() as tx:
        project = await projects.get(tx, who, bench.project.id)
        await tasks.add_images(tx, who, project, found, Split([], [("train", 1.0)], 0))
    listed = await bench.by("VIEWER").ListTasks(pb.ListTasksRequest(project_id=bench.project.id))
    bench.tasks = list(listed.tasks)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def box(key: str = "", label: str = "scratch", x: float = 1.25, **members: Any) -> pb.Annotation:
    geometry = pb.Geometry(box=pb.Box(x=x, y=2, width=3.1, height=4))
    return pb.Annotation(id=key or str(uuid.uuid4()), label=label, geometry=geometry, **members)


def add(annotation: pb.Annotation | None = None) -> pb.Operation:
    return pb.Operation(add=annotation or box())
