"""Owns the translation between messages and rows: derived fields and the canonical form of annotations.

Does not decide anything: canonical dictionaries are checked by `geometry` and `rules`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict

from kit.wire import fill
from plumbapi.annotation import v1 as pb
from services.annotation import geometry, rules, tables
from services.annotation.census import Census, Shared
from services.annotation.errors import OperationInvalid
from services.annotation.snapshots import EntryContent
from services.annotation.tasks import Progress, Split


def labels_in(labels: Iterable[pb.Label]) -> list[dict[str, str]]:
    return [{"name": label.name, "color": label.color} for label in labels]


def tools_in(tools: Iterable[int]) -> list[str]:
    return [pb.Tool.Name(tool) for tool in tools]


def questions_in(questions: Iterable[pb.Question]) -> list[dict[str, Any]]:
    return [{"key": asked.key, "text": asked.text, "choices": list(asked.choices)} for asked in questions]


def split_in(request: pb.AssignVersionRequest) -> Split:
    return Split(
        rules=[(rule.tag, rule.image_set) for rule in request.tag_rules],
        shares=[(rule.image_set, rule.share) for rule in request.split],
        seed=request.seed,
    )


def task_filter(request: pb.ListTasksRequest) -> dict[str, str]:
    """Wanted values by column, empty for any."""
    return {
        "state": pb.Task.State.Name(request.state) if request.state else "",
        "verification": pb.Task.Verification.Name(request.verification) if request.verification else "",
        "assignee_id": request.assignee_id,
        "image_set": request.image_set,
        "image_sha256": request.image_sha256,
    }


def verdict_in(verdict: int) -> str:
    return pb.Review.Verdict.Name(verdict)


def region_in(region: pb.Box) -> dict[str, float]:
    return _SHAPES["box"](region)


def predicted_in(predicted: Iterable[pb.PredictedImage]) -> dict[str, list[dict[str, Any]]]:
    """Canonical annotations by the sha256 of their image."""
    return {
        image.image_sha256: [
            annotation_in(annotation, f"images[{position}].annotations[{number}]")
            for number, annotation in enumerate(image.annotations)
        ]
        for position, image in enumerate(predicted)
    }


def edits_in(operations: Iterable[pb.Operation]) -> list[rules.Edit]:
    """Raises OperationInvalid for an operation without an edit or with an unreadable annotation."""
    edits = []
    for position, operation in enumerate(operations):
        kind = operation.WhichOneof("edit")
        if kind in ("add", "update"):
            annotation = annotation_in(getattr(operation, kind), f"operations[{position}].{kind}")
            edits.append(rules.Edit(kind, annotation=annotation))
        elif kind == "remove":
            edits.append(rules.Edit(kind, target=operation.remove))
        elif kind == "answer":
            edits.append(rules.Edit(kind, question=operation.answer.question, value=operation.answer.value))
        else:
            raise OperationInvalid(f"operations[{position}] is empty: set add, update, remove or answer.")
    return edits


def annotation_in(message: pb.Annotation, place: str) -> dict[str, Any]:
    """The canonical dictionary of an annotation; `place` is where to point when it is unreadable."""
    kind = message.geometry.WhichOneof("shape")
    if kind is None:
        raise OperationInvalid(f"{place}.geometry is empty: set one shape.")
    try:
        return geometry.canonical(
            {
                "id": message.id,
                "label": message.label,
                "geometry": {kind: _SHAPES[kind](getattr(message.geometry, kind))},
                "attributes": MessageToDict(message.attributes) if message.HasField("attributes") else {},
                "origin": pb.Annotation.Origin.Name(message.origin) if message.origin else "HUMAN",
                "confidence": message.confidence,
                **{name: getattr(message, name) for name in ("group", "z", "occluded", "truncated", "difficult")},
                "foreign": MessageToDict(message.foreign) if message.HasField("foreign") else {},
            }
        )
    except geometry.Malformed as error:
        raise OperationInvalid(f"{place} {error}.") from error


def _fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda message: {name: getattr(message, name) for name in names}


# Written out, because the generic conversion to JSON leaves zeros out and is slow where saves must be fast.
_SHAPES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "box": _fields("x", "y", "width", "height"),
    "rotated_box": _fields("cx", "cy", "width", "height", "angle"),
    "polygon": lambda message: {
        "parts": [
            {"outer": part.outer, "holes": [{"points": hole.points} for hole in part.holes]} for part in message.parts
        ]
    },
    "polyline": _fields("points"),
    "point": _fields("x", "y"),
    "skeleton": lambda message: {"nodes": [_fields("name", "x", "y", "visibility")(node) for node in message.nodes]},
    "ellipse": _fields("cx", "cy", "rx", "ry", "angle"),
    "mask": _fields("height", "width", "counts"),
    "tag": lambda _: {},
}


def annotations_out(encoded: str) -> list[pb.Annotation]:
    """Stored canonical JSON as messages: the keys are the fields."""
    return [pb.Annotation(**annotation) for annotation in json.loads(encoded)]


def answers_out(encoded: str) -> list[pb.Answer]:
    return [pb.Answer(question=question, value=value) for question, value in json.loads(encoded).items()]


def project(row: tables.Project) -> pb.Project:
    return fill(pb.Project, row)


def task(row: tables.Task) -> pb.Task:
    return fill(pb.Task, row)


def revision(row: tables.Revision) -> pb.Revision:
    return fill(pb.Revision, row, annotations=annotations_out(row.annotations), answers=answers_out(row.answers))


def review(row: tables.Review) -> pb.Review:
    return fill(pb.Review, row)


def remark(row: tables.Remark) -> pb.Remark:
    return fill(pb.Remark, row)


def prediction(row: tables.Prediction) -> pb.Prediction:
    return fill(pb.Prediction, row, annotations=annotations_out(row.annotations))


def transfer(row: tables.Transfer) -> pb.Transfer:
    return fill(pb.Transfer, row)


def upload(row: tables.ImportUpload, put_url: str) -> pb.ImportUpload:
    return fill(pb.ImportUpload, row, put_url=put_url)


def verifications(counts: Mapping[str, int]) -> pb.Verifications:
    """Counts by the bare name of the verification."""
    return pb.Verifications(
        verified_count=counts.get("VERIFIED", 0),
        rejected_count=counts.get("REFUSED", 0),
        stale_count=counts.get("STALE", 0),
        unverified_count=counts.get("UNVERIFIED", 0),
    )


def snapshot(row: tables.Snapshot, counts: Mapping[str, int]) -> pb.Snapshot:
    return fill(pb.Snapshot, row, verifications=verifications(counts))


def snapshot_entry(row: EntryContent) -> pb.SnapshotEntry:
    return fill(
        pb.SnapshotEntry,
        row.entry,
        annotations=annotations_out(row.annotations),
        answers=answers_out(row.answers),
        verification=row.verification,
    )


def census(found: Census) -> pb.CountVerificationsResponse:
    return pb.CountVerificationsResponse(
        image_count=sum(found.counts.values()),
        verifications=verifications(found.counts),
        examples=[fill(pb.SnapshotEntry, entry, verification=verdict) for entry, verdict in found.examples],
    )


def shared(found: Shared) -> pb.FindSharedImagesResponse:
    return pb.FindSharedImagesResponse(
        left_count=found.left_count,
        right_count=found.right_count,
        shared_count=found.shared_count,
        examples=[fill(pb.SnapshotEntry, entry) for entry in found.examples],
    )


def progress(row: Progress, image_sets: Iterable[str]) -> pb.GetProgressResponse:
    """Progress in the project's own order of sets."""
    return pb.GetProgressResponse(
        task_count=row.count(),
        open_count=row.count(state="OPEN"),
        annotating_count=row.count(state="ANNOTATING"),
        in_review_count=row.count(state="IN_REVIEW"),
        rejected_count=row.count(state="REJECTED"),
        accepted_count=row.count(state="ACCEPTED"),
        verifications=verifications(
            {name: row.count(verification=name) for name in ("VERIFIED", "REFUSED", "STALE", "UNVERIFIED")}
        ),
        open_remark_count=row.open_remark_count,
        annotation_count=row.annotation_count,
        sets=[
            pb.SetProgress(
                image_set=name,
                task_count=row.count(image_set=name),
                accepted_count=row.count(image_set=name, state="ACCEPTED"),
                verified_count=row.count(image_set=name, verification="VERIFIED"),
            )
            for name in image_sets
        ],
        labels=[
            pb.LabelCount(label=label, annotation_count=marks, image_count=images)
            for label, marks, images in row.labels
        ],
    )
