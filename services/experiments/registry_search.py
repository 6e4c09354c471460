"""Owns the search over models, model versions and logged models: one statement per page. Does not change anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import fetch
from kit.identity import Principal
from services.experiments import experiments
from services.experiments.errors import LoggedModelInvalid
from services.experiments.search import ordering, parser, registry
from services.experiments.search.compiler import Arguments, Target, compile_filter
from services.experiments.search.ordering import Key, Mark
from services.experiments.search.schema import Schema
from services.experiments.search.syntax import Entity, Order
from services.experiments.tables import LoggedModel, Model, ModelVersion

MOST = 1_000
MOST_VERSIONS = 200_000

_MODEL_TIES = (Key("r.name", "text", False), Key("r.id", "id", False))
_VERSION_TIES = (Key("n.name", "text", False), Key("r.number", "int", True), Key("r.model_id", "id", False))
_NEWEST_VERSION = Key("r.update_time", "timestamptz", True)
_LOGGED_TIES = (Key("r.create_time", "timestamptz", True), Key("r.id", "id", False))


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a page in their order, and where each stands in it."""

    rows: Sequence[Any]
    key: Callable[[Any], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class LoggedModelQuery:
    """Which logged models a list wants; `datasets` are pairs of a name and a digest, which may be empty.

    Metrics of the order count from `order_datasets` alone, from all when there are none.
    """

    experiment_ids: Sequence[str] = ()
    filter: str = ""
    order_by: Sequence[str] = ()
    datasets: Sequence[tuple[str, str]] = field(default=())
    order_datasets: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True, slots=True)
class _List:
    """How one noun is listed: what is told of a row, where it is kept, and the order among equals."""

    ids: str
    source: str
    schema: Schema
    target: Target
    ties: Sequence[Key]


async def models(
    tx: AsyncSession,
    who: Principal,
    filter_text: str,
    order_by: Sequence[str],
    *,
    after: Sequence[Any] | None,
    limit: int,
) -> Found:
    """Models that are not deleted, in the order of their creation when none is asked for; raises FilterInvalid."""
    ties = _MODEL_TIES if order_by else _MODEL_TIES[1:]
    noun = _List("r.id", "models r", registry.MODELS, registry.MODEL_ROWS, ties)
    arguments = Arguments(who.workspace_id)
    conditions = ["r.workspace_id = $1::text", "r.delete_time IS NULL"]
    marked = await _page(tx, noun, arguments, conditions, filter_text, order_by, after, limit)
    rows = {row.id: row for row in await tx.scalars(select(Model).where(Model.id.in_([one[0] for one in marked])))}
    return Found([rows[one[0]] for one in marked], lambda row: marked[(row.id,)])


async def versions(
    tx: AsyncSession,
    who: Principal,
    filter_text: str,
    order_by: Sequence[str],
    *,
    after: Sequence[Any] | None,
    limit: int,
) -> Found:
    """Versions that are not hidden, the last changed first when no order is asked for; raises FilterInvalid."""
    ties = _VERSION_TIES if order_by else (_NEWEST_VERSION, *_VERSION_TIES)
    source = "model_versions r JOIN models n ON n.id = r.model_id"
    noun = _List("r.model_id, r.number", source, registry.VERSIONS, registry.VERSION_ROWS, ties)
    arguments = Arguments(who.workspace_id)
    conditions = ["r.workspace_id = $1::text", "r.delete_time IS NULL", "n.delete_time IS NULL"]
    marked = await _page(tx, noun, arguments, conditions, filter_text, order_by, after, limit)
    keyed = tuple_(ModelVersion.model_id, ModelVersion.number)
    rows = {
        (row.model_id, row.number): row for row in await tx.scalars(select(ModelVersion).where(keyed.in_(list(marked))))
    }
    return Found([rows[one] for one in marked], lambda row: marked[(row.model_id, row.number)])


