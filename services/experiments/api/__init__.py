"""Owns the servicer, one module per noun. Does not decide: rules and use cases do."""

from __future__ import annotations

from plumbapi.experiments.v1 import experiments_service_pb2_grpc as grpc
from services.experiments.api.artifacts import ArtifactMethods
from services.experiments.api.comparisons import ComparisonMethods
from services.experiments.api.experiments import ExperimentMethods
from services.experiments.api.gates import GateMethods
from services.experiments.api.logged_models import LoggedModelMethods
from services.experiments.api.metrics import MetricMethods
from services.experiments.api.models import ModelMethods
from services.experiments.api.runs import RunMethods


class ExperimentsServicer(
    ExperimentMethods,
    RunMethods,
    ComparisonMethods,
    MetricMethods,
    ArtifactMethods,
    ModelMethods,
    GateMethods,
    LoggedModelMethods,
    grpc.ExperimentsServiceServicer,  # type: ignore[misc]
):
    """Every method of `plumbapi.experiments.v1.ExperimentsService`."""
