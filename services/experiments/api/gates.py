"""Owns the methods about aliases, the gates that guard them, and approvals: message -> use case -> message."""

from __future__ import annotations

from kit import paging
from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import aliases, gate_checks, gates, models, registry_wire, versions, wire
from services.experiments.api.models import described_models


class GateMethods:
    """Methods about aliases, the gates that guard them, and approvals."""

    async def SetAlias(self, request: pb.SetAliasRequest, call: Call) -> pb.Model:
        aliases.check_name(request.alias)
        # locked from here on: neither the gate nor the alias changes while the facts are asked for
        line = await models.get(call.tx, call.who, request.model_id, lock=True)
        if await aliases.pointed_at(call.tx, line.id, request.alias) != request.version:
            found = await versions.get(call.tx, call.who, line.id, str(request.version))
            await gate_checks.require_open(call, found, request.alias)
        row = await aliases.point(
            call.tx, call.who, line.id, alias=request.alias, version=request.version, reason=request.reason
        )
        return (await described_models(call, [row]))[0]

    async def DeleteAlias(self, request: pb.DeleteAliasRequest, call: Call) -> pb.Model:
        row = await aliases.take_off(call.tx, call.who, request.model_id, alias=request.alias, reason=request.reason)
        return (await described_models(call, [row]))[0]

    async def ListAliasChanges(self, request: pb.ListAliasChangesRequest, call: Call) -> pb.ListAliasChangesResponse:
        page = paging.read(request)
        rows = await aliases.changes(
            call.tx, call.who, request.model_id, request.alias, after=page.after, limit=page.limit
        )
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListAliasChangesResponse(changes=[wire.alias_change(row) for row in rows], next_page_token=token)

    async def SetGate(self, request: pb.SetGateRequest, call: Call) -> pb.Gate:
        row = await gates.put(
            call.tx,
            call.who,
            request.model_id,
            request.alias,
            conditions=[registry_wire.as_condition(one) for one in request.conditions],
            approval_count=request.approval_count,
            approver_roles=request.approver_roles,
        )
        return registry_wire.gate(row)

    async def GetGate(self, request: pb.GetGateRequest, call: Call) -> pb.Gate:
        return registry_wire.gate(await gates.get(call.tx, call.who, request.model_id, request.alias))

    async def ListGates(self, request: pb.ListGatesRequest, call: Call) -> pb.ListGatesResponse:
        rows = await gates.listing(call.tx, call.who, request.model_id)
        return pb.ListGatesResponse(gates=[registry_wire.gate(row) for row in rows])

    async def CheckGate(self, request: pb.CheckGateRequest, call: Call) -> pb.CheckGateResponse:
        found = await versions.get(call.tx, call.who, request.model_id, request.version)
        return registry_wire.judgement(await gate_checks.judge(call, found, request.alias))

    async def ApproveModelVersion(self, request: pb.ApproveModelVersionRequest, call: Call) -> pb.Approval:
        found = await versions.get(call.tx, call.who, request.model_id, request.version)
        row = await gates.approve(
            call.tx,
            call.who,
            found,
            alias=request.alias,
            verdict=pb.Approval.Verdict.Name(request.verdict),
            comment=request.comment,
        )
        return registry_wire.approval(row)

    async def ListApprovals(self, request: pb.ListApprovalsRequest, call: Call) -> pb.ListApprovalsResponse:
        page = paging.read(request)
        found = await versions.get(call.tx, call.who, request.model_id, request.version)
        rows = await gates.approvals(call.tx, found, request.alias, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListApprovalsResponse(approvals=[registry_wire.approval(row) for row in rows], next_page_token=token)
