"""Lineage on real PostgreSQL: from a model version back to its data, and from data forward to models."""

from __future__ import annotations

from services.experiments import lineage, models, versions
from services.experiments.inputs import CheckedInput
from services.experiments.versions import NewVersion

TILES_3 = CheckedInput("DATASET_VERSION", "tiles@v3", "sha256:aa", "ds_tiles", 3, ("train",))
TILES_4 = CheckedInput("DATASET_VERSION", "tiles@v4", "sha256:bb", "ds_tiles", 4, ())
DEFECTS_2 = CheckedInput("SNAPSHOT", "defects@s2", "sha256:cc", "prj_defects", 2, ())


async def register(db, who, add_artifact, run_id: str, name: str = "tiles"):
    await add_artifact(run_id, "model.onnx", run_id.encode())
    async with db.transaction() as tx:
        try:
            await models.get(tx, who, name)
        except models.ModelNotFound:
            await models.create(tx, who, name=name, description="")
        return await versions.create(tx, who, name, NewVersion(run_id=run_id, artifact_path="model.onnx", epoch=0))


def used(version, number: int = 1) -> CheckedInput:
    return CheckedInput("MODEL_VERSION", f"tiles@{number}", "sha256:dd", version.model.id, number, ())


async def test_a_version_leads_to_its_training_its_ancestors_and_its_uses(db, who, make_run, add_artifact) -> None:
    first = await make_run(name="first", inputs=[TILES_3])
    second = await make_run(name="second", parent_run_id=first.id, inputs=[TILES_3])
    training = await make_run(name="third", parent_run_id=second.id, inputs=[TILES_3, DEFECTS_2])
    version = await register(db, who, add_artifact, training.id)
    evaluations = [await make_run(kind="EVALUATION", inputs=[used(version), TILES_4]) for _ in range(2)]
    inference = await make_run(kind="INFERENCE", inputs=[used(version)])
    await make_run(kind="EVALUATION", inputs=[used(version, number=2)])
    async with db.transaction() as tx:
        found = await lineage.of_version(tx, who, "tiles", "1")
    assert found.training.id == training.id
    assert [run.name for run in found.ancestors] == ["second", "first"]
    assert [run.id for run in found.evaluations] == [run.id for run in reversed(evaluations)]
    assert [run.id for run in found.inferences] == [inference.id]


async def test_data_leads_to_the_runs_and_models_that_used_it(db, who, make_run, add_artifact) -> None:
    old = await make_run(inputs=[TILES_3])
    new = await make_run(inputs=[TILES_4, DEFECTS_2])
    version = await register(db, who, add_artifact, old.id)
    async with db.transaction() as tx:
        exact = await lineage.uses(tx, who, "ds_tiles", 3, after=None, limit=10)
        any_number = await lineage.uses(tx, who, "ds_tiles", 0, after=None, limit=10)
        second_page = await lineage.uses(tx, who, "ds_tiles", 0, after=[new.id], limit=10)
        snapshot = await lineage.uses(tx, who, "prj_defects", 2, after=None, limit=10)
        registered = await lineage.registered_from(tx, [run.id for run in any_number])
    assert [run.id for run in exact] == [old.id]
    assert [run.id for run in any_number] == [new.id, old.id]
    assert [run.id for run in second_page] == [old.id]
    assert [run.id for run in snapshot] == [new.id]
    assert [(one.model.name, one.version.number) for one in registered] == [("tiles", version.version.number)]


async def test_nothing_of_another_workspace_is_in_an_answer(db, who, make_run) -> None:
    await make_run(inputs=[TILES_3])
    stranger = type(who)(workspace_id=who.workspace_id + "l", member_id="mem_l", name="L", role="OWNER")
    async with db.transaction() as tx:
        assert await lineage.uses(tx, stranger, "ds_tiles", 3, after=None, limit=10) == []
