"""Owns the reading of a dataset version's images from the storage service. Does not keep anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from plumbapi.storage import v1 as storage
from services.annotation.errors import VersionMissing
from services.annotation.tasks import VersionImage

_PAGE = 500


async def find_version(stub: Any, dataset_id: str, number: int) -> storage.Version:
    """The published version, the newest for 0.

    Raises:
        VersionMissing: the dataset has no published version yet.
        NotFound: storage knows no such dataset or version.
    """
    if not number:
        dataset = await stub.GetDataset(storage.GetDatasetRequest(dataset_id=dataset_id))
        number = dataset.latest_version
    if not number:
        raise VersionMissing(f"Dataset {dataset_id} has no published version: publish one, then assign it.")
    return await stub.GetVersion(storage.GetVersionRequest(dataset_id=dataset_id, number=number))


def describe(version: storage.Version) -> dict[str, Any]:
    """What a project keeps of a version that was assigned to it."""
    return {
        "dataset_id": version.dataset_id,
        "dataset_name": version.dataset_name,
        "version": version.number,
        "digest": version.digest,
    }


async def pages(stub: Any, version: storage.Version) -> AsyncIterator[list[VersionImage]]:
    """The images of a version by path, at most 500 at a time; equal bytes only at their first path."""
    request = storage.ListImagesRequest(dataset_id=version.dataset_id, version=version.number, page_size=_PAGE)
    seen: set[bytes] = set()
    while True:
        response = await stub.ListImages(request)
        page = []
        for image in response.images:
            identity = bytes.fromhex(image.sha256)
            if identity not in seen:
                seen.add(identity)
                page.append(_version_image(image))
        yield page
        if not response.next_page_token:
            return
        request.page_token = response.next_page_token


def _version_image(image: storage.Image) -> VersionImage:
    return VersionImage(
        sha256=image.sha256,
        path=image.path,
        source=image.source,
        tags=sorted(image.tags),
        width=image.quality.width,
        height=image.quality.height,
    )
