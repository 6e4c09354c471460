"""Owns the making of export files: a snapshot through a writer into a spool file, images beside, into the object store.

Memory is one page of images, however large the snapshot; the disk holds the file once.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

from kit.app import App
from plumbapi.storage import v1 as storage
from plumbline_formats.archive import Nowhere, SingleTarget, Target, ZipTarget
from plumbline_formats.format import Writer
from plumbline_formats.model import Image
from services.annotation import exports, snapshots
from services.annotation.exchange import outward
from services.annotation.exports import Order
from services.annotation.tables import Project, Revision, SnapshotEntry, Transfer

Page = list[tuple[SnapshotEntry, Revision]]

_PAGE = 200
# Images up to this size are fetched several at a time, larger ones in pieces.
_SMALL_BYTES = 8 * 2**20
_FETCHED = 8


async def make(app: App, row: Transfer) -> dict[str, Any]:
    """Do an export or preview; returns how it ended, for `transfers.end`.

    Raises:
        FormatError: the snapshot cannot be written in this format, such as `a.jpg` and `a.png` in one of stems.
    """
    is_preview = row.kind == "PREVIEW"
    async with app.db.transaction() as tx:
        project = await tx.get_one(Project, row.project_id)
        order = exports.order_of(await snapshots.get(tx, project, row.snapshot_number), row)
        ended = await exports.known(tx, order, is_preview=is_preview, allow_loss=row.allow_loss)
    if ended is not None:
        return ended
    row.stage, row.done, row.total = "annotations", 0, order.snapshot.image_count
    if is_preview:
        writer = await _write(app, order, Nowhere(), row)
        return {"state": "SUCCEEDED", "losses": await _keep_losses(app, order, writer)}
    with tempfile.TemporaryDirectory(prefix="plumb-export-") as name:
        return await _make_file(app, order, Path(name) / "export", row)


async def _make_file(app: App, order: Order, path: Path, row: Transfer) -> dict[str, Any]:
    with path.open("wb") as file:
        archive = ZipTarget(file) if order.ending == ".zip" else None
        writer = await _write(app, order, archive or SingleTarget(file), row)
        losses = await _keep_losses(app, order, writer)
        if exports.is_to_allow(losses) and not row.allow_loss:
            return exports.refused(losses)
        if archive and order.include_images:
            await _add_images(app, order, writer, archive, row)
        if archive:
            await asyncio.to_thread(archive.close)
    row.stage = "store"
    size, sha256 = await asyncio.to_thread(_measure, path)
    await app.blobs.put(order.key, path, order.media_type)
    made = {"key": order.key, "size": size, "sha256": sha256}
    async with app.db.transaction() as tx:
        await exports.keep_file(tx, order, made)
    return {"state": "SUCCEEDED", "losses": losses, **made}


async def _write(app: App, order: Order, target: Target, row: Transfer) -> Writer:
    """Everything but the images; the target stays open."""
    assert order.format.create is not None
    writer = order.format.create(target, outward.header(order.snapshot), order.options)
    async for page in _pages(app, order):
        await asyncio.to_thread(_add, writer, page, order)
        row.done += len(page)
    await asyncio.to_thread(writer.close)
    return writer


def _add(writer: Writer, page: Page, order: Order) -> None:
    for image in _images(page, order):
        writer.add(image)


def _images(page: Page, order: Order) -> Iterable[Image]:
    names = outward.question_texts(order.snapshot.questions)
    # other formats have no place for it, and would have to report it as a loss
    provenance = order.format.name == "native"
    for entry, revision in page:
        yield outward.image(entry, revision, order.snapshot, names, provenance=provenance)


async def _keep_losses(app: App, order: Order, writer: Writer) -> list[dict[str, Any]]:
    losses = [exports.loss_document(loss, order) for loss in writer.losses.losses]
    async with app.db.transaction() as tx:
        await exports.keep_losses(tx, order, losses)
    return losses


async def _pages(app: App, order: Order) -> AsyncIterator[Page]:
    """The images of a snapshot; each page in its own transaction, since nothing about them can change."""
    after = ""
    while True:
        async with app.db.transaction() as tx:
            page = await snapshots.contents(tx, order.snapshot, after=after, limit=_PAGE)
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1][0].image_sha256


async def _add_images(app: App, order: Order, writer: Writer, archive: ZipTarget, row: Transfer) -> None:
    row.stage, row.done = "images", 0
    async for page in _pages(app, order):
        names = await asyncio.to_thread(lambda rows: [writer.image_name(image) for image in _images(rows, order)], page)
        found = await _locate(app, row, [entry.image_sha256 for entry, _ in page])
        named = list(zip(names, found, strict=True))
        for start in range(0, len(named), _FETCHED):
            group = named[start : start + _FETCHED]
            await _copy(app, [one for one in group if one[1].size <= _SMALL_BYTES], archive)
            for name, image in group:
                if image.size > _SMALL_BYTES:
                    await _stream(app, name, image, archive)
            row.done += len(group)


async def _locate(app: App, row: Transfer, digests: Sequence[str]) -> list[storage.LocatedImage]:
    """Where the images lie, in the order of the digests; the read is that of the member who asked for the export."""
    request = storage.LocateImagesRequest(sha256s=digests, reader=row.creator, purpose=f"export of {row.project_id}")
    answer = await app.peers_as_service(row.workspace_id).storage.LocateImages(request)
    found = {image.sha256: image for image in answer.images}
    return [found[digest] for digest in digests]


async def _copy(app: App, images: list[tuple[str, storage.LocatedImage]], archive: ZipTarget) -> None:
    contents = await asyncio.gather(*(app.blobs.get(image.key) for _, image in images))
    for (name, _), content in zip(images, contents, strict=True):
        await asyncio.to_thread(archive.write, name, content)


async def _stream(app: App, name: str, image: storage.LocatedImage, archive: ZipTarget) -> None:
    with archive.open(name) as file:
        async for chunk in app.blobs.stream(image.key):
            await asyncio.to_thread(file.write, chunk)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
