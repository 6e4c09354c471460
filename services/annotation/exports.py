"""Owns what an export is: what its bytes depend on, what is known of it already, its name and its link.

Does not write files (see `export_work`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.blobs import ObjectStore, check_key
from kit.identity import Principal
from plumbapi.annotation import v1 as pb
from plumbline_formats.format import Format, has_sidecar
from plumbline_formats.losses import Loss
from services.annotation import catalogue, rules, snapshots, transfers
from services.annotation.errors import ExportMissing
from services.annotation.tables import ExportFile, LossReport, Project, Snapshot, Transfer

# Counts changes of what writers write: files of an older count are not handed out.
_WRITERS = 1
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: a snapshot in a format, with all options, and whether the images go along."""

    snapshot: Snapshot
    format: Format
    options: catalogue.Values
    include_images: bool = False

    @property
    def ending(self) -> str:
        return ".zip" if self.include_images else self.format.ending

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES.get(self.ending, "application/octet-stream")

    @property
    def file_name(self) -> str:
        return f"{self.snapshot.project_name}-{self.snapshot.number}.{self.format.name}{self.ending}"

    @property
    def loss_digest(self) -> str:
        """Of all that the annotations of the file depend on."""
        snapshot = self.snapshot
        return _digest(
            _WRITERS,
            snapshot.workspace_id,
            snapshot.project_id,
            snapshot.project_name,
            snapshot.number,
            snapshot.digest,
            snapshot.labels,
            snapshot.questions,
            snapshot.configuration_version,
            self.format.name,
            self.options,
        )

    @property
    def file_digest(self) -> str:
        """Of all that the bytes of the file depend on."""
        return _digest(self.loss_digest, self.include_images)

    @property
    def key(self) -> str:
        digest = self.file_digest
        return check_key(f"ws/{self.snapshot.workspace_id}/annotation/exports/{digest[:2]}/{digest}")


def _digest(*parts: Any) -> str:
    return hashlib.sha256(rules.encode(parts).encode()).hexdigest()


def order_of(snapshot: Snapshot, row: Transfer) -> Order:
    """What a transfer asked for."""
    found = catalogue.writable(row.format)
    return Order(snapshot, found, catalogue.values(found.write_options, row.options), row.include_images)


async def start(
    tx: AsyncSession,
    who: Principal,
    project: Project,
    request: pb.ExportSnapshotRequest | pb.PreviewExportRequest,
) -> Transfer:
    """An export or preview; it has ended already when all is known of it.

    Raises:
        SnapshotNotFound, FormatUnsupported, OptionInvalid: nothing is started.
    """
    is_preview = isinstance(request, pb.PreviewExportRequest)
    snapshot = await snapshots.get(tx, project, request.number)
    asked: dict[str, Any] = {
        "format": request.format,
        "options": dict(request.options),
        "snapshot_number": snapshot.number,
        "include_images": not is_preview and request.include_images,
        "allow_loss": not is_preview and request.allow_loss,
    }
    kind = "PREVIEW" if is_preview else "EXPORT"
    order = order_of(snapshot, Transfer(**asked))
    ended = await known(tx, order, is_preview=is_preview, allow_loss=asked["allow_loss"])
    asked["file_name"] = "" if is_preview else order.file_name
    if ended is None:
        return await transfers.start(tx, who, project, kind, **asked)
    row = await transfers.start(tx, who, project, kind, state="RUNNING", epoch=1, **asked)
    await transfers.end(tx, row, **ended)
    await tx.refresh(row)
    return row


async def known(tx: AsyncSession, order: Order, *, is_preview: bool, allow_loss: bool) -> dict[str, Any] | None:
    """How the same request ended before, None when it has to be done."""
    report = await tx.get(LossReport, order.loss_digest)
    if report is None:
        return None
    if is_preview:
        return {"state": "SUCCEEDED", "losses": report.losses}
    if is_to_allow(report.losses) and not allow_loss:
        return refused(report.losses)
    made = await tx.get(ExportFile, order.file_digest)
    if made is None:
        return None
    return {"state": "SUCCEEDED", "losses": report.losses, "key": made.key, "size": made.size, "sha256": made.sha256}


def refused(losses: list[dict[str, Any]]) -> dict[str, Any]:
    """The end of an export that would lose something which nobody allowed."""
    lost = [loss["sentence"] for loss in losses if not loss["kept"]]
    sentences = "; ".join(lost[:5])
    more = f"; and {len(lost) - 5} more" if len(lost) > 5 else ""
    error = f"The export would lose something: {sentences}{more}. Allow the loss, or choose another format."
    return {"state": "REFUSED", "losses": losses, "error": error}


async def keep_losses(tx: AsyncSession, order: Order, losses: list[dict[str, Any]]) -> None:
    """Keep a loss report for the next request."""
    values = {"digest": order.loss_digest, "losses": losses}
    await tx.execute(insert(LossReport).values(values).on_conflict_do_nothing())


async def keep_file(tx: AsyncSession, order: Order, made: Mapping[str, Any]) -> None:
    """Keep a file (key, size, sha256) for the next request."""
    values = {"digest": order.file_digest, **made}
    await tx.execute(insert(ExportFile).values(values).on_conflict_do_nothing())


def loss_document(loss: Loss, order: Order) -> dict[str, Any]:
    """A loss as it is stored and told."""
    names = ("code", "kind", "action", "count", "examples", "sentence")
    kept = loss.is_kept(has_sidecar=has_sidecar(order.options))
    return {name: getattr(loss, name) for name in names} | {"kept": kept}


def is_to_allow(losses: Iterable[Mapping[str, Any]]) -> bool:
    """Whether something is lost that needs somebody's leave."""
    return not all(loss["kept"] for loss in losses)


async def link(
    tx: AsyncSession, who: Principal, blobs: ObjectStore, row: Transfer, life: timedelta
) -> pb.DownloadExportResponse:
    """A URL that downloads the file of an export; who takes it out of the platform is recorded.

    Raises:
        ExportMissing: the transfer made no file.
    """
    if row.kind != "EXPORT" or row.state != "SUCCEEDED":
        raise ExportMissing(f"Transfer {row.id} has no file: only an export that succeeded has one.")
    project = await tx.get_one(Project, row.project_id)
    order = order_of(await snapshots.get(tx, project, row.snapshot_number), row)
    await journal.access(
        tx,
        who,
        "annotation.snapshot.exported",
        row.project_id,
        count=order.snapshot.image_count,
        number=row.snapshot_number,
        format=row.format,
        include_images=row.include_images,
    )
    answer = pb.DownloadExportResponse(
        url=blobs.presign_get(row.key, life, row.file_name, order.media_type),
        file_name=row.file_name,
        size=row.size,
        sha256=row.sha256,
    )
    answer.expire_time.FromDatetime(clock.now() + life)
    return answer
