"""Owns the servicer: message -> use case -> message. Does not decide: rules and use cases do."""

from __future__ import annotations

from dataclasses import asdict

from google.protobuf.json_format import MessageToDict

from kit import paging
from kit.rpc import Call
from plumbapi.storage import v1 as pb
from plumbapi.storage.v1 import storage_service_pb2_grpc as grpc
from services.storage import (
    batches,
    checks,
    datasets,
    differences,
    downloads,
    drafts,
    entries,
    gaps,
    images,
    uploads,
    versions,
    wire,
)
from services.storage.ingest import Ingest
from services.storage.settings import StorageSettings
from services.storage.tables import Dataset, Upload


class StorageServicer(grpc.StorageServiceServicer):  # type: ignore[misc]
    """Every method of `plumbapi.storage.v1.StorageService`."""

    def __init__(self, settings: StorageSettings, ingest: Ingest) -> None:
        self._settings = settings
        self._ingest = ingest

    async def ListDatasets(self, request: pb.ListDatasetsRequest, call: Call) -> pb.ListDatasetsResponse:
        rows, token = await datasets.list_page(call.tx, call.who, paging.read(request))
        counts = await drafts.counts_of(call.tx, rows)
        return pb.ListDatasetsResponse(
            datasets=[wire.dataset(row, counts[row.id]) for row in rows], next_page_token=token
        )

    async def GetDataset(self, request: pb.GetDatasetRequest, call: Call) -> pb.Dataset:
        return await _dataset(call, await datasets.get(call.tx, call.who, request.dataset_id))

    async def CreateDataset(self, request: pb.CreateDatasetRequest, call: Call) -> pb.Dataset:
        row = await datasets.create(call.tx, call.who, name=request.name, description=request.description)
        return wire.dataset(row)

    async def UpdateDataset(self, request: pb.UpdateDatasetRequest, call: Call) -> pb.Dataset:
        row = await datasets.update(call.tx, call.who, request.dataset_id, description=request.description)
        return await _dataset(call, row)

    async def PublishDataset(self, request: pb.PublishDatasetRequest, call: Call) -> pb.Version:
        return wire.version(
            await versions.publish(call.tx, call.who, call.blobs, request.dataset_id, note=request.note)
        )

    async def GetGap(self, request: pb.GetGapRequest, call: Call) -> pb.GetGapResponse:
        newest, sources = await gaps.get(call.tx, call.who, request.dataset_id)
        return pb.GetGapResponse(
            newest=wire.version(newest) if newest else None,
            sources=[pb.SourceGap(**asdict(source)) for source in sources],
        )

    async def ListVersions(self, request: pb.ListVersionsRequest, call: Call) -> pb.ListVersionsResponse:
        rows, token = await versions.list_page(call.tx, call.who, request.dataset_id, paging.read(request))
        return pb.ListVersionsResponse(versions=[wire.version(row) for row in rows], next_page_token=token)

    async def GetVersion(self, request: pb.GetVersionRequest, call: Call) -> pb.Version:
        return wire.version(await versions.get(call.tx, call.who, request.dataset_id, request.number))

    async def DiffVersions(self, request: pb.DiffVersionsRequest, call: Call) -> pb.DiffVersionsResponse:
        found, token, summary = await differences.between(
            call.tx, call.who, request.dataset_id, request.number, request.base, paging.read(request)
        )
        return pb.DiffVersionsResponse(
            differences=[wire.difference(one) for one in found],
            next_page_token=token,
            added_count=summary.kinds["ADDED"],
            removed_count=summary.kinds["REMOVED"],
            changed_count=summary.kinds["CHANGED"],
            sources=[
                pb.Share(value=source, image_count=count) for source, count in sorted(summary.sources.items()) if count
            ],
        )

    async def ExportVersion(self, request: pb.ExportVersionRequest, call: Call) -> pb.ExportVersionResponse:
        row, files = await versions.export(
            call.tx, call.who, call.blobs, request.dataset_id, request.number, life=self._settings.link_life
        )
        return pb.ExportVersionResponse(
            version=wire.version(row), files=[pb.ExportedFile(**asdict(file)) for file in files]
        )

    async def CreateBatch(self, request: pb.CreateBatchRequest, call: Call) -> pb.Batch:
        row = await batches.create(call.tx, call.who, request.dataset_id, source=request.source, note=request.note)
        return wire.batch(row)

    async def ListBatches(self, request: pb.ListBatchesRequest, call: Call) -> pb.ListBatchesResponse:
        rows, token = await batches.list_page(call.tx, call.who, request.dataset_id, paging.read(request))
        return pb.ListBatchesResponse(batches=[wire.batch(row) for row in rows], next_page_token=token)

    async def PrepareUploads(self, request: pb.PrepareUploadsRequest, call: Call) -> pb.PrepareUploadsResponse:
        items = [
            uploads.Item(item.path, item.sha256, item.md5, item.size, item.tags, MessageToDict(item.metadata))
            for item in request.items
        ]
        rows = await uploads.prepare(call.tx, call.who, request.batch_id, items, life=self._settings.upload_life)
        return pb.PrepareUploadsResponse(uploads=[self._prepared(call, row) for row in rows])

    async def CompleteUploads(self, request: pb.CompleteUploadsRequest, call: Call) -> pb.CompleteUploadsResponse:
        async with call.transaction() as tx:
            found = await uploads.find(tx, call.who, request.batch_id, request.upload_ids)
        # between two transactions: reading and decoding takes long, and a lock would hold up every contributor
        outcomes = await uploads.verify(self._ingest, found)
        rows = await uploads.complete(call.tx, call.who, request.batch_id, request.upload_ids, outcomes)
        await uploads.clear(self._ingest, rows, outcomes)
        return pb.CompleteUploadsResponse(uploads=[wire.upload(row) for row in rows])

    async def ListImages(self, request: pb.ListImagesRequest, call: Call) -> pb.ListImagesResponse:
        wanted = images.Filter(
            version=request.version,
            source=request.source,
            tag=request.tag,
            batch_id=request.batch_id,
            path_prefix=request.path_prefix,
        )
        rows, token = await images.list_page(call.tx, call.who, request.dataset_id, wanted, paging.read(request))
        return pb.ListImagesResponse(
            images=[wire.image(entry, measured) for entry, measured in rows], next_page_token=token
        )

    async def TagImages(self, request: pb.TagImagesRequest, call: Call) -> pb.TagImagesResponse:
        checks.is_draft(request.version)
        count = await entries.tag(
            call.tx,
            call.who,
            request.dataset_id,
            request.paths,
            add=request.add_tags,
            remove=request.remove_tags,
            metadata=MessageToDict(request.metadata),
        )
        return pb.TagImagesResponse(changed_count=count)

    async def RemoveImages(self, request: pb.RemoveImagesRequest, call: Call) -> pb.RemoveImagesResponse:
        checks.is_draft(request.version)
        count = await entries.remove(call.tx, call.who, request.dataset_id, request.paths)
        return pb.RemoveImagesResponse(removed_count=count)

    async def GetImage(self, request: pb.GetImageRequest, call: Call) -> pb.GetImageResponse:
        row = await images.get(call.tx, call.who, request.sha256)
        places = await images.places(call.tx, call.who, row.sha256)
        return pb.GetImageResponse(
            image=wire.image_alone(row), places=[pb.ImagePlace(**asdict(place)) for place in places]
        )

    async def SignDownloads(self, request: pb.SignDownloadsRequest, call: Call) -> pb.SignDownloadsResponse:
        links = await downloads.sign(
            call.tx,
            call.who,
            call.blobs,
            request.sha256s,
            preview=request.rendition == pb.SignDownloadsRequest.PREVIEW,
            purpose=request.purpose,
            life=self._settings.link_life,
        )
        return pb.SignDownloadsResponse(downloads=[wire.download(link) for link in links])

    async def LocateImages(self, request: pb.LocateImagesRequest, call: Call) -> pb.LocateImagesResponse:
        reader = MessageToDict(request.reader, preserving_proto_field_name=True)
        rows = await downloads.locate(call.tx, call.who, request.sha256s, reader=reader, purpose=request.purpose)
        return pb.LocateImagesResponse(images=[wire.located(row) for row in rows])

    async def GetThumbnail(self, request: pb.GetThumbnailRequest, call: Call) -> pb.GetThumbnailResponse:
        content = await images.thumbnail(call.tx, call.who, call.blobs, request.sha256)
        return pb.GetThumbnailResponse(content=content)

    def _prepared(self, call: Call, row: Upload) -> pb.Upload:
        if row.state != "NEEDED":
            return wire.upload(row)
        return wire.upload(row, uploads.put_url(call.blobs, row, self._settings.upload_life))


async def _dataset(call: Call, row: Dataset) -> pb.Dataset:
    return wire.dataset(row, await drafts.counts(call.tx, row))
