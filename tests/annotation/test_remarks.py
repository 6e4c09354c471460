"""Remarks: pinned, counted, listed, resolved once."""

from __future__ import annotations

import pytest

from kit.errors import Invalid, NotFound
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import make_bench
from tests.conftest import CallAs


async def test_a_customer_pins_a_remark_to_a_region_and_a_developer_resolves_it(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    region = pb.Box(x=1.5, y=2, width=3, height=4)
    remark = await bench.by("CUSTOMER").CreateRemark(
        pb.CreateRemarkRequest(task_id=task.id, text="Is this a crack?", region=region)
    )
    assert (remark.region, remark.state, remark.path) == (region, pb.Remark.UNRESOLVED, task.path)
    assert (await bench.get(task)).task.open_remark_count == 1
    for _ in range(2):
        resolved = await bench.by("DEVELOPER").ResolveRemark(pb.ResolveRemarkRequest(remark_id=remark.id))
    assert (resolved.state, resolved.resolver.name) == (pb.Remark.RESOLVED, f"Developer {bench.workspace}")
    read = await bench.get(task)
    assert read.task.open_remark_count == 0
    assert read.remarks[0].resolve_time == resolved.resolve_time


async def test_remarks_are_listed_newest_first_by_state(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    made = [
        await bench.by("CUSTOMER").CreateRemark(pb.CreateRemarkRequest(task_id=bench.tasks[0].id, text=str(number)))
        for number in range(3)
    ]
    await bench.by("CUSTOMER").ResolveRemark(pb.ResolveRemarkRequest(remark_id=made[1].id))
    request = pb.ListRemarksRequest(project_id=bench.project.id, state="UNRESOLVED")
    listed = await bench.by("VIEWER").ListRemarks(request)
    assert {remark.id for remark in listed.remarks} == {made[0].id, made[2].id}
    assert not listed.remarks[0].HasField("region")


async def test_remarks_that_say_nothing_or_point_nowhere_are_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    for text, region in ((" ", None), ("x", pb.Box(x=1, y=1)), ("x", pb.Box(x=float("inf"), width=1, height=1))):
        with pytest.raises(Invalid):
            await bench.by("CUSTOMER").CreateRemark(
                pb.CreateRemarkRequest(task_id=bench.tasks[0].id, text=text, region=region)
            )
    with pytest.raises(NotFound):
        await call_as("MANAGER", "foreign").annotation.ResolveRemark(pb.ResolveRemarkRequest(remark_id="rmk_1"))
