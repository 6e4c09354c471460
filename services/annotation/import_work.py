"""Owns the work of an import: read and check everything into a spool file, then write it page by page.

A page and the count of what is written commit together, fenced by the lease: taken up again after a restart, an import
reads and checks anew, which gives the same, and goes on behind the last page.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from kit import journal
from kit.app import App
from plumbline_formats.model import Image
from services.annotation import imports, transfers, uploads
from services.annotation.imports import Findings, Taken
from services.annotation.reading import sources
from services.annotation.settings import AnnotationSettings
from services.annotation.tables import Project, Transfer

_PAGE = 100
# Marks that a page may hold beside its number of images: bounds memory and the length of a transaction.
_PAGE_MARKS = 5000


async def bring(app: App, settings: AnnotationSettings, row: Transfer) -> dict[str, Any]:
    """Do an import; returns how it ended, for `transfers.end`.

    Raises:
        FormatError: the file cannot be read; nothing is imported.
        OperationInvalid: the project was changed so that a part no longer fits; `row.written` images are imported.
    """
    with tempfile.TemporaryDirectory(prefix="plumb-import-") as folder:
        path, spool = Path(folder) / "upload", Path(folder) / "checked"
        row.stage, row.done, row.total = "read", 0, 0
        await uploads.fetch(app.blobs, row.upload_id, path, settings.annotation_import_bytes)
        async with app.db.transaction() as tx:
            project = await tx.get_one(Project, row.project_id)
        with spool.open("wb") as file:
            findings = await _check(app, settings, project, row, path, file)
        if row.dry_run:
            return {"state": "SUCCEEDED", "report": findings.document()}
        if findings.error_count and not row.skip_invalid:
            return {"state": "REFUSED", "report": findings.document(), "error": _refusal(findings)}
        row.stage, row.done, row.total = "write", row.written, findings.image_count
        with spool.open("rb") as file:
            await _write(app, row, file)
    await _tell(app, row, findings)
    return {"state": "SUCCEEDED", "report": findings.document(row.changed)}


def _refusal(findings: Findings) -> str:
    first = findings.errors[0]
    place = ": ".join(part for part in (first["file"], first["place"]) if part)
    return (
        f"{findings.error_count} parts do not fit, so nothing was imported; the first: {place}: {first['message']}. "
        "Correct them, or skip what is invalid."
    )


async def _check(
    app: App, settings: AnnotationSettings, project: Project, row: Transfer, path: Path, spool: BinaryIO
) -> Findings:
    findings = Findings()
    async with sources.opened(path, row.file_name, row.format, row.options, settings.import_caps) as source:
        row.format, findings.guess = source.format, source.guess
        async for page in _pages(source.images()):
            async with app.db.transaction() as tx:
                matched = await imports.match(tx, project, page, source.format)
            taken = await asyncio.to_thread(imports.check, project, matched, findings)
            await asyncio.to_thread(_spool, spool, taken)
            row.done += len(page)
        findings.of_reader(source.problems, source.error_count, source.note_count)
    return findings


async def _pages(images: AsyncIterator[Image]) -> AsyncIterator[list[Image]]:
    page: list[Image] = []
    async for image in images:
        page.append(image)
        if _is_full(page):
            yield page
            page = []
    if page:
        yield page


def _is_full(page: Sequence[Image | Taken]) -> bool:
    return len(page) == _PAGE or sum(len(one.annotations) for one in page) >= _PAGE_MARKS


def _spool(file: BinaryIO, page: list[Taken]) -> None:
    for taken in page:
        file.write(orjson.dumps(asdict(taken)) + b"\n")


async def _write(app: App, row: Transfer, spool: BinaryIO) -> None:
    who = transfers.principal(row)
    lines = _unspooled(spool, row.written)
    while page := await asyncio.to_thread(next, lines, None):
        async with app.db.transaction() as tx:
            # first, since it locks the row: a process that was given up for dead ends here
            await transfers.renew(tx, row)
            changed = row.changed + await imports.merge(tx, who, page)
            written = row.written + len(page)
            await transfers.note_written(tx, row, written=written, changed=changed)
        row.written, row.done, row.changed = written, written, changed


def _unspooled(spool: BinaryIO, start: int) -> Iterator[list[Taken]]:
    page: list[Taken] = []
    for number, line in enumerate(spool):
        if number < start:
            continue
        page.append(Taken(**orjson.loads(line)))
        if _is_full(page):
            yield page
            page = []
    if page:
        yield page


async def _tell(app: App, row: Transfer, findings: Findings) -> None:
    async with app.db.transaction() as tx:
        await journal.change(
            tx,
            transfers.principal(row),
            "annotation.project.imported",
            row.project_id,
            image_count=findings.image_count,
            annotation_count=findings.annotation_count,
            problem_count=findings.error_count,
        )
