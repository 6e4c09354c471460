"""Experiments: found by id, name and `0`, changed, deleted, restored, searched."""

from __future__ import annotations

import asyncio

import pytest

from services.experiments import experiment_search, experiments
from services.experiments.errors import (
    ExperimentDeleted,
    ExperimentExists,
    ExperimentNotFound,
    FilterInvalid,
    TextInvalid,
)


async def make(db, who, *names: str, **facts) -> list[str]:
    made = []
    for name in names:
        async with db.transaction() as tx:
            made.append((await experiments.create(tx, who, name=name, description="", **facts)).id)
    return made


async def changed(db, who, experiment_id: str, name=None, description=None, set_tags=None, remove_tags=()):
    async with db.transaction() as tx:
        return await experiments.change(
            tx,
            who,
            experiment_id,
            name=name,
            description=description,
            set_tags=set_tags or {},
            remove_tags=list(remove_tags),
        )


async def found(db, who, **query) -> list[str]:
    async with db.transaction() as tx:
        return [one.experiment.name for one in await experiment_search.page(tx, who, limit=100, **query)]


async def test_the_default_experiment_is_made_when_first_asked_for_also_by_many(db, who) -> None:
    async def ask() -> str:
        async with db.transaction() as tx:
            return (await experiments.get(tx, who, "0")).id

    assert await found(db, who) == []
    asked = await asyncio.gather(*(ask() for _ in range(5)), return_exceptions=True)
    assert len({one for one in asked if isinstance(one, str)}) == 1
    async with db.transaction() as tx:
        default = await experiments.get(tx, who, "Default")
        assert (default.is_default, await experiments.ids_of(tx, who, ["0", "exp_1"])) == (True, ["exp_1", default.id])


async def test_an_experiment_called_default_becomes_the_default_one(db, who) -> None:
    [made] = await make(db, who, "Default")
    async with db.transaction() as tx:
        assert (await experiments.get(tx, who, "0")).id == made


async def test_an_experiment_is_found_by_id_and_by_name_in_its_workspace(db, who) -> None:
    [made] = await make(db, who, "tiles")
    stranger = type(who)(workspace_id="ws_x", member_id="mem_x", name="X", role="OWNER")
    async with db.transaction() as tx:
        assert (await experiments.get(tx, who, made)).name == "tiles"
        assert (await experiments.get(tx, who, "tiles")).id == made
        for asked in (made, "tiles"):
            with pytest.raises(ExperimentNotFound):
                await experiments.get(tx, stranger, asked)


async def test_it_is_renamed_described_and_tagged(db, who) -> None:
    [made, _] = await make(db, who, "tiles", "taken", tags={"a": "1", "b": "2"})
    row = await changed(db, who, made, "walls", "about walls", {"b": "3", "c": "4"}, ["a", "nothing"])
    assert (row.name, row.description, row.tags) == ("walls", "about walls", {"b": "3", "c": "4"})
    assert row.update_time > row.create_time
    again = await changed(db, who, "walls")
    assert (again.name, again.update_time) == ("walls", row.update_time)
    with pytest.raises(ExperimentExists):
        await changed(db, who, made, "taken")
    with pytest.raises(TextInvalid):
        await changed(db, who, made, set_tags={"": "x"})


async def test_a_deleted_one_is_listed_apart_and_refuses_changes(db, who) -> None:
    [made, _] = await make(db, who, "tiles", "walls")
    async with db.transaction() as tx:
        await experiments.delete(tx, who, made)
    assert (await found(db, who), await found(db, who, view="DELETED")) == (["walls"], ["tiles"])
    assert await found(db, who, view="ALL") == ["tiles", "walls"]
    with pytest.raises(ExperimentDeleted):
        await changed(db, who, made, "doors")
    with pytest.raises(ExperimentExists):
        await make(db, who, "tiles")
    async with db.transaction() as tx:
        await experiments.restore(tx, who, made)
    assert await found(db, who) == ["tiles", "walls"]


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ("name LIKE 't%'", ["tiles", "tubes"]),
        ("attribute.name ILIKE 'T%' AND NOT tags.team = 'a'", ["tubes"]),
        ("tags.team IS NULL OR name = 'tiles'", ["tiles", "walls"]),
        ("creation_time > 0 AND name IN ('walls', 'doors')", ["walls"]),
    ],
)
async def test_experiments_are_searched(db, who, filter: str, names: list[str]) -> None:
    await make(db, who, "tiles", tags={"team": "a"})
    await make(db, who, "tubes", tags={"team": "b"})
    await make(db, who, "walls")
    assert await found(db, who, filter=filter) == names


async def test_experiments_are_ordered_and_paged(db, who) -> None:
    await make(db, who, "b", "c", "a")
    assert await found(db, who, order_by=["name"]) == ["a", "b", "c"]
    assert await found(db, who, order_by=["creation_time DESC"]) == ["a", "c", "b"]
    async with db.transaction() as tx:
        [first] = await experiment_search.page(tx, who, order_by=["name DESC"], limit=1)
        rest = await experiment_search.page(tx, who, order_by=["name DESC"], after=first.marks, limit=9)
    assert [one.experiment.name for one in (first, *rest)] == ["c", "b", "a"]


async def test_experiments_have_no_metrics(db, who) -> None:
    with pytest.raises(FilterInvalid, match="Invalid entity type 'metrics'"):
        await found(db, who, filter="metrics.f1 > 1")
