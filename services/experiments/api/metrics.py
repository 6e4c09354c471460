"""Owns the methods about metric series and evaluations: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import evaluations, histories, metrics, points, runs, wire
from services.experiments.histories import Window


class MetricMethods:
    """Methods about metric series and evaluations."""

    _remembered = metrics.Remembered()

    async def Log(self, request: pb.LogRequest, call: Call) -> pb.LogResponse:
        points = metrics.Points(wire.as_columns(request.series), request.epoch, request.writer, request.sequence)
        if request.params or request.tags:
            count = await metrics.log(
                call.tx,
                call.who,
                request.run_id,
                points,
                params=wire.as_pairs(request.params),
                tags=wire.as_pairs(request.tags),
            )
        else:
            count = await metrics.log_points(call.db, call.who, request.run_id, points, self._remembered)
        return pb.LogResponse(point_count=count)

    async def GetMetricHistory(self, request: pb.GetMetricHistoryRequest, call: Call) -> pb.GetMetricHistoryResponse:
        window = Window(list(request.keys), request.max_points, wire.as_range(request))
        [found] = await histories.charts(call.db.once, call.who, [request.run_id], window)
        return pb.GetMetricHistoryResponse(series=[wire.points(one) for one in found])

    async def CompareMetrics(self, request: pb.CompareMetricsRequest, call: Call) -> pb.CompareMetricsResponse:
        window = Window(list(request.keys), request.max_points, wire.as_range(request))
        found = await histories.charts(call.db.once, call.who, list(request.run_ids), window)
        return pb.CompareMetricsResponse(
            runs=[
                pb.RunMetrics(run_id=run_id, series=[wire.points(one) for one in each])
                for run_id, each in zip(request.run_ids, found, strict=True)
            ]
        )

    async def ListMetricPoints(self, request: pb.ListMetricPointsRequest, call: Call) -> pb.ListMetricPointsResponse:
        asked = paging.read(request, default=points.PAGE, cap=points.MOST)
        await runs.get(call.tx, call.who, request.run_id)
        found = await points.page(
            call.tx,
            request.run_id,
            request.key,
            size=asked.size,
            after=asked.after,
            steps=wire.as_range(request),
            by_time=request.by_time,
        )
        token = asked.token(found.cursor) if found.cursor else ""
        return pb.ListMetricPointsResponse(series=wire.points(found.points), next_page_token=token)

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
