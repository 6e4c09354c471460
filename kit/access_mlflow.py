"""Owns the rows of the permission table for MLflow's routes in the gateway; `kit.access` joins them.

They are as wide as the calls behind them: each route leads to calls of the experiments service, which ask again.
Webhooks are the gateway's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_READERS = frozenset({"OWNER", "MANAGER", "DEVELOPER", "ANNOTATOR", "REVIEWER", "CUSTOMER", "VIEWER", "JOB", "SERVICE"})
_BUILDERS = frozenset({"OWNER", "MANAGER", "DEVELOPER"})
_WRITERS = _BUILDERS | {"JOB"}
_MANAGERS = frozenset({"OWNER", "MANAGER"})
_ANYONE = frozenset({"ANONYMOUS"})

_PREFIXES = ("/api/2.0/mlflow", "/api/2.0/mlflow-artifacts", "/api/3.0/mlflow")

_RUNS = "/api/2.0/mlflow/runs"
_EXPERIMENTS = "/api/2.0/mlflow/experiments"
_ARTIFACTS = "/api/2.0/mlflow-artifacts"
_METRICS = ("/api/2.0/mlflow/metrics", "/ajax-api/2.0/mlflow/metrics")

_RUN_WRITES = (
    *("create", "update", "log-metric", "log-batch", "log-parameter", "set-tag", "delete-tag", "log-model"),
    *("log-inputs", "outputs"),
)
_EXPERIMENT_WRITES = (*("create", "update", "delete", "restore", "set-experiment-tag", "delete-experiment-tag"),)


_MODEL_WRITES = (
    *("POST create", "POST rename", "PATCH update", "DELETE delete", "POST set-tag", "DELETE delete-tag"),
    *("POST alias", "DELETE alias"),
)
_MODEL_READS = ("GET get", "GET search", "GET get-latest-versions", "POST get-latest-versions", "GET alias")
_VERSION_WRITES = (
    *("POST create", "PATCH update", "POST transition-stage", "DELETE delete", "POST set-tag", "DELETE delete-tag"),
)
_VERSION_READS = ("GET get", "GET search", "GET get-download-uri")
_LOGGED = "/api/2.0/mlflow/logged-models"


def _registry(of_models: Iterable[str], of_versions: Iterable[str]) -> Iterator[str]:
    for noun, operations in (("registered-models", of_models), ("model-versions", of_versions)):
        for operation in operations:
            verb, _, name = operation.partition(" ")
            yield f"{verb} /api/2.0/mlflow/{noun}/{name}"


def _not_offered() -> Iterator[str]:
    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for prefix in (*_PREFIXES, *(f"/ajax-{prefix[1:]}" for prefix in _PREFIXES)):
            yield f"{verb} {prefix}/{{operation:path}}"


TABLE: dict[str, frozenset[str]] = {
    "GET /api/3.0/mlflow/server-info": _ANYONE,
    "GET /ajax-api/3.0/mlflow/server-info": _ANYONE,
    "GET /health": _ANYONE,
    "GET /version": _ANYONE,
    "POST /api/2.0/mlflow/webhooks": _MANAGERS,
    "GET /api/2.0/mlflow/webhooks": _MANAGERS,
    "GET /api/2.0/mlflow/webhooks/{webhook_id}": _MANAGERS,
    "PATCH /api/2.0/mlflow/webhooks/{webhook_id}": _MANAGERS,
    "DELETE /api/2.0/mlflow/webhooks/{webhook_id}": _MANAGERS,
    "POST /api/2.0/mlflow/webhooks/{webhook_id}/test": _MANAGERS,
    # experiments
    **{f"POST {_EXPERIMENTS}/{name}": _BUILDERS for name in _EXPERIMENT_WRITES},
    f"GET {_EXPERIMENTS}/get": _READERS,
    f"GET {_EXPERIMENTS}/get-by-name": _READERS,
    f"GET {_EXPERIMENTS}/search": _READERS,
    f"POST {_EXPERIMENTS}/search": _READERS,
    # runs
    **{f"POST {_RUNS}/{name}": _WRITERS for name in _RUN_WRITES},
    f"POST {_RUNS}/delete": _BUILDERS,
    f"POST {_RUNS}/restore": _BUILDERS,
    f"GET {_RUNS}/get": _READERS,
    f"POST {_RUNS}/search": _READERS,
    f"POST {_EXPERIMENTS}/search-datasets": _READERS,
    "POST /ajax-api/2.0/mlflow/experiments/search-datasets": _READERS,
    # metrics
    **{f"GET {prefix}/get-history-bulk": _READERS for prefix in _METRICS},
    **{f"GET {prefix}/get-history-bulk-interval": _READERS for prefix in _METRICS},
    f"GET {_METRICS[0]}/get-history": _READERS,
    # files
    f"GET {_ARTIFACTS}/artifacts": _READERS,
    "GET /api/2.0/mlflow/artifacts/list": _READERS,
    f"GET {_ARTIFACTS}/artifacts/{{artifact_path:path}}": _WRITERS,
    f"PUT {_ARTIFACTS}/artifacts/{{artifact_path:path}}": _WRITERS,
    f"DELETE {_ARTIFACTS}/artifacts/{{artifact_path:path}}": _WRITERS,
    "GET /get-artifact": _WRITERS,
    "POST /ajax-api/2.0/mlflow/upload-artifact": _WRITERS,
    f"POST {_ARTIFACTS}/mpu/create/{{artifact_path:path}}": _WRITERS,
    f"POST {_ARTIFACTS}/mpu/complete/{{artifact_path:path}}": _WRITERS,
    f"POST {_ARTIFACTS}/mpu/abort/{{artifact_path:path}}": _WRITERS,
    f"GET {_ARTIFACTS}/presigned/{{artifact_path:path}}": _WRITERS,
    "POST /api/2.0/mlflow/artifacts/presigned-upload-url": _WRITERS,
    "POST /api/2.0/mlflow/artifacts/presigned-download-url": _WRITERS,
    # registry
    **dict.fromkeys(_registry(_MODEL_WRITES, _VERSION_WRITES), _BUILDERS),
    **dict.fromkeys(_registry(_MODEL_READS, _VERSION_READS), _READERS),
    f"POST {_LOGGED}": _WRITERS,
    f"POST {_LOGGED}/search": _READERS,
    f"GET {_LOGGED}/{{model_id}}": _READERS,
    f"PATCH {_LOGGED}/{{model_id}}": _WRITERS,
    f"DELETE {_LOGGED}/{{model_id}}": _BUILDERS,
    f"PATCH {_LOGGED}/{{model_id}}/tags": _WRITERS,
    f"DELETE {_LOGGED}/{{model_id}}/tags/{{tag_key}}": _WRITERS,
    f"POST {_LOGGED}/{{model_id}}/params": _WRITERS,
    f"GET {_LOGGED}/{{model_id}}/artifacts/directories": _READERS,
    # answer 501
    **dict.fromkeys(_not_offered(), _READERS),
}
