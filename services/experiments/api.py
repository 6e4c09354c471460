"""Owns the servicer: message -> use case -> message. Does not decide: rules and use cases do."""

from __future__ import annotations

from collections.abc import Sequence

from kit import paging
from kit.blobs import ObjectStore
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from plumbapi.experiments.v1 import experiments_service_pb2_grpc as grpc
from services.experiments import (
    aliases,
    artifacts,
    evaluations,
    experiments,
    fencing,
    lineage,
    metrics,
    models,
    owners,
    run_views,
    runs,
    wire,
)
from services.experiments.run_views import RunFilter
from services.experiments.runs import NewRun
from services.experiments.settings import ExperimentsSettings
from services.experiments.tables import Model, Run


class ExperimentsServicer(grpc.ExperimentsServiceServicer):  # type: ignore[misc]
    """Every method of `plumbapi.experiments.v1.ExperimentsService`."""

    def __init__(self, settings: ExperimentsSettings, blobs: ObjectStore) -> None:
        self._settings = settings
        self._blobs = blobs

    async def ListExperiments(self, request: pb.ListExperimentsRequest, call: Call) -> pb.ListExperimentsResponse:
        page = paging.read(request)
        rows = await experiments.listing(call.tx, call.who, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.experiment.id,))
        return pb.ListExperimentsResponse(experiments=[wire.experiment(row) for row in rows], next_page_token=token)

    async def CreateExperiment(self, request: pb.CreateExperimentRequest, call: Call) -> pb.Experiment:
        row = await experiments.create(call.tx, call.who, name=request.name, description=request.description)
        return wire.experiment(experiments.CountedExperiment(row, run_count=0))

    async def CreateRun(self, request: pb.CreateRunRequest, call: Call) -> pb.Run:
        new = NewRun(
            experiment=request.experiment,
            kind=wire.enum_name(pb.Run.Kind, request.kind, default="TRAINING"),
            name=request.name,
            note=request.note,
            params=wire.as_pairs(request.params),
            tags=wire.as_pairs(request.tags),
            inputs=await owners.check(call, request.inputs),
            record=wire.as_record(request.record),
            parent_run_id=request.parent_run_id,
        )
        return await _run(call, await runs.create(call.tx, call.who, new))

    async def ListRuns(self, request: pb.ListRunsRequest, call: Call) -> pb.ListRunsResponse:
        page = paging.read(request)
        wanted = RunFilter(
            experiment_id=request.experiment_id,
            kind=wire.enum_name(pb.Run.Kind, request.kind, default=""),
            status=wire.enum_name(pb.Run.Status, request.status, default=""),
            parent_run_id=request.parent_run_id,
        )
        rows = await run_views.listing(call.tx, call.who, wanted, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListRunsResponse(runs=await _runs(call, rows), next_page_token=token)

    async def GetRun(self, request: pb.GetRunRequest, call: Call) -> pb.Run:
        return await _run(call, await runs.get(call.tx, call.who, request.run_id))

    async def AddInputs(self, request: pb.AddInputsRequest, call: Call) -> pb.Run:
        checked = await owners.check(call, request.inputs)
        row = await runs.add_inputs(call.tx, call.who, request.run_id, epoch=request.epoch, checked=checked)
        return await _run(call, row)

    async def SetRecord(self, request: pb.SetRecordRequest, call: Call) -> pb.Run:
        record = wire.as_record(request.record)
        row = await runs.set_record(call.tx, call.who, request.run_id, epoch=request.epoch, record=record)
        return await _run(call, row)

    async def FinishRun(self, request: pb.FinishRunRequest, call: Call) -> pb.Run:
        row = await runs.finish(
            call.tx,
            call.who,
            request.run_id,
            epoch=request.epoch,
            status=wire.enum_name(pb.Run.Status, request.status, default="STATUS_UNSPECIFIED"),
            error=request.error,
        )
        return await _run(call, row)

    async def FenceRun(self, request: pb.FenceRunRequest, call: Call) -> pb.FenceRunResponse:
        await fencing.fence(
            call.tx,
            call.who,
            request.run_id,
            epoch=request.epoch,
            from_step=request.from_step,
            job_id=request.job_id,
        )
        return pb.FenceRunResponse()

    async def Log(self, request: pb.LogRequest, call: Call) -> pb.LogResponse:
        count = await metrics.log(
            call.tx,
            call.who,
            request.run_id,
            wire.as_columns(request.series),
            epoch=request.epoch,
            writer=request.writer,
            sequence=request.sequence,
            params=wire.as_pairs(request.params),
            tags=wire.as_pairs(request.tags),
        )
        return pb.LogResponse(point_count=count)

    async def GetMetricHistory(self, request: pb.GetMetricHistoryRequest, call: Call) -> pb.GetMetricHistoryResponse:
        found = await metrics.history(
            call.tx, call.who, request.run_id, keys=list(request.keys), max_points=request.max_points
        )
        return pb.GetMetricHistoryResponse(series=[wire.points(one) for one in found])

    async def LogEvaluation(self, request: pb.LogEvaluationRequest, call: Call) -> pb.LogEvaluationResponse:
        await evaluations.replace(
            call.tx,
            call.who,
            request.run_id,
            epoch=request.epoch,
            slices=[wire.as_slice(one) for one in request.slices],
            failures=[wire.as_failure(one) for one in request.failures],
        )
        return pb.LogEvaluationResponse()

    async def GetEvaluation(self, request: pb.GetEvaluationRequest, call: Call) -> pb.GetEvaluationResponse:
        slices, failures = await evaluations.get(call.tx, call.who, request.run_id)
        return pb.GetEvaluationResponse(
            slices=[wire.evaluation_slice(one) for one in slices],
            failures=[wire.evaluation_failure(one) for one in failures],
        )

    async def PrepareArtifact(self, request: pb.PrepareArtifactRequest, call: Call) -> pb.PrepareArtifactResponse:
        new = wire.as_new_artifact(request)
        upload = await artifacts.prepare(call.tx, call.who, request.run_id, new, epoch=request.epoch)
        answer = pb.PrepareArtifactResponse(upload_id=upload.id)
        if not upload.known:
            answer.put_url = self._blobs.presign_put(artifacts.staging_key(upload.id), self._settings.upload_life)
        return answer

    async def CompleteArtifact(self, request: pb.CompleteArtifactRequest, call: Call) -> pb.Artifact:
        async with call.transaction() as tx:
            upload, is_here = await artifacts.announced(
                tx, call.who, request.run_id, request.upload_id, epoch=request.epoch
            )
        if not is_here:
            await artifacts.verify(self._blobs, call.who, upload)
        async with call.transaction() as tx:
            row = await artifacts.keep(tx, call.who, upload, epoch=request.epoch)
        # Only now: until the file is kept, a retry needs the bytes.
        await artifacts.discard(self._blobs, upload)
        return wire.artifact(row)

    async def ListArtifacts(self, request: pb.ListArtifactsRequest, call: Call) -> pb.ListArtifactsResponse:
        page = paging.read(request)
        rows = await artifacts.listing(call.tx, call.who, request.run_id, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.path,))
        return pb.ListArtifactsResponse(artifacts=[wire.artifact(row) for row in rows], next_page_token=token)

    async def SignArtifact(self, request: pb.SignArtifactRequest, call: Call) -> pb.SignArtifactResponse:
        row = await artifacts.get(call.tx, call.who, request.run_id, request.path)
        await artifacts.record_access(call.tx, call.who, row)
        url = artifacts.signed_url(self._blobs, row, self._settings.download_life)
        return pb.SignArtifactResponse(artifact=wire.artifact(row), url=url)

    async def ListModels(self, request: pb.ListModelsRequest, call: Call) -> pb.ListModelsResponse:
        page = paging.read(request)
        rows = await models.listing(call.tx, call.who, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListModelsResponse(models=await _models(call, rows), next_page_token=token)

    async def GetModel(self, request: pb.GetModelRequest, call: Call) -> pb.Model:
        return (await _models(call, [await models.get(call.tx, call.who, request.model_id)]))[0]

    async def CreateModel(self, request: pb.CreateModelRequest, call: Call) -> pb.Model:
        row = await models.create(call.tx, call.who, name=request.name, description=request.description)
        return wire.model(row, aliases=())

    async def CreateModelVersion(self, request: pb.CreateModelVersionRequest, call: Call) -> pb.ModelVersion:
        named = await models.create_version(
            call.tx,
            call.who,
            request.model_id,
            run_id=request.run_id,
            artifact_path=request.artifact_path,
            note=request.note,
            epoch=request.epoch,
        )
        return wire.model_version(named)

    async def ListModelVersions(self, request: pb.ListModelVersionsRequest, call: Call) -> pb.ListModelVersionsResponse:
        page = paging.read(request)
        rows = await models.list_versions(call.tx, call.who, request.model_id, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.version.number,))
        return pb.ListModelVersionsResponse(versions=[wire.model_version(row) for row in rows], next_page_token=token)

    async def GetModelVersion(self, request: pb.GetModelVersionRequest, call: Call) -> pb.ModelVersion:
        return wire.model_version(await models.get_version(call.tx, call.who, request.model_id, request.version))

    async def SetAlias(self, request: pb.SetAliasRequest, call: Call) -> pb.Model:
        row = await aliases.point(
            call.tx,
            call.who,
            request.model_id,
            alias=request.alias,
            version=request.version,
            reason=request.reason,
        )
        return (await _models(call, [row]))[0]

    async def ListAliasChanges(self, request: pb.ListAliasChangesRequest, call: Call) -> pb.ListAliasChangesResponse:
        page = paging.read(request)
        rows = await aliases.changes(
            call.tx, call.who, request.model_id, request.alias, after=page.after, limit=page.limit
        )
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListAliasChangesResponse(changes=[wire.alias_change(row) for row in rows], next_page_token=token)

    async def GetLineage(self, request: pb.GetLineageRequest, call: Call) -> pb.GetLineageResponse:
        found = await lineage.of_version(call.tx, call.who, request.model_id, request.version)
        return pb.GetLineageResponse(
            version=wire.model_version(found.version),
            training=await _run(call, found.training),
            ancestors=await _runs(call, found.ancestors),
            evaluations=await _runs(call, found.evaluations),
            inferences=await _runs(call, found.inferences),
        )

    async def ListUses(self, request: pb.ListUsesRequest, call: Call) -> pb.ListUsesResponse:
        page = paging.read(request)
        rows = await lineage.uses(
            call.tx, call.who, request.resource_id, request.number, after=page.after, limit=page.limit
        )
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        versions = await lineage.registered_from(call.tx, [row.id for row in rows])
        return pb.ListUsesResponse(
            runs=await _runs(call, rows),
            model_versions=[wire.model_version(one) for one in versions],
            next_page_token=token,
        )


async def _run(call: Call, row: Run) -> pb.Run:
    return wire.run(await run_views.describe_one(call.tx, row))


async def _runs(call: Call, rows: Sequence[Run]) -> list[pb.Run]:
    return [wire.run(view) for view in await run_views.describe(call.tx, rows)]


async def _models(call: Call, rows: Sequence[Model]) -> list[pb.Model]:
    found = await models.aliases_of(call.tx, [row.id for row in rows])
    return [wire.model(row, found.get(row.id, ())) for row in rows]
