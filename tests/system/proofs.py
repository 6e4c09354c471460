"""Owns a second, independent reading of the written formats: digests recomputed from an export alone.

Imports nothing of the platform, so that the formats are what is documented and not what our code happens to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

_SPREAD = 4096
_REVISION = "plumbline-annotations/1"


def revision_digests(lines: Iterable[dict[str, Any]]) -> list[str]:
    """Of each image of a native export: the digest of its annotations and answers."""
    return [_revision_digest(line) for line in lines]


def _revision_digest(line: dict[str, Any]) -> str:
    annotations = [_annotation(annotation, line) for annotation in line.get("annotations", [])]
    return "sha256:" + _sha256(_canonical([_REVISION, line["sha256"], annotations, line.get("answers", {})]))


def _annotation(said: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """An annotation of a native line as the platform digests it: some defaults are said, masks cover the image."""
    [(kind, shape)] = said["geometry"].items()
    if kind == "mask":
        shape = _whole_mask(shape, line["width"], line["height"])
    elif kind == "polygon":
        holes = [[{"points": hole} for hole in part.get("holes", [])] for part in shape["parts"]]
        shape = {"parts": [part | {"holes": rings} for part, rings in zip(shape["parts"], holes, strict=True)]}
    return said | {
        "geometry": {kind: shape},
        "attributes": said.get("attributes", {}),
        "origin": said.get("origin", "human").upper(),
        "confidence": said.get("confidence", 0.0),
    }


def _whole_mask(crop: dict[str, Any], width: int, height: int) -> dict[str, Any]:
    pixels = np.zeros((height, width), np.uint8, order="F")
    inside = np.repeat(np.arange(len(crop["counts"])) % 2, crop["counts"]).reshape(crop["height"], crop["width"])
    pixels[crop["top"] : crop["top"] + crop["height"], crop["left"] : crop["left"] + crop["width"]] = inside
    return {"height": height, "width": width, "counts": coco_mask.encode(pixels)["counts"].decode()}


def _payload(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": line["path"],
        "source": line.get("source", ""),
        "tags": line.get("tags", []),
        "image_set": line.get("subset", ""),
        "width": line["width"],
        "height": line["height"],
        "revision_digest": _revision_digest(line),
        "annotation_count": len(line.get("annotations", [])),
    }


def snapshot_digest(lines: Sequence[dict[str, Any]]) -> str:
    """The digest of a snapshot from the images of its native export: sorted entries, cut into ranges, one index."""
    groups: list[list[tuple[str, bytes]]] = []
    for line in sorted(lines, key=lambda line: line["sha256"]):
        key = line["sha256"]
        if not groups or _opens_range(key):
            groups.append([])
        groups[-1].append((key, _canonical([key, _payload(line)]) + b"\n"))
    ranges = []
    for group in groups:
        body = b"".join(content for _, content in group)
        name = _sha256(body)
        ranges.append({"first_key": group[0][0], "count": len(group), "size": len(body), "sha256": name})
    totals = {name: sum(part[name] for part in ranges) for name in ("count", "size")}
    index = {"format": "plumbline-ranges/1", "spread": _SPREAD, "ranges": ranges, **totals}
    return "sha256:" + _sha256(_canonical(index) + b"\n")


def _opens_range(key: str) -> bool:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % _SPREAD == 0


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
