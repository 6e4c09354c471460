"""Owns how tests export and import: started, followed to the end, and the file fetched."""

from __future__ import annotations

import asyncio
import hashlib
from io import BytesIO
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZipFile

from plumbapi.annotation import v1 as pb
from tests.annotation.builders import Bench

_OPEN = (pb.Transfer.QUEUED, pb.Transfer.RUNNING)
_PATIENCE_S = 60


async def ended(bench: Bench, transfer: pb.Transfer) -> pb.Transfer:
    """The transfer once it has ended."""
    async with asyncio.timeout(_PATIENCE_S):
        while transfer.state in _OPEN:
            await asyncio.sleep(0.05)
            transfer = await bench.by("DEVELOPER").GetTransfer(pb.GetTransferRequest(transfer_id=transfer.id))
    return transfer


async def export(bench: Bench, wanted: str, *, role: str = "DEVELOPER", **asked: Any) -> pb.Transfer:
    request = pb.ExportSnapshotRequest(project_id=bench.project.id, format=wanted, **asked)
    return await ended(bench, await bench.by(role).ExportSnapshot(request))


async def download(bench: Bench, transfer: pb.Transfer, *, role: str = "DEVELOPER") -> bytes:
    """The bytes of an export, checked against what it says of them."""
    answer = await bench.by(role).DownloadExport(pb.DownloadExportRequest(transfer_id=transfer.id))
    content: bytes = await asyncio.to_thread(lambda: urlopen(answer.url).read())
    assert (len(content), hashlib.sha256(content).hexdigest()) == (answer.size, answer.sha256)
    return content


async def exported(bench: Bench, wanted: str, **asked: Any) -> bytes:
    """The bytes of the newest snapshot in a format, whatever is lost."""
    made = await export(bench, wanted, allow_loss=True, **asked)
    assert made.state == pb.Transfer.SUCCEEDED, made.error
    return await download(bench, made)


async def upload(bench: Bench, name: str, content: bytes) -> str:
    """The id of an upload whose bytes have arrived."""
    request = pb.PrepareImportRequest(project_id=bench.project.id, file_name=name)
    place = await bench.by("DEVELOPER").PrepareImport(request)
    await asyncio.to_thread(lambda: urlopen(Request(place.put_url, data=content, method="PUT")).read())
    return str(place.id)


async def bring(bench: Bench, name: str, content: bytes, **asked: Any) -> pb.Transfer:
    """An import of a file, ended."""
    request = pb.ImportAnnotationsRequest(
        project_id=bench.project.id, upload_id=await upload(bench, name, content), **asked
    )
    return await ended(bench, await bench.by("DEVELOPER").ImportAnnotations(request))


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
