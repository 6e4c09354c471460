"""Owns the methods about models, aliases and lineage: message -> use case -> message."""

from __future__ import annotations

from collections.abc import Sequence

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import aliases, lineage, models, wire
from services.experiments.api.described import described, described_one
from services.experiments.tables import Model


class ModelMethods:
    """Methods about models, aliases and lineage."""

    async def ListModels(self, request: pb.ListModelsRequest, call: Call) -> pb.ListModelsResponse:
        page = paging.read(request)
        rows = await models.listing(call.tx, call.who, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListModelsResponse(models=await _with_aliases(call, rows), next_page_token=token)

    async def GetModel(self, request: pb.GetModelRequest, call: Call) -> pb.Model:
        return (await _with_aliases(call, [await models.get(call.tx, call.who, request.model_id)]))[0]

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
        return (await _with_aliases(call, [row]))[0]

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
            training=await described_one(call, found.training),
            ancestors=await described(call, found.ancestors),
            evaluations=await described(call, found.evaluations),
            inferences=await described(call, found.inferences),
        )

    async def ListUses(self, request: pb.ListUsesRequest, call: Call) -> pb.ListUsesResponse:
        page = paging.read(request)
        rows = await lineage.uses(
            call.tx, call.who, request.resource_id, request.number, after=page.after, limit=page.limit
        )
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        versions = await lineage.registered_from(call.tx, [row.id for row in rows])
        return pb.ListUsesResponse(
            runs=await described(call, rows),
            model_versions=[wire.model_version(one) for one in versions],
            next_page_token=token,
        )


async def _with_aliases(call: Call, rows: Sequence[Model]) -> list[pb.Model]:
    found = await models.aliases_of(call.tx, [row.id for row in rows])
    return [wire.model(row, found.get(row.id, ())) for row in rows]
