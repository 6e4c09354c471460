"""Owns what runs were computed from. Does not ask the owners of the things: inputs arrive confirmed by `owners.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.experiments.errors import InputDigestMismatch, InputInvalid
from services.experiments.tables import RunInput

MOST = 1000


@dataclass(frozen=True, slots=True)
class CheckedInput:
    """An input whose name, number and digest its owner has confirmed."""

    kind: str
    name: str
    digest: str
    resource_id: str
    number: int
    image_sets: tuple[str, ...]
    # Where its images come from; not part of what makes it the same input.
    sources: tuple[str, ...] = field(default=(), compare=False)


def confirm(given: str, held: str, name: str) -> str:
    """The owner's digest; raises InputDigestMismatch when the caller names another."""
    if given and given != held:
        raise InputDigestMismatch(
            f"{name} has the digest {held}, not {given[:100]}: the run used something else than it says.",
            name=name,
            digest=held,
        )
    return held


async def add(tx: AsyncSession, who: Principal, run_id: str, checked: Sequence[CheckedInput]) -> None:
    """Append inputs that the run does not have yet."""
    held = (await tx.scalars(select(RunInput).where(RunInput.run_id == run_id).order_by(RunInput.position))).all()
    known = {_as_checked(row) for row in held}
    wanted = dict.fromkeys(checked)
    fresh = [one for one in wanted if one not in known]
    if len(held) + len(fresh) > MOST:
        raise InputInvalid(f"A run has at most {MOST} inputs.")
    if not fresh:
        return
    await tx.execute(
        insert(RunInput),
        [
            {"run_id": run_id, "position": position, "workspace_id": who.workspace_id, **_as_values(one)}
            for position, one in enumerate(fresh, start=len(held))
        ],
    )
    await journal.change(
        tx, who, "experiments.input.added", run_id, inputs=[{"name": one.name, "digest": one.digest} for one in fresh]
    )


async def of_runs(tx: AsyncSession, run_ids: Sequence[str]) -> dict[str, list[RunInput]]:
    """The inputs of several runs, in the order they were given."""
    rows = await tx.scalars(
        select(RunInput).where(RunInput.run_id.in_(run_ids)).order_by(RunInput.run_id, RunInput.position)
    )
    found: dict[str, list[RunInput]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def name_of_thing(row: RunInput) -> str:
    """The name of what was used without its number: `tiles` of `tiles@v3`."""
    for suffix in (f"@v{row.number}", f"@s{row.number}", f"@{row.number}"):
        if row.name.endswith(suffix):
            return row.name.removesuffix(suffix)
    return row.name


def _as_checked(row: RunInput) -> CheckedInput:
    return CheckedInput(row.kind, row.name, row.digest, row.resource_id, row.number, tuple(row.image_sets))


def _as_values(one: CheckedInput) -> dict[str, object]:
    return {
        "kind": one.kind,
        "name": one.name,
        "digest": one.digest,
        "resource_id": one.resource_id,
        "number": one.number,
        "image_sets": list(one.image_sets),
        "sources": list(one.sources),
    }
