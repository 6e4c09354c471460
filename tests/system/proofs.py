"""Owns a second, independent reading of the written formats: digests recomputed from an export alone.

Imports nothing of the platform, so that the formats are what is documented and not what our code happens to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

_SPREAD = 4096
_PAYLOAD = ("path", "source", "tags", "image_set", "width", "height", "revision_digest")


def revision_digests(lines: Iterable[dict[str, Any]]) -> list[str]:
    """Of each line of a NATIVE export: the digest of its annotations and answers."""
    return [
        "sha256:" + _sha256(_canonical([line["format"], line["image_sha256"], line["annotations"], line["answers"]]))
        for line in lines
    ]


def snapshot_digest(lines: Sequence[dict[str, Any]]) -> str:
    """The digest of a snapshot from the lines of its NATIVE export: sorted entries, cut into ranges, one index."""
    groups: list[list[tuple[str, bytes]]] = []
    for line in sorted(lines, key=lambda line: line["image_sha256"]):
        key = line["image_sha256"]
        payload = {name: line[name] for name in _PAYLOAD} | {"annotation_count": len(line["annotations"])}
        if not groups or _opens_range(key):
            groups.append([])
        groups[-1].append((key, _canonical([key, payload]) + b"\n"))
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
