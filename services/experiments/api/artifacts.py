"""Owns the methods about the files of runs: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.blobs import ObjectStore, staging_key
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import artifacts, wire
from services.experiments.settings import ExperimentsSettings


class ArtifactMethods:
    """Methods about the files of runs."""

    def __init__(self, settings: ExperimentsSettings, blobs: ObjectStore) -> None:
        self._settings = settings
        self._blobs = blobs

    async def PrepareArtifact(self, request: pb.PrepareArtifactRequest, call: Call) -> pb.PrepareArtifactResponse:
        new = wire.as_new_artifact(request)
        async with call.transaction() as tx:
            upload = await artifacts.prepare(tx, call.who, request.run_id, new, epoch=request.epoch)
        answer = pb.PrepareArtifactResponse(upload_id=upload.id)
        if upload.known:
            return answer
        key, life = staging_key(upload.id), self._settings.upload_life
        if new.part_count == 0:
            answer.put_url = self._blobs.presign_put(key, life)
            return answer
        parts_id = await self._blobs.begin_parts(key)
        async with call.transaction() as tx:
            await artifacts.begin_parts(tx, upload, parts_id)
        numbers = range(1, new.part_count + 1)
        answer.part_urls.extend(self._blobs.presign_part(key, parts_id, number, life) for number in numbers)
        return answer

    async def CompleteArtifact(self, request: pb.CompleteArtifactRequest, call: Call) -> pb.Artifact:
        async with call.transaction() as tx:
            upload, is_here = await artifacts.announced(
                tx, call.who, request.run_id, request.upload_id, epoch=request.epoch
            )
        if is_here:
            content = artifacts.Content(upload.sha256, upload.size)
        else:
            await artifacts.join_parts(self._blobs, upload, request.part_etags)
            content = await artifacts.verify(self._blobs, call.who, upload)
        async with call.transaction() as tx:
            row = await artifacts.keep(tx, call.who, upload, content, epoch=request.epoch)
        # Only now: until the file is kept, a retry needs the bytes.
        await artifacts.discard(self._blobs, upload.id)
        return wire.artifact(row)

    async def AbortArtifact(self, request: pb.AbortArtifactRequest, call: Call) -> pb.AbortArtifactResponse:
        async with call.transaction() as tx:
            upload, _ = await artifacts.announced(tx, call.who, request.run_id, request.upload_id, epoch=request.epoch)
        await artifacts.discard(self._blobs, upload.id, upload.parts_id)
        async with call.transaction() as tx:
            await artifacts.forget(tx, upload)
        return pb.AbortArtifactResponse()

    async def DeleteArtifacts(self, request: pb.DeleteArtifactsRequest, call: Call) -> pb.DeleteArtifactsResponse:
        count = await artifacts.remove(call.tx, call.who, request.run_id, request.path, epoch=request.epoch)
        return pb.DeleteArtifactsResponse(deleted_count=count)

    async def ListArtifacts(self, request: pb.ListArtifactsRequest, call: Call) -> pb.ListArtifactsResponse:
        page = paging.read(request)
        rows = await artifacts.listing(
            call.tx, call.who, request.run_id, path=request.path, after=page.after, limit=page.limit
        )
        rows, token = page.cut(rows, key=lambda row: (row.path,))
        return pb.ListArtifactsResponse(artifacts=[wire.artifact(row) for row in rows], next_page_token=token)

    async def SignArtifact(self, request: pb.SignArtifactRequest, call: Call) -> pb.SignArtifactResponse:
        row = await artifacts.get(call.tx, call.who, request.run_id, request.path)
        await artifacts.record_access(call.tx, call.who, row)
        url = artifacts.signed_url(self._blobs, row, self._settings.download_life)
        return pb.SignArtifactResponse(artifact=wire.artifact(row), url=url)