async def logged_models(
    tx: AsyncSession, who: Principal, wanted: LoggedModelQuery, *, after: Sequence[Any] | None, limit: int
) -> Found:
    """Logged models that are not deleted, newest first when no order is asked for; raises FilterInvalid."""
    arguments = Arguments(who.workspace_id)
    conditions = ["r.workspace_id = $1::text", "r.delete_time IS NULL"]
    if wanted.experiment_ids:
        held = await experiments.ids_of(tx, who, wanted.experiment_ids)
        conditions.append(f"r.experiment_id = ANY({arguments.add(held, 'text[]')})")
    measured = _measured(wanted.datasets, arguments)
    ranked = _measured(wanted.order_datasets, arguments)
    if wanted.datasets:
        conditions.append(f"EXISTS (SELECT FROM ({measured}) m)")
    orders = parser.parse_order(list(wanted.order_by), registry.LOGGED_MODELS)
    newest = "ORDER BY m.time DESC, m.step DESC, m.run_id LIMIT 1"
    joins = [
        f"LEFT JOIN LATERAL (SELECT m.* FROM ({ranked}) m "  # noqa: S608
        f"WHERE m.key = {arguments.add(order.field.key, 'text')} {newest}) o{place} ON true"
        for place, order in enumerate(orders)
        if order.field.entity is Entity.METRIC
    ]
    source = " ".join(["logged_models r", *joins])
    target = registry.logged_model_rows(measured)
    noun = _List("r.id", source, registry.LOGGED_MODELS, target, _LOGGED_TIES)
    marked = await _page(tx, noun, arguments, conditions, wanted.filter, wanted.order_by, after, limit)
    ids = [one[0] for one in marked]
    rows = {row.id: row for row in await tx.scalars(select(LoggedModel).where(LoggedModel.id.in_(ids)))}
    return Found([rows[one] for one in ids], lambda row: marked[(row.id,)])


def dataset_pairs(names: Sequence[str], digests: Sequence[str]) -> list[tuple[str, str]]:
    """Names with their digests; raises LoggedModelInvalid when they do not match."""
    if digests and len(digests) != len(names):
        raise LoggedModelInvalid("Give a digest for each data set, or none at all; a digest may be empty.")
    return list(zip(names, digests or [""] * len(names), strict=True))


def _measured(datasets: Sequence[tuple[str, str]], arguments: Arguments) -> str:
    """SQL of what was measured with the logged model `r`, on the data sets that count."""
    found = "SELECT *, value AS last, value AS min, value AS max FROM model_metrics WHERE logged_model_id = r.id"
    if not datasets:
        return found
    parts = []
    for name, digest in datasets:
        same = f"dataset_name = {arguments.add(name, 'text')}"
        parts.append(f"({same} AND dataset_digest = {arguments.add(digest, 'text')})" if digest else same)
    return f"{found} AND ({' OR '.join(parts)})"


async def _page(
    tx: AsyncSession,
    noun: _List,
    arguments: Arguments,
    conditions: list[str],
    filter_text: str,
    order_by: Sequence[str],
    after: Sequence[Any] | None,
    limit: int,
) -> dict[tuple[Any, ...], list[tuple[int, Any]]]:
    """Ids of a page in its order, each with its marks: JSON values that say where it stands."""
    node = parser.parse(filter_text, noun.schema)
    orders: list[Order] = parser.parse_order(list(order_by), noun.schema)
    if node is not None:
        conditions.append(compile_filter(node, noun.target, arguments))
    keys = ordering.keys(orders, noun.schema, noun.target, arguments)
    keys += [key for key in noun.ties if all(key.value != other.value for other in keys)]
    if after:
        conditions.append(ordering.after(keys, [Mark(rank, value) for rank, value in after], arguments))
    # Every value is a numbered argument; names of columns come from our own tables of fields.
    statement = (
        f"SELECT {noun.ids}, {', '.join(ordering.marked(keys))} FROM {noun.source} "  # noqa: S608
        f"WHERE {' AND '.join(conditions)} ORDER BY {', '.join(key.order for key in keys)} LIMIT {limit:d}"
    )
    rows = await fetch(tx, statement, *arguments.values)
    width = noun.ids.count(",") + 1
    return {tuple(row)[:width]: ordering.marks(row, len(keys)) for row in rows}
