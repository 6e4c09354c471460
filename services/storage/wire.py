"""Owns the copying of rows to messages; only derived fields are spelled out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kit import wire
from plumbapi.storage import v1 as pb
from services.storage import keys
from services.storage.drafts import Draft
from services.storage.tables import Batch, Dataset, Entry, Image, Upload, Version

if TYPE_CHECKING:
    from services.storage.differences import Difference
    from services.storage.downloads import Link

_QUALITY = frozenset(pb.Quality.DESCRIPTOR.fields_by_name)


def dataset(row: Dataset, draft: Draft | None = None) -> pb.Dataset:
    """`draft` is left out for a new dataset, whose draft is empty."""
    counts = draft or Draft()
    return wire.fill(pb.Dataset, row, draft_image_count=counts.image_count, draft_change_count=counts.change_count)


def batch(row: Batch) -> pb.Batch:
    return wire.fill(pb.Batch, row)


def version(row: Version) -> pb.Version:
    return wire.fill(pb.Version, row)


def upload(row: Upload, put_url: str = "") -> pb.Upload:
    return wire.fill(pb.Upload, row, put_url=put_url)


def image(entry: Entry, measured: Image) -> pb.Image:
    """An image at its place; what belongs to the bytes comes from `measured`."""
    return wire.fill(
        pb.Image,
        entry,
        md5=measured.md5,
        size=measured.size,
        media_type=measured.media_type,
        metadata=json.loads(entry.metadata_json),
        quality=_quality(measured),
    )


def image_alone(measured: Image) -> pb.Image:
    """An image without a place."""
    # a declarative row has an attribute `metadata` of its own, which is none of ours
    return wire.fill(pb.Image, measured, metadata=None, quality=_quality(measured))


def difference(one: Difference) -> pb.Difference:
    return wire.fill(pb.Difference, one)


def download(link: Link) -> pb.Download:
    return wire.fill(pb.Download, link)


def located(row: Image) -> pb.LocatedImage:
    return wire.fill(pb.LocatedImage, row, key=keys.original(row.workspace_id, row.sha256))


def _quality(measured: Image) -> dict[str, object]:
    return {name: value for name, value in measured.quality.items() if name in _QUALITY}
