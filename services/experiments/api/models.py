"""Owns the methods about models, their versions and lineage: message -> use case -> message."""

from __future__ import annotations

from collections.abc import Sequence

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import gate_checks, lineage, models, registry_search, versions, wire
from services.experiments.api.described import described, described_one
from services.experiments.tables import Model
from services.experiments.versions import NewVersion


class ModelMethods:
    """Methods about models, their versions and lineage."""

    async def ListModels(self, request: pb.ListModelsRequest, call: Call) -> pb.ListModelsResponse:
        page = paging.read(request, cap=registry_search.MOST)
        found = await registry_search.models(
            call.tx, call.who, request.filter, request.order_by, after=page.after, limit=page.limit
        )
        rows, token = page.cut(found.rows, key=found.key)
        return pb.ListModelsResponse(models=await described_models(call, rows), next_page_token=token)

    async def GetModel(self, request: pb.GetModelRequest, call: Call) -> pb.Model:
        return (await described_models(call, [await models.get(call.tx, call.who, request.model_id)]))[0]

    async def CreateModel(self, request: pb.CreateModelRequest, call: Call) -> pb.Model:
        tags = wire.as_pairs(request.tags)
        row = await models.create(call.tx, call.who, name=request.name, description=request.description, tags=tags)
        return wire.model(row, aliases=(), latest=())

    async def UpdateModel(self, request: pb.UpdateModelRequest, call: Call) -> pb.Model:
        row = await models.update(
            call.tx,
            call.who,
            request.model_id,
            name=request.name if request.HasField("name") else None,
            description=request.description if request.HasField("description") else None,
            set_tags=wire.as_pairs(request.set_tags),
            remove_tags=request.remove_tags,
        )
        return (await described_models(call, [row]))[0]

    async def DeleteModel(self, request: pb.DeleteModelRequest, call: Call) -> pb.DeleteModelResponse:
        await models.remove(call.tx, call.who, request.model_id)
        return pb.DeleteModelResponse()

    async def CreateModelVersion(self, request: pb.CreateModelVersionRequest, call: Call) -> pb.ModelVersion:
        new = NewVersion(
            run_id=request.run_id,
            artifact_path=request.artifact_path,
            source=request.source,
            logged_model_id=request.logged_model_id,
            foreign_run_id=request.foreign_run_id,
            run_link=request.run_link,
            note=request.note,
            tags=wire.as_pairs(request.tags),
            epoch=request.epoch,
        )
        return wire.model_version(await versions.create(call.tx, call.who, request.model_id, new))

    async def ListModelVersions(self, request: pb.ListModelVersionsRequest, call: Call) -> pb.ListModelVersionsResponse:
        page = paging.read(request)
        rows = await versions.listing(call.tx, call.who, request.model_id, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.version.number,))
        return pb.ListModelVersionsResponse(versions=[wire.model_version(row) for row in rows], next_page_token=token)

    async def SearchModelVersions(
        self, request: pb.SearchModelVersionsRequest, call: Call
    ) -> pb.SearchModelVersionsResponse:
        page = paging.read(request, cap=registry_search.MOST_VERSIONS)
        found = await registry_search.versions(
            call.tx, call.who, request.filter, request.order_by, after=page.after, limit=page.limit
        )
        rows, token = page.cut(found.rows, key=found.key)
        listed = [wire.model_version(one) for one in await versions.named(call.tx, rows)]
        return pb.SearchModelVersionsResponse(versions=listed, next_page_token=token)

    async def GetModelVersion(self, request: pb.GetModelVersionRequest, call: Call) -> pb.ModelVersion:
        return wire.model_version(await versions.get(call.tx, call.who, request.model_id, request.version))

    async def UpdateModelVersion(self, request: pb.UpdateModelVersionRequest, call: Call) -> pb.ModelVersion:
        found = await versions.get(call.tx, call.who, request.model_id, request.version, lock=True)
        stage = pb.ModelVersion.Stage.Name(request.stage) if request.HasField("stage") else None
        if stage and request.stage and stage != found.version.stage:
            # a stage says what the alias of its name says, so it is guarded alike
            await gate_checks.require_open(call, found, stage.lower())
        changed = await versions.change(
            call.tx,
            call.who,
            found,
            note=request.note if request.HasField("note") else None,
            set_tags=wire.as_pairs(request.set_tags),
            remove_tags=request.remove_tags,
            stage=stage,
            archive_others=request.archive_others,
        )
        return wire.model_version(changed)

    async def DeleteModelVersion(
        self, request: pb.DeleteModelVersionRequest, call: Call
    ) -> pb.DeleteModelVersionResponse:
        await versions.remove(call.tx, call.who, request.model_id, request.version)
        return pb.DeleteModelVersionResponse()

    async def GetLineage(self, request: pb.GetLineageRequest, call: Call) -> pb.GetLineageResponse:
        found = await lineage.of_version(call.tx, call.who, request.model_id, request.version)
        return pb.GetLineageResponse(
            version=wire.model_version(found.version),
            training=await described_one(call, found.training) if found.training else None,
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
        made = await lineage.registered_from(call.tx, [row.id for row in rows])
        return pb.ListUsesResponse(
            runs=await described(call, rows),
            model_versions=[wire.model_version(one) for one in made],
            next_page_token=token,
        )


async def described_models(call: Call, rows: Sequence[Model]) -> list[pb.Model]:
    """Models as messages, each with its aliases and its newest versions, by few queries however many they are."""
    ids = [row.id for row in rows]
    aliases, latest = await models.aliases_of(call.tx, ids), await versions.latest_of(call.tx, ids)
    return [wire.model(row, aliases.get(row.id, ()), latest.get(row.id, ())) for row in rows]
