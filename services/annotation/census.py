"""Owns the questions about image sets of snapshots: who is not verified, which images are on two sides.

Does not change anything, nor read annotations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Principal
from services.annotation import projects, snapshots
from services.annotation.errors import CensusInvalid
from services.annotation.tables import Snapshot, SnapshotEntry

MOST_EXAMPLES = 100
MOST_SIDES = 50


@dataclass(frozen=True, slots=True)
class Side:
    """Some image sets of a snapshot; no set means all."""

    snapshot: Snapshot
    image_sets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Census:
    """Images by verification; `examples` are entries that are not verified, with their verification."""

    counts: dict[str, int]
    examples: Sequence[tuple[SnapshotEntry, str]]


@dataclass(frozen=True, slots=True)
class Shared:
    """How many images each side has and both have; `examples` are entries of the left side."""

    left_count: int
    right_count: int
    shared_count: int
    examples: Sequence[SnapshotEntry]


async def side(tx: AsyncSession, who: Principal, project: str, number: int, image_sets: Sequence[str]) -> Side:
    """Some image sets of a snapshot of the caller's workspace; raises ProjectNotFound, SnapshotNotFound."""
    return Side(await snapshots.get(tx, await projects.get(tx, who, project), number), list(image_sets))


async def verified(tx: AsyncSession, of: Side, example_count: int) -> Census:
    """Count the customer's verdicts, as of now, on exactly the revisions of these image sets."""
    _check(example_count)
    counts = await snapshots.verifications(tx, of.snapshot, of.image_sets)
    return Census(counts, await snapshots.unverified(tx, of.snapshot, of.image_sets, example_count))


async def shared(tx: AsyncSession, left: Sequence[Side], right: Sequence[Side], example_count: int) -> Shared:
    """The images, known by their bytes, that are on both sides."""
    _check(example_count, left, right)
    there = _images(right).subquery()
    both = _images(left).where(SnapshotEntry.image_sha256.in_(select(there.c.image_sha256))).subquery()
    left_count, right_count, shared_count = [
        await tx.scalar(select(func.count()).select_from(images)) or 0
        for images in (_images(left).subquery(), there, both)
    ]
    examples = await tx.scalars(
        select(SnapshotEntry)
        .where(_within(left), SnapshotEntry.image_sha256.in_(select(both.c.image_sha256)))
        .order_by(SnapshotEntry.path, SnapshotEntry.image_sha256)
        .limit(example_count)
    )
    return Shared(left_count, right_count, shared_count, examples.all())


def _images(sides: Sequence[Side]) -> Select[Any]:
    return select(SnapshotEntry.image_sha256).where(_within(sides)).distinct()


def _within(sides: Sequence[Side]) -> ColumnElement[bool]:
    """The condition that an entry belongs to one of the sides."""
    return or_(
        *(
            and_(
                SnapshotEntry.project_id == one.snapshot.project_id,
                snapshots.holds(one.snapshot.number),
                snapshots.of_sets(one.image_sets),
            )
            for one in sides
        )
    )


def _check(example_count: int, *sides: Sequence[Side]) -> None:
    if not 0 <= example_count <= MOST_EXAMPLES:
        raise CensusInvalid(f"example_count is between 0 and {MOST_EXAMPLES}.")
    if any(not 0 < len(one) <= MOST_SIDES for one in sides):
        raise CensusInvalid(f"Each side names 1 to {MOST_SIDES} snapshots.")
