"""Tests of datasets and batches: found by id or name, named once, counted from their changes."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from kit.db import Database
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from plumbapi.storage import v1 as pb
from services.storage.tables import Table
from tests.storage.conftest import Member, Workspace, picture

_OUTBOX = Table.metadata.tables["outbox"]
_AUDIT = Table.metadata.tables["audit"]


async def _get(member: Member, key: str) -> pb.Dataset:
    return await member.storage.GetDataset(pb.GetDatasetRequest(dataset_id=key))


async def test_a_dataset_is_found_by_id_and_by_name(dana: Member) -> None:
    created = await dana.dataset("tiles-2026")
    assert await _get(dana, created.id) == created
    assert await _get(dana, "tiles-2026") == created
    assert created.creator.name == "Dana"


async def test_a_name_is_unique_in_its_workspace_alone(dana: Member, other_workspace: Workspace) -> None:
    await dana.dataset("tiles")
    with pytest.raises(Conflict) as caught:
        await dana.dataset("tiles")
    assert caught.value.reason == "DATASET_NAME_TAKEN"
    await other_workspace.member().dataset("tiles")


async def test_one_of_two_creations_at_once_wins(dana: Member) -> None:
    answers = await asyncio.gather(*(dana.dataset("race") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, pb.Dataset) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3


async def test_a_name_is_a_slug(dana: Member) -> None:
    with pytest.raises(Invalid, match="lower-case"):
        await dana.dataset("Tiles 2026")


async def test_the_draft_is_counted(dana: Member) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {f"{number}.png": picture(number) for number in range(3)})
    found = await _get(dana, "tiles")
    assert (found.latest_version, found.draft_image_count, found.draft_change_count) == (0, 3, 3)
    await dana.publish(dataset.id)
    found = await _get(dana, "tiles")
    assert (found.latest_version, found.draft_image_count, found.draft_change_count) == (1, 3, 0)
    await dana.add(dataset.id, {"0.png": picture(9), "new.png": picture(8)})
    await dana.remove(dataset.id, ["1.png"])
    found = await _get(dana, "tiles")
    assert (found.draft_image_count, found.draft_change_count) == (3, 3)
    (listed,) = (await dana.storage.ListDatasets(pb.ListDatasetsRequest())).datasets
    assert listed == found


async def test_datasets_are_paged_by_name(dana: Member) -> None:
    for name in ("c", "a", "b"):
        await dana.dataset(name)
    first = await dana.storage.ListDatasets(pb.ListDatasetsRequest(page_size=2))
    assert [row.name for row in first.datasets] == ["a", "b"]
    request = pb.ListDatasetsRequest(page_size=2, page_token=first.next_page_token)
    second = await dana.storage.ListDatasets(request)
    assert ([row.name for row in second.datasets], second.next_page_token) == (["c"], "")


async def test_a_description_can_change(dana: Member) -> None:
    await dana.dataset()
    request = pb.UpdateDatasetRequest(dataset_id="tiles", description="of the new line")
    assert (await dana.storage.UpdateDataset(request)).description == "of the new line"
    assert (await _get(dana, "tiles")).description == "of the new line"


async def test_batches_tell_who_brought_what_from_where(workspace: Workspace) -> None:
    dana, ben = workspace.member("Dana"), workspace.member("Ben")
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1)}, source="site A")
    await ben.add(dataset.id, {"2.png": picture(2), "3.png": picture(3)}, source="lab")
    rows = (await dana.storage.ListBatches(pb.ListBatchesRequest(dataset_id="tiles"))).batches
    assert [(row.contributor.name, row.source, row.image_count) for row in rows] == [
        ("Ben", "lab", 2),
        ("Dana", "site A", 1),
    ]


async def test_every_change_leaves_an_event_and_an_audit_entry(dana: Member, db: Database) -> None:
    dataset = await dana.dataset()
    batch = await dana.add(dataset.id, {"1.png": picture(1), "2.png": picture(2)})
    await dana.tag(dataset.id, ["1.png"], add_tags=["lab"])
    await dana.remove(dataset.id, ["2.png"])
    await dana.publish(dataset.id)
    async with db.transaction() as tx:
        events = select(_OUTBOX.c.type).where(_OUTBOX.c.subject.in_([dataset.id, batch.id])).order_by(_OUTBOX.c.id)
        audit = select(_AUDIT.c.action).where(_AUDIT.c.resource.in_([dataset.id, batch.id])).order_by(_AUDIT.c.id)
        types, actions = (await tx.scalars(events)).all(), (await tx.scalars(audit)).all()
    names = ["dataset.created", "batch.created", "images.added", "images.tagged", "images.removed", "dataset.published"]
    assert types == [f"plumb.storage.{name}.v1" for name in names]
    assert actions == [f"storage.{name}" for name in names]


async def test_a_refused_change_leaves_no_event(dana: Member, db: Database) -> None:
    with pytest.raises(NotFound):
        await dana.batch("absent")
    async with db.transaction() as tx:
        events = select(_OUTBOX.c.id).where(_OUTBOX.c.workspace_id == dana.who.workspace_id)
        assert (await tx.scalars(events)).all() == []


async def test_a_customer_may_bring_images_but_not_publish(workspace: Workspace) -> None:
    dataset = await workspace.member().dataset()
    customer = workspace.member("Kim", "CUSTOMER")
    await customer.add(dataset.id, {"1.png": picture(1)})
    with pytest.raises(Forbidden):
        await customer.publish(dataset.id)
