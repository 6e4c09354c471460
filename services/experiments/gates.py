"""Owns gates and approvals: what an alias asks for, and who said yes or no. Does not judge (`gate_checks.py`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.experiments import aliases, evaluations, gate_rules, models
from services.experiments.errors import ApprovalInvalid, GateInvalid, GateNotFound
from services.experiments.gate_rules import Condition, Voice
from services.experiments.tables import Approval, Gate
from services.experiments.versions import NamedVersion

_COMMENT_LIMIT = 4_000
_MOST_SETS = 20


async def put(
    tx: AsyncSession,
    who: Principal,
    model: str,
    alias: str,
    *,
    conditions: Sequence[Condition],
    approval_count: int,
    approver_roles: Sequence[str],
) -> Gate:
    """Guard an alias of a model, in place of an earlier gate.

    Raises:
        ModelNotFound, NameInvalid.
        GateInvalid: a condition or a role is not understood.
    """
    aliases.check_name(alias)
    kept = _checked(conditions)
    roles = list(dict.fromkeys(approver_roles)) or list(gate_rules.DEFAULT_APPROVERS)
    unknown = set(roles) - gate_rules.APPROVERS
    if unknown or not 0 <= approval_count <= gate_rules.MOST_APPROVALS:
        raise GateInvalid(
            f"A gate asks for 0 to {gate_rules.MOST_APPROVALS} approvals by roles among "
            f"{gate_rules.listed(sorted(gate_rules.APPROVERS))}.",
            roles=gate_rules.listed(sorted(unknown)),
        )
    line = await models.get(tx, who, model, lock=True)
    now = clock.now()
    gate = await tx.get(Gate, (line.id, alias), populate_existing=True)
    if gate is None:
        gate = Gate(model_id=line.id, alias=alias, create_time=now)
        tx.add(gate)
    gate.conditions = [dict(one) for one in kept]
    gate.approval_count, gate.approver_roles = approval_count, roles
    gate.updater, gate.update_time = who.actor(), now
    await tx.flush()
    told: dict[str, Any] = {"conditions": gate.conditions, "approval_count": approval_count, "approver_roles": roles}
    await journal.change(tx, who, "experiments.gate.set", line.id, name=line.name, alias=alias, **told)
    return gate


async def get(tx: AsyncSession, who: Principal, model: str, alias: str) -> Gate:
    """The gate of an alias; raises ModelNotFound, GateNotFound."""
    line = await models.get(tx, who, model)
    gate = await find(tx, line.id, alias)
    if gate is None:
        raise GateNotFound(f"No gate guards the alias {alias[:80]!r} of model {line.name!r}.")
    return gate


async def find(tx: AsyncSession, model_id: str, alias: str) -> Gate | None:
    """The gate of an alias of a model that was found before."""
    return await tx.get(Gate, (model_id, alias), populate_existing=True)


async def listing(tx: AsyncSession, who: Principal, model: str) -> Sequence[Gate]:
    """The gates of a model by alias."""
    line = await models.get(tx, who, model)
    return (await tx.scalars(select(Gate).where(Gate.model_id == line.id).order_by(Gate.alias))).all()


async def approve(
    tx: AsyncSession, who: Principal, found: NamedVersion, *, alias: str, verdict: str, comment: str
) -> Approval:
    """Say yes or no to a version that is to carry an alias. It is kept for ever; the newest word of a member counts.

    Raises:
        NameInvalid.
        ApprovalInvalid: no verdict, or a rejection that does not say why.
    """
    aliases.check_name(alias)
    models.check_text(comment, _COMMENT_LIMIT)
    if verdict not in (gate_rules.APPROVE, gate_rules.REJECT):
        raise ApprovalInvalid("Say APPROVE or REJECT.")
    if verdict == gate_rules.REJECT and not comment.strip():
        raise ApprovalInvalid("Say in the comment why the version is rejected.")
    approval = Approval(
        id=ids.new("apr"),
        model_id=found.model.id,
        version=found.version.number,
        alias=alias,
        verdict=verdict,
        comment=comment,
        actor=who.actor(),
        role=who.role,
        create_time=clock.now(),
    )
    tx.add(approval)
    await tx.flush()
    told: dict[str, Any] = {"version": approval.version, "alias": alias, "verdict": verdict, "comment": comment}
    await journal.change(tx, who, "experiments.approval.given", found.model.id, name=found.model.name, **told)
    return approval


async def approvals(
    tx: AsyncSession, found: NamedVersion, alias: str, *, after: Sequence[Any] | None, limit: int
) -> Sequence[Approval]:
    """What was said about a version, newest first; an empty alias means any."""
    query = (
        select(Approval)
        .where(Approval.model_id == found.model.id, Approval.version == found.version.number)
        .order_by(Approval.id.desc())
        .limit(limit)
    )
    if alias:
        query = query.where(Approval.alias == alias)
    if after:
        query = query.where(Approval.id < after[0])
    return (await tx.scalars(query)).all()


def voices(given: Sequence[Approval]) -> list[Voice]:
    """Approvals as the rules read them, in their order."""
    return [Voice(one.actor["member_id"], one.actor["name"], one.role, one.verdict) for one in given]


async def record_refusal(tx: AsyncSession, who: Principal, found: NamedVersion, alias: str, message: str) -> None:
    """Say in the journal that a gate was closed. In a transaction of its own: that of the move is rolled back."""
    told: dict[str, Any] = {"version": found.version.number, "alias": alias, "reasons": message}
    await journal.change(tx, who, "experiments.gate.refused", found.model.id, name=found.model.name, **told)


def _checked(conditions: Sequence[Condition]) -> list[Condition]:
    if len(conditions) > gate_rules.MOST_CONDITIONS:
        raise GateInvalid(f"A gate has at most {gate_rules.MOST_CONDITIONS} conditions.")
    return [_checked_one(one) for one in conditions]


def _checked_one(given: Condition) -> Condition:
    """The condition with what belongs to its kind, defaults filled in; raises GateInvalid."""
    kind = given["kind"]
    for text in (given["value"], given["key"], *given["test_sets"]):
        models.check_text(text, 500)
    if kind == gate_rules.ALL_VERIFIED:
        return Condition(kind=kind)
    if kind == gate_rules.NO_TEST_IMAGE:
        test_sets = list(dict.fromkeys(given["test_sets"])) or list(gate_rules.DEFAULT_TEST_SETS)
        if len(test_sets) > _MOST_SETS:
            raise GateInvalid(f"At most {_MOST_SETS} test sets.")
        return Condition(kind=kind, test_sets=test_sets)
    if kind != gate_rules.METRIC:
        raise GateInvalid("A condition needs a kind.", kind=kind)
    dimension = given["dimension"] or "all"
    if dimension not in evaluations.DIMENSIONS or not given["key"] or (dimension != "all" and not given["value"]):
        known = gate_rules.listed(sorted(evaluations.DIMENSIONS), "or")
        raise GateInvalid(f"METRIC_AT_LEAST needs a key, a dimension ({known}) and, except for all, its value.")
    if not math.isfinite(given["threshold"]):
        raise GateInvalid("The threshold of METRIC_AT_LEAST is a number.")
    value = given["value"] if dimension != "all" else ""
    return Condition(kind=kind, dimension=dimension, value=value, key=given["key"], threshold=given["threshold"])
