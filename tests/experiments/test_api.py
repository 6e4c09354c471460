"""The service behind its edge: permissions, owners of inputs, messages, idempotent requests."""

from __future__ import annotations

import hashlib
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from kit import telemetry
from kit.app import App
from kit.blobs import ObjectStore
from kit.bus import Bus
from kit.channel import LocalChannel
from kit.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound
from kit.identity import Principal, service_principal
from kit.peers import Channel, Envelope, Peers
from kit.settings import Platform
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as pb
from plumbapi.storage import v1 as storage
from services.experiments.service import setup


class Owners:
    """Answers as storage and annotation do, for one dataset version and one snapshot."""

    async def call(self, path: str, request: Message, envelope: Envelope) -> Message:
        if isinstance(request, storage.GetVersionRequest) and request.dataset_id in ("ds_1", "tiles"):
            return storage.Version(dataset_id="ds_1", dataset_name="tiles", number=3, digest="sha256:aaa")
        if isinstance(request, annotation.GetSnapshotRequest) and request.project_id == "prj_1":
            return annotation.Snapshot(project_id="prj_1", project_name="defects", number=2, digest="sha256:bbb")
        raise NotFound("no such thing")


@pytest_asyncio.fixture(scope="session")
async def app(migrated: Platform, blobs: ObjectStore) -> AsyncIterator[App]:
    """The service without its background tasks; the owners of inputs answer from memory."""
    telemetry.setup("tests", otlp_endpoint="", metrics_port=0, log_level="WARNING")
    channels: dict[str, Channel] = {"storage": Owners(), "annotation": Owners()}
    running = App("experiments", migrated, blobs, Bus(migrated.nats_url.get_secret_value()), channels)
    channels["experiments"] = LocalChannel(running.endpoint)
    await setup(running)
    yield running
    await running.close()


@pytest.fixture
def call_as(app: App, who: Principal) -> Callable[[str], Peers]:
    """`await call_as("DEVELOPER").experiments.CreateRun(request)`."""

    def peers(role: str = "DEVELOPER") -> Peers:
        caller = service_principal("trainer", who.workspace_id) if role == "SERVICE" else replace(who, role=role)
        return app.peers(Envelope(app.identity.sign(caller)))

    return peers


@pytest.fixture
def api(call_as):
    return call_as("DEVELOPER").experiments


def given(kind: str, resource_id: str, **facts: object) -> pb.Input:
    return pb.Input(kind=kind, resource_id=resource_id, **facts)


async def test_inputs_get_their_names_numbers_and_digests_from_their_owners(api) -> None:
    inputs = [
        given("DATASET_VERSION", "tiles", image_sets=["train"]),
        given("SNAPSHOT", "prj_1", number=2, digest="sha256:bbb", name="whatever"),
        pb.Input(kind="CONFIG", name="config.yaml", digest="sha256:ccc"),
    ]
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e", inputs=inputs))
    found = [(one.name, one.digest, one.resource_id, one.number, list(one.image_sets)) for one in run.inputs]
    assert found == [
        ("tiles@v3", "sha256:aaa", "ds_1", 3, ["train"]),
        ("defects@s2", "sha256:bbb", "prj_1", 2, []),
        ("config.yaml", "sha256:ccc", "", 0, []),
    ]
    again = await api.AddInputs(pb.AddInputsRequest(run_id=run.id, inputs=inputs))
    assert list(again.inputs) == list(run.inputs)
    more = await api.AddInputs(pb.AddInputsRequest(run_id=run.id, inputs=[given("DATASET_VERSION", "ds_1", number=3)]))
    assert len(more.inputs) == 4


