"""Owns the methods about runs: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import fencing, owners, run_edits, run_search, run_tables, run_wire, runs, wire
from services.experiments.api.described import described_one
from services.experiments.run_edits import ModelLinks
from services.experiments.run_search import RunQuery
from services.experiments.runs import NewRun

_MOST_MESSAGES = 1000
# What another platform's clients may ask for at once.
_MOST_COLUMNS = 50_000


class RunMethods:
    """Methods about runs."""

    async def CreateRun(self, request: pb.CreateRunRequest, call: Call) -> pb.Run:
        new = NewRun(
            experiment=request.experiment,
            experiment_id=request.experiment_id,
            kind=wire.enum_name(pb.Run.Kind, request.kind, default="TRAINING"),
            status=wire.enum_name(pb.Run.Status, request.status, default="RUNNING"),
            name=request.name,
            note=request.note,
            params=wire.as_pairs(request.params),
            tags=wire.as_pairs(request.tags),
            inputs=await owners.check(call, request.inputs),
            record=wire.as_record(request.record),
            parent_run_id=request.parent_run_id,
            forked_from_run_id=request.forked_from_run_id,
            forked_from_step=request.forked_from_step,
            start_time=run_wire.as_time(request, "start_time"),
            user_name=request.user_name,
            datasets=run_wire.as_datasets(request.datasets),
        )
        return await described_one(call, await runs.create(call.tx, call.who, new))

    async def ListRuns(self, request: pb.ListRunsRequest, call: Call) -> pb.ListRunsResponse:
        is_table = request.form == pb.ListRunsRequest.TABLE
        page = paging.read(request, cap=_MOST_COLUMNS if is_table else _MOST_MESSAGES)
        wanted = RunQuery(
            experiment_ids=[*([request.experiment_id] if request.experiment_id else []), *request.experiment_ids],
            kind=wire.enum_name(pb.Run.Kind, request.kind, default=""),
            status=wire.enum_name(pb.Run.Status, request.status, default=""),
            parent_run_id=request.parent_run_id,
            filter=request.filter,
            order_by=list(request.order_by),
            view=wire.enum_name(pb.Lifecycle.View, request.view, default=run_search.ACTIVE),
        )
        columns = run_tables.TABLE_COLUMNS if is_table else run_tables.MESSAGE_COLUMNS
        # A statement at a time, without a transaction: each sees what is committed when it begins, either way.
        fetch = call.db.fetch
        rows = await run_search.page(fetch, call.who, wanted, columns=columns, after=page.after, limit=page.limit)
        kept, token = page.cut(rows, key=run_search.marks_of)
        links = await run_tables.links(call.tx, kept) if any(map(run_tables.has_links, kept)) else []
        if is_table:
            return pb.ListRunsResponse(table=run_tables.table(kept, links), next_page_token=token)
        runs = await run_tables.messages(fetch, kept, links)
        return pb.ListRunsResponse(runs=runs, next_page_token=token)

    async def GetRun(self, request: pb.GetRunRequest, call: Call) -> pb.Run:
        return await described_one(call, await runs.get(call.tx, call.who, request.run_id))

    async def UpdateRun(self, request: pb.UpdateRunRequest, call: Call) -> pb.Run:
        edit = run_wire.as_edit(request)
        row = await run_edits.change(call.tx, call.who, request.run_id, edit, epoch=request.epoch)
        return await described_one(call, row)

    async def DeleteRun(self, request: pb.DeleteRunRequest, call: Call) -> pb.Run:
        return await described_one(call, await run_edits.delete(call.tx, call.who, request.run_id))

    async def RestoreRun(self, request: pb.RestoreRunRequest, call: Call) -> pb.Run:
        return await described_one(call, await run_edits.restore(call.tx, call.who, request.run_id))

    async def AddDatasets(self, request: pb.AddDatasetsRequest, call: Call) -> pb.Run:
        given = run_wire.as_datasets(request.datasets)
        row = await runs.add_datasets(call.tx, call.who, request.run_id, epoch=request.epoch, given=given)
        return await described_one(call, row)

    async def AddModelLinks(self, request: pb.AddModelLinksRequest, call: Call) -> pb.Run:
        links = ModelLinks(
            inputs={one.logged_model_id: one.step for one in request.inputs},
            outputs={one.logged_model_id: one.step for one in request.outputs},
        )
        row = await run_edits.link_models(call.tx, call.who, request.run_id, links, epoch=request.epoch)
        return await described_one(call, row)

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
