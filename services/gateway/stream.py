"""Owns the event feed over HTTP: replay by sequence number, and server-sent events that continue it live."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from kit.app import App
from services.gateway import feed
from services.gateway.caller import Callers
from services.gateway.feed import Outlet

_PAGE = 500
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
        request: Request, after: int = Query(0, ge=0), limit: int = Query(100, ge=1, le=_PAGE)
    ) -> EventPage:
        """Replay: the events that follow sequence number `after`, as CloudEvents with a `sequence`."""
        _, who = await callers.require(request, "GET /api/v1/events")
        async with app.db.transaction() as tx:
            events = list(await feed.after(tx, who.workspace_id, after, limit))
            return EventPage(events=events, newest_sequence=await feed.newest(tx, who.workspace_id))

    @routes.get("/api/v1/events:stream", response_class=StreamingResponse)
    async def stream_events(request: Request, after: int = Query(-1, ge=-1)) -> StreamingResponse:
        """Server-sent events from `after` (or Last-Event-ID) on, without end; -1 starts with the next event."""
        _, who = await callers.require(request, "GET /api/v1/events:stream")
        start = int(request.headers.get("last-event-id") or after)
        if start < 0:
            async with app.db.transaction() as tx:
                start = await feed.newest(tx, who.workspace_id)
        events = _follow(app, outlet, who.workspace_id, start)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return routes


async def _follow(app: App, outlet: Outlet, workspace_id: str, sequence: int) -> AsyncIterator[str]:
    yield ": connected\n\n"
    while True:
        async with app.db.transaction() as tx:
            events = await feed.after(tx, workspace_id, sequence, _PAGE)
        for event in events:
            sequence = int(event["sequence"])
            yield f"id: {sequence}\nevent: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
        if not events:
            await outlet.wait(_KEEP_ALIVE_S)
            yield ": still here\n\n"
