"""Lists, comparisons and groups of runs behind the edge: messages, columns, pages, peers, permissions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

import orjson
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
from services.experiments import compaction
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
    pairs = [{"key": one.key, "value": one.value} for one in NEW]
    assert [orjson.loads(one) for one in table.params] == [orjson.loads(one) for one in table.tags] == [[], pairs]
    none, held = (sorted(orjson.loads(one), key=itemgetter("key")) for one in table.metrics)
    assert none == []
    assert held == [
        {"key": "loss", "value": 1, "timestamp": 20, "step": 2},
        {"key": "x", "value": "NaN", "timestamp": round(runs[1].metrics[1].last_time), "step": 1},
    ]
    loss = runs[1].metrics[0]
    assert (loss.key, loss.last, loss.last_time, loss.point_count) == ("loss", 1, 20, 2)
    [links] = table.links
    assert (links.row, list(links.inputs), list(links.datasets)) == (1, list(runs[1].inputs), [dataset])
    assert list(links.model_outputs) == list(runs[1].model_outputs) == [pb.ModelLink(logged_model_id="m-1", step=3)]
    whole = await api.GetRun(pb.GetRunRequest(run_id=first.id))
    assert [whole] == [runs[1]]


async def _listed(api) -> list[dict[str, Any]]:
    """The metrics of the only run, as a table tells them."""
    [metrics] = (await api.ListRuns(pb.ListRunsRequest(form=pb.ListRunsRequest.TABLE))).table.metrics
    return sorted(orjson.loads(metrics), key=itemgetter("key"))


async def test_a_table_tells_what_is_logged_to_a_settled_run(api, app) -> None:
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e"))
    await api.Log(pb.LogRequest(run_id=run.id, series=[pb.Series(key="loss", steps=[1], values=[3], times=[10.4])]))
    await api.FinishRun(pb.FinishRunRequest(run_id=run.id, status=pb.Run.FINISHED))
    first = {"key": "loss", "value": 3, "timestamp": 10, "step": 1}
    assert await _listed(api) == [first]
    assert await compaction.compact_once(app.db)
    assert await _listed(api) == [first]
    await api.Log(pb.LogRequest(run_id=run.id, series=[pb.Series(key="x", steps=[2], values=[math.inf], times=[1e12])]))
    fresh = {"key": "x", "value": "Infinity", "timestamp": 10**12, "step": 2}
    assert await _listed(api) == [first, fresh]
    assert await compaction.compact_once(app.db)
    assert await _listed(api) == [first, fresh]


async def test_tags_of_a_table_follow_the_run_and_leave_out_what_it_says_itself(api) -> None:
    odd = {"mlflow.runName": "n", "mlflow.note.content": "t", "mlflow.parentRunId": "p", 'a "b" c': "ü\\ \x01", "z": ""}
    tags = [pb.Param(key=key, value=value) for key, value in odd.items()]
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e", tags=tags))
    query = pb.ListRunsRequest(form=pb.ListRunsRequest.TABLE)
    [listed] = (await api.ListRuns(query)).table.tags
    shown = [{"key": one.key, "value": one.value} for one in tags[3:]]
    assert sorted(orjson.loads(listed), key=itemgetter("key")) == shown
    change = pb.UpdateRunRequest(run_id=run.id, set_tags=[pb.Param(key="z", value="1")], remove_tags=[tags[3].key])
    await api.UpdateRun(change)
    [listed] = (await api.ListRuns(query)).table.tags
    assert orjson.loads(listed) == [{"key": "z", "value": "1"}]


async def test_a_run_without_a_parent_has_none(api) -> None:
    parent = await api.CreateRun(pb.CreateRunRequest(experiment="e"))
    child = await api.CreateRun(pb.CreateRunRequest(experiment="e", parent_run_id=parent.id))
    for text, expected in (
        ("parent_run_id IS NULL", parent),
        ("parent_run_id = ''", parent),
        ("parent_run_id IS NOT NULL", child),
        ("NOT parent_run_id IS NULL", child),
    ):
        found = (await api.ListRuns(pb.ListRunsRequest(filter=text))).runs
        assert [run.id for run in found] == [expected.id], text


async def test_the_default_experiment_is_searched_by_its_short_name(api) -> None:
    for given in (["0"], ["0", "exp_absent"]):
        assert not (await api.ListRuns(pb.ListRunsRequest(experiment_ids=given))).runs
    other = await api.CreateRun(pb.CreateRunRequest(experiment="e"))
    run = await api.CreateRun(pb.CreateRunRequest(experiment_id="0"))
    for given, expected in ((["0"], [run.id]), (["0", other.experiment_id], [run.id, other.id])):
        found = (await api.ListRuns(pb.ListRunsRequest(experiment_ids=given))).runs
        assert [one.id for one in found] == expected


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
