"""Owns the mapping between rows and messages of gates and logged models. Does not decide."""

from __future__ import annotations

from collections.abc import Sequence

from kit.wire import fill
from plumbapi.experiments import v1 as pb
from services.experiments.gate_checks import Judgement
from services.experiments.gate_rules import Check, Condition
from services.experiments.logged_models import Measurement
from services.experiments.tables import Approval, Gate, LoggedModel, ModelMetric
from services.experiments.versions import NamedVersion
from services.experiments.wire import enum_name, model_version, pairs


def gate(row: Gate) -> pb.Gate:
    return fill(pb.Gate, row)


def approval(row: Approval) -> pb.Approval:
    return fill(pb.Approval, row)


def judgement(found: Judgement) -> pb.CheckGateResponse:
    return pb.CheckGateResponse(
        open=found.is_open,
        version=model_version(found.version),
        gate=gate(found.gate) if found.gate else None,
        checks=[_check(one) for one in found.checks],
        message=found.message,
        approvals=[approval(one) for one in found.approvals],
    )


def logged_model(
    row: LoggedModel, metrics: Sequence[ModelMetric], registrations: Sequence[NamedVersion]
) -> pb.LoggedModel:
    return fill(
        pb.LoggedModel,
        row,
        params=pairs(row.params),
        tags=pairs(row.tags),
        metrics=[fill(pb.ModelMetric, one) for one in metrics],
        registrations=[pb.Registration(model_name=one.model.name, version=one.version.number) for one in registrations],
    )


def as_condition(message: pb.GateCondition) -> Condition:
    return Condition(
        kind=enum_name(pb.GateCondition.Kind, message.kind),
        test_sets=list(message.test_sets),
        dimension=message.dimension,
        value=message.value,
        key=message.key,
        threshold=message.threshold,
    )


def as_measurement(message: pb.ModelMetric) -> Measurement:
    return Measurement(
        key=message.key,
        value=message.value,
        time=message.time,
        step=message.step,
        run_id=message.run_id,
        dataset_name=message.dataset_name,
        dataset_digest=message.dataset_digest,
    )


def _check(one: Check) -> pb.GateCheck:
    return pb.GateCheck(
        condition=_condition(one.condition) if one.condition else None,
        verdict=one.verdict,
        title=one.title,
        explanation=one.explanation,
        done=one.done,
        total=one.total,
        links=[pb.EvidenceLink(label=label, path=path) for label, path in one.links],
        images=[fill(pb.EvidenceImage, image) for image in one.images],
    )


def _condition(one: Condition) -> pb.GateCondition:
    return pb.GateCondition(**one)
