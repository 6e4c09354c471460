"""Lists, comparisons and groups of runs behind the edge: messages, columns, pages, peers, permissions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import pytest_asyncio
from google.protobuf.message import Message

from kit import telemetry
from kit.app import App
from kit.bus import Bus
from kit.channel import LocalChannel
from kit.errors import FailedPrecondition, Forbidden, Invalid, NotFound
from kit.identity import Principal
from kit.peers import Channel, Envelope, Peers
from plumbapi.experiments import v1 as pb
from plumbapi.storage import v1 as storage
from services.experiments.service import setup

NEW = [pb.Param(key="lr", value="0.1"), pb.Param(key="net", value="b")]


class Storage:
    """Answers as storage does, for the versions of one dataset."""

    async def call(self, path: str, request: Message, envelope: Envelope) -> Message:
        if isinstance(request, storage.DiffVersionsRequest):
            return storage.DiffVersionsResponse(added_count=request.number, removed_count=request.base, changed_count=7)
        assert isinstance(request, storage.GetVersionRequest)
        sources = [storage.Share(value=f"site {request.number}", image_count=1)]
        composition = storage.Composition(sources=sources)
        facts = {"dataset_id": "ds_1", "dataset_name": "tiles", "number": request.number, "composition": composition}
        return storage.Version(**facts, digest=f"sha256:{request.number}")


@pytest_asyncio.fixture(scope="session")
async def app(migrated, blobs):
    """The service without its background tasks; storage answers from memory."""
    telemetry.setup("tests", otlp_endpoint="", metrics_port=0, log_level="WARNING")
    channels: dict[str, Channel] = {"storage": Storage()}
    running = App("experiments", migrated, blobs, Bus(migrated.nats_url.get_secret_value()), channels)
    channels["experiments"] = LocalChannel(running.endpoint)
    await setup(running)
    yield running
    await running.close()


@pytest.fixture
def call_as(app: App, who: Principal) -> Callable[[str], Peers]:
    return lambda role="DEVELOPER": app.peers(Envelope(app.identity.sign(replace(who, role=role))))


@pytest.fixture
def api(call_as):
    return call_as("DEVELOPER").experiments


def version(number: int) -> pb.Input:
    return pb.Input(kind="DATASET_VERSION", resource_id="ds_1", number=number)


async def test_a_table_says_the_same_as_messages(api) -> None:
    dataset = pb.RunDataset(name="wine", digest="d1", schema="{}", tags=[pb.Param(key="k", value="v")])
    first = await api.CreateRun(
        pb.CreateRunRequest(
            experiment="e", name="one", note="n", params=NEW, tags=NEW, inputs=[version(2)], datasets=[dataset]
        )
    )
    await api.AddModelLinks(
        pb.AddModelLinksRequest(run_id=first.id, outputs=[pb.ModelLink(logged_model_id="m-1", step=3)])
    )
    series = [
        pb.Series(key="loss", steps=[1, 2], values=[3, 1], times=[10, 20]),
        pb.Series(key="x", steps=[1], values=[math.nan]),
    ]
    await api.Log(pb.LogRequest(run_id=first.id, series=series))
    await api.UpdateRun(pb.UpdateRunRequest(run_id=first.id, status=pb.Run.FINISHED))
    second = await api.CreateRun(pb.CreateRunRequest(experiment="e", parent_run_id=first.id, user_name="root"))
    runs = (await api.ListRuns(pb.ListRunsRequest())).runs
    table = (await api.ListRuns(pb.ListRunsRequest(form=pb.ListRunsRequest.TABLE))).table
    assert [run.id for run in runs] == [second.id, first.id] == list(table.ids)
    assert list(table.names) == [run.name for run in runs]
    assert list(table.statuses) == [run.status for run in runs]
    assert list(table.start_times) == [run.start_time.ToMilliseconds() for run in runs]
    assert list(table.end_times) == [0, runs[1].end_time.ToMilliseconds()]
    assert (list(table.user_names), list(table.parent_run_ids)) == (["root", ""], [first.id, ""])
    assert (list(table.creator_names), list(table.notes)) == (["Dana", "Dana"], ["", "n"])
    assert list(table.params.counts) == [0, 2]
    assert dict(zip(table.params.keys, table.params.values, strict=True)) == {one.key: one.value for one in NEW}
    assert list(table.metrics.counts) == [0, 2]
    held = dict(
        zip(
            table.metrics.keys,
            zip(table.metrics.lasts, table.metrics.mins, table.metrics.last_times, strict=True),
            strict=True,
        )
    )
    assert held["loss"] == (1, 1, 20)
    assert math.isnan(held["x"][0])
    loss = runs[1].metrics[0]
    assert (loss.key, loss.last, loss.last_time, loss.point_count) == ("loss", 1, 20, 2)
    [links] = table.links
    assert (links.row, list(links.inputs), list(links.datasets)) == (1, list(runs[1].inputs), [dataset])
    assert list(links.model_outputs) == list(runs[1].model_outputs) == [pb.ModelLink(logged_model_id="m-1", step=3)]
    whole = await api.GetRun(pb.GetRunRequest(run_id=first.id))
    assert [whole] == [runs[1]]


async def test_a_list_is_searched_ordered_and_paged(api) -> None:
    made = []
    for number in range(5):
        run = await api.CreateRun(
            pb.CreateRunRequest(
                experiment="e", params=[pb.Param(key="lr", value=str(number / 10))], inputs=[version(number % 2 + 1)]
            )
        )
        made.append(run.id)
        if number != 3:
            point = pb.Series(key="f1", steps=[1], values=[number % 3])
            await api.Log(pb.LogRequest(run_id=run.id, series=[point]))
    query = pb.ListRunsRequest(order_by=["metrics.f1 DESC"], page_size=2)
    seen = []
    while True:
        page = await api.ListRuns(query)
        seen += [run.id for run in page.runs]
        if not page.next_page_token:
            break
        query.page_token = page.next_page_token
    assert seen == [made[2], made[4], made[1], made[0], made[3]]
    for filter, found in (
        ("dataset.site = 'site 2' AND params.lr >= 0.1", [3, 1]),
        ("dataset.version = 2 OR metrics.f1 > 1", [3, 2, 1]),
        ("NOT metrics.f1 >= 0", [3]),
        ("creator = 'Dana' AND experiment = 'e' AND attributes.status = 'RUNNING' AND params.lr IN ('0.4')", [4]),
        ("input.kind = 'DATASET_VERSION' AND input.number = 1 AND params.lr < 0.2", [0]),
        ("artifact_uri LIKE 'mlflow-artifacts:/%/artifacts' AND duration IS NULL AND model IS NULL", [4, 3, 2, 1, 0]),
    ):
        runs = (await api.ListRuns(pb.ListRunsRequest(filter=filter))).runs
        assert [run.id for run in runs] == [made[place] for place in found], filter


async def test_a_token_of_another_search_is_refused(api) -> None:
    for _ in range(2):
        await api.CreateRun(pb.CreateRunRequest(experiment="e"))
    token = (await api.ListRuns(pb.ListRunsRequest(page_size=1))).next_page_token
    with pytest.raises(Invalid) as caught:
        await api.ListRuns(pb.ListRunsRequest(page_size=1, page_token=token, order_by=["status"]))
    assert caught.value.reason == "PAGE_TOKEN_INVALID"
    with pytest.raises(Invalid) as caught:
        await api.ListRuns(pb.ListRunsRequest(filter="params.lr ="))
    assert (caught.value.reason, caught.value.metadata["position"]) == ("FILTER_INVALID", "12")


async def test_experiments_by_id_by_name_and_by_zero(api) -> None:
    default = await api.GetExperiment(pb.GetExperimentRequest(experiment_id="0"))
    assert (default.name, default.is_default) == ("Default", True)
    run = await api.CreateRun(pb.CreateRunRequest(experiment_id="0"))
    assert run.experiment_id == default.id
    assert [one.id for one in (await api.ListRuns(pb.ListRunsRequest(experiment_ids=["0"]))).runs] == [run.id]
    changed = await api.UpdateExperiment(pb.UpdateExperimentRequest(experiment_id="0", description="d"))
    assert (changed.name, changed.description, changed.run_count) == ("Default", "d", 1)
    await api.DeleteExperiment(pb.DeleteExperimentRequest(experiment_id=default.id))
    with pytest.raises(FailedPrecondition) as caught:
        await api.CreateRun(pb.CreateRunRequest(experiment_id=default.id))
    assert caught.value.reason == "EXPERIMENT_DELETED"
    restored = await api.RestoreExperiment(pb.RestoreExperimentRequest(experiment_id="Default"))
    assert (restored.HasField("delete_time"), restored.run_count) == (False, 1)
    with pytest.raises(NotFound):
        await api.CreateRun(pb.CreateRunRequest(experiment_id="exp_nobody"))


async def test_an_update_changes_what_it_names(api) -> None:
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e", name="n", note="old", tags=NEW))
    changed = await api.UpdateRun(pb.UpdateRunRequest(run_id=run.id, note="", remove_tags=["lr"]))
    assert (changed.name, changed.note, [one.key for one in changed.tags]) == ("n", "", ["net"])
    deleted = await api.DeleteRun(pb.DeleteRunRequest(run_id=run.id))
    assert deleted.HasField("delete_time")
    assert not (await api.RestoreRun(pb.RestoreRunRequest(run_id=run.id))).HasField("delete_time")


async def test_a_comparison_tells_how_much_the_data_differs(api) -> None:
    made = [
        (await api.CreateRun(pb.CreateRunRequest(experiment="e", params=params, inputs=[version(number)]))).id
        for number, params in ((1, NEW), (3, NEW[:1]), (2, NEW))
    ]
    await api.Log(pb.LogRequest(run_id=made[0], series=[pb.Series(key="f1", steps=[1], values=[0.5])]))
    found = await api.CompareRuns(pb.CompareRunsRequest(run_ids=made))
    assert [run.id for run in found.runs] == made
    assert [(row.key, row.differs) for row in found.params] == [("lr", False), ("net", True)]
    assert [(cell.is_set, cell.text) for cell in found.params[1].cells] == [(True, "b"), (False, ""), (True, "b")]
    assert [cell.point_count for cell in found.metrics[0].cells] == [1, 0, 0]
    [row] = found.inputs
    assert (row.name, [cell.number for cell in row.cells], row.differs) == ("tiles", [1, 3, 2], True)
    counted = [(one.old_number, one.new_number, one.added_count, one.removed_count) for one in found.data_differences]
    assert counted == [(1, 2, 2, 1), (2, 3, 3, 2)]


async def test_groups_of_runs(api) -> None:
    for params in (NEW, NEW, NEW[:1]):
        await api.CreateRun(pb.CreateRunRequest(experiment="e", params=params))
    found = await api.GroupRuns(pb.GroupRunsRequest(group_by=["params.net"], metric_keys=["f1"]))
    assert [(one.values[0].is_set, one.values[0].text, one.run_count) for one in found.groups] == [
        (True, "b", 2),
        (False, "", 1),
    ]
    assert [(one.key, one.run_count) for one in found.groups[0].metrics] == [("f1", 0)]


async def test_who_only_reads_changes_nothing(call_as, api) -> None:
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e"))
    viewer = call_as("VIEWER").experiments
    assert len((await viewer.ListRuns(pb.ListRunsRequest())).runs) == 1
    for call in (
        viewer.UpdateRun(pb.UpdateRunRequest(run_id=run.id, note="x")),
        viewer.DeleteRun(pb.DeleteRunRequest(run_id=run.id)),
        viewer.DeleteExperiment(pb.DeleteExperimentRequest(experiment_id=run.experiment_id)),
    ):
        with pytest.raises(Forbidden):
            await call


async def test_times_are_exact_to_the_millisecond(api) -> None:
    for milliseconds in (1_700_000_000_123, 1_700_000_000_001, 4_102_444_799_999):
        request = pb.CreateRunRequest(experiment="e")
        request.start_time.FromMilliseconds(milliseconds)
        run = await api.CreateRun(request)
        query = pb.ListRunsRequest(filter=f"start_time = {milliseconds}", form=pb.ListRunsRequest.TABLE)
        table = (await api.ListRuns(query)).table
        assert (list(table.ids), list(table.start_times)) == ([run.id], [milliseconds])
