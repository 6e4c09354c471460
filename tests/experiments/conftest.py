"""Owns what tests of experiments share: the service's own database and object store, and builders."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from embedded.testing import shared_stack
from kit import migrate
from kit.blobs import ObjectStore, staging_key
from kit.db import Database
from kit.host import object_store
from kit.identity import Principal, service_principal
from kit.settings import Platform
from services.experiments import artifacts, runs
from services.experiments.artifacts import Content, NewArtifact
from services.experiments.runs import NewRun
from services.experiments.tables import Artifact, Run

_counter = itertools.count(1)


@pytest_asyncio.fixture(scope="session")
async def db(migrated: Platform) -> AsyncIterator[Database]:
    """The experiments database at its newest schema."""
    database = Database(migrated.database_url("experiments"), pool=10)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def migrated() -> Platform:
    os.environ.update(shared_stack())
    settings = Platform()
    migrate.upgrade("experiments", settings.database_url("experiments"))
    return settings


@pytest_asyncio.fixture(scope="session")
async def blobs(migrated: Platform) -> AsyncIterator[ObjectStore]:
    store = object_store(migrated)
    await store.ensure_bucket()
    yield store
    store.close()


@pytest.fixture
def who() -> Principal:
    """A developer in a workspace of this test alone."""
    number = next(_counter)
    return Principal(workspace_id=f"ws_exp{number}", member_id=f"mem_{number}", name="Dana", role="DEVELOPER")


@pytest.fixture
def trainer(who: Principal) -> Principal:
    return service_principal("trainer", who.workspace_id)


@pytest.fixture
def make_run(db: Database, who: Principal) -> Callable[..., Awaitable[Run]]:
    """`await make_run(kind="EVALUATION")`: a committed run."""

    async def make(experiment: str = "scratches", kind: str = "TRAINING", **facts: object) -> Run:
        async with db.transaction() as tx:
            return await runs.create(tx, who, NewRun(experiment=experiment, kind=kind, **facts))  # type: ignore[arg-type]

    return make


@pytest.fixture
def add_artifact(db: Database, blobs: ObjectStore, who: Principal) -> Callable[..., Awaitable[Artifact]]:
    """`await add_artifact(run_id, "model.onnx", b"...")`: a verified file of a run."""

    async def add(run_id: str, path: str, content: bytes, epoch: int = 0) -> Artifact:
        new = NewArtifact(path, hashlib.sha256(content).hexdigest(), len(content), "")
        async with db.transaction() as tx:
            upload = await artifacts.prepare(tx, who, run_id, new, epoch=epoch)
        known = Content(new.sha256, new.size)
        if not upload.known:
            await blobs.put(staging_key(upload.id), content)
            known = await artifacts.verify(blobs, who, upload)
        async with db.transaction() as tx:
            return await artifacts.keep(tx, who, upload, known, epoch=epoch)

    return add
