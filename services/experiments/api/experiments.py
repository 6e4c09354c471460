"""Owns the methods about experiments: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import experiment_search, experiments, run_search, run_wire, wire
from services.experiments.tables import Experiment


class ExperimentMethods:
    """Methods about experiments."""

    async def ListExperiments(self, request: pb.ListExperimentsRequest, call: Call) -> pb.ListExperimentsResponse:
        page = paging.read(request, cap=50_000)
        rows = await experiment_search.page(
            call.tx,
            call.who,
            filter=request.filter,
            order_by=list(request.order_by),
            view=wire.enum_name(pb.Lifecycle.View, request.view, default=run_search.ACTIVE),
            after=page.after,
            limit=page.limit,
        )
        kept, token = page.cut(rows, key=lambda row: row.marks)
        return pb.ListExperimentsResponse(experiments=[wire.experiment(row) for row in kept], next_page_token=token)

    async def GetExperiment(self, request: pb.GetExperimentRequest, call: Call) -> pb.Experiment:
        return await _described(call, await experiments.get(call.tx, call.who, request.experiment_id))

    async def CreateExperiment(self, request: pb.CreateExperimentRequest, call: Call) -> pb.Experiment:
        row = await experiments.create(
            call.tx,
            call.who,
            name=request.name,
            description=request.description,
            tags=dict(wire.as_pairs(request.tags)),
        )
        return await _described(call, row)

    async def UpdateExperiment(self, request: pb.UpdateExperimentRequest, call: Call) -> pb.Experiment:
        row = await experiments.change(
            call.tx,
            call.who,
            request.experiment_id,
            name=run_wire.given(request, "name"),
            description=run_wire.given(request, "description"),
            set_tags=dict(wire.as_pairs(request.set_tags)),
            remove_tags=list(request.remove_tags),
        )
        return await _described(call, row)

    async def DeleteExperiment(self, request: pb.DeleteExperimentRequest, call: Call) -> pb.Experiment:
        return await _described(call, await experiments.delete(call.tx, call.who, request.experiment_id))

    async def RestoreExperiment(self, request: pb.RestoreExperimentRequest, call: Call) -> pb.Experiment:
        return await _described(call, await experiments.restore(call.tx, call.who, request.experiment_id))


async def _described(call: Call, row: Experiment) -> pb.Experiment:
    return wire.experiment(await experiment_search.counted(call.tx, row))