@pytest.mark.parametrize("kind", ["DATASET_VERSION", "SNAPSHOT"])
async def test_another_digest_than_the_owners_is_refused(api, kind: str) -> None:
    resource = "ds_1" if kind == "DATASET_VERSION" else "prj_1"
    wrong = given(kind, resource, number=3, digest="sha256:else")
    with pytest.raises(FailedPrecondition) as caught:
        await api.CreateRun(pb.CreateRunRequest(experiment="e", inputs=[wrong]))
    assert caught.value.reason == "INPUT_DIGEST_MISMATCH"
    assert list((await api.ListRuns(pb.ListRunsRequest())).runs) == []


async def test_what_its_owner_does_not_know_is_no_input(api) -> None:
    for unknown in (given("DATASET_VERSION", "ds_2"), given("SNAPSHOT", "prj_2"), given("MODEL_VERSION", "mdl_2")):
        with pytest.raises(NotFound):
            await api.CreateRun(pb.CreateRunRequest(experiment="e", inputs=[unknown]))
    for unclear in (pb.Input(name="x"), pb.Input(kind="CONFIG", name="x"), given("SNAPSHOT", "")):
        with pytest.raises(Invalid):
            await api.CreateRun(pb.CreateRunRequest(experiment="e", inputs=[unclear]))


async def test_a_repeated_request_creates_one_run(api) -> None:
    request = pb.CreateRunRequest(experiment="e", request_id="create-1")
    first, second = await api.CreateRun(request), await api.CreateRun(request)
    assert first.id == second.id
    assert len((await api.ListRuns(pb.ListRunsRequest())).runs) == 1


async def test_a_run_from_its_first_param_to_its_end(api) -> None:
    record = Struct()
    record.update({"seed": 7, "flags": {"deterministic": True}})
    created = await api.CreateRun(
        pb.CreateRunRequest(experiment="e", kind=pb.Run.EVALUATION, name="n", note="why", record=record)
    )
    series = pb.Series(key="loss", steps=[0, 0.5, 1], values=[3, math.nan, 1])
    params = [pb.Param(key="lr", value="0.1")]
    log = pb.LogRequest(run_id=created.id, series=[series], params=params, sequence=1, writer="w")
    assert (await api.Log(log)).point_count == 3
    await api.FinishRun(pb.FinishRunRequest(run_id=created.id, status=pb.Run.FINISHED))
    run = await api.GetRun(pb.GetRunRequest(run_id=created.id))
    assert (run.kind, run.status, run.experiment_name, run.note) == (pb.Run.EVALUATION, pb.Run.FINISHED, "e", "why")
    assert dict(run.record["flags"]) == {"deterministic": True}
    assert run.record_digest == "sha256:" + hashlib.sha256(b'{"flags":{"deterministic":true},"seed":7}').hexdigest()
    assert list(run.params) == params
    [loss] = run.metrics
    assert (loss.last, loss.min, loss.max, loss.last_step, loss.point_count) == (1, 1, 3, 1, 3)
    assert run.end_time.ToDatetime() >= run.start_time.ToDatetime()
    assert run.creator.name == "Dana"
    [history] = (await api.GetMetricHistory(pb.GetMetricHistoryRequest(run_id=run.id))).series
    assert list(history.steps) == [0, 0.5, 1]
    assert math.isnan(history.values[1])


async def test_only_the_trainer_fences(call_as, api) -> None:
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e"))
    fence = pb.FenceRunRequest(run_id=run.id, epoch=1)
    for role in ("OWNER", "DEVELOPER", "JOB"):
        with pytest.raises(Forbidden):
            await call_as(role).experiments.FenceRun(fence)
    await call_as("SERVICE").experiments.FenceRun(fence)
    with pytest.raises(FailedPrecondition) as caught:
        await api.Log(pb.LogRequest(run_id=run.id))
    assert caught.value.reason == "EPOCH_STALE"


async def test_a_changed_param_names_its_reason(api) -> None:
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e", params=[pb.Param(key="lr", value="0.1")]))
    with pytest.raises(Conflict) as caught:
        await api.Log(pb.LogRequest(run_id=run.id, params=[pb.Param(key="lr", value="0.2")]))
    assert (caught.value.reason, caught.value.metadata) == ("PARAM_IMMUTABLE", {"key": "lr"})


