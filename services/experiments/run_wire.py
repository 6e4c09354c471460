"""Owns the mapping of requests about runs to what use cases take. Does not decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from google.protobuf.message import Message

from plumbapi.experiments import v1 as pb
from services.experiments.run_datasets import Dataset
from services.experiments.run_edits import Edit
from services.experiments.wire import as_pairs, enum_name


def as_datasets(messages: Sequence[pb.RunDataset]) -> list[Dataset]:
    return [
        Dataset(
            name=one.name,
            digest=one.digest,
            source_type=one.source_type,
            source=one.source,
            schema=one.schema,
            profile=one.profile,
            tags=tuple(as_pairs(one.tags)),
        )
        for one in messages
    ]


def as_edit(request: pb.UpdateRunRequest) -> Edit:
    """What is left out of the request is None or empty."""
    return Edit(
        name=given(request, "name"),
        note=given(request, "note"),
        parent_run_id=given(request, "parent_run_id"),
        set_tags=as_pairs(request.set_tags),
        remove_tags=list(request.remove_tags),
        status=enum_name(pb.Run.Status, request.status, default=""),
        end_time=as_time(request, "end_time"),
        error=given(request, "error"),
    )


def as_time(message: Message, field: str) -> datetime | None:
    """A moment, None when the field is unset."""
    return getattr(message, field).ToDatetime(tzinfo=UTC) if message.HasField(field) else None


def given(message: Message, field: str) -> str | None:
    """The text of an optional field, None when it is left out."""
    return getattr(message, field) if message.HasField(field) else None
