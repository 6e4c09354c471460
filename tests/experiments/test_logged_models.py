"""Logged models on real PostgreSQL and S3: files of their own, measurements, versions registered from them."""

from __future__ import annotations

import math

import pytest

from services.experiments import artifacts, logged_models, models, registry_search, versions
from services.experiments.errors import (
    ArtifactNotFound,
    ExperimentNotFound,
    LoggedModelInvalid,
    LoggedModelNotFound,
    ParamImmutable,
    RunNotFound,
)
from services.experiments.logged_models import Measurement, NewLoggedModel
from services.experiments.registry_search import LoggedModelQuery
from services.experiments.versions import NewVersion


@pytest.fixture
def make(db, who, make_run):
    """`await make("net")`: a logged model of a run of its own."""

    async def create(name: str = "net", **facts: object):
        run = await make_run()
        async with db.transaction() as tx:
            new = NewLoggedModel(name=name, source_run_id=run.id, **facts)  # type: ignore[arg-type]
            return await logged_models.create(tx, who, new)

    return create


async def test_its_files_are_artifacts_of_its_own(db, who, make, add_artifact) -> None:
    logged = await make()
    await add_artifact(logged.id, "MLmodel", b"flavors")
    async with db.transaction() as tx:
        listed = await artifacts.listing(tx, who, logged.id, path="", after=None, limit=10)
        with pytest.raises(ArtifactNotFound):
            await artifacts.get(tx, who, logged.source_run_id, "MLmodel")
    assert [row.path for row in listed] == ["MLmodel"]


async def test_a_deleted_one_takes_no_files_and_is_found_only_when_asked_for(db, who, make, add_artifact) -> None:
    logged = await make()
    async with db.transaction() as tx:
        await logged_models.remove(tx, who, logged.id)
    with pytest.raises(LoggedModelNotFound):
        await add_artifact(logged.id, "MLmodel", b"flavors")
    async with db.transaction() as tx:
        with pytest.raises(LoggedModelNotFound):
            await logged_models.get(tx, who, logged.id)
        assert (await logged_models.get(tx, who, logged.id, deleted=True)).delete_time is not None


async def test_a_version_keeps_the_digest_of_the_files_as_they_were(db, who, make, add_artifact) -> None:
    logged = await make()
    await add_artifact(logged.id, "MLmodel", b"flavors")
    source = f"models:/{logged.id}"
    async with db.transaction() as tx:
        await models.create(tx, who, name="tiles", description="")
        first = (await versions.create(tx, who, "tiles", NewVersion(source=source))).version
    await add_artifact(logged.id, "MLmodel", b"other flavors")
    async with db.transaction() as tx:
        second = (await versions.create(tx, who, "tiles", NewVersion(source=source))).version
        held = (await versions.get(tx, who, "tiles", "1")).version
        registered = await versions.registered_from(tx, [logged.id])
    assert (first.run_id, first.logged_model_id) == (logged.source_run_id, logged.id)
    assert first.digest == held.digest != second.digest
    assert [one.version.number for one in registered[logged.id]] == [1, 2]


async def test_params_are_written_once_and_tags_are_not(db, who, make) -> None:
    logged = await make(params=[("depth", "4")], tags=[("grade", "raw")])
    change = {"status": "READY", "status_message": "", "set_tags": [("grade", "good")], "remove_tags": []}
    async with db.transaction() as tx:
        held = await logged_models.update(tx, who, logged.id, params=[("depth", "4"), ("width", "8")], **change)
        assert (held.status, held.params, held.tags) == ("READY", {"depth": "4", "width": "8"}, {"grade": "good"})
    async with db.transaction() as tx:
        with pytest.raises(ParamImmutable):
            await logged_models.update(tx, who, logged.id, params=[("depth", "5")], **change)


async def test_a_point_measured_twice_is_there_once_with_its_last_value(db, who, make) -> None:
    logged = await make()
    for value in (0.5, 0.75):
        async with db.transaction() as tx:
            await logged_models.measure(tx, who, logged.id, [Measurement("f1", value, time=1, step=1)])
    async with db.transaction() as tx:
        await logged_models.measure(tx, who, logged.id, [Measurement("loss", math.nan, time=1, step=1)])
        found = (await logged_models.metrics_of(tx, [logged.id]))[logged.id]
    assert [one.value for one in found if one.key == "f1"] == [0.75]
    assert math.isnan(next(one.value for one in found if one.key == "loss"))


async def test_search_and_order_count_measurements_on_the_data_that_is_asked_for(db, who, make) -> None:
    low, high = await make("low"), await make("high")
    async with db.transaction() as tx:
        await logged_models.measure(tx, who, low.id, [Measurement("f1", 0.2, 1, 0, dataset_name="lab")])
        await logged_models.measure(tx, who, low.id, [Measurement("f1", 0.9, 1, 1, dataset_name="easy")])
        await logged_models.measure(tx, who, high.id, [Measurement("f1", 0.6, 1, 0, dataset_name="lab")])

    async def names(**wanted: object) -> list[str]:
        async with db.transaction() as tx:
            query = LoggedModelQuery(**wanted)  # type: ignore[arg-type]
            found = await registry_search.logged_models(tx, who, query, after=None, limit=10)
            return [row.name for row in found.rows]

    assert await names(filter="metrics.f1 > 0.5", order_by=["name ASC"]) == ["high", "low"]
    assert await names(filter="metrics.f1 > 0.5", datasets=[("lab", "")]) == ["high"]
    assert await names(order_by=["metrics.f1 DESC"], order_datasets=[("lab", "")]) == ["high", "low"]
    assert await names(order_by=["metrics.f1 DESC"]) == ["low", "high"]
    assert await names(datasets=[("easy", "")]) == ["low"]


async def test_it_needs_a_place_and_a_name_that_a_uri_can_hold(db, who, make) -> None:
    async with db.transaction() as tx:
        for new, error in (
            (NewLoggedModel(name="net"), LoggedModelInvalid),
            (NewLoggedModel(name="a/b", experiment_id="0"), LoggedModelInvalid),
            (NewLoggedModel(name="net", source_run_id="run_none"), RunNotFound),
            (NewLoggedModel(name="net", experiment_id="exp_none"), ExperimentNotFound),
        ):
            with pytest.raises(error):
                await logged_models.create(tx, who, new)


async def test_one_of_another_workspace_is_as_good_as_absent(db, who, make, add_artifact) -> None:
    logged = await make()
    await add_artifact(logged.id, "MLmodel", b"flavors")
    stranger = type(who)(workspace_id=who.workspace_id + "z", member_id="mem_z", name="Z", role="OWNER")
    async with db.transaction() as tx:
        with pytest.raises(LoggedModelNotFound):
            await logged_models.get(tx, stranger, logged.id)
        with pytest.raises(LoggedModelNotFound):
            await artifacts.listing(tx, stranger, logged.id, path="", after=None, limit=10)
        found = await registry_search.logged_models(tx, stranger, LoggedModelQuery(), after=None, limit=10)
    assert not found.rows
