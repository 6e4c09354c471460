"""Owns the mapping between rows and messages: derived fields only, the rest is copied by name. Does not decide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from kit import clock
from kit.wire import fill
from plumbapi.experiments import v1 as pb
from services.experiments import run_tables, series
from services.experiments.artifacts import NewArtifact
from services.experiments.evaluations import Failure, Slice
from services.experiments.experiment_search import CountedExperiment
from services.experiments.run_views import RunView
from services.experiments.series import Columns, Range
from services.experiments.tables import (
    Alias,
    AliasChange,
    Artifact,
    EvaluationFailure,
    EvaluationSlice,
    MetricSummary,
    Model,
    ModelVersion,
)
from services.experiments.versions import NamedVersion


def experiment(counted: CountedExperiment) -> pb.Experiment:
    row = counted.experiment
    return fill(pb.Experiment, row, run_count=counted.run_count, tags=pairs(row.tags))


def run(view: RunView) -> pb.Run:
    return fill(
        pb.Run,
        view.run,
        experiment_name=view.experiment_name,
        params=pairs(view.run.params),
        tags=pairs(view.run.tags),
        inputs=[fill(pb.Input, row) for row in view.inputs],
        metrics=[summary(row) for row in view.metrics],
        datasets=[run_tables.dataset(row) for row in view.datasets],
        model_inputs=run_tables.model_links(view.run.model_inputs or ()),
        model_outputs=run_tables.model_links(view.run.model_outputs or ()),
    )


def artifact(row: Artifact) -> pb.Artifact:
    return fill(pb.Artifact, row)


def model(row: Model, aliases: Sequence[Alias], latest: Sequence[NamedVersion]) -> pb.Model:
    return fill(
        pb.Model,
        row,
        tags=pairs(row.tags),
        aliases=[fill(pb.Alias, alias) for alias in aliases],
        latest_versions=[model_version(one) for one in latest],
    )


def model_version(named: NamedVersion) -> pb.ModelVersion:
    return fill(
        pb.ModelVersion,
        named.version,
        model_name=named.model.name,
        artifact=_version_file(named.version),
        aliases=list(named.aliases),
        tags=pairs(named.version.tags),
    )


def alias_change(row: AliasChange) -> pb.AliasChange:
    return fill(pb.AliasChange, row)


def evaluation_slice(row: EvaluationSlice) -> pb.Slice:
    metrics = zip(row.metric_keys, row.metric_values, strict=True)
    return fill(pb.Slice, row, metrics=[pb.SliceMetric(key=key, value=value) for key, value in metrics])


def evaluation_failure(row: EvaluationFailure) -> pb.Failure:
    return fill(pb.Failure, row)


def points(columns: Columns) -> pb.Series:
    return pb.Series(
        key=columns.key,
        steps=columns.steps.tolist(),
        values=columns.values.tolist(),
        times=columns.times.tolist(),
    )


def as_range(request: Any) -> Range:
    """The steps that a request names with `from_step` and `to_step`, each of which may be absent."""
    return Range(
        request.from_step if request.HasField("from_step") else -math.inf,
        request.to_step if request.HasField("to_step") else math.inf,
    )


def as_columns(messages: Sequence[pb.Series]) -> list[Columns]:
    """Points from outside; without times they were taken now."""
    now_ms = clock.now().timestamp() * 1000
    return [
        Columns(
            one.key,
            series.column(one.steps),
            series.column(one.values),
            series.column(one.times) if one.times else np.full(len(one.steps), now_ms),
        )
        for one in messages
    ]


def as_pairs(messages: Sequence[pb.Param]) -> list[tuple[str, str]]:
    return [(one.key, one.value) for one in messages]


def as_record(record: Struct) -> dict[str, Any]:
    return MessageToDict(record)


def as_slice(message: pb.Slice) -> Slice:
    return Slice(
        dimension=message.dimension,
        value=message.value,
        image_count=message.image_count,
        metric_keys=[one.key for one in message.metrics],
        metric_values=[one.value for one in message.metrics],
    )


def as_failure(message: pb.Failure) -> Failure:
    return Failure(
        kind=enum_name(pb.Failure.Kind, message.kind),
        image_sha256=message.image_sha256,
        path=message.path,
        source=message.source,
        tags=list(message.tags),
        expected=message.expected,
        predicted=message.predicted,
        score=message.score,
    )


def as_new_artifact(request: pb.PrepareArtifactRequest) -> NewArtifact:
    return NewArtifact(request.path, request.sha256, request.size, request.media_type, request.part_count)


def enum_name(enum: Any, number: int, default: str = "KIND_UNSPECIFIED") -> str:
    """The bare name of an enum's value; `default` for 0 and for numbers that a newer client may send."""
    return enum.Name(number) if number and number in enum.values() else default


def _version_file(version: ModelVersion) -> pb.Artifact | None:
    """The file a version is, when it is one."""
    return fill(pb.Artifact, version, create_time=version.artifact_time) if version.path else None


def pairs(held: Mapping[str, str]) -> list[pb.Param]:
    return [pb.Param(key=key, value=held[key]) for key in sorted(held)]


def summary(row: MetricSummary) -> pb.MetricSummary:
    """What became of one metric; NaN for an extreme of a series that never had a number."""
    low = math.nan if row.min is None else row.min
    high = math.nan if row.max is None else row.max
    return fill(pb.MetricSummary, row, min=low, max=high)
