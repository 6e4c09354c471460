"""Owns the methods about metric series and evaluations: message -> use case -> message."""

from __future__ import annotations

from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import evaluations, metrics, wire


class MetricMethods:
    """Methods about metric series and evaluations."""

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
