"""Owns the motor of transfers: takes one up, keeps its lease while the work goes on, ends it. Does not do the work.

The rows are the truth: a process that dies leaves a lease that expires, and another one takes the transfer up again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from kit.app import App
from kit.errors import PlumbError, Unavailable
from plumbline_formats.problems import FormatError
from services.annotation import export_work, import_work, transfers
from services.annotation.settings import AnnotationSettings
from services.annotation.tables import Transfer
from services.annotation.transfers import LeaseLost

_log = structlog.get_logger(__name__)

_PASS_S = 0.3
# How often people see how far it is; a fraction of the lease.
_BEAT_S = 1.0


async def run_for_ever(app: App, settings: AnnotationSettings) -> None:
    """Work on transfers, one after the other."""
    while True:
        async with app.db.transaction() as tx:
            row = await transfers.take_up(tx)
        if row is None:
            await asyncio.sleep(_PASS_S)
        else:
            await perform(app, settings, row)


async def perform(app: App, settings: AnnotationSettings, row: Transfer) -> None:
    """Do a transfer that was taken up, unless another process takes it away."""
    if row.epoch > transfers.ATTEMPTS:
        await _end(app, row, _failed("It was interrupted again and again. Try it once more, or in parts."))
        return
    works: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {
        "EXPORT": lambda: export_work.make(app, row),
        "PREVIEW": lambda: export_work.make(app, row),
        "IMPORT": lambda: import_work.bring(app, settings, row),
    }
    working = asyncio.ensure_future(_outcome(works[row.kind], row))
    keeping = asyncio.create_task(_keep(app, row))
    try:
        await asyncio.wait((working, keeping), return_when=asyncio.FIRST_COMPLETED)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        if working.done() and (ended := working.result()) is not None:
            await _end(app, row, ended)
    finally:
        for task in (working, keeping):
            task.cancel()
        await asyncio.gather(working, keeping, return_exceptions=True)


async def _outcome(work: Callable[[], Awaitable[dict[str, Any]]], row: Transfer) -> dict[str, Any] | None:
    """How the work ended; None when it has to be taken up again."""
    try:
        return await work()
    except (LeaseLost, Unavailable) as error:
        _log.warning("transfer is left", transfer=row.id, error=repr(error))
        return None
    except (FormatError, PlumbError) as error:
        return _failed(str(error))
    except Exception:
        _log.exception("transfer failed", transfer=row.id)
        return _failed("Something went wrong inside the platform; the log has the details.")


def _failed(error: str) -> dict[str, Any]:
    return {"state": "FAILED", "error": error.replace("\0", "\N{REPLACEMENT CHARACTER}")[:2000]}


async def _keep(app: App, row: Transfer) -> None:
    """Renew the lease until it is lost."""
    while True:
        await asyncio.sleep(_BEAT_S)
        try:
            async with app.db.transaction() as tx:
                await transfers.renew(tx, row)
        except Unavailable as error:
            _log.warning("lease of a transfer is not renewed", transfer=row.id, error=repr(error))
        except LeaseLost:
            _log.warning("transfer is held by another process", transfer=row.id)
            return


async def _end(app: App, row: Transfer, ended: dict[str, Any]) -> None:
    try:
        async with app.db.transaction() as tx:
            await transfers.end(tx, row, **ended)
    except LeaseLost:
        _log.warning("transfer was ended by another process", transfer=row.id)
