"""Projects and their configuration."""

from __future__ import annotations

import pytest

from kit.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import add, make_bench
from tests.conftest import CallAs


async def test_a_project_is_found_by_id_and_by_name_in_its_workspace_only(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    for key in (bench.project.id, "tiles"):
        assert await bench.by("VIEWER").GetProject(pb.GetProjectRequest(project_id=key)) == bench.project
        with pytest.raises(NotFound):
            await call_as("OWNER", "foreign").annotation.GetProject(pb.GetProjectRequest(project_id=key))
    assert bench.project.image_sets == ["train", "validation", "test"]
    assert (bench.project.configuration_version, bench.project.tools[0]) == (1, pb.BOX)


async def test_a_name_is_taken_once_per_workspace(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    request = pb.CreateProjectRequest(name="tiles", labels=[pb.Label(name="a")], tools=["BOX"])
    with pytest.raises(Conflict) as raised:
        await bench.by("MANAGER").CreateProject(request)
    assert raised.value.reason == "PROJECT_EXISTS"
    request.name = "a/b"
    with pytest.raises(Invalid):
        await bench.by("MANAGER").CreateProject(request)
    with pytest.raises(Forbidden):
        await bench.by("ANNOTATOR").CreateProject(request)


async def test_projects_are_listed_by_name_in_pages(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    for name in ("b", "a"):
        await bench.by("MANAGER").CreateProject(
            pb.CreateProjectRequest(name=name, labels=[pb.Label(name="a")], tools=["BOX"])
        )
    first = await bench.by("VIEWER").ListProjects(pb.ListProjectsRequest(page_size=2))
    second = await bench.by("VIEWER").ListProjects(
        pb.ListProjectsRequest(page_size=2, page_token=first.next_page_token)
    )
    assert [project.name for project in (*first.projects, *second.projects)] == ["a", "b", "tiles"]


async def test_the_configuration_version_counts_changes_and_used_labels_stay(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    await bench.save(bench.tasks[0], add())
    manager = bench.by("MANAGER")
    scratch, dent = bench.project.labels
    with pytest.raises(FailedPrecondition) as raised:
        await manager.UpdateProject(pb.UpdateProjectRequest(project_id="tiles", labels=[dent]))
    assert raised.value.metadata == {"label": "scratch"}
    changed = await manager.UpdateProject(
        pb.UpdateProjectRequest(project_id="tiles", labels=[scratch, pb.Label(name="crack")])
    )
    assert [label.name for label in changed.labels] == ["scratch", "crack"]
    assert changed.configuration_version == 2
    described = await manager.UpdateProject(pb.UpdateProjectRequest(project_id="tiles", description="floor"))
    assert (described.configuration_version, described.description) == (2, "floor")
