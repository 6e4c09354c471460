"""Owns the state of experiments in PostgreSQL, one module per noun: columns named like the proto's fields."""

from __future__ import annotations

from services.experiments.tables.artifacts import Artifact, ArtifactUpload, Blob
from services.experiments.tables.base import Table
from services.experiments.tables.evaluations import EvaluationFailure, EvaluationSlice
from services.experiments.tables.gates import Approval, Gate
from services.experiments.tables.logged_models import LoggedModel, ModelMetric
from services.experiments.tables.metrics import LogRequest, MetricBatch, MetricChunk, MetricSummary
from services.experiments.tables.models import Alias, AliasChange, Model, ModelVersion
from services.experiments.tables.runs import Experiment, Run, RunDataset, RunInput

__all__ = [
    "Alias",
    "AliasChange",
    "Approval",
    "Artifact",
    "ArtifactUpload",
    "Blob",
    "EvaluationFailure",
    "EvaluationSlice",
    "Experiment",
    "Gate",
    "LogRequest",
    "LoggedModel",
    "MetricBatch",
    "MetricChunk",
    "MetricSummary",
    "Model",
    "ModelMetric",
    "ModelVersion",
    "Run",
    "RunDataset",
    "RunInput",
    "Table",
]
