"""Owns small values that tests of experiments are written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.experiments import histories, metrics
from services.experiments.histories import Window
from services.experiments.metrics import Points
from services.experiments.series import Columns


def columns(key: str, steps: list[float], values: list[float], time: float = 0) -> Columns:
    """Points of one series, all taken at the same time (ms)."""
    return Columns(key, np.array(steps, float), np.array(values, float), np.full(len(steps), time))


async def log(
    tx: Any,
    who: Any,
    run_id: str,
    points: Sequence[Columns],
    *,
    epoch: int = 0,
    writer: str = "",
    sequence: int = 0,
    **facts: Any,
) -> int:
    """Log within a transaction, as a request with params or tags does."""
    return await metrics.log(tx, who, run_id, Points(points, epoch, writer, sequence), **facts)


async def history(tx: Any, who: Any, run_id: str, keys: Sequence[str] = (), max_points: int = 0) -> list[Columns]:
    """The chart of one run."""
    [found] = await histories.charts(within(tx), who, [run_id], Window(keys, max_points))
    return found


def within(tx: Any) -> histories.Ask:
    """Statements of a chart inside a transaction, where they see what it has written."""

    async def ask(statement: Any, values: Any) -> Sequence[Any]:
        return (await tx.execute(statement, values)).mappings().all()

    return ask
