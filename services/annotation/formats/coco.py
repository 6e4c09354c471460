"""Owns the writing of COCO instances JSON.

What COCO cannot say is reported and kept in `x_plumb` members for re-import.
A mask is written as run lengths with `iscrowd` 0: with 1, evaluation would ignore the object.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, BinaryIO

from services.annotation import geometry, rules
from services.annotation.formats import masks
from services.annotation.formats.marks import ImageMarks, Losses

_ELLIPSE_POINTS = 64
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

# What an annotation becomes: its segmentation, area, bounding box and further members.
Members = dict[str, Any]


class Writer:
    """Writes images page by page into two streams, so that memory stays at one page.

    Args:
        labels: names of the project's labels in their order; the first gets category id 1.
        images, annotations: binary streams for the members of the two big arrays.
    """

    def __init__(self, labels: Sequence[str], images: BinaryIO, annotations: BinaryIO) -> None:
        self.losses = Losses()
        self._categories = {label: number for number, label in enumerate(labels, start=1)}
        self._keypoints: dict[str, list[str]] = {}
        self._images, self._annotations = images, annotations
        self._image_count = self._annotation_count = 0

    def add(self, page: Iterable[ImageMarks]) -> None:
        """Append images in the order in which they come."""
        for image in page:
            self._image_count += 1
            kept: list[dict[str, Any]] = []
            for annotation in image.annotations:
                members = self._members(annotation, image)
                if members is None:
                    kept.append(annotation)
                else:
                    self._append(annotation, members)
            self._append_image(image, kept)

    def close(self, target: BinaryIO, description: str) -> None:
        """Write the whole document; the two streams must be readable from their start now."""
        head = {"info": {"description": description}, "licenses": [], "categories": self._category_list()}
        target.write(_encode(head)[:-1].encode())
        for name, stream in (("images", self._images), ("annotations", self._annotations)):
            target.write(f',"{name}":['.encode())
            stream.seek(0)
            while chunk := stream.read(2**20):
                target.write(chunk)
            target.write(b"]")
        target.write(b"}\n")

    def _category_list(self) -> list[Members]:
        listed: list[Members] = []
        for label, number in self._categories.items():
            category: Members = {"id": number, "name": label, "supercategory": ""}
            if label in self._keypoints:
                category.update(keypoints=self._keypoints[label], skeleton=[])
            listed.append(category)
        return listed

    def _append_image(self, image: ImageMarks, kept: list[dict[str, Any]]) -> None:
        self.losses.add("answers have no place, kept in x_plumb", len(image.answers))
        document = {
            "id": self._image_count,
            "width": image.width,
            "height": image.height,
            "file_name": image.path,
            "x_plumb": {
                "sha256": image.image_sha256,
                "source": image.source,
                "tags": image.tags,
                "image_set": image.image_set,
                "revision_digest": image.revision_digest,
                "answers": image.answers,
                "annotations": kept,
            },
        }
        comma = b"," if self._image_count > 1 else b""
        self._images.write(comma + _encode(document).encode())

    def _append(self, annotation: dict[str, Any], members: Members) -> None:
        self._annotation_count += 1
        self.losses.add("attributes are an extension that not every reader knows", len(annotation["attributes"]))
        self.losses.add("confidence has no place, kept in x_plumb", int(annotation["confidence"] > 0))
        visible = {
            "image_id": self._image_count,
            "category_id": self._categories[annotation["label"]],
            "iscrowd": 0,
            **members,
        }
        if annotation["attributes"]:
            visible["attributes"] = annotation["attributes"]
        aside = {name: annotation[name] for name in ("id", "origin", "confidence")}
        if not _is_exact(annotation["geometry"]):
            aside.update(geometry=annotation["geometry"], seen=seen(visible))
        comma = b"," if self._annotation_count > 1 else b""
        document = {"id": self._annotation_count, **visible, "x_plumb": aside}
        self._annotations.write(comma + _encode(document).encode())

    def _members(self, annotation: dict[str, Any], image: ImageMarks) -> Members | None:
        """None when COCO has no place for the annotation."""
        [(kind, shape)] = annotation["geometry"].items()
        if annotation["label"] not in self._categories:
            self.losses.add("annotations of a label that the project no longer has, kept in x_plumb")
            return None
        if kind == "skeleton":
            return self._skeleton(annotation["label"], shape)
        if kind not in _MEMBERS:
            self.losses.add(f"{kind} has no place, kept in x_plumb")
            return None
        if kind in _CHANGED:
            self.losses.add(f"{kind} -> {_CHANGED[kind]}")
        if kind == "polygon" and _has_holes(shape):
            self.losses.add("polygon with holes -> run lengths with iscrowd 0")
        return _MEMBERS[kind](shape, image.width, image.height)

    def _skeleton(self, label: str, shape: dict[str, Any]) -> Members | None:
        names = [node["name"] for node in shape["nodes"]]
        if self._keypoints.setdefault(label, names) != names:
            self.losses.add(f"skeleton of {label!r} with other nodes than the first one, kept in x_plumb")
            return None
        seen_nodes = [node for node in shape["nodes"] if node["visibility"]]
        xs, ys = [node["x"] for node in seen_nodes] or [0.0], [node["y"] for node in seen_nodes] or [0.0]
        box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
        keypoints = [value for node in shape["nodes"] for value in (node["x"], node["y"], node["visibility"])]
        return {
            "bbox": box,
            "area": box[2] * box[3],
            "segmentation": [],
            "keypoints": keypoints,
            "num_keypoints": len(seen_nodes),
        }


def seen(visible: Members) -> str:
    """A digest of the shape that any reader sees: when it differs on import, somebody edited the shape."""
    shape = {name: visible[name] for name in ("bbox", "segmentation", "keypoints") if name in visible}
    return sha256(rules.encode(geometry.floats(shape)).encode()).hexdigest()


def _is_exact(shape: dict[str, Any]) -> bool:
    """Whether the members that COCO knows give back the same shape, so that nothing need be kept aside."""
    return "box" in shape or "mask" in shape or ("polygon" in shape and not _has_holes(shape["polygon"]))


def _box(shape: dict[str, float], _width: int, _height: int) -> Members:
    box = [shape["x"], shape["y"], shape["width"], shape["height"]]
    return {"bbox": box, "area": box[2] * box[3], "segmentation": []}


def _rings(rings: list[list[float]], width: int, height: int) -> Members:
    area, _ = masks.area_and_box(masks.of_rings(rings, width, height))
    xs = [value for ring in rings for value in ring[::2]]
    ys = [value for ring in rings for value in ring[1::2]]
    box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
    return {"bbox": box, "area": area, "segmentation": rings}


def _polygon(shape: dict[str, Any], width: int, height: int) -> Members:
    if _has_holes(shape):
        return _runs(masks.of_parts(shape["parts"], width, height))
    return _rings([part["outer"] for part in shape["parts"]], width, height)


def _has_holes(shape: dict[str, Any]) -> bool:
    return any(part["holes"] for part in shape["parts"])


def _runs(encoded: dict[str, Any]) -> Members:
    area, box = masks.area_and_box(encoded)
    counts = encoded["counts"]
    text = counts.decode("ascii") if isinstance(counts, bytes) else counts
    return {"bbox": box, "area": area, "segmentation": {"size": [int(n) for n in encoded["size"]], "counts": text}}


def _mask(shape: dict[str, Any], _width: int, _height: int) -> Members:
    return _runs({"size": [shape["height"], shape["width"]], "counts": shape["counts"]})


def _rotated_box(shape: dict[str, float], width: int, height: int) -> Members:
    half_width, half_height = shape["width"] / 2, shape["height"] / 2
    corners = [
        (-half_width, -half_height),
        (half_width, -half_height),
        (half_width, half_height),
        (-half_width, half_height),
    ]
    return _rings([_turned(corners, shape)], width, height)


def _ellipse(shape: dict[str, float], width: int, height: int) -> Members:
    angles = [2 * math.pi * step / _ELLIPSE_POINTS for step in range(_ELLIPSE_POINTS)]
    points = [(shape["rx"] * math.cos(angle), shape["ry"] * math.sin(angle)) for angle in angles]
    return _rings([_turned(points, shape)], width, height)


def _turned(points: Sequence[tuple[float, float]], shape: dict[str, float]) -> list[float]:
    """Points around the centre, turned clockwise on screen (y grows downwards), as x0, y0, x1, y1 ..."""
    cosine, sine = math.cos(math.radians(shape["angle"])), math.sin(math.radians(shape["angle"]))
    turned: list[float] = []
    for x, y in points:
        turned += (shape["cx"] + x * cosine - y * sine, shape["cy"] + x * sine + y * cosine)
    return turned


_MEMBERS: dict[str, Callable[[dict[str, Any], int, int], Members]] = {
    "box": _box,
    "polygon": _polygon,
    "mask": _mask,
    "rotated_box": _rotated_box,
    "ellipse": _ellipse,
}
_CHANGED = {"rotated_box": "polygon of 4 corners", "ellipse": f"polygon of {_ELLIPSE_POINTS} points"}
