"""Owns the reading of audit entries: one servicer that every service registers over its own audit table.

Does not write entries: `kit.journal` does, in the transaction of what they describe. Nothing here changes one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import paging, wire
from kit.identity import Principal
from kit.journal_tables import audit
from kit.paging import Page
from kit.rpc import Call
from plumbapi.common import v1 as pb
from plumbapi.common.v1.audit_pb2_grpc import AuditServiceServicer

# What a customer is not shown: how the team signs in. The noun is the second part of an action.
_SIGN_IN_NOUNS = ("token", "session")


class AuditServicer(AuditServiceServicer):  # type: ignore[misc]
    """`plumbapi.common.v1.AuditService` for the service that registers it."""

    async def ListAuditEntries(self, request: pb.ListAuditEntriesRequest, call: Call) -> pb.ListAuditEntriesResponse:
        """Entries of the caller's workspace, newest first, by kind and by resource."""
        page = paging.read(request)
        rows = await _read(call.tx, call.who, page, kind=_kind(request), resource=request.resource)
        kept, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListAuditEntriesResponse(
            entries=[wire.fill(pb.AuditEntry, row) for row in kept], next_page_token=token
        )


async def _read(
    tx: AsyncSession, who: Principal, page: Page, *, kind: str, resource: str
) -> Sequence[Row[tuple[object, ...]]]:
    query = select(audit).where(audit.c.workspace_id == who.workspace_id)
    if kind:
        query = query.where(audit.c.kind == kind)
    if resource:
        query = query.where(audit.c.resource == resource)
    if who.role == "CUSTOMER":
        query = query.where(_shown_to_customers())
    if page.after:
        query = query.where(audit.c.id < page.after[0])
    # ids are made of the time, so their order is the order of the entries and one index serves every page
    return (await tx.execute(query.order_by(audit.c.id.desc()).limit(page.limit))).all()


def _shown_to_customers() -> ColumnElement[bool]:
    secret = or_(*(audit.c.action.like(f"%.{noun}.%") for noun in _SIGN_IN_NOUNS))
    return or_(audit.c.kind == "ACCESS", and_(audit.c.kind == "CHANGE", not_(secret)))


def _kind(request: pb.ListAuditEntriesRequest) -> str:
    return pb.AuditEntry.Kind.Name(request.kind) if request.kind else ""
