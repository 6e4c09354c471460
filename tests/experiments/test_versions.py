"""Model versions of any source, their life, and the search over models and versions."""

from __future__ import annotations

import pytest

from services.experiments import aliases, lineage, models, registry_search, versions
from services.experiments.errors import (
    AliasNotFound,
    FilterInvalid,
    ModelExists,
    ModelNotFound,
    ModelVersionNotFound,
    RunNotFound,
    SourceInvalid,
    StageInvalid,
)
from services.experiments.versions import NewVersion

NOTHING = {"note": None, "set_tags": [], "remove_tags": []}


@pytest.fixture
def register(db, who):
    """`await register("tiles", source="s3://b/m")`: one more version; the model is made when it is not there."""

    async def make(name: str = "tiles", **facts: object):
        async with db.transaction() as tx:
            try:
                await models.get(tx, who, name)
            except ModelNotFound:
                await models.create(tx, who, name=name, description="")
            new = NewVersion(**{"source": "s3://bucket/model", **facts})  # type: ignore[arg-type]
            return (await versions.create(tx, who, name, new)).version

    return make


async def test_a_folder_of_a_run_is_pinned_by_its_files(db, who, register, make_run, add_artifact) -> None:
    run = await make_run()
    await add_artifact(run.id, "model/weights", b"one")
    await add_artifact(run.id, "elsewhere", b"two")
    first = await register(source=f"runs:/{run.id}/model", run_id=run.id)
    await add_artifact(run.id, "elsewhere", b"three")
    same = await register(source=f"runs:/{run.id}/model", run_id=run.id)
    await add_artifact(run.id, "model/weights", b"four")
    other = await register(source=f"runs:/{run.id}/model", run_id=run.id)
    assert first.digest == same.digest != other.digest
    assert (first.run_id, first.path) == (run.id, None)


async def test_what_is_elsewhere_may_name_a_run_elsewhere(db, who, register) -> None:
    made = await register(foreign_run_id="their-run")
    assert (made.run_id, made.foreign_run_id) == (None, "their-run")
    with pytest.raises(RunNotFound):
        await register(run_id="run_none")
    with pytest.raises(SourceInvalid):
        await register(source="")
    async with db.transaction() as tx:
        assert (await lineage.of_version(tx, who, "tiles", "1")).training is None


async def test_a_deleted_version_is_hidden_but_lineage_finds_it(db, who, register) -> None:
    await register()
    await register()
    async with db.transaction() as tx:
        await aliases.point(tx, who, "tiles", alias="production", version=2, reason="")
        await versions.remove(tx, who, "tiles", "2")
        with pytest.raises(ModelVersionNotFound):
            await versions.get(tx, who, "tiles", "2")
        assert [one.version.number for one in await versions.listing(tx, who, "tiles", after=None, limit=9)] == [1]
        assert (await lineage.of_version(tx, who, "tiles", "2")).version.version.delete_time is not None
        assert await aliases.pointed_at(tx, (await models.get(tx, who, "tiles")).id, "production") == 0
    assert (await register()).number == 3


async def test_a_deleted_model_frees_its_name_and_is_found_by_its_id(db, who, register) -> None:
    old = await register()
    async with db.transaction() as tx:
        await models.remove(tx, who, "tiles")
        with pytest.raises(ModelNotFound):
            await models.get(tx, who, old.model_id)
        assert (await lineage.of_version(tx, who, old.model_id, "1")).version.version.number == 1
    new = await register()
    assert (new.number, new.model_id == old.model_id) == (1, False)


async def test_a_renamed_model_keeps_its_versions(db, who, register) -> None:
    made = await register()
    await register("taken")
    change = {"description": None, "set_tags": [("team", "vision")], "remove_tags": []}
    async with db.transaction() as tx:
        await models.update(tx, who, "tiles", name="slabs", **change)
        assert (await versions.get(tx, who, "slabs", "1")).version.model_id == made.model_id
    with pytest.raises(ModelExists):
        async with db.transaction() as tx:
            await models.update(tx, who, "slabs", name="taken", **change)


