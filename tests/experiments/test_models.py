"""Models, versions, aliases on real PostgreSQL: what was registered never changes, every move is kept."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kit.journal_tables import outbox
from services.experiments import aliases, fencing, models, runs, versions
from services.experiments.errors import (
    ArtifactNotFound,
    EpochStale,
    ModelExists,
    ModelNotFound,
    ModelVersionNotFound,
    NameInvalid,
    RunNotUsable,
)
from services.experiments.versions import NewVersion


@pytest.fixture
def register(db, who, make_run, add_artifact):
    """`await register("tiles")`: one more version of a model, from a run of its own."""

    async def make(name: str, content: bytes = b"onnx", epoch: int = 0):
        run = await make_run()
        await add_artifact(run.id, "model.onnx", content)
        async with db.transaction() as tx:
            await ensure(tx, who, name)
            return await versions.create(
                tx, who, name, NewVersion(run_id=run.id, artifact_path="model.onnx", epoch=epoch)
            )

    return make


async def ensure(tx, who, name: str) -> None:
    try:
        await models.get(tx, who, name)
    except ModelNotFound:
        await models.create(tx, who, name=name, description="")


async def test_versions_count_up_and_are_found_by_number_and_alias(db, who, register) -> None:
    first, second = await register("tiles"), await register("tiles", b"better")
    async with db.transaction() as tx:
        await aliases.point(tx, who, "tiles", alias="production", version=2, reason="beats v1")
        by_alias = await versions.get(tx, who, "tiles", "production")
        by_number = await versions.get(tx, who, first.model.id, "1")
        listed = await versions.listing(tx, who, "tiles", after=None, limit=10)
        with pytest.raises(ModelVersionNotFound):
            await versions.get(tx, who, "tiles", "3")
        with pytest.raises(ModelVersionNotFound):
            await versions.get(tx, who, "tiles", "staging")
    assert (by_alias.version.sha256, by_alias.aliases) == (second.version.sha256, ["production"])
    assert (by_number.version.number, by_number.aliases) == (1, [])
    assert [one.version.number for one in listed] == [2, 1]


async def test_racing_registrations_get_different_numbers(db, who, make_run, add_artifact, register) -> None:
    await register("tiles")
    made = await asyncio.gather(*(register("tiles") for _ in range(5)))
    assert sorted(one.version.number for one in made) == [2, 3, 4, 5, 6]


async def test_replacing_the_runs_file_leaves_the_version_alone(db, who, register, add_artifact) -> None:
    made = await register("tiles", b"good")
    await add_artifact(made.version.run_id, "model.onnx", b"changed")
    async with db.transaction() as tx:
        held = await versions.get(tx, who, "tiles", "1")
    assert held.version.sha256 == made.version.sha256


async def test_every_move_of_an_alias_is_kept(db, who, register) -> None:
    for _ in range(2):
        await register("tiles")
    async with db.transaction() as tx:
        for version, reason in ((1, "first"), (2, "better"), (2, "again"), (1, "roll back")):
            await aliases.point(tx, who, "tiles", alias="production", version=version, reason=reason)
    async with db.transaction() as tx:
        moves = await aliases.changes(tx, who, "tiles", "production", after=None, limit=10)
        older = await aliases.changes(tx, who, "tiles", "production", after=[moves[0].id], limit=10)
    assert [(move.old_version, move.new_version, move.reason) for move in moves] == [
        (2, 1, "roll back"),
        (1, 2, "better"),
        (0, 1, "first"),
    ]
    assert [move.reason for move in older] == ["better", "first"]
    assert moves[0].actor["name"] == "Dana"


@pytest.mark.parametrize("table", ["alias_changes", "approvals", "model_versions"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET model_id = model_id", "TRUNCATE {} CASCADE"])
async def test_the_database_itself_refuses_to_change_history(db, register, table: str, statement: str) -> None:
    await register("tiles")
    with pytest.raises(DBAPIError, match="never changes"):
        async with db.transaction() as tx:
            await tx.execute(text(statement.format(table)))


async def test_an_alias_needs_a_version_and_a_name_of_its_own_kind(db, who, register) -> None:
    await register("tiles")
    async with db.transaction() as tx:
        with pytest.raises(ModelVersionNotFound):
            await aliases.point(tx, who, "tiles", alias="production", version=2, reason="")
        with pytest.raises(NameInvalid):
            await aliases.point(tx, who, "tiles", alias="7", version=1, reason="")


async def test_a_failed_run_registers_nothing(db, who, make_run, add_artifact) -> None:
    run = await make_run()
    await add_artifact(run.id, "model.onnx", b"onnx")
    async with db.transaction() as tx:
        await runs.finish(tx, who, run.id, epoch=0, status="FAILED", error="")
        await models.create(tx, who, name="tiles", description="")
    with pytest.raises(RunNotUsable):
        async with db.transaction() as tx:
            await versions.create(tx, who, "tiles", NewVersion(run_id=run.id, artifact_path="model.onnx", epoch=0))


async def test_a_running_job_registers_only_under_its_epoch(db, who, trainer, make_run, add_artifact) -> None:
    run = await make_run()
    await add_artifact(run.id, "model.onnx", b"onnx")
    async with db.transaction() as tx:
        await models.create(tx, who, name="tiles", description="")
        await fencing.fence(tx, trainer, run.id, epoch=2, from_step=0)
    facts = {"run_id": run.id, "artifact_path": "model.onnx"}
    with pytest.raises(EpochStale):
        async with db.transaction() as tx:
            await versions.create(tx, who, "tiles", NewVersion(epoch=1, **facts))
    async with db.transaction() as tx:
        assert (await versions.create(tx, who, "tiles", NewVersion(epoch=2, **facts))).version.number == 1
        await runs.finish(tx, who, run.id, epoch=2, status="FINISHED", error="")
    async with db.transaction() as tx:
        assert (await versions.create(tx, who, "tiles", NewVersion(epoch=0, **facts))).version.number == 2


async def test_a_version_needs_its_file_and_a_model_its_own_name(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        await models.create(tx, who, name="tiles", description="")
        with pytest.raises(ArtifactNotFound):
            await versions.create(tx, who, "tiles", NewVersion(run_id=run.id, artifact_path="no", epoch=0))
        with pytest.raises(ModelExists):
            await models.create(tx, who, name="tiles", description="")
        with pytest.raises(NameInvalid):
            await models.create(tx, who, name="mdl_1", description="")


async def test_a_model_of_another_workspace_is_as_good_as_absent(db, who, register) -> None:
    made = await register("tiles")
    stranger = type(who)(workspace_id=who.workspace_id + "z", member_id="mem_z", name="Z", role="OWNER")
    async with db.transaction() as tx:
        for name in ("tiles", made.model.id):
            with pytest.raises(ModelNotFound):
                await versions.get(tx, stranger, name, "1")


async def told(tx, subject: str, kind: str) -> dict:
    query = select(outbox.c.data).where(outbox.c.subject == subject, outbox.c.type == f"plumb.experiments.{kind}.v1")
    return (await tx.scalars(query.order_by(outbox.c.id.desc()).limit(1))).one()


async def test_events_tell_what_subscribers_act_on(db, who) -> None:
    async with db.transaction() as tx:
        line = await models.create(tx, who, name="told", description="Finds cracks", tags=[("team", "vision")])
        new = NewVersion(source="s3://bucket/model", note="first", tags=[("a", "1"), ("b", "2")])
        made = await versions.create(tx, who, "told", new)
        await versions.change(tx, who, made, note=None, set_tags=[("a", "1"), ("b", "3")], remove_tags=["a", "z"])
        model = await told(tx, line.id, "model.created")
        version = await told(tx, line.id, "model_version.created")
        change = await told(tx, line.id, "model_version.updated")
    assert (model["name"], model["description"], model["tags"]) == ("told", "Finds cracks", {"team": "vision"})
    assert (version["number"], version["source"], version["note"]) == (1, "s3://bucket/model", "first")
    assert version["tags"] == {"a": "1", "b": "2"}
    assert (change["set_tags"], change["remove_tags"]) == ({"b": "3"}, ["a"])


def test_an_event_tells_as_many_tags_as_the_bus_takes() -> None:
    tags = {f"tag{number}": "x" * 3_000 for number in range(100)} | {"note": "short", "huge": "x" * 100_000}
    found = models.told_tags(tags)
    assert found["note"] == "short"
    assert "huge" not in found
    assert sum(len(key) + len(value) for key, value in found.items()) <= models.TOLD_LIMIT
