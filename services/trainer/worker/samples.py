"""Owns the way from a dataset version and a snapshot to local samples. Image bytes come through the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plumbline import Client
from services.trainer.engine.samples import TEST, TRAIN, VALIDATION, Sample

Progress = Callable[[str, int, int], None]


def of_snapshot(client: Client, spec: dict[str, Any], progress: Progress) -> tuple[list[Sample], dict[str, str]]:
    """Samples of the images that are in the version and in the snapshot, and their paths by sha256.

    The image set becomes the split; for a training, image sets outside the spec are only evaluated.
    """
    images = _images(client, spec)
    entries = [
        entry
        for entry in client.projects.snapshot_entries(spec["project_id"], spec["snapshot"])
        if entry["image_sha256"] in images
    ]
    if spec["kind"] != "TRAIN" and spec["image_sets"]:
        entries = [entry for entry in entries if entry["image_set"] in spec["image_sets"]]
    files = client.datasets.fetch(
        [entry["image_sha256"] for entry in entries], purpose=_purpose(spec), progress=progress
    )
    samples = [
        Sample(
            path=files[entry["image_sha256"]],
            sha256=entry["image_sha256"],
            annotations=tuple(entry["annotations"]),
            split=_split(entry["image_set"], spec),
            source=entry["source"],
            tags=tuple(entry["tags"]),
            window=_window(images[entry["image_sha256"]]),
        )
        for entry in entries
    ]
    return samples, {entry["image_sha256"]: entry["path"] for entry in entries}


def of_version(client: Client, spec: dict[str, Any], progress: Progress) -> list[Sample]:
    """Samples without annotations, of every image of the version."""
    images = _images(client, spec)
    files = client.datasets.fetch(list(images), purpose=_purpose(spec), progress=progress)
    return [
        Sample(files[sha256], sha256, source=image["source"], tags=tuple(image["tags"]), window=_window(image))
        for sha256, image in images.items()
    ]


def _images(client: Client, spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {image["sha256"]: image for image in client.datasets.images(spec["dataset_id"], spec["version"])}


def _purpose(spec: dict[str, Any]) -> str:
    return f"{spec['kind'].lower()} {spec['experiment']}"


def _split(image_set: str, spec: dict[str, Any]) -> str:
    if spec["kind"] != "TRAIN":
        return image_set
    if image_set not in spec["image_sets"]:
        return TEST
    # an image set of another name is divided by the recipe's own validation share
    return image_set if image_set in (TRAIN, VALIDATION) else ""


def _window(image: dict[str, Any]) -> tuple[float, float] | None:
    quality = image["quality"]
    return (quality["window_low"], quality["window_high"]) if quality["bit_depth"] > 8 else None
