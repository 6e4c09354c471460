"""Owns the storage service alone on its real database and store, and builders for what its tests upload."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import pytest_asyncio
import urllib3
from PIL import Image

from embedded.testing import shared_stack
from kit import migrate
from kit.app import App
from kit.blobs import ObjectStore
from kit.bus import Bus
from kit.channel import LocalChannel
from kit.db import Database
from kit.host import object_store
from kit.identity import Principal
from kit.peers import Channel, Envelope
from kit.settings import Platform
from plumbapi.storage import v1 as pb
from services.storage.service import setup

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def settings() -> Platform:
    """Settings of a real stack whose storage database has the newest schema."""
    os.environ.update(shared_stack())
    platform = Platform()
    migrate.upgrade("storage", platform.database_url("storage"))
    return platform


@pytest_asyncio.fixture(scope="session")
async def app(settings: Platform) -> AsyncIterator[App]:
    """The storage service behind its edge, without background tasks."""
    store: ObjectStore = object_store(settings)
    await store.ensure_bucket()
    channels: dict[str, Channel] = {}
    running = App("storage", settings, store, Bus(settings.nats_url.get_secret_value()), channels)
    channels["storage"] = LocalChannel(running.endpoint)
    await setup(running)
    yield running
    await running.close()
    store.close()


@pytest.fixture(scope="session")
def db(app: App) -> Database:
    return app.db


@pytest.fixture(scope="session")
def blobs(app: App) -> ObjectStore:
    return app.blobs


class Member:
    """Somebody of one workspace, and the storage service as they reach it."""

    def __init__(self, app: App, workspace: str, name: str, role: str) -> None:
        self.who = Principal(workspace, f"mem_{name.lower()}", name, role)
        self.storage = app.peers(Envelope(app.identity.sign(self.who, 3600), timeout_s=120)).storage

    async def dataset(self, name: str = "tiles") -> pb.Dataset:
        return await self.storage.CreateDataset(pb.CreateDatasetRequest(name=name))

    async def batch(self, dataset_id: str, source: str = "site A") -> pb.Batch:
        return await self.storage.CreateBatch(pb.CreateBatchRequest(dataset_id=dataset_id, source=source))

    async def prepare(self, batch_id: str, items: Sequence[pb.UploadItem]) -> Sequence[pb.Upload]:
        answer = await self.storage.PrepareUploads(pb.PrepareUploadsRequest(batch_id=batch_id, items=items))
        return answer.uploads

    async def complete(self, batch_id: str, uploads: Sequence[pb.Upload]) -> Sequence[pb.Upload]:
        ids = [upload.id for upload in uploads]
        request = pb.CompleteUploadsRequest(batch_id=batch_id, upload_ids=ids)
        return (await self.storage.CompleteUploads(request)).uploads

    async def add(
        self, dataset_id: str, files: Mapping[str, bytes], source: str = "site A", tags: Sequence[str] = ()
    ) -> pb.Batch:
        """Upload files in a batch of their own; all that are not there yet must be taken."""
        batch = await self.batch(dataset_id, source)
        items = [item(path, data, tags=tags) for path, data in files.items()]
        uploads = await self.prepare(batch.id, items)
        for upload, data in zip(uploads, files.values(), strict=True):
            if upload.state == pb.Upload.NEEDED:
                await send(upload.put_url, data)
        missing = [upload for upload in uploads if upload.state != pb.Upload.PRESENT]
        for upload in await self.complete(batch.id, missing) if missing else ():
            assert upload.state == pb.Upload.COMPLETED, upload
        return batch

    async def publish(self, dataset_id: str, note: str = "") -> pb.Version:
        return await self.storage.PublishDataset(pb.PublishDatasetRequest(dataset_id=dataset_id, note=note))

    async def images(self, dataset_id: str, version: int = 0, **wanted: str) -> list[pb.Image]:
        request = pb.ListImagesRequest(dataset_id=dataset_id, version=version, **wanted)
        return list((await self.storage.ListImages(request)).images)

    async def tag(self, dataset_id: str, paths: Sequence[str], **change: object) -> int:
        request = pb.TagImagesRequest(dataset_id=dataset_id, paths=paths, **change)
        return (await self.storage.TagImages(request)).changed_count

    async def remove(self, dataset_id: str, paths: Sequence[str]) -> int:
        request = pb.RemoveImagesRequest(dataset_id=dataset_id, paths=paths)
        return (await self.storage.RemoveImages(request)).removed_count


@dataclass(frozen=True)
class Workspace:
    """A workspace of one test alone: `workspace.member("Dana")`."""

    app: App
    id: str

    def member(self, name: str = "Dana", role: str = "DEVELOPER") -> Member:
        return Member(self.app, self.id, name, role)


@pytest.fixture
def workspace(app: App) -> Workspace:
    return Workspace(app, f"ws_storage{next(_numbers)}")


@pytest.fixture
def other_workspace(app: App) -> Workspace:
    return Workspace(app, f"ws_storage{next(_numbers)}")


@pytest.fixture
def dana(workspace: Workspace) -> Member:
    return workspace.member()


def picture(seed: int, side: int = 32) -> bytes:
    """A PNG file of noise that is different for every seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def item(path: str, data: bytes, **changes: object) -> pb.UploadItem:
    """What an honest client announces for a file; `changes` make it another one."""
    announced = {
        "path": path,
        "sha256": hashlib.sha256(data).hexdigest(),
        "md5": hashlib.md5(data).hexdigest(),
        "size": len(data),
    }
    return pb.UploadItem(**{**announced, **changes})


async def send(url: str, data: bytes) -> None:
    """What a client does with a `put_url`."""
    answer = await asyncio.to_thread(urllib3.request, "PUT", url, body=data)
    assert answer.status == 200, answer.data


async def fetch(url: str) -> bytes:
    answer = await asyncio.to_thread(urllib3.request, "GET", url)
    assert answer.status == 200, answer.data
    return answer.data
