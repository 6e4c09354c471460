"""Owns evaluations: results per slice and the images a model got wrong. Does not compute them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.experiments import rules, runs
from services.experiments.errors import EvaluationInvalid
from services.experiments.tables import EvaluationFailure, EvaluationSlice

DIMENSIONS = frozenset({"all", "source", "tag", "image_set"})
MOST_SLICES = 5_000
MOST_FAILURES = 50_000


@dataclass(frozen=True, slots=True)
class Slice:
    """Results on one part of the data; `metric_keys` and `metric_values` have equal length."""

    dimension: str
    value: str
    image_count: int
    metric_keys: list[str]
    metric_values: list[float]


@dataclass(frozen=True, slots=True)
class Failure:
    """An image the model got wrong."""

    kind: str
    image_sha256: str
    path: str
    source: str
    tags: list[str]
    expected: str
    predicted: str
    score: float


async def replace(
    tx: AsyncSession,
    who: Principal,
    run_id: str,
    *,
    epoch: int,
    slices: Sequence[Slice],
    failures: Sequence[Failure],
) -> None:
    """Store the evaluation of a run in place of an earlier one; the same request twice leaves the same state."""
    _check(slices, failures)
    await runs.writable(tx, who, run_id, epoch=epoch)
    await tx.execute(delete(EvaluationSlice).where(EvaluationSlice.run_id == run_id))
    await tx.execute(delete(EvaluationFailure).where(EvaluationFailure.run_id == run_id))
    if slices:
        await tx.execute(insert(EvaluationSlice), [_row(run_id, *numbered) for numbered in enumerate(slices)])
    if failures:
        await tx.execute(insert(EvaluationFailure), [_row(run_id, *numbered) for numbered in enumerate(failures)])
    await journal.change(
        tx, who, "experiments.evaluation.logged", run_id, slice_count=len(slices), failure_count=len(failures)
    )


async def get(
    tx: AsyncSession, who: Principal, run_id: str
) -> tuple[Sequence[EvaluationSlice], Sequence[EvaluationFailure]]:
    """Slices and failures of a run in the order they were logged; both empty when it was never evaluated."""
    await runs.get(tx, who, run_id)
    slices = await tx.scalars(
        select(EvaluationSlice).where(EvaluationSlice.run_id == run_id).order_by(EvaluationSlice.position)
    )
    failures = await tx.scalars(
        select(EvaluationFailure).where(EvaluationFailure.run_id == run_id).order_by(EvaluationFailure.position)
    )
    return slices.all(), failures.all()


async def slice_of(tx: AsyncSession, run_id: str, dimension: str, value: str) -> EvaluationSlice | None:
    """The slice of a run that was found before; of the dimension `all` its value does not matter."""
    query = select(EvaluationSlice).where(EvaluationSlice.run_id == run_id, EvaluationSlice.dimension == dimension)
    if dimension != "all":
        query = query.where(EvaluationSlice.value == value)
    return await tx.scalar(query.order_by(EvaluationSlice.position).limit(1))


def _row(run_id: str, position: int, one: Slice | Failure) -> dict[str, object]:
    return {"run_id": run_id, "position": position, **asdict(one)}


def _check(slices: Sequence[Slice], failures: Sequence[Failure]) -> None:
    if len(slices) > MOST_SLICES or len(failures) > MOST_FAILURES:
        raise EvaluationInvalid(f"An evaluation has at most {MOST_SLICES} slices and {MOST_FAILURES} failures.")
    for one in slices:
        if one.dimension not in DIMENSIONS:
            raise EvaluationInvalid(f"A slice's dimension is one of {', '.join(sorted(DIMENSIONS))}.")
    twice = rules.key_given_twice(f"{one.dimension}={one.value}" for one in slices)
    if twice is not None:
        raise EvaluationInvalid(f"Slice {twice!r} is given twice.")
    for failure in failures:
        if failure.kind == "KIND_UNSPECIFIED" or not rules.is_sha256(failure.image_sha256):
            raise EvaluationInvalid("A failure needs a kind and the sha256 of its image, 64 hex digits.")
    texts = [text for one in slices for text in (one.value, *one.metric_keys)]
    texts += [text for one in failures for text in (one.path, one.source, one.expected, one.predicted, *one.tags)]
    if any("\x00" in text for text in texts):
        raise EvaluationInvalid("The texts of an evaluation must not contain NUL characters.")
