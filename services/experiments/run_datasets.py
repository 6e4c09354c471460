"""Owns the foreign datasets of runs: kept as the client described them. Does not confirm anything: `inputs.py` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.experiments import rules
from services.experiments.errors import DatasetInvalid
from services.experiments.tables import RunDataset

MOST = 1000
_NAME_LIMIT = 500
_SOURCE_LIMIT = 64 * 1024
_SCHEMA_LIMIT = 1024 * 1024
_PROFILE_LIMIT = 16 * 1024 * 1024
_TAG_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data that is kept elsewhere, in the words of the client."""

    name: str
    digest: str
    source_type: str = ""
    source: str = ""
    schema: str = ""
    profile: str = ""
    tags: tuple[tuple[str, str], ...] = ()


async def add(tx: AsyncSession, who: Principal, run_id: str, given: Sequence[Dataset]) -> None:
    """Add datasets to a locked run; one of the same name and digest keeps its description and gets the new tags.

    Raises:
        DatasetInvalid: a text is too long, a name or digest is missing, or there are too many.
    """
    for one in given:
        _check(one)
    if not given:
        return
    last = await tx.scalar(select(func.max(RunDataset.position)).where(RunDataset.run_id == run_id))
    begin = 0 if last is None else last + 1
    if begin + len(given) > MOST:
        raise DatasetInvalid(f"A run has at most {MOST} datasets.")
    for position, one in enumerate(given, start=begin):
        fresh = insert(RunDataset).values(
            run_id=run_id,
            position=position,
            name=one.name,
            digest=one.digest,
            source_type=one.source_type,
            source=one.source,
            schema=one.schema,
            profile=one.profile,
            tags=dict(one.tags),
        )
        await tx.execute(
            fresh.on_conflict_do_update(
                index_elements=["run_id", "name", "digest"],
                set_={"tags": RunDataset.tags.concat(fresh.excluded.tags)},
            )
        )
    named = [{"name": one.name, "digest": one.digest} for one in given]
    await journal.change(tx, who, "experiments.dataset.added", run_id, datasets=named)


async def of_runs(tx: AsyncSession, run_ids: Sequence[str]) -> dict[str, list[RunDataset]]:
    """The datasets of several runs, in the order they were given."""
    rows = await tx.scalars(
        select(RunDataset).where(RunDataset.run_id.in_(run_ids)).order_by(RunDataset.run_id, RunDataset.position)
    )
    found: dict[str, list[RunDataset]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def _check(one: Dataset) -> None:
    if not rules.is_key(one.name, _NAME_LIMIT) or not rules.is_key(one.digest, _NAME_LIMIT):
        raise DatasetInvalid("A dataset needs a name and a digest of 1 to 500 printable characters.")
    for field, limit in (("source", _SOURCE_LIMIT), ("schema", _SCHEMA_LIMIT), ("profile", _PROFILE_LIMIT)):
        text = getattr(one, field)
        if len(text) > limit or "\x00" in text:
            raise DatasetInvalid(f"The {field} of dataset {one.name!r} has more than {limit} characters or a NUL.")
    if not all(rules.is_key(key) and len(value) <= _TAG_LIMIT and "\x00" not in value for key, value in one.tags):
        raise DatasetInvalid(f"A tag of dataset {one.name!r} has a name or a value that cannot be kept.")
