"""Owns the way from frozen annotations to the model of the formats. Does not write files.

What the model has no place for goes under `foreign[OWN]`: `inward` takes it back from there.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plumbline_formats import masks, model, shapes
from plumbline_formats.model import AttributeValue
from services.annotation.tables import Revision, Snapshot, SnapshotEntry

# Whose members `foreign` holds, beside those of the formats.
OWN = "plumbline"

_SAME = ("label", "group", "z", "occluded", "truncated", "difficult")
# Beyond it a double no longer counts by ones.
_EXACT = 2.0**53


def header(snapshot: Snapshot) -> model.Header:
    """What a snapshot says once."""
    names = question_texts(snapshot.questions)
    return model.Header(
        name=snapshot.project_name,
        description=f"{snapshot.project_name}, snapshot {snapshot.number}, {snapshot.digest}",
        labels=[model.Label(label["name"], color=label["color"]) for label in snapshot.labels],
        questions=[
            model.Question(names[asked["key"]], "select" if asked["choices"] else "text", list(asked["choices"]))
            for asked in snapshot.questions
        ],
        versions={"configuration": snapshot.configuration_version, "annotation": snapshot.number},
    )


def question_texts(questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What files call each question, by its key: its text, or the key where a text would not tell it apart."""
    texts = [asked["text"] for asked in questions]
    keys = {asked["key"] for asked in questions}
    return {
        asked["key"]: asked["text"]
        if asked["text"] and texts.count(asked["text"]) == 1 and asked["text"] not in keys - {asked["key"]}
        else asked["key"]
        for asked in questions
    }


def image(
    entry: SnapshotEntry, revision: Revision, snapshot: Snapshot, names: Mapping[str, str], *, provenance: bool
) -> model.Image:
    """An image of a snapshot with everything on it.

    Args:
        names: of `question_texts`.
        provenance: say who saved the revision, when, and what its digest is; for files that have a place for it.
    """
    answers = json.loads(revision.answers)
    return model.Image(
        path=entry.path,
        width=entry.width,
        height=entry.height,
        annotations=[annotation(document) for document in json.loads(revision.annotations)],
        sha256=entry.image_sha256,
        subset=entry.image_set,
        source=entry.source,
        tags=list(entry.tags),
        answers={names.get(key, key): value for key, value in answers.items()},
        # a snapshot of accepted images alone says so of each; verdicts of the customer come and go with time
        state="" if snapshot.include_unreviewed else "ACCEPTED",
        foreign={OWN: _provenance(entry, revision)} if provenance else {},
    )


def _provenance(entry: SnapshotEntry, revision: Revision) -> dict[str, Any]:
    return {
        "revision": entry.revision,
        "revision_digest": entry.revision_digest,
        "author": revision.author["name"],
        "create_time": revision.create_time.isoformat(),
    }


def annotation(document: Mapping[str, Any]) -> model.Annotation:
    """An annotation in canonical form (see `geometry.canonical`) as one of the model."""
    foreign = {name: _whole_numbers(part) for name, part in document.get("foreign", {}).items()}
    own = foreign.pop(OWN, {})
    plain = {name: value for name, value in document["attributes"].items() if _is_plain(value)}
    odd = {name: value for name, value in document["attributes"].items() if name not in plain}
    kept = {name: value for name, value in own.items() if name not in ("author", "created", "updated")}
    kept |= {"attributes": odd} if odd else {}
    [(kind, shape)] = document["geometry"].items()
    return model.Annotation(
        id=str(uuid.UUID(document["id"])),
        shape=_SHAPES[kind](shape),
        attributes=plain,
        origin=document["origin"].lower(),
        # zero stands for "none"
        confidence=document["confidence"] or None,
        **{name: own[name] for name in ("author", "created", "updated") if name in own},
        **{name: document[name] for name in _SAME if name in document},
        foreign=foreign | ({OWN: kept} if kept else {}),
    )


def _is_plain(value: AttributeValue | Any) -> bool:
    """Whether an attribute of the model can have this value."""
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return isinstance(value, str | bool | float)


def _whole_numbers(value: Any) -> Any:
    """A JSON value whose whole numbers are integers again: ids of other tools are not written as 17.0."""
    if isinstance(value, dict):
        return {key: _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def _polygon(shape: Mapping[str, Any]) -> shapes.Polygon:
    return shapes.Polygon(
        [shapes.Part(part["outer"], [hole["points"] for hole in part["holes"]]) for part in shape["parts"]]
    )


def _mask(shape: Mapping[str, Any]) -> shapes.Mask:
    return masks.of_coco(shape["counts"], shape["width"], shape["height"])


_SHAPES: dict[str, Callable[[Mapping[str, Any]], shapes.Shape]] = {
    "box": lambda shape: shapes.Box(**shape),
    "rotated_box": lambda shape: shapes.RotatedBox(**shape),
    "polygon": _polygon,
    "polyline": lambda shape: shapes.Polyline(shape["points"]),
    "point": lambda shape: shapes.Point(**shape),
    "skeleton": lambda shape: shapes.Skeleton([shapes.Node(**node) for node in shape["nodes"]]),
    "ellipse": lambda shape: shapes.Ellipse(**shape),
    "mask": _mask,
    "tag": lambda _: shapes.Tag(),
}