async def test_from_a_file_to_the_answer_what_is_in_production(api) -> None:
    content = b"onnx"
    dataset = given("DATASET_VERSION", "ds_1", number=3)
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e", inputs=[dataset]))
    file = {"path": "model.onnx", "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    prepared = await api.PrepareArtifact(pb.PrepareArtifactRequest(run_id=run.id, **file))
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.put(prepared.put_url, content=content)
        complete = pb.CompleteArtifactRequest(run_id=run.id, upload_id=prepared.upload_id)
        assert await api.CompleteArtifact(complete) == await api.CompleteArtifact(complete)
        signed = await api.SignArtifact(pb.SignArtifactRequest(run_id=run.id, path="model.onnx"))
        assert (await http.get(signed.url)).content == content
    await api.CreateModel(pb.CreateModelRequest(name="tiles"))
    version = await api.CreateModelVersion(
        pb.CreateModelVersionRequest(model_id="tiles", run_id=run.id, artifact_path="model.onnx", note="best")
    )
    assert (version.artifact.sha256, version.artifact.path, version.model_name) == (
        file["sha256"],
        "model.onnx",
        "tiles",
    )
    model = await api.SetAlias(pb.SetAliasRequest(model_id="tiles", alias="production", version=1, reason="go"))
    assert [(alias.name, alias.version) for alias in model.aliases] == [("production", 1)]
    use = given("MODEL_VERSION", "tiles", digest=f"sha256:{file['sha256']}")
    evaluation = await api.CreateRun(pb.CreateRunRequest(experiment="e", kind=pb.Run.EVALUATION, inputs=[use]))
    assert [(one.name, one.number) for one in evaluation.inputs] == [("tiles@1", 1)]
    found = await api.GetLineage(pb.GetLineageRequest(model_id="tiles", version="production"))
    assert [one.name for one in found.training.inputs] == ["tiles@v3"]
    assert [one.id for one in found.evaluations] == [evaluation.id]
    uses = await api.ListUses(pb.ListUsesRequest(resource_id="ds_1", number=3))
    assert ([one.id for one in uses.runs], list(uses.model_versions[0].aliases)) == ([run.id], ["production"])


async def test_an_evaluation_keeps_slices_and_failures(api) -> None:
    run = await api.CreateRun(pb.CreateRunRequest(experiment="e", kind=pb.Run.EVALUATION))
    request = pb.LogEvaluationRequest(
        run_id=run.id,
        slices=[pb.Slice(dimension="tag", value="lab", image_count=3, metrics=[pb.SliceMetric(key="f1", value=0.5)])],
        failures=[pb.Failure(kind=pb.Failure.FALSE_POSITIVE, image_sha256="a" * 64, path="p", tags=["lab"], score=0.5)],
    )
    await api.LogEvaluation(request)
    answer = await api.GetEvaluation(pb.GetEvaluationRequest(run_id=run.id))
    assert (list(answer.slices), list(answer.failures)) == (list(request.slices), list(request.failures))


async def test_pages_follow_each_other_without_gap(api) -> None:
    made = [(await api.CreateRun(pb.CreateRunRequest(experiment=f"e{number}"))).id for number in range(5)]
    seen, token = [], ""
    while True:
        page = await api.ListRuns(pb.ListRunsRequest(page_size=2, page_token=token))
        seen += [run.id for run in page.runs]
        token = page.next_page_token
        if not token:
            break
    assert seen == made[::-1]
    experiments = await api.ListExperiments(pb.ListExperimentsRequest(page_size=3))
    assert [(one.name, one.run_count) for one in experiments.experiments] == [("e0", 1), ("e1", 1), ("e2", 1)]
    assert experiments.next_page_token
