"""Owns the methods about logged models: message -> use case -> message."""

from __future__ import annotations

from collections.abc import Sequence

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import logged_models, registry_search, registry_wire, versions, wire
from services.experiments.logged_models import NewLoggedModel
from services.experiments.registry_search import LoggedModelQuery
from services.experiments.tables import LoggedModel


class LoggedModelMethods:
    """Methods about logged models."""

    async def CreateLoggedModel(self, request: pb.CreateLoggedModelRequest, call: Call) -> pb.LoggedModel:
        new = NewLoggedModel(
            experiment_id=request.experiment_id,
            name=request.name,
            model_type=request.model_type,
            source_run_id=request.source_run_id,
            params=wire.as_pairs(request.params),
            tags=wire.as_pairs(request.tags),
        )
        return registry_wire.logged_model(await logged_models.create(call.tx, call.who, new), (), ())

    async def GetLoggedModel(self, request: pb.GetLoggedModelRequest, call: Call) -> pb.LoggedModel:
        row = await logged_models.get(call.tx, call.who, request.logged_model_id, deleted=request.include_deleted)
        return (await _described(call, [row]))[0]

    async def ListLoggedModels(self, request: pb.ListLoggedModelsRequest, call: Call) -> pb.ListLoggedModelsResponse:
        page = paging.read(request, cap=registry_search.MOST)
        wanted = LoggedModelQuery(
            experiment_ids=request.experiment_ids,
            filter=request.filter,
            order_by=request.order_by,
            datasets=registry_search.dataset_pairs(request.dataset_names, request.dataset_digests),
            order_datasets=_order_dataset(request),
        )
        found = await registry_search.logged_models(call.tx, call.who, wanted, after=page.after, limit=page.limit)
        rows, token = page.cut(found.rows, key=found.key)
        return pb.ListLoggedModelsResponse(logged_models=await _described(call, rows), next_page_token=token)

    async def UpdateLoggedModel(self, request: pb.UpdateLoggedModelRequest, call: Call) -> pb.LoggedModel:
        row = await logged_models.update(
            call.tx,
            call.who,
            request.logged_model_id,
            status=wire.enum_name(pb.LoggedModel.Status, request.status, default=""),
            status_message=request.status_message,
            params=wire.as_pairs(request.params),
            set_tags=wire.as_pairs(request.set_tags),
            remove_tags=request.remove_tags,
        )
        return (await _described(call, [row]))[0]

    async def DeleteLoggedModel(self, request: pb.DeleteLoggedModelRequest, call: Call) -> pb.DeleteLoggedModelResponse:
        await logged_models.remove(call.tx, call.who, request.logged_model_id)
        return pb.DeleteLoggedModelResponse()

    async def LogModelMetrics(self, request: pb.LogModelMetricsRequest, call: Call) -> pb.LogModelMetricsResponse:
        given = [registry_wire.as_measurement(one) for one in request.metrics]
        await logged_models.measure(call.tx, call.who, request.logged_model_id, given)
        return pb.LogModelMetricsResponse()


def _order_dataset(request: pb.ListLoggedModelsRequest) -> list[tuple[str, str]]:
    name = request.order_dataset_name
    return [(name, request.order_dataset_digest)] if name else []


async def _described(call: Call, rows: Sequence[LoggedModel]) -> list[pb.LoggedModel]:
    """Logged models with what was measured with them and registered from them, by two queries however many they are."""
    ids = [row.id for row in rows]
    metrics = await logged_models.metrics_of(call.tx, ids)
    registered = await versions.registered_from(call.tx, ids)
    return [registry_wire.logged_model(row, metrics.get(row.id, ()), registered.get(row.id, ())) for row in rows]
