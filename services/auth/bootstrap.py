"""Owns the first start: the one-time link by which the first owner comes in. Does not print or log it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import structlog

from kit.db import Database
from services.auth import workspaces
from services.auth.settings import AuthSettings

_log = structlog.get_logger(__name__)


async def open_first(db: Database, settings: AuthSettings, *, file: Path, public_url: str) -> None:
    """Write the link of the first owner to `file` (mode 0600), or take the file away once somebody has joined.

    The file is complete before the invitation is committed: a crash in between leaves a link that does not work yet and
    is replaced by the next start.
    """
    is_lost = not await asyncio.to_thread(file.exists)
    async with db.transaction() as tx:
        secret = await workspaces.open_first(tx, invitation_life=settings.invitation_life, is_lost=is_lost)
        if secret is not None:
            link = f"{public_url.rstrip('/')}/setup?token={secret}\n"
            await asyncio.to_thread(_write_private, file, link)
            _log.warning("nobody has joined yet: open the link in this file", file=str(file))
        elif await workspaces.anyone_joined(tx):
            await asyncio.to_thread(file.unlink, missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
