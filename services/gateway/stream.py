"""Owns the event feed over HTTP: replay by sequence number, and server-sent events that continue it live."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from kit.app import App
from kit.errors import Forbidden, Invalid, Unauthenticated
from services.gateway import feed
from services.gateway.caller import Callers
from services.gateway.feed import Outlet

_PAGE = 500
_STREAM_ROW = "GET /api/v1/events:stream"
# a sequence number is a bigint
_LARGEST = 2**63 - 1
_DIGITS = 19
# shorter than the idle timeout of common proxies
_KEEP_ALIVE_S = 15.0


class EventPage(BaseModel):
    """Events in order; ask again with `after` = the last `sequence` for more."""

    events: list[dict[str, Any]]
    newest_sequence: int


def router(app: App, callers: Callers, outlet: Outlet) -> APIRouter:
    """Routes that hand out the caller's workspace's events."""
    routes = APIRouter(tags=["events"])

    @routes.get("/api/v1/events")
    async def list_events(
        request: Request, after: int = Query(0, ge=0, le=_LARGEST), limit: int = Query(100, ge=1, le=_PAGE)
    ) -> EventPage:
        """Replay: the events that follow sequence number `after`, as CloudEvents with a `sequence`."""
        _, who = await callers.require(request, "GET /api/v1/events")
        async with app.db.transaction() as tx:
            events = list(await feed.after(tx, who.workspace_id, after, limit))
            return EventPage(events=events, newest_sequence=await feed.newest(tx, who.workspace_id))

    @routes.get(
        "/api/v1/events:stream",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def stream_events(request: Request, after: int = Query(-1, ge=-1, le=_LARGEST)) -> StreamingResponse:
        """Server-sent events from `after` (or Last-Event-ID) on, without end; -1 starts with the next event."""
        _, who = await callers.require(request, _STREAM_ROW)
        start = _resume(request, after)
        if start < 0:
            async with app.db.transaction() as tx:
                start = await feed.newest(tx, who.workspace_id)

        async def events() -> AsyncIterator[str]:
            yield ": connected\n\n"
            with outlet.listening(who.workspace_id) as arrived:
                async for part in _follow(app, who.workspace_id, start, arrived):
                    if not await _still_allowed(callers, request):
                        return
                    yield part

        return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return routes


async def _follow(app: App, workspace_id: str, sequence: int, arrived: asyncio.Event) -> AsyncIterator[str]:
    """The parts of a stream: everything new at once, or a sign of life when nothing came."""
    while True:
        arrived.clear()
        async with app.db.transaction() as tx:
            events = await feed.after(tx, workspace_id, sequence, _PAGE)
        if events:
            sequence = int(events[-1]["sequence"])
            yield "".join(_frame(event) for event in events)
            continue
        try:
            async with asyncio.timeout(_KEEP_ALIVE_S):
                await arrived.wait()
        except TimeoutError:
            yield ": still here\n\n"


def _frame(event: dict[str, Any]) -> str:
    return f"id: {event['sequence']}\nevent: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"


def _resume(request: Request, after: int) -> int:
    """Where a stream continues: behind the last event that the client says it has seen."""
    last = request.headers.get("last-event-id", "")
    if last and not (last.isdecimal() and len(last) < _DIGITS):
        raise Invalid("Last-Event-ID must be the `sequence` of an event.", reason="PARAMETER_INVALID")
    return int(last) if last else after


async def _still_allowed(callers: Callers, request: Request) -> bool:
    """A stream outlives what it was opened with: a revoked token or an ended session ends it too."""
    try:
        await callers.require(request, _STREAM_ROW)
    except (Unauthenticated, Forbidden):
        return False
    return True