async def test_note_tags_and_stage_change_while_the_version_stays(db, who, register) -> None:
    before = await register()
    async with db.transaction() as tx:
        found = await versions.get(tx, who, "tiles", "1", lock=True)
        change = {"note": "good", "set_tags": [("a", "1"), ("b", "2")], "remove_tags": ["b"], "stage": "STAGING"}
        await versions.change(tx, who, found, **change)
    async with db.transaction() as tx:
        held = (await versions.get(tx, who, "tiles", "1")).version
    assert (held.note, held.tags, held.stage) == ("good", {"a": "1"}, "STAGING")
    assert (held.digest, held.source, held.create_time) == (before.digest, before.source, before.create_time)


async def test_others_are_archived_from_an_active_stage_only(db, who, register) -> None:
    for _ in range(3):
        await register()
    async with db.transaction() as tx:
        for number in ("1", "2"):
            found = await versions.get(tx, who, "tiles", number, lock=True)
            await versions.change(tx, who, found, **NOTHING, stage="PRODUCTION")
        third = await versions.get(tx, who, "tiles", "3", lock=True)
        await versions.change(tx, who, third, **NOTHING, stage="PRODUCTION", archive_others=True)
        with pytest.raises(StageInvalid):
            await versions.change(tx, who, third, **NOTHING, stage="ARCHIVED", archive_others=True)
    async with db.transaction() as tx:
        listed = await versions.listing(tx, who, "tiles", after=None, limit=9)
        latest = (await versions.latest_of(tx, [third.model.id]))[third.model.id]
    assert [one.version.stage for one in listed] == ["PRODUCTION", "ARCHIVED", "ARCHIVED"]
    assert [(one.version.stage, one.version.number) for one in latest] == [("ARCHIVED", 2), ("PRODUCTION", 3)]


async def test_taking_an_alias_off_is_a_move_in_its_history(db, who, register) -> None:
    await register()
    async with db.transaction() as tx:
        await aliases.point(tx, who, "tiles", alias="production", version=1, reason="first")
        await aliases.take_off(tx, who, "tiles", alias="production", reason="withdrawn")
        with pytest.raises(AliasNotFound):
            await aliases.take_off(tx, who, "tiles", alias="production", reason="")
        moves = await aliases.changes(tx, who, "tiles", "production", after=None, limit=9)
    assert [(one.old_version, one.new_version, one.reason) for one in moves] == [(1, 0, "withdrawn"), (0, 1, "first")]


async def test_models_are_searched_ordered_and_paged(db, who, register) -> None:
    for name in ("b", "a", "c"):
        await register(name)
    async with db.transaction() as tx:
        await models.update(
            tx, who, "b", name=None, description=None, set_tags=[("site", "A"), ("size", "10")], remove_tags=[]
        )

    async def names(condition: str, order_by: tuple[str, ...] = ("name DESC",), after: object = None) -> list[str]:
        async with db.transaction() as tx:
            found = await registry_search.models(tx, who, condition, order_by, after=after, limit=9)  # type: ignore[arg-type]
            return [row.name for row in found.rows]

    assert await names("name = 'a' OR tags.site = 'A'") == ["b", "a"]
    assert await names("tags.size > 9") == ["b"]
    assert await names("", ("update_time DESC",)) == ["b", "c", "a"]
    async with db.transaction() as tx:
        found = await registry_search.models(tx, who, "", ["name ASC"], after=None, limit=1)
        key = found.key(found.rows[0])
    assert await names("", ("name ASC",), after=key) == ["b", "c"]
    with pytest.raises(FilterInvalid):
        await names("colour = 'red'")


async def test_versions_are_searched_across_models_in_the_own_workspace(db, who, register, make_run) -> None:
    run = await make_run()
    await register("a", run_id=run.id, tags=[("grade", "good")])
    await register("b", foreign_run_id="elsewhere")

    async def found(condition: str, who_asks: object = who) -> list[tuple[str, int]]:
        async with db.transaction() as tx:
            page = await registry_search.versions(tx, who_asks, condition, ["name ASC"], after=None, limit=9)  # type: ignore[arg-type]
            named = await versions.named(tx, page.rows)
            return [(one.model.name, one.version.number) for one in named]

    assert await found(f"run_id IN ('{run.id}', 'elsewhere')") == [("a", 1), ("b", 1)]
    assert await found("tags.grade = 'good' AND version_number = 1") == [("a", 1)]
    assert await found("source_path LIKE 's3:%' AND name != 'a'") == [("b", 1)]
    stranger = type(who)(workspace_id=who.workspace_id + "z", member_id="mem_z", name="Z", role="OWNER")
    assert await found("", stranger) == []
