"""Owns the methods about experiments and runs: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import experiments, fencing, owners, run_views, runs, wire
from services.experiments.api.described import described, described_one
from services.experiments.run_views import RunFilter
from services.experiments.runs import NewRun


class RunMethods:
    """Methods about experiments and runs."""

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
        return await described_one(call, await runs.create(call.tx, call.who, new))

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
        return pb.ListRunsResponse(runs=await described(call, rows), next_page_token=token)

    async def GetRun(self, request: pb.GetRunRequest, call: Call) -> pb.Run:
        return await described_one(call, await runs.get(call.tx, call.who, request.run_id))

    async def AddInputs(self, request: pb.AddInputsRequest, call: Call) -> pb.Run:
        checked = await owners.check(call, request.inputs)
        row = await runs.add_inputs(call.tx, call.who, request.run_id, epoch=request.epoch, checked=checked)
        return await described_one(call, row)

    async def SetRecord(self, request: pb.SetRecordRequest, call: Call) -> pb.Run:
        record = wire.as_record(request.record)
        row = await runs.set_record(call.tx, call.who, request.run_id, epoch=request.epoch, record=record)
        return await described_one(call, row)

    async def FinishRun(self, request: pb.FinishRunRequest, call: Call) -> pb.Run:
        row = await runs.finish(
            call.tx,
            call.who,
            request.run_id,
            epoch=request.epoch,
            status=wire.enum_name(pb.Run.Status, request.status, default="STATUS_UNSPECIFIED"),
            error=request.error,
        )
        return await described_one(call, row)

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
