"""Owns how a program says what a run was computed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def dataset_version(dataset: str, number: int, image_sets: Sequence[str] = ()) -> dict[str, Any]:
    """An input for `Runs.start`: version `number` of a dataset, by id or name."""
    return {"kind": "DATASET_VERSION", "resource_id": dataset, "number": number, "image_sets": list(image_sets)}


def snapshot(project: str, number: int, image_sets: Sequence[str] = ()) -> dict[str, Any]:
    """An input for `Runs.start`: snapshot `number` of a project, by id or name."""
    return {"kind": "SNAPSHOT", "resource_id": project, "number": number, "image_sets": list(image_sets)}


def model_version(model: str, number: int) -> dict[str, Any]:
    """An input for `Runs.start`: version `number` of a model, by id or name."""
    return {"kind": "MODEL_VERSION", "resource_id": model, "number": number}


def digests(inputs: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Digests by name, of the inputs as the platform knows them."""
    return {str(item["name"]): str(item["digest"]) for item in inputs}


def pairs(values: dict[str, Any]) -> list[dict[str, str]]:
    """Params and tags as the API takes them."""
    return [{"key": key, "value": str(value)} for key, value in values.items()]
