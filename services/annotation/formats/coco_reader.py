"""Owns the reading of COCO instances JSON, ours and foreign. Never guesses: it refuses with the place in the file."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from services.annotation import geometry
from services.annotation.formats import coco
from services.annotation.formats.marks import FoundMarks, stable_id

_WRONG = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)


def read(name: str, content: bytes) -> tuple[list[FoundMarks], list[str]]:
    """The marks of a file by image, and the problems with places such as `f.json: annotations[17]`."""
    try:
        document = json.loads(content)
        categories = {category["id"]: category for category in document["categories"]}
        images = {image["id"]: image for image in document["images"]}
        annotations = list(document["annotations"])
    except (*_WRONG, RecursionError) as error:
        return [], [f"{name}: not COCO instances JSON ({type(error).__name__}: {error})"]
    problems: list[str] = []
    marks: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for position, annotation in enumerate(annotations):
        place = f"{name}: annotations[{position}]"
        try:
            image = images[annotation["image_id"]]
            category = categories[annotation["category_id"]]
            read_annotation = _annotation(annotation, category, str(image["file_name"]), len(marks[image["id"]]))
            marks[image["id"]].append(read_annotation)
            if annotation.get("iscrowd"):
                problems.append(f"{place}: was a crowd region (iscrowd 1), taken as one object")
        except _WRONG as error:
            problems.append(f"{place}: {_reason(error)}")
    return _found(name, images, marks, problems), problems


def _found(
    name: str, images: dict[Any, Any], marks: dict[Any, list[dict[str, Any]]], problems: list[str]
) -> list[FoundMarks]:
    found = []
    for key, image in images.items():
        place = f"{name}: image {key}"
        try:
            aside = image.get("x_plumb", {})
            kept = [geometry.canonical(annotation) for annotation in aside.get("annotations", ())]
            found.append(
                FoundMarks(
                    place=place,
                    annotations=marks[key] + kept,
                    answers={str(question): str(value) for question, value in aside.get("answers", {}).items()},
                    image_sha256=str(aside.get("sha256", "")),
                    path=str(image["file_name"]),
                    width=int(image.get("width", 0)),
                    height=int(image.get("height", 0)),
                )
            )
        except _WRONG as error:
            problems.append(f"{place}: {_reason(error)}")
    return found


def _reason(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)


def _annotation(document: dict[str, Any], category: dict[str, Any], image: str, ordinal: int) -> dict[str, Any]:
    """Canonical form. Unedited shapes of ours come back bit by bit; edited ones keep the identity of their object."""
    label = str(category["name"])
    aside = document.get("x_plumb") or {}
    unedited = "geometry" in aside and aside["seen"] == coco.seen(document)
    shape = aside["geometry"] if unedited else _shape(document, category)
    return geometry.canonical(
        {
            "id": aside.get("id") or stable_id(image, label, shape, ordinal),
            "label": label,
            "geometry": shape,
            "attributes": document.get("attributes") or {},
            "origin": aside.get("origin") or "IMPORTED",
            "confidence": aside.get("confidence") or 0,
        }
    )


def _shape(document: dict[str, Any], category: dict[str, Any]) -> dict[str, Any]:
    segmentation = document.get("segmentation")
    if document.get("num_keypoints"):
        return {"skeleton": {"nodes": _nodes(document["keypoints"], category["keypoints"])}}
    if isinstance(segmentation, dict):
        height, width = segmentation["size"]
        counts = segmentation["counts"]
        if not isinstance(counts, str):
            counts = geometry.counts_of([int(count) for count in counts])
        return {"mask": {"height": height, "width": width, "counts": counts}}
    if segmentation:
        return {"polygon": {"parts": [{"outer": _open(ring)} for ring in segmentation]}}
    x, y, width, height = document["bbox"]
    return {"box": {"x": x, "y": y, "width": width, "height": height}}


def _open(ring: list[float]) -> list[float]:
    """Rings of ours do not repeat their first point; those of many writers do."""
    return ring[:-2] if len(ring) > 6 and ring[:2] == ring[-2:] else ring


def _nodes(keypoints: list[float], names: list[str]) -> list[dict[str, Any]]:
    if len(keypoints) != 3 * len(names):
        raise ValueError(f"keypoints: {len(keypoints)} numbers for {len(names)} names")
    return [
        {"name": name, "x": keypoints[3 * at], "y": keypoints[3 * at + 1], "visibility": int(keypoints[3 * at + 2])}
        for at, name in enumerate(names)
    ]
