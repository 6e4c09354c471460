"""Owns the methods about the files of runs: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.blobs import ObjectStore
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
        upload = await artifacts.prepare(call.tx, call.who, request.run_id, new, epoch=request.epoch)
        answer = pb.PrepareArtifactResponse(upload_id=upload.id)
        if not upload.known:
            answer.put_url = self._blobs.presign_put(artifacts.staging_key(upload.id), self._settings.upload_life)
        return answer

    async def CompleteArtifact(self, request: pb.CompleteArtifactRequest, call: Call) -> pb.Artifact:
        async with call.transaction() as tx:
            upload, is_here = await artifacts.announced(
                tx, call.who, request.run_id, request.upload_id, epoch=request.epoch
            )
        if not is_here:
            await artifacts.verify(self._blobs, call.who, upload)
        async with call.transaction() as tx:
            row = await artifacts.keep(tx, call.who, upload, epoch=request.epoch)
        # Only now: until the file is kept, a retry needs the bytes.
        await artifacts.discard(self._blobs, upload)
        return wire.artifact(row)

    async def ListArtifacts(self, request: pb.ListArtifactsRequest, call: Call) -> pb.ListArtifactsResponse:
        page = paging.read(request)
        rows = await artifacts.listing(call.tx, call.who, request.run_id, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.path,))
        return pb.ListArtifactsResponse(artifacts=[wire.artifact(row) for row in rows], next_page_token=token)

    async def SignArtifact(self, request: pb.SignArtifactRequest, call: Call) -> pb.SignArtifactResponse:
        row = await artifacts.get(call.tx, call.who, request.run_id, request.path)
        await artifacts.record_access(call.tx, call.who, row)
        url = artifacts.signed_url(self._blobs, row, self._settings.download_life)
        return pb.SignArtifactResponse(artifact=wire.artifact(row), url=url)
