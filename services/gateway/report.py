"""Owns the access report: who changed and who has seen what, merged from the audit of every service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from pydantic import BaseModel

from kit import contract
from kit.app import App
from kit.errors import Invalid
from kit.peers import Peers
from plumbapi.common import v1 as common
from services.gateway.caller import Callers

_AUDIT = contract.path(contract.AUDIT.methods_by_name["ListAuditEntries"])


class AccessEntry(BaseModel):
    """One change or one read of confidential images."""

    id: str
    time: datetime
    service: str
    actor: str
    actor_kind: str
    kind: str
    action: str
    resource: str
    count: int
    detail: dict[str, Any]


class AccessReport(BaseModel):
    """Newest first."""

    entries: list[AccessEntry]


def router(app: App, callers: Callers) -> APIRouter:
    """The route of the report."""
    routes = APIRouter(tags=["audit"])

    @routes.get("/api/v1/accessReport")
    async def get_access_report(
        request: Request, kind: str = "", resource: str = "", limit: int = Query(200, ge=1, le=500)
    ) -> AccessReport:
        """Who changed (`CHANGE`) and who has seen (`ACCESS`) what in the workspace; customers may read it too."""
        envelope, _ = await callers.require(request, "GET /api/v1/accessReport")
        if kind not in ("", "CHANGE", "ACCESS"):
            raise Invalid("kind is CHANGE, ACCESS or empty.", reason="PARAMETER_INVALID")
        found = await entries(app.peers(envelope), kind=kind, resource=resource, limit=limit)
        own = await app.endpoint.dispatch(_AUDIT, _query(kind, resource, limit), envelope)
        return AccessReport(entries=_newest([*found, *_entries("gateway", own)], limit))

    return routes


async def entries(peers: Peers, *, kind: str, resource: str = "", limit: int) -> list[AccessEntry]:
    """The newest entries of all services; the gateway's own are not among them.

    Raises:
        Forbidden: the caller's role may not read the audit.
    """
    answers = await peers.call_all(_AUDIT, _query(kind, resource, limit))
    return _newest([entry for service, answer in answers.items() for entry in _entries(service, answer)], limit)


def _query(kind: str, resource: str, limit: int) -> common.ListAuditEntriesRequest:
    wanted = common.AuditEntry.Kind.Value(kind) if kind else 0
    return common.ListAuditEntriesRequest(kind=wanted, resource=resource, page_size=limit)


def _newest(found: list[AccessEntry], limit: int) -> list[AccessEntry]:
    return sorted(found, key=lambda entry: entry.time, reverse=True)[:limit]


def _entries(service: str, answer: Message) -> list[AccessEntry]:
    return [_entry(service, entry) for entry in answer.entries]  # type: ignore[attr-defined]


def _entry(service: str, entry: common.AuditEntry) -> AccessEntry:
    return AccessEntry(
        id=entry.id,
        time=entry.create_time.ToDatetime(UTC),
        service=service,
        actor=entry.actor.name,
        actor_kind=common.Actor.Kind.Name(entry.actor.kind),
        kind=common.AuditEntry.Kind.Name(entry.kind),
        action=entry.action,
        resource=entry.resource,
        count=entry.count,
        detail=MessageToDict(entry.detail),
    )
