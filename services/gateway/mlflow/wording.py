"""Owns MLflow's words for refusals that many routes share. Does not decide codes that a kind of error has anyway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.errors import PlumbError
from services.gateway.mlflow.errors import EXISTS, MlflowError, Wording, absent, invalid


def _run_absent(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    return absent(f"Run with id={_run_id(fields)} not found")


def _run_deleted(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    return invalid(f"The run {_run_id(fields)} must be in the 'active' state. Current state is deleted.")


def _experiment_absent(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    return absent(f"No Experiment with id={fields.get('experiment_id', '')} exists")


def _experiment_deleted(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    return invalid(
        f"The experiment {fields.get('experiment_id', '')} must be in the 'active' state. Current state is deleted."
    )


def _experiment_exists(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    name = fields.get("name") or fields.get("new_name", "")
    return MlflowError(EXISTS, f"Experiment(name={name}) already exists.")


def _run_id(fields: Mapping[str, Any]) -> str:
    return str(fields.get("run_id") or fields.get("run_uuid") or "")


COMMON: Mapping[str, Wording] = {
    "RUN_NOT_FOUND": _run_absent,
    "RUN_DELETED": _run_deleted,
    "EXPERIMENT_NOT_FOUND": _experiment_absent,
    "EXPERIMENT_DELETED": _experiment_deleted,
    "EXPERIMENT_EXISTS": _experiment_exists,
}
