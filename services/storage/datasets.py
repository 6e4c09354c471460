"""Owns datasets: their names, who may find them, and the lock that orders changes. Does not own what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.identity import Principal
from kit.paging import Page
from services.storage import checks, events, rules
from services.storage.errors import DatasetNameTaken, DatasetNotFound, NameInvalid
from services.storage.tables import Dataset


async def get(tx: AsyncSession, who: Principal, dataset_id: str, *, lock: bool = False) -> Dataset:
    """A dataset by id or name; with `lock`, changes of its draft and its versions wait for each other.

    Raises:
        DatasetNotFound: absent, or in another workspace.
    """
    query = select(Dataset).where(
        Dataset.workspace_id == who.workspace_id, or_(Dataset.id == dataset_id, Dataset.name == dataset_id)
    )
    if lock:
        # not a plain FOR UPDATE: new batches refer to the row and need not wait
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = await tx.scalar(query)
    if row is None:
        raise DatasetNotFound
    return row


async def list_page(tx: AsyncSession, who: Principal, page: Page) -> tuple[Sequence[Dataset], str]:
    """The datasets of the workspace by name."""
    query = select(Dataset).where(Dataset.workspace_id == who.workspace_id)
    if page.after:
        query = query.where(Dataset.name > page.after[0])
    rows = (await tx.scalars(query.order_by(Dataset.name).limit(page.limit))).all()
    return page.cut(rows, key=lambda row: (row.name,))


async def create(tx: AsyncSession, who: Principal, *, name: str, description: str) -> Dataset:
    """A new, empty dataset. Raises NameInvalid, DatasetNameTaken."""
    if not rules.is_slug(name):
        raise NameInvalid
    now = clock.now()
    values = {
        "id": ids.new("ds"),
        "workspace_id": who.workspace_id,
        "name": name,
        "description": checks.checked("The description", rules.plain_text, description),
        "latest_version": 0,
        "creator": who.actor(),
        "create_time": now,
        "update_time": now,
    }
    row = await tx.scalar(insert(Dataset).values(values).on_conflict_do_nothing().returning(Dataset))
    if row is None:
        raise DatasetNameTaken(name)
    await events.dataset_created(tx, who, row)
    return row


async def update(tx: AsyncSession, who: Principal, dataset_id: str, *, description: str) -> Dataset:
    """Describe a dataset anew."""
    row = await get(tx, who, dataset_id, lock=True)
    row.description = checks.checked("The description", rules.plain_text, description)
    row.update_time = clock.now()
    await tx.flush()
    await events.dataset_updated(tx, who, row)
    return row
